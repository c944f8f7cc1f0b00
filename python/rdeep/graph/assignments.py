"""What `call` of a layer has assigned to weights while it is described."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_assigned: ContextVar[dict[int, Any] | None] = ContextVar("assigned", default=None)


@contextmanager
def collecting() -> Iterator[dict[int, Any]]:
    """Collect what is assigned: the newest value of each weight, by its record's identity."""
    found: dict[int, Any] = {}
    token = _assigned.set(found)
    try:
        yield found
    finally:
        _assigned.reset(token)


def collected() -> dict[int, Any] | None:
    """Return what was assigned so far; `None` where no layer is described."""
    return _assigned.get()


def latest(tensor: Any) -> Any:
    """Return a tensor, or what was assigned to it if it is a weight.

    Parameters
    ----------
    tensor : SymbolicTensor
        The tensor.
    """
    found = _assigned.get()
    if not found or tensor.node.inputs:
        return tensor
    return found.get(id(tensor.node.layer), tensor)
