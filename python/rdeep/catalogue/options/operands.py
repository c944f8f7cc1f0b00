"""Types of what array functions are given: tensors, positions in them, seeds."""

from __future__ import annotations

import numbers
from collections.abc import Mapping
from typing import Any

from rdeep.catalogue.options.base import InvalidOption, OptionType
from rdeep.catalogue.options.choices import Choice
from rdeep.catalogue.options.numeric import Count


class Operand(OptionType):
    """What an operation computes with: a tensor of either engine, an array, numbers.

    Python's numbers become tensors, unless they are `weak`: then they stay numbers, and take the
    type of what they are computed with.
    """

    words = "a tensor, an array or a number"

    def __init__(self, *, weak: bool = False) -> None:
        self.weak = weak

    def check(self, value: Any) -> Any:
        """Return the value unchanged: whether numbers can be made of it, the engine says."""
        if value is None or isinstance(value, (str, Mapping)) or callable(value):
            raise self.refuse()
        return value


class Operands(OptionType):
    """Several of them, in a list."""

    words = "a list of tensors or arrays"

    def check(self, value: Any) -> Any:
        """Return them as a list."""
        if not isinstance(value, (list, tuple)):
            raise self.refuse()
        return [Operand().check(each) for each in value]


class Tree(OptionType):
    """A tensor, or nested lists and dictionaries of tensors."""

    words = "a tensor, or lists of tensors"

    def check(self, value: Any) -> Any:
        """Return the value unchanged."""
        if isinstance(value, str) or callable(value):
            raise self.refuse()
        return value


class Anything(OptionType):
    """Whatever there is."""

    words = "anything"


class Starts(OptionType):
    """Where a part begins along each axis: numbers, which stay where they are."""

    words = "a whole number for each axis"

    def check(self, value: Any) -> Any:
        """Return the numbers unchanged, one alone in a tuple."""
        return (value,) if isinstance(value, numbers.Real) else Operand().check(value)


class Key(OptionType):
    """What goes between brackets: positions, slices, arrays of positions, for each axis."""

    words = "positions or slices"

    def check(self, value: Any) -> Any:
        """Return the value unchanged, a list of one thing for each axis as a tuple."""
        if isinstance(value, (str, Mapping)) or callable(value):
            raise self.refuse()
        # A list of numbers alone picks several values along the first axis.
        if isinstance(value, list) and any(not isinstance(each, numbers.Real) for each in value):
            return tuple(value)
        return value


class Window(OptionType):
    """The window of a short-time Fourier transform."""

    words = 'one of "hann" and "hamming", or numbers'

    def check(self, value: Any) -> Any:
        """Return the name, or the numbers."""
        if isinstance(value, str):
            return Choice("hann", "hamming").check(value)
        return None if value is None else Operand().check(value)


class Seed(OptionType):
    """A seed: a whole number, or a generator of seeds."""

    words = "a whole number, zero or more, or a seed generator"

    def check(self, value: Any) -> Any:
        """Return a number as an `int`, a generator unchanged."""
        if isinstance(value, numbers.Real):
            try:
                return Count(0).check(value)
            except InvalidOption:
                raise self.refuse() from None
        if not hasattr(value, "next"):
            raise self.refuse()
        return value

    def restore(self, value: Any, place: str) -> Any:
        """Return a number: a generator draws its numbers in the process that has it."""
        return Count(0).restore(value, place)
