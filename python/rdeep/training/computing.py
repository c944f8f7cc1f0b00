"""Networks that compute losses themselves, in files: plain data, checked when it is read."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.registry import restored
from rdeep.engines.objective import Computed
from rdeep.engines.phases import PhasePlan
from rdeep.errors import plain
from rdeep.errors.damage import Damage, making
from rdeep.graph.network import Graph
from rdeep.graph.plain import to_data
from rdeep.graph.restoring import restored_graph
from rdeep.training.phases import Phase, Phased
from rdeep.training.plans import Computing

_LONGEST_NAME = 200
_MOST = 10_000


def data_of(computing: Computing | Phased) -> dict[str, Any]:
    """Return a network of losses as plain data; layers of the model are there by name.

    Parameters
    ----------
    computing : Computing or Phased
        The network.
    """
    shared = computing.shared
    found: dict[str, Any] = {"graph": None if shared is None else to_data(computing.graph, shared)}
    if isinstance(computing, Computing):
        said = computing.computed
        return {
            **found,
            "loss": said.loss,
            "penalties": said.penalties,
            "names": list(said.names),
            "targets": list(said.targets),
            "weighted": list(said.weighted),
            "measures": computing.measures,
        }
    forms = {side: _form_to_data(form) for side, form in computing.form.items()}
    return {**found, **forms, "phases": [_phase_to_data(plan) for plan in computing.plans]}


def _form_to_data(form: Any) -> Any:
    return "one" if form is ... else list(form) if isinstance(form, tuple) else form


def _phase_to_data(plan: PhasePlan) -> dict[str, Any]:
    return {
        "name": plan.name,
        "outputs": list(plan.outputs),
        "metrics": list(plan.metrics),
        "weights": list(plan.weights),
        "optimizer": plan.optimizer.to_data(),
        "every": plan.every,
        "steps": plan.steps,
    }


def restored_computing(data: Any, model: Graph, place: str) -> Computing | Phased:
    """Return the network of losses that `data_of` described.

    Parameters
    ----------
    data : object
        Plain data.
    model : Graph
        The model's graph.
    place : str
        Where in the file it is.

    Raises
    ------
    Damage
        If it is anything else.
    """
    if isinstance(data, dict) and "phases" in data:
        return _restored_phases(data, model, place)
    fields = ("graph", "loss", "penalties", "names", "targets", "weighted", "measures")
    plain.fields(data, fields, place)
    graph = _graph(data["graph"], model, place)
    for name in ("loss", "penalties", "measures"):
        plain.flag(data[name], f"{place}.{name}")
    names = plain.each(data["names"], _name, f"{place}.names")
    lists = [plain.each(data[n], plain.flag, f"{place}.{n}") for n in ("targets", "weighted")]
    outputs = len(model.outputs)
    inputs = len(model.inputs) + sum(map(sum, lists))
    if any(len(each) != outputs for each in lists) or len(graph.inputs) != inputs:
        raise Damage("its inputs are not those of the model, targets and weights", place=place)
    if len(graph.outputs) != outputs + data["loss"] + len(names):
        raise Damage("its outputs are not those of the model, and its losses", place=place)
    _check_scalars(graph, range(outputs, len(graph.outputs)), place)
    for mine, theirs in zip(graph.outputs[:outputs], model.outputs):
        if mine.shape != theirs.shape:
            raise Damage("its outputs have other shapes than those of the model", place=place)
    computed = Computed(data["loss"], data["penalties"], tuple(names), *map(tuple, lists))
    return Computing(graph, computed, data["measures"], None, _shared(graph, model))


def _restored_phases(data: Any, model: Graph, place: str) -> Phased:
    plain.fields(data, ("graph", "x", "y", "phases"), place)
    graph = _graph(data["graph"], model, place)
    forms = {side: _form(data[side], f"{place}.{side}") for side in ("x", "y")}
    wanted = sum(_size(form) for form in forms.values())
    if forms["x"] is None or wanted != len(graph.inputs):
        raise Damage("its inputs are not those of its data", place=place)
    plans = plain.each(data["phases"], lambda s, at: _phase(s, graph, at), f"{place}.phases")
    places = [number for plan in plans for number in plan.outputs]
    weights = [name for plan in plans for name in plan.weights]
    names = [plan.name for plan in plans]
    if not plans or places != list(range(len(graph.outputs))):
        raise Damage("each output must be of one phase", place=f"{place}.phases")
    if any(len(set(each)) < len(each) for each in (weights, names)):
        raise Damage("names and weights must be of one phase", place=f"{place}.phases")
    _check_scalars(graph, places, place)
    shared = None if graph is model else _shared(graph, model)
    return Phased(graph, plans, forms, None, shared)


def _graph(data: Any, model: Graph, place: str) -> Graph:
    if data is None:
        return model
    known = {layer.name: layer.record for layer in model.layers}
    return restored_graph(data, f"{place}.graph", known=known)


def _shared(graph: Graph, model: Graph) -> frozenset[str]:
    return frozenset(e.name for e in graph.layers if id(e.record) in model.layer_of)


def _check_scalars(graph: Graph, places: Any, place: str) -> None:
    for number in places:
        output = graph.outputs[number]
        if output.shape != () or output.dtype != "float32":
            raise Damage("a loss or a metric must be one number", place=f"{place}.graph")


def _name(value: Any, place: str) -> str:
    if len(plain.named(value, place)) > _LONGEST_NAME:
        raise Damage("the name is too long", place=place)
    return str(value)


def _form(value: Any, place: str) -> Any:
    if value is None or value == "one":
        return None if value is None else ...
    if isinstance(value, list):
        return tuple(plain.each(value, _name, place))
    return plain.whole(value, place, least=1, most=500)


def _size(form: Any) -> int:
    return (
        0 if form is None else 1 if form is ... else len(form) if isinstance(form, tuple) else form
    )


def _phase(saved: Any, graph: Graph, place: str) -> PhasePlan:
    fields = ("name", "outputs", "metrics", "weights", "optimizer", "every", "steps")
    plain.fields(saved, fields, place)
    most = len(graph.outputs) - 1
    outputs = plain.each(
        saved["outputs"], lambda v, at: plain.whole(v, at, most=most), f"{place}.outputs"
    )
    metrics = plain.each(saved["metrics"], _name, f"{place}.metrics")
    trained = set(graph.weights())
    weights = plain.each(
        saved["weights"], lambda v, at: plain.one_of(v, trained, at), f"{place}.weights"
    )
    if len(outputs) != 1 + len(metrics) or not weights:
        raise Damage("a phase has a loss, its metrics and weights", place=place)
    optimizer: Any = restored("optimizer", saved["optimizer"], f"{place}.optimizer")
    with making(place):
        return PhasePlan(
            _name(saved["name"], f"{place}.name"),
            tuple(outputs),
            tuple(metrics),
            tuple(weights),
            optimizer,
            plain.whole(saved["every"], f"{place}.every", 1, _MOST),
            plain.whole(saved["steps"], f"{place}.steps", 1, _MOST),
        )


def phases_of(computing: Computing | Phased) -> list[Phase] | None:
    """Return the phases of a network, without what they were made of.

    Parameters
    ----------
    computing : Computing or Phased
        The network.
    """
    return None if isinstance(computing, Computing) else [Phase.known(p) for p in computing.plans]
