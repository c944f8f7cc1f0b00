"""Arithmetic of ensembles: weights of members by the loss of held-out rows.

Predictions of members are arrays `(members, rows, classes)` of probabilities where the type is
`"class"`, and `(members, rows)` or `(members, rows, outputs)` where it is `"number"`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

LEAST = 1e-15
"""The least probability whose logarithm is taken, as elsewhere."""

_STEPS = 100
_RIDGE = 1e-9
"""What tells members apart that predict the same: they share their weight equally."""


def average(predictions: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    """Return the members' mean prediction.

    Parameters
    ----------
    predictions : numpy.ndarray
        A member in each place of the first axis.
    weights : numpy.ndarray, optional
        A weight for each member, adding up to 1; by default equal ones.

    Examples
    --------
    >>> average(np.array([[1.0, 2.0], [3.0, 6.0]]), np.array([0.75, 0.25]))
    array([1.5, 3. ])
    """
    if weights is None:
        return np.asarray(predictions.mean(axis=0))
    return np.tensordot(weights, predictions, axes=1)


def mean_loss(type: str, predictions: np.ndarray, y: np.ndarray) -> float:
    """Return the log loss of probabilities, or the mean squared error of numbers.

    Parameters
    ----------
    type : {"class", "number"}
        What is predicted.
    predictions : numpy.ndarray
        `(rows, classes)` or `(rows, ...)`.
    y : numpy.ndarray
        Class numbers from 0, or numbers of the shape of `predictions`.

    Examples
    --------
    >>> mean_loss("number", np.array([1.0, 2.0]), np.array([1.0, 4.0]))
    2.0
    """
    if type == "class":
        right = predictions[np.arange(len(y)), y]
        return float(-np.log(np.clip(right, LEAST, 1.0)).mean())
    return float(np.mean((predictions - y) ** 2))


def loss_weights(
    type: str, predictions: np.ndarray, y: np.ndarray, prior: float = 0.0
) -> np.ndarray:
    """Return the weights, none below 0 and adding up to 1, whose mean has the least loss.

    The problem is convex, and solved to the rounding of numbers: squared error by an active-set
    method, log loss by Newton's, whose steps are such problems.

    Parameters
    ----------
    type, predictions, y
        As in `mean_loss`, with the members first.
    prior : float
        Classes: for each member so many further rows in which it alone was right. A few keep a
        member from having all the weight that has not been wrong and certain at once yet.

    Examples
    --------
    >>> y = np.array([0.0, 1.0, 2.0])
    >>> np.round(loss_weights("number", np.stack([y + 1, y - 3]), y), 6)
    array([0.75, 0.25])
    """
    members = len(predictions)
    start = np.full(members, 1.0 / members)
    if members == 1:
        return start
    if type == "number":
        residuals = (predictions - y).reshape(members, -1)
        # Weights add up to 1, so that the mean's error is the mean of errors.
        return _least_on_simplex(residuals @ residuals.T, np.zeros(members), start)
    right = np.clip(predictions[:, np.arange(len(y)), y], LEAST, 1.0)
    counts = np.ones(len(y))
    if prior:
        right = np.hstack([right, np.maximum(np.eye(members), LEAST)])
        counts = np.append(counts, np.full(members, prior))
    return _least_log_loss(right, counts / counts.sum(), start)


def _least_log_loss(right: np.ndarray, counts: np.ndarray, start: np.ndarray) -> np.ndarray:
    """Return the weights under which the mean's probabilities have the largest logarithms.

    Parameters
    ----------
    right : numpy.ndarray
        What each member gives the class that came: `(members, rows)`.
    counts : numpy.ndarray
        How much each row counts; they add up to 1.
    start : numpy.ndarray
        The weights to begin with, all above 0.
    """

    def loss(weights: np.ndarray) -> float:
        return float(counts @ -np.log(weights @ right))

    weights, now = start, loss(start)
    for _ in range(_STEPS):
        share = right / (weights @ right)
        gradient = -share @ counts
        # What is still to be gained is at most this much, for the loss is convex.
        if weights @ gradient - gradient.min() < 1e-10:
            break
        hessian = (share * counts) @ share.T
        found = _least_on_simplex(hessian, hessian @ weights - gradient, weights)
        step, direction = 1.0, found - weights
        while step > 1e-8 and loss(weights + step * direction) > now + 1e-4 * step * float(
            direction @ gradient
        ):
            step /= 2
        if step <= 1e-8:
            break
        weights = weights + step * direction
        now = loss(weights)
    return _tidy(weights)


def _least_on_simplex(square: np.ndarray, linear: np.ndarray, start: np.ndarray) -> np.ndarray:
    """Return the weights on the simplex with the least `w' square w / 2 - linear' w`.

    Parameters
    ----------
    square : numpy.ndarray
        A symmetric matrix without negative eigenvalues.
    linear : numpy.ndarray
        The linear part.
    start : numpy.ndarray
        Weights to begin with.
    """
    count = len(start)
    size = float(np.trace(square)) / count or 1.0
    square = square / size + _RIDGE * np.eye(count)
    linear = linear / size
    weights, free = start.copy(), start > 0
    for _ in range(_STEPS * count):
        found = np.zeros(count)
        found[free], level = _balanced(square[np.ix_(free, free)], linear[free])
        if (found[free] >= 0).all():
            weights = found
            # Whose weight would lower it further than those that have one.
            gain = level - (square @ weights - linear)
            gain[free] = 0.0
            best = int(gain.argmax())
            if gain[best] <= 1e-12:
                break
            free[best] = True
            continue
        falling = free & (found < 0)
        reach = weights[falling] / (weights[falling] - found[falling])
        weights = weights + reach.min() * (found - weights)
        first = np.flatnonzero(falling)[reach.argmin()]
        weights[first], free[first] = 0.0, False
    return _tidy(weights)


def _balanced(square: np.ndarray, linear: np.ndarray) -> tuple[np.ndarray, float]:
    """Return the weights that add up to 1 and are best where any sign is allowed, and the slope."""
    count = len(linear)
    system = np.ones((count + 1, count + 1))
    system[:count, :count], system[count, count] = square, 0.0
    solved = np.linalg.solve(system, np.append(linear, 1.0))
    return solved[:count], -float(solved[count])


def _tidy(weights: np.ndarray) -> np.ndarray:
    clipped = np.where(weights < 1e-10, 0.0, weights)
    return np.asarray(clipped / clipped.sum())


def greedy_weights(
    type: str,
    predictions: np.ndarray,
    y: np.ndarray,
    rounds: int = 100,
    initial: int = 1,
    bags: int = 1,
    share: float = 0.5,
    seed: int = 0,
) -> np.ndarray:
    """Return weights by greedy selection with replacement (Caruana et al. 2004).

    The members with the least loss come first; then, in each round, the one with which the mean
    has the least loss, however often it was chosen before. The best of all rounds counts: a weight
    is the share of choices that fell on a member.

    Parameters
    ----------
    type, predictions, y
        As in `loss_weights`.
    rounds : int
        How many members are chosen.
    initial : int
        How many of the best members to begin with ("sorted initialisation").
    bags : int
        How often selection is done, each time among a random share of the members; weights are
        then the mean.
    share : float
        That share.
    seed : int
        What the shares are drawn by.

    Examples
    --------
    >>> y = np.array([0.0, 1.0, 2.0])
    >>> greedy_weights("number", np.stack([y + 1, y - 3]), y, rounds=4)
    array([0.75, 0.25])
    """
    members = len(predictions)
    if bags == 1:
        return _selected(type, predictions, y, rounds, initial)
    generator = np.random.Generator(np.random.PCG64(seed))
    total = np.zeros(members)
    for _ in range(bags):
        drawn = np.sort(generator.permutation(members)[: max(1, round(share * members))])
        total[drawn] += _selected(type, predictions[drawn], y, rounds, initial)
    return total / bags


def _selected(
    type: str, predictions: np.ndarray, y: np.ndarray, rounds: int, initial: int
) -> np.ndarray:
    # Of probabilities only those of what came count.
    used = predictions[:, np.arange(len(y)), y] if type == "class" else predictions

    def loss(value: np.ndarray) -> float:
        if type == "class":
            return float(-np.log(np.clip(value, LEAST, 1.0)).mean())
        return float(np.mean((value - y) ** 2))

    return chosen_greedily(used, loss, rounds, initial)


def chosen_greedily(
    predictions: np.ndarray,
    loss: Callable[[np.ndarray], float],
    rounds: int = 100,
    initial: int = 1,
) -> np.ndarray:
    """Return weights by greedy selection, as `greedy_weights`, by a loss of one's own.

    Parameters
    ----------
    predictions : numpy.ndarray
        A member in each place of the first axis.
    loss : function
        The loss of a mean prediction.
    rounds, initial
        As in `greedy_weights`.

    Examples
    --------
    >>> y = np.array([0.0, 1.0, 2.0])
    >>> chosen_greedily(np.stack([y + 1, y - 3]), lambda p: abs(p - y).sum(), rounds=4)
    array([0.75, 0.25])
    """
    alone = np.array([loss(each) for each in predictions])
    first = np.argsort(alone, kind="stable")[: max(1, min(initial, len(alone)))]
    counts = np.bincount(first, minlength=len(alone)).astype(np.float64)
    total = predictions[first].sum(axis=0)
    best, best_loss = counts.copy(), loss(total / counts.sum())
    while counts.sum() < rounds:
        size = counts.sum() + 1.0
        found = np.array([loss((total + each) / size) for each in predictions])
        chosen = int(found.argmin())
        counts[chosen] += 1.0
        total = total + predictions[chosen]
        # Less by more than rounding, on whatever scale the outcome is.
        if found[chosen] < best_loss - 1e-12 * abs(best_loss):
            best, best_loss = counts.copy(), float(found[chosen])
    return np.asarray(best / best.sum())
