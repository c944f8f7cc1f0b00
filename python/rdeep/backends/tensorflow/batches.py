"""Data on the device, and its layout: what a compiled function must know of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf

from rdeep.data.arrays import ArrayFeed, aligned, is_aligned
from rdeep.graph.network import Graph

Tensor = Any

_WORTH_SHARING = 1 << 20


@dataclass(frozen=True)
class Layout:
    """The shapes and types of data: functions are compiled once for each layout.

    Data of another size has the same layout.

    Attributes
    ----------
    inputs, targets : int
        How many there are.
    weighted : tuple of bool
        For each output whether there are sample weights.
    specs : tuple of tf.TensorSpec
        Of the inputs, the targets and the weights there are, open in the rows.
    """

    inputs: int
    targets: int
    weighted: tuple[bool, ...]
    specs: tuple[tf.TensorSpec, ...]

    def split(
        self, tensors: list[Tensor]
    ) -> tuple[list[Tensor], list[Tensor], list[Tensor | None]]:
        """Return inputs, targets and weights apart, `None` for weights that there are not.

        Parameters
        ----------
        tensors : list of Tensor
            A tensor for each of `specs`.
        """
        end = self.inputs + self.targets
        rest = iter(tensors[end:])
        weights = [next(rest) if weighted else None for weighted in self.weighted]
        return tensors[: self.inputs], tensors[self.inputs : end], weights


def layout_of(feed: ArrayFeed, graph: Graph) -> Layout:
    """Return the layout of data for a graph.

    Parameters
    ----------
    feed : ArrayFeed
        The data.
    graph : Graph
        The graph, whose open sizes stay open.
    """
    inputs = [tf.TensorSpec(list(x.shape), x.dtype) for x in graph.inputs]
    targets = [
        tf.TensorSpec(_opened(y.shape, output.shape), y.dtype)
        for y, output in zip(feed.targets, graph.outputs)
    ]
    weights = [tf.TensorSpec([None] * w.ndim, w.dtype) for w in feed.weights if w is not None]
    return Layout(
        len(inputs),
        len(targets),
        tuple(w is not None for w in feed.weights),
        (*inputs, *targets, *weights),
    )


def _opened(shape: tuple[int, ...], like: tuple[int | None, ...]) -> list[int | None]:
    """Return a target's shape, open where the output's is."""
    inner = [None if i < len(like) and like[i] is None else size for i, size in enumerate(shape)]
    return [None, *inner[1:]]


def _tensor(array: np.ndarray) -> Tensor:
    """Return an array as a tensor; on a CPU one that shares the memory.

    TensorFlow's own conversion copies twice, and takes the memory for both.
    """
    sample = tf.zeros(())
    if array.nbytes < _WORTH_SHARING or "CPU" not in sample.device:
        return tf.convert_to_tensor(array)
    if not is_aligned(array):
        own = aligned(array.shape, array.dtype)
        np.copyto(own, array)
        array = own
    return tf.experimental.dlpack.from_dlpack(array.__dlpack__())


class TensorFlowBatches:
    """Data on the device as tensors, and the order in which batches take its rows.

    Parameters
    ----------
    feed : ArrayFeed
        The data.
    batch_size : int
        Rows in a batch; the last may have fewer.
    graph : Graph
        The graph that the data is for.
    """

    def __init__(self, feed: ArrayFeed, batch_size: int, graph: Graph) -> None:
        self.rows, self.size = feed.rows, batch_size
        self.count = -(-feed.rows // batch_size)
        self.layout = layout_of(feed, graph)
        arrays = [*feed.inputs, *feed.targets, *(w for w in feed.weights if w is not None)]
        self.tensors = [_tensor(array) for array in arrays]
        self.row_bytes = sum(array[:1].nbytes for array in arrays)
        self.order(None)

    def order(self, permutation: np.ndarray | None) -> None:
        """Set the order of the samples for the coming epoch; `None` for the data's own.

        Parameters
        ----------
        permutation : numpy.ndarray or None
            The numbers of the rows.
        """
        if permutation is None:
            permutation = np.arange(self.rows)
        # GPUs take indices of 64 bits; those of 32 would stay in the computer's memory.
        self.permutation = tf.convert_to_tensor(np.asarray(permutation, dtype=np.int64))
