"""Other shapes and orders of the same values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from rdeep.engines.torch.ops.promotion import alike, dtype_named, pair, tensor
from rdeep.engines.torch.ops.reductions import Axis, axes_of
from rdeep.engines.torch.ops.reductions import sum as _sum


def size(x: Any) -> int:
    """Return how many values there are."""
    return tensor(x).numel()


def ndim(x: Any) -> int:
    """Return how many axes there are."""
    return tensor(x).dim()


def sizes_of(shape: Any) -> list[int]:
    """Return a shape of numbers and tensors of one number as whole numbers.

    Parameters
    ----------
    shape : int, tuple or Tensor
        The shape.
    """
    return [int(shape)] if isinstance(shape, int) else [int(each) for each in shape]


# Shapes -----------------------------------------------------------------------------------------


def reshape(x: Any, newshape: Any) -> Tensor:
    """Return the values, row by row, in another shape."""
    return torch.reshape(tensor(x), sizes_of(newshape))


def ravel(x: Any) -> Tensor:
    """Return all values in a row."""
    return torch.reshape(tensor(x), (-1,))


def broadcast_to(x: Any, shape: Any) -> Tensor:
    """Return the values stretched to a shape."""
    return torch.broadcast_to(tensor(x), sizes_of(shape))


def expand_dims(x: Any, axis: int | Sequence[int]) -> Tensor:
    """Return a tensor with further axes of size 1."""
    x = tensor(x)
    given = (axis,) if isinstance(axis, int) else tuple(axis)
    rank = x.dim() + len(given)
    for each in sorted(each % rank if -rank <= each < rank else each for each in given):
        x = x.unsqueeze(each)
    return x


def squeeze(x: Any, axis: Axis = None) -> Tensor:
    """Return a tensor without axes of size 1."""
    x = tensor(x)
    if axis is None:
        return torch.squeeze(x)
    dims = axes_of(x, axis)
    for dim in dims:
        if x.shape[dim] != 1:
            raise ValueError(f"axis {dim} has the size {x.shape[dim]}, not 1.")
    return torch.squeeze(x, dims)


# Orders of axes ---------------------------------------------------------------------------------


def transpose(x: Any, axes: Axis = None) -> Tensor:
    """Return a tensor with its axes in another order."""
    x = tensor(x)
    return torch.permute(x, tuple(reversed(range(x.dim()))) if axes is None else axes_of(x, axes))


def swapaxes(x: Any, axis1: int, axis2: int) -> Tensor:
    """Return a tensor with two axes swapped."""
    return torch.swapaxes(tensor(x), axis1, axis2)


def moveaxis(x: Any, source: Any, destination: Any) -> Tensor:
    """Return a tensor with axes in other places."""
    return torch.movedim(tensor(x), source, destination)


def flip(x: Any, axis: Axis = None) -> Tensor:
    """Return the values in the opposite order."""
    x = tensor(x)
    return torch.flip(x, axes_of(x, axis))


def rot90(array: Any, k: int = 1, axes: Sequence[int] = (0, 1)) -> Tensor:
    """Return a tensor turned by quarters."""
    return torch.rot90(tensor(array), k, axes)


def roll(x: Any, shift: Any, axis: Any = None) -> Tensor:
    """Return the values moved on; what leaves at the end comes in at the start."""
    x = tensor(x)
    if axis is None:
        return torch.roll(x, shift if isinstance(shift, int) else tuple(shift))
    count = 1 if isinstance(axis, int) else len(axis)
    shifts = [shift] * count if isinstance(shift, int) else list(shift)
    return torch.roll(x, shifts, axes_of(x, axis))


# Joining and splitting --------------------------------------------------------------------------


def concatenate(xs: Sequence[Any], axis: int = 0) -> Tensor:
    """Return tensors joined along an axis."""
    return torch.cat(alike(xs), dim=axis)


def append(x1: Any, x2: Any, axis: int | None = None) -> Tensor:
    """Return two tensors joined along an axis, or in a row."""
    x1, x2 = pair(tensor(x1, x2), tensor(x2, x1))
    return torch.cat([ravel(x1), ravel(x2)]) if axis is None else torch.cat([x1, x2], dim=axis)


def stack(x: Sequence[Any], axis: int = 0) -> Tensor:
    """Return tensors joined along a new axis."""
    return torch.stack(alike(x), dim=axis)


def hstack(xs: Sequence[Any]) -> Tensor:
    """Return tensors joined side by side."""
    return torch.hstack(alike(xs))


def vstack(xs: Sequence[Any]) -> Tensor:
    """Return tensors joined one below the other."""
    return torch.vstack(alike(xs))


def split(x: Any, indices_or_sections: int | Sequence[int], axis: int = 0) -> list[Tensor]:
    """Return the parts of a tensor along an axis."""
    x = tensor(x)
    if isinstance(indices_or_sections, int):
        if x.shape[axis] % indices_or_sections:
            raise ValueError(
                f"axis {axis} of size {x.shape[axis]} has no {indices_or_sections} equal parts."
            )
        return list(torch.chunk(x, indices_or_sections, dim=axis))
    return list(torch.tensor_split(x, sizes_of(indices_or_sections), dim=axis))


def repeat(x: Any, repeats: int | Sequence[int], axis: int | None = None) -> Tensor:
    """Return each value several times."""
    x = tensor(x)
    if axis is None:
        x, axis = x.reshape(-1), 0
    if isinstance(repeats, int):
        return torch.repeat_interleave(x, repeats, dim=axis)
    counts = sizes_of(repeats)
    if len(counts) == 1:
        return torch.repeat_interleave(x, counts[0], dim=axis)
    positions = [place for place, count in enumerate(counts) for _ in range(count)]
    if len(counts) != x.shape[axis]:
        raise ValueError(f"there are {len(counts)} repeats for {x.shape[axis]} values.")
    return x.index_select(axis, torch.tensor(positions, dtype=torch.int64, device=x.device))


def tile(x: Any, repeats: int | Sequence[int]) -> Tensor:
    """Return the whole tensor several times."""
    return torch.tile(tensor(x), sizes_of(repeats))


def pad(x: Any, pad_width: Any, mode: str = "constant", constant_values: Any = None) -> Tensor:
    """Return a tensor with more around it."""
    x = tensor(x)
    if constant_values is not None and mode != "constant":
        raise ValueError(f"'constant_values' mean nothing where the mode is {mode!r}.")
    for dim, (before, after) in enumerate(_pad_pairs(pad_width, x.dim())):
        if not before and not after:
            continue
        if mode != "constant":
            x = _mirrored(x, dim, before, after, mode == "reflect")
            continue
        value = 0 if constant_values is None else constant_values
        sides = [
            x.new_full([*x.shape[:dim], n, *x.shape[dim + 1 :]], value) for n in (before, after)
        ]
        x = torch.cat([sides[0], x, sides[1]], dim=dim)
    return x


def _pad_pairs(pad_width: Any, rank: int) -> list[tuple[int, int]]:
    if isinstance(pad_width, int):
        return [(pad_width, pad_width)] * rank
    widths = list(pad_width)
    if all(isinstance(width, int) for width in widths):
        return [(widths[0], widths[1])] * rank
    if len(widths) == 1:
        widths = widths * rank
    if len(widths) != rank:
        raise ValueError(f"there are {len(widths)} pairs of widths for {rank} axes.")
    return [(int(before), int(after)) for before, after in widths]


def _mirrored(x: Tensor, dim: int, before: int, after: int, reflect: bool) -> Tensor:
    """Return a tensor with mirrors on its last values along an axis, or just beyond them."""
    size, skip = x.shape[dim], int(reflect)
    if before > size - skip or after > size - skip:
        raise ValueError(f"axis {dim} of size {size} is too short to mirror that much of it.")
    start = x.narrow(dim, skip, before).flip(dim)
    end = x.narrow(dim, size - skip - after, after).flip(dim)
    return torch.cat([start, x, end], dim=dim)


# Diagonals and triangles ------------------------------------------------------------------------


def diag(x: Any, k: int = 0) -> Tensor:
    """Return the diagonal of a matrix, or the matrix of a diagonal."""
    x = tensor(x)
    if x.dim() not in (1, 2):
        raise ValueError(f"'x' must have 1 or 2 axes, not {x.dim()}.")
    return torch.diag_embed(x, k) if x.dim() == 1 else torch.diagonal(x, k)


def diagflat(x: Any, k: int = 0) -> Tensor:
    """Return the matrix with all values on its diagonal."""
    return torch.diag_embed(ravel(x), k)


def diagonal(x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Tensor:
    """Return the diagonals of matrices."""
    return torch.diagonal(tensor(x), offset, axis1, axis2)


def trace(x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Tensor:
    """Return the sum of the diagonal."""
    return _sum(diagonal(x, offset, axis1, axis2), -1)


def tril(x: Any, k: int = 0) -> Tensor:
    """Return a matrix with zeros above a diagonal."""
    return torch.tril(tensor(x), k)


def triu(x: Any, k: int = 0) -> Tensor:
    """Return a matrix with zeros below a diagonal."""
    return torch.triu(tensor(x), k)


def meshgrid(*x: Any, indexing: str = "xy") -> list[Tensor]:
    """Return the coordinates of a grid."""
    return list(torch.meshgrid(*[ravel(each) for each in x], indexing=indexing))


def view(x: Any, dtype: Any = None) -> Tensor:
    """Return the bytes of a tensor, read as another type."""
    x = tensor(x)
    return x if dtype is None else x.detach().contiguous().view(dtype_named(dtype))
