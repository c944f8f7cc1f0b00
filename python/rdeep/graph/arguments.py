"""The arguments of a layer's `call`: the tensors among them, and everything else.

What a layer is applied to may lie in lists and dictionaries. Its graph has one input for each
tensor; the rest is its form, the same at each use.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from rdeep.catalogue.dispatch import is_symbolic
from rdeep.graph.tensor import SymbolicTensor


class Place(NamedTuple):
    """Where a tensor stands among the arguments of `call`."""

    number: int


def taken_out(value: Any, tensors: list[SymbolicTensor]) -> Any:
    """Return arguments with their symbolic tensors taken out, into the list."""
    if is_symbolic(value):
        tensors.append(value)
        return Place(len(tensors) - 1)
    if isinstance(value, dict):
        return {name: taken_out(each, tensors) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [taken_out(each, tensors) for each in value]
    return value


def alike(one: object, other: object) -> bool:
    """Return whether two uses have the same arguments beside tensors."""
    try:
        return bool(one == other)
    except (RuntimeError, ValueError):
        # Arrays, which are equal number by number: others than before.
        return False


def put_back(form: object, tensors: Sequence[SymbolicTensor]) -> Any:
    """Return arguments that `taken_out` returned, with tensors in their places."""
    if isinstance(form, Place):
        return tensors[form.number]
    if isinstance(form, dict):
        return {name: put_back(each, tensors) for name, each in form.items()}
    if isinstance(form, (list, tuple)):
        return [put_back(each, tensors) for each in form]
    return form
