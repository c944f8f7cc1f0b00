"""Builder of the upsampling of images, which torch has kernels for."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from rdeep.backends.torch.builders.base import Built, Site, builds
from rdeep.backends.torch.builders.convolution import Turning
from rdeep.catalogue import layers


class _Repeated(Turning):
    """Repeats rows and columns."""

    def __init__(self, record: layers.UpSampling2D) -> None:
        super().__init__()
        self.size = record.size
        self.first = 2 if record.channels_first else 1

    def forward(self, x: Tensor) -> Tensor:
        down, across = self.size
        before, (height, width), after = (
            x.shape[: self.first],
            x.shape[self.first : self.first + 2],
            x.shape[self.first + 2 :],
        )
        # One copy of a view in which every pixel is repeated, whose gradient is one sum.
        repeated = x.unsqueeze(self.first + 1).unsqueeze(self.first + 3)
        repeated = repeated.expand(*before, height, down, width, across, *after)
        return repeated.reshape(*before, height * down, width * across, *after)


class _Interpolated(Turning):
    """Interpolates with torch's kernels."""

    def __init__(self, record: layers.UpSampling2D) -> None:
        super().__init__()
        self.size, self.mode = record.size, record.interpolation
        self.turn(record)

    def forward(self, x: Tensor) -> Tensor:
        x = self.turned(x)
        target = (x.shape[2] * self.size[0], x.shape[3] * self.size[1])
        # Enlarging needs no antialiasing; it is what gives Keras's cubic at the edges and inside.
        smooth = self.mode == "bicubic"
        return self.returned(
            functional.interpolate(x, target, mode=self.mode, align_corners=False, antialias=smooth)
        )


class _Lanczos(Turning):
    """Interpolates with a product for each dimension: torch has no kernel for it."""

    def __init__(self, record: layers.UpSampling2D) -> None:
        super().__init__()
        self.size, self.radius = record.size, int(record.interpolation.removeprefix("lanczos"))
        self.turn(record)

    def forward(self, x: Tensor) -> Tensor:
        x = self.turned(x)
        rows = _lanczos(x.shape[2], self.size[0], self.radius).to(x)
        columns = _lanczos(x.shape[3], self.size[1], self.radius).to(x)
        return self.returned(rows @ x @ columns.mT)


@lru_cache(maxsize=64)
def _lanczos(size: int, times: int, radius: int) -> Tensor:
    """Return the weights of the values (columns) in each interpolated one (rows)."""
    places = (torch.arange(size * times, dtype=torch.float64) + 0.5) / times - 0.5
    distance = places[:, None] - torch.arange(size, dtype=torch.float64)
    weights = torch.sinc(distance) * torch.sinc(distance / radius) * (distance.abs() < radius)
    return (weights / weights.sum(1, keepdim=True)).float()


@builds(layers.UpSampling2D)
def upsampling(record: layers.UpSampling2D, site: Site) -> Built:
    """Build the upsampling of images."""
    kinds: dict[str, Any] = {"nearest": _Repeated, "lanczos3": _Lanczos, "lanczos5": _Lanczos}
    return Built(kinds.get(record.interpolation, _Interpolated)(record))
