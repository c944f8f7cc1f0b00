"""House prices: of Boston and of California."""

from __future__ import annotations

from rdeep.catalogue.options import Choice, Count, Number, checked
from rdeep.datasets.reading import STORE, arrays, drawn_split, located, read

_BOSTON = "f553886a1f8d56431e820c5b82552d9d95cfcb96d1e678153f8839538947dff5"
_CALIFORNIA = "1a2e3a52e0398de6463aebe6f4a8da34fb21fbb6b934cf88c3425e766f2a1a6f"
_SMALL = 600


def boston_housing(
    path: str = "boston_housing.npz", test_split: float = 0.2, seed: int = 113
) -> tuple:
    """Return the prices of houses in Boston: `(x_train, y_train), (x_test, y_test)`.

    Parameters
    ----------
    path : str
        A local file, or the name in the cache.
    test_split : float
        The share for testing.
    seed : int
        What the split is drawn from.

    Examples
    --------
    >>> train, test = boston_housing()  # doctest: +SKIP
    """
    return _split(located(path, f"{STORE}boston_housing.npz", _BOSTON), None, test_split, seed)


def california_housing(
    version: str = "large",
    path: str = "california_housing.npz",
    test_split: float = 0.2,
    seed: int = 113,
) -> tuple:
    """Return the prices of houses in California: `(x_train, y_train), (x_test, y_test)`.

    Parameters
    ----------
    version : {"large", "small"}
        All rows, or the first 600.
    path, test_split, seed
        As for `boston_housing`.
    """
    rows = _SMALL if checked(Choice("large", "small"), version, "version") == "small" else None
    file = located(path, f"{STORE}california_housing.npz", _CALIFORNIA)
    return _split(file, rows, test_split, seed)


def _split(file: str, rows: int | None, test_split: float, seed: int) -> tuple:
    share = checked(Number(0.0, 1.0, open_high=True), test_split, "test_split")
    drawn = checked(Count(0), seed, "seed")

    def reader(path: str) -> tuple:
        found = arrays(path)
        return drawn_split(found["x"][:rows], found["y"][:rows], share, drawn)

    return read(file, "housing", reader)
