"""Activation functions. `compute` is written on the ops that both engines share."""

from __future__ import annotations

from typing import Any, ClassVar

from rdeep.catalogue.options import Axis, Flag, Number, option
from rdeep.catalogue.record import Record
from rdeep.errors import ShapeError, format_shape, show_axis

__all__ = [
    "Activation",
    "Celu",
    "Elu",
    "Exponential",
    "Gelu",
    "Glu",
    "HardShrink",
    "HardSigmoid",
    "HardSilu",
    "HardSwish",
    "HardTanh",
    "LeakyRelu",
    "Linear",
    "LogSigmoid",
    "LogSoftmax",
    "Mish",
    "Relu",
    "Relu6",
    "Selu",
    "Sigmoid",
    "Silu",
    "SoftShrink",
    "Softmax",
    "Softplus",
    "Softsign",
    "SparsePlus",
    "SparseSigmoid",
    "Sparsemax",
    "Squareplus",
    "Tanh",
    "TanhShrink",
    "Threshold",
]


class Activation(Record, kind="activation", abstract=True):
    """A function of a tensor, element by element or along an axis."""

    reshapes: ClassVar[bool] = False
    """Whether the output has another shape than the input."""

    def output_shape(self, shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return the output's shape for an input of this shape, batch included."""
        return shape

    def compute(self, x: Any, ops: Any) -> Any:
        """Apply the function to a tensor of the engine that `ops` belongs to."""
        raise NotImplementedError


class Linear(Activation):
    """The identity: `x`."""

    def compute(self, x: Any, ops: Any) -> Any:
        """Return `x` unchanged."""
        return x


class Relu(Activation):
    """Rectified linear unit: `max(x, 0)`, with an optional slope, ceiling and threshold."""

    negative_slope: float = option(Number(0.0), 0.0, "The slope below the threshold.")
    max_value: float | None = option(Number(0.0), None, "The largest value to return.")
    threshold: float = option(Number(0.0), 0.0, "Values below it are damped or set to zero.")

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the rectified tensor."""
        if self.negative_slope == 0.0 and self.threshold == 0.0:
            positive = ops.relu(x)
            return positive if self.max_value is None else ops.minimum(positive, self.max_value)
        below = self.negative_slope * (x - self.threshold)
        above = x if self.max_value is None else ops.minimum(x, self.max_value)
        return ops.where(x > self.threshold, above, below)


class LeakyRelu(Activation):
    """Rectified linear unit that leaks: `x` above zero, `negative_slope * x` below."""

    negative_slope: float = option(Number(0.0), 0.2, "The slope below zero.")

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the activated tensor."""
        return ops.leaky_relu(x, self.negative_slope)


class Relu6(Activation):
    """Rectified linear unit with a ceiling: `min(max(x, 0), 6)`."""

    key = "relu6"

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the activated tensor."""
        return ops.relu6(x)


class Elu(Activation):
    """Exponential linear unit: `x` above zero, `alpha * (exp(x) - 1)` below."""

    alpha: float = option(
        Number(0.0), 1.0, "The value that large negative inputs tend to, negated."
    )

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the activated tensor."""
        return ops.elu(x, self.alpha)


class Celu(Activation):
    """Continuously differentiable exponential linear unit.

    `x` above zero, `alpha * (exp(x / alpha) - 1)` below (Barron, 2017, arXiv:1704.07483).
    """

    alpha: float = option(
        Number(0.0, open_low=True), 1.0, "The value that large negative inputs tend to, negated."
    )

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the activated tensor."""
        return ops.celu(x, self.alpha)


class Selu(Activation):
    """Scaled exponential linear unit, whose outputs keep mean 0 and variance 1 from layer to layer.

    `1.0507 * x` above zero, `1.0507 * 1.6733 * (exp(x) - 1)` below, for weights that start by
    `"lecun_normal"` (Klambauer et al., 2017, arXiv:1706.02515).
    """

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the activated tensor."""
        return ops.selu(x)


class Gelu(Activation):
    """Gaussian error linear unit: `x * P(X <= x)` for a standard normal `X`.

    The exact form uses the error function, the approximate one tanh (Hendrycks and Gimpel,
    2016, arXiv:1606.08415).
    """

    approximate: bool = option(Flag(), False, "Whether to use the approximation by tanh.")

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the activated tensor."""
        return ops.gelu(x, self.approximate)


class Silu(Activation):
    """The sigmoid linear unit, or swish: `x * sigmoid(x)`.

    Ramachandran et al., 2017, arXiv:1710.05941.
    """

    aliases = ("swish",)

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the activated tensor."""
        return ops.silu(x)


class Mish(Activation):
    """A smooth rectifier that dips below zero: `x * tanh(log(1 + exp(x)))`.

    Misra, 2019, arXiv:1908.08681.
    """

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the activated tensor."""
        return x * ops.tanh(ops.softplus(x))


class HardSilu(Activation):
    """A straight-lined swish: `x * relu6(x + 3) / 6`.

    Howard et al., 2019, arXiv:1905.02244.
    """

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the activated tensor."""
        return ops.hard_silu(x)


class HardSwish(HardSilu):
    """Another name of `HardSilu`: `x * relu6(x + 3) / 6`."""


class Sigmoid(Activation):
    """The logistic function: `1 / (1 + exp(-x))`."""

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the activated tensor."""
        return ops.sigmoid(x)


class HardSigmoid(Activation):
    """A straight-lined sigmoid: `relu6(x + 3) / 6`."""

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the activated tensor."""
        return ops.hard_sigmoid(x)


class LogSigmoid(Activation):
    """The logarithm of the sigmoid: `-log(1 + exp(-x))`."""

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the activated tensor."""
        return ops.log_sigmoid(x)


class SparseSigmoid(Activation):
    """A sigmoid that reaches its bounds: 0 up to -1, 1 from 1 on, `(x + 1) / 2` between.

    Blondel et al., 2019, arXiv:1901.02324.
    """

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the activated tensor."""
        return ops.sparse_sigmoid(x)


class Tanh(Activation):
    """The hyperbolic tangent."""

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the activated tensor."""
        return ops.tanh(x)


class HardTanh(Activation):
    """A straight-lined tanh: `x` kept within -1 and 1."""

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the activated tensor."""
        return ops.hard_tanh(x)


class TanhShrink(Activation):
    """What tanh takes away: `x - tanh(x)`."""

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the activated tensor."""
        return ops.tanh_shrink(x)


class SoftShrink(Activation):
    """`x` moved towards zero by a threshold; zero where it is nearer than that."""

    threshold: float = option(Number(0.0), 0.5, "How far to move.")

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the activated tensor."""
        return ops.soft_shrink(x, self.threshold)


class HardShrink(Activation):
    """`x` where it is further from zero than a threshold, else zero."""

    threshold: float = option(Number(0.0), 0.5, "The distance.")

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the activated tensor."""
        return ops.hard_shrink(x, self.threshold)


class Threshold(Activation):
    """`x` above a threshold, another value elsewhere."""

    threshold: float = option(Number(), doc="Above it values stay.")
    default_value: float = option(Number(), doc="What the others become.")

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the activated tensor."""
        return ops.threshold(x, self.threshold, self.default_value)


class Softplus(Activation):
    """A smooth rectifier: `log(1 + exp(x))`."""

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the activated tensor."""
        return ops.softplus(x)


class SparsePlus(Activation):
    """A smooth rectifier with zeros: 0 up to -1, `x` from 1 on, `(x + 1)^2 / 4` between."""

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the activated tensor."""
        return ops.sparse_plus(x)


class Squareplus(Activation):
    """A smooth rectifier without exponentials: `(x + sqrt(x^2 + b)) / 2`.

    Barron, 2021, arXiv:2112.11687.
    """

    b: float = option(Number(0.0), 4.0, "How smooth it is; 0 gives the rectifier.")

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the activated tensor."""
        return ops.squareplus(x, self.b)


class Softsign(Activation):
    """A sigmoid without exponentials: `x / (|x| + 1)`."""

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the activated tensor."""
        return ops.softsign(x)


class Exponential(Activation):
    """The exponential function."""

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the activated tensor."""
        return ops.exp(x)


class Softmax(Activation):
    """Probabilities: `exp(x) / sum(exp(x))` along an axis."""

    axis: int = option(Axis(), -1, "The axis along which the values sum to one.")

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the activated tensor."""
        return ops.softmax(x, axis=self.axis)


class LogSoftmax(Activation):
    """Logarithms of probabilities: `x - log(sum(exp(x)))` along an axis."""

    axis: int = option(Axis(), -1, "The axis along which the exponentials sum to one.")

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the activated tensor."""
        return ops.log_softmax(x, axis=self.axis)


class Sparsemax(Activation):
    """Probabilities of which most are zero: those nearest to `x` along an axis.

    `max(x - t, 0)` with the `t` for which they sum to one (Martins and Astudillo, 2016,
    arXiv:1602.02068).
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
    """Gated linear unit: one half of the values along an axis times the sigmoid of the other.

    The output is half as large along the axis (Dauphin et al., 2017, arXiv:1612.08083), so that
    it is an `Activation` layer of its own: other layers refuse it.
    """

    reshapes = True
    axis: int = option(Axis(), -1, "The axis that is cut into two halves.")

    def output_shape(self, shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return the shape with one size halved."""
        place = self.axis if self.axis >= 0 else len(shape) + self.axis
        if not 0 < place < len(shape) or (shape[place] or 2) % 2:
            raise ShapeError(
                f"Activation 'glu' cuts axis {show_axis(self.axis)} into halves, which a tensor of "
                f"shape {format_shape(shape)} cannot be.",
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
