"""Attention by dot products."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional
from torch.nn.attention import SDPBackend, sdpa_kernel

from rdeep.engines.torch.ops.arguments import as_tensor, floating
from rdeep.errors import BackendError, ShapeError, operation_call, shapes_listed


def dot_product_attention(
    query: Any,
    key: Any,
    value: Any,
    bias: Any = None,
    mask: Any = None,
    scale: float | None = None,
    is_causal: bool = False,
    flash_attention: bool | None = None,
    attn_logits_soft_cap: float | None = None,
) -> Tensor:
    """Return averages of values, weighted by how well keys fit queries."""
    parts = [floating(each) for each in (query, key, value)]
    if any(part.dim() != 4 for part in parts):
        shapes = [tuple(part.shape) for part in parts]
        raise ShapeError(
            f"{operation_call('dot_product_attention')}: 'query', 'key' and 'value' must have 4 "
            f"dimensions (batch, time, heads, size), not the shapes {shapes_listed(shapes)}.",
            argument="query",
            received=shapes,
        )
    q, k, v = (part.to(parts[0].dtype).transpose(1, 2) for part in parts)
    if q.shape[1] > k.shape[1] > 1:
        repeats = q.shape[1] // k.shape[1]
        k, v = (part.repeat_interleave(repeats, dim=1) for part in (k, v))
    added = _added(bias, mask, is_causal and not (bias is None and mask is None), q, k)
    if attn_logits_soft_cap is not None:
        added = _added(bias, mask, is_causal, q, k)
        return _capped(q, k, v, added, scale, attn_logits_soft_cap).transpose(1, 2)
    causal = is_causal and added is None
    if flash_attention:
        return _flash(q, k, v, added, causal, scale).transpose(1, 2)
    out = functional.scaled_dot_product_attention(
        q, k, v, attn_mask=added, is_causal=causal, scale=scale
    )
    return out.transpose(1, 2)


def _added(bias: Any, mask: Any, is_causal: bool, q: Tensor, k: Tensor) -> Tensor | None:
    """Return what is added to the scores: a bias, and a large negative number outside the mask."""
    out = None if bias is None else as_tensor(bias, q).to(q.dtype)
    allowed = None if mask is None else as_tensor(mask, q).bool()
    if is_causal:
        ones = torch.ones(q.shape[2], k.shape[2], dtype=torch.bool, device=q.device)
        allowed = ones.tril() if allowed is None else allowed & ones.tril()
    if allowed is not None:
        low = 0.7 * torch.finfo(q.dtype).min
        out = torch.where(allowed, 0.0 if out is None else out, low).to(q.dtype)
    return out


def _capped(
    q: Tensor, k: Tensor, v: Tensor, added: Tensor | None, scale: float | None, cap: float
) -> Tensor:
    scores = q @ k.transpose(-1, -2) * (1.0 / math.sqrt(q.shape[-1]) if scale is None else scale)
    scores = cap * torch.tanh(scores / cap)
    return torch.softmax(scores if added is None else scores + added, dim=-1) @ v


def _flash(
    q: Tensor, k: Tensor, v: Tensor, added: Tensor | None, causal: bool, scale: float | None
) -> Tensor:
    try:
        with sdpa_kernel([SDPBackend.FLASH_ATTENTION]):
            return functional.scaled_dot_product_attention(
                q, k, v, attn_mask=added, is_causal=causal, scale=scale
            )
    except RuntimeError:
        raise BackendError(
            "Flash attention cannot be used with these tensors on this device.",
            hint="Leave 'flash_attention' out: the best kernel that fits is then chosen.",
        ) from None
