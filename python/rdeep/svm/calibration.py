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


def probabilities(decision: np.ndarray, scales: np.ndarray) -> np.ndarray:
    """Return the probability of each class, `(rows, classes)`.

    Parameters
    ----------
    decision : numpy.ndarray
        `(rows, functions)`: one function for two classes, else one for each.
    scales : numpy.ndarray
        Slope and shift of each function, `(functions, 2)`.
    """
    each = _sigmoid(decision * scales[:, 0] + scales[:, 1])
    if each.shape[1] == 1:
        return np.hstack([1.0 - each, each])
    each = np.maximum(each, 1e-12)
    return np.asarray(each / each.sum(axis=1, keepdims=True))


def _sigmoid(z: np.ndarray) -> np.ndarray:
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * z)))


def _loss(z: np.ndarray, target: np.ndarray, weights: np.ndarray) -> float:
    return float(weights @ (np.logaddexp(0.0, z) - target * z))
