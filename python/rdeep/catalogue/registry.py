"""Finding records by name: in strings the user gives, and in saved files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from rdeep.catalogue import dispatch
from rdeep.errors import ArgumentError, show, suggestion
from rdeep.errors.damage import Damage, shown_value

KINDS = (
    "layer",
    "feature",
    "activation",
    "initializer",
    "constraint",
    "regularizer",
    "loss",
    "metric",
    "optimizer",
    "callback",
    "schedule",
    "rnn_cell",
)
"""The kinds of records."""

_Class = TypeVar("_Class", bound=type[Any])

# Filled as classes are made, so that a record is declared once.
_records: dict[str, dict[str, type[Any]]] = {kind: {} for kind in KINDS}
_internal: dict[str, type[Any]] = {}
_for_functions: dict[str, type[Any]] = {}


def register(cls: type[Any]) -> None:
    """Enter a record under its kind; `Record` calls it for each class that is made.

    Parameters
    ----------
    cls : type
        The record's class.
    """
    _records[cls.kind][cls.__name__] = cls


def register_internal(cls: _Class) -> _Class:
    """Enter a record that only files name: its class name leads to it, and no list holds it.

    Parameters
    ----------
    cls : type
        The record's class.
    """
    _internal[cls.__name__] = cls
    return cls


def register_for_functions(cls: _Class) -> _Class:
    """Enter the record that stands for a function of the user's in the place of its kind.

    Parameters
    ----------
    cls : type
        The record's class; it is made of the function alone.
    """
    _for_functions[cls.kind] = cls
    return register_internal(cls)


def kinds() -> list[str]:
    """Return the kinds of records there are.

    Examples
    --------
    >>> "layer" in kinds()
    True
    """
    return list(KINDS)


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
    dispatch.calls()
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
    found = _named(kind, name)
    if found is not None:
        return found
    # Perhaps of a family that is not imported yet, or of a floor above.
    known = records(kind)
    found = _named(kind, name)
    if found is not None:
        return found
    others = [other for other in ("loss", "optimizer", "metric") if other != kind]
    whose = next((other for other in others if _named(other, name)), None)
    raise ArgumentError(
        f"There is no {kind} named {name!r}.",
        received=name,
        expected=f"the name of {_with_article(kind)}",
        hint=f"{name!r} is the name of {_with_article(whose)}."
        if whose and kind in ("loss", "optimizer", "metric")
        else suggestion(
            name,
            [cls.key for cls in known.values()],
            also=[alias for cls in known.values() for alias in cls.aliases],
        ),
    )


def _named(kind: str, name: str) -> type[Any] | None:
    """Return the record of a name among those registered by now."""
    internal = _internal.get(name)
    if internal is not None and internal.kind == kind:
        return internal
    folded = name.lower().replace("_", "")
    for cls in _records[kind].values():
        names = (cls.__name__, cls.key, *cls.aliases)
        if folded in {candidate.lower().replace("_", "") for candidate in names}:
            return cls
    return None


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
    elif hasattr(value, "record_for"):
        value = value.record_for(kind)
    # Known by its kind: records import this module, so their class cannot be named here.
    if getattr(value, "kind", None) == kind and not isinstance(value, type):
        return value
    if isinstance(value, str):
        return find(kind, value)()
    if isinstance(value, Mapping) and isinstance(value.get("class"), str):
        return from_config(kind, value)
    if isinstance(value, Mapping) and isinstance(value.get("class_name"), str):
        # As `get_config()` writes it, and Keras.
        return dispatch.calls().from_config(find(kind, value["class_name"]), value.get("config"))
    engine = _engine_of(value)
    other = getattr(value, "kind", None)
    # A loss measures as well as a metric does; nothing else stands for another kind.
    if other in KINDS and (kind, other) != ("metric", "loss"):
        raise ArgumentError(
            f"{show(value)} is {_with_article(str(other))}, not {_with_article(kind)}.",
            received=value,
            expected=f"{_with_article(kind)} or the name of one",
        )
    alike = getattr(value, "__name__", None) if engine else None
    if engine in ("keras", "tf_keras") and alike and not isinstance(value, type):
        known = _named(kind, alike)
        if known is not None:
            return known()
    # Functions of torch and TensorFlow run as they are, where what they take is one tensor; they
    # take targets and predictions in another order.
    runs = engine in ("torch", "tensorflow") and alike and kind in _OF_ONE_TENSOR
    if callable(value) and not isinstance(value, type) and (runs or not engine):
        dispatch.calls()
        if kind in _for_functions:
            return _for_functions[kind](value)
    whose = f" of rdeep, but of {engine}" if engine else ""
    raise ArgumentError(
        f"{show(value)} is not {_with_article(kind)}{whose}.",
        received=value,
        expected=f"{_with_article(kind)} or the name of one",
        hint=_OF_AN_ENGINE if engine else _SUCH_AS.get(kind),
    )


_SUCH_AS = {
    kind: f"Give {article} {kind}, or the name of one, such as {name!r}."
    for article, kind, name in (
        ("an", "activation", "relu"),
        ("a", "constraint", "nonneg"),
        ("an", "initializer", "he_normal"),
        ("a", "loss", "mse"),
        ("a", "metric", "mae"),
        ("an", "optimizer", "adam"),
        ("a", "regularizer", "l2"),
    )
}
_OF_ONE_TENSOR = ("activation", "constraint", "regularizer")
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
        What `Record.to_data` returned.

    Examples
    --------
    >>> from rdeep.catalogue.activations import LeakyRelu
    >>> from_config("activation", LeakyRelu(0.1).to_data())
    LeakyRelu(negative_slope=0.1)
    """
    record = _find_saved(kind, config["class"])(**config["options"])
    if config.get("adapted") is not None:
        record.restore(config["adapted"])
    if config.get("dtype") is not None:
        record.compute_in(config["dtype"])
    return record


