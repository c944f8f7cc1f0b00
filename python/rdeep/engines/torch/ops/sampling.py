"""Reading images between their pixels, and beyond their borders."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from rdeep.engines.torch.ops.arguments import floating


def grid(images: Tensor, kind: torch.dtype) -> tuple[Tensor, Tensor]:
    """Return the row and the column of each pixel, of shapes that stretch to each other.

    Parameters
    ----------
    images : Tensor
        Of shape `(batch, height, width, channels)`.
    kind : torch.dtype
        The type.
    """
    rows = torch.arange(images.shape[1], dtype=kind, device=images.device)
    columns = torch.arange(images.shape[2], dtype=kind, device=images.device)
    return rows[:, None], columns[None, :]


def sample(
    values: Tensor,
    where: Sequence[Tensor],
    order: int,
    fill_mode: str,
    fill_value: float,
    images: bool = False,
) -> Tensor:
    """Return values at coordinates; borders are extended as `scipy.ndimage` does.

    Parameters
    ----------
    values : Tensor
        What to read.
    where : sequence of Tensor
        A coordinate for each dimension; for images the row and the column, for each image.
    order : int
        0 for the nearest value, 1 for a linear interpolation.
    fill_mode : str
        What lies beyond a border.
    fill_value : float
        The value there, if `fill_mode` is `"constant"`.
    images : bool
        Whether `values` is a batch of images with channels last.
    """
    extents = values.shape[1:3] if images else values.shape
    nodes = [_nodes(floating(each), size, order, fill_mode) for each, size in zip(where, extents)]
    lead: list[Any] = []
    if images:
        lead = [torch.arange(values.shape[0], device=values.device)[:, None, None]]
    total: Any = 0
    for corner in itertools.product(*nodes):
        found = floating(values[(*lead, *(index for index, _, _ in corner))])
        inside = _all([valid for _, valid, _ in corner])
        share = math.prod(
            (weight for _, _, weight in corner), start=torch.ones((), device=values.device)
        )
        if images:
            inside = None if inside is None else inside[..., None]
            share = share[..., None]
        if inside is not None:
            found = torch.where(inside, found, float(fill_value))
        total = total + share.to(found.dtype) * found
    if not values.is_floating_point():
        total = torch.round(total)
    return total.to(values.dtype)


def _all(flags: list[Any]) -> Any:
    known = [flag for flag in flags if flag is not None]
    out = known[0] if known else None
    for flag in known[1:]:
        out = out & flag
    return out


def _nodes(x: Tensor, size: int, order: int, fill_mode: str) -> list[tuple[Tensor, Any, Tensor]]:
    """Return the elements next to coordinates: position, whether it exists, and its weight."""
    if order == 0:
        nearest = torch.round(x)
        pairs = [(nearest.long(), torch.ones_like(x))]
    else:
        low = torch.floor(x)
        pairs = [(low.long(), 1 - (x - low)), (low.long() + 1, x - low)]
    return [(_inside(i, size, fill_mode), _exists(i, size, fill_mode), w) for i, w in pairs]


def _exists(index: Tensor, size: int, fill_mode: str) -> Tensor | None:
    return (index >= 0) & (index < size) if fill_mode == "constant" else None


def _inside(index: Tensor, size: int, fill_mode: str) -> Tensor:
    if fill_mode in ("constant", "nearest"):
        return index.clamp(0, size - 1)
    if fill_mode == "wrap":
        return torch.remainder(index, size)
    if fill_mode == "mirror":
        return _mirrored(index, size)
    return torch.div(_mirrored(2 * index + 1, 2 * size + 1) - 1, 2, rounding_mode="floor")


def _mirrored(index: Tensor, size: int) -> Tensor:
    turn = max(size - 1, 1)
    return torch.abs(torch.remainder(index + turn, 2 * turn) - turn) % size


def project(
    images: Tensor, matrices: Tensor, interpolation: str, fill_mode: str, fill_value: float
) -> Tensor:
    """Return images read through projective maps, as TensorFlow's kernel does.

    Parameters
    ----------
    images : Tensor
        Of shape `(batch, height, width, channels)`.
    matrices : Tensor
        The first eight entries of each map's matrix, or of one for all.
    interpolation, fill_mode : str
        How to read between pixels and beyond borders.
    fill_value : float
        What is read there, if `fill_mode` is `"constant"`.
    """
    kind = torch.float64 if images.dtype == torch.float64 else torch.float32
    rows, columns = grid(images, kind)
    a = [each[:, None, None] for each in matrices.to(kind).unbind(-1)]
    depth = a[6] * columns + a[7] * rows + 1.0
    beyond = depth == 0
    depth = torch.where(beyond, 1.0, depth)
    x = (a[0] * columns + a[1] * rows + a[2]) / depth
    y = (a[3] * columns + a[4] * rows + a[5]) / depth
    x = _mapped(torch.where(beyond, -2.0, x), images.shape[2], fill_mode)
    y = _mapped(torch.where(beyond, -2.0, y), images.shape[1], fill_mode)
    shape = (images.shape[0], *images.shape[1:3])
    if interpolation == "nearest":
        # Halves go away from zero.
        x, y = (torch.sign(each) * torch.floor(torch.abs(each) + 0.5) for each in (x, y))
    where = [y.expand(shape), x.expand(shape)]
    order = int(interpolation == "bilinear")
    out = sample(floating(images), where, order, "constant", fill_value, images=True)
    out = torch.where(beyond[..., None], float(fill_value), out)
    return out.to(images.dtype)


def _mapped(x: Tensor, size: int, fill_mode: str) -> Tensor:
    """Return coordinates moved inside: `MapCoordinate` in TensorFlow's `image_ops.h`."""
    if fill_mode == "constant":
        return x
    if fill_mode == "nearest" or size <= 1:
        return x.clamp(0, size - 1)
    if fill_mode == "wrap":
        turn = size - 1
        low = x + size * (torch.trunc(-x / turn) + 1)
        high = x - size * torch.trunc(x / turn)
    else:
        turn = 2 * size
        low = torch.where(x < turn, turn * torch.trunc(-x / turn) + x, x)
        low = torch.where(low < -size, low + turn, -low - 1)
        high = x - turn * torch.trunc(x / turn)
        high = torch.where(high >= size, turn - high - 1, high)
    moved = torch.where(x < 0, low, torch.where(x > size - 1, high, x))
    return moved.clamp(0, size - 1)


def homography(start: Tensor, end: Tensor) -> Tensor:
    """Return the projective maps that take four points to four others.

    Parameters
    ----------
    start, end : Tensor
        Of shape `(batch, 4, 2)`: x and y of the points in the image and in what comes out.

    Returns
    -------
    Tensor
        The first eight entries of each matrix; it reads what comes out from the image.
    """
    x, y = end.unbind(-1)
    u, v = start.unbind(-1)
    one, none = torch.ones_like(x), torch.zeros_like(x)
    first = torch.stack([x, y, one, none, none, none, -u * x, -u * y], -1)
    second = torch.stack([none, none, none, x, y, one, -v * x, -v * y], -1)
    system = torch.stack([first, second], 2).flatten(1, 2)
    return torch.linalg.solve(system, torch.stack([u, v], -1).flatten(1))
