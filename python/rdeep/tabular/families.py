"""Families: how an outcome is distributed, and what a network predicts of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from rdeep.arrays import numpy as ops
from rdeep.catalogue.losses import likelihoods
from rdeep.catalogue.losses.likelihoods import Likelihood
from rdeep.errors import ArgumentError, DataError, listing, show, suggestion

NAMES = (
    "gaussian",
    "binomial",
    "multinomial",
    "poisson",
    "negative_binomial",
    "quantile",
    "cox",
    "discrete_time",
)
_INTERVALS = 20


@dataclass
class Family:
    """An outcome's distribution, fitted to its scale.

    Attributes
    ----------
    name : str
        One of `NAMES`.
    loss : Likelihood
        What networks minimise.
    start : tuple of float
        Where the outputs start, on the link's scale.
    centre, spread : float
        What targets are shifted and divided by before training; 0 and 1 but for numbers.
    """

    name: str
    loss: Likelihood
    start: tuple[float, ...]
    centre: float = 0.0
    spread: float = 1.0

    @property
    def outputs(self) -> int:
        """How many values a network predicts."""
        return len(self.start)

    @property
    def constants(self) -> int:
        """How many of these are the same for all rows: a dispersion."""
        return int(self.name == "negative_binomial")

    @property
    def is_survival(self) -> bool:
        """Whether the outcome is a time to an event."""
        return self.loss.columns == 2

    def scaled(self, y: np.ndarray) -> np.ndarray:
        """Return targets as the networks are trained on them."""
        return (y - self.centre) / self.spread

    def link(self, pooled: np.ndarray) -> np.ndarray:
        """Return what networks predict, on the scale of the link.

        Parameters
        ----------
        pooled : numpy.ndarray
            `(rows, outputs)`, the members' average.
        """
        values = pooled * self.spread + self.centre
        if self.name == "negative_binomial":
            return values[:, :1]
        return np.sort(values, axis=1) if self.name == "quantile" else values

    def response(self, pooled: np.ndarray) -> np.ndarray:
        """Return what is expected of the outcome; for survival the log risk or the hazards.

        Parameters
        ----------
        pooled : numpy.ndarray
            `(rows, outputs)`, the members' average.
        """
        if self.name in ("gaussian", "quantile"):
            return self.link(pooled)
        return np.asarray(self.loss.respond(pooled, ops))

    def to_data(self) -> dict[str, Any]:
        """Return the family as plain data."""
        return {
            "name": self.name,
            "loss": self.loss.to_data(),
            "start": list(self.start),
            "centre": self.centre,
            "spread": self.spread,
        }


@dataclass
class Outcome:
    """An outcome to fit a family to.

    Attributes
    ----------
    y : numpy.ndarray
        `(rows, columns)`: a number, a share, a class, a count; a time and an event.
    weights : numpy.ndarray
        A weight for each row.
    offset : numpy.ndarray or None
        What is added on the link's scale.
    """

    y: np.ndarray
    weights: np.ndarray
    offset: np.ndarray | None = None

    @property
    def values(self) -> np.ndarray:
        """The first column."""
        return self.y[:, 0].astype(np.float64)

    @property
    def shift(self) -> np.ndarray:
        """The offset, 0 where there is none."""
        return np.zeros(len(self.y)) if self.offset is None else self.offset


def fitted_family(
    name: str,
    outcome: Outcome,
    classes: int | None = None,
    levels: tuple[float, ...] = (0.05, 0.5, 0.95),
    smoothing: float = 0.0,
) -> Family:
    """Return a family fitted to an outcome's scale.

    Parameters
    ----------
    name : str
        One of `NAMES`.
    outcome : Outcome
        The outcome.
    classes : int, optional
        How many classes there are.
    levels : tuple of float
        The levels of quantiles.
    smoothing : float
        The share of a class target that goes to all classes alike.

    Raises
    ------
    ArgumentError
        If there is no such family.
    DataError
        If the outcome has nothing to learn.
    """
    if name not in NAMES:
        raise ArgumentError(
            f"There is no family {show(name)}; there are {listing(NAMES, 'and')}.",
            argument="family",
            received=name,
            hint=suggestion(str(name), NAMES),
        )
    if name in ("gaussian", "quantile"):
        return _of_numbers(name, outcome.values - outcome.shift, outcome.weights, levels)
    if name == "binomial":
        start = _logit(np.average(outcome.values, weights=outcome.weights))
        return Family(name, likelihoods.BinomialLikelihood(), (start,))
    if name == "multinomial":
        return _of_classes(outcome, classes, smoothing)
    if name in ("poisson", "negative_binomial"):
        return _of_counts(name, outcome)
    return _of_times(name, outcome.y)


def _of_classes(outcome: Outcome, classes: int | None, smoothing: float) -> Family:
    count = int(outcome.values.max()) + 1 if classes is None else classes
    sums = np.array([outcome.weights[outcome.values == c].sum() for c in range(count)])
    starts = np.log(np.maximum(sums / outcome.weights.sum(), 0.5 / len(outcome.y)))
    loss = likelihoods.MultinomialLikelihood(label_smoothing=smoothing)
    return Family("multinomial", loss, tuple(float(s) for s in starts - starts.mean()))


def _of_counts(name: str, outcome: Outcome) -> Family:
    exposure = np.sum(outcome.weights * np.exp(outcome.shift))
    start = float(np.log(max(np.sum(outcome.weights * outcome.values) / exposure, 1e-8)))
    if name == "poisson":
        return Family(name, likelihoods.PoissonLikelihood(), (start,))
    return Family(name, likelihoods.NegativeBinomialLikelihood(), (start, 0.0))


def _of_times(name: str, y: np.ndarray) -> Family:
    if not (y[:, 1] > 0).any():
        raise DataError(
            "No event was seen: survival models need at least one.", argument="y", received=0
        )
    if name == "cox":
        return Family(name, likelihoods.CoxLikelihood(), (0.0,))
    return _of_intervals(y)


def _of_numbers(name: str, y: np.ndarray, weights: np.ndarray, levels: tuple[float, ...]) -> Family:
    """Return a family of numbers, which are trained on with mean 0 and variance 1."""
    centre = float(np.average(y, weights=weights))
    spread = float(np.sqrt(np.average((y - centre) ** 2, weights=weights)))
    if not spread > 1e-12 * float(np.abs(y).max()):
        raise DataError(
            f"The outcome is {centre:g} in every row: there is nothing to learn.", argument="y"
        )
    if name == "gaussian":
        return Family(name, likelihoods.GaussianLikelihood(), (0.0,), centre, spread)
    scaled = np.quantile((y - centre) / spread, levels)
    loss = likelihoods.QuantileLoss(levels)
    return Family(name, loss, tuple(float(q) for q in scaled), centre, spread)


def _of_intervals(y: np.ndarray) -> Family:
    """Return survival in intervals that end at quantiles of the times at which events were seen."""
    event_times = y[y[:, 1] > 0, 0]
    count = int(min(_INTERVALS, max(2, len(event_times) // 5)))
    ends = np.unique(
        np.quantile(event_times, np.linspace(0, 1, count + 1)[1:], method="inverted_cdf")
    )
    loss = likelihoods.DiscreteTimeLikelihood(tuple(float(t) for t in ends if t > 0))
    masks = loss.encode(y)
    survived, ended = np.split(masks.sum(0), 2)
    starts = tuple(_logit(h) for h in ended / np.maximum(survived + ended, 1.0))
    return Family("discrete_time", loss, starts)


def _logit(p: float) -> float:
    inside = np.clip(p, 1e-4, 1 - 1e-4)
    return float(np.log(inside / (1 - inside)))
