"""`benchmark_model()`: how long predictions take, and what they cost."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rdeep.errors import ArgumentError, DataError, show
from rdeep.model_checks import memory
from rdeep.model_checks.frames import count, take
from rdeep.model_checks.scoring import Table
from rdeep.models import Model, load_model
from rdeep.ready import ReadyModel
from rdeep.ready_models import load_ready
from rdeep.tabular import Tabular, load_tabular

_WARM_UP, _LEAST = 3, 5


@dataclass
class ModelBenchmark:
    """How fast a model predicts.

    Attributes
    ----------
    timings : dict of str to list
        A row for each engine and size of batch: `engine`, `batch_size`, `calls`, `p50`, `p95`,
        `p99` (seconds of a call), `throughput` (samples a second, by the median) and `memory`
        (bytes that the process held more at its peak; `nan` where nobody can say).
    parameters, file_size : int or None
        How many weights the model has, and the bytes of its file.
    """

    timings: Table
    parameters: int | None = None
    file_size: int | None = None

    def __repr__(self) -> str:
        lines = [f"{'engine':<11} {'batch':>6} {'p50 ms':>9} {'p99 ms':>9} {'samples/s':>11}"]
        rows = zip(*(self.timings[n] for n in _SHOWN), strict=True)
        for engine, size, middle, most, each in rows:
            lines.append(
                f"{engine:<11} {size:>6} {1000 * middle:>9.3f} {1000 * most:>9.3f} {each:>11.0f}"
            )
        return "\n".join(lines)


_SHOWN = ("engine", "batch_size", "p50", "p99", "throughput")


def benchmark_model(
    model: Any,
    x: Any,
    batch_sizes: Sequence[int] = (1, 32, 256),
    engines: Sequence[str] | None = None,
    calls: int = 100,
    seconds: float = 2.0,
) -> ModelBenchmark:
    """Measure how long `predict` takes.

    Each size of batch is first predicted three times unmeasured: engines compile and allocate then.

    Parameters
    ----------
    model : object
        A model with a method `predict`, or a function.
    x : object
        Some samples, as it takes them; they are repeated where a batch has more.
    batch_sizes : sequence of int
        How many samples a call has.
    engines : sequence of str, optional
        The engines to measure on, of a model of this package; by default its own.
    calls : int
        How many calls are measured, at most.
    seconds : float
        After how long no further call begins, once there are five.

    Returns
    -------
    ModelBenchmark
        The timings.

    Examples
    --------
    >>> import numpy as np
    >>> found = benchmark_model(lambda x: x.sum(axis=1), np.ones((8, 3)), (1, 16), calls=10)
    >>> found.timings["batch_size"], found.timings["calls"]
    ([1, 16], [10, 10])
    """
    total = count(x)
    if not total:
        raise DataError("'x' has no samples.", argument="x")
    sizes = [int(size) for size in np.atleast_1d(np.asarray(batch_sizes))]
    if not sizes or min(sizes) < 1:
        raise ArgumentError(
            f"'batch_sizes' must be positive whole numbers, not {show(batch_sizes)}.",
            argument="batch_sizes",
            received=batch_sizes,
        )
    parameters, size, models = _facts(model, engines)
    table: Table = {name: [] for name in ("engine", "batch_size")}
    table |= {name: [] for name in ("calls", "p50", "p95", "p99", "throughput", "memory")}
    for engine, each in models:
        predict: Callable[[Any], Any] = getattr(each, "predict", each)
        for rows in sizes:
            batch = take(x, np.arange(rows) % total)
            held = memory.start()
            taken = timed(lambda: predict(batch), calls, seconds)  # noqa: B023
            most = memory.peak()
            known = held is not None and most is not None
            row = (engine, rows, *summary(taken, rows))
            row += (max(0.0, most - held) if known else float("nan"),)  # type: ignore[operator]
            for column, value in zip(table.values(), row, strict=True):
                column.append(value)
    return ModelBenchmark(table, parameters, size)


def timed(call: Callable[[], Any], calls: int, seconds: float) -> np.ndarray:
    """Return the seconds of calls, after some that are not measured.

    Parameters
    ----------
    call : function
        What is measured.
    calls : int
        How many, at most.
    seconds : float
        After how long no further begins, once there are five.
    """
    for _ in range(_WARM_UP):
        call()
    taken: list[float] = []
    until = time.perf_counter() + seconds
    while len(taken) < calls and (len(taken) < _LEAST or time.perf_counter() < until):
        before = time.perf_counter()
        call()
        taken.append(time.perf_counter() - before)
    return np.array(taken)


def summary(taken: np.ndarray, rows: int) -> tuple[Any, ...]:
    """Return the number of calls, the 50th, 95th and 99th percentile, and samples a second.

    Parameters
    ----------
    taken : numpy.ndarray
        The seconds of calls.
    rows : int
        The samples of each.
    """
    middle, high, most = (float(each) for each in np.quantile(taken, [0.5, 0.95, 0.99]))
    return len(taken), middle, high, most, rows / max(middle, 1e-12)


def _facts(
    model: Any, engines: Sequence[str] | None
) -> tuple[int | None, int | None, list[tuple[str, Any]]]:
    """Return the number of weights, the size of the file, and the model on each engine."""
    readers: list[tuple[type, Callable[..., Any]]] = [
        (Model, load_model),
        (ReadyModel, load_ready),
        (Tabular, load_tabular),
    ]
    reader = next((read for kind, read in readers if isinstance(model, kind)), None)
    if reader is None:
        if engines is not None:
            raise ArgumentError(
                "'engines' is for models of this package: others run where they are.",
                argument="engines",
                received=engines,
            )
        return None, None, [("own", model)]
    networks = [model] if isinstance(model, Model) else getattr(model, "networks", None)
    networks = networks or getattr(model, "models", [])
    parameters = sum(int(w.size) for each in networks for w in each.get_named_weights().values())
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.rdeep")
        model.save(path)
        size = os.path.getsize(path)
        if engines is None:
            return parameters, size, [(getattr(model, "backend", None) or "own", model)]
        named = [engines] if isinstance(engines, str) else list(engines)
        return parameters, size, [(name, reader(path, backend=name)) for name in named]
