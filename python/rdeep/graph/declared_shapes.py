"""Shapes that a user's layer declares, beside those that its `call` gives."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

from rdeep.catalogue.layers.base import Dims
from rdeep.errors import RdeepWarning, shapes_listed


def warn_of_contradiction(kind: str, declared: Sequence[Any] | None, found: list[Dims]) -> None:
    """Warn of shapes that a layer declares and its `call` does not give.

    Parameters
    ----------
    kind : str
        What the layer's class is called.
    declared : shape or sequence of shape, optional
        What `compute_output_shape` returned: `None` where nothing is declared.
    found : list of shape
        What `call` gives.
    """
    if declared is None:
        return
    several = any(isinstance(size, (list, tuple)) for size in declared)
    wanted = [tuple(each) for each in (declared if several else [declared])]
    if len(wanted) != len(found) or not all(map(_goes_with, wanted, found)):
        warnings.warn(
            RdeepWarning(
                f"compute_output_shape() of {kind} says {shapes_listed(wanted)}, but call() gives "
                f"{shapes_listed(found)}, which is what counts."
            ),
            stacklevel=3,
        )


def _goes_with(declared: Sequence[Any], found: Dims) -> bool:
    """Return whether two shapes may be the same; an open size goes with any."""
    return len(declared) == len(found) and all(
        a is None or b is None or a < 0 or a == b for a, b in zip(declared, found)
    )
