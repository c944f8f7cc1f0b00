"""A causal network read bit by bit: each step is computed once, keys and values are kept.

The layers are computed by their formulas, on the array functions of NumPy or of an engine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from rdeep.catalogue.layers.call_options import called_with, option_of
from rdeep.catalogue.layers.dot_attention import AdditiveAttention, Attention
from rdeep.catalogue.layers.head_attention import HeadAttention
from rdeep.catalogue.layers.recurrent import RecurrentLayer
from rdeep.catalogue.layers.run import Run, made
from rdeep.catalogue.layers.typed import computed
from rdeep.engines.states import KeptStates
from rdeep.errors import Wording, setting, worded
from rdeep.generation.kept import Clock, KeptKeys, Kernel, NotCausal, TooLong
from rdeep.generation.positions import output_axis
from rdeep.graph.composite import Composite, Variable
from rdeep.graph.floats import computes_in_floats
from rdeep.graph.layer import GraphLayer
from rdeep.graph.network import Graph
from rdeep.graph.operation import OperationLayer
from rdeep.graph.sharing import inner_name
from rdeep.graph.tensor import Node

Tensor = Any
Values = dict[int, Any]
"""Tensors by the identity of the symbolic ones."""
_BY_LENGTH = ("arange", "ones", "zeros", "full", "broadcast_to", "reshape")
"""Operations that may be told how many steps there are: they make as many of something."""


class _Copy:
    """Has a symbolic tensor stand for the same values as another."""

    def __init__(self, one: int, other: int) -> None:
        self.one, self.other = one, other

    def __call__(self, values: Values) -> None:
        """Take the values over."""
        values[self.other] = values[self.one]


class Decoder:
    """A network that reads codes and gives logits for what follows each of them.

    Parameters
    ----------
    graph : Graph
        The network's graph, of one input.
    weights : mapping of str to numpy.ndarray
        Its weights.
    kernel : Kernel
        What formulas are computed on.
    rows : int
        How many texts are read side by side.
    length : int
        The longest that texts become.

    Raises
    ------
    NotCausal
        If a layer mixes steps in a way that looks ahead, or that nothing is known of.
    TooLong
        If the network has positions for shorter texts alone.
    """

    def __init__(
        self,
        graph: Graph,
        weights: Mapping[str, np.ndarray],
        kernel: Kernel,
        rows: int,
        length: int,
    ) -> None:
        self.kernel, self.rows, self.length = kernel, rows, length
        self.clock = Clock()
        self._states: list[KeptStates] = []
        self._tails: list[dict[str, Tensor]] = []
        self._steps: list[Callable[[Values], None]] = []
        self._axes: dict[int, int] = {}
        self._fixed: Values = {}
        self._counts: set[int] = set()
        held: dict[str, dict[str, Tensor]] = {
            layer.name: {
                weight.name: kernel.convert(weights[name])
                for name, weight in zip(layer.weight_names, layer.declared)
            }
            for layer in graph.layers
        }
        (self._entry,), self._exit = graph.inputs, graph.outputs[0]
        self._axes[id(self._entry)] = 1
        self._plan(graph, held, [self._exit])
        if self._axes.get(id(self._exit)) != 1 or len(self._exit.shape) != 3:
            raise NotCausal("The model's output has no logits for each step.")

    def restart(self) -> None:
        """Forget what was read."""
        self.clock.past = 0
        for states in self._states:
            states.kept = None
            for part in states.parts():
                part.kept = None
        for tail in self._tails:
            tail.clear()

    def read(self, codes: np.ndarray) -> Tensor:
        """Return the logits after each of some codes, which follow those that were read before.

        Parameters
        ----------
        codes : array
            As the network's input, a row for each text.
        """
        self.clock.count = codes.shape[1]
        values: Values = {**self._fixed, id(self._entry): self.kernel.convert(codes)}
        for step in self._steps:
            step(values)
        self.clock.past += self.clock.count
        return values[id(self._exit)]

    # How each layer is computed -----------------------------------------------------------------

    def _plan(
        self, graph: Graph, held: Mapping[str, dict[str, Tensor]], outputs: Sequence[Any]
    ) -> None:
        inputs = {id(tensor) for tensor in graph.inputs}
        for node in graph.leading_to(outputs):
            if not any(id(tensor) in inputs for tensor in node.outputs):
                layer = graph.layer_of[id(node.layer)]
                self._plan_node(layer, node, held[layer.name])

    def _plan_node(self, layer: GraphLayer, node: Node, weights: dict[str, Tensor]) -> None:
        record: Any = node.layer
        axes = [self._axes.get(id(tensor)) for tensor in node.inputs]
        # A graph that is used twice may be given something else the second time.
        self._forget(node.outputs)
        if record.random and (node.training or isinstance(record, OperationLayer)):
            raise self._refusal(layer, worded("draws random numbers"))
        if isinstance(record, Variable) and node.inputs:
            raise self._refusal(layer, worded("changes its state at each call"))
        if isinstance(record, Variable):
            self._fixed[id(node.outputs[0])] = weights[record.weight.name]
        elif isinstance(record, Composite):
            self._plan_within(layer, node, weights)
        elif isinstance(record, OperationLayer) and record.operation == "extent":
            self._plan_extent(layer, node, axes[0])
        elif not any(axis is not None for axis in axes):
            self._plan_fixed(layer, node, weights)
        elif isinstance(record, (HeadAttention, Attention, AdditiveAttention)):
            self._plan_attention(layer, node, weights, axes)
        elif isinstance(record, RecurrentLayer):
            self._plan_recurrent(layer, node, weights, axes)
        else:
            self._plan_by_step(layer, node, weights, axes)

    def _plan_within(self, layer: GraphLayer, node: Node, weights: dict[str, Tensor]) -> None:
        """Plan a layer that is a graph, which has its own symbolic tensors."""
        record: Any = node.layer
        inner = record.inner_for(layer.input_shapes)
        training = bool(node.training)
        held = {
            each.name: {w.name: weights[inner_name(each, w.name)] for w in each.declared}
            for each in inner.graph.layers
        }
        self._alias(zip(node.inputs, inner.graph.inputs))
        self._plan(inner.graph, held, inner.outputs(training))
        self._alias(zip(inner.outputs(training), node.outputs))

    def _alias(self, pairs: Any) -> None:
        """Have symbolic tensors stand for the same values as others."""
        for one, other in list(pairs):
            here, there = id(one), id(other)
            self._forget([other])
            if here in self._counts:
                self._counts.add(there)
            if here in self._axes:
                self._axes[there] = self._axes[here]
                self._steps.append(_Copy(here, there))
            else:
                self._fixed[there] = self._fixed[here]

    def _forget(self, tensors: Sequence[Any]) -> None:
        for tensor in tensors:
            self._axes.pop(id(tensor), None)
            self._fixed.pop(id(tensor), None)
            self._counts.discard(id(tensor))

    def _plan_extent(self, layer: GraphLayer, node: Node, axis: int | None) -> None:
        record: Any = node.layer
        wanted, result = record.arguments["axis"], id(node.outputs[0])
        rank = len(node.inputs[0].shape)
        if axis is None:
            shape = self.kernel.ops.shape(self._fixed[id(node.inputs[0])])
            self._fixed[result] = shape[wanted]
        elif wanted % rank == axis:
            self._fixed[result] = self.length
            self._counts.add(result)
        elif wanted % rank == 0:
            self._fixed[result] = self.rows
        else:
            raise self._refusal(layer, worded("asks for a size that is open"))

    def _plan_fixed(self, layer: GraphLayer, node: Node, weights: dict[str, Tensor]) -> None:
        """Compute what is the same for all texts, once."""
        record = node.layer
        inputs = [self._fixed[id(tensor)] for tensor in node.inputs]
        if any(id(tensor) in self._counts for tensor in node.inputs):
            name = getattr(record, "operation", "")
            start = getattr(record, "arguments", {}).get("start")
            if name not in _BY_LENGTH or (name == "arange" and isinstance(start, int) and start):
                raise self._refusal(layer, worded("computes with the number of steps"))
        limits = record.code_limits()
        if limits is not None:
            largest = int(np.max(np.asarray(self._on_host(inputs[0])), initial=0))
            if largest >= limits[0]:
                raise TooLong(limits[0])
        self._set(self._fixed, node, self._computed(layer, node, weights)(inputs))

    def _on_host(self, x: Tensor) -> Any:
        return self.kernel.ops.convert_to_numpy(x)

    def _plan_by_step(
        self, layer: GraphLayer, node: Node, weights: dict[str, Tensor], axes: list[int | None]
    ) -> None:
        """Plan a layer that computes each step by itself."""
        record, shapes = node.layer, [tensor.shape for tensor in node.inputs]
        found = output_axis(record, shapes, axes)
        if found is None:
            raise self._refusal(layer, worded("may mix steps"))
        for tensor in node.outputs:
            self._axes[id(tensor)] = found
        from_right = len(node.outputs[0].shape) - found
        if getattr(record, "padding", None) == "causal":
            self._plan_causal_kernel(layer, node, weights)
            return
        # What is the same for all texts is cut to the steps that are read, where it is beside them.
        sliced = record.merges and getattr(record, "operation", "") not in ("take", "matmul")
        compute = self._computed(layer, node, weights, from_right if sliced else None)
        sources = [
            (id(tensor), from_right if axis is None and sliced else None)
            for tensor, axis in zip(node.inputs, axes)
        ]

        def step(values: Values) -> None:
            inputs = [
                values[key] if place is None else self._now(values[key], place)
                for key, place in sources
            ]
            self._set(values, node, compute(inputs))

        self._steps.append(step)

    def _plan_causal_kernel(
        self, layer: GraphLayer, node: Node, weights: dict[str, Tensor]
    ) -> None:
        """Plan a causal convolution: it is computed with the steps before that it reaches."""
        record: Any = node.layer
        size, dilation = (
            value[0] if isinstance(value, (list, tuple)) else value
            for value in (record.kernel_size, record.dilation_rate)
        )
        reach, ops = (size - 1) * dilation, self.kernel.ops
        tail: dict[str, Tensor] = {}
        self._tails.append(tail)
        compute, source = self._computed(layer, node, weights), id(node.inputs[0])

        def step(values: Values) -> None:
            x, count = values[source], self.clock.count
            if "x" in tail:
                x = ops.concatenate([tail["x"], x], axis=1)
            if reach:
                tail["x"] = x[:, -reach:]
            (found,) = compute([x])
            self._set(values, node, [found[:, -count:]])

        self._steps.append(step)

    def _plan_attention(
        self, layer: GraphLayer, node: Node, weights: dict[str, Tensor], axes: list[int | None]
    ) -> None:
        record: Any = node.layer
        with called_with(node.call):
            masked = option_of(record, "use_attention_mask")
            causal = option_of(record, "use_causal_mask")
            apart = option_of(record, "use_query_mask") or option_of(record, "use_value_mask")
        sequences = axes[:-1] if masked else axes
        mask = node.inputs[-1] if masked else None
        known = mask is None or id(mask) in self._fixed
        if apart or not known:
            raise self._refusal(layer, worded("has a mask that depends on the text"))
        if any(axis != 1 for axis in sequences) or len(node.inputs[0].shape) != 3:
            raise self._refusal(layer, worded("attends to something else than the text"))
        if not causal and not (mask is not None and self._looks_back(mask)):
            raise self._refusal(layer, worded("attends to later steps too: it is not causal"))
        keys = KeptKeys(self.kernel, self.clock, self.length)
        compute = self._computed(layer, node, weights, past=keys)
        sources = [id(tensor) for tensor in node.inputs]
        self._axes[id(node.outputs[0])] = 1

        def step(values: Values) -> None:
            inputs = [values[key] for key in sources]
            if mask is not None:
                past, end = self.clock.past, self.clock.past + self.clock.count
                inputs[-1] = inputs[-1][..., past:end, :end]
            self._set(values, node, compute(inputs))

        self._steps.append(step)

    def _looks_back(self, mask: Any) -> bool:
        """Return whether an attention mask is known, for all steps, and lets none look ahead."""
        allowed = np.asarray(self._on_host(self._fixed[id(mask)])).astype(bool)
        square = allowed.ndim >= 2 and allowed.shape[-2:] == (self.length, self.length)
        return square and not np.triu(allowed, 1).any()

    def _plan_recurrent(
        self, layer: GraphLayer, node: Node, weights: dict[str, Tensor], axes: list[int | None]
    ) -> None:
        record: Any = node.layer
        if not record.return_sequences or record.go_backwards or axes != [1]:
            raise self._refusal(layer, worded("gives no output for each step, from the first on"))
        if record.return_state:
            raise self._refusal(layer, worded("gives states beside its outputs"))
        states = KeptStates(layer.name)
        self._states.append(states)
        compute, source = self._computed(layer, node, weights, states=states), id(node.inputs[0])
        self._axes[id(node.outputs[0])] = 1
        self._steps.append(lambda values: self._set(values, node, compute([values[source]])))

    # What computes it ---------------------------------------------------------------------------

    def _computed(
        self,
        layer: GraphLayer,
        node: Node,
        weights: dict[str, Tensor],
        from_right: int | None = None,
        past: KeptKeys | None = None,
        states: KeptStates | None = None,
    ) -> Callable[[list[Tensor]], list[Tensor]]:
        """Return a function of a layer's inputs: its formula, and the activation after it."""
        record: Any = node.layer
        made_before: dict[str, Tensor] = {}

        def constant(name: str, value: Any) -> Tensor:
            if name not in made_before:
                made_before[name] = self.kernel.convert(np.asarray(made(value)))
            found = made_before[name]
            return found if from_right is None else self._now(found, from_right)

        run = Run(
            self.kernel.ops, weights, [None] * len(node.inputs), constants=constant, states=states
        )
        run.past, run.continues, run.frozen = past, states is not None, True
        single = not record.merges and len(node.inputs) == 1
        floats, after = computes_in_floats(layer), record.following_activation
        places = _places(record)
        if places is not None:
            # Nothing but tensors goes in, so that the function can be called at once.
            function = getattr(self.kernel.ops, record.operation)
            return lambda inputs: [function(*[inputs[place] for place in places])]
        if isinstance(record, HeadAttention):
            run.kernel = _projection(record, weights, self.kernel.ops)

        def compute(inputs: list[Tensor]) -> list[Tensor]:
            if floats:
                inputs[0] = self.kernel.ops.floating(inputs[0])
            given = inputs[0] if single else inputs
            if node.call:
                with called_with(node.call):
                    found = computed(record, given, run)
            else:
                found = computed(record, given, run)
            if after is not None:
                found = after.compute(found, self.kernel.ops)
            return list(found) if isinstance(found, (list, tuple)) else [found]

        return compute

    def _now(self, x: Tensor, from_right: int) -> Tensor:
        """Return the part of something that is the same for all texts for the steps read now."""
        shape = getattr(x, "shape", ())
        axis = len(shape) - from_right
        if axis < 0 or shape[axis] == 1:
            return x
        steps = slice(self.clock.past, self.clock.past + self.clock.count)
        return x[(slice(None),) * axis + (steps,)]

    def _set(self, values: Values, node: Node, found: list[Tensor]) -> None:
        for tensor, value in zip(node.outputs, found):
            if getattr(value, "dtype", None) == np.float64 and tensor.dtype != "float64":
                value = value.astype(np.float32)
            values[id(tensor)] = value

    def _refusal(self, layer: GraphLayer, problem: Wording) -> NotCausal:
        return NotCausal(
            f"The keys and values of a text cannot be kept: layer {layer.name!r} {problem}.",
            layer=layer.name,
            argument="cache",
            hint=worded(f"Give {setting('cache', False)}: the whole text is then read each time."),
        )


