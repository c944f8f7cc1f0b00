"""What holds a tensor that changes, as a metric's variables do: it computes as its value does."""

from __future__ import annotations

import operator
from typing import Any

from rdeep.catalogue.dispatch import is_symbolic


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

    def stand_in(self) -> Any:
        """Return what stands for it in an operation on symbolic tensors: by default its value."""
        return self.value

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


def stand_ins(value: Any) -> Any:
    """Return what stands for holders in an operation on symbolic tensors, also within lists.

    Parameters
    ----------
    value : object
        The value.
    """
    if isinstance(value, dict):
        return {name: stand_ins(each) for name, each in value.items()}
    if type(value) in (list, tuple):
        return type(value)(stand_ins(each) for each in value)
    return value.stand_in() if isinstance(value, ValueHolder) else value


def _forward(compute: Any) -> Any:
    return lambda self, other: compute(_beside(self, other), value_of(other))


def _backward(compute: Any) -> Any:
    return lambda self, other: compute(value_of(other), _beside(self, other))


def _beside(holder: ValueHolder, other: Any) -> Any:
    return holder.stand_in() if is_symbolic(other) else holder.value


for _name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and_", "or_"):
    _plain = _name.rstrip("_")
    setattr(ValueHolder, f"__{_plain}__", _forward(getattr(operator, _name)))
    setattr(ValueHolder, f"__r{_plain}__", _backward(getattr(operator, _name)))
for _name in ("eq", "ne", "lt", "le", "gt", "ge"):
    setattr(ValueHolder, f"__{_name}__", _forward(getattr(operator, _name)))
