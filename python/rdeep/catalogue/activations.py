"""Activation functions. `compute` is written on the ops that both engines share."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.options import Axis, Flag, Number, option
from rdeep.catalogue.record import Record

__all__ = [
    "Activation",
    "Elu",
    "Gelu",
    "LeakyRelu",
    "Linear",
    "Relu",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "Tanh",
]


class Activation(Record, kind="activation"):
    """A function of a tensor, element by element or along an axis."""

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
        return ops.where(x >= self.threshold, above, below)


class LeakyRelu(Activation):
    """Rectified linear unit that leaks: `x` above zero, `negative_slope * x` below."""

    negative_slope: float = option(Number(0.0), 0.2, "The slope below zero.")

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the rectified tensor."""
        return ops.where(x >= 0, x, self.negative_slope * x)


class Elu(Activation):
    """Exponential linear unit: `x` above zero, `alpha * (exp(x) - 1)` below."""

    alpha: float = option(
        Number(0.0), 1.0, "The value that large negative inputs tend to, negated."
    )

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the activated tensor."""
        return ops.where(x > 0, x, self.alpha * ops.expm1(ops.minimum(x, 0.0)))


class Gelu(Activation):
    """Gaussian error linear unit: `x * P(X <= x)` for a standard normal `X`.

    The exact form uses the error function, the approximate one tanh (Hendrycks and Gimpel,
    2016, arXiv:1606.08415).
    """

    approximate: bool = option(Flag(), False, "Whether to use the approximation by tanh.")

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the activated tensor."""
        if self.approximate:
            return 0.5 * x * (1 + ops.tanh(0.7978845608028654 * (x + 0.044715 * x * x * x)))
        return 0.5 * x * (1 + ops.erf(x * 0.7071067811865476))


class Sigmoid(Activation):
    """The logistic function: `1 / (1 + exp(-x))`."""

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the activated tensor."""
        return ops.sigmoid(x)


class Tanh(Activation):
    """The hyperbolic tangent."""

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the activated tensor."""
        return ops.tanh(x)


class Softmax(Activation):
    """Probabilities: `exp(x) / sum(exp(x))` along an axis."""

    axis: int = option(Axis(), -1, "The axis along which the values sum to one.")

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the probabilities."""
        return ops.softmax(x, axis=self.axis)


class Softplus(Activation):
    """A smooth rectifier: `log(1 + exp(x))`."""

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the activated tensor."""
        return ops.softplus(x)
