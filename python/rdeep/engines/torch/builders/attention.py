"""Builders of attention layers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from rdeep.catalogue import layers
from rdeep.catalogue.layers.attention import HeadAttention
from rdeep.engines.torch.builders.base import BuildContext, Built, native_form
from rdeep.engines.torch.products import Linear
from rdeep.engines.torch.sampling import Dropout
from rdeep.engines.torch.weights import WeightMap


class _HeadAttention(nn.Module):
    """Attention of several heads, by torch's fused kernel unless its scores are needed.

    Inside, steps are one axis: tensors are `(batch, axes not looked along..., heads, steps, size)`.
    """

    def __init__(self, record: HeadAttention, site: BuildContext) -> None:
        super().__init__()
        shapes = {weight.name: weight.shape for weight in record.weights(*site.shapes)}

        def project(part: str, before: int) -> Linear:
            shape = shapes[f"{part}/kernel"]
            before, after = math.prod(shape[:before]), math.prod(shape[before:])
            return Linear(before, after, bias=record.use_bias)

        self.record = record
        self.query, self.key, self.value = (project(part, 1) for part in ("query", "key", "value"))
        self.attention_output = project("attention_output", 2)
        self.sizes = shapes["attention_output/kernel"][2:]
        self.axes = record.attended(len(site.shapes[0]))
        self.causal = record.use_causal_mask  # type: ignore[attr-defined]
        self.repeats = record.query_heads // record.value_heads
        self.dropout = None
        if record.dropout:
            seed = record.seed  # type: ignore[attr-defined]
            self.dropout = Dropout(record.dropout, site.name, site.random, None, seed)

    def forward(self, inputs: Tensor | list[Tensor], masks: Sequence[Tensor | None] = ()) -> Any:
        """Return what the queries see, and the scores if they are asked for."""
        tensors = (inputs,) if isinstance(inputs, Tensor) else tuple(inputs)
        query, value, key = self.record.sequences(tensors)
        q = self._by_head(self.query(query), self.record.query_heads)
        k, v = (
            self._by_head(x, self.record.value_heads) for x in (self.key(key), self.value(value))
        )
        if self.repeats > 1:
            k, v = (x.repeat_interleave(self.repeats, dim=-3) for x in (k, v))
        given = self._given_mask(tensors[-1], q) if self.record.use_attention_mask else None
        ours = list(masks)[: len(tensors) - (given is not None)]
        bias = _bias(q, k, ours, given, self.causal)
        seen, shares = self._looked(q, k, v, bias)
        out = self.attention_output(self._by_step(seen, query).flatten(-2))
        out = out.unflatten(-1, self.sizes) if len(self.sizes) > 1 else out
        if not self.record.return_attention_scores:
            return out
        steps = [x.shape[axis] for x in (query, key) for axis in self.axes]
        return out, shares.reshape(*shares.shape[:-2], *steps)

    def _looked(
        self, q: Tensor, k: Tensor, v: Tensor, bias: Tensor | None
    ) -> tuple[Tensor, Tensor]:
        # Samples are drawn with the dropout alone in training.
        dropping = self.dropout is not None and self.dropout.training
        if not dropping and not self.record.return_attention_scores:
            alone = self.causal and bias is None
            if bias is not None:
                # Who may see nothing sees all alike, whatever it asks. Said by zeros: backwards,
                # the kernel loses what it adds to a least number.
                some = (bias == 0).any(-1, keepdim=True)
                q, bias = q * some, bias * some
            seen = functional.scaled_dot_product_attention(q, k, v, attn_mask=bias, is_causal=alone)
            return seen, seen
        scores = q @ k.mT / math.sqrt(q.shape[-1])
        if bias is None and self.causal:
            bias = _bias(q, k, [], None, True, alone=False)
        shares = (scores if bias is None else scores + bias).softmax(-1)
        if bias is not None:
            # As in Keras, who may see nothing sees nothing here; a fused kernel shows the mean.
            shares = shares * (bias == 0)
        kept = self.dropout(shares) if self.dropout is not None and dropping else shares
        return kept @ v, shares

    def _by_head(self, x: Tensor, heads: int) -> Tensor:
        """Return a projection with its steps as one axis, behind that of the heads."""
        x = x.unflatten(-1, (heads, -1))
        count = len(self.axes)
        # (batch, others..., heads, steps..., size)
        x = x.movedim((-2, *self.axes), tuple(range(-2 - count, -1)))
        return x if count == 1 else x.flatten(-1 - count, -2)

    def _by_step(self, seen: Tensor, query: Tensor) -> Tensor:
        """Return the heads' answers with all axes where the query has them."""
        count = len(self.axes)
        if count > 1:
            seen = seen.unflatten(-2, [query.shape[axis] for axis in self.axes])
        return seen.movedim(tuple(range(-2 - count, -1)), (-2, *self.axes))

    def _given_mask(self, mask: Tensor, q: Tensor) -> Tensor:
        """Return a mask that was given as one of `(batch, ..., heads, steps, steps)`."""
        count = len(self.axes)
        if count > 1:
            mask = mask.flatten(-2 * count, -count - 1).flatten(-count, -1)
        while mask.dim() < q.dim():
            mask = mask.unsqueeze(-3)
        return mask.to(torch.bool)


def _bias(
    q: Tensor,
    k: Tensor,
    masks: Sequence[Tensor | None],
    given: Tensor | None,
    causal: bool,
    alone: bool = True,
) -> Tensor | None:
    """Return what to add to the scores so that masked steps neither see nor are seen.

    An order of steps `alone` is left to the kernel, which computes half as much then.
    """
    if given is None and all(mask is None for mask in masks) and (alone or not causal):
        return None
    allowed = torch.ones(1, 1, q.shape[-2], k.shape[-2], dtype=torch.bool, device=q.device)
    if causal:
        allowed = allowed.tril()
    if given is not None:
        allowed = allowed & given
    if masks and masks[0] is not None:
        allowed = allowed & masks[0][:, None, :, None]
    # One tensor alone stands for its values too, and its keys are not asked again.
    for mask in [masks[0]] if len(masks) == 1 else list(masks[1:]):
        if mask is not None:
            allowed = allowed & mask[:, None, None, :]
    # Finite, as in Keras: who sees nothing sees all alike, where infinity would give NaN.
    least = -0.7 * torch.finfo(q.dtype).max
    return torch.zeros_like(allowed, dtype=q.dtype).masked_fill(~allowed, least)


@native_form(layers.MultiHeadAttention, layers.GroupQueryAttention)
def head_attention(record: HeadAttention, site: BuildContext) -> Built:
    """Build attention of several heads."""
    module = _HeadAttention(record, site)
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
