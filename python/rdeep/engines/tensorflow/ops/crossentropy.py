"""Cross-entropies, and the alignment of sequences (CTC), by TensorFlow's kernels."""

from __future__ import annotations

from typing import Any

import tensorflow as tf
from keras import ops

Tensor = Any


def sigmoid_crossentropy(target: Tensor, logits: Tensor) -> Tensor:
    """Return the binary cross-entropy of logits."""
    return tf.nn.sigmoid_cross_entropy_with_logits(target, logits)


def softmax_crossentropy(target: Tensor, logits: Tensor, axis: int) -> Tensor:
    """Return the cross-entropy of logits with probabilities."""
    return tf.nn.softmax_cross_entropy_with_logits(target, logits, axis=axis)


def sparse_softmax_crossentropy(target: Tensor, logits: Tensor) -> Tensor:
    """Return the cross-entropy of logits with the numbers of classes, which are the last axis."""
    return tf.nn.sparse_softmax_cross_entropy_with_logits(target, logits)


def alignment_loss(
    labels: Tensor, logits: Tensor, counts: Tensor, steps: Tensor, blank: int
) -> Tensor:
    """Return how unlikely label sequences are, summed over all their alignments."""
    return ops.ctc_loss(labels, logits, counts, steps, blank)


def beam_search(
    logits: Tensor, lengths: Tensor, beam_width: int, top_paths: int, blank: int
) -> tuple[Tensor, Tensor]:
    """Return the likeliest label sequences."""
    return ops.ctc_decode(logits, lengths, "beam_search", beam_width, top_paths, True, blank)
