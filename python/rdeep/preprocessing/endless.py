"""Streams that are known never to end: who reads one to its end waits for ever."""

from __future__ import annotations

import dis
import functools
import itertools
from types import CodeType
from typing import Any

from rdeep.errors import ArgumentError

_RETURNS = ("RETURN_VALUE", "RETURN_CONST")
_IS_GENERATOR = 0x20
"""The flag of a code object that makes a generator."""


def is_endless(data: object) -> bool:
    """Return whether a stream is sure never to end.

    Where nobody can tell, it is taken to end: a loop over a `DataLoader` may, `while True` without
    a way out may not.

    Parameters
    ----------
    data : object
        What a user passed as a stream.
    """
    if isinstance(data, (itertools.cycle, itertools.count)):
        return True
    if isinstance(data, itertools.repeat):
        return not _has_length(data)
    if isinstance(data, functools.partial):
        return is_endless(data.func)
    if _is_infinite_dataset(data):
        return True
    if hasattr(data, "dataset") and hasattr(data, "batch_size"):
        # A data loader ends when its data does.
        return is_endless(data.dataset)
    code = getattr(data, "gi_code", None) or getattr(data, "__code__", None)
    code = code or getattr(getattr(type(data), "__iter__", None), "__code__", None)
    return isinstance(code, CodeType) and bool(code.co_flags & _IS_GENERATOR) and _never_ends(code)


def refuse_endless(data: object, argument: str, needed: str, given: object) -> None:
    """Refuse an endless stream where nobody has said how much of it to read.

    Parameters
    ----------
    data : object
        The stream.
    argument : str
        The argument that it came as.
    needed : str
        The argument that says how much.
    given : object
        What that argument is.
    """
    if given is not None or not is_endless(data):
        return
    raise ArgumentError(
        f"'{argument}' gives batches for ever: '{needed}' must say how many to use.",
        argument=needed,
        received=None,
        expected="a whole number of batches",
        hint=f"Give '{needed}', or have the data end.",
    )


def _never_ends(code: CodeType) -> bool:
    """Return whether a generator has no way out: the compiler leaves out what cannot be reached."""
    return not any(each.opname in _RETURNS for each in dis.get_instructions(code))


def _has_length(data: Any) -> bool:
    try:
        return data.__length_hint__() is not NotImplemented
    except TypeError:
        return False


def _is_infinite_dataset(data: object) -> bool:
    """Return whether data is a data set of TensorFlow that says it is repeated without end."""
    if not hasattr(data, "as_numpy_iterator") or not hasattr(data, "cardinality"):
        return False
    # `tf.data.INFINITE_CARDINALITY`
    return int(data.cardinality()) == -1
