"""How targets are coded, as far as the data shows it, and how a metric is to read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

CODINGS = {
    "binary": "0 and 1",
    "signs": "-1 and 1",
    "shares": "shares from 0 to 1",
    "onehot": "one-hot rows of 0 and 1",
    "multi": "rows of 0 and 1",
    "onehot_signs": "one-hot rows of -1 and 1",
    "multi_signs": "rows of -1 and 1",
    "indices": "class numbers",
    "column": "class numbers in a column",
    "numbers": "numbers",
    "off": "no class numbers that the output has places for, which count from 0",
    "other": "of another shape than the output",
}
"""The codings of targets, in words for messages."""

NO_CLASSES = ("numbers", "off", "other")
"""The codings that say nothing of classes."""

SIGNS = ("signs", "onehot_signs", "multi_signs")
"""The codings with -1 for no and 1 for yes."""

NUMBERED = ("indices", "column")
"""The codings as class numbers."""

_SHORT = {"acc": "accuracy", "ce": "crossentropy"}


def general_name(name: str) -> str | None:
    """Return `"accuracy"` or `"crossentropy"` for the names that stand for several metrics.

    Parameters
    ----------
    name : str
        What the user wrote.

    Examples
    --------
    >>> general_name("acc"), general_name("mse")
    ('accuracy', None)
    """
    name = name.lower()
    name = _SHORT.get(name, name)
    return name if name in _SHORT.values() else None


def possible_codings(y: np.ndarray, shape: Sequence[int | None]) -> tuple[str, ...]:
    """Return the codings that targets may have, the likeliest first.

    Parameters
    ----------
    y : numpy.ndarray
        The targets.
    shape : sequence of int or None
        The output's shape.

    Examples
    --------
    >>> possible_codings(np.array([[0.0], [1.0]]), (None, 1))
    ('binary', 'shares')
    >>> possible_codings(np.array([2, 0, 1]), (None, 3))
    ('indices',)
    """
    if len(shape) == 1:
        return _of_one(y) if y.ndim == 1 else ("other",)
    columns, inner = shape[-1], tuple(shape[1:-1])
    if y.ndim == len(shape) and _agree(y.shape[1:], shape[1:]):
        return _of_columns(y) if y.shape[-1] > 1 else _of_one(y)
    single = y.ndim == len(shape) and y.shape[-1] == 1
    if columns == 1 or not (single or y.ndim == len(shape) - 1):
        return ("other",)
    if not _agree(y.shape[1:-1] if single else y.shape[1:], inner):
        return ("other",)
    if not ((y == np.floor(y)).all() and (columns is None or y.max() < columns)):
        return ("off",)
    return ("column",) if single else ("indices",)


def _agree(sizes: tuple[int, ...], wanted: Sequence[int | None]) -> bool:
    return len(sizes) == len(wanted) and all(w in (None, s) for s, w in zip(sizes, wanted))


def _of_one(y: np.ndarray) -> tuple[str, ...]:
    yes, zero = y == 1, y == 0
    if (yes | zero).all():
        return ("binary", "shares") if zero.any() else ("binary", "signs", "shares")
    if (yes | (y == -1)).all():
        return ("signs",)
    return ("shares",) if _within(y) else ("numbers",)


def _of_columns(y: np.ndarray) -> tuple[str, ...]:
    yes = y == 1
    alone = bool((yes.sum(-1) == 1).all())
    if (yes | (y == 0)).all():
        return ("onehot", "multi", "shares") if alone else ("multi",)
    if (yes | (y == -1)).all():
        return ("onehot_signs", "multi_signs") if alone else ("multi_signs",)
    return ("shares",) if _within(y) else ("numbers",)


def _within(y: np.ndarray) -> bool:
    return bool(y.min() >= 0 and y.max() <= 1)


@dataclass(frozen=True)
class Reading:
    """What is done to targets and predictions before a metric sees them.

    Attributes
    ----------
    targets : str or None
        `"index"` makes class numbers of a column, or of floats; `"float"` makes floats of whole
        numbers; `"yes"` takes what is above 0 for 1, and `"half"` what is above one half.
    predictions : str or None
        `"sigmoid"` and `"softmax"` make probabilities of scores; `"halved"` takes -1 to 1 for 0
        to 1.
    likelihood : Likelihood or None
        Whose predictions they are: the members of an ensemble are averaged first.
    """

    targets: str | None = None
    predictions: str | None = None
    likelihood: Any = None

    def __call__(self, y: Any, predicted: Any, ops: Any) -> tuple[Any, Any]:
        """Return targets and predictions as the metric is to see them."""
        if self.likelihood is not None:
            if len(predicted.shape) == 3:
                predicted = self.likelihood.pool(predicted, ops)
            predicted = self.likelihood.respond(predicted, ops)
        if self.predictions == "halved":
            predicted = (ops.as_float(predicted) + 1.0) * 0.5
        elif self.predictions is not None:
            predicted = getattr(ops, self.predictions)(ops.as_float(predicted))
        if self.targets == "index":
            y = y[..., 0] if len(y.shape) == len(predicted.shape) else y
            y = ops.as_index(y)
        elif self.targets is not None:
            y = ops.as_float(y)
            if self.targets != "float":
                y = ops.as_float(y > (0.0 if self.targets == "yes" else 0.5))
        return y, predicted
