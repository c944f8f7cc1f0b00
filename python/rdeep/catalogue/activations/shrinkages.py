"""Shrinkages and thresholds."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.activations.base import Activation
from rdeep.catalogue.options import Number, option


class TanhShrink(Activation):
    """Tanh shrink activation: `x - tanh(x)`.

    Examples
    --------
    >>> from rdeep import ops
    >>> TanhShrink().compute(ops.array([-1.0, 2.0]), ops)
    tensor([-0.2384,  1.0360])
    """

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the activated tensor."""
        return ops.tanh_shrink(x)


class SoftShrink(Activation):
    """Soft shrinkage activation: `x` moved towards zero by a threshold, and zero within it.

    Examples
    --------
    >>> from rdeep import ops
    >>> SoftShrink().compute(ops.array([-1.0, 0.3, 2.0]), ops)
    tensor([-0.5000,  0.0000,  1.5000])
    """

    threshold: float = option(Number(0.0), 0.5, "The threshold: how far values are moved.")

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the activated tensor."""
        return ops.soft_shrink(x, self.threshold)


class HardShrink(Activation):
    """Hard shrinkage activation: `x` where it is beyond a threshold, else zero.

    Examples
    --------
    >>> from rdeep import ops
    >>> HardShrink().compute(ops.array([-1.0, 0.3, 2.0]), ops)
    tensor([-1.,  0.,  2.])
    """

    threshold: float = option(Number(0.0), 0.5, "The threshold.")

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the activated tensor."""
        return ops.hard_shrink(x, self.threshold)


class Threshold(Activation):
    """Threshold activation: `x` above a threshold, else another value.

    Examples
    --------
    >>> from rdeep import ops
    >>> Threshold(0.5, 0.0).compute(ops.array([-1.0, 0.0, 2.0]), ops)
    tensor([0., 0., 2.])
    """

    threshold: float = option(Number(), doc="The threshold above which values are kept.")
    default_value: float = option(Number(), doc="The value of the others.")

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the activated tensor."""
        return ops.threshold(x, self.threshold, self.default_value)
