"""The training objective: losses and metrics of all outputs, for either engine."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from rdeep.arrays import numpy as numpy_ops
from rdeep.catalogue.activations import Activation, Sigmoid, Softmax
from rdeep.catalogue.losses import Loss
from rdeep.catalogue.losses.base import NoLoss
from rdeep.catalogue.metrics import Metric
from rdeep.catalogue.metrics.codings import Reading
from rdeep.catalogue.metrics.meter import collected as collected_value
from rdeep.catalogue.weighing import aligned, weighable
from rdeep.data.arrays import ArrayFeed
from rdeep.graph.network import Graph


def heads(graph: Graph) -> list[Activation | None]:
    """Return, for each output, the softmax or sigmoid to take off the network's end.

    Losses are computed from the scores before it, which loses no digits; predictions apply it.

    Parameters
    ----------
    graph : Graph
        The graph.
    """
    found: list[Activation | None] = []
    for output in graph.outputs:
        activation = graph.output_activation(output)
        if output.node.layer.penalty_on_output() is not None:
            # What is penalised is the output with its activation.
            activation = None
        plain = isinstance(activation, Sigmoid) or (
            isinstance(activation, Softmax) and activation.axis in (-1, len(output.shape) - 1)
        )
        found.append(activation if plain else None)
    return found


@dataclass
class OutputPlan:
    """An output's loss and metrics."""

    name: str
    loss: Loss
    loss_weight: float = 1.0
    metrics: list[Metric] = field(default_factory=list)
    weighted_metrics: list[Metric] = field(default_factory=list)
    columns: int | None = None
    """The size of the output's last axis."""
    readings: list[Reading] = field(default_factory=list)
    """How each of `all_metrics()` reads targets and predictions; as they are by default."""
    masked: bool = False
    """Whether the output has a mask of time steps."""

    def all_metrics(self) -> list[tuple[Metric, bool]]:
        """Return the metrics, each with whether sample weights count."""
        return [(m, False) for m in self.metrics] + [(m, True) for m in self.weighted_metrics]

    def read_metrics(self) -> list[tuple[Metric, bool, Reading]]:
        """Return the metrics, each with whether weights count and how it reads."""
        rest = [Reading()] * (len(self.all_metrics()) - len(self.readings))
        return [(*each, how) for each, how in zip(self.all_metrics(), [*self.readings, *rest])]

    def sums(self) -> int:
        """Return how many sums the metrics have."""
        return sum(metric.sums(self.columns) for metric, _ in self.all_metrics())

    @property
    def collects(self) -> bool:
        """Whether a metric needs all predictions at once."""
        return any(metric.collects for metric, _ in self.all_metrics())


@dataclass(frozen=True)
class Computed:
    """What a network computes of its batch itself, in outputs after those of the model.

    The network's inputs are then the model's, the targets, and the samples' weights.

    Attributes
    ----------
    loss : bool
        Whether the first of them is the loss, in the place of that of targets and outputs.
    penalties : bool
        Whether what layers and regularizers add to the loss counts beside it.
    names : tuple of str
        The metrics that follow.
    targets : tuple of bool
        Which outputs' targets are inputs of the network.
    weighted : tuple of bool
        Which outputs' sample weights are.
    """

    loss: bool
    penalties: bool
    names: tuple[str, ...]
    targets: tuple[bool, ...]
    weighted: tuple[bool, ...]

    def fed(self, feed: ArrayFeed) -> ArrayFeed:
        """Return a feed whose inputs are those of the network.

        Parameters
        ----------
        feed : ArrayFeed
            Inputs, targets and weights of the model. Weights that are left out are ones.
        """
        inputs = list(feed.inputs)
        inputs += [_as_input(y) for y, taken in zip(feed.targets, self.targets) if taken]
        for weights, taken in zip(feed.weights, self.weighted):
            if taken:
                inputs.append(np.ones(feed.rows, np.float32) if weights is None else weights)
        return ArrayFeed(inputs, feed.targets, feed.weights)


def _as_input(array: np.ndarray) -> np.ndarray:
    return array.astype(np.int32) if array.dtype == np.int64 else array


