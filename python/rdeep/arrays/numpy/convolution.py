"""Convolutions and pools over one to three dimensions, as sums over windows."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np

from rdeep.arrays.numpy.types import Array
from rdeep.arrays.windows import crops, same_margins

Extents = tuple[int, ...]


def _last(x: Array, data_format: str | None) -> Array:
    return np.moveaxis(x, 1, -1) if data_format == "channels_first" else x


def _restored(x: Array, data_format: str | None) -> Array:
    return np.moveaxis(x, -1, 1) if data_format == "channels_first" else x


def _padded(
    x: Array, window: Extents, steps: Extents, spreads: Extents, padding: str, value: Any = 0.0
) -> Array:
    """Return an input, channels last, with what "same" puts around it."""
    if padding == "valid":
        return x
    margins = [same_margins(*each) for each in zip(x.shape[1:-1], window, steps, spreads)]
    return np.pad(x, ((0, 0), *margins, (0, 0)), constant_values=value)


def _counts(x: Array, window: Extents, steps: Extents, spreads: Extents) -> Extents:
    """Return how many windows there are along each dimension."""
    return tuple(
        (size - (reach - 1) * spread - 1) // step + 1
        for size, reach, step, spread in zip(x.shape[1:-1], window, steps, spreads)
    )


def _taps(
    x: Array, window: Extents, steps: Extents, spreads: Extents
) -> Iterator[tuple[Extents, Array]]:
    """Return for each place of a window what all windows see there."""
    counts = _counts(x, window, steps, spreads)
    for place in itertools.product(*map(range, window)):
        cuts = (
            slice(at * spread, at * spread + (count - 1) * step + 1, step)
            for at, spread, count, step in zip(place, spreads, counts, steps)
        )
        yield place, x[(slice(None), *cuts)]


def convolved(
    x: Array,
    kernel: Array,
    steps: Extents,
    padding: str,
    data_format: str | None,
    spreads: Extents,
) -> Array:
    """Return a convolution; fewer channels in the kernel than in the input make groups."""
    *window, channels, _ = kernel.shape
    x = _padded(_last(x, data_format), tuple(window), steps, spreads, padding)
    groups = x.shape[-1] // channels
    if channels == 1 and groups > 1:
        out = _by_channel(x, kernel, steps, spreads)
    elif groups > 1:
        pairs = zip(np.split(x, groups, -1), np.split(kernel, groups, -1))
        out = np.concatenate([_dense(*pair, steps, spreads) for pair in pairs], -1)
    else:
        out = _dense(x, kernel, steps, spreads)
    return _restored(out, data_format)


def _dense(x: Array, kernel: Array, steps: Extents, spreads: Extents) -> Array:
    """Return a convolution as one product of matrices: windows by filters."""
    *window, channels, filters = kernel.shape
    counts = _counts(x, tuple(window), steps, spreads)
    columns = np.empty((x.shape[0], *counts, *window, channels), x.dtype)
    rank = len(window)
    for place, seen in _taps(x, tuple(window), steps, spreads):
        columns[(slice(None),) * (rank + 1) + place] = seen
    flat = columns.reshape(-1, int(np.prod(window)) * channels)
    return (flat @ kernel.reshape(-1, filters)).reshape(x.shape[0], *counts, filters)


def _by_channel(x: Array, kernel: Array, steps: Extents, spreads: Extents) -> Array:
    """Return a convolution of each channel by itself."""
    *window, _, filters = kernel.shape
    channels = x.shape[-1]
    shares = kernel.reshape(*window, channels, filters // channels)
    total: Any = 0
    for place, seen in _taps(x, tuple(window), steps, spreads):
        total = total + seen[..., None] * shares[place]
    return total.reshape(*total.shape[:-2], filters)


def deconvolved(
    x: Array,
    kernel: Array,
    steps: Extents,
    padding: str,
    extra: Extents | None,
    data_format: str | None,
    spreads: Extents,
) -> Array:
    """Return a transposed convolution: each value of the input puts a kernel down."""
    x = _last(x, data_format)
    *window, filters, _ = kernel.shape
    sizes = x.shape[1:-1]
    whole = tuple(
        (size - 1) * step + (reach - 1) * spread + 1
        for size, reach, step, spread in zip(sizes, window, steps, spreads)
    )
    full = np.zeros((x.shape[0], *whole, filters), x.dtype)
    # What all windows see at a place is where the input puts that place of the kernel.
    for place, target in _taps(full, tuple(window), steps, spreads):
        target += x @ kernel[place].T
    given = extra or (None,) * len(sizes)
    cuts = [
        crops(*each[:4], padding, each[4]) for each in zip(sizes, window, steps, spreads, given)
    ]
    grown = [(max(-before, 0), max(-after, 0)) for before, after in cuts]
    full = np.pad(full, ((0, 0), *grown, (0, 0)))
    kept = tuple(
        slice(max(before, 0), size - max(after, 0))
        for (before, after), size in zip(cuts, full.shape[1:-1])
    )
    return _restored(full[(slice(None), *kept)], data_format)


def pooled_max(
    x: Array, window: Extents, steps: Extents, padding: str, data_format: str | None
) -> Array:
    """Return the largest value of each window."""
    lowest = np.finfo(x.dtype).min if x.dtype.kind == "f" else np.iinfo(x.dtype).min
    once = (1,) * len(window)
    x = _padded(_last(x, data_format), window, steps, once, padding, lowest)
    out: Any = None
    for _, seen in _taps(x, window, steps, once):
        out = seen if out is None else np.maximum(out, seen)
    return _restored(out, data_format)


def pooled_mean(
    x: Array, window: Extents, steps: Extents, padding: str, data_format: str | None
) -> Array:
    """Return the mean of each window; padding does not count."""
    x, once = _last(x, data_format), (1,) * len(window)
    ones = _padded(np.ones_like(x[:1, ..., :1]), window, steps, once, padding)
    total, count = (
        sum(seen for _, seen in _taps(each, window, steps, once))
        for each in (_padded(x, window, steps, once, padding), ones)
    )
    return _restored(total / count, data_format)
