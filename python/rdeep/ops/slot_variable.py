"""What an optimizer keeps between steps by hand, as variables that are read and changed."""

from __future__ import annotations

from typing import Any

import numpy as np

from rdeep.ops.dispatch import as_array, default_backend
from rdeep.ops.variable import BaseVariable


class StepsVariable(BaseVariable):
    """How many steps an optimizer has taken by hand, as a variable.

    Parameters
    ----------
    steps : rdeep.ops.steps.Steps
        The optimizer's steps.
    """

    trainable = False
    path = name = "iterations"
    shape = ()
    dtype = "int32"

    def __init__(self, steps: Any) -> None:
        self.steps = steps
        self.backend = str(steps.engine or default_backend())

    @property
    def value(self) -> Any:
        """The number of now."""
        return self._ops.convert_to_tensor(self.numpy())

    def numpy(self) -> np.ndarray:
        """Return the number as an array."""
        return np.array(int(self.steps.iterations), "int32")

    def assign(self, value: object) -> Any:
        """Give it a value, and return it.

        Parameters
        ----------
        value : tensor or number
            The number.
        """
        self.steps.iterations = int(np.asarray(as_array(value)))
        return self


class RateVariable(StepsVariable):
    """The learning rate of an optimizer, where it follows no schedule, as a variable."""

    path = name = "learning_rate"
    dtype = "float32"

    def numpy(self) -> np.ndarray:
        """Return the rate as an array."""
        return np.array(float(self.steps.optimizer.rule.learning_rate), "float32")

    def assign(self, value: object) -> Any:
        """Give it a value, and return it.

        Parameters
        ----------
        value : tensor or number
            The rate.
        """
        self.steps.optimizer.rule.learning_rate = float(np.asarray(as_array(value)))
        return self


class SlotVariable(BaseVariable):
    """What an optimizer keeps for a weight, as a variable.

    Parameters
    ----------
    steps : rdeep.ops.steps.Steps
        The optimizer's steps.
    path : str
        As `slot/weight name`.
    """

    trainable = False

    def __init__(self, steps: Any, path: str) -> None:
        self.steps, self.path = steps, path
        self.name = path.partition("/")[0]
        self.backend = str(steps.engine)

    @property
    def value(self) -> Any:
        """The value of now."""
        return self._ops.convert_to_tensor(self.numpy())

    def numpy(self) -> np.ndarray:
        """Return the value as an array."""
        return np.array(dict(self.steps.applied.slots())[self.path])

    @property
    def shape(self) -> tuple[int, ...]:
        """Its shape."""
        return self.numpy().shape

    @property
    def dtype(self) -> str:
        """Its type."""
        return "float32"

    def assign(self, value: object) -> Any:
        """Give it a value, and return it.

        Parameters
        ----------
        value : tensor or array
            The value.
        """
        self.steps.applied.load(self.path, np.asarray(as_array(self._fitting(value))))
        return self
