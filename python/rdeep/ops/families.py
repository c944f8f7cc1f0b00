"""Modules that hold some of the operations, as Keras has them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from rdeep.catalogue.operations import ALIASES, Operation, operation_modules


def family_door(module: str, *families: str) -> tuple[Callable[[str], Any], Callable[[], Any]]:
    """Return `__getattr__` and `__dir__` of a module that holds the operations of families.

    Parameters
    ----------
    module : str
        The module's name.
    *families : str
        The modules of `rdeep.catalogue.operations` whose operations it holds.
    """

    @cache
    def names() -> dict[str, str]:
        found = {
            each.name: each.name
            for family in operation_modules()
            if family.__name__.rpartition(".")[-1] in families
            for each in vars(family).values()
            if isinstance(each, Operation)
        }
        return {**found, **{alias: name for alias, name in ALIASES.items() if name in found}}

    def get(name: str) -> Any:
        from rdeep.ops.dispatch import function

        if name not in names():
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        return function(names()[name])

    return get, lambda: sorted(names())
