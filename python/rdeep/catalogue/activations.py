"""Activation functions. `compute` is written on the ops that both engines share."""

from __future__ import annotations

from typing import Any, ClassVar

from rdeep.catalogue.options import Axis, Flag, Number, option
from rdeep.catalogue.record import Record
from rdeep.errors import ShapeError

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
    """Linear activation (identity): `x`.

    Examples
    --------
    >>> from rdeep import ops
    >>> Linear().compute(ops.array([-1.0, 2.0]), ops)
    tensor([-1.,  2.])
    """

    def compute(self, x: Any, ops: Any) -> Any:
        """Return `x` unchanged."""
        return x


class Relu(Activation):
    """Rectified linear unit (ReLU): `max(x, 0)`, with an optional slope, upper limit and threshold.

    Examples
    --------
    >>> from rdeep import ops
    >>> Relu(max_value=1.0).compute(ops.array([-1.0, 0.5, 2.0]), ops)
    tensor([0.0000, 0.5000, 1.0000])
    """

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
    """Leaky ReLU: `x` where it is positive, else `negative_slope * x`.

    Examples
    --------
    >>> from rdeep import ops
    >>> LeakyRelu(0.1).compute(ops.array([-1.0, 2.0]), ops)
    tensor([-0.1000,  2.0000])
    """

    negative_slope: float = option(Number(0.0), 0.2, "The slope below zero.")

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the activated tensor."""
        return ops.leaky_relu(x, self.negative_slope)


class Relu6(Activation):
    """ReLU with an upper limit of 6 (ReLU6): `min(max(x, 0), 6)`.

    Examples
    --------
    >>> from rdeep import ops
    >>> Relu6().compute(ops.array([-1.0, 2.0, 7.0]), ops)
    tensor([0., 2., 6.])
    """

    key = "relu6"

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the activated tensor."""
        return ops.relu6(x)


class Elu(Activation):
    """Exponential linear unit (ELU): `x` where it is positive, else `alpha * (exp(x) - 1)`.

    References
    ----------
    Clevert, D.-A., Unterthiner, T. and Hochreiter, S. (2016). Fast and accurate deep network
    learning by exponential linear units (ELUs). arXiv:1511.07289.

    Examples
    --------
    >>> from rdeep import ops
    >>> Elu().compute(ops.array([-1.0, 2.0]), ops)
    tensor([-0.6321,  2.0000])
    """

    alpha: float = option(
        Number(0.0), 1.0, "The value that large negative inputs tend to, negated."
    )

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the activated tensor."""
        return ops.elu(x, self.alpha)


class Celu(Activation):
    """Continuously differentiable exponential linear unit (CELU).

    `x` where it is positive, else `alpha * (exp(x / alpha) - 1)`.

    References
    ----------
    Barron, J. T. (2017). Continuously differentiable exponential linear units. arXiv:1704.07483.

    Examples
    --------
    >>> from rdeep import ops
    >>> Celu().compute(ops.array([-1.0, 2.0]), ops)
    tensor([-0.6321,  2.0000])
    """

    alpha: float = option(
        Number(0.0, open_low=True), 1.0, "The value that large negative inputs tend to, negated."
    )

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the activated tensor."""
        return ops.celu(x, self.alpha)


class Selu(Activation):
    """Scaled exponential linear unit (SELU), for self-normalizing networks.

    `1.0507 * x` where it is positive, else `1.0507 * 1.6733 * (exp(x) - 1)`. With weights that
    start by `"lecun_normal"`, outputs keep mean 0 and variance 1 from layer to layer.

    References
    ----------
    Klambauer, G., Unterthiner, T., Mayr, A. and Hochreiter, S. (2017). Self-normalizing neural
    networks. arXiv:1706.02515.

    Examples
    --------
    >>> from rdeep import ops
    >>> Selu().compute(ops.array([-1.0, 2.0]), ops)
    tensor([-1.1113,  2.1014])
    """

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the activated tensor."""
        return ops.selu(x)


class Gelu(Activation):
    """Gaussian error linear unit (GELU): `x * P(X <= x)` for a standard normal `X`.

    The exact form uses the error function, the approximate one tanh.

    References
    ----------
    Hendrycks, D. and Gimpel, K. (2016). Gaussian error linear units (GELUs). arXiv:1606.08415.

    Examples
    --------
    >>> from rdeep import ops
    >>> Gelu().compute(ops.array([-1.0, 2.0]), ops)
    tensor([-0.1587,  1.9545])
    """

    approximate: bool = option(Flag(), False, "Whether to use the approximation by tanh.")

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the activated tensor."""
        return ops.gelu(x, self.approximate)


