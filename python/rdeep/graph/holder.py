"""What holds a tensor that changes, as a metric's variables do: it computes as its value does."""

from __future__ import annotations

import operator
from typing import Any


class ValueHolder:
    """Something with a `value`, and with Python's operators on it.

    Attributes
    ----------
    value : tensor or numpy.ndarray
        The value of now.
    """

    __hash__ = object.__hash__
    # NumPy leaves operators of an array and a holder to the holder.
    __array_ufunc__ = None

    value: Any

    @property
    def shape(self) -> Any:
        """Its shape."""
        return self.value.shape

    @property
    def dtype(self) -> Any:
        """Its type."""
        return self.value.dtype

    def __getitem__(self, key: object) -> Any:
        return self.value[key]

    def __neg__(self) -> Any:
        return -self.value

    def __abs__(self) -> Any:
        return abs(self.value)

    def __invert__(self) -> Any:
        return ~self.value

    def __bool__(self) -> bool:
        return bool(self.value)

    def __float__(self) -> float:
        return float(self.value)

    def __len__(self) -> int:
        return len(self.value)

    def __iter__(self) -> Any:
        return iter(self.value)


def value_of(value: Any) -> Any:
    """Return what a holder holds; anything else as it is, also within lists.

    Parameters
    ----------
    value : object
        The value.
    """
    if isinstance(value, dict):
        return {name: value_of(each) for name, each in value.items()}
    if type(value) in (list, tuple):
        return type(value)(value_of(each) for each in value)
    return value.value if isinstance(value, ValueHolder) else value


def _forward(compute: Any) -> Any:
    return lambda self, other: compute(self.value, value_of(other))


def _backward(compute: Any) -> Any:
    return lambda self, other: compute(value_of(other), self.value)


for _name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and_", "or_"):
    _plain = _name.rstrip("_")
    setattr(ValueHolder, f"__{_plain}__", _forward(getattr(operator, _name)))
    setattr(ValueHolder, f"__r{_plain}__", _backward(getattr(operator, _name)))
for _name in ("eq", "ne", "lt", "le", "gt", "ge"):
    setattr(ValueHolder, f"__{_name}__", _forward(getattr(operator, _name)))