class Objective:
    """The losses and metrics of a model's outputs.

    The sums are laid out as: total loss times rows, rows, each output's loss times rows where
    there are several, the metrics that the network computes itself times rows, then each metric's
    sums in order. A batch gives its losses as they are: whoever adds them up multiplies those at
    the places in `means` by the rows.

    Parameters
    ----------
    plans : list of OutputPlan
        A plan for each output.
    output_heads : list of Activation or None
        What `heads` returned for the graph.
    computed : Computed, optional
        What the network computes itself.
    """

    def __init__(
        self,
        plans: list[OutputPlan],
        output_heads: list[Activation | None],
        computed: Computed | None = None,
    ) -> None:
        self.plans, self.computed = plans, computed
        self.heads = output_heads
        own_loss = computed is not None and computed.loss
        judged = [plan for plan in plans if not isinstance(plan.loss, NoLoss)]
        self._labelled = [] if len(plans) == 1 or own_loss else judged
        self._names = () if computed is None else computed.names
        self.size = 2 + len(self._labelled) + len(self._names)
        self.means = [0, *range(2, self.size)]
        self.size += sum(plan.sums() for plan in plans)
        self._outputs = [_Output(plan, head) for plan, head in zip(plans, output_heads)]
        self._own_loss = own_loss
        self._penalised = computed is None or computed.penalties

    def fed(self, feed: ArrayFeed) -> ArrayFeed:
        """Return data as the network takes it.

        Parameters
        ----------
        feed : ArrayFeed
            Inputs, targets and weights of the model.
        """
        return feed if self.computed is None else self.computed.fed(feed)

    def predictions(self, scores: list[Any], ops: Any) -> list[Any]:
        """Return the network's outputs with the activations that were taken off."""
        return [
            score if head is None else head.compute(score, ops)
            for score, head in zip(scores, self.heads)
        ]

    def measure(
        self,
        scores: list[Any],
        targets: list[Any],
        weights: list[Any],
        masks: list[Any],
        penalty: Any,
        ops: Any,
    ) -> tuple[Any, list[Any], list[tuple[Any, Any, Any]]]:
        """Return the loss to minimise, what the batch gives to the sums, and what to collect.

        Parameters
        ----------
        scores : list of tensor
            The outputs before the activations that were taken off.
        targets : list of tensor
            The truth for each output.
        weights, masks : list of tensor or None
            For each output, a weight for each sample, and the mask of its time steps.
        penalty : tensor or None
            The sum of the regularizers' penalties.
        ops : module
            The engine's array functions.
        """
        scores = _narrow(scores, ops)
        total = penalty if self._penalised else None
        own = scores[len(self._outputs) :]
        each_loss, metric_sums, collected = [], [], []
        for i, output in enumerate(self._outputs):
            loss, seen = output.loss_of(scores[i], targets[i], weights[i], masks[i], ops)
            if loss is not None and not self._own_loss:
                each_loss.append(loss)
                weighted = loss if output.loss_weight == 1.0 else loss * output.loss_weight
                total = weighted if total is None else total + weighted
            if output.metrics:
                metric_sums += output.metric_sums(targets[i], seen, weights[i], masks[i], ops)
            if output.collects:
                collected.append((targets[i], _left_blank(seen, masks[i], ops), weights[i]))
        if self._own_loss:
            total, own = own[0] if total is None else own[0] + total, own[1:]
        sums = [total, ops.rows(scores[0]), *(each_loss if self._labelled else ())]
        return total, [*sums, *own, *metric_sums], collected

    def losses_of_rows(self, scores: list[Any], targets: list[Any], ops: Any) -> list[Any]:
        """Return what each row loses, for each output, whatever the weights.

        Parameters
        ----------
        scores, targets : list of tensor
            As for `measure`.
        ops : module
            An engine's array functions.
        """
        return [
            output.values_of(score, y, ops)
            for output, score, y in zip(self._outputs, _narrow(scores, ops), targets)
        ]

    @property
    def chunks_add_up(self) -> bool:
        """Whether an evaluation comes to the same however the rows are cut into batches."""
        means = ("sum_over_batch_size", "mean")
        whole = all(getattr(plan.loss, "ignore_class", None) is None for plan in self.plans)
        alone = all(plan.loss.by_sample and plan.loss.reduction in means for plan in self.plans)
        return (
            whole
            and self.computed is None
            and alone
            and not any(metric.by_batch for plan in self.plans for metric, _ in plan.all_metrics())
        )

    def results(
        self, totals: np.ndarray, collected: list[list[tuple[Any, Any, Any]]]
    ) -> dict[str, float | list[float]]:
        """Return the logs that sums come to.

        Parameters
        ----------
        totals : numpy.ndarray
            The sums.
        collected : list
            For each output that collects, its batches as NumPy arrays.
        """
        totals = np.asarray(totals, dtype=np.float64)
        rows = max(totals[1], 1.0)
        logs: dict[str, float | list[float]] = {"loss": float(totals[0] / rows)}
        position = 2
        for plan in self._labelled:
            logs[f"{plan.name}_loss"] = float(totals[position] / rows)
            position += 1
        for name in self._names:
            logs[_unused(name, logs)] = float(totals[position] / rows)
            position += 1
        waiting = list(collected)
        for plan in self.plans:
            batches = waiting.pop(0) if plan.collects else []
            for metric, counts, reading in plan.read_metrics():
                label = self._label(plan, metric, counts, logs)
                if metric.collects:
                    used = [_filled_in(*batch) for batch in batches] if plan.masked else batches
                    read = [(*reading(y, seen, numpy_ops), weight) for y, seen, weight in used]
                    logs[label] = collected_value(metric, read, counts) if read else 0.0
                else:
                    end = position + metric.sums(plan.columns)
                    logs[label] = metric.from_sums(totals[position:end])
                    position = end
        return logs

    def directions(self) -> dict[str, str | None]:
        """Return for each log whether the smallest (`"min"`) or the largest (`"max"`) is best.

        `None` is for metrics of which nobody has said it.
        """
        found: dict[str, str | None] = {"loss": "min"}
        found.update({f"{plan.name}_loss": "min" for plan in self._labelled})
        for name in self._names:
            found[_unused(name, found)] = None
        for plan in self.plans:
            for metric, counts in plan.all_metrics():
                found[self._label(plan, metric, counts, found)] = metric.direction
        return found

    def metric_names(self) -> list[str]:
        """Return what the metrics of `compile` are called in logs, output by output."""
        count = sum(len(plan.all_metrics()) for plan in self.plans)
        return list(self.directions())[-count:] if count else []

    def _label(self, plan: OutputPlan, metric: Metric, counts: bool, taken: dict[str, Any]) -> str:
        prefix = f"{plan.name}_" if len(self.plans) > 1 else ""
        label = f"{prefix}{metric.label()}"
        if counts and label in taken:
            label = f"{prefix}weighted_{metric.label()}"
        return _unused(label, taken)


