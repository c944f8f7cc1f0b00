"""Layers whose formula is of use without a model, and what formulas share."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue import dispatch
from rdeep.catalogue.dispatch import is_symbolic
from rdeep.catalogue.layers.base import Layer


class Eager(Layer, abstract=True):
    """A layer with a formula that is of use by itself: it may be called on arrays.

    `layer(images)` returns an array; called on a symbolic tensor, it is a step of a model.
    """

    def __call__(  # type: ignore[override]
        self, inputs: Any, training: bool | None = None
    ) -> Any:
        """Apply the layer to a symbolic tensor, or compute what it makes of arrays.

        Arrays are treated as in training, where `training` does not say otherwise.
        """
        if is_symbolic(inputs):
            return super().__call__(inputs, training=training)
        return dispatch.calls().call_formula(self, inputs, training is not False)

    def compute_parts(self, parts: dict[str, Any], run: Any) -> dict[str, Any]:
        """Return what the layer makes of images and what belongs to them.

        Parameters
        ----------
        parts : dict
            Tensors by name, `"images"` among them.
        run : Run
            The array functions and random numbers.
        """
        return {**parts, "images": self.compute(parts["images"], run)}


def is_half(x: Any) -> bool:
    """Return whether a tensor's numbers are float16, whose largest is 65504.

    Parameters
    ----------
    x : tensor
        The tensor, of either engine.
    """
    name = str(x.dtype)
    return "float16" in name and "bfloat16" not in name
