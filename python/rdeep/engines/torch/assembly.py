"""Putting modules together: `nn.Sequential` for a chain, a `torch.fx` module for the rest."""

from __future__ import annotations

import keyword
import unicodedata
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, fx, nn

from rdeep.catalogue.activations import Activation
from rdeep.catalogue.layers import InputLayer, Layer
from rdeep.catalogue.layers.call_options import called_with
from rdeep.catalogue.regularizers import Regularizer
from rdeep.engines.torch import ops
from rdeep.engines.torch.builders import BuildContext, Built
from rdeep.engines.torch.builders.composite import CompositeModule, composite
from rdeep.engines.torch.builders.core import activation
from rdeep.engines.torch.builders.formula import build
from rdeep.engines.torch.operations import trace_operation
from rdeep.engines.torch.sampling import RandomState
from rdeep.graph.composite import AddedLoss, Composite
from rdeep.graph.floats import computes_in_floats
from rdeep.graph.gradients import sources
from rdeep.graph.layer import GraphLayer
from rdeep.graph.network import Graph
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
        self.names = module_names(graph)
        self._reserved = set(self.names.values())
        self.built = {
            layer.name: self._build(layer)
            for layer in graph.layers
            if not isinstance(layer.record, InputLayer)
        }
        self.activations = {
            layer.name: activation(found)
            for layer in graph.layers
            if (found := layer.record.following_activation) is not None
        }
        # The activations that are left to the loss, by the node they end.
        self._ends = {id(t.node) for t, head in zip(graph.outputs, heads) if head is not None}

    def _build(self, layer: GraphLayer, use: int = 0) -> Built:
        name = self.prefix + (f"{layer.name}/{use}" if use else layer.name)
        context = BuildContext(name, layer.input_shapes, self.random)
        if isinstance(layer.record, Composite):
            return self._composite(layer.record, context)
        with called_with(layer.first_options):
            return build(layer.record, context)

    def _composite(self, record: Composite, context: BuildContext) -> Built:
        def within(graph: Graph, prefix: str) -> Assembly:
            return Assembly(graph, self.random, [None] * len(graph.outputs), prefix)

        return composite(record, context, within)

    def part(self, outputs: Sequence[SymbolicTensor], masked: Sequence[bool] = ()) -> nn.Module:
        """Return the network up to some of the graph's outputs.

        Where the graph penalises outputs, the sum of the penalties follows them; their masks,
        `None` without one, come last where an input or an output has one.

        Parameters
        ----------
        outputs : sequence of SymbolicTensor
            The outputs.
        masked : sequence of bool
            Which inputs come with a mask: the masks follow the inputs.
        """
        return self._traced(True, outputs, whole=False, masked=masked)

    def join(self, with_heads: bool) -> nn.Module:
        """Return the network, its outputs followed by the masks of those that have one.

        Without heads, for training, the penalties on layers' outputs come last.

        Parameters
        ----------
        with_heads : bool
            Whether the outputs' last activations are part of it.
        """
        masked = any(t.masked for n in self.graph.nodes for t in n.outputs)
        penalised = self.graph.penalises_outputs() and not with_heads
        if self.graph.is_chain() and not masked and not penalised:
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
            if computes_in_floats(self.graph.layer_of[id(node.layer)]):
                self._hold(modules, f"{self.names[name]}_floats", _Floats())
            modules[self.names[name]] = self.built[name].module
            after = self._activation(node, with_heads)
            if after is not None:
                self._hold(modules, f"{self.names[name]}_activation", after)
        return nn.Sequential(modules)

    def _hold(self, modules: dict[str, Any], name: str, module: nn.Module) -> str:
        """Hold a module beside those of layers, and return its name, which no layer has."""
        while name in self._reserved or modules.get(name, module) is not module:
            name += "_"
        modules[name] = module
        return name

    def _traced(
        self,
        with_heads: bool,
        ends: Sequence[SymbolicTensor],
        whole: bool = True,
        masked: Sequence[bool] = (),
    ) -> nn.Module:
        modules: dict[str, Any] = {}
        trace = fx.Graph()
        values: dict[int, Any] = {}
        masks: dict[int, Any] = {}
        for tensor in self.graph.inputs:
            # Not the bare name: torch.fx confuses an argument named as a builtin, such as `input`.
            values[id(tensor)] = trace.placeholder(f"x_{module_name(self.graph.name_of(tensor))}")
        for tensor, given in zip(self.graph.inputs, masked):
            if given:
                name = module_name(self.graph.name_of(tensor))
                masks[id(tensor)] = trace.placeholder(f"mask_of_{name}")
        penalties: list[Any] = []
        nodes = self.graph.nodes if whole else self.graph.leading_to(ends)
        differentiated = sources(nodes)
        for node in nodes:
            if not isinstance(node.layer, InputLayer):
                added = self._trace_node(trace, node, values, masks, modules, with_heads)
                if not (with_heads and whole):
                    penalties += added + self._penalties(trace, node, values, modules)
            for tensor in node.outputs:
                if id(tensor) in differentiated:
                    values[id(tensor)] = trace.call_function(ops.tracked, (values[id(tensor)],))
        outputs = [values[id(t)] for t in ends]
        if whole:
            outputs += [masks[id(t)] for t in ends if t.masked]
            outputs += penalties
        else:
            if self.graph.penalises_outputs():
                outputs.append(trace.call_function(_summed, (penalties,)))
            carried = self.graph.masked_tensors(masked)
            if any(id(t) in carried for t in ends):
                outputs += [masks.get(id(t)) for t in ends]
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
        modules: dict[str, Any],
        with_heads: bool,
    ) -> list[Any]:
        """Compute a node, and return the penalty that comes with its outputs, in a list."""
        layer = self.graph.layer_of[id(node.layer)]
        built, name = self.built[layer.name], self.names[layer.name]
        use = layer.nodes.index(node)
        inputs = [values[id(t)] for t in node.inputs]
        called = trace_operation(trace, node, inputs, f"{name}_{use}", modules)
        if called is not None:
            self._take(trace, node, called, values)
            return []
        if computes_in_floats(layer):
            wide = [index == 0 or t.dtype == "float64" for index, t in enumerate(node.inputs)]
            inputs = [trace.call_function(_floats, (x,)) if w else x for x, w in zip(inputs, wide)]
        module = built.module
        if use and layer.record.random and not layer.declared:
            # Each use of a shared layer that draws numbers draws its own.
            module = self._build(layer, use).module
            name = self._hold(modules, f"{name}_{use}", module)
        elif use and layer.record.random:
            module = _InUse(module, use, self.random)
            name = self._hold(modules, f"{name}_in_use_{use}", module)
        if node.training is not None:
            module = _InMode(module, node.training)
            name = self._hold(modules, f"{name}_in_mode_{use}", module)
        if node.call:
            module = _WithOptions(module, node.call)
            name = self._hold(modules, f"{name}_called_{use}", module)
        modules[name] = module
        given = [masks.get(id(t)) for t in node.inputs]
        mask = given[0] if given else None
        args: tuple[Any, ...] = (inputs,) if built.takes_list else tuple(inputs[:1])
        if layer.record.takes_states and len(inputs) > 1:
            args = (inputs[0], mask, *inputs[1:])
        elif built.takes_mask and mask is not None:
            args = (*args, mask)
        elif built.takes_masks:
            if isinstance(built.module, CompositeModule):
                built.module.join([each is not None for each in given])
            args = (*args, given)
        result = trace.call_module(name, args)
        after = self._activation(node, with_heads)
        if after is not None:
            target = self._hold(modules, f"{name}_activation", after)
            result = trace.call_module(target, (result,))
        shapes, masked = [t.shape for t in node.inputs], [each is not None for each in given]
        with called_with(node.call):
            carried = layer.record.carries_mask(masked, shapes, len(node.outputs))
            makes_mask = layer.record.makes_mask()
        penalty = layer.record.gives_penalty()
        inside = isinstance(layer.record, Composite) and any(carried)
        self._take(trace, node, result, values, penalty or inside)
        if inside:
            found = [
                trace.call_function(_item, (result, len(carried) + int(penalty) + index))
                for index in range(len(carried))
            ]
        else:
            if makes_mask:
                target = self._hold(modules, f"{name}_mask", _Mask(layer.record))
                mask = trace.call_module(target, (inputs[0],))
            elif any(carried) and layer.record.merges and layer.record.mask == "pass":
                target = self._hold(modules, f"{name}_mask", _JoinedMask(layer.record))
                mask = trace.call_module(target, (inputs, given))
            found = [mask] * len(carried)
        masks.update({id(t): m for t, m, carries in zip(node.outputs, found, carried) if carries})
        return [trace.call_function(_item, (result, len(node.outputs)))] if penalty else []

    @staticmethod
    def _take(
        trace: fx.Graph, node: Node, result: Any, values: dict[int, Any], more: bool = False
    ) -> None:
        """Take what a layer gives for its outputs, which more may follow."""
        many = len(node.outputs) > 1 or more
        for index, tensor in enumerate(node.outputs):
            values[id(tensor)] = trace.call_function(_item, (result, index)) if many else result

    def _penalties(
        self, trace: fx.Graph, node: Node, values: dict[int, Any], modules: dict[str, Any]
    ) -> list[Any]:
        if isinstance(node.layer, AddedLoss):
            return [values[id(node.inputs[1])]]
        rule = node.layer.penalty_on_output()
        if rule is None:
            return []
        base = self.names[self.graph.layer_of[id(node.layer)].name]
        name = self._hold(modules, f"{base}_penalty", _Penalty(rule))
        return [trace.call_module(name, (values[id(tensor)],)) for tensor in node.outputs]


