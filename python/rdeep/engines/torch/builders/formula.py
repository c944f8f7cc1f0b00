"""The module of any layer that is a formula in the catalogue."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from rdeep.catalogue.layers import sampling
from rdeep.catalogue.layers.base import Layer
from rdeep.catalogue.layers.formula import Formula
from rdeep.engines.torch import ops
from rdeep.engines.torch.builders.base import BUILDERS, BuildContext, Builder, Built, attribute_of
from rdeep.engines.torch.sampling import Draws, lasting
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
        self.names: list[str] = []
        for weight in record.weights(*site.shapes):
            self.names.append(weight.name)
            # Buffers too: a parameter stays the same object when its module is moved. Which of
            # them training changes is for the network to say.
            value = nn.Parameter(torch.empty(weight.shape))
            self.register_parameter(attribute_of(weight.name), value)
        self.constants: dict[str, Tensor] = {}
        self.draws = None
        if record.random:
            seed = getattr(record, "seed", None)
            self.draws = Draws(site.random, site.name, seed, record.advances)

    def held(self, name: str) -> Tensor:
        """Return a weight."""
        return getattr(self, attribute_of(name))

    def forward(self, inputs: Any, masks: Any = None) -> Any:
        """Return the layer's output."""
        if self.record.merges and isinstance(inputs, Tensor):
            # In a chain the tensor comes by itself.
            inputs = [inputs]
        return self.record.compute(inputs, TorchRun(self, inputs, masks))

    def leave_out_of_compilation(self) -> None:
        """Keep what no compiler takes, and drawing, out of a compiled network."""
        # The key is another number at each step, and would compile each step anew.
        if self.record.random or not self.record.compiles:
            self.forward = torch.compiler.disable(self.forward)  # type: ignore[method-assign]

    def extra_repr(self) -> str:
        """Return what is shown between the brackets."""
        return repr(self.record)


class TorchRun:
    """What a formula may ask for: `rdeep.catalogue.layers.formula.Run`."""

    def __init__(self, module: FormulaModule, inputs: Any, masks: Any) -> None:
        self.module = module
        self.training = module.training
        given = inputs if isinstance(inputs, (list, tuple)) else [inputs]
        # Sizes, which are numbers on torch, may be among the inputs, or all that there is.
        devices = [each.device for each in given if isinstance(each, Tensor)]
        self.device = devices[0] if devices else torch.device("cpu")
        self.masks = masks if isinstance(masks, list) else [masks]
        self._drawn = 0

    @property
    def ops(self) -> Any:
        """The array functions."""
        return ops

    @property
    def weights(self) -> dict[str, Tensor]:
        """The layer's weights."""
        return {name: self.module.held(name) for name in self.module.names}

    def constant(self, name: str, value: Any) -> Tensor:
        """Return an array as a tensor, which is made once for each device."""
        held = self.module.constants.get(name)
        if held is None or held.device != self.device:
            with lasting():
                held = torch.from_numpy(np.array(value)).to(self.device)
            self.module.constants[name] = held
        return held

    def uniform(self, shape: Any) -> Tensor:
        """Return random numbers from 0 to below 1."""
        assert self.module.draws is not None, "the layer does not say that it is random"
        number, self._drawn = self._drawn, self._drawn + 1
        sizes = tuple(int(size) for size in shape)
        return self.module.draws.uniform(sizes, number, self.device)

    def normal(self, shape: Any) -> Tensor:
        """Return normal random numbers."""
        return sampling.normal(self, shape)

    def assign(self, name: str, value: Tensor) -> None:
        """Give a buffer a new value."""
        with torch.no_grad():
            self.module.held(name).copy_(value)


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
    weights = {name: WeightMap([module.held(name)]) for name in module.names}
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
