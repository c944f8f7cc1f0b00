"""A loss scale that follows what the gradients bear, on torch."""

from __future__ import annotations

import torch
from torch import Tensor

from rdeep.engines.scaling import Scaling


class LossScale:
    """What the loss is multiplied by; see `rdeep.engines.scaling`.

    Parameters
    ----------
    scaling : Scaling
        How it goes.
    """

    def __init__(self, scaling: Scaling) -> None:
        self.factor, self._growth_steps = scaling.initial, scaling.growth_steps
        self._since_change = 0

    @property
    def at(self) -> tuple[float, int]:
        """The factor, and the steps since it changed."""
        return self.factor, self._since_change

    def go_on(self, factor: float, since_change: int) -> None:
        """Go on from where another scale was.

        Parameters
        ----------
        factor : float
            Its factor.
        since_change : int
            The steps since it changed.
        """
        self.factor, self._since_change = factor, since_change

    def unscaled(self, grads: list[Tensor]) -> list[Tensor] | None:
        """Return the gradients divided by the scale; `None` if one overflowed. Adjusts the scale.

        Parameters
        ----------
        grads : list of Tensor
            Gradients of the scaled loss.
        """
        finite = bool(torch.stack([torch.isfinite(g).all() for g in grads]).all())
        used, self._since_change = self.factor, self._since_change + 1
        if not finite:
            self.factor, self._since_change = min(max(used / 2.0, 1.0), used), 0
            return None
        if self._since_change >= self._growth_steps:
            self.factor, self._since_change = used * 2.0, 0
        return [g / used for g in grads]
