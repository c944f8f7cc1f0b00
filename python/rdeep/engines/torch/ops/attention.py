"""Attention by dot products: torch's kernels."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional
from torch.nn.attention import SDPBackend, sdpa_kernel

from rdeep.errors import BackendError


def attended(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    bias: Tensor | None,
    mask: Tensor | None,
    scale: float,
    is_causal: bool,
    flash: bool,
) -> Tensor:
    """Return averages of values, by the best kernel that fits."""
    q, k, v = (part.transpose(1, 2) for part in (query, key, value))  # (batch, heads, time, size)
    if q.shape[1] > k.shape[1] > 1:
        repeats = q.shape[1] // k.shape[1]
        k, v = (part.repeat_interleave(repeats, dim=1) for part in (k, v))
    q, added = _added(bias, mask, is_causal and not (bias is None and mask is None), q, k)
    compute = _flash if flash else functional.scaled_dot_product_attention
    out = compute(q, k, v, attn_mask=added, is_causal=is_causal and added is None, scale=scale)
    return out.transpose(1, 2)


def _added(
    bias: Tensor | None, mask: Tensor | None, is_causal: bool, q: Tensor, k: Tensor
) -> tuple[Tensor, Tensor | None]:
    """Return the queries, and what is added to the logits: large negative numbers outside."""
    if is_causal:
        ones = torch.ones(q.shape[2], k.shape[2], dtype=torch.bool, device=q.device)
        mask = ones.tril() if mask is None else mask & ones.tril()
    if mask is None:
        return q, bias
    low = 0.7 * torch.finfo(q.dtype).min
    added = torch.where(mask, 0.0 if bias is None else bias, low).to(q.dtype)
    # Who may attend to nothing gets the mean of all values, whatever it asks. Said by zeros:
    # backwards, the kernel loses what it adds to a least number.
    some = mask.any(-1, keepdim=True)
    return q * some, added * some


def _flash(q: Tensor, k: Tensor, v: Tensor, **options: Any) -> Tensor:
    try:
        with sdpa_kernel([SDPBackend.FLASH_ATTENTION]):
            return functional.scaled_dot_product_attention(q, k, v, **options)
    except RuntimeError:
        raise BackendError(
            "Flash attention cannot be used with these tensors on this device.",
            hint="Leave 'flash_attention' out: the best kernel that fits is then chosen.",
        ) from None