def _floats(x: Tensor) -> Tensor:
    known = x.is_floating_point() and x.dtype != torch.float64
    return x if known else x.to(torch.get_default_dtype())


class _Floats(nn.Module):
    """Whole numbers, and those of 64 bits, as floats."""

    def forward(self, x: Tensor) -> Tensor:
        return _floats(x)


class _WithOptions(nn.Module):
    """A module of a layer that has other options in a call than it was made with."""

    def __init__(self, module: nn.Module, call: Mapping[str, Any]) -> None:
        super().__init__()
        self.module, self.call = module, call

    def forward(self, *inputs: Any) -> Any:
        with called_with(self.call):
            return self.module(*inputs)

    def leave_out_of_compilation(self) -> None:
        """Keep the call's options, which no compiler follows, out of a compiled network."""
        # Not a decorator: that would load the compiler for everybody.
        self.forward = torch.compiler.disable(self.forward)  # type: ignore[method-assign]

    def extra_repr(self) -> str:
        return ", ".join(f"{name}={value}" for name, value in self.call.items())


class _InMode(nn.Module):
    """A module that always acts as it does in training, or never, whatever the network does."""

    def __init__(self, module: nn.Module, training: bool) -> None:
        super().__init__()
        self.module, self.acts_training = module, training

    def forward(self, *inputs: Any) -> Any:
        if self.training == self.acts_training:
            return self.module(*inputs)
        # The module may stand elsewhere too, where it follows the network.
        self.module.train(self.acts_training)
        try:
            return self.module(*inputs)
        finally:
            self.module.train(self.training)

    def extra_repr(self) -> str:
        return f"training={self.acts_training}"


