"""What a backend must do. The loop above it knows this contract and no engine.

A backend builds a `Network` from a graph, and a `Stepper` for a network, an objective and an
optimizer; a stepper runs chunks of steps on one explicit `TrainState`. Arrays that cross the
contract are NumPy's, weights in Keras's layout under their names in the model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from rdeep.catalogue.layers.base import Layer
from rdeep.catalogue.optimizers import BaseOptimizer
from rdeep.data.arrays import ArrayFeed
from rdeep.engines.objective import Objective
from rdeep.engines.phases import PhaseObjective
from rdeep.engines.single_layer import Differentiable, Differentiated, Form, LayerCall, LayerResult
from rdeep.graph.network import Graph


@dataclass
class Sums:
    """What a pass over batches has added up so far, on the device.

    `totals` is a vector laid out by the objective; `collected` holds, for each output whose
    metrics need all predictions at once, a list of batches of (targets, predictions, weights).
    `batches` counts what was scored.
    """

    totals: Any
    collected: list[list[tuple[Any, Any, Any]]]
    batches: int = 0


@dataclass(frozen=True)
class Source:
    """What a network draws random numbers from when it does not train.

    Attributes
    ----------
    seed : int
        The seed.
    call : int
        Which prediction it is, for layers with a generator of their own.
    """

    seed: int = 0
    call: int = 0


NO_SOURCE = Source()
"""For what draws nothing."""


@dataclass(frozen=True)
class Tuning:
    """Options of performance: compilation, and steps per call.

    Attributes
    ----------
    jit : bool or None
        Whether to compile; `None` leaves it to the backend.
    unroll : int
        How many steps a compiled call may hold.
    """

    jit: bool | None = None
    unroll: int = 1


@dataclass
class TrainState:
    """All that training changes, apart from the network's weights.

    Dropout depends on `seed` and `step` alone, so there is no other random state.

    Attributes
    ----------
    seed : int
        What the random layers draw from.
    step : int
        The number of batches trained on.
    slots : object
        What the optimizer keeps for each weight, as the engine holds it.
    sums : Sums
        The epoch's sums so far.
    averaged : bool
        Whether the network has the weights' moving average at the moment, and the slots have the
        weights.
    """

    seed: int
    step: int
    slots: Any
    sums: Sums
    averaged: bool = False


UserStep = Callable[[Any, "list[Any]"], Any]
"""A step: takes the structure of its data and the tensors in it, and returns logs or outputs."""


class Batches(Protocol):
    """Data on the device, as batches of one size (the last may be smaller)."""

    count: int
    """The number of batches."""
    size: int
    """The rows in a batch."""

    def order(self, permutation: np.ndarray | None) -> None:
        """Set the order of the samples for the coming epoch; `None` for the data's own."""

    def arrays(self, index: int) -> ArrayFeed:
        """Return a batch of the epoch as NumPy arrays."""


class Stepper(Protocol):
    """Runs steps of training or evaluation, a chunk at a time."""

    @property
    def objective(self) -> Objective | PhaseObjective:
        """What it minimises and reports."""

    def start(self, seed: int, slots: Mapping[str, np.ndarray] | None, step: int) -> TrainState:
        """Return a state to train from: fresh, or with the slots and step of an earlier training.

        Slots are given as `export_slots` returned them.
        """

    def restore(self, state: TrainState, slots: Mapping[str, np.ndarray]) -> None:
        """Give a state the slots of another training, as `export_slots` returned them."""

    def holds(self, nbytes: int) -> bool:
        """Return whether data of that size fits the device, with room to work."""

    def place(self, feed: ArrayFeed, batch_size: int) -> Batches:
        """Put data on the device."""

    def expect(self, batch_size: int, steps: float, by_batch: bool) -> None:
        """Take note of how long training will be, to compile only where that saves time.

        `steps` counts from the model's first training and may be infinite; `by_batch` says that
        they come one by one.
        """

    def new_sums(self) -> Sums:
        """Return sums of nothing."""

    def run(
        self,
        state: TrainState,
        batches: Batches,
        start: int,
        rates: np.ndarray,
        watch: bool = True,
    ) -> bool:
        """Train from batch `start` of the epoch on, a batch for each learning rate.

        Phases have a row of rates for each batch. Changes the state, whose `step` tells how many
        were taken, and the weights. With `watch`, training ends before a step that comes to no
        number, in its loss or in what it would make of the weights: then False is returned, and
        that step has changed nothing. An interrupt that waits ends it early too.
        """

    def gradient_norms(self, state: TrainState, batches: Batches, index: int) -> dict[str, float]:
        """Return the norm of each weight's gradient on a batch, and change nothing."""

    def finish(self, state: TrainState) -> None:
        """End a training: the weights become their moving average, if there is one."""

    def swap_average(self, state: TrainState) -> None:
        """Exchange the weights and their moving average, if there is one."""

    def score(
        self, sums: Sums, batches: Batches, start: int, k: int, source: Source = NO_SOURCE
    ) -> None:
        """Add the losses and metrics of `k` batches to the sums, without training.

        What is drawn depends on the source and on how many batches were added before.
        """

    def read(self, sums: Sums) -> dict[str, float | list[float]]:
        """Return the logs that sums come to; waits for the device."""

    def export_slots(self, state: TrainState) -> dict[str, np.ndarray]:
        """Return the optimizer's slots as `slot/weight name`, in Keras's layout."""

    def export_sums(self, sums: Sums) -> dict[str, np.ndarray]:
        """Return the sums as arrays by name, for `load_sums`."""

    def load_sums(self, arrays: Mapping[str, np.ndarray]) -> Sums:
        """Return the sums that `export_sums` wrote down: adding to them goes on bit by bit.

        A `ValueError` if they are of another objective.
        """

    @property
    def loss_scale(self) -> tuple[float, int] | None:
        """The scale that follows the gradients, and the steps since it changed, if there is one.

        Setting it goes on from there; it is left alone where there is none.
        """

    @loss_scale.setter
    def loss_scale(self, value: tuple[float, int] | None) -> None: ...


