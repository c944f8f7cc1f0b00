"""Penalties on what layers return."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from rdeep.catalogue.regularizers import Regularizer
from rdeep.engines.tensorflow import ops


class Penalty(keras.layers.Layer):
    """Returns the penalty on a tensor for each sample, a scalar.

    Parameters
    ----------
    rule : Regularizer
        The penalty.
    **options
        Keras's own.
    """

    def __init__(self, rule: Regularizer, **options: Any) -> None:
        # Also where layers compute in 16 bits: a sum of squares has no room there.
        super().__init__(dtype="float32", **options)
        self.rule = rule

    def call(self, x: Any) -> Any:
        """Return the penalty."""
        x = tf.cast(x, tf.float32)
        return self.rule.penalty(x, ops) / ops.rows(x)

    def compute_output_shape(self, input_shape: Any) -> tuple[()]:
        """Return the shape of a scalar."""
        return ()

    def get_config(self) -> dict[str, Any]:
        """Return the options as plain data."""
        return {**super().get_config(), "rule": self.rule.to_data()}


class Summed(keras.layers.Layer):
    """Returns the sum of penalties.

    Parameters
    ----------
    none : bool
        Whether there are none. Keras wants an input all the same, which is not looked at.
    """

    def __init__(self, none: bool = False) -> None:
        super().__init__(dtype="float32")
        self.none = none

    def call(self, penalties: list[Any]) -> Any:
        """Return the sum."""
        if self.none:
            return tf.constant(0.0)
        return tf.add_n([tf.cast(each, tf.float32) for each in penalties])

    def compute_output_shape(self, input_shape: Any) -> tuple[()]:
        """Return the shape of a scalar."""
        return ()
