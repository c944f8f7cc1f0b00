"""Targets of the outputs that have a loss; weights of models that Keras has no file for."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from rdeep import Input, Model, ops
from rdeep.catalogue.layers import Dense
from rdeep.errors import ArgumentError, RdeepWarning

x = np.linspace(-1, 1, 24, dtype="float32").reshape(8, 3)
y = np.abs(x[:, :2])


def test_outputs_without_a_loss_need_no_targets(backend):
    inputs = Input((3,))
    first = Dense(2)(inputs)
    model = Model(inputs, [first, Dense(4)(first), Dense(2)(first)], backend=backend)
    model.compile("sgd", ["mse", None, None])
    wanted = model.evaluate(x, [y, np.zeros((8, 4)), np.zeros((8, 2))], verbose=0)
    for given in (y, [y], [y, None, None]):
        assert model.evaluate(x, given, verbose=0) == wanted
    model.compile("sgd", ["mse", None, "mse"])
    model.fit(x, [y, y], epochs=1, verbose=0)
    with pytest.raises(ArgumentError, match="list of 3 arrays"):
        model.fit(x, y, epochs=1, verbose=0)
    theirs = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    both = keras.Model(theirs.inputs, [theirs.outputs[0], keras.layers.Dense(4)(theirs.outputs[0])])
    both.compile("sgd", ["mse", None])
    assert np.isfinite(np.ravel(both.evaluate(x, y, verbose=0))).all()


def test_weights_that_keras_lacks_a_model_for_are_kept_in_our_format(tmp_path):
    def made():
        inputs = Input((3,))
        rows = ops.shape(inputs)[0]
        return Model(inputs, Dense(2)(ops.reshape(inputs, (rows, 3))))

    model, path = made(), str(tmp_path / "a.weights.h5")
    with pytest.warns(RdeepWarning, match="rdeep's own format"):
        model.save_weights(path)
    whole = str(tmp_path / "a.keras")
    with pytest.warns(RdeepWarning, match="rdeep's own format"):
        model.save(whole)
    model.save(str(tmp_path / "a.rdeep"))
    for file in (path, whole, str(tmp_path / "a.rdeep")):
        other = made()
        other.load_weights(file)
        for got, wanted in zip(other.get_weights(), model.get_weights()):
            np.testing.assert_array_equal(got, wanted)
    inputs = Input((3,))
    another = Model(inputs, Dense(5)(inputs))
    with pytest.raises(ArgumentError):
        another.load_weights(whole)
