"""Putting modules together: `nn.Sequential` for a chain, a `torch.fx` module for the rest."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

import torch
from torch import fx, nn

from rdeep.backends.torch import ops
from rdeep.backends.torch.builders import Built, Site
from rdeep.backends.torch.builders.composite import composite
from rdeep.backends.torch.builders.core import activation, activation_after
from rdeep.backends.torch.builders.formula import builder_of
from rdeep.backends.torch.random import RandomState
from rdeep.catalogue.activations import Activation
from rdeep.catalogue.layers import InputLayer, Layer
from rdeep.errors import BackendError
from rdeep.graph.composite import Composite
from rdeep.graph.network import Graph, GraphLayer
from rdeep.graph.tensor import Node, SymbolicTensor


class Assembly:
    """The modules of a graph, ready to be joined with or without the outputs' activations.

    Parameters
    ----------
    graph : Graph
        The graph.
    random : RandomState
        What the random layers draw from.
    heads : list of Activation or None
        The activations that the body leaves to the loss.
    prefix : str
        What the layers' names begin with, for the random numbers of a graph within another.
    """

    def __init__(
        self,
        graph: Graph,
        random: RandomState,
        heads: list[Activation | None],
        prefix: str = "",
    ) -> None:
        self.graph, self.random, self.prefix = graph, random, prefix
        self.built = {
            layer.name: self._build(layer)
            for layer in graph.layers
            if not isinstance(layer.record, InputLayer)
        }
        self.activations = {
            layer.name: activation(found)
            for layer in graph.layers
            if (found := activation_after(layer.record)) is not None
        }
        # The activations that are left to the loss, by the node they end.
        self._ends = {id(t.node) for t, head in zip(graph.outputs, heads) if head is not None}

    def _build(self, layer: GraphLayer, use: int = 0) -> Built:
        builder = builder_of(layer.record)
        if isinstance(layer.record, Composite):
            builder = self._composite
        if builder is None:
            raise BackendError(
                f"Layer {layer.name!r} ({type(layer.record).__name__}) cannot be built on torch.",
                layer=layer.name,
            )
        name = self.prefix + (f"{layer.name}/{use}" if use else layer.name)
        return builder(layer.record, Site(name, layer.input_shapes, self.random))

    def _composite(self, record: Composite, site: Site) -> Built:
        def within(graph: Graph, prefix: str) -> Assembly:
            return Assembly(graph, self.random, [None] * len(graph.outputs), prefix)

        return composite(record, site, within)

    def part(self, outputs: Sequence[SymbolicTensor]) -> nn.Module:
        """Return the network up to some of the graph's outputs, without their masks.

        Parameters
        ----------
        outputs : sequence of SymbolicTensor
            The outputs.
        """
        return self._traced(True, outputs, masked=False)

    def join(self, with_heads: bool) -> nn.Module:
        """Return the network, its outputs followed by the masks of those that have one.

        Parameters
        ----------
        with_heads : bool
            Whether the outputs' last activations are part of it.
        """
        if self.graph.is_chain() and not any(t.masked for n in self.graph.nodes for t in n.outputs):
            return self._chain(with_heads)
        return self._traced(with_heads, self.graph.outputs)

    def _activation(self, node: Node, with_heads: bool) -> nn.Module | None:
        if id(node) in self._ends and not with_heads:
            return None
        return self.activations.get(self.graph.layer_of[id(node.layer)].name)

    def _chain(self, with_heads: bool) -> nn.Module:
        modules: OrderedDict[str, nn.Module] = OrderedDict()
        for node in self.graph.nodes[1:]:
            name = self.graph.layer_of[id(node.layer)].name
            modules[module_name(name)] = self.built[name].module
            after = self._activation(node, with_heads)
            if after is not None:
                modules[module_name(f"{name}_activation")] = after
        return nn.Sequential(modules)

    def _traced(
        self, with_heads: bool, ends: Sequence[SymbolicTensor], masked: bool = True
    ) -> nn.Module:
        modules: dict[str, nn.Module] = {}
        trace = fx.Graph()
        values: dict[int, Any] = {}
        masks: dict[int, Any] = {}
        for tensor in self.graph.inputs:
            # Not the bare name: torch.fx confuses an argument named as a builtin, such as `input`.
            values[id(tensor)] = trace.placeholder(f"x_{module_name(self.graph.name_of(tensor))}")
        for node in self.graph.nodes:
            if not isinstance(node.layer, InputLayer):
                self._trace_node(trace, node, values, masks, modules, with_heads)
        outputs = [values[id(t)] for t in ends]
        if masked:
            outputs += [masks[id(t)] for t in ends if t.masked]
        trace.output(outputs[0] if len(outputs) == 1 else tuple(outputs))
        joined = fx.GraphModule(modules, trace)
        if len(ends) < len(self.graph.outputs):
            joined.graph.eliminate_dead_code()
            joined.recompile()
        return joined

    def _trace_node(
        self,
        trace: fx.Graph,
        node: Node,
        values: dict[int, Any],
        masks: dict[int, Any],
        modules: dict[str, nn.Module],
        with_heads: bool,
    ) -> None:
        layer = self.graph.layer_of[id(node.layer)]
        built, name = self.built[layer.name], module_name(layer.name)
        use = layer.nodes.index(node)
        module = built.module
        if use and layer.record.random and not layer.weights:
            # Each use of a shared layer that draws numbers draws its own.
            module, name = self._build(layer, use).module, f"{name}_{use}"
        modules[name] = module
        inputs = [values[id(t)] for t in node.inputs]
        bearers = node.inputs[:1] if layer.record.mask == "first" else node.inputs
        mask = self._joined_mask(trace, bearers, masks)
        args: tuple[Any, ...] = (inputs,) if built.takes_list else tuple(inputs[:1])
        if built.takes_mask and mask is not None:
            args = (*args, mask)
        elif built.takes_masks:
            args = (*args, [masks.get(id(t)) for t in node.inputs])
        result = trace.call_module(name, args)
        after = self._activation(node, with_heads)
        if after is not None:
            modules[f"{name}_activation"] = after
            result = trace.call_module(f"{name}_activation", (result,))
        if layer.record.makes_mask():
            modules[f"{name}_mask"] = _Mask(layer.record)
            mask = trace.call_module(f"{name}_mask", (inputs[0],))
        for index, tensor in enumerate(node.outputs):
            many = len(node.outputs) > 1
            values[id(tensor)] = trace.call_function(_item, (result, index)) if many else result
            if tensor.masked:
                masks[id(tensor)] = mask

    def _joined_mask(
        self, trace: fx.Graph, inputs: tuple[SymbolicTensor, ...], masks: dict[int, Any]
    ) -> Any:
        """Return the mask of the inputs; where several have one, a step counts if one counts it."""
        joined = None
        for tensor in inputs:
            mask = masks.get(id(tensor))
            if mask is not None:
                both = joined is not None
                joined = trace.call_function(torch.logical_or, (joined, mask)) if both else mask
        return joined


class _Mask(nn.Module):
    """The mask that a layer makes."""

    def __init__(self, record: Layer) -> None:
        super().__init__()
        self.record = record

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.record.compute_mask(x, ops)


def _item(values: Any, index: int) -> Any:
    return values[index]


def module_name(name: str) -> str:
    """Return a name that torch allows for a module and Python for a variable."""
    safe = "".join(c if c.isalnum() or c == "_" else "_" for c in name)
    return f"_{safe}" if not safe or safe[0].isdigit() else safe
