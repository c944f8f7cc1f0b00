"""The Keras layer of any layer that is a formula in the catalogue."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from rdeep.arrays.counter_random import part_name
from rdeep.catalogue.layers.base import Layer
from rdeep.catalogue.layers.formula import Formula
from rdeep.catalogue.layers.run import Run
from rdeep.engines.tensorflow import ops
from rdeep.engines.tensorflow.builders.base import (
    BUILDERS,
    BuildContext,
    Builder,
    activation,
    common,
)
from rdeep.engines.tensorflow.sampling import LayerDraws

Tensor = Any


class FormulaLayer(keras.layers.Layer):
    """A Keras layer that computes a formula.

    Parameters
    ----------
    record : Formula
        The layer's record.
    site : BuildContext
        Where it stands.
    """

    def __init__(self, record: Formula, site: BuildContext) -> None:
        super().__init__(**common(record, site))
        self.record, self.random = record, site.random
        self.supports_masking = record.mask in ("pass", "first", "make")
        self._activation = activation(record.following_activation)
        self._keys = {part: part_name(site.name, part) for part in record.streams()}
        for part, seed in record.streams().items():
            site.random.add(self._keys[part], seed, record.advances)

    def __call__(self, inputs: Any, **options: Any) -> Any:
        """Return the output; in a chain a tensor comes by itself."""
        if self.record.merges and not isinstance(inputs, (list, tuple)):
            inputs = [inputs]
        return super().__call__(inputs, **options)

    def build(self, input_shape: Any) -> None:
        """Make the weights; they start as zeros, and are set once the network is built."""
        self.held = {
            weight.name: self.add_weight(
                name=weight.name,
                shape=weight.shape,
                initializer="zeros",
                trainable=weight.trainable and not weight.buffer,
            )
            for weight in self.record.weights(*_shapes(input_shape))
        }

    def call(self, inputs: Any, mask: Any = None, training: bool = False) -> Any:
        """Return the output."""
        found = self.record.compute(inputs, self._run(mask, bool(training)))
        if self._activation is not None:
            return self._activation(found)
        return found if self.supports_masking else keras.tree.map_structure(_unmasked, found)

    def _run(self, masks: Any, training: bool) -> Run:
        return Run(
            ops,
            {name: tf.cast(held.value, self.compute_dtype) for name, held in self.held.items()},
            list(masks) if isinstance(masks, (list, tuple)) else [masks],
            training or (self.record.random and self.random.in_prediction),
            LayerDraws(self._keys, self.random) if self._keys else None,
            lambda name, value: tf.constant(value),
            self._assign,
        )

    def _assign(self, name: str, value: Tensor) -> None:
        self.held[name].assign(tf.cast(value, self.held[name].dtype))

    def compute_mask(self, inputs: Any, previous_mask: Any) -> Any:
        """Return the mask that passes on, or is made here."""
        if self.record.makes_mask():
            return self.record.compute_mask(inputs, ops)
        if not self.supports_masking:
            return None
        several = isinstance(previous_mask, (list, tuple))
        if not several:
            return previous_mask
        return previous_mask[0]

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the output's shape."""
        return self.record.output_shape(*_shapes(input_shape))

    def get_config(self) -> dict[str, Any]:
        """Return the options as plain data."""
        return {**super().get_config(), "record": self.record.get_config()}


def _shapes(found: Any) -> list[tuple[int | None, ...]]:
    """Return the shapes of what a layer is applied to: Keras gives one tensor's by itself."""
    several = len(found) > 0 and isinstance(found[0], (list, tuple))
    return [tuple(shape) for shape in found] if several else [tuple(found)]


def _unmasked(x: Tensor) -> Tensor:
    """Return a tensor that carries no mask: what a layer gives may be its very input."""
    return x if getattr(x, "_keras_mask", None) is None else tf.identity(x)


def formula(record: Formula, site: BuildContext) -> list[keras.layers.Layer]:
    """Build any layer that is a formula.

    Parameters
    ----------
    record : Formula
        The layer.
    site : BuildContext
        Where it stands.
    """
    return [FormulaLayer(record, site)]


def builder_of(record: Layer) -> Builder | None:
    """Return what builds a layer, if anything does.

    Parameters
    ----------
    record : Layer
        The layer.
    """
    return BUILDERS.get(type(record), formula if isinstance(record, Formula) else None)
