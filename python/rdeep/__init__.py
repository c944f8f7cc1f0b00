"""rdeep: deep learning on PyTorch and TensorFlow, side by side.

Nothing heavy is imported here: an engine is loaded when a model first needs it.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from rdeep.catalogue import dispatch

__version__ = "0.1.0"

if TYPE_CHECKING:
    from rdeep import activations as activations
    from rdeep import applications as applications
    from rdeep import backend as backend
    from rdeep import callbacks as callbacks
    from rdeep import config as config
    from rdeep import constraints as constraints
    from rdeep import datasets as datasets
    from rdeep import dtype_policies as dtype_policies
    from rdeep import extending as extending
    from rdeep import initializers as initializers
    from rdeep import layers as layers
    from rdeep import losses as losses
    from rdeep import metrics as metrics
    from rdeep import mixed_precision as mixed_precision
    from rdeep import models as models
    from rdeep import ops as ops
    from rdeep import optimizers as optimizers
    from rdeep import regularizers as regularizers
    from rdeep import saving as saving
    from rdeep import schedules as schedules
    from rdeep import testing as testing
    from rdeep import tree as tree
    from rdeep import utils as utils
    from rdeep.catalogue.optimizers.base import Optimizer as Optimizer
    from rdeep.graph.own_layer import Layer as Layer
    from rdeep.ops import metric

    Metric = metric.StatefulMetric
    from rdeep.generation import generate as generate
    from rdeep.graph.input_spec import InputSpec as InputSpec
    from rdeep.graph.keras_tensor import KerasTensor as KerasTensor
    from rdeep.graph.tensor import Input as Input
    from rdeep.models import Model as Model
    from rdeep.models import Sequential as Sequential
    from rdeep.models import load_model as load_model
    from rdeep.ops.classes import Initializer as Initializer
    from rdeep.ops.classes import Loss as Loss
    from rdeep.ops.classes import Regularizer as Regularizer
    from rdeep.ops.differentiation import gradients_of as gradients_of
    from rdeep.ops.variable import Variable as Variable
    from rdeep.precision import DTypePolicy as DTypePolicy
    from rdeep.ready_models import load_ready as load_ready
    from rdeep.seeds import set_random_seed as set_random_seed
    from rdeep.training.phases import Phase as Phase


def _calls() -> dispatch.Calls:
    """Import the floors above the catalogue, when a record is first called."""
    from rdeep.wiring import CALLS

    return CALLS


dispatch.register(_calls)

_HOMES = {
    "load_ready": "rdeep.ready_models",
    "Initializer": "rdeep.ops.classes",
    "Input": "rdeep.graph.tensor",
    "DTypePolicy": "rdeep.precision",
    "InputSpec": "rdeep.graph.input_spec",
    "KerasTensor": "rdeep.graph.keras_tensor",
    "Layer": "rdeep.graph.own_layer:Layer",
    "Loss": "rdeep.ops.classes",
    "Metric": "rdeep.ops.metric:StatefulMetric",
    "Model": "rdeep.models",
    "Optimizer": "rdeep.catalogue.optimizers.base",
    "Regularizer": "rdeep.ops.classes",
    "Phase": "rdeep.training.phases",
    "Sequential": "rdeep.models",
    "Variable": "rdeep.ops.variable",
    "gradients_of": "rdeep.ops.differentiation",
    "generate": "rdeep.generation",
    "load_model": "rdeep.models",
    "set_random_seed": "rdeep.seeds",
}
_MODULES = (
    "activations",
    "applications",
    "backend",
    "callbacks",
    "config",
    "constraints",
    "datasets",
    "dtype_policies",
    "extending",
    "initializers",
    "layers",
    "losses",
    "metrics",
    "mixed_precision",
    "models",
    "ops",
    "optimizers",
    "random",
    "regularizers",
    "saving",
    "schedules",
    "testing",
    "tree",
    "utils",
)

__all__ = [*_HOMES, *_MODULES]


def version() -> str:
    """Return the version of rdeep.

    Examples
    --------
    >>> version()
    '0.1.0'
    """
    return __version__


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        module, _, other = _HOMES[name].partition(":")
        return getattr(importlib.import_module(module), other or name)
    if name in _MODULES:
        return importlib.import_module(f"rdeep.{name}")
    raise AttributeError(f"module 'rdeep' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
