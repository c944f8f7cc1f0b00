"""Convolutional recurrent layers: their cells are formulas."""

from __future__ import annotations

from typing import Any

import keras

from rdeep.catalogue import layers
from rdeep.engines.tensorflow.builders.base import BUILDERS, BuildContext
from rdeep.engines.tensorflow.builders.recurrent import recurrent


def conv_recurrent(record: Any, site: BuildContext) -> list[keras.layers.Layer]:
    """Build a convolutional recurrent layer."""
    return recurrent(record, site)


_RECURRENT = (layers.ConvLSTM1D, layers.ConvLSTM2D, layers.ConvLSTM3D)
BUILDERS.update(dict.fromkeys(_RECURRENT, conv_recurrent))
