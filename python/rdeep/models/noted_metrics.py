"""Metrics that a model's own loss or metrics update, as numbers of the network that computes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rdeep.catalogue.metrics.base import MeanMetric
from rdeep.catalogue.metrics.noted import Noted
from rdeep.catalogue.metrics.reduction import Mean, Sum
from rdeep.errors import ArgumentError, class_name, operation_call
from rdeep.ops.dispatch import function
from rdeep.ops.measures import measure


def noted_values(modes: Sequence[Sequence[Noted]]) -> dict[str, tuple[Any, Any]]:
    """Return the numbers that metrics were told of, by the metrics' names.

    Parameters
    ----------
    modes : sequence of sequence of Noted
        What `compute_loss` updated in training, and in evaluation if that is another graph.

    Returns
    -------
    dict
        A number for each mode; the metric that is called as the loss itself is left out.
    """
    found: dict[str, list[Any]] = {}
    for noted in modes:
        for each in noted:
            name = each.metric.name or each.metric.key
            if name != "loss":
                found.setdefault(name, []).append(batch_mean(each))
    return {name: (values[0], values[-1]) for name, values in found.items()}


def batch_mean(noted: Noted) -> Any:
    """Return a batch's mean, each value by its weight.

    Parameters
    ----------
    noted : Noted
        What a metric was told of.
    """
    metric = noted.metric
    if not isinstance(metric, MeanMetric) or isinstance(metric, Sum):
        raise ArgumentError(
            f"compute_loss() and compute_metrics() cannot update {class_name(metric)}: each is "
            "called once, with symbolic tensors, and only means over batches come of it.",
            received=metric,
            hint=f"Give the metric to {operation_call('compile')}, or write a `train_step`.",
        )
    of_numbers = isinstance(metric, Mean)
    values = noted.y_pred if of_numbers else measure(metric, noted.y_true, noted.y_pred)
    values = function("cast")(values, "float32")
    if noted.sample_weight is None:
        return function("mean")(values)
    weights = function("cast")(noted.sample_weight, "float32") * function("ones_like")(values)
    return function("sum")(values * weights) / function("sum")(weights)
