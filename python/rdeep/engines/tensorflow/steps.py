"""What one step of training or evaluation computes, as functions that TensorFlow traces."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from rdeep.engines.objective import Objective
from rdeep.engines.tensorflow import ops
from rdeep.engines.tensorflow.batches import Layout
from rdeep.engines.tensorflow.network import TensorFlowNetwork
from rdeep.engines.tensorflow.optimizer import Updates
from rdeep.engines.tensorflow.programs import joined
from rdeep.engines.tensorflow.scaling import LossScale

Tensor = Any


class Steps:
    """Makes the functions of a network's steps.

    Parameters
    ----------
    network : TensorFlowNetwork
        The network.
    objective : Objective
        What to minimise and report.
    updates : Updates
        What changes the weights.
    scale : LossScale
        What the loss is multiplied by.

    Attributes
    ----------
    traces : int
        How often functions have been traced.
    """

    def __init__(
        self, network: TensorFlowNetwork, objective: Objective, updates: Updates, scale: LossScale
    ) -> None:
        self.network, self.objective = network, objective
        self.updates, self.scale = updates, scale
        self.traces = 0

    def training(self, layout: Layout) -> Any:
        """Return a function that trains on a batch.

        Parameters
        ----------
        layout : Layout
            What a batch holds.
        """
        network, updates = self.network, self.updates
        watched = list(updates.variables.values())
        scale = self.scale

        def train(batch: list[Tensor], step: Tensor, rate: Tensor) -> tuple[Tensor, list[Tensor]]:
            self.traces += 1
            if network.random.used:
                network.random.set_step(step)
            with tf.GradientTape(watch_accessed_variables=False) as tape:
                tape.watch(watched)
                loss, sums, collected = self.measure(layout, batch, training=True)
                minimised = scale.scaled(loss)
            found = tape.gradient(minimised, watched, unconnected_gradients="zero")
            # Embeddings have gradients by rows; the formulas take whole arrays.
            grads = [tf.convert_to_tensor(g) for g in found]
            # No weight changes before all gradients are there: should memory not suffice for one,
            # the step has not begun.
            grads = tf.identity_n(grads) if len(grads) > 1 else grads
            scale.unscaled(grads, lambda unscaled: updates.apply(unscaled, rate, step))
            return joined(sums), collected

        return train

    def scoring(self, layout: Layout) -> Any:
        """Return a function that measures a batch.

        Parameters
        ----------
        layout : Layout
            What a batch holds.
        """

        def score(batch: list[Tensor], step: Tensor, rate: Tensor) -> tuple[Tensor, list[Tensor]]:
            self.traces += 1
            if self.network.draws:
                self.network.random.set_step(step)
            _, sums, collected = self.measure(layout, batch, training=False)
            return joined(sums), collected

        return score

    def measure(
        self, layout: Layout, batch: list[Tensor], training: bool
    ) -> tuple[Tensor, list[Tensor], list[Tensor]]:
        """Return the loss of a batch, what the sums grow by, and what is collected.

        Parameters
        ----------
        layout : Layout
            What a batch holds.
        batch : list of tensor
            The batch.
        training : bool
            Whether layers compute as in training.
        """
        inputs, targets, weights = layout.split(batch)
        scores, masks, terms = self.network.forward(inputs, training)
        terms = [*terms, *self.network.penalties()]
        penalty = tf.add_n(terms) if terms else None
        loss, sums, collected = self.objective.measure(
            scores, targets, weights, masks, penalty, ops
        )
        rows = sums[1]
        sums = [s * rows if i in self.objective.means else s for i, s in enumerate(sums)]
        flat = [tensor for kept in collected for tensor in kept if tensor is not None]
        return loss, sums, flat

    def collected(self, layout: Layout, rows: int | None) -> tuple[tf.TensorSpec, ...]:
        """Return the specs of what a batch collects.

        Parameters
        ----------
        layout : Layout
            What a batch holds.
        rows : int or None
            The number of rows, where it is fixed.
        """
        _, targets, weights = layout.split(list(layout.specs))
        specs: list[Any] = []
        for i in self.collecting():
            output = self.network.graph.outputs[i]
            specs += [targets[i], tf.TensorSpec(output.shape, output.dtype)]
            specs += [] if weights[i] is None else [weights[i]]
        return tuple(tf.TensorSpec([rows, *s.shape[1:]], s.dtype) for s in specs)

    def collecting(self) -> list[int]:
        """Return which outputs have metrics that take all predictions at once."""
        return [i for i, plan in enumerate(self.objective.plans) if plan.collects]
