"""The loss and the metrics of `compile` as objects, for steps that users write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from rdeep.catalogue.by_sample import fitted
from rdeep.catalogue.layers import Identity
from rdeep.catalogue.losses import Loss
from rdeep.catalogue.losses.base import NoLoss
from rdeep.catalogue.metrics import Mean
from rdeep.catalogue.metrics.codings import Reading
from rdeep.data.arrays import ArrayFeed
from rdeep.engines import registry as backends
from rdeep.errors import ArgumentError, StateError
from rdeep.graph.network import Graph
from rdeep.graph.tensor import Input
from rdeep.ops.dispatch import as_array, engine_of
from rdeep.ops.measures import measure
from rdeep.ops.metric_state import MetricState
from rdeep.training import plans


class CompiledLoss:
    """What `compile` was given as the loss, to be computed of tensors.

    Parameters
    ----------
    compiled : Compiled
        What the model was compiled with.
    graph : Graph
        The model's graph.
    """

    def __init__(self, compiled: plans.Compiled, graph: Graph) -> None:
        self.losses: list[Loss] = plans.losses(compiled, graph)
        self.factors = plans.loss_weights(compiled, graph)

    def __call__(self, y: Any, y_pred: Any, sample_weight: Any) -> Any:
        """Return the loss; `None` if no output has one.

        Parameters
        ----------
        y, y_pred, sample_weight : tensor, or list or dict of them
            The truth, the predictions and the weights of the samples.
        """
        truths, predictions = listed(y), listed(y_pred)
        weights = for_each(sample_weight, len(predictions))
        total: Any = None
        for i, loss in enumerate(self.losses):
            if isinstance(loss, NoLoss):
                continue
            if i >= len(truths):
                raise ArgumentError("compute_loss() needs the targets 'y'.", argument="y")
            value = measure(loss, truths[i], predictions[i], True, weights[i])
            value = value if self.factors[i] == 1.0 else value * self.factors[i]
            total = value if total is None else total + value
        return total


class CompiledMetrics:
    """The metrics of `compile` as one, as Keras has them among a model's metrics.

    Parameters
    ----------
    compiled : Compiled
        What the model was compiled with.
    """

    name = "compile_metrics"
    compares = True

    def __init__(self, compiled: plans.Compiled) -> None:
        self.compiled = replace(compiled, own_loss=True)
        self.graph: Graph | None = None
        self._parts: list[tuple[Loss, list[tuple[str, MetricState, bool, Reading]]]] | None = None

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Add a batch.

        Parameters
        ----------
        y_true, y_pred, sample_weight : tensor, or list or dict of them
            The truth, the predictions and the weights of the samples.
        """
        truths, predictions = listed(y_true), listed(y_pred)
        engine = engine_of(predictions)
        if engine is None:
            raise ArgumentError(
                "Compiled metrics take tensors of the model's engine.", argument="y_pred"
            )
        ops = backends.load(engine).ops
        weights = for_each(sample_weight, len(predictions))
        if self._parts is None:
            self._parts = self._made(truths, predictions, ops)
        for (loss, metrics), y, seen, weight in zip(self._parts, truths, predictions, weights):
            if not metrics or y is None:
                continue
            seen, y = ops.detach(seen), ops.operand(y, seen)
            y = _fitted(loss, y, seen, ops)
            if weight is not None:
                weight = ops.cast(ops.operand(weight, seen), seen.dtype)
            for _, state, counts, reading in metrics:
                state.measure(*reading(y, seen, ops), weight if counts else None, ops)

    def result(self) -> dict[str, Any]:
        """Return the metrics by name."""
        return {
            label: state.result()
            for _, metrics in self._parts or ()
            for label, state, _, _ in metrics
        }

    def directions(self) -> dict[str, str | None]:
        """Return which is better of each metric, the smallest (`"min"`) or the largest."""
        return {
            label: state.metric.direction
            for _, metrics in self._parts or ()
            for label, state, _, _ in metrics
        }

    def reset_state(self) -> None:
        """Forget all batches."""
        for _, metrics in self._parts or ():
            for _, state, _, _ in metrics:
                state.reset()

    def _made(self, truths: Sequence[Any], predictions: Sequence[Any], ops: Any) -> Any:
        graph = self.graph or graph_like(predictions)
        wanted = plans.waiting(self.compiled, graph)
        losses = plans.losses(self.compiled, graph)
        observed: Any = None
        if any(wanted):
            found = [
                _fitted(loss, ops.operand(y, seen), seen, ops)
                for loss, y, seen in zip(losses, truths, predictions)
            ]
            if any(not hasattr(y, "numpy") for y in found):
                raise StateError(
                    "Which metric is meant depends on how targets are coded, which a step that "
                    "is being compiled does not show.",
                    hint="Name the metric, such as 'binary_accuracy'.",
                )
            arrays = [np.asarray(as_array(y)) for y in found]
            observed = plans.observed_targets(ArrayFeed([], arrays, []), graph, wanted)
        objective = plans.objective(self.compiled, graph, observed)
        names = iter(objective.metric_names())
        return [
            (
                plan.loss,
                [
                    (next(names), MetricState(metric), counts, reading)
                    for metric, counts, reading in plan.read_metrics()
                ],
            )
            for plan in objective.plans
        ]


