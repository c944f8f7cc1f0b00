"""Layers whose computation is written once, on the array functions that all engines share."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.layers.base import Layer
from rdeep.catalogue.layers.run import Run as Run


class Formula(Layer, kind="layer"):
    """A layer with a formula: no backend needs a builder for it.

    A subclass declares its options, `output_shape`, `weights` if it has any, and `compute`.
    """

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the output.

        Parameters
        ----------
        inputs : tensor or list of tensor
            The input; a list where the layer merges.
        run : Run
            The array functions, the weights, and random numbers.
        """
        raise NotImplementedError


def is_half(x: Any) -> bool:
    """Return whether a tensor's numbers are float16, whose largest is 65504.

    Parameters
    ----------
    x : tensor
        The tensor, of either engine.
    """
    name = str(x.dtype)
    return "float16" in name and "bfloat16" not in name
