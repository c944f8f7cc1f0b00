"""What a metric keeps by itself where it is given tensors of an engine, as in a step of one's own.

Nothing waits for the device: sums stay tensors until somebody wants the number.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from rdeep.catalogue.by_sample import fitted
from rdeep.catalogue.metrics import Metric
from rdeep.catalogue.metrics.meter import Meter, collected
from rdeep.catalogue.weighing import aligned
from rdeep.engines import registry as backends
from rdeep.engines.stepping import Cell, current
from rdeep.errors import StateError, setting
from rdeep.graph.holder import ValueHolder
from rdeep.ops.dispatch import as_array, engine_of


class MetricResult(ValueHolder):
    """What a metric came to when it was asked, within a step: a number once somebody looks.

    Parameters
    ----------
    metric : Metric
        The metric.
    sums : sequence
        What it had added up, tensors and numbers.
    seen : sequence of tuple
        The batches that it had collected.
    more : numpy.ndarray, optional
        What was added up besides, on NumPy's arrays.
    """

    def __init__(
        self,
        metric: Any,
        sums: Sequence[Any],
        seen: Sequence[tuple[Any, ...]] = (),
        more: np.ndarray | None = None,
    ) -> None:
        self.metric, self.sums, self.seen, self.more = metric, tuple(sums), seen, more

    def number(self) -> float | list[float]:
        """Return the metric; waits for the device."""
        if self.metric.collects:
            return collected(self.metric, _arrays(self.seen), True) if self.seen else 0.0
        parts = [np.ravel(as_array(each)) for each in self.sums]
        total = np.concatenate(parts).astype(np.float64) if parts else None
        if total is None or self.more is not None:
            total = self.more if total is None else total + self.more
        found: float | list[float] = 0.0 if total is None else self.metric.from_sums(total)
        return found

    def parts(self) -> list[Any]:
        """Return the sums, which a traced step hands out."""
        return list(self.sums)

    def of(self, parts: list[Any]) -> MetricResult:
        """Return the result of other sums.

        Parameters
        ----------
        parts : list
            The sums.
        """
        return MetricResult(self.metric, parts, self.seen, self.more)

    @property
    def value(self) -> Any:
        """The metric as a tensor of the engine, to compute with."""
        engine = engine_of(list(self.sums))
        if engine is None:
            return np.asarray(self.number())
        ops = backends.load(engine).ops
        if self.more is None and type(self.metric).from_sums is Metric.from_sums:
            part, whole = (ops.cast(each, "float32") for each in self.sums)
            return ops.where(whole == 0, ops.zeros_like(part), part / whole)
        if any(_is_traced(each) for each in self.sums):
            raise StateError(
                f"The result of metric {self.metric.label()!r} cannot be had within a function "
                "that is compiled.",
                hint="Ask for it outside of that function.",
            )
        step = current()
        if step is not None and step.trace is not None:
            raise StateError(
                f"The result of metric {self.metric.label()!r} is known when the step is over: "
                "a step that is compiled can return it, and not compute with it.",
                hint="Return it as it is, or compile the model with "
                f"{setting('run_eagerly', True)}.",
            )
        return ops.cast(ops.constant(np.asarray(self.number())), "float32")

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        return np.asarray(self.number(), dtype)

    def __float__(self) -> float:
        return float(np.asarray(self.number()))

    def __repr__(self) -> str:
        return f"{self.number()}"


class MetricSum(ValueHolder):
    """Something that a metric has added up.

    Parameters
    ----------
    name : str
        What it is.
    value : tensor or number
        How much.
    """

    def __init__(self, name: str, value: Any) -> None:
        self.name, self.value = name, np.asarray(value) if isinstance(value, float) else value

    def numpy(self) -> np.ndarray:
        """Return the value as an array."""
        return np.asarray(as_array(self.value), np.float32)

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        return self.numpy().astype(dtype or np.float32)


class MetricState(Meter):
    """A metric's state: of NumPy's arrays, of an engine's tensors, or of both."""

    def __init__(self, metric: Any) -> None:
        self.cells: list[Cell] = []
        self.batches: list[tuple[Any, ...]] = []
        super().__init__(metric)

    def reset(self) -> None:
        """Forget all batches."""
        super().reset()
        for cell in self.cells:
            cell.reset()
        # A traced step has this very list.
        self.batches.clear()
        self.is_of_tensors = False

    def update(self, y_true: Any, y_pred: Any, weights: Any) -> None:
        """Add a batch.

        Parameters
        ----------
        y_true, y_pred : array or tensor
            The truth and the predictions.
        weights : array, tensor or None
            A weight for each sample.
        """
        engine = engine_of([y_true, y_pred, weights])
        if engine is None:
            super().update(y_true, y_pred, weights)
            return
        ops = backends.load(engine).ops
        self.is_of_tensors = True
        if y_true is y_pred and weights is None and _is_mean(self.metric, y_pred):
            # A loss, as nearly every step of one's own has it.
            self.add([ops.detach(y_pred), 1.0], ops)
            return
        near = next(each for each in (y_pred, y_true, weights) if engine_of([each]))
        truth: Any
        predicted: Any
        truth, predicted, weights = (
            None if each is None else ops.detach(ops.operand(_plain(each), near))
            for each in (y_true, y_pred, weights)
        )
        if "float" not in str(predicted.dtype):
            predicted = ops.as_float(predicted)
        truth = fitted(self.metric, truth, predicted, ops)
        if weights is not None:
            weights = ops.cast(weights, predicted.dtype)
        self.measure(truth, predicted, weights, ops)

    def measure(self, truth: Any, predicted: Any, weights: Any, ops: Any) -> None:
        """Add a batch of tensors that fit each other.

        Parameters
        ----------
        truth, predicted : tensor
            The truth and the predictions.
        weights : tensor or None
            A weight for each sample.
        ops : module
            The engine's array functions.
        """
        self.is_of_tensors = True
        metric = self.metric
        metric.check_output(predicted.shape[-1] if len(predicted.shape) else None)
        if not metric.collects:
            typed = metric.typed(truth, predicted, ops)
            self.add(metric.update(*typed, weights, ops), ops)
            return
        if weights is not None:
            weights = aligned(weights, predicted, ops, type(metric).__name__)
        step = current()
        if step is None and _is_traced(predicted):
            raise StateError(
                f"Metric {metric.label()!r} needs all predictions at once, and has only those of "
                "a graph within a function that is compiled.",
                hint="Update it outside of that function.",
            )
        if step is None or step.trace is None:
            self.collect((truth, predicted, weights))
        else:
            step.trace.collect(self, (truth, predicted, weights))

    def collect(self, batch: tuple[Any, ...]) -> None:
        """Keep a batch until the metric is wanted.

        Parameters
        ----------
        batch : tuple
            The truth, the predictions and the weights.
        """
        self.batches.append(batch)

    def add(self, values: Sequence[Any], ops: Any) -> None:
        """Add to the sums.

        Parameters
        ----------
        values : sequence
            What `Metric.update` returned: tensors and numbers.
        ops : module
            The engine's array functions.
        """
        if not self.cells:
            self.cells += [Cell(np.zeros(getattr(v, "shape", ()), np.float64)) for v in values]
        for cell, value in zip(self.cells, values):
            if (make := getattr(ops, "graph_variable", None)) is not None:
                cell.follow_graph(make)
            wide = value if isinstance(value, float) else ops.cast(ops.detach(value), "float64")
            before = cell.get()
            at_start = isinstance(before, np.ndarray)
            cell.set(wide if at_start and not before.any() else wide + before)

    def variables(self) -> list[MetricSum]:
        """Return what was added up, with its names: nothing of a metric that needs all at once."""
        if self.metric.collects:
            return []
        if self.is_of_tensors:
            values = [cell.get() for cell in self.cells]
        elif self.sums is not None:
            values = list(self.sums)
        else:
            values = [0.0] * self.metric.sums(None)
        names = ("total", "count") if len(values) == 2 else map(str, range(len(values)))
        return [MetricSum(name, value) for name, value in zip(names, values)]

    def result(self) -> Any:
        """Return the metric of all batches; within a step, what becomes that number."""
        # A function that is compiled adds without a word, after a reset too.
        if not self.is_of_tensors and all(cell.variable is None for cell in self.cells):
            return super().result()
        step = current()
        traced = step is not None and step.trace is not None
        # A traced step hands its batches out: those of the whole pass count.
        seen = self.batches if traced else self.batches[:]
        more = self.sums if not traced else None
        found = MetricResult(self.metric, [cell.get() for cell in self.cells], seen, more)
        if step is None and any(_is_traced(each) for each in found.sums):
            return found.value
        return found if step is not None else found.number()


def _is_traced(tensor: Any) -> bool:
    """Return whether a tensor belongs to a graph of TensorFlow's, and has no value."""
    return hasattr(tensor, "graph")


def _is_mean(metric: Any, value: Any) -> bool:
    """Return whether a metric is the mean of single numbers, and this is one."""
    return (
        type(metric).__name__ == "Mean"
        and metric.computes_in is None
        and not len(value.shape)
        and "float" in str(value.dtype)
    )


def _plain(value: Any) -> Any:
    return value if engine_of([value]) else np.asarray(value)


def _arrays(batches: Sequence[tuple[Any, ...]]) -> list[tuple[Any, Any, Any]]:
    return [tuple(None if t is None else as_array(t) for t in batch) for batch in batches]  # type: ignore[misc]
