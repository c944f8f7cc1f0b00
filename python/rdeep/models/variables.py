"""The weights of models and layers as variables of the engine, read when they are used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from rdeep.catalogue.layers.base import Layer, Weight, is_described
from rdeep.engines import registry as backends
from rdeep.engines.variables import EngineVariable
from rdeep.errors import StateError
from rdeep.graph.composite import Borrowed
from rdeep.graph.flags import flags_of
from rdeep.graph.layer import GraphLayer
from rdeep.graph.tensor import SymbolicTensor
from rdeep.models.layer_calls import build_layer as build_layer
from rdeep.models.layer_calls import layer_is_built, layer_model, model_of_entries, record_of
from rdeep.models.model import Model
from rdeep.ops.variable import BaseVariable


class WeightVariable(BaseVariable):
    """A weight of a model as a variable of its engine.

    Parameters
    ----------
    model : Model
        A model that has the weight.
    path : str
        Its name there.
    """

    is_of_layer = True

    def __init__(self, model: Model, path: str) -> None:
        self.model, self.path = model, path
        self._of: tuple[Any, EngineVariable] | None = None
        self._declared: tuple[Any, Weight] | None = None

    @property
    def name(self) -> str:  # type: ignore[override]
        """Its name in its layer."""
        return self.path.rsplit("/", 1)[-1]

    @property
    def backend(self) -> str:  # type: ignore[override]
        """The engine's name."""
        return self.model.backend

    @property
    def declared(self) -> Weight:
        """What was declared of the weight."""
        parameters = self.model._built()
        if self._declared is None or self._declared[0] is not parameters:
            # A step of training asks for each weight's shape several times.
            self._declared = parameters, parameters.graph.weights()[self.path]
        return self._declared[1]

    @property
    def shape(self) -> tuple[int, ...]:
        """Its shape."""
        return tuple(self.declared.shape)

    @property
    def dtype(self) -> str:
        """Its type."""
        return "float32"

    @property
    def trainable(self) -> bool:  # type: ignore[override]
        """Whether training changes it."""
        return self.path in self.model.graph.trainable_names()

    @property
    def constraint(self) -> Any:
        """What it must satisfy."""
        return self.declared.constraint

    @property
    def regularizer(self) -> Any:
        """What penalises it."""
        return self.declared.regularizer

    @property
    def value(self) -> Any:
        """The engine's tensor; where a layer is described, the symbolic one that stands for it."""
        return self.stand_in() if is_described() else super().value

    def stand_in(self) -> SymbolicTensor:
        """Return the symbolic tensor that stands for it in a graph."""
        graph = self.model.graph
        record, name, _ = graph.source_of(self.path)
        known = record.__dict__.setdefault("_borrowed", {})
        if name not in known:
            known[name] = Borrowed(record, replace(self.declared, name=name)).tensor()
        return known[name]

    def assign(self, value: object) -> Any:
        """Give it a value, and return it.

        Raises
        ------
        StateError
            Where a layer is described: only weights of its own change there.
        """
        if is_described():
            raise StateError(
                f"assign() of the weight {self.path!r} within call() or compute_loss(): only "
                "weights that the layer itself makes by add_weight() can be given values there.",
                hint="Assign it between steps of training: in a callback, or in train_step().",
            )
        return super().assign(value)

    def held(self) -> EngineVariable:
        """Return the engine's own variable."""
        network = self.model.network
        if self._of is None or self._of[0] is not network:
            self.model._built().mark_exposed()
            found = backends.load(self.backend).variables.of_network(network, self.path)
            self._of = network, found
        return self._of[1]

    def __reduce__(self) -> tuple[Any, ...]:
        """Return what pickle makes it from again."""
        return WeightVariable, (self.model, self.path)


