"""How long image models are trained, and with what steps, where nobody says it."""

from __future__ import annotations

from dataclasses import dataclass

from rdeep.catalogue import losses, metrics, optimizers, schedules
from rdeep.catalogue.losses import Loss
from rdeep.catalogue.metrics import Metric
from rdeep.catalogue.optimizers import BaseOptimizer
from rdeep.image.settings import ImageSettings
from rdeep.ready import LearnedOutcome

_LEARNING_RATE, _FINE_TUNING_RATE = 0.01, 1e-3
_WEIGHT_DECAY = 0.01
_WARMUP = 0.2
# How many images are seen in all, if that makes a fair number of epochs.
_SEEN = 72_000
_SEEN_FINE_TUNING = 20_000


@dataclass
class Recipe:
    """How a stage is trained.

    Attributes
    ----------
    epochs, batch_size : int
        How often the images are seen, and how many a step uses.
    learning_rate : float
        The largest of a cycle that rises for a fifth of the steps and falls to almost nothing.
    weight_decay : float
        That of AdamW.
    """

    epochs: int
    batch_size: int
    learning_rate: float
    weight_decay: float

    def steps(self, samples: int) -> int:
        """Return how many steps are taken in all.

        Parameters
        ----------
        samples : int
            How many images there are.
        """
        return self.epochs * -(-samples // self.batch_size)

    def optimizer(self, steps: int) -> BaseOptimizer:
        """Return AdamW (Loshchilov and Hutter 2019) with a one-cycle learning rate.

        Parameters
        ----------
        steps : int
            How many steps are taken in all.
        """
        rate = schedules.OneCycle(self.learning_rate, steps, warmup_share=_WARMUP)
        return optimizers.AdamW(rate, weight_decay=self.weight_decay)


def chosen_recipe(settings: ImageSettings, samples: int, has_own: bool, stage: str) -> Recipe:
    """Return how a stage is trained.

    Parameters
    ----------
    settings : ImageSettings
        What was asked for.
    samples : int
        How many images it is trained on.
    has_own : bool
        Whether the network is one that was trained before.
    stage : {"whole", "frozen", "fine_tuned"}
        What is trained: all, what was added, or all after that.
    """
    batch = settings.batch_size or (64 if samples >= 1000 else 32 if samples >= 200 else 16)
    epochs = settings.epochs
    if epochs is None and has_own:
        epochs = min(max(round(_SEEN_FINE_TUNING / samples), 3), 30)
    elif epochs is None:
        epochs = min(max(round(_SEEN / samples), 10), 50)
    rate = settings.learning_rate
    if stage == "fine_tuned":
        epochs = settings.fine_tune_epochs or epochs
        slower = _FINE_TUNING_RATE if rate is None else rate / 10
        rate = settings.fine_tune_learning_rate or slower
    elif rate is None:
        rate = _LEARNING_RATE
    decay = _WEIGHT_DECAY if settings.weight_decay is None else settings.weight_decay
    return Recipe(epochs, min(batch, samples), rate, decay)


def loss_of(outcome: LearnedOutcome, label_smoothing: float) -> Loss:
    """Return the loss for one-hot classes, or numbers.

    Parameters
    ----------
    outcome : LearnedOutcome
        What is predicted.
    label_smoothing : float
        The share of each class that is given to all.
    """
    if outcome.is_class:
        return losses.CategoricalCrossentropy(from_logits=True, label_smoothing=label_smoothing)
    return losses.MeanSquaredError()


def metrics_of(outcome: LearnedOutcome) -> list[Metric]:
    """Return what is reported of training.

    Parameters
    ----------
    outcome : LearnedOutcome
        What is predicted.
    """
    if outcome.is_class:
        return [metrics.CategoricalAccuracy(name="accuracy")]
    return [metrics.RootMeanSquaredError(name="rmse")]
