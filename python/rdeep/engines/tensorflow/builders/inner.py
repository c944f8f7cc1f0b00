"""Building any layer: one of the graph, or one inside of another."""

from __future__ import annotations

import keras

from rdeep.catalogue.layers import Layer
from rdeep.engines.tensorflow.builders.base import NATIVE, BuildContext
from rdeep.engines.tensorflow.builders.formula import formula


def build(record: Layer, site: BuildContext) -> list[keras.layers.Layer]:
    """Build a layer by its native form or its formula: the Keras layers to apply in turn.

    Parameters
    ----------
    record : Layer
        The layer.
    site : BuildContext
        Where it stands.
    """
    form = NATIVE.get(type(record))
    built = None if form is None else form(record, site)
    return formula(record, site) if built is None else built
