"""Networks that have a layer hold the same tensors of its weights, whatever the layer."""

from __future__ import annotations

from itertools import chain
from typing import Any

import numpy as np
import pytest

from rdeep import Input, Model, Sequential, layers
from rdeep.catalogue.registry import records
from rdeep.engines import registry


def _held(model: Model) -> dict[str, list[int]]:
    """Return which tensors of the engine a model's weights are, by their names."""
    network: Any = model.network
    if model.backend == "torch":
        return {name: [id(t) for t in found.tensors] for name, found in network.maps.items()}
    return {name: [id(found.value)] for name, found in network.variables.items()}


def _of_native(model: Model) -> set[int]:
    if model.backend == "torch":
        found = [*model.native.parameters(), *model.native.buffers()]
        return {id(tensor) for tensor in found}
    return {id(variable.value) for variable in model.native.weights}


def _all(model: Model) -> set[int]:
    return set(chain.from_iterable(_held(model).values()))


def _applied(layer: Any, case: Any, backend: str) -> Model:
    inputs = [Input(shape, "int32" if case.codes else "float32") for shape in case.shapes]
    several = len(inputs) > 1 or (layer.merges and not layer.lone)
    return Model(inputs, layer(inputs if several else inputs[0]), backend=backend)


LAYERS = [
    cls
    for cls in records("layer").values()
    if cls.__module__.startswith("rdeep.") and not cls.internal and cls.__name__ != "InputLayer"
]


@pytest.mark.parametrize("backend", [e for e in registry.installed() if e != "numpy"])
def test_two_networks_hold_the_same_tensors_of_every_layer(backend: str) -> None:
    seen = 0
    for cls in LAYERS:
        for case in cls.cases()[: 2 if backend == "torch" else 1]:
            layer = cls(**case.options)
            one, other = _applied(layer, case, backend), _applied(layer, case, backend)
            if not one.graph.weights():
                continue
            seen += 1
            held = _held(one)
            assert list(held.values()) == list(_held(other).values()), cls.__name__
            in_modules = _of_native(one) & _of_native(other)
            assert in_modules.issuperset(chain.from_iterable(held.values())), cls.__name__
            if backend == "torch":
                for tensor in other.native.parameters():
                    tensor.data += 0.1
                for a, b in zip(one.get_weights(), other.get_weights()):
                    np.testing.assert_array_equal(a, b)
    assert seen >= 40


def test_layers_inside_of_others_are_shared_too(backend: str) -> None:
    x = Input((4, 3))
    cell = layers.GRU(2, return_sequences=True)
    inner = Sequential([layers.TimeDistributed(layers.Dense(3)), cell], input_shape=(4, 3))
    alone = Model(x, cell(x), backend=backend)
    whole = Model(x, layers.Bidirectional(layers.LSTM(2))(inner(x)), backend=backend)
    assert _all(alone) < _all(whole)


def test_of_more_than_two_those_that_are_laid_out_alike_share(rng: np.random.Generator) -> None:
    """What is laid out otherwise, or on another engine, follows by its values."""
    layer, x = layers.Dense(4), Input((4,))
    here, there = (Model(x, layer(x), backend="torch") for _ in range(2))
    elsewhere = Model(x, layer(x), backend="tensorflow")
    kernel = rng.normal(size=(4, 4)).astype("float32")
    assert _held(here) == dict(zip(_held(here), _held(there).values()))
    for changed in (elsewhere, there, here):
        kernel = kernel + 1
        changed.set_weights([kernel, np.zeros(4)])
        for model in (here, there, elsewhere):
            np.testing.assert_array_equal(model.get_weights()[0], kernel)
            np.testing.assert_allclose(model.predict(np.eye(4, dtype="f")), kernel, rtol=1e-6)


def test_a_frozen_layer_of_one_is_trained_by_the_other(
    backend: str, rng: np.random.Generator
) -> None:
    """The discriminator of a GAN: compiled to be trained, then frozen within the whole."""
    judge = Sequential(
        [layers.Dense(3, "tanh"), layers.BatchNormalization(), layers.Dense(1)],
        input_shape=(2,),
        backend=backend,
    )
    judge.compile("sgd", "mse")
    judge.trainable = False
    x = Input((5,))
    whole = Model(x, judge(layers.Dense(2)(x)), backend=backend)
    whole.compile("sgd", "mse")
    noise, points = rng.normal(size=(8, 5)).astype("f"), rng.normal(size=(8, 2)).astype("f")
    for _ in range(2):
        before = judge.get_weights()
        whole.train_on_batch(noise, np.ones((8, 1), "f"))
        for old, new in zip(before, judge.get_weights()):
            np.testing.assert_array_equal(old, new)
        generator = whole.get_weights()[:2]
        judge.train_on_batch(points, np.zeros((8, 1), "f"))
        assert np.abs(before[0] - judge.get_weights()[0]).max() > 0
        np.testing.assert_array_equal(whole.get_weights()[2], judge.get_weights()[0])
        np.testing.assert_array_equal(whole.get_weights()[0], generator[0])


def test_tensors_stay_when_other_layers_are_trained(backend: str) -> None:
    """`compile` after freezing builds the network anew, of the same tensors."""
    model = Sequential([layers.Dense(3), layers.Dense(1)], input_shape=(2,), backend=backend)
    model.compile("sgd", "mse")
    before = _held(model)
    model.layers[0].trainable = False
    model.compile("sgd", "mse")
    assert _held(model) == before
    if backend == "torch":
        needs = [parameter.requires_grad for parameter in model.native.parameters()]
        assert needs == [False, False, True, True]


def test_an_unbuilt_model_has_what_the_engine_has(backend: str) -> None:
    """Weights are read where an engine changed them, and changed there, before it is built."""
    layer, x = layers.Dense(1), Input((2,))
    built, waiting = (Model(x, layer(x), backend=backend) for _ in range(2))
    network: Any = built.network
    if backend == "torch":
        next(iter(network.native.parameters())).data.fill_(3.0)
    else:
        network.native.weights[0].assign(np.full((2, 1), 3.0))
    np.testing.assert_array_equal(waiting.get_weights()[0], np.full((2, 1), 3.0))
    waiting.set_weights([np.full((2, 1), 5.0), np.zeros(1)])
    np.testing.assert_array_equal(np.ravel(network.get_weights()["dense/kernel"]), [5.0, 5.0])
