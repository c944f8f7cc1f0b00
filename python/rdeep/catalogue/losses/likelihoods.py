"""Negative log-likelihood losses on the scale of a link, for one output or an ensemble.

Predictions have the shape `(batch, ..., parameters)`: the last axis holds a distribution's
parameters on their link scales, and the axes between, if any, the members of an ensemble, each of
which is compared with the same target. Targets have the shape `(batch, columns)`.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from rdeep.catalogue.losses.base import Loss
from rdeep.catalogue.losses.domains import COUNTS, PROBABILITIES
from rdeep.catalogue.options import Number, Numbers, option
from rdeep.errors import (
    ArgumentError,
    DataError,
    ShapeError,
    class_name,
    format_shape,
    show_rows,
)

__all__ = [
    "BinomialLikelihood",
    "CoxLikelihood",
    "DiscreteTimeLikelihood",
    "GaussianLikelihood",
    "Likelihood",
    "MultinomialLikelihood",
    "NegativeBinomialLikelihood",
    "PoissonLikelihood",
    "QuantileLoss",
]

# Below it a probability has no logarithm in float32 that is worth having.
_TINY = 1e-12


class Likelihood(Loss, abstract=True):
    """What losses on a link's scale have in common."""

    targets: ClassVar[str] = "columns"
    columns: ClassVar[int] = 1
    """How many numbers a target has."""

    def parameters(self) -> int | None:
        """Return the size of the predictions' last axis; `None` where any will do."""
        return 1

    def encode(self, y: np.ndarray) -> np.ndarray:
        """Return targets as the formula takes them, `(rows, any)`.

        Parameters
        ----------
        y : numpy.ndarray
            `(rows, columns)`, finite.

        Raises
        ------
        DataError
            If a value cannot be a target.
        """
        return y

    def pool(self, y_pred: Any, ops: Any) -> Any:
        """Return the parameters of the members' average distribution.

        Parameters
        ----------
        y_pred : tensor
            `(batch, members, parameters)`, on the link's scale.
        ops : module
            The engine's array functions.

        Returns
        -------
        tensor
            `(batch, parameters)`, on the link's scale.
        """
        return ops.mean(y_pred, axis=1)

    def respond(self, y_pred: Any, ops: Any) -> Any:
        """Return what is expected, given parameters on the link's scale."""
        return y_pred


def _column(y_true: Any, number: int, like: Any) -> Any:
    """Return a column of the targets with as many axes as predictions have without the last."""
    column = y_true[:, number]
    for _ in range(len(like.shape) - 2):
        column = column[:, None]
    return column


class GaussianLikelihood(Likelihood):
    """Gaussian negative log-likelihood loss, for a variance of one: the squared error `(y - m)^2`.

    It is twice the negative log-likelihood, without its constant.

    Examples
    --------
    >>> float(GaussianLikelihood()([[1.0], [2.0]], [[1.0], [4.0]]))
    2.0
    """

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return the squared error."""
        return ops.square(y_pred[..., 0] - _column(y_true, 0, y_pred))


class BinomialLikelihood(Likelihood):
    """Binomial negative log-likelihood loss of a proportion, by its logit.

    `log(1 + exp(x)) - y * x`. Weight samples by their numbers of trials.

    Examples
    --------
    >>> round(float(BinomialLikelihood()([[0.0], [1.0]], [[-2.0], [1.0]])), 4)
    0.2201
    """

    domain = PROBABILITIES

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return the negative log-likelihood."""
        x = y_pred[..., 0]
        # max(x, 0) - x * y + log(1 + exp(-|x|)) cannot overflow.
        return ops.relu(x) - x * _column(y_true, 0, y_pred) + ops.softplus(-ops.abs(x))

    def pool(self, y_pred: Any, ops: Any) -> Any:
        """Return the logit of the members' mean probability."""
        p = ops.mean(ops.sigmoid(y_pred), axis=1)
        q = ops.mean(ops.sigmoid(-y_pred), axis=1)
        return ops.log(p + _TINY) - ops.log(q + _TINY)

    def respond(self, y_pred: Any, ops: Any) -> Any:
        """Return the probability of yes."""
        return ops.sigmoid(y_pred)


class MultinomialLikelihood(Likelihood):
    """Multinomial negative log-likelihood loss of class indices from 0, by their logits.

    Examples
    --------
    >>> MultinomialLikelihood()
    MultinomialLikelihood()
    """

    label_smoothing: float = option(
        Number(0.0, 1.0),
        0.0,
        "The label smoothing: the fraction of the target that is spread over all classes.",
    )

    def parameters(self) -> int | None:
        """Return `None`: as many scores as classes."""
        return None

    def encode(self, y: np.ndarray) -> np.ndarray:
        """Return the class numbers, checked."""
        if y.min() < 0 or (y != np.floor(y)).any():
            raise DataError("Classes are whole numbers from 0.", argument="y")
        return y

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return the negative log-likelihood."""
        logs = ops.log_softmax(y_pred, axis=-1)
        chosen = ops.spread(ops.as_index(y_true[:, 0]), y_pred[..., 0])
        loss = -ops.pick(logs, chosen, axis=-1)
        share = self.label_smoothing
        return (1.0 - share) * loss - share * ops.mean(logs, axis=-1) if share else loss

    def pool(self, y_pred: Any, ops: Any) -> Any:
        """Return the logarithms of the members' mean probabilities."""
        return ops.log(ops.mean(ops.softmax(y_pred, axis=-1), axis=1) + _TINY)

    def respond(self, y_pred: Any, ops: Any) -> Any:
        """Return the classes' probabilities."""
        return ops.softmax(y_pred, axis=-1)


