"""Workloads as Keras models, for every contestant that is written with Keras's layers."""

from __future__ import annotations

from typing import Any

import keras
from workloads import Workload

LOSSES = {
    "mse": "mean_squared_error",
    "sparse": "sparse_categorical_crossentropy",
    "binary": "binary_crossentropy",
}
OUTPUTS = {"mse": None, "sparse": "softmax", "binary": "sigmoid"}


def build(workload: Workload, scores: bool = False) -> Any:
    """Return the workload's model, not compiled.

    Parameters
    ----------
    workload : Workload
        Says the layers.
    scores : bool
        Whether to leave out the last softmax or sigmoid.
    """
    keras.utils.set_random_seed(1)
    tensors = [keras.Input(workload.input_shape)]
    x = tensors[0]
    if workload.cardinalities:
        parts = [x]
        for levels, size in zip(workload.cardinalities, workload.dimensions):
            column = keras.Input((1,), dtype="int32")
            tensors.append(column)
            parts.append(keras.layers.Flatten()(keras.layers.Embedding(levels, size)(column)))
        x = keras.layers.Concatenate()(parts)
    for kind, *options in workload.layers[:-1]:
        x = _layer(kind, options)(x)
    activation = None if scores else OUTPUTS[workload.loss]
    outputs = keras.layers.Dense(workload.layers[-1][1], activation)(x)
    return keras.Model(tensors, outputs)


def _layer(kind: str, options: list[Any]) -> Any:
    kinds = {
        "dense": keras.layers.Dense,
        "flatten": keras.layers.Flatten,
        "lstm": keras.layers.LSTM,
        "pool": keras.layers.MaxPooling2D,
    }
    if kind == "conv":
        return keras.layers.Conv2D(options[0], options[1], activation=options[2])
    return kinds[kind](*options)
