"""Layers that are no records of the catalogue, as R asks for them."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.layers import Layer
from rdeep.engines import registry as backends
from rdeep.errors import BackendError
from rdeep.graph.pipeline import Pipeline

_ENGINES = {"TorchModuleWrapper": "torch", "TFSMLayer": "tensorflow"}


def foreign_layer(kind: str, options: dict[str, Any]) -> Layer:
    """Return a layer that is an engine's own object.

    Parameters
    ----------
    kind : str
        `"TorchModuleWrapper"` or `"TFSMLayer"`.
    options : dict
        Its arguments.
    """
    return backends.load(_ENGINES[kind]).foreign_layer(**options)


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
