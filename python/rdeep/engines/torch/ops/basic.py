"""The shared array functions, on torch. The names and meanings are those of `keras.ops`."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from rdeep.catalogue import losses

lgamma = torch.lgamma


def pick(x: Tensor, indices: Tensor, axis: int = -1) -> Tensor:
    """Return the value at an index along an axis, which goes."""
    return x.gather(axis, indices.unsqueeze(axis)).squeeze(axis)


def largest(x: Tensor) -> Tensor:
    """Return the position of the largest value along the last axis, int64: `argmax` casts."""
    return x.argmax(dim=-1)


def as_index(x: Tensor) -> Tensor:
    """Return whole numbers as integers."""
    return x.long()


def as_float(x: Tensor) -> Tensor:
    """Return a tensor as float32."""
    return x.to(torch.float32)


def detach(x: Tensor) -> Tensor:
    """Return a tensor that no gradient flows through."""
    return x.detach()


def count(x: Tensor) -> float:
    """Return how many values there are."""
    return float(x.numel())


def rows(x: Tensor) -> float:
    """Return the size of the first dimension."""
    return float(x.shape[0])


def spread(weights: Tensor, values: Tensor) -> Tensor:
    """Return sample weights repeated to the shape of values."""
    missing = values.dim() - weights.dim()
    return weights.reshape(*weights.shape, *([1] * missing)).expand_as(values)


def fused_loss(loss: losses.Loss, y_true: Tensor, y_pred: Tensor) -> Tensor | None:
    """Return the mean of a loss in one operation; `None` where torch has none that is the same."""
    if isinstance(loss, losses.MeanSquaredError):
        return functional.mse_loss(y_pred, y_true)
    if isinstance(loss, losses.MeanAbsoluteError):
        return functional.l1_loss(y_pred, y_true)
    if not getattr(loss, "from_logits", False) or getattr(loss, "axis", None) not in (
        -1,
        y_pred.dim() - 1,
    ):
        return None
    if isinstance(loss, losses.BinaryCrossentropy) and not loss.label_smoothing:
        return functional.binary_cross_entropy_with_logits(y_pred, y_true)
    if isinstance(loss, losses.CategoricalCrossentropy) and not loss.label_smoothing:
        return functional.cross_entropy(y_pred.flatten(0, -2), y_true.flatten(0, -2))
    if isinstance(loss, losses.SparseCategoricalCrossentropy) and loss.ignore_class is None:
        return functional.cross_entropy(y_pred.flatten(0, -2), y_true.flatten())
    return None
