"""What callbacks remember, as plain data and arrays by name."""

from __future__ import annotations

from typing import Any

import numpy as np

from rdeep.errors import ArgumentError, show

_NAMED, _TUPLE, _ARRAY = "named", "tuple", "array"


def packed(value: Any, arrays: dict[str, np.ndarray]) -> Any:
    """Return a value as plain data, with its arrays put aside.

    Parameters
    ----------
    value : object
        Numbers, text, truth values, `None`, arrays, and lists, tuples and dicts of these.
    arrays : dict of str to numpy.ndarray
        Takes the arrays, by numbers.

    Raises
    ------
    ArgumentError
        If there is something else in it.

    Examples
    --------
    >>> arrays = {}
    >>> packed({"best": 0.5, "weights": [np.zeros(2)]}, arrays)
    {'named': [['best', 0.5], ['weights', [{'array': '0'}]]]}
    >>> unpacked({"named": [["weights", [{"array": "0"}]]]}, arrays)
    {'weights': [array([0., 0.])]}
    """
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, dict) and all(isinstance(key, (str, int)) for key in value):
        return {_NAMED: [[key, packed(each, arrays)] for key, each in value.items()]}
    if isinstance(value, (list, tuple)):
        items = [packed(each, arrays) for each in value]
        return items if isinstance(value, list) else {_TUPLE: items}
    if isinstance(value, np.ndarray) and value.dtype.kind in "biuf":
        name = str(len(arrays))
        arrays[name] = value
        return {_ARRAY: name}
    raise ArgumentError(
        f"The state of a callback holds {show(value)}, which cannot be written down.",
        argument="callbacks",
        received=value,
        expected="numbers, text, arrays, and lists and dicts of these",
    )


def unpacked(value: Any, arrays: dict[str, np.ndarray]) -> Any:
    """Return the value that `packed` made plain.

    Parameters
    ----------
    value : object
        Plain data.
    arrays : dict of str to numpy.ndarray
        The arrays that were put aside.

    Raises
    ------
    ValueError
        If it is nothing that `packed` returns.
    """
    if isinstance(value, list):
        return [unpacked(each, arrays) for each in value]
    if not isinstance(value, dict):
        return value
    ((kind, content),) = value.items()
    if kind == _NAMED:
        return {_key(key): unpacked(each, arrays) for key, each in content}
    if kind == _TUPLE:
        return tuple(unpacked(each, arrays) for each in content)
    if kind == _ARRAY:
        return arrays[content]
    raise ValueError("This is nothing that was packed.")


def _key(value: Any) -> Any:
    if not isinstance(value, (str, int)):
        raise ValueError("This is no key.")
    return value
