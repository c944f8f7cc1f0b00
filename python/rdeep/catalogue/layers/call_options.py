"""Options of one call of a layer: others than those that the layer was made with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any

_NONE: Mapping[str, Any] = MappingProxyType({})
_CALL: ContextVar[Mapping[str, Any]] = ContextVar("call_options", default=_NONE)


@contextmanager
def called_with(options: Mapping[str, Any]) -> Iterator[None]:
    """Say what options the layer has that is called, or computed, within.

    Parameters
    ----------
    options : mapping
        The options of the call, by name.
    """
    token = _CALL.set(options)
    try:
        yield
    finally:
        _CALL.reset(token)


def current_call() -> Mapping[str, Any]:
    """Return the options of the call that is under way."""
    return _CALL.get()


def option_of(layer: Any, name: str) -> Any:
    """Return an option of a layer as it is in the call that is under way.

    Parameters
    ----------
    layer : Layer
        The layer.
    name : str
        The option.
    """
    call = _CALL.get()
    return call[name] if name in call else getattr(layer, name, False)


def by_position(
    inputs: Any, more: tuple[Any, ...], training: Any, mask: Any
) -> tuple[Any, Any, Any]:
    """Return what is left of arguments without names, and those that a layer of one input takes.

    Keras's layers have them in one order or the other; a flag is never a mask. What is of numbers
    and has as many axes as the input is neither: a layer of one input refuses it.

    Parameters
    ----------
    inputs : tensor or array
        The input.
    more : tuple
        The arguments.
    training, mask : object
        What was given by name.
    """
    rest = []
    axes = len(getattr(inputs, "shape", ()))
    for value in more:
        if isinstance(value, bool) and training is None:
            training = value
        elif mask is None and _is_mask(value, axes):
            mask = value
        elif value is not None:
            rest.append(value)
    return tuple(rest), training, mask


def _is_mask(value: Any, axes: int) -> bool:
    of_truths = str(getattr(value, "dtype", "")).endswith("bool")
    return of_truths or 0 < len(getattr(value, "shape", ())) < axes
