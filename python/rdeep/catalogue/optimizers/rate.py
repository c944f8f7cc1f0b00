"""The learning rate of an optimizer as users read and change it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class LearningRate(float):
    """A learning rate: a number, which can be given another value as Keras's can.

    Parameters
    ----------
    value : float
        The rate.
    change : function of a number
        Changes it where it is kept.
    """

    _change: Callable[[Any], None]

    def __new__(cls, value: float, change: Callable[[Any], None]) -> LearningRate:
        """Return the number with what changes it."""
        found = super().__new__(cls, value)
        found._change = change
        return found

    def assign(self, value: Any) -> float:
        """Change the learning rate, and return it."""
        self._change(float(value))
        return float(value)

    @property
    def value(self) -> float:
        """The rate as a number."""
        return float(self)

    def numpy(self) -> float:
        """Return the rate as a number."""
        return float(self)

    def to_data(self) -> float:
        """Return what files hold: the number."""
        return float(self)

    def __reduce__(self) -> tuple[Any, ...]:
        """Return what pickle keeps: the number."""
        return float, (float(self),)

    def __deepcopy__(self, memo: Any) -> float:
        return float(self)
