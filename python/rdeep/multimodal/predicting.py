"""What a fitted model of several modalities gives: outputs, scores, what each modality adds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rdeep.models import Model
from rdeep.multimodal.batches import network_inputs
from rdeep.multimodal.values import Values
from rdeep.ready import LearnedOutcome

_PIECE = 512


def outputs_of(network: Model, values: Sequence[Values], rows: np.ndarray) -> np.ndarray:
    """Return the outputs of a network for samples, some at a time.

    Parameters
    ----------
    network : Model
        The network.
    values : sequence of Values
        The values of each modality.
    rows : numpy.ndarray
        Which samples.
    """
    found = [
        np.asarray(network.predict(network_inputs(values, rows[start : start + _PIECE])))
        for start in range(0, len(rows), _PIECE)
    ]
    return np.concatenate(found) if found else np.zeros((0, network.output_shape[-1]))


def importance(
    network: Model,
    outcome: LearnedOutcome,
    values: Sequence[Values],
    encoded: np.ndarray,
    rows: np.ndarray,
) -> np.ndarray:
    """Return how much worse predictions are without each modality.

    Parameters
    ----------
    network : Model
        The network.
    outcome : LearnedOutcome
        What is predicted.
    values : sequence of Values
        The values of each modality.
    encoded : numpy.ndarray
        The outcome, as the network was trained on it.
    rows : numpy.ndarray
        Which samples.

    Returns
    -------
    numpy.ndarray
        A row for each modality: by how much the mean loss (log loss or squared error) grows when
        it is left out, the standard error of that, and the accuracy or R squared without it.
    """
    true = encoded[rows]
    whole = _losses(outcome, true, outputs_of(network, values, rows))
    found = np.zeros((len(values), 3))
    for place, each in enumerate(values):
        without = [*values]
        without[place] = Values(each.inputs, np.zeros_like(each.present))
        outputs = outputs_of(network, without, rows)
        more = _losses(outcome, true, outputs) - whole
        error = float(more.std(ddof=1)) / len(more) ** 0.5 if len(more) > 1 else float("nan")
        score = outcome.scores(true, outputs)["accuracy" if outcome.is_class else "r_squared"]
        found[place] = more.mean(), error, score
    return found


def _losses(outcome: LearnedOutcome, true: np.ndarray, outputs: np.ndarray) -> np.ndarray:
    found = outcome.response(outputs)
    if outcome.is_class:
        share = np.clip(found[np.arange(len(true)), true], 1e-15, 1.0)
        return np.asarray(-np.log(share))
    return np.asarray((true * outcome.spread + outcome.centre - found) ** 2)
