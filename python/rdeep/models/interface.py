"""What the functions that are methods of `Model` ask of a model.

`Model` names these functions in its body (`fit = training.fit`); their first argument is the model.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from rdeep.catalogue.layers import Layer
from rdeep.engines.contract import Network
from rdeep.graph.composite import Composite
from rdeep.graph.layer import GraphLayer
from rdeep.graph.network import Graph
from rdeep.graph.tensor import SymbolicTensor
from rdeep.models.parameters import Parameters
from rdeep.training.history import History
from rdeep.training.model import GraphModel, PredictingModel, TrainedModel
from rdeep.training.session import TrainingSession
from rdeep.training.trainer import Trainer


class DescribedModel(GraphModel, Protocol):
    """A model of which one wants to know what it consists of."""

    name: str
    backend: str
    annotations: dict[str, Any]

    @property
    def layers(self) -> list[GraphLayer]:
        """The layers as users see them."""


class WeightedModel(GraphModel, Protocol):
    """A model whose weights are read and changed."""

    name: str
    backend: str

    @property
    def network(self) -> Network:
        """The network on its engine, built at the first call."""

    @property
    def kind(self) -> str:
        """What the file says that it is."""

    def _built(self) -> Parameters:
        """Return the weights and their graph; a `StateError` if they are not known yet."""

    def set_weights(self, weights: Sequence[np.ndarray] | Mapping[str, np.ndarray]) -> None:
        """Change all weights, or those that are named."""


class SavedModel(WeightedModel, Protocol):
    """A model that becomes plain data."""

    seed: int
    annotations: dict[str, Any]
    history: History | None
    _trainer: Trainer | None

    def description(self) -> dict[str, Any]:
        """Return the model without its weights, as plain data."""

    def _settle(self, trained: Sequence[bool] | None = None) -> None:
        """Settle which layers are trained: as they say now, or as a file says."""

    def _structure(self) -> dict[str, Any]:
        """Return the layers as plain data."""

    def _all_records(self) -> list[Layer]:
        """Return the layers, those of a model without its input too."""


class CalledModel(PredictingModel, Protocol):
    """A model that is applied to symbolic tensors or to data."""

    backend: str
    _parameters: Parameters | None

    @property
    def input_names(self) -> list[str]:
        """The names of the inputs."""

    @property
    def draws_in_prediction(self) -> bool:
        """Whether predictions differ from call to call."""

    def as_layer(self) -> Composite:
        """Return the model as a layer, always the same one."""

    def to_backend(self, backend: str) -> Any:
        """Return a copy on another engine."""

    def _build_of(self, inputs: object) -> None:
        """Look at what `call` computes of symbolic tensors, nested as the data is."""

    def _build_for(self, tensors: Sequence[SymbolicTensor]) -> None:
        """Find the inputs' shapes in the symbolic tensors that the model is applied to."""


class WholeModel(TrainedModel, PredictingModel, DescribedModel, SavedModel, Protocol):
    """A model that is trained, evaluated and asked for predictions."""

    _parameters: Parameters | None
    _session: TrainingSession | None
    _drawn: tuple[int, int]
    _said_numbers: bool

    @property
    def is_compiled(self) -> bool:
        """Whether `compile` was called."""

    @property
    def draws_in_prediction(self) -> bool:
        """Whether predictions differ from call to call."""

    @property
    def is_of_phases(self) -> bool:
        """Whether the model has no graph but that of its phases."""

    def _take_graph(self, graph: Graph) -> None:
        """Become a model of a graph, keeping the weights that fit it."""

    def _build_from(self, x: object) -> None:
        """Find the input's shape in data."""

    @property
    def _is_called(self) -> bool:
        """Whether a method of a user's class says what the model computes."""

    def arranged(self, data: object, side: str = "x") -> Any:
        """Return data with its columns in the order that the model was fitted with."""

    def copy(self) -> WholeModel:
        """Return a model of the same layers and weights, compiled alike and trained as far."""

    def session(
        self, x: object, y: object = None, *, listen: Collection[str] = (), **options: Any
    ) -> TrainingSession:
        """Return a training that is asked to advance, event by event."""

    def evaluate(
        self,
        x: object,
        y: object = None,
        batch_size: int | None = None,
        verbose: object = "auto",
        sample_weight: object = None,
        steps: int | None = None,
        callbacks: object = None,
        return_dict: bool = False,
    ) -> Any:
        """Return the loss and the metrics on data."""

    def predict(self, x: object, batch_size: int | None = None) -> Any:
        """Return the outputs for data."""
