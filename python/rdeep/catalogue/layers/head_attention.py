"""What multi-head attention layers share."""

from __future__ import annotations

import math
from functools import reduce
from typing import Any

from rdeep.catalogue.constraints import Constraint
from rdeep.catalogue.initializers import Initializer, by_axes
from rdeep.catalogue.layers.attention_layout import AttentionLayout
from rdeep.catalogue.layers.attention_options import (
    HEAD_CALL_OPTIONS,
    attention_refusal,
    changed_options,
    check_sequences,
    for_batch,
    joined_masks,
    listed_roles,
    roles,
)
from rdeep.catalogue.layers.base import Dims, Layer, Weight, known
from rdeep.catalogue.layers.call_options import called_with, current_call, option_of
from rdeep.catalogue.layers.formula import is_half
from rdeep.catalogue.layers.run import Run
from rdeep.catalogue.regularizers import Regularizer
from rdeep.errors import ArgumentError, constructor, format_shape, worded


class HeadAttention(Layer, abstract=True):
    """Attention whose queries, keys and values are projected for each head."""

    merges = True
    lone = True
    mask = "first"
    call_options = HEAD_CALL_OPTIONS
    dropout: float
    use_bias: bool
    flash_attention: bool | None
    return_attention_scores: bool
    use_attention_mask: bool
    use_causal_mask: bool
    use_gate: bool
    sliding_window: int | None
    kernel_initializer: Initializer
    bias_initializer: Initializer
    kernel_regularizer: Regularizer | None
    bias_regularizer: Regularizer | None
    kernel_constraint: Constraint | None
    bias_constraint: Constraint | None

    def __call__(  # type: ignore[override]
        self,
        query: Any = None,
        value: Any = None,
        key: Any = None,
        *more: Any,
        query_mask: Any = None,
        value_mask: Any = None,
        key_mask: Any = None,
        attention_mask: Any = None,
        return_attention_scores: bool | None = None,
        training: bool | None = None,
        use_causal_mask: bool | None = None,
        inputs: Any = None,
    ) -> Any:
        """Apply the layer to queries, values and keys, symbolic or not.

        Parameters
        ----------
        query : tensor, or a list of queries, values and keys
            The queries; the only input for self-attention.
        value : tensor, optional
            The values; by default the queries.
        key : tensor, optional
            The keys; by default the values.
        *more : tensor
            The attention mask, if the layer has `use_attention_mask`.
        query_mask, value_mask, key_mask : tensor, optional
            True at the steps that count, of shape `(batch, steps)`.
        attention_mask : tensor, optional
            True where a query may attend to a value: of shape `(queries, values)`,
            `(batch, queries, values)` or `(batch, heads, queries, values)`; sizes may be 1.
        return_attention_scores : bool, optional
            Whether to return the attention weights too; by default as the layer was made.
        training : bool, optional
            Whether the layer acts as it does in training; by default as its model.
        use_causal_mask : bool, optional
            Whether queries attend to no later steps; by default as the layer was made.
        inputs : list of tensor, optional
            All of them in a list.
        """
        given = listed_roles(inputs if query is None else query, value, key, more)
        mask = None
        if any(each is not None for each in (query_mask, value_mask, key_mask, attention_mask)):
            rank = len(given[0].shape)
            mask = joined_masks(query_mask, value_mask, key_mask, attention_mask, rank)
            given.append(for_batch(mask, given[0]))
        call = changed_options(
            self,
            use_causal_mask=use_causal_mask,
            return_attention_scores=return_attention_scores,
            use_attention_mask=None if mask is None else True,
        )
        with called_with({**current_call(), **call}):
            return super().__call__(given if len(given) > 1 else given[0], training=training)

    @property
    def random(self) -> bool:  # type: ignore[override]
        """Whether the layer draws random numbers while training."""
        return self.dropout > 0

    def validate(self) -> None:
        """Refuse what a fused kernel cannot do, where one is asked for."""
        for name in ("dropout", "return_attention_scores"):
            if self.flash_attention and getattr(self, name):
                title = type(self).__name__
                raise ArgumentError(
                    f"{constructor(self)}: 'flash_attention' does not go with {name!r}: a fused "
                    "kernel shows nobody what it looks at.",
                    argument="flash_attention",
                    received=True,
                    layer=title,
                )

    @property
    def query_heads(self) -> int:
        """The number of heads of the queries."""
        raise NotImplementedError

    @property
    def value_heads(self) -> int:
        """How many heads the keys and the values have."""
        return self.query_heads

    @property
    def key_size(self) -> int:
        """The size of each head's queries and keys."""
        raise NotImplementedError

    @property
    def value_size(self) -> int:
        """The size of each head's values."""
        return self.key_size

    def attended_axes(self, rank: int) -> tuple[int, ...]:
        """Return the axes of the steps that are looked at, for inputs of a rank."""
        return (1,)

    def sequences(self, inputs: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return the query, the value and the key of the inputs."""
        return roles(*(inputs[:-1] if option_of(self, "use_attention_mask") else inputs))

    def check_inputs(self, *shapes: Dims) -> None:
        """Refuse inputs that are no sequences, and a mask that does not fit them."""
        if option_of(self, "use_attention_mask") and len(shapes) < 2:
            raise attention_refusal(
                self, "has no input that is the mask", len(shapes), "a query and a mask"
            )
        given = shapes[:-1] if option_of(self, "use_attention_mask") else shapes
        check_sequences(self, given, self._rank())
        if option_of(self, "use_attention_mask"):
            query, _, key = self.sequences(shapes)
            axes = self.attended_axes(len(query))
            wanted = [*(query[axis] for axis in axes), *(key[axis] for axis in axes)]
            last = shapes[-1][1:][-len(wanted) :]
            fits = len(last) == len(wanted) and all(
                None in pair or 1 in pair or pair[0] == pair[1] for pair in zip(wanted, last)
            )
            if not fits:
                raise attention_refusal(
                    self,
                    worded(
                        f"wants a mask whose last sizes are {format_shape(wanted)}, not "
                        f"{format_shape(shapes[-1][1:])}"
                    ),
                    shapes[-1],
                    "a mask of shape (batch, queries, values)",
                )

    def _rank(self) -> int | None:
        return 3

    def features(self, query: Dims) -> tuple[int, ...]:
        """Return the last sizes of the output."""
        return (known(query[-1], self, "the last dimension"),)

    def output_shape(self, *shapes: Dims) -> Dims | list[Dims]:
        """Return the queries' shape, with the output's features; and that of the scores."""
        query, _, key = self.sequences(shapes)
        seen = (*query[:-1], *self.features(query))
        if not option_of(self, "return_attention_scores"):
            return seen
        axes = self.attended_axes(len(query))
        others = [size for axis, size in enumerate(query[1:-1], start=1) if axis not in axes]
        steps = [*(query[axis] for axis in axes), *(key[axis] for axis in axes)]
        return [seen, (query[0], *others, self.query_heads, *steps)]

    def weights(self, *shapes: Dims) -> list[Weight]:
        """Return a kernel and a bias for the query, the key, the value and the output."""
        query, value, key = self.sequences(shapes)
        weights = []
        for part, shape, size in (
            ("query", query, (self.query_heads, self.key_size)),
            ("key", key, (self.value_heads, self.key_size)),
            *([("gate", query, (self.query_heads, self.value_size))] if self.use_gate else []),
            ("value", value, (self.value_heads, self.value_size)),
        ):
            features = known(shape[-1], self, "the last dimension")
            weights += self._projection(part, (features,), size)
        heads = (self.query_heads, self.value_size)
        return weights + self._projection("attention_output", heads, self.features(query))

    def _projection(
        self, part: str, before: tuple[int, ...], after: tuple[int, ...]
    ) -> list[Weight]:
        kernel = Weight(
            f"{part}/kernel",
            before + after,
            by_axes(self.kernel_initializer, tuple(range(len(before)))),
            self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        bias = Weight(
            f"{part}/bias",
            after,
            self.bias_initializer,
            self.bias_regularizer,
            constraint=self.bias_constraint,
        )
        return [kernel, bias] if self.use_bias else [kernel]

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return what the queries attend to, and the scores if they are asked for."""
        ops, project = run.ops, run.kernel or self._projected
        query, value, key = self.sequences(tuple(inputs))
        layout = AttentionLayout(ops.shape(query), self.attended_axes(len(query.shape)), ops)
        q = layout.by_head(project(query, "query", run), self.query_heads)
        k, v = (
            layout.by_head(project(x, part, run), self.value_heads)
            for part, x in (("key", key), ("value", value))
        )  # (batch, steps, heads, size)
        causal, order = option_of(self, "use_causal_mask"), None
        if run.past is not None:
            k, v = run.past.extended(k, v)
            causal, order = False, run.past.order(self.sliding_window) if causal else None
        if self.query_heads > self.value_heads:
            k, v = (ops.repeat(x, self.query_heads // self.value_heads, axis=2) for x in (k, v))
        allowed = self._allowed(inputs, layout, run)
        if order is not None:
            order = order[None, None]  # (1, 1, queries, values)
            allowed = order if allowed is None else ops.logical_and(allowed, order)
        # As in Keras, which leaves other shapes than these to no kernel.
        by_kernel = allowed is None or len(query.shape) == 3
        if (
            option_of(self, "return_attention_scores")
            or (run.training and self.dropout)
            or not by_kernel
        ):
            seen, scores = self._weighted(q, k, v, allowed, causal, run)
        else:
            flash = self.flash_attention
            seen = ops.dot_product_attention(
                q, k, v, mask=allowed, is_causal=causal, flash_attention=flash
            )
        if self.use_gate:
            gate = layout.by_head(project(query, "gate", run), self.query_heads)
            seen = seen * ops.sigmoid(gate)  # (batch, steps, heads, size)
        # (batch, steps..., features)
        found = project(layout.by_step(seen), "attention_output", run)
        sizes = self.features(tuple(query.shape))
        if len(sizes) > 1:
            found = ops.reshape(found, (*ops.shape(found)[:-1], *sizes))
        if not option_of(self, "return_attention_scores"):
            return found
        return [found, layout.scores(scores, ops.shape(key))]

    def _projected(self, x: Any, part: str, run: Run) -> Any:
        """Return the last axis projected: to all heads, or from all of them to the output."""
        ops, kernel = run.ops, run.weights[f"{part}/kernel"]
        before = math.prod(kernel.shape[:2]) if part == "attention_output" else kernel.shape[0]
        # (..., heads * size), or (..., features)
        y = ops.matmul(x, ops.reshape(kernel, (before, -1)))
        return y + ops.reshape(run.weights[f"{part}/bias"], (-1,)) if self.use_bias else y

    def _allowed(self, inputs: Any, layout: AttentionLayout, run: Run) -> Any:
        """Return where steps may attend, as `(batch, heads or 1, queries, values)`, or `None`."""
        ops = run.ops
        count = len(inputs) - option_of(self, "use_attention_mask")
        masks = list(run.masks)[:count] if len(run.masks) >= count else [None] * count
        found = []
        if option_of(self, "use_attention_mask"):
            found.append(layout.mask(ops.cast(inputs[-1], "bool"), self.query_heads))
        if masks[0] is not None:
            found.append(ops.cast(masks[0], "bool")[:, None, :, None])  # (batch, 1, queries, 1)
        # One tensor alone stands for its values too, and its keys are not asked again.
        for mask in [masks[0]] if count == 1 else masks[1:]:
            if mask is not None:
                found.append(ops.cast(mask, "bool")[:, None, None, :])  # (batch, 1, 1, values)
        if self.sliding_window is not None and run.past is None:
            found.append(self._near(layout, inputs, ops))
        return reduce(ops.logical_and, found) if found else None

    def _near(self, layout: AttentionLayout, inputs: Any, ops: Any) -> Any:
        """Return where steps are close enough to be attended to, `(1, 1, queries, values)`."""
        query, _, key = self.sequences(tuple(inputs))
        queries, keys = (ops.arange(ops.shape(x)[1], dtype="int32") for x in (query, key))
        apart = ops.abs(ops.expand_dims(queries, 1) - ops.expand_dims(keys, 0))
        return (apart < self.sliding_window)[None, None]

    def _weighted(
        self, q: Any, k: Any, v: Any, allowed: Any, causal: bool, run: Run
    ) -> tuple[Any, Any]:
        """Return the means of the values, and the scores that they are weighted by."""
        ops = run.ops
        q, k, v = (ops.transpose(x, (0, 2, 1, 3)) for x in (q, k, v))  # (batch, heads, steps, size)
        # (batch, heads, queries, keys)
        logits = ops.matmul(q / math.sqrt(self.key_size), ops.swapaxes(k, -2, -1))
        if causal:
            past = ops.tril(ops.ones_like(logits[:1, :1], dtype="bool"))  # (1, 1, queries, keys)
            allowed = past if allowed is None else ops.logical_and(allowed, past)
        if allowed is not None:
            logits = ops.where(allowed, logits, -3e4 if is_half(logits) else -1e9)
        scores = ops.softmax(logits, axis=-1)
        if allowed is not None:
            # As in Keras, who may attend to nothing gets nothing here.
            scores = scores * ops.cast(allowed, scores.dtype)
        kept = scores
        if run.training and self.dropout:
            kept = scores * run.dropout_mask(scores, self.dropout, 0)
        # (batch, queries, heads, size)
        return ops.transpose(ops.matmul(kept, v), (0, 2, 1, 3)), scores

    def flops(self, *shapes: Dims) -> int | None:
        """Return the operations of the projections and of looking at all steps."""
        query, value, _ = self.sequences(shapes)
        if None in query[1:-1] or None in value[1:-1]:
            return None
        steps, seen = (math.prod(size or 1 for size in shape[1:-1]) for shape in (query, value))
        kernels = {w.name: math.prod(w.shape) for w in self.weights(*shapes)}
        ahead = steps * (kernels["query/kernel"] + kernels["attention_output/kernel"])
        back = seen * (kernels["key/kernel"] + kernels["value/kernel"])
        each = math.prod(value[axis] or 1 for axis in self.attended_axes(len(value)))
        looking = self.query_heads * steps * each * (self.key_size + self.value_size)
        return 2 * (ahead + back + looking)
