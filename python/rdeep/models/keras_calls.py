"""Calls of layers in Keras's configurations: their arguments, and what they are for rdeep."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rdeep import ops
from rdeep.catalogue.layers import Layer
from rdeep.catalogue.operations import operations
from rdeep.errors import RdeepError
from rdeep.saving.faults import Damage, shown_value
from rdeep.saving.foreign.keras_layers import CALLS, OF_THE_CALL, SIMPLE_CALL
from rdeep.saving.foreign.keras_objects import config_of, plain_data
from rdeep.saving.foreign.keras_places import snake_case


def say_where(place: str, do: Callable[[], Any]) -> Any:
    """Return what a function returns; what it refuses is a fault of the file, with its place."""
    try:
        return do()
    except Damage:
        raise
    except RdeepError as error:
        raise Damage(str(error.message).rstrip("."), place=place) from None


def is_operation(saved: Mapping[str, Any]) -> bool:
    """Return whether what Keras wrote is an operation, not a layer."""
    module = saved.get("module")
    return isinstance(module, str) and module.startswith(("keras.src.ops", "keras.ops"))


def is_end(value: Any) -> bool:
    """Return whether something says which output of which use of a layer is meant."""
    return (
        isinstance(value, list)
        and len(value) == 3
        and isinstance(value[0], str)
        and all(type(each) is int for each in value[1:])
    )


# Calls -------------------------------------------------------------------------------------------


def arguments_of(node: Any, tensor: Callable[[str, int, int], Any], place: str) -> Any:
    """Return the arguments of a call, with what a function returns in the place of tensors.

    Parameters
    ----------
    node : list or mapping
        What Keras wrote of the call.
    tensor : function
        Returns what stands for a tensor, of a layer's name, the use of it, and the output.
    place : str
        Where it stands, for messages.
    """
    if isinstance(node, list):
        return _older_arguments(node, tensor, place)
    if not isinstance(node, Mapping):
        raise Damage("a use of it is no call", place=place)

    def revived(value: Any) -> Any:
        if isinstance(value, list):
            return [revived(each) for each in value]
        if not isinstance(value, dict):
            return value
        name = value.get("class_name")
        if name == "__keras_tensor__":
            history = config_of(value, place).get("keras_history")
            if not is_end(history):
                raise Damage("it is applied to what is no tensor", place=place)
            return tensor(*history)
        if name == "__slice__":
            config = config_of(value, place)
            start, stop, step = (revived(config.get(part)) for part in ("start", "stop", "step"))
            return slice(start, stop, step)
        if name == "__ellipsis__":
            return Ellipsis
        if name is not None:
            return plain_data(value, place)
        return {key: revived(each) for key, each in value.items()}

    args, kwargs = revived(node.get("args", [])), revived(node.get("kwargs", {}))
    if not isinstance(args, list) or not isinstance(kwargs, dict):
        raise Damage("a use of it is no call", place=place)
    return args, kwargs


def _older_arguments(node: list[Any], tensor: Any, place: str) -> Any:
    """Return the arguments of a call as Keras 2 wrote them: a list of tensors."""
    found, kwargs = [], {}
    if is_end(node[:3]):
        node = [node]
    for each in node:
        more = each[3] if isinstance(each, list) and len(each) == 4 else {}
        if not isinstance(each, list) or not is_end(each[:3]) or not isinstance(more, dict):
            raise Damage("a use of it is no call", place=place)
        found.append(tensor(*each[:3]))
        kwargs.update({key: _older_value(value, tensor) for key, value in more.items()})
    return [found[0] if len(found) == 1 else found], kwargs


def _older_value(value: Any, tensor: Any) -> Any:
    if is_end(value):
        return tensor(*value)
    if isinstance(value, list):
        return [_older_value(each, tensor) for each in value]
    return value


def named_arguments(names: tuple[str, ...], args: list[Any], kwargs: Any, place: str) -> Any:
    """Return the arguments of a call by their names."""
    if len(args) > len(names) or set(kwargs) - set(names):
        raise Damage("it is called with arguments that rdeep's layer does not take", place=place)
    given = {**dict(zip(names, args)), **kwargs}
    if len(given) != len(args) + len(kwargs) or given.get(names[0]) is None:
        raise Damage("a use of it is no call", place=place)
    return given


def training_of(given: Mapping[str, Any], place: str) -> bool | None:
    """Return whether a call is one of training, where it says so."""
    value = given.get("training")
    if value is not None and not isinstance(value, bool):
        raise Damage("'training' is neither true nor false", place=place)
    return value


def refuse_mask(given: Mapping[str, Any], place: str) -> None:
    """Refuse masks that were given by hand."""
    for name, value in given.items():
        if (name == "mask" or name.endswith("_mask")) and value is not None:
            if name in ("use_causal_mask", "attention_mask") or not _holds_tensor(value):
                continue
            raise Damage(
                f"it is given a {name!r}, and rdeep's layers take the masks that layers before "
                "them make",
                place=place,
            )


def _holds_tensor(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return any(map(_holds_tensor, value))
    return value is not None


def flat(value: Any) -> list[Any]:
    """Return the tensors of a list or an object, those of an object by its sorted keys."""
    if isinstance(value, Mapping):
        return [leaf for key in sorted(value) for leaf in flat(value[key])]
    if isinstance(value, (list, tuple)):
        return [leaf for each in value for leaf in flat(each)]
    return [value]


def call_options(kind: str, nodes: list[Any], place: str) -> dict[str, Any]:
    """Return what the catalogue keeps as options of a layer, of all of its calls.

    Parameters
    ----------
    kind : str
        The layer's class.
    nodes : list
        Its uses, as Keras wrote them.
    place : str
        Where it stands, for messages.
    """
    names = CALLS.get(kind)
    if names is None:
        return {}
    found: list[dict[str, Any]] = []
    for node in nodes:
        args, kwargs = arguments_of(node, lambda *end: end, place)
        given = named_arguments(names, args, kwargs, place)
        options = {name: bool(given.get(name)) for name in OF_THE_CALL if name in names}
        if "attention_mask" in names:
            options["use_attention_mask"] = given.get("attention_mask") is not None
        found.append({name: value for name, value in options.items() if value})
    if any(options != found[0] for options in found):
        raise Damage("it is called in different ways", place=place)
    return found[0] if found else {}


def apply_layer(layer: Layer, args: list[Any], kwargs: Any, place: str) -> Any:
    """Return what a layer gives when it is called as Keras's would be."""
    names = CALLS.get(type(layer).__name__, SIMPLE_CALL)
    given = named_arguments(names, args, kwargs, place)
    refuse_mask(given, place)
    training = training_of(given, place)
    mode = {} if training is None else {"training": training}
    if "query" in names:
        roles = (given.get(name) for name in ("query", "value", "key", "attention_mask"))
        return layer([each for each in roles if each is not None], **mode)
    inputs = given[names[0]]
    states = given.get("initial_state")
    if states is not None:
        return layer([*flat(inputs), *flat(states)], **mode)
    if isinstance(inputs, Mapping):
        inputs = flat(inputs)
    return layer(inputs, **mode)


# Operations --------------------------------------------------------------------------------------

_OTHER_NAMES = {"get_item": "", "true_divide": "divide", "absolute": "abs"}


def operation_of(
    saved: Mapping[str, Any], place: str
) -> Callable[[list[Any], dict[str, Any]], Any]:
    """Return what applies an operation: one that the catalogue has, by its name."""
    name = snake_case(saved["class_name"])
    config = {k: v for k, v in config_of(saved, place).items() if k not in ("name", "dtype")}
    config = plain_data(config, place)
    if name == "get_item":
        return lambda args, kwargs: args[0][_index(args[1])]
    known = operations()
    chosen = name if name in known else _OTHER_NAMES.get(name, "")
    if chosen not in known:
        raise Damage(f"rdeep has no operation {shown_value(saved['class_name'])}", place=place)
    return lambda args, kwargs: getattr(ops, chosen)(*args, **{**config, **kwargs})


def _index(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(value)
    return value
