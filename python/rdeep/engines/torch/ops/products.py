"""Products of vectors and matrices, and counts."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from rdeep.engines.torch.ops.promotion import floating, result_type, strong_pair, tensor, whole


def _multipliable(x: Tensor) -> Tensor:
    # A GPU multiplies no matrices of whole numbers; 64 bits hold them exactly up to 2 ** 53.
    return x.to(torch.float64) if whole(x) else x


def _factors(x1: Any, x2: Any) -> tuple[Tensor, Tensor, torch.dtype]:
    x1, x2 = strong_pair(x1, x2)
    return _multipliable(x1), _multipliable(x2), x1.dtype


def matmul(x1: Any, x2: Any) -> Tensor:
    """Return the product of matrices."""
    x1, x2 = tensor(x1, x2), tensor(x2, x1)
    narrow = x1.dtype == x2.dtype == torch.int8 and x1.dim() != 1 and x2.dim() != 1
    x1, x2, dtype = _factors(x1, x2)
    return torch.matmul(x1, x2).to(torch.int32 if narrow else dtype)


def dot(x1: Any, x2: Any) -> Tensor:
    """Return the sum of products over the last axis of one, the last but one of the other."""
    x1, x2, dtype = _factors(x1, x2)
    if x1.dim() == 0 or x2.dim() == 0:
        return (x1 * x2).to(dtype)
    second = -1 if x2.dim() == 1 else -2
    return torch.tensordot(x1, x2, dims=([-1], [second])).to(dtype)


def inner(x1: Any, x2: Any) -> Tensor:
    """Return the sum of products over the last axes."""
    x1, x2, dtype = _factors(x1, x2)
    return torch.inner(x1, x2).to(dtype)


def vdot(x1: Any, x2: Any) -> Tensor:
    """Return the sum of products of all values."""
    x1, x2, dtype = _factors(x1, x2)
    return torch.dot(x1.reshape(-1), x2.reshape(-1)).to(dtype)


def outer(x1: Any, x2: Any) -> Tensor:
    """Return the product of each value with each."""
    x1, x2 = strong_pair(x1, x2)
    return x1.reshape(-1, 1) * x2.reshape(1, -1)


def tensordot(x1: Any, x2: Any, axes: Any = 2) -> Tensor:
    """Return the sum of products over some axes of both."""
    x1, x2, dtype = _factors(x1, x2)
    if not isinstance(axes, int):
        axes = tuple([each] if isinstance(each, int) else list(each) for each in axes)
    return torch.tensordot(x1, x2, dims=axes).to(dtype)


def einsum(subscripts: str, *operands: Any) -> Tensor:
    """Return a sum of products by Einstein's notation."""
    tensors = [tensor(each) for each in operands]
    dtype = result_type(*(each.dtype for each in tensors))
    narrow = all(each.dtype == torch.int8 for each in tensors)
    product = torch.einsum(subscripts, *[_multipliable(each.to(dtype)) for each in tensors])
    return product.to(torch.int32 if narrow else dtype)


def cross(
    x1: Any,
    x2: Any,
    axisa: int = -1,
    axisb: int = -1,
    axisc: int = -1,
    axis: int | None = None,
) -> Tensor:
    """Return the cross product; of vectors in the plane, its third component."""
    x1, x2 = strong_pair(x1, x2)
    if axis is not None:
        axisa = axisb = axisc = axis
    x1, x2 = x1.movedim(axisa, -1), x2.movedim(axisb, -1)
    plane = x1.shape[-1] == x2.shape[-1] == 2
    product = torch.linalg.cross(*torch.broadcast_tensors(_in_space(x1), _in_space(x2)))
    return product[..., 2] if plane else product.movedim(-1, axisc)


def _in_space(x: Tensor) -> Tensor:
    if x.shape[-1] not in (2, 3):
        raise ValueError(f"vectors must have 2 or 3 components, not {x.shape[-1]}.")
    return x if x.shape[-1] == 3 else torch.cat([x, torch.zeros_like(x[..., :1])], dim=-1)


# Statistics -------------------------------------------------------------------------------------


def corrcoef(x: Any) -> Tensor:
    """Return the correlations of rows."""
    rows = tensor(x).dim() > 1
    # Not torch.corrcoef, which must see values to tell a shape.
    x = torch.atleast_2d(floating(x))
    centred = x - x.mean(-1, keepdim=True)
    products = centred @ centred.mT
    length = torch.sqrt(torch.diagonal(products))
    found = torch.clamp(products / (length[:, None] * length[None, :]), -1.0, 1.0)
    return found if rows else found[0, 0]


def correlate(x1: Any, x2: Any, mode: str = "valid") -> Tensor:
    """Return the products of a sequence and another that moves along it."""
    x1, x2 = strong_pair(x1, x2)
    if whole(x1):
        x1, x2 = (
            x.to(torch.float64 if x.dtype == torch.int64 else torch.float32) for x in (x1, x2)
        )
    n, m = x1.shape[0], x2.shape[0]
    if mode == "valid" and n < m:
        return correlate(x2, x1).flip(0)
    around = 0 if mode == "valid" else m - 1
    full = functional.conv1d(x1.reshape(1, 1, n), x2.reshape(1, 1, m), padding=around).reshape(-1)
    if mode != "same":
        return full
    size = max(n, m)
    return full.narrow(0, (full.shape[0] - size) // 2, size)


def bincount(x: Any, weights: Any = None, minlength: int = 0, sparse: bool = False) -> Tensor:
    """Return how often each whole number from 0 on occurs, in each row by itself."""
    x = tensor(x)
    if x.dim() not in (1, 2):
        raise ValueError(f"'x' must have 1 or 2 axes, not {x.dim()}.")
    kinds = [] if weights is None else [x.dtype, tensor(weights, x).dtype]
    dtype = result_type(*kinds) if kinds else torch.int32
    x = x.long()
    each = torch.ones_like(x, dtype=dtype) if weights is None else tensor(weights, x).to(dtype)
    length = max(int(x.max()) + 1 if x.numel() else 0, minlength)
    counts = torch.zeros([*x.shape[:-1], length], dtype=dtype, device=x.device)
    counts = counts.scatter_add(-1, x, each)
    return counts.to_sparse() if sparse else counts


def histogram(
    x: Any, bins: int = 10, range: tuple[float, float] | None = None
) -> tuple[Tensor, Tensor]:
    """Return how many values fall into bins of equal width, and the edges of the bins."""
    x = floating(x)
    if x.dim() != 1:
        raise ValueError(f"'x' must have one axis, not {x.dim()}.")
    if range is None:
        low, high = x.min(), x.max()
    else:
        low, high = (torch.tensor(float(each), dtype=x.dtype, device=x.device) for each in range)
    steps = torch.arange(bins + 1, dtype=x.dtype, device=x.device)
    edges = torch.cat([(low + steps * ((high - low) / bins))[:-1], high.reshape(1)])
    x = x[(x >= low) & (x <= high)]
    # The last bin has both its edges.
    places = torch.searchsorted(edges[1:-1].contiguous(), x.contiguous(), right=True)
    return torch.bincount(places, minlength=bins).to(x.dtype), edges
