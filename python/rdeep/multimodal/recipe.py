"""How long models of several modalities are trained, and with what steps."""

from __future__ import annotations

from dataclasses import dataclass

from rdeep.catalogue import optimizers, schedules
from rdeep.catalogue.optimizers import BaseOptimizer
from rdeep.multimodal.settings import MultimodalSettings

_LEARNING_RATE = 0.005
_WEIGHT_DECAY = 0.01
_WARMUP = 0.2
# How many samples are seen in all, if that makes a fair number of epochs.
_SEEN = 48_000


@dataclass
class Recipe:
    """How a network is trained.

    Attributes
    ----------
    epochs, batch_size : int
        How often the samples are seen, and how many a step uses.
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
            How many samples there are.
        """
        return self.epochs * -(-samples // self.batch_size)

    def optimizer(self, steps: int) -> BaseOptimizer:
        """Return AdamW with a one-cycle learning rate (Smith and Topin 2018).

        Parameters
        ----------
        steps : int
            How many steps are taken in all.
        """
        rate = schedules.OneCycle(self.learning_rate, steps, warmup_share=_WARMUP)
        return optimizers.AdamW(rate, weight_decay=self.weight_decay)


def chosen_recipe(settings: MultimodalSettings, samples: int) -> Recipe:
    """Return how a network is trained.

    Parameters
    ----------
    settings : MultimodalSettings
        What was asked for.
    samples : int
        How many samples it is trained on.
    """
    batch = settings.batch_size or (64 if samples >= 1000 else 32 if samples >= 200 else 16)
    epochs = settings.epochs or min(max(round(_SEEN / samples), 10), 60)
    rate = settings.learning_rate or _LEARNING_RATE
    decay = _WEIGHT_DECAY if settings.weight_decay is None else settings.weight_decay
    return Recipe(epochs, min(batch, samples), rate, decay)
