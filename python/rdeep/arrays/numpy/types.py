"""Arrays out of what people give, and the types that they are computed in."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import numpy as np

from rdeep.arrays.narrowing import narrowed
from rdeep.arrays.promotion import JOINED, STRONG

Array = Any
"""A `numpy.ndarray`, or one of NumPy's scalars, which reductions give."""
_WEAK = (bool, int, float)


def _is_array(x: Any) -> bool:
    return isinstance(x, (np.ndarray, np.generic))


def operand(value: Any, near: Any = None) -> Any:
    """Return what an operation computes with as an array; Python's numbers stay as they are.

    NumPy's 64-bit types become 32-bit ones where these hold the numbers.

    Parameters
    ----------
    value : object
        An array, a number, or a list of them.
    near : array, optional
        What the value is computed with: NumPy has one device.
    """
    if value is None or (
        isinstance(value, (*_WEAK, complex)) and not isinstance(value, np.generic)
    ):
        return value
    return narrowed(np.asarray(value))


def as_tensor(x: Any, like: Any = None) -> Array:
    """Return an argument as an array: numbers become int32 or float32, arrays stay as they are.

    Parameters
    ----------
    x : object
        An array, a number, or a list of them.
    like : array, optional
        Whose type a number gets.
    """
    if isinstance(x, (np.ndarray, np.generic)):
        return x
    if isinstance(x, bool):
        return np.asarray(x)
    if isinstance(x, (int, float)):
        return np.asarray(x, STRONG[kind_of(x)] if like is None else like.dtype)
    if isinstance(x, complex):
        return np.asarray(x, np.complex64)
    if isinstance(x, (list, tuple)) and any(_is_array(each) for each in x):
        return np.stack([as_tensor(each) for each in x])
    return narrowed(np.asarray(x))


def floating(x: Any, like: Any = None) -> Array:
    """Return an argument as an array of floats; whole numbers become float32.

    Parameters
    ----------
    x, like
        As for `as_tensor`.
    """
    x = x if isinstance(x, np.ndarray) else as_tensor(x, like)
    return x if x.dtype.kind in "fc" else x.astype(np.float32)


def wide(x: Any) -> Array:
    """Return an argument as floats, of 64 bits if it has 64: Keras keeps them in a few functions.

    Parameters
    ----------
    x : object
        As for `as_tensor`.
    """
    x = as_tensor(x)
    return x.astype(np.float64) if x.dtype == np.int64 else floating(x)


def whole(x: Array) -> bool:
    """Return whether an array holds whole numbers or truths.

    Parameters
    ----------
    x : array
        The array.
    """
    return x.dtype.kind in "iub"


@cache
def _name_of(dtype: np.dtype) -> str:
    """Return a type's name, which NumPy makes anew each time."""
    return dtype.name


def kind_of(x: Any) -> str:
    """Return the name of the type of an array or of Python's number.

    Parameters
    ----------
    x : array or number
        The number.
    """
    if _is_array(x):
        return _name_of(x.dtype)
    if isinstance(x, bool):
        return "bool"
    return "int" if isinstance(x, int) else "float"


def result_type(*kinds: str) -> np.dtype:
    """Return the type that several types are computed in together.

    Parameters
    ----------
    *kinds : str
        The types' names; `"int"` and `"float"` are those of Python's numbers.
    """
    joined = kinds[0]
    for kind in kinds[1:]:
        joined = joined if kind == joined else JOINED[joined, kind]
    return np.dtype(STRONG.get(joined, joined))


def pair(x1: Any, x2: Any, *more: str) -> tuple[Array, Array]:
    """Return two arrays of the type that they are computed in; Python's numbers are weak.

    Parameters
    ----------
    x1, x2 : array or number
        What is computed with.
    *more : str
        Types that the result's is at least.
    """
    if type(x1) is type(x2) is np.ndarray and x1.dtype is x2.dtype and not more:
        return x1, x2
    x1 = x1 if type(x1) in _WEAK else as_tensor(x1)
    x2 = x2 if type(x2) in _WEAK else as_tensor(x2)
    kinds = kind_of(x1), kind_of(x2), *more
    if kinds[0] == kinds[1] and _is_array(x1) and not more:
        return x1, x2
    dtype = result_type(*kinds)
    return np.asarray(x1, dtype), np.asarray(x2, dtype)


def strong_pair(x1: Any, x2: Any, *more: str) -> tuple[Array, Array]:
    """Return two arrays of the type that they are computed in; numbers are int32 or float32.

    Parameters
    ----------
    x1, x2, *more
        As for `pair`.
    """
    return pair(as_tensor(x1), as_tensor(x2), *more)


def alike(values: Iterable[Any]) -> list[Array]:
    """Return several arrays in the type that they have together.

    Parameters
    ----------
    values : iterable of array
        The arrays.
    """
    arrays = [as_tensor(value) for value in values]
    if len({each.dtype for each in arrays}) < 2:
        return arrays
    dtype = result_type(*(each.dtype.name for each in arrays))
    return [each.astype(dtype, copy=False) for each in arrays]


def numpy_type(dtype: Any) -> np.dtype | None:
    """Return NumPy's type of a name; `None` of none, float32 of bfloat16, which NumPy lacks.

    Parameters
    ----------
    dtype : str, dtype or None
        The type.
    """
    return (
        None if dtype is None else np.dtype({"bfloat16": "float32"}.get(dtype_name(dtype)) or dtype)
    )


def dtype_name(dtype: Any) -> str:
    """Return the name of a type.

    Parameters
    ----------
    dtype : str or dtype
        The type.
    """
    return dtype if isinstance(dtype, str) else _name_of(np.dtype(dtype))


Function = Callable[..., Any]


def on_floats(function: Function, name: str) -> Function:
    """Return a function of NumPy as one that computes in floats.

    Parameters
    ----------
    function : callable
        The function of one array.
    name : str
        What it is called here.
    """
    return _named(name, lambda x: function(floating(x)))


def on_pairs(function: Function, name: str, *more: str, strong: bool = False) -> Function:
    """Return a function of NumPy as one of two arrays in the type that they have together.

    Parameters
    ----------
    function : callable
        The function of two arrays.
    name : str
        What it is called here.
    *more : str
        Types that the result's is at least.
    strong : bool
        Whether Python's numbers are int32 and float32.
    """
    made = strong_pair if strong else pair
    return _named(name, lambda x1, x2: function(*made(x1, x2, *more)))


def _named(name: str, function: Function) -> Function:
    function.__name__ = function.__qualname__ = name
    return function
