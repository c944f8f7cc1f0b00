"""Callbacks of an evaluation or a prediction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rdeep.training.callbacks import Callback
from rdeep.training.model import TrainedModel


class CallbackList:
    """Callbacks that are told of an evaluation or a prediction.

    Parameters
    ----------
    callbacks : sequence of Callback
        The callbacks.
    work : {"test", "predict"}
        What is done.
    """

    def __init__(self, callbacks: Sequence[Callback], work: str) -> None:
        self.callbacks, self.work = callbacks, work

    @property
    def listens_to_batches(self) -> bool:
        """Whether a callback has methods for batches."""
        return any(callback.listens_to_batches(self.work) for callback in self.callbacks)

    def set_model(self, model: TrainedModel, params: dict[str, Any]) -> None:
        """Set the callbacks' model and parameters.

        Parameters
        ----------
        model : Model
            The model.
        params : dict
            What is known of the work.
        """
        for callback in self.callbacks:
            callback.set_model(model)
            callback.set_params(params)

    def begin(self) -> None:
        """Call the callbacks' `on_test_begin` or `on_predict_begin`."""
        self._call("begin", {})

    def end(self, logs: dict[str, Any]) -> None:
        """Call the callbacks' `on_test_end` or `on_predict_end`.

        Parameters
        ----------
        logs : dict
            What it came to.
        """
        self._call("end", logs)

    def batch_begins(self, batch: int) -> None:
        """Tell that a batch begins.

        Parameters
        ----------
        batch : int
            Its number from 0.
        """
        self._call("batch_begin", batch, {})

    def batch_ends(self, batch: int, logs: dict[str, Any]) -> None:
        """Tell that a batch has ended.

        Parameters
        ----------
        batch : int
            Its number from 0.
        logs : dict
            What is known so far.
        """
        self._call("batch_end", batch, logs)

    def _call(self, what: str, *arguments: Any) -> None:
        for callback in self.callbacks:
            getattr(callback, f"on_{self.work}_{what}")(*arguments)
