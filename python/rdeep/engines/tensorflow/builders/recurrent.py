"""Native forms of recurrent layers: Keras's layers, with the formula's loop or with cuDNN's.

On a CPU, Keras goes step by step as the formula does, and takes up to half as long again.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import keras
import tensorflow as tf

from rdeep.catalogue import activations, layers
from rdeep.catalogue.layers.run import Run
from rdeep.engines.tensorflow.builders.base import (
    BuildContext,
    keras_knows,
    keras_options,
    native_form,
)
from rdeep.engines.tensorflow.builders.by_formula import ByFormula, as_keras_gives
from rdeep.engines.tensorflow.builders.formula import FormulaLayer

Tensor = Any
_KERAS = {layers.LSTMCell: keras.layers.LSTM, layers.GRUCell: keras.layers.GRU}


class _Sequenced(ByFormula):
    """A layer of a sequence, and of initial states if there are some."""

    fused = False
    """Whether steps are Keras's, which are cuDNN's on a GPU."""

    def __call__(self, sequences: Any, initial_state: Any = None, **options: Any) -> Any:
        """Return the outputs, of a list of a sequence and states too."""
        if isinstance(sequences, (list, tuple)):
            sequences, *initial_state = sequences
        if initial_state:
            # Keras itself forgets the sequence's mask where states are given.
            options.setdefault("mask", getattr(sequences, "_keras_mask", None))
            options["initial_state"] = list(initial_state)
        return super().__call__(sequences, **options)

    def call(
        self, sequences: Tensor, initial_state: Any = None, mask: Any = None, training: Any = None
    ) -> Any:
        """Return the last output or those of all steps, and the last states if asked."""
        inputs = [sequences, *(initial_state or [])]
        masks = [mask, *[None] * (len(inputs) - 1)]
        run = self.run(self.record, inputs, masks, training)
        if self.fused:
            self.use_keras_steps(run)
        given = inputs if initial_state else sequences
        return as_keras_gives(self.record.compute(given, run))

    def use_keras_steps(self, run: Run) -> None:
        """Have the formula take the steps of Keras's layer."""
        run.kernel = partial(_steps_of, self)


class _SimpleRNN(_Sequenced, keras.layers.SimpleRNN):
    pass


class _LSTM(_Sequenced, keras.layers.LSTM):
    pass


class _GRU(_Sequenced, keras.layers.GRU):
    pass


class _Bidirectional(_Sequenced, keras.layers.Bidirectional):
    def find_variable(self, name: str) -> Any:
        """Return a weight by its name in the layer."""
        way, own = name.split("/")
        return next(v for v in self._part(way).weights if v.name == own)

    def use_keras_steps(self, run: Run) -> None:
        """Have the formula take the steps of Keras's layers."""
        run.inner = {
            way: partial(self._part_by_keras_steps, run, way) for way in ("forward", "backward")
        }

    def _part_by_keras_steps(
        self, run: Run, way: str, inputs: Any, masks: Sequence[Any], use: int
    ) -> Any:
        inner = run.within(way, use)
        inner.masks, inner.kernel = masks, partial(_steps_of, self._part(way))
        return self.record.inner_layers()[way].compute(inputs, inner)

    def _part(self, way: str) -> Any:
        return getattr(self, f"{way}_layer")

    def compute_output_shape(self, sequences_shape: Any, initial_state_shape: Any = None) -> Any:
        """Return the outputs' shapes."""
        return as_keras_gives(self.record.output_shape(tuple(sequences_shape)))

    def compute_mask(self, sequences: Any, previous_mask: Any = None) -> Any:
        """Return the mask of each output."""
        shapes = self.record.output_shape(tuple(sequences.shape))
        mask = previous_mask if self.return_sequences else None
        if not isinstance(shapes, list):
            return mask
        return [mask if i < self.record.masked_outputs else None for i in range(len(shapes))]


_OWN = {layers.SimpleRNN: _SimpleRNN, layers.LSTM: _LSTM, layers.GRU: _GRU}


@native_form(*_OWN)
def recurrent(record: Any, context: BuildContext) -> list[keras.layers.Layer] | None:
    """Build a recurrent layer of units."""
    return _recurrent(record, context, has_gpu() and takes_kernel(record))


