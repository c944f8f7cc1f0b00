"""Builders of normalization layers."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from rdeep.catalogue import layers
from rdeep.catalogue.layers.normalization import places_of
from rdeep.engines.torch.builders.base import BuildContext, Built, Weighted, native_form
from rdeep.engines.torch.weights import WeightMap


class _BatchNormalization(nn.Module):
    """Batch normalization with Keras's moving averages: of the biased variance."""

    def __init__(self, record: layers.BatchNormalization, channels: int) -> None:
        super().__init__()
        self.axis, self.momentum, self.epsilon = record.axis, record.momentum, record.epsilon
        self.frozen = not record.trainable
        self.weight = nn.Parameter(torch.ones(channels)) if record.scale else None
        self.bias = nn.Parameter(torch.zeros(channels)) if record.center else None
        self.running_mean: Tensor
        self.running_var: Tensor
        self.register_buffer("running_mean", torch.zeros(channels))
        self.register_buffer("running_var", torch.ones(channels))

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        """Return the normalized tensor."""
        if mask is not None:
            # Of the first axes, with the channels second as in the tensor.
            mask = mask.reshape(*mask.shape, *[1] * (x.dim() - mask.dim())).movedim(self.axis, 1)
        if x.dim() > 2:
            return self._channels_second(x.movedim(self.axis, 1), mask).movedim(1, self.axis)
        return self._channels_second(x, mask)

    def _channels_second(self, x: Tensor, mask: Tensor | None) -> Tensor:
        if not self.training or self.frozen:
            return self._normalized(x, self.running_mean, self.running_var)
        if mask is not None:
            mean, variance = _masked_moments(x, mask)
            self._remember(mean.detach(), variance.detach())
            return self._normalized(x, mean, variance)
        out, mean, inverse = torch.native_batch_norm(
            x, self.weight, self.bias, None, None, True, 0.0, self.epsilon
        )
        self._remember(mean.detach(), inverse.detach().pow(-2) - self.epsilon)
        return out

    def _normalized(self, x: Tensor, mean: Tensor, variance: Tensor) -> Tensor:
        if not mean.requires_grad:
            return functional.batch_norm(
                x, mean, variance, self.weight, self.bias, False, 0.0, self.epsilon
            )
        shape = (1, -1, *([1] * (x.dim() - 2)))
        out = (x - mean.view(shape)) * torch.rsqrt(variance.view(shape) + self.epsilon)
        out = out if self.weight is None else out * self.weight.view(shape)
        return out if self.bias is None else out + self.bias.view(shape)

    def _remember(self, mean: Tensor, variance: Tensor) -> None:
        self.running_mean.mul_(self.momentum).add_(mean, alpha=1.0 - self.momentum)
        self.running_var.mul_(self.momentum).add_(variance, alpha=1.0 - self.momentum)


def _masked_moments(x: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """Return mean and variance over the unmasked steps; `x` has its channels second."""
    axes = [0, *range(2, x.dim())]
    weight = mask.to(x.dtype)
    repeats = math.prod(x.shape[axis] // weight.shape[axis] for axis in axes)
    total = weight.sum(axes) * repeats + 1e-7
    mean = (x * weight).sum(axes) / total
    centred = x - mean.view(1, -1, *([1] * (x.dim() - 2)))
    return mean, (weight * centred.square()).sum(axes) / total


@native_form(layers.BatchNormalization)
def batch_normalization(record: layers.BatchNormalization, context: BuildContext) -> Built | None:
    """Build batch normalization."""
    if record.renorm:
        return None
    specs = {weight.name: weight for weight in record.weights(*context.shapes)}
    module = _BatchNormalization(record, specs["moving_mean"].shape[0])
    tensors: dict[str, Tensor | None] = {
        "gamma": module.weight,
        "beta": module.bias,
        "moving_mean": module.running_mean,
        "moving_variance": module.running_var,
    }
    weights = {name: WeightMap([t]) for name, t in tensors.items() if t is not None}
    return Built(module, weights, takes_mask=True)


class _LayerNormalization(Weighted):
    """Layer normalization along any axes."""

    def __init__(self, record: layers.LayerNormalization, context: BuildContext) -> None:
        super().__init__(record, context)
        self.places = places_of(record.axis, len(context.shapes[0]))
        self.epsilon = record.epsilon
        self.last = tuple(range(-len(self.places), 0))

    def forward(self, x: Tensor) -> Tensor:
        """Return the normalized tensor."""
        x = x.movedim(self.places, self.last)
        sizes = x.shape[self.last[0] :]
        y = functional.layer_norm(
            x, sizes, self.find_weight("gamma"), self.find_weight("beta"), self.epsilon
        )
        return y.movedim(self.last, self.places)


@native_form(layers.LayerNormalization)
def layer_normalization(record: layers.LayerNormalization, context: BuildContext) -> Built | None:
    """Build layer normalization."""
    if record.rms_scaling:
        return None
    return _LayerNormalization(record, context).built()


class _GroupNormalization(Weighted):
    """Group normalization, with the channels second as torch has them."""

    def __init__(self, record: layers.GroupNormalization, context: BuildContext) -> None:
        super().__init__(record, context)
        (self.axis,) = places_of(record.axis, len(context.shapes[0]))
        self.groups = record.groups
        self.epsilon = record.epsilon

    def forward(self, x: Tensor) -> Tensor:
        """Return the normalized tensor."""
        x = x.movedim(self.axis, 1)  # not copied: torch computes on channels that lie last
        groups = x.shape[1] if self.groups == -1 else self.groups
        gamma, beta = self.find_weight("gamma"), self.find_weight("beta")
        if gamma is None and beta is not None:
            gamma = torch.ones_like(beta)  # torch has no derivative of one without the other
        y = functional.group_norm(x, groups, gamma, beta, self.epsilon)
        return y.movedim(1, self.axis)


@native_form(layers.GroupNormalization)
def group_normalization(record: layers.GroupNormalization, context: BuildContext) -> Built:
    """Build group normalization."""
    return _GroupNormalization(record, context).built()
