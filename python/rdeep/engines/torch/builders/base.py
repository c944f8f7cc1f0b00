"""The table of native forms, and what a form takes and returns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from rdeep.catalogue.layers.base import Dims, Layer
from rdeep.engines.native_forms import forms_of, refuse_missing
from rdeep.engines.torch.sampling import RandomState
from rdeep.engines.torch.weights import WeightMap


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
    context : BuildContext
        Where it stands.
    leave : tuple of str
        The weights that are held elsewhere.
    """

    def __init__(
        self,
        record: Layer,
        context: BuildContext,
        leave: tuple[str, ...] = (),
    ) -> None:
        super().__init__()
        for weight in record.weights(*context.shapes):
            if weight.name not in leave:
                self.register_parameter(weight.name, nn.Parameter(torch.empty(weight.shape)))

    def find_weight(self, name: str) -> Tensor | None:
        """Return a weight, if the layer has it."""
        return self._parameters.get(name)

    def built(self, **elsewhere: WeightMap) -> Built:
        """Return the module and where its weights are, with those that are held elsewhere."""
        own = {name: WeightMap([each]) for name, each in self.named_parameters(recurse=False)}
        return Built(self, {**elsewhere, **own})


def native(record: Layer, context: BuildContext) -> Built | None:
    """Return a layer by its native form; `None` if there is none for it, or for its options.

    Parameters
    ----------
    record : Layer
        The layer.
    context : BuildContext
        Where it stands.
    """
    # Native forms compute in the network's type alone.
    form = NATIVE.get(type(record)) if record.own_dtype is None else None
    found = None if form is None else form(record, context)
    if found is None:
        return None
    names = [weight.name for weight in record.weights(*context.shapes)]
    built = _with_own(found, names, record) if isinstance(found, nn.Module) else found
    refuse_missing(names, built.weights, "torch", _WHERE_WEIGHTS_ARE)
    return built


def _with_own(module: nn.Module, names: list[str], record: Layer) -> Built:
    tensors = {**dict(module.named_parameters()), **dict(module.named_buffers())}
    weights = {name: WeightMap([tensors[name]]) for name in names if name in tensors}
    return Built(module, weights, takes_list=record.merges)


_WHERE_WEIGHTS_ARE = (
    "Return a module whose parameters have the names and shapes that the record's weights() says, "
    "or Built(module, weights), where `weights` has a WeightMap for each of these names."
)


def attribute_of(name: str) -> str:
    """Return the attribute under which a module holds a weight of a layer.

    Parameters
    ----------
    name : str
        The weight's name in the layer.
    """
    # A module's own attributes, such as `training`, must not be hidden.
    return f"weight_{name}".replace("/", "_").replace(".", "_")


NativeForm = Callable[[Any, BuildContext], "Built | nn.Module | None"]
"""Builds a layer by torch's own modules or kernels; `None` for options that they do not have.

A module by itself has the layer's weights as parameters and buffers, by name, in Keras's layout.
"""
NATIVE: dict[type[Layer], NativeForm] = forms_of("torch")
"""The native forms: of layers whose formula would be slower, or whose module people know."""
Form = TypeVar("Form", bound=NativeForm)


def native_form(*records: type[Layer]) -> Callable[[Form], Form]:
    """Enter a function as the native form of some layers.

    Parameters
    ----------
    *records : type
        The records' classes.
    """

    def enter(form: Form) -> Form:
        NATIVE.update(dict.fromkeys(records, form))
        return form

    return enter
