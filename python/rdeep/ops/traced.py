"""A user's function of tensors, as a graph of operations for each kind of input.

The function is called with symbolic tensors, once for each kind of input, and not while a model
runs. What it computed is interpreted on the engine of the tensors that come, and can be written
down as plain data.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from contextvars import ContextVar
from functools import partial
from typing import Any

import numpy as np

from rdeep.catalogue.dispatch import is_symbolic
from rdeep.catalogue.layers import InputLayer
from rdeep.catalogue.picklable import is_picklable
from rdeep.engines import registry as backends
from rdeep.errors import ArgumentError, StateError, class_name, named, show
from rdeep.errors import plain as plain_data
from rdeep.errors.damage import Damage
from rdeep.graph import plain
from rdeep.graph.fixed import noticing_draws
from rdeep.graph.gradients import sources
from rdeep.graph.network import Graph
from rdeep.graph.operation import OperationLayer
from rdeep.graph.restoring import restored_graph
from rdeep.graph.templates import restored_spec
from rdeep.graph.tensor import Node, SymbolicTensor
from rdeep.ops.dispatch import default_backend, engine_of

Spec = tuple[tuple[Any, ...], str]
_TRACING: ContextVar[bool] = ContextVar("tracing", default=False)


def tracing() -> bool:
    """Return whether a function of tensors is being called to see what it computes."""
    return _TRACING.get()


class Traced:
    """A function of tensors that was written with `rdeep.ops`.

    Parameters
    ----------
    function : function or None
        The function; `None` for one that comes from a file.
    name : str
        What it is called in messages.

    Examples
    --------
    >>> from rdeep import ops
    >>> import numpy as np
    >>> double = Traced(lambda x: x + x, "double")
    >>> double(np.array([1.0, 2.0], "float32"))
    array([2., 4.], dtype=float32)
    """

    def __init__(self, function: Callable[..., Any] | None, name: str) -> None:
        self.function, self.name = function, name
        self._graphs: dict[tuple[Spec, ...], Graph] = {}

    def __getstate__(self) -> dict[str, Any]:
        """Return what pickle keeps: the function, or else the graphs that it made, as a file."""
        if is_picklable(self.function):
            return self.__dict__
        if not self._graphs:
            raise StateError(
                f"{self.name} cannot be pickled: it is not defined at the top of a module.",
                hint="Define it there, or use it once before: what it computes can be kept.",
            )
        return {**self.__dict__, "function": None}

    def __copy__(self) -> Traced:
        """Return the function itself: it is fixed."""
        return self

    def __deepcopy__(self, memo: object) -> Traced:
        """Return the function itself: it is fixed."""
        return self

    def __call__(self, *tensors: Any) -> Any:
        """Return what the function gives for tensors of an engine, symbolic ones or arrays."""
        if any(is_symbolic(tensor) for tensor in tensors):
            assert self.function is not None
            return self.function(*tensors)
        engine = engine_of(list(tensors))
        ops = backends.load(engine or default_backend()).ops
        given = list(tensors) if engine else [ops.operand(np.asarray(each)) for each in tensors]
        with getattr(ops, "outside_programs", nullcontext)():
            graph = self.graph_for([_spec(each) for each in given])
        found = interpret(graph, given, ops)
        return found if engine else np.asarray(found)

    def graph_for(self, specs: Sequence[Spec]) -> Graph:
        """Return the graph for inputs of some shapes and types, made at the first call.

        Parameters
        ----------
        specs : sequence of (shape, dtype)
            What the inputs are like.

        Raises
        ------
        ArgumentError
            If the function does not return what it computed of its inputs.
        """
        key = tuple(specs)
        if key not in self._graphs:
            if self.function is None:
                return self._closest(key)
            inputs = [_entry(*spec) for spec in specs]
            before = _TRACING.set(True)
            try:
                with noticing_draws(self.name):
                    output = self.function(*inputs)
            finally:
                _TRACING.reset(before)
            if not is_symbolic(output):
                raise ArgumentError(
                    f"{self.name} must return what it computed of its arguments, "
                    f"not {show(output)}.",
                    received=output,
                    expected="a tensor",
                    hint=f"Compute with {named('ops', 'rdeep.')} and operators.",
                )
            self._graphs[key] = self._closed(inputs, output)
        return self._graphs[key]

    def _closed(self, inputs: list[SymbolicTensor], output: SymbolicTensor) -> Graph:
        try:
            return Graph(inputs, [output])
        except ArgumentError as error:
            raise ArgumentError(
                f"{self.name} uses a tensor of a model, which has no value here: it can only use "
                "its arguments.",
                hint=f"A class of layers, by {named('Layer', 'rdeep.')}, adds what it computes to "
                "the loss by its add_loss().",
            ) from error

    def _closest(self, key: tuple[Spec, ...]) -> Graph:
        for known, graph in self._graphs.items():
            if [len(shape) for shape, _ in known] == [len(shape) for shape, _ in key]:
                return graph
        if not self._graphs:
            raise ArgumentError(f"{self.name} was never used before it was saved.")
        return next(iter(self._graphs.values()))

    @property
    def is_traced(self) -> bool:
        """Whether it is known what the function computes."""
        return bool(self._graphs)

    def to_data(self) -> dict[str, Any]:
        """Return what the function computes as plain data."""
        return {
            "name": self.name,
            "graphs": [
                {"specs": [[list(s), d] for s, d in key], "graph": plain.to_data(graph)}
                for key, graph in self._graphs.items()
            ],
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Traced:
        """Return the function that `to_data` described.

        Parameters
        ----------
        data : mapping
            What `to_data` returned.
        """
        traced = cls(None, data["name"])
        for saved in data["graphs"]:
            key = tuple((tuple(shape), dtype) for shape, dtype in saved["specs"])
            traced._graphs[key] = plain.from_data(saved["graph"])
        return traced

    @classmethod
    def restored(cls, data: Any, place: str) -> Traced:
        """Return the function that a file describes, of data that is checked.

        Parameters
        ----------
        data : object
            Plain data: what `to_data` returned.
        place : str
            Where in the file it is.

        Raises
        ------
        Damage
            If it is anything else.
        """
        plain_data.fields(data, ("name", "graphs"), place)
        traced = cls(None, plain_data.named(data["name"], f"{place}.name"))
        for number, saved in enumerate(plain_data.items(data["graphs"], f"{place}.graphs")):
            here = f"{place}.graphs[{number}]"
            plain_data.fields(saved, ("specs", "graph"), here)
            key = tuple(plain_data.each(saved["specs"], restored_spec, f"{here}.specs"))
            graph = restored_graph(saved["graph"], f"{here}.graph")
            alone = all(isinstance(e.record, (InputLayer, OperationLayer)) for e in graph.layers)
            if not alone or len(graph.inputs) != len(key) or len(graph.outputs) != 1:
                raise Damage("it is no graph of operations for these inputs", place=here)
            traced._graphs[key] = graph
        return traced

    def __repr__(self) -> str:
        return f"<function {self.name}>"


def interpret(graph: Graph, tensors: Sequence[Any], ops: Any) -> Any:
    """Return what a graph of operations gives for tensors.

    Parameters
    ----------
    graph : Graph
        The graph, of operations alone.
    tensors : sequence of tensor
        A tensor for each input.
    ops : module
        The engine's array functions.
    """
    differentiated = sources(graph.nodes)
    with ops.recording() if differentiated else nullcontext():
        return _computed(graph, tensors, ops, differentiated)


def _computed(graph: Graph, tensors: Sequence[Any], ops: Any, differentiated: set[int]) -> Any:
    def taken(entry: SymbolicTensor, value: Any) -> Any:
        return ops.tracked(value) if id(entry) in differentiated else value

    values = {id(entry): taken(entry, tensor) for entry, tensor in zip(graph.inputs, tensors)}
    for node in graph.nodes:
        if isinstance(node.layer, InputLayer):
            continue
        if not isinstance(node.layer, OperationLayer):
            raise ArgumentError(
                f"{class_name(node.layer)} cannot be used in a function of tensors: it has "
                "weights, or acts while training.",
                hint=f"Use operations ({named('ops', 'rdeep.')}), or write a layer.",
            )
        near = [values[id(each)] for each in node.inputs]
        found = node.layer.call(ops, near, partial(_near, tensors=near, ops=ops))
        several = isinstance(found, (list, tuple))
        for tensor, value in zip(node.outputs, found if several else [found]):
            values[id(tensor)] = taken(tensor, value)
    return values[id(graph.outputs[0])]


def _near(array: np.ndarray, tensors: Sequence[Any], ops: Any) -> Any:
    """Return an array as a tensor where other tensors are."""
    made = ops.constant(array)
    device = getattr(tensors[0], "device", None) if tensors else None
    return made.to(device) if hasattr(made, "to") and device is not None else made


def _spec(tensor: Any) -> Spec:
    dtype = getattr(tensor.dtype, "name", None) or str(tensor.dtype).removeprefix("torch.")
    shape = tuple(tensor.shape)
    # The number of samples is open, as in a model; a step or a share has no samples.
    return ((None, *shape[1:]) if shape else (), dtype)


def _entry(shape: tuple[Any, ...], dtype: str) -> SymbolicTensor:
    tensor = Node(InputLayer(shape=shape[1:]), ()).outputs[0]
    tensor.shape, tensor.dtype = shape, dtype
    return tensor
