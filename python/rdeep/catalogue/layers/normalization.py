"""Normalization layers: batch, layer, RMS, group and unit normalization."""

from __future__ import annotations

import math
from typing import Any

from rdeep.catalogue.constraints import Constraint
from rdeep.catalogue.initializers import Initializer, Ones
from rdeep.catalogue.initializers.base import SquareRoot
from rdeep.catalogue.layers.base import Dims, Layer, Weight, known
from rdeep.catalogue.layers.case import Case, case
from rdeep.catalogue.layers.recurrence import where_seen
from rdeep.catalogue.layers.run import Run
from rdeep.catalogue.layers.shared import (
    BETA_CONSTRAINT,
    BETA_INITIALIZER,
    BETA_REGULARIZER,
    CENTER,
    EPSILON,
    GAMMA_CONSTRAINT,
    GAMMA_INITIALIZER,
    GAMMA_REGULARIZER,
    SCALE,
    affine_weights,
)
from rdeep.catalogue.options import Axes, Axis, Bounds, Flag, Groups, Number, Ref, option
from rdeep.catalogue.regularizers import Regularizer
from rdeep.errors import ArgumentError, ShapeError, constructor, format_shape, layer_title

__all__ = [
    "BatchNormalization",
    "GroupNormalization",
    "LayerNormalization",
    "RMSNormalization",
    "UnitNormalization",
]


