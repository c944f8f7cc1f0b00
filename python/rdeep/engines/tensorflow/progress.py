"""What steps have added up so far, and the loss scale: begun, written down and read again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import tensorflow as tf

from rdeep.engines.contract import Sums
from rdeep.engines.objective import Objective
from rdeep.engines.progress import read_again, written_down
from rdeep.engines.tensorflow.network import TensorFlowNetwork
from rdeep.engines.tensorflow.scaling import LossScale

Tensor = Any


class Progress:
    """The part of a stepper that has nothing to do with how steps are run."""

    network: TensorFlowNetwork
    objective: Objective
    _scale: LossScale

    def new_sums(self) -> Sums:
        """Return sums of nothing."""
        collecting = sum(plan.collects for plan in self.objective.plans)
        with self.network.scope():
            totals = tf.zeros(self.objective.size, tf.float64)
        return Sums(totals, [[] for _ in range(collecting)])

    def export_sums(self, sums: Sums) -> dict[str, np.ndarray]:
        """Return the sums as arrays by name."""
        return written_down(sums, sums.totals.numpy(), lambda t: t.numpy())

    def load_sums(self, arrays: Mapping[str, np.ndarray]) -> Sums:
        """Return the sums that were written down."""
        sums = self.new_sums()
        totals, sums.collected = read_again(arrays, self.objective, self._to_device)
        sums.totals = self._to_device(totals)
        return sums

    @property
    def loss_scale(self) -> tuple[float, int] | None:
        """The scale that follows the gradients, and the steps since it changed."""
        return self._scale.at

    @loss_scale.setter
    def loss_scale(self, value: tuple[float, int] | None) -> None:
        if value is not None:
            self._scale.go_on(*value)

    def _to_device(self, array: np.ndarray) -> Tensor:
        with self.network.scope():
            return tf.constant(array)
