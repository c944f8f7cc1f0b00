"""Training in phases: the losses traced into one network, and data for it."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from rdeep.catalogue.layers import Layer
from rdeep.catalogue.layers.base import describing
from rdeep.catalogue.layers.weight_lists import Variables
from rdeep.data import prepare
from rdeep.data.arrays import ArrayFeed
from rdeep.data.foreign import on_host
from rdeep.data.sparse import as_sparse
from rdeep.engines.phases import PhasePlan
from rdeep.errors import ArgumentError, DataError, ShapeError, listing, named, show, suggestion
from rdeep.graph.composite import Composite
from rdeep.graph.fixed import noticing_draws
from rdeep.graph.layer import GraphLayer
from rdeep.graph.network import Graph
from rdeep.graph.operation import OperationLayer
from rdeep.graph.tensor import Input, SymbolicTensor
from rdeep.models.interface import WholeModel
from rdeep.models.own_loss import scalar
from rdeep.ops.variable import BaseVariable
from rdeep.preprocessing.texts import is_text
from rdeep.training.phases import Phase, Phased

Form = Any
"""The form of data: `None`, a number of arrays (a list), names (a dict), or `...` for one array."""


def feed_of(model: WholeModel, /, x: Any, y: Any = None, sample_weight: Any = None) -> ArrayFeed:
    """Return data as arrays for the model's losses, checked.

    Parameters
    ----------
    x, y, sample_weight : object
        As in `fit`.
    """
    phases = model.trainer.phases
    if phases is None:
        said = model.trainer.targets_said
        return prepare.feed(model.graph, model.output_losses(), x, y, sample_weight, said=said)
    if sample_weight is not None:
        raise ArgumentError(
            "Phases take no 'sample_weight': their losses see the batch as it is.",
            argument="sample_weight",
            hint="Give the weights as a part of 'x', and use them in the losses.",
        )
    if x is None:
        raise DataError("'x' is missing: phases need data.", argument="x")
    sides = {"x": x, "y": y}
    forms = {side: _form(data) for side, data in sides.items()}
    known = model.trainer.computing
    stays = known is not None and known.form == forms
    if not stays or known.key not in (None, _key(sides, forms)):
        model.trainer.compute_by(_traced(model, phases, sides, forms))
        if not model.is_built and model.is_of_phases:
            model._take_graph(model.trainer.computing.graph)
    graph = model.trainer.computing.graph
    parts = [part for side in sides for part in _parts(sides[side], forms[side])]
    arrays = prepare.inputs(graph, parts if len(parts) > 1 else parts[0])
    return ArrayFeed(arrays, [], [])


def _form(data: Any) -> Form:
    if data is None:
        return None
    if isinstance(data, Mapping):
        return tuple(data)
    several = isinstance(data, (list, tuple)) and data and all(np.ndim(each) for each in data)
    return len(data) if several and all(hasattr(each, "shape") for each in data) else ...


def _parts(data: Any, form: Form) -> list[Any]:
    if form is None:
        return []
    if isinstance(form, tuple):
        return [data[name] for name in form]
    return list(data) if isinstance(form, int) else [data]


def _key(sides: Mapping[str, Any], forms: Mapping[str, Form]) -> Any:
    """Return the shapes and types of the data's parts."""
    return [_spec(p, s) for s, data in sides.items() for p in _parts(data, forms[s])]


def _spec(part: Any, label: str) -> tuple[list[int], str]:
    sparse = as_sparse(part)
    if sparse is not None:
        return list(sparse.shape[1:]), "float32"
    array = on_host(part, label)
    kind = "string" if is_text(array) else "int32" if array.dtype.kind in "iu" else "float32"
    return list(array.shape[1:]), kind


def _entries(side: str, data: Any, form: Form) -> Any:
    """Return symbolic tensors for data to enter by, in the form that it has."""
    specs = [_spec(part, side) for part in _parts(data, form)]
    if form is None:
        return None
    if isinstance(form, tuple):
        return {name: Input(*spec, name=str(name)) for name, spec in zip(form, specs)}
    if isinstance(form, int):
        return [Input(*spec, name=f"{side}_{i}") for i, spec in enumerate(specs, 1)]
    return Input(*specs[0], name=side)


def _flat(tensors: Any) -> list[SymbolicTensor]:
    if isinstance(tensors, Mapping):
        return list(tensors.values())
    return list(tensors) if isinstance(tensors, list) else [] if tensors is None else [tensors]


