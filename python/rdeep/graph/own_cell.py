"""Cells that users write as layers: `call` gets a step's input and states.

As in Keras, any layer of one's own with a `state_size` is a cell. What its `call` does with one
step becomes a graph, once; the loop over the steps computes it by the formulas of its layers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rdeep.catalogue.layers import InputLayer, RNNCell
from rdeep.catalogue.layers.base import Dims, Layer, Weight
from rdeep.catalogue.layers.call_options import called_with
from rdeep.catalogue.layers.run import Run
from rdeep.catalogue.registry import register_internal
from rdeep.errors import ArgumentError, Wording, plain, show
from rdeep.errors.damage import Damage, making
from rdeep.graph.composite import Composite, InnerGraph, Variable
from rdeep.graph.custom import CustomLayer
from rdeep.graph.network import Graph
from rdeep.graph.plain import records_from_data, records_to_data
from rdeep.graph.restoring import restored_records
from rdeep.graph.sharing import inner_name, ties_of
from rdeep.graph.tensor import Input, SymbolicTensor


@register_internal
class OwnCell(RNNCell):
    """A cell that computes what a layer of one's own says of a step.

    Parameters
    ----------
    step : Composite
        The layer: one of the user's, or the graph of a step, also as plain data.
    state_size : sequence of int
        The sizes of its states.
    output_size : int, optional
        The size of its output; by default that of the first state.
    """

    internal = True
    layer: Composite
    step_layer: Composite

    def __init__(self, step: Any, state_size: Sequence[int], output_size: int | None = None):
        if isinstance(step, Mapping):
            (step,) = records_from_data([step])
        around = _Step(step) if isinstance(step, CustomLayer) else step
        self.__dict__.update(layer=step, step_layer=around, state_size=tuple(state_size))
        if output_size is not None:
            self.__dict__["output_size"] = output_size

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = object.__hash__

    def wording(self) -> Wording:
        """Say what the layer is."""
        return self.layer.wording()

    def streams(self) -> dict[str, int | None]:
        """Return the seeds of the layers within that draw random numbers."""
        return {
            f"{each.name}/{part}".rstrip("/"): seed
            for inner in self.step_layer.inners()
            for each in inner.graph.layers
            for part, seed in each.record.streams().items()
        }

    def weights(self, step: Dims) -> list[Weight]:
        """Return the weights of the step's graph, each once."""
        inner = self.inner(step)
        ties = _ties(inner)
        return [weight for weight in inner.weights() if weight.name not in ties]

    def parts(self, step: Dims) -> list[tuple[Layer, dict[str, str]]]:
        """Return the layers that hold the weights of the step's graph."""
        self.inner(step)
        return self.step_layer.parts(self._shapes(step))

    def _shapes(self, step: Dims) -> tuple[Dims, ...]:
        return tuple((None, *shape[1:]) for shape in (step, *self.state_shapes(step)))

    def inner(self, step: Dims) -> InnerGraph:
        """Return the graph of a step."""
        layer, shapes = self.step_layer, self._shapes(step)
        if isinstance(layer, CustomLayer):
            layer.before_apply([Input(shape[1:]) for shape in shapes])
        else:
            layer.check_inputs(*shapes)
        return layer.inner_for(shapes)

    def step(self, inputs: Any, states: Sequence[Any], run: Run) -> tuple[Any, list[Any]]:
        """Return the output of a step and the new states."""
        inner = self.inner((None, *inputs.shape[1:]))
        names = {**{name: name for name in run.weights}, **_ties(inner)}
        found = computed_graph(inner, [inputs, *states], run, names)
        return found[0], found[1:]

    def to_data(self) -> dict[str, Any]:
        """Return the graph of a step as plain data."""
        options = {
            "state_size": list(self.state_size),
            "output_size": self.__dict__.get("output_size"),
            "step": records_to_data([self.step_layer])[0],
        }
        return {"class": type(self).__name__, "options": options}

    @classmethod
    def restored(cls, options: Any, place: str) -> OwnCell:
        """Return the cell that a file describes."""
        plain.fields(options, ("state_size", "output_size", "step"), place)
        sizes = plain.each(options["state_size"], plain.whole, f"{place}.state_size")
        size = plain.optional(plain.whole)(options["output_size"], f"{place}.output_size")
        (step,) = restored_records([options["step"]], f"{place}.step")
        inner = step.inner_graph if isinstance(step, Composite) else None
        if inner is None or not len(inner.graph.inputs) == inner.count == 1 + len(sizes):
            raise Damage("it must be the graph of a step", place=f"{place}.step")
        with making(place):
            return cls(step, sizes, size)


