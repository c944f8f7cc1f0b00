"""Layers that always act as they do in training, or never; and that draw anew in each use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras

from rdeep.catalogue.layers.call_options import called_with
from rdeep.engines.tensorflow.sampling import RandomState


class _Around(keras.layers.Layer):
    """A layer around another one, whose weights it does not make again."""

    def __init__(self, inside: keras.layers.Layer) -> None:
        super().__init__(trainable=inside.trainable)
        self.inside = inside
        self.supports_masking = inside.supports_masking

    def build(self, input_shape: Any) -> None:
        """Build the layer."""
        if not self.inside.built:
            getattr(self.inside, "build_on", self.inside.build)(input_shape)

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        """Return the mask of the output."""
        return self.inside.compute_mask(inputs, previous_mask)


class InMode(_Around):
    """A layer whose `training` does not depend on the model's, which Keras would pass on.

    Parameters
    ----------
    inside : keras.layers.Layer
        The layer.
    training : bool
        Whether it acts as it does in training.
    """

    def __init__(self, inside: keras.layers.Layer, training: bool) -> None:
        super().__init__(inside)
        self.acts_training = training

    def call(self, inputs: Any) -> Any:
        """Return what the layer returns."""
        return self.inside(inputs, training=self.acts_training)


class WithOptions(_Around):
    """A layer that has other options in a call than it was made with.

    Parameters
    ----------
    inside : keras.layers.Layer
        The layer.
    options : mapping
        The options of the call.
    """

    def __init__(self, inside: keras.layers.Layer, options: Mapping[str, Any]) -> None:
        super().__init__(inside)
        self.options = options

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Return what the layer returns; masks come with the tensors."""
        with called_with(self.options):
            if not getattr(self.inside, "_call_has_training_arg", True):
                return self.inside(inputs)
            return self.inside(inputs, training=training)

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        """Return the mask of the output."""
        with called_with(self.options):
            return super().compute_mask(inputs, previous_mask)

    def build(self, input_shape: Any) -> None:
        """Build the layer."""
        with called_with(self.options):
            super().build(input_shape)


class InUse(_Around):
    """A further use of a layer in a step, which draws other random numbers than the first.

    Parameters
    ----------
    inside : keras.layers.Layer
        The layer.
    use : int
        Which use it is.
    random : RandomState
        What the layer draws from.
    """

    def __init__(self, inside: keras.layers.Layer, use: int, random: RandomState) -> None:
        super().__init__(inside)
        self._use, self._random = use, random
        # The first use has built the layer.
        self.built = True

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Return what the layer returns; masks come with the tensors."""
        with self._random.using(self._use):
            return self.inside(inputs, training=training)
