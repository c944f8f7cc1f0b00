"""Embeddings that are used backwards too: from vectors to logits of all codes."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.layers.base import Dims, Weight
from rdeep.catalogue.layers.call_options import called_with, current_call, option_of
from rdeep.catalogue.layers.case import Case, case
from rdeep.catalogue.layers.core import Embedding
from rdeep.catalogue.layers.lora import lora_scale
from rdeep.catalogue.layers.run import Run
from rdeep.catalogue.options import DType, Flag, Number, option
from rdeep.errors import ShapeError, layer_title

__all__ = ["ReversibleEmbedding"]


class ReversibleEmbedding(Embedding):
    """Reversible embedding layer: codes become vectors, and vectors logits of all codes.

    With `reverse`, the layer multiplies vectors by the transposed embeddings, or by a kernel of its
    own where `tie_weights` is `False`. Both uses of a layer share its weights.

    Call arguments
    --------------
    inputs : tensor
        Codes; or vectors, with `reverse`.
    reverse : bool, optional
        Whether to turn vectors into logits.

    Input shape
    -----------
    `(batch, ...)`, whole numbers; with `reverse` vectors, `(batch, ..., output_dim)`.

    Output shape
    ------------
    `(batch, ..., output_dim)`; with `reverse` `(batch, ..., input_dim)`.

    References
    ----------
    Press, O. and Wolf, L. (2017). Using the output embedding to improve language models. EACL.
    arXiv:1608.05859.

    Examples
    --------
    >>> ReversibleEmbedding(1000, 16).output_shape((None, 20))
    (None, 20, 16)
    """

    call_options = ("reverse",)
    tie_weights: bool = option(
        Flag(), True, "Whether both directions share the embeddings.", after="output_dim"
    )
    reverse_dtype: str | None = option(
        DType(),
        None,
        "The data type that logits are computed in; by default that of the vectors.",
        after="mask_zero",
    )
    logit_soft_cap: float | None = option(
        Number(0.0, open_low=True),
        None,
        "What logits stay below: they become `cap * tanh(logits / cap)`.",
        after="reverse_dtype",
    )

    @classmethod
    def cases(cls) -> list[Case]:
        """Return uses as an embedding."""
        plain = {"input_dim": 6, "output_dim": 3}
        return [
            case(options, (5,), codes=6) for options in (plain, {**plain, "tie_weights": False})
        ]

    def __call__(
        self,
        inputs: Any,
        *more: Any,
        reverse: bool = False,
        training: bool | None = None,
        mask: Any = None,
    ) -> Any:
        """Apply the layer to codes, or to vectors.

        Parameters
        ----------
        inputs : tensor
            Codes; or vectors, with `reverse`.
        *more : tensor
            Nothing: the layer takes one input.
        reverse : bool
            Whether to turn vectors into logits.
        training : bool, optional
            Whether the layer acts as it does in training, which changes nothing.
        mask : tensor or array, optional
            The mask of the input, for layers that follow.
        """
        call = {"reverse": True} if reverse else {}
        with called_with({**current_call(), **call}):
            return super().__call__(inputs, *more, training=training, mask=mask)

    @property
    def _reversed(self) -> bool:
        return bool(option_of(self, "reverse"))

    def code_limits(self) -> tuple[int, ...] | None:  # type: ignore[override]
        """Return how many different codes there are, where the input holds codes."""
        return None if self._reversed else super().code_limits()

    def makes_mask(self) -> bool:
        """Return whether zeros mark padding."""
        return self.mask_zero and not self._reversed

    def check_inputs(self, *shapes: Dims) -> None:
        """Refuse vectors of another length than the embeddings'."""
        super().check_inputs(*shapes)
        size = shapes[0][-1]
        if self._reversed and size not in (None, self.output_dim):
            title = self.name or "ReversibleEmbedding"
            raise ShapeError(
                f"{layer_title(self)} turns vectors of {self.output_dim} values into logits, not "
                f"of {size}.",
                layer=title,
                received=shapes[0],
                expected=f"vectors of {self.output_dim} values",
            )

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return the input's shape and the length of the vectors; or a logit for each code."""
        return (
            (*shapes[0][:-1], self.input_dim) if self._reversed else super().output_shape(*shapes)
        )

    def output_dtype(self, dtype: str) -> str:
        """Return the output's type for an input of this type."""
        return (self._reversed and self.reverse_dtype) or super().output_dtype(dtype)

    def weights(self, *shapes: Dims) -> list[Weight]:
        """Return the embeddings, and the kernel of the other direction if it has its own."""
        weights = super().weights(*shapes)
        if not self.tie_weights:
            shape = (self.output_dim, self.input_dim)
            weights.append(Weight("reverse_embeddings", shape, self.embeddings_initializer))
        return weights

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the vectors of codes, or the logits of vectors."""
        if not self._reversed:
            return super().compute(inputs, run)
        ops, weights = run.ops, run.weights
        if self.tie_weights:
            kernel = weights["embeddings"]
            if self.lora_rank is not None:
                both = ops.matmul(weights["lora_embeddings_a"], weights["lora_embeddings_b"])
                kernel = kernel + lora_scale(self) * both
            kernel = ops.transpose(kernel)  # (output_dim, input_dim)
        else:
            kernel = weights["reverse_embeddings"]
        if self.reverse_dtype is not None:
            inputs, kernel = (ops.cast(each, self.reverse_dtype) for each in (inputs, kernel))
        logits = ops.matmul(inputs, kernel)  # (batch, ..., input_dim)
        cap = self.logit_soft_cap
        return logits if cap is None else ops.tanh(logits / cap) * cap
