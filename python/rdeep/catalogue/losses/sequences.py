"""Losses of sequences that need not be aligned."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.losses.base import Loss

__all__ = ["CTC"]


class CTC(Loss):
    """Connectionist temporal classification: labels in order, at whatever time steps.

    The negative log-likelihood of all the ways to spread the labels over the time steps with
    blanks between (Graves et al., 2006). Predictions are scores before softmax, of shape
    `(batch, time, classes)`. Targets are label numbers of shape `(batch, length)`; class 0 is the
    blank, and pads targets that are shorter.
    """

    targets = "sequences"
    ndim = 3

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return the loss of each sample."""
        lengths = ops.sum(ops.as_index(y_true != 0), axis=-1)
        times = ops.zeros_like(lengths) + ops.shape(y_pred)[1]
        return ops.ctc_loss(y_true, y_pred, lengths, times)
