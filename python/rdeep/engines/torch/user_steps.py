"""Steps that a user wrote, on torch: called for each batch, with tensors on the device."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch import Tensor

from rdeep.data.arrays import ArrayFeed
from rdeep.engines.contract import UserStep
from rdeep.engines.stepping import Step, under_way
from rdeep.engines.torch import threads
from rdeep.engines.torch.batches import TorchBatches
from rdeep.engines.torch.stepper import fits_device


class TorchStepRunner:
    """Calls steps on torch.

    Parameters
    ----------
    device : str
        The device's name.
    """

    traces = False

    def __init__(self, device: str) -> None:
        self.device = device

    def holds(self, nbytes: int) -> bool:
        """Return whether data of that size fits the device, with room to work."""
        return fits_device(nbytes, self.device)

    def place(self, feed: ArrayFeed, batch_size: int) -> TorchBatches:
        """Put data on the device."""
        return TorchBatches(feed, batch_size, self.device)

    def tensors(self, batches: Any, index: int) -> list[Tensor]:
        """Return a batch's inputs as tensors."""
        inputs: list[Tensor] = batches.batch(index)[0]
        return inputs

    def prepared(self, function: UserStep, name: str, eager: bool) -> UserStep:
        """Return the function: torch computes as it is called."""
        return function

    @contextmanager
    def running(self, training: bool, flops: float) -> Iterator[None]:
        """Have gradients noted in training alone, and as many threads as the work deserves."""
        before = torch.is_grad_enabled()
        try:
            with threads.suited(flops or float("inf")), under_way(Step("torch")):
                torch.set_grad_enabled(training)
                yield
        finally:
            torch.set_grad_enabled(before)

    def numbers(self, values: Sequence[Any]) -> list[np.ndarray]:
        """Return tensors and numbers as arrays; waits for the device."""
        return [
            v.detach().cpu().numpy() if isinstance(v, Tensor) else np.asarray(v) for v in values
        ]
