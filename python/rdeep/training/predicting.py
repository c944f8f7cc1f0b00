"""Predictions, batch by batch."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import numpy as np

from rdeep.data.streams import as_batch, as_stream, is_shuffled
from rdeep.errors import DataError
from rdeep.training.batch_sizes import batch_size_for, check_batch
from rdeep.training.callback_list import CallbackList
from rdeep.training.model import PredictingModel
from rdeep.training.unused import warn_of_batch_size

_CHUNKS = 1 << 20
"""How far the numbers of a prediction's batches are apart: a batch is cut into fewer chunks."""


def predict_each(
    model: PredictingModel, batches: Iterable[Any], size: int | None, callback_list: CallbackList
) -> list[np.ndarray]:
    """Return a model's outputs for batches of inputs, which are predicted one by one.

    Parameters
    ----------
    model : Model
        The model.
    batches : iterable of list of numpy.ndarray
        An array for each input.
    size : int or None
        How many rows are computed together at the least; all of a batch if `None`.
    callback_list : CallbackList
        The callbacks, which are called for each batch.
    """
    parts: list[Any] = []
    for number, inputs in enumerate(batches):
        callback_list.batch_begins(number)
        if not parts:
            # Not before the first batch, which may have built the network.
            source = model.draws_from()
        rows = size or len(inputs[0])
        parts.append(model.network.predict(inputs, rows, source, number * _CHUNKS))
        outputs = parts[-1]
        callback_list.batch_ends(number, {"outputs": outputs[0] if len(outputs) == 1 else outputs})
    if not parts:
        raise DataError("'x' gives no batch at all.", argument="x")
    return [np.concatenate(outputs) for outputs in zip(*parts)]


def predict_stream(
    model: PredictingModel,
    data: object,
    batch_size: object,
    steps: int | None,
    callback_list: CallbackList,
) -> list[np.ndarray]:
    """Return a model's outputs for a stream, in the order of the samples.

    Parameters
    ----------
    model : Model
        The model, which need not be built.
    data : object
        The stream. One of files is read in the order of the files, though training shuffles it.
    batch_size : object
        What was asked for: how many samples to join, where the data gives single ones.
    steps : int or None
        How many batches to predict; all if `None`.
    callback_list : CallbackList
        The callbacks, which are called for each batch.
    """
    if is_shuffled(data):
        warnings.warn(
            "'x' shuffles its samples: the predictions are in the order in which it gave them. "
            "To have them in the order of the data, make it without shuffling.",
            stacklevel=4,
        )
    warn_of_batch_size(data, batch_size)
    size = batch_size_for(model, batch_size)
    batches = as_stream(data, size, in_order=True).open(0)

    def inputs() -> Iterator[Any]:
        for item in islice(batches, steps):
            found = model.inputs_of(as_batch(item)[0])
            check_batch(model, len(found[0]))
            yield found

    return predict_each(model, inputs(), size, callback_list)
