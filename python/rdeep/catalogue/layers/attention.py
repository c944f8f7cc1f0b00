"""Multi-head attention layers."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.constraints import Constraint
from rdeep.catalogue.initializers import Initializer
from rdeep.catalogue.layers.attention_options import (
    RETURN_ATTENTION_SCORES,
    USE_ATTENTION_MASK,
    USE_CAUSAL_MASK,
    attention_refusal,
)
from rdeep.catalogue.layers.base import Dims
from rdeep.catalogue.layers.call_options import option_of
from rdeep.catalogue.layers.case import Case, case
from rdeep.catalogue.layers.head_attention import HeadAttention
from rdeep.catalogue.layers.shared import (
    BIAS_CONSTRAINT,
    BIAS_INITIALIZER,
    BIAS_REGULARIZER,
    KERNEL_CONSTRAINT,
    KERNEL_INITIALIZER,
    KERNEL_REGULARIZER,
    SEED,
)
from rdeep.catalogue.options import Axes, Count, Counts, Flag, Number, Ref, option
from rdeep.catalogue.regularizers import Regularizer
from rdeep.errors import ArgumentError, constructor, show_axis, worded

__all__ = ["GroupQueryAttention", "MultiHeadAttention"]

_DROPOUT = option(
    Number(0.0, 1.0, open_high=True),
    0.0,
    "The fraction of attention weights dropped while training.",
)
_USE_BIAS = option(Flag(), True, "Whether projections have a bias.")
_FLASH_ATTENTION = option(
    Flag(),
    None,
    "Whether a fused kernel must be used, which torch has and TensorFlow does not; by "
    "default it is used where possible. The results are the same.",
)
_USE_GATE = option(
    Flag(),
    False,
    "Whether what heads attend to is multiplied by a gate, a sigmoid of the projected queries.",
    keyword_only=True,
)
_SLIDING_WINDOW = option(
    Count(),
    None,
    "How near steps must be to be attended to: less than this many apart; any by default.",
    keyword_only=True,
)
_ACTIVITY_REGULARIZER = option(
    Ref("regularizer"), None, "The regularizer of the output of each projection, as in Keras."
)


class MultiHeadAttention(HeadAttention):
    """Multi-head attention layer.

    Queries, keys and values are projected for each head; each query of a head gets the mean of the
    values, weighted by `softmax(query @ key / sqrt(key_dim))`, and the outputs of all heads are
    projected to as many features as the queries have. Called on one tensor, the layer computes
    self-attention. Queries do not attend to masked steps.

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
    There may be several axes between the batch and the features.

    Output shape
    ------------
    The shape of the queries, or their sizes and `output_shape`; with `return_attention_scores` also
    the scores, `(batch, heads, target_steps, source_steps)`.

    References
    ----------
    Vaswani, A. et al. (2017). Attention is all you need. arXiv:1706.03762.

    Examples
    --------
    >>> MultiHeadAttention(num_heads=2, key_dim=8).output_shape((None, 10, 16))
    (None, 10, 16)
    """

    num_heads: int = option(Count(), doc="The number of heads.")
    key_dim: int = option(Count(), doc="The size of each head's queries and keys.")
    value_dim: int | None = option(
        Count(), None, "The size of each head's values; as `key_dim` by default."
    )
    dropout: float = _DROPOUT
    use_bias: bool = _USE_BIAS
    sizes: tuple[int, ...] | None = option(
        Counts(),
        None,
        "The sizes of the output's last axes; by default the number of features of the queries.",
        given_as="output_shape",
    )
    attention_axes: int | tuple[int, ...] | None = option(
        Axes(),
        None,
        "The axes to attend along; by default all between the batch and the features.",
    )
    flash_attention: bool | None = _FLASH_ATTENTION
    kernel_initializer: Initializer = KERNEL_INITIALIZER
    bias_initializer: Initializer = BIAS_INITIALIZER
    kernel_regularizer: Regularizer | None = KERNEL_REGULARIZER
    bias_regularizer: Regularizer | None = BIAS_REGULARIZER
    activity_regularizer: Regularizer | None = _ACTIVITY_REGULARIZER
    kernel_constraint: Constraint | None = KERNEL_CONSTRAINT
    bias_constraint: Constraint | None = BIAS_CONSTRAINT
    seed: int | None = SEED
    use_gate: bool = _USE_GATE
    sliding_window: int | None = _SLIDING_WINDOW
    use_causal_mask: bool = USE_CAUSAL_MASK
    use_attention_mask: bool = USE_ATTENTION_MASK
    return_attention_scores: bool = RETURN_ATTENTION_SCORES

    @classmethod
    def cases(cls) -> list[Case]:
        """Return uses on one sequence and on two, with scores, and in order."""
        small = {"num_heads": 2, "key_dim": 3}
        return [
            case(small, (5, 4)),
            case({**small, "value_dim": 2, "output_shape": (2, 3)}, (5, 4), (6, 3)),
            case({**small, "use_causal_mask": True, "use_bias": False}, (5, 4)),
            case({**small, "return_attention_scores": True, "dropout": 0.3}, (5, 4), (6, 4)),
            case({**small, "use_gate": True, "sliding_window": 2}, (5, 4)),
        ]

    @property
    def query_heads(self) -> int:
        """The number of heads."""
        return self.num_heads

    @property
    def key_size(self) -> int:
        """The size of each head's queries and keys."""
        return self.key_dim

    @property
    def value_size(self) -> int:
        """The size of each head's values."""
        return self.value_dim or self.key_dim

    def attended_axes(self, rank: int) -> tuple[int, ...]:
        """Return the axes of the steps that are looked at, for inputs of a rank."""
        if self.attention_axes is None:
            return tuple(range(1, rank - 1))
        given = self.attention_axes
        axes = (given,) if isinstance(given, int) else given
        return tuple(axis % rank if -rank <= axis < rank else axis for axis in axes)

    def features(self, query: Dims) -> tuple[int, ...]:
        """Return the last sizes of the output."""
        return super().features(query) if self.sizes is None else self.sizes

    def _rank(self) -> int | None:
        return None

    def before_apply(self, inputs: Any) -> None:
        """Refuse masked samples of several axes, of which a mask of steps says nothing."""
        if len(inputs[0].shape) > 3 and any(tensor.masked for tensor in inputs):
            raise attention_refusal(
                self,
                "takes a mask of steps for samples of shape (steps, features) alone",
                inputs[0].shape,
                "an attention mask, by 'use_attention_mask'",
            )

    def check_inputs(self, *shapes: Dims) -> None:
        """Refuse axes that are not there, and inputs that do not fit."""
        rank = len(shapes[0])
        axes = self.attended_axes(rank)
        if rank > 2 and not (axes and set(axes) <= set(range(1, rank - 1))):
            raise attention_refusal(
                self,
                worded(
                    f"has no 'attention_axes' {show_axis(self.attention_axes or ())} between the "
                    "batch and the features"
                ),
                shapes[0],
                "axes between the batch and the features",
            )
        super().check_inputs(*shapes)
        if (option_of(self, "use_causal_mask") or self.sliding_window) and axes != (1,):
            raise attention_refusal(
                self,
                "keeps 'use_causal_mask' and 'sliding_window' to the first axis of steps",
                shapes[0],
                "samples of shape (steps, features)",
            )
        query, value, _ = self.sequences(shapes)
        for axis in set(range(1, rank - 1)) - set(axes):
            if None not in (query[axis], value[axis]) and query[axis] != value[axis]:
                raise attention_refusal(
                    self,
                    "wants queries and values of equal sizes along axes that are not looked along",
                    value,
                    worded(f"values of size {query[axis]} along axis {show_axis(axis)}"),
                )


