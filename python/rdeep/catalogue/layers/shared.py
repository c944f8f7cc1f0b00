"""Options that layers of many families have, each declared once.

A class body names what it has, under the option's own name:
`kernel_regularizer: Regularizer | None = KERNEL_REGULARIZER`.
"""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.layers.base import Weight
from rdeep.catalogue.options import Count, Flag, Number, Ref, option

__all__ = [
    "ACTIVITY_REGULARIZER",
    "BETA_CONSTRAINT",
    "BETA_INITIALIZER",
    "BETA_REGULARIZER",
    "BIAS_CONSTRAINT",
    "BIAS_INITIALIZER",
    "BIAS_REGULARIZER",
    "CENTER",
    "DEPTHWISE_CONSTRAINT",
    "DEPTHWISE_REGULARIZER",
    "EMBEDDINGS_CONSTRAINT",
    "EMBEDDINGS_REGULARIZER",
    "EPSILON",
    "GAMMA_CONSTRAINT",
    "GAMMA_INITIALIZER",
    "GAMMA_REGULARIZER",
    "KERNEL_CONSTRAINT",
    "KERNEL_INITIALIZER",
    "KERNEL_REGULARIZER",
    "POINTWISE_CONSTRAINT",
    "POINTWISE_REGULARIZER",
    "RECURRENT_CONSTRAINT",
    "RECURRENT_REGULARIZER",
    "SCALE",
    "SEED",
    "affine_weights",
]


def _regularizer(of: str) -> Any:
    return option(Ref("regularizer"), None, f"The regularizer of {of}.")


def _constraint(on: str) -> Any:
    return option(Ref("constraint"), None, f"The constraint on {on}, imposed after each step.")


def _initializer(default: str, of: str) -> Any:
    return option(Ref("initializer"), default, f"The initializer of {of}.")


KERNEL_INITIALIZER = _initializer("glorot_uniform", "the kernel")
BIAS_INITIALIZER = _initializer("zeros", "the bias")
BETA_INITIALIZER = _initializer("zeros", "`beta`")
GAMMA_INITIALIZER = _initializer("ones", "`gamma`")

KERNEL_REGULARIZER = _regularizer("the kernel")
RECURRENT_REGULARIZER = _regularizer("the recurrent kernel")
DEPTHWISE_REGULARIZER = _regularizer("the depthwise kernel")
POINTWISE_REGULARIZER = _regularizer("the pointwise kernel")
EMBEDDINGS_REGULARIZER = _regularizer("the vectors")
BIAS_REGULARIZER = _regularizer("the bias")
GAMMA_REGULARIZER = _regularizer("`gamma`")
BETA_REGULARIZER = _regularizer("`beta`")

KERNEL_CONSTRAINT = _constraint("the kernel")
RECURRENT_CONSTRAINT = _constraint("the recurrent kernel")
DEPTHWISE_CONSTRAINT = _constraint("the depthwise kernel")
POINTWISE_CONSTRAINT = _constraint("the pointwise kernel")
EMBEDDINGS_CONSTRAINT = _constraint("the vectors")
BIAS_CONSTRAINT = _constraint("the bias")
GAMMA_CONSTRAINT = _constraint("`gamma`")
BETA_CONSTRAINT = _constraint("`beta`")

ACTIVITY_REGULARIZER = option(
    Ref("regularizer"),
    None,
    "The regularizer of the layer's output, after the activation, divided by the number "
    "of samples.",
)

EPSILON = option(Number(0.0), 1e-3, "A small number that avoids division by zero.")
CENTER = option(Flag(), True, "Whether to add `beta`.")
SCALE = option(Flag(), True, "Whether to multiply by `gamma`.")

SEED = option(Count(0), None, "The seed; by default the model's.")


def affine_weights(layer: Any, shape: tuple[int, ...]) -> list[Weight]:
    """Return `gamma` and `beta` of a layer that normalizes, as far as it has them.

    Parameters
    ----------
    layer : Layer
        The layer, with the options from `CENTER` to `GAMMA_CONSTRAINT`.
    shape : tuple of int
        Their shape.
    """
    return [
        Weight(
            name,
            shape,
            getattr(layer, f"{name}_initializer"),
            getattr(layer, f"{name}_regularizer"),
            constraint=getattr(layer, f"{name}_constraint"),
        )
        for name, wanted in (("gamma", layer.scale), ("beta", layer.center))
        if wanted
    ]
