"""What an optimizer keeps between steps by hand, as variables that are read and changed."""

from __future__ import annotations

from typing import Any

import numpy as np

from rdeep.ops.dispatch import as_array
from rdeep.ops.variable import BaseVariable


class SlotVariable(BaseVariable):
    """What an optimizer keeps for a weight, as a variable.

    Parameters
    ----------
    steps : rdeep.ops.differentiation.Steps
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
