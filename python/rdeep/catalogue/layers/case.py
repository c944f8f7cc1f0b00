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
    gradients : bool
        Whether engines must agree in gradients by the inputs: not where the formula has edges, such
        as of colours that are cut, or an engine's kernel has a gradient that is not exact.

    Examples
    --------
    >>> case({"units": 3}, (4,)).shapes
    ((4,),)
    """

    options: Mapping[str, Any]
    shapes: tuple[Sizes, ...]
    codes: int | None = field(default=None, kw_only=True)
    gradients: bool = field(default=True, kw_only=True)

    def channels_first(self) -> Case:
        """Return the case with the channels, which were last, right after the batch."""
        options = {**self.options, "data_format": "channels_first"}
        return replace(self, options=options, shapes=tuple((s[-1], *s[:-1]) for s in self.shapes))


def case(
    options: Mapping[str, Any], *shapes: Sizes, codes: int | None = None, gradients: bool = True
) -> Case:
    """Return a case.

    Parameters
    ----------
    options : mapping of str to object
        The layer's options.
    *shapes : tuple of int
        Each input's shape, without the batch.
    codes : int, optional
        The inputs hold whole numbers below this one.
    gradients : bool
        Whether engines must agree in gradients by the inputs.
    """
    return Case(options, shapes, codes=codes, gradients=gradients)
