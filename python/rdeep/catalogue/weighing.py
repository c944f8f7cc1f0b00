"""Weights that go with values: brought to their shape, or refused by name."""

from __future__ import annotations

from typing import Any

from rdeep.errors import ShapeError, class_name, format_shape


def aligned(weights: Any, values: Any, ops: Any, of: str = "") -> Any:
    """Return weights repeated to the shape of the values that they weigh.

    Axes are matched from the first on: a weight for each sample is repeated over all that belongs
    to the sample. Axes of one place at the end may be too many.

    Parameters
    ----------
    weights, values : tensor
        The weights and the values.
    ops : module
        The engine's array functions.
    of : str
        What the values are of, for messages.

    Raises
    ------
    ShapeError
        If the shapes do not go together.

    Examples
    --------
    >>> import numpy as np
    >>> from rdeep.arrays import numpy as numpy_ops
    >>> aligned(np.array([[1.0], [2.0]]), np.zeros(2), numpy_ops)
    array([1., 2.])
    """
    wanted = tuple(values.shape)
    if not wanted:
        # One number for the whole batch is weighed by all of the samples.
        return weights
    given = tuple(weights.shape)
    while len(weights.shape) > len(wanted) and weights.shape[-1] == 1:
        weights = weights[..., 0]
    came = tuple(weights.shape)
    fits = len(came) <= len(wanted) and all(
        size in (None, 1) or place is None or size == place for size, place in zip(came, wanted)
    )
    if not fits:
        each = f"the values of {of}" if of else "the values"
        raise ShapeError(
            f"'sample_weight' of shape {format_shape(given)} does not go with {each}, of shape "
            f"{format_shape(wanted)}.",
            argument="sample_weight",
            received=given,
            expected=f"{format_shape(wanted[:1])}, or a shape that goes on like that of the values",
            hint="Give a weight for each sample, or for each value.",
        )
    return ops.spread(weights, values)


def weighable(record: Any, y_true: Any, y_pred: Any, weights: Any, ops: Any) -> Any:
    """Return what a loss or metric has for each sample, or for each number that is weighed.

    Weights of the predictions' shape weigh each number of a sample, where the record's value for a
    sample is the mean of these.

    Parameters
    ----------
    record : Loss or Metric
        What has `values`.
    y_true, y_pred : tensor
        The truth and the predictions.
    weights : tensor or None
        The weights.
    ops : module
        The engine's array functions.
    """
    axis = getattr(record, "axis", -1)
    if weights is not None and (axis == 0 or (isinstance(axis, tuple) and 0 in axis)):
        raise ShapeError(
            f"{class_name(record)} with 'axis' along the samples cannot weigh them.",
            argument="sample_weight",
            hint="Leave the weights out, or compute along another axis.",
        )
    if weights is not None and record.by_element and axis == -1:
        rank = len(y_pred.shape)
        if len(weights.shape) == rank > 0 and (rank == 1 or weights.shape[-1] != 1):
            # The mean over an axis of one place is the number itself.
            y_true, y_pred = y_true[..., None], y_pred[..., None]
    return record.values(y_true, y_pred, ops)


def spans_batch(axis: Any) -> bool:
    """Return whether an axis, or one of several, is or may be that of the samples.

    Parameters
    ----------
    axis : int, tuple of int or None
        The axes; `None` for all.
    """
    axes = axis if isinstance(axis, tuple) else (axis,)
    return any(each is None or each == 0 or each < -1 for each in axes)
