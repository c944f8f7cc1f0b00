"""What a layer must compute: the Keras layer of the same name, with the same weights.

`check` compares the output and, through training steps of plain gradient descent, the gradients
with respect to every weight and (through a dense layer before it) the inputs.
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import tensorflow as tf

from rdeep import Input, Model
from rdeep.catalogue.layers.base import Layer

RATE = 0.1


def keras_model(build: Any, shape: tuple[int, ...], dtype: str = "float32") -> keras.Model:
    """Return a Keras model of one input and what `build` makes of it."""
    x = keras.Input(shape, dtype=dtype)
    return keras.Model(x, build(x))


def rdeep_model(
    layers: list[Layer], shape: tuple[int, ...], backend: str, dtype: str = "float32"
) -> Model:
    """Return a model that applies layers in turn."""
    x = Input(shape, dtype)
    y: Any = x
    for layer in layers:
        y = layer(y)
    return Model(x, y, backend=backend)


def randomised(weights: list[np.ndarray], rng: np.random.Generator) -> list[np.ndarray]:
    """Return weights of the same shapes; positive, so that they can be variances too."""
    return [rng.uniform(0.1, 0.6, w.shape).astype("float32") for w in weights]


def check_agreement(
    ours: Model,
    theirs: keras.Model,
    x: np.ndarray | list[np.ndarray],
    rng: np.random.Generator,
    tolerance: float = 1e-5,
) -> None:
    """Assert equal predictions, on NumPy too, and equal weights after steps of gradient descent."""
    weights = randomised(theirs.get_weights(), rng)
    theirs.set_weights(weights)
    ours.set_weights(weights)
    # Without tracing or compiling: a network that is used twice is not worth it.
    expected = np.asarray(theirs(x, training=False))
    np.testing.assert_allclose(ours.predict(x), expected, atol=tolerance, rtol=tolerance)
    on_numpy = ours.to_backend("numpy").predict(x)
    np.testing.assert_allclose(on_numpy, expected, atol=tolerance, rtol=tolerance)
    if not weights:
        return
    y = rng.normal(size=expected.shape).astype("float32")
    # For those who evaluate it afterwards; its steps are taken by hand.
    theirs.compile(keras.optimizers.SGD(RATE), "mse")
    for _ in range(2):
        _descend(theirs, x, y)
    take_two_steps(ours, x, y, penalised=bool(theirs.losses))
    for mine, other in zip(ours.get_weights(), theirs.get_weights()):
        np.testing.assert_allclose(mine, other, atol=10 * tolerance, rtol=10 * tolerance)


def take_two_steps(model: Model, x: Any, y: np.ndarray, penalised: bool = False) -> None:
    """Take two steps of plain gradient descent on the mean squared error, each on all rows.

    On TensorFlow by hand, on the native network: tracing a program for two steps takes a second.
    Penalties of weights are `fit`'s.
    """
    model.compile("sgd", "mse")
    model.learning_rate = RATE
    if model.backend == "tensorflow" and not penalised:
        for _ in range(2):
            _descend(model.native, x, y)
        return
    rows = len(x[0]) if isinstance(x, list) else len(x)
    model.fit(x, y, batch_size=rows, epochs=2, shuffle=False, verbose=0)


def _descend(model: keras.Model, x: Any, y: np.ndarray) -> None:
    """Take a step of plain gradient descent on the mean squared error, and on added losses."""
    variables = model.trainable_variables
    with tf.GradientTape() as tape:
        loss = keras.losses.MeanSquaredError()(y, model(x, training=True))
        loss = sum(model.losses, loss)
    for variable, gradient in zip(variables, tape.gradient(loss, [v.value for v in variables])):
        if gradient is None:  # the loss does not depend on it
            continue
        variable.assign(variable - RATE * tf.convert_to_tensor(gradient))
