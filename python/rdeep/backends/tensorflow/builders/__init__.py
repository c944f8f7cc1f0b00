"""The Keras layer for each record of the catalogue, a file for each family."""

from rdeep.backends.tensorflow.builders import (
    attention,
    conv_recurrent,
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
    spectral,
    tabular,
    upsampling,
    wrappers,
)
from rdeep.backends.tensorflow.builders.base import BUILDERS as BUILDERS
from rdeep.backends.tensorflow.builders.base import Site as Site
from rdeep.backends.tensorflow.builders.base import activation as activation

__all__ = [
    "BUILDERS",
    "Site",
    "activation",
    "attention",
    "conv_recurrent",
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
    "spectral",
    "tabular",
    "upsampling",
    "wrappers",
]
