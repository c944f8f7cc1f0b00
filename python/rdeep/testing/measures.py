"""Checks of losses and metrics."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from rdeep.catalogue.losses import Loss
from rdeep.catalogue.metrics.base import Metric
from rdeep.engines import registry
from rdeep.testing.comparing import (
    Checks,
    assert_all_close,
    assert_close,
    engines_to_check,
    run_all,
)
from rdeep.testing.records import check_documentation, check_options

FORWARD, BACKWARD = 1e-5, 1e-4
_FORMULA = "Write it with functions of `ops` alone, which all engines have."
Data = tuple[np.ndarray, np.ndarray]
"""Targets and predictions."""


def example_data(targets: str, rows: int = 12) -> Data:
    """Return targets of a kind and predictions that go with them, none at an edge.

    Parameters
    ----------
    targets : str
        As `Loss.targets` says it.
    rows : int
        How many rows.

    Examples
    --------
    >>> [x.shape for x in example_data("indices", 4)]
    [(4,), (4, 3)]
    """
    rng = np.random.default_rng(6)
    shares = rng.uniform(0.05, 0.95, (rows, 3)).astype("float32")
    shares /= shares.sum(1, keepdims=True)
    if targets in ("indices", "classes", "labels"):
        return rng.integers(0, 3, rows).astype("int32"), shares
    if targets == "sequences":
        logits = rng.normal(size=(rows, 9, 5)).astype("float32")
        return rng.integers(1, 5, (rows, 4)).astype("int32"), logits
    assert targets in ("values", "any", "free"), (
        f"There is no example of targets of the kind {targets!r}: give `data`, targets and "
        "predictions."
    )
    return rng.uniform(0.05, 0.95, (rows, 3)).astype("float32"), shares


def loss_checks(
    loss: Loss, data: Data | None = None, engines: Sequence[str] | None = None
) -> Checks:
    """Return the checks of a loss, each by its name, for `pytest.mark.parametrize`.

    Parameters
    ----------
    loss : Loss
        The loss.
    data : (array, array), optional
        Targets and predictions; by default an example of what its class says in `targets`.
    engines : sequence of str, optional
        The engines besides NumPy; by default all that are installed.
    """
    chosen = engines_to_check(engines)
    yield "documentation", partial(check_documentation, type(loss))
    yield "options", partial(check_options, loss)
    yield "values", partial(_check_values, loss, data)
    yield "weights", partial(_check_weights, loss, data)
    for engine in chosen:
        yield f"formula on {engine}", partial(_check_loss_on, loss, data, engine)
    trained = [engine for engine in chosen if registry.trains(engine)]
    for engine in trained[1:]:
        said = f"gradients on {trained[0]} and {engine}"
        yield said, partial(_check_slopes, loss, data, trained[0], engine)


def check_loss(
    loss: Loss, data: Data | None = None, engines: Sequence[str] | None = None
) -> list[str]:
    """Run all checks of a loss, and return their names.

    Parameters
    ----------
    loss, data, engines
        As for `loss_checks`.

    Raises
    ------
    AssertionError
        With a sentence for each check that failed.

    Examples
    --------
    >>> from rdeep.losses import Huber
    >>> check_loss(Huber(0.5), engines=[])
    ['documentation', 'options', 'values', 'weights']
    """
    return run_all(loss_checks(loss, data, engines))


def loss_values(
    loss: Loss, data: Data, engine: str, weights: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray | None]:
    """Return a loss as training computes it, and its gradient by the predictions.

    Parameters
    ----------
    loss : Loss
        The loss.
    data : (array, array)
        Targets and predictions.
    engine : str
        The engine.
    weights : array, optional
        A weight for each sample.

    Returns
    -------
    array, array or None
        The loss by its `reduction`, and the gradient of its sum, each value times that of
        `rdeep.engines.single_layer.directions`; `None` where the engine does not train.
    """
    backend = registry.load(engine)
    ops, (y, p) = backend.ops, data

    def reduced(predicted: Any) -> list[Any]:
        truth = ops.operand(y)
        truth = ops.as_index(truth) if y.dtype.kind in "iu" else truth
        used = None if weights is None else ops.operand(weights)
        values = loss.values(*loss.typed(truth, predicted, ops), ops)
        return [loss.reduce(values, loss.weigh(truth, values, used, None, ops), ops)]

    (value,), gradients = backend.differentiate(reduced, [p])
    return value, gradients[0] if gradients else None


def _given(measure: Loss | Metric, data: Data | None) -> Data:
    targets = measure.wants() if isinstance(measure, Metric) else measure.targets
    return example_data(targets) if data is None else data


def _check_values(loss: Loss, data: Data | None) -> None:
    """Check that values() gives a number for each sample, and reduce() their mean."""
    given = _given(loss, data)
    each, _ = loss_values(loss.replace(reduction="none"), given, "numpy")
    rows = len(given[1])
    assert (each.ndim and each.shape[0] == rows) or not loss.by_sample, (
        f"{loss!r}: values() has the shape {each.shape} for {rows} rows: return one for each "
        "sample, the predictions' shape without its last axis."
    )
    mean, _ = loss_values(loss.replace(reduction="sum_over_batch_size"), given, "numpy")
    hint = "Leave reduce() to the base."
    assert_close(mean, np.mean(each), FORWARD, f"{loss!r}: the loss and the samples' mean", hint)


def _check_weights(loss: Loss, data: Data | None) -> None:
    """Check that a weight of 2 counts twice, where samples have values of their own."""
    given, plain = _given(loss, data), loss.replace(reduction="none")
    each, _ = loss_values(plain, given, "numpy")
    if not loss.by_sample or each.ndim != 1:
        return
    weights = np.linspace(0.5, 2.0, len(each)).astype("float32")
    found, _ = loss_values(plain, given, "numpy", weights)
    hint = "Leave weigh() to the base, or multiply by what it returns."
    assert_close(found, each * weights, FORWARD, f"{loss!r}: weighted values", hint)


def _check_loss_on(loss: Loss, data: Data | None, engine: str) -> None:
    for reduction in ("none", "sum_over_batch_size", "sum"):
        used, given = loss.replace(reduction=reduction), _given(loss, data)
        found, wanted = (loss_values(used, given, each)[0] for each in (engine, "numpy"))
        what = f"{used!r}: the values on {engine} and on NumPy"
        assert_close(found, wanted, FORWARD, what, _FORMULA)


def _check_slopes(loss: Loss, data: Data | None, one: str, other: str) -> None:
    given = _given(loss, data)
    found, wanted = (loss_values(loss, given, each)[1] for each in (one, other))
    what = f"{loss!r}: the gradient by the predictions on {one} and {other}"
    assert_close(found, wanted, BACKWARD, what, _FORMULA)


def metric_checks(
    metric: Metric, data: Data | None = None, engines: Sequence[str] | None = None
) -> Checks:
    """Return the checks of a metric, each by its name, for `pytest.mark.parametrize`.

    Parameters
    ----------
    metric : Metric
        The metric.
    data : (array, array), optional
        Targets and predictions; by default an example of what it wants.
    engines : sequence of str, optional
        The engines besides NumPy; by default all that are installed.
    """
    yield "documentation", partial(check_documentation, type(metric))
    yield "options", partial(check_options, metric)
    yield "direction", partial(_check_direction, metric)
    yield "batches", partial(_check_batches, metric, data)
    if not metric.collects:
        for engine in engines_to_check(engines):
            yield f"formula on {engine}", partial(_check_metric_on, metric, data, engine)


def check_metric(
    metric: Metric, data: Data | None = None, engines: Sequence[str] | None = None
) -> list[str]:
    """Run all checks of a metric, and return their names.

    Parameters
    ----------
    metric, data, engines
        As for `metric_checks`.

    Raises
    ------
    AssertionError
        With a sentence for each check that failed.

    Examples
    --------
    >>> from rdeep.metrics import MeanAbsoluteError
    >>> check_metric(MeanAbsoluteError(), engines=[])
    ['documentation', 'options', 'direction', 'batches']
    """
    return run_all(metric_checks(metric, data, engines))


def _check_direction(metric: Metric) -> None:
    assert metric.direction in ("min", "max") or not metric.compares, (
        f"{metric!r} does not say which way is better: give the class "
        'direction = "min" or "max", which callbacks go by.'
    )


def _check_batches(metric: Metric, data: Data | None) -> None:
    """Check that two batches give what all rows at once give."""
    (y, p), found = _given(metric, data), []
    for cuts in ([len(p)], [len(p) // 3, len(p)]):
        metric.reset_state()
        for start, end in zip([0, *cuts], cuts):
            metric.update_state(y[start:end], p[start:end])
        found.append(np.asarray(metric.result(), "float64"))
    metric.reset_state()
    if not metric.by_batch:
        hint = "Have update() return sums over the rows, and from_sums() make the metric of them."
        what = f"{metric!r}: the result of two batches and of one"
        assert_close(found[1], found[0], FORWARD, what, hint)


def _check_metric_on(metric: Metric, data: Data | None, engine: str) -> None:
    found, wanted = (_sums(metric, _given(metric, data), each) for each in (engine, "numpy"))
    what = f"{metric!r}: the sums that update() returns on {engine} and on NumPy"
    assert_all_close(found, wanted, FORWARD, what, _FORMULA)


def _sums(metric: Metric, data: Data, engine: str) -> list[np.ndarray]:
    backend = registry.load(engine)
    ops, (y, p) = backend.ops, data

    def update(predicted: Any) -> list[Any]:
        truth = ops.operand(y)
        truth = ops.as_index(truth) if y.dtype.kind in "iu" else truth
        return metric.update(*metric.typed(truth, predicted, ops), None, ops)

    found, _ = backend.differentiate(update, [p])
    # A number of rows may be a whole number on one engine and a float on another.
    return [np.asarray(each, "float64") for each in found]
