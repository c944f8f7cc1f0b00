"""When XLA wins back the time that it takes to compile."""

from __future__ import annotations

import os
import warnings

import tensorflow as tf

from rdeep.catalogue.layers import Dense, InputLayer
from rdeep.graph.cost import compilable, convolves, forward_flops, time_steps
from rdeep.graph.network import Graph

# Seconds of one thread, measured on dense, normalized, embedding, attention and recurrent networks.
# What XLA saves in a step: TensorFlow spends it on each operation that it starts, of which there
# are some for the step itself, some for each weight that is changed, and some for each layer.
_SAVED = 3.5e-5
_SAVED_PER_WEIGHT, _SAVED_PER_LAYER = 1.1e-5, 3e-5
_SAVED_PER_ATTENTION, _SAVED_PER_TIME_STEP = 4e-4, 2.3e-4
_SAVED_PER_FLOP = {"threads": 2e-12, "one thread": -5e-13}
# What it takes to compile one batch size. Matrices of different shapes have code of their own.
_COMPILING = 0.35
_COMPILING_PER_MATRIX, _COMPILING_PER_LAYER = 0.12, 0.03
_COMPILING_ATTENTION, _COMPILING_RECURRENT = 0.6, 1.2


def xla_takes(graph: Graph, asked: bool | None, on_cpu: bool) -> bool:
    """Return whether XLA is fit for a network; warn where it was asked for and is not.

    Parameters
    ----------
    graph : Graph
        The network's graph.
    asked : bool or None
        Whether the user asked for it; `None` where that was left open.
    on_cpu : bool
        Whether the network runs on a CPU.
    """
    if graph.is_stateful():
        # The rows that states are kept of are open, which XLA does not know.
        return False
    if not compilable(graph):
        reason = "XLA cannot compile a layer of this network"
    elif asked and on_cpu and convolves(graph):
        reason = "XLA runs convolutions on a CPU many times slower than TensorFlow itself"
    else:
        return True
    if asked:
        warnings.warn(f"{reason}: 'jit_compile' is left out here.", stacklevel=3)
    return False


def xla_pays(graph: Graph, batch_size: int, steps: float, cores: int) -> bool:
    """Return whether XLA on a CPU wins back the time that it takes to compile.

    It saves some microseconds for each layer and weight in each step, and of the arithmetic a share
    of that which several threads do. Convolutions it runs many times slower. The answer depends on
    the arguments alone, so that seeded runs repeat.

    Parameters
    ----------
    graph : Graph
        The network's graph.
    batch_size : int
        Rows in a batch.
    steps : float
        The steps of the training with batches of that size, with those before it.
    cores : int
        How many threads TensorFlow computes with.
    """
    if convolves(graph):
        return False
    return steps * _saved(graph, batch_size, cores) > _compiling(graph)


def _saved(graph: Graph, batch_size: int, cores: int) -> float:
    """Return the seconds that XLA saves in a step."""
    kind = "threads" if cores > 1 else "one thread"
    return (
        _SAVED
        + _SAVED_PER_WEIGHT * len(graph.weights())
        + _SAVED_PER_LAYER * _light_layers(graph)
        + _SAVED_PER_ATTENTION * _attentions(graph)
        + _SAVED_PER_TIME_STEP * time_steps(graph)
        + _SAVED_PER_FLOP[kind] * 3 * forward_flops(graph) * batch_size
    )


def _compiling(graph: Graph) -> float:
    """Return the seconds that XLA takes to compile a step."""
    matrices = {weight.shape for weight in graph.weights().values() if len(weight.shape) > 1}
    return (
        _COMPILING
        + _COMPILING_PER_MATRIX * len(matrices)
        + _COMPILING_PER_LAYER * len(graph.nodes)
        + _COMPILING_ATTENTION * _attentions(graph)
        + _COMPILING_RECURRENT * (time_steps(graph) > 0)
    )


def _light_layers(graph: Graph) -> int:
    """Return how often layers are used that are not dense, where products take most of the time."""
    return sum(not isinstance(node.layer, (Dense, InputLayer)) for node in graph.nodes)


def _attentions(graph: Graph) -> int:
    return sum(hasattr(node.layer, "num_heads") for node in graph.nodes)


def threads() -> int:
    """Return how many threads TensorFlow computes one operation with."""
    chosen = tf.config.threading.get_intra_op_parallelism_threads()
    given = os.environ.get("TF_NUM_INTRAOP_THREADS", "")
    return chosen or (int(given) if given.isdigit() else 0) or os.cpu_count() or 1
