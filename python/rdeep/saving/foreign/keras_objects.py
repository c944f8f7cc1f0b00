"""What Keras writes of an object, and what the catalogue keeps of it: options by name, no code.

Keras names a module and a class for each object, and imports them. Here both are only compared with
the names of the catalogue: a class is one of its records or is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from rdeep.catalogue.record import Record
from rdeep.catalogue.registry import records
from rdeep.errors import class_name
from rdeep.errors.damage import making
from rdeep.saving.faults import Damage, shown_value

Plain = dict[str, Any]

_CODE = {
    "__lambda__": "the code of a function",
    "Lambda": "the code of a function",
    "function": "a function",
    "TFSMLayer": "a program of TensorFlow",
    "TorchModuleWrapper": "a program of torch",
    "JaxLayer": "a program of JAX",
    "FlaxLayer": "a program of JAX",
}
_ADVICE = (
    "Files are data here, and nothing in them is run. Make the layer anew with those that rdeep "
    "has, or load the file where its class is defined."
)
# Layers that Keras takes for activations, and the activations that they are.
_LAYERS_AS_ACTIVATIONS = {
    **{"ReLU": "Relu", "LeakyReLU": "LeakyRelu", "ELU": "Elu", "Softmax": "Softmax"},
    "Activation": "",
}
_NAMES_OF_KIND = {
    "initializer": ("initializer", "initializers"),
    "regularizer": ("regularizer", "regularizers"),
    "constraint": ("constraint", "constraints"),
}
_UNSEEN = ("name", "trainable", "dtype")
_TYPES_OF_ARRAYS = ("float32", "int32", "int64", "bool")
_MOST_AXES = 8


def class_of(saved: Any, place: str) -> str:
    """Return the name of the class that an object is of: Keras's own, or it is refused.

    Parameters
    ----------
    saved : object
        What Keras wrote of it.
    place : str
        Where it stands, for messages.
    """
    if not isinstance(saved, Mapping) or not isinstance(saved.get("class_name"), str):
        raise Damage("it has no class", place=place)
    name, module, registered = (
        saved["class_name"],
        saved.get("module"),
        saved.get("registered_name"),
    )
    if name in _CODE:
        raise Damage(f"it holds {_CODE[name]}", place=place, hint=_ADVICE)
    own = module is None or (isinstance(module, str) and module.split(".")[0] == "keras")
    custom = registered not in (None, name) or (module is None and "module" in saved)
    if not own or custom or name.startswith("__"):
        whose = "" if module is None or own else f" of the module {shown_value(module)}"
        raise Damage(
            f"it is of the class {shown_value(name)}{whose}, which is none of Keras's",
            place=place,
            hint=_ADVICE,
        )
    return name


def config_of(saved: Mapping[str, Any], place: str) -> Plain:
    """Return the options that Keras wrote of an object.

    Parameters
    ----------
    saved : mapping
        What Keras wrote of it.
    place : str
        Where it stands, for messages.
    """
    config = saved.get("config")
    if not isinstance(config, dict):
        raise Damage("it has no options", place=place)
    return config


def record_of(kind: str, name: str, place: str) -> type[Any]:
    """Return the record of a class's name.

    Parameters
    ----------
    kind : str
        The kind of record.
    name : str
        The class.
    place : str
        Where it stands, for messages.
    """
    found = records(kind).get(name)
    if found is None or not found.__module__.startswith("rdeep."):
        raise Damage(
            f"rdeep has no {kind} of the class {shown_value(name)}",
            place=place,
            hint="Load the file with Keras, or make the model anew without it.",
        )
    return found


def plain_object(kind: str, saved: Any, place: str) -> Any:
    """Return an object as the catalogue keeps it: its class and options.

    Parameters
    ----------
    kind : str
        What it must be, such as `"initializer"`.
    saved : object
        What Keras wrote: nothing, a name, or a class with options.
    place : str
        Where it stands, for messages.
    """
    if saved is None:
        return None
    if isinstance(saved, str):
        return _named(kind, saved, place)
    if isinstance(saved, Mapping) and saved.get("class_name") == "function":
        return _named(kind, _function_name(saved, place), place)
    name = class_of(saved, place)
    config = config_of(saved, place)
    if kind == "activation" and name in _LAYERS_AS_ACTIVATIONS:
        if name == "Activation":
            return plain_object(kind, config.get("activation"), place)
        name = _LAYERS_AS_ACTIVATIONS[name]
    record = record_of(kind, name, place)
    return {"class": record.__name__, "options": options_of(record, config, place)}


def _function_name(saved: Mapping[str, Any], place: str) -> str:
    """Return the name of one of Keras's own functions: it is compared, never looked up."""
    module, name = saved.get("module"), saved.get("config")
    own = module in (None, "builtins") or str(module).split(".")[0] == "keras"
    registered = saved.get("registered_name")
    if not isinstance(name, str) or not own or registered not in (None, name, "function"):
        raise Damage("it holds a function", place=place, hint=_ADVICE)
    return name


def _named(kind: str, name: str, place: str) -> Plain:
    for record in records(kind).values():
        if name in (record.key, record.__name__, *record.aliases):
            return {"class": record.__name__, "options": {}}
    raise Damage(
        f"rdeep has no {kind} named {shown_value(name)}",
        place=place,
        hint="Functions of somebody's own are code, which files do not hold.",
    )


