"""Activations that are layers, some with weights or with options of their own."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.activations import Relu
from rdeep.catalogue.constraints import Constraint
from rdeep.catalogue.initializers import Initializer
from rdeep.catalogue.layers.base import Dims, Layer, Weight, known
from rdeep.catalogue.layers.case import Case, case
from rdeep.catalogue.layers.formula import is_half
from rdeep.catalogue.layers.run import Run
from rdeep.catalogue.options import Axes, Counts, Number, Ref, option
from rdeep.catalogue.regularizers import Regularizer
from rdeep.errors import ShapeError, format_shape, layer_title, show, show_axis

__all__ = ["ELU", "LeakyReLU", "PReLU", "ReLU", "Softmax"]


class _Activation(Layer, abstract=True):
    """A function of each value; masks pass."""

    @classmethod
    def cases(cls) -> list[Case]:
        """Return a use on sequences."""
        return [case({}, (3, 4))]


class ELU(_Activation):
    """Exponential linear unit (ELU) activation layer.

    `x` where it is positive, else `alpha * (exp(x) - 1)`.

    References
    ----------
    Clevert, D.-A., Unterthiner, T. and Hochreiter, S. (2016). Fast and accurate deep network
    learning by exponential linear units (ELUs). arXiv:1511.07289.

    Examples
    --------
    >>> ELU()(np.array([[-1.0, 0.0, 2.0]]))
    tensor([[-0.6321,  0.0000,  2.0000]])
    """

    key = "elu"
    alpha: float = option(Number(), 1.0, "The scale of negative values: they tend to `-alpha`.")

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the activations (Clevert et al., 2016)."""
        return run.ops.elu(inputs, self.alpha)


class LeakyReLU(_Activation):
    """Leaky ReLU activation layer: `x` where it is positive, else `negative_slope * x`.

    References
    ----------
    Maas, A. L., Hannun, A. Y. and Ng, A. Y. (2013). Rectifier nonlinearities improve neural network
    acoustic models. ICML workshop.

    Examples
    --------
    >>> LeakyReLU()(np.array([[-1.0, 0.0, 2.0]]))
    tensor([[-0.3000,  0.0000,  2.0000]])
    """

    key = "leaky_relu"
    negative_slope: float = option(Number(0.0), 0.3, "The slope of negative values.")

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the activations."""
        return run.ops.leaky_relu(inputs, self.negative_slope)


class ReLU(_Activation):
    """Rectified linear unit (ReLU) activation layer.

    `x` where it is above `threshold`, else `negative_slope * (x - threshold)`, which is 0 by
    default. Values above `max_value` become `max_value`.

    Examples
    --------
    >>> ReLU(max_value=1.5)(np.array([[-1.0, 0.0, 2.0]]))
    tensor([[0.0000, 0.0000, 1.5000]])
    """

    key = "relu"
    max_value: float | None = option(Number(0.0, infinite=True), None, "The largest value.")
    negative_slope: float = option(Number(0.0), 0.0, "The slope of values below the threshold.")
    threshold: float = option(Number(0.0), 0.0, "The threshold above which values pass.")

    @classmethod
    def cases(cls) -> list[Case]:
        """Return uses with and without options."""
        return [
            *super().cases(),
            case({"max_value": 1.0, "negative_slope": 0.1, "threshold": 0.2}, (3, 4)),
        ]

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the activations."""
        formula = Relu(self.negative_slope, self.max_value, self.threshold)
        return formula.compute(inputs, run.ops)


class PReLU(_Activation):
    """Parametric ReLU activation layer, with a trained slope for negative values.

    `x` where it is positive, else `alpha * x`. Each value of a sample has a slope of its own, but
    for `shared_axes`.

    References
    ----------
    He, K., Zhang, X., Ren, S. and Sun, J. (2015). Delving deep into rectifiers. arXiv:1502.01852.

    Examples
    --------
    >>> PReLU().output_shape((None, 28, 28, 8))
    (None, 28, 28, 8)
    """

    key = "parametric_relu"
    aliases = ("p_relu",)
    alpha_initializer: Initializer = option(
        Ref("initializer"), "Zeros", "The initializer of the slopes."
    )
    alpha_regularizer: Regularizer | None = option(
        Ref("regularizer"), None, "The regularizer of the slopes."
    )
    alpha_constraint: Constraint | None = option(
        Ref("constraint"), None, "The constraint on the slopes, imposed after each step."
    )
    shared_axes: tuple[int, ...] | None = option(
        Counts(),
        None,
        "The dimensions that share slopes, counted from 1, after the batch: for images, `(1, "
        "2)` gives one slope to each channel.",
    )

    @classmethod
    def cases(cls) -> list[Case]:
        """Return uses with slopes of all values, and shared ones."""
        return [
            *super().cases(),
            case({"shared_axes": (1,)}, (3, 4)),
        ]

    def weights(self, *shapes: Dims) -> list[Weight]:
        """Return the slopes: a sample's shape, 1 along axes that share them."""
        shape, shared = shapes[0], self.shared_axes or ()
        if any(axis >= len(shape) for axis in shared):
            title = self.name or "PReLU"
            raise ShapeError(
                f"{layer_title(self)} cannot share slopes along 'shared_axes' {show(shared)}: its "
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
    """Softmax activation layer: logits become probabilities that sum to 1 along an axis.

    `exp(x) / sum(exp(x))`. A mask of the shape of the input gives its masked values the probability
    0.

    Examples
    --------
    >>> Softmax()(np.array([[1.0, 2.0, 3.0]]))
    tensor([[0.0900, 0.2447, 0.6652]])
    """

    key = "softmax"
    mask = "first"
    axis: int | tuple[int, ...] = option(Axes(), -1, "The axis of the logits, or several.")

    @classmethod
    def cases(cls) -> list[Case]:
        """Return uses along one axis and along two."""
        return [
            *super().cases(),
            case({"axis": (1, 2)}, (3, 4)),
        ]

    def check_inputs(self, *shapes: Dims) -> None:
        """Refuse axes that the input does not have."""
        super().check_inputs(*shapes)
        rank = len(shapes[0])
        axes = (self.axis,) if isinstance(self.axis, int) else self.axis
        if not all(-rank <= axis < rank for axis in axes):
            title = self.name or "Softmax"
            raise ShapeError(
                f"{layer_title(self)} finds no 'axis' {show_axis(self.axis)} in its input of shape "
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
