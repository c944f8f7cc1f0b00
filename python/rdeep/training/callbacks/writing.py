"""Files that are written beside a training: what fails is a warning, and training goes on."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence

import numpy as np

from rdeep.errors import FileError, RdeepWarning, Wording, class_name, worded
from rdeep.training.model import TrainedModel


class Attempts:
    """Writes, and counts what could not be written.

    Parameters
    ----------
    callback : object
        The callback that writes, which warnings name.
    things : str
        What it writes, such as `"checkpoints"`.
    """

    def __init__(self, callback: object, things: str) -> None:
        self.callback, self.things = callback, things
        self.tried = self.failed = 0
        self._reason: Wording | None = None
        self._said = ""

    @property
    def counted(self) -> tuple[int, int]:
        """How many things were tried, and how many failed."""
        return self.tried, self.failed

    @counted.setter
    def counted(self, value: Sequence[int]) -> None:
        self.tried, self.failed = value

    def make(self, write: Callable[[], object], count: int = 1) -> bool:
        """Write; return whether that went well. What is in the way is said when it is new.

        Parameters
        ----------
        write : callable
            What writes.
        count : int
            How many things these are.
        """
        self.tried += count
        try:
            write()
        except OSError as error:
            said = error.wording["message"] if isinstance(error, FileError) else worded(str(error))
            self._fail(said, count)
            return False
        self._said = ""
        return True

    def refuse(self, reason: Wording) -> None:
        """Count something that is not to be written, and say why.

        Parameters
        ----------
        reason : Wording
            A sentence.
        """
        self.tried += 1
        self._fail(reason, 1)

    def forgive(self, count: int) -> None:
        """Take note that so many things which could not be written were written later.

        Parameters
        ----------
        count : int
            How many.
        """
        self.failed -= count

    def sum_up(self) -> None:
        """Say at the end of training what is missing."""
        if self.failed:
            warnings.warn(
                RdeepWarning(
                    f"{class_name(self.callback)}: {self.failed} of {self.tried} {self.things} "
                    f"could not be written: {self._reason or 'before training was resumed.'}"
                ),
                stacklevel=3,
            )

    def _fail(self, reason: Wording, count: int) -> None:
        self.failed += count
        self._reason = reason
        if str(reason) != self._said:
            self._said = str(reason)
            warnings.warn(
                RdeepWarning(
                    f"{class_name(self.callback)}: {reason} Training goes on, and the next turn "
                    "tries again."
                ),
                stacklevel=4,
            )


def bad_weights(model: TrainedModel) -> Wording | None:
    """Return a sentence on the first weight that no checkpoint is to hold; `None` without one.

    Parameters
    ----------
    model : Model
        The model.
    """
    trained = set(model.graph.trainable_names())
    for name, value in model.get_named_weights().items():
        if value.dtype.kind != "f":
            continue
        # A weight that is not trained may stand for a bound.
        bad = ~np.isfinite(value) if name in trained else np.isnan(value)
        if bad.any():
            return worded(
                f"The weight {name!r} has {int(bad.sum())} values that are not finite: what was "
                "saved before is kept."
            )
    return None
