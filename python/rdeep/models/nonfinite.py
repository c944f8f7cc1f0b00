"""Predictions and losses that are no numbers: said once, with their origin."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import numpy as np

from rdeep.data.arrays import all_finite, dense_rows
from rdeep.engines import registry as backends
from rdeep.errors import NumbersWarning, Wording, show_rows, worded
from rdeep.models.interface import WholeModel

# So many rows are computed once more, to see where they go wrong.
_ROWS = 8


def warn_of_outputs(
    model: WholeModel, inputs: Sequence[Any] | None, outputs: Sequence[np.ndarray]
) -> None:
    """Warn that predictions are no numbers; once for a model.

    Parameters
    ----------
    model : Model
        The model.
    inputs : sequence of array or None
        The network's inputs; `None` where they have gone by.
    outputs : sequence of numpy.ndarray
        What it predicts.
    """
    if model._said_numbers or all(all_finite(y) for y in outputs if y.dtype.kind == "f"):
        return
    wrong = [~np.isfinite(y).reshape(len(y), -1).all(1) for y in outputs if y.dtype.kind == "f"]
    rows = np.flatnonzero(np.any(wrong, axis=0))
    kind = "NaN" if any(np.isnan(y).any() for y in outputs) else "infinite"
    cause, layer, origin = _origin(model, inputs, rows)
    _warn(
        model,
        worded(
            f"{len(rows)} of {len(outputs[0])} predictions are {kind} ({show_rows(rows, 3)}). "
            f"{origin}"
        ),
        rows=[int(row) for row in rows],
        cause=cause,
        layer=layer,
    )


def warn_of_values(
    model: WholeModel, inputs: Sequence[Any] | None, values: Mapping[str, Any]
) -> None:
    """Warn that an evaluation's loss is no number; once for a model.

    Parameters
    ----------
    model : Model
        The model.
    inputs : sequence of array or None
        The network's inputs; `None` where they have gone by.
    values : mapping
        What was found, the loss among them.
    """
    loss = values.get("loss", 0.0)
    if model._said_numbers or np.isfinite(loss):
        return
    kind = "NaN" if np.isnan(loss) else "infinite"
    cause, layer, origin = _origin(model, inputs, None)
    _warn(model, worded(f"The loss is {kind}. {origin}"), cause=cause, layer=layer)


def _warn(model: WholeModel, message: Wording, **found: Any) -> None:
    model._said_numbers = True
    warnings.warn(NumbersWarning(message, **found), stacklevel=3)


def _origin(
    model: WholeModel, inputs: Sequence[Any] | None, rows: np.ndarray | None
) -> tuple[str, str | None, Wording]:
    """Return what is to blame: the cause, a layer or a weight, and a sentence."""
    for name, weight in model.get_named_weights().items():
        if not np.isfinite(weight).all():
            kind = "NaN" if np.isnan(weight).any() else "infinite"
            return "weights", name, worded(f"The weight {name!r} is {kind}: set it anew.")
    # Layers of an engine's own have no formula that could be looked into.
    with suppress(Exception), np.errstate(all="ignore"):
        if inputs is not None:
            if rows is None:
                rows = _wrong_rows(model, inputs)
            part = [dense_rows(x, np.asarray(rows[:_ROWS])) for x in inputs]
            network: Any = backends.load("numpy").build(model.graph.network, _weights(model), None)
            for layer, value in network.traced(part, 0, 0, training=False)[0]:
                if not np.isfinite(value).all():
                    kind = "NaN" if np.isnan(value).any() else "infinite"
                    said = f"Layer {layer!r} is the first whose output is {kind} there."
                    return "layer", layer, worded(said)
    return "unknown", None, worded("Inputs and weights are numbers: look at the inputs' size.")


def _weights(model: WholeModel) -> dict[str, np.ndarray]:
    return dict(model.get_named_weights())


def _wrong_rows(model: WholeModel, inputs: Sequence[Any]) -> np.ndarray:
    outputs = model.network.predict(list(inputs), 32, model.draws_from())
    wrong = [~np.isfinite(y).reshape(len(y), -1).all(1) for y in outputs]
    return np.flatnonzero(np.any(wrong, axis=0))
