"""Options that layers of many families have, each declared once.

A class body names what it has, under the option's own name:
`kernel_regularizer: Regularizer | None = KERNEL_REGULARIZER`.
"""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.options import Ref, option

__all__ = [
    "ACTIVITY_REGULARIZER",
    "BETA_CONSTRAINT",
    "BETA_REGULARIZER",
    "BIAS_CONSTRAINT",
    "BIAS_REGULARIZER",
    "DEPTHWISE_CONSTRAINT",
    "DEPTHWISE_REGULARIZER",
    "EMBEDDINGS_CONSTRAINT",
    "EMBEDDINGS_REGULARIZER",
    "GAMMA_CONSTRAINT",
    "GAMMA_REGULARIZER",
    "KERNEL_CONSTRAINT",
    "KERNEL_REGULARIZER",
    "POINTWISE_CONSTRAINT",
    "POINTWISE_REGULARIZER",
    "RECURRENT_CONSTRAINT",
    "RECURRENT_REGULARIZER",
]


def _regularizer(of: str) -> Any:
    return option(Ref("regularizer"), None, f"A penalty on {of}.")


def _constraint(on: str) -> Any:
    return option(
        Ref("constraint"), None, f"What {on} must satisfy: it is made to after each step."
    )


KERNEL_REGULARIZER = _regularizer("the kernel")
RECURRENT_REGULARIZER = _regularizer("the recurrent kernel")
DEPTHWISE_REGULARIZER = _regularizer("the depthwise kernel")
POINTWISE_REGULARIZER = _regularizer("the pointwise kernel")
EMBEDDINGS_REGULARIZER = _regularizer("the vectors")
BIAS_REGULARIZER = _regularizer("the bias")
GAMMA_REGULARIZER = _regularizer("gamma")
BETA_REGULARIZER = _regularizer("beta")

KERNEL_CONSTRAINT = _constraint("the kernel")
RECURRENT_CONSTRAINT = _constraint("the recurrent kernel")
DEPTHWISE_CONSTRAINT = _constraint("the depthwise kernel")
POINTWISE_CONSTRAINT = _constraint("the pointwise kernel")
EMBEDDINGS_CONSTRAINT = _constraint("the vectors")
BIAS_CONSTRAINT = _constraint("the bias")
GAMMA_CONSTRAINT = _constraint("gamma")
BETA_CONSTRAINT = _constraint("beta")

ACTIVITY_REGULARIZER = option(
    Ref("regularizer"),
    None,
    "A penalty on the layer's output, after the activation, divided by the number of samples.",
)