def _traced(
    model: WholeModel,
    phases: Sequence[Phase],
    sides: Mapping[str, Any],
    forms: Mapping[str, Form],
) -> Phased:
    """Call the losses with symbolic tensors, and make one network of them."""
    x, y = (_entries(side, data, forms[side]) for side, data in sides.items())
    inputs = [*_flat(x), *_flat(y)]
    found = [_losses_of(phase, x, y) for phase in phases]
    outputs = [tensor for each in found for tensor in each.values()]
    names = _names(model, outputs)
    try:
        graph = Graph(inputs, outputs, names)
    except ArgumentError as error:
        raise ArgumentError(
            "The loss of a phase uses a tensor of a model, which has no value here: it can use its "
            "arguments, and what layers and models make of them.",
            argument="loss",
        ) from error
    _refuse_outgrown(graph)
    layers = () if model._parameters is None else model.graph.layers
    plans, place = [], 0
    for phase, values in zip(phases, found):
        places = tuple(range(place, place + len(values)))
        place += len(values)
        metrics = tuple(name for name in values if name != "loss")
        weights = _weights_of(phase, graph, outputs[places[0]], layers)
        plans.append(
            PhasePlan(
                phase.name, places, metrics, weights, phase.optimizer, phase.every, phase.steps
            )
        )
    _refuse_shared(plans)
    own = None if model._parameters is None else model.graph.layer_of
    shared = None if own is None else frozenset(e.name for e in graph.layers if id(e.record) in own)
    return Phased(graph, plans, dict(forms), _key(sides, forms), shared)


def _refuse_outgrown(graph: Graph) -> None:
    """Refuse to compare a number for each sample with a column of predictions.

    The numbers go along the other axis there: each prediction would meet the targets of all.
    """
    learned: set[int] = set()
    for node in graph.nodes:
        by_weights = [id(tensor) in learned for tensor in node.inputs]
        if any(by_weights) or graph.layer_of[id(node.layer)].declared:
            learned.update(id(tensor) for tensor in node.outputs)
        shapes = {tensor.shape for tensor in node.inputs}
        crossed = shapes == {(None,), (None, 1)} and node.outputs[0].shape == (None, None)
        if crossed and len(node.inputs) == 2 and len(set(by_weights)) == 2:
            raise ShapeError(
                "A phase's loss compares a column, of shape (batch, 1), with a vector of shape "
                "(batch,): each would meet all of the other.",
                argument="y",
                expected="shapes with the same number of axes",
                hint=f"Give 'y' as a matrix of one column, or use {named('ops', 'rdeep.')} to "
                "expand or squeeze one of them.",
            )


def _losses_of(phase: Phase, x: Any, y: Any) -> dict[str, SymbolicTensor]:
    """Return the numbers that a phase's loss computes: the loss first."""
    given = [x] if y is None else [x, y]
    what = f"The loss of phase {phase.name!r}"
    _check_arguments(phase, len(given))
    with describing(), noticing_draws(f"{what[0].lower()}{what[1:]}"):
        values = phase.loss(*given)
    if not isinstance(values, Mapping):
        return {"loss": scalar(values, what)}
    if "loss" not in values:
        raise ArgumentError(
            f"{what} must return a number, or numbers by name of which one is 'loss', not "
            f"{listing(values, 'and')}.",
            argument="loss",
            received=list(values),
        )
    ordered = {"loss": values["loss"], **{str(n): v for n, v in values.items() if n != "loss"}}
    return {
        name: scalar(value, f"{name!r} of phase {phase.name!r}") for name, value in ordered.items()
    }


def _check_arguments(phase: Phase, count: int) -> None:
    """Refuse a loss that takes other arguments than there are."""
    try:
        signature = inspect.signature(phase.loss)
    except ValueError:
        return
    try:
        signature.bind(*range(count))
    except TypeError:
        came = "'x' alone" if count == 1 else "'x' and 'y'"
        wanted = "one argument, the batch" if count == 1 else "two arguments, x and y"
        raise ArgumentError(
            f"The loss of phase {phase.name!r} does not take {wanted}: fit() was given {came}.",
            argument="loss",
            hint="Give fit() targets as 'y' where losses take (x, y), and 'x' alone where they "
            "take the batch.",
        ) from None


def _names(model: WholeModel, outputs: Sequence[SymbolicTensor]) -> dict[int, str]:
    """Return the names that layers have in the model: as there, or as its attributes."""
    if model._parameters is not None:
        return {id(layer.record): layer.name for layer in model.graph.layers}
    found: dict[int, str] = {}
    for name, value in vars(model).items():
        record = value if isinstance(value, Layer) else None
        if record is None and hasattr(value, "as_layer") and value.is_built:
            record = value.as_layer()
        if record is not None and not record.name and not name.startswith("_"):
            found.setdefault(id(record), name)
    return found


