"""Types of arguments that only operations have."""

from __future__ import annotations

import math
import numbers
from collections.abc import Mapping
from typing import Any

from rdeep.catalogue.operands import Axes, Operand
from rdeep.catalogue.operations.base import Operation
from rdeep.catalogue.options import Axis, Choice, Count, Function, OptionType, Unfit


class Tree(OptionType):
    """A tensor, or nested lists and dictionaries of tensors."""

    words = "a tensor, or lists of tensors"

    def check(self, value: Any) -> Any:
        """Return the value unchanged."""
        if isinstance(value, str) or callable(value):
            raise self.refuse()
        return value


class AxisOrNone(Axis):
    """An axis or a position, or none where that is not the default."""

    def check(self, value: Any) -> Any:
        """Return the number as an `int`."""
        return None if value is None else super().check(value)


class AxesOrNone(Axes):
    """One axis or several, or all of them where that is not the default."""

    def check(self, value: Any) -> Any:
        """Return the axis as an `int`, several as a tuple."""
        return None if value is None else super().check(value)


class Starts(OptionType):
    """Where a part begins along each axis: numbers, which stay where they are."""

    words = "a whole number for each axis"

    def check(self, value: Any) -> Any:
        """Return the numbers unchanged, one alone in a tuple."""
        return (value,) if isinstance(value, numbers.Real) else Operand().check(value)


class Functions(OptionType):
    """Several functions, in a list."""

    words = "a list of functions"

    def check(self, value: Any) -> list[Any]:
        """Return the functions in a list."""
        if not isinstance(value, (list, tuple)) or not value:
            raise self.refuse()
        return [Function().check(each) for each in value]


class Anything(OptionType):
    """Whatever there is."""

    words = "anything"


class Seed(OptionType):
    """A seed: a whole number, or a generator of seeds."""

    words = "a whole number, zero or more, or a seed generator"

    def check(self, value: Any) -> Any:
        """Return a number as an `int`, a generator unchanged."""
        if isinstance(value, numbers.Real):
            try:
                return Count(0).check(value)
            except Unfit:
                raise self.refuse() from None
        if not hasattr(value, "next"):
            raise self.refuse()
        return value


class NormOrder(OptionType):
    """Which norm: a number, infinity among them, or the name of a norm of matrices."""

    words = 'a number (Inf too), "fro" or "nuc"'

    def check(self, value: Any) -> Any:
        """Return the order unchanged."""
        if isinstance(value, str):
            return Choice("fro", "nuc").check(value)
        real = isinstance(value, numbers.Real) and not isinstance(value, bool)
        if not real or math.isnan(value):
            raise self.refuse()
        return value


class Window(OptionType):
    """The window of a short-time Fourier transform."""

    words = 'one of "hann" and "hamming", or numbers'

    def check(self, value: Any) -> Any:
        """Return the name, or the numbers."""
        if isinstance(value, str):
            return Choice("hann", "hamming").check(value)
        return None if value is None else Operand().check(value)


class Lengths(OptionType):
    """The sizes of named axes."""

    words = "whole numbers with names"

    def check(self, value: Any) -> dict[str, int]:
        """Return the sizes by name."""
        if not isinstance(value, Mapping):
            raise self.refuse()
        return {str(name): Count(1).check(size) for name, size in value.items()}


class Exclusions(OptionType):
    """The arguments that a function gets whole: their positions or names."""

    words = "positions or names of arguments"

    def check(self, value: Any) -> tuple[Any, ...]:
        """Return them as a tuple."""
        alone = isinstance(value, (str, numbers.Real))
        return (value,) if alone else tuple(value)


class FunctionOf(Operation):
    """An operation that makes a function of a function."""

    late = True


class NamedRest(Operation):
    """An operation whose last argument takes all that is given by other names (`**lengths`)."""

    @property
    def rest(self) -> str:
        """The argument that takes them."""
        return list(self.options)[-1]

    def bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        """Return all arguments by name, checked, or say which of them is wrong."""
        own = {name: value for name, value in kwargs.items() if name in self.options}
        rest = {name: value for name, value in kwargs.items() if name not in self.options}
        return super().bind(args, {**own, self.rest: {**(own.get(self.rest) or {}), **rest}})

    def invoke(self, function: Any, arguments: dict[str, Any]) -> Any:
        """Return what a backend's function gives for arguments by name."""
        fixed = {name: value for name, value in arguments.items() if name != self.rest}
        return function(**fixed, **(arguments[self.rest] or {}))