class Silu(Activation):
    """Sigmoid linear unit (SiLU, swish): `x * sigmoid(x)`.

    References
    ----------
    Ramachandran, P., Zoph, B. and Le, Q. V. (2017). Searching for activation functions.
    arXiv:1710.05941.

    Examples
    --------
    >>> from rdeep import ops
    >>> Silu().compute(ops.array([-1.0, 2.0]), ops)
    tensor([-0.2689,  1.7616])
    """

    aliases = ("swish",)

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the activated tensor."""
        return ops.silu(x)


class Mish(Activation):
    """Mish activation: `x * tanh(log(1 + exp(x)))`.

    References
    ----------
    Misra, D. (2019). Mish: a self regularized non-monotonic activation function. arXiv:1908.08681.

    Examples
    --------
    >>> from rdeep import ops
    >>> Mish().compute(ops.array([-1.0, 2.0]), ops)
    tensor([-0.3034,  1.9440])
    """

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the activated tensor."""
        return x * ops.tanh(ops.softplus(x))


class HardSilu(Activation):
    """Hard SiLU (hard swish): `x * relu6(x + 3) / 6`.

    References
    ----------
    Howard, A. et al. (2019). Searching for MobileNetV3. arXiv:1905.02244.

    Examples
    --------
    >>> from rdeep import ops
    >>> HardSilu().compute(ops.array([-1.0, 2.0]), ops)
    tensor([-0.3333,  1.6667])
    """

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the activated tensor."""
        return ops.hard_silu(x)


class HardSwish(HardSilu):
    """Hard swish, another name of `HardSilu`: `x * relu6(x + 3) / 6`.

    Examples
    --------
    >>> from rdeep import ops
    >>> HardSwish().compute(ops.array([-1.0, 2.0]), ops)
    tensor([-0.3333,  1.6667])
    """


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

    threshold: float = option(Number(0.0), 0.5, "How far to move.")

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

    threshold: float = option(Number(0.0), 0.5, "The distance.")

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

    threshold: float = option(Number(), doc="Above it values stay.")
    default_value: float = option(Number(), doc="What the others become.")

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the activated tensor."""
        return ops.threshold(x, self.threshold, self.default_value)


class Softplus(Activation):
    """Softplus activation: `log(1 + exp(x))`.

    Examples
    --------
    >>> from rdeep import ops
    >>> Softplus().compute(ops.array([-1.0, 2.0]), ops)
    tensor([0.3133, 2.1269])
    """

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the activated tensor."""
        return ops.softplus(x)


class SparsePlus(Activation):
    """Sparse-plus activation: 0 up to -1, `x` from 1 on, `(x + 1)^2 / 4` in between.

    Examples
    --------
    >>> from rdeep import ops
    >>> SparsePlus().compute(ops.array([-1.0, 0.0, 2.0]), ops)
    tensor([0.0000, 0.2500, 2.0000])
    """

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the activated tensor."""
        return ops.sparse_plus(x)


class Squareplus(Activation):
    """Squareplus activation: `(x + sqrt(x^2 + b)) / 2`.

    References
    ----------
    Barron, J. T. (2021). Squareplus: a softplus-like algebraic rectifier. arXiv:2112.11687.

    Examples
    --------
    >>> from rdeep import ops
    >>> Squareplus().compute(ops.array([-1.0, 2.0]), ops)
    tensor([0.6180, 2.4142])
    """

    b: float = option(Number(0.0), 4.0, "How smooth it is; 0 gives the rectifier.")

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the activated tensor."""
        return ops.squareplus(x, self.b)


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


class Exponential(Activation):
    """Exponential activation: `exp(x)`.

    Examples
    --------
    >>> from rdeep import ops
    >>> Exponential().compute(ops.array([-1.0, 0.0]), ops)
    tensor([0.3679, 1.0000])
    """

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the activated tensor."""
        return ops.exp(x)


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
    axis: int = option(Axis(), -1, "The axis that is cut into two halves.")

    def output_shape(self, shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return the shape with one size halved."""
        place = self.axis if self.axis >= 0 else len(shape) + self.axis
        if not 0 < place < len(shape) or (shape[place] or 2) % 2:
            raise ShapeError(
                f"Activation 'glu' cuts axis {self.axis} into halves, which a tensor of shape "
                f"{shape} cannot be.",
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
