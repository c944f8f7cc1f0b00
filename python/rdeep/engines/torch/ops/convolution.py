"""Convolutions and pools over one to three dimensions, by torch's kernels."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from rdeep.arrays.windows import crops, same_margins

Extents = tuple[int, ...]

CONVOLVE = {1: functional.conv1d, 2: functional.conv2d, 3: functional.conv3d}
_CONV_TRANSPOSE = {
    1: functional.conv_transpose1d,
    2: functional.conv_transpose2d,
    3: functional.conv_transpose3d,
}
_MAX_POOL = {1: functional.max_pool1d, 2: functional.max_pool2d, 3: functional.max_pool3d}
_AVERAGE_POOL = {1: functional.avg_pool1d, 2: functional.avg_pool2d, 3: functional.avg_pool3d}


def _channels_first(x: Tensor, data_format: str | None) -> Tensor:
    return x if data_format == "channels_first" else x.movedim(-1, 1)


def _restored(x: Tensor, data_format: str | None) -> Tensor:
    return x if data_format == "channels_first" else x.movedim(1, -1)


def _padded(
    x: Tensor,
    window: Extents,
    strides: Extents,
    spreads: Extents,
    padding: str,
    value: float = 0.0,
) -> Tensor:
    if padding == "valid":
        return x
    amounts: list[int] = []
    for size, reach, step, spread in zip(x.shape[2:], window, strides, spreads):
        # torch lists the last dimension first.
        amounts = [*same_margins(size, reach, step, spread), *amounts]
    return functional.pad(x, amounts, value=value) if any(amounts) else x


def points(x: Tensor, window: Extents, steps: Extents) -> tuple[Tensor, Extents]:
    """Return what a convolution goes over, and by which steps.

    On some processors torch's gradient of one with a window of one place and strides writes
    beyond its memory, where places at the end of an axis are skipped: so the places that count
    are taken first.

    Parameters
    ----------
    x : Tensor
        Padded, of shape `(batch, channels, *sizes)`.
    window, steps : tuple of int
        The kernel's sizes, and the strides.
    """
    if max(steps) == 1 or set(window) != {1}:
        return x, steps
    taken = (slice(None, None, step) for step in steps)
    return x[(slice(None), slice(None), *taken)], (1,) * len(steps)


def convolved(
    x: Tensor,
    kernel: Tensor,
    steps: Extents,
    padding: str,
    data_format: str | None,
    spreads: Extents,
) -> Tensor:
    """Return a convolution; fewer channels in the kernel than in the input make groups."""
    x, rank = _channels_first(x, data_format), len(steps)
    groups = x.shape[1] // kernel.shape[-2]
    x = _padded(x, kernel.shape[:-2], steps, spreads, padding)
    weights = kernel.permute(-1, -2, *range(rank))  # (filters, channels, *window)
    x, steps = points(x, kernel.shape[:-2], steps)
    out = CONVOLVE[rank](x, weights, stride=steps, dilation=spreads, groups=groups)
    return _restored(out, data_format)


def deconvolved(
    x: Tensor,
    kernel: Tensor,
    steps: Extents,
    padding: str,
    extra: Extents | None,
    data_format: str | None,
    spreads: Extents,
) -> Tensor:
    """Return a transposed convolution."""
    x, rank = _channels_first(x, data_format), len(steps)
    weights = kernel.permute(-1, -2, *range(rank))  # (channels, filters, *window)
    out = _CONV_TRANSPOSE[rank](x, weights, stride=steps, dilation=spreads)
    # The whole of what torch gives, cut to what Keras gives: torch's own paddings are symmetric.
    amounts: list[int] = []
    for size, reach, step, spread, more in zip(
        x.shape[2:], kernel.shape[:-2], steps, spreads, extra or [None] * rank
    ):
        amounts = [*(-cut for cut in crops(size, reach, step, spread, padding, more)), *amounts]
    out = functional.pad(out, amounts) if any(amounts) else out
    return _restored(out, data_format)


def pooled_max(
    x: Tensor, window: Extents, steps: Extents, padding: str, data_format: str | None
) -> Tensor:
    """Return the largest value of each window."""
    if not x.is_floating_point():
        # There is no kernel for whole numbers.
        return pooled_max(x.double(), window, steps, padding, data_format).to(x.dtype)
    x, rank = _channels_first(x, data_format), len(window)
    x = _padded(x, window, steps, (1,) * rank, padding, torch.finfo(x.dtype).min)
    return _restored(_MAX_POOL[rank](x, window, stride=steps), data_format)


def pooled_mean(
    x: Tensor, window: Extents, steps: Extents, padding: str, data_format: str | None
) -> Tensor:
    """Return the mean of each window; padding does not count."""
    x, rank = _channels_first(x, data_format), len(window)
    padded = _padded(x, window, steps, (1,) * rank, padding)
    out = _AVERAGE_POOL[rank](padded, window, stride=steps)
    if padded.shape != x.shape:
        ones = _padded(torch.ones_like(x[:1, :1]), window, steps, (1,) * rank, padding)
        out = out / _AVERAGE_POOL[rank](ones, window, stride=steps)
    return _restored(out, data_format)
