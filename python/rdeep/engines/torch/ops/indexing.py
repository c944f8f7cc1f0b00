"""Values at positions."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from rdeep.engines.torch.ops.promotion import tensor, whole


def take(x: Any, indices: Any, axis: int | None = None) -> Tensor:
    """Return the values at positions along an axis, or among all values."""
    x = tensor(x, indices)
    if axis is None:
        x, axis = x.reshape(-1), 0
    axis = axis % x.dim()
    positions = _positions(indices, x, axis)
    if axis == x.dim() - 1 > 0 and not x.requires_grad:
        # A selection along the last axis takes several times as long.
        each = positions.reshape(-1).expand(*x.shape[:-1], -1)
        return x.gather(axis, each).reshape([*x.shape[:axis], *positions.shape])
    found = x.index_select(axis, positions.reshape(-1))
    return found.reshape([*x.shape[:axis], *positions.shape, *x.shape[axis + 1 :]])


def take_along_axis(x: Any, indices: Any, axis: int | None = None) -> Tensor:
    """Return the values at positions that are given for each place by itself."""
    x = tensor(x, indices)
    if axis is None:
        x, axis = x.reshape(-1), 0
    axis = axis % x.dim()
    positions = _positions(indices, x, axis)
    if positions.dim() != x.dim():
        raise ValueError(f"positions have {positions.dim()} axes, the tensor has {x.dim()}.")
    shape = [1 if dim == axis else size for dim, size in enumerate(x.shape)]
    places = [1 if dim == axis else size for dim, size in enumerate(positions.shape)]
    common = list(torch.broadcast_shapes(shape, places))
    common[axis] = x.shape[axis]
    x = x.expand(common)
    common[axis] = positions.shape[axis]
    return x.gather(axis, positions.expand(common))


def get_item(x: Any, key: Any) -> Tensor:
    """Return `x[key]`."""
    x = tensor(x)
    keys = list(key) if isinstance(key, tuple) else [key]
    # Torch knows no slices that go backwards: those axes are turned over first.
    axis, turned = 0, []
    for place, each in enumerate(keys):
        if each is Ellipsis:
            axis = x.dim() - sum(_consumed(other) for other in keys[place + 1 :])
            continue
        if isinstance(each, slice) and each.step is not None and each.step < 0:
            keys[place] = _turned(each, x.shape[axis])
            turned.append(axis)
        elif not isinstance(each, (slice, Tensor, bool, int, type(None))):
            keys[place] = torch.as_tensor(np.array(each), device=x.device)
        if isinstance(keys[place], Tensor) and keys[place].dtype == torch.int32:
            keys[place] = keys[place].long()
        axis += _consumed(keys[place])
    return (torch.flip(x, turned) if turned else x)[tuple(keys)]


def _consumed(key: Any) -> int:
    """Return how many axes a key stands for."""
    if key is None or key is Ellipsis or isinstance(key, bool):
        return 0
    return key.dim() if isinstance(key, Tensor) and key.dtype == torch.bool else 1


def _turned(key: slice, size: int) -> slice:
    """Return the slice, among values in the opposite order, that goes forwards."""
    start, stop, step = key.indices(size)
    return slice(size - 1 - start, size - 1 - stop, -step)


def _positions(indices: Any, x: Tensor, axis: int) -> Tensor:
    positions = tensor(indices, x)
    if not whole(positions):
        raise ValueError("positions must be whole numbers.")
    positions = positions.long()
    return torch.where(positions < 0, positions + x.shape[axis], positions)
