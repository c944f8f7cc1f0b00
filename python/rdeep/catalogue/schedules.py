"""Learning-rate schedules: the rate as a function of the optimizer's steps, by Keras's formulas.

A schedule is plain arithmetic on step numbers, so a whole epoch's rates are computed at once,
in float64, before an engine sees them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from rdeep.catalogue import dispatch
from rdeep.catalogue.options import Count, Flag, Number, Numbers, Text, option
from rdeep.catalogue.record import Record
from rdeep.errors import ArgumentError, constructor

__all__ = [
    "CosineDecay",
    "CosineDecayRestarts",
    "ExponentialDecay",
    "ExponentialRange",
    "InverseTimeDecay",
    "OneCycle",
    "PiecewiseConstantDecay",
    "PolynomialDecay",
    "Schedule",
]

_INITIAL = "The learning rate at step 0."


class Schedule(Record, kind="schedule", abstract=True):
    """A learning rate that changes with the optimizer's steps, one step for each batch."""

    name: str | None = option(
        Text(), None, "A name for the schedule; nothing depends on it.", keyword_only=True
    )

    def __call__(self, step: Any) -> Any:
        """Return the learning rate of a step, as a tensor of the default backend.

        Parameters
        ----------
        step : int, array or tensor
            The step, from 0.

        Examples
        --------
        >>> CosineDecay(0.5, 10)(5)
        tensor(0.2500)
        """
        return dispatch.calls().call_schedule(self, step)

    def rates(self, steps: npt.ArrayLike) -> np.ndarray:
        """Return the learning rate of each of some steps.

        Parameters
        ----------
        steps : array_like
            Numbers of steps of the optimizer, from 0.

        Returns
        -------
        numpy.ndarray
            The rates in float64, in the shape of `steps`.

        Examples
        --------
        >>> CosineDecay(0.5, 10).rates([0, 5, 10])
        array([0.5 , 0.25, 0.  ])
        """
        return np.asarray(self.formula(np.asarray(steps, dtype=np.float64)), dtype=np.float64)

    def formula(self, t: np.ndarray) -> np.ndarray:
        """Return the rates of steps that are an array of float64 already."""
        raise NotImplementedError

    @property
    def initial_rate(self) -> float:
        """The learning rate at step 0."""
        return float(self.rates(0))


class _Stairs(Schedule, abstract=True):
    """A decay by a rate for every `decay_steps`, smoothly or at once."""

    initial_learning_rate: float = option(Number(0.0), doc=_INITIAL)
    decay_steps: int = option(
        Count(), doc="The number of steps in which the decay takes place once."
    )
    staircase: bool = option(
        Flag(),
        False,
        "Whether to round `t / decay_steps` down, so that the learning rate falls in steps.",
    )

    def decays(self, t: np.ndarray) -> np.ndarray:
        """Return how many times the decay has taken place."""
        times = t / self.decay_steps
        return np.floor(times) if self.staircase else times


class ExponentialDecay(_Stairs):
    """Exponential decay learning-rate schedule.

    At step `t` the rate is `initial_learning_rate * decay_rate^(t / decay_steps)`.

    Examples
    --------
    >>> ExponentialDecay(0.1, 100, 0.5).rates([0, 100, 200])
    array([0.1  , 0.05 , 0.025])
    """

    decay_rate: float = option(
        Number(0.0),
        doc="The factor of the learning rate for every `decay_steps` steps.",
        after="decay_steps",
    )

    def formula(self, t: np.ndarray) -> np.ndarray:
        """Return `initial_learning_rate * decay_rate^(t / decay_steps)`."""
        return self.initial_learning_rate * self.decay_rate ** self.decays(t)


class InverseTimeDecay(_Stairs):
    """Inverse time decay learning-rate schedule.

    At step `t` the rate is `initial_learning_rate / (1 + decay_rate * t / decay_steps)`.

    Examples
    --------
    >>> InverseTimeDecay(0.1, 100, 1.0).rates([0, 100, 300])
    array([0.1  , 0.05 , 0.025])
    """

    decay_rate: float = option(
        Number(0.0),
        doc="The increase of the divisor for every `decay_steps` steps.",
        after="decay_steps",
    )

    def formula(self, t: np.ndarray) -> np.ndarray:
        """Return `initial_learning_rate / (1 + decay_rate * t / decay_steps)`."""
        return self.initial_learning_rate / (1 + self.decay_rate * self.decays(t))


