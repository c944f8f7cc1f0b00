"""What calls of the catalogue's records go to, and all modules whose import registers records.

The one module that knows the floors above the catalogue and hands them to it: see
`rdeep.catalogue.dispatch`.
"""

from __future__ import annotations

from rdeep.catalogue import (
    activations,
    constraints,
    feature_space,
    features,
    initializers,
    layers,
    losses,
    metrics,
    optimizers,
    regularizers,
    schedules,
)
from rdeep.catalogue.dispatch import Calls
from rdeep.graph.masks import with_mask
from rdeep.graph.tensor import Input, apply_layer
from rdeep.models.layer_calls import call_layer
from rdeep.ops import custom
from rdeep.ops.eager import apply_eagerly
from rdeep.ops.masks import mask_of
from rdeep.ops.measures import called
from rdeep.ops.metric_state import MetricState
from rdeep.training import callbacks

FAMILIES = (
    activations,
    callbacks,
    constraints,
    custom,
    feature_space,
    features,
    initializers,
    layers,
    losses,
    metrics,
    optimizers,
    regularizers,
    schedules,
)
"""The modules that declare records: importing them enters the records in the registry."""

CALLS = Calls(
    apply_layer=apply_layer,
    call_layer=call_layer,
    with_mask=with_mask,
    mask_of=mask_of,
    call_formula=apply_eagerly,
    call_loss=called,
    make_meter=MetricState,
    make_input=Input,
)
"""What calls of records go to."""
