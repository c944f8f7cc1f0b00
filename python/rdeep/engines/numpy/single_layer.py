"""A layer by itself on NumPy: its formula, forward only."""

from __future__ import annotations

import numpy as np

from rdeep.arrays import numpy as ops
from rdeep.arrays.counter_random import HostDraws
from rdeep.catalogue.layers.run import Run, activated
from rdeep.engines.single_layer import (
    NAME,
    Differentiable,
    Differentiated,
    LayerCall,
    LayerResult,
    carried_masks,
)


def run_layer(call: LayerCall) -> LayerResult:
    """Return what a layer's formula gives.

    Parameters
    ----------
    call : LayerCall
        The layer, and what it depends on.
    """
    record = call.record
    masks: list[np.ndarray | None] = list(call.masks or ())
    masks = masks or [None] * len(call.inputs)
    held = {name: np.asarray(value, "float32") for name, value in call.weights.items()}
    draws = HostDraws(call.seed, NAME, call.step, record.streams()) if record.random else None
    read = masks if record.takes_masks() else [None] * len(masks)
    run = Run(ops, held, read, call.training, draws, assign=held.__setitem__)
    run.frozen = not record.trainable
    given = call.inputs if record.merges or len(call.inputs) > 1 else call.inputs[0]
    with np.errstate(all="ignore"):
        found = activated(record, given, run)
        outputs = [np.asarray(y) for y in found] if isinstance(found, (list, tuple)) else [found]
        made = carried_masks(record, call.inputs, masks, len(outputs), ops)
    narrow = [y.astype("float32") if y.dtype == np.float64 else y for y in outputs]
    return LayerResult(narrow, [None if mask is None else np.asarray(mask) for mask in made])


def differentiate(function: Differentiable, arrays: list[np.ndarray]) -> Differentiated:
    """Return a function's values; NumPy finds no gradients.

    Parameters
    ----------
    function : callable
        The function.
    arrays : list of numpy.ndarray
        What it is of.
    """
    with np.errstate(all="ignore"):
        return [np.asarray(each) for each in function(*arrays)], []
