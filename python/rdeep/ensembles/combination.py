"""How the predictions of members become one: what an ensemble learned, as plain data."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np

from rdeep.catalogue import options
from rdeep.catalogue.options import option
from rdeep.catalogue.record import Record
from rdeep.ensembles.stacking import Stack, fit_stack
from rdeep.ensembles.uncertainty import (
    Uncertainty,
    uncertainty_of_classes,
    uncertainty_of_numbers,
)
from rdeep.ensembles.weighting import average, greedy_weights, loss_weights, mean_loss
from rdeep.errors import ArgumentError, DataError, RdeepWarning, listing, show, show_rows, worded
from rdeep.errors.damage import Damage

METHODS = ("average", "weights", "greedy", "stack")
PRIOR = 1.0
"""For each member a row in which it alone was right, when weights are found."""
_FOLDS = 5
_NAMED = 5


class Combination(Record, kind="combination"):
    """What turns members' predictions into the ensemble's.

    Examples
    --------
    >>> both = Combination("number", ("a", "b"), weights=(0.5, 0.5))
    >>> both.predict(np.array([[1.0, 2.0], [3.0, 6.0]]))
    array([2., 4.])
    """

    internal = True

    type: str = option(options.Choice("class", "number"), doc="What is predicted.")
    members: tuple[str, ...] = option(options.Texts(), doc="The members' names.")
    levels: tuple[str, ...] = option(options.Texts(), (), "The classes by name, where known.")
    outputs: int | None = option(
        options.OrNone(options.Count()),
        None,
        "How many classes, or numbers, are predicted; `None` for one number.",
    )
    method: str = option(options.Choice(*METHODS), "average", "How members are combined.")
    weights: tuple[float, ...] = option(
        options.Numbers(), (), "A weight for each member; of a stack for each member and number."
    )
    intercept: tuple[float, ...] | None = option(
        options.OrNone(options.Numbers()), None, "What a stack adds."
    )
    smoothing: float = option(options.Number(0.0, 1.0), 0.0, "How far a stack smooths.")
    penalty: float | None = option(
        options.OrNone(options.Number(0.0)), None, "A stack's penalty; `None` for an infinite one."
    )
    rows: int | None = option(
        options.OrNone(options.Count()), None, "How many rows the losses are of."
    )
    losses: tuple[float, ...] | None = option(
        options.OrNone(options.Numbers()), None, "The loss of each member on these rows."
    )
    loss: float | None = option(
        options.OrNone(options.Number()), None, "The loss of the ensemble, on rows left out."
    )
    variance: tuple[float, ...] | None = option(
        options.OrNone(options.Numbers(0.0)), None, "The variance about a predicted number."
    )

    @property
    def is_class(self) -> bool:
        """Whether classes are predicted."""
        return self.type == "class"

    def check_saved(self, place: str) -> None:
        """Refuse numbers that do not go together, as a file may have them.

        Parameters
        ----------
        place : str
            Where in the file it is.
        """
        count, width = len(self.members), self.outputs or 1
        stacked = self.method == "stack"
        wide = stacked and not self.is_class
        wanted = {
            "weights": count * width if wide else count,
            "intercept": width if stacked else None,
            "losses": None if self.losses is None else count,
            "variance": None if self.variance is None else width,
        }
        for name, size in wanted.items():
            value = getattr(self, name)
            if (None if value is None else len(value)) != size:
                raise Damage("it does not go with the members", place=f"{place}.{name}")
        if count < 2 or len(set(self.members)) < count:
            raise Damage("it must name two members or more", place=f"{place}.members")
        if self.is_class and (width < 2 or len(self.levels) not in (0, width)):
            raise Damage("it must have two classes or more", place=f"{place}.levels")

    def predict(self, predictions: np.ndarray) -> np.ndarray:
        """Return what the members' predictions come to; NaN where one of them is.

        Parameters
        ----------
        predictions : numpy.ndarray
            Probabilities, `(members, rows, classes)`, or numbers, `(members, rows)` or `(members,
            rows, outputs)`.
        """
        if self.method == "stack":
            return self._stack().predict(predictions)
        weights = np.array(self.weights)
        # A member without a weight does not count, whatever it says.
        used = np.flatnonzero(weights)
        return average(predictions[used], weights[used])

    def uncertainty(self, predictions: np.ndarray) -> Uncertainty:
        """Return how uncertain each row is; of a stack by the members alone, equally weighted.

        Parameters
        ----------
        predictions : numpy.ndarray
            As in `predict`.
        """
        used = np.arange(len(self.members))
        weights = np.full(len(used), 1.0 / len(used))
        if self.method != "stack":
            used = np.flatnonzero(self.weights)
            weights = np.array(self.weights)[used]
        if self.is_class:
            return uncertainty_of_classes(predictions[used], weights)
        variance = np.nan if self.variance is None else np.array(self.variance)
        if self.outputs is None and self.variance is not None:
            variance = self.variance[0]
        return uncertainty_of_numbers(predictions[used], weights, variance)

    def _stack(self) -> Stack:
        weights, intercept = np.array(self.weights), np.array(self.intercept)
        if not self.is_class and self.outputs is not None:
            weights = weights.reshape(len(self.members), self.outputs)
        if not self.is_class and self.outputs is None:
            intercept = intercept[0]
        penalty = np.inf if self.penalty is None else self.penalty
        return Stack(self.type, weights, intercept, self.smoothing, penalty)


def check_predictions(predictions: np.ndarray, members: Sequence[str], fails: bool) -> None:
    """Refuse predictions that are no numbers, or warn of them.

    Parameters
    ----------
    predictions : numpy.ndarray
        As in `Combination.predict`.
    members : sequence of str
        The members' names.
    fails : bool
        Whether it is an error, since something is to be learned of them.
    """
    bad = ~np.isfinite(predictions).reshape(*predictions.shape[:2], -1).all(axis=2)
    if not bad.any():
        return
    who = [name for name, rows in zip(members, bad) if rows.any()]
    rows = np.flatnonzero(bad.any(axis=0))
    said = worded(
        f"{'Member' if len(who) == 1 else 'Members'} {listing(who, 'and')} "
        f"{'predicts' if len(who) == 1 else 'predict'} no number in {len(rows)} of {bad.shape[1]} "
        f"rows, the first in {show_rows([int(rows[0])])}"
    )
    if fails:
        raise DataError(
            f"{said}.",
            argument="members",
            hint="Leave rows with missing values out, and members that diverged.",
        )
    warnings.warn(
        RdeepWarning(worded(f"{said}: there the ensemble predicts none either.")), stacklevel=4
    )


def combine(
    type: str,
    predictions: np.ndarray,
    y: np.ndarray | None = None,
    members: Sequence[str] = (),
    levels: Sequence[str] | None = None,
    method: str | None = None,
    weights: Sequence[float] | None = None,
    variance: Sequence[float] | None = None,
    seed: int = 0,
) -> Combination:
    """Return how members are combined: as asked for, or as their loss on rows says.

    The loss that is noted of the ensemble is cross-fitted: of rows that were left out when weights
    were found.

    Parameters
    ----------
    type : {"class", "number"}
        What is predicted.
    predictions : numpy.ndarray
        As in `Combination.predict`; of one row at least.
    y : numpy.ndarray, optional
        The truth: class numbers from 0, or numbers.
    members : sequence of str
        The members' names.
    levels : sequence of str, optional
        The classes by name.
    method : {"average", "weights", "greedy", "stack"}, optional
        `"average"`, which is what is done without `y`; weights with the least loss; greedy
        selection; a stack, which is what is done with `y`.
    weights : sequence of float, optional
        Weights for an average.
    variance : sequence of float, optional
        The variance about predicted numbers, where `y` does not tell it.
    seed : int
        What rows are drawn by.
    """
    count = len(predictions)
    names = tuple(members) or tuple(f"member_{number + 1}" for number in range(count))
    outputs = predictions.shape[2] if predictions.ndim == 3 else None
    method = _method(method, y, weights)
    told = _given_weights(weights, count)
    found = Combination(
        type,
        names,
        tuple(levels or ()),
        outputs,
        method,
        tuple(told),
        variance=None if variance is None else tuple(float(each) for each in variance),
    )
    if y is None:
        return found
    check_predictions(predictions, names, fails=True)
    found = _learned(found, predictions, y, seed)
    losses = tuple(mean_loss(type, each, y) for each in predictions)
    left_out = _left_out(found, predictions, y, seed)
    squares = None
    if type == "number":
        squares = tuple(np.atleast_1d(np.mean((left_out - y) ** 2, axis=0)).tolist())
    return found.replace(
        rows=len(y), losses=losses, loss=mean_loss(type, left_out, y), variance=squares
    )


def _method(method: str | None, y: np.ndarray | None, weights: Sequence[float] | None) -> str:
    if method is not None and method not in METHODS:
        raise ArgumentError(
            f"'method' must be one of {listing(METHODS)}, not {show(method)}.",
            argument="method",
            received=method,
        )
    if weights is not None:
        if method not in (None, "average"):
            raise ArgumentError(
                f"'weights' are given, which the method {show(method)} would find.",
                argument="weights",
                hint="Give one of the two.",
            )
        return "average"
    if y is None and method not in (None, "average"):
        raise ArgumentError(
            f"The method {show(method)} needs data that no member was fitted to.",
            argument="method",
            received=method,
            hint="Give the rows and their outcome; without them, members are averaged.",
        )
    return method or ("average" if y is None else "stack")


def _given_weights(weights: Sequence[float] | None, count: int) -> np.ndarray:
    if weights is None:
        return np.full(count, 1.0 / count)
    values = np.asarray(weights, dtype=np.float64).reshape(-1)
    if len(values) != count:
        raise ArgumentError(
            f"'weights' has {len(values)} values for {count} members.", argument="weights"
        )
    if not np.isfinite(values).all() or values.min() < 0 or values.sum() <= 0:
        raise ArgumentError(
            "'weights' must be numbers of at least 0, one of them above it.",
            argument="weights",
            received=values.tolist(),
        )
    return values / values.sum()


def _learned(found: Combination, predictions: np.ndarray, y: np.ndarray, seed: int) -> Combination:
    """Return a combination with weights by the loss of rows."""
    if found.method == "weights":
        return found.replace(
            weights=tuple(loss_weights(found.type, predictions, y, PRIOR).tolist())
        )
    if found.method == "greedy":
        chosen = greedy_weights(found.type, predictions, y, seed=seed)
        return found.replace(weights=tuple(chosen.tolist()))
    if found.method == "stack":
        stack = fit_stack(found.type, predictions, y, seed=seed)
        return found.replace(
            weights=tuple(stack.weights.ravel().tolist()),
            intercept=tuple(np.atleast_1d(stack.intercept).tolist()),
            smoothing=stack.smoothing,
            penalty=float(stack.penalty) if np.isfinite(stack.penalty) else None,
        )
    return found


def _left_out(found: Combination, predictions: np.ndarray, y: np.ndarray, seed: int) -> np.ndarray:
    """Return predictions of rows by weights that were found without them."""
    rows = len(y)
    if found.method == "average" or rows < 2 * _FOLDS:
        return found.predict(predictions)
    cuts = np.random.Generator(np.random.PCG64(seed)).permutation(np.arange(rows) % _FOLDS)
    values = np.empty(predictions.shape[1:])
    for cut in range(_FOLDS):
        seen, held = np.flatnonzero(cuts != cut), np.flatnonzero(cuts == cut)
        part = _learned(found, predictions[:, seen], y[seen], seed)
        values[held] = part.predict(predictions[:, held])
    return values
