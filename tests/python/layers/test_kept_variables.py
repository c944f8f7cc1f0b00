"""Variables that a layer of one's own keeps and computes with: they are weights of the layer."""

from __future__ import annotations

import numpy as np
import pytest

import rdeep
from rdeep import Input, Layer, Model, Sequential, Variable, ops
from rdeep.errors import ArgumentError, StateError

ONES = np.ones((4, 2), "float32")


class Scale(Layer):
    """Multiplies by a variable, and counts how often it did."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.scale = Variable(np.array([2.0, 3.0], "float32"), name="scale")
        self.count = Variable(np.float32(0), trainable=False, name="count")

    def call(self, inputs):
        self.count.assign_add(1.0)
        return inputs * self.scale + 0 * ops.square(self.scale)


@pytest.mark.parametrize("backend", ["torch", "tensorflow"])
def test_a_variable_is_a_weight(backend, tmp_path):
    layer = Scale()
    model = Sequential([layer], input_shape=(2,), backend=backend)
    assert model.count_params() == 3
    np.testing.assert_allclose(model.predict(ONES), ONES * [2, 3])
    layer.scale.assign([4.0, 5.0])
    np.testing.assert_allclose(model.predict(ONES), ONES * [4, 5])
    assert layer.count.numpy() == 2
    model.compile("sgd", "mse")
    model.fit(ONES, ONES, verbose=0)
    assert (layer.scale.numpy() < [4, 5]).all()
    np.testing.assert_array_equal(layer.scale.numpy(), model.get_weights()[0])
    model.save(tmp_path / "scale.rdeep")
    again = rdeep.load_model(tmp_path / "scale.rdeep")
    np.testing.assert_allclose(again.predict(ONES), model.predict(ONES))


def test_one_variable_is_a_weight_of_one_layer():
    shared = Variable(np.float32(1), name="shared")

    class Uses(Layer):
        def call(self, inputs):
            return inputs * shared

    entry = Input((2,))
    first = Uses()(entry)
    with pytest.raises(ArgumentError, match="is a weight of Uses already"):
        Model(entry, Uses()(first))


def test_whole_numbers_stay_constants():
    number = Variable(np.int32(3))

    class Adds(Layer):
        def call(self, inputs):
            return inputs + number

    model = Sequential([Adds()], input_shape=(2,))
    assert model.count_params() == 0
    np.testing.assert_allclose(model.predict(ONES), ONES + 3)

    class Assigns(Layer):
        def call(self, inputs):
            number.assign(1)
            return inputs

    with pytest.raises(StateError, match="stands by itself"):
        Assigns()(Input((2,)))
