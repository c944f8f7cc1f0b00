"""What training asks of a model. `rdeep.models.Model` fits these protocols, which mypy checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from rdeep.catalogue.losses import Loss
from rdeep.catalogue.optimizers import BaseOptimizer
from rdeep.catalogue.schedules import Schedule
from rdeep.data.arrays import ArrayFeed
from rdeep.data.prepare import Kept
from rdeep.engines.contract import Network, Source, Stepper, TrainState
from rdeep.errors import Wording
from rdeep.graph.network import Graph
from rdeep.training.history import History
from rdeep.training.trainer import Trainer


class GraphModel(Protocol):
    """A model whose graph may not be known yet."""

    @property
    def is_built(self) -> bool:
        """Whether the input's shape is known, and so the graph."""

    @property
    def graph(self) -> Graph:
        """The graph; a `StateError` if the input's shape is not known yet."""


class PredictingModel(GraphModel, Protocol):
    """A model that is asked for predictions."""

    @property
    def network(self) -> Network:
        """The network on its engine, built at the first call."""

    def inputs_of(self, x: object, keep: Kept | None = None) -> list[Any]:
        """Return the network's inputs for data, which may show the input's shape."""

    def draws_from(self) -> Source:
        """Return what a prediction draws from: another each time, if it draws anything."""


class ScoredModel(GraphModel, Protocol):
    """A compiled model whose losses and metrics are computed."""

    annotations: dict[str, Any]
    """Plain data that travels with the model: names of columns."""

    @property
    def trainer(self) -> Trainer:
        """How the model is compiled, and how far training has come."""

    def output_losses(self) -> list[Loss]:
        """Return the loss of each output."""

    def feed_of(self, x: Any, y: Any = None, sample_weight: Any = None) -> ArrayFeed:
        """Return data as arrays for the model's losses, checked."""

    def look_at(self, feeds: Sequence[ArrayFeed]) -> None:
        """See what data shows: how targets are coded, and what a loss of its own makes of them."""

    def ready_stepper(self) -> Stepper:
        """Return what runs steps."""


class TrainedModel(ScoredModel, Protocol):
    """A compiled model that is trained, and what callbacks may read and change of it."""

    backend: str
    """The engine's name."""
    device: str | None
    """The device's name; `None` for the default."""

    seed: int
    """What its weights are drawn from."""
    stop_training: bool
    """Whether training ends at the next step."""
    learning_rate: float
    """The learning rate; setting it takes effect at the next step."""
    messages: list[Wording]
    """What callbacks have said since the last event."""

    @property
    def optimizer(self) -> BaseOptimizer:
        """The optimizer that the model was compiled with."""

    def keeps_average(self) -> bool:
        """Whether an optimizer keeps a moving average of weights."""

    @property
    def steps_taken(self) -> int:
        """How many batches the model was trained on."""

    def build_for(self, x: object) -> None:
        """Make sure that the model is compiled, and its input's shape known (from data)."""

    def prepare_training(self, initial_epoch: int = 0) -> tuple[Stepper, TrainState]:
        """Return what runs steps, and a state that goes on from an earlier training."""

    def training_ended(self, history: History, seed: int) -> None:
        """Take the history of a training that has ended, and the seed that it drew from."""

    def structure(self) -> dict[str, Any]:
        """Return the layers as plain data."""

    def network_states(self) -> dict[str, np.ndarray]:
        """Return the states that layers keep between batches, by name."""

    def set_network_states(self, states: Mapping[str, np.ndarray]) -> None:
        """Set the states that layers keep: those that are not given are zeros."""

    def drawn_so_far(self) -> int:
        """Return how many predictions have drawn random numbers, since the seed was chosen."""

    def draw_on_from(self, count: int) -> None:
        """Have predictions draw as if there had been so many before."""

    def log_directions(self) -> dict[str, str | None]:
        """Return which is better of each log, the smallest (`"min"`) or the largest (`"max"`)."""

    def follow(self, schedule: Schedule | None) -> None:
        """Have the learning rate follow a schedule, or what the model was compiled with."""

    def swap_average(self) -> None:
        """Exchange the weights and the moving average that the optimizer keeps of them."""

    def get_weights(self) -> list[np.ndarray]:
        """Return copies of the weights."""

    def get_training_weights(self) -> dict[str, np.ndarray]:
        """Return copies of all weights that training changes, those of losses too."""

    def set_training_weights(self, weights: Mapping[str, np.ndarray]) -> None:
        """Change all weights that training changes."""

    def get_named_weights(self) -> dict[str, np.ndarray]:
        """Return copies of the weights by name."""

    def set_weights(self, weights: Sequence[np.ndarray] | Mapping[str, np.ndarray]) -> None:
        """Change all weights, or those that are named."""

    def save(self, path: str, overwrite: bool = False) -> None:
        """Save layers, weights and training state in one file."""

    def save_weights(self, path: str, overwrite: bool = False) -> None:
        """Save the weights alone."""

    def say(self, message: str | Wording) -> None:
        """Pass on what a callback has to say: with the next event, or printed."""

    def take_messages(self) -> list[Wording]:
        """Return what was said since the last call."""
