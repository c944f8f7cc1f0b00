"""Random initializers whose variance depends on the numbers of inputs and outputs."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from rdeep.catalogue.initializers.base import SEED, Initializer
from rdeep.catalogue.initializers.random import TRUNCATED_STDDEV, truncated_normal
from rdeep.catalogue.options import (
    AxesOrNone,
    Choice,
    Count,
    Number,
    option,
)
from rdeep.errors import ShapeError, format_shape, show_axis


class _Scaled(Initializer, abstract=True):
    """Draws whose variance follows the number of inputs and outputs."""

    input_axes: Any = option(
        AxesOrNone(),
        None,
        "The axes whose sizes count the inputs, together with `output_axes`; by default those of "
        "a kernel.",
        keyword_only=True,
    )
    output_axes: Any = option(
        AxesOrNone(), None, "The axes whose sizes count the outputs.", keyword_only=True
    )

    def _scaled(
        self,
        shape: tuple[int, ...],
        rng: np.random.Generator,
        scale: float,
        mode: str,
        distribution: str,
    ) -> Any:
        fan_in, fan_out = self._fans(shape)
        fan = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}[mode]
        variance = scale / max(1.0, fan)
        if distribution == "uniform":
            limit = math.sqrt(3 * variance)
            return rng.uniform(-limit, limit, shape)
        if distribution == "untruncated_normal":
            return rng.normal(0.0, math.sqrt(variance), shape)
        return math.sqrt(variance) / TRUNCATED_STDDEV * truncated_normal(shape, rng)

    def _fans(self, shape: tuple[int, ...]) -> tuple[int, int]:
        if self.input_axes is None or self.output_axes is None:
            return _fans(shape)
        ends = ([a] if isinstance(a, int) else a for a in (self.input_axes, self.output_axes))
        counts = [math.prod(shape[axis] for axis in axes) for axes in ends]
        return counts[0], counts[1]

    def check_shape(self, shape: tuple[int, ...]) -> None:
        """Refuse a weight that lacks an axis."""
        for name in ("input_axes", "output_axes"):
            axes = getattr(self, name)
            for axis in [] if axes is None else [axes] if isinstance(axes, int) else axes:
                if not -len(shape) <= axis < len(shape):
                    raise ShapeError(
                        f"A weight of shape {format_shape(shape)} has no axis {show_axis(axis)}.",
                        argument=name,
                        received=axis,
                    )


class VarianceScaling(_Scaled):
    """Variance scaling initializer: variance `scale / n`, where `n` counts inputs, outputs or both.

    Examples
    --------
    >>> VarianceScaling().draw((2, 2), np.random.default_rng(1)).shape
    (2, 2)
    """

    scale: float = option(Number(0.0), 1.0, "The factor.")
    mode: str = option(
        Choice("fan_in", "fan_out", "fan_avg"),
        "fan_in",
        "What `n` counts: the inputs, the outputs, or their mean.",
    )
    distribution: str = option(
        Choice("truncated_normal", "untruncated_normal", "uniform"),
        "truncated_normal",
        "The distribution to draw from.",
    )
    seed: int | None = option(Count(0), None, SEED)

    def _values(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        return self._scaled(shape, rng, self.scale, self.mode, self.distribution)


class GlorotUniform(_Scaled):
    """Glorot (Xavier) uniform initializer: uniform within `±sqrt(6 / (inputs + outputs))`.

    References
    ----------
    Glorot, X. and Bengio, Y. (2010). Understanding the difficulty of training deep feedforward
    neural networks. AISTATS.

    Examples
    --------
    >>> w = GlorotUniform().draw((2, 4), np.random.default_rng(1))
    >>> bool(abs(w).max() <= 1.0)
    True
    """

    seed: int | None = option(Count(0), None, SEED)

    def _values(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        return self._scaled(shape, rng, 1.0, "fan_avg", "uniform")


class GlorotNormal(_Scaled):
    """Glorot (Xavier) normal initializer: truncated normal of variance `2 / (inputs + outputs)`.

    References
    ----------
    Glorot, X. and Bengio, Y. (2010). Understanding the difficulty of training deep feedforward
    neural networks. AISTATS.

    Examples
    --------
    >>> GlorotNormal().draw((2, 4), np.random.default_rng(1)).shape
    (2, 4)
    """

    seed: int | None = option(Count(0), None, SEED)

    def _values(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        return self._scaled(shape, rng, 1.0, "fan_avg", "truncated_normal")


class HeUniform(_Scaled):
    """He (Kaiming) uniform initializer: uniform within `±sqrt(6 / inputs)`.

    References
    ----------
    He, K., Zhang, X., Ren, S. and Sun, J. (2015). Delving deep into rectifiers. arXiv:1502.01852.

    Examples
    --------
    >>> w = HeUniform().draw((6, 4), np.random.default_rng(1))
    >>> bool(abs(w).max() <= 1.0)
    True
    """

    seed: int | None = option(Count(0), None, SEED)

    def _values(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        return self._scaled(shape, rng, 2.0, "fan_in", "uniform")


class HeNormal(_Scaled):
    """He (Kaiming) normal initializer: truncated normal of variance `2 / inputs`.

    References
    ----------
    He, K., Zhang, X., Ren, S. and Sun, J. (2015). Delving deep into rectifiers. arXiv:1502.01852.

    Examples
    --------
    >>> HeNormal().draw((2, 4), np.random.default_rng(1)).shape
    (2, 4)
    """

    seed: int | None = option(Count(0), None, SEED)

    def _values(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        return self._scaled(shape, rng, 2.0, "fan_in", "truncated_normal")


class LecunUniform(_Scaled):
    """LeCun uniform initializer: uniform within `±sqrt(3 / inputs)`.

    References
    ----------
    LeCun, Y., Bottou, L., Orr, G. B. and Müller, K.-R. (1998). Efficient backprop. In Neural
    Networks: Tricks of the Trade.

    Examples
    --------
    >>> w = LecunUniform().draw((3, 4), np.random.default_rng(1))
    >>> bool(abs(w).max() <= 1.0)
    True
    """

    seed: int | None = option(Count(0), None, SEED)

    def _values(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        return self._scaled(shape, rng, 1.0, "fan_in", "uniform")


class LecunNormal(_Scaled):
    """LeCun normal initializer: truncated normal of variance `1 / inputs`.

    References
    ----------
    LeCun, Y., Bottou, L., Orr, G. B. and Müller, K.-R. (1998). Efficient backprop. In Neural
    Networks: Tricks of the Trade.

    Examples
    --------
    >>> LecunNormal().draw((2, 4), np.random.default_rng(1)).shape
    (2, 4)
    """

    seed: int | None = option(Count(0), None, SEED)

    def _values(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        return self._scaled(shape, rng, 1.0, "fan_in", "truncated_normal")


def _fans(shape: tuple[int, ...]) -> tuple[int, int]:
    """Count a weight's inputs and outputs; a kernel's window multiplies both."""
    if len(shape) < 2:
        size = shape[0] if shape else 1
        return size, size
    window = math.prod(shape[:-2])
    return shape[-2] * window, shape[-1] * window
