"""The state that a metric keeps by itself, and how arrays are made to fit each other."""

from __future__ import annotations

from typing import Any

import numpy as np

from rdeep.arrays import numpy as numpy_ops
from rdeep.catalogue.weighing import aligned
from rdeep.errors import ArgumentError, format_shape, show


class Meter:
    """What has been measured so far, on NumPy's arrays.

    Parameters
    ----------
    metric : Metric
        The metric.
    """

    def __init__(self, metric: Any) -> None:
        self.metric = metric
        self.reset()

    def reset(self) -> None:
        """Forget all batches."""
        self.sums: np.ndarray | None = None
        self.seen: list[tuple[np.ndarray, np.ndarray, np.ndarray | None]] = []

    def update(self, y_true: Any, y_pred: Any, weights: Any) -> None:
        """Add a batch.

        Parameters
        ----------
        y_true, y_pred : array
            The truth and the predictions.
        weights : array or None
            A weight for each sample.
        """
        metric = self.metric
        truth, predicted = compared(metric, y_true, y_pred)
        metric.check_output(predicted.shape[-1] if predicted.ndim else None)
        weights = given_weights(weights, predicted)
        if metric.collects:
            if weights is not None:
                weights = aligned(weights, predicted, numpy_ops, type(metric).__name__)
            self.seen.append((truth, predicted, weights))
            return
        typed = metric.typed(truth, predicted, numpy_ops)
        added = metric.update(*typed, weights, numpy_ops)
        batch = np.concatenate([np.ravel(each) for each in added]).astype(np.float64)
        if self.sums is not None and self.sums.shape != batch.shape:
            raise ArgumentError(
                f"Predictions of shape {format_shape(predicted.shape)} do not go with those "
                "before.",
                argument="y_pred",
                received=predicted.shape,
            )
        self.sums = batch if self.sums is None else self.sums + batch

    def result(self) -> Any:
        """Return the metric of all batches; 0 before the first."""
        if self.metric.collects and self.seen:
            return collected(self.metric, self.seen, True)
        return 0.0 if self.sums is None else self.metric.from_sums(self.sums)


def collected(metric: Any, batches: list[tuple[Any, Any, Any]], weighted: bool) -> Any:
    """Return a metric that collects, of batches as NumPy arrays.

    Parameters
    ----------
    metric : Metric
        The metric.
    batches : list of tuple
        Targets, predictions and weights of each batch; weights may be `None`.
    weighted : bool
        Whether the weights count.
    """
    y_true, y_pred = (np.concatenate([batch[i] for batch in batches]) for i in (0, 1))
    weights = _joined([(len(batch[1]), batch[2]) for batch in batches]) if weighted else None
    return metric.from_collected(y_true, y_pred, weights)


def _joined(batches: list[tuple[int, Any]]) -> np.ndarray | None:
    """Return all weights: a batch may have none, or one for each of several values."""
    inner = [np.shape(weights)[1:] for _, weights in batches if weights is not None]
    if not inner:
        return None
    rank = max(len(sizes) for sizes in inner)
    sizes = np.broadcast_shapes(*(each + (1,) * (rank - len(each)) for each in inner))
    found = []
    for rows, weights in batches:
        known = np.ones(rows) if weights is None else np.asarray(weights)
        known = known.reshape(known.shape + (1,) * (1 + rank - known.ndim))
        found.append(np.broadcast_to(known, (rows, *sizes)))
    return np.concatenate(found)


def given_weights(weights: Any, predicted: np.ndarray) -> np.ndarray | None:
    """Return weights as an array with a row for each sample, or refuse them.

    Parameters
    ----------
    weights : array, number or None
        What was given: a number stands for all samples.
    predicted : numpy.ndarray
        The predictions.
    """
    if weights is None:
        return None
    try:
        array = np.asarray(weights, np.float64)
    except (TypeError, ValueError):
        raise ArgumentError(
            f"'sample_weight' must hold numbers, not {show(weights)}.",
            argument="sample_weight",
            received=weights,
        ) from None
    if np.isnan(array).any():
        raise ArgumentError("'sample_weight' has missing values.", argument="sample_weight")
    if not predicted.ndim:
        return array
    if not array.ndim:
        return np.broadcast_to(array, len(predicted))
    if len(predicted) == 1 and array.shape == predicted.shape[1:] != (1,):
        # A vector that was taken for one sample has its numbers' weights as a vector too.
        return array[np.newaxis]
    if array.shape[0] != len(predicted):
        raise ArgumentError(
            f"There are {array.shape[0]} sample weights for {len(predicted)} samples.",
            argument="sample_weight",
            received=array.shape,
        )
    return array


def compared(record: Any, y_true: Any, y_pred: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return truth and predictions as arrays of shapes that fit, or refuse them.

    Parameters
    ----------
    record : Loss or Metric
        What compares them.
    y_true, y_pred : array
        The truth and the predictions.
    """
    truth, predicted = np.asarray(y_true), np.asarray(y_pred, dtype=np.float64)
    if not predicted.ndim and record.kind == "loss":
        predicted, truth = predicted[np.newaxis], np.atleast_1d(truth)
    if predicted.ndim == truth.ndim == 1 and record.across:
        predicted, truth = predicted[np.newaxis], truth[np.newaxis]
    kind = record.wants() if record.kind == "metric" else record.targets
    if kind == "classes":
        kind = "values" if truth.shape == predicted.shape else "indices"
    if kind == "indices":
        if truth.ndim == predicted.ndim and truth.shape[-1] == 1:
            truth = truth[..., 0]
        fits = truth.shape == predicted.shape[:-1]
    elif kind in ("labels", "sequences"):
        rank = 1 if kind == "labels" else 2
        truth = truth[:, 0] if truth.ndim == rank + 1 and truth.shape[-1] == 1 else truth
        rank_fits = record.ndim in (None, predicted.ndim)
        fits = rank_fits and truth.ndim == rank and len(truth) == len(predicted)
    elif kind in ("any", "onehot"):
        fits = True
    else:
        if predicted.ndim == 1:
            predicted = predicted[:, np.newaxis]
        if truth.ndim == predicted.ndim - 1 and predicted.shape[-1] == 1:
            truth = truth[..., np.newaxis]
        elif truth.ndim == predicted.ndim + 1 and truth.shape[-1] == 1:
            truth = truth[..., 0]
        fits = truth.shape == predicted.shape
    if not fits:
        raise ArgumentError(
            f"'y_true' of shape {format_shape(truth.shape)} does not go with 'y_pred' "
            f"of shape {format_shape(predicted.shape)}.",
            argument="y_true",
            received=truth.shape,
        )
    whole = kind in ("indices", "labels", "sequences")
    return truth.astype(np.int64 if whole else np.float64), predicted
