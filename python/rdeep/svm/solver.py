"""The quadratic program of a support vector machine, solved by an interior point method.

Every loss of a support vector machine is a sum of `cost * max(0, p - a f)` with `a` 1 or -1: for
classes `p = 1` and `a` is the class, and for numbers each row has two such terms, `p = y - epsilon`
with `a = 1` and `p = -y - epsilon` with `a = -1`. The dual of

    1/2 ||w||^2 + sum(cost * max(0, p - a (X w + b))^power)

is then one program with bounds and one equation, whatever is predicted. Its matrix has the
rank of the features, so that a step costs `rows * features^2` (Fine and Scheinberg, 2001), or the
cube of the rows, whichever is less. The number of steps hardly depends on the data, and the gap
between primal and dual objective says how far the solution is from the optimum.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

_STEPS = 100
_SHORT_OF_BOUNDARY = 0.995
_LEAST = 1e-13
_TINY = 1e-300
_IDLE = 10
_BLOCK = 64


@dataclass
class Terms:
    """What a loss is made of: one or two terms for each row.

    Attributes
    ----------
    sign : numpy.ndarray
        `a`: 1 or -1, `(terms,)`; terms are the rows, once or twice.
    start : numpy.ndarray
        `p`, `(terms,)`.
    cost : numpy.ndarray
        What each term's loss is multiplied by, above zero.
    squared : bool
        Whether losses are squared.
    """

    sign: np.ndarray
    start: np.ndarray
    cost: np.ndarray
    squared: bool = False

    def excess(self, scores: np.ndarray) -> np.ndarray:
        """Return `p - a f`, which is a term's loss where it is above zero.

        Parameters
        ----------
        scores : numpy.ndarray
            `f`, `(rows,)`.
        """
        repeated = np.tile(scores, len(self.sign) // len(scores))
        return np.asarray(self.start - self.sign * repeated)

    def loss(self, scores: np.ndarray) -> float:
        """Return the sum of the terms' losses.

        Parameters
        ----------
        scores : numpy.ndarray
            `f`, `(rows,)`.
        """
        above = np.maximum(self.excess(scores), 0.0)
        return float(self.cost @ (above**2 if self.squared else above))


@dataclass
class Solution:
    """What came of it.

    Attributes
    ----------
    weights : numpy.ndarray
        `w`, `(features,)`.
    bias : float
        `b`.
    dual : numpy.ndarray
        The dual variables, `(terms,)`: above zero for support vectors.
    objective, bound : float
        The objective, and a lower bound of what it can be.
    trace : list of tuple
        `objective` and `bound` after each step.
    """

    weights: np.ndarray
    bias: float
    dual: np.ndarray
    objective: float
    bound: float
    trace: list[tuple[float, float]] = field(default_factory=list)

    @property
    def gap(self) -> float:
        """How far the objective may be above its optimum, as a share of it."""
        return (self.objective - self.bound) / max(abs(self.objective), _LEAST)


def solve(
    x: np.ndarray,
    terms: Terms,
    tolerance: float = 1e-6,
    gram: np.ndarray | None = None,
    between_steps: Callable[[], None] = lambda: None,
) -> Solution:
    """Minimize `1/2 ||w||^2` and the loss.

    Parameters
    ----------
    x : numpy.ndarray
        `(rows, features)`.
    terms : Terms
        The loss.
    tolerance : float
        The gap at which to stop.
    gram : numpy.ndarray, optional
        `x @ x.T`, where that was computed before. It is used where there are fewer rows than
        features.
    between_steps : function
        Called between two steps; it may raise.

    Returns
    -------
    Solution
        The best of all steps.
    """
    program = _Program(x, terms, gram)
    best, idle = program.solution(), 0
    trace = [(best.objective, best.bound)]
    for _ in range(_STEPS):
        between_steps()
        if not program.step():
            break
        found = program.solution()
        idle = 0 if found.gap < 0.9 * best.gap else idle + 1
        best.bound = max(best.bound, found.bound)
        if found.objective <= best.objective:
            found.bound, best = best.bound, found
        trace.append((best.objective, best.bound))
        if best.gap <= tolerance or (idle >= _IDLE and len(trace) > 3 * _IDLE):
            break
    best.trace = trace
    return best


class _Program:
    """The dual program, and where its variables are.

    Minimize `1/2 v' Q v + 1/2 sum(ridge v^2) - p' v` with `a' v = 0` and `0 <= v <= upper`, where
    `Q` is `A X X' A`, with multipliers `low` and `high` of the bounds and `bias` of the equation.
    """

    def __init__(self, x: np.ndarray, terms: Terms, gram: np.ndarray | None) -> None:
        self.x, self.terms = x, terms
        self.copies = len(terms.sign) // len(x)
        if x.shape[1] < len(x):
            gram = None
        elif gram is None:
            gram = x @ x.T
        self.gram = gram
        self.bounded = not terms.squared
        self.ridge = 0.5 / terms.cost if terms.squared else 0.0
        self.upper = terms.cost
        self.value = 0.5 * terms.cost if self.bounded else np.minimum(terms.cost, 1.0)
        self.slack = self.upper - self.value if self.bounded else np.ones_like(self.value)
        self.bias = 0.0
        slope = self._slope()
        far = max(1.0, float(np.abs(slope).mean()))
        self.low = np.maximum(slope, 0.0) + far
        self.high = self.low - slope if self.bounded else np.zeros_like(slope)

    def _rows(self, values: np.ndarray) -> np.ndarray:
        """Return the sum of the terms of each row, with their signs."""
        signed = (self.terms.sign * values).reshape(self.copies, -1)
        return np.asarray(signed.sum(axis=0))

    def _terms(self, values: np.ndarray) -> np.ndarray:
        return np.asarray(self.terms.sign * np.tile(values, self.copies))

    def _slope(self) -> np.ndarray:
        scores = self.x @ (self.x.T @ self._rows(self.value))
        return self._terms(scores + self.bias) + self.ridge * self.value - self.terms.start

    def step(self) -> bool:
        """Take Mehrotra's predictor and corrector; `False` where numbers allow no further step."""
        slack = self.slack
        pairs = len(self.value) * (1 + self.bounded)
        complement = self.value @ self.low + (slack @ self.high if self.bounded else 0.0)
        mean = complement / pairs
        barrier = self.low / self.value + self.ridge
        if self.bounded:
            barrier = barrier + self.high / slack
        try:
            inverse = self._inverse(barrier)
        except np.linalg.LinAlgError:
            return False
        through_bias = inverse(self.terms.sign)
        curvature = float(self.terms.sign @ through_bias)
        dual_residual = self.low - self.high - self._slope()
        primal_residual = -float(self.terms.sign @ self.value)

        def direction(to_low: np.ndarray, to_high: np.ndarray) -> tuple[Any, ...]:
            wanted = dual_residual + to_low / self.value
            if self.bounded:
                wanted = wanted - to_high / slack
            along = inverse(wanted)
            bias = (float(self.terms.sign @ along) - primal_residual) / curvature
            change = along - bias * through_bias
            low = (to_low - self.low * change) / self.value
            high = (to_high + self.high * change) / slack if self.bounded else self.high * 0.0
            return change, np.float64(bias), low, high

        change, _, low, high = direction(-self.value * self.low, -slack * self.high)
        size = self._reach(change, low, high, slack)
        ahead = (self.value + size * change) @ (self.low + size * low)
        if self.bounded:
            ahead += (slack - size * change) @ (self.high + size * high)
        centre = mean * (ahead / complement) ** 3
        change, bias, low, high = direction(
            centre - self.value * self.low - change * low,
            centre - slack * self.high + change * high,
        )
        size = _SHORT_OF_BOUNDARY * self._reach(change, low, high, slack)
        if not np.isfinite(change).all() or size < _LEAST:
            return False
        self.value = np.maximum(self.value + size * change, _TINY)
        self.bias += size * float(bias)
        self.low = np.maximum(self.low + size * low, _TINY)
        if self.bounded:
            # Kept beside the value, of which nothing is left in the difference at a bound.
            self.slack = np.maximum(slack - size * change, _TINY)
            self.high = np.maximum(self.high + size * high, _TINY)
        return True

    def _reach(
        self, change: np.ndarray, low: np.ndarray, high: np.ndarray, slack: np.ndarray
    ) -> float:
        """Return how far all stay above zero, at most one."""
        pairs = [(self.value, change), (self.low, low)]
        if self.bounded:
            pairs += [(slack, -change), (self.high, high)]
        size = 1.0
        for at, by in pairs:
            falling = by < 0
            if falling.any():
                size = min(size, float((at[falling] / -by[falling]).min()))
        return size

    def _inverse(self, barrier: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
        """Return what solves `(Q + diag(barrier)) v = r`."""
        thin = 1.0 / barrier
        rows = thin.reshape(self.copies, -1).sum(axis=0)
        if self.gram is None:
            # Rows at a bound weigh next to nothing.
            heavy = np.flatnonzero(rows > 1e-14 * rows.max())
            weighted = self.x[heavy] * np.sqrt(rows[heavy])[:, None]
            inner = weighted.T @ weighted
            inner[np.diag_indices_from(inner)] += 1.0
            factor = _Cholesky(inner)

            def low_rank(r: np.ndarray) -> np.ndarray:
                scaled = thin * r
                middle = self.x @ factor(self.x.T @ self._rows(scaled))
                return np.asarray(scaled - thin * self._terms(middle))

            return low_rank
        inner = self.gram.copy()
        inner[np.diag_indices_from(inner)] += 1.0 / rows
        factor = _Cholesky(inner)

        def full(r: np.ndarray) -> np.ndarray:
            if self.copies == 1:
                return self._terms(factor(self._rows(r)))
            scaled = thin * r
            middle = factor(self.gram @ self._rows(scaled)) / rows
            return np.asarray(scaled - thin * self._terms(middle))

        return full

    def solution(self) -> Solution:
        """Return the weights of these variables, with both objectives."""
        of_rows = self._rows(self.value)
        weights = self.x.T @ of_rows
        scores = self.x @ weights
        half = 0.5 * float(weights @ weights)
        bias = self.bias if self.terms.squared else best_bias(self.terms, scores, self.bias)
        objective = half + self.terms.loss(scores + bias)
        ridge = 0.5 * float((self.ridge * self.value) @ self.value)
        # What the equation lacks counts by its multiplier.
        lacking = self.bias * float(of_rows.sum())
        bound = float(self.terms.start @ self.value) - half - ridge - lacking
        return Solution(weights, bias, self.value, objective, bound)


class _Cholesky:
    """Solutions of a symmetric positive system, by blocks: NumPy has no triangular solver."""

    def __init__(self, matrix: np.ndarray) -> None:
        self.lower = np.linalg.cholesky(matrix)
        cuts = [*range(0, len(matrix), _BLOCK), len(matrix)]
        self.blocks = [
            (slice(start, stop), np.linalg.inv(self.lower[start:stop, start:stop]))
            for start, stop in itertools.pairwise(cuts)
        ]

    def __call__(self, r: np.ndarray) -> np.ndarray:
        out = r.copy()
        for here, inverse in self.blocks:
            out[here] = inverse @ (out[here] - self.lower[here, : here.start] @ out[: here.start])
        for here, inverse in reversed(self.blocks):
            below = self.lower[here.stop :, here]
            out[here] = inverse.T @ (out[here] - below.T @ out[here.stop :])
        return out


def best_bias(terms: Terms, scores: np.ndarray, among: float) -> float:
    """Return the bias at which the loss of given scores is least.

    Parameters
    ----------
    terms : Terms
        The loss, not squared.
    scores : numpy.ndarray
        `X w`.
    among : float
        Which to take where all of an interval are best: the nearest to this.
    """
    turns = terms.sign * terms.excess(scores)
    order = np.argsort(turns, kind="stable")
    turns, costs = turns[order], terms.cost[order]
    # Each turn adds its cost to the slope, which begins with minus those of all positive signs.
    slope = np.cumsum(costs) - terms.cost[terms.sign > 0].sum()
    flat = 1e-12 * terms.cost.sum()
    first = int(np.searchsorted(slope, -flat))
    last = int(np.searchsorted(slope, flat, side="right"))
    low, high = turns[min(first, len(turns) - 1)], turns[min(last, len(turns) - 1)]
    return float(np.clip(among, low, high))
