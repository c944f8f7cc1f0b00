"""Many layers compared with Keras's in one model: each sees the same input, all outputs are joined.

A dense layer comes first, so that its gradients show those of the layers' inputs.
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import tensorflow as tf

from rdeep import Input, Model
from rdeep.catalogue import layers as L

K = keras.layers

Case = tuple[str, dict[str, Any]]
BATCH = 3


def check_cases(
    cases: list[Case], shape: tuple[int, ...], backend: str, rng: np.random.Generator
) -> None:
    """Assert that layers agree with Keras's in shape, output and all gradients.

    Parameters
    ----------
    cases : list of (str, dict)
        The layers' names and options.
    shape : tuple of int
        The shape of a sample.
    backend : str
        The backend.
    rng : numpy.random.Generator
        What weights and data are drawn with.
    """
    ours, theirs, sizes = _models(cases, shape, backend)
    labels = [f"{name}({options})" for name, options in cases]
    weights = [rng.normal(0, 0.3, w.shape).astype("float32") for w in theirs.get_weights()]
    assert [w.shape for w in ours.get_weights()] == [w.shape for w in weights]
    theirs.set_weights(weights)
    ours.set_weights(weights)
    x = rng.normal(size=(BATCH, *shape)).astype("float32")
    expected = np.asarray(_on_any_processor(theirs, x))
    got = ours.predict(x)
    ends = np.cumsum(sizes)
    for label, start, end in zip(labels, ends - sizes, ends):
        np.testing.assert_allclose(
            got[:, start:end], expected[:, start:end], atol=1e-5, rtol=1e-5, err_msg=label
        )
    _check_gradients(ours, theirs, x, rng)


def _on_any_processor(model: keras.Model, x: Any, **options: Any) -> Any:
    """Return what a model gives: where TensorFlow has no such convolution for a CPU, XLA's."""
    try:
        return model(x, **options)
    except tf.errors.InvalidArgumentError:
        return tf.function(lambda x: model(x, **options), jit_compile=True)(x)


def _models(
    cases: list[Case], shape: tuple[int, ...], backend: str
) -> tuple[Model, keras.Model, np.ndarray]:
    mine, other = Input(shape), keras.Input(shape)
    x, t = L.Dense(shape[-1])(mine), K.Dense(shape[-1])(other)
    found, wanted = [], []
    for name, options in cases:
        y, z = getattr(L, name)(**options)(x), keras_layer(name, options)(t)
        assert y.shape == tuple(z.shape), (name, options)
        found.append(L.Flatten()(y))
        wanted.append(K.Flatten()(z))
    sizes = np.array([y.shape[1] for y in found])
    several = len(cases) > 1
    joined = L.Concatenate()(found) if several else found[0]
    theirs = K.Concatenate()(wanted) if several else wanted[0]
    return Model(mine, joined, backend=backend), keras.Model(other, theirs), sizes


def keras_layer(name: str, options: dict[str, Any]) -> Any:
    """Return what Keras makes of a layer: on a CPU it convolves no data with channels first."""
    kind = getattr(K, name)
    if "Conv" not in name or options.get("data_format") != "channels_first":
        return kind(**options)

    def turned(x: Any) -> Any:
        rank = len(x.shape) - 2
        inner = range(1, rank + 1)
        plain = {**options, "data_format": "channels_last", "activation": None}
        y = kind(**plain)(K.Permute((*(axis + 1 for axis in inner), 1))(x))
        return K.Activation(options.get("activation"))(K.Permute((rank + 1, *inner))(y))

    return turned


def _check_gradients(ours: Model, theirs: keras.Model, x: np.ndarray, rng: Any) -> None:
    before = ours.get_weights()
    y = rng.normal(size=theirs.output_shape[1:]).astype("float32")
    y = np.broadcast_to(y, (BATCH, *y.shape)).copy()
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(_on_any_processor(theirs, x, training=True) - y))
    expected = tape.gradient(loss, theirs.trainable_variables)
    # The loss is a mean over all outputs: a step as long as their number shows each one's part.
    rate = float(y[0].size) / 10
    ours.compile("sgd", "mse")
    ours.learning_rate = rate
    ours.fit(x, y, batch_size=len(x), epochs=1, shuffle=False, verbose=0)
    for weight, start, now, gradient in zip(
        theirs.trainable_variables, before, ours.get_weights(), expected
    ):
        # A dense layer's weights collect what all the layers pass back.
        largest = max(1.0, float(np.abs(rate * gradient).max()))
        np.testing.assert_allclose(
            (start - now) / largest,
            rate * np.asarray(gradient) / largest,
            atol=1e-5,
            rtol=1e-4,
            err_msg=weight.path,
        )
