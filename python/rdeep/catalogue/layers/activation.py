"""Activations that are layers, some with weights or with options of their own."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.activations import Relu
from rdeep.catalogue.constraints import Constraint
from rdeep.catalogue.initializers import Initializer
from rdeep.catalogue.layers.base import Dims, Weight, known
from rdeep.catalogue.layers.formula import Formula, Run, is_half
from rdeep.catalogue.options import Axes, Counts, Number, Ref, option
from rdeep.catalogue.regularizers import Regularizer
from rdeep.errors import ShapeError, format_shape, show, show_axis

__all__ = ["ELU", "LeakyReLU", "PReLU", "ReLU", "Softmax"]


class _Activation(Formula, abstract=True):
    """A function of each value; masks pass."""


class ELU(_Activation):
    """The exponential linear unit: `x` where it is positive, else `alpha * (exp(x) - 1)`."""

    key = "elu"
    alpha: float = option(Number(), 1.0, "How far negative values go.")

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the activations (Clevert et al., 2016)."""
        return run.ops.elu(inputs, self.alpha)


class LeakyReLU(_Activation):
    """The leaky rectifier: `x` where it is positive, else `negative_slope * x`."""

    key = "leaky_relu"
    negative_slope: float = option(Number(0.0), 0.3, "The slope of negative values.")

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the activations."""
        return run.ops.leaky_relu(inputs, self.negative_slope)


class ReLU(_Activation):
    """The rectifier: `x` where it is above a threshold, else 0.

    With a slope, `negative_slope * (x - threshold)` takes the place of 0, and with a largest value
    nothing goes beyond it.
    """

    key = "relu"
    max_value: float | None = option(Number(0.0), None, "The largest value.")
    negative_slope: float = option(Number(0.0), 0.0, "The slope of values below the threshold.")
    threshold: float = option(Number(0.0), 0.0, "Where values begin to pass.")

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the activations."""
        formula = Relu(self.negative_slope, self.max_value, self.threshold)
        return formula.compute(inputs, run.ops)


class PReLU(_Activation):
    """The rectifier whose slope of negative values is learned (He et al., 2015).

    `x` where it is positive, else `alpha * x`, with a slope for each value of a sample.
    """

    key = "parametric_relu"
    aliases = ("p_relu",)
    alpha_initializer: Initializer = option(Ref("initializer"), "Zeros", "How the slopes start.")
    alpha_regularizer: Regularizer | None = option(
        Ref("regularizer"), None, "A penalty on the slopes."
    )
    alpha_constraint: Constraint | None = option(
        Ref("constraint"), None, "What the slopes must satisfy: it is made to after each step."
    )
    shared_axes: tuple[int, ...] | None = option(
        Counts(),
        None,
        "The dimensions along which one slope serves for all, counted from 1, after the batch: "
        "for images `(1, 2)` gives a slope to each channel.",
    )

    def weights(self, *shapes: Dims) -> list[Weight]:
        """Return the slopes: a sample's shape, 1 along axes that share them."""
        shape, shared = shapes[0], self.shared_axes or ()
        if any(axis >= len(shape) for axis in shared):
            title = self.name or "PReLU"
            raise ShapeError(
                f"Layer {title!r} cannot share slopes along 'shared_axes' {show(shared)}: its "
                f"input has shape {format_shape(shape)}.",
                layer=title,
                argument="shared_axes",
                received=shared,
                expected=f"numbers from 1 to {len(shape) - 1}",
            )
        sizes = tuple(
            1 if axis in shared else known(size, self, f"dimension {axis}")
            for axis, size in enumerate(shape[1:], start=1)
        )
        alpha = Weight(
            "alpha",
            sizes,
            self.alpha_initializer,
            self.alpha_regularizer,
            constraint=self.alpha_constraint,
        )
        return [alpha]

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return `max(x, 0) - alpha * max(-x, 0)`."""
        ops = run.ops
        return ops.relu(inputs) - run.weights["alpha"] * ops.relu(-inputs)


class Softmax(_Activation):
    """Turns scores into probabilities that add up to 1 along an axis.

    Where the input's mask has the input's own shape, scores that it leaves out get 0.
    """

    key = "softmax"
    mask = "first"
    axis: int | tuple[int, ...] = option(Axes(), -1, "The axis of the scores, or several.")

    def check_inputs(self, *shapes: Dims) -> None:
        """Refuse axes that the input does not have."""
        super().check_inputs(*shapes)
        rank = len(shapes[0])
        axes = (self.axis,) if isinstance(self.axis, int) else self.axis
        if not all(-rank <= axis < rank for axis in axes):
            title = self.name or "Softmax"
            raise ShapeError(
                f"Layer {title!r} finds no 'axis' {show_axis(self.axis)} in its input of shape "
                f"{format_shape(shapes[0])}.",
                layer=title,
                argument="axis",
                received=self.axis,
            )

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return `exp(x) / sum(exp(x))`."""
        ops = run.ops
        mask = run.masks[0]
        if mask is None or len(mask.shape) != len(inputs.shape):
            return self._shares(inputs, ops)
        found = self._shares(ops.where(mask, inputs, -3e4 if is_half(inputs) else -1e9), ops)
        # Where all are left out, they would share alike.
        return found * ops.cast(mask, found.dtype)

    def _shares(self, scores: Any, ops: Any) -> Any:
        if isinstance(self.axis, int):
            return ops.softmax(scores, self.axis)
        return ops.exp(scores - ops.logsumexp(scores, list(self.axis), keepdims=True))
