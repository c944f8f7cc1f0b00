"""A network on torch, and the backend that builds it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from rdeep.backends.objective import heads
from rdeep.backends.torch import ops
from rdeep.backends.torch.assembly import Assembly
from rdeep.backends.torch.random import RandomState
from rdeep.backends.torch.weights import WeightMap
from rdeep.catalogue.regularizers import Regularizer
from rdeep.graph.network import Graph

# Rows are predicted together up to this many bytes of input: more gains nothing.
_CHUNK_BYTES = 1 << 24


class TorchNetwork:
    """A network on torch and its weights.

    Parameters
    ----------
    graph : Graph
        The graph.
    weights : mapping of str to numpy.ndarray
        The weights, in Keras's layout.
    device : str
        The device's name.
    """

    def __init__(self, graph: Graph, weights: Mapping[str, np.ndarray], device: str) -> None:
        self.graph, self.device = graph, device
        self.random = RandomState()
        self.heads = heads(graph)
        assembly = Assembly(graph, self.random, self.heads)
        self.body = assembly.join(with_heads=False).to(device)
        self.native = assembly.join(with_heads=True).to(device)
        self._masked = [output.masked for output in graph.outputs]
        # Modules moved in place keep their parameters; buffers are found again by name.
        self.maps: dict[str, WeightMap] = {
            f"{layer}/{name}": held
            for layer, built in assembly.built.items()
            for name, held in built.weights.items()
        }
        if device != "cpu":
            self._follow(assembly)
        self.set_weights(weights)
        self._freeze()

    def _follow(self, assembly: Assembly) -> None:
        """Point the maps at the buffers again: moving a module makes new ones."""
        for layer in assembly.built.values():
            held = {"moving_mean": "running_mean", "moving_variance": "running_var"}
            for name, attribute in held.items():
                if name in layer.weights:
                    layer.weights[name].tensors = [getattr(layer.module, attribute)]

    def _freeze(self) -> None:
        trainable = set(self.graph.trainable_names())
        self.trainable = [name for name in self.maps if name in trainable]
        for name, held in self.maps.items():
            for tensor in held.tensors:
                tensor.requires_grad_(name in trainable)

    @property
    def parameters(self) -> list[Tensor]:
        """The tensors that training changes by gradients."""
        return [tensor for name in self.trainable for tensor in self.maps[name].tensors]

    def get_weights(self) -> dict[str, np.ndarray]:
        """Return copies of all weights."""
        return {name: self.maps[name].read() for name in self.graph.weights()}

    def set_weights(self, weights: Mapping[str, np.ndarray]) -> None:
        """Change the weights that are given."""
        for name, value in weights.items():
            self.maps[name].write(value)

    def forward(self, inputs: list[Tensor]) -> tuple[list[Tensor], list[Tensor | None]]:
        """Return the scores and the masks of all outputs.

        Parameters
        ----------
        inputs : list of Tensor
            A tensor for each input.
        """
        return self.sort_outputs(self.body(*inputs))

    def sort_outputs(self, results: Any) -> tuple[list[Tensor], list[Tensor | None]]:
        """Return what the body returned as scores and masks, one of each for every output."""
        found = list(results) if isinstance(results, tuple) else [results]
        count = len(self._masked)
        masks = iter(found[count:])
        return found[:count], [next(masks) if masked else None for masked in self._masked]

    def penalties(self) -> list[tuple[Regularizer, Tensor]]:
        """Return each regularizer with a tensor that it penalises: frozen weights do not count."""
        return [
            (regularizer, tensor)
            for name, regularizer in self.graph.penalised().items()
            for tensor in self.maps[name].tensors
        ]

    def predict(self, inputs: list[np.ndarray], batch_size: int) -> list[np.ndarray]:
        """Return the outputs for all rows; the batch size bounds memory."""
        rows = len(inputs[0])
        row_bytes = max(1, sum(x.nbytes for x in inputs) // max(rows, 1))
        chunk = max(batch_size, min(8192, _CHUNK_BYTES // row_bytes))
        self.body.eval()
        parts: list[list[Tensor]] = []
        with torch.inference_mode():
            for start in range(0, rows, chunk):
                batch = [torch.from_numpy(x[start : start + chunk]).to(self.device) for x in inputs]
                scores, _ = self.forward(batch)
                parts.append(
                    [s if h is None else h.compute(s, ops) for s, h in zip(scores, self.heads)]
                )
        if len(parts) == 1:
            return [output.cpu().numpy() for output in parts[0]]
        return [torch.cat(outputs).cpu().numpy() for outputs in zip(*parts)]
