"""How losses are scaled under `mixed_float16`, whose least number gradients easily fall below.

The numbers are those of Keras's `LossScaleOptimizer`: the scale starts large, is halved whenever a
gradient overflows, which leaves that step out, and doubled after so many steps without one.
"""

from __future__ import annotations

from rdeep.catalogue.optimizers import Optimizer

INITIAL_SCALE = 2.0**15
GROWTH_STEPS = 2000


def scales_by_itself(policy: str, optimizer: Optimizer) -> bool:
    """Return whether the loss is scaled by what gradients bear, rather than by a fixed factor.

    Parameters
    ----------
    policy : str
        The dtype policy.
    optimizer : Optimizer
        The optimizer, which may name a factor.
    """
    return policy == "mixed_float16" and optimizer.loss_scale_factor is None
