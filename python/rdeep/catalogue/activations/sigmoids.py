"""Sigmoids and hyperbolic tangents: bounded for large values."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.activations.base import Activation


class Sigmoid(Activation):
    """Sigmoid (logistic) activation: `1 / (1 + exp(-x))`.

    Examples
    --------
    >>> from rdeep import ops
    >>> Sigmoid().compute(ops.array([-1.0, 2.0]), ops)
    tensor([0.2689, 0.8808])
    """

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the activated tensor."""
        return ops.sigmoid(x)


class HardSigmoid(Activation):
    """Hard sigmoid activation: `relu6(x + 3) / 6`.

    Examples
    --------
    >>> from rdeep import ops
    >>> HardSigmoid().compute(ops.array([-1.0, 4.0]), ops)
    tensor([0.3333, 1.0000])
    """

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the activated tensor."""
        return ops.hard_sigmoid(x)


class LogSigmoid(Activation):
    """Logarithm of the sigmoid: `-log(1 + exp(-x))`.

    Examples
    --------
    >>> from rdeep import ops
    >>> LogSigmoid().compute(ops.array([-1.0, 2.0]), ops)
    tensor([-1.3133, -0.1269])
    """

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the activated tensor."""
        return ops.log_sigmoid(x)


class SparseSigmoid(Activation):
    """Sparse sigmoid activation: 0 up to -1, 1 from 1 on, `(x + 1) / 2` in between.

    References
    ----------
    Blondel, M., Martins, A. F. T. and Niculae, V. (2020). Learning with Fenchel-Young losses.
    arXiv:1901.02324.

    Examples
    --------
    >>> from rdeep import ops
    >>> SparseSigmoid().compute(ops.array([-1.0, 0.5, 2.0]), ops)
    tensor([0.0000, 0.7500, 1.0000])
    """

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the activated tensor."""
        return ops.sparse_sigmoid(x)


class Tanh(Activation):
    """Hyperbolic tangent (tanh) activation.

    Examples
    --------
    >>> from rdeep import ops
    >>> Tanh().compute(ops.array([-1.0, 2.0]), ops)
    tensor([-0.7616,  0.9640])
    """

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the activated tensor."""
        return ops.tanh(x)


class HardTanh(Activation):
    """Hard tanh activation: `x` limited to -1 and 1.

    Examples
    --------
    >>> from rdeep import ops
    >>> HardTanh().compute(ops.array([-2.0, 0.5]), ops)
    tensor([-1.0000,  0.5000])
    """

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the activated tensor."""
        return ops.hard_tanh(x)


class Softsign(Activation):
    """Softsign activation: `x / (abs(x) + 1)`.

    Examples
    --------
    >>> from rdeep import ops
    >>> Softsign().compute(ops.array([-1.0, 2.0]), ops)
    tensor([-0.5000,  0.6667])
    """

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the activated tensor."""
        return ops.softsign(x)
