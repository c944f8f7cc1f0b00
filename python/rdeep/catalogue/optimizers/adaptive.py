"""Adam and its kin: a running mean of the gradient over the root of its square's."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.optimizers.base import (
    BETA_1,
    BETA_2,
    EPSILON,
    Optimizer,
    ParameterInfo,
    Slot,
    Slots,
    Updated,
)
from rdeep.catalogue.options import Flag, Number, option

__all__ = ["Adam", "AdamW", "Adamax", "Lamb", "Nadam"]


def running_means(record: Any, g: Any, slots: Slots, ops: Any) -> tuple[Any, Any]:
    """Return the running means of the gradient and its square after a step.

    Parameters
    ----------
    record : Optimizer
        What has the decays `beta_1` and `beta_2`.
    g : tensor
        The gradient.
    slots : dict of tensor
        The means so far.
    ops : module
        The engine's array functions.
    """
    m = slots["momentum"] + (g - slots["momentum"]) * (1.0 - record.beta_1)
    v = slots["velocity"] + (ops.square(g) - slots["velocity"]) * (1.0 - record.beta_2)
    return m, v


class Adam(Optimizer):
    """Adam optimizer: adaptive moment estimation.

    With running means `m` of the gradient and `v` of its square, a step is
    `learning_rate * sqrt(1 - beta_2^t) / (1 - beta_1^t) * m / (sqrt(v) + epsilon)`: epsilon is
    outside of the bias correction.

    References
    ----------
    Kingma, D. P. and Ba, J. (2015). Adam: a method for stochastic optimization. arXiv:1412.6980.

    Examples
    --------
    >>> Adam(learning_rate=0.01, beta_2=0.99)
    Adam(learning_rate=0.01, beta_2=0.99)
    """

    beta_1: float = BETA_1
    beta_2: float = BETA_2
    epsilon: float = option(Number(0.0), 1e-7, EPSILON)
    amsgrad: bool = option(
        Flag(), False, "Whether to use the largest `v` so far (Reddi et al., 2018)."
    )

    def slots(self, of: ParameterInfo) -> dict[str, Slot]:
        """Return the two running means, and the largest square with AMSGrad."""
        maximum = {"velocity_max": Slot()} if self.amsgrad else {}
        return {"momentum": Slot(), "velocity": Slot(), **maximum}

    def update(self, w: Any, g: Any, slots: Slots, lr: Any, step: Any, ops: Any) -> Updated:
        """Return the weight and the running means after a step."""
        alpha = lr * (1.0 - self.beta_2**step) ** 0.5 / (1.0 - self.beta_1**step)
        m, v = running_means(self, g, slots, ops)
        kept = {"momentum": m, "velocity": v}
        if self.amsgrad:
            v = kept["velocity_max"] = ops.maximum(slots["velocity_max"], v)
        return w - alpha * m / (ops.sqrt(v) + self.epsilon), kept


class AdamW(Adam):
    """AdamW optimizer: Adam with decoupled weight decay.

    References
    ----------
    Loshchilov, I. and Hutter, F. (2019). Decoupled weight decay regularization. arXiv:1711.05101.

    Examples
    --------
    >>> AdamW(weight_decay=0.01)
    AdamW(weight_decay=0.01)
    """

    key = "adam_w"
    aliases = ("adamw",)
    weight_decay: float | None = option(
        Number(0.0),
        0.004,
        "The weight decay: each weight is reduced by this times the learning rate at each step.",
        after="learning_rate",
    )


class Adamax(Optimizer):
    """Adamax optimizer: Adam with an infinity norm.

    `m` is the running mean of the gradient and `u = max(beta_2 * u, abs(g))`; a step is
    `learning_rate / (1 - beta_1^t) * m / (u + epsilon)`.

    References
    ----------
    Kingma, D. P. and Ba, J. (2015). Adam: a method for stochastic optimization. arXiv:1412.6980.

    Examples
    --------
    >>> Adamax(learning_rate=0.01)
    Adamax(learning_rate=0.01)
    """

    key = "adamax"
    beta_1: float = BETA_1
    beta_2: float = option(
        Number(0.0, 1.0, open_high=True), 0.999, "The decay rate of the largest gradient."
    )
    epsilon: float = option(Number(0.0), 1e-7, EPSILON)

    def slots(self, of: ParameterInfo) -> dict[str, Slot]:
        """Return the running mean and the decaying maximum."""
        return {"momentum": Slot(), "norm": Slot()}

    def update(self, w: Any, g: Any, slots: Slots, lr: Any, step: Any, ops: Any) -> Updated:
        """Return the weight, the running mean and the maximum after a step."""
        m = slots["momentum"] + (g - slots["momentum"]) * (1.0 - self.beta_1)
        u = ops.maximum(self.beta_2 * slots["norm"], ops.abs(g))
        alpha = lr / (1.0 - self.beta_1**step)
        return w - alpha * m / (u + self.epsilon), {"momentum": m, "norm": u}


class Nadam(Optimizer):
    """Nadam optimizer: Adam with Nesterov momentum.

    The momentum of step `t` is `u_t = beta_1 * (1 - 0.5 * 0.96^t)`, and `p_t` the product of those
    so far. With Adam's means `m` and `v`, a step is `learning_rate * M / (sqrt(V) + epsilon)` for
    `M = u_(t+1) * m / (1 - p_(t+1)) + (1 - u_t) * g / (1 - p_t)` and `V = v / (1 - beta_2^t)`.

    References
    ----------
    Dozat, T. (2016). Incorporating Nesterov momentum into Adam. ICLR workshop.

    Examples
    --------
    >>> Nadam(learning_rate=0.01)
    Nadam(learning_rate=0.01)
    """

    key = "nadam"
    # The product of momenta is one number, and no array of the weight's shape.
    whole = True
    beta_1: float = BETA_1
    beta_2: float = BETA_2
    epsilon: float = option(Number(0.0), 1e-7, EPSILON)

    def slots(self, of: ParameterInfo) -> dict[str, Slot]:
        """Return the two running means and the product of the momenta."""
        return {"momentum": Slot(), "velocity": Slot(), "product": Slot(1.0, ())}

    def update(self, w: Any, g: Any, slots: Slots, lr: Any, step: Any, ops: Any) -> Updated:
        """Return the weight, the running means and the product after a step."""
        now, next_one = (self.beta_1 * (1.0 - 0.5 * 0.96**t) for t in (step, step + 1))
        product = slots["product"] * now
        m, v = running_means(self, g, slots, ops)
        mean = next_one * m / (1.0 - product * next_one) + (1.0 - now) * g / (1.0 - product)
        square = v / (1.0 - self.beta_2**step)
        new = w - lr * mean / (ops.sqrt(square) + self.epsilon)
        return new, {"momentum": m, "velocity": v, "product": product}


class Lamb(Optimizer):
    """LAMB optimizer: layer-wise adaptive steps for large batches.

    Adam's direction, with both means corrected for their start, is multiplied by the norm of the
    weight over its own norm, where neither is zero.

    References
    ----------
    You, Y. et al. (2020). Large batch optimization for deep learning: training BERT in 76 minutes.
    arXiv:1904.00962.

    Examples
    --------
    >>> Lamb(learning_rate=0.01)
    Lamb(learning_rate=0.01)
    """

    key = "lamb"
    whole = True
    beta_1: float = BETA_1
    beta_2: float = BETA_2
    epsilon: float = option(Number(0.0), 1e-7, EPSILON)

    def slots(self, of: ParameterInfo) -> dict[str, Slot]:
        """Return the two running means."""
        return {"momentum": Slot(), "velocity": Slot()}

    def update(self, w: Any, g: Any, slots: Slots, lr: Any, step: Any, ops: Any) -> Updated:
        """Return the weight and the running means after a step."""
        m, v = running_means(self, g, slots, ops)
        spread = ops.sqrt(v / (1.0 - self.beta_2**step)) + self.epsilon
        change = m / (1.0 - self.beta_1**step) / spread
        of_weight, of_change = (ops.sqrt(ops.sum(ops.square(x))) for x in (w, change))
        one = ops.ones_like(of_weight)
        fits = (of_weight > 0) & (of_change > 0)
        ratio = ops.where(fits, of_weight / ops.where(fits, of_change, one), one)
        return w - lr * (ratio * change), {"momentum": m, "velocity": v}
