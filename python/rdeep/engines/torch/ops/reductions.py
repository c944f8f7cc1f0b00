"""Operations that go over axes and leave fewer, or add up along one."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from rdeep.engines.torch.ops import elementwise
from rdeep.engines.torch.ops.promotion import (
    computable,
    dtype_named,
    floating,
    result_type,
    summed_type,
    tensor,
)

Axis = int | tuple[int, ...] | list[int] | None


def axes_of(x: Tensor, axis: Axis) -> tuple[int, ...]:
    """Return axes as positive numbers; all of them for `None`.

    Parameters
    ----------
    x : Tensor
        The tensor.
    axis : int, tuple of int or None
        The axes.
    """
    rank = x.dim()
    if axis is None:
        return tuple(range(rank))
    if isinstance(axis, int) and -rank <= axis < rank:
        return (axis % rank,)
    given = (axis,) if isinstance(axis, int) else tuple(axis)
    for each in given:
        if not -x.dim() <= each < x.dim():
            raise ValueError(f"there is no axis {each} in a tensor of {x.dim()} dimensions.")
    found = tuple(each % x.dim() for each in given)
    if len(set(found)) < len(found):
        raise ValueError(f"an axis is given twice in {given}.")
    return found


def sum(x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Return the sum."""
    # What a training asks for at each step goes straight to torch.
    if axis is None and isinstance(x, Tensor) and x.is_floating_point() and not keepdims:
        return x.sum()
    x = tensor(x)
    dims = axes_of(x, axis)
    if x.is_floating_point() and dims:
        return torch.sum(x, dims, keepdims)
    dtype = summed_type(x)
    if not dims:
        return x.to(dtype)
    return torch.sum(x, dims, keepdims, dtype=computable(dtype)).to(dtype)


