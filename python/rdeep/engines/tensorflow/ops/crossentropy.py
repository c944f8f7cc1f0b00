"""Cross-entropies, and the alignment of sequences (CTC)."""

from __future__ import annotations

from typing import Any

import tensorflow as tf
from keras import ops

from rdeep.engines.tensorflow.ops.arguments import as_tensor, floating
from rdeep.errors import ShapeError, format_shape, operation_call

Tensor = Any


def _same_shape(target: Tensor, output: Tensor, where: str) -> None:
    if not target.shape.is_compatible_with(output.shape):
        raise ShapeError(
            f"{operation_call(where)}: 'target' and 'output' must have the same shape, not "
            f"{format_shape(target.shape)} and {format_shape(output.shape)}.",
            argument="target",
            received=tuple(target.shape),
            expected=format_shape(output.shape),
        )


def binary_crossentropy(target: Any, output: Any, from_logits: bool = False) -> Tensor:
    """Return the binary cross-entropy of each value."""
    output = floating(output)
    target = tf.cast(as_tensor(target), output.dtype)
    _same_shape(target, output, "binary_crossentropy")
    return ops.binary_crossentropy(target, output, from_logits)


def categorical_crossentropy(
    target: Any, output: Any, from_logits: bool = False, axis: int = -1
) -> Tensor:
    """Return the cross-entropy of probabilities with probabilities."""
    output = floating(output)
    target = tf.cast(as_tensor(target), output.dtype)
    _same_shape(target, output, "categorical_crossentropy")
    return ops.categorical_crossentropy(target, output, from_logits, axis)


def sparse_categorical_crossentropy(
    target: Any, output: Any, from_logits: bool = False, axis: int = -1
) -> Tensor:
    """Return the cross-entropy of probabilities with the numbers of classes."""
    output = floating(output)
    target = tf.cast(as_tensor(target), tf.int64)
    if len(target.shape) == len(output.shape) and target.shape[axis] == 1:
        target = tf.squeeze(target, axis)
    # TensorFlow's kernel wants the classes last.
    output = ops.moveaxis(output, axis, -1)
    if not target.shape.is_compatible_with(output.shape[:-1]):
        raise ShapeError(
            f"{operation_call('sparse_categorical_crossentropy')}: 'target' must have the shape of "
            f"'output' without the classes, {format_shape(output.shape[:-1])}, not "
            f"{format_shape(target.shape)}.",
            argument="target",
            received=tuple(target.shape),
            expected=format_shape(output.shape[:-1]),
        )
    return ops.sparse_categorical_crossentropy(target, output, from_logits)


def ctc_loss(
    target: Any, output: Any, target_length: Any, output_length: Any, mask_index: int = 0
) -> Tensor:
    """Return how unlikely label sequences are, summed over all their alignments."""
    output = floating(output)
    labels = tf.cast(as_tensor(target), tf.int32)
    counts, steps = (_lengths(each, output) for each in (target_length, output_length))
    return ops.ctc_loss(labels, output, counts, steps, mask_index % output.shape[-1])


def ctc_decode(
    inputs: Any,
    sequence_lengths: Any,
    strategy: str = "greedy",
    beam_width: int = 100,
    top_paths: int = 1,
    merge_repeated: bool = True,
    mask_index: int | None = 0,
) -> tuple[Tensor, Tensor]:
    """Return the likeliest label sequences of scores, and how likely they are."""
    scores = floating(inputs)
    blank = None if mask_index is None else mask_index % scores.shape[-1]
    lengths = _lengths(sequence_lengths, scores)
    return ops.ctc_decode(scores, lengths, strategy, beam_width, top_paths, merge_repeated, blank)


def _lengths(lengths: Any, scores: Tensor) -> Tensor:
    """Return a length for each sample; one number is that of all."""
    return tf.broadcast_to(tf.cast(as_tensor(lengths), tf.int32), tf.shape(scores)[:1])
