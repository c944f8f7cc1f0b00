"""Layers that make one tensor of several."""

from __future__ import annotations

import keras

from rdeep.backends.tensorflow.builders.base import Site, builds, common
from rdeep.catalogue import layers


@builds(layers.Add)
def add(record: layers.Add, site: Site) -> list[keras.layers.Layer]:
    """Build a sum."""
    return [keras.layers.Add(**common(record, site))]


@builds(layers.Concatenate)
def concatenate(record: layers.Concatenate, site: Site) -> list[keras.layers.Layer]:
    """Build a concatenation."""
    return [keras.layers.Concatenate(axis=record.axis, **common(record, site))]
