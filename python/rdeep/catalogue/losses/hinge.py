"""Hinge losses: zero where the margin of a prediction is at least 1."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.losses.base import Loss
from rdeep.catalogue.losses.domains import MARGINS, ONE_HOT

__all__ = ["CategoricalHinge", "Hinge", "SquaredHinge"]


def _margins(y_true: Any, y_pred: Any, ops: Any) -> Any:
    """Return how far answers fall short of a margin of 1; truths of 0 and 1 become -1 and 1."""
    # Numbers that are 0 or 1 solve y^2 = y, and nothing else does.
    binary = ops.all(ops.square(y_true) == y_true)
    y_true = ops.where(binary, 2.0 * y_true - 1.0, y_true)
    return ops.relu(1.0 - y_true * y_pred)


class Hinge(Loss):
    """Hinge loss: `mean(max(1 - y_true * y_pred, 0))`.

    Targets are -1 and 1, or 0 and 1, which become these.

    Examples
    --------
    >>> float(Hinge()([-1, 1], [-0.5, 2.0]))
    0.25
    """

    domain = MARGINS
    by_element = True

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return the mean over the last axis."""
        return ops.mean(_margins(y_true, y_pred, ops), axis=-1)


class SquaredHinge(Loss):
    """Squared hinge loss: `mean(max(1 - y_true * y_pred, 0)^2)`.

    Targets are -1 and 1, or 0 and 1, which become these.

    Examples
    --------
    >>> float(SquaredHinge()([-1, 1], [-0.5, 2.0]))
    0.125
    """

    domain = MARGINS
    by_element = True

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return the mean over the last axis."""
        return ops.mean(ops.square(_margins(y_true, y_pred, ops)), axis=-1)


class CategoricalHinge(Loss):
    """Categorical hinge loss of one-hot targets: `max(neg - pos + 1, 0)`.

    `pos` is the logit of the target class, `neg` the highest of the others.

    Examples
    --------
    >>> float(CategoricalHinge()([[0, 1]], [[0.5, 1.0]]))
    0.5
    """

    domain = ONE_HOT
    across = True

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return the loss of each sample."""
        right = ops.sum(y_true * y_pred, axis=-1)
        wrong = ops.max((1.0 - y_true) * y_pred, axis=-1)
        return ops.relu(wrong - right + 1.0)
