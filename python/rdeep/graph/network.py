"""A graph of layers: sorted, named, checked. What a backend builds a network from."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from rdeep.catalogue.activations import Activation
from rdeep.catalogue.constraints import Constraint
from rdeep.catalogue.layers.base import Layer, Weight
from rdeep.catalogue.layers.call_options import called_with
from rdeep.catalogue.layers.core import InputLayer
from rdeep.catalogue.regularizers import Regularizer
from rdeep.errors import ArgumentError, StateError, shapes_listed, suggestion
from rdeep.graph.flat import flatten, raise_again
from rdeep.graph.host import HostPart, host_nodes
from rdeep.graph.layer import GraphLayer
from rdeep.graph.nesting import FLAT, Nesting, leaves_along, nested_as
from rdeep.graph.order import named_layers, sorted_nodes
from rdeep.graph.sharing import Source, records_within, sources, twins
from rdeep.graph.tensor import Node, SymbolicTensor


def _passed_on(tensor: SymbolicTensor) -> SymbolicTensor:
    """Return what a tensor is before layers that only wait for others pass it on."""
    while getattr(tensor.node.layer, "passes_on", False):
        tensor = tensor.node.inputs[0]
    return tensor


class Graph:
    """Layers and how tensors flow through them, in an order in which they can be computed.

    Parameters
    ----------
    inputs, outputs : sequence of SymbolicTensor
        Where data enters and leaves.
    names : mapping, optional
        Names that layers have in another graph, by the records' `id`.
    output_keys : sequence of str, optional
        What the outputs are called, where they were given by names.
    nesting : Nesting
        How inputs and outputs are nested, beyond lists of them and outputs by names.

    Attributes
    ----------
    twins : dict of str to str
        Further names of weights, each with the name that the weight goes by.
    settled : frozenset of str or None
        The weights that are trained as it was decided when a network was built, by their names.

    Raises
    ------
    ArgumentError
        If an output does not come from the inputs, or two layers have one name.
    """

    def __init__(
        self,
        inputs: Sequence[SymbolicTensor],
        outputs: Sequence[SymbolicTensor],
        names: Mapping[int, str] | None = None,
        output_keys: Sequence[str] | None = None,
        nesting: Nesting = FLAT,
    ) -> None:
        self.nesting = nesting
        self.output_keys = None if output_keys is None else tuple(output_keys)
        self.inputs = tuple(inputs)
        self.outputs = tuple(outputs)
        self.nodes = sorted_nodes(self.inputs, self.outputs)
        self.layers = named_layers(self.nodes, names or {})
        self.layer_of = {id(layer.record): layer for layer in self.layers}
        self.twins = twins(self.layers, self.records_within)
        for layer in self.layers:
            layer.twins = self.twins
        self.settled: frozenset[str] | None = None
        _ = self.batch_size  # Inputs that contradict each other are refused here.

    def __reduce__(self) -> tuple[Any, ...]:
        """Return what pickle makes the graph from again."""
        names = [(layer.record, layer.name) for layer in self.layers]
        return _graph_again, (
            *flatten(self.nodes, (self.inputs, self.outputs)),
            names,
            self.output_keys,
            self.nesting,
        )

    @property
    def records_within(self) -> list[int]:
        """The layers that hold weights, by identity, each as often as it stands in the graph."""
        return records_within(self.layers)

    @cached_property
    def host(self) -> HostPart | None:
        """What is computed before data enters the network, if anything is."""
        found = host_nodes(self)
        return HostPart(self, found) if found else None

    @cached_property
    def network(self) -> Graph:
        """The part that a network computes: all of it, unless there is text."""
        if self.host is None:
            return self
        names = {id(layer.record): layer.name for layer in self.layers}
        return Graph(*self.host.network_tensors(), names, self.output_keys, self.nesting)

    @cached_property
    def adaptive(self) -> list[GraphLayer]:
        """The layers that learn from data outside training, themselves or by one inside."""
        return [layer for layer in self.layers if _learners_in(layer)]

    @cached_property
    def learners(self) -> list[tuple[Any, dict[str, str]]]:
        """What learns from data outside training, with its weights' names there and here.

        That may be a layer inside another, such as a model that is used as a layer.
        """
        held = self.holdings()
        found: dict[int, tuple[Any, dict[str, str]]] = {}
        for layer in self.adaptive:
            # A wrapper holds the weights of the layer that it wraps.
            wrapped = held.get(id(layer.record), (None, {}))[1]
            for record in _learners_in(layer):
                found.setdefault(id(record), (record, held.get(id(record), (None, wrapped))[1]))
        return list(found.values())

    def learned(self) -> tuple[int, ...]:
        """Return numbers that change when such a layer learns."""
        return tuple(record.adapted.version for record, _ in self.learners)

    def check_learned(self) -> None:
        """Refuse to compute with layers that were to learn from data, and have not."""
        for record, _ in self.learners:
            record.check_learned()

    def check_sizes(self) -> None:
        """Refuse that a layer has learned what changes the shapes of tensors behind it."""
        for layer in self.adaptive:
            for node in layer.nodes:
                before = [tensor.shape for tensor in node.outputs]
                now = layer.record.output_shape(*(tensor.shape for tensor in node.inputs))
                after = now if isinstance(now, list) else [now]
                if before != after:
                    raise StateError(
                        f"Layer {layer.name!r} has learned something of another size: its output "
                        f"had the shape {shapes_listed(before)}, and has {shapes_listed(after)} "
                        "now.",
                        layer=layer.name,
                        hint="Adapt the layer before it is used, or make the model anew.",
                    )

    @cached_property
    def input_dtypes(self) -> list[str]:
        """The types that data enters as: int64 where all that takes an input takes ids."""
        return [self._entry_dtype(tensor) for tensor in self.inputs]

    def _entry_dtype(self, tensor: SymbolicTensor) -> str:
        readers = [node.layer for node in self.nodes if any(t is tensor for t in node.inputs)]
        ids = bool(readers) and all(layer.takes_ids() for layer in readers)
        apart = all(tensor is not output for output in self.outputs)
        return "int64" if ids and apart and tensor.dtype != "string" else tensor.dtype

    @cached_property
    def holds_ids(self) -> list[bool]:
        """For each input, whether a layer takes codes that come from it by whatever way."""
        from_input: dict[int, set[int]] = {id(t): {i} for i, t in enumerate(self.inputs)}
        found: set[int] = set()
        for node in self.nodes:
            sources = set().union(*(from_input.get(id(t), set()) for t in node.inputs))
            with called_with(node.call):
                takes_codes = node.layer.takes_ids() or node.layer.code_limits() is not None
            if takes_codes:
                # What comes out are places, or vectors.
                found |= sources
            elif not node.declared():
                for tensor in node.outputs:
                    from_input.setdefault(id(tensor), sources)
        return [index in found for index in range(len(self.inputs))]

    @cached_property
    def batch_size(self) -> int | None:
        """The batch size that inputs were declared with; `None` where batches may have any."""
        declared = {
            self.name_of(tensor): tensor.node.layer.batch_size
            for tensor in self.inputs
            if isinstance(tensor.node.layer, InputLayer) and tensor.node.layer.batch_size
        }
        sizes = list(declared.values())
        if len(set(sizes)) > 1:
            (one, size), (other, another) = list(declared.items())[:2]
            if size == another:
                other, another = next(each for each in declared.items() if each[1] != size)
            raise ArgumentError(
                f"The inputs {one!r} and {other!r} were declared with batches of {size} and "
                f"{another} samples.",
                argument="batch_size",
                received=sizes,
                hint="Inputs of one model go by batches of one size.",
            )
        return sizes[0] if sizes else None

    @property
    def input_names(self) -> list[str]:
        """The names of the layers that data enters by."""
        return [self.name_of(tensor) for tensor in self.inputs]

    @property
    def output_names(self) -> list[str]:
        """The names of the layers that data leaves by, or those that the outputs were given."""
        if self.output_keys is not None:
            return list(self.output_keys)
        names = [self.name_of(_passed_on(tensor)) for tensor in self.outputs]
        repeated = {name for name in names if names.count(name) > 1}
        return [
            f"{name}_{names[:i].count(name)}" if name in repeated else name
            for i, name in enumerate(names)
        ]

    def given_outputs(self) -> Any:
        """Return the outputs as a model is made of them: by names, or nested."""
        return self.nested_outputs(list(self.outputs))

    def given_inputs(self) -> Any:
        """Return the inputs as a model is made of them."""
        form = self.nesting.inputs
        return list(self.inputs) if form is None else nested_as(form, self.inputs)

    def nested_outputs(self, outputs: Sequence[Any]) -> Any:
        """Return what comes out as the model gives it: one, a list, by names, or nested.

        Parameters
        ----------
        outputs : sequence
            One for each output.
        """
        if self.output_keys is not None:
            return dict(zip(self.output_keys, outputs))
        if self.nesting.outputs is not None:
            return nested_as(self.nesting.outputs, outputs)
        return outputs[0] if len(outputs) == 1 else outputs

    def flat_inputs(self, structure: Any) -> Any:
        """Return what is nested as the inputs are as a list; anything else as it is.

        Parameters
        ----------
        structure : object
            Data, or what is said of each input.
        """
        form = self.nesting.inputs
        found = None if form is None else leaves_along(form, structure)
        return structure if found is None else found

    def flat_outputs(self, structure: Any) -> Any:
        """Return what is nested as the outputs are as a list; anything else as it is.

        Parameters
        ----------
        structure : object
            Targets, losses, metrics or weights.
        """
        form = self.nesting.outputs
        found = None if form is None else leaves_along(form, structure)
        return structure if found is None else found

    def name_of(self, tensor: SymbolicTensor) -> str:
        """Return the name of the layer that a tensor comes from."""
        return self.layer_of[id(tensor.node.layer)].name

    def find_layer(self, name: str) -> GraphLayer:
        """Return the layer of a name, or say which names there are."""
        for layer in self.layers:
            if layer.name == name:
                return layer
        raise ArgumentError(
            f"The model has no layer named {name!r}.",
            argument="name",
            received=name,
            hint=suggestion(name, [layer.name for layer in self.layers]),
        )

    def is_stateful(self) -> bool:
        """Return whether batches depend on those before, through states that layers keep."""
        return any(layer.record.stateful or layer.record.updates for layer in self.layers)

    def is_chain(self) -> bool:
        """Return whether each layer feeds just the next one, and acts as the model does."""
        if any(n.training is not None or n.call or n.layer.gives_penalty() for n in self.nodes):
            return False
        if len(self.inputs) != 1 or len(self.outputs) != 1 or len(self.layers) != len(self.nodes):
            return False
        for before, after in zip(self.nodes, self.nodes[1:]):
            if len(before.outputs) != 1 or not _same(after.inputs, before.outputs):
                return False
        return _same(self.nodes[-1].outputs, self.outputs)

    def weights(self) -> dict[str, Weight]:
        """Return every weight by its name in the model, in Keras's order."""
        found: dict[str, Weight] = {}
        for layer in self.layers:
            for weight in layer.declared:
                name = f"{layer.name}/{weight.name}"
                # What a weight is, is said where it has the name that it goes by.
                if name not in self.twins:
                    found[name] = weight
                else:
                    found.setdefault(self.twins[name], weight)
        return found

    def trainable_names(self) -> list[str]:
        """Return the names of the weights that training changes by gradients.

        A weight that stands here in several ways is trained where none of them is frozen.
        """
        trained: dict[str, bool] = {}
        for layer in self.layers:
            for name, weight in zip(layer.weight_names, layer.declared):
                ours = layer.trainable and weight.trainable and not weight.buffer
                trained[name] = ours and trained.get(name, True)
        return [name for name, ours in trained.items() if ours]

    def trained_names(self) -> list[str]:
        """Return the names of the weights that a network trains: those that were settled."""
        if self.settled is None:
            return self.trainable_names()
        return [name for name in self.weights() if name in self.settled]

    def penalised(self) -> dict[str, Regularizer]:
        """Return the regularizers of the trained weights, by the weights' names."""
        weights = self.weights()
        found = {name: weights[name].regularizer for name in self.trained_names()}
        return {name: rule for name, rule in found.items() if rule is not None}

    def penalises_outputs(self) -> bool:
        """Return whether layers add something to the loss beside penalties on weights."""
        return any(layer.record.penalises() for layer in self.layers)

    def masked_tensors(self, masked: Sequence[bool]) -> set[int]:
        """Return which tensors carry a mask, by their identity.

        Parameters
        ----------
        masked : sequence of bool
            Which of the inputs carry one: a graph within another may be given masks.
        """
        found = {id(tensor) for tensor, given in zip(self.inputs, masked) if given}
        for node in self.nodes:
            if not isinstance(node.layer, InputLayer):
                given = [id(tensor) in found for tensor in node.inputs]
                shapes = [tensor.shape for tensor in node.inputs]
                carried = node.layer.carries_mask(given, shapes, len(node.outputs))
                found.update(id(t) for t, carries in zip(node.outputs, carried) if carries)
        return found

    def leading_to(self, outputs: Sequence[SymbolicTensor]) -> list[Node]:
        """Return the nodes that some of the outputs are computed by, in order.

        Parameters
        ----------
        outputs : sequence of SymbolicTensor
            The outputs.
        """
        needed = {id(tensor.node) for tensor in outputs}
        for node in reversed(self.nodes):
            if id(node) in needed:
                needed.update(id(tensor.node) for tensor in node.inputs)
        return [node for node in self.nodes if id(node) in needed]

    def constrained(self) -> dict[str, Constraint]:
        """Return the constraints on the trained weights, by the weights' names."""
        weights = self.weights()
        found = {name: weights[name].constraint for name in self.trained_names()}
        return {name: rule for name, rule in found.items() if rule is not None}

    def draw_weights(self, seed: int, only: Iterable[str] | None = None) -> dict[str, np.ndarray]:
        """Return starting values for every weight, or for some.

        Each weight has a stream of its own, made from the seed and the weight's name: adding a
        layer does not change how the others start, and both engines start from the same.

        Parameters
        ----------
        seed : int
            The model's seed.
        only : iterable of str, optional
            The names of the weights to draw.
        """
        wanted = None if only is None else set(only)
        return {
            name: weight.initializer.draw(
                weight.shape, np.random.default_rng([seed, zlib.crc32(name.encode())])
            )
            for name, weight in self.weights().items()
            if wanted is None or name in wanted
        }

    def holdings(self) -> dict[int, tuple[Layer, dict[str, str]]]:
        """Return who holds the weights, by identity: a layer, and its weights' names.

        The names are those in the layer, each with that in this model. Layers that consist of
        others hold nothing themselves.
        """
        found: dict[int, tuple[Layer, dict[str, str]]] = {}
        for layer in self.layers:
            inside = layer.record.parts(layer.input_shapes)
            if inside is None:
                names = {w.name: n for w, n in zip(layer.declared, layer.weight_names)}
                if names:
                    found[id(layer.record)] = (layer.record, names)
                continue
            for record, names in inside:
                ways = {own: f"{layer.name}/{name}" for own, name in names.items()}
                full = {own: self.twins.get(name, name) for own, name in ways.items()}
                found.setdefault(id(record), (record, full))
        return found

    def held(self) -> dict[int, tuple[Layer, dict[str, str]]]:
        """Return who holds the weights, as `holdings` does, those within wrappers by themselves."""
        found: dict[int, tuple[Layer, dict[str, str]]] = {}
        for layer in self.layers:
            for name, source in sources(layer).items():
                full = f"{layer.name}/{name}"
                names = found.setdefault(id(source.record), (source.record, {}))[1]
                names.setdefault(source.name, self.twins.get(full, full))
        return found

    def source_of(self, path: str) -> Source:
        """Return which layer has a weight, be it within another, and the weight's name there."""
        for layer in self.layers:
            for name, source in sources(layer).items():
                full = f"{layer.name}/{name}"
                if self.twins.get(full, full) == path:
                    return source
        raise KeyError(path)

    def output_activation(self, output: SymbolicTensor) -> Activation | None:
        """Return the activation that an output ends in, if it could be taken off the network.

        It can be when the layer is used once and nothing else in the graph reads the output.
        """
        record = output.node.layer
        activation = record.declared_activation
        read_elsewhere = any(each is output for node in self.nodes for each in node.inputs)
        given_once = sum(each is output for each in self.outputs) == 1
        used_once = len(self.layer_of[id(record)].nodes) == 1 and given_once
        if record.mask == "read" or read_elsewhere or not used_once:
            return None
        return activation


def _same(some: Sequence[Any], others: Sequence[Any]) -> bool:
    """Return whether two lists are of the same tensors: `==` compares what is in them."""
    return len(some) == len(others) and all(a is b for a, b in zip(some, others))


def _learners_in(layer: GraphLayer) -> list[Any]:
    """Return the layers that learn outside training: the layer, or those inside it."""
    record: Any = layer.record
    if hasattr(record, "adapted"):
        return [record]
    if hasattr(record, "inner_for"):
        inside = record.inner_for(layer.input_shapes).graph.learners
        return [each for each, _ in inside]
    wrapped = getattr(record, "layer", None)
    return [wrapped] if hasattr(wrapped, "adapted") else []


def _graph_again(
    uses: Any,
    ends: Any,
    names: Sequence[tuple[Layer, str]],
    keys: Sequence[str] | None = None,
    nesting: Nesting = FLAT,
) -> Graph:
    inputs, outputs = raise_again(uses, ends)[1]
    return Graph(inputs, outputs, {id(record): name for record, name in names}, keys, nesting)
