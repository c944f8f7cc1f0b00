"""The table of builders, and what a builder takes and returns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from torch import nn

from rdeep.backends.torch.random import RandomState
from rdeep.backends.torch.weights import WeightMap
from rdeep.catalogue.layers.base import Dims, Layer


@dataclass
class Site:
    """Where a layer stands: its name in the model, its input shapes, the network's random state."""

    name: str
    shapes: tuple[Dims, ...]
    random: RandomState


@dataclass
class Built:
    """A module and where its weights are, by their names in the layer.

    `takes_mask` says that the module's second argument is the mask of time steps;
    `takes_list` that its only argument is a list of tensors.
    """

    module: nn.Module
    weights: dict[str, WeightMap] = field(default_factory=dict)
    takes_mask: bool = False
    takes_list: bool = False


Builder = Callable[[Any, Site], Built]
BUILDERS: dict[type[Layer], Builder] = {}


def builds(*records: type[Layer]) -> Callable[[Builder], Builder]:
    """Enter a function as the builder of some records.

    Parameters
    ----------
    *records : type
        The records' classes.
    """

    def enter(function: Builder) -> Builder:
        for record in records:
            BUILDERS[record] = function
        return function

    return enter
