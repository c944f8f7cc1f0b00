"""Initializers that draw parts of a weight by another initializer."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from rdeep.catalogue.initializers.base import Initializer
from rdeep.catalogue.initializers.scaled import _Scaled
from rdeep.catalogue.options import (
    Counts,
    Ref,
    option,
)
from rdeep.errors import ShapeError


class _Wrapping(Initializer, abstract=True):
    """An initializer that arranges what another one draws."""

    initializer: Initializer = option(Ref("initializer"), doc="The initializer of the values.")

    @property
    def seed(self) -> int | None:
        """The seed of the other one."""
        return getattr(self.initializer, "seed", None)


class Sectioned(_Wrapping):
    """Sectioned initializer: one value for each section of the last axis.

    For `input_initializer` of an ensemble's first layer, where each column of a table has become
    several inputs: a member then sees each column at a scale of its own, as in TabM.

    References
    ----------
    Gorishniy, Y., Kotelnikov, A. and Babenko, A. (2024). TabM: advancing tabular deep learning with
    parameter-efficient ensembling. arXiv:2410.24210.

    Examples
    --------
    >>> from rdeep.catalogue.initializers import RandomSign
    >>> Sectioned(RandomSign(), [2, 3]).draw((1, 5), np.random.default_rng(1)).shape
    (1, 5)
    """

    sizes: tuple[int, ...] = option(Counts(), doc="The sizes of the sections.")

    def check_shape(self, shape: tuple[int, ...]) -> None:
        """Refuse a weight whose last axis the sections do not fill."""
        if shape[-1] != sum(self.sizes):
            raise ShapeError(
                f"The sections of a starting value have {sum(self.sizes)} values together, but "
                f"the weight's last axis has {shape[-1]}.",
                argument="sizes",
                received=sum(self.sizes),
                expected=f"sizes that add up to {shape[-1]}",
            )

    def _values(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        values = self.initializer._values((*shape[:-1], len(self.sizes)), rng)
        return np.repeat(values, self.sizes, axis=-1)


class SliceBySlice(_Wrapping):
    """Draws each slice along the first axis as a weight by itself, of so many inputs.

    Not for users: layers whose weight holds a kernel for each of several parts start it by this.
    """

    internal = True
    counts: tuple[int, ...] | None = option(
        Counts(), None, "How many rows each slice has; the others are zeros, by default none."
    )

    def _values(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        values = np.zeros(shape)
        for part, count in zip(values, self.counts or [shape[1]] * shape[0]):
            part[:count] = self.initializer._values((count, *shape[2:]), rng)
        return values


class Flattened(_Wrapping):
    """Draws a kernel of several axes as a matrix: of all inputs by all outputs.

    Not for users: layers whose kernels have several axes for either start them by this.
    """

    internal = True
    inputs: tuple[int, ...] = option(Counts(), doc="The axes that are inputs, counted from 1.")

    def _values(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        ahead = [axis - 1 for axis in self.inputs]
        order = [*ahead, *(axis for axis in range(len(shape)) if axis not in ahead)]
        sizes = [shape[axis] for axis in order]
        count = math.prod(sizes[: len(ahead)])
        matrix = self.initializer._values((count, math.prod(shape) // max(count, 1)), rng)
        return np.asarray(matrix).reshape(sizes).transpose(np.argsort(order))


def by_axes(initializer: Initializer, inputs: tuple[int, ...]) -> Initializer:
    """Return an initializer that counts a kernel's inputs and outputs by their axes.

    Parameters
    ----------
    initializer : Initializer
        The initializer; only those whose scale depends on these numbers change.
    inputs : tuple of int
        The axes that are inputs; the others are outputs.
    """
    if not isinstance(initializer, _Scaled) or not inputs:
        return initializer
    return Flattened(initializer, [axis + 1 for axis in inputs])
