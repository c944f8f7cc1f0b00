"""Arguments of a call with symbolic tensors among them: what they are beside these."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from rdeep.catalogue.dispatch import is_symbolic
from rdeep.graph.tensor import SymbolicTensor


class Place(NamedTuple):
    """Where a tensor stands among the arguments of `call`."""

    number: int


def taken_out(value: Any, tensors: list[SymbolicTensor]) -> Any:
    """Return arguments with their symbolic tensors taken out, into the list.

    Parameters
    ----------
    value : object
        The arguments.
    tensors : list of SymbolicTensor
        What they are added to.
    """
    if is_symbolic(value):
        tensors.append(value)
        return Place(len(tensors) - 1)
    if isinstance(value, dict):
        return {name: taken_out(each, tensors) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [taken_out(each, tensors) for each in value]
    return value


def alike(one: object, other: object) -> bool:
    """Return whether two uses have the same arguments beside tensors.

    Parameters
    ----------
    one, other : object
        What `taken_out` returned for each.
    """
    try:
        return bool(one == other)
    except (RuntimeError, ValueError):
        # Arrays, which are equal number by number: others than before.
        return False


def put_back(form: object, tensors: Sequence[SymbolicTensor]) -> Any:
    """Return arguments that `_taken_out` returned, with tensors in their places."""
    if isinstance(form, Place):
        return tensors[form.number]
    if isinstance(form, dict):
        return {name: put_back(each, tensors) for name, each in form.items()}
    if isinstance(form, (list, tuple)):
        return [put_back(each, tensors) for each in form]
    return form
