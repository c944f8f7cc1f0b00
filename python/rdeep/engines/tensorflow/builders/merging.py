"""Layers that make one tensor of several."""

from __future__ import annotations

from typing import Any

import keras

from rdeep.catalogue import layers
from rdeep.engines.tensorflow.builders.base import BUILDERS, BuildContext, builds, common

_VALUE_BY_VALUE = (
    layers.Add,
    layers.Average,
    layers.Subtract,
    layers.Multiply,
    layers.Maximum,
    layers.Minimum,
)


def value_by_value(record: Any, site: BuildContext) -> list[keras.layers.Layer]:
    """Build a layer that merges value by value."""
    return [getattr(keras.layers, type(record).__name__)(**common(record, site))]


BUILDERS.update(dict.fromkeys(_VALUE_BY_VALUE, value_by_value))


@builds(layers.Concatenate)
def concatenate(record: layers.Concatenate, site: BuildContext) -> list[keras.layers.Layer]:
    """Build a concatenation."""
    return [keras.layers.Concatenate(axis=record.axis, **common(record, site))]
