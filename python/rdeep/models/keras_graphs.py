"""Models of Keras's configurations: each layer is the catalogue's, and applied as Keras would."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

from rdeep.catalogue.layers import Layer
from rdeep.graph.call_arguments import Place, like
from rdeep.graph.custom import CustomLayer
from rdeep.graph.nesting import is_flat, is_keyed, nested_as
from rdeep.graph.tensor import Input, SymbolicTensor
from rdeep.models.keras_calls import (
    GivenMask,
    apply_layer,
    arguments_of,
    call_options,
    flat,
    is_end,
    is_operation,
    mask_by_hand,
    masks_among,
    named_arguments,
    operation_of,
    refuse_mask,
    say_where,
)
from rdeep.models.model import Model
from rdeep.models.sequential import Sequential
from rdeep.saving.faults import Damage, shown_value
from rdeep.saving.foreign.keras_layers import SIMPLE_CALL, layer_of
from rdeep.saving.foreign.keras_objects import class_of, config_of
from rdeep.saving.foreign.keras_places import numbered

_MODELS = ("Sequential", "Functional", "Model")
_TYPES = {
    **{"float32": "float32", "string": "string"},
    **dict.fromkeys(("int8", "uint8", "int16", "uint16", "int32", "int64", "bool"), "int32"),
}
_MOST_USES = 100_000


@dataclass
class KerasGraphs:
    """What is made of a configuration.

    Parameters
    ----------
    options : dict
        What models are made with: their engine, device and seed.
    assets : function
        Returns a text that a layer keeps, of its place.

    Attributes
    ----------
    places : dict
        Each layer with its path in the file of weights, by identity, in Keras's order.
    output_keys : list of str or None
        The names of the outputs, where Keras's model gives them by names.
    own : dict
        Layers and models that were made already, by what stands for their classes.
    """

    options: dict[str, Any]
    assets: Callable[[str], str | None] = lambda name: None
    places: dict[int, tuple[Layer, str]] = field(default_factory=dict)
    output_keys: list[str] | None = None
    own: dict[str, Any] = field(default_factory=dict)
    _shared: dict[int, Any] = field(default_factory=dict)
    _input_keys: dict[int, list[str]] = field(default_factory=dict)

    def model(self, saved: Mapping[str, Any], path: str, place: str, outer: bool = True) -> Model:
        """Return the model of a configuration.

        Parameters
        ----------
        saved : mapping
            What Keras wrote.
        path : str
            Where the file of weights has it.
        place : str
            Where it stands, for messages.
        outer : bool
            Whether it is no part of another.
        """
        name = class_of(saved, place)
        if name not in _MODELS:
            raise Damage(
                f"it is of the class {shown_value(name)}, neither sequential nor functional",
                place=place,
                hint="A model that is a class of somebody's own is code, which files do not hold.",
            )
        config = config_of(saved, place)
        layers = config.get("layers")
        if not isinstance(layers, list) or not all(isinstance(each, Mapping) for each in layers):
            raise Damage("it has no layers", place=place)
        make = self._sequential if name == "Sequential" else self._functional
        return make(saved, config, f"{path}layers/", place, outer)

    def _model_options(self, config: Mapping[str, Any], outer: bool) -> dict[str, Any]:
        name = config.get("name")
        options = self.options if outer else {**self.options, "seed": 0}
        return {**options, "name": name if isinstance(name, str) and name else None}

    # Layers ----------------------------------------------------------------------------------

    def _made(
        self, saved: Mapping[str, Any], path: str, place: str, call: Mapping[str, Any]
    ) -> Layer | Model:
        """Return a layer or a model, the same where it stands in several places."""
        shared = saved.get("shared_object_id")
        if isinstance(shared, int) and shared in self._shared:
            known = self._shared[shared]
            if isinstance(known, Layer):
                # One that a wrapper had first stands here by itself.
                self.places.setdefault(id(known), (known, path))
            return known
        name = class_of(saved, place)
        if name in self.own:
            made: Layer | Model = self.own[name]
        elif name in _MODELS:
            made = self._part(saved, path, place)
        else:
            layer = made = layer_of(saved, call, place, self._shared)
            self.places[id(layer)] = (layer, path)
            self._keep_vocabulary(layer, path, place)
        if isinstance(shared, int):
            self._shared[shared] = made
        return made

    def _part(self, saved: Mapping[str, Any], path: str, place: str) -> Model:
        """Return a model within another."""
        model = self.model(saved, f"{path}/", place, outer=False)
        if config_of(saved, place).get("trainable") is False and model.is_built:
            model.trainable = False
        return model

    def _keep_vocabulary(self, layer: Any, path: str, place: str) -> None:
        """Have a layer know the tokens that lie beside the configuration."""
        if not hasattr(layer, "set_vocabulary") or layer.vocabulary is not None:
            return
        text = self.assets(f"{path}/vocabulary.txt")
        if text is None:
            return
        tokens: list[Any] = text.split("\n")
        if getattr(layer, "whole_numbers", False):
            if not all(token.lstrip("-").isascii() and _is_whole(token) for token in tokens):
                raise Damage("its vocabulary holds what is no whole number", place=place)
            tokens = [int(token) for token in tokens]
        rarity = None
        if layer.output_mode == "tf_idf":
            rarity = self._rarity(path, len(tokens), place)
        say_where(place, lambda: layer.set_vocabulary(tokens, rarity))

    rarities: Callable[[str], Any] = lambda path: None

    def _rarity(self, path: str, count: int, place: str) -> list[float]:
        found = self.rarities(f"{path}/")
        if found is None or found.ndim != 1 or len(found) < count:
            raise Damage("it has no inverse document frequencies", place=place)
        return [float(each) for each in found[:count]]

    def _layer_paths(self, layers: list[Any], path: str, place: str, inputs: bool) -> list[str]:
        """Return where each layer of a list has its weights; operations have none."""
        kept = []
        for index, saved in enumerate(layers):
            name = class_of(saved, f"{place}.layers[{index}]")
            is_input = name == "InputLayer" and not inputs
            kept.append(not is_input and not is_operation(saved))
        names = iter(numbered(s["class_name"] for s, keep in zip(layers, kept) if keep))
        return [f"{path}{next(names)}" if keep else "" for keep in kept]

    # Chains ----------------------------------------------------------------------------------

    def _sequential(
        self, saved: Any, config: Mapping[str, Any], path: str, place: str, outer: bool
    ) -> Model:
        layers = list(config["layers"])
        paths = self._layer_paths(layers, path, place, inputs=False)
        model = Sequential(**self._model_options(config, outer))
        began = False
        if class_of(layers[0], place) != "InputLayer" if layers else False:
            shape = config.get("build_input_shape") or _built_shape(saved)
            if _is_shape(shape):
                model.add(Input(batch_shape=tuple(shape)))
                began = True
        for index, (each, own) in enumerate(zip(layers, paths)):
            where = f"{place}.{_name_of(each, index)}"
            if class_of(each, where) == "InputLayer":
                if began:
                    raise Damage("it has two inputs", place=where)
                began = True
                say_where(where, partial(model.add, _input(each, where)))
                continue
            if is_operation(each):
                raise Damage("a chain holds layers alone", place=where)
            say_where(where, partial(model.add, self._made(each, own, where, {})))
        return model

    # Graphs ----------------------------------------------------------------------------------

    def _functional(
        self, saved: Any, config: Mapping[str, Any], path: str, place: str, outer: bool
    ) -> Model:
        layers = config["layers"]
        paths = self._layer_paths(layers, path, place, inputs=True)
        graph = _Uses(self, place, _renamed_inputs(config) if outer else {})
        for index, (each, own) in enumerate(zip(layers, paths)):
            graph.enter(each, own, f"{place}.{_name_of(each, index)}")
        inputs, input_keys, entry = graph.ends(config.get("input_layers"), "input_layers")
        outputs, output_keys, form = graph.ends(config.get("output_layers"), "output_layers")
        options = self._model_options(config, outer)
        given: Any = dict(zip(output_keys, outputs)) if outer and output_keys else outputs
        given = given if form is None else nested_as(form, outputs)
        begin: Any = inputs if entry is None else nested_as(entry, inputs)
        model: Model = say_where(place, lambda: Model(begin, given, **options))
        if input_keys is not None:
            self._input_keys[id(model)] = input_keys
        if outer:
            self.output_keys = output_keys
        return model


@dataclass
class _Entry:
    """A layer of a graph: what it is, and what it is applied to."""

    saved: Mapping[str, Any]
    path: str
    place: str
    nodes: list[Any]
    made: Any = None
    outputs: list[list[SymbolicTensor]] = field(default_factory=list)


class _Uses:
    """The uses of a graph's layers, worked through in the order that they need one another."""

    def __init__(self, graphs: KerasGraphs, place: str, names: Mapping[str, str]) -> None:
        self.graphs, self.place, self.names = graphs, place, names
        self.entries: dict[str, _Entry] = {}

    def enter(self, saved: Mapping[str, Any], path: str, place: str) -> None:
        """Take a layer in."""
        name, nodes = (
            saved.get("name", config_of(saved, place).get("name")),
            saved.get("inbound_nodes", []),
        )
        if not isinstance(name, str) or name in self.entries:
            raise Damage("it has no name of its own", place=place)
        if not isinstance(nodes, list) or len(nodes) > _MOST_USES:
            raise Damage("its uses are no list", place=place)
        entry = self.entries[name] = _Entry(saved, path, place, nodes)
        if class_of(saved, place) == "InputLayer":
            entry.nodes = []
            entry.outputs.append([_input(saved, place, self.names.get(name))])
        elif is_operation(saved):
            entry.made = operation_of(saved, place)
        else:
            entry.made = self.graphs._made(
                saved, path, place, call_options(class_of(saved, place), nodes, place)
            )

    def _resolve(self, name: str, index: int) -> None:
        waiting, under_way = [(name, index)], set()
        while waiting:
            name, index = waiting[-1]
            entry = self.entries[name]
            if index < len(entry.outputs):
                waiting.pop()
                continue
            missing = [] if index == len(entry.outputs) else [(name, index - 1)]
            missing += [
                (source, node)
                for source, node in self._sources(entry, entry.nodes[index])
                if node >= len(self.entries[source].outputs)
            ]
            if not missing:
                entry.outputs.append(self._apply(entry, entry.nodes[index]))
                waiting.pop()
                continue
            if (name, index) in under_way:
                raise Damage("its layers go round in a ring", place=entry.place)
            under_way.add((name, index))
            waiting.extend(missing)

    def _sources(self, entry: _Entry, node: Any) -> list[tuple[str, int]]:
        found: list[tuple[str, int]] = []

        def note(name: str, index: int, output: int) -> None:
            source = self.entries.get(name)
            count = 0 if source is None else len(source.nodes) or len(source.outputs)
            if not 0 <= index < count:
                raise Damage("it is applied to what is not there", place=entry.place)
            found.append((name, index))

        arguments_of(node, note, entry.place)
        return found

    def _tensor(self, name: str, index: int, output: int) -> SymbolicTensor:
        outputs = self.entries[name].outputs[index]
        if not 0 <= output < len(outputs):
            raise Damage(f"the layer {shown_value(name)} has no such output", place=self.place)
        return outputs[output]

    def _apply(self, entry: _Entry, node: Any) -> list[SymbolicTensor]:
        args, kwargs = arguments_of(node, self._tensor, entry.place)
        made = entry.made
        if masks := masks_among(kwargs):
            self._check_masks(masks, flat([*args, *kwargs.values()]), entry.place)

        def apply() -> Any:
            if isinstance(made, Model):
                return self._apply_model(made, args, kwargs, entry.place)
            if isinstance(made, CustomLayer):
                return made(*args, **kwargs)
            if isinstance(made, Layer):
                return apply_layer(made, args, kwargs, entry.place)
            return made(args, kwargs)

        found = say_where(entry.place, apply)
        outputs = list(found) if isinstance(found, (list, tuple)) else [found]
        if not outputs or not all(isinstance(each, SymbolicTensor) for each in outputs):
            raise Damage("it gives no tensors", place=entry.place)
        return outputs

    def _check_masks(self, masks: list[GivenMask], inputs: list[Any], place: str) -> None:
        """Refuse masks that are not those that the inputs carry by themselves."""
        carried = any(isinstance(each, SymbolicTensor) and each.masked for each in inputs)
        if not carried or not all(map(self._is_automatic, masks)):
            raise mask_by_hand("mask", place)

    def _is_automatic(self, mask: GivenMask) -> bool:
        """Return whether a mask is made of the input of a layer that makes masks."""
        waiting, seen = [mask.layer], set()
        while waiting:
            name = waiting.pop()
            entry = self.entries.get(name)
            if entry is None or not is_operation(entry.saved):
                return False
            if name in seen:
                continue
            seen.add(name)
            ends = [end for node in entry.nodes for end in _ends_in(node, entry.place)]
            if entry.saved["class_name"] == "NotEqual":
                if not ends or ends[0] not in self._mask_sources:
                    return False
            else:
                waiting += [end[0] for end in ends]
        return True

    @cached_property
    def _mask_sources(self) -> set[tuple[str, int, int]]:
        makers = [e for e in self.entries.values() if e.saved["class_name"] in _MAKE_MASKS]
        return {end for e in makers for node in e.nodes for end in _ends_in(node, e.place)}

    def _apply_model(self, model: Model, args: list[Any], kwargs: Any, place: str) -> Any:
        given = named_arguments(SIMPLE_CALL, args, kwargs, place)
        refuse_mask(given, place)
        inputs = given["inputs"]
        if isinstance(inputs, Mapping):
            keys = self.graphs._input_keys.get(id(model)) or model.input_names
            if set(keys) != set(inputs):
                raise Damage("its inputs have other names", place=place)
            inputs = [inputs[key] for key in keys]
        return model(flat(inputs))

    def ends(self, saved: Any, what: str) -> tuple[list[SymbolicTensor], list[str] | None, Any]:
        """Return the tensors that data enters or leaves by.

        Their names come with them if they have some, and how they are nested if that is more.
        """
        keys = None
        ends: list[Any] = []
        form = _form_of_ends(saved, ends)
        if is_keyed(form):
            # Keras sorts them.
            keys = sorted(form)
            ends = [ends[form[key].number] for key in keys]
        found = []
        several: list[Any] = ends or [None]
        for each in several:
            if isinstance(each, list) and len(each) == 1 and is_end(each[0]):
                each = each[0]
            if not is_end(each) or each[0] not in self.entries:
                raise Damage(f"its {what} are no tensors of it", place=self.place)
            entry = self.entries[each[0]]
            # Of a model within a model Keras counts a use that is no use.
            index = each[1] - (isinstance(entry.made, Model) and not _is_chain(entry.made))
            if not 0 <= index < (len(entry.nodes) or len(entry.outputs)):
                raise Damage(f"its {what} are no tensors of it", place=self.place)
            self._resolve(each[0], index)
            found.append(self._tensor(each[0], index, each[2]))
        return found, keys, None if is_keyed(form) or is_flat(form) else form