@native_form(layers.RNN)
def recurrent_of_cells(
    record: layers.RNN, context: BuildContext
) -> list[keras.layers.Layer] | None:
    """Build a recurrent layer of a cell."""
    return by_kernel(record, context) if has_gpu() and takes_kernel(record) else None


@native_form(layers.Bidirectional)
def bidirectional(
    record: layers.Bidirectional, context: BuildContext
) -> list[keras.layers.Layer] | None:
    """Build a recurrent layer that reads both ways."""
    return _bidirectional(record, context, has_gpu() and takes_kernel(record))


def has_gpu() -> bool:
    """Return whether cuDNN's loops may be used."""
    return bool(tf.config.list_physical_devices("GPU"))


def takes_kernel(record: Any) -> bool:
    """Return whether cuDNN has a loop for what a layer's cell computes.

    Parameters
    ----------
    record : RecurrentLayer or Bidirectional
        The layer.
    """
    if isinstance(record, layers.Bidirectional):
        return all(map(takes_kernel, record.directions()))
    cell = record.cell
    if type(cell) not in _KERAS or cell.recurrent_dropout or record.unroll or not cell.use_bias:
        return False
    if getattr(record, "use_cudnn", "auto") is False:
        return False
    usual = (activations.Tanh(), activations.Sigmoid())
    gated = (cell.activation, cell.recurrent_activation) == usual
    return gated and getattr(cell, "reset_after", True)


def by_kernel(record: Any, context: BuildContext) -> list[keras.layers.Layer] | None:
    """Build a recurrent layer whose steps are those of a Keras layer.

    Parameters
    ----------
    record : RecurrentLayer or Bidirectional
        The layer.
    context : BuildContext
        Where it stands.
    """
    if isinstance(record, layers.Bidirectional):
        return _bidirectional(record, context, fused=True)
    if type(record) in _OWN and not record.stateful:
        return _recurrent(record, context, fused=True)
    kernel = _KERAS[type(record.cell)](
        record.cell.units,
        kernel_initializer="zeros",
        recurrent_initializer="zeros",
        return_sequences=record.return_sequences,
        return_state=True,
        go_backwards=record.go_backwards,
        trainable=record.trainable,
        name=context.beside("kernel"),
    )
    return [FormulaLayer(record, context, kernel)]


def _recurrent(record: Any, context: BuildContext, fused: bool) -> list[keras.layers.Layer] | None:
    if not _as_keras(record):
        return by_kernel(record, context) if fused else None
    layer = _OWN[type(record)](record, context, **keras_options(record))
    layer.fused = fused
    return [layer]


def _bidirectional(
    record: layers.Bidirectional, context: BuildContext, fused: bool
) -> list[keras.layers.Layer] | None:
    if not all(_as_keras(layer) and keras_reads(layer) for layer in record.directions()):
        return None
    forward, backward = (
        _keras_layer(layer)(**keras_options(layer), name=f"{way}_{context.keras_name}")
        for way, layer in record.inner_layers().items()
    )
    options = {"backward_layer": backward, "merge_mode": record.merge_mode}
    layer = _Bidirectional(record, context, layer=forward, **options)
    layer.fused = fused
    return [layer]


def _keras_layer(record: Any) -> Any:
    return getattr(keras.layers, type(record).__name__)


def _as_keras(record: Any) -> bool:
    """Return whether Keras's layer is the same: states between batches it keeps of fixed rows."""
    return type(record) in _OWN and not record.stateful


def keras_reads(record: Any) -> bool:
    """Return whether Keras can write a layer down and read it again, as its wrapper does.

    Parameters
    ----------
    record : RecurrentLayer
        The layer.
    """
    options = keras_options(record)
    return all(keras_knows(options[name]) for name in options if name.endswith("activation"))


def _steps_of(
    layer: keras.layers.RNN,
    cell: Any,
    sequence: Tensor,
    states: Sequence[Tensor] | None,
    run: Run,
    mask: Tensor | None,
    every: bool,
    backwards: bool,
) -> tuple[Tensor, list[Tensor]]:
    """Return what a Keras layer's loop gives in the place of `over_steps`."""
    if run.training and cell.dropout:
        # The same features at every step.
        sequence = sequence * run.dropout_mask(sequence[:, 0], cell.dropout, 0)[:, None]
    start = states or layer.get_initial_state(tf.shape(sequence)[0])
    last, outputs, after = layer.inner_loop(sequence, start, mask)
    return (outputs if every else last), list(after)
