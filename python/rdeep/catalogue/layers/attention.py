"""Attention."""

from __future__ import annotations

import math

from rdeep.catalogue.initializers import Initializer
from rdeep.catalogue.layers.base import Dims, Layer, Weight, format_shape, known
from rdeep.catalogue.options import Count, Flag, Number, Ref, option
from rdeep.catalogue.regularizers import Regularizer
from rdeep.errors import ShapeError

__all__ = ["MultiHeadAttention"]


class MultiHeadAttention(Layer):
    """Lets each step of a sequence look at all steps of another (Vaswani et al., 2017).

    Called on one tensor, the steps look at each other. Called on a list of two or three, the steps
    of the first, the queries, look at those of the second, the values, by what the third, the keys,
    says of them; without keys the values stand for them. All are projected for every head, where a
    query's answer is the mean of the values weighted by `softmax(query @ key / sqrt(key_dim))`. The
    heads' answers together are projected to as many features as the queries have.

    Masked steps are not looked at. Input of shape `(batch, steps, features)`; output of the shape
    of the queries.
    """

    merges = True
    lone = True
    mask = "first"
    random = True
    example = (
        "x <- layer_input(c(10, 16))\nlayer_multi_head_attention(x, num_heads = 2, key_dim = 8)"
    )
    num_heads: int = option(Count(), doc="How many heads there are.")
    key_dim: int = option(Count(), doc="The size of each head's queries and keys.")
    value_dim: int | None = option(
        Count(), None, "The size of each head's values; as `key_dim` by default."
    )
    dropout: float = option(
        Number(0.0, 1.0, open_high=True),
        0.0,
        "The share of the steps looked at that are dropped while training.",
    )
    use_bias: bool = option(Flag(), True, "Whether projections add a bias.")
    kernel_initializer: Initializer = option(
        Ref("initializer"), "glorot_uniform", "How the projections' kernels start."
    )
    bias_initializer: Initializer = option(
        Ref("initializer"), "zeros", "How the projections' biases start."
    )
    kernel_regularizer: Regularizer | None = option(
        Ref("regularizer"), None, "A penalty on the kernels."
    )
    bias_regularizer: Regularizer | None = option(
        Ref("regularizer"), None, "A penalty on the biases."
    )
    seed: int | None = option(
        Count(0), None, "A seed of the dropout's own; without one the training's seed governs."
    )

    @property
    def value_size(self) -> int:
        """The size of each head's values."""
        return self.value_dim or self.key_dim

    def check_inputs(self, *shapes: Dims) -> None:
        """Refuse other than one to three sequences, and keys that are not the values'."""
        if len(shapes) > 3:
            raise self._refuse(
                f"takes one to three inputs, not {len(shapes)}", len(shapes), "a query and a value"
            )
        for shape in shapes:
            if len(shape) != 3:
                raise self._refuse(
                    f"wants samples of shape (steps, features), not {format_shape(shape[1:])}",
                    shape,
                    "samples of shape (steps, features)",
                )
        _, value, key = self.roles(*shapes)
        if None not in (value[1], key[1]) and value[1] != key[1]:
            raise self._refuse(
                f"needs a key for each value, but there are {key[1]} and {value[1]}",
                key,
                "as many steps of keys as of values",
            )

    def _refuse(self, problem: str, received: object, expected: str) -> ShapeError:
        title = self.name or type(self).__name__
        return ShapeError(
            f"Layer {title!r} {problem}.",
            layer=title,
            argument="inputs",
            received=received,
            expected=expected,
        )

    @staticmethod
    def roles(query: Dims, value: Dims | None = None, key: Dims | None = None) -> tuple[Dims, ...]:
        """Return the query, the value and the key, of which one can stand for others."""
        value = query if value is None else value
        return query, value, value if key is None else key

    def weights(self, *shapes: Dims) -> list[Weight]:
        """Return a kernel and a bias for the query, the key, the value and the output."""
        query, value, key = self.roles(*shapes)
        weights = []
        for part, shape, size in (
            ("query", query, self.key_dim),
            ("key", key, self.key_dim),
            ("value", value, self.value_size),
        ):
            features = known(shape[2], self, "the last dimension")
            weights += self._projection(part, (features,), (self.num_heads, size))
        heads = (self.num_heads, self.value_size)
        return weights + self._projection("attention_output", heads, (query[2] or 0,))

    def _projection(
        self, part: str, before: tuple[int, ...], after: tuple[int, ...]
    ) -> list[Weight]:
        kernel = Weight(
            f"{part}/kernel", before + after, self.kernel_initializer, self.kernel_regularizer
        )
        bias = Weight(f"{part}/bias", after, self.bias_initializer, self.bias_regularizer)
        return [kernel, bias] if self.use_bias else [kernel]

    def flops(self, *shapes: Dims) -> int | None:
        """Return the operations of the projections and of looking at all steps."""
        query, value, _ = self.roles(*shapes)
        if query[1] is None or value[1] is None:
            return None
        steps, seen = query[1], value[1]
        kernels = {w.name: math.prod(w.shape) for w in self.weights(*shapes)}
        ahead = steps * (kernels["query/kernel"] + kernels["attention_output/kernel"])
        back = seen * (kernels["key/kernel"] + kernels["value/kernel"])
        looking = self.num_heads * steps * seen * (self.key_dim + self.value_size)
        return 2 * (ahead + back + looking)