class PiecewiseConstantDecay(Schedule):
    """Piecewise constant learning-rate schedule.

    At step `t` the rate is the first of `values` while `t` is at most the first of `boundaries`,
    the second while it is at most the second, and so on; the last of `values` beyond them all.

    Examples
    --------
    >>> PiecewiseConstantDecay([100, 200], [0.1, 0.05, 0.01]).rates([100, 101, 300])
    array([0.1 , 0.05, 0.01])
    """

    boundaries: tuple[float, ...] = option(
        Numbers(0.0), doc="The last step of each piece but the last one, increasing."
    )
    values: tuple[float, ...] = option(
        Numbers(0.0), doc="The rate of each piece: one more than there are boundaries."
    )

    def validate(self) -> None:
        """Check that the pieces are in order and that each has a rate."""
        if any(low >= high for low, high in zip(self.boundaries, self.boundaries[1:])):
            raise ArgumentError(
                f"{constructor(self)}: 'boundaries' must increase.",
                argument="boundaries",
                received=self.boundaries,
            )
        if len(self.values) != len(self.boundaries) + 1:
            raise ArgumentError(
                f"{constructor(self)}: there must be one more of 'values' than of "
                f"'boundaries': {len(self.boundaries) + 1}, not {len(self.values)}.",
                argument="values",
                received=self.values,
            )

    def formula(self, t: np.ndarray) -> np.ndarray:
        """Return the value of the piece that each step is in."""
        return np.asarray(self.values)[np.searchsorted(self.boundaries, t, side="left")]


class PolynomialDecay(Schedule):
    """Polynomial decay learning-rate schedule.

    At step `t`, at most `decay_steps`, the rate is
    `end_learning_rate + (initial_learning_rate - end_learning_rate) * (1 - t / decay_steps)^power`.
    With `cycle` the rate rises again after every `decay_steps` steps: in place of `decay_steps` is
    its smallest multiple that is not below `t`.

    Examples
    --------
    >>> PolynomialDecay(0.1, 100, 0.0).rates([0, 50, 100])
    array([0.1 , 0.05, 0.  ])
    """

    initial_learning_rate: float = option(Number(0.0), doc=_INITIAL)
    decay_steps: int = option(Count(), doc="The number of steps in which the learning rate falls.")
    end_learning_rate: float = option(Number(0.0), 0.0001, "The learning rate at the end.")
    power: float = option(Number(0.0), 1.0, "The power: 1 makes a straight line.")
    cycle: bool = option(Flag(), False, "Whether to rise again after `decay_steps` steps.")

    def formula(self, t: np.ndarray) -> np.ndarray:
        """Return the rates, which stay at the end or cycle."""
        length: float | np.ndarray = float(self.decay_steps)
        if self.cycle:
            # Step 0 belongs to the first cycle too.
            length = length * np.maximum(np.ceil(t / length), 1.0)
        else:
            t = np.minimum(t, length)
        fall = self.initial_learning_rate - self.end_learning_rate
        return self.end_learning_rate + fall * (1 - t / length) ** self.power


