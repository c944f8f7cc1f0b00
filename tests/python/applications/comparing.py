"""A network beside Keras's of the same name: the same layers and weights, the same numbers."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

import rdeep
from rdeep.saving.foreign.keras_order import keras_order

# What a layer learns from data, which Keras's takes up only when it is loaded.
LEARNED = ("mean", "variance", "count")


def keras_network(name: str, seed: int = 0, **arguments: Any) -> keras.Model:
    """Return Keras's network with weights drawn at random, those of normalizations too."""
    keras.backend.clear_session()
    # Some draws of kernels enlarge what rounding does a hundredfold, and in deep networks without
    # end: Keras's EfficientNetV2S in float32 is then not its own in float64.
    keras.utils.set_random_seed(seed + 3)
    calm = 0.3 if name.startswith("EfficientNetV2") else 1.0
    model = getattr(keras.applications, name)(weights=None, **arguments)
    rng = np.random.default_rng(seed)
    for weight in model.weights:
        # Kernels stay as they were begun: sums of so many random numbers would overflow.
        if weight.name in ("gamma", "moving_variance"):
            scale = calm if weight.name == "gamma" else 1.0
            weight.assign(scale * rng.uniform(0.7, 1.3, weight.shape))
        elif "kernel" not in weight.name and weight.name not in LEARNED:
            weight.assign(rng.normal(0, 0.1, weight.shape))
    return model


def weights_of(model: keras.Model) -> dict[str, np.ndarray]:
    """Return the weights of Keras's network by layer and weight, in order."""
    return {_name_of(layer, w): w.numpy() for layer in model.layers for w in layer.weights}


def _name_of(layer: keras.Layer, weight: Any) -> str:
    if isinstance(layer, keras.Sequential):
        return weight.path
    # Keras's layer that scales features gives its weight no name.
    own = "gamma" if type(layer).__name__ == "LayerScale" else weight.name
    return f"{layer.name}/{own}"


def spelled_alike(names: list[str]) -> list[str]:
    """Return names without underscores: Keras calls a layer `conv2d` where rdeep has `conv_2d`."""
    return [name.replace("_", "") for name in names]


def check_network(name: str, backend: str, size: int, batch: int = 2, **arguments: Any) -> None:
    """Assert that a network computes what Keras's does, of weights of the same names and order."""
    theirs = keras_network(name, **arguments)
    ours = getattr(rdeep.applications, name)(weights=None, backend=backend, **arguments)
    assert ours.name == theirs.name
    assert ours.output_shape == theirs.output_shape
    # Layers without weights may be others, as long as they compute the same.
    layers = [each for each in keras_order(ours.graph) if each.weight_names]
    expected = [each.name for each in theirs.layers if each.weights]
    assert spelled_alike([each.name for each in layers]) == spelled_alike(expected)
    weights = weights_of(theirs)
    names = [name for layer in layers for name in layer.weight_names]
    assert spelled_alike(names) == spelled_alike(list(weights))
    trained = [len(layer.trainable_weights) for layer in theirs.layers if layer.weights]
    assert [sum(w.trainable and not w.buffer for w in each.declared) for each in layers] == trained
    ours.set_weights(dict(zip(names, weights.values())))
    x = np.random.default_rng(1).uniform(0, 255, (batch, size, size, 3)).astype("float32")
    expected = np.asarray(theirs(x, training=False))
    largest = np.abs(expected).max()
    assert largest > 0
    np.testing.assert_allclose(ours.predict(x) / largest, expected / largest, atol=1e-4)
