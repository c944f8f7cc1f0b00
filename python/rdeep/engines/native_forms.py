"""The tables of native forms: what an engine has in the place of a layer's formula."""

from __future__ import annotations

from collections.abc import Callable, Container
from typing import Any, TypeVar

from rdeep.catalogue.layers.base import Layer
from rdeep.errors import BackendError

NativeForm = Callable[[Any, Any], Any]
"""Of a layer's record and its build context; `None` for options that it does not know."""
Form = TypeVar("Form", bound=NativeForm)

# Filled as functions are declared, by engines and by whoever extends them.
_forms: dict[str, dict[type[Layer], NativeForm]] = {}


def forms_of(engine: str) -> dict[type[Layer], Any]:
    """Return an engine's native forms by the layers' records, a table that may be added to.

    Parameters
    ----------
    engine : str
        The engine's name.
    """
    return _forms.setdefault(engine, {})


def native_form(engine: str, *records: type[Layer]) -> Callable[[Form], Form]:
    """Enter a function as the native form of some layers on an engine, which is not loaded.

    Import the engine's package within the function: it is called when a network is built.

    Parameters
    ----------
    engine : str
        The engine's name, such as `"torch"`.
    *records : type
        The layers' classes.
    """

    def enter(form: Form) -> Form:
        forms_of(engine).update(dict.fromkeys(records, form))
        return form

    return enter


def refuse_missing(names: list[str], held: Container[str], engine: str, hint: str) -> None:
    """Refuse a native form that does not hold the weights that the record says.

    Parameters
    ----------
    names : list of str
        The record's weights.
    held : container of str
        The weights that the form holds.
    engine : str
        The engine's name.
    hint : str
        How a form on this engine says where its weights are.

    Raises
    ------
    BackendError
        If one is missing.
    """
    for name in names:
        if name not in held:
            raise BackendError(
                f"The native form on {engine} does not hold the layer's weight {name!r}.",
                hint=hint,
            )
