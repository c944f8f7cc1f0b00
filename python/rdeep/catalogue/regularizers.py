"""Penalties on weights, added to the loss."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.options import Number, option
from rdeep.catalogue.record import Record

__all__ = ["L1", "L1L2", "L2", "Regularizer"]


class Regularizer(Record, kind="regularizer"):
    """A penalty on a weight."""

    def penalty(self, w: Any, ops: Any) -> Any:
        """Return the penalty on a weight, a scalar."""
        raise NotImplementedError


class L1(Regularizer):
    """The sum of the absolute values, times a factor."""

    key = "l1"
    l1: float = option(Number(0.0), 0.01, "The factor.")

    def penalty(self, w: Any, ops: Any) -> Any:
        """Return `l1 * sum(|w|)`."""
        return self.l1 * ops.sum(ops.abs(w))


class L2(Regularizer):
    """The sum of the squares, times a factor (without the half that some texts put there)."""

    key = "l2"
    l2: float = option(Number(0.0), 0.01, "The factor.")

    def penalty(self, w: Any, ops: Any) -> Any:
        """Return `l2 * sum(w^2)`."""
        return self.l2 * ops.sum(ops.square(w))


class L1L2(Regularizer):
    """Both the absolute values and the squares, each with its factor."""

    key = "l1_l2"
    l1: float = option(Number(0.0), 0.0, "The factor of the absolute values.")
    l2: float = option(Number(0.0), 0.0, "The factor of the squares.")

    def penalty(self, w: Any, ops: Any) -> Any:
        """Return `l1 * sum(|w|) + l2 * sum(w^2)`."""
        return self.l1 * ops.sum(ops.abs(w)) + self.l2 * ops.sum(ops.square(w))
