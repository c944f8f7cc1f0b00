"""From where on something is found: all thresholds, in one place."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

from rdeep.errors import ArgumentError, show, suggestion


@dataclass(frozen=True)
class Limits:
    """Thresholds. They are chosen so that clean data gives few findings.

    Parameters
    ----------
    missing : float
        The share of missing values from which a column is worth leaving out.
    constant : float
        The share of rows with the same value from which a column is nearly constant.
    rare : int
        Levels with fewer rows are rare, in data of at least 20 times as many rows.
    levels : int
        From how many levels a factor has many.
    imbalance : float
        The share of rows below which a class is rare.
    class_rows : int
        How many rows a class must have.
    leakage : float
        How much of the outcome a single column must tell to be suspected: the share of errors that
        it takes away, or a rank correlation.
    collinear : float
        The correlation from which two columns say the same.
    skewness : float
        The skewness from which a column is skewed.
    outlier : float
        How many robust standard deviations a value must be away.
    near : float
        How similar texts and images must be to be near duplicates, from 0 to 1.
    image_near : float
        The correlation of two images' pixels from which they are near duplicates.
    psi : float
        The population stability index from which a column has drifted.
    p_value : float
        Below which, adjusted for the number of columns, a difference is none of chance.
    """

    missing: float = 0.5
    constant: float = 0.99
    rare: int = 5
    levels: int = 50
    imbalance: float = 0.1
    class_rows: int = 10
    leakage: float = 0.98
    collinear: float = 0.95
    skewness: float = 3.0
    outlier: float = 6.0
    near: float = 0.8
    image_near: float = 0.985
    psi: float = 0.2
    p_value: float = 0.001

    @classmethod
    def asked(cls, given: dict[str, Any] | None) -> Limits:
        """Return the defaults with what a user chose.

        Parameters
        ----------
        given : dict, optional
            Thresholds by name.
        """
        known = [each.name for each in fields(cls)]
        for name, value in (given or {}).items():
            if name not in known:
                raise ArgumentError(
                    f"There is no threshold {show(name)}.",
                    argument="limits",
                    received=name,
                    hint=suggestion(name, known),
                )
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not value > 0:
                raise ArgumentError(
                    f"The threshold '{name}' must be a positive number, not {show(value)}.",
                    argument="limits",
                    received=value,
                )
        return replace(cls(), **(given or {}))
