"""Weights between Keras's layout, which is the neutral one, and torch's parameters."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn


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

    @property
    def is_plain(self) -> bool:
        """Whether one tensor holds the weight as Keras lays it out."""
        return self.pack is _first

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

    def is_laid_out_as(self, other: WeightMap, shape: Sequence[int]) -> bool:
        """Return whether tensors hold a weight of a shape in the same way as others do."""
        if [_kind(t) for t in self.tensors] != [_kind(t) for t in other.tensors]:
            return False
        probe = torch.arange(math.prod(shape)).reshape(tuple(shape))
        return all(torch.equal(a, b) for a, b in zip(self.unpack(probe), other.unpack(probe)))


def _kind(tensor: Tensor) -> tuple[Any, ...]:
    return tensor.shape, tensor.dtype, isinstance(tensor, nn.Parameter)


def replace(modules: Iterable[nn.Module], places: Mapping[int, Tensor]) -> None:
    """Put tensors in the place of modules' own, within them and in what they know of their weights.

    Parameters
    ----------
    modules : iterable of torch.nn.Module
        The modules.
    places : mapping of int to Tensor
        The new tensors, by the identity of the old ones.
    """
    if not places:
        return
    for module in {each for one in modules for each in one.modules()}:
        for held in (module._parameters, module._buffers):
            for name, tensor in list(held.items()):
                if id(tensor) in places:
                    # Not into the dictionary: loops of recurrent layers keep a list as well.
                    setattr(module, name, places[id(tensor)])
        built = getattr(module, "built", None)
        known = getattr(module, "maps", None) or getattr(built, "weights", None)
        read = [getattr(module, "held", None)]
        for weight_map in [*(known.values() if isinstance(known, dict) else ()), *read]:
            if isinstance(weight_map, WeightMap):
                weight_map.tensors = [places.get(id(t), t) for t in weight_map.tensors]


def tie(modules: Iterable[nn.Module], maps: dict[str, WeightMap], twins: Mapping[str, str]) -> None:
    """Have weights that are one be one tensor, and leave out their further names.

    Parameters
    ----------
    modules : iterable of torch.nn.Module
        The modules.
    maps : dict of str to WeightMap
        All weights by name; further names are taken out.
    twins : mapping of str to str
        Further names of weights, each with the name that the weight goes by.
    """
    places: dict[int, Tensor] = {}
    for twin, name in twins.items():
        own, held = maps.pop(twin), maps[name]
        places.update({id(old): new for old, new in zip(own.tensors, held.tensors)})
        # Where it is only read, torch may lay it out otherwise than Keras.
        own.tensors, own.pack, own.unpack = held.tensors, held.pack, held.unpack
    replace(modules, places)


def transposed(tensor: Tensor) -> WeightMap:
    """Return the map of a matrix that torch holds transposed."""
    return WeightMap([tensor], lambda x: [x.T], lambda xs: xs[0].T)


def permuted(tensor: Tensor, order: tuple[int, ...]) -> WeightMap:
    """Return the map of an array whose axes torch holds in another order."""
    back = tuple(int(i) for i in np.argsort(order))
    return WeightMap([tensor], lambda x: [x.permute(order)], lambda xs: xs[0].permute(back))