def mean(x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Return the mean."""
    if axis is None and isinstance(x, Tensor) and x.is_floating_point() and not keepdims:
        return x.mean()
    x = floating(x)
    dims = axes_of(x, axis)
    return torch.mean(x, dims, keepdims) if dims else x


def var(x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Return the variance: squared distances from the mean, averaged."""
    x = floating(x)
    dims = axes_of(x, axis)
    return torch.var(x, dims, correction=0, keepdim=keepdims) if dims else torch.zeros_like(x)


def std(x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Return the standard deviation."""
    return torch.sqrt(var(x, axis, keepdims))


def max(x: Any, axis: Axis = None, keepdims: bool = False, initial: Any = None) -> Tensor:
    """Return the largest value."""
    x = tensor(x)
    dims = axes_of(x, axis)
    largest = torch.amax(x, dims, keepdims) if dims else x
    return largest if initial is None else _bounded(elementwise.maximum, largest, initial)


def min(x: Any, axis: Axis = None, keepdims: bool = False, initial: Any = None) -> Tensor:
    """Return the smallest value."""
    x = tensor(x)
    dims = axes_of(x, axis)
    smallest = torch.amin(x, dims, keepdims) if dims else x
    return smallest if initial is None else _bounded(elementwise.minimum, smallest, initial)


def _bounded(choose: Any, x: Tensor, initial: Any) -> Tensor:
    return choose(x, tensor(initial, x).to(x.dtype))


def prod(x: Any, axis: Axis = None, keepdims: bool = False, dtype: Any = None) -> Tensor:
    """Return the product."""
    x = tensor(x)
    kind = dtype_named(dtype) or summed_type(x)
    x = x.to(computable(kind))
    # Torch multiplies along one axis at a time; the last goes first, so that the others stay.
    for dim in sorted(axes_of(x, axis), reverse=True):
        x = torch.prod(x, dim, keepdims, dtype=x.dtype)
    return x.to(kind)


def all(x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Return whether all hold."""
    x = tensor(x).to(torch.bool)
    dims = axes_of(x, axis)
    return torch.all(x, dims, keepdims) if dims else x


def any(x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Return whether any holds."""
    x = tensor(x).to(torch.bool)
    dims = axes_of(x, axis)
    return torch.any(x, dims, keepdims) if dims else x


def count_nonzero(x: Any, axis: Axis = None) -> Tensor:
    """Return how many values are not 0."""
    return sum(tensor(x) != 0, axis)


def logsumexp(x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Return the logarithm of the sum of exponentials, without overflow."""
    x = floating(x)
    dims = axes_of(x, axis)
    return torch.logsumexp(x, dims, keepdims) if dims else x


def average(x: Any, axis: Axis = None, weights: Any = None) -> Tensor:
    """Return the weighted mean."""
    if weights is None:
        return mean(x, axis)
    x = tensor(x)
    weights = tensor(weights, x)
    dtype = result_type(x.dtype, weights.dtype, "float")
    x, weights = x.to(dtype), weights.to(dtype)
    if axis is not None and weights.dim() != x.dim():
        (dim,) = axes_of(x, axis)
        weights = weights.reshape([-1 if each == dim else 1 for each in range(x.dim())])
    return sum(x * weights, axis) / sum(weights, axis)


# Quantiles --------------------------------------------------------------------------------------


def quantile(
    x: Any, q: Any, axis: Axis = None, method: str = "linear", keepdims: bool = False
) -> Tensor:
    """Return quantiles; several stand along a new first axis."""
    x = floating(x)
    dims = axes_of(x, axis)
    kept = [dim for dim in range(x.dim()) if dim not in dims]
    flat = x.permute([*kept, *dims]).reshape([x.shape[dim] for dim in kept] + [-1])
    q = torch.as_tensor(q, dtype=torch.float64, device=x.device)
    found = _quantile_of_last(torch.sort(flat, dim=-1).values, q, method)
    found = torch.where(torch.isnan(flat).any(-1, keepdim=True), math.nan, found)
    found = found.reshape([*flat.shape[:-1], *q.shape])
    for _ in range(q.dim()):
        found = found.movedim(-1, 0)
    if keepdims:
        for dim in sorted(dims):
            found = found.unsqueeze(dim + q.dim())
    return found


def _quantile_of_last(ordered: Tensor, q: Tensor, method: str) -> Tensor:
    last = ordered.shape[-1] - 1
    # In 64 bits, or the position in a long tensor would be wrong.
    exact = last * q.reshape(-1)

    def at(positions: Tensor) -> Tensor:
        return ordered.index_select(-1, positions.long().clamp(0, last))

    if method == "nearest":
        return at(torch.round(exact))
    if method == "lower":
        return at(torch.floor(exact))
    if method == "higher":
        return at(torch.ceil(exact))
    if method == "midpoint":
        return 0.5 * (at(torch.floor(exact)) + at(torch.ceil(exact)))
    # Not the floor of the position: where it is whole, both neighbours keep their gradients.
    below = (torch.ceil(exact) - 1).clamp(0, last)
    above = (below + 1).clamp(0, last)
    share = (above - exact).to(ordered.dtype)
    return at(above) * (1 - share) + at(below) * share


def median(x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Return the median."""
    return quantile(x, 0.5, axis, keepdims=keepdims)


# Along an axis ----------------------------------------------------------------------------------


def cumsum(x: Any, axis: int | None = None, dtype: Any = None) -> Tensor:
    """Return the sum of all values so far."""
    return _cumulative(torch.cumsum, x, axis, dtype)


def cumprod(x: Any, axis: int | None = None, dtype: Any = None) -> Tensor:
    """Return the product of all values so far."""
    return _cumulative(torch.cumprod, x, axis, dtype)


def _cumulative(function: Any, x: Any, axis: int | None, dtype: Any) -> Tensor:
    x = tensor(x).to(dtype_named(dtype))
    if x.dtype == torch.bool:
        x = x.to(torch.int32)
    if axis is None:
        x, axis = x.reshape(-1), 0
    return function(x, axis, dtype=x.dtype)


def diff(a: Any, n: int = 1, axis: int = -1) -> Tensor:
    """Return the differences of neighbours, `n` times over."""
    a = tensor(a)
    if a.dim() == 0:
        raise ValueError("there are no neighbours in a single number.")
    for _ in range(n):
        size = a.shape[axis]
        later = a.narrow(axis, 1, size - 1) if size else a
        sooner = a.narrow(axis, 0, size - 1) if size else a
        a = later != sooner if a.dtype == torch.bool else later - sooner
    return a