class CosineDecay(Schedule):
    """Cosine decay learning-rate schedule, with an optional warm-up.

    The rate at step `t`, counted from the end of the warm-up and at most `decay_steps`, is
    `peak * (alpha + (1 - alpha) * (1 + cos(pi * t / decay_steps)) / 2)`, where `peak` is
    `warmup_target`, or `initial_learning_rate` without a warm-up. The warm-up is linear from
    `initial_learning_rate` to `warmup_target`.

    References
    ----------
    Loshchilov, I. and Hutter, F. (2017). SGDR: stochastic gradient descent with warm restarts.
    arXiv:1608.03983.

    Examples
    --------
    >>> CosineDecay(0.1, 100).rates([0, 50, 100])
    array([0.1 , 0.05, 0.  ])
    """

    initial_learning_rate: float = option(Number(0.0), doc=_INITIAL)
    decay_steps: int = option(
        Count(),
        doc="The number of steps in which the learning rate falls, without those of the warm-up.",
    )
    alpha: float = option(
        Number(0.0, 1.0), 0.0, "The learning rate at the end, as a fraction of the peak."
    )
    # By name only: in Keras the schedule's name comes before them.
    warmup_target: float | None = option(
        Number(0.0),
        None,
        "The learning rate at the end of the warm-up; by default there is no warm-up.",
        keyword_only=True,
    )
    warmup_steps: int = option(
        Count(0),
        0,
        "The number of steps in which the learning rate rises to `warmup_target`.",
        keyword_only=True,
    )

    def formula(self, t: np.ndarray) -> np.ndarray:
        """Return the line of the warm-up and the half cosine after it."""
        if self.warmup_target is None:
            return self.initial_learning_rate * self._decayed(t)
        rise = self.warmup_target - self.initial_learning_rate
        warming = self.initial_learning_rate + rise * _share(t, self.warmup_steps)
        falling = self.warmup_target * self._decayed(t - self.warmup_steps)
        return np.where(t < self.warmup_steps, warming, falling)

    def _decayed(self, t: np.ndarray) -> np.ndarray:
        share = np.minimum(t, self.decay_steps) / self.decay_steps
        return self.alpha + (1 - self.alpha) * _half_cosine(share)


class CosineDecayRestarts(Schedule):
    """Cosine decay learning-rate schedule with warm restarts.

    Each period falls along half a cosine and starts again. In period `i`, from 0, at the fraction
    `p` of it, the rate is
    `initial_learning_rate * (alpha + (1 - alpha) * m_mul^i * (1 + cos(pi * p)) / 2)`; the period
    has `first_decay_steps * t_mul^i` steps.

    References
    ----------
    Loshchilov, I. and Hutter, F. (2017). SGDR: stochastic gradient descent with warm restarts.
    arXiv:1608.03983.

    Examples
    --------
    >>> CosineDecayRestarts(0.1, 100).rates([0, 50, 100])
    array([0.1 , 0.05, 0.1 ])
    """

    initial_learning_rate: float = option(Number(0.0), doc=_INITIAL)
    first_decay_steps: int = option(Count(), doc="The number of steps in the first period.")
    t_mul: float = option(Number(1.0), 2.0, "The ratio of the lengths of consecutive periods.")
    m_mul: float = option(Number(0.0), 1.0, "The ratio of the peaks of consecutive periods.")
    alpha: float = option(
        Number(0.0, 1.0), 0.0, "The lowest learning rate, as a fraction of `initial_learning_rate`."
    )

    def formula(self, t: np.ndarray) -> np.ndarray:
        """Return the half cosine of the period that each step is in."""
        elapsed = t / self.first_decay_steps
        period = self._period(elapsed)
        share = (elapsed - self._start(period)) / self.t_mul**period
        height = self.m_mul**period * _half_cosine(np.clip(share, 0.0, 1.0))
        return self.initial_learning_rate * (self.alpha + (1 - self.alpha) * height)

    def _start(self, period: np.ndarray) -> np.ndarray:
        """When a period starts, in lengths of the first."""
        if self.t_mul == 1:
            return period
        # `t_mul^period - 1`, without the loss of digits where `t_mul` is close to 1.
        growth = self.t_mul - 1
        return np.expm1(period * np.log1p(growth)) / growth

    def _period(self, elapsed: np.ndarray) -> np.ndarray:
        if self.t_mul == 1:
            return np.floor(elapsed)
        growth = self.t_mul - 1
        period = np.floor(np.log1p(elapsed * growth) / np.log1p(growth))
        # The quotient may miss a whole number by its rounding, and a restart with it.
        late = elapsed >= self._start(period + 1) * (1 - 1e-12)
        early = elapsed < self._start(period) * (1 - 1e-12)
        return period + late - early


