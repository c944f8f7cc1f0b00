"""Losses computed on an engine by hand: the value, and its gradient."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from rdeep.engines import registry


def on_engine(
    backend: str, loss: Any, y: np.ndarray, p: np.ndarray, weights: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Return a loss as training computes it, and the gradient of its sum by the predictions."""
    ops = registry.load(backend).ops
    tensor, truth = ops.operand(p), ops.operand(y)
    truth = ops.as_index(truth) if y.dtype.kind == "i" else truth
    used = None if weights is None else ops.operand(weights)

    def reduced(x: Any) -> Any:
        values = loss.values(*loss.typed(truth, x, ops), ops)
        return loss.reduce(values, loss.weigh(truth, values, used, None, ops), ops)

    if backend == "torch":
        tensor.requires_grad_(True)
        value = reduced(tensor)
        value.sum().backward()
        return value.detach().numpy(), tensor.grad.numpy()
    return _taped(reduced, tensor)


def by_keras(
    loss: Any, y: np.ndarray, p: np.ndarray, weights: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Return a Keras loss and its gradient."""
    return _taped(lambda x: loss(y, x, sample_weight=weights), keras.ops.convert_to_tensor(p))


def _taped(function: Any, x: Any) -> tuple[np.ndarray, np.ndarray]:
    import tensorflow as tf

    with tf.GradientTape() as tape:
        tape.watch(x)
        value = function(x)
    return value.numpy(), tape.gradient(value, x).numpy()