class BatchNormalization(Layer):
    """Batch normalization layer.

    In training, `gamma * (x - mean) / sqrt(variance + epsilon) + beta`, with the mean and variance
    of the batch for each channel; in prediction with their moving averages, which each training
    step updates as `moving * momentum + batch * (1 - momentum)`. With `trainable = False` the
    moving averages are always used.

    Call arguments
    --------------
    training : bool, optional
        Whether to normalize by the batch, and update the moving averages. By default the model
        decides.

    References
    ----------
    Ioffe, S. and Szegedy, C. (2015). Batch normalization: accelerating deep network training by
    reducing internal covariate shift. arXiv:1502.03167.

    Ioffe, S. (2017). Batch renormalization: towards reducing minibatch dependence in
    batch-normalized models. arXiv:1702.03275.

    Examples
    --------
    >>> BatchNormalization(epsilon=0.0)(np.array([[1.0], [3.0]]), training=True).tolist()
    [[-1.0], [1.0]]
    """

    mask = "first"
    full_precision = True
    axis: int = option(Axis(), -1, "The axis of the channels.")
    momentum: float = option(Number(0.0, 1.0), 0.99, "The momentum of the moving averages.")
    epsilon: float = EPSILON
    center: bool = CENTER
    scale: bool = SCALE
    beta_initializer: Initializer = BETA_INITIALIZER
    gamma_initializer: Initializer = GAMMA_INITIALIZER
    moving_mean_initializer: Initializer = option(
        Ref("initializer"), "zeros", "The initializer of the moving mean."
    )
    moving_variance_initializer: Initializer = option(
        Ref("initializer"), "ones", "The initializer of the moving variance."
    )
    beta_regularizer: Regularizer | None = BETA_REGULARIZER
    gamma_regularizer: Regularizer | None = GAMMA_REGULARIZER
    beta_constraint: Constraint | None = BETA_CONSTRAINT
    gamma_constraint: Constraint | None = GAMMA_CONSTRAINT
    synchronized: bool = option(
        Flag(),
        False,
        "Whether devices that share a batch compute its mean and variance together. A model "
        "is trained on one device, so that this changes nothing.",
    )
    renorm: bool = option(
        Flag(),
        False,
        "Whether training normalizes by moving averages too, corrected to the batch within "
        "bounds (batch renormalization).",
        keyword_only=True,
    )
    renorm_clipping: dict[str, float] | None = option(
        Bounds("rmax", "rmin", "dmax"),
        None,
        "Bounds of the correction: `rmin` and `rmax` of its factor, `dmax` of its shift.",
        keyword_only=True,
    )
    renorm_momentum: float = option(
        Number(0.0, 1.0),
        0.99,
        "The momentum of the averages that the correction goes by.",
        keyword_only=True,
    )

    @classmethod
    def cases(cls) -> list[Case]:
        """Return uses on vectors, sequences and images, with the channels last and first."""
        return [
            case({}, (4,)),
            case({"scale": False, "momentum": 0.5}, (5, 4)),
            case({"axis": 1}, (3, 4, 5)),
            case({"renorm": True, "renorm_clipping": {"rmax": 1.5, "dmax": 0.5}}, (4,)),
        ]

    def validate(self) -> None:
        """Refuse bounds of a correction that leave nothing between them."""
        bounds = self.renorm_clipping or {}
        low, high = bounds.get("rmin"), bounds.get("rmax")
        if bounds.get("dmax", 0.0) < 0 or (low is not None and high is not None and low > high):
            raise ArgumentError(
                f"{constructor(self)}: 'renorm_clipping' has no number between its bounds.",
                argument="renorm_clipping",
                received=bounds,
            )

    def weights(self, *shapes: Dims) -> list[Weight]:
        """Return gamma, beta, the moving mean and the moving variance, each `(channels,)`."""
        shape = _lengths(self, shapes[0], (self.axis,))
        found = [
            *affine_weights(self, shape),
            Weight("moving_mean", shape, self.moving_mean_initializer, buffer=True),
            Weight("moving_variance", shape, self.moving_variance_initializer, buffer=True),
        ]
        if not self.renorm:
            return found
        deviation = SquareRoot(self.moving_variance_initializer)
        return [
            *found,
            Weight("moving_stddev", shape, deviation, buffer=True),
            Weight("renorm_mean", shape, self.moving_mean_initializer, buffer=True),
            Weight("renorm_stddev", shape, deviation, buffer=True),
        ]

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the normalized tensor, and update the moving averages in training."""
        ops, weights = run.ops, run.weights
        x = run.wide(inputs)  # as other layers that normalize
        mean, variance = weights["moving_mean"], weights["moving_variance"]
        beta, gamma = weights.get("beta"), weights.get("gamma")
        if run.training and not run.frozen:
            found = self._moments(x, run.masks[0], ops)
            if self.renorm:
                beta, gamma = self._corrected(found, beta, gamma, run)
            else:
                self._update((mean, variance), found, run)
            mean, variance = found
        y = ops.batch_normalization(x, mean, variance, self.axis, beta, gamma, self.epsilon)
        return run.computed(ops.cast(y, inputs.dtype))

    def _moments(self, x: Any, mask: Any, ops: Any) -> tuple[Any, Any]:
        """Return the batch's mean and variance, without masked steps."""
        channels = self.axis % len(x.shape)
        axes = [axis for axis in range(len(x.shape)) if axis != channels]
        if mask is None:
            return ops.moments(x, axes)
        counted = where_seen(mask, ops.ones_like(x), ops)
        # As in Keras, which keeps the division finite.
        total = ops.sum(counted, axes, keepdims=True) + 1e-7  # (1, ..., channels)
        mean = ops.sum(counted * x, axes, keepdims=True) / total
        variance = ops.sum(counted * ops.square(x - mean), axes, keepdims=True) / total
        return ops.reshape(mean, (-1,)), ops.reshape(variance, (-1,))  # each (channels,)

    def _update(self, moving: tuple[Any, Any], found: tuple[Any, Any], run: Run) -> None:
        for name, kept, new in zip(("moving_mean", "moving_variance"), moving, found):
            average = kept * self.momentum + new * (1.0 - self.momentum)
            run.assign(name, run.ops.stop_gradient(average))

    def _corrected(
        self, found: tuple[Any, Any], beta: Any, gamma: Any, run: Run
    ) -> tuple[Any, Any]:
        """Return shift and scale with the correction to the averages, and update these."""
        ops, weights, bounds = run.ops, run.weights, self.renorm_clipping or {}
        mean, deviation = found[0], ops.sqrt(found[1] + self.epsilon)  # each (channels,)
        known = ops.maximum(weights["renorm_stddev"], math.sqrt(self.epsilon))
        r, d = deviation / known, (mean - weights["renorm_mean"]) / known
        r = ops.maximum(r, bounds["rmin"]) if "rmin" in bounds else r
        r = ops.minimum(r, bounds["rmax"]) if "rmax" in bounds else r
        d = ops.clip(d, -bounds["dmax"], bounds["dmax"]) if "dmax" in bounds else d
        r, d = ops.stop_gradient(r), ops.stop_gradient(d)
        scale, shift = (r, d) if gamma is None else (r * gamma, d * gamma)
        self._average("renorm_mean", mean, self.renorm_momentum, run)
        self._average("renorm_stddev", deviation, self.renorm_momentum, run)
        self._average("moving_mean", mean, self.momentum, run)
        average = self._average("moving_stddev", deviation, self.momentum, run)
        variance = ops.maximum(average * average - self.epsilon, 0.0)
        run.assign("moving_variance", ops.stop_gradient(variance))
        return (shift if beta is None else shift + beta), scale

    def _average(self, name: str, new: Any, momentum: float, run: Run) -> Any:
        """Move an average, and return it."""
        average = run.ops.stop_gradient(run.weights[name] * momentum + new * (1.0 - momentum))
        run.assign(name, average)
        return average


