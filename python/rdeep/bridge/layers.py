"""Layers that are no records of the catalogue, as R asks for them."""

from __future__ import annotations

import importlib
from typing import Any

from rdeep.catalogue.layers import Layer
from rdeep.errors import BackendError, DependencyError
from rdeep.graph.pipeline import Pipeline

_HOMES = {
    "TorchModuleWrapper": "rdeep.engines.torch.foreign",
    "TFSMLayer": "rdeep.engines.tensorflow.foreign",
}


def foreign_layer(kind: str, options: dict[str, Any]) -> Layer:
    """Return a layer that is an engine's own object.

    Parameters
    ----------
    kind : str
        `"TorchModuleWrapper"` or `"TFSMLayer"`.
    options : dict
        Its arguments.
    """
    try:
        home = importlib.import_module(_HOMES[kind])
    except ImportError as error:
        raise DependencyError(f"{kind} needs a package that is not installed: {error}.") from error
    layer = getattr(home, kind)(**options)
    assert isinstance(layer, Layer)
    return layer


def refuse_jax(kind: str) -> None:
    """Refuse a layer that computes by JAX.

    Parameters
    ----------
    kind : str
        What was asked for.
    """
    raise BackendError(
        f"{kind} computes by JAX, and rdeep has no backend for JAX: models run on torch or on "
        "TensorFlow.",
        hint="Write the layer with op_*() functions, by Layer(), or wrap a module of torch.",
    )


def pipeline(layers: list[Layer], name: str | None = None) -> Pipeline:
    """Return layers in turn as one; arguments as for `Pipeline`."""
    return Pipeline(layers, name)