def model_variables(model: Model, /, trainable: bool | None = None) -> list[WeightVariable]:
    """Return a model's weights as variables; none as long as it is not built.

    Parameters
    ----------
    model : Model
        The model.
    trainable : bool, optional
        Only those that training changes by gradients, or only the others.
    """
    if not model.is_built:
        return []
    kept: Any = vars(model).get("_variables")
    if kept is None or kept[0] is not model._parameters:
        found = [WeightVariable(model, name) for name in model.graph.weights()]
        kept = vars(model)["_variables"] = model._parameters, found
    if trainable is None:
        return list(kept[1])
    flags = tuple(trained for _, trained in flags_of(kept[0]._records()))
    chosen = vars(model).get("_chosen")
    if chosen is None or chosen[0] is not kept or chosen[1] != flags:
        chosen = vars(model)["_chosen"] = kept, flags, set(model.graph.trainable_names())
    return [each for each in kept[1] if (each.path in chosen[2]) == trainable]


def layer_variables(
    layer: Layer | GraphLayer, /, trainable: bool | None = None
) -> list[WeightVariable]:
    """Return a layer's weights as variables; none as long as it was not applied to anything.

    Parameters
    ----------
    layer : Layer
        The layer.
    trainable : bool, optional
        Only those that training changes by gradients, or only the others.
    """
    record = record_of(layer)
    if not layer_is_built(record):
        return []
    model = _model_with(record)
    found = model.graph.layer_of[id(record)]
    own = set(found.weight_names)
    return [each for each in model_variables(model, trainable) if each.path in own]


def layer_variable(layer: Layer | GraphLayer, name: str, /) -> WeightVariable | None:
    """Return a layer's weight of a name; `None` if there is none.

    Parameters
    ----------
    layer : Layer
        The layer.
    name : str
        The weight's name in the layer.
    """
    record = record_of(layer)
    if not layer_is_built(record):
        return None
    model = _model_with(record)
    found = model.graph.layer_of[id(record)]
    paths = {w.name: path for w, path in zip(found.declared, found.weight_names)}
    path = paths.get(name)
    return next((each for each in model_variables(model) if each.path == path), None)


def _model_with(record: Layer) -> Model:
    """Return a model that has a layer: one in use before one of the layer alone."""
    ownership: Any = record.__dict__.get("_ownership")
    if ownership is None:
        # A layer of others holds nothing itself.
        parts = _parts(record)
        ownership = next(
            (o for part in parts if (o := part.__dict__.get("_ownership")) is not None), None
        )
    found = [ownership.owner, *ownership.holders] if ownership is not None else []
    models = [each.model() for each in found if each.model is not None]
    for model in models:
        if model is not None and id(record) in model.graph.layer_of:
            return model
    # A layer within another: by itself on the same engine, where it has the same tensors.
    backend = next((model.backend for model in models if model is not None), None)
    if backend is None:
        return layer_model(record)
    return model_of_entries(record, backend)


def _parts(record: Layer) -> list[Layer]:
    entries = record.__dict__.get("_entries", ())
    inside = record.parts(tuple(shape for shape, _ in entries))
    wrapped = list(record.inner_layers().values()) if record.shares_inner else []
    return [*(part for part, _ in inside or ()), *wrapped]


def get_layer_weights(layer: Layer | GraphLayer, /) -> list[Any]:
    """Return copies of a layer's weights, in Keras's order and layout.

    Parameters
    ----------
    layer : Layer
        The layer.
    """
    return [variable.numpy() for variable in layer_variables(layer)]


def set_layer_weights(layer: Layer | GraphLayer, weights: Sequence[Any], /) -> None:
    """Change a layer's weights.

    Parameters
    ----------
    layer : Layer
        The layer.
    weights : sequence of arrays
        As `get_layer_weights` returns them.

    Raises
    ------
    ShapeError
        If there are too many or too few, or a shape differs.
    """
    record = record_of(layer)
    if not layer_is_built(record):
        if len(weights) == 0:
            return
        layer_model(record)  # Says that it has none yet.
    model = _model_with(record)
    model.set_layer_weights(model.graph.layer_of[id(record)].name, weights)


def count_layer_params(layer: Layer | GraphLayer, /) -> int:
    """Return the number of values in a layer's weights.

    Parameters
    ----------
    layer : Layer
        The layer.
    """
    record = record_of(layer)
    if not layer_is_built(record):
        layer_model(record)  # Says that it has none yet.
    return _model_with(record).graph.layer_of[id(record)].count_params()
