"""Losses and metrics of tensors: of an engine's at once, of symbolic ones as a part of a graph."""

from __future__ import annotations

from typing import Any

from rdeep.backends import registry as backends
from rdeep.catalogue.by_sample import by_sample
from rdeep.graph.operation import is_symbolic
from rdeep.ops.dispatch import default_backend, engine_of
from rdeep.ops.symbolic import apply_measure


def measure(record: Any, y_true: Any, y_pred: Any, reduce: bool = False) -> Any:
    """Return a loss or metric of tensors, one value for each sample.

    Parameters
    ----------
    record : Loss or Metric
        What is computed.
    y_true, y_pred : tensor or array
        The truth and the predictions.
    reduce : bool
        Whether a loss becomes one number by its `reduction`.

    Examples
    --------
    >>> import numpy as np
    >>> from rdeep import Input
    >>> from rdeep.losses import MeanSquaredError
    >>> measure(MeanSquaredError(), np.zeros((1, 3)), Input((3,))).shape
    (None,)
    """
    if is_symbolic(y_true) or is_symbolic(y_pred):
        return apply_measure(record, y_true, y_pred, reduce)
    engine = engine_of([y_true, y_pred]) or default_backend()
    ops = backends.load(engine).ops
    near = y_pred if engine_of([y_pred]) else y_true
    truth, predicted = (ops.operand(each, near) for each in (y_true, y_pred))
    return by_sample(record, truth, predicted, ops, reduce)
