"""Targets that are numbers of classes, checked."""

from __future__ import annotations

import numpy as np

from rdeep.catalogue.layers.base import Dims
from rdeep.catalogue.losses import Loss
from rdeep.data.arrays import engine_array
from rdeep.errors import (
    DataError,
    ShapeError,
    Wording,
    class_name,
    format_shape,
    phrase,
    show,
    worded,
)


def whole_numbers(array: np.ndarray, shape: Dims, loss: Loss, label: str) -> np.ndarray:
    """Return whole numbers: one for each sample, or a row of classes for each.

    Parameters
    ----------
    array : numpy.ndarray
        The targets.
    shape : tuple
        The shape of the output, with the batch.
    loss : Loss
        The loss that they are for.
    label : str
        What an error calls them.
    """
    rank = 1 if loss.targets == "labels" else 2
    if array.ndim == rank + 1 and array.shape[-1] == 1:
        array = array[..., 0]
    numbers = engine_array(array, np.int64)
    if array.ndim != rank or (numbers != array).any():
        wanted = "one whole number" if rank == 1 else "a row of whole numbers"
        raise DataError(
            f"'{label}' must hold {wanted} for each sample; it has shape "
            f"{format_shape(array.shape)}.",
            argument=label,
            received=array.shape,
            expected=wanted,
        )
    classes = shape[-1]
    if rank == 2 and (numbers.min() < 0 or (classes is not None and numbers.max() >= classes)):
        wrong = int(numbers.min() if numbers.min() < 0 else numbers.max())
        raise DataError(
            f"'{label}' holds the class number {wrong}, which the output has no place for.",
            argument=label,
            received=wrong,
            expected=f"0 to {(classes or 0) - 1}",
            hint="Class 0 is the blank; labels start from 1.",
        )
    return numbers


def class_numbers(array: np.ndarray, shape: Dims, loss: Loss, label: str) -> np.ndarray:
    """Return class numbers that the output has a place for, one for each prediction.

    Parameters
    ----------
    array : numpy.ndarray
        The targets.
    shape : tuple
        The shape of the output, with the batch.
    loss : Loss
        The loss that they are for.
    label : str
        What an error calls them.
    """
    if array.ndim == len(shape) and array.shape[-1] == 1:
        array = array[..., 0]
    if array.ndim != len(shape) - 1:
        hint: str | Wording | None = None
        if array.ndim == len(shape) and array.shape[-1] == shape[-1]:
            hint = "One-hot targets go with 'categorical_crossentropy'."
        raise ShapeError(
            f"'{label}' has shape {format_shape(array.shape)}; {class_name(loss)} wants "
            f"one class number for each prediction of shape {format_shape(shape)}.",
            argument=label,
            received=array.shape,
            hint=hint,
        )
    numbers = engine_array(array, np.int64)
    if array.dtype.kind == "f" and (numbers != array).any():
        raise DataError(
            f"'{label}' must hold class numbers, not {show(float(array[numbers != array][0]))}.",
            argument=label,
            expected="whole numbers from 0",
            hint="For targets that are numbers there are losses such as 'mse'.",
        )
    classes = shape[-1]
    ignored = getattr(loss, "ignore_class", None)
    counted = numbers if ignored is None else numbers[numbers != ignored]
    if counted.size and (counted.min() < 0 or (classes is not None and counted.max() >= classes)):
        wrong = int(counted.min() if counted.min() < 0 else counted.max())
        hint = None
        if classes is not None and counted.min() == 1 and counted.max() == classes:
            mend = phrase("subtract_1", "subtract 1")
            hint = worded(f"Class numbers start from 0: {mend}.")
        elif classes is not None:
            hint = f"The output has {classes} classes, numbered 0 to {classes - 1}."
        raise DataError(
            f"'{label}' holds the class number {wrong}, which the output has no place for.",
            argument=label,
            received=wrong,
            expected=f"0 to {(classes or 0) - 1}",
            hint=hint,
        )
    return numbers
