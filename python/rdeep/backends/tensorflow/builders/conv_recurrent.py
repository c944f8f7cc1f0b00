"""Convolutional recurrent layers: their cells are formulas."""

from __future__ import annotations

from typing import Any

import keras

from rdeep.backends.tensorflow.builders.base import BUILDERS, Site
from rdeep.backends.tensorflow.builders.recurrent import recurrent
from rdeep.catalogue import layers


def conv_recurrent(record: Any, site: Site) -> list[keras.layers.Layer]:
    """Build a convolutional recurrent layer."""
    return recurrent(record, site)


_RECURRENT = (layers.ConvLSTM1D, layers.ConvLSTM2D, layers.ConvLSTM3D)
BUILDERS.update(dict.fromkeys(_RECURRENT, conv_recurrent))
