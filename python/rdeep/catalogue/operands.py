"""Types of what operations are given: tensors, axes, whole shapes, types of values."""

from __future__ import annotations

import numbers
from collections.abc import Mapping
from typing import Any

from rdeep.catalogue.options import Axis, OptionType, Unfit, listed, whole_number
from rdeep.errors import listing, suggestion


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


class Axes(OptionType):
    """One axis or several, counted as `Axis` counts them; one alone stays a number."""

    words = "the number of an axis, or several"

    def check(self, value: Any) -> int | tuple[int, ...]:
        """Return the axis as an `int`, several as a tuple."""
        if isinstance(value, numbers.Real):
            return Axis().check(value)
        try:
            return tuple(Axis().check(each) for each in listed(value))
        except Unfit:
            raise self.refuse() from None


class Extents(OptionType):
    """A whole shape: whole numbers, -1 for one that follows, and tensors of one whole number."""

    words = "a shape such as (2, 3)"

    def check(self, value: Any) -> tuple[Any, ...]:
        """Return the sizes as a tuple."""
        if isinstance(value, (str, Mapping)):
            raise self.refuse()
        sizes = []
        for size in [value] if isinstance(value, numbers.Real) else list(value):
            found = whole_number(size) if isinstance(size, numbers.Real) else size
            if found is None or isinstance(found, str):
                raise self.refuse()
            sizes.append(found)
        return tuple(sizes)


DTYPES = (
    *("bool", "uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64"),
    *("float16", "bfloat16", "float32", "float64", "complex64", "complex128", "string"),
)
"""The types of a tensor's values."""


class DType(OptionType):
    """The type of a tensor's values, by its name or as an engine's own object."""

    words = f"a type such as {listing(('float32', 'int32', 'bool'))}"

    def check(self, value: Any) -> str:
        """Return the type's name."""
        name = value if isinstance(value, str) else getattr(value, "name", None) or str(value)
        name = {"float": "float32", "int": "int32"}.get(name, name.removeprefix("torch."))
        if name not in DTYPES:
            raise self.refuse(suggestion(name, DTYPES))
        return name
