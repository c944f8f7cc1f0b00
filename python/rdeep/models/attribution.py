"""What each input value contributes to predictions: integrated gradients."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rdeep.data import prepare
from rdeep.engines import registry as backends
from rdeep.errors import ArgumentError, format_shape
from rdeep.models.model import Model


@dataclass
class Attribution:
    """What each input value contributes to scores.

    Attributes
    ----------
    values : list of numpy.ndarray
        For each input `(rows, *shape, scores)`; over the values of a row they add up to the score
        minus the origin's, but for an error that shrinks with the steps.
    scores : numpy.ndarray
        `(rows, scores)`.
    origin : numpy.ndarray
        `(1, scores)`: the scores of the row that was started from.
    """

    values: list[np.ndarray]
    scores: np.ndarray
    origin: np.ndarray


def integrated_gradients(
    models: Model | Sequence[Model],
    x: object,
    baseline: object,
    steps: int = 50,
    score: Callable[[list[Any], Any], Any] | None = None,
) -> Attribution:
    """Return the integrated gradients of a model (Sundararajan, Taly and Yan, 2017), by captum.

    Captum works on torch: a model that is on another engine is copied there.

    Parameters
    ----------
    models : Model or sequence of Model
        A model, or several of the same inputs.
    x : array, list or dict of arrays
        The rows.
    baseline : array, list or dict of arrays
        The one row to start from.
    steps : int
        The number of points on the way from the baseline to each row.
    score : callable, optional
        Gives `(rows, scores)` of the first output of each model and the engine's array functions;
        by default the output itself, before a last softmax or sigmoid.

    Raises
    ------
    ArgumentError
        If an output is no vector.
    DependencyError
        If torch or captum is missing.

    Examples
    --------
    >>> import numpy as np
    >>> from rdeep import Sequential
    >>> from rdeep.layers import Dense
    >>> from rdeep.models.attribution import integrated_gradients
    >>> model = Sequential([Dense(1, kernel_initializer="ones")], input_shape=(2,))
    >>> found = integrated_gradients(model, np.array([[3.0, 5.0]]), np.array([[1.0, 1.0]]))
    >>> found.values[0][0, :, 0].tolist()
    [2.0, 4.0]
    """
    several = [models] if isinstance(models, Model) else list(models)
    graph = several[0].graph
    output = graph.outputs[0].shape
    if score is None and (len(several) > 1 or len(output) != 2):
        raise ArgumentError(
            f"The output has the shape {format_shape(output)}: integrated gradients need a vector "
            "for each row.",
            argument="model",
        )
    engine: Any = backends.load("torch")
    on_torch = [m if m.backend == "torch" else m.to_backend("torch") for m in several]
    values, scores, origin = engine.integrated_gradients(
        [model.network for model in on_torch],
        prepare.inputs(graph, x),
        prepare.inputs(graph, baseline, "baseline"),
        score or _first,
        steps,
    )
    return Attribution(values, scores, origin)


def _first(outputs: list[Any], ops: object) -> Any:
    return outputs[0]
