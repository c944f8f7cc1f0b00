"""The Keras layer for each record of the catalogue, a file for each family."""

from rdeep.engines.tensorflow.builders import (
    attention,
    convolution,
    convolution_transpose,
    core,
    ensembles,
    merging,
    normalization,
    pooling,
    recurrent,
    regularization,
    reshaping,
    separable,
    tabular,
    upsampling,
)
from rdeep.engines.tensorflow.builders.base import BUILDERS as BUILDERS
from rdeep.engines.tensorflow.builders.base import BuildContext as BuildContext
from rdeep.engines.tensorflow.builders.base import activation as activation

__all__ = [
    "BUILDERS",
    "BuildContext",
    "activation",
    "attention",
    "convolution",
    "convolution_transpose",
    "core",
    "ensembles",
    "merging",
    "normalization",
    "pooling",
    "recurrent",
    "regularization",
    "reshaping",
    "separable",
    "tabular",
    "upsampling",
]