def _form_of_ends(saved: Any, ends: list[Any], inside: bool = False) -> Any:
    """Return how ends are nested, and add them to a list."""
    alone = isinstance(saved, list) and len(saved) == 1 and not inside
    if isinstance(saved, Mapping) and saved.get("class_name") == "__tuple__":
        parts = saved.get("items")
        parts = parts if isinstance(parts, list) else []
        return tuple(_form_of_ends(each, ends, True) for each in parts)
    if isinstance(saved, Mapping):
        return {key: _form_of_ends(each, ends, True) for key, each in saved.items()}
    if isinstance(saved, (list, tuple)) and not is_end(saved) and not (alone and is_end(saved[0])):
        return like(saved, [_form_of_ends(each, ends, True) for each in saved])
    ends.append(saved)
    return Place(len(ends) - 1)


# What stands in a configuration ------------------------------------------------------------------


_MAKE_MASKS = ("Embedding", "Masking")


def _ends_in(node: Any, place: str) -> list[tuple[str, int, int]]:
    """Return the tensors that a layer is applied to."""
    args, _ = arguments_of(node, lambda *end: _End(end), place)
    return [each.place for each in flat(args) if isinstance(each, _End)]


@dataclass(frozen=True)
class _End:
    place: tuple[str, int, int]


