"""Dot-product and additive attention, without projections or heads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rdeep.catalogue.initializers import GlorotUniform, Ones
from rdeep.catalogue.layers.attention_options import (
    CALL_OPTIONS,
    RETURN_ATTENTION_SCORES,
    USE_CAUSAL_MASK,
    attention_refusal,
    changed_options,
    check_sequences,
    listed_roles,
    roles,
    truths,
)
from rdeep.catalogue.layers.base import Dims, Layer, Weight, known
from rdeep.catalogue.layers.call_options import called_with, current_call, option_of
from rdeep.catalogue.layers.case import Case, case
from rdeep.catalogue.layers.formula import is_half
from rdeep.catalogue.layers.run import Run
from rdeep.catalogue.layers.shared import SEED
from rdeep.catalogue.options import Choice, Flag, Number, option

__all__ = ["AdditiveAttention", "Attention"]

_DROPOUT = option(
    Number(0.0, 1.0, open_high=True),
    0.0,
    "The fraction of attention weights dropped while training.",
)


class _Attention(Layer, abstract=True):
    """Attention whose subclasses say how a query and a key are scored."""

    merges = True
    lone = True
    mask = "first"
    call_options = CALL_OPTIONS
    random = True
    use_scale: bool
    dropout: float
    return_attention_scores: bool
    use_causal_mask: bool

    @classmethod
    def cases(cls) -> list[Case]:
        """Return small uses."""
        return [case({}, (3, 4), (5, 4)), case({"use_scale": True}, (3, 4), (5, 4), (5, 4))]

    def __call__(  # type: ignore[override]
        self,
        inputs: Any = None,
        value: Any = None,
        key: Any = None,
        *,
        mask: Any = None,
        training: bool | None = None,
        return_attention_scores: bool | None = None,
        use_causal_mask: bool | None = None,
        query: Any = None,
    ) -> Any:
        """Apply the layer to queries, values and keys, symbolic or not.

        Parameters
        ----------
        inputs : list of tensor, or the queries
            Queries, values and keys; the only input for self-attention.
        value, key, query : tensor, optional
            Values, keys and queries, where they are not in a list.
        mask : list of tensor, optional
            Masks of the queries and of the values, of shape `(batch, steps)`: true at the steps
            that count. `None` in the place of one stands for none.
        training : bool, optional
            Whether the layer acts as it does in training; by default as its model.
        return_attention_scores : bool, optional
            Whether to return the attention weights too; by default as the layer was made.
        use_causal_mask : bool, optional
            Whether queries attend to no later steps; by default as the layer was made.
        """
        given = listed_roles(query if inputs is None else inputs, value, key, ())
        masks = list(mask)[:2] if isinstance(mask, (list, tuple)) else [mask]
        masks += [None] * (2 - len(masks))
        if len(given) == 1 and masks[1] is None:
            masks[1] = masks[0]  # one tensor stands for its values too
        call = changed_options(
            self,
            use_causal_mask=use_causal_mask,
            return_attention_scores=return_attention_scores,
            use_query_mask=masks[0] is not None,
            use_value_mask=masks[1] is not None,
        )
        given += [truths(each) for each in masks if each is not None]
        with called_with({**current_call(), **call}):
            return super().__call__(given if len(given) > 1 else given[0], training=training)

    def _sequences(self, inputs: Sequence[Any]) -> tuple[list[Any], list[Any]]:
        """Return the queries, values and keys that came, and the masks behind them or `None`."""
        given = list(inputs)
        masks: list[Any] = [None, None]
        for place, name in ((1, "use_value_mask"), (0, "use_query_mask")):
            if option_of(self, name):
                masks[place] = given.pop()
        return given, masks

    def check_inputs(self, *shapes: Dims) -> None:
        """Refuse what are not sequences whose queries and keys have equal lengths."""
        shapes = tuple(self._sequences(shapes)[0])
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
        query, value, key = roles(*self._sequences(shapes)[0])
        seen = (*query[:2], value[2])
        return [seen, (*query[:2], key[1])] if option_of(self, "return_attention_scores") else seen

    def scores(self, query: Any, key: Any, run: Run) -> Any:
        """Return the scores `(batch, queries, keys)`."""
        raise NotImplementedError

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the values weighted by `softmax(scores)`."""
        ops = run.ops
        given, explicit = self._sequences(inputs)
        query, value, key = roles(*given)
        if run.past is not None:
            key, value = run.past.extended(key, value)
        masks = [*run.masks, *[None] * len(given)][: len(given)]
        scores = self.scores(query, key, run)  # (batch, queries, keys)
        seen = masks[0] if len(masks) == 1 else masks[1]
        # Masks that are given replace those that come with the tensors, as in Keras.
        asked, allowing = (None if each is None else ops.cast(each, "bool") for each in explicit)
        asked = masks[0] if asked is None else asked
        seen = seen if allowing is None else allowing
        allowed = None if seen is None else ops.expand_dims(seen, -2)  # (batch, 1, keys)
        if option_of(self, "use_causal_mask") and run.past is not None:
            allowed = run.past.order()  # (queries, keys)
        elif option_of(self, "use_causal_mask"):
            places = ops.cumsum(ops.ones_like(scores[:1]), axis=-1)
            past = ops.cumsum(ops.ones_like(scores[:1]), axis=-2) >= places  # (1, queries, keys)
            allowed = past if allowed is None else ops.logical_and(allowed, past)
        if allowed is not None:
            least = 65504.0 if is_half(scores) else 1e9
            scores = ops.where(allowed, scores, scores - least)
        shares = ops.softmax(scores, -1)
        found = ops.matmul(self._dropped(shares, run), value)  # (batch, queries, size)
        if asked is not None:
            found = found * ops.cast(ops.expand_dims(asked, -1), found.dtype)
        return [found, shares] if option_of(self, "return_attention_scores") else found

    def _dropped(self, shares: Any, run: Run) -> Any:
        if not (run.training and self.dropout):
            return shares
        stays = run.uniform(run.ops.shape(shares)) >= self.dropout
        return shares * run.ops.cast(stays, shares.dtype) * (1.0 / (1.0 - self.dropout))


