"""Calls of layers in Keras's configurations: their arguments, and what they are for rdeep."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from rdeep import ops
from rdeep.catalogue.layers import Layer
from rdeep.catalogue.operations import find_operation
from rdeep.errors.damage import making
from rdeep.graph.call_arguments import Place
from rdeep.graph.network import Graph
from rdeep.saving.faults import Damage, shown_value
from rdeep.saving.foreign.keras_layers import CALLS, OF_THE_CALL, SIMPLE_CALL
from rdeep.saving.foreign.keras_objects import array_of, config_of, plain_data
from rdeep.saving.foreign.keras_operations import CONFIGURED, ITEM, OPERATION_OF


def say_where(place: str, do: Callable[[], Any]) -> Any:
    """Return what a function returns; what it refuses is a fault of the file, with its place.

    Parameters
    ----------
    place : str
        Where it stands.
    do : function
        What to do.
    """
    with making(place):
        return do()


def is_operation(saved: Mapping[str, Any]) -> bool:
    """Return whether what Keras wrote is an operation, not a layer."""
    module = saved.get("module")
    return isinstance(module, str) and module.startswith(("keras.src.ops", "keras.ops"))


def given_ends(graph: Graph, inputs: list[Any], outputs: list[Any]) -> dict[str, Any]:
    """Return the ends of a graph as Keras writes them: alone, listed, by names or nested.

    Parameters
    ----------
    graph : Graph
        The graph.
    inputs, outputs : list of list
        What Keras calls its tensors.
    """
    form, keys = graph.nesting.outputs, graph.output_keys
    ends: Any = outputs if form is None else _nested(form, outputs)
    entries: Any = inputs if graph.nesting.inputs is None else _nested(graph.nesting.inputs, inputs)
    found = {"input_layers": entries, "output_layers": dict(zip(keys, ends)) if keys else ends}
    alone = {k: v[0] for k, v in found.items() if isinstance(v, list) and len(v) == 1}
    return {**found, **alone}


def _nested(form: Any, ends: list[Any]) -> Any:
    """Return ends nested as a form says, with tuples as Keras writes them."""
    if isinstance(form, Mapping):
        return {key: _nested(each, ends) for key, each in form.items()}
    if isinstance(form, Place):
        return ends[form.number]
    parts = [_nested(each, ends) for each in form]
    return {"class_name": "__tuple__", "items": parts} if isinstance(form, tuple) else parts


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

    def revived(value: Any, tensor: Callable[[str, int, int], Any] = tensor) -> Any:
        if isinstance(value, list):
            return [revived(each, tensor) for each in value]
        if not isinstance(value, dict):
            return value
        name = value.get("class_name")
        if name == "__keras_tensor__":
            history: Any = config_of(value, place).get("keras_history")
            if not is_end(history):
                raise Damage("it is applied to what is no tensor", place=place)
            name, use, output = history
            return tensor(name, use, output)
        if name == "__slice__":
            config = config_of(value, place)
            start, stop, step = (revived(config.get(part)) for part in ("start", "stop", "step"))
            return slice(start, stop, step)
        if name == "__ellipsis__":
            return Ellipsis
        if name in ("__tensor__", "__numpy__"):
            return array_of(config_of(value, place), place)
        if name is not None:
            return plain_data(value, place)
        return {key: revived(each, tensor) for key, each in value.items()}

    args, kwargs = revived(node.get("args", [])), node.get("kwargs", {})
    if not isinstance(args, list) or not isinstance(kwargs, dict):
        raise Damage("a use of it is no call", place=place)
    return args, {
        name: revived(value, GivenMask if is_mask(name) else tensor)
        for name, value in kwargs.items()
    }


@dataclass(frozen=True)
class GivenMask:
    """A mask that Keras wrote down with a call: the output of a layer that makes it."""

    layer: str
    use: int
    output: int


def is_mask(name: str) -> bool:
    """Return whether an argument of a call is a mask of steps.

    Parameters
    ----------
    name : str
        The argument.
    """
    return name == "mask" or (name.endswith("_mask") and name not in _NO_MASKS)


_NO_MASKS = ("use_causal_mask", "attention_mask")


def masks_among(kwargs: Mapping[str, Any]) -> list[GivenMask]:
    """Return the masks that Keras wrote down with a call.

    Parameters
    ----------
    kwargs : mapping
        The arguments with names.
    """
    given = [value for name, value in kwargs.items() if is_mask(name)]
    return [each for each in flat(given) if isinstance(each, GivenMask)]


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


def refuse_mask(given: Mapping[str, Any], place: str) -> None:
    """Refuse masks that were given by hand."""
    for name, value in given.items():
        found = [each for each in flat(value) if each is not None] if is_mask(name) else []
        if not all(isinstance(each, GivenMask) for each in found):
            raise mask_by_hand(name, place)


def mask_by_hand(name: str, place: str) -> Damage:
    """Return the error that says that a mask is none that layers make.

    Parameters
    ----------
    name : str
        The argument.
    place : str
        Where it stands, for messages.
    """
    return Damage(
        f"it is given a {name!r} of its own, and rdeep's layers take the masks that layers before "
        "them make",
        place=place,
    )


def flat(value: Any) -> list[Any]:
    """Return the tensors of a list or an object, those of an object by its sorted keys."""
    if isinstance(value, Mapping):
        return [leaf for key in sorted(value, key=str) for leaf in flat(value[key])]
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


# What a call says of training is not taken over: a functional model of Keras's acts in each of its
# layers as it is called itself, in fit() and in predict(), and for layers that draw random images
# every call says so.
def apply_layer(layer: Layer, args: list[Any], kwargs: Any, place: str) -> Any:
    """Return what a layer gives when it is called as Keras's would be."""
    names = CALLS.get(type(layer).__name__, SIMPLE_CALL)
    given = named_arguments(names, args, kwargs, place)
    refuse_mask(given, place)
    if "query" in names:
        roles = (given.get(name) for name in ("query", "value", "key", "attention_mask"))
        return layer([each for each in roles if each is not None])
    inputs = given[names[0]]
    states = given.get("initial_state")
    if states is not None:
        if not masks_among(kwargs) and getattr(inputs, "masked", False):
            # Keras loses the mask of a sequence that comes with states.
            inputs = ops.copy(inputs)
        return layer([*flat(inputs), *flat(states)])
    if isinstance(inputs, Mapping):
        inputs = flat(inputs)
    return layer(inputs)


