"""Losses of unaligned sequences (CTC)."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.losses.base import Loss

__all__ = ["CTC"]


class CTC(Loss):
    """Connectionist temporal classification (CTC) loss of label sequences.

    The negative log-likelihood of the labels, summed over all alignments with the time steps, with
    blanks in between. Predictions are logits, of shape `(batch, time, classes)`. Targets are label
    indices of shape `(batch, length)`; class 0 is the blank, and pads targets that are shorter.

    References
    ----------
    Graves, A., Fernández, S., Gomez, F. and Schmidhuber, J. (2006). Connectionist temporal
    classification. ICML.

    Examples
    --------
    >>> round(float(CTC()(np.array([[1, 2]]), np.zeros((1, 4, 3)))), 4)
    1.6864
    """

    targets = "sequences"
    ndim = 3

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return the loss of each sample."""
        lengths = ops.sum(ops.as_index(y_true != 0), axis=-1)
        times = ops.sum(ops.as_index(ops.ones_like(y_pred[..., 0], dtype="bool")), axis=-1)
        return ops.ctc_loss(y_true, y_pred, lengths, times)