class StepRunner(Protocol):
    """Calls steps that a user wrote, on batches of any arrays."""

    traces: bool
    """Whether steps become graphs, unless they are to be called as they are."""

    def holds(self, nbytes: int) -> bool:
        """Return whether data of that size fits the device, with room to work."""

    def place(self, feed: ArrayFeed, batch_size: int) -> Batches:
        """Put data on the device."""

    def tensors(self, batches: Any, index: int) -> list[Any]:
        """Return a batch's inputs as tensors."""

    def prepared(self, function: UserStep, name: str, eager: bool) -> UserStep:
        """Return a function that does the same and is fast, unless it is to be called as it is."""

    def running(self, training: bool, flops: float) -> AbstractContextManager[None]:
        """Return a context in which steps run: of training, or of evaluation and prediction."""

    def numbers(self, values: Sequence[Any]) -> list[np.ndarray]:
        """Return tensors and numbers as arrays; waits for the device."""


class Network(Protocol):
    """A network on an engine, and its weights."""

    native: Any
    """The engine's own object, a `torch.nn.Module` or a `keras.Model`, with output activations."""
    device: str
    policy: str
    trainable: list[str]
    """The names of the weights that training changes by gradients."""

    def get_weights(self, names: Iterable[str] | None = None) -> dict[str, np.ndarray]:
        """Return copies of all weights, or of those that are named."""

    def set_weights(self, weights: Mapping[str, np.ndarray]) -> None:
        """Change the weights that are given."""

    def share(self, other: Any, layers: Sequence[Mapping[str, str]]) -> list[bool]:
        """Hold the tensors of another network in the place of one's own; return of which layers.

        A layer is given by the names of its weights, each with its name in the other network. It
        is left as it is where that network has it elsewhere, or laid out otherwise.
        """

    def keep_trained(self, names: Iterable[str]) -> None:
        """Have gradients for weights that other networks train, though this one does not."""

    def call(self, inputs: list[Any], training: bool, seed: int) -> list[Any]:
        """Return the outputs for arrays or tensors as the engine's; what is drawn has a seed.

        Gradients flow through it, to the weights and to inputs that are tensors.
        """

    def call_with(
        self, values: Mapping[str, Any], inputs: list[Any], training: bool, seed: int
    ) -> tuple[list[Any], list[Any], dict[str, Any]]:
        """Return what the network computes with other weights than its own.

        That is the outputs, what layers and penalties add to the loss, and the weights then.
        Gradients flow to the values that are given.
        """

    def penalty_terms(self) -> list[Any]:
        """Return the penalties on weights, and what layers added to the loss when last called."""

    def reset_states(self) -> None:
        """Have recurrent layers that keep states between batches start from zeros."""

    def get_states(self) -> dict[str, np.ndarray]:
        """Return the states that layers keep between batches, by name."""

    def set_states(self, states: Mapping[str, np.ndarray]) -> None:
        """Set the states that layers keep: those that are not given are zeros."""

    def predict(
        self, inputs: list[Any], batch_size: int, source: Source = NO_SOURCE, first: int = 0
    ) -> list[np.ndarray]:
        """Return the outputs for all rows of arrays or sparse matrices, a chunk at a time.

        A network that draws random numbers there (`rdeep.graph.randomness`) does it from a
        source and the chunk's number, which counts from `first`.
        """

    def sample(self, inputs: list[Any], batch_size: int, seed: int) -> list[np.ndarray]:
        """Return outputs as `predict` does, but with dropout, drawn from a seed."""


class Backend(Protocol):
    """An engine."""

    name: str

    @property
    def ops(self) -> Any:
        """Its array functions, a module: names and meanings of `rdeep.ops`."""

    @property
    def variables(self) -> Any:
        """Its variables, a module: `of_network()`, `created()`, `gradients()`, `Applied`."""

    def devices(self) -> list[str]:
        """Return the names of the devices there are, the default first."""

    def build(
        self,
        graph: Graph,
        weights: Mapping[str, np.ndarray],
        device: str | None,
        policy: str = "float32",
    ) -> Network:
        """Return a network with these weights on a device.

        `policy` is one of `rdeep.precision.POLICIES`: the type that layers compute in.
        """

    def stepper(
        self, network: Any, objective: Objective, optimizer: BaseOptimizer, tuning: Tuning
    ) -> Stepper:
        """Return what trains a network that this backend built."""

    def step_runner(self, device: str | None) -> StepRunner:
        """Return what calls steps that a user wrote, on a device."""

    def phase_stepper(self, network: Any, objective: PhaseObjective, tuning: Tuning) -> Stepper:
        """Return what trains a network of losses, that this backend built, in phases."""

    def foreign_layer(self, **options: Any) -> Layer:
        """Return a layer that computes by an object of the engine's own."""

    # What tests ask for (`rdeep.testing`), and nothing else.

    def native_forms(self, layer: type[Layer]) -> Sequence[Form]:
        """Return which native forms the engine has of a layer."""

    def run_layer(self, call: LayerCall, form: Form = "formula") -> LayerResult | None:
        """Return what a layer by itself gives, by its formula or by a native form.

        `None` where there is no such form for its options, or no kernel for the precision.
        """

    def differentiate(self, function: Differentiable, arrays: list[np.ndarray]) -> Differentiated:
        """Return the values of a function of tensors, and gradients by the arrays of floats.

        The gradients are those of the values' sum, each times that of
        `rdeep.engines.single_layer.directions`; none where the engine does not train.
        """
