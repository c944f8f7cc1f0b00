"""Keras's own layers whose code is the catalogue's formula.

The formula is faster than Keras's code, or draws the random numbers that all engines draw. Weights,
options and files are Keras's: a file names Keras's layer, and plain Keras reads it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from rdeep.arrays.counter_random import part_name
from rdeep.catalogue.layers.base import Layer
from rdeep.catalogue.layers.run import Run, made
from rdeep.engines.tensorflow import ops
from rdeep.engines.tensorflow.builders.base import BuildContext
from rdeep.engines.tensorflow.sampling import LayerDraws

Tensor = Any


class ByFormula(keras.layers.Layer):
    """What Keras's layers that compute a formula share: the first base, Keras's layer the second.

    Parameters
    ----------
    record : Layer
        The layer's record.
    context : BuildContext
        Where it stands.
    **options
        Those of the Keras layer.
    """

    def __init__(self, record: Layer, context: BuildContext, **options: Any) -> None:
        super().__init__(**options, name=context.keras_name)
        # Not as an option: some of Keras's layers have none.
        self.trainable = record.trainable
        self.record, self.random = record, context.random
        streams = record.streams()
        self._keys = {part: part_name(context.name, part) for part in streams}
        for part, seed in streams.items():
            context.random.add(self._keys[part], seed, record.advances)

    def __init_subclass__(cls, **options: Any) -> None:
        """Have files say that it is Keras's layer."""
        super().__init_subclass__(**options)
        own = next((base for base in cls.__bases__ if base.__module__.startswith("keras.")), None)
        if own is not None:
            cls.__module__, cls.__name__ = "keras.layers", own.__name__

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> keras.layers.Layer:
        """Return Keras's layer of these options, as a copy of the model has it."""
        return getattr(keras.layers, cls.__name__).from_config(config)

    def find_variable(self, name: str) -> Any:
        """Return a weight by its name in the layer."""
        return next(v for v in self.weights if v.name == name)

    def run(self, record: Any, inputs: Sequence[Tensor], masks: Any, training: Any) -> Run:
        """Return what the formula is given for a forward pass.

        Parameters
        ----------
        record : Layer
            The record, with the options of this call.
        inputs : sequence of tensor
            What goes in.
        masks : list of tensor or None
            Each input's mask.
        training : bool or None
            Whether the layer acts as it does in training.
        """
        names = [weight.name for weight in record.weights(*(tuple(x.shape) for x in inputs))]
        run = Run(
            ops,
            {name: self._computed(self.find_variable(name)) for name in names},
            masks,
            bool(training) or bool(self._keys and self.random.in_prediction),
            LayerDraws(self._keys, self.random) if self._keys else None,
            lambda name, value: tf.constant(made(value)),
            self._assign,
            self.compute_dtype if record.full_precision else None,
        )
        run.frozen = not self.trainable
        return run

    def _computed(self, variable: Any) -> Tensor:
        kind = "float32" if self.record.full_precision else self.compute_dtype
        return tf.cast(variable.value, kind)

    def _assign(self, name: str, value: Tensor) -> None:
        variable = self.find_variable(name)
        variable.assign(tf.cast(value, variable.dtype))


def as_keras_gives(found: Any) -> Any:
    """Return a formula's outputs as Keras's layers give them: several in a tuple.

    Parameters
    ----------
    found : tensor or list of tensor
        What the formula gave.
    """
    return tuple(found) if isinstance(found, list) else found