class _Counts(Likelihood, abstract=True):
    """What the likelihoods of counts share: a logarithmic link."""

    domain = COUNTS

    def respond(self, y_pred: Any, ops: Any) -> Any:
        """Return the expected count."""
        return ops.exp(y_pred[..., :1])


class PoissonLikelihood(_Counts):
    """Poisson negative log-likelihood loss of counts, by the log mean: `exp(x) - y * x`.

    The constant of the likelihood is left out.

    Examples
    --------
    >>> round(float(PoissonLikelihood()([[0.0], [3.0]], [[0.0], [1.0]])), 4)
    0.3591
    """

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return the negative log-likelihood."""
        x = y_pred[..., 0]
        return ops.exp(x) - _column(y_true, 0, y_pred) * x

    def pool(self, y_pred: Any, ops: Any) -> Any:
        """Return the logarithm of the members' mean."""
        return ops.log(ops.mean(ops.exp(y_pred), axis=1) + _TINY)


class NegativeBinomialLikelihood(_Counts):
    """Negative binomial negative log-likelihood loss of overdispersed counts.

    The variance is `m + m^2 / size`. The predictions are the logarithms of the mean `m` and of
    `size`.

    Examples
    --------
    >>> NegativeBinomialLikelihood()
    NegativeBinomialLikelihood()
    """

    def parameters(self) -> int | None:
        """Return 2: the mean and the size."""
        return 2

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return the negative log-likelihood without `log(y!)`, which no parameter changes."""
        y = _column(y_true, 0, y_pred)
        # Beyond exp(12) it is a Poisson distribution to all digits of float32.
        x, log_size = y_pred[..., 0], ops.clip(y_pred[..., 1], -12.0, 12.0)
        size = ops.exp(log_size)
        total = log_size + ops.softplus(x - log_size)
        known = ops.lgamma(size) - ops.lgamma(y + size)
        return known - size * log_size - y * x + (y + size) * total

    def pool(self, y_pred: Any, ops: Any) -> Any:
        """Return the logarithms of the members' mean and of their geometric mean size."""
        mean = ops.log(ops.mean(ops.exp(y_pred), axis=1) + _TINY)
        size = ops.mean(y_pred, axis=1)
        return ops.concatenate([mean[:, :1], size[:, 1:]], axis=-1)


class QuantileLoss(Likelihood):
    """Quantile (pinball) loss of several quantiles.

    `max(q * (y - x), (q - 1) * (y - x))`, averaged over the levels `q`.

    References
    ----------
    Koenker, R. and Bassett, G. (1978). Regression quantiles. Econometrica 46, 33-50.

    Examples
    --------
    >>> from rdeep import ops
    >>> QuantileLoss([0.1, 0.9]).values(ops.array([[1.0]]), ops.array([[0.0, 2.0]]), ops)
    tensor([0.1000])
    """

    levels: tuple[float, ...] = option(Numbers(0.0, 1.0), (0.5,), "The levels of the quantiles.")

    def parameters(self) -> int | None:
        """Return the number of levels."""
        return len(self.levels)

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return the mean over the levels."""
        total: Any = 0.0
        for number, level in enumerate(self.levels):
            above = _column(y_true, 0, y_pred) - y_pred[..., number]
            total = total + ops.maximum(level * above, (level - 1.0) * above)
        return total / len(self.levels)


class CoxLikelihood(Likelihood):
    """Cox proportional hazards negative log partial likelihood loss, with Breslow's ties.

    Targets are two columns: the time, and whether the event was observed (1) or not (0). A batch is
    compared within itself, so batches should be large. The prediction is the log risk.

    References
    ----------
    Cox, D. R. (1972). Regression models and life-tables. Journal of the Royal Statistical Society B
    34, 187-220.

    Examples
    --------
    >>> CoxLikelihood()
    CoxLikelihood()
    """

    columns = 2

    def encode(self, y: np.ndarray) -> np.ndarray:
        """Return times as ranks, which float32 keeps apart, and events."""
        _check_survival(y)
        ranks = np.unique(y[:, 0], return_inverse=True)[1]
        return np.column_stack([ranks, y[:, 1]])

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return, for each event, the log of its share in the risk of those still there."""
        time, x = y_true[:, 0], y_pred[..., 0]
        # Row i, column j: whether j is at risk when i's time comes.
        at_risk = ops.as_float(time[None, :] >= time[:, None])
        for _ in range(len(x.shape) - 1):
            at_risk = at_risk[..., None]
        risk = ops.logsumexp(x[None] - 1e9 * (1.0 - at_risk), axis=1)
        return _column(y_true, 1, y_pred) * (risk - x)


