"""Preprocessing of numbers: shifting and scaling them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from rdeep.catalogue.initializers import Initializer
from rdeep.catalogue.layers.base import Dims, Weight
from rdeep.catalogue.layers.case import Case, case
from rdeep.catalogue.layers.preprocessing_base import Preprocessing, as_array, as_numbers
from rdeep.catalogue.layers.run import Run
from rdeep.catalogue.options import Array, Flag, OwnAxes, PerChannel, is_same_data, option
from rdeep.errors import (
    ArgumentError,
    ShapeError,
    StateError,
    constructor,
    format_shape,
    layer_title,
    plain,
    show_axis,
)
from rdeep.errors.damage import Damage, making
from rdeep.preprocessing.moments import Moments

__all__ = ["Normalization", "Rescaling"]

# `keras.config.epsilon()`, below which a standard deviation counts as none.
_EPSILON = 1e-7


class Rescaling(Preprocessing):
    """Rescaling layer: `x * scale + offset`.

    Examples
    --------
    >>> Rescaling(scale=1 / 255)(np.array([0.0, 127.5, 255.0]))
    array([0. , 0.5, 1. ], dtype=float32)
    """

    mask = "pass"
    scale: float | tuple[float, ...] = option(PerChannel(), doc="The factor.")
    offset: float | tuple[float, ...] = option(PerChannel(), 0.0, "The offset that is added.")

    @classmethod
    def cases(cls) -> list[Case]:
        """Return uses with one factor, and one for each channel."""
        return [
            case({"scale": 0.5, "offset": -1.0}, (3, 4)),
            case({"scale": (0.5, 2.0)}, (3, 2)),
        ]

    def check_inputs(self, *shapes: Dims) -> None:
        """Refuse an input whose last axis does not go with the numbers."""
        super().check_inputs(*shapes)
        for name in ("scale", "offset"):
            value = getattr(self, name)
            last = shapes[0][-1]
            if isinstance(value, tuple) and len(value) > 1 and last not in (None, 1, len(value)):
                raise ShapeError(
                    f"{layer_title(self)} has {len(value)} values of {name!r}, but its input of "
                    f"shape {format_shape(shapes[0])} has {last} channels.",
                    layer=self.title,
                    argument=name,
                    received=len(value),
                    expected=str(last),
                )

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the scaled numbers."""
        scale = run.constant("scale", np.asarray(self.scale, self.real))
        offset = run.constant("offset", np.asarray(self.offset, self.real))
        x = run.ops.cast(inputs, self.real)
        return x * scale + offset