class Attention(_Attention):
    """Dot-product attention layer (Luong-style).

    Each query gets the mean of the values, weighted by `softmax(query @ key)`. Called on one
    tensor, the layer computes self-attention. Queries do not attend to masked values.

    Call arguments
    --------------
    query : tensor
        The queries; the only input for self-attention.
    value : tensor, optional
        The values; by default the queries.
    key : tensor, optional
        The keys; by default the values.
    training : bool, optional
        Whether to apply `dropout`; by default the model decides.

    Input shape
    -----------
    Queries `(batch, target_steps, features)`, values and keys `(batch, source_steps, features)`.

    Output shape
    ------------
    `(batch, target_steps, features)`; with `return_attention_scores` also the scores,
    `(batch, target_steps, source_steps)`.

    References
    ----------
    Luong, M.-T., Pham, H. and Manning, C. D. (2015). Effective approaches to attention-based neural
    machine translation. arXiv:1508.04025.

    Examples
    --------
    >>> Attention().output_shape((None, 10, 8), (None, 6, 8))
    (None, 10, 8)
    """

    use_scale: bool = option(Flag(), False, "Whether to learn a scale of the attention logits.")
    score_mode: str = option(
        Choice("dot", "concat"),
        "dot",
        "The attention logit of a query and a key: their dot product, or the sum of "
        "`tanh(query + key)` times a learned scale.",
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
            scores = ops.matmul(query, ops.swapaxes(key, -2, -1))  # (batch, queries, keys)
            return scores * weights["scale"] if self.use_scale else scores
        both = ops.expand_dims(query, -2) + ops.expand_dims(key, -3)  # (batch, queries, keys, size)
        both = both * weights["scale"] if self.use_scale else both
        # (batch, queries, keys)
        return weights["concat_score_weight"] * ops.sum(ops.tanh(both), -1)


class AdditiveAttention(_Attention):
    """Additive attention layer (Bahdanau-style).

    As `Attention`, with the score `sum(scale * tanh(query + key))` of a query and a key.

    Call arguments
    --------------
    query : tensor
        The queries; the only input for self-attention.
    value : tensor, optional
        The values; by default the queries.
    key : tensor, optional
        The keys; by default the values.
    training : bool, optional
        Whether to apply `dropout`; by default the model decides.

    Input shape
    -----------
    Queries `(batch, target_steps, features)`, values and keys `(batch, source_steps, features)`.

    Output shape
    ------------
    `(batch, target_steps, features)`; with `return_attention_scores` also the scores,
    `(batch, target_steps, source_steps)`.

    References
    ----------
    Bahdanau, D., Cho, K. and Bengio, Y. (2015). Neural machine translation by jointly learning to
    align and translate. arXiv:1409.0473.

    Examples
    --------
    >>> AdditiveAttention().output_shape((None, 10, 8), (None, 6, 8))
    (None, 10, 8)
    """

    use_scale: bool = option(Flag(), True, "Whether to learn a scale of each feature.")
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
        # (batch, queries, keys, size)
        both = ops.tanh(ops.expand_dims(query, -2) + ops.expand_dims(key, -3))
        # (batch, queries, keys)
        return ops.sum(both * run.weights["scale"] if self.use_scale else both, -1)
