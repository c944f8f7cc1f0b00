"""A forward pass through a graph: the formula of each layer in turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from rdeep.arrays import numpy as ops
from rdeep.arrays.counter_random import HostDraws, own_seed
from rdeep.catalogue.layers import InputLayer
from rdeep.catalogue.layers.call_options import called_with
from rdeep.catalogue.layers.run import Run
from rdeep.catalogue.layers.typed import computed
from rdeep.engines.single_layer import carried_masks
from rdeep.engines.states import KeptStates
from rdeep.graph.composite import AddedLoss, Composite, Variable
from rdeep.graph.floats import computes_in_floats
from rdeep.graph.network import Graph, GraphLayer
from rdeep.graph.sharing import inner_name
from rdeep.graph.tensor import Node, SymbolicTensor

Array = Any
Weights = dict[str, np.ndarray]
"""A layer's weights by their names in it; a layer that changes a buffer puts another one there."""


@dataclass(frozen=True)
class Mode:
    """How a forward pass goes.

    Attributes
    ----------
    training : bool
        Whether layers act as they do in training.
    sampling : bool
        Whether those that draw random numbers do although nothing is trained.
    seed, step, call : int
        What is drawn from: the seed, the number of the step or chunk, and that of the prediction.
    uses : tuple of int
        Which uses of the layers around, in this step, it is a part of.
    ends : frozenset of int
        The nodes, by identity, whose last activation is left to the loss.
    """

    training: bool = False
    sampling: bool = False
    seed: int = 0
    step: int = 0
    call: int = 0
    uses: tuple[int, ...] = ()
    ends: frozenset[int] = frozenset()

    def acts_training(self, node: Node) -> bool:
        """Return whether a layer acts as it does in training."""
        if node.training is not None:
            return node.training
        drawing = self.sampling and node.layer.random and not node.layer.inner_layers()
        return self.training or drawing


@dataclass
class ForwardResult:
    """What a forward pass has found: values and masks by tensor, and penalties.

    Attributes
    ----------
    values, masks : dict
        By the identity of the symbolic tensor.
    penalties : list of array
        What is added to the loss.
    """

    values: dict[int, Array] = field(default_factory=dict)
    masks: dict[int, Array] = field(default_factory=dict)
    penalties: list[Array] = field(default_factory=list)


