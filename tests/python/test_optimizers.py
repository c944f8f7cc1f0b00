"""Each optimizer against the Keras optimizer of its name, over many steps."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from rdeep import Sequential
from rdeep.catalogue import optimizers as O
from rdeep.catalogue.layers import Dense
from rdeep.catalogue.registry import records

CASES = [
    ("SGD", {}),
    ("SGD", {"momentum": 0.9}),
    ("SGD", {"momentum": 0.9, "nesterov": True, "clipvalue": 0.01}),
    ("SGD", {"clipnorm": 0.05, "weight_decay": 0.01}),
    ("Adam", {}),
    ("Adam", {"amsgrad": True, "global_clipnorm": 0.1}),
    ("Adam", {"beta_1": 0.8, "beta_2": 0.99, "epsilon": 1e-3, "weight_decay": 0.1}),
    ("AdamW", {}),
    ("RMSprop", {}),
    ("RMSprop", {"momentum": 0.5, "centered": True, "clipnorm": 0.1}),
    ("Adagrad", {}),
    ("Adagrad", {"initial_accumulator_value": 0.0, "weight_decay": 0.01}),
]


def test_every_optimizer_is_tested():
    assert {name for name, _ in CASES} == set(records("optimizer"))


@pytest.mark.parametrize(("name", "options"), CASES, ids=str)
def test_fifty_steps_agree_with_keras(name, options, backend, rng):
    x = rng.normal(size=(40, 6)).astype("float32")
    y = rng.normal(size=(40, 2)).astype("float32")
    theirs = keras.Sequential(
        [keras.Input((6,)), keras.layers.Dense(5, activation="tanh"), keras.layers.Dense(2)]
    )
    ours = Sequential([Dense(5, "tanh"), Dense(2)], input_shape=6, backend=backend)
    ours.set_weights(theirs.get_weights())
    theirs.compile(getattr(keras.optimizers, name)(0.01, **options), "mse")
    ours.compile(getattr(O, name)(0.01, **options), "mse")
    for _ in range(10):
        for start in range(0, 40, 8):
            theirs.train_on_batch(x[start : start + 8], y[start : start + 8])
    ours.fit(x, y, batch_size=8, epochs=10, shuffle=False, verbose=0)
    for mine, other in zip(ours.get_weights(), theirs.get_weights()):
        np.testing.assert_allclose(mine, other, atol=1e-5)


def test_the_state_of_the_optimizer_goes_on_in_the_next_fit(backend, rng):
    x, y = rng.normal(size=(32, 4)), rng.normal(size=32)

    def train(epochs):
        model = Sequential([Dense(3), Dense(1)], input_shape=4, backend=backend, seed=1)
        model.compile("adam", "mse")
        for n in epochs:
            model.fit(x, y, epochs=n, shuffle=False, verbose=0)
        return model.get_weights()

    for once, twice in zip(train([4]), train([1, 3])):
        np.testing.assert_array_equal(once, twice)
