"""What is kept of a text that is read bit by bit, and what is said where nothing can be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from rdeep.errors import StateError

Tensor = Any


class NotCausal(StateError):
    """A network cannot be read bit by bit, for a reason that the message says."""


class TooLong(Exception):
    """A network has no positions for a text of a length.

    Parameters
    ----------
    longest : int
        How many there are.
    """

    def __init__(self, longest: int) -> None:
        super().__init__(longest)
        self.longest = longest


class Kernel(NamedTuple):
    """What formulas are computed on.

    Attributes
    ----------
    ops : module
        The array functions.
    convert : function
        Returns an array of NumPy as a tensor there.
    """

    ops: Any
    convert: Callable[[np.ndarray], Tensor]


class Clock:
    """How far a text was read: `past` steps, and `count` more that are read now."""

    past = 0
    count = 0


class KeptKeys:
    """The keys and values of an attention layer: `rdeep.catalogue.layers.run.Past`.

    Parameters
    ----------
    kernel : Kernel
        What is computed on.
    clock : Clock
        How far the text was read.
    length : int
        The longest that texts become.
    """

    def __init__(self, kernel: Kernel, clock: Clock, length: int) -> None:
        self.kernel, self.clock, self.length = kernel, clock, length
        self.kept: list[Tensor] = []

    def extended(self, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        """Return the keys and values of all steps so far, of which the last ones are given."""
        given, ops = (keys, values), self.kernel.ops
        if not self.kept:
            sizes = [(x.shape[0], self.length, *x.shape[2:]) for x in given]
            self.kept = [ops.zeros(size, x.dtype) for size, x in zip(sizes, given)]
        past, end = self.clock.past, self.clock.past + self.clock.count
        for kept, x in zip(self.kept, given):
            kept[:, past:end] = x
        return self.kept[0][:, :end], self.kept[1][:, :end]

    def order(self, window: int | None = None) -> Tensor | None:
        """Return which steps the last ones come after, themselves among these."""
        past, end = self.clock.past, self.clock.past + self.clock.count
        if self.clock.count == 1 and (window is None or end <= window):
            return None
        after = np.arange(past, end)[:, None] - np.arange(end)
        return self.kernel.convert((after >= 0) & (after < (window or end)))
