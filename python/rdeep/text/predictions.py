"""What can be predicted from texts, how far intervals reach, and rows that have no prediction."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np

from rdeep.data.reading import counted
from rdeep.errors import (
    ArgumentError,
    RdeepWarning,
    listing,
    setting,
    show,
    show_rows,
    worded,
)

_OF_CLASSES = ("response", "class", "prob", "embedding")
_OF_NUMBERS = ("response", "interval", "embedding")


def check_type(type: str, is_class: bool) -> None:
    """Refuse a type of prediction that there is not.

    Parameters
    ----------
    type : str
        What was asked for.
    is_class : bool
        Whether classes are predicted.
    """
    types = _OF_CLASSES if is_class else _OF_NUMBERS
    if type not in types:
        raise ArgumentError(
            f"'type' must be one of {listing(types)} for {'classes' if is_class else 'numbers'}, "
            f"not {show(type)}.",
            argument="type",
            received=type,
            expected=listing(types),
        )


def say_unknown(rows: Sequence[int]) -> None:
    """Say which texts hold no word that is known: their predictions rest on nothing.

    Parameters
    ----------
    rows : sequence of int
        Their numbers; nothing is said of none.
    """
    if rows:
        said = worded(
            f"{counted(len(rows), 'text has', 'texts have')} no word that the model knows "
            f"({show_rows(rows)}): what is predicted rests on no word."
        )
        warnings.warn(RdeepWarning(said), stacklevel=4)


def reach(errors: np.ndarray | None, level: float) -> float:
    """Return how far an interval reaches: a quantile of the errors of held-out texts.

    It is the one of split conformal prediction, which holds for new texts of the same kind.

    Parameters
    ----------
    errors : numpy.ndarray or None
        The absolute errors, sorted.
    level : float
        The share of numbers that an interval is to hold.

    Examples
    --------
    >>> reach(np.arange(1.0, 20.0), 0.9)
    18.0
    """
    if not 0.0 < level < 1.0:
        raise ArgumentError("'level' must be between 0 and 1.", argument="level", received=level)
    count = 0 if errors is None else len(errors)
    place = int(np.ceil((count + 1) * level))
    if errors is None or place > count:
        least = int(np.ceil(level / (1.0 - level)))
        raise ArgumentError(
            f"An interval of {setting('level', level)} needs "
            f"{counted(least, 'held-out text', 'held-out texts')}; there "
            f"{'is' if count == 1 else 'are'} {count}.",
            argument="level",
            received=level,
            hint="Hold out more by 'validation', or ask for a smaller level.",
        )
    return float(errors[place - 1])


def in_their_rows(values: np.ndarray, kept: np.ndarray, total: int) -> np.ndarray:
    """Return predictions with missing values for the texts that have none.

    Parameters
    ----------
    values : numpy.ndarray
        A row for each text that could be used.
    kept : numpy.ndarray
        Which texts those are.
    total : int
        How many there are.
    """
    if len(kept) == total:
        return values
    out = np.full((total, *values.shape[1:]), np.nan, values.dtype)
    out[kept] = values
    return out
