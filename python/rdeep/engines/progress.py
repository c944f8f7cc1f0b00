"""What a pass over batches has added up so far, written down and read again: what engines share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from rdeep.engines.contract import Sums
from rdeep.engines.objective import Objective

_TOTALS, _PARTS = "totals", ("targets", "predictions", "weights")

Collected = list[list[tuple[Any, Any, Any]]]


def written_down(
    sums: Sums, totals: np.ndarray, to_numpy: Callable[[Any], np.ndarray]
) -> dict[str, np.ndarray]:
    """Return sums as arrays by name.

    Parameters
    ----------
    sums : Sums
        The sums.
    totals : numpy.ndarray
        Their vector.
    to_numpy : callable
        Makes an array of a tensor.
    """
    found = {_TOTALS: np.asarray(totals, np.float64)}
    for output, batches in enumerate(sums.collected):
        for number, batch in enumerate(batches):
            for part, tensor in zip(_PARTS, batch):
                if tensor is not None:
                    found[f"{output}/{number}/{part}"] = to_numpy(tensor)
    return found


def read_again(
    arrays: Mapping[str, np.ndarray], objective: Objective, to_tensor: Callable[[np.ndarray], Any]
) -> tuple[np.ndarray, Collected]:
    """Return the vector, and what was collected as tensors.

    Parameters
    ----------
    arrays : mapping of str to numpy.ndarray
        What `written_down` returned.
    objective : Objective
        What they are the sums of.
    to_tensor : callable
        Makes a tensor of an array.

    Raises
    ------
    ValueError
        If they are of another objective.
    """
    left = dict(arrays)
    totals = left.pop(_TOTALS, None)
    if totals is None or totals.shape != (objective.size,) or totals.dtype != np.float64:
        raise ValueError("The sums are not those of this objective.")
    collected: Collected = []
    for output in range(sum(plan.collects for plan in objective.plans)):
        batches: list[tuple[Any, Any, Any]] = []
        while f"{output}/{len(batches)}/{_PARTS[0]}" in left:
            parts = [left.pop(f"{output}/{len(batches)}/{part}", None) for part in _PARTS]
            y, predicted, weight = (None if p is None else to_tensor(p) for p in parts)
            batches.append((y, predicted, weight))
        collected.append(batches)
    if left or any(predicted is None for batches in collected for _, predicted, _ in batches):
        raise ValueError("What was collected is not of this objective.")
    return totals, collected
