"""Attention by dot products."""

from __future__ import annotations

from typing import Any

from keras import ops

from rdeep.errors import BackendError

Tensor = Any


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
    """Return averages of values."""
    return ops.dot_product_attention(query, key, value, bias, mask, scale, is_causal)


def check_flash_attention() -> None:
    """Refuse flash attention, which TensorFlow lacks."""
    raise BackendError(
        "'flash_attention' asks for a kernel that TensorFlow has not.",
        hint="Leave 'flash_attention' out, or use torch.",
    )
