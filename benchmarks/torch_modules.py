"""Workloads as plain torch modules, for every contestant that is written on torch itself."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from workloads import Data, Workload


class LastOutput(nn.Module):
    """An LSTM's output at the last step."""

    def __init__(self, features: int, units: int) -> None:
        super().__init__()
        self.lstm = nn.LSTM(features, units, batch_first=True)

    def forward(self, x: Tensor) -> Tensor:
        """Return the output at the last step."""
        return self.lstm(x)[0][:, -1]


class LastStates(nn.Module):
    """The last states of GRUs in both directions, of series filled up with zeros.

    Taking the output at each series' last step is faster than packed sequences.
    """

    def __init__(self, features: int, units: int) -> None:
        super().__init__()
        self.ahead = nn.GRU(features, units, batch_first=True)
        self.back = nn.GRU(features, units, batch_first=True)

    def forward(self, x: Tensor) -> Tensor:
        """Return both states beside each other."""
        lengths = (x != 0).any(2).sum(1)
        rows, steps = torch.arange(x.shape[0]), torch.arange(x.shape[1])
        # Turned around within its length; the zeros stay at the end.
        turned = x[rows[:, None], (lengths[:, None] - 1 - steps) % len(steps)]
        states = [self.ahead(x)[0], self.back(turned)[0]]
        return torch.cat([outputs[rows, lengths - 1] for outputs in states], 1)


class Attention(nn.Module):
    """Attention of a sequence to itself."""

    def __init__(self, features: int, heads: int) -> None:
        super().__init__()
        self.attention = nn.MultiheadAttention(features, heads, batch_first=True)

    def forward(self, x: Tensor) -> Tensor:
        """Return what the heads have found."""
        return self.attention(x, x, x, need_weights=False)[0]


class Residual(nn.Module):
    """The sum of two branches."""

    def __init__(self, inside: nn.Module, shortcut: nn.Module) -> None:
        super().__init__()
        self.inside, self.shortcut = inside, shortcut

    def forward(self, x: Tensor) -> Tensor:
        """Return the sum."""
        return self.inside(x) + self.shortcut(x)


class Average(nn.Module):
    """The average over the axes of time or space."""

    def __init__(self, axes: tuple[int, ...]) -> None:
        super().__init__()
        self.axes = axes

    def forward(self, x: Tensor) -> Tensor:
        """Return the average."""
        return x.mean(self.axes)


class Flip(nn.Module):
    """Mirrors every other image, by chance, while training."""

    def forward(self, x: Tensor) -> Tensor:
        """Return the images."""
        if not self.training:
            return x
        return torch.where(torch.rand(len(x), 1, 1, 1) < 0.5, x.flip(-1), x)


class Rotate(nn.Module):
    """Turns images by up to a part of the circle either way while training."""

    def __init__(self, factor: float) -> None:
        super().__init__()
        self.factor = factor

    def forward(self, x: Tensor) -> Tensor:
        """Return the images, which must be as high as wide."""
        if not self.training:
            return x
        angles = (torch.rand(len(x)) * 2 - 1) * (self.factor * 2 * math.pi)
        sine, cosine, zero = angles.sin(), angles.cos(), torch.zeros(len(x))
        matrices = torch.stack([cosine, -sine, zero, sine, cosine, zero], 1).view(-1, 2, 3)
        grid = functional.affine_grid(matrices, list(x.shape), align_corners=False)
        return functional.grid_sample(x, grid, padding_mode="reflection", align_corners=False)


class Table(nn.Module):
    """Embeddings of factors joined to numeric columns, and a network on top."""

    def __init__(self, workload: Workload) -> None:
        super().__init__()
        sizes = list(zip(workload.cardinalities, workload.dimensions))
        self.embeddings = nn.ModuleList(nn.Embedding(n, size) for n, size in sizes)
        columns = workload.input_shape[0] + sum(size for _, size in sizes)
        self.body = sequential(workload.layers, torch.ones(2, columns))

    def forward(self, numeric: Tensor, codes: Tensor) -> Tensor:
        """Return the scores; `codes` has a column for each factor."""
        columns = codes.unbind(1)
        parts = [embedding(column) for embedding, column in zip(self.embeddings, columns)]
        return self.body(torch.cat([numeric, *parts], 1))


