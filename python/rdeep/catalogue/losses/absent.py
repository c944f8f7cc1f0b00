"""The loss of an output that is not trained on."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.losses.base import Loss


class NoLoss(Loss, abstract=True):
    """Stands where `compile` names losses for other outputs alone: it adds nothing."""

    targets = "free"

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return zeros, of which the output's layers have a gradient: zero too."""
        return y_pred * 0.0


def is_absent(loss: Loss) -> bool:
    """Return whether an output has no loss of its own.

    Parameters
    ----------
    loss : Loss
        What stands for its loss.
    """
    return isinstance(loss, NoLoss)