def options_of(
    record: type[Any],
    config: Mapping[str, Any],
    place: str,
    convert: Callable[[str, Any, str], Any] | None = None,
    neutral: Mapping[str, Any] | None = None,
) -> Plain:
    """Return options by the names of a record's.

    Parameters
    ----------
    record : type
        The record.
    config : mapping
        What Keras wrote.
    place : str
        Where it stands, for messages.
    convert : function, optional
        Returns an option's value, of its name, what Keras wrote, and the place.
    neutral : mapping, optional
        Options that the record lacks, and the value that means what it does.
    """
    convert, neutral = convert or plain_value, neutral or {}
    found: Plain = {}
    for name, value in config.items():
        where = f"{place}.{name}"
        if name in record.options and name not in neutral:
            found[name] = convert(name, value, where)
        elif name in neutral:
            if neutral[name] is not ANY and value not in neutral[name]:
                raise _unknown(record, name, value, place)
        elif name not in _UNSEEN and value not in (None, False, [], {}):
            raise _unknown(record, name, value, place)
    return found


ANY: Any = object()
"""Stands for any value of an option that changes nothing."""


def _unknown(record: type[Any], name: str, value: Any, place: str) -> Damage:
    return Damage(
        f"{class_name(record)} has no option {shown_value(name)} of the value {shown_value(value)}",
        place=place,
        hint="Load the file with Keras, or make the model anew without it.",
    )


def plain_value(name: str, value: Any, place: str) -> Any:
    """Return an option's value: a record's kind is known by the option's name.

    Parameters
    ----------
    name : str
        The option.
    value : object
        What Keras wrote.
    place : str
        Where it stands, for messages.
    """
    if isinstance(value, Record):
        return value
    kind = kind_of_option(name)
    if kind is not None:
        return plain_object(kind, value, place)
    if name == "seed":
        return _seed(value, place)
    return plain_data(value, place)


def kind_of_option(name: str) -> str | None:
    """Return the kind of record that an option of a name holds, if it holds one.

    Parameters
    ----------
    name : str
        The option.
    """
    if name == "activation" or name.endswith("_activation"):
        return "activation"
    last = name.rpartition("_")[2]
    return next((kind for kind, names in _NAMES_OF_KIND.items() if last in names), None)


def _seed(value: Any, place: str) -> Any:
    if isinstance(value, Mapping):
        # A generator of seeds: what it began with.
        if class_of(value, place) != "SeedGenerator":
            raise Damage("it is no seed", place=place)
        value = config_of(value, place).get("seed")
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise Damage("it is no seed", place=place)
    return value


def plain_data(value: Any, place: str) -> Any:
    """Return numbers, texts, lists and numbers by names as they are; objects are refused.

    Parameters
    ----------
    value : object
        What Keras wrote.
    place : str
        Where it stands, for messages.
    """
    if isinstance(value, list):
        return [plain_data(each, place) for each in value]
    if isinstance(value, dict):
        if value.get("class_name") == "__numpy__":
            return plain_data(config_of(value, place).get("value"), place)
        if "class_name" in value:
            raise Damage(f"it holds the object {shown_value(class_of(value, place))}", place=place)
        if value and all(type(each) in (int, float) for each in value.values()):
            # Numbers by names, which an option takes or refuses.
            return dict(value)
        raise Damage("it holds an object where a value belongs", place=place)
    return value


def array_of(config: Mapping[str, Any], place: str) -> np.ndarray:
    """Return an array of numbers that stands in a configuration: what a layer is called with.

    Parameters
    ----------
    config : mapping
        What Keras wrote of it: its values, and their type.
    place : str
        Where it stands, for messages.
    """
    dtype = config.get("dtype")
    if not isinstance(dtype, str) or dtype not in _TYPES_OF_ARRAYS:
        raise Damage(f"it holds an array of the type {shown_value(dtype)}", place=place)
    values = plain_data(config.get("value"), place)
    with making(place):
        try:
            found = np.asarray(values)
        except ValueError:
            raise Damage("it holds an array that is none", place=place) from None
        if found.dtype.kind not in "bif" or found.ndim > _MOST_AXES:
            raise Damage("it holds an array of what are no numbers", place=place)
        return found.astype(dtype)


def check_policy(value: Any, place: str, allowed: tuple[str, ...] = ("float32",)) -> None:
    """Refuse other types than those that the numbers of a file are in.

    Parameters
    ----------
    value : object
        What Keras wrote as `dtype`.
    place : str
        Where it stands, for messages.
    allowed : tuple of str
        The types that are taken.
    """
    while isinstance(value, Mapping):
        name = value.get("class_name")
        if name not in ("DTypePolicy", "FloatDTypePolicy"):
            raise Damage(f"it has the type policy {shown_value(name)}", place=place, hint=_FLOAT32)
        value = config_of(value, place).get("name")
    if value is not None and value not in allowed:
        raise Damage(f"it computes in {shown_value(value)}", place=place, hint=_FLOAT32)


_FLOAT32 = "Set the model's policy to float32 in Keras, save it again, and load that file."


def made(record_class: type[Any], options: Plain, place: str) -> Any:
    """Return a record of plain options, or say which option is wrong.

    Parameters
    ----------
    record_class : type
        The record.
    options : dict
        Its options as plain data.
    place : str
        Where it stands, for messages.
    """
    # Whole numbers and lists are written otherwise than in files of rdeep, whose own reader is
    # stricter. Nothing here is a path, a function or an object that was not looked at.
    with making(place):
        return record_class(**options)
