"""Layers that act while training only, against overfitting."""

from __future__ import annotations

import math
from typing import Any, ClassVar

from rdeep.catalogue.layers.base import Dims, Layer
from rdeep.catalogue.layers.formula import Formula, Run
from rdeep.catalogue.layers.shared import SEED
from rdeep.catalogue.layers.spatial import DATA_FORMAT
from rdeep.catalogue.options import Number, Shape, option
from rdeep.catalogue.regularizers import L1L2, Regularizer
from rdeep.errors import ShapeError, format_shape, show

__all__ = [
    "ActivityRegularization",
    "AlphaDropout",
    "Dropout",
    "GaussianDropout",
    "GaussianNoise",
    "SpatialDropout1D",
    "SpatialDropout2D",
    "SpatialDropout3D",
]


def _rate(doc: str) -> Any:
    return option(Number(0.0, 1.0, open_high=True), doc=doc)


_DATA_FORMAT = option(DATA_FORMAT.type, None, DATA_FORMAT.doc, after="rate")

_NOISE_SHAPE = option(
    Shape(),
    None,
    "The shape of the mask with the batch first, `None` for a size of the input; where it has "
    "1 the same mask is used along that axis.",
)


def _check_noise_shape(layer: Any, shape: Dims) -> None:
    """Refuse a mask's shape that does not fit the input's."""
    noise = layer.noise_shape
    if noise is None:
        return
    fits = len(noise) == len(shape) and all(
        n in (None, 1) or size is None or n == size for n, size in zip(noise, shape)
    )
    if not fits:
        title = layer.name or type(layer).__name__
        raise ShapeError(
            f"Layer {title!r} cannot use a 'noise_shape' {format_shape(noise)} for an input of "
            f"shape {format_shape(shape)}.",
            layer=title,
            argument="noise_shape",
            received=noise,
            expected=f"for each axis of the input its size, {show(None)} or 1",
        )


class Dropout(Layer):
    """Sets a share of the values to zero while training and scales up the rest.

    Values that stay are multiplied by `1 / (1 - rate)`, so that their expected sum is unchanged.
    The mask depends on the seed, the step and the layer alone: both engines draw the same.
    """

    random = True
    rate: float = _rate("The share of values set to zero.")
    noise_shape: Dims | None = _NOISE_SHAPE
    seed: int | None = SEED

    def check_inputs(self, *shapes: Dims) -> None:
        """Refuse a mask that does not fit."""
        super().check_inputs(*shapes)
        _check_noise_shape(self, shapes[0])


