"""Losses and metrics as functions of tensors: a value for each sample, as Keras's functions give.

A user's own loss or metric calls them among its operations.
"""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.weighing import aligned, weighable
from rdeep.errors import ArgumentError, ShapeError, class_name, format_shape


def by_sample(
    record: Any,
    y_true: Any,
    y_pred: Any,
    ops: Any,
    reduce: bool = False,
    sample_weight: Any = None,
) -> Any:
    """Return a loss or metric of each sample.

    Parameters
    ----------
    record : Loss or Metric
        What is computed.
    y_true, y_pred : tensor
        The truth and the predictions.
    ops : module
        The engine's array functions.
    reduce : bool
        Whether a loss becomes one number by its `reduction`.
    sample_weight : tensor, optional
        A weight for each sample.

    Raises
    ------
    ArgumentError
        If it has no value for a sample: a metric of all of them, such as precision.
    """
    if not hasattr(record, "values"):
        raise ArgumentError(
            f"{class_name(record)} has no value for each sample: it cannot be used in a "
            "function of tensors.",
            argument="y_pred",
            hint="Give it to compile() by itself, or call it with arrays.",
        )
    if "float" not in str(y_pred.dtype):
        y_pred = ops.as_float(y_pred)
    if sample_weight is not None:
        sample_weight = ops.cast(sample_weight, y_pred.dtype)
    truth = fitted(record, y_true, y_pred, ops)
    if reduce and sample_weight is None and _is_mean(record):
        fused = ops.fused_loss(record, truth, y_pred)
        if fused is not None:
            return fused
    typed = record.typed(truth, y_pred, ops)
    values = weighable(record, typed[0], typed[1], sample_weight, ops)
    if reduce:
        weights = record.weigh(truth, values, sample_weight, None, ops)
        return record.reduce(values, weights, ops)
    if sample_weight is None:
        return values
    return values * aligned(sample_weight, values, ops, type(record).__name__)


def _is_mean(record: Any) -> bool:
    return record.reduction in ("sum_over_batch_size", "mean") and record.computes_in is None


def fitted(record: Any, y_true: Any, y_pred: Any, ops: Any) -> Any:
    """Return the truth in the shape and type that go with the predictions.

    Parameters
    ----------
    record : Loss or Metric
        What compares them.
    y_true, y_pred : tensor
        The truth and the predictions.
    ops : module
        The engine's array functions.
    """
    wanted = record.wants() if record.kind == "metric" else record.targets
    rank, predicted = len(y_true.shape), len(y_pred.shape)
    single = rank > 0 and y_true.shape[-1] == 1
    if wanted == "classes":
        same = rank == predicted and not (single and y_pred.shape[-1] != 1)
        wanted = "values" if same else "indices"
    if wanted == "indices":
        y_true = ops.squeeze(y_true, -1) if rank == predicted and single else y_true
        return ops.cast(y_true, "int64")
    if wanted != "values":
        return y_true
    if rank == predicted - 1 and y_pred.shape[-1] == 1:
        y_true = ops.expand_dims(y_true, -1)
    elif rank == predicted + 1 and single:
        y_true = ops.squeeze(y_true, -1)
    elif rank != predicted and 0 not in (rank, predicted):
        # Samples would be taken for numbers of a sample.
        raise ShapeError(
            f"'y_true' of shape {format_shape(y_true.shape)} does not go with 'y_pred' "
            f"of shape {format_shape(y_pred.shape)}.",
            argument="y_true",
            received=tuple(y_true.shape),
        )
    return ops.cast(y_true, y_pred.dtype)
