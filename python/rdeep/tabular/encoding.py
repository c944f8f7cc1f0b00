"""Encoding of numbers and factors for a network: scaling, and missing values."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import NormalDist

import numpy as np

from rdeep.errors import ArgumentError, DataError, show

SCALINGS = ("quantile", "robust", "standard", "none")
_QUANTILES = 1000
FEW_LEVELS = 20
"""Up to so many levels a factor has a column for each, in networks."""


@dataclass
class Encoding:
    """What was learned of a table's columns: their scales, and what stands for missing values.

    Attributes
    ----------
    scaling : str
        One of `SCALINGS`: to a normal distribution by quantiles; by median and quartiles, with
        far values drawn in (Holzmüller et al., 2024); to mean 0 and variance 1; or not at all.
    cardinalities : list of int
        How many levels each factor has.
    kept : numpy.ndarray
        The numbers of the columns of numbers that are not constant.
    fill : numpy.ndarray
        What stands for a missing number, by column.
    gaps : numpy.ndarray
        The columns that had missing numbers, each of which gets an indicator.
    grid : dict of str to numpy.ndarray
        The scales.
    impute : bool
        Whether values may be missing.
    """

    scaling: str
    impute: bool
    cardinalities: list[int] = field(default_factory=list)
    kept: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    fill: np.ndarray = field(default_factory=lambda: np.zeros(0))
    gaps: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    grid: dict[str, np.ndarray] = field(default_factory=dict)

    @property
    def width(self) -> int:
        """How many numbers a row has once encoded."""
        return len(self.kept) + len(self.gaps)

    @property
    def narrow(self) -> np.ndarray:
        """Which factors have few levels: networks get a column for each."""
        return np.asarray(self.cardinalities, dtype=np.int64) <= FEW_LEVELS

    def numbers(self, x: np.ndarray) -> np.ndarray:
        """Return columns of numbers scaled, with indicators of missing ones."""
        missing = np.isnan(x)
        if missing.any() and not self.impute:
            raise missing_values(missing)
        filled = np.where(missing, self.fill, x)[:, self.kept]
        scaled = _SCALERS[self.scaling][1](filled, self.grid)
        return np.hstack([scaled, missing[:, self.gaps]])

    def codes(self, codes: np.ndarray) -> np.ndarray:
        """Return factors' codes, -1 for an unknown or missing level."""
        if (codes < 0).any() and not self.impute:
            raise missing_values(codes < 0)
        known = (codes >= 0) & (codes < np.asarray(self.cardinalities))
        return np.where(known, codes, -1).astype(np.int32)


def fitted_encoding(
    numbers: np.ndarray, cardinalities: list[int], scaling: str, impute: bool
) -> Encoding:
    """Return the encoding of a table.

    Parameters
    ----------
    numbers : numpy.ndarray
        `(rows, columns)`, NaN where missing.
    cardinalities : list of int
        How many levels each factor has.
    scaling : str
        One of `SCALINGS`.
    impute : bool
        Whether values may be missing.

    Raises
    ------
    ArgumentError
        If there is no such scaling.
    DataError
        If values are missing that may not be.
    """
    if scaling not in SCALINGS:
        raise ArgumentError(
            f"'scaling' must be one of {', '.join(map(repr, SCALINGS))}, not {show(scaling)}.",
            argument="scaling",
            received=scaling,
        )
    missing = np.isnan(numbers)
    if missing.any() and not impute:
        raise missing_values(missing)
    whole = ~missing.all(axis=0)
    fill = np.zeros(numbers.shape[1])
    fill[whole] = np.nanmedian(numbers[:, whole], axis=0) if len(numbers) else 0.0
    filled = np.where(missing, fill, numbers)
    kept = np.flatnonzero(filled.min(0) < filled.max(0)) if len(fill) else np.zeros(0, np.int64)
    gaps = np.flatnonzero(missing.any(axis=0))
    grid = _SCALERS[scaling][0](filled[:, kept]) if len(kept) else {}
    return Encoding(scaling, impute, list(cardinalities), kept, fill, gaps, grid)


def missing_values(mask: np.ndarray) -> DataError:
    """Return the error that values are missing.

    Parameters
    ----------
    mask : numpy.ndarray
        Which, `(rows, columns)`.
    """
    row, column = np.argwhere(mask)[0]
    return DataError(
        f"'x' has {int(mask.sum())} missing values, the first in row {row + 1}, "
        f"column {column + 1}.",
        argument="x",
        received=int(mask.sum()),
        hint="Leave such rows out, or have them filled in with `impute`.",
    )


# Scales: each is learned as a few arrays, and applied -------------------------------------------


def _learn_quantiles(x: np.ndarray) -> dict[str, np.ndarray]:
    count = int(np.clip(len(x) // 30, 10, _QUANTILES))
    levels = np.linspace(0.0, 1.0, count)
    # Values beyond those seen end where 1 in 10 million of a normal distribution would.
    inside = np.clip(levels, 1e-7, 1 - 1e-7)
    normal = np.array([NormalDist().inv_cdf(level) for level in inside])
    return {"quantiles": np.quantile(x, levels, axis=0), "normal": np.clip(normal, -4.0, 4.0)}


def _apply_quantiles(x: np.ndarray, grid: dict[str, np.ndarray]) -> np.ndarray:
    normal = grid["normal"]
    out = np.empty(x.shape)
    for j in range(x.shape[1]):
        points = grid["quantiles"][:, j]
        # From both sides, since a value that is often met stands for a range of quantiles.
        ahead = np.interp(x[:, j], points, normal)
        back = -np.interp(-x[:, j], -points[::-1], -normal[::-1])
        out[:, j] = 0.5 * (ahead + back)
    return out


def _learn_robust(x: np.ndarray) -> dict[str, np.ndarray]:
    low, middle, high = np.quantile(x, [0.25, 0.5, 0.75], axis=0)
    spread = np.where(high > low, high - low, 0.5 * (x.max(0) - x.min(0)))
    return {"centre": middle, "spread": spread}


def _apply_robust(x: np.ndarray, grid: dict[str, np.ndarray]) -> np.ndarray:
    z = (x - grid["centre"]) / grid["spread"]
    return z / np.sqrt(1.0 + (z / 3.0) ** 2)


def _learn_standard(x: np.ndarray) -> dict[str, np.ndarray]:
    return {"centre": x.mean(0), "spread": x.std(0)}


def _apply_standard(x: np.ndarray, grid: dict[str, np.ndarray]) -> np.ndarray:
    return (x - grid["centre"]) / grid["spread"] if grid else x


_SCALERS = {
    "quantile": (_learn_quantiles, _apply_quantiles),
    "robust": (_learn_robust, _apply_robust),
    "standard": (_learn_standard, _apply_standard),
    "none": (lambda x: {}, lambda x, grid: x),
}
