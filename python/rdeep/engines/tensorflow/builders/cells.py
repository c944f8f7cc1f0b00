"""Keras layers that run a cell's formula over a sequence, and that keep states between batches."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from rdeep.arrays.counter_random import part_name
from rdeep.catalogue.layers.run import Run
from rdeep.engines.tensorflow import ops
from rdeep.engines.tensorflow.builders.base import BuildContext, common
from rdeep.engines.tensorflow.sampling import LayerDraws

Tensor = Any


class _FormulaCell(keras.layers.Layer):
    """A Keras cell that computes a step by the formula in the catalogue."""

    def __init__(self, cell: Any) -> None:
        super().__init__()
        self.cell = cell
        self.state_size = [0] * cell.state_count
        self.running: Run | None = None

    def build(self, input_shape: Any) -> None:
        """Make the weights; they start as zeros, and are set once the network is built."""
        step = tuple(input_shape)
        self.held = {
            weight.name: self.add_weight(
                name=weight.name.replace("/", "__"),
                shape=weight.shape,
                initializer="zeros",
                trainable=not weight.buffer,
            )
            for weight in self.cell.weights(step)
        }
        self.state_shapes = [shape[1:] for shape in self.cell.state_shapes(step)]

    def get_initial_state(self, batch_size: Any = None) -> list[Tensor]:
        """Return states of zeros."""
        return [tf.zeros((batch_size, *shape), self.compute_dtype) for shape in self.state_shapes]

    def call(self, inputs: Tensor, states: Any) -> tuple[Tensor, list[Tensor]]:
        """Return the output of a step and the new states."""
        assert self.running is not None
        return self.cell.step(inputs, list(states), self.running)


class FormulaRNN(keras.layers.RNN):
    """Keras's loop over the steps of a sequence, with a cell of the catalogue.

    Parameters
    ----------
    record : RecurrentLayer
        The layer's record.
    site : BuildContext
        Where it stands.
    name : str
        The Keras layer's name.
    """

    def __init__(self, record: Any, site: BuildContext, name: str) -> None:
        super().__init__(
            _FormulaCell(record.cell),
            return_sequences=record.return_sequences,
            return_state=record.return_state,
            go_backwards=record.go_backwards,
            unroll=record.unroll,
            zero_output_for_mask=record.zero_output_for_mask,
            **{**common(record, site), "name": name},
        )
        self.record, self.random = record, site.random
        self._keys = {part: part_name(site.name, part) for part in record.cell.streams()}
        for part, seed in record.cell.streams().items():
            site.random.add(self._keys[part], seed)

    @property
    def held(self) -> dict[str, Any]:
        """The weights by name."""
        return self.cell.held

    def inner_loop(
        self, sequences: Tensor, initial_state: Any, mask: Any, training: bool = False
    ) -> Any:
        """Run over the steps, after what can be computed of all steps at once."""
        cell = self.cell
        weights = {
            name: tf.cast(variable.value, cell.compute_dtype)
            for name, variable in cell.held.items()
        }
        drawing = bool(self._keys) and self.random.in_prediction
        cell.running = Run(
            ops,
            weights,
            training=bool(training) or drawing,
            random=LayerDraws(self._keys, self.random),
        )
        try:
            prepared = cell.cell.prepare(sequences, cell.running)
            return super().inner_loop(prepared, initial_state, mask, training)
        finally:
            cell.running = None

    def compute_output_shape(self, sequences_shape: Any, initial_state_shape: Any = None) -> Any:
        """Return the outputs' shapes."""
        found = self.record.output_shape(tuple(sequences_shape))
        return tuple(found) if isinstance(found, list) else found

    def get_config(self) -> dict[str, Any]:
        """Return the options as plain data."""
        return {**keras.layers.Layer.get_config(self), "record": self.record.get_config()}


