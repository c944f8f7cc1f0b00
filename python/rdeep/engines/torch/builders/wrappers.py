"""Builders of layers around another layer."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from rdeep.catalogue import layers
from rdeep.engines.torch.builders.base import BuildContext, Built, builds
from rdeep.engines.torch.builders.core import activation
from rdeep.engines.torch.builders.inner import build
from rdeep.engines.torch.builders.recurrent import recurrent_with
from rdeep.engines.torch.sampling import RandomState
from rdeep.engines.torch.weights import WeightMap


class _Bidirectional(nn.Module):
    """Two recurrent layers that read in opposite directions."""

    def __init__(
        self, forward: nn.Module, backward: nn.Module, record: layers.Bidirectional
    ) -> None:
        super().__init__()
        self.ahead, self.back, self.mode = forward, backward, record.merge_mode
        self.sequences, self.return_state = record.layer.return_sequences, record.layer.return_state

    def forward(self, x: Tensor, mask: Tensor | None = None, *states: Tensor) -> Any:
        """Return the two outputs as one, and the states of both if asked."""
        half = len(states) // 2
        a, b = self.ahead(x, mask, *states[:half]), self.back(x, mask, *states[half:])
        last: tuple[Tensor, ...] = ()
        if self.return_state:
            (a, *ahead), (b, *back) = a, b
            last = (*ahead, *back)
        b = b.flip(1) if self.sequences else b
        if self.mode is None:
            return (a, b, *last)
        merged = self._merged(a, b)
        return (merged, *last) if last else merged

    def _merged(self, a: Tensor, b: Tensor) -> Tensor:
        if self.mode == "concat":
            return torch.cat([a, b], dim=-1)
        if self.mode == "mul":
            return a * b
        return (a + b) / 2 if self.mode == "ave" else a + b


@builds(layers.Bidirectional)
def bidirectional(record: layers.Bidirectional, site: BuildContext) -> Built:
    """Build a bidirectional layer."""
    parts: list[nn.Module] = []
    weights: dict[str, WeightMap] = {}
    for way, layer in zip(("forward", "backward"), record.directions()):
        inner = BuildContext(f"{site.name}/{way}", site.shapes[:1], site.random)
        # Unlike a single recurrent layer, Keras's wrapper shows zeros in masked steps.
        built = recurrent_with(layer, inner, zeros=layer.return_sequences)
        parts.append(built.module)
        weights.update({f"{way}/{name}": held for name, held in built.weights.items()})
    ahead, back = parts
    return Built(_Bidirectional(ahead, back, record), weights, takes_mask=True)


class _TimeDistributed(nn.Module):
    """A module that is applied to each step, to all at once where the steps do not matter."""

    def __init__(
        self, module: nn.Module, after: nn.Module | None, stepwise: bool, random: RandomState
    ) -> None:
        super().__init__()
        self.inside, self.after, self.stepwise, self.random = module, after, stepwise, random

    def forward(self, x: Tensor) -> Tensor:
        """Return the outputs of all steps."""
        if self.stepwise and self.training:
            steps = enumerate(x.unbind(1))
            return torch.stack([self.random.used(t, self._applied, step) for t, step in steps], 1)
        y = self._applied(x.flatten(0, 1))
        return y.unflatten(0, x.shape[:2])

    def _applied(self, x: Tensor) -> Tensor:
        y = self.inside(x)
        return y if self.after is None else self.after(y)


@builds(layers.TimeDistributed)
def time_distributed(record: layers.TimeDistributed, site: BuildContext) -> Built:
    """Build a layer that is applied to each step."""
    batch, _, *sizes = site.shapes[0]
    built = build(record.layer, BuildContext(site.name, ((batch, *sizes),), site.random))
    found = record.layer.following_activation
    after = None if found is None else activation(found)
    module = _TimeDistributed(built.module, after, record.stepwise(site.shapes[0]), site.random)
    return Built(module, built.weights)
