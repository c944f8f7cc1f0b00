"""Builders of convolutional recurrent layers: their cells are formulas."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue import layers
from rdeep.engines.torch.builders.base import BuildContext, Built, builds
from rdeep.engines.torch.builders.recurrent import recurrent


@builds(layers.ConvLSTM1D, layers.ConvLSTM2D, layers.ConvLSTM3D)
def conv_recurrent(record: Any, site: BuildContext) -> Built:
    """Build a convolutional recurrent layer."""
    return recurrent(record, site)