class _Output:
    """An output's plan, looked into once: what follows is done for each batch."""

    def __init__(self, plan: OutputPlan, head: Activation | None) -> None:
        self.loss = _on_scores(plan.loss, head)
        self.has_loss = not isinstance(plan.loss, NoLoss)
        self.loss_weight, self.collects, self.head = plan.loss_weight, plan.collects, head
        self.metrics = [each for each in plan.read_metrics() if not each[0].collects]
        self.on_scores = head is None or self.loss is not plan.loss
        self.predicts = not self.on_scores or bool(self.metrics) or self.collects
        mean = plan.loss.reduction in ("sum_over_batch_size", "mean")
        self.fusible = mean and plan.loss.computes_in is None

    def loss_of(self, scores: Any, y: Any, weight: Any, mask: Any, ops: Any) -> tuple[Any, Any]:
        """Return the loss, by the engine's fused form where it has one, and the predictions."""
        predicted = seen = None
        if self.predicts:
            predicted = scores if self.head is None else self.head.compute(scores, ops)
            seen = ops.detach(predicted)
        if not self.has_loss:
            return None, seen
        judged = scores if self.on_scores else predicted
        if weight is None and mask is None and self.fusible:
            fused = ops.fused_loss(self.loss, y, judged)
            if fused is not None:
                return fused, seen
        values = weighable(self.loss, *self.loss.typed(y, judged, ops), weight, ops)
        used = self.loss.weigh(y, values, weight, mask, ops)
        reduced = self.loss.reduce(values, used, ops)
        return reduced if self.loss.computes_in is None else ops.as_float(reduced), seen

    def values_of(self, scores: Any, y: Any, ops: Any) -> Any:
        """Return what each row loses."""
        judged = scores if self.on_scores or self.head is None else self.head.compute(scores, ops)
        return self.loss.values(*self.loss.typed(y, judged, ops), ops)

    def metric_sums(self, y: Any, seen: Any, weight: Any, mask: Any, ops: Any) -> list[Any]:
        """Return what the batch adds to the metrics' sums."""
        sums = []
        for metric, counts, reading in self.metrics:
            used = _metric_weights(weight if counts else None, mask, ops)
            sums += metric.update(*metric.typed(*reading(y, seen, ops), ops), used, ops)
        return sums


def _on_scores(loss: Loss, head: Activation | None) -> Loss:
    if head is None or loss.folds != type(head).__name__ or getattr(loss, "from_logits", False):
        return loss
    return loss.on_scores()


def _narrow(scores: list[Any], ops: Any) -> list[Any]:
    """Return outputs as targets are: those of layers in float64 as float32."""
    return [ops.as_float(x) if "float64" in str(x.dtype) else x for x in scores]


def _left_blank(seen: Any, mask: Any, ops: Any) -> Any:
    """Return predictions with NaN where a mask leaves them out."""
    if mask is None:
        return seen
    kept = ops.spread(mask, seen)
    return ops.where(kept, seen, ops.zeros_like(seen) + float("nan"))


def _filled_in(y: Any, seen: Any, weights: Any) -> tuple[Any, Any, Any]:
    """Return the places of a batch that no mask leaves out, one a row."""
    kept = ~np.isnan(seen).all(-1)
    if weights is not None:
        weights = numpy_ops.spread(weights, kept if weights.ndim <= kept.ndim else seen)[kept]
    return y[kept], seen[kept], weights


def _metric_weights(weight: Any, mask: Any, ops: Any) -> Any:
    if mask is None:
        return weight
    mask = ops.as_float(mask)
    if weight is None:
        return mask
    # A mask of time steps may stand for what is weighed number by number.
    if len(weight.shape) > len(mask.shape) and weight.shape[-1] != 1:
        return weight * ops.spread(mask, weight)
    return aligned(weight, mask, ops) * mask


def _unused(label: str, logs: dict[str, Any]) -> str:
    number, name = 0, label
    while name in logs:
        number += 1
        name = f"{label}_{number}"
    return name
