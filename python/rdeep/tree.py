"""Nested lists, tuples and dicts, by Keras's names for what is done with them.

`None` is a leaf, the items of a dict come sorted by their keys, and those of an `OrderedDict` in
its order.

Examples
--------
>>> from rdeep import tree
>>> tree.map_structure(lambda x: 2 * x, {"a": 1, "b": [2]})
{'a': 2, 'b': [4]}
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from rdeep.errors import ArgumentError, show

Items = list[tuple[Any, Any]]


class MAP_TO_NONE:
    """What a function returns to `traverse` to put `None` in the place of a part.

    Examples
    --------
    >>> traverse(lambda x: MAP_TO_NONE if x == 2 else None, [1, 2])
    [1, None]
    """


def is_nested(structure: Any) -> bool:
    """Return whether something is a list, a tuple or a dict.

    Parameters
    ----------
    structure : object
        Anything.

    Examples
    --------
    >>> is_nested([1])
    True
    """
    return isinstance(structure, (list, tuple, dict, deque))


def flatten(structure: Any) -> list[Any]:
    """Return the leaves of a structure, in order.

    Parameters
    ----------
    structure : object
        Nested lists, tuples and dicts, or one leaf.

    Examples
    --------
    >>> flatten({"b": [1, None], "a": 2})
    [2, 1, None]
    """
    return [leaf for _, leaf in flatten_with_path(structure)]


def flatten_with_path(structure: Any) -> list[tuple[tuple[Any, ...], Any]]:
    """Return the leaves of a structure, each after the keys and places that lead to it.

    Parameters
    ----------
    structure : object
        Nested lists, tuples and dicts, or one leaf.

    Examples
    --------
    >>> flatten_with_path([{"foo": 42}])
    [((0, 'foo'), 42)]
    """
    if not is_nested(structure):
        return [((), structure)]
    return [
        ((key, *path), leaf)
        for key, value in _items(structure)
        for path, leaf in flatten_with_path(value)
    ]


def pack_sequence_as(structure: Any, flat_sequence: Iterable[Any]) -> Any:
    """Return a structure like another with other leaves.

    Parameters
    ----------
    structure : object
        The form.
    flat_sequence : sequence
        The leaves, in the order of `flatten`.

    Examples
    --------
    >>> pack_sequence_as({"b": 0, "a": (0, 0)}, [1, 2, 3])
    {'b': 3, 'a': (1, 2)}
    """
    leaves = list(flat_sequence)
    wanted = len(flatten(structure))
    if len(leaves) != wanted:
        raise ArgumentError(
            f"The structure has {wanted} leaves, and 'flat_sequence' has {len(leaves)}.",
            argument="flat_sequence",
            received=flat_sequence,
            expected=f"{wanted} leaves",
        )
    return _packed(structure, iter(leaves))


def map_structure(func: Callable[..., Any], *structures: Any, none_is_leaf: bool = True) -> Any:
    """Return a structure whose leaves are made from those of one or several.

    Parameters
    ----------
    func : function
        What to make of the leaves.
    *structures : object
        Structures of one form.
    none_is_leaf : bool
        Whether `func` gets `None` too; else it stays as it is.

    Examples
    --------
    >>> map_structure(max, [1, 5], [2, 3])
    [2, 5]
    """
    _check(func, structures)
    for other in structures[1:]:
        assert_same_structure(structures[0], other)
    leaves = zip(*map(flatten, structures))
    made = [None if each[0] is None and not none_is_leaf else func(*each) for each in leaves]
    return _packed(structures[0], iter(made))


def map_structure_up_to(shallow_structure: Any, func: Callable[..., Any], *structures: Any) -> Any:
    """Return a structure of a form, made from the parts that others have in the leaves' places.

    Parameters
    ----------
    shallow_structure : object
        The form.
    func : function
        What to make of the parts.
    *structures : object
        Structures of that form, or deeper.

    Examples
    --------
    >>> map_structure_up_to([None, None], len, [[1, 1], [2]])
    [2, 1]
    """
    _check(func, structures)
    if not is_nested(shallow_structure):
        return func(*structures)
    keys = [key for key, _ in _items(shallow_structure)]
    for each in structures:
        if not _same_kind(shallow_structure, each) or [key for key, _ in _items(each)] != keys:
            raise _differ(shallow_structure, each)
    parts = [dict(_items(each)) for each in structures]
    made = {
        key: map_structure_up_to(value, func, *(part[key] for part in parts))
        for key, value in _items(shallow_structure)
    }
    return _again(shallow_structure, made)


def map_shape_structure(func: Callable[[Any], Any], structure: Any) -> Any:
    """Return a structure whose leaves are made from shapes.

    Parameters
    ----------
    func : function
        What to make of a shape.
    structure : object
        The structure: lists and tuples of whole numbers and `None` are shapes.

    Examples
    --------
    >>> map_shape_structure(len, {"a": (None, 3), "b": [(2,)]})
    {'a': 2, 'b': [1]}
    """
    sizes = isinstance(structure, (list, tuple))
    if not is_nested(structure) or (
        sizes and all(each is None or isinstance(each, int) for each in structure)
    ):
        return func(structure)
    made = {key: map_shape_structure(func, value) for key, value in _items(structure)}
    return _again(structure, made)


def traverse(func: Callable[[Any], Any], structure: Any, top_down: bool = True) -> Any:
    """Return a structure in which a function has replaced parts.

    Parameters
    ----------
    func : function
        Gets every part; what it returns takes the part's place, and `None` leaves it.
    structure : object
        The structure.
    top_down : bool
        Whether a part comes before what is in it, which is left out where it is replaced.

    Examples
    --------
    >>> traverse(lambda x: tuple(x) if isinstance(x, list) else None, [1, [2]], top_down=False)
    (1, (2,))
    """
    _check(func, (structure,))
    found = func(structure) if top_down else None
    if found is None:
        inner = structure
        if is_nested(structure):
            parts = _items(structure)
            made = {key: traverse(func, value, top_down) for key, value in parts}
            inner = _again(structure, made)
        found = None if top_down else func(inner)
        found = inner if found is None else found
    return None if found is MAP_TO_NONE else found


def lists_to_tuples(structure: Any) -> Any:
    """Return a structure with tuples in the place of lists.

    Parameters
    ----------
    structure : object
        The structure.

    Examples
    --------
    >>> lists_to_tuples([1, {"a": [2]}])
    (1, {'a': (2,)})
    """
    return traverse(lambda x: tuple(x) if isinstance(x, list) else None, structure, top_down=False)


def assert_same_structure(a: Any, b: Any, check_types: bool | None = None) -> None:
    """Refuse structures of different forms.

    Parameters
    ----------
    a, b : object
        The structures.
    check_types : bool, optional
        Without effect: lists and tuples are different forms.

    Examples
    --------
    >>> assert_same_structure([(0, 1)], [(2, 3)])
    """
    if not is_nested(a) and not is_nested(b):
        return
    if not _same_kind(a, b) or [key for key, _ in _items(a)] != [key for key, _ in _items(b)]:
        raise _differ(a, b)
    for (_, one), (_, other) in zip(_items(a), _items(b)):
        assert_same_structure(one, other)


def assert_same_paths(a: Any, b: Any) -> None:
    """Refuse structures whose leaves are in other places; lists and tuples count as the same.

    Parameters
    ----------
    a, b : object
        The structures.

    Examples
    --------
    >>> assert_same_paths([0, 1], (2, 3))
    """
    one, other = ({path for path, _ in flatten_with_path(each)} for each in (a, b))
    if one != other:
        raise ArgumentError(
            f"'a' and 'b' don't have the same paths: {show(sorted(one ^ other, key=str))} "
            "are in one of them alone.",
            argument="b",
            received=b,
        )


def _items(structure: Any) -> Items:
    if isinstance(structure, OrderedDict):
        return list(structure.items())
    if isinstance(structure, dict):
        return [(key, structure[key]) for key in sorted(structure)]
    return list(enumerate(structure))


def _again(structure: Any, made: dict[Any, Any]) -> Any:
    """Return a structure of a kind, of its parts by their keys."""
    if isinstance(structure, dict):
        parts = [(key, made[key]) for key in structure]
        return OrderedDict(parts) if isinstance(structure, OrderedDict) else dict(parts)
    if hasattr(structure, "_fields"):
        return type(structure)(*made.values())
    return type(structure)(made.values())


def _packed(structure: Any, leaves: Iterator[Any]) -> Any:
    if not is_nested(structure):
        return next(leaves)
    return _again(structure, {key: _packed(value, leaves) for key, value in _items(structure)})


def _same_kind(a: Any, b: Any) -> bool:
    if isinstance(a, dict):
        return isinstance(b, dict)
    return type(a) is type(b)


def _differ(a: Any, b: Any) -> ArgumentError:
    return ArgumentError(
        f"The structures don't have the same nested structure: {show(a)} and {show(b)}.",
        argument="structures",
        received=b,
    )


def _check(func: object, structures: tuple[Any, ...]) -> None:
    if not callable(func):
        raise TypeError(f"'func' must be a function, not {func!r}.")
    if not structures:
        raise ValueError("Must provide at least one structure.")
