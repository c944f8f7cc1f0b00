"""Strict JSON: what is doubtful is refused, and what it costs is known before it is read.

No key comes twice, nothing is nested deeply, no number is endless, all of it is UTF-8. JSON has
no numbers that are not finite: they are written as `{"$number": "nan"}`.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any, TypeAlias

import numpy as np

from rdeep.saving.faults import Damage, shown_value

Buffer: TypeAlias = "bytes | bytearray | memoryview"

DEEPEST = 100
"""How deeply lists and objects may be nested."""

DIGITS = 40
"""How long a number may be."""

_NUMBER = "$number"
_NOT_FINITE = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")

# What Python keeps for one value, an object and a list, in bytes.
_VALUE, _OBJECT, _LIST = 64, 240, 64
_FREE = 60_000_000
_BLOCK = 1 << 20


def write_json(value: Any) -> bytes:
    """Return plain data as JSON that `read_json` reads.

    Parameters
    ----------
    value : object
        Objects with names as keys, lists, tuples, strings, numbers, truth values and nothing.

    Raises
    ------
    TypeError
        If something in it is none of these.

    Examples
    --------
    >>> write_json({"loss": [1.5, float("inf")]})
    b'{"loss": [1.5, {"$number": "inf"}]}'
    """
    return json.dumps(_finite(value), ensure_ascii=False, allow_nan=False).encode()


def _finite(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return {_NUMBER: repr(float(value))}
    if isinstance(value, dict):
        for key in value:
            if not isinstance(key, str):
                raise TypeError(f"a key of JSON is text, not {type(key).__name__}")
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(each) for each in value]
    return value


def read_json(data: Buffer, *, room: int = 0, not_finite: bool = False) -> Any:
    """Return the plain data that JSON stands for.

    Parameters
    ----------
    data : bytes
        The text.
    room : int
        How many bytes it may cost beyond what is free: the size of the file around it.
    not_finite : bool
        Whether `NaN` and `Infinity` may stand for themselves, as they did in older files.

    Raises
    ------
    Damage
        If it is not strict JSON, or would take too much memory.

    Examples
    --------
    >>> read_json(b'{"loss": [1.5, {"$number": "inf"}]}')
    {'loss': [1.5, inf]}
    """
    data = bytes(data)
    _check_cost(data, room + len(data))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Damage("it is not UTF-8") from None
    constant = _NOT_FINITE_AS_WRITTEN.__getitem__ if not_finite else _refused_constant
    try:
        found = json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=_whole,
            parse_float=_real,
            parse_constant=constant,
        )
    except json.JSONDecodeError as error:
        raise Damage(f"it is no JSON at character {error.pos}: {error.msg}") from None
    except RecursionError:
        raise Damage("it is nested too deeply") from None
    if _SURROGATE.search(data):
        _check_encodes(found)
    return found


_NOT_FINITE_AS_WRITTEN = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


def _check_cost(data: bytes, room: int) -> None:
    """Refuse what is nested too deeply or would take too much memory, before it is parsed."""
    # One emoji makes Python keep all of a text with four bytes for each character.
    wide = 1 if data.isascii() and b"\\u" not in data else 4
    cost = len(data) * (1 + 2 * wide)
    if cost > _FREE + room:
        raise _too_large()
    depth = 0
    for bare in _outside_of_strings(data):
        lists, objects = bare == ord("["), bare == ord("{")
        closed = (bare == ord("]")) | (bare == ord("}"))
        steps = (lists | objects).view(np.int8) - closed.view(np.int8)
        depths = np.cumsum(steps, dtype=np.int32)
        if depth + depths.max(initial=0) > DEEPEST:
            raise Damage(f"it is nested more than {DEEPEST} deep")
        depth += int(steps.sum())
        separators = (bare == ord(",")) | (bare == ord(":"))
        cost += int(lists.sum()) * (_VALUE + _LIST) + int(objects.sum()) * (_VALUE + _OBJECT)
        cost += int(separators.sum()) * _VALUE
        if cost > _FREE + room:
            raise _too_large()


def _outside_of_strings(data: bytes) -> Iterator[np.ndarray]:
    """Return the characters that are not within strings, a block at a time."""
    if b"\\" in data:
        # In pairs from the left, as escapes are read: what is left are quotes that count.
        data = data.replace(b"\\\\", b"__").replace(b'\\"', b"__")
    inside = False
    for start in range(0, len(data), _BLOCK):
        characters = np.frombuffer(data, np.uint8, min(_BLOCK, len(data) - start), start)
        within = np.logical_xor.accumulate(characters == ord('"')) ^ inside
        inside = bool(within[-1])
        yield characters[~within]


def _too_large() -> Damage:
    return Damage("it describes more than a file of this size may")


def _object(pairs: list[tuple[str, Any]]) -> Any:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise Damage(f"the key {shown_value(twice)} comes twice in an object")
    if len(found) == 1 and _NUMBER in found:
        name = found[_NUMBER]
        if not isinstance(name, str) or name not in _NOT_FINITE:
            raise Damage(f"{shown_value(name)} is no number")
        return _NOT_FINITE[name]
    return found


def _whole(digits: str) -> int:
    if len(digits) > DIGITS:
        raise Damage(f"a number has more than {DIGITS} digits")
    return int(digits)


def _real(digits: str) -> float:
    if len(digits) > DIGITS:
        raise Damage(f"a number has more than {DIGITS} digits")
    number = float(digits)
    if not math.isfinite(number):
        raise Damage(f"the number {digits} is too large")
    return number


def _refused_constant(name: str) -> float:
    raise Damage(f"{name} is no number of JSON")


def _check_encodes(value: Any) -> None:
    """Refuse half characters: text that could not be written again."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise Damage("a text in it holds half a character") from None
