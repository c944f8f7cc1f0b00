"""Types of options that are arrays or plain data, kept in a form that files can hold."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.options.base import OptionType
from rdeep.catalogue.options.numeric import LARGEST


class Array(OptionType):
    """Numbers in any shape, kept as nested lists."""

    words = "a number or an array of numbers"

    def check(self, value: Any) -> Any:
        """Return a number as a `float`, an array as nested lists."""
        try:
            found = _as_lists(value, "float64")
        except (TypeError, ValueError):
            raise self.refuse() from None
        if not _all_finite(found):
            raise self.refuse()
        return found


class Rows(OptionType):
    """Numbers of at least one axis, kept as nested tuples."""

    words = "an array of numbers"

    def check(self, value: Any) -> Any:
        """Return the numbers as nested tuples."""
        try:
            found = _as_lists(value, "float64")
        except (TypeError, ValueError):
            raise self.refuse() from None
        if not _all_finite(found):
            raise self.refuse()
        return _as_tuples(found if isinstance(found, list) else [found])


class GivenWeights(OptionType):
    """Weights of a layer, as an array or as a list of arrays; kept as arrays of float32."""

    words = "an array, or a list of arrays"

    def check(self, value: Any) -> Any:
        """Return the arrays in a tuple."""
        import numpy as np

        try:
            given = value if isinstance(value, (list, tuple)) else [value]
            found = tuple(np.array(each, np.float32) for each in given)
        except (TypeError, ValueError):
            raise self.refuse() from None
        if not found or any(each.ndim == 0 for each in found):
            raise self.refuse()
        return found


_MOST = 10_000
"""How many arrays an option may hold: no layer has as many weights."""


class Arrays(OptionType):
    """Arrays in a list, kept as tuples of numbers, which a file can hold."""

    words = "a list of arrays"

    def check(self, value: Any) -> Any:
        """Return the arrays as nested tuples."""
        if not isinstance(value, (list, tuple)) or len(value) > _MOST:
            raise self.refuse()
        try:
            return tuple(_as_tuples(_as_lists(each, "float32")) for each in value)
        except (TypeError, ValueError):
            raise self.refuse() from None


def _as_lists(value: Any, dtype: str) -> Any:
    # Loaded when an array is checked: most options are none, and NumPy takes a while to load.
    import numpy as np

    return np.asarray(value, dtype).tolist()


def _as_tuples(values: Any) -> Any:
    return tuple(map(_as_tuples, values)) if isinstance(values, list) else values


def _all_finite(values: Any) -> bool:
    """Return whether all numbers in nested lists are finite in float32, and no list is empty."""
    if isinstance(values, list):
        return bool(values) and all(map(_all_finite, values))
    return abs(values) <= LARGEST


class PlainData(OptionType):
    """Plain data, as files hold it."""