# Operations --------------------------------------------------------------------------------------

# What is made of an operation's arguments may be no larger than what users' models have.
_LARGEST = 2**20


def operation_of(
    saved: Mapping[str, Any], place: str
) -> Callable[[list[Any], dict[str, Any]], Any]:
    """Return what applies an operation: one that the catalogue has, by its name."""
    chosen = OPERATION_OF.get(saved["class_name"])
    if chosen is None:
        raise Damage(f"rdeep has no operation {shown_value(saved['class_name'])}", place=place)
    config = {k: v for k, v in config_of(saved, place).items() if k != "name"}
    dtype = config.pop("dtype", None)
    config = {key: plain_data(value, place) for key, value in config.items()}
    if chosen == ITEM:
        return lambda args, kwargs: args[0][_index(args[1])]
    declared = find_operation(chosen)
    if dtype is not None and "dtype" in declared.options:
        # The type of what it gives, where Keras keeps a policy of others.
        config["dtype"] = plain_data(dtype, place)
    many = declared.variadic

    def apply(args: list[Any], kwargs: dict[str, Any]) -> Any:
        given = {**config, **kwargs}
        _check_sizes([args, given], place)
        if many is not None:
            # Any number of tensors come behind what is said before them.
            before = list(declared.options)[: list(declared.options).index(many)]
            first = [given.pop(name) for name in before if name in given]
            return getattr(ops, chosen)(*first, *args, **given)
        # What is configured may stand between what the operation is called with.
        free = [name for name in declared.options if name not in given]
        called = [name for name in free if name not in CONFIGURED.get(chosen, ())]
        if len(args) > len(free):
            raise Damage("it is called with arguments that the operation lacks", place=place)
        given.update(zip(called if len(args) <= len(called) else free, args))
        return getattr(ops, chosen)(**given)

    return apply


def _check_sizes(value: Any, place: str) -> None:
    """Refuse numbers by which an operation would make something very large."""
    for each in flat(value):
        if isinstance(each, np.ndarray):
            # Numbers that measure something can come as an array, too.
            each = int(np.abs(each).max(initial=0)) if each.dtype.kind == "i" else 0
        if isinstance(each, int) and abs(each) > _LARGEST:
            raise Damage(f"it holds the number {shown_value(each)}", place=place)


def _index(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(value)
    return value
