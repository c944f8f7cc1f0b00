"""The layer that divides another's kernel by its norm."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from rdeep.catalogue import layers
from rdeep.engines.tensorflow import ops
from rdeep.engines.tensorflow.builders.base import BuildContext, builds, common
from rdeep.engines.tensorflow.builders.formula import builder_of
from rdeep.engines.tensorflow.weights import variable_of
from rdeep.errors import BackendError, class_name


class _SpectralNormalization(keras.layers.Layer):
    """Keras layers, applied in turn, the last of which has a kernel to divide."""

    def __init__(
        self,
        record: layers.SpectralNormalization,
        site: BuildContext,
        inner: list[keras.layers.Layer],
    ) -> None:
        super().__init__(**common(record, site))
        self.record, self.inner = record, inner
        self.supports_masking = True

    def build(self, input_shape: Any) -> None:
        """Make the weights of the layers, and the vector that the iteration goes on from."""
        weight = self.record.normalized(tuple(input_shape))
        shape = input_shape
        for layer in self.inner:
            if not layer.built:
                layer.build(shape)
            shape = layer.compute_output_shape(shape)
        self.kernel = self.find_variable(f"layer/{weight.name}")
        self.vector_u = self.add_weight(
            name="vector_u", shape=(1, weight.shape[-1]), initializer="zeros", trainable=False
        )

    def find_variable(self, name: str) -> Any:
        """Return a weight by its name in the layer."""
        if name == "vector_u":
            return self.vector_u
        return variable_of(self.inner[-1], name.removeprefix("layer/"))

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Return the layer's output."""
        if training:
            kernel, vector = self.record.divided(
                tf.cast(self.kernel.value, tf.float32),
                tf.cast(self.vector_u.value, tf.float32),
                ops,
            )
            self.kernel.assign(tf.stop_gradient(kernel))
            self.vector_u.assign(tf.stop_gradient(vector))
        for layer in self.inner:
            inputs = layer(inputs)
        return inputs

    def compute_mask(self, inputs: Any, previous_mask: Any) -> Any:
        """Return the mask that the layers pass on or make."""
        for layer in self.inner:
            previous_mask = layer.compute_mask(inputs, previous_mask)
        return previous_mask

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the layer's shape."""
        return self.record.output_shape(tuple(input_shape))


@builds(layers.SpectralNormalization)
def spectral_normalization(
    record: layers.SpectralNormalization, site: BuildContext
) -> list[keras.layers.Layer]:
    """Build a layer whose kernel is divided by its norm."""
    builder = builder_of(record.layer)
    if builder is None:
        raise BackendError(
            f"Layer {site.name!r} cannot normalize a {class_name(record.layer)} layer.",
            layer=site.name,
        )
    inner = builder(record.layer, BuildContext(f"{site.name}/layer", site.random))
    return [_SpectralNormalization(record, site, inner)]
