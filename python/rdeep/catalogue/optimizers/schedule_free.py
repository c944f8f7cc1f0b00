"""AdamW that needs no schedule: weights are averaged while they are trained."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rdeep.catalogue.optimizers.base import (
    BETA_2,
    EPSILON,
    LEARNING_RATE,
    Optimizer,
    ParameterInfo,
    Slot,
    Slots,
    Updated,
    smaller,
)
from rdeep.catalogue.options import Count, Number, Rate, option

if TYPE_CHECKING:
    from rdeep.catalogue.schedules import Schedule

__all__ = ["ScheduleFreeAdamW"]


class ScheduleFreeAdamW(Optimizer):
    """Schedule-free AdamW optimizer: Adam's steps on one sequence, and the average of all of these.

    The steps go to `z`, whose average is `x`; the weights in training are
    `(1 - beta_1) * z + beta_1 * x`, so that the learning rate need not fall towards an end that is
    known beforehand.

    References
    ----------
    Defazio, A. et al. (2024). The road less scheduled. arXiv:2405.15682.

    Examples
    --------
    >>> ScheduleFreeAdamW(warmup_steps=10)
    ScheduleFreeAdamW(warmup_steps=10)
    """

    key = "schedule_free_adam_w"
    aliases = ("schedule_free_adamw",)
    learning_rate: float | Schedule = option(Rate(), 0.0025, LEARNING_RATE)
    beta_1: float = option(
        Number(0.0, 1.0, open_low=True, open_high=True),
        0.9,
        "How near the weights in training are to the average.",
    )
    beta_2: float = BETA_2
    epsilon: float = option(Number(0.0), 1e-8, EPSILON)
    warmup_steps: int = option(
        Count(0), 0, "The number of steps in which the learning rate rises to its value."
    )

    def slots(self, of: ParameterInfo) -> dict[str, Slot]:
        """Return the sequence that steps go to, and the running mean of the gradient's square."""
        return {"momentum": Slot(), "velocity": Slot()}

    def update(self, w: Any, g: Any, slots: Slots, lr: Any, step: Any, ops: Any) -> Updated:
        """Return the weight and what is kept for it after a step."""
        # 1 at the first step, where the sequence begins with the weight, and then 0.
        first = 1.0 - smaller(step - 1.0, 1.0)
        z = slots["momentum"] + w * first
        v = slots["velocity"] + (ops.square(g) - slots["velocity"]) * (1.0 - self.beta_2)
        if self.warmup_steps:
            lr = lr * smaller(step / float(self.warmup_steps), 1.0)
        x = (w - z * (1.0 - self.beta_1)) / self.beta_1
        z = z - g * lr / (ops.sqrt(v / (1.0 - self.beta_2**step)) + self.epsilon)
        x = x + (z - x) / step
        return z * (1.0 - self.beta_1) + x * self.beta_1, {"momentum": z, "velocity": v}
