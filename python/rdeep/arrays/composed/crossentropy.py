"""Cross-entropies, and the alignment of sequences (CTC)."""

from __future__ import annotations

from typing import Any

from rdeep.arrays import ctc
from rdeep.arrays.composed.normalization import EPSILON
from rdeep.arrays.windows import may_be_equal
from rdeep.errors import ShapeError, format_shape, operation_call

Tensor = Any


def _pair(ops: Any, target: Any, output: Any, where: str) -> tuple[Tensor, Tensor]:
    output = ops.floating(output)
    target = ops.cast(ops.as_tensor(target, output), output.dtype)
    if not may_be_equal(target.shape, output.shape):
        raise ShapeError(
            f"{operation_call(where)}: 'target' and 'output' must have the same shape, not "
            f"{format_shape(target.shape)} and {format_shape(output.shape)}.",
            argument="target",
            received=tuple(target.shape),
            expected=format_shape(output.shape),
        )
    return target, output


def binary_crossentropy(ops: Any, target: Any, output: Any, from_logits: bool = False) -> Tensor:
    """Return the binary cross-entropy of each value."""
    target, output = _pair(ops, target, output, "binary_crossentropy")
    if from_logits:
        return ops.sigmoid_crossentropy(target, output)
    output = ops.clip(output, EPSILON, 1.0 - EPSILON)
    return -(target * ops.log(output) + (1.0 - target) * ops.log(1.0 - output))


def sigmoid_crossentropy(ops: Any, target: Tensor, logits: Tensor) -> Tensor:
    """Return the binary cross-entropy of logits."""
    return ops.softplus(logits) - target * logits


def categorical_crossentropy(
    ops: Any, target: Any, output: Any, from_logits: bool = False, axis: int = -1
) -> Tensor:
    """Return the cross-entropy of probabilities with probabilities."""
    target, output = _pair(ops, target, output, "categorical_crossentropy")
    if from_logits:
        return ops.softmax_crossentropy(target, output, axis)
    shares = output / ops.sum(output, axis=axis, keepdims=True)
    return -ops.sum(target * ops.log(ops.clip(shares, EPSILON, 1.0 - EPSILON)), axis=axis)


def softmax_crossentropy(ops: Any, target: Tensor, logits: Tensor, axis: int) -> Tensor:
    """Return the cross-entropy of logits with probabilities."""
    return -ops.sum(target * ops.log_softmax(logits, axis), axis=axis)


def sparse_categorical_crossentropy(
    ops: Any, target: Any, output: Any, from_logits: bool = False, axis: int = -1
) -> Tensor:
    """Return the cross-entropy of probabilities with the numbers of classes."""
    output = ops.floating(output)
    target = ops.cast(ops.as_tensor(target, output), "int64")
    if len(target.shape) == len(output.shape) and target.shape[axis] == 1:
        target = ops.squeeze(target, axis)
    if axis not in (-1, len(output.shape) - 1):
        output = ops.moveaxis(output, axis, -1)  # (..., classes)
    if not may_be_equal(target.shape, output.shape[:-1]):
        raise ShapeError(
            f"{operation_call('sparse_categorical_crossentropy')}: 'target' must have the shape of "
            f"'output' without the classes, {format_shape(output.shape[:-1])}, not "
            f"{format_shape(target.shape)}.",
            argument="target",
            received=tuple(target.shape),
            expected=format_shape(output.shape[:-1]),
        )
    if not from_logits:
        # Probabilities are scaled after the logarithm, as TensorFlow's kernel does.
        output = ops.log(ops.clip(output, EPSILON, 1.0 - EPSILON))
    return ops.sparse_softmax_crossentropy(target, output)


def sparse_softmax_crossentropy(ops: Any, target: Tensor, logits: Tensor) -> Tensor:
    """Return the cross-entropy of logits with the numbers of classes, which are the last axis."""
    return -ops.pick(ops.log_softmax(logits), target)


def ctc_loss(
    ops: Any,
    target: Any,
    output: Any,
    target_length: Any,
    output_length: Any,
    mask_index: int = 0,
) -> Tensor:
    """Return how unlikely label sequences are, summed over all their alignments."""
    output = ops.floating(output)
    labels = ops.cast(ops.as_tensor(target, output), "int32")
    counts, steps = (_lengths(ops, each, output) for each in (target_length, output_length))
    return ops.alignment_loss(labels, output, counts, steps, mask_index % output.shape[-1])


def ctc_decode(
    ops: Any,
    inputs: Any,
    sequence_lengths: Any,
    strategy: str = "greedy",
    beam_width: int = 100,
    top_paths: int = 1,
    merge_repeated: bool = True,
    mask_index: int | None = 0,
) -> tuple[Tensor, Tensor]:
    """Return the likeliest label sequences of logits, and how likely they are."""
    logits = ops.floating(inputs)
    classes = logits.shape[-1]
    blank = classes - 1 if mask_index is None else mask_index % classes
    lengths = _lengths(ops, sequence_lengths, logits)
    if strategy == "greedy":
        return _greedy(ops, logits, lengths, merge_repeated, blank)
    return ops.beam_search(logits, lengths, beam_width, top_paths, blank)


def beam_search(
    ops: Any, logits: Tensor, lengths: Tensor, beam_width: int, top_paths: int, blank: int
) -> tuple[Tensor, Tensor]:
    """Return the likeliest label sequences, searched for on the host."""
    log, steps = ops.as_array(ops.log_softmax(logits)), ops.as_array(lengths)
    paths, found = ctc.beam_search(log, steps, beam_width, top_paths, blank)
    return ops.as_tensor(paths, logits), ops.as_tensor(found, logits)


def _lengths(ops: Any, lengths: Any, logits: Tensor) -> Tensor:
    """Return a length for each sample; one number is that of all."""
    lengths = ops.cast(ops.as_tensor(lengths, logits), "int32")
    return ops.broadcast_to(lengths, ops.shape(logits)[:1])


def _greedy(
    ops: Any, logits: Tensor, lengths: Tensor, merge_repeated: bool, blank: int
) -> tuple[Tensor, Tensor]:
    best = ops.max(logits, axis=-1)  # (batch, steps)
    labels = ops.argmax(logits, axis=-1)
    steps = ops.cumsum(ops.ones_like(labels), axis=1) - 1
    beyond = steps >= ops.expand_dims(lengths, 1)
    labels = ops.where(beyond, blank, labels)
    total = -ops.sum(ops.where(beyond, 0.0, best), axis=1, keepdims=True)
    gone = ops.equal(labels, blank)
    if merge_repeated:
        again = ops.equal(labels[:, 1:], labels[:, :-1])
        gone = ops.logical_or(gone, ops.pad(again, ((0, 0), (1, 0))))
    # The sort is stable, so that what stays keeps its order.
    order = ops.argsort(ops.cast(gone, "int32"), axis=1)
    kept = ops.take_along_axis(ops.where(gone, -1, labels), order, axis=1)
    return ops.expand_dims(ops.cast(kept, "int32"), 0), total