class LayerNormalization(Layer):
    """Layer normalization layer.

    `gamma * (x - mean) / sqrt(variance + epsilon) + beta`, with the mean and variance of each
    sample along an axis, or of several axes together. It computes the same in training and in
    prediction.

    References
    ----------
    Ba, J. L., Kiros, J. R. and Hinton, G. E. (2016). Layer normalization. arXiv:1607.06450.

    Examples
    --------
    >>> LayerNormalization(epsilon=0.0)(np.array([[1.0, 3.0]])).tolist()
    [[-1.0, 1.0]]
    """

    axis: int | tuple[int, ...] = option(Axes(), -1, "The axis to normalize over, or several.")
    epsilon: float = EPSILON
    center: bool = CENTER
    scale: bool = SCALE
    beta_initializer: Initializer = BETA_INITIALIZER
    gamma_initializer: Initializer = GAMMA_INITIALIZER
    beta_regularizer: Regularizer | None = BETA_REGULARIZER
    gamma_regularizer: Regularizer | None = GAMMA_REGULARIZER
    beta_constraint: Constraint | None = BETA_CONSTRAINT
    gamma_constraint: Constraint | None = GAMMA_CONSTRAINT
    rms_scaling: bool = option(
        Flag(),
        False,
        "Whether the mean stays, as old models of Keras have it: `gamma * x / sqrt(variance + "
        "epsilon)`. Root-mean-square normalization is a layer of its own.",
        keyword_only=True,
    )

    @classmethod
    def cases(cls) -> list[Case]:
        """Return uses along the last axis, another one, and several."""
        return [
            case({}, (5, 4)),
            case({"rms_scaling": True}, (5, 4)),
            case({"axis": 1, "center": False}, (5, 4)),
            case({"axis": [1, -1]}, (3, 4, 5)),
        ]

    def weights(self, *shapes: Dims) -> list[Weight]:
        """Return gamma and beta, as long as the axes."""
        found = affine_weights(self, shape := _lengths(self, shapes[0], _several(self.axis)))
        if not self.rms_scaling:
            return found
        gamma = Weight(
            "gamma",
            shape,
            self.gamma_initializer,
            self.gamma_regularizer,
            constraint=self.gamma_constraint,
        )
        return [gamma]

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the normalized tensor."""
        if self.rms_scaling:
            return self._scaled(inputs, run)
        gamma, beta = run.weights.get("gamma"), run.weights.get("beta")
        return run.ops.layer_normalization(inputs, gamma, beta, self.axis, self.epsilon)

    def _scaled(self, inputs: Any, run: Run) -> Any:
        """Return the input over its deviation, times gamma; the mean stays."""
        ops, x = run.ops, run.wide(inputs)
        places = places_of(self.axis, len(inputs.shape))
        variance = ops.moments(x, list(places), keepdims=True)[1]
        sizes = [size if place in places else 1 for place, size in enumerate(inputs.shape)]
        gamma = ops.reshape(run.wide(run.weights["gamma"]), sizes)  # 1 along the other axes
        return ops.cast(x * ops.rsqrt(variance + self.epsilon) * gamma, inputs.dtype)


class RMSNormalization(Layer):
    """Root-mean-square normalization layer (RMSNorm).

    `scale * x / sqrt(mean(x**2) + epsilon)`, with the mean of each sample along an axis.

    References
    ----------
    Zhang, B. and Sennrich, R. (2019). Root mean square layer normalization. arXiv:1910.07467.

    Examples
    --------
    >>> RMSNormalization(epsilon=0.0)(np.array([[3.0, -3.0]])).tolist()
    [[1.0, -1.0]]
    """

    key = "rms_normalization"
    mask = "stop"
    axis: int | tuple[int, ...] = option(Axes(), -1, "The axis to normalize over, or several.")
    epsilon: float = option(Number(0.0), 1e-6, "A small number that avoids division by zero.")

    @classmethod
    def cases(cls) -> list[Case]:
        """Return uses along the last axis and along two."""
        return [
            case({}, (5, 4)),
            case({"axis": (1, 2)}, (5, 4)),
        ]

    def weights(self, *shapes: Dims) -> list[Weight]:
        """Return the scale, as long as the axes."""
        return [Weight("scale", _lengths(self, shapes[0], _several(self.axis)), Ones())]

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the normalized tensor."""
        places = places_of(self.axis, len(inputs.shape))
        sizes = [size if place in places else 1 for place, size in enumerate(run.ops.shape(inputs))]
        scale = run.ops.reshape(run.weights["scale"], sizes)  # 1 along the other axes
        return run.ops.rms_normalization(inputs, scale, list(places), self.epsilon)


