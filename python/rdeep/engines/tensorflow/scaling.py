"""Scaling the loss on TensorFlow, by a fixed factor or by what the gradients bear."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf

from rdeep.engines.scaling import Scaling

Tensor = Any


class LossScale:
    """What the loss is multiplied by; see `rdeep.engines.scaling`.

    Parameters
    ----------
    fixed : float or None
        A factor that stays.
    scaling : Scaling or None
        How it follows the gradients instead.
    """

    def __init__(self, fixed: float | None, scaling: Scaling | None) -> None:
        self._fixed = fixed
        self._factor = self._since_change = None
        if scaling is not None:
            self._growth_steps = scaling.growth_steps
            self._factor = tf.Variable(scaling.initial, trainable=False, dtype=tf.float32)
            self._since_change = tf.Variable(0, trainable=False, dtype=tf.int64)

    @property
    def at(self) -> tuple[float, int] | None:
        """The factor, and the steps since it changed; `None` where it stays."""
        if self._factor is None or self._since_change is None:
            return None
        return float(self._factor.numpy()), int(self._since_change.numpy())

    def go_on(self, factor: float, since_change: int) -> None:
        """Go on from where another scale was.

        Parameters
        ----------
        factor : float
            Its factor.
        since_change : int
            The steps since it changed.
        """
        if self._factor is not None and self._since_change is not None:
            self._factor.assign(factor)
            self._since_change.assign(since_change)

    def variables(self) -> list[Any]:
        """Return the variables that it follows the gradients by."""
        return [v for v in (self._factor, self._since_change) if v is not None]

    def scaled(self, loss: Tensor) -> Tensor:
        """Return the loss to take gradients of.

        Parameters
        ----------
        loss : Tensor
            The loss.
        """
        if self._factor is not None:
            return loss * self._factor.read_value()
        return loss if self._fixed is None else loss * self._fixed

    def unscaled(self, grads: list[Tensor], use: Callable[[list[Tensor]], None]) -> None:
        """Use the gradients divided by the scale, unless one overflowed; adjust the scale.

        Parameters
        ----------
        grads : list of Tensor
            Gradients of the scaled loss.
        use : function
            What to do with them.
        """
        if self._factor is None or not grads:
            use(grads if self._fixed is None else [g / self._fixed for g in grads])
            return
        factor, since = self._factor, self._since_change
        assert since is not None

        def fine() -> Tensor:
            used = factor.read_value()
            use([g / used for g in grads])
            grows = since.assign_add(1) >= self._growth_steps
            factor.assign(tf.where(grows, used * 2.0, used))
            since.assign(tf.where(grows, tf.zeros_like(since), since.read_value()))
            return tf.constant(True)

        def overflown() -> Tensor:
            used = factor.read_value()
            factor.assign(tf.minimum(tf.maximum(used / 2.0, 1.0), used))
            since.assign(tf.zeros_like(since))
            return tf.constant(False)

        finite = tf.reduce_all([tf.reduce_all(tf.math.is_finite(g)) for g in grads])
        tf.cond(finite, fine, overflown)
