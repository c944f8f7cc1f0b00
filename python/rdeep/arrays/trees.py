"""Nested lists, tuples and dictionaries of tensors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any


def flatten(tree: Any) -> list[Any]:
    """Return what is in a tree, in order.

    Parameters
    ----------
    tree : object
        A leaf, or lists, tuples and dictionaries of leaves; `None` is an empty tree.
    """
    if tree is None:
        return []
    if isinstance(tree, dict):
        return [leaf for key in sorted(tree) for leaf in flatten(tree[key])]
    if isinstance(tree, (list, tuple)):
        return [leaf for each in tree for leaf in flatten(each)]
    return [tree]


def pack(tree: Any, leaves: Sequence[Any]) -> Any:
    """Return a tree like another with other leaves.

    Parameters
    ----------
    tree : object
        The tree.
    leaves : sequence
        In the order of `flatten`.
    """
    return _packed(tree, iter(leaves))


def _packed(tree: Any, leaves: Iterator[Any]) -> Any:
    if tree is None:
        return None
    if isinstance(tree, dict):
        made = {key: _packed(tree[key], leaves) for key in sorted(tree)}
        return {key: made[key] for key in tree}
    if isinstance(tree, (list, tuple)):
        return type(tree)([_packed(each, leaves) for each in tree])
    return next(leaves)


def mapped(function: Callable[..., Any], tree: Any, *others: Any) -> Any:
    """Return a tree whose leaves are made from those of one or several.

    Parameters
    ----------
    function : callable
        What to make.
    tree : object
        The tree whose shape the result has.
    *others : object
        Trees of the same shape.
    """
    return pack(tree, [function(*each) for each in zip(*map(flatten, (tree, *others)))])
