"""Regularization layers, which act in training only: dropout, noise."""

from __future__ import annotations

import math
from typing import Any, ClassVar

from rdeep.catalogue.layers.base import Dims, Layer
from rdeep.catalogue.layers.case import Case, case
from rdeep.catalogue.layers.run import Run
from rdeep.catalogue.layers.shared import SEED
from rdeep.catalogue.layers.spatial import DATA_FORMAT
from rdeep.catalogue.options import Choice, Number, Shape, option
from rdeep.catalogue.regularizers import L1L2, Regularizer
from rdeep.errors import ShapeError, format_shape, layer_title, show

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
    missing = len(shape) - len(noise)
    fits = missing >= 0 and all(
        (n is None and not missing) or n == 1 or (n is not None and size in (None, n))
        for n, size in zip(noise, shape[missing:])
    )
    if not fits:
        title = layer.name or type(layer).__name__
        raise ShapeError(
            f"{layer_title(layer)} cannot use a 'noise_shape' {format_shape(noise)} for an input "
            f"of shape {format_shape(shape)}.",
            layer=title,
            argument="noise_shape",
            received=noise,
            expected=f"for each axis of the input, or for the last ones, its size, {show(None)} "
            "or 1",
        )


class _Noise(Layer, abstract=True):
    """A layer that passes its input on unchanged when it predicts."""

    random = True

    @classmethod
    def cases(cls) -> list[Case]:
        """Return a use on sequences."""
        return [case({"rate": 0.3}, (3, 4))]

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


class Dropout(_Noise):
    """Dropout layer: sets random values to zero while training.

    Values that are kept are multiplied by `1 / (1 - rate)`, so that their expected sum is
    unchanged. The mask depends on the seed, the step and the layer's name alone, so that all
    engines draw the same one.

    References
    ----------
    Srivastava, N., Hinton, G., Krizhevsky, A., Sutskever, I. and Salakhutdinov, R. (2014). Dropout:
    a simple way to prevent neural networks from overfitting. Journal of Machine Learning Research
    15, 1929-1958.

    Examples
    --------
    >>> Dropout(0.5)(np.ones((1, 4)), training=False)
    tensor([[1., 1., 1., 1.]])
    """

    rate: float = _rate("The fraction of values set to zero.")
    noise_shape: Dims | None = _NOISE_SHAPE
    seed: int | None = SEED

    @classmethod
    def cases(cls) -> list[Case]:
        """Return uses of single masks, of shared ones and of nearly all dropped."""
        shared = {"rate": 0.3, "noise_shape": (None, 1, None)}
        return [case({"rate": 0.5}, (7,)), case(shared, (3, 4)), case({"rate": 0.999999}, (4,))]

    def check_inputs(self, *shapes: Dims) -> None:
        """Refuse a mask that does not fit."""
        super().check_inputs(*shapes)
        _check_noise_shape(self, shapes[0])

    def noisy(self, inputs: Any, run: Run) -> Any:
        """Return the values that stay, scaled up."""
        ops = run.ops
        sizes = _mask_sizes(ops.shape(inputs), self.noise_shape)
        kept = inputs * ops.cast(run.keep(sizes, self.rate), inputs.dtype)
        # 16 bits would round the factor, and with it the mean of what stays.
        scaled = ops.cast(kept, "float32") * (1.0 / (1.0 - self.rate))
        return ops.cast(scaled, inputs.dtype)


# The mean and the scale to which self-normalizing networks keep (Klambauer et al., 2017).
_SELU_SCALE = 1.0507009873554804934193349852946
_SELU_LIMIT = -1.6732632423543772848170429916717 * _SELU_SCALE


class AlphaDropout(_Noise):
    """Alpha dropout layer: dropout that keeps mean and variance, for SELU networks.

    Dropped values become the limit of SELU for very negative numbers, and all values are scaled and
    shifted so that mean 0 and variance 1 are kept.

    References
    ----------
    Klambauer, G., Unterthiner, T., Mayr, A. and Hochreiter, S. (2017). Self-normalizing neural
    networks. arXiv:1706.02515.

    Examples
    --------
    >>> AlphaDropout(0.5)(np.ones((1, 4)))
    tensor([[1., 1., 1., 1.]])
    """

    rate: float = _rate("The fraction of values that are dropped.")
    noise_shape: Dims | None = _NOISE_SHAPE
    seed: int | None = SEED

    @classmethod
    def cases(cls) -> list[Case]:
        """Return a small use."""
        return [case({"rate": 0.3}, (3, 4))]

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
    # What is said of the last axes alone is said for all the others at once.
    noise = (*[1] * (len(shape) - len(noise)), *noise)
    return [size if wanted is None else wanted for wanted, size in zip(noise, shape)]


