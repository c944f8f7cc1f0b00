"""Indices as plain data, such as files hold them."""

from __future__ import annotations

from typing import Any


def as_key(plain: list[Any]) -> tuple[Any, ...]:
    """Return an index from plain data.

    Parameters
    ----------
    plain : list
        For each axis a number, `{"slice": [start, stop, step]}`, `"new"` or `"rest"`.

    Examples
    --------
    >>> as_key(["rest", {"slice": [None, 2, None]}, 0])
    (Ellipsis, slice(None, 2, None), 0)
    """
    known = {"new": None, "rest": Ellipsis}
    return tuple(
        slice(*key["slice"]) if isinstance(key, dict) else known.get(key, key) for key in plain
    )
