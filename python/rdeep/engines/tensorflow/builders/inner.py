"""Building any layer: one of the graph, or one inside of another."""

from __future__ import annotations

import keras

from rdeep.catalogue.layers import Layer
from rdeep.catalogue.layers.formula import Formula
from rdeep.engines.tensorflow.builders.base import BUILDERS, BuildContext
from rdeep.engines.tensorflow.builders.formula import formula
from rdeep.errors import BackendError, class_name


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
    builder = BUILDERS.get(type(record))
    if builder is None and isinstance(record, Formula):
        builder = formula
    if builder is None:
        raise BackendError(
            f"Layer {site.name!r} ({class_name(record)}) cannot be built on TensorFlow.",
            layer=site.name,
        )
    return builder(record, site)
