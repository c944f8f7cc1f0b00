"""Probabilities of decision values: Platt's scaling."""

from __future__ import annotations

import numpy as np

_STEPS = 100


def platt(decision: np.ndarray, positive: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    """Return slope and shift of `1 / (1 + exp(-(slope * decision + shift)))`.

    By Newton's method with Platt's targets, which are a little inside of 0 and 1 (Lin, Lin and
    Weng, 2007). The slope is not negative: a larger decision is never less probable.

    Parameters
    ----------
    decision : numpy.ndarray
        Decision values of rows that the machine has not seen, `(rows,)`.
    positive : numpy.ndarray
        Whether each is of the class that positive values speak for.
    weights : numpy.ndarray
        A weight for each row.
    """
    ahead, behind = float(weights[positive].sum()), float(weights[~positive].sum())
    target = np.where(positive, (ahead + 1.0) / (ahead + 2.0), 1.0 / (behind + 2.0))
    spread = float(decision.std()) or 1.0
    z = decision / spread
    slope, shift = 0.0, float(np.log((ahead + 1.0) / (behind + 1.0)))
    loss = _loss(slope * z + shift, target, weights)
    for _ in range(_STEPS):
        p = _sigmoid(slope * z + shift)
        wrong, curve = weights * (p - target), weights * p * (1.0 - p) + 1e-12
        gradient = np.array([wrong @ z, wrong.sum()])
        if np.abs(gradient).max() < 1e-8 * weights.sum():
            break
        hessian = np.array([[curve @ z**2, curve @ z], [curve @ z, curve.sum()]])
        change = np.linalg.solve(hessian + 1e-10 * np.eye(2) * hessian.max(), gradient)
        size = 1.0
        while size > 1e-10:
            found = slope - size * change[0], shift - size * change[1]
            after = _loss(found[0] * z + found[1], target, weights)
            if after < loss:
                break
            size *= 0.5
        else:
            break
        (slope, shift), loss = found, after
    if slope < 0.0:
        return 0.0, float(np.log((ahead + 1.0) / (behind + 1.0)))
    return float(slope) / spread, float(shift)


def pairs_of(classes: int) -> list[tuple[int, int]]:
    """Return the pairs of classes that decision functions tell apart, in order.

    Parameters
    ----------
    classes : int
        How many classes there are.
    """
    return [(low, high) for low in range(classes) for high in range(low + 1, classes)]


def chosen(decision: np.ndarray, classes: int) -> np.ndarray:
    """Return the number of the class that most functions speak for, the first of equals.

    Parameters
    ----------
    decision : numpy.ndarray
        `(rows, pairs)`: above zero for the second class of a pair.
    classes : int
        How many classes there are.
    """
    votes = np.zeros((len(decision), classes), np.int64)
    for place, (low, high) in enumerate(pairs_of(classes)):
        ahead = decision[:, place] > 0
        votes[:, high] += ahead
        votes[:, low] += ~ahead
    return np.asarray(votes.argmax(axis=1))


def probabilities(decision: np.ndarray, scales: np.ndarray, classes: int) -> np.ndarray:
    """Return the probability of each class, `(rows, classes)`.

    Those of pairs are brought together by the second way of Wu, Lin and Weng (2004), which is
    LIBSVM's: the probabilities `p` that minimize the squares of `r_ji p_i - r_ij p_j`.

    Parameters
    ----------
    decision : numpy.ndarray
        `(rows, pairs)`.
    scales : numpy.ndarray
        Slope and shift of each pair, `(pairs, 2)`.
    classes : int
        How many classes there are.
    """
    each = np.clip(_sigmoid(decision * scales[:, 0] + scales[:, 1]), 1e-7, 1.0 - 1e-7)
    if classes == 2:
        return np.hstack([1.0 - each, each])
    # `over[:, i, j]` is how probable class i is among i and j.
    over = np.zeros((len(decision), classes, classes))
    for place, (low, high) in enumerate(pairs_of(classes)):
        over[:, high, low], over[:, low, high] = each[:, place], 1.0 - each[:, place]
    system = np.zeros((len(decision), classes + 1, classes + 1))
    system[:, :classes, :classes] = -over * over.transpose(0, 2, 1)
    inside = np.arange(classes)
    system[:, inside, inside] = (over**2).sum(axis=1)
    system[:, :classes, classes] = system[:, classes, :classes] = 1.0
    wanted = np.zeros((len(decision), classes + 1, 1))
    wanted[:, classes] = 1.0
    found = np.linalg.solve(system, wanted)[:, :classes, 0]
    found = np.maximum(found, 0.0)
    return np.asarray(found / found.sum(axis=1, keepdims=True))


def _sigmoid(z: np.ndarray) -> np.ndarray:
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * z)))


def _loss(z: np.ndarray, target: np.ndarray, weights: np.ndarray) -> float:
    return float(weights @ (np.logaddexp(0.0, z) - target * z))
