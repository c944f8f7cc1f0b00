"""Copies of a model: methods of `Model`, written as functions of one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from rdeep.engines import registry as backends
from rdeep.models import files


def to_backend(model: Any, /, backend: str, device: str | None = None) -> Any:
    """Return a copy on another engine, with the same weights and training state.

    Parameters
    ----------
    backend : {"torch", "tensorflow", "numpy"}
        The engine.
    device : str, optional
        The device there.
    """
    backends.check_name(backend)
    return model.from_data(*files.kept(model), backend, device)


def copy(model: Any, /) -> Any:
    """Return a model of the same layers and weights, compiled alike and trained as far."""
    return model.to_backend(model.backend, model.device)


def clone(model: Any, /) -> Any:
    """Return a model of the same layers with weights of its own, freshly drawn."""
    description = {**model.description(), "compile": None, "history": None}
    return model.from_data(description, {}, {}, model.backend, model.device)


def from_data(
    cls: Any,
    /,
    description: Mapping[str, Any],
    weights: Mapping[str, np.ndarray],
    slots: Mapping[str, np.ndarray],
    backend: str,
    device: str | None,
) -> Any:
    """Return the model that a saved description is of.

    Parameters
    ----------
    description : mapping
        The model as plain data.
    weights, slots : mapping of str to numpy.ndarray
        Its weights (drawn afresh if there are none), and what its optimizer keeps.
    backend : str
        The engine to run on.
    device : str or None
        The device there.
    """
    options: dict[str, Any] = {
        "name": description["name"],
        "backend": backend,
        "device": device,
        # A model that is read takes no seed from the process's stream.
        "seed": description.get("seed"),
    }
    model = cls._from_structure(description, **options)
    files.restore(model, description, weights, slots)
    return model