class Stateful(keras.layers.Layer):
    """A recurrent layer that goes on from where the batch before ended.

    Keras's own way needs a batch size when the layer is made, here the first batch says it.

    Parameters
    ----------
    inner : keras.layers.RNN
        The layer, which returns its states.
    record : RecurrentLayer
        The layer's record.
    site : BuildContext
        Where it stands.
    name : str
        The Keras layer's name.
    """

    def __init__(self, inner: keras.layers.RNN, record: Any, site: BuildContext, name: str) -> None:
        super().__init__(**{**common(record, site), "name": name})
        self.inside, self.record, self.full_name = inner, record, site.name
        self.supports_masking = True

    def build(self, sequences_shape: Any, initial_state_shape: Any = None) -> None:
        """Make the states: of no rows as long as there was no batch."""
        self.inside.build(sequences_shape)
        shapes = [shape[1:] for shape in self.record.state_shapes(tuple(sequences_shape))]
        self.kept = [
            tf.Variable(tf.zeros((0, *shape)), shape=(None, *shape), trainable=False)
            for shape in shapes
        ]

    def reset_state(self) -> None:
        """Have the next batch start from zeros."""
        for variable in self.kept:
            variable.assign(tf.zeros((0, *variable.shape[1:])))

    def rows(self) -> int:
        """Return how many rows states are kept of."""
        return int(tf.shape(self.kept[0])[0])

    def call(
        self, sequences: Tensor, initial_state: Any = None, mask: Any = None, training: Any = None
    ) -> Any:
        """Return what the layer returns."""
        states = self._start(sequences) if initial_state is None else initial_state
        output, *last = self.inside(sequences, initial_state=states, mask=mask, training=training)
        for variable, state in zip(self.kept, last):
            variable.assign(tf.cast(state, variable.dtype))
        return (output, *last) if self.record.return_state else output

    def _start(self, sequences: Tensor) -> list[Tensor]:
        rows = tf.shape(sequences)[0]
        states = []
        for variable in self.kept:
            value = variable.read_value()
            found = tf.shape(value)[0] > 0
            shape = (rows, *variable.shape[1:])
            state = tf.cond(found, lambda v=value: v, lambda s=shape: tf.zeros(s))
            states.append(tf.ensure_shape(tf.cast(state, self.compute_dtype), variable.shape))
        return states

    def compute_mask(self, sequences: Any, previous_mask: Any = None) -> Any:
        """Return the mask that passes on."""
        mask = previous_mask if self.record.return_sequences else None
        return [mask, *[None] * len(self.kept)] if self.record.return_state else mask

    def compute_output_shape(self, sequences_shape: Any, initial_state_shape: Any = None) -> Any:
        """Return the outputs' shapes."""
        found = self.record.output_shape(tuple(sequences_shape))
        return tuple(found) if isinstance(found, list) else found


class WithStates(keras.layers.Layer):
    """A recurrent layer on a list of its input and initial states.

    Keras itself forgets the input's mask where initial states are given by name.

    Parameters
    ----------
    inside : keras.layers.Layer
        The layer.
    record : Layer
        Its record.
    """

    def __init__(self, inside: keras.layers.Layer, record: Any) -> None:
        super().__init__(trainable=inside.trainable)
        self.inside, self.record = inside, record
        self.supports_masking = True

    def build(self, input_shape: Any) -> None:
        """Build the layer."""
        if not self.inside.built:
            self.inside.build(input_shape[0])

    def call(self, inputs: list[Tensor], mask: Any = None, training: Any = None) -> Any:
        """Return what the layer returns."""
        sequence, *states = inputs
        first = mask[0] if isinstance(mask, (list, tuple)) else mask
        return self.inside(sequence, initial_state=states, mask=first, training=training)

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        """Return the mask of each output."""
        several = isinstance(previous_mask, (list, tuple))
        return self.inside.compute_mask(inputs[0], previous_mask[0] if several else previous_mask)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the outputs' shapes."""
        found = self.record.output_shape(*map(tuple, input_shape))
        return tuple(found) if isinstance(found, list) else found
