"""Attention by scores of whole vectors, without projections."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.initializers import GlorotUniform, Ones
from rdeep.catalogue.layers.attention_options import (
    RETURN_ATTENTION_SCORES,
    USE_CAUSAL_MASK,
    attention_refusal,
    check_sequences,
    roles,
)
from rdeep.catalogue.layers.base import Dims, Weight, known
from rdeep.catalogue.layers.formula import Formula, Run, is_half
from rdeep.catalogue.layers.shared import SEED
from rdeep.catalogue.options import Choice, Flag, Number, option

__all__ = ["AdditiveAttention", "Attention"]

_DROPOUT = option(
    Number(0.0, 1.0, open_high=True),
    0.0,
    "The share of the steps looked at that are dropped while training.",
)


class _Attention(Formula, abstract=True):
    """Attention whose subclasses say how a query and a key are scored."""

    merges = True
    lone = True
    mask = "first"
    random = True
    use_scale: bool
    dropout: float
    return_attention_scores: bool
    use_causal_mask: bool

    def check_inputs(self, *shapes: Dims) -> None:
        """Refuse what are not sequences whose queries and keys have equal lengths."""
        check_sequences(self, shapes, rank=3)
        query, _, key = roles(*shapes)
        if None not in (query[2], key[2]) and query[2] != key[2]:
            raise attention_refusal(
                self,
                f"scores queries and keys of equal length, not of {query[2]} and {key[2]}",
                key,
                f"keys of {query[2]} values",
            )

    def output_shape(self, *shapes: Dims) -> Dims | list[Dims]:
        """Return a value for each query, and the scores if they are asked for."""
        query, value, key = roles(*shapes)
        seen = (*query[:2], value[2])
        return [seen, (*query[:2], key[1])] if self.return_attention_scores else seen

    def scores(self, query: Any, key: Any, run: Run) -> Any:
        """Return the scores `(batch, queries, keys)`."""
        raise NotImplementedError

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the values weighted by `softmax(scores)`."""
        ops = run.ops
        query, value, key = roles(*inputs)
        masks = run.masks if len(run.masks) == len(inputs) else [None] * len(inputs)
        scores = self.scores(query, key, run)
        seen = masks[0] if len(masks) == 1 else masks[1]
        allowed = None if seen is None else ops.expand_dims(seen, -2)
        if self.use_causal_mask:
            places = ops.cumsum(ops.ones_like(scores[:1]), axis=-1)
            past = ops.cumsum(ops.ones_like(scores[:1]), axis=-2) >= places
            allowed = past if allowed is None else ops.logical_and(allowed, past)
        if allowed is not None:
            least = 65504.0 if is_half(scores) else 1e9
            scores = ops.where(allowed, scores, scores - least)
        shares = ops.softmax(scores, -1)
        found = ops.matmul(self._dropped(shares, run), value)
        if masks[0] is not None:
            found = found * ops.cast(ops.expand_dims(masks[0], -1), found.dtype)
        return [found, shares] if self.return_attention_scores else found

    def _dropped(self, shares: Any, run: Run) -> Any:
        if not (run.training and self.dropout):
            return shares
        stays = run.uniform(run.ops.shape(shares)) >= self.dropout
        return shares * run.ops.cast(stays, shares.dtype) * (1.0 / (1.0 - self.dropout))


class Attention(_Attention):
    """Lets each step of a sequence look at all steps of another (Luong et al., 2015).

    Called on a list of two or three sequences, queries, values and keys, or on one that stands for
    all; without keys the values stand for them. Each query gets the mean of the values, weighted by
    `softmax(query %*% key)`. Masked values are not looked at.
    """

    use_scale: bool = option(Flag(), False, "Whether a factor of the scores is learned.")
    score_mode: str = option(
        Choice("dot", "concat"),
        "dot",
        "How a query and a key are scored: by their product, or by the sum of `tanh(query + key)`, "
        "times a learned factor.",
    )
    dropout: float = _DROPOUT
    seed: int | None = SEED
    use_causal_mask: bool = USE_CAUSAL_MASK
    return_attention_scores: bool = RETURN_ATTENTION_SCORES

    def weights(self, *shapes: Dims) -> list[Weight]:
        """Return the factors, each a single number."""
        wanted = {"scale": self.use_scale, "concat_score_weight": self.score_mode == "concat"}
        return [Weight(name, (), Ones()) for name, there in wanted.items() if there]

    def scores(self, query: Any, key: Any, run: Run) -> Any:
        """Return the scores."""
        ops, weights = run.ops, run.weights
        if self.score_mode == "dot":
            scores = ops.matmul(query, ops.swapaxes(key, -2, -1))
            return scores * weights["scale"] if self.use_scale else scores
        both = ops.expand_dims(query, -2) + ops.expand_dims(key, -3)
        both = both * weights["scale"] if self.use_scale else both
        return weights["concat_score_weight"] * ops.sum(ops.tanh(both), -1)


class AdditiveAttention(_Attention):
    """Lets each step of a sequence look at all steps of another (Bahdanau et al., 2015).

    As `Attention`, with the score `sum(scale * tanh(query + key))`.
    """

    use_scale: bool = option(Flag(), True, "Whether a factor for each value is learned.")
    dropout: float = _DROPOUT
    seed: int | None = option(SEED.type, None, SEED.doc, keyword_only=True)
    use_causal_mask: bool = USE_CAUSAL_MASK
    return_attention_scores: bool = RETURN_ATTENTION_SCORES

    def weights(self, *shapes: Dims) -> list[Weight]:
        """Return the scale, as long as the vectors."""
        size = known(shapes[0][2], self, "the last dimension")
        return [Weight("scale", (size,), GlorotUniform())] if self.use_scale else []

    def scores(self, query: Any, key: Any, run: Run) -> Any:
        """Return the scores."""
        ops = run.ops
        both = ops.tanh(ops.expand_dims(query, -2) + ops.expand_dims(key, -3))
        return ops.sum(both * run.weights["scale"] if self.use_scale else both, -1)
