"""What steps of training change on TensorFlow, to be put back where a step comes to no number."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import tensorflow as tf

from rdeep.engines.tensorflow.network import TensorFlowNetwork
from rdeep.engines.tensorflow.optimizer import Updates
from rdeep.engines.tensorflow.scaling import LossScale

Tensor = Any


def what_steps_change(
    network: TensorFlowNetwork, updates: Updates, scale: LossScale
) -> tuple[Any, ...]:
    """Return the variables that a step of training changes.

    Parameters
    ----------
    network : TensorFlowNetwork
        What is trained.
    updates : Updates
        The optimizer at work.
    scale : LossScale
        What the loss is multiplied by.
    """
    buffers = [
        network.variables[name].value
        for layer in network.graph.layers
        for name, weight in zip(layer.weight_names, layer.declared)
        if weight.buffer
    ]
    slots = [each for kept in updates.slots.values() for each in kept.values()]
    return (
        *updates.variables.values(),
        *slots,
        *buffers,
        *network.kept_states(),
        *scale.variables(),
    )


def put_back(variables: Sequence[Any], values: Sequence[Tensor]) -> None:
    """Give variables the values that they had.

    Parameters
    ----------
    variables : sequence of tf.Variable
        The variables.
    values : sequence of Tensor
        A value for each.
    """
    for variable, value in zip(variables, values):
        variable.assign(value)


@contextmanager
def unchanged(variables: Sequence[Any]) -> Iterator[None]:
    """Put back what variables were before.

    Parameters
    ----------
    variables : sequence of tf.Variable
        The variables.
    """
    before = [tf.identity(variable.read_value()) for variable in variables]
    try:
        yield
    finally:
        put_back(variables, before)


def norms_of_gradients(
    loss: Callable[[], Tensor], variables: Mapping[str, Any]
) -> dict[str, float]:
    """Return the norm of each variable's gradient, in float64, which does not overflow.

    Parameters
    ----------
    loss : function
        Returns the loss.
    variables : mapping of str to tf.Variable
        The variables by name.
    """
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(list(variables.values()))
        value = loss()
    found = tape.gradient(value, list(variables.values()), unconnected_gradients="zero")
    sizes = [tf.norm(tf.cast(tf.convert_to_tensor(g), tf.float64)) for g in found]
    return {name: float(size) for name, size in zip(variables, sizes)}
