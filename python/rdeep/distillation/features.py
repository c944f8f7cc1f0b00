"""Feature matching: a layer of the student is to give what a layer of the teacher gives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from rdeep.catalogue.layers import Dense
from rdeep.errors import ArgumentError, show, suggestion
from rdeep.graph.tensor import SymbolicTensor
from rdeep.models import Model
from rdeep.ops import mean


def layer_output(model: Any, name: object, who: str) -> SymbolicTensor:
    """Return what a layer of a network gives.

    Parameters
    ----------
    model : Model
        The network.
    name : str
        The layer's name.
    who : {"teacher", "student"}
        Which network it is, for messages.
    """
    if not isinstance(model, Model):
        raise ArgumentError(
            f"Features are matched between networks, and the {who} is {show(model)}.",
            argument="features",
            hint="Leave 'features' out: soft labels need predictions alone.",
        )
    known = [layer.name for layer in model.layers]
    if name not in known:
        raise ArgumentError(
            f"The {who} has no layer {show(name)}.",
            argument="features",
            received=name,
            hint=suggestion(str(name), known),
        )
    output: Any = model.get_layer(str(name)).output
    if isinstance(output, (list, tuple)) or len(output.shape) < 2 or None in output.shape[1:]:
        raise ArgumentError(
            f"The layer {show(name)} of the {who} gives no array of a known size for a sample.",
            argument="features",
            received=name,
        )
    found: SymbolicTensor = output
    return found


def pair(features: Any) -> tuple[Any, Any]:
    """Return the names of the two layers.

    Parameters
    ----------
    features : sequence or dict
        The teacher's and the student's layer.
    """
    if isinstance(features, dict) and set(features) == {"teacher", "student"}:
        return features["teacher"], features["student"]
    listed = isinstance(features, Sequence) and not isinstance(features, str)
    if not listed or len(features) != 2:
        raise ArgumentError(
            "'features' must be the names of two layers, the teacher's and the student's, not "
            f"{show(features)}.",
            argument="features",
            received=features,
        )
    return features[0], features[1]


def matched(
    student: Model, teacher_output: SymbolicTensor, name: object
) -> tuple[SymbolicTensor, bool]:
    """Return the student's features in the teacher's shape, and whether places are averaged.

    Where only the last axis differs in size, a dense layer that is trained along brings one to the
    other. Where others do, both are averaged over them first.

    Parameters
    ----------
    student : Model
        The student.
    teacher_output : SymbolicTensor
        What the teacher's layer gives.
    name : str
        The student's layer.
    """
    own = layer_output(student, name, "student")
    wanted = tuple(teacher_output.shape)
    averaged = tuple(own.shape)[1:-1] != wanted[1:-1]
    found: Any = own
    if averaged and len(own.shape) > 2:
        found = mean(found, axis=tuple(range(1, len(own.shape) - 1)))
    if found.shape[-1] != wanted[-1]:
        found = Dense(wanted[-1])(found)
    return found, averaged


def teacher_features(
    teacher: Model, output: SymbolicTensor, x: Any, averaged: bool, scale: float | None = None
) -> tuple[np.ndarray, float]:
    """Return what the teacher's layer gives for samples, divided by how far it spreads, and that.

    Parameters
    ----------
    teacher : Model
        The teacher.
    output : SymbolicTensor
        What the layer gives.
    x : object
        The samples.
    averaged : bool
        Whether places are averaged.
    scale : float, optional
        What is divided by, where it is known.
    """
    part = Model(teacher.inputs, output, backend=teacher.backend, device=teacher.device)
    values = np.asarray(part.predict(x), dtype=np.float32)
    if averaged and values.ndim > 2:
        values = values.mean(axis=tuple(range(1, values.ndim - 1)))
    if scale is None:
        scale = float(values.std()) or 1.0
    return values / scale, scale
