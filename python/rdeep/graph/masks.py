"""Masks as tensors of a graph: read from a tensor that carries one, or given to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rdeep.catalogue.dispatch import is_symbolic
from rdeep.catalogue.layers.base import Dims, Layer
from rdeep.catalogue.layers.run import Run
from rdeep.graph.tensor import SymbolicTensor, apply_layer, constant


class MaskOf(Layer):
    """The mask that a sequence carries, as a tensor; true everywhere where it carries none."""

    internal = True
    mask = "read"

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return the shape without the features, if there are any."""
        return shapes[0][: max(len(shapes[0]) - 1, 2)]

    def output_dtype(self, dtype: str) -> str:
        """Return the type of truths."""
        return "bool"

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the mask."""
        mask = run.masks[0]
        if mask is not None:
            return mask
        one = inputs[..., 0] if len(inputs.shape) > 2 else inputs
        return run.ops.ones_like(one, dtype="bool")


class WithMask(Layer):
    """Passes its first input on, which carries the second as its mask."""

    internal = True
    merges = True
    mask = "pass"

    def carries_mask(
        self, masked: Sequence[bool], shapes: Sequence[Dims], count: int
    ) -> list[bool]:
        """Return that the output carries one."""
        return [True]

    def join_masks(self, inputs: Sequence[Any], masks: Sequence[Any], ops: Any) -> Any:
        """Return the second input."""
        return inputs[1]

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the first input."""
        return inputs[0]

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return the first input's shape."""
        return shapes[0]


def with_mask(tensor: SymbolicTensor, mask: Any) -> Any:
    """Return a symbolic tensor that carries a mask.

    Parameters
    ----------
    tensor : SymbolicTensor
        The tensor.
    mask : tensor or None
        The mask; `None` leaves it as it is.
    """
    if mask is None:
        return tensor
    known: Any = mask if is_symbolic(mask) else constant(mask)
    return apply_layer(WithMask(), [tensor, known if known.dtype == "bool" else known != 0])