def _places(record: Any) -> list[int] | None:
    """Return the places of an operation's arguments among its inputs, if all of them are there."""
    if not isinstance(record, OperationLayer) or len(record.outputs) > 1 or record.random:
        return None
    given = list(record.arguments.values())
    if record.operation not in ("add", "subtract", "multiply") or record.several:
        return None
    if not all(isinstance(each, dict) and set(each) == {"tensor"} for each in given):
        return None
    return [each["tensor"] for each in given]


def _projection(record: Any, weights: Mapping[str, Tensor], ops: Any) -> Callable[..., Tensor]:
    """Return what projects to heads and from them, by matrices that are made once."""
    flat = {}
    gate = ("gate",) if record.use_gate else ()
    for part in ("query", "key", "value", "attention_output", *gate):
        kernel = weights[f"{part}/kernel"]
        rows = kernel.shape[0] * (kernel.shape[1] if part == "attention_output" else 1)
        bias = ops.reshape(weights[f"{part}/bias"], (-1,)) if record.use_bias else None
        flat[part] = ops.reshape(kernel, (rows, -1)), bias

    def project(x: Tensor, part: str, run: Run) -> Tensor:
        matrix, bias = flat[part]
        found = ops.matmul(x, matrix)
        return found if bias is None else found + bias

    return project
