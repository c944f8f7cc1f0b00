"""Callbacks about the moving average of weights."""

from __future__ import annotations

from rdeep.catalogue.options import Flag, option
from rdeep.errors import ArgumentError, class_name
from rdeep.training.callbacks.base import NO_LOGS, CallbackRecord, Logs

__all__ = ["SwapEMAWeights"]


class SwapEMAWeights(CallbackRecord):
    """Callback that evaluates and predicts with a moving average (EMA) of the weights.

    The optimizer, or one of those of phases, must keep one (`use_ema = True`). Weights and average
    are exchanged before an evaluation or a prediction that this callback is given to, validation
    too, and back after it.

    Examples
    --------
    >>> SwapEMAWeights()
    SwapEMAWeights()
    """

    key = "swap_ema_weights"
    swap_on_epoch: bool = option(
        Flag(),
        False,
        "Whether to exchange them at the end of each epoch, so that other callbacks save the "
        "average, and back when the next one begins.",
    )
    memory = ("_swapped",)
    _swapped = False

    def _exchange(self, wanted: bool) -> None:
        if self._swapped != wanted:
            self.model.swap_average()
            self._swapped = wanted

    def on_train_begin(self, logs: Logs = NO_LOGS) -> None:
        """Refuse an optimizer without an average."""
        self._swapped = False
        if not self.model.keeps_average():
            raise ArgumentError(
                f"{class_name(self)}: the optimizer keeps no moving average.",
                argument="use_ema",
                hint="Make the optimizer with 'use_ema'.",
            )

    def on_epoch_begin(self, epoch: int, logs: Logs = NO_LOGS) -> None:
        """Train on with the weights."""
        self._exchange(False)

    def on_epoch_end(self, epoch: int, logs: Logs = NO_LOGS) -> None:
        """Show the average, if it is to be."""
        self._exchange(self.swap_on_epoch)

    def on_train_end(self, logs: Logs = NO_LOGS) -> None:
        """Forget: training has ended with the average."""
        self._swapped = False

    def on_test_begin(self, logs: Logs = NO_LOGS) -> None:
        """Show the average."""
        self._exchange(True)

    def on_test_end(self, logs: Logs = NO_LOGS) -> None:
        """Show the weights."""
        self._exchange(False)

    def on_predict_begin(self, logs: Logs = NO_LOGS) -> None:
        """Show the average."""
        self._exchange(True)

    def on_predict_end(self, logs: Logs = NO_LOGS) -> None:
        """Show the weights."""
        self._exchange(False)
