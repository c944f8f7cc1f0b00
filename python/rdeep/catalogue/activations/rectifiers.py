"""Rectifiers and their smooth forms: linear for large values."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.activations.base import Activation
from rdeep.catalogue.options import Flag, Number, option


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
    max_value: float | None = option(Number(0.0, infinite=True), None, "The upper limit.")
    threshold: float = option(
        Number(0.0), 0.0, "The threshold below which values are scaled or set to zero."
    )

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

    alpha: float = option(Number(0.0), 1.0, "The scale of negative values: they tend to `-alpha`.")

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
        Number(0.0, open_low=True), 1.0, "The scale of negative values: they tend to `-alpha`."
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

    b: float = option(Number(0.0), 4.0, "The smoothness; 0 gives ReLU.")

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the activated tensor."""
        return ops.squareplus(x, self.b)


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
