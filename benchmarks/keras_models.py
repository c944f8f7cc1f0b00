"""Workloads as Keras models, for every contestant that is written with Keras's layers."""

from __future__ import annotations

from typing import Any

import keras
import networks
from workloads import Workload


def build(workload: Workload, scores: bool = False) -> Any:
    """Return the workload's model, not compiled.

    Parameters
    ----------
    workload : Workload
        Says the layers.
    scores : bool
        Whether to leave out the last softmax or sigmoid.
    """
    keras.utils.set_random_seed(1)
    return keras.Model(*networks.build(keras, workload, scores))
