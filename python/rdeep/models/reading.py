"""Networks out of files: all that a file says is checked before a model is made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from rdeep.catalogue.layers import Layer
from rdeep.errors.damage import Damage, making
from rdeep.graph.flags import flags_of
from rdeep.graph.network import Graph
from rdeep.graph.restoring import restored_graph, restored_records
from rdeep.models.frozen import settled
from rdeep.models.model import Model
from rdeep.models.own_loss import adopt_rest
from rdeep.models.sequential import Sequential
from rdeep.saving.archive import ModelFile
from rdeep.saving.schema import check_arrays, check_read, network
from rdeep.training.computing import restored_computing
from rdeep.training.history import History
from rdeep.training.phases import Phased
from rdeep.training.plans import Computing
from rdeep.training.restoring import (
    check_outputs,
    restored_trainer,
    restored_training,
    slot_shapes,
)

_WEIGHTS, _SLOTS = "weights.safetensors", "optimizer.safetensors"


@dataclass
class CheckedNetwork:
    """What a file says of a network, checked, and not made yet.

    Attributes
    ----------
    description : dict
        The network as plain data.
    graph : Graph or None
        Its graph.
    records : list of Layer
        The layers of a model whose input is not known.
    training : dict or None
        How it is compiled, with records.
    computing : Computing or Phased or None
        The network that computes its losses itself.
    """

    description: dict[str, Any]
    graph: Graph | None
    records: list[Layer]
    training: dict[str, Any] | None
    computing: Computing | Phased | None = None

    def weight_shapes(self) -> dict[str, tuple[int, ...]]:
        """Return the names and shapes of the weights that it has."""
        if self.graph is None:
            return {}
        graphs = [self.graph] if self.computing is None else [self.graph, self.computing.graph]
        return {n: tuple(w.shape) for graph in graphs for n, w in graph.weights().items()}

    def layers(self) -> list[Layer]:
        """Return the layers."""
        return self.records if self.graph is None else [e.record for e in self.graph.layers]

    def was_trained(self) -> bool:
        """Return whether its optimizer has taken a step."""
        return self.training is not None and self.training["steps_taken"] > 0

    def slot_shapes(self) -> dict[str, tuple[int, ...]]:
        """Return the names and shapes of what its optimizer keeps, once it was trained."""
        if self.training is None or self.graph is None:
            return {}
        flags = settled(self.layers(), self.training.get("trained"))
        graph = self.graph if self.computing is None else self.computing.graph
        if not isinstance(self.computing, Phased):
            return slot_shapes(self.training["optimizer"], graph, flags)
        plans = self.computing.plans
        found = [slot_shapes(p.optimizer, graph, flags, p.weights) for p in plans]
        return {name: shape for each in found for name, shape in each.items()}


def checked_network(data: Any, place: str = "model.json") -> CheckedNetwork:
    """Return what a description says of a network.

    Parameters
    ----------
    data : object
        Plain data: what `Model.description` returned.
    place : str
        Where in the file it is.

    Raises
    ------
    Damage
        If it says what no network is.
    """
    network(data, place)
    graph, records, training = None, [], None
    if data["graph"] is None:
        records = restored_records(data["layers"], f"{place}: layers")
    else:
        graph = restored_graph(data["graph"], f"{place}: graph")
        if data["kind"] == "sequential" and not _is_chain(graph):
            raise Damage("it is no chain of layers", place=f"{place}: graph")
    if data["compile"] is not None:
        training = restored_training(data["compile"], f"{place}: compile")
    computing = None
    if training is not None and training.get("computing") is not None:
        if graph is None:
            raise Damage("a model without a graph has none", place=f"{place}: compile.computing")
        computing = restored_computing(training["computing"], graph, f"{place}: compile.computing")
    found = CheckedNetwork(data, graph, records, training, computing)
    trained = None if training is None else training.get("trained")
    if trained is not None and len(trained) != len(flags_of(found.layers())):
        raise Damage("it must have a value for each layer", place=f"{place}: compile.trained")
    return found


def _is_chain(graph: Graph) -> bool:
    """Return whether each use of a layer takes what the one before gives, and no layer is twice."""
    pairs = zip(graph.nodes, graph.nodes[1:])
    follows = all(len(n.inputs) == 1 and n.inputs[0] is m.outputs[0] for m, n in pairs)
    alone = len(graph.inputs) == len(graph.outputs) == 1 and len(graph.layers) == len(graph.nodes)
    return follows and alone and graph.outputs[0] is graph.nodes[-1].outputs[0]


def read_network(file: ModelFile, backend: str, device: str | None) -> Model:
    """Return the network that a file holds.

    Parameters
    ----------
    file : ModelFile
        The file, opened.
    backend : str
        The engine to run on.
    device : str or None
        The device there.

    Raises
    ------
    Damage
        If the file holds anything else.
    """
    checked = checked_network(file.description)
    held, kept = file.headers()
    with making("model.json: graph"):
        wanted = checked.weight_shapes()
    check_arrays(held, wanted, _WEIGHTS)
    if kept or checked.was_trained():
        with making("model.json: compile"):
            slots_wanted = checked.slot_shapes()
        check_arrays(kept, slots_wanted, _SLOTS)
    weights, slots = file.weights(), file.slots()
    check_read(weights, held, _WEIGHTS)
    check_read(slots, kept, _SLOTS)
    return made_network(checked, weights, slots, backend, device)


def made_network(
    checked: CheckedNetwork,
    weights: Mapping[str, np.ndarray],
    slots: Mapping[str, np.ndarray],
    backend: str,
    device: str | None,
) -> Model:
    """Return a network that was checked, with its weights and as far as it was trained.

    Parameters
    ----------
    checked : CheckedNetwork
        The network.
    weights, slots : mapping of str to numpy.ndarray
        Its weights, and what its optimizer keeps; they are taken as they are.
    backend : str
        The engine to run on.
    device : str or None
        The device there.
    """
    data = checked.description
    options: dict[str, Any] = {
        "name": data["name"],
        "backend": backend,
        "device": device,
        # A model that is read takes no seed from the process's stream.
        "seed": data.get("seed"),
    }
    trainer = None
    if checked.training is not None:
        trainer = restored_trainer(
            checked.training, slots, "model.json: compile", checked.computing
        )
        if checked.graph is not None:
            check_outputs(trainer, checked.training, checked.graph, "model.json: compile")
    with making("model.json"):
        model = _model(checked, options)
        if weights:
            own = model._built().graph.weights()
            model._built().adopt({n: w for n, w in weights.items() if n in own})
        if trainer is not None:
            model._trainer = trainer
            model._settle((checked.training or {}).get("trained"))
        adopt_rest(model, weights)
        model.annotations = dict(data.get("annotations") or {})
        if data["history"] is not None:
            model.history = History.from_data(data["history"])
    return model


def _model(checked: CheckedNetwork, options: dict[str, Any]) -> Model:
    graph = checked.graph
    if graph is None:
        return Sequential(checked.records, **options)
    if checked.description["kind"] == "sequential":
        layers: list[Any] = [graph.inputs[0], *(node.layer for node in graph.nodes[1:])]
        return Sequential(layers, **options)
    return Model(graph.given_inputs(), graph.given_outputs(), **options)
