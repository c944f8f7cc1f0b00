"""Configurations in Keras's schema: of objects of any kind, and objects of configurations.

Keras reads what is written here, and what Keras writes is read. Only records of the catalogue and
what a user registered can come out of a configuration: nothing is imported by its name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from rdeep.catalogue import dispatch
from rdeep.catalogue.custom_objects import (
    custom_object_scope,
    get_registered_name,
    get_registered_object,
)
from rdeep.catalogue.record import Record
from rdeep.catalogue.registry import KINDS, records
from rdeep.errors import ArgumentError, class_name, show
from rdeep.errors.damage import Damage
from rdeep.ops.dispatch import as_array
from rdeep.ops.forms import Form, form
from rdeep.ops.forms import get as found_by
from rdeep.saving.foreign.keras_configs import (
    LACKING,
    MODULES,
    NotInKeras,
    keras_activation,
    keras_layer,
    keras_object,
    keras_record,
    policy_of,
)
from rdeep.saving.foreign.keras_layers import cell_of, layer_of
from rdeep.saving.foreign.keras_objects import Plain, options_of, plain_value

_KINDS = {module: kind for kind, module in MODULES.items() if kind != "rnn_cell"}
_POLICIES = ("DTypePolicy", "FloatDTypePolicy")
_MODELS = ("Sequential", "Functional", "Model")


# Writing -----------------------------------------------------------------------------------------


def config_of(record: Record) -> Plain:
    """Return a record's options in Keras's schema.

    Parameters
    ----------
    record : Record
        The record.
    """
    try:
        if record.kind in ("layer", "rnn_cell"):
            found = keras_layer(record, getattr(record, "name", None))["config"]
            # A cell is trained as its layer is.
            cell = {} if record.kind == "layer" else {"trainable": True}
            own = getattr(record, "own_policy", None)
            typed = {} if own is None else {"dtype": policy_of(own)}
            return {"name": getattr(record, "name", None), **cell, **found, **typed}
        if record.kind != "activation":
            found = keras_record(record)["config"]
            if record.kind == "metric" or getattr(record, "computes_in", None) is not None:
                found = {"dtype": getattr(record, "dtype", None), **found}
            return {"name": _own_name(record), **found} if "name" in record.options else found
    except NotInKeras:
        pass
    found = {
        name: serialize_keras_object(getattr(record, declared.attribute))
        for name, declared in record.options.items()
    }
    if record.kind in ("layer", "rnn_cell"):
        found["dtype"] = policy_of(getattr(record, "own_policy", None))
    return found


def _own_name(record: Any) -> str:
    return record.name or (type(record).__name__ if record.kind == "schedule" else record.key)


def serialize_keras_object(obj: Any) -> Any:
    """Return an object as plain data in Keras's schema: its module, its class and its options.

    Parameters
    ----------
    obj : object
        A layer, a loss, an optimizer, a model, or lists and dicts of such.

    Returns
    -------
    dict
        What `deserialize_keras_object` takes, here and in Keras.

    Examples
    --------
    >>> from rdeep.regularizers import L2
    >>> serialize_keras_object(L2(0.1))["config"]
    {'l2': 0.1}
    """
    if obj is None or isinstance(obj, (bool, int, float, str)):
        return obj
    if isinstance(obj, (list, tuple)):
        return [serialize_keras_object(each) for each in obj]
    if isinstance(obj, Mapping):
        return {name: serialize_keras_object(each) for name, each in obj.items()}
    if hasattr(obj, "in_keras_schema"):
        return obj.in_keras_schema()
    if isinstance(obj, Form):
        return obj.__name__ if obj.cls.kind == "activation" else _function("builtins", obj.__name__)
    if isinstance(obj, Record) and not _is_users(type(obj)):
        return _record(obj)
    if hasattr(obj, "record"):
        config = {**serialize_keras_object(obj.record), "config": obj.get_config()}
        return config
    if hasattr(obj, "get_config") and not isinstance(obj, type):
        cls = type(obj)
        found = keras_object(cls.__module__, cls.__name__, serialize_keras_object(obj.get_config()))
        return {**found, "registered_name": get_registered_name(cls)}
    if hasattr(obj, "to_data"):
        data = obj.to_data()
        return data["array"] if isinstance(data, Mapping) and "array" in data else data
    if hasattr(obj, "__array__"):
        array = np.asarray(as_array(obj))
        if not array.ndim:
            return array.item()
        config = {"value": array.tolist(), "dtype": str(array.dtype)}
        return {"class_name": "__numpy__", "config": config}
    if callable(obj):
        found = _function(str(obj.__module__), getattr(obj, "__name__", "function"))
        return {**found, "registered_name": get_registered_name(obj)}
    raise ArgumentError(
        f"{show(obj)} has no configuration.",
        argument="obj",
        received=obj,
        expected="a layer, a model or another object with `get_config()`",
    )


def _is_users(cls: type) -> bool:
    return cls.__module__.partition(".")[0] != "rdeep"


def _function(module: str, name: str) -> Plain:
    return {
        "module": module,
        "class_name": "function",
        "config": name,
        "registered_name": "function" if module == "builtins" else name,
    }


def _record(record: Any) -> Any:
    try:
        if record.kind == "activation":
            return keras_activation(record)
        write = keras_layer if record.kind in ("layer", "rnn_cell") else None
        if write is None:
            keras_record(record)
        else:
            write(record, record.name if "name" in record.options else None)
        module = MODULES[record.kind]
    except (NotInKeras, KeyError):
        module = ".".join(("rdeep", f"{record.kind}s"))
        if record.internal:
            return keras_object(module, type(record).__name__, record.to_data()["options"])
    return keras_object(module, type(record).__name__, record.get_config())


# Reading -----------------------------------------------------------------------------------------


def from_config(cls: type[Any], config: Any) -> Any:
    """Return the record of a class that options describe, as Keras writes them or rdeep.

    Parameters
    ----------
    cls : type of Record
        The class.
    config : mapping
        The options.

    Raises
    ------
    ArgumentError
        If the class has no such options.
    """
    if not isinstance(config, Mapping):
        raise ArgumentError(
            f"'config' must be what get_config() returned, not {show(config)}.",
            argument="config",
            received=config,
        )
    if {"class", "options"} == set(config) - {"adapted", "dtype"}:
        # The form that files of rdeep have.
        return cls(**config["options"], **_own_type(cls, config))
    config = {name: _revived(value) for name, value in config.items()}
    own = _own_type(cls, config)
    if own:
        made = from_config(cls, {**config, "dtype": "float32"})
        made.compute_in(own["dtype"])
        return made
    try:
        if "batch_shape" in config:
            size, *shape = config.pop("batch_shape")
            config = {**config, "shape": shape, "batch_size": size}
        if cls.__name__ in LACKING or _is_users(cls):
            return cls(**{n: v for n, v in config.items() if n != "dtype" or n in cls.options})
        if cls.kind == "layer":
            return layer_of(keras_object("keras.layers", cls.__name__, config), {}, "config")
        if cls.kind == "rnn_cell":
            return cls(**cell_of(keras_object("keras.layers", cls.__name__, config), "config"))
        name = config.pop("name", None)
        options = options_of(cls, config, "config", _value, {"dtype": _ANY_TYPE})
        if isinstance(config.get("dtype"), str) and config["dtype"] != "float32":
            options["dtype"] = config["dtype"]
        if "name" in cls.options and name not in (None, cls.key, cls.__name__, *cls.aliases):
            options["name"] = name
        return cls(**options)
    except Damage as error:
        raise ArgumentError(
            f"{class_name(cls)} cannot be made of this configuration: {error.place} says that "
            f"{error.clause}.",
            argument="config",
            hint=error.advice,
        ) from None


class _AnyType:
    """Types that measures may be computed in, which are theirs to choose."""

    def __contains__(self, value: object) -> bool:
        return True


_ANY_TYPE: Any = _AnyType()


def _value(name: str, value: Any, place: str) -> Any:
    if isinstance(value, (Record, dict)):
        return value
    return plain_value(name, value, place)


def _revived(value: Any) -> Any:
    """Return an option with objects in the place of what describes objects of users."""
    if isinstance(value, Mapping):
        if "class_name" not in value:
            return {name: _revived(each) for name, each in value.items()}
        if value["class_name"] in (*_POLICIES, "SeedGenerator", "__numpy__", "__tensor__"):
            return dict(value)
        return deserialize_keras_object(value)
    if isinstance(value, (list, tuple)):
        return [_revived(each) for each in value]
    return value


def deserialize_keras_object(
    config: Any, custom_objects: Mapping[str, Any] | None = None, safe_mode: bool = True
) -> Any:
    """Return the object that `serialize_keras_object` described, here or in Keras.

    Parameters
    ----------
    config : dict
        The description: lists and dicts of such, too.
    custom_objects : dict, optional
        Classes and functions of your own, by name.
    safe_mode : bool
        Without effect: a configuration holds no code, and none is run.

    Raises
    ------
    ArgumentError
        If it is of a class that rdeep does not have and nobody registered.

    Examples
    --------
    >>> from rdeep.regularizers import L2
    >>> deserialize_keras_object(serialize_keras_object(L2(0.1)))
    L2(l2=0.1)
    """
    with custom_object_scope(custom_objects):
        return _deserialized(config)


def _deserialized(config: Any, kind: str | None = None) -> Any:
    if isinstance(config, str):
        own = get_registered_object(config)
        return config if own is None else own
    if isinstance(config, (list, tuple)):
        return [_deserialized(each) for each in config]
    if not isinstance(config, Mapping):
        return config
    if "class_name" not in config:
        return {name: _deserialized(each) for name, each in config.items()}
    name: Any = config["class_name"]
    inner: Any = config.get("config")
    own = get_registered_object(str(config.get("registered_name") or name))
    if own is None:
        own = get_registered_object(str(inner if name == "function" else name))
    if own is not None:
        return own.from_config(dict(inner)) if hasattr(own, "from_config") else _made(own, inner)
    if name in ("__numpy__", "__tensor__"):
        return np.asarray(inner["value"], dtype=inner.get("dtype"))
    if name in _POLICIES:
        return inner["name"]
    if name == "function":
        found = next((form(k, str(inner)) for k in _WITH_FUNCTIONS if form(k, str(inner))), None)
        if found is not None:
            return found
    if name in _MODELS:
        return dispatch.calls().model_of(config)
    cls = _class(config, kind)
    return from_config(cls, inner if inner is not None else {})


_WITH_FUNCTIONS = ("loss", "metric", "activation")


def _made(own: Any, config: Any) -> Any:
    return own(**config) if isinstance(own, type) else own


def _class(config: Mapping[str, Any], kind: str | None) -> type[Any]:
    """Return the record of the class that a configuration names."""
    name, module = config["class_name"], config.get("module")
    told = _KINDS.get(str(module)) or str(module).removeprefix("rdeep.").removesuffix("s")
    order = [k for k in (kind, told) if k in KINDS]
    order += ["rnn_cell"] if "layer" in order else []
    for each in order or KINDS:
        found = records(each).get(name)
        if found is not None:
            return found
    # As older files and `get` have it: "adam".
    folded = str(name).lower().replace("_", "")
    for cls in (cls for each in order for cls in records(each).values()):
        if folded in {n.lower().replace("_", "") for n in (cls.__name__, cls.key, *cls.aliases)}:
            return cls
    whose = f" of {module}" if isinstance(module, str) else ""
    raise ArgumentError(
        f"rdeep has no class {show(name)}{whose}.",
        argument="config",
        received=name,
        hint="Give a class of your own in `custom_objects`, or register it.",
    )


# The functions of Keras's modules -----------------------------------------------------------------


def functions_of(kind: str) -> tuple[Any, Any, Any]:
    """Return `get`, `serialize` and `deserialize` as the module of a kind of record has them.

    Parameters
    ----------
    kind : str
        Such as `"loss"`.

    Returns
    -------
    tuple of functions
    """

    def get(identifier: Any) -> Any:
        """Return what a name, a configuration or an object stands for.

        Parameters
        ----------
        identifier : str, dict, object, function or None
            Such as `"relu"`, or what `serialize` returned.
        """
        if isinstance(identifier, Mapping) and "class_name" in identifier:
            return deserialize(identifier)
        return found_by(kind, identifier)

    def deserialize(config: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
        """Return the object that `serialize` described.

        Parameters
        ----------
        config : dict or str
            The description, or a name.
        custom_objects : dict, optional
            Classes and functions of your own, by name.
        """
        with custom_object_scope(custom_objects):
            own = get_registered_object(config) if isinstance(config, str) else None
            if isinstance(config, str):
                return found_by(kind, config) if own is None else own
            return _deserialized(config, kind)

    return get, serialize_keras_object, deserialize


def _own_type(cls: type[Any], config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the type that a layer computes in, where it is one of its own."""
    dtype = config.get("dtype")
    if isinstance(dtype, Mapping) and dtype.get("class_name") in _POLICIES:
        dtype = dtype["config"]["name"]
    typed = cls.kind == "layer" and "dtype" not in cls.options and isinstance(dtype, str)
    return {"dtype": dtype} if typed and dtype != "float32" else {}
