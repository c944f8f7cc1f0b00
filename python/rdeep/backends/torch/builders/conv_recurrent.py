"""Builders of convolutional recurrent layers: their cells are formulas."""

from __future__ import annotations

from typing import Any

from rdeep.backends.torch.builders.base import Built, Site, builds
from rdeep.backends.torch.builders.recurrent import recurrent
from rdeep.catalogue import layers


@builds(layers.ConvLSTM1D, layers.ConvLSTM2D, layers.ConvLSTM3D)
def conv_recurrent(record: Any, site: Site) -> Built:
    """Build a convolutional recurrent layer."""
    return recurrent(record, site)
