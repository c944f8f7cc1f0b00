"""Layers of registered classes come out of files as objects of their class."""

from __future__ import annotations

import numpy as np
import pytest

import rdeep
from rdeep import Layer, Sequential, layers, ops, saving
from rdeep.errors import RdeepWarning
from rdeep.errors.damage import Damage
from rdeep.graph.restoring import restored_graph

X = np.ones((2, 3), "float32")


@saving.register_keras_serializable("mine")
class OwnScaled(Layer):
    """A layer with an option, weights and a layer inside."""

    def __init__(self, factor=1.0, **kwargs):
        super().__init__(**kwargs)
        self.factor = factor
        self.inner = layers.Dense(2)

    def build(self, input_shape):
        self.shift = self.add_weight((2,), "ones", name="shift")

    def call(self, inputs):
        return self.inner(inputs) * self.factor + self.shift

    def get_config(self):
        return {**super().get_config(), "factor": self.factor}


@pytest.fixture
def saved(tmp_path):
    model = Sequential([OwnScaled(3.0), layers.Dense(1)], input_shape=(3,))
    model.save(tmp_path / "own.rdeep")
    return model, tmp_path / "own.rdeep"


def test_a_registered_class_makes_the_layer_again(saved):
    model, path = saved
    again = rdeep.load_model(path)
    assert isinstance(again.layers[0].record, OwnScaled)
    assert again.layers[0].record.factor == 3
    np.testing.assert_allclose(again.predict(X), model.predict(X))
    again.save(path)
    assert isinstance(rdeep.load_model(path).layers[0].record, OwnScaled)


def test_without_its_class_it_computes_the_same(saved, monkeypatch):
    model, path = saved
    monkeypatch.setattr("rdeep.catalogue.custom_objects._registered", {})
    again = rdeep.load_model(path)
    assert not isinstance(again.layers[0].record, OwnScaled)
    np.testing.assert_allclose(again.predict(X), model.predict(X))
    assert isinstance(
        rdeep.load_model(path, custom_objects={"OwnScaled": OwnScaled}).layers[0].record, OwnScaled
    )

    class Other(Layer):
        def call(self, inputs):
            return ops.square(inputs)

    with pytest.warns(RdeepWarning, match="did not make the layer"):
        again = rdeep.load_model(path, custom_objects={"mine>OwnScaled": Other})
    np.testing.assert_allclose(again.predict(X), model.predict(X))


@pytest.mark.parametrize("damage", [{"config": []}, {"name": ""}, {"more": 1}])
def test_what_says_of_no_class_is_damage(saved, damage):
    data = saved[0].description()["graph"]
    data["layers"][1]["options"]["own_class"].update(damage)
    with pytest.raises(Damage, match="own_class"):
        restored_graph(data, "graph")


def test_a_class_that_is_not_registered_is_found_among_custom_objects(tmp_path):
    class Doubled(Layer):
        def __init__(self, units=2, **kwargs):
            super().__init__(**kwargs)
            self.units, self.dense = units, layers.Dense(units, use_bias=False)

        def call(self, inputs):
            return ops.matmul(self.dense(inputs), ops.transpose(self.dense.kernel))

        def get_config(self):
            return {**super().get_config(), "units": self.units}

    model = Sequential([Doubled(5)], input_shape=(3,))
    model.save(tmp_path / "own.rdeep")
    again = rdeep.load_model(tmp_path / "own.rdeep", custom_objects={"Doubled": Doubled})
    assert isinstance(again.layers[0], Doubled)
    assert again.layers[0].units == 5
    np.testing.assert_allclose(again.predict(X), model.predict(X), rtol=1e-6)
    assert not isinstance(rdeep.load_model(tmp_path / "own.rdeep").layers[0], Doubled)
