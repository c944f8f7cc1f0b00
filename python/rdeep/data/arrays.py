"""Arrays on their way to a model: one sample a row, types and lengths checked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass
class ArrayFeed:
    """Inputs, targets and sample weights as arrays that agree in their number of rows.

    Attributes
    ----------
    inputs : list of numpy.ndarray
        An array for each input of the model, float32 or int32.
    targets : list of numpy.ndarray
        An array for each output: float32 values shaped as the output, or int64 class numbers.
    weights : list of numpy.ndarray or None
        For each output a float32 weight for each row, or `None`.
    """

    inputs: list[np.ndarray]
    targets: list[np.ndarray]
    weights: list[np.ndarray | None]

    @property
    def rows(self) -> int:
        """The number of samples."""
        return len(self.inputs[0])
