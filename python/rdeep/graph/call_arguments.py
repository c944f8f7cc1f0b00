"""The arguments of a layer of the user's: which are tensors, and how they stand among others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from rdeep.catalogue.dispatch import is_symbolic


class Place(NamedTuple):
    """Where a tensor stands among the arguments of `call`."""

    number: int


def is_data(value: Any) -> bool:
    """Return whether a value is an array or a tensor of an engine.

    Parameters
    ----------
    value : object
        An argument.
    """
    return hasattr(value, "shape") and hasattr(value, "dtype")


def taken_out(
    value: Any, tensors: list[Any], is_tensor: Callable[[Any], bool] = is_symbolic
) -> Any:
    """Return arguments with their tensors taken out, into the list.

    Parameters
    ----------
    value : object
        The arguments: a list, a dictionary, or one of them.
    tensors : list
        What the tensors are added to.
    is_tensor : callable
        What counts as one; by default a symbolic tensor.
    """
    if is_tensor(value):
        tensors.append(value)
        return Place(len(tensors) - 1)
    if isinstance(value, dict):
        return {name: taken_out(each, tensors, is_tensor) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return like(value, [taken_out(each, tensors, is_tensor) for each in value])
    return value


def like(given: Any, values: list[Any]) -> Any:
    """Return values as a list, a tuple or a named one.

    Parameters
    ----------
    given : list or tuple
        What the values stood in before.
    values : list
        The values.
    """
    if not isinstance(given, tuple):
        return values
    kind = type(given)
    return kind(*values) if hasattr(kind, "_fields") else tuple(values)


def alike(one: object, other: object) -> bool:
    """Return whether two uses have the same arguments beside tensors.

    Parameters
    ----------
    one, other : object
        What `taken_out` returned.
    """
    try:
        return bool(one == other)
    except (RuntimeError, ValueError):
        # Arrays, which are equal number by number: others than before.
        return False


def put_back(form: object, tensors: Sequence[Any]) -> Any:
    """Return arguments that `taken_out` returned, with tensors in their places.

    Parameters
    ----------
    form : object
        What `taken_out` returned.
    tensors : sequence of tensor
        What stands in the places.
    """
    if isinstance(form, Place):
        return tensors[form.number]
    if isinstance(form, dict):
        return {name: put_back(each, tensors) for name, each in form.items()}
    if isinstance(form, (list, tuple)):
        return like(form, [put_back(each, tensors) for each in form])
    return form