class GroupNormalization(Layer):
    """Group normalization layer.

    `gamma * (x - mean) / sqrt(variance + epsilon) + beta`, with the mean and variance of a sample
    over all positions and the channels of a group. One group is nearly layer normalization, and a
    group for each channel is instance normalization.

    Input shape
    -----------
    Any shape with an axis of channels.

    References
    ----------
    Wu, Y. and He, K. (2018). Group normalization. arXiv:1803.08494.

    Examples
    --------
    >>> GroupNormalization(groups=1, epsilon=0.0)(np.array([[1.0, 3.0]])).tolist()
    [[-1.0, 1.0]]
    """

    groups: int = option(
        Groups(), 32, "The number of groups of channels; -1 for one of each channel."
    )
    axis: int = option(Axis(), -1, "The axis of the channels.")
    epsilon: float = EPSILON
    center: bool = CENTER
    scale: bool = SCALE
    beta_initializer: Initializer = BETA_INITIALIZER
    gamma_initializer: Initializer = GAMMA_INITIALIZER
    beta_regularizer: Regularizer | None = BETA_REGULARIZER
    gamma_regularizer: Regularizer | None = GAMMA_REGULARIZER
    beta_constraint: Constraint | None = BETA_CONSTRAINT
    gamma_constraint: Constraint | None = GAMMA_CONSTRAINT

    @classmethod
    def cases(cls) -> list[Case]:
        """Return uses on vectors, images and sequences, with the channels last and first."""
        return [
            case({"groups": 2}, (4,)),
            case({"groups": 2, "scale": False}, (3, 2, 4)),
            case({"groups": -1, "axis": 1, "center": False}, (3, 5)),
        ]

    def check_inputs(self, *shapes: Dims) -> None:
        """Refuse channels that cannot be divided into the groups."""
        super().check_inputs(*shapes)
        (channels,) = _lengths(self, shapes[0], (self.axis,))
        if self.groups != -1 and channels % self.groups:
            title = self.name or "GroupNormalization"
            raise ShapeError(
                f"{layer_title(self)} cannot divide {channels} channels into {self.groups} groups "
                "of equal size.",
                layer=title,
                argument="groups",
                received=self.groups,
                expected=f"a number that divides {channels}, or -1",
            )

    def weights(self, *shapes: Dims) -> list[Weight]:
        """Return gamma and beta, each `(channels,)`."""
        return affine_weights(self, _lengths(self, shapes[0], (self.axis,)))

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the normalized tensor."""
        ops = run.ops
        rank = len(inputs.shape)
        axis = self.axis % rank
        sizes, channels = list(ops.shape(inputs)), inputs.shape[axis]
        groups = channels if self.groups == -1 else self.groups
        # In 32 bits, as other layers that normalize.
        wide = run.wide(inputs)
        split = [*sizes[:axis], groups, channels // groups, *sizes[axis + 1 :]]
        grouped = ops.reshape(wide, split)  # (batch, ..., groups, channels / groups)
        within = [place for place in range(1, rank + 1) if place != axis]
        mean = ops.mean(grouped, within, keepdims=True)  # (batch, 1, ..., groups, 1)
        variance = ops.mean(ops.square(grouped - mean), within, keepdims=True)
        # (batch, ..., channels)
        found = ops.reshape((grouped - mean) * ops.rsqrt(variance + self.epsilon), sizes)
        shape = [1] * rank
        shape[axis] = channels
        if self.scale:
            found = found * ops.reshape(run.wide(run.weights["gamma"]), shape)
        if self.center:
            found = found + ops.reshape(run.wide(run.weights["beta"]), shape)
        return ops.cast(found, inputs.dtype)


class UnitNormalization(Layer):
    """Unit normalization layer: scales each sample to L2 norm 1 along an axis.

    Examples
    --------
    >>> UnitNormalization()(np.array([[3.0, 4.0]]))
    tensor([[0.6000, 0.8000]])
    """

    axis: int | tuple[int, ...] = option(Axes(), -1, "The axis to normalize over, or several.")

    @classmethod
    def cases(cls) -> list[Case]:
        """Return uses along the last axis and along two."""
        return [
            case({}, (5, 4)),
            case({"axis": (1, 2)}, (5, 4)),
        ]

    def check_inputs(self, *shapes: Dims) -> None:
        """Refuse axes that the input does not have."""
        super().check_inputs(*shapes)
        _places(self, shapes[0], _several(self.axis))

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return `x / max(|x|, 1e-12)`."""
        ops = run.ops
        squares = ops.sum(ops.square(inputs), list(_several(self.axis)), keepdims=True)
        # The least length is put under the root, where it leaves zeros a gradient.
        return inputs * ops.rsqrt(ops.maximum(squares, 1e-24))


