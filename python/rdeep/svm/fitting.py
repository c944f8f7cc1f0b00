"""Fitting support vector machines: decision functions, and what held-out rows say of them."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np

from rdeep.errors import RdeepWarning, worded
from rdeep.interrupts import interrupts
from rdeep.svm.calibration import pairs_of
from rdeep.svm.solver import Solution, Terms, solve
from rdeep.tabular.folds import stratified_folds

_EXACT, _ROUGH = 1e-7, 1e-3
_WARNED = 1e-4
_SUPPORTS = 1e-5
"""The share of its bound that a dual variable of a support vector has at least."""


@dataclass
class Task:
    """What decision functions are fitted to.

    Attributes
    ----------
    features : numpy.ndarray
        `(rows, features)`.
    gram : numpy.ndarray or None
        Their products, where there are fewer rows than features.
    y : numpy.ndarray
        Class numbers, or numbers on the scale learned.
    classes : int
        How many classes there are; 0 for numbers.
    cost : numpy.ndarray
        The cost of each row.
    squared : bool
        Whether losses are squared.
    epsilon : float
        How far a number may be off without loss.
    """

    features: np.ndarray
    gram: np.ndarray | None
    y: np.ndarray
    classes: int
    cost: np.ndarray
    squared: bool
    epsilon: float

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """The classes that each decision function tells apart; one of neither for numbers."""
        return pairs_of(self.classes) if self.classes else [(0, 0)]

    def rows_of(self, function: int, among: np.ndarray) -> np.ndarray:
        """Return the rows that a decision function is fitted to.

        Parameters
        ----------
        function : int
            Its number, from 0.
        among : numpy.ndarray
            The rows that may be used; those of no cost are not looked at.
        """
        rows = among[self.cost[among] > 0]
        if not self.classes:
            return rows
        return np.asarray(rows[np.isin(self.y[rows], self.pairs[function])])

    def terms(self, function: int, rows: np.ndarray) -> Terms:
        """Return the loss of a decision function on some rows of its classes.

        Parameters
        ----------
        function : int
            Its number, from 0.
        rows : numpy.ndarray
            The rows.
        """
        y, cost = self.y[rows], self.cost[rows]
        if not self.classes:
            sign = np.repeat([1.0, -1.0], len(rows))
            start = sign * np.tile(y, 2) - self.epsilon
            return Terms(sign, start, np.tile(cost, 2), self.squared)
        sign = np.where(y == self.pairs[function][1], 1.0, -1.0)
        return Terms(sign, np.ones(len(rows)), cost, self.squared)

    def solved(self, function: int, rows: np.ndarray, tolerance: float) -> Solution:
        """Return a decision function of some rows of its classes.

        Parameters
        ----------
        function : int
            Its number, from 0.
        rows : numpy.ndarray
            The rows.
        tolerance : float
            The gap at which to stop.
        """
        gram = None if self.gram is None else self.gram[np.ix_(rows, rows)]
        terms = self.terms(function, rows)
        return solve(self.features[rows], terms, tolerance, gram, interrupts.check)


@dataclass
class Machine:
    """The decision functions of a task.

    Attributes
    ----------
    weights, bias : numpy.ndarray
        `(features, functions)` and `(functions,)`.
    solutions : list of Solution
        How each was found.
    supports : list of int
        How many support vectors each has.
    held : int
        How many rows are support vectors of any.
    rows : int
        How many rows there were.
    """

    weights: np.ndarray
    bias: np.ndarray
    solutions: list[Solution]
    supports: list[int]
    held: int
    rows: int


def fitted(task: Task) -> Machine:
    """Return the decision functions, and warn of those that are not at their optimum.

    Parameters
    ----------
    task : Task
        What to fit to.
    """
    every = np.arange(len(task.y))
    used = [task.rows_of(function, every) for function in range(len(task.pairs))]
    found = [task.solved(function, rows, _EXACT) for function, rows in enumerate(used)]
    supports = [_supports(task, each, rows) for each, rows in zip(found, used, strict=True)]
    held = np.unique(np.concatenate(supports))
    worst = max(each.gap for each in found)
    if not worst <= _WARNED:
        said = worded(
            f"The optimum was not reached: the objective may be {100 * worst:.2g} % above it. A "
            "smaller 'cost' helps, and columns without extreme values."
        )
        warnings.warn(RdeepWarning(said), stacklevel=4)
    weights = np.stack([each.weights for each in found], axis=1)
    return Machine(
        weights,
        np.array([each.bias for each in found]),
        found,
        [len(each) for each in supports],
        len(held),
        len(every),
    )


def _supports(task: Task, solution: Solution, rows: np.ndarray) -> np.ndarray:
    """Return which of the rows hold the function where it is."""
    copies = len(solution.dual) // len(rows)
    # Of squared losses, the dual has no bound: what is far below all others is none.
    bound = solution.dual.max() if task.squared else np.tile(task.cost[rows], copies)
    return rows[(solution.dual > _SUPPORTS * bound).reshape(copies, -1).any(axis=0)]


def held_out_decisions(task: Task, folds: int, seed: int) -> np.ndarray:
    """Return decision values of machines that have not seen a row, `(rows, functions)`.

    Parameters
    ----------
    task : Task
        What to fit to.
    folds : int
        Into how many parts rows are cut.
    seed : int
        What chance draws from.
    """
    part = stratified_folds(task.y, bool(task.classes), min(folds, len(task.y)), seed)
    out = np.zeros((len(task.y), len(task.pairs)))
    for fold in range(part.max() + 1):
        away, seen = np.flatnonzero(part == fold), np.flatnonzero(part != fold)
        for function in range(len(task.pairs)):
            rows = task.rows_of(function, seen)
            signs = np.unique(task.terms(function, rows).sign)
            if len(signs) < 2:
                # Of a class that is not seen nothing speaks for it.
                out[away, function] = signs.sum()
                continue
            found = task.solved(function, rows, _ROUGH)
            out[away, function] = task.features[away] @ found.weights + found.bias
    return out
