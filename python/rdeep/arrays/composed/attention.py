"""Attention by dot products."""

from __future__ import annotations

import math
from typing import Any

from rdeep.arrays.saturation import bounds
from rdeep.errors import ShapeError, operation_call, shapes_listed

Tensor = Any


def dot_product_attention(
    ops: Any,
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
    q, k, v = parts = [ops.floating(each) for each in (query, key, value)]
    if any(len(part.shape) != 4 for part in parts):
        shapes = [tuple(part.shape) for part in parts]
        raise ShapeError(
            f"{operation_call('dot_product_attention')}: 'query', 'key' and 'value' must have 4 "
            f"dimensions (batch, time, heads, size), not the shapes {shapes_listed(shapes)}.",
            argument="query",
            received=shapes,
        )
    k, v = (ops.cast(each, q.dtype) for each in (k, v))
    added = None if bias is None else ops.cast(ops.as_tensor(bias, q), q.dtype)
    allowed = None if mask is None else ops.cast(ops.as_tensor(mask, q), "bool")
    factor = 1.0 / math.sqrt(q.shape[-1]) if scale is None else scale
    if flash_attention:
        ops.check_flash_attention()
    if attn_logits_soft_cap is None:
        return ops.attended(q, k, v, added, allowed, factor, is_causal, bool(flash_attention))
    return attended(ops, q, k, v, added, allowed, factor, is_causal, cap=attn_logits_soft_cap)


def attended(
    ops: Any,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    bias: Tensor | None,
    mask: Tensor | None,
    scale: float,
    is_causal: bool,
    flash: bool = False,
    cap: float | None = None,
) -> Tensor:
    """Return averages of values, by the definition: engines have kernels for it.

    Parameters
    ----------
    ops : namespace
        The array functions.
    query, key, value : tensor
        Of shape `(batch, time, heads, size)`, floats of one type.
    bias, mask : tensor or None
        What is added to the logits `(batch, heads, time, keys)`, and where keys may be seen.
    scale : float
        What the logits are multiplied by.
    is_causal : bool
        Whether queries see no later keys.
    flash : bool
        Whether a kernel of this kind is asked for.
    cap : float, optional
        What logits are bent to stay below.
    """
    if query.shape[2] > key.shape[2] > 1:
        repeats = query.shape[2] // key.shape[2]
        key, value = (ops.repeat(each, repeats, axis=2) for each in (key, value))
    # (batch, heads, time, size) x (batch, heads, size, keys) -> (batch, heads, time, keys)
    logits = ops.matmul(ops.transpose(query, (0, 2, 1, 3)), ops.transpose(key, (0, 2, 3, 1)))
    logits = logits * scale
    if cap is not None:
        logits = cap * ops.tanh(logits / cap)
    logits = logits if bias is None else logits + bias
    if is_causal:
        past = ops.tril(ops.ones_like(logits, dtype="bool"))
        mask = past if mask is None else ops.logical_and(mask, past)
    if mask is not None:
        lowest, _ = bounds(ops.dtype(logits), ops.dtype(logits))
        logits = ops.where(mask, logits, 0.7 * lowest)
    found = ops.matmul(ops.softmax(logits), ops.transpose(value, (0, 2, 1, 3)))
    return ops.transpose(found, (0, 2, 1, 3))  # (batch, time, heads, size)


def check_flash_attention(ops: Any) -> None:
    """Refuse flash attention where an engine has none."""
