"""Workloads as plain torch modules, for every contestant that is written on torch itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from workloads import Data, Workload


class LastOutput(nn.Module):
    """An LSTM's output at the last step."""

    def __init__(self, features: int, units: int) -> None:
        super().__init__()
        self.lstm = nn.LSTM(features, units, batch_first=True)

    def forward(self, x: Tensor) -> Tensor:
        """Return the output at the last step."""
        return self.lstm(x)[0][:, -1]


class Table(nn.Module):
    """Embeddings of factors joined to numeric columns, and a network on top."""

    def __init__(self, workload: Workload) -> None:
        super().__init__()
        sizes = list(zip(workload.cardinalities, workload.dimensions))
        self.embeddings = nn.ModuleList(nn.Embedding(n, size) for n, size in sizes)
        self.body = sequential(workload, workload.input_shape[0] + sum(size for _, size in sizes))

    def forward(self, numeric: Tensor, codes: Tensor) -> Tensor:
        """Return the scores; `codes` has a column for each factor."""
        columns = codes.unbind(1)
        parts = [embedding(column) for embedding, column in zip(self.embeddings, columns)]
        return self.body(torch.cat([numeric, *parts], 1))


def sequential(workload: Workload, features: int) -> nn.Sequential:
    """Return the workload's chain of layers.

    Parameters
    ----------
    workload : Workload
        Says the layers.
    features : int
        Columns of a table, features of a step, or channels of an image.
    """
    modules: list[nn.Module] = []
    # The images' side, for the size of what comes out flat.
    side = workload.input_shape[0]
    for kind, *options in workload.layers:
        if kind == "dense":
            modules.append(nn.Linear(features, options[0]))
            features = options[0]
        elif kind == "conv":
            modules.append(nn.Conv2d(features, options[0], options[1]))
            features, side = options[0], side - options[1] + 1
        elif kind == "pool":
            modules.append(nn.MaxPool2d(options[0]))
            side //= options[0]
        elif kind == "flatten":
            modules.append(nn.Flatten())
            features *= side * side
        elif kind == "lstm":
            modules.append(LastOutput(features, options[0]))
            features = options[0]
        if options and options[-1] == "relu":
            modules.append(nn.ReLU())
    return nn.Sequential(*modules)


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
        module = sequential(workload, workload.input_shape[-1])
    for part in module.modules():
        if isinstance(part, nn.Linear | nn.Conv2d):
            nn.init.xavier_uniform_(part.weight)
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
    numeric = data.inputs[0]
    if numeric.ndim == 4:
        numeric = np.ascontiguousarray(numeric.transpose(0, 3, 1, 2))
    codes = [np.concatenate(data.inputs[1:], 1)] if workload.cardinalities else []
    return [numeric, *codes], data.target


def adam(parameters: Any, **options: Any) -> torch.optim.Adam:
    """Return Adam with Keras's settings."""
    return torch.optim.Adam(parameters, lr=1e-3, eps=1e-7, **options)
