"""Cross-entropies, and the alignment of sequences (CTC), by torch's kernels."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional


def sigmoid_crossentropy(target: Tensor, logits: Tensor) -> Tensor:
    """Return the binary cross-entropy of logits."""
    return functional.binary_cross_entropy_with_logits(logits, target, reduction="none")


def sparse_softmax_crossentropy(target: Tensor, logits: Tensor) -> Tensor:
    """Return the cross-entropy of logits with the numbers of classes, which are the last axis."""
    rows = logits.reshape(-1, logits.shape[-1])
    found = functional.cross_entropy(rows, target.reshape(-1), reduction="none")
    return found.reshape(target.shape)


def alignment_loss(
    labels: Tensor, logits: Tensor, counts: Tensor, steps: Tensor, blank: int
) -> Tensor:
    """Return how unlikely label sequences are, summed over all their alignments."""
    log = torch.log_softmax(logits.transpose(0, 1), dim=-1)  # (steps, batch, classes)
    labels, steps, counts = (each.long() for each in (labels, steps, counts))
    return functional.ctc_loss(log, labels, steps, counts, blank=blank, reduction="none")
