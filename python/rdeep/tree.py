"""Nested lists, tuples and dicts, by Keras's names for what is done with them.

Examples
--------
>>> from rdeep import tree
>>> tree.map_structure(lambda x: 2 * x, {"a": 1, "b": [2]})
{'a': 2, 'b': [4]}
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rdeep.arrays.trees import flatten as flatten
from rdeep.arrays.trees import mapped, pack

pack_sequence_as = pack


def map_structure(func: Callable[..., Any], *structures: Any) -> Any:
    """Return a structure whose leaves are made from those of one or several.

    Parameters
    ----------
    func : function
        What to make of the leaves.
    *structures : object
        Structures of one form.

    Examples
    --------
    >>> map_structure(max, [1, 5], [2, 3])
    [2, 5]
    """
    return mapped(func, *structures)


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
    return isinstance(structure, (list, tuple, dict))
