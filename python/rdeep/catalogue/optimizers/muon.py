"""Muon: momentum whose matrices are orthogonalized."""

from __future__ import annotations

import re
from typing import Any

from rdeep.catalogue.optimizers.adaptive import Adam
from rdeep.catalogue.optimizers.base import EPSILON, Optimizer, ParameterInfo, Slot, Slots, Updated
from rdeep.catalogue.options import Count, Flag, Number, OrNone, Texts, option
from rdeep.errors import ArgumentError, constructor

__all__ = ["Muon"]

_DECAY = Number(0.0, 1.0, open_high=True)


class Muon(Optimizer):
    """Muon optimizer: momentum of matrices, orthogonalized by a Newton-Schulz iteration.

    It is for weights of two dimensions, whose momentum is made orthogonal by `ns_steps` steps of
    `x = a * x + (b * x x' + c * (x x')^2) x`. All other weights, embeddings and what
    `exclude_layers` names are updated by Adam. The step is multiplied by `rms_rate` times the root
    of the longer side.

    References
    ----------
    Jordan, K. et al. (2024). Muon: an optimizer for hidden layers in neural networks.

    Liu, J. et al. (2025). Muon is scalable for LLM training. arXiv:2502.16982.

    Examples
    --------
    >>> Muon(learning_rate=0.02)
    Muon(learning_rate=0.02)
    """

    key = "muon"
    whole = True
    adam_beta_1: float = option(
        _DECAY, 0.9, "The decay rate of Adam's running mean of the gradient."
    )
    adam_beta_2: float = option(
        _DECAY, 0.999, "The decay rate of Adam's running mean of the squared gradient."
    )
    adam_weight_decay: float | None = option(
        OrNone(Number(0.0)), 0.004, "The `weight_decay` of the weights that Adam updates."
    )
    epsilon: float = option(Number(0.0), 1e-7, EPSILON)
    weight_decay: float | None = option(
        OrNone(Number(0.0)),
        0.004,
        "The weight decay: each weight is reduced by this times the learning rate at each step.",
        after="epsilon",
    )
    exclude_layers: tuple[str, ...] | None = option(
        Texts(), None, "Regular expressions: Adam updates the weights whose names have a match."
    )
    exclude_embeddings: bool = option(Flag(), True, "Whether Adam updates embeddings.")
    muon_a: float = option(Number(), 3.4445, "The iteration's `a`.")
    muon_b: float = option(Number(), -4.7750, "The iteration's `b`.")
    muon_c: float = option(Number(), 2.0315, "The iteration's `c`.")
    adam_lr_ratio: float = option(Number(0.0), 1.0, "The factor of the learning rate for Adam.")
    momentum: float = option(Number(0.0, 1.0), 0.95, "The momentum.")
    ns_steps: int = option(Count(0), 5, "The number of iterations.")
    nesterov: bool = option(Flag(), True, "Whether to use Nesterov momentum.")
    rms_rate: float | None = option(
        OrNone(Number(0.0)),
        0.2,
        "The factor that makes steps as large as Adam's; `None` for Muon as it was published.",
    )

    def validate(self) -> None:
        """Refuse what is no regular expression."""
        super().validate()
        for pattern in self.exclude_layers or ():
            try:
                re.compile(pattern)
            except re.error as error:
                raise ArgumentError(
                    f"{constructor(self)}: {pattern!r} in 'exclude_layers' is no regular "
                    f"expression: {error}.",
                    argument="exclude_layers",
                    received=pattern,
                ) from None

    def _by_adam(self, of: ParameterInfo) -> bool:
        if len(of.shape) != 2 or (self.exclude_embeddings and "embedding" in of.name.lower()):
            return True
        return any(re.search(pattern, of.name) for pattern in self.exclude_layers or ())

    def slots(self, of: ParameterInfo) -> dict[str, Slot]:
        """Return the momentum, and the square's mean where Adam updates the weight."""
        return {"momentum": Slot(), **({"velocity": Slot()} if self._by_adam(of) else {})}

    def decay(self, of: ParameterInfo) -> float | None:
        """Return the decay of a weight, which is another one for those of Adam."""
        if super().decay(of) is None:
            return None
        return self.adam_weight_decay if self._by_adam(of) else self.weight_decay

    def update(self, w: Any, g: Any, slots: Slots, lr: Any, step: Any, ops: Any) -> Updated:
        """Return the weight and what is kept for it after a step."""
        if "velocity" in slots:
            adam = Adam(beta_1=self.adam_beta_1, beta_2=self.adam_beta_2, epsilon=self.epsilon)
            return adam.update(w, g, slots, lr * self.adam_lr_ratio, step, ops)
        m = self.momentum * slots["momentum"] + g
        change = self._orthogonal(g + self.momentum * m if self.nesterov else m, ops)
        if self.rms_rate is not None:
            change = change * (max(w.shape) ** 0.5 * self.rms_rate)
        return w - lr * change, {"momentum": m}

    def _orthogonal(self, x: Any, ops: Any) -> Any:
        """Return about the nearest matrix with orthogonal rows or columns."""
        tall = x.shape[0] > x.shape[1]
        if tall:
            x = ops.transpose(x)
        x = x / (ops.sqrt(ops.sum(ops.square(x))) + 1e-7)
        for _ in range(self.ns_steps):
            square = x @ ops.transpose(x)
            x = self.muon_a * x + (self.muon_b * square + self.muon_c * square @ square) @ x
        return ops.transpose(x) if tall else x
