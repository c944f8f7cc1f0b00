"""How tensors are nested at a graph's ends: in lists, tuples and dicts of these."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from rdeep.errors import plain
from rdeep.errors.damage import Damage
from rdeep.graph.call_arguments import Place, is_data, like, put_back, taken_out


@dataclass(frozen=True)
class Nesting:
    """How a graph's inputs and outputs are nested; `None` where they are a list or one alone.

    Attributes
    ----------
    inputs, outputs : object
        Lists, tuples and dicts with a `Place` for each tensor.
    """

    inputs: Any = None
    outputs: Any = None


FLAT = Nesting()
"""Of ends that are lists, or one alone."""


def unnested(structure: Any) -> tuple[list[Any], Any]:
    """Return what stands in nested lists, tuples and dicts, and how; dicts in their order.

    Parameters
    ----------
    structure : object
        One leaf, or nested ones.

    Returns
    -------
    list
        The leaves.
    object
        The nesting with a `Place` for each.
    """
    leaves: list[Any] = []
    return leaves, _form(structure, leaves)


def _form(structure: Any, leaves: list[Any]) -> Any:
    if isinstance(structure, Mapping):
        return {key: _form(each, leaves) for key, each in structure.items()}
    if isinstance(structure, (list, tuple)):
        return like(structure, [_form(each, leaves) for each in structure])
    leaves.append(structure)
    return Place(len(leaves) - 1)


def is_flat(form: Any) -> bool:
    """Return whether a form is one tensor, or a list of tensors.

    Parameters
    ----------
    form : object
        What `unnested` returned.
    """
    if isinstance(form, Place):
        return True
    alone = isinstance(form, list) or (isinstance(form, tuple) and len(form) == 1)
    return alone and all(isinstance(each, Place) for each in form)


def is_keyed(form: Any) -> bool:
    """Return whether a form is a dict of tensors.

    Parameters
    ----------
    form : object
        What `unnested` returned.
    """
    return isinstance(form, dict) and all(isinstance(each, Place) for each in form.values())


def first_leaf(structure: Any) -> Any:
    """Return the first thing in nested lists, tuples and dicts; `None` where one is empty.

    Parameters
    ----------
    structure : object
        One leaf, or nested ones.
    """
    while isinstance(structure, (list, tuple, Mapping)):
        parts = structure.values() if isinstance(structure, Mapping) else structure
        structure = next(iter(parts), None)
    return structure


def holds_nested_data(given: Any) -> bool:
    """Return whether something holds arrays or tensors deeper than in a list of them.

    Parameters
    ----------
    given : object
        Data; rows in lists are one array.
    """
    if not isinstance(given, (dict, list, tuple)) or is_flat(taken_out(given, [], is_data)):
        return False
    return any(map(is_data, unnested(given)[0]))


def leaves_along(form: Any, structure: Any) -> list[Any] | None:
    """Return the leaves of a structure in the order of a form; `None` if it is nested otherwise.

    What stands in the place of a tensor may be nested itself, such as rows in lists.

    Parameters
    ----------
    form : object
        What `unnested` returned of the tensors.
    structure : object
        What stands in their places.
    """
    found: dict[int, Any] = {}
    if not _go_along(form, structure, found):
        return None
    return [found[number] for number in range(len(found))]


def _go_along(form: Any, structure: Any, found: dict[int, Any]) -> bool:
    if isinstance(form, Place):
        found[form.number] = structure
        return True
    if isinstance(form, dict):
        fits = isinstance(structure, Mapping) and set(structure) == set(form)
        return fits and all(_go_along(each, structure[key], found) for key, each in form.items())
    fits = isinstance(structure, (list, tuple)) and len(structure) == len(form)
    return fits and all(_go_along(*pair, found) for pair in zip(form, structure))


def nested_as(form: Any, leaves: Any) -> Any:
    """Return leaves nested as a form says.

    Parameters
    ----------
    form : object
        What `unnested` returned.
    leaves : sequence, or a leaf alone
        What stands in its places.
    """
    return put_back(form, leaves if isinstance(leaves, (list, tuple)) else [leaves])


# As plain data ------------------------------------------------------------------------------------


def to_plain(form: Any, leaf: Callable[[int], Any] = int) -> Any:
    """Return a form as plain data: a number for each tensor, and what its containers are.

    Parameters
    ----------
    form : object
        What `unnested` returned.
    leaf : callable
        Says what stands for a tensor.
    """
    if isinstance(form, Place):
        return leaf(form.number)
    if isinstance(form, dict):
        return {"dict": {str(key): to_plain(each, leaf) for key, each in form.items()}}
    kind = "tuple" if isinstance(form, tuple) else "list"
    return {kind: [to_plain(each, leaf) for each in form]}


def from_plain(data: Any, count: int, place: str) -> Any:
    """Return the form that `to_plain` described, each of so many tensors once.

    Parameters
    ----------
    data : object
        Plain data.
    count : int
        How many tensors there are.
    place : str
        Where in the file it is.
    """
    form = _read(data, count, place)
    numbers = [leaf.number for leaf in _places(form)]
    if sorted(numbers) != list(range(count)):
        raise Damage("it must hold each tensor once", place=place)
    return form


def _read(data: Any, count: int, place: str) -> Any:
    if not isinstance(data, dict):
        return Place(plain.whole(data, place, most=count - 1))
    if len(data) != 1:
        raise Damage("it must be a list, a tuple or a dict", place=place)
    kind, held = next(iter(data.items()))
    if kind == "dict" and isinstance(held, dict):
        return {key: _read(each, count, f"{place}.{key}") for key, each in held.items()}
    plain.one_of(kind, ("list", "tuple"), place)
    parts = [_read(each, count, f"{place}[{i}]") for i, each in enumerate(plain.items(held, place))]
    return tuple(parts) if kind == "tuple" else parts


def _places(form: Any) -> list[Place]:
    if isinstance(form, Place):
        return [form]
    parts = form.values() if isinstance(form, dict) else form
    return [leaf for each in parts for leaf in _places(each)]
