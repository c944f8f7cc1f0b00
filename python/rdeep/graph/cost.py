"""The arithmetic cost of a graph (FLOPs), by which threads and compilation are chosen.

An estimate from shapes alone, so that the choice is the same in every run: timings would make
seeded runs differ.
"""

from __future__ import annotations

import math

from rdeep.catalogue.layers import (
    Bidirectional,
    ConvLSTM1D,
    ConvLSTM2D,
    ConvLSTM3D,
    Embedding,
    InputLayer,
    TimeDistributed,
)
from rdeep.catalogue.layers.base import Dims, Layer
from rdeep.catalogue.layers.call_options import called_with
from rdeep.catalogue.layers.convolution import Convolution
from rdeep.graph.layer import GraphLayer
from rdeep.graph.network import Graph

# What an open size is taken for.
_OPEN_SIZE = 64
# Rows go forward together up to this many, and up to this many bytes in the widest layer: what
# passes from layer to layer then stays in the processor's caches.
_CHUNK_ROWS = 8192
_CHUNK_BYTES = 1 << 22


def forward_flops(graph: Graph) -> float:
    """Return about how many floating-point operations a prediction of one row takes.

    A product with a kernel counts twice its size, at each place or time step where it is used;
    other arithmetic counts once a value. Training takes about three times as much.

    Parameters
    ----------
    graph : Graph
        The graph.

    Examples
    --------
    >>> from rdeep import Input
    >>> from rdeep.layers import Dense
    >>> x = Input((10,))
    >>> forward_flops(Graph([x], [Dense(5)(x)]))
    105.0
    """
    return float(sum(_layer_flops(layer) * len(layer.nodes) for layer in graph.layers))


def forward_chunk(graph: Graph, rows: int, batch_size: int, threads: int = 1) -> int:
    """Return how many rows to send forward together: the fastest number that keeps memory small.

    Where layers keep states between batches, or the batch size was declared, the batch size itself.

    Parameters
    ----------
    graph : Graph
        The graph.
    rows : int
        How many there are.
    batch_size : int
        How many may be in memory together at the least.
    threads : int
        How many threads share the work, each with caches of its own.
    """
    if graph.is_stateful() or graph.batch_size is not None:
        return max(1, min(rows, batch_size))
    shapes = [tensor.shape for node in graph.nodes for tensor in node.outputs]
    widest = max(_size(shape[1:]) for shape in shapes)
    by_memory = _CHUNK_BYTES // max(4 * widest, 1)
    return max(1, min(rows, max(batch_size, threads * min(_CHUNK_ROWS, by_memory))))


def training_bytes(graph: Graph) -> int:
    """Return about how many bytes a step of training holds for each row.

    What passes from layer to layer, its gradients, and as much again for what layers compute in
    between: three numbers for each value.

    Parameters
    ----------
    graph : Graph
        The graph.

    Examples
    --------
    >>> from rdeep import Input
    >>> from rdeep.layers import Dense
    >>> x = Input((10,))
    >>> training_bytes(Graph([x], [Dense(5)(x)]))
    180
    """
    tensors = [tensor for node in graph.nodes for tensor in node.outputs]
    return 3 * 4 * sum(_size(tensor.shape[1:]) for tensor in tensors)


def convolves(graph: Graph) -> bool:
    """Return whether a layer is a convolution, which XLA does slowly on a CPU.

    Parameters
    ----------
    graph : Graph
        The graph.
    """
    kinds = (Convolution, ConvLSTM1D, ConvLSTM2D, ConvLSTM3D)
    return any(isinstance(_inside(layer.record), kinds) for layer in graph.layers)


def recurs(graph: Graph) -> bool:
    """Return whether a layer goes through a sequence step by step.

    Parameters
    ----------
    graph : Graph
        The graph.
    """
    return any(hasattr(_inside(layer.record), "return_sequences") for layer in graph.layers)


def time_steps(graph: Graph) -> int:
    """Return how many time steps recurrent layers take in a forward pass, all of them together.

    Parameters
    ----------
    graph : Graph
        The graph.
    """
    steps = 0
    for layer in graph.layers:
        if hasattr(_inside(layer.record), "return_sequences"):
            directions = 2 if isinstance(layer.record, Bidirectional) else 1
            sequence = layer.input_shapes[0] if layer.input_shapes else (None, None)
            steps += directions * _size(sequence[1:2]) * len(layer.nodes)
    return steps


def compilable(graph: Graph) -> bool:
    """Return whether compilers take all layers.

    Parameters
    ----------
    graph : Graph
        The graph.
    """
    return all(_inside(layer.record).compiles for layer in graph.layers)


def _inside(record: Layer) -> Layer:
    """Return the layer that a wrapper is around."""
    while isinstance(record, (Bidirectional, TimeDistributed)):
        record = record.layer
    return record


def _layer_flops(layer: GraphLayer) -> int:
    out = layer.nodes[0].outputs[0].shape
    if isinstance(layer.record, InputLayer):
        return 0
    if isinstance(layer.record, Embedding):
        return _size(out[1:])
    with called_with(layer.first_options):
        own = layer.record.flops(*layer.input_shapes)
    if own is not None:
        return own
    before = layer.input_shapes[0] if layer.input_shapes else out
    if isinstance(layer.record, Convolution):
        places = _size(layer.record.places(before))
    else:
        # A layer that gives back one step of a sequence still went through all of it.
        places = _size((out if len(out) >= len(before) else before)[1:-1])
    kernels = [w for w in layer.declared if len(w.shape) > 1]
    return 2 * places * sum(math.prod(w.shape) for w in kernels) + _size(out[1:])


def _size(shape: Dims) -> int:
    return math.prod(_OPEN_SIZE if size is None else size for size in shape)
