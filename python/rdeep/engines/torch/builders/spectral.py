"""The builder of the layer that divides another's kernel by its norm."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from rdeep.catalogue import layers
from rdeep.engines.torch import ops
from rdeep.engines.torch.builders.base import BuildContext, Built, builds
from rdeep.engines.torch.builders.core import activation
from rdeep.engines.torch.builders.formula import builder_of
from rdeep.engines.torch.builders.inner import following_activation
from rdeep.engines.torch.weights import WeightMap
from rdeep.errors import BackendError, class_name


class _SpectralNormalization(nn.Module):
    """A module whose kernel is divided by its norm before each step of training."""

    def __init__(
        self, record: layers.SpectralNormalization, inner: nn.Module, kernel: WeightMap, size: int
    ) -> None:
        super().__init__()
        self.record, self.layer = record, inner
        self._kernel = kernel
        # Not a buffer: a parameter stays the same object when its module is moved.
        self.vector_u = nn.Parameter(torch.empty(1, size))
        after = following_activation(record.layer)
        self.after = nn.Identity() if after is None else activation(after)

    def forward(self, *inputs: Any) -> Any:
        """Return the layer's output."""
        if self.training:
            self._divide()
        return self.after(self.layer(*inputs))

    @torch.no_grad()
    def _divide(self) -> None:
        held = [tensor.detach() for tensor in self._kernel.tensors]
        kernel, vector = self.record.divided(self._kernel.pack(held), self.vector_u, ops)
        for tensor, part in zip(self._kernel.tensors, self._kernel.unpack(kernel)):
            tensor.copy_(part)
        self.vector_u.copy_(vector)


@builds(layers.SpectralNormalization)
def spectral_normalization(record: layers.SpectralNormalization, site: BuildContext) -> Built:
    """Build a layer whose kernel is divided by its norm."""
    builder = builder_of(record.layer)
    if builder is None:
        raise BackendError(
            f"Layer {site.name!r} cannot normalize a {class_name(record.layer)} layer.",
            layer=site.name,
        )
    inner = builder(record.layer, BuildContext(f"{site.name}/layer", site.shapes, site.random))
    weight = record.normalized(*site.shapes)
    module = _SpectralNormalization(
        record, inner.module, inner.weights[weight.name], weight.shape[-1]
    )
    weights = {f"layer/{name}": held for name, held in inner.weights.items()}
    return Built(
        module,
        {"vector_u": WeightMap([module.vector_u]), **weights},
        takes_mask=inner.takes_mask,
        takes_list=inner.takes_list,
        takes_masks=inner.takes_masks,
    )