class _LearnedValues:
    """How a weight starts that was learned before: with what was learned."""

    def __init__(self, value: Any, default: float) -> None:
        self.value, self.default = value, default

    def check_shape(self, shape: tuple[int, ...]) -> None:
        """Nothing to check: the layer knows its weights' shapes."""

    def draw(self, shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
        """Return what was learned, or the default everywhere."""
        value = self.default if self.value is None else self.value
        return np.broadcast_to(np.asarray(value, np.float32), shape).copy()


_LEARNED = ("mean", "variance")


class Normalization(Preprocessing):
    """Feature normalization layer: `(x - mean) / sqrt(variance)`.

    Mean and variance are given, or learned from data by `adapt`: each position along `axis` has its
    own.

    Examples
    --------
    >>> Normalization(mean=1.0, variance=4.0)(np.array([1.0, 3.0]))
    array([0., 1.], dtype=float32)
    """

    mask = "pass"
    adapts = True
    learns = "mean and variance"
    given_by = "'mean' and 'variance'"
    axis: int | tuple[int, ...] = option(
        OwnAxes(),
        -1,
        "The axis or axes whose positions have a mean and variance of their own; with `None` "
        "there is one for all numbers.",
    )
    given_mean: Any = option(Array(), None, "The mean; by default it is learned.", given_as="mean")
    given_variance: Any = option(
        Array(), None, "The variance; by default it is learned.", given_as="variance"
    )
    invert: bool = option(Flag(), False, "Whether to invert the normalization.")

    @classmethod
    def cases(cls) -> list[Case]:
        """Return a small use."""
        return [case({"mean": 0.1, "variance": 2.0}, (3,))]

    @property
    def mean(self) -> Any:
        """The mean, given or learned; `None` before `adapt`."""
        return self.adapted.get("mean") if self.given_mean is None else self.given_mean

    @property
    def variance(self) -> Any:
        """The variance, given or learned; `None` before `adapt`."""
        return self.adapted.get("variance") if self.given_mean is None else self.given_variance

    def validate(self) -> None:
        """Refuse a mean without a variance, and shapes that do not go with the axes."""
        if (self.given_mean is None) != (self.given_variance is None):
            missing = "variance" if self.given_variance is None else "mean"
            raise ArgumentError(
                f"{constructor(self)}: give both 'mean' and 'variance', or neither: {missing!r} is "
                "missing.",
                argument=missing,
                layer=self.title,
            )
        if self.given_mean is None:
            return
        shapes = np.shape(self.given_mean), np.shape(self.given_variance)
        alike = shapes[0] == shapes[1] or () in shapes
        if not alike or max(map(len, shapes)) > len(self._axes):
            raise ArgumentError(
                f"{constructor(self)}: 'mean' of shape {format_shape(shapes[0])} and 'variance' "
                f"of shape {format_shape(shapes[1])} must have one shape, of at most as many "
                f"dimensions as there are axes ({len(self._axes)}), or one of them be a number.",
                argument="mean",
                received=shapes[0],
                layer=self.title,
            )

    @property
    def _axes(self) -> tuple[int, ...]:
        return (self.axis,) if isinstance(self.axis, int) else self.axis

    def _kept(self, shape: Dims) -> tuple[int, ...]:
        """Return the axes along which each position is by itself, counted from the start."""
        rank = len(shape)
        for axis in self._axes:
            if not -rank <= axis < rank:
                raise ShapeError(
                    f"{layer_title(self)} has the axis {show_axis(axis)}, but its input has the "
                    f"shape {format_shape(shape)}.",
                    layer=self.title,
                    argument="axis",
                    received=axis,
                )
        kept = tuple(sorted(axis % rank for axis in self._axes))
        if any(shape[axis] is None for axis in kept):
            raise ShapeError(
                f"{layer_title(self)} needs to know the sizes of its input along 'axis': the "
                f"shape is {format_shape(shape)}.",
                layer=self.title,
                received=shape,
            )
        return kept

    def _own_shape(self, shape: Dims) -> tuple[int, ...]:
        return tuple(int(shape[axis] or 0) for axis in self._kept(shape))

    def _spread(self, shape: Dims) -> tuple[int, ...]:
        kept = self._kept(shape)
        return tuple(int(size or 0) if axis in kept else 1 for axis, size in enumerate(shape))

    def check_inputs(self, *shapes: Dims) -> None:
        """Refuse inputs of another shape than what was given or learned."""
        super().check_inputs(*shapes)
        own = self._own_shape(shapes[0])
        learned: tuple[Any, ...] = (self.given_mean, self.given_variance)
        if self.given_mean is None:
            learned = (self.adapted.get("mean"),)
        if learned[0] is None:
            return
        got = max(map(np.shape, learned), key=len)
        fits = got == own if self.given_mean is None else _broadcasts(got, own)
        if not fits:
            raise ShapeError(
                f"{layer_title(self)} has a mean of shape {format_shape(got)}, but its input of "
                f"shape {format_shape(shapes[0])} needs one of shape {format_shape(own)}.",
                layer=self.title,
                received=shapes[0],
                expected=format_shape(got),
            )

    def weights(self, *shapes: Dims) -> list[Weight]:
        """Return mean, variance and Keras's count, which stays 0, where they are learned."""
        if self.given_mean is not None:
            return []
        own = self._own_shape(shapes[0])
        kinds = [("mean", own, 0.0), ("variance", own, 1.0), ("count", (), 0.0)]
        return [
            Weight(name, shape, self._start(name, default), trainable=False)
            for name, shape, default in kinds
        ]

    def _start(self, name: str, default: float) -> Initializer:
        learned: Any = _LearnedValues(None if name == "count" else self.adapted.get(name), default)
        return learned

    def take_weights(self, weights: dict[str, np.ndarray]) -> None:
        """Learn from weights that a model was given: what holds them is the layer.

        Those that a layer begins with, as in the file of a model that has learned nothing, teach
        it nothing.
        """
        if not {"mean", "variance"} <= set(weights):
            return
        begins = not weights["mean"].any() and (weights["variance"] == 1).all()
        if self.adapted.values is not None or not begins:
            self.adapted.learn(mean=weights["mean"], variance=weights["variance"])

    def learn_from(self, parts: Iterable[Any], whole: bool) -> None:
        """Learn mean and variance."""
        moments: Moments | None = None
        own: tuple[int, ...] = ()
        for part in parts:
            values = as_numbers(part)
            shape: Dims = values.shape
            if moments is None:
                kept, own = self._kept(shape), self._own_shape(shape)
                moments = Moments(tuple(i for i in range(len(shape)) if i not in kept))
            if self._own_shape(shape) != own:
                raise ShapeError(
                    f"'data' has batches of different shapes: {format_shape(shape)} does not go "
                    "with the first.",
                    argument="data",
                    received=shape,
                )
            moments.add(values)
        assert moments is not None
        self.adapted.learn(
            mean=np.asarray(moments.mean, np.float32),
            variance=np.asarray(moments.variance, np.float32),
        )

    def check_adaptable(self) -> None:
        """Refuse where the mean was given."""
        if self.given_mean is not None:
            raise StateError(
                f"{layer_title(self)} was given its mean and variance.",
                layer=self.title,
                hint="Leave 'mean' and 'variance' out to learn them from data.",
            )

    def check_saved(self, values: Any, place: str) -> None:
        """Refuse what is no mean and variance."""
        plain.fields(values, ("mean", "variance"), place)
        shapes = []
        for name in ("mean", "variance"):
            here = f"{place}.{name}"
            with making(here):
                found = np.asarray(values[name], np.float64)
            if not is_same_data(found.tolist(), values[name]):
                raise Damage("it must be an array of numbers", place=here)
            shapes.append(found.shape)
        if (
            shapes[0] != shapes[1]
            or len(shapes[0]) != len(self._axes)
            or self.given_mean is not None
        ):
            raise Damage("its mean and variance are not those of its axes", place=place)

    def restore(self, values: Any) -> None:
        """Take over what was learned, as arrays."""
        super().restore({name: np.asarray(each, np.float32) for name, each in values.items()})

    def transform(self, inputs: Any) -> Any:
        """Return normalized data, after `adapt` or with what was given."""
        values = as_array(inputs)
        self.check_learned()
        self.check_inputs(values.shape)
        return super().transform(values)

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the normalized numbers, or the original ones."""
        ops = run.ops
        x = ops.cast(inputs, self.real)
        shape = tuple(inputs.shape)
        spread = self._spread(shape)
        if self.given_mean is None:
            mean, variance = (
                ops.cast(ops.reshape(run.weights[name], spread), self.real)
                for name in ("mean", "variance")
            )
        else:
            mean = run.constant("mean", self._placed(self.given_mean, shape))
            variance = run.constant("variance", self._placed(self.given_variance, shape))
        deviation = ops.maximum(ops.sqrt(variance), _EPSILON)
        return mean + x * deviation if self.invert else (x - mean) / deviation

    def exact_weights(self) -> dict[str, np.ndarray]:
        """Return mean and variance that were learned, in the layer's type."""
        if self.given_mean is not None or self.adapted.values is None:
            return {}
        return {name: np.asarray(self.adapted.get(name), self.real) for name in _LEARNED}

    def _placed(self, value: Any, shape: Dims) -> np.ndarray:
        """Return given numbers with their dimensions at the last of the kept axes."""
        array = np.asarray(value, self.real)
        sizes = [1] * len(shape)
        for axis, size in zip(self._kept(shape)[len(self._axes) - array.ndim :], array.shape):
            sizes[axis] = size
        return array.reshape(sizes)


def _broadcasts(got: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    return all(a in (1, b) for a, b in zip(reversed(got), reversed(wanted)))
