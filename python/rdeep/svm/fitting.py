"""Fitting support vector machines: decision functions, and what held-out rows say of them."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np

from rdeep.errors import RdeepWarning, worded
from rdeep.interrupts import interrupts
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
    def functions(self) -> int:
        """How many decision functions there are."""
        return self.classes if self.classes > 2 else 1

    def terms(self, function: int, rows: np.ndarray) -> Terms:
        """Return the loss of a decision function on some rows.

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
        sign = np.where(y == (function if self.classes > 2 else 1), 1.0, -1.0)
        return Terms(sign, np.ones(len(rows)), cost, self.squared)

    def solved(self, function: int, rows: np.ndarray, tolerance: float) -> Solution:
        """Return a decision function of some rows.

        Parameters
        ----------
        function : int
            Its number, from 0.
        rows : numpy.ndarray
            The rows; those of no cost are not looked at.
        tolerance : float
            The gap at which to stop.
        """
        rows = rows[self.cost[rows] > 0]
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
    rows : int
        How many rows there were.
    """

    weights: np.ndarray
    bias: np.ndarray
    solutions: list[Solution]
    supports: list[int]
    rows: int


def fitted(task: Task) -> Machine:
    """Return the decision functions, and warn of those that are not at their optimum.

    Parameters
    ----------
    task : Task
        What to fit to.
    """
    rows = np.arange(len(task.y))
    found = [task.solved(function, rows, _EXACT) for function in range(task.functions)]
    supports = [_supports(task, each) for each in found]
    worst = max(each.gap for each in found)
    if not worst <= _WARNED:
        said = worded(
            f"The optimum was not reached: the objective may be {100 * worst:.2g} % above it. A "
            "smaller 'cost' helps, and columns without extreme values."
        )
        warnings.warn(RdeepWarning(said), stacklevel=4)
    weights = np.stack([each.weights for each in found], axis=1)
    return Machine(weights, np.array([each.bias for each in found]), found, supports, len(rows))


def _supports(task: Task, solution: Solution) -> int:
    """Return how many rows hold the function where it is."""
    used = task.cost > 0
    copies = len(solution.dual) // int(used.sum())
    cost = np.tile(task.cost[used], copies)
    # Of squared losses, the dual has no bound: what is far below all others is none.
    bound = cost if not task.squared else solution.dual.max()
    return int((solution.dual > _SUPPORTS * bound).reshape(copies, -1).any(axis=0).sum())


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
    out = np.zeros((len(task.y), task.functions))
    for fold in range(part.max() + 1):
        away, seen = np.flatnonzero(part == fold), np.flatnonzero(part != fold)
        for function in range(task.functions):
            if task.classes and not _both_signs(task, function, seen):
                # A class that the others have not seen: they speak against it.
                out[away, function] = -1.0
                continue
            found = task.solved(function, seen, _ROUGH)
            out[away, function] = task.features[away] @ found.weights + found.bias
    return out


def _both_signs(task: Task, function: int, rows: np.ndarray) -> bool:
    rows = rows[task.cost[rows] > 0]
    signs = task.terms(function, rows).sign
    return bool((signs > 0).any() and (signs < 0).any())
