"""What holds a tensor that changes, as a metric's variables do: it computes as its value does."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any
from weakref import ref

import numpy as np

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
    is_of_layer = False
    """Whether it is a layer's weight, which graphs hold as what it is, and not as its value."""

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
        return computed(lambda x: x[key], self)

    def __neg__(self) -> Any:
        return computed(operator.neg, self)

    def __abs__(self) -> Any:
        return computed(operator.abs, self)

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


_made_of_weights: dict[int, tuple[Any, Callable[[], Any]]] = {}


def note_weights(tensor: Any, again: Callable[[], Any]) -> Any:
    """Keep how a tensor was computed of layers' weights, and return it.

    Where it enters a graph later on, as in `ops.matmul(x, ops.transpose(layer.kernel))`, it is
    computed there anew of the weights as they are then.

    Parameters
    ----------
    tensor : tensor
        What was computed.
    again : callable
        Computes it of what stands for the weights in a graph.
    """
    if is_symbolic(tensor):
        return tensor
    key = id(tensor)
    try:
        known = ref(tensor, lambda _: _made_of_weights.pop(key, None))
    except TypeError:
        return tensor
    _made_of_weights[key] = (known, again)
    return tensor


def is_of_weights(value: Any) -> bool:
    """Return whether something is a layer's weight, or was computed of such alone.

    Parameters
    ----------
    value : object
        The value.
    """
    if isinstance(value, ValueHolder):
        return value.is_of_layer
    known = _made_of_weights.get(id(value)) if _made_of_weights else None
    return known is not None and known[0]() is value


def computed(compute: Callable[..., Any], *values: Any, **options: Any) -> Any:
    """Return what holders and others beside them come to; how, is kept where they are weights.

    Parameters
    ----------
    compute : callable
        What Python or an engine computes by.
    values : object
        What it is given.
    options : object
        What it is given by name.
    """
    found = compute(*(value_of(each) for each in values), **value_of(options))
    alone = all(is_of_weights(each) or isinstance(each, _PLAIN) for each in values)
    if options or not alone or isinstance(found, np.ndarray) or not any(map(is_of_weights, values)):
        return found
    return note_weights(found, lambda: compute(*(stand_ins(each) for each in values)))


_PLAIN = (int, float, np.ndarray, np.number)


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
    if isinstance(value, ValueHolder):
        return value.stand_in()
    return _made_of_weights[id(value)][1]() if is_of_weights(value) else value


def _forward(compute: Any) -> Any:
    return lambda self, other: _operator(compute, other, self, other)


def _backward(compute: Any) -> Any:
    return lambda self, other: _operator(compute, other, other, self)


def _operator(compute: Any, other: Any, *values: Any) -> Any:
    if is_symbolic(other):
        return compute(*(stand_ins(each) for each in values))
    return computed(compute, *values)


for _name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and_", "or_"):
    _plain = _name.rstrip("_")
    setattr(ValueHolder, f"__{_plain}__", _forward(getattr(operator, _name)))
    setattr(ValueHolder, f"__r{_plain}__", _backward(getattr(operator, _name)))
for _name in ("eq", "ne", "lt", "le", "gt", "ge"):
    setattr(ValueHolder, f"__{_name}__", _forward(getattr(operator, _name)))
