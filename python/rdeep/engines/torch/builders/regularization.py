"""Native forms of layers that act while training only."""

from __future__ import annotations

from rdeep.catalogue import layers
from rdeep.engines.torch.builders.base import BuildContext, Built, native_form
from rdeep.engines.torch.sampling import Dropout


@native_form(layers.Dropout)
def dropout(record: layers.Dropout, context: BuildContext) -> Built:
    """Build a dropout layer."""
    shape = record.noise_shape
    return Built(Dropout(record.rate, context.name, context.random, shape, record.seed))
