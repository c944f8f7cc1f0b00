"""Layers that always act as they do in training, or never."""

from __future__ import annotations

from typing import Any

import keras


class InMode(keras.layers.Layer):
    """A layer whose `training` does not depend on the model's, which Keras would pass on.

    Parameters
    ----------
    inside : keras.layers.Layer
        The layer.
    training : bool
        Whether it acts as it does in training.
    """

    def __init__(self, inside: keras.layers.Layer, training: bool) -> None:
        super().__init__(trainable=inside.trainable)
        self.inside, self.acts_training = inside, training
        self.supports_masking = inside.supports_masking

    def build(self, input_shape: Any) -> None:
        """Build the layer."""
        if not self.inside.built:
            self.inside.build(input_shape)

    def call(self, inputs: Any) -> Any:
        """Return what the layer returns."""
        return self.inside(inputs, training=self.acts_training)

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        """Return the mask of the output."""
        return self.inside.compute_mask(inputs, previous_mask)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the output's shape."""
        return self.inside.compute_output_shape(input_shape)