class Forward:
    """The layers of a graph and their weights, ready to be computed.

    Parameters
    ----------
    graph : Graph
        The graph.
    weights : mapping of str to Weights
        The weights of each layer, by the layers' names.
    prefix : str
        What the layers' names begin with, for the random numbers of a graph within another.
    states : dict of str to KeptStates
        What layers keep between batches, by their full names.
    """

    def __init__(
        self,
        graph: Graph,
        weights: Mapping[str, Weights],
        prefix: str = "",
        states: dict[str, KeptStates] | None = None,
    ) -> None:
        self.graph, self.weights, self.prefix = graph, weights, prefix
        self.states: dict[str, KeptStates] = {} if states is None else states

    def compute(
        self,
        inputs: Sequence[Array],
        outputs: Sequence[SymbolicTensor],
        mode: Mode,
        masks: Sequence[Array | None] = (),
    ) -> ForwardResult:
        """Return what the graph computes on the way to some of its outputs.

        Parameters
        ----------
        inputs : sequence of array
            An array for each input.
        outputs : sequence of SymbolicTensor
            The outputs that are wanted.
        mode : Mode
            How it goes.
        masks : sequence of array or None
            The inputs' masks, where there are any.
        """
        found = ForwardResult(
            {id(tensor): array for tensor, array in zip(self.graph.inputs, inputs)}
        )
        given = zip(self.graph.inputs, masks)
        found.masks.update({id(tensor): mask for tensor, mask in given if mask is not None})
        for node in self.graph.leading_to(outputs):
            if not isinstance(node.layer, InputLayer):
                self._compute_node(node, found, mode)
        return found

    def _compute_node(self, node: Node, found: ForwardResult, mode: Mode) -> None:
        layer = self.graph.layer_of[id(node.layer)]
        inputs = [found.values[id(tensor)] for tensor in node.inputs]
        masks = [found.masks.get(id(tensor)) for tensor in node.inputs]
        if computes_in_floats(layer):
            inputs = [ops.floating(inputs[0]), *inputs[1:]]
            inputs = [ops.as_float(x) if x.dtype == np.float64 else x for x in inputs]
        if isinstance(node.layer, Composite):
            results, made = self._within(layer, node, inputs, masks, found, mode)
        else:
            results = self._computed(layer, node, inputs, masks, mode)
            with called_with(node.call):
                made = carried_masks(node.layer, inputs, masks, len(node.outputs), ops)
        for tensor, result, mask in zip(node.outputs, results, made):
            found.values[id(tensor)] = _kept(result, tensor.dtype)
            if mask is not None:
                found.masks[id(tensor)] = mask
        found.penalties += _penalties(node, found)

    def _computed(
        self, layer: GraphLayer, node: Node, inputs: list[Array], masks: list[Any], mode: Mode
    ) -> list[Array]:
        """Return what a layer's formula gives, its activation included."""
        record: Any = node.layer
        if isinstance(record, Variable) and inputs:
            self.weights[layer.name][record.weight.name] = np.asarray(inputs[1], np.float32)
            return [inputs[1]]
        if isinstance(record, Variable):
            return [self.weights[layer.name][record.weight.name]]
        use, training = layer.nodes.index(node), mode.acts_training(node)
        own = self.weights[layer.name]
        run = Run(
            ops,
            own,
            masks if record.takes_masks() else [None] * len(masks),
            training,
            self._draws(layer, use, mode),
            assign=own.__setitem__,
        )
        run.frozen, run.sampling = not record.trainable, mode.sampling
        if record.stateful:
            name = self.prefix + layer.name
            run.states = self.states.setdefault(name, KeptStates(name))
        given = inputs if record.merges or len(inputs) != 1 else inputs[0]
        with called_with(node.call):
            result = computed(record, given, run)
            after = record.following_activation
            if after is not None and id(node) not in mode.ends:
                result = after.compute(result, ops)
        return list(result) if isinstance(result, (list, tuple)) else [result]

    def _draws(self, layer: GraphLayer, use: int, mode: Mode) -> HostDraws | None:
        """Return where a layer's random numbers come from: each use draws numbers of its own."""
        record = layer.record
        if not record.random:
            return None
        name, uses = self.prefix + layer.name, mode.uses
        if use:
            # A layer without weights is another one at each use; others are used again.
            name, uses = (name, (*uses, use)) if layer.declared else (f"{name}/{use}", uses)
        seeds = {
            part: own_seed(seed, mode.call) if record.advances and seed is not None else seed
            for part, seed in record.streams().items()
        }
        return HostDraws(mode.seed, name, mode.step, seeds, uses=uses)

    def _within(
        self,
        layer: GraphLayer,
        node: Node,
        inputs: list[Array],
        masks: list[Any],
        found: ForwardResult,
        mode: Mode,
    ) -> tuple[list[Array], list[Any]]:
        """Return what a layer that is a graph gives, and the masks that come out of it."""
        record: Any = node.layer
        use, name = layer.nodes.index(node), self.prefix + layer.name
        uses = mode.uses
        if use and record.random:
            name, uses = (name, (*uses, use)) if layer.declared else (f"{name}/{use}", uses)
        inner = record.inner_for(layer.input_shapes)
        training = mode.training if node.training is None else node.training
        weights = self._weights_within(layer, inner.graph)
        forward = Forward(inner.graph, weights, f"{name}/", self.states)
        outputs = inner.outputs(training)
        inside = replace(mode, training=training, uses=uses, ends=frozenset())
        within = forward.compute(inputs, outputs, inside, masks)
        found.penalties += within.penalties
        return (
            [within.values[id(tensor)] for tensor in outputs],
            [within.masks.get(id(tensor)) for tensor in outputs],
        )

    def _weights_within(self, layer: GraphLayer, graph: Graph) -> dict[str, Weights]:
        own = self.weights[layer.name]
        return {
            each.name: _View(own, {w.name: inner_name(each, w.name) for w in each.declared})
            for each in graph.layers
        }


class _View(dict[str, np.ndarray]):
    """A layer's weights, which are those of the layer around it by other names."""

    def __init__(self, outer: Weights, names: dict[str, str]) -> None:
        super().__init__({name: outer[full] for name, full in names.items()})
        self._outer, self._names = outer, names

    def __setitem__(self, name: str, value: Array) -> None:
        super().__setitem__(name, value)
        self._outer[self._names[name]] = value


def _kept(value: Array, dtype: str) -> Array:
    """Return what a layer gave; numbers of Python's may have made float64 of it."""
    if getattr(value, "dtype", None) == np.float64 and dtype != "float64":
        return np.asarray(value, np.float32)
    return value


def _penalties(node: Node, found: ForwardResult) -> list[Array]:
    """Return what a layer's outputs add to the loss."""
    if isinstance(node.layer, AddedLoss):
        return [found.values[id(node.inputs[1])]]
    rule = node.layer.penalty_on_output()
    if rule is None:
        return []
    outputs = [found.values[id(tensor)] for tensor in node.outputs]
    return [rule.penalty(ops.as_float(each), ops) / each.shape[0] for each in outputs]
