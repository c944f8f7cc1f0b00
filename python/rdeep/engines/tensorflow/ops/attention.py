"""Attention by dot products."""

from __future__ import annotations

import math
from typing import Any

import tensorflow as tf
from keras import ops

from rdeep.engines.tensorflow.ops.arguments import as_tensor, floating
from rdeep.errors import BackendError, ShapeError, operation_call, shapes_listed

Tensor = Any


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
    if any(len(part.shape) != 4 for part in parts):
        shapes = [tuple(part.shape) for part in parts]
        raise ShapeError(
            f"{operation_call('dot_product_attention')}: 'query', 'key' and 'value' must have 4 "
            f"dimensions (batch, time, heads, size), not the shapes {shapes_listed(shapes)}.",
            argument="query",
            received=shapes,
        )
    if flash_attention:
        raise BackendError(
            "TensorFlow has no flash attention.", hint="Leave 'flash_attention' out, or use torch."
        )
    allowed = None if mask is None else tf.cast(as_tensor(mask), tf.bool)
    added = None if bias is None else tf.cast(as_tensor(bias), parts[0].dtype)
    if attn_logits_soft_cap is not None:
        return _capped(parts, added, allowed, scale, is_causal, attn_logits_soft_cap)
    return ops.dot_product_attention(*parts, added, allowed, scale, is_causal)


def _capped(
    parts: list[Tensor],
    added: Tensor | None,
    allowed: Tensor | None,
    scale: float | None,
    is_causal: bool,
    cap: float,
) -> Tensor:
    q, k, v = parts
    if q.shape[2] > k.shape[2] > 1:
        k, v = (tf.repeat(each, q.shape[2] // k.shape[2], axis=2) for each in (k, v))
    scores = tf.einsum("btnh,bsnh->bnts", q, k)
    scores *= 1.0 / math.sqrt(q.shape[-1]) if scale is None else scale
    scores = cap * tf.tanh(scores / cap)
    scores = scores if added is None else scores + added
    if is_causal:
        past = tf.linalg.band_part(tf.ones(tf.shape(scores)[2:], tf.bool), -1, 0)
        allowed = past if allowed is None else allowed & past
    if allowed is not None:
        scores = tf.where(allowed, scores, 0.7 * scores.dtype.min)
    return tf.einsum("bnts,bsnh->btnh", tf.nn.softmax(scores), v)
