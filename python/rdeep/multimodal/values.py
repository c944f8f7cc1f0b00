"""The values of a modality as a network takes them, and where they are missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from rdeep.errors import Wording
from rdeep.ready import BadRows


@dataclass
class Values:
    """What a network is given of a modality.

    Attributes
    ----------
    inputs : dict of str to numpy.ndarray
        Arrays with a row for each sample, whatever it is where the sample has none.
    present : numpy.ndarray
        Which samples have a value, `(n,)`.
    """

    inputs: dict[str, np.ndarray]
    present: np.ndarray

    def rows(self, rows: np.ndarray) -> Values:
        """Return the values of some samples.

        Parameters
        ----------
        rows : numpy.ndarray
            Their numbers.
        """
        inputs = {name: values[rows] for name, values in self.inputs.items()}
        return Values(inputs, self.present[rows])


class PartOfRows(BadRows):
    """Samples of a part that cannot be used, which are noted for the whole as well.

    Parameters
    ----------
    whole : BadRows
        Where they are noted by their numbers in the whole.
    rows : numpy.ndarray
        The number that each of the part has in the whole.
    """

    def __init__(self, whole: BadRows, rows: np.ndarray) -> None:
        super().__init__("drop", whole.what, whole.argument)
        self._whole, self._rows = whole, rows

    def add(self, row: int, reason: str | Wording, source: str | None = None) -> None:
        """Note a sample.

        Parameters
        ----------
        row : int
            Its number in the part.
        reason, source
            As for `BadRows`.
        """
        super().add(row, reason, source)
        self._whole.add(int(self._rows[row]), reason, source)


def picked(values: Any, rows: np.ndarray) -> Any:
    """Return some values of an array or a list.

    Parameters
    ----------
    values : numpy.ndarray or list
        The values.
    rows : numpy.ndarray
        Which of them.
    """
    return values[rows] if isinstance(values, np.ndarray) else [values[row] for row in rows]
