"""What the tests of the TensorFlow backend share: graphs, networks and steppers made by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

pytest.importorskip("tensorflow")

from rdeep.catalogue import layers, losses, optimizers
from rdeep.data.arrays import ArrayFeed
from rdeep.engines import tensorflow as tensorflow_backend
from rdeep.engines.contract import Tuning
from rdeep.engines.objective import Objective, OutputPlan
from rdeep.graph.network import Graph
from rdeep.graph.tensor import Input

BACKEND = tensorflow_backend.load()

# After the backend, which silences their start; tests take them from here for that reason.
import keras  # noqa: E402, F401
import tensorflow as tf  # noqa: E402, F401

MSE = losses.MeanSquaredError()
DRAWN = np.random.default_rng(3)
SERIES, IMAGES = (6, 3), (8, 6, 4)


def chain(shape: tuple[int | None, ...], *parts: Any, dtype: str = "float32") -> Graph:
    """Return the graph of layers applied in turn."""
    x = Input(shape, dtype=dtype)
    y: Any = x
    for part in parts:
        y = part(y)
    return Graph([x], y if isinstance(y, list) else [y])


def build(graph: Graph, seed: int = 1) -> Any:
    """Return a network whose weights are all random, none of them zero."""
    rng = np.random.default_rng(seed)
    drawn = {
        name: rng.uniform(0.1, 0.6, weight.shape).astype("float32")
        * (1 if weight.buffer else rng.choice([-1, 1], weight.shape))
        for name, weight in graph.weights().items()
    }
    return BACKEND.build(graph, drawn, "cpu")


def stepper_for(
    network: Any, plan: OutputPlan | list[OutputPlan], optimizer: Any = None, jit: bool = False
) -> Any:
    """Return a stepper for plans of outputs."""
    plans = plan if isinstance(plan, list) else [plan]
    objective = Objective(plans, network.heads)
    return BACKEND.stepper(network, objective, optimizer or optimizers.SGD(), Tuning(jit))


def run(stepper: Any, state: Any, batches: Any, start: int, k: int, rate: Any = None) -> None:
    """Train on some batches, at the optimizer's rate if no other is given."""
    rate = stepper.optimizer.initial_rate if rate is None else rate
    stepper.run(state, batches, start, np.full(k, rate))


def train(stepper: Any, feed: ArrayFeed, batch_size: int, epochs: int = 1, seed: int = 5) -> Any:
    """Train whole epochs in the data's order; return the state with the last epoch's sums."""
    state, batches = stepper.start(seed, None, 0), stepper.place(feed, batch_size)
    for _ in range(epochs):
        state.sums = stepper.new_sums()
        run(stepper, state, batches, 0, batches.count)
    return state


def feed_of(x: np.ndarray, y: np.ndarray, weights: np.ndarray | None = None) -> ArrayFeed:
    """Return a feed of one input and one output."""
    return ArrayFeed([x], [y], [weights])


def same(ours: dict[str, np.ndarray], theirs: dict[str, np.ndarray], atol: float) -> None:
    """Check that weights agree."""
    assert ours.keys() == theirs.keys()
    for name in ours:
        np.testing.assert_allclose(ours[name], theirs[name], atol=atol, rtol=1e-5, err_msg=name)


def small(rows: int = 70) -> tuple[Graph, np.ndarray, np.ndarray]:
    """Return a small regression: graph, inputs, targets."""
    rng = np.random.default_rng(4)
    x = rng.normal(size=(rows, 5)).astype("float32")
    graph = chain((5,), layers.Dense(8, activation="tanh"), layers.Dense(1))
    return graph, x, (x[:, :1] - 0.5 * x[:, 1:2]).astype("float32")


SERIES, IMAGES = (6, 3), (8, 6, 4)
