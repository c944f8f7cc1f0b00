"""Options that layers of several families have, declared once."""

from __future__ import annotations

from rdeep.catalogue.options import Ref, option

KERNEL_CONSTRAINT = option(
    Ref("constraint"), None, "What the kernel must satisfy after each step of training."
)
RECURRENT_CONSTRAINT = option(
    Ref("constraint"), None, "What the weights of the state must satisfy."
)
BIAS_CONSTRAINT = option(Ref("constraint"), None, "What the bias must satisfy.")
ACTIVITY_REGULARIZER = option(Ref("regularizer"), None, "A penalty on the output.")
