"""Tensors from nothing but a shape, a range or numbers."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from rdeep.arrays.ranges import end_included
from rdeep.engines.torch.ops.promotion import dtype_named, kind_of, result_type, tensor, whole
from rdeep.engines.torch.ops.shaping import sizes_of


def array(x: Any, dtype: Any = None) -> Tensor:
    """Return a tensor of values."""
    return tensor(x).to(dtype_named(dtype))


def copy(x: Any) -> Tensor:
    """Return a copy."""
    return torch.clone(tensor(x))


# Of one value -----------------------------------------------------------------------------------


def full(shape: Any, fill_value: Any, dtype: Any = None) -> Tensor:
    """Return a tensor of one value."""
    value = tensor(fill_value).to(dtype_named(dtype) or torch.float32)
    return value.expand(sizes_of(shape)).clone()


def zeros(shape: Any, dtype: Any = None) -> Tensor:
    """Return a tensor of zeros."""
    return torch.zeros(sizes_of(shape), dtype=dtype_named(dtype) or torch.float32)


def ones(shape: Any, dtype: Any = None) -> Tensor:
    """Return a tensor of ones."""
    return torch.ones(sizes_of(shape), dtype=dtype_named(dtype) or torch.float32)


empty = zeros


def full_like(x: Any, fill_value: Any, dtype: Any = None) -> Tensor:
    """Return a tensor of one value, of another's shape."""
    x = tensor(x)
    return tensor(fill_value, x).to(dtype_named(dtype) or x.dtype).expand(x.shape).clone()


def zeros_like(x: Any, dtype: Any = None) -> Tensor:
    """Return zeros of another's shape."""
    return torch.zeros_like(tensor(x), dtype=dtype_named(dtype))


def ones_like(x: Any, dtype: Any = None) -> Tensor:
    """Return ones of another's shape."""
    return torch.ones_like(tensor(x), dtype=dtype_named(dtype))


# Matrices ---------------------------------------------------------------------------------------


def eye(N: int, M: int | None = None, k: int = 0, dtype: Any = None) -> Tensor:
    """Return a matrix with ones on a diagonal."""
    rows, columns = _places(N, M)
    return (columns - rows == k).to(dtype_named(dtype) or torch.float32)


def tri(N: int, M: int | None = None, k: int = 0, dtype: Any = None) -> Tensor:
    """Return a matrix with ones at and below a diagonal."""
    rows, columns = _places(N, M)
    return (columns - rows <= k).to(dtype_named(dtype) or torch.float32)


def _places(N: Any, M: Any) -> tuple[Tensor, Tensor]:
    return torch.arange(int(N))[:, None], torch.arange(int(N if M is None else M))[None, :]


# Ranges -----------------------------------------------------------------------------------------


def arange(
    start: Any, stop: Any = None, step: Any = None, dtype: Any = None, include_end: bool = False
) -> Tensor:
    """Return numbers at equal distances."""
    kinds = [kind_of(each) for each in (start, stop, step) if each is not None]
    start, stop, step = (_number(each) for each in (start, stop, step))
    if stop is None:
        start, stop = 0, start
    step = 1 if step is None else step
    if include_end:
        stop = end_included(start, stop, step)
    if (stop - start) * step <= 0:
        stop = start
    return torch.arange(start, stop, step, dtype=dtype_named(dtype) or result_type(*kinds))


def linspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: Any = None,
    axis: int = 0,
) -> Any:
    """Return numbers at equal distances from one end to the other."""
    kind = dtype_named(dtype) or result_type(kind_of(start), kind_of(stop), "float")
    computed = kind if kind.is_floating_point else torch.float64
    start, stop = tensor(start, stop).to(kind), tensor(stop, start).to(kind)
    start, stop = torch.broadcast_tensors(start.to(computed), stop.to(computed))
    gaps = num - 1 if endpoint else num
    step = (stop - start) / gaps if gaps > 0 else torch.full_like(start, math.nan)
    each = torch.arange(num, dtype=computed, device=start.device)
    values = start.unsqueeze(-1) + (step.unsqueeze(-1) if num > 1 else 0.0) * each
    if endpoint and num > 1:
        # The last is exact.
        values = torch.cat([values[..., :-1], stop.unsqueeze(-1)], dim=-1)
    values = values.movedim(-1, axis)
    values = torch.floor(values).to(kind) if not kind.is_floating_point else values
    return (values, step) if retstep else values


def logspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    base: Any = 10,
    dtype: Any = None,
    axis: int = 0,
) -> Tensor:
    """Return numbers at equal ratios, from a power of the base to another."""
    powers = linspace(start, stop, num, endpoint, dtype=dtype, axis=axis)
    return torch.pow(tensor(base, powers).to(powers.dtype), powers)


def _number(x: Any) -> Any:
    if not isinstance(x, Tensor):
        return x
    return int(x) if whole(x) else float(x)


# Windows ----------------------------------------------------------------------------------------


def bartlett(x: Any) -> Tensor:
    """Return a triangle that is 0 at both ends."""
    return torch.bartlett_window(int(x), periodic=False)


def blackman(x: Any) -> Tensor:
    """Return Blackman's window."""
    return torch.blackman_window(int(x), periodic=False)


def hamming(x: Any) -> Tensor:
    """Return Hamming's window."""
    return torch.hamming_window(int(x), periodic=False)


def hanning(x: Any) -> Tensor:
    """Return von Hann's window."""
    return torch.hann_window(int(x), periodic=False)


def kaiser(x: Any, beta: float) -> Tensor:
    """Return Kaiser's window."""
    return torch.kaiser_window(int(x), periodic=False, beta=float(beta))
