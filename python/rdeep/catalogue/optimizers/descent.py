"""Gradient descent, with momentum or by the sign of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rdeep.catalogue.optimizers.base import (
    BETA_1,
    LEARNING_RATE,
    Optimizer,
    ParameterInfo,
    Slot,
    Slots,
    Updated,
)
from rdeep.catalogue.options import Flag, Number, Rate, option

if TYPE_CHECKING:
    from rdeep.catalogue.schedules import Schedule

__all__ = ["SGD", "Lion"]


class SGD(Optimizer):
    """Stochastic gradient descent (SGD) optimizer, with optional momentum.

    `v = momentum * v - learning_rate * g`, then `w + v`; Nesterov's form adds
    `momentum * v - learning_rate * g`.

    Examples
    --------
    >>> SGD(learning_rate=0.1, momentum=0.9)
    SGD(learning_rate=0.1, momentum=0.9)
    """

    key = "sgd"
    learning_rate: float | Schedule = option(Rate(), 0.01, LEARNING_RATE)
    momentum: float = option(Number(0.0, 1.0), 0.0, "The momentum.")
    nesterov: bool = option(Flag(), False, "Whether to use Nesterov momentum.")

    def slots(self, of: ParameterInfo) -> dict[str, Slot]:
        """Return the velocity, where there is momentum."""
        return {"velocity": Slot()} if self.momentum else {}

    def update(self, w: Any, g: Any, slots: Slots, lr: Any, step: Any, ops: Any) -> Updated:
        """Return the weight and the velocity after a step."""
        if not self.momentum:
            return w - lr * g, {}
        velocity = self.momentum * slots["velocity"] - lr * g
        change = self.momentum * velocity - lr * g if self.nesterov else velocity
        return w + change, {"velocity": velocity}


class Lion(Optimizer):
    """Lion optimizer: steps of one size, along the sign of a momentum.

    A step is `learning_rate * sign(beta_1 * m + (1 - beta_1) * g)`; then `m` becomes
    `beta_2 * m + (1 - beta_2) * g`.

    References
    ----------
    Chen, X. et al. (2023). Symbolic discovery of optimization algorithms. arXiv:2302.06675.

    Examples
    --------
    >>> Lion(learning_rate=1e-4)
    Lion(learning_rate=0.0001)
    """

    key = "lion"
    beta_1: float = BETA_1
    beta_2: float = option(
        Number(0.0, 1.0, open_high=True),
        0.99,
        "The decay rate of the running mean of the gradient.",
    )

    def slots(self, of: ParameterInfo) -> dict[str, Slot]:
        """Return the running mean."""
        return {"momentum": Slot()}

    def update(self, w: Any, g: Any, slots: Slots, lr: Any, step: Any, ops: Any) -> Updated:
        """Return the weight and the running mean after a step."""
        m = slots["momentum"]
        direction = ops.sign(m * self.beta_1 + g * (1.0 - self.beta_1))
        return w - lr * direction, {"momentum": m * self.beta_2 + g * (1.0 - self.beta_2)}
