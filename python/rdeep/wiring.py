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
from rdeep.graph import own_cell
from rdeep.graph.masks import with_mask
from rdeep.graph.tensor import Input
from rdeep.models import variables
from rdeep.models.attributes import layer_attribute
from rdeep.models.keras_models import model_of_config
from rdeep.models.layer_calls import call_layer
from rdeep.models.loading import load_model, save_model
from rdeep.ops import custom, engine_functions, steps
from rdeep.ops.eager import apply_eagerly, apply_to_data
from rdeep.ops.masks import mask_of
from rdeep.ops.measures import loss_of
from rdeep.ops.metric_state import MetricState
from rdeep.ops.rules import apply_rule, draw, rate_at
from rdeep.ops.stepwise import apply_layer
from rdeep.saving.configurations import config_of, from_config
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
    own_cell,
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
    call_preprocessing=apply_to_data,
    call_loss=loss_of,
    apply_rule=apply_rule,
    draw=draw,
    call_schedule=rate_at,
    config_of=config_of,
    from_config=from_config,
    model_of=model_of_config,
    load_model=load_model,
    save_model=save_model,
    make_meter=MetricState,
    layer_attribute=layer_attribute,
    variables=variables,
    gradients=steps,
    own_cell=own_cell.own_cell,
    make_input=Input,
    describe_function=engine_functions.describe,
    describe_method=engine_functions.describe_method,
    run_function=engine_functions.run,
    watch_functions=engine_functions.watch,
)
"""What calls of records go to."""
