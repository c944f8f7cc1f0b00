"""Builders of layers that act while training only."""

from __future__ import annotations

from rdeep.backends.torch.builders.base import Built, Site, builds
from rdeep.backends.torch.random import Dropout
from rdeep.catalogue import layers


@builds(layers.Dropout)
def dropout(record: layers.Dropout, site: Site) -> Built:
    """Build a dropout layer."""
    shape = record.noise_shape
    return Built(Dropout(record.rate, site.name, site.random, shape, record.seed))
