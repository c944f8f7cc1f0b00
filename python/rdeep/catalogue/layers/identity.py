"""The identity layer, and masking of padded steps."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.layers.base import Dims, Layer
from rdeep.catalogue.layers.case import Case, case
from rdeep.catalogue.layers.run import Run
from rdeep.catalogue.options import Number, option
from rdeep.errors import ShapeError, format_shape, layer_title

__all__ = ["Identity", "Masking"]


class Identity(Layer):
    """Identity layer: returns its input unchanged.

    Examples
    --------
    >>> Identity()(np.array([[1.0, 2.0]]))
    tensor([[1., 2.]])
    """

    @classmethod
    def cases(cls) -> list[Case]:
        """Return a use on sequences."""
        return [case({}, (3, 4))]

    def output_dtype(self, dtype: str) -> str:
        """Return the input's type."""
        return dtype

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the input."""
        return inputs


class Masking(Layer):
    """Masking layer: marks padded steps of a sequence, so that later layers skip them.

    A step is masked if all its values equal `mask_value`. Recurrent layers skip masked steps,
    attention layers do not attend to them, and losses ignore them. The masked steps themselves
    become zeros.

    Input shape
    -----------
    `(batch, steps, features)`; of `(batch, features)` whole samples are masked.

    Examples
    --------
    >>> Masking()(np.array([[[1.0, 2.0], [0.0, 0.0]]]))
    tensor([[[1., 2.],
             [0., 0.]]])
    """

    mask = "make"
    mask_value: float = option(Number(), 0.0, "The value of padding.")

    @classmethod
    def cases(cls) -> list[Case]:
        """Return a use on sequences."""
        return [case({}, (3, 4))]

    def check_inputs(self, *shapes: Dims) -> None:
        """Refuse samples without values."""
        super().check_inputs(*shapes)
        if len(shapes[0]) < 2:
            title = self.name or "Masking"
            raise ShapeError(
                f"{layer_title(self)} wants samples with values each, not of shape "
                f"{format_shape(shapes[0][1:])}.",
                layer=title,
                received=shapes[0],
                expected="at least one dimension for each sample",
            )

    def makes_mask(self) -> bool:
        """Return true."""
        return True

    def made_mask(self, inputs: Any, ops: Any) -> Any:
        """Return which steps have another value than that of padding."""
        return ops.any(ops.not_equal(inputs, self.mask_value), axis=-1)

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the input with zeros for padding."""
        ops = run.ops
        counts = ops.any(ops.not_equal(inputs, self.mask_value), axis=-1, keepdims=True)
        return inputs * ops.cast(counts, inputs.dtype)
