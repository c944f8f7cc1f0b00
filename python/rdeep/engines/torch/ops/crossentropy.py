"""Cross-entropies, and the alignment of sequences (CTC)."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from rdeep.arrays import ctc
from rdeep.engines.torch.ops.arguments import EPSILON, as_tensor, floating
from rdeep.errors import ShapeError, format_shape, operation_call


def _same_shape(target: Tensor, output: Tensor, where: str) -> None:
    if target.shape != output.shape:
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
    target = as_tensor(target, output).to(output.dtype)
    _same_shape(target, output, "binary_crossentropy")
    if from_logits:
        return functional.binary_cross_entropy_with_logits(output, target, reduction="none")
    output = output.clamp(EPSILON, 1.0 - EPSILON)
    return -(target * torch.log(output) + (1 - target) * torch.log(1 - output))


def categorical_crossentropy(
    target: Any, output: Any, from_logits: bool = False, axis: int = -1
) -> Tensor:
    """Return the cross-entropy of probabilities with probabilities."""
    output = floating(output)
    target = as_tensor(target, output).to(output.dtype)
    _same_shape(target, output, "categorical_crossentropy")
    return -(target * _log_probabilities(output, from_logits, axis, True)).sum(axis)


def _log_probabilities(output: Tensor, from_logits: bool, axis: int, scaled: bool) -> Tensor:
    if from_logits:
        return torch.log_softmax(output, dim=axis)
    if scaled:
        output = output / output.sum(axis, keepdim=True)
    return torch.log(output.clamp(EPSILON, 1.0 - EPSILON))


def sparse_categorical_crossentropy(
    target: Any, output: Any, from_logits: bool = False, axis: int = -1
) -> Tensor:
    """Return the cross-entropy of probabilities with the numbers of classes."""
    output = floating(output)
    target = as_tensor(target, output).long()
    if target.dim() == output.dim() and target.shape[axis] == 1:
        target = target.squeeze(axis)
    output = output.movedim(axis, -1)
    if target.shape != output.shape[:-1]:
        raise ShapeError(
            f"{operation_call('sparse_categorical_crossentropy')}: 'target' must have the shape of "
            f"'output' without the classes, {format_shape(output.shape[:-1])}, not "
            f"{format_shape(target.shape)}.",
            argument="target",
            received=tuple(target.shape),
            expected=format_shape(output.shape[:-1]),
        )
    log = _log_probabilities(output, from_logits, -1, False)
    # Probabilities are scaled after the logarithm, as TensorFlow's kernel does.
    log = log if from_logits else torch.log_softmax(log, dim=-1)
    return -log.gather(-1, target.unsqueeze(-1)).squeeze(-1)


def ctc_loss(
    target: Any, output: Any, target_length: Any, output_length: Any, mask_index: int = 0
) -> Tensor:
    """Return how unlikely label sequences are, summed over all their alignments."""
    output = floating(output)
    log = torch.log_softmax(output.transpose(0, 1), dim=-1)
    labels = as_tensor(target, output).long()
    steps, counts = (_lengths(each, output) for each in (output_length, target_length))
    blank = mask_index % output.shape[-1]
    return functional.ctc_loss(log, labels, steps, counts, blank=blank, reduction="none")


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
    blank = (scores.shape[-1] - 1) if mask_index is None else mask_index % scores.shape[-1]
    lengths = _lengths(sequence_lengths, scores)
    if strategy == "greedy":
        return _greedy(scores, lengths, merge_repeated, blank)
    log = torch.log_softmax(scores, dim=-1).detach().cpu().numpy()
    paths, found = ctc.beam_search(log, lengths.cpu().numpy(), beam_width, top_paths, blank)
    return as_tensor(paths, scores), as_tensor(found, scores)


def _lengths(lengths: Any, scores: Tensor) -> Tensor:
    """Return a length for each sample; one number is that of all."""
    return as_tensor(lengths, scores).long().expand(scores.shape[0])


def _greedy(
    scores: Tensor, lengths: Tensor, merge_repeated: bool, blank: int
) -> tuple[Tensor, Tensor]:
    steps = torch.arange(scores.shape[1], device=scores.device)
    beyond = steps[None, :] >= lengths[:, None]
    best = scores.max(-1)
    labels = torch.where(beyond, blank, best.indices)
    total = -torch.where(beyond, 0.0, best.values).sum(1, keepdim=True)
    gone = labels == blank
    if merge_repeated:
        gone = gone | functional.pad(labels[:, 1:] == labels[:, :-1], (1, 0))
    # Stable, so that what stays keeps its order.
    order = torch.argsort(gone.to(torch.int8), dim=1, stable=True)
    kept = torch.where(gone, -1, labels).gather(1, order)
    return kept.to(torch.int32).unsqueeze(0), total
