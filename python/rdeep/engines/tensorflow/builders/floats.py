"""Whole numbers as floats, before a layer that computes in floats."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf


class Floats(keras.layers.Layer):
    """Returns floats as they are, and whole numbers as floats of the layer's type."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True

    def call(self, x: Any) -> Any:
        """Return the numbers."""
        known = x.dtype.is_floating and x.dtype != tf.float64
        return x if known else tf.cast(x, self.compute_dtype)

    def compute_output_spec(self, x: Any) -> Any:
        """Return what comes out."""
        return keras.KerasTensor(x.shape, self.compute_dtype)
