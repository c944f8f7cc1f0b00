"""Test cases of a layer: options and inputs on which native forms and formula are compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

Sizes = tuple[int, ...]


@dataclass(frozen=True)
class Case:
    """Options of a layer and inputs that go with them.

    Attributes
    ----------
    options : mapping of str to object
        The layer's options.
    shapes : tuple of tuple of int
        Each input's shape, without the batch.
    codes : int, optional
        The inputs hold whole numbers below this one.

    Examples
    --------
    >>> case({"units": 3}, (4,)).shapes
    ((4,),)
    """

    options: Mapping[str, Any]
    shapes: tuple[Sizes, ...]
    codes: int | None = field(default=None, kw_only=True)

    def channels_first(self) -> Case:
        """Return the case with the channels, which were last, right after the batch."""
        options = {**self.options, "data_format": "channels_first"}
        return replace(self, options=options, shapes=tuple((s[-1], *s[:-1]) for s in self.shapes))


def case(options: Mapping[str, Any], *shapes: Sizes, codes: int | None = None) -> Case:
    """Return a case.

    Parameters
    ----------
    options : mapping of str to object
        The layer's options.
    *shapes : tuple of int
        Each input's shape, without the batch.
    codes : int, optional
        The inputs hold whole numbers below this one.
    """
    return Case(options, shapes, codes=codes)