# Weights ------------------------------------------------------------------------------------------


def _weights_of(
    phase: Phase, graph: Graph, loss: SymbolicTensor, layers: Sequence[GraphLayer]
) -> tuple[str, ...]:
    """Return the weights that a phase changes, by their names in the network of losses."""
    given = phase.weights
    several = isinstance(given, (list, tuple, Variables))
    given = list(given) if several else [given]
    alone = [each for each in given if isinstance(each, BaseVariable)]
    wanted = _held(phase, [e for e in given if not isinstance(e, BaseVariable)], graph, layers)
    held = graph.holdings()
    names = {n for record in wanted if record in held for n in held[record][1].values()}
    names |= {name for each in alone if (name := _name_here(each, graph)) is not None}
    trained = [name for name in graph.trainable_names() if name in names]
    if names and not trained:
        raise ArgumentError(
            f"Phase {phase.name!r} has nothing to train: its weights are frozen.",
            argument="weights",
            hint="Set `trainable` of the layers before compile().",
        )
    reached = _reached(graph, loss)
    found = tuple(name for name in trained if name in reached)
    if not found:
        raise ArgumentError(
            f"The loss of phase {phase.name!r} does not depend on the weights that the phase "
            "changes.",
            argument="loss",
            hint="Compute the loss by the layers or models that are given as 'weights', without "
            "stop_gradient between.",
        )
    return found


def _name_here(variable: Any, graph: Graph) -> str | None:
    """Return the name that a weight of a layer or a model has in the network of losses."""
    model = getattr(variable, "model", None)
    here = graph.holdings()
    for key, (_, names) in ({} if model is None else model.graph.holdings()).items():
        own = next((own for own, full in names.items() if full == variable.path), None)
        if own is not None and key in here:
            return here[key][1].get(own)
    return None


def _held(phase: Phase, given: Any, graph: Graph, layers: Sequence[GraphLayer]) -> set[int]:
    """Return the layers that hold the weights, by their identity.

    A name is one of the network of losses, or of the layers of the model that trains.
    """
    if isinstance(given, (list, tuple)):
        return {each for value in given for each in _held(phase, value, graph, layers)}
    if isinstance(given, str):
        found = {
            record
            for record, (_, names) in graph.holdings().items()
            if any(name.startswith(f"{given}/") for name in names.values())
        }
        own = [layer for layer in layers if layer.name == given]
        if not found and own:
            return _held(phase, own, graph, layers)
        if not found:
            names = [layer.name for layer in [*graph.layers, *layers] if layer.declared]
            raise ArgumentError(
                f"The losses use no layer named {given!r}, "
                f"which phase {phase.name!r} is to change.",
                argument="weights",
                received=given,
                hint=suggestion(given, names),
            )
        return found
    if hasattr(given, "as_layer"):
        if not given.is_built:
            raise ArgumentError(
                f"The loss of phase {phase.name!r} does not depend on the weights that the phase "
                "changes.",
                argument="loss",
                hint="Its model was applied to nothing: compute the loss by it.",
            )
        return set(given.graph.holdings())
    record = getattr(given, "record", given)
    if isinstance(record, Composite):
        return {each for inner in record.inners() for each in inner.graph.holdings()}
    if isinstance(record, Layer):
        return {id(record)}
    raise ArgumentError(
        f"'weights' of phase {phase.name!r} must be models, layers, layers' names or weights, not "
        f"{show(given)}.",
        argument="weights",
        received=given,
        expected="a model, a layer, or a list of them",
    )


def _reached(graph: Graph, loss: SymbolicTensor) -> set[str]:
    """Return the weights that a loss depends on by gradients."""
    seen: set[int] = set()
    waiting, found = [loss.node], set[str]()
    while waiting:
        node = waiting.pop()
        stops = isinstance(node.layer, OperationLayer) and node.layer.operation == "stop_gradient"
        if id(node) in seen or stops:
            continue
        seen.add(id(node))
        found.update(graph.layer_of[id(node.layer)].weight_names)
        waiting += [tensor.node for tensor in node.inputs]
    return found


def _refuse_shared(plans: Sequence[PhasePlan]) -> None:
    owner: dict[str, str] = {}
    for plan in plans:
        for name in plan.weights:
            if name in owner:
                raise ArgumentError(
                    f"The phases {owner[name]!r} and {plan.name!r} both change "
                    f"the weight {name!r}.",
                    argument="weights",
                    received=name,
                    hint="A weight belongs to one phase: give each its own layers or models.",
                )
            owner[name] = plan.name
