"""Formulas that can be called on arrays, without a model."""

from __future__ import annotations

import importlib
from typing import Any

from rdeep.catalogue.layers.formula import Formula


class Eager(Formula, abstract=True):
    """A layer with a formula that is of use by itself: it may be called on arrays.

    `layer(images)` returns an array; called on a symbolic tensor, it is a step of a model.
    """

    def __call__(  # type: ignore[override]
        self, inputs: Any, training: bool | None = None
    ) -> Any:
        """Apply the layer to a symbolic tensor, or compute what it makes of arrays.

        Arrays are treated as in training, where `training` does not say otherwise.
        """
        if hasattr(inputs, "apply_layer"):
            return super().__call__(inputs, training=training)
        # By name: engines and what computes on them stand above the catalogue.
        eager = importlib.import_module("rdeep.ops.eager")
        return eager.apply_eagerly(self, inputs, training=training is not False)

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
