"""The table of builders, and what a builder takes and returns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from rdeep.catalogue.layers.base import Dims, Layer
from rdeep.engines.torch.sampling import RandomState
from rdeep.engines.torch.weights import WeightMap, permuted


@dataclass
class BuildContext:
    """Where a layer stands: its name in the model, its input shapes, the network's random state."""

    name: str
    shapes: tuple[Dims, ...]
    random: RandomState


@dataclass
class Built:
    """A module and where its weights are, by their names in the layer.

    `takes_mask` says that the module's second argument is the mask of time steps, `takes_masks`
    that it is a list of each input's; `takes_list` that the first one is a list of tensors.
    """

    module: nn.Module
    weights: dict[str, WeightMap] = field(default_factory=dict)
    takes_mask: bool = False
    takes_list: bool = False
    takes_masks: bool = False


class Weighted(nn.Module):
    """A module whose parameters are a layer's weights, by their names in the layer.

    Parameters
    ----------
    record : Layer
        The layer's record.
    site : BuildContext
        Where it stands.
    swap : tuple of str
        The weights whose last two axes are held the other way round.
    leave : tuple of str
        The weights that are held elsewhere.
    """

    def __init__(
        self,
        record: Layer,
        site: BuildContext,
        swap: tuple[str, ...] = (),
        leave: tuple[str, ...] = (),
    ) -> None:
        super().__init__()
        self._swapped = swap
        for weight in record.weights(*site.shapes):
            if weight.name not in leave:
                value = torch.empty(weight.shape)
                value = value.mT.contiguous() if weight.name in swap else value
                self.register_parameter(weight.name, nn.Parameter(value))

    def held(self, name: str) -> Tensor | None:
        """Return a weight, if the layer has it."""
        return self._parameters.get(name)

    def built(self, **elsewhere: WeightMap) -> Built:
        """Return the module and where its weights are, with those that are held elsewhere."""
        weights = dict(elsewhere)
        for name, tensor in self.named_parameters(recurse=False):
            axes = tuple(range(tensor.dim()))
            swapped = (*axes[:-2], *axes[:-3:-1])
            weights[name] = (
                permuted(tensor, swapped) if name in self._swapped else WeightMap([tensor])
            )
        return Built(self, weights)


def attribute_of(name: str) -> str:
    """Return the attribute under which a module holds a weight of a layer.

    Parameters
    ----------
    name : str
        The weight's name in the layer.
    """
    # A module's own attributes, such as `training`, must not be hidden.
    return f"weight_{name}".replace("/", "_").replace(".", "_")


Builder = Callable[[Any, BuildContext], Built]
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