class OneCycle(Schedule):
    """One-cycle learning-rate schedule: up to the largest rate, then down.

    The policy in two phases, as PyTorch's `OneCycleLR` has it, without its change of momentum. The
    rate starts at `low = max_learning_rate / initial_divisor`, reaches `max_learning_rate` at step
    `warmup_share * total_steps - 1`, and `low / final_divisor` at step `total_steps - 1`, where it
    stays. Between two of them it follows half a cosine: at the fraction `p` of the way it is
    `to + (from - to) * (1 + cos(pi * p)) / 2`.

    References
    ----------
    Smith, L. N. and Topin, N. (2018). Super-convergence: very fast training of neural networks
    using large learning rates. arXiv:1708.07120.

    Examples
    --------
    >>> OneCycle(0.1, total_steps=100).rates([0, 29, 99]).round(4)
    array([0.004, 0.1  , 0.   ])
    """

    max_learning_rate: float = option(Number(0.0), doc="The largest learning rate.")
    total_steps: int = option(
        Count(), doc="The number of steps in the training: epochs times batches in an epoch."
    )
    warmup_share: float = option(
        Number(0.0, 1.0), 0.3, "The fraction of the steps in which the learning rate rises."
    )
    initial_divisor: float = option(
        Number(0.0, open_low=True),
        25.0,
        "The ratio of the largest learning rate to the first.",
    )
    final_divisor: float = option(
        Number(0.0, open_low=True),
        1e4,
        "The ratio of the first learning rate to the last.",
    )

    def formula(self, t: np.ndarray) -> np.ndarray:
        """Return the two half cosines, and the last rate after them."""
        last = self.total_steps - 1
        top = self.warmup_share * self.total_steps - 1
        t = np.minimum(t, last)
        low, high = self.max_learning_rate / self.initial_divisor, self.max_learning_rate
        final = low / self.final_divisor
        rising = high + (low - high) * _half_cosine(_share(t, top))
        # With a share of less than one step, `top` lies before step 0 and the rate falls at once.
        falling = final + (high - final) * _half_cosine(_share(t - top, last - top))
        return np.where(t <= top, rising, falling)


class ExponentialRange(Schedule):
    """Exponential range learning-rate schedule, for a learning-rate range test.

    At step `t`, at most `n = total_steps - 1`, the rate is `low * (high / low)^(t / n)`: a short
    training shows which rates suit a model.

    References
    ----------
    Smith, L. N. (2017). Cyclical learning rates for training neural networks. arXiv:1506.01186.

    Examples
    --------
    >>> ExponentialRange(1e-4, 1.0, total_steps=5).rates([0, 2, 4])
    array([1.e-04, 1.e-02, 1.e+00])
    """

    low: float = option(Number(0.0, open_low=True), doc="The learning rate at step 0.")
    high: float = option(
        Number(0.0, open_low=True),
        doc="The learning rate at the last step and after it, above `low`.",
    )
    total_steps: int = option(
        Count(), doc="The number of steps from `low` to `high`, both counted."
    )

    def validate(self) -> None:
        """Check that the range goes up."""
        if self.high <= self.low:
            raise ArgumentError(
                f"{constructor(self)}: 'high' must be above 'low', which is {self.low:g}, "
                f"not {self.high:g}.",
                argument="high",
                received=self.high,
            )

    def formula(self, t: np.ndarray) -> np.ndarray:
        """Return `low^(1 - p) * high^p`, which is exact at both ends."""
        last = self.total_steps - 1
        share = np.minimum(t, last) / max(last, 1)
        return self.low ** (1 - share) * self.high**share


def _half_cosine(share: np.ndarray) -> np.ndarray:
    """Fall from 1 to 0 while `share` goes from 0 to 1."""
    return (1 + np.cos(np.pi * share)) / 2


def _share(t: np.ndarray, length: float) -> np.ndarray:
    """Return how much of a phase is over at each step; one without a length is over at once."""
    return t / length if length > 0 else np.ones_like(t)
