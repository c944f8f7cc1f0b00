"""When XLA wins back the time that it takes to compile."""

from __future__ import annotations

import os

import tensorflow as tf

from rdeep.graph.cost import convolves, forward_flops, recurs
from rdeep.graph.network import Graph

# Measured on dense, recurrent and embedding networks on one and on two threads; seconds.
_SAVED_PER_LAYER = 2e-5
_SAVED_PER_FLOP = {"recurrent": 5e-12, "threads": 2e-12, "one thread": -2e-13}
_COMPILING, _COMPILING_PER_LAYER, _COMPILING_RECURRENT = 0.2, 0.05, 0.3


def xla_pays(graph: Graph, batch_size: int, steps: float, cores: int) -> bool:
    """Return whether XLA on a CPU wins back the time that it takes to compile.

    It saves some microseconds a layer in each step, and of the arithmetic a share of that in
    recurrent layers and of that which several threads do. Convolutions it runs many times slower.
    The answer depends on the arguments alone, so that seeded runs repeat.

    Parameters
    ----------
    graph : Graph
        The network's graph.
    batch_size : int
        Rows in a batch.
    steps : float
        The steps of the training, with those before it.
    cores : int
        How many threads TensorFlow computes with.
    """
    if convolves(graph):
        return False
    recurrent = recurs(graph)
    kind = "recurrent" if recurrent else "threads" if cores > 1 else "one thread"
    layers = len(graph.nodes)
    flops = 3 * forward_flops(graph) * batch_size
    saved = _SAVED_PER_LAYER * layers + _SAVED_PER_FLOP[kind] * flops
    cost = _COMPILING + _COMPILING_PER_LAYER * layers + _COMPILING_RECURRENT * recurrent
    return steps * saved > cost


def threads() -> int:
    """Return how many threads TensorFlow computes one operation with."""
    chosen = tf.config.threading.get_intra_op_parallelism_threads()
    given = os.environ.get("TF_NUM_INTRAOP_THREADS", "")
    return chosen or (int(given) if given.isdigit() else 0) or os.cpu_count() or 1