def sequential(layers: Sequence[Sequence[Any]], probe: Tensor) -> nn.Sequential:
    """Return a chain of a workload's layers.

    Parameters
    ----------
    layers : sequence
        Such as `("dense", 64, "relu")`.
    probe : Tensor
        A few rows as the first will get them, to see the sizes along the chain.
    """
    modules: list[nn.Module] = []
    with torch.no_grad():
        for layer in layers:
            for module in _modules(layer, probe):
                modules.append(module)
                probe = module(probe)
    return nn.Sequential(*modules)


def _modules(layer: Sequence[Any], x: Tensor) -> list[nn.Module]:
    """Return the modules of one of a workload's layers, of which `x` would be an input."""
    kind, *options = layer
    images = x.ndim == 4
    convolution = nn.Conv2d if images else nn.Conv1d
    relu = [nn.ReLU()] if options and options[-1] == "relu" else []
    match kind:
        case "dense":
            return [nn.Linear(x.shape[-1], options[0]), *relu]
        case "conv":
            return [convolution(x.shape[1], options[0], options[1]), *relu]
        case "separable":
            channels, (filters, size, _) = x.shape[1], options
            each = convolution(channels, channels, size, groups=channels, bias=False)
            return [each, convolution(channels, filters, 1), *relu]
        case "conv_norm":
            filters, size, strides, _ = options
            padded = {"stride": strides, "padding": size // 2}
            same = nn.Conv2d(x.shape[1], filters, size, bias=False, **padded)
            return [same, nn.BatchNorm2d(filters, eps=1e-3, momentum=0.01), *relu]
        case "pool":
            return [nn.MaxPool2d(options[0]) if images else nn.MaxPool1d(options[0])]
        case "residual":
            inside, shortcut = (sequential(part, x) for part in options)
            return [Residual(inside, shortcut)]
        case "average":
            return [Average((2, 3) if images else (2,))]
        case "average_steps":
            return [Average((1,))]
        case "lstm":
            return [LastOutput(x.shape[-1], options[0])]
        case "bidirectional_gru":
            return [LastStates(x.shape[-1], options[0])]
        case "attention":
            return [Attention(x.shape[-1], options[0])]
        case "layer_norm":
            return [nn.LayerNorm(x.shape[-1], eps=1e-3)]
        case "rotate":
            return [Rotate(options[0])]
        case "mask":
            return []
        case _:
            return [{"flatten": nn.Flatten, "flip": Flip, "relu": nn.ReLU}[kind]()]


def build(workload: Workload, seed: int = 1) -> nn.Module:
    """Return the workload's network, with starting weights as Keras draws them.

    Parameters
    ----------
    workload : Workload
        Says the layers.
    seed : int
        Where the random numbers start.
    """
    torch.manual_seed(seed)
    if workload.cardinalities:
        module: nn.Module = Table(workload)
    else:
        probe = np.ones((2, *workload.input_shape), np.float32)
        module = sequential(workload.layers, torch.from_numpy(channels_first(workload, probe)))
    for part in module.modules():
        if isinstance(part, nn.Linear | nn.Conv1d | nn.Conv2d):
            nn.init.xavier_uniform_(part.weight)
            if part.bias is not None:
                nn.init.zeros_(part.bias)
        elif isinstance(part, nn.Embedding):
            nn.init.uniform_(part.weight, -0.05, 0.05)
    return module


def criterion(workload: Workload) -> nn.Module:
    """Return the loss, of scores and targets."""
    losses: dict[str, type[nn.Module]] = {
        "mse": nn.MSELoss,
        "sparse": nn.CrossEntropyLoss,
        "binary": nn.BCEWithLogitsLoss,
    }
    return losses[workload.loss]()


def arrays(workload: Workload, data: Data) -> tuple[list[np.ndarray], np.ndarray]:
    """Return inputs as the modules take them (codes in one array, channels first) and targets."""
    numeric = channels_first(workload, data.inputs[0])
    codes = [np.concatenate(data.inputs[1:], 1)] if workload.cardinalities else []
    return [numeric, *codes], data.target


def channels_first(workload: Workload, x: np.ndarray) -> np.ndarray:
    """Return inputs with channels before space and time, where the network convolves."""
    kinds = [layer[0] for layer in workload.layers]
    if not {"conv", "conv_norm", "separable"}.intersection(kinds):
        return x
    return np.ascontiguousarray(np.moveaxis(x, -1, 1))


def adam(parameters: Any, **options: Any) -> torch.optim.Adam:
    """Return Adam with Keras's settings."""
    return torch.optim.Adam(parameters, lr=1e-3, eps=1e-7, **options)
