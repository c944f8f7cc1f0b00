"""Activations along an axis: probabilities and gates."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.activations.base import Activation
from rdeep.catalogue.options import Axis, option
from rdeep.errors import ShapeError, format_shape, show_axis


class Softmax(Activation):
    """Softmax activation: `exp(x) / sum(exp(x))` along an axis, probabilities that sum to 1.

    Examples
    --------
    >>> from rdeep import ops
    >>> Softmax().compute(ops.array([[1.0, 2.0, 3.0]]), ops)
    tensor([[0.0900, 0.2447, 0.6652]])
    """

    axis: int = option(Axis(), -1, "The axis along which the values sum to one.")

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the activated tensor."""
        return ops.softmax(x, axis=self.axis)


class LogSoftmax(Activation):
    """Log-softmax activation: `x - log(sum(exp(x)))` along an axis, log-probabilities.

    Examples
    --------
    >>> from rdeep import ops
    >>> LogSoftmax().compute(ops.array([[1.0, 2.0, 3.0]]), ops)
    tensor([[-2.4076, -1.4076, -0.4076]])
    """

    axis: int = option(Axis(), -1, "The axis along which the exponentials sum to one.")

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the activated tensor."""
        return ops.log_softmax(x, axis=self.axis)


class Sparsemax(Activation):
    """Sparsemax activation: sparse probabilities along an axis.

    The Euclidean projection onto the probability simplex: `max(x - t, 0)` with the `t` for which
    the values sum to 1.

    References
    ----------
    Martins, A. F. T. and Astudillo, R. F. (2016). From softmax to sparsemax. arXiv:1602.02068.

    Examples
    --------
    >>> from rdeep import ops
    >>> Sparsemax().compute(ops.array([[1.0, 1.5, 0.1]]), ops)
    tensor([[0.2500, 0.7500, 0.0000]])
    """

    axis: int = option(Axis(), -1, "The axis along which the values sum to one.")

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the probabilities."""
        # Keras 3.15 adds up running sums here, and its values do not sum to one.
        ordered = -ops.sort(-x, axis=self.axis)
        one, none = ops.ones_like(x), ops.zeros_like(x)
        place = ops.cumsum(one, axis=self.axis)
        support = place * ordered > ops.cumsum(ordered, axis=self.axis) - 1.0
        total = ops.sum(ops.where(support, ordered, none), axis=self.axis, keepdims=True)
        number = ops.sum(ops.where(support, one, none), axis=self.axis, keepdims=True)
        return ops.relu(x - (total - 1.0) / number)


class Glu(Activation):
    """Gated linear unit (GLU): one half of an axis times the sigmoid of the other.

    The output is half as large along the axis, so that it is an `Activation` layer of its own:
    other layers refuse it.

    References
    ----------
    Dauphin, Y. N., Fan, A., Auli, M. and Grangier, D. (2017). Language modeling with gated
    convolutional networks. arXiv:1612.08083.

    Examples
    --------
    >>> from rdeep import ops
    >>> Glu().compute(ops.array([[1.0, 2.0, 0.0, 0.0]]), ops)
    tensor([[0.5000, 1.0000]])
    """

    reshapes = True
    axis: int = option(Axis(), -1, "The axis to split into halves.")

    def output_shape(self, shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return the shape with one size halved."""
        place = self.axis if self.axis >= 0 else len(shape) + self.axis
        if not 0 < place < len(shape) or (shape[place] or 2) % 2:
            raise ShapeError(
                f"Activation 'glu' cuts axis {show_axis(self.axis)} into halves, which a tensor of "
                "shape "
                f"{format_shape(shape)} cannot be.",
                received=shape,
                expected="an even size",
            )
        size = shape[place]
        halved = None if size is None else size // 2
        return (*shape[:place], halved, *shape[place + 1 :])

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the gated half."""
        self.output_shape(tuple(x.shape))
        return ops.glu(x, self.axis)
