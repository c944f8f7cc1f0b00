"""The array functions: what they are called, what they take, and what they give."""

from __future__ import annotations

from functools import cache
from types import ModuleType

from rdeep.catalogue.operations.base import Operation as Operation
from rdeep.errors import ArgumentError, suggestion


@cache
def operation_modules() -> tuple[ModuleType, ...]:
    """Return the modules of this package that declare operations.

    They are imported when an operation is first asked for: many models are made without one.
    """
    from rdeep.catalogue.operations import (
        activations,
        control,
        convolutional,
        creation,
        elementwise,
        functional,
        image,
        indexing,
        linear_algebra,
        logic,
        missing_values,
        neural,
        products,
        random,
        reductions,
        searching,
        shaping,
        signal,
        trigonometry,
    )

    return (
        elementwise,
        trigonometry,
        logic,
        reductions,
        missing_values,
        searching,
        shaping,
        indexing,
        creation,
        products,
        activations,
        neural,
        convolutional,
        linear_algebra,
        signal,
        image,
        control,
        functional,
        random,
    )


ALIASES = {
    "absolute": "abs",
    "amax": "max",
    "amin": "min",
    "conjugate": "conj",
    "hard_swish": "hard_silu",
    "swish": "silu",
    "true_divide": "divide",
}
"""Other names of operations, as Keras has them."""


@cache
def operations() -> dict[str, Operation]:
    """Return every operation by name.

    Examples
    --------
    >>> operations()["argmax"]
    <Operation argmax(x, axis=None, keepdims=False)>
    """
    found = {}
    for family in operation_modules():
        for value in vars(family).values():
            if isinstance(value, Operation):
                found[value.name] = value
    return found


def find_operation(name: str) -> Operation:
    """Return the operation of a name.

    Parameters
    ----------
    name : str
        Such as `"argmax"`.

    Raises
    ------
    ArgumentError
        If there is none; the message suggests the nearest.
    """
    known = operations()
    if name not in known:
        raise ArgumentError(
            f"There is no operation named {name!r}.",
            received=name,
            hint=suggestion(name, known),
        )
    return known[name]
