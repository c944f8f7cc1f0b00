"""Types of options that are one of a few things."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.options.base import InvalidOption, OptionType
from rdeep.errors import listing, suggestion, worded


class Choice(OptionType):
    """One of a few strings.

    Parameters
    ----------
    *values : str
        The strings.
    also : dict, optional
        Other words for some of them.
    """

    def __init__(self, *values: str, also: dict[str, str] | None = None) -> None:
        self.values, self.also = values, also or {}
        listed = str(listing(values))
        self.words = f"one of {listed}" if len(values) > 1 else listed

    def check(self, value: Any) -> str:
        """Return the string, by its usual word."""
        value = self.also.get(value, value) if isinstance(value, str) else value
        if not isinstance(value, str) or value not in self.values:
            raise self.refuse(suggestion(value, self.values) if isinstance(value, str) else None)
        return value


REDUCTIONS = ("sum_over_batch_size", "mean", "sum", "mean_with_sample_weight", "none")


class Reduction(Choice):
    """How samples' losses become one number; `None` is another word for `"none"`."""

    def __init__(self) -> None:
        super().__init__(*REDUCTIONS)

    def check(self, value: Any) -> str:
        """Return the reduction's name."""
        return "none" if value is None else super().check(value)


class DataType(Choice):
    """The type of data, by its name or as an engine's own object.

    Whole numbers of any size are codes, which all engines hold as int32; other numbers enter a
    network as float32.
    """

    def check(self, value: Any) -> str:
        """Return the type that the data is held as."""
        if not isinstance(value, str):
            # Of NumPy it is a class, which has a name of its own kind.
            named = getattr(value, "__name__", value) if isinstance(value, type) else value
            try:
                value = DType().check(named)
            except InvalidOption:
                raise self.refuse() from None
        whole = ("int8", "int16", "int64", "uint8", "uint16", "uint32", "uint64")
        numbers = ("float16", "bfloat16", "float64", "bool")
        held = {**dict.fromkeys(whole, "int32"), **dict.fromkeys(numbers, "float32")}
        return super().check(held.get(value, value))


class KernelChoice(OptionType):
    """Whether to use a fused kernel: yes, no, or where there is one."""

    words = worded(f"{listing(('auto', True, False))}")

    def check(self, value: Any) -> str | bool:
        """Return the value unchanged."""
        if not isinstance(value, bool) and value != "auto":
            raise self.refuse()
        return value


DTYPES = (
    *("bool", "uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64"),
    *("float16", "bfloat16", "float32", "float64", "complex64", "complex128", "string"),
)
"""The types of a tensor's values."""


class DType(OptionType):
    """The type of a tensor's values, by its name or as an engine's own object."""

    words = worded(f"a type such as {listing(('float32', 'int32', 'bool'))}")

    def check(self, value: Any) -> str:
        """Return the type's name."""
        name = value if isinstance(value, str) else getattr(value, "name", None) or str(value)
        name = {"float": "float32", "int": "int32"}.get(name, name.removeprefix("torch."))
        if name not in DTYPES:
            raise self.refuse(suggestion(name, DTYPES))
        return name