class DiscreteTimeLikelihood(Likelihood):
    """Discrete-time survival negative log-likelihood loss, by the logits of the hazards.

    Interval `j` goes from `cuts[j - 1]` to `cuts[j]`, the first from 0; who is censored in an
    interval counts for those before. Targets are two columns: the time, and whether the event was
    observed (1) or not (0).

    References
    ----------
    Singer, J. D. and Willett, J. B. (1993). It's about time: using discrete-time survival analysis
    to study duration and the timing of events. Journal of Educational Statistics 18, 155-195.

    Examples
    --------
    >>> DiscreteTimeLikelihood([30.0, 90.0, 365.0])
    DiscreteTimeLikelihood(cuts=(30.0, 90.0, 365.0))
    """

    columns = 2
    cuts: tuple[float, ...] = option(
        Numbers(0.0), doc="The ends of the intervals, in ascending order."
    )

    def validate(self) -> None:
        """Refuse cuts that do not ascend."""
        if list(self.cuts) != sorted(set(self.cuts)):
            raise ArgumentError("'cuts' must ascend.", argument="cuts", received=self.cuts)

    def parameters(self) -> int | None:
        """Return the number of intervals."""
        return len(self.cuts)

    def encode(self, y: np.ndarray) -> np.ndarray:
        """Return which intervals were survived, and in which one the event was: two masks."""
        _check_survival(y)
        count = len(self.cuts)
        interval = np.searchsorted(np.asarray(self.cuts), y[:, 0], side="left")
        seen = (y[:, 1] > 0) & (interval < count)
        numbers = np.arange(count)
        survived = numbers < interval[:, None]
        ended = (numbers == interval[:, None]) & seen[:, None]
        return np.concatenate([survived, ended], axis=1).astype(np.float64)

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return the sum over the intervals."""
        count = len(self.cuts)
        survived, ended = y_true[:, :count], y_true[:, count:]
        for _ in range(len(y_pred.shape) - 2):
            survived, ended = survived[:, None], ended[:, None]
        each = survived * ops.softplus(y_pred) + ended * ops.softplus(-y_pred)
        return ops.sum(each, axis=-1)


def _check_survival(y: np.ndarray) -> None:
    if (early := y[:, 0] < 0).any():
        raise DataError(
            f"Times cannot be negative, as in {show_rows(np.flatnonzero(early), 3)}.",
            argument="y",
            received=float(y[:, 0].min()),
        )
    if (neither := ~np.isin(y[:, 1], (0.0, 1.0))).any():
        raise DataError(
            "The second column of survival targets is 1 for an event and 0 for none, not "
            f"{float(y[neither, 1][0]):g} as in {show_rows(np.flatnonzero(neither), 3)}.",
            argument="y",
        )


def check_columns(loss: Likelihood, y: np.ndarray, size: int | None, label: str) -> np.ndarray:
    """Return targets as a likelihood's formula takes them.

    Parameters
    ----------
    loss : Likelihood
        The loss.
    y : numpy.ndarray
        The targets, `(rows,)` or `(rows, columns)`.
    size : int or None
        The size of the output's last axis.
    label : str
        The argument's name, for messages.

    Raises
    ------
    DataError, ShapeError
        If they cannot be the targets, or the output does not have as many parameters.
    """
    wanted = loss.parameters()
    if wanted is not None and size != wanted:
        raise ShapeError(
            f"{class_name(loss)} takes {wanted} value{'s' if wanted > 1 else ''} on the output's "
            f"last axis, which has {size}.",
            argument=label,
            received=size,
            expected=str(wanted),
        )
    table = y[:, None] if y.ndim == 1 else y
    if table.ndim != 2 or table.shape[1] != loss.columns:
        raise ShapeError(
            f"'{label}' has shape {format_shape(y.shape)}; {class_name(loss)} wants "
            f"{loss.columns} column{'s' if loss.columns > 1 else ''}.",
            argument=label,
            received=y.shape,
        )
    encoded = loss.encode(np.asarray(table, dtype=np.float64))
    if isinstance(loss, MultinomialLikelihood) and size is not None and table.max() >= size:
        raise DataError(
            f"'{label}' holds the class {table.max():g}, which the output has no place for.",
            argument=label,
            received=float(table.max()),
            expected=f"0 to {size - 1}",
        )
    with np.errstate(over="ignore"):
        found = np.ascontiguousarray(encoded, dtype=np.float32)
    if not np.isfinite(found).all():
        wrong = float(encoded[~np.isfinite(found)][0])
        raise DataError(
            f"'{label}' holds {wrong:g}, which is too large for float32.",
            argument=label,
            received=wrong,
        )
    return found
