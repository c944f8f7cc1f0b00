"""Finding records by name: in strings the user gives, and in saved files."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

from rdeep.errors import ArgumentError, show, suggestion

_HOMES = {
    "layer": "rdeep.catalogue.layers",
    "feature": "rdeep.catalogue.features",
    "activation": "rdeep.catalogue.activations",
    "initializer": "rdeep.catalogue.initializers",
    "constraint": "rdeep.catalogue.constraints",
    "regularizer": "rdeep.catalogue.regularizers",
    "loss": "rdeep.catalogue.losses",
    "metric": "rdeep.catalogue.metrics",
    "optimizer": "rdeep.catalogue.optimizers",
    "callback": "rdeep.catalogue.callbacks",
    "schedule": "rdeep.catalogue.schedules",
    "rnn_cell": "rdeep.catalogue.layers",
}
_records: dict[str, dict[str, type[Any]]] = {kind: {} for kind in _HOMES}


def register(cls: type[Any]) -> None:
    """Enter a record under its kind; `Record` calls it for each class that is made.

    Parameters
    ----------
    cls : type
        The record's class.
    """
    _records[cls.kind][cls.__name__] = cls


def kinds() -> list[str]:
    """Return the kinds of records there are.

    Examples
    --------
    >>> "layer" in kinds()
    True
    """
    return list(_HOMES)


def records(kind: str) -> dict[str, type[Any]]:
    """Return every record of a kind, by class name.

    Parameters
    ----------
    kind : str
        One of `kinds()`.

    Examples
    --------
    >>> records("layer")["Dense"].key
    'dense'
    """
    importlib.import_module(_HOMES[kind])
    return _records[kind]


def find(kind: str, name: str) -> type[Any]:
    """Return the record that a name means: a class name, its snake case or an alias.

    Parameters
    ----------
    kind : str
        One of `kinds()`.
    name : str
        Such as `"Dense"`, `"glorot_uniform"` or `"mse"`.

    Raises
    ------
    ArgumentError
        If there is none; the message suggests the nearest.

    Examples
    --------
    >>> find("loss", "mse").__name__
    'MeanSquaredError'
    """
    custom = importlib.import_module("rdeep.catalogue.custom").HOMEMADE.get(name)
    if custom is not None and custom.kind == kind:
        return custom
    known = records(kind)
    folded = name.lower().replace("_", "")
    for cls in known.values():
        names = (cls.__name__, cls.key, *cls.aliases)
        if folded in {candidate.lower().replace("_", "") for candidate in names}:
            return cls
    raise ArgumentError(
        f"There is no {kind} named {name!r}.",
        received=name,
        expected=f"the name of {_with_article(kind)}",
        hint=suggestion(
            name,
            [cls.key for cls in known.values()],
            also=[alias for cls in known.values() for alias in cls.aliases],
        ),
    )


def resolve(kind: str, value: Any) -> Any:
    """Return the record that a user's value is or names.

    Parameters
    ----------
    kind : str
        One of `kinds()`.
    value : Record, str or dict
        The record itself, its name, or its saved form.

    Raises
    ------
    ArgumentError
        If the value is none of them.

    Examples
    --------
    >>> resolve("activation", "relu")
    Relu()
    """
    if hasattr(value, "as_record"):
        value = value.as_record()
    # Known by its kind: records import this module, so their class cannot be named here.
    if getattr(value, "kind", None) == kind and not isinstance(value, type):
        return value
    if isinstance(value, str):
        return find(kind, value)()
    if isinstance(value, Mapping):
        return from_config(kind, value)
    engine = _engine_of(value)
    if callable(value) and not isinstance(value, type) and kind in _custom() and not engine:
        return _custom()[kind](value)
    whose = f" of rdeep, but of {engine}" if engine else ""
    raise ArgumentError(
        f"{show(value)} is not {_with_article(kind)}{whose}.",
        received=value,
        expected=f"{_with_article(kind)} or the name of one",
        hint=_OF_AN_ENGINE if engine else None,
    )


_OF_AN_ENGINE = "Either engine runs what rdeep has: give its name, or its class of the same name."


def _engine_of(value: Any) -> str | None:
    """Return the package that an object, a class or a function belongs to, if it is an engine's."""
    module = getattr(value, "__module__", None) or type(value).__module__
    package = str(module).partition(".")[0]
    return package if package in ("torch", "tensorflow", "keras", "tf_keras") else None


def from_config(kind: str, config: Mapping[str, Any]) -> Any:
    """Make a record from its saved form.

    Only classes of the catalogue can be made so; nothing in a file is executed.

    Parameters
    ----------
    kind : str
        One of `kinds()`.
    config : mapping
        What `Record.get_config` returned.

    Examples
    --------
    >>> from rdeep.catalogue.activations import LeakyRelu
    >>> from_config("activation", LeakyRelu(0.1).get_config())
    LeakyRelu(negative_slope=0.1)
    """
    record = find(kind, config["class"])(**config["options"])
    if config.get("adapted") is not None:
        record.restore(config["adapted"])
    return record


def _custom() -> dict[str, type[Any]]:
    """Return what stands for a user's function, by kind."""
    return dict(importlib.import_module("rdeep.catalogue.custom").CUSTOM)


def _with_article(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeio' else 'a'} {noun}"
