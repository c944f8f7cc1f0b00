"""Builders of attention layers."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from rdeep.backends.torch.builders.base import Built, Site, builds
from rdeep.backends.torch.products import Linear
from rdeep.backends.torch.random import Dropout
from rdeep.backends.torch.weights import WeightMap
from rdeep.catalogue import layers


class _MultiHeadAttention(nn.Module):
    """Attention of several heads, by torch's fused kernel unless values are dropped."""

    def __init__(self, record: layers.MultiHeadAttention, site: Site) -> None:
        super().__init__()
        shapes = {weight.name: weight.shape for weight in record.weights(*site.shapes)}

        def project(part: str, before: int) -> Linear:
            shape = shapes[f"{part}/kernel"]
            before, after = math.prod(shape[:before]), math.prod(shape[before:])
            return Linear(before, after, bias=record.use_bias)

        self.heads = record.num_heads
        self.query, self.key, self.value = (project(part, 1) for part in ("query", "key", "value"))
        self.attention_output = project("attention_output", 2)
        self.dropout = None
        if record.dropout:
            self.dropout = Dropout(record.dropout, site.name, site.random, None, record.seed)

    def forward(self, inputs: Tensor | list[Tensor], masks: Sequence[Tensor | None] = ()) -> Tensor:
        """Return what the queries see."""
        tensors = [inputs] if isinstance(inputs, Tensor) else inputs
        query, value, key = layers.MultiHeadAttention.roles(*tensors)
        q = self._by_head(self.query(query))
        k, v = self._by_head(self.key(key)), self._by_head(self.value(value))
        bias = _bias_of_masks(q, k, masks)
        if self.dropout is not None and self.training:
            scores = q @ k.mT / math.sqrt(q.shape[-1])
            seen = self.dropout((scores if bias is None else scores + bias).softmax(-1)) @ v
        else:
            seen = functional.scaled_dot_product_attention(q, k, v, attn_mask=bias)
        return self.attention_output(seen.transpose(1, 2).flatten(2))

    def _by_head(self, x: Tensor) -> Tensor:
        return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)


def _bias_of_masks(q: Tensor, k: Tensor, masks: Sequence[Tensor | None]) -> Tensor | None:
    """Return what to add to the scores so that masked steps neither see nor are seen."""
    if all(mask is None for mask in masks):
        return None
    seeing = masks[0]
    # One tensor alone stands for its values too, and its keys are not asked again.
    seen = [masks[0]] if len(masks) == 1 else list(masks[1:])
    allowed = torch.ones(1, 1, q.shape[2], k.shape[2], dtype=torch.bool, device=q.device)
    if seeing is not None:
        allowed = allowed & seeing[:, None, :, None]
    for mask in seen:
        if mask is not None:
            allowed = allowed & mask[:, None, None, :]
    # Finite, as in Keras: who sees nothing sees all alike, where infinity would give NaN.
    least = -0.7 * torch.finfo(q.dtype).max
    return torch.zeros_like(allowed, dtype=q.dtype).masked_fill(~allowed, least)


@builds(layers.MultiHeadAttention)
def multi_head_attention(record: layers.MultiHeadAttention, site: Site) -> Built:
    """Build attention of several heads."""
    module = _MultiHeadAttention(record, site)
    weights = {}
    for weight in record.weights(*site.shapes):
        part, kind = weight.name.split("/")
        linear = getattr(module, part)
        held = linear.weight if kind == "kernel" else linear.bias
        weights[weight.name] = _reshaped(held, weight.shape)
    return Built(module, weights, takes_list=True, takes_masks=True)


def _reshaped(tensor: Tensor, shape: tuple[int, ...]) -> WeightMap:
    """Return the map of a weight of heads that torch holds flat, a kernel transposed as well."""
    if tensor.dim() == 1:
        return WeightMap([tensor], lambda x: [x.flatten()], lambda xs: xs[0].reshape(shape))
    return WeightMap(
        [tensor],
        lambda x: [x.reshape(tensor.shape[::-1]).T],
        lambda xs: xs[0].T.reshape(shape),
    )
