"""Survival curves, from predictions of a network."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rdeep.tabular.families import Family


@dataclass
class Baseline:
    """The cumulative hazard of a row with log risk 0, by Breslow's estimate: a step function.

    Attributes
    ----------
    times, hazard : numpy.ndarray
        Where it steps, and what it comes to.
    """

    times: np.ndarray
    hazard: np.ndarray


def breslow(y: np.ndarray, risk: np.ndarray, weights: np.ndarray) -> Baseline:
    """Return the baseline hazard of proportional hazards.

    Parameters
    ----------
    y : numpy.ndarray
        `(rows, 2)`: times and events.
    risk : numpy.ndarray
        The rows' log risks.
    weights : numpy.ndarray
        A weight for each row.
    """
    times = np.unique(y[y[:, 1] > 0, 0])
    order = np.argsort(-y[:, 0], kind="stable")
    still = np.cumsum((weights * np.exp(risk))[order])
    # How many rows have a time of at least each.
    count = np.searchsorted(-y[order, 0], -times, side="right")
    events = np.array([weights[(y[:, 0] == t) & (y[:, 1] > 0)].sum() for t in times])
    return Baseline(times, np.cumsum(events / still[count - 1]))


def survival(
    family: Family, pooled: np.ndarray, baseline: Baseline | None, times: np.ndarray
) -> np.ndarray:
    """Return the probability of living beyond times, `(rows, times)`.

    Parameters
    ----------
    family : Family
        A family of survival.
    pooled : numpy.ndarray
        What networks predict: log risks, or logits of hazards.
    baseline : Baseline or None
        The hazard of log risk 0, where there are log risks.
    times : numpy.ndarray
        The times.
    """
    if baseline is not None:
        step = np.searchsorted(baseline.times, times, side="right")
        hazard = np.concatenate([[0.0], baseline.hazard])[step]
        return np.exp(-hazard[None, :] * np.exp(pooled[:, :1]))
    cuts = np.concatenate([[0.0], np.asarray(family.loss.cuts)])  # type: ignore[attr-defined]
    # Hazards are per interval: within one, survival falls evenly on the logarithm's scale.
    logs = np.cumsum(-np.logaddexp(0.0, pooled.astype(np.float64)), axis=1)
    logs = np.concatenate([np.zeros((len(pooled), 1)), logs], axis=1)
    return np.exp(np.array([np.interp(times, cuts, row) for row in logs]))


def median_time(curve: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Return the time at which survival falls to one half; infinite where it does not.

    Parameters
    ----------
    curve : numpy.ndarray
        `(rows, times)`: survival.
    times : numpy.ndarray
        The times, ascending.
    """
    below = curve <= 0.5
    return np.where(below.any(axis=1), times[below.argmax(axis=1)], np.inf)
