"""What shapes and types an operation gives, found without computing it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

from rdeep.arrays.keys import as_key
from rdeep.errors import RdeepError

Specs = list[tuple[tuple[int | None, ...], str]]


def result_specs(
    compute: Callable[[list[Any]], Any],
    shapes: Sequence[tuple[int, ...]],
    dtypes: Sequence[str],
    numbers: Sequence[int | None],
) -> tuple[Specs, bool]:
    """Return the shapes and types of an operation's results, and whether they are several.

    Parameters
    ----------
    compute : function
        The operation, for a list of tensors.
    shapes, dtypes : sequence
        What the tensors are like.
    numbers : sequence of int or None
        For a tensor that is a size, that size.
    """

    def specs_of(device: str, made: Callable[..., torch.Tensor]) -> tuple[Specs, bool]:
        found = compute(
            [
                made(shape, dtype=getattr(torch, dtype), device=device) if n is None else n
                for shape, dtype, n in zip(shapes, dtypes, numbers)
            ]
        )
        several = isinstance(found, (list, tuple))
        return [_spec(each) for each in (found if several else [found])], several

    with torch.no_grad():
        try:
            return specs_of("meta", torch.zeros)
        except (NotImplementedError, RuntimeError, RdeepError):
            # Some operations look at values, or compute with other tensors.
            found, several = specs_of("cpu", torch.zeros)
            for made in (torch.ones, _rising):
                try:
                    others, _ = specs_of("cpu", made)
                except (RuntimeError, IndexError, RdeepError):
                    continue
                found = [_common(*pair) for pair in zip(found, others)]
    return found, several


def _rising(shape: tuple[int, ...], dtype: torch.dtype, device: str) -> torch.Tensor:
    """Return values that are all different."""
    return torch.arange(math.prod(shape), device=device).reshape(shape).to(dtype)


def _common(one: tuple[Any, str], other: tuple[Any, str]) -> tuple[tuple[Any, ...], str]:
    """Return a shape in which the sizes are open that depend on what values are."""
    if len(one[0]) != len(other[0]):
        return one
    return tuple(a if a == b else None for a, b in zip(one[0], other[0])), one[1]


def _spec(x: Any) -> tuple[tuple[int, ...], str]:
    if not isinstance(x, torch.Tensor):
        x = torch.as_tensor(x)
        return tuple(x.shape), "int32" if x.dtype == torch.int64 else str(x.dtype)[6:]
    return tuple(x.shape), str(x.dtype).removeprefix("torch.")


def extent(x: torch.Tensor, axis: int) -> int:
    """Return a tensor's size along an axis."""
    return x.shape[axis]


def item(x: torch.Tensor, key: list[Any]) -> torch.Tensor:
    """Return a part of a tensor by an index as a graph keeps it."""
    index = as_key(key)
    backwards = [each for each in index if isinstance(each, slice) and (each.step or 1) < 0]
    return _reversed_item(x, index) if backwards else x[index]


def _reversed_item(x: torch.Tensor, index: tuple[Any, ...]) -> torch.Tensor:
    """Return a part whose slices may go backwards, which torch's may not."""
    taken = sum(each is not None and each is not Ellipsis for each in index)
    axis, flipped, forwards = 0, [], []
    for each in index:
        if isinstance(each, slice) and (each.step or 1) < 0:
            places = range(x.shape[axis])[each]
            flipped.append(axis)
            # The same places from the first to the last, to be turned round afterwards.
            each = slice(places[-1], places[0] + 1, -each.step) if len(places) else slice(0, 0)
        forwards.append(each)
        axis += x.ndim - taken if each is Ellipsis else each is not None
    part = x[tuple(forwards)]
    return part.flip([_place_after(forwards, axis, x.ndim - taken) for axis in flipped])


def _place_after(index: list[Any], axis: int, rest: int) -> int:
    """Return where an axis of a tensor is in the part that an index takes."""
    before, place = 0, 0
    for each in index:
        if before == axis and isinstance(each, slice):
            return place
        before += rest if each is Ellipsis else each is not None
        place += rest if each is Ellipsis else (each is None or isinstance(each, slice))
    return place


def constant(array: Any, like: torch.Tensor | None = None) -> torch.Tensor:
    """Return an array as a tensor, of another one's type and where that is."""
    if like is None:
        return torch.from_numpy(np.array(array))
    return torch.as_tensor(np.array(array), dtype=like.dtype, device=like.device)