_OWN_TYPES = ("float16", "bfloat16", "float64", "mixed_float16", "mixed_bfloat16")
"""The types and policies that a single layer may have."""


def restored(kind: str, saved: Any, place: str) -> Any:
    """Make a record of what a file says, by its class's own name and of values alone.

    Parameters
    ----------
    kind : str
        One of `kinds()`.
    saved : object
        Plain data: what `Record.to_data` returned.
    place : str
        Where in the file it is.

    Raises
    ------
    Damage
        If it is anything else, or there is no such record.
    """
    whole = isinstance(saved, dict) and {"class", "options"} <= saved.keys()
    if not whole or not saved.keys() <= {"class", "options", "adapted", "dtype"}:
        raise Damage(f"it must be the class and the options of {_with_article(kind)}", place=place)
    name = saved["class"]
    if not isinstance(name, str) or not name.isidentifier() or len(name) > 100:
        raise Damage(f"{shown_value(name)} is no name of a class", place=place)
    cls = _of_class(kind, name) or _of_class(kind, name, records(kind))
    if cls is None:
        raise Damage(
            f"there is no {kind} named {name!r}",
            place=place,
            hint="If a package defines it, import that package first.",
        )
    record = cls.restored(saved["options"], f"{place}.options")
    if "adapted" in saved:
        record.restore_learned(saved["adapted"], f"{place}.adapted")
    if "dtype" in saved:
        known = kind == "layer" and saved["dtype"] in _OWN_TYPES
        if not known:
            raise Damage("it is no type that layers compute in", place=f"{place}.dtype")
        record.compute_in(saved["dtype"])
    return record


def _of_class(
    kind: str, name: str, known: Mapping[str, type[Any]] | None = None
) -> type[Any] | None:
    internal = _internal.get(name)
    if internal is not None and internal.kind == kind:
        return internal
    return (_records[kind] if known is None else known).get(name)


def _find_saved(kind: str, name: str) -> type[Any]:
    """Return a record that a configuration names; a package that was not imported may define it."""
    try:
        return find(kind, name)
    except ArgumentError as error:
        # Not the list of all that there are.
        near = f"{error.hint} " if str(error.hint).startswith("Did you mean") else ""
        raise ArgumentError(
            f"There is no {kind} named {name!r}.",
            received=name,
            expected=f"the name of {_with_article(kind)}",
            hint=f"{near}If a package defines it, import that package first.",
        ) from None


def _with_article(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeio' else 'a'} {noun}"