class GroupQueryAttention(HeadAttention):
    """Grouped-query attention layer: groups of query heads share the heads of keys and values.

    As `MultiHeadAttention`, with fewer heads of keys and values than of queries: each serves
    `num_query_heads / num_key_value_heads` heads of queries.

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
    The shape of the queries; with `return_attention_scores` also the scores,
    `(batch, heads, target_steps, source_steps)`.

    References
    ----------
    Ainslie, J. et al. (2023). GQA: training generalized multi-query transformer models from
    multi-head checkpoints. arXiv:2305.13245.

    Examples
    --------
    >>> layer = GroupQueryAttention(head_dim=8, num_query_heads=4, num_key_value_heads=2)
    >>> layer.output_shape((None, 10, 16))
    (None, 10, 16)
    """

    aliases = ("GroupedQueryAttention",)
    head_dim: int = option(Count(), doc="The size of each head.")
    num_query_heads: int = option(Count(), doc="The number of heads of the queries.")
    num_key_value_heads: int = option(
        Count(), doc="The number of heads of the keys and values, a divisor of `num_query_heads`."
    )
    dropout: float = _DROPOUT
    use_bias: bool = _USE_BIAS
    flash_attention: bool | None = _FLASH_ATTENTION
    kernel_initializer: Initializer = KERNEL_INITIALIZER
    bias_initializer: Initializer = BIAS_INITIALIZER
    kernel_regularizer: Regularizer | None = KERNEL_REGULARIZER
    bias_regularizer: Regularizer | None = BIAS_REGULARIZER
    activity_regularizer: Regularizer | None = _ACTIVITY_REGULARIZER
    kernel_constraint: Constraint | None = KERNEL_CONSTRAINT
    bias_constraint: Constraint | None = BIAS_CONSTRAINT
    seed: int | None = SEED
    use_gate: bool = _USE_GATE
    sliding_window: int | None = _SLIDING_WINDOW
    use_causal_mask: bool = USE_CAUSAL_MASK
    use_attention_mask: bool = USE_ATTENTION_MASK
    return_attention_scores: bool = RETURN_ATTENTION_SCORES

    @classmethod
    def cases(cls) -> list[Case]:
        """Return uses on one sequence and on two, and with dropout."""
        small = {"head_dim": 3, "num_query_heads": 4, "num_key_value_heads": 2}
        return [
            case(small, (5, 4)),
            case({**small, "use_causal_mask": True}, (5, 4), (5, 4)),
            case({**small, "dropout": 0.3}, (5, 4), (6, 4)),
            case({**small, "use_gate": True, "sliding_window": 2}, (5, 4)),
        ]

    def validate(self) -> None:
        """Refuse heads that cannot be grouped."""
        super().validate()
        if self.num_query_heads % self.num_key_value_heads:
            raise ArgumentError(
                f"{constructor(self)}: 'num_key_value_heads' must divide the "
                f"{self.num_query_heads} heads of queries, which {self.num_key_value_heads} does "
                "not.",
                argument="num_key_value_heads",
                received=self.num_key_value_heads,
                expected=f"a number that divides {self.num_query_heads}",
                layer="GroupQueryAttention",
            )

    @property
    def query_heads(self) -> int:
        """The number of heads of the queries."""
        return self.num_query_heads

    @property
    def value_heads(self) -> int:
        """How many heads the keys and the values have."""
        return self.num_key_value_heads

    @property
    def key_size(self) -> int:
        """The size of each head."""
        return self.head_dim
