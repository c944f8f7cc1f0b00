"""Gradients as an operation: of tensors that were computed from others."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

import tensorflow as tf

from rdeep.errors import ArgumentError, StateError, operation_call

Tensor = Any


def tracked(x: Tensor) -> Tensor:
    """Return the tensor: in a graph, gradients may be taken with respect to any."""
    return x


def recording() -> AbstractContextManager[object]:
    """Return a context in which what is computed can be differentiated: any."""
    return nullcontext()


def gradients(y: Tensor, x: Any) -> Any:
    """Return the gradients of the sum of a tensor with respect to others.

    Parameters
    ----------
    y : Tensor
        The tensor.
    x : Tensor or list of Tensor
        What it was computed from.
    """
    title = operation_call("gradients", "ops.")
    if tf.executing_eagerly():
        raise StateError(
            f"{title} needs a graph of TensorFlow's: eager tensors do not know what they were "
            "computed from.",
            hint="Use tf.GradientTape, or call it within a tf.function, a layer or a loss.",
        )
    several = isinstance(x, (list, tuple))
    xs = list(x) if several else [x]
    found = tf.gradients(y, xs, unconnected_gradients=tf.UnconnectedGradients.NONE)
    if all(g is None for g in found):
        raise ArgumentError(f"{title}: 'y' does not depend on 'x' by gradients.", argument="y")
    made = [
        tf.zeros_like(each) if g is None else tf.convert_to_tensor(g) for each, g in zip(xs, found)
    ]
    return made if several else made[0]
