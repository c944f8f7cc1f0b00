"""Images between their pixels."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from rdeep.engines.torch.ops.arguments import floating


def bilinear(x: Tensor, target: tuple[int, ...]) -> Tensor:
    """Return images of another size, channels last."""
    first = floating(x).permute(0, 3, 1, 2)  # (batch, channels, height, width)
    return functional.interpolate(first, target, mode="bilinear").permute(0, 2, 3, 1)


def gathered(x: Tensor, positions: list[Tensor], batch: bool) -> Tensor:
    """Return the values at a position along each axis, in a batch each sample's own."""
    index = [each.long() for each in positions]
    if batch:
        index.insert(0, torch.arange(x.shape[0], device=x.device)[:, None, None])
    return x[tuple(index)]


_PADDINGS = {"reflect": "reflection", "nearest": "border", "constant": "zeros"}
"""What torch calls a border's extension, by the name that it has in Keras."""


def bilinear_pixels(images: Tensor, rows: Tensor, columns: Tensor, fill_mode: str) -> Tensor:
    """Return images, channels last, read between their pixels."""
    height, width = images.shape[1:3]
    # The kernel counts from -1 to 1, from the outer edges of the pixels.
    places = [(2 * columns + 1) / width - 1, (2 * rows + 1) / height - 1]
    grid = torch.stack(places, dim=-1)
    first = images.to(grid.dtype).permute(0, 3, 1, 2)  # (batch, channels, height, width)
    out = functional.grid_sample(
        first, grid, padding_mode=_PADDINGS[fill_mode], align_corners=False
    )
    return out.permute(0, 2, 3, 1)


def all_affine(matrices: Tensor) -> bool:
    """Return whether it is known, and can be used, that projective maps divide by nothing."""
    # Elsewhere than on a CPU, looking would wait for the device.
    fixed = matrices.device.type == "cpu" and not matrices.requires_grad
    if not fixed or torch.compiler.is_compiling():
        return False
    return not bool(matrices[:, 6:].any())
