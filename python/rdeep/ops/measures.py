"""Losses and metrics of tensors: of an engine's at once, of symbolic ones as a part of a graph."""

from __future__ import annotations

from typing import Any

from rdeep.arrays import numpy as numpy_ops
from rdeep.catalogue.by_sample import by_sample
from rdeep.catalogue.dispatch import is_symbolic
from rdeep.catalogue.metrics.meter import compared, given_weights
from rdeep.catalogue.weighing import weighable
from rdeep.engines import registry as backends
from rdeep.graph.holder import value_of
from rdeep.ops.dispatch import default_backend, engine_of
from rdeep.ops.symbolic import apply_measure, as_tensor_like


def measure(
    record: object,
    y_true: object,
    y_pred: object,
    reduce: bool = False,
    sample_weight: object = None,
) -> Any:
    """Return a loss or metric of tensors, one value for each sample.

    Parameters
    ----------
    record : Loss or Metric
        What is computed.
    y_true, y_pred : tensor or array
        The truth and the predictions.
    reduce : bool
        Whether a loss becomes one number by its `reduction`.
    sample_weight : tensor or array, optional
        A weight for each sample.

    Examples
    --------
    >>> import numpy as np
    >>> from rdeep import Input
    >>> from rdeep.losses import MeanSquaredError
    >>> measure(MeanSquaredError(), np.zeros((1, 3)), Input((3,))).shape
    (None,)
    """
    given = (y_true, y_pred, sample_weight)
    if any(is_symbolic(each) for each in given):
        return apply_measure(record, y_true, y_pred, reduce, sample_weight)
    engine = engine_of(list(given)) or default_backend()
    ops = backends.load(engine).ops
    near = next((each for each in (y_pred, y_true, sample_weight) if engine_of([each])), None)
    truth, predicted, weights = (
        None if each is None else ops.operand(as_tensor_like(each), near) for each in given
    )
    return by_sample(record, truth, predicted, ops, reduce, weights)


def called(loss: Any, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
    """Return what a loss is by its `reduction`: of arrays as NumPy has it, of tensors a tensor.

    Parameters
    ----------
    loss : Loss
        The loss.
    y_true, y_pred, sample_weight : array or tensor
        As for `measure`.
    """
    given = [y_true, y_pred, sample_weight]
    if any(is_symbolic(each) for each in given) or engine_of(given) is not None:
        return measure(loss, y_true, y_pred, True, sample_weight)
    truth, predicted = compared(loss, y_true, y_pred)
    weights = given_weights(sample_weight, predicted)
    typed, said = loss.typed(truth, predicted, numpy_ops)
    values = weighable(loss, typed, said, weights, numpy_ops)
    used = loss.weigh(truth, values, weights, None, numpy_ops)
    found = loss.reduce(values, used, numpy_ops)
    return found if getattr(found, "ndim", 0) else float(found)


def loss_of(loss: Any, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
    """Return what a loss is by its `reduction`, as a tensor: of arrays, of the default backend.

    Parameters
    ----------
    loss : Loss
        The loss.
    y_true, y_pred, sample_weight : array or tensor
        As for `measure`.
    """
    y_true, y_pred, sample_weight = value_of([y_true, y_pred, sample_weight])
    given = [y_true, y_pred, sample_weight]
    if not any(is_symbolic(each) for each in given) and engine_of(given) is None:
        y_true, y_pred = compared(loss, y_true, y_pred)
        sample_weight = given_weights(sample_weight, y_pred)
    return measure(loss, y_true, y_pred, True, sample_weight)
