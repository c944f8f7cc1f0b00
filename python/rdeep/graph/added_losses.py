"""What is added to the loss while a `call` is described, also where its outputs do not need it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Added:
    """What one description adds to the loss.

    Attributes
    ----------
    terms : list of SymbolicTensor
        What `add_loss` of a model was given.
    uses : list of Node
        The uses of layers that add something, or change weights of theirs.
    """

    terms: list[Any] = field(default_factory=list)
    uses: list[Any] = field(default_factory=list)


_added: ContextVar[Added | None] = ContextVar("added", default=None)


@contextmanager
def noting_losses() -> Iterator[Added]:
    """Note what is added to the loss; a description within another has notes of its own."""
    found = Added()
    token = _added.set(found)
    try:
        yield found
    finally:
        _added.reset(token)


def noted_losses() -> Added | None:
    """Return what was added so far; `None` where nothing is described."""
    return _added.get()


def note_use(node: Any) -> None:
    """Note the use of a layer that may add to the loss, or that changes weights.

    Parameters
    ----------
    node : Node
        The use.
    """
    found = _added.get()
    if found is not None and (node.layer.penalises() or node.layer.updates):
        found.uses.append(node)
