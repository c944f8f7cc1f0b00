"""Weights between Keras's layout, which is the neutral one, and torch's parameters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor


def _one(x: Tensor) -> list[Tensor]:
    return [x]


def _first(xs: Sequence[Tensor]) -> Tensor:
    return xs[0]


@dataclass
class WeightMap:
    """A weight of the model and the torch tensors that hold it.

    Attributes
    ----------
    tensors : list of Tensor
        The parameters or buffers.
    unpack : callable
        Turns a tensor in Keras's layout into one for each of `tensors`.
    pack : callable
        The inverse.
    """

    tensors: list[Tensor]
    unpack: Callable[[Tensor], list[Tensor]] = _one
    pack: Callable[[Sequence[Tensor]], Tensor] = _first

    def write(self, value: np.ndarray, into: Sequence[Tensor] | None = None) -> None:
        """Copy an array in Keras's layout into the tensors, or into others shaped as they are."""
        source = torch.from_numpy(np.asarray(value, dtype=np.float32, order="C"))
        with torch.no_grad():
            for tensor, part in zip(into or self.tensors, self.unpack(source)):
                tensor.copy_(part)

    def read(self, of: Sequence[Tensor] | None = None) -> np.ndarray:
        """Return the tensors, or others shaped as they are, as one array in Keras's layout."""
        parts = [tensor.detach() for tensor in (of or self.tensors)]
        return self.pack(parts).cpu().contiguous().numpy().copy()


def transposed(tensor: Tensor) -> WeightMap:
    """Return the map of a matrix that torch holds transposed."""
    return WeightMap([tensor], lambda x: [x.T], lambda xs: xs[0].T)


def permuted(tensor: Tensor, order: tuple[int, ...]) -> WeightMap:
    """Return the map of an array whose axes torch holds in another order."""
    back = tuple(int(i) for i in np.argsort(order))
    return WeightMap([tensor], lambda x: [x.permute(order)], lambda xs: xs[0].permute(back))
