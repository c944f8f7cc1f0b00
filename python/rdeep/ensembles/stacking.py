"""Stacking: a small model of the members' predictions, drawn to their plain average.

Numbers: ridge regression on the members' predictions. Classes: the logarithms of the members'
probabilities with a weight for each member, and a number for each class, go through a softmax; of
two classes that is a logistic regression on log-odds. The penalty is on how far the weights are
from equal ones, so that a large one leaves the average; cross-validation chooses it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from rdeep.ensembles.weighting import mean_loss

PENALTIES = (1e-4, 1e-3, 1e-2, 1e-1, 1.0, 10.0)
"""The penalties that are tried: an infinite one, the average, is tried too."""

_STEPS = 50


@dataclass(frozen=True)
class Stack:
    """What stacking learned.

    Attributes
    ----------
    type : {"class", "number"}
        What is predicted.
    weights : numpy.ndarray
        A weight for each member; `(members, outputs)` where several numbers are predicted.
    intercept : numpy.ndarray
        What is added for each class, or for each number.
    smoothing : float
        How far probabilities are moved to equal ones before their logarithms are taken.
    penalty : float
        The penalty that was chosen.
    """

    type: str
    weights: np.ndarray
    intercept: np.ndarray
    smoothing: float = 0.0
    penalty: float = 0.0

    def predict(self, predictions: np.ndarray) -> np.ndarray:
        """Return what the members' predictions come to.

        Parameters
        ----------
        predictions : numpy.ndarray
            As in `fit_stack`.
        """
        if self.type == "number":
            if predictions.ndim == 2:
                return np.asarray(self.weights @ predictions + self.intercept)
            summed = np.einsum("mo,mro->ro", self.weights, predictions)
            return np.asarray(summed + self.intercept)
        logs = _logs(predictions, self.smoothing)
        return _softmax(np.tensordot(self.weights, logs, axes=1) + self.intercept)


def fit_stack(
    type: str,
    predictions: np.ndarray,
    y: np.ndarray,
    penalties: Sequence[float] = PENALTIES,
    folds: int = 5,
    seed: int = 0,
) -> Stack:
    """Return a stack of members' predictions for rows that they have not seen.

    Parameters
    ----------
    type : {"class", "number"}
        What is predicted.
    predictions : numpy.ndarray
        Probabilities, `(members, rows, classes)`, or numbers, `(members, rows)` or `(members, rows,
        outputs)`.
    y : numpy.ndarray
        Class numbers from 0, or numbers.
    penalties : sequence of float
        The penalties to try.
    folds : int
        How many parts of the rows are left out in turn to choose the penalty.
    seed : int
        What the parts are drawn by.

    Examples
    --------
    >>> y = np.arange(20.0)
    >>> stack = fit_stack("number", np.stack([2 * y + 1, 0 * y]), y)
    >>> np.round(stack.weights, 1)
    array([0.5, 0.5])
    """
    rows = len(y)
    cuts = np.arange(rows) % max(2, min(folds, rows))
    cuts = np.random.Generator(np.random.PCG64(seed)).permutation(cuts)
    if type == "class":
        order = np.argsort(y, kind="stable")
        cuts[order] = np.arange(rows) % max(2, min(folds, rows))
    tried = (*penalties, np.inf)
    fit = _of_classes if type == "class" else _of_numbers
    chosen = tried[int(np.argmin(_cross_validated(type, fit, predictions, y, cuts, tried)))]
    return fit(predictions, y, chosen)


_Fit = Callable[[np.ndarray, np.ndarray, float], Stack]


def _cross_validated(
    type: str,
    fit: _Fit,
    predictions: np.ndarray,
    y: np.ndarray,
    cuts: np.ndarray,
    penalties: Sequence[float],
) -> np.ndarray:
    found = np.zeros(len(penalties))
    for cut in np.unique(cuts):
        seen, held = np.flatnonzero(cuts != cut), np.flatnonzero(cuts == cut)
        if not len(seen):
            continue
        for place, penalty in enumerate(penalties):
            stack = fit(predictions[:, seen], y[seen], penalty)
            loss = mean_loss(type, stack.predict(predictions[:, held]), y[held])
            found[place] += loss * len(held) / len(y)
    return found


def _of_numbers(predictions: np.ndarray, y: np.ndarray, penalty: float) -> Stack:
    """Return the ridge regression on members, each output by itself."""
    members, rows = predictions.shape[:2]
    flat, true = predictions.reshape(members, rows, -1), y.reshape(rows, -1)
    weights = np.full((members, true.shape[1]), 1.0 / members)
    mean, centre = flat.mean(axis=1), true.mean(axis=0)
    if np.isfinite(penalty):
        for output in range(true.shape[1]):
            deviations = flat[:, :, output] - mean[:, output, None]
            start = weights[:, output]
            square = deviations @ deviations.T / rows
            size = float(np.trace(square)) / members or 1.0
            rest = true[:, output] - centre[output] - start @ deviations
            ridge = (penalty + 1e-9) * size * np.eye(members)
            weights[:, output] = start + np.linalg.solve(square + ridge, deviations @ rest / rows)
        intercept = centre - (weights * mean).sum(axis=0)
    else:
        intercept = np.zeros(true.shape[1])
    if predictions.ndim == 2:
        return Stack("number", weights[:, 0], intercept[0], 0.0, penalty)
    return Stack("number", weights, intercept, 0.0, penalty)


def _of_classes(predictions: np.ndarray, y: np.ndarray, penalty: float) -> Stack:
    """Return the softmax regression on members' log probabilities, by Newton's method."""
    members, rows, classes = predictions.shape
    # A member may be certain, and wrong: of so many rows it may be sure of one in so many at most.
    smoothing = 1.0 / (rows + 1.0)
    start = np.append(np.full(members, 1.0 / members), np.zeros(classes))
    if not np.isfinite(penalty):
        return Stack("class", start[:members], start[members:], smoothing, penalty)
    logs = _logs(predictions, smoothing)
    # (rows, classes, parameters): what each parameter adds to each class's score.
    unit = np.broadcast_to(np.eye(classes), (rows, classes, classes))
    design = np.concatenate([np.moveaxis(logs, 0, -1), unit], axis=2)
    target = np.eye(classes)[y]
    ridge = np.full(members + classes, penalty) + 1e-9

    def loss(value: np.ndarray) -> float:
        prob = _softmax(design @ value)
        return mean_loss("class", prob, y) + 0.5 * float(ridge @ (value - start) ** 2)

    value, now = start, loss(start)
    for _ in range(_STEPS):
        prob = _softmax(design @ value)
        slope = np.einsum("rc,rcp->p", prob - target, design) / rows + ridge * (value - start)
        mean = np.einsum("rc,rcp->rp", prob, design)
        curved = np.einsum("rc,rcp,rcq->pq", prob, design, design, optimize=True) - mean.T @ mean
        step = np.linalg.solve(curved / rows + np.diag(ridge), slope)
        size = 1.0
        while size > 1e-6 and loss(value - size * step) > now:
            size /= 2
        if size <= 1e-6 or float(slope @ step) < 1e-12:
            break
        value = value - size * step
        now = loss(value)
    return Stack("class", value[:members], value[members:], smoothing, penalty)


def _logs(predictions: np.ndarray, smoothing: float) -> np.ndarray:
    """Return logarithms of smoothed probabilities, less their mean over the classes."""
    classes = predictions.shape[-1]
    smooth = (1.0 - smoothing) * predictions + smoothing / classes
    logs = np.log(np.maximum(smooth, 1e-300))
    return np.asarray(logs - logs.mean(axis=-1, keepdims=True))


def _softmax(scores: np.ndarray) -> np.ndarray:
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))