def _name_of(saved: Mapping[str, Any], index: int) -> str:
    config = saved.get("config")
    name = saved.get("name") or (config.get("name") if isinstance(config, Mapping) else None)
    return name if isinstance(name, str) else f"layers[{index}]"


def _is_whole(token: str) -> bool:
    return token.lstrip("-").isdigit() and len(token) < 20


def _is_chain(model: Model) -> bool:
    return isinstance(model, Sequential)


def _is_shape(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) > 0
        and all(each is None or (type(each) is int and each > 0) for each in value)
    )


def _built_shape(saved: Mapping[str, Any]) -> Any:
    built = saved.get("build_config")
    return built.get("input_shape") if isinstance(built, Mapping) else None


def _renamed_inputs(config: Mapping[str, Any]) -> dict[str, str]:
    """Return the names by which data is given, where they are not those of the inputs."""
    ends, layers = config.get("input_layers"), config.get("layers", [])
    if not isinstance(ends, Mapping) or not all(is_end(end) for end in ends.values()):
        return {}
    taken = {each.get("name") for each in layers} - {end[0] for end in ends.values()}
    return {end[0]: key for key, end in ends.items() if isinstance(key, str) and key not in taken}


def _input(saved: Mapping[str, Any], place: str, name: str | None = None) -> SymbolicTensor:
    config = config_of(saved, place)
    shape: Any = config.get("batch_shape", config.get("batch_input_shape"))
    if not _is_shape(shape) or config.get("sparse") or config.get("ragged"):
        raise Damage("it has no shape, or is sparse or ragged", place=place)
    dtype = config.get("dtype") or "float32"
    if dtype not in _TYPES:
        raise Damage(f"it is of the type {shown_value(dtype)}", place=place)
    if config.get("optional"):
        raise Damage("it may be left out, which rdeep's inputs may not", place=place)
    name = name or config.get("name")
    return say_where(place, lambda: Input(batch_shape=tuple(shape), dtype=_TYPES[dtype], name=name))
