"""Initializers of weights. Values are drawn with NumPy, so all engines get the same."""

from rdeep.catalogue.initializers.base import Initializer
from rdeep.catalogue.initializers.constants import STFT, Constant, Identity, Ones, Zeros
from rdeep.catalogue.initializers.nested import Flattened as Flattened
from rdeep.catalogue.initializers.nested import Sectioned, SliceBySlice
from rdeep.catalogue.initializers.nested import by_axes as by_axes
from rdeep.catalogue.initializers.random import (
    Orthogonal,
    RandomNormal,
    RandomSign,
    RandomUniform,
    TruncatedNormal,
)
from rdeep.catalogue.initializers.scaled import (
    GlorotNormal,
    GlorotUniform,
    HeNormal,
    HeUniform,
    LecunNormal,
    LecunUniform,
    VarianceScaling,
)

__all__ = [
    "STFT",
    "Constant",
    "GlorotNormal",
    "GlorotUniform",
    "HeNormal",
    "HeUniform",
    "Identity",
    "Initializer",
    "LecunNormal",
    "LecunUniform",
    "Ones",
    "Orthogonal",
    "RandomNormal",
    "RandomSign",
    "RandomUniform",
    "Sectioned",
    "SliceBySlice",
    "TruncatedNormal",
    "VarianceScaling",
    "Zeros",
]