class LossTracker:
    """The mean of the loss: of what a step says, or else of what it computed.

    A step that computes the loss of `compile` and does not add it to this metric reports it
    nevertheless.
    """

    name = "loss"
    direction = "min"
    compares = False

    def __init__(self) -> None:
        self._given, self._computed = Mean(name="loss"), Mean(name="loss")
        self._is_given = False

    def update_state(self, values: Any, sample_weight: Any = None) -> None:
        """Add a batch's loss.

        Parameters
        ----------
        values : tensor
            The loss.
        sample_weight : float, optional
            How much it counts.
        """
        self._is_given = True
        self._given.update_state(values, sample_weight)

    def note(self, loss: Any) -> None:
        """Take note of a loss that was computed.

        Parameters
        ----------
        loss : tensor
            The loss.
        """
        self._computed.update_state(loss)

    def result(self) -> Any:
        """Return the mean."""
        return (self._given if self._is_given else self._computed).result()

    def reset_state(self) -> None:
        """Forget all batches."""
        self._is_given = False
        self._given.reset_state()
        self._computed.reset_state()


class CompiledParts:
    """What a model's steps have of `compile`: its loss, its metrics, and the mean of the loss.

    Parameters
    ----------
    compiled : Compiled
        What the model was compiled with.
    """

    def __init__(self, compiled: plans.Compiled) -> None:
        self.compiled = compiled
        self.tracker = LossTracker()
        self.metrics = CompiledMetrics(compiled)
        self._loss: tuple[Graph, CompiledLoss] | None = None

    @property
    def has_metrics(self) -> bool:
        """Whether `compile` was given any."""
        return bool(self.compiled.metrics or self.compiled.weighted_metrics)

    def loss(self, graph: Graph) -> CompiledLoss:
        """Return the loss for a graph.

        Parameters
        ----------
        graph : Graph
            The model's graph.
        """
        if self._loss is None or self._loss[0] is not graph:
            self._loss = graph, CompiledLoss(self.compiled, graph)
        return self._loss[1]


def graph_like(predictions: Sequence[Any]) -> Graph:
    """Return a graph whose outputs are shaped as some tensors, for models that have no graph.

    Parameters
    ----------
    predictions : sequence of tensor
        The tensors.
    """
    inputs = [Input(tuple(int(size) for size in p.shape[1:])) for p in predictions]
    return Graph(inputs, [Identity()(each) for each in inputs])


def listed(value: Any) -> list[Any]:
    """Return tensors as a list.

    Parameters
    ----------
    value : tensor, list or dict of them, or None
        The tensors.
    """
    if isinstance(value, Mapping):
        return list(value.values())
    return list(value) if isinstance(value, (list, tuple)) else [] if value is None else [value]


def for_each(weights: Any, outputs: int) -> list[Any]:
    """Return sample weights for each output: those of one count for all.

    Parameters
    ----------
    weights : tensor, list or dict of them, or None
        The weights.
    outputs : int
        How many outputs there are.
    """
    found = listed(weights) or [None]
    return found * outputs if len(found) == 1 else found


def _fitted(loss: Loss, y: Any, seen: Any, ops: Any) -> Any:
    return y if isinstance(loss, NoLoss) else fitted(loss, y, seen, ops)
