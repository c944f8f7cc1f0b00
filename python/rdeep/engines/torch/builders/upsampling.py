"""Builder of the upsampling of images, which torch has kernels for."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from rdeep.catalogue import layers
from rdeep.engines.torch.builders.base import BuildContext, Built, builds
from rdeep.engines.torch.builders.convolution import AxisSwap


class _Repeated(nn.Module):
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


class _Bilinear(AxisSwap):
    """Interpolates linearly, with torch's kernel."""

    def __init__(self, record: layers.UpSampling2D) -> None:
        super().__init__()
        self.size = record.size
        self.turn(record)

    def forward(self, x: Tensor) -> Tensor:
        x = self.turned(x)
        target = (x.shape[2] * self.size[0], x.shape[3] * self.size[1])
        return self.returned(
            functional.interpolate(x, target, mode="bilinear", align_corners=False)
        )


class _Filtered(AxisSwap):
    """Interpolates with a product for each dimension.

    torch has no kernel for Lanczos's windows, and its cubic is not that of TensorFlow, which
    rounds places.
    """

    def __init__(self, record: layers.UpSampling2D, site: BuildContext) -> None:
        super().__init__()
        self.size, self.mode = record.size, record.interpolation
        self.turn(record)
        for name, size, times in zip(("rows", "columns"), record.sizes(site.shapes[0]), self.size):
            known = None if size is None else _weights(size, times, self.mode)
            self.register_buffer(name, known, persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        x = self.turned(x)
        rows = self._along(self.rows, x, 0)
        return self.returned(rows @ x @ self._along(self.columns, x, 1).mT)

    def _along(self, known: Tensor | None, x: Tensor, axis: int) -> Tensor:
        size = x.shape[2 + axis]
        # A layer that is used again may see another size.
        if known is not None and known.shape[1] == size:
            return known.to(x.dtype)
        return _weights(size, self.size[axis], self.mode).to(x)


def _weights(size: int, times: int, mode: str) -> Tensor:
    """Return the weights of the values (columns) in each interpolated one (rows)."""
    places = (np.arange(size * times) + 0.5) / times - 0.5
    if mode == "bicubic":
        # TensorFlow looks the weights up in a table of this many places between two values.
        places = np.round(places * 1024) / 1024
    distance = np.abs(places[:, None] - np.arange(size))
    weights = _cubic(distance) if mode == "bicubic" else _lanczos(distance, int(mode[-1]))
    # What lies outside counts nothing, and what is left of a window is all of it.
    return torch.from_numpy((weights / weights.sum(1, keepdims=True)).astype(np.float32))


def _cubic(x: np.ndarray) -> np.ndarray:
    """Return the weights at some distances (Keys, 1981, with a = -0.5)."""
    near = (1.5 * x - 2.5) * x * x + 1
    far = ((-0.5 * x + 2.5) * x - 4) * x + 2
    return np.where(x < 1, near, np.where(x < 2, far, 0.0))


def _lanczos(x: np.ndarray, radius: int) -> np.ndarray:
    """Return the weights at some distances (Duchon, 1979)."""
    return np.sinc(x) * np.sinc(x / radius) * (x < radius)


@builds(layers.UpSampling2D)
def upsampling(record: layers.UpSampling2D, site: BuildContext) -> Built:
    """Build the upsampling of images."""
    if record.interpolation == "nearest":
        return Built(_Repeated(record))
    if record.interpolation == "bilinear":
        return Built(_Bilinear(record))
    return Built(_Filtered(record, site))
