"""Array functions that are said in terms of others: once, for all engines.

Each takes the namespace that it computes on first. An engine's module of array functions is
completed by those that it lacks, bound to it: what it defines itself, because it must or because
that is faster, stays.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from types import ModuleType
from typing import Any

from rdeep.arrays.composed import (
    activations,
    arranging,
    attention,
    control,
    convolution,
    crossentropy,
    elementwise,
    encoding,
    image,
    image_measures,
    linear_algebra,
    missing_values,
    normalization,
    products,
    random,
    rearranged_images,
    sampling,
    signal,
)

_FAMILIES = (
    *(activations, arranging, attention, control, convolution, crossentropy, elementwise),
    *(encoding, image, image_measures, linear_algebra, missing_values, normalization, products),
    *(random, rearranged_images, sampling, signal),
)


def complete(namespace: ModuleType) -> None:
    """Give a module of array functions the composed ones that it lacks.

    Parameters
    ----------
    namespace : module
        The module; what it defines itself wins.
    """
    for name, function in _composed().items():
        if name not in vars(namespace):
            setattr(namespace, name, _bound(function, namespace))


def _composed() -> dict[str, Callable[..., Any]]:
    """Return all composed functions by name: those whose first argument is the namespace."""
    return {
        name: function
        for family in _FAMILIES
        for name, function in vars(family).items()
        if inspect.isfunction(function)
        and function.__module__ == family.__name__
        and not name.startswith("_")
        and next(iter(inspect.signature(function).parameters), "") == "ops"
    }


def _bound(function: Callable[..., Any], ops: ModuleType) -> Callable[..., Any]:
    def composed(*args: Any, **kwargs: Any) -> Any:
        return function(ops, *args, **kwargs)

    # `torch.fx` writes calls by name and module.
    composed.__name__ = composed.__qualname__ = function.__name__
    composed.__module__, composed.__doc__ = ops.__name__, function.__doc__
    return composed
