"""The outcome of a search, as numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from rdeep.errors import DataError


@dataclass
class CodedOutcome:
    """An outcome and what it is.

    Attributes
    ----------
    values : object
        Numbers, or class numbers from 0.
    family : str
        Its family, unless the data say another.
    levels : list of str or None
        The classes, where it was text or booleans.
    classes : int or None
        How many classes there are, if that is known.
    """

    values: Any
    family: str
    levels: list[str] | None = None
    classes: int | None = None


def coded_outcome(y: Any, family: str | None) -> CodedOutcome:
    """Return an outcome as numbers, with its family.

    Parameters
    ----------
    y : sequence
        The outcome.
    family : str or None
        The family, if somebody said it.

    Raises
    ------
    DataError
        If there are values missing, or one class only.
    """
    if y is None:
        raise DataError("'y' is missing: the outcome is needed.", argument="y")
    values = np.asarray(y)
    if values.dtype.kind in "OUSb" and values.ndim == 1 and not _numbers(values):
        names = [None if _missing(each) else str(each) for each in values]
        if None in names:
            raise DataError(
                f"'y' has missing values, the first in row {names.index(None) + 1}.",
                argument="y",
            )
        levels = sorted({str(each) for each in names})
        if len(levels) < 2:
            raise DataError(
                f"'y' has one class only, '{levels[0]}': there is nothing to tell apart."
                if levels
                else "'y' is empty.",
                argument="y",
            )
        places = {level: place for place, level in enumerate(levels)}
        codes = np.array([places[str(each)] for each in names], np.float64)
        chosen = family or ("binomial" if len(levels) == 2 else "multinomial")
        return CodedOutcome(codes, chosen, levels, len(levels) if len(levels) > 2 else None)
    return CodedOutcome(y, family or "gaussian")


def _numbers(values: np.ndarray) -> bool:
    return values.dtype.kind == "O" and all(
        isinstance(each, (int, float, np.number)) and not isinstance(each, bool) for each in values
    )


def _missing(value: Any) -> bool:
    return value is None or type(value).__name__ == "NAType" or bool(value != value)
