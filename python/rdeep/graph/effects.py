"""Uses of layers that do more than give outputs: they count where no output depends on them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_noted: ContextVar[list[Any] | None] = ContextVar("noted", default=None)


@contextmanager
def noting() -> Iterator[list[Any]]:
    """Collect the uses of layers that add to the loss or change weights, while `call` runs."""
    found: list[Any] = []
    token = _noted.set(found)
    try:
        yield found
    finally:
        _noted.reset(token)


def note_effects(node: Any) -> None:
    """Note a use, if it has effects and a `call` is described.

    Parameters
    ----------
    node : Node
        The use.
    """
    found, layer = _noted.get(), node.layer
    if found is not None and (layer.penalises() or layer.updates):
        found.append(node)


def unused(outputs: list[Any], noted: list[Any]) -> list[Any]:
    """Return tensors of the uses that no output is computed by.

    Parameters
    ----------
    outputs : list of SymbolicTensor
        The outputs.
    noted : list of Node
        The uses that have effects.
    """
    if not noted:
        return []
    seen: set[int] = set()
    left = [tensor.node for tensor in outputs]
    while left:
        node = left.pop()
        if id(node) not in seen:
            seen.add(id(node))
            left += [tensor.node for tensor in node.inputs]
    return [node.outputs[0] for node in noted if id(node) not in seen]
