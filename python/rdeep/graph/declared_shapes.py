"""What a layer of the user's gives: tensors, and of the shapes that it declares."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

from rdeep.catalogue.dispatch import is_symbolic
from rdeep.catalogue.layers.base import Dims
from rdeep.errors import ArgumentError, RdeepWarning, named, shapes_listed, show


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
    if declared is None or isinstance(declared, dict):
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


def checked_output(layer: Any, output: Any) -> Any:
    """Return what `call` of a layer gave, or refuse it.

    Parameters
    ----------
    layer : CustomLayer
        The layer.
    output : object
        One of the things that it gave.
    """
    if not is_symbolic(output):
        raise ArgumentError(
            f"call() of {layer.shown_kind} must return what it computed of its input, "
            f"not {show(output)}.",
            received=output,
            expected="a symbolic tensor",
            hint=f"Compute with {named('ops', 'rdeep.')}, operators and layers.",
            layer=layer.name or layer.named_after(),
        )
    return output
