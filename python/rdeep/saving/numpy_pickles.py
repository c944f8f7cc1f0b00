"""What a pickle may ask of NumPy, which believes what a pickle says.

NumPy takes the flags, the fields and the sizes of a type from a pickle, and by them numbers for
addresses. So types are made by their names alone, and arrays of exactly their bytes.
"""

from __future__ import annotations

import math
import pickle
from typing import Any

import numpy as np

_GENERATOR = "PCG64"
_BYTE_ORDER = 1
"""Where in a type's state its byte order is, which is all that the state may change."""


def check_call(function: Any, arguments: Any) -> None:
    """Refuse a call that NumPy's arrays, types and generators do not write.

    Parameters
    ----------
    function : function or type
        What is to be called.
    arguments : object
        What it is to be given.

    Examples
    --------
    >>> check_call(np.dtype, ("f4", False, True))
    """
    if not isinstance(arguments, tuple):
        raise pickle.UnpicklingError("it asks for a call that no such file needs")
    name = getattr(function, "__name__", "")
    if function is np.dtype:
        fine = all(isinstance(each, (str, bool)) for each in arguments)
        fine = fine and bool(arguments) and len(str(arguments[0])) < 30
        fine = fine and np.dtype(arguments[0]).kind != "V"
    elif name == "_reconstruct":
        fine = arguments == (np.ndarray, (0,), b"b")
    elif name == "scalar":
        fine = len(arguments) == 2 and isinstance(arguments[0], np.dtype)
    elif name == "__generator_ctor":
        fine = bool(arguments) and _is_generator(arguments[0])
        fine = fine and all(_is_maker(each) for each in arguments[1:])
    elif name == "__bit_generator_ctor":
        fine = len(arguments) == 1 and arguments[0] == _GENERATOR
    else:
        return
    if not fine:
        raise pickle.UnpicklingError("it asks for a type that no such file needs")


def _is_generator(value: Any) -> bool:
    return isinstance(value, np.random.PCG64) or (isinstance(value, str) and value == _GENERATOR)


def _is_maker(value: Any) -> bool:
    return getattr(value, "__name__", "") == "__bit_generator_ctor" and not isinstance(value, type)


def check_state_of_numpy(target: Any, state: Any) -> None:
    """Refuse a state that an array or a type of NumPy's does not have.

    Parameters
    ----------
    target : numpy.ndarray, numpy.dtype or numpy.random.Generator
        What is given the state.
    state : object
        The state.
    """
    if isinstance(target, np.dtype):
        own: Any = target.__reduce__()
        fine = _as_own(state) == _as_own(own[2]) and state[_BYTE_ORDER] in ("<", ">", "|", "=")
    elif isinstance(target, np.ndarray):
        fine = isinstance(state, tuple) and len(state) == 5 and _is_whole(*state[1:3], state[4])
    else:
        fine = state is None or isinstance(state, dict)
    if not fine:
        raise pickle.UnpicklingError("it holds an array that is none")


def _as_own(state: Any) -> Any:
    """Return a type's state without what may differ, if it is one."""
    if not isinstance(state, tuple) or len(state) < 8 or not isinstance(state[_BYTE_ORDER], str):
        return None
    return (*state[:_BYTE_ORDER], *state[_BYTE_ORDER + 1 :])


def _is_whole(shape: Any, dtype: Any, values: Any) -> bool:
    """Return whether values are as many as a shape and a type say."""
    if not isinstance(shape, tuple) or not all(type(n) is int and n >= 0 for n in shape):
        return False
    if not isinstance(dtype, np.dtype) or dtype.hasobject != isinstance(values, list):
        return False
    if isinstance(values, list):
        return len(values) == math.prod(shape)
    return isinstance(values, (bytes, str)) and (
        isinstance(values, str) or len(values) == math.prod(shape) * dtype.itemsize
    )
