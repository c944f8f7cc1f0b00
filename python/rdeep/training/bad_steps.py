"""What is done about steps of training that come to no number."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from rdeep.catalogue.options import Choice, checked
from rdeep.engines.contract import Batches, Stepper, TrainState
from rdeep.errors import Wording, show_rows, worded
from rdeep.training.diagnosis import Finding, examine
from rdeep.training.model import TrainedModel

# So many steps that were left out are named.
_NAMED = 5


class BadSteps:
    """Stops a training at the first step that comes to no number, or counts such steps.

    Parameters
    ----------
    model : Model
        What is trained.
    on_nan : {"stop", "skip", "ignore"}
        What to do; with `"ignore"` steps are not looked at.

    Attributes
    ----------
    row_numbers : numpy.ndarray or None
        What rows are called in the user's data, where that is more than what is trained on.
    """

    def __init__(self, model: TrainedModel, on_nan: object) -> None:
        self.mode: str = checked(Choice("stop", "skip", "ignore"), on_nan, "on_nan")
        self.model = model
        self.row_numbers: np.ndarray | None = None
        self._left_out: list[Finding] = []
        self._count = self._count_of_epoch = 0

    @property
    def watches(self) -> bool:
        """Whether steps are looked at."""
        return self.mode != "ignore"

    def begin_epoch(self) -> None:
        """Count anew."""
        self._count_of_epoch = 0

    def ends(
        self,
        stepper: Stepper,
        state: TrainState,
        taken: tuple[Batches, int],
        place: tuple[int, int],
        rows: np.ndarray | None,
    ) -> bool:
        """Take note of a step that was not taken; return whether training ends there.

        Parameters
        ----------
        stepper : Stepper
            What runs the steps.
        state : TrainState
            The state before the step.
        taken : tuple
            The batches, and which of them it is.
        place : tuple of int
            The epoch and the batch, from 0.
        rows : numpy.ndarray or None
            The rows of the batch in the data; `None` if nobody knows.
        """
        epoch, batch = place
        rate = float(np.max(self.model.trainer.rates(state.step, 1)))
        finding = Finding(state.step + 1, epoch + 1, batch + 1, rate, self._named(rows))
        self._count += 1
        self._count_of_epoch += 1
        if self.mode == "skip":
            if self._count == 1:
                examine(self.model, stepper, state, *taken, finding)
            if self._count <= _NAMED:
                self._left_out.append(finding)
            return False
        examine(self.model, stepper, state, *taken, finding)
        end = "The weights are those of before that step."
        warnings.warn(finding.warning("Training stopped before", end), stacklevel=2)
        return True

    def whole_epoch(self, batches: int) -> bool:
        """Return whether all batches of the epoch were left out.

        Parameters
        ----------
        batches : int
            How many there were.
        """
        return 0 < batches == self._count_of_epoch

    def sum_up(self) -> None:
        """Say, at the end of training, what was left out."""
        if not self._left_out:
            return
        first, count = self._left_out[0], self._count
        begin = "Left out was"
        if count > 1:
            begin = f"{count} steps were left out, since they come to no number. The first was"
        warning = first.warning(begin, self._others())
        self._left_out, self._count = [], 0
        warnings.warn(warning, stacklevel=2)

    def _others(self) -> str:
        others = [self._other(each) for each in self._left_out[1:]]
        if not others:
            return "The weights are those that the other steps gave."
        more = self._count - len(self._left_out)
        said = "; ".join(f"{each}" for each in others)
        return f"The next were {said}{f'; and {more} more' if more else ''}."

    def _other(self, finding: Finding) -> Wording:
        at = "" if finding.rows is None else worded(f" ({show_rows(finding.rows, 3)})")
        return worded(f"step {finding.step}{at}")

    def _named(self, rows: np.ndarray | None) -> list[int] | None:
        if rows is None:
            return None
        named: Any = rows if self.row_numbers is None else self.row_numbers[rows]
        return [int(row) for row in named]
