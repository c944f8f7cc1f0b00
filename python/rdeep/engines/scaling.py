"""Loss scaling for float16, in which small gradients underflow.

The numbers are those of Keras's `LossScaleOptimizer`: the scale starts large, is halved whenever a
gradient overflows, which leaves that step out, and doubled after so many steps without one.
"""

from __future__ import annotations

from dataclasses import dataclass

from rdeep.catalogue.optimizers import BaseOptimizer, LossScaleOptimizer


@dataclass(frozen=True)
class Scaling:
    """A scale that follows the gradients: what it starts from, and when it grows."""

    initial: float = 2.0**15
    growth_steps: int = 2000


def scaling_of(policy: str, optimizer: BaseOptimizer) -> Scaling | None:
    """Return how the loss is scaled by what gradients bear; `None` where it is not.

    Parameters
    ----------
    policy : str
        The dtype policy.
    optimizer : BaseOptimizer
        The optimizer, which may ask for it or name a fixed factor.
    """
    if isinstance(optimizer, LossScaleOptimizer):
        return Scaling(optimizer.initial_scale, optimizer.dynamic_growth_steps)
    by_itself = policy == "mixed_float16" and optimizer.rule.loss_scale_factor is None
    return Scaling() if by_itself else None
