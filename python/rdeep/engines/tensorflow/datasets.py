"""A data set that is read batch by batch as one of TensorFlow's, which has its methods."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

import numpy as np
import tensorflow as tf

from rdeep.data.streams import Stream, as_batch


def dataset_of(stream: Stream) -> Any:
    """Return a `tf.data.Dataset` that gives a stream's batches, each pass the next epoch's.

    Parameters
    ----------
    stream : Stream
        The data.
    """
    epochs = count()
    is_batched = getattr(stream, "batch_size", 1) is not None

    def batches() -> Iterator[Any]:
        for batch in stream.open(next(epochs)):
            yield _element(batch)

    def spec(value: np.ndarray) -> Any:
        of_rows = (None, *value.shape[1:]) if is_batched else value.shape
        return tf.TensorSpec(of_rows, tf.string if value.dtype.kind in "OUS" else value.dtype)

    first = _element(next(iter(stream.open(0))))
    found = tf.data.Dataset.from_generator(
        batches, output_signature=tf.nest.map_structure(spec, first)
    )
    if stream.batches is None:
        return found
    return found.apply(tf.data.experimental.assert_cardinality(stream.batches))


def _element(batch: object) -> Any:
    """Return a batch as TensorFlow's data sets have it: x alone is no tuple."""
    parts = tuple(_arrays(part) for part in as_batch(batch))
    return parts[0] if len(parts) == 1 else parts


def _arrays(part: Any) -> Any:
    return tf.nest.map_structure(np.asarray, part)