class GaussianDropout(_Noise):
    """Gaussian dropout layer: multiplies values by Gaussian noise while training.

    The noise has mean 1 and the standard deviation of dropout's mask, `sqrt(rate / (1 - rate))`.

    References
    ----------
    Srivastava, N., Hinton, G., Krizhevsky, A., Sutskever, I. and Salakhutdinov, R. (2014). Dropout:
    a simple way to prevent neural networks from overfitting. Journal of Machine Learning Research
    15, 1929-1958.

    Examples
    --------
    >>> GaussianDropout(0.5)(np.ones((1, 4)))
    tensor([[1., 1., 1., 1.]])
    """

    rate: float = _rate("The fraction of values that dropout of equal strength would set to zero.")
    seed: int | None = SEED

    @classmethod
    def cases(cls) -> list[Case]:
        """Return a small use."""
        return [case({"rate": 0.3}, (3, 4))]

    def noisy(self, inputs: Any, run: Run) -> Any:
        """Return `x * (1 + deviation * noise)`."""
        deviation = math.sqrt(self.rate / (1.0 - self.rate))
        noise = run.normal(run.ops.shape(inputs))
        return inputs * run.ops.cast(1.0 + deviation * noise, inputs.dtype)


class GaussianNoise(_Noise):
    """Gaussian noise layer: adds Gaussian noise of mean 0 while training.

    Examples
    --------
    >>> GaussianNoise(0.1)(np.ones((1, 4)))
    tensor([[1., 1., 1., 1.]])
    """

    stddev: float = option(Number(0.0), doc="The standard deviation of the noise.")
    seed: int | None = SEED

    @classmethod
    def cases(cls) -> list[Case]:
        """Return a use on sequences."""
        return [case({"stddev": 0.3}, (3, 4))]

    @property
    def strength(self) -> float:
        """How much noise there is."""
        return self.stddev

    def noisy(self, inputs: Any, run: Run) -> Any:
        """Return `x + stddev * noise`."""
        noise = self.stddev * run.normal(run.ops.shape(inputs))
        return inputs + run.ops.cast(noise, inputs.dtype)


class _SpatialDropout(_Noise, abstract=True):
    """Drops whole channels: neighbours in a sequence or an image say nearly the same.

    References
    ----------
    Tompson, J., Goroshin, R., Jain, A., LeCun, Y. and Bregler, C. (2015). Efficient object
    localization using convolutional networks. arXiv:1411.4280.
    """

    rank: ClassVar[int]
    data_format: str | None = None
    rate: float = _rate("The fraction of channels set to zero.")
    seed: int | None = SEED
    dtype: str | None = option(
        Choice("float16", "bfloat16", "float32", "float64"),
        None,
        "The data type that the layer computes in; by default the model's, which the output has "
        "in any case.",
        keyword_only=True,
    )

    @classmethod
    def cases(cls) -> list[Case]:
        """Return uses on places of two channels."""
        shape = (*(3, 2, 2)[: cls.rank], 2)
        return [case({"rate": 0.5}, shape), case({"rate": 0.5, "dtype": "float16"}, shape)]

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the input, in training without a share of its channels."""
        if self.dtype is None:
            return super().compute(inputs, run)
        found = super().compute(run.ops.cast(inputs, self.dtype), run)
        return run.ops.cast(found, inputs.dtype)

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
    """1D spatial dropout layer: drops whole channels of sequences while training.

    A channel is dropped at all steps or at none; those that are kept are scaled up.

    Input shape
    -----------
    `(batch, steps, channels)`.

    Examples
    --------
    >>> SpatialDropout1D(0.5).output_shape((None, 50, 16))
    (None, 50, 16)
    """

    rank = 1
    ndim = 3


class SpatialDropout2D(_SpatialDropout):
    """2D spatial dropout layer: drops whole channels of images while training.

    A channel is dropped at all positions or at none; those that are kept are scaled up.

    Input shape
    -----------
    `(batch, height, width, channels)`.

    Examples
    --------
    >>> SpatialDropout2D(0.5).output_shape((None, 28, 28, 8))
    (None, 28, 28, 8)
    """

    rank = 2
    ndim = 4
    data_format: str | None = _DATA_FORMAT


class SpatialDropout3D(_SpatialDropout):
    """3D spatial dropout layer: drops whole channels of volumes while training.

    A channel is dropped at all positions or at none; those that are kept are scaled up.

    Input shape
    -----------
    `(batch, depth, height, width, channels)`.

    Examples
    --------
    >>> SpatialDropout3D(0.5).output_shape((None, 8, 8, 8, 4))
    (None, 8, 8, 8, 4)
    """

    rank = 3
    ndim = 5
    data_format: str | None = _DATA_FORMAT


class ActivityRegularization(Layer):
    """Activity regularization layer: adds a penalty on its input to the loss.

    The output is the input. The penalty is `l1 * sum(abs(x)) + l2 * sum(x^2)`, divided by the
    number of samples.

    Examples
    --------
    >>> ActivityRegularization(l2=0.01)(np.array([[1.0, 2.0]]))
    tensor([[1., 2.]])
    """

    l1: float = option(Number(0.0), 0.0, "The factor of the absolute values.")
    l2: float = option(Number(0.0), 0.0, "The factor of the squares.")

    @classmethod
    def cases(cls) -> list[Case]:
        """Return a small use."""
        return [case({"l2": 0.1}, (4,))]

    def penalty_on_output(self) -> Regularizer | None:
        """Return the penalty."""
        return L1L2(self.l1, self.l2)

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the input."""
        return inputs