class _Noise(Formula, abstract=True):
    """A layer that passes its input on unchanged when it predicts."""

    random = True

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the input, with noise while training."""
        return self.noisy(inputs, run) if run.training and self.strength else inputs

    @property
    def strength(self) -> float:
        """How much noise there is."""
        return self.rate  # type: ignore[attr-defined]

    def noisy(self, inputs: Any, run: Run) -> Any:
        """Return the input with noise."""
        raise NotImplementedError


# The mean and the scale to which self-normalizing networks keep (Klambauer et al., 2017).
_SELU_SCALE = 1.0507009873554804934193349852946
_SELU_LIMIT = -1.6732632423543772848170429916717 * _SELU_SCALE


class AlphaDropout(_Noise):
    """Drops a share of the values while training, and keeps mean and variance as they are.

    For networks of `selu` (Klambauer et al., 2017): dropped values become what `selu` gives for
    very negative ones, and all are scaled and moved so that mean 0 and variance 1 stay.
    """

    rate: float = _rate("The share of values that are dropped.")
    noise_shape: Dims | None = _NOISE_SHAPE
    seed: int | None = SEED

    def check_inputs(self, *shapes: Dims) -> None:
        """Refuse a mask that does not fit."""
        super().check_inputs(*shapes)
        _check_noise_shape(self, shapes[0])

    def noisy(self, inputs: Any, run: Run) -> Any:
        """Return `a * x + b`, with `x` the values that stay and the limit for the others."""
        ops, rate = run.ops, self.rate
        sizes = _mask_sizes(ops.shape(inputs), self.noise_shape)
        stays = ops.cast(run.uniform(sizes) >= rate, inputs.dtype)
        a = 1.0 / math.sqrt((1.0 - rate) * (1.0 + rate * _SELU_LIMIT**2))
        b = -a * _SELU_LIMIT * rate
        return a * (inputs * stays + _SELU_LIMIT * (1.0 - stays)) + b


def _mask_sizes(shape: Any, noise_shape: Dims | None) -> list[Any]:
    noise = noise_shape or (None,) * len(shape)
    return [size if wanted is None else wanted for wanted, size in zip(noise, shape)]


class GaussianDropout(_Noise):
    """Multiplies values by normal noise of mean 1 while training (Srivastava et al., 2014).

    Its standard deviation `sqrt(rate / (1 - rate))` is that of the mask of dropout.
    """

    rate: float = _rate("The share of values that dropout of equal strength would set to zero.")
    seed: int | None = SEED

    def noisy(self, inputs: Any, run: Run) -> Any:
        """Return `x * (1 + deviation * noise)`."""
        deviation = math.sqrt(self.rate / (1.0 - self.rate))
        noise = run.normal(run.ops.shape(inputs))
        return inputs * run.ops.cast(1.0 + deviation * noise, inputs.dtype)


class GaussianNoise(_Noise):
    """Adds normal noise of mean 0 to values while training."""

    stddev: float = option(Number(0.0), doc="The noise's standard deviation.")
    seed: int | None = SEED

    @property
    def strength(self) -> float:
        """How much noise there is."""
        return self.stddev

    def noisy(self, inputs: Any, run: Run) -> Any:
        """Return `x + stddev * noise`."""
        noise = self.stddev * run.normal(run.ops.shape(inputs))
        return inputs + run.ops.cast(noise, inputs.dtype)


class _SpatialDropout(_Noise, abstract=True):
    """Drops whole channels: neighbours in a sequence or an image say nearly the same."""

    rank: ClassVar[int]
    data_format: str | None = None
    rate: float = _rate("The share of channels set to zero.")
    seed: int | None = SEED

    def noisy(self, inputs: Any, run: Run) -> Any:
        """Return the input without a share of its channels, the rest scaled up."""
        ops = run.ops
        shape = ops.shape(inputs)
        places = [1] * self.rank
        sizes = [shape[0], *places, shape[-1]]
        if self.data_format == "channels_first":
            sizes = [shape[0], shape[1], *places]
        stays = ops.cast(run.uniform(sizes) >= self.rate, inputs.dtype)
        return inputs * stays * (1.0 / (1.0 - self.rate))


class SpatialDropout1D(_SpatialDropout):
    """Sets a share of a sequence's channels to zero while training, and scales up the rest.

    A channel is dropped at all steps or at none (Tompson et al., 2015).
    """

    rank = 1
    ndim = 3


class SpatialDropout2D(_SpatialDropout):
    """Sets a share of an image's channels to zero while training, and scales up the rest.

    A channel is dropped at all places or at none (Tompson et al., 2015).
    """

    rank = 2
    ndim = 4
    data_format: str | None = _DATA_FORMAT


class SpatialDropout3D(_SpatialDropout):
    """Sets a share of a volume's channels to zero while training, and scales up the rest.

    A channel is dropped at all places or at none (Tompson et al., 2015).
    """

    rank = 3
    ndim = 5
    data_format: str | None = _DATA_FORMAT


class ActivityRegularization(Formula):
    """A penalty on what passes through, added to the loss; the output is the input.

    The penalty is `l1 * sum(|x|) + l2 * sum(x^2)`, divided by the number of samples.
    """

    l1: float = option(Number(0.0), 0.0, "The factor of the absolute values.")
    l2: float = option(Number(0.0), 0.0, "The factor of the squares.")

    def penalty_on_output(self) -> Regularizer | None:
        """Return the penalty."""
        return L1L2(self.l1, self.l2)

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the input."""
        return inputs
