"""The classes and functions of users by name, for configurations that name them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from rdeep.errors import ArgumentError, show

_Object = TypeVar("_Object")

_registered: dict[str, Any] = {}
_nothing: dict[str, Any] = {}
_scope: ContextVar[Mapping[str, Any]] = ContextVar("custom objects", default=_nothing)


def register_keras_serializable(
    package: str = "Custom", name: str | None = None
) -> Callable[[_Object], _Object]:
    """Enter a class or a function of your own, so that configurations may name it: a decorator.

    Files that `save` writes need no such thing: they hold what layers compute.

    Parameters
    ----------
    package : str
        What the name begins with.
    name : str, optional
        The name; by default that of the class.

    Examples
    --------
    >>> @register_keras_serializable("mine")
    ... class Nothing:
    ...     pass
    >>> get_registered_name(Nothing)
    'mine>Nothing'
    """

    def enter(value: _Object) -> _Object:
        own = name or getattr(value, "__name__", None)
        if not callable(value) or own is None:
            raise ArgumentError(
                f"A class or a function can be registered, not {show(value)}.",
                argument="object",
                received=value,
            )
        if isinstance(value, type) and not hasattr(value, "get_config"):
            value.get_config = _no_options
        _registered[f"{package}>{own}"] = value
        return value

    return enter


def _no_options(self: Any) -> dict[str, Any]:
    return {}


@contextmanager
def custom_object_scope(custom_objects: Mapping[str, Any] | None) -> Iterator[None]:
    """Have configurations name these objects, as long as the block runs.

    Parameters
    ----------
    custom_objects : dict
        Classes and functions by name.

    Examples
    --------
    >>> with custom_object_scope({"twice": lambda x: 2 * x}):
    ...     get_registered_object("twice")(2)
    4
    """
    token = _scope.set({**_scope.get(), **(custom_objects or {})})
    try:
        yield
    finally:
        _scope.reset(token)


CustomObjectScope = custom_object_scope


def get_custom_objects() -> dict[str, Any]:
    """Return what is registered, by name; what is entered into it is known from then on.

    Examples
    --------
    >>> isinstance(get_custom_objects(), dict)
    True
    """
    return _registered


def get_registered_name(obj: Any) -> str:
    """Return the name that a class or a function is registered under, or else its own.

    Parameters
    ----------
    obj : type or function
        The class or function.

    Examples
    --------
    >>> get_registered_name(dict)
    'dict'
    """
    for name, value in {**_registered, **_scope.get()}.items():
        if value is obj:
            return name
    return str(getattr(obj, "__name__", type(obj).__name__))


def get_registered_object(
    name: str,
    custom_objects: Mapping[str, Any] | None = None,
    module_objects: Mapping[str, Any] | None = None,
) -> Any:
    """Return the class or function of a name; `None` if there is none.

    Parameters
    ----------
    name : str
        With its package (`"mine>Scaled"`), or without where it is in `custom_objects`.
    custom_objects, module_objects : dict, optional
        Further objects by name.

    Examples
    --------
    >>> get_registered_object("nobody")
    """
    for known in (custom_objects or {}, _scope.get(), _registered, module_objects or {}):
        if name in known:
            return known[name]
        short = [value for key, value in known.items() if key.partition(">")[2] == name]
        if len(short) == 1:
            return short[0]
    return None