class _Step(CustomLayer):
    """What a cell's `call` gives of a step, as one list: the output, then the states.

    Parameters
    ----------
    cell : CustomLayer
        The cell.
    """

    def __init__(self, cell: CustomLayer) -> None:
        super().__init__(name=cell.name or "step", trainable=cell.trainable)
        self.__dict__["cell"] = cell

    def build(self, input_shape: Any) -> None:  # type: ignore[override]
        """Make the cell's weights."""
        cell = self.__dict__["cell"]
        if not cell.built:
            cell.__dict__["_added"] = []
            cell.build(input_shape[0])
            cell.__dict__["built"] = True

    def call(self, inputs: Any, **options: Any) -> list[SymbolicTensor]:
        """Return the output and the states."""
        cell = self.__dict__["cell"]
        found = cell.call(inputs[0], list(inputs[1:]), **options)
        if not isinstance(found, (list, tuple)) or len(found) != 2:
            raise ArgumentError(
                f"call() of the cell {cell.shown_kind} must return its output and a list of its "
                f"states, not {show(found)}.",
                received=found,
                layer=cell.name or cell.named_after(),
            )
        output, states = found
        return [output, *(states if isinstance(states, (list, tuple)) else [states])]

    def depends_on_training(self) -> bool:
        """Return whether the cell's `call` takes `training`."""
        depends: bool = self.__dict__["cell"].depends_on_training()
        return depends


def _ties(inner: InnerGraph) -> dict[str, str]:
    """Return further names of a graph's weights, each with that of the weight."""
    return ties_of(inner.graph.layers, inner.graph.twins)


def own_cell(layer: Any) -> OwnCell | None:
    """Return the cell that a layer of the user's is, with a `state_size`; `None` for others.

    Parameters
    ----------
    layer : object
        What was given as a cell.
    """
    sizes = getattr(layer, "state_size", None) if isinstance(layer, CustomLayer) else None
    if sizes is None:
        return None
    known = layer.__dict__.get("_as_cell")
    if known is None:
        several = sizes if isinstance(sizes, (list, tuple)) else [sizes]
        size = getattr(layer, "output_size", None)
        given = None if size is None else _size(size, layer)
        known = OwnCell(layer, [_size(each, layer) for each in several], given)
        layer.__dict__["_as_cell"] = known
    found: OwnCell = known
    return found


def _size(value: Any, layer: CustomLayer) -> int:
    while isinstance(value, (list, tuple)) and len(value) == 1:
        (value,) = value
    try:
        return int(value)
    except (TypeError, ValueError):
        raise ArgumentError(
            f"'state_size' of the cell {layer.shown_kind} must be a number of units or a list of "
            f"such numbers, not {show(value)}.",
            argument="state_size",
            received=value,
        ) from None


def computed_graph(
    inner: InnerGraph,
    inputs: Sequence[Any],
    run: Run,
    names: Mapping[str, str] | None = None,
    part: str = "",
) -> list[Any]:
    """Return what a graph gives, by the formulas of its layers.

    Parameters
    ----------
    inner : InnerGraph
        The graph.
    inputs : sequence of tensor
        A tensor for each input.
    run : Run
        The array functions, weights and random numbers of the layer around it.
    names : mapping of str to str, optional
        The graph's weights by their names in it, with their names in the run.
    part : str
        What the names of its layers begin with, for random numbers.
    """
    graph: Graph = inner.graph
    names = {name: name for name in run.weights} if names is None else names
    values = {id(tensor): value for tensor, value in zip(graph.inputs, inputs)}
    outputs = inner.outputs(run.training)
    for node in graph.leading_to(outputs):
        record, layer = node.layer, graph.layer_of[id(node.layer)]
        if isinstance(record, InputLayer):
            continue
        own = {w.name: names[inner_name(layer, w.name)] for w in layer.declared}
        given: Any = [values[id(tensor)] for tensor in node.inputs]
        if isinstance(record, Variable):
            if given:
                raise ArgumentError(
                    "A cell of your own assigns to a weight in call(): the loop over the steps "
                    "cannot change weights.",
                    hint="Keep what changes from step to step in the states.",
                )
            found: Any = run.weights[own[record.weight.name]]
        elif isinstance(record, Composite):
            inside = record.inner_for(layer.input_shapes)
            found = computed_graph(inside, given, run, own, f"{part}{layer.name}/")
        else:
            alone = given if record.merges or len(given) != 1 else given[0]
            with called_with(node.call):
                found = run.apply(
                    record,
                    alone,
                    f"{part}{layer.name}",
                    own,
                    [None] * len(given),
                    node.training,
                    layer.nodes.index(node),
                )
        several = found if isinstance(found, (list, tuple)) else [found]
        values.update({id(tensor): value for tensor, value in zip(node.outputs, several)})
    return [values[id(tensor)] for tensor in outputs]
