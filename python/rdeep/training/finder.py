"""The learning-rate range test (Smith, 2017): a short training with a growing rate."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from rdeep.catalogue.options import Count, Number, checked
from rdeep.catalogue.schedules import ExponentialRange, Schedule
from rdeep.data.streams import is_stream
from rdeep.errors import ArgumentError
from rdeep.preprocessing.endless import is_endless
from rdeep.training.session import TrainingSession

# How much of the running loss each batch leaves; and how far above its least the loss may climb.
_MEMORY = 0.9
_TOO_HIGH = 4.0


@dataclass
class RateSearch:
    """What a search for a learning rate saw.

    Attributes
    ----------
    rates : list of float
        The rate of each step.
    losses, smoothed : list of float
        The batch's loss at each, and its running mean.
    suggestion : float or None
        The rate at which the loss falls fastest; `None` if it never fell.
    """

    rates: list[float]
    losses: list[float]
    smoothed: list[float]
    suggestion: float | None


class SearchedModel(Protocol):
    """A compiled model that can be trained, event by event."""

    def session(
        self, x: object, y: object = None, *, listen: Collection[str] = (), **options: Any
    ) -> TrainingSession:
        """Return a training that is asked to advance."""

    def follow(self, schedule: Schedule | None) -> None:
        """Have the learning rate follow a schedule from here on."""


def search(
    model: SearchedModel, x: Any, y: Any, start_lr: Any, end_lr: Any, steps: Any, **options: Any
) -> RateSearch:
    """Train a model with a growing learning rate; it is changed by that.

    Parameters
    ----------
    model : Model
        A compiled model, made for this.
    x, y : object
        The data, as for `fit`.
    start_lr, end_lr : float
        The first and the last rate.
    steps : int
        Over how many batches the rate grows, on a logarithmic scale.
    **options
        More arguments of `fit`.
    """
    low = checked(Number(0.0, open_low=True), start_lr, "start_lr")
    high = checked(Number(0.0, open_low=True), end_lr, "end_lr")
    steps = checked(Count(2), steps, "steps")
    if high <= low:
        raise ArgumentError(
            f"'end_lr' must be above 'start_lr' = {low:g}, not {high:g}.",
            argument="end_lr",
            received=high,
        )
    if is_stream(x) and is_endless(x):
        options.setdefault("steps_per_epoch", steps)
    # As many epochs as it may take; training is stopped when the steps are done.
    # Rates are raised until the loss is no number.
    options["on_nan"] = "ignore"
    session = model.session(x, y, epochs=steps, listen=("batch_end",), **options)
    model.follow(ExponentialRange(low, high, steps))
    losses: list[float] = []
    least = math.inf
    running = _Running()
    while len(losses) < steps:
        event = session.advance()
        if event is not None and event.kind == "interrupted":
            raise KeyboardInterrupt
        if event is None or event.kind != "batch_end":
            break
        losses.append(running.batch_loss(event.batch, event.logs["loss"]))
        smooth = _smoothed(losses)[-1]
        least = min(least, smooth)
        if not math.isfinite(losses[-1]) or smooth > _TOO_HIGH * max(least, 1e-12):
            break
    session.close()
    rates = [float(r) for r in ExponentialRange(low, high, steps).rates(np.arange(len(losses)))]
    smoothed = _smoothed(losses)
    return RateSearch(rates, losses, smoothed, _steepest(rates, losses))


class _Running:
    """Gives each batch's loss back from the mean over an epoch so far."""

    def __init__(self) -> None:
        self._total = 0.0

    def batch_loss(self, batches: int, mean: float) -> float:
        if batches == 1:
            self._total = 0.0
        loss = mean * batches - self._total
        self._total = mean * batches
        return loss


def _smoothed(losses: list[float]) -> list[float]:
    """Return running means, corrected for their start."""
    mean, out = 0.0, []
    for i, loss in enumerate(losses, 1):
        mean = _MEMORY * mean + (1.0 - _MEMORY) * loss
        out.append(mean / (1.0 - _MEMORY**i))
    return out


def _steepest(rates: list[float], losses: list[float]) -> float | None:
    """Return the rate at which the loss falls fastest, before it is least.

    Single batches are noisy: a line is laid through a fifth of all steps around each.
    """
    values = np.array(losses)[np.isfinite(losses)]
    width = max(len(values) // 5, 5)
    if len(values) < 2 * width:
        return None
    lines = np.lib.stride_tricks.sliding_window_view(values, width)
    places = np.arange(width) - (width - 1) / 2
    slopes = lines @ places / (places @ places)
    # Past the least loss, training is on its way out.
    least = int(lines.mean(axis=1).argmin())
    at = int(slopes[: least + 1].argmin())
    return rates[at + width // 2] if slopes[at] < 0 else None