class _InUse(nn.Module):
    """A further use of a module in a step, which draws other random numbers than the first."""

    def __init__(self, module: nn.Module, use: int, random: RandomState) -> None:
        super().__init__()
        self.module, self.use, self.random = module, use, random

    def forward(self, *inputs: Any) -> Any:
        return self.random.used(self.use, self.module, *inputs)

    def extra_repr(self) -> str:
        return f"use={self.use}"


class _Penalty(nn.Module):
    """A penalty on a layer's output, for each sample."""

    def __init__(self, rule: Regularizer) -> None:
        super().__init__()
        self.rule = rule

    def forward(self, x: Tensor) -> Tensor:
        return self.rule.penalty(x.float(), ops) / x.shape[0]

    def extra_repr(self) -> str:
        return repr(self.rule)


def _summed(penalties: Sequence[Any]) -> Any:
    return sum(penalties, torch.zeros(()))


class _Mask(nn.Module):
    """The mask that a layer makes."""

    def __init__(self, record: Layer) -> None:
        super().__init__()
        self.record = record

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.record.made_mask(x, ops)


class _JoinedMask(nn.Module):
    """The mask that a layer of several inputs makes of theirs."""

    def __init__(self, record: Layer) -> None:
        super().__init__()
        self.record = record

    def forward(self, inputs: list[Tensor], masks: list[Tensor | None]) -> Tensor:
        return self.record.join_masks(inputs, masks, ops)


def _item(values: Any, index: int) -> Any:
    return values[index]


# What modules have of their own: layers by these names must not stand in its place.
_OWN = {*dir(nn.Sequential()), *dir(fx.GraphModule), "meta", "self", "torch", "_graph", "_code"}


def module_name(name: str) -> str:
    """Return a name that torch allows for a module and Python for a variable."""
    plain = unicodedata.normalize("NFKC", name)
    safe = "".join(c if f"_{c}".isidentifier() else "_" for c in plain)
    taken = not safe.isidentifier() or keyword.iskeyword(safe) or safe in _OWN
    while taken:
        safe = f"_{safe}"
        taken = safe in _OWN
    return safe


def module_names(graph: Graph) -> dict[str, str]:
    """Return the names of layers' modules, each once, by the layers' names.

    Parameters
    ----------
    graph : Graph
        The graph.
    """
    found: dict[str, str] = {}
    # Those that need no change keep their names, whatever comes before them.
    for layer in sorted(graph.layers, key=lambda each: module_name(each.name) != each.name):
        name = module_name(layer.name)
        while name in found.values():
            name += "_"
        found[layer.name] = name
    return found
