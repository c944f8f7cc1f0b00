"""From a layer's record to Keras layers: its formula, or a native form of its family's file."""

from rdeep.engines.tensorflow.builders import (
    attention,
    convolution,
    core,
    keras_layers,
    recurrent,
    regularization,
)
from rdeep.engines.tensorflow.builders.base import NATIVE as NATIVE
from rdeep.engines.tensorflow.builders.base import BuildContext as BuildContext
from rdeep.engines.tensorflow.builders.base import activation as activation

__all__ = [
    "NATIVE",
    "BuildContext",
    "activation",
    "attention",
    "convolution",
    "core",
    "keras_layers",
    "recurrent",
    "regularization",
]
