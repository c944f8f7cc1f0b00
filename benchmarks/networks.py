"""Workloads as networks of layers that have Keras's names: Keras's own, or rdeep's.

Neither library is imported here: whoever builds a network hands its own in.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workloads import Workload

LOSSES = {
    "mse": "mean_squared_error",
    "sparse": "sparse_categorical_crossentropy",
    "binary": "binary_crossentropy",
}
OUTPUTS = {"mse": None, "sparse": "softmax", "binary": "sigmoid"}


def build(library: Any, workload: Workload, scores: bool = False) -> tuple[list[Any], Any]:
    """Return inputs and outputs of the workload's network.

    Parameters
    ----------
    library : module
        `keras` or `rdeep`.
    workload : Workload
        Says the layers.
    scores : bool
        Whether to leave out the last softmax or sigmoid.
    """
    layers = library.layers
    tensors = [library.Input(workload.input_shape)]
    x = tensors[0]
    if workload.cardinalities:
        parts = [x]
        for levels, size in zip(workload.cardinalities, workload.dimensions):
            column = library.Input((1,), dtype="int32")
            tensors.append(column)
            parts.append(layers.Flatten()(layers.Embedding(levels, size)(column)))
        x = layers.Concatenate()(parts)
    x = chain(layers, workload.layers[:-1], x)
    activation = None if scores else OUTPUTS[workload.loss]
    return tensors, layers.Dense(workload.layers[-1][1], activation=activation)(x)


def chain(layers: Any, parts: Sequence[Sequence[Any]], x: Any) -> Any:
    """Return a symbolic tensor after some of a workload's layers.

    Parameters
    ----------
    layers : module
        The library's layers.
    parts : sequence
        Such as `("dense", 64, "relu")`.
    x : symbolic tensor
        What the first is applied to.
    """
    for part in parts:
        x = _apply(layers, part, x)
    return x


def _apply(layers: Any, part: Sequence[Any], x: Any) -> Any:
    """Return a symbolic tensor after one of a workload's layers."""
    kind, *options = part
    # Of one dimension for series, of two for images.
    dimensions = f"{len(x.shape) - 2}D"
    match kind:
        case "dense":
            return layers.Dense(options[0], activation=options[1])(x)
        case "conv" | "separable":
            name = {"conv": "Conv", "separable": "SeparableConv"}[kind] + dimensions
            return getattr(layers, name)(options[0], options[1], activation=options[2])(x)
        case "conv_norm":
            filters, size, strides, activation = options
            x = layers.Conv2D(filters, size, strides=strides, padding="same", use_bias=False)(x)
            x = layers.BatchNormalization()(x)
            return layers.Activation(activation)(x) if activation else x
        case "pool":
            return getattr(layers, "MaxPooling" + dimensions)(options[0])(x)
        case "average" | "average_steps":
            return getattr(layers, "GlobalAveragePooling" + dimensions)()(x)
        case "residual":
            inside, shortcut = options
            return layers.Add()([chain(layers, inside, x), chain(layers, shortcut, x)])
        case "attention":
            return layers.MultiHeadAttention(options[0], options[1])(x, x)
        case "bidirectional_gru":
            return layers.Bidirectional(layers.GRU(options[0]))(x)
        case _:
            simple = {
                "flatten": layers.Flatten,
                "flip": layers.RandomFlip,
                "layer_norm": layers.LayerNormalization,
                "lstm": layers.LSTM,
                "mask": layers.Masking,
                "relu": layers.ReLU,
                "rotate": layers.RandomRotation,
            }
            return simple[kind](*options)(x)
