"""A stage of training: one network, its data, and how it is trained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from rdeep.catalogue.optimizers import BaseOptimizer
from rdeep.models import Model
from rdeep.training.callbacks import Callback, EarlyStopping


@dataclass
class Stage:
    """What one of the trainings that make a ready-made model needs.

    Attributes
    ----------
    network : Model
        The network that is trained.
    x, y : object
        As in `Model.fit`: arrays, or a stream in `x`.
    optimizer, loss, metrics
        As in `Model.compile`.
    batch_size : int or None
        The samples of a step; `None` where `x` is a stream of batches.
    epochs : int
        How many times, at most, the data is seen.
    weights : object, optional
        A weight for each sample.
    validation : tuple or stream, optional
        The held-out samples.
    monitor : str, optional
        What is watched on them; `None` to train for all epochs.
    mode : {"min", "max"}
        Whether it is to be small or large.
    patience : int, optional
        After how many epochs without progress training stops; by default after the last. The
        weights of the best epoch are kept in any case.
    callbacks : sequence of Callback
        What else follows the training.
    options : dict
        Other arguments of `Model.fit`.
    compile_options : dict
        Other arguments of `Model.compile`.
    """

    network: Model
    x: Any
    y: Any
    optimizer: str | BaseOptimizer
    loss: Any
    batch_size: int | None
    epochs: int
    metrics: Any = None
    weights: Any = None
    validation: Any = None
    monitor: str | None = "val_loss"
    mode: str = "min"
    patience: int | None = None
    callbacks: Sequence[Callback] = ()
    options: dict[str, Any] = field(default_factory=dict)
    compile_options: dict[str, Any] = field(default_factory=dict)

    def all_callbacks(self) -> list[Callback]:
        """Return the callbacks, with what keeps the best weights where something is held out."""
        if self.validation is None or self.monitor is None:
            return list(self.callbacks)
        stopping = EarlyStopping(
            self.monitor,
            patience=self.epochs if self.patience is None else self.patience,
            mode=self.mode,
            restore_best_weights=True,
        )
        return [*self.callbacks, stopping]