def _several(axis: int | tuple[int, ...]) -> tuple[int, ...]:
    return (axis,) if isinstance(axis, int) else axis


def places_of(axis: int | tuple[int, ...], rank: int) -> tuple[int, ...]:
    """Return axes counted from the front, in order.

    Parameters
    ----------
    axis : int or tuple of int
        One axis or several.
    rank : int
        How many there are.
    """
    return tuple(sorted(place % rank for place in _several(axis)))


def _places(layer: Layer, shape: Dims, axes: tuple[int, ...]) -> tuple[int, ...]:
    """Return axes counted from the front; the batch's is not one to normalize along."""
    rank = len(shape)
    places = places_of(axes, rank)
    there = all(-rank < axis < rank for axis in axes)
    if not there or 0 in places or len(set(places)) < len(places):
        title = layer.name or type(layer).__name__
        raise ShapeError(
            f"{layer_title(layer)} cannot normalize along 'axis': its input has shape "
            f"{format_shape(shape)}, of which the first axis is the batch.",
            layer=title,
            argument="axis",
            received=axes[0] if len(axes) == 1 else axes,
        )
    return places


def _lengths(layer: Layer, shape: Dims, axes: tuple[int, ...]) -> tuple[int, ...]:
    """Return the sizes of the axes that a layer normalizes along."""
    places = _places(layer, shape, axes)
    return tuple(known(shape[place], layer, "the axis to normalize along") for place in places)
