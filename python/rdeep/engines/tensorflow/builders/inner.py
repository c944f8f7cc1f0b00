"""Building any layer: one of the graph, or one inside of another."""

from __future__ import annotations

import keras

from rdeep.catalogue.layers import Layer
from rdeep.engines.tensorflow.builders.base import BUILDERS, BuildContext
from rdeep.engines.tensorflow.builders.formula import formula


def build(record: Layer, site: BuildContext) -> list[keras.layers.Layer]:
    """Build a layer: the Keras layers to apply in turn.

    Parameters
    ----------
    record : Layer
        The layer.
    site : BuildContext
        Where it stands.

    Raises
    ------
    BackendError
        If TensorFlow has nothing for it.
    """
    return BUILDERS.get(type(record), formula)(record, site)
