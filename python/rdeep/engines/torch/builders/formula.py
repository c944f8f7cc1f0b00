"""The module of any layer that is a formula in the catalogue."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from rdeep.arrays.counter_random import part_name
from rdeep.catalogue.layers.base import Layer
from rdeep.catalogue.layers.formula import Formula
from rdeep.catalogue.layers.run import Run
from rdeep.engines.torch import ops
from rdeep.engines.torch.builders.base import BUILDERS, BuildContext, Builder, Built, attribute_of
from rdeep.engines.torch.sampling import Draws, LayerDraws, lasting
from rdeep.engines.torch.weights import WeightMap


class FormulaModule(nn.Module):
    """A module that computes a layer's formula.

    Parameters
    ----------
    record : Formula
        The layer.
    site : BuildContext
        Where it stands.
    """

    def __init__(self, record: Formula, site: BuildContext) -> None:
        super().__init__()
        self.record = record
        self.attributes: dict[str, str] = {}
        for weight in record.weights(*site.shapes):
            self.attributes[weight.name] = attribute_of(weight.name)
            # Buffers too: a parameter stays the same object when its module is moved. Which of
            # them training changes is for the network to say.
            value = nn.Parameter(torch.empty(weight.shape))
            self.register_parameter(self.attributes[weight.name], value)
        self.constants: dict[str, Tensor] = {}
        self.draws = {
            part: Draws(site.random, part_name(site.name, part), seed, record.advances)
            for part, seed in record.streams().items()
        }

    def held(self) -> dict[str, Tensor]:
        """Return the weights by name."""
        parameters: Any = self._parameters
        return {name: parameters[attribute] for name, attribute in self.attributes.items()}

    def forward(self, inputs: Any, masks: Any = None) -> Any:
        """Return the layer's output."""
        if self.record.merges and isinstance(inputs, Tensor):
            # In a chain the tensor comes by itself.
            inputs = [inputs]
        return self.record.compute(inputs, self._run(_device_of(inputs), masks))

    def _run(self, device: torch.device, masks: Any) -> Run:
        return Run(
            ops,
            self.held(),
            masks if isinstance(masks, list) else [masks],
            self.training,
            LayerDraws(self.draws, device) if self.draws else None,
            lambda name, value: self._constant(name, value, device),
            self._assign,
        )

    def _constant(self, name: str, value: Any, device: torch.device) -> Tensor:
        """Return an array as a tensor, which is made once for each device."""
        held = self.constants.get(name)
        if held is None or held.device != device:
            with lasting():
                held = torch.from_numpy(np.array(value)).to(device)
            self.constants[name] = held
        return held

    def _assign(self, name: str, value: Tensor) -> None:
        with torch.no_grad():
            self._parameters[self.attributes[name]].copy_(value)

    def leave_out_of_compilation(self) -> None:
        """Keep what no compiler takes, and drawing, out of a compiled network."""
        # The key is another number at each step, and would compile each step anew.
        if self.record.random or not self.record.compiles:
            self.forward = torch.compiler.disable(self.forward)  # type: ignore[method-assign]

    def extra_repr(self) -> str:
        """Return what is shown between the brackets."""
        return repr(self.record)


def _device_of(inputs: Any) -> torch.device:
    """Return the device of the inputs, among which may be sizes, or nothing else."""
    for each in inputs if isinstance(inputs, (list, tuple)) else (inputs,):
        if isinstance(each, Tensor):
            return each.device
    return torch.device("cpu")


def formula(record: Formula, site: BuildContext) -> Built:
    """Build any layer that is a formula.

    Parameters
    ----------
    record : Formula
        The layer.
    site : BuildContext
        Where it stands.
    """
    module = FormulaModule(record, site)
    weights = {name: WeightMap([tensor]) for name, tensor in module.held().items()}
    masks = record.mask in ("read", "first")
    return Built(
        module,
        weights,
        takes_mask=masks and not record.merges,
        takes_list=record.merges,
        takes_masks=masks and record.merges,
    )


def builder_of(record: Layer) -> Builder | None:
    """Return what builds a layer, if anything does.

    Parameters
    ----------
    record : Layer
        The layer.
    """
    return BUILDERS.get(type(record), formula if isinstance(record, Formula) else None)
