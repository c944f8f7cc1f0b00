"""Single batches, states, configurations and limits."""

from __future__ import annotations

import keras
import numpy as np
import pytest

import rdeep
from rdeep.bridge import services
from rdeep.errors import ArgumentError, BackendError, FileError
from rdeep.layers import Conv2D, Dense, Dropout, Flatten
from rdeep.models import states
from rdeep.training import limits

X = np.random.default_rng(1).normal(size=(12, 4)).astype(np.float32)
Y = (X.sum(1) > 0).astype(np.float32)


def small(backend, optimizer="sgd"):
    layers = [Dense(3, "tanh"), Dense(1, "sigmoid")]
    model = rdeep.Sequential(layers, input_shape=(4,), backend=backend)
    model.compile(optimizer, "binary_crossentropy", metrics=["accuracy"])
    return model


def test_steps_are_those_of_keras(backend):
    model = small(backend)
    twin = keras.Sequential([keras.layers.Dense(3, "tanh"), keras.layers.Dense(1, "sigmoid")])
    twin.build((None, 4))
    twin.set_weights(model.get_weights())
    twin.compile("sgd", "binary_crossentropy")
    weights = np.linspace(0.5, 2.0, 12)
    for options in ({}, {"sample_weight": weights}, {"class_weight": {0: 1.0, 1: 3.0}}):
        logs = model.train_on_batch(X, Y, **options)
        twin.reset_metrics()
        loss = twin.train_on_batch(X, Y[:, None], **options)
        assert logs["loss"] == pytest.approx(float(np.ravel(loss)[0]), abs=1e-5)
    for ours, theirs in zip(model.get_weights(), twin.get_weights()):
        np.testing.assert_allclose(ours, theirs, atol=1e-5)
    scores = model.test_on_batch(X, Y)
    assert scores == pytest.approx(model.evaluate(X, Y))
    assert list(scores.keys()) == ["loss", "accuracy"]
    np.testing.assert_allclose(model.predict_on_batch(X), twin.predict_on_batch(X), atol=1e-5)
    assert model.history is None


def test_a_state_tree_takes_training_back(backend):
    model = small(backend, "adam")
    model.train_on_batch(X, Y)
    tree = states.get_state_tree(model)
    assert tree["optimizer_variables"]["iterations"] == 1
    assert set(tree["trainable_variables"]) == {"dense", "dense_1"}
    after = model.train_on_batch(X, Y)
    states.set_state_tree(model, tree)
    assert model.trainer.steps_taken == 1
    assert model.train_on_batch(X, Y) == after
    with pytest.raises(ArgumentError, match="trainable"):
        states.set_state_tree(model, {"trainable": {}})


def test_configurations_come_back(tmp_path):
    layer = Conv2D(3, (2, 2), activation="relu", kernel_regularizer="l2")
    for value in (layer, Dropout(0.2), rdeep.optimizers.Adam(0.1), rdeep.losses.Poisson()):
        data = services.config_of(value)
        again = services.from_config(data["config"], data["kind"], data["class"])
        assert again.to_data() == value.to_data()
    model = small("torch")
    data = services.config_of(model)
    again = services.from_config(data["config"], "model", data["class"], "tensorflow")
    assert again.backend == "tensorflow" and again.count_params() == model.count_params()
    held = services.config_of(model.layers[0])
    assert held["config"]["name"] == "dense" and held["class"] == "Dense"
    file = str(tmp_path / "model.json")
    services.save_config(model, file)
    for found in (
        services.load_config(file),
        services.load_config(text=services.config_text(model)),
    ):
        assert found.get_named_weights().keys() == model.get_named_weights().keys()
    with pytest.raises(FileError):
        services.save_config(model, file)
    (tmp_path / "no.json").write_text("{")
    with pytest.raises(FileError, match="configuration"):
        services.load_config(str(tmp_path / "no.json"))
    with pytest.raises(ArgumentError, match="configuration of a model"):
        services.model_from({"kind": "sequential"})
    with pytest.raises(ArgumentError, match="no configuration"):
        services.config_of(3)


def test_limits_shorten_training(backend):
    model = small(backend)
    try:
        limits.set_max_epochs(2)
        limits.set_max_steps_per_epoch(1)
        assert (limits.max_epochs(), limits.max_steps_per_epoch()) == (2, 1)
        with pytest.warns(UserWarning, match="Limiting epochs to 2"):
            history = model.fit(X, Y, epochs=5, batch_size=4, verbose=0)
        assert len(history.history["loss"]) == 2 and model.trainer.steps_taken == 2
        model.fit(iter([(X[:4], Y[:4])] * 3), verbose=0)
        assert model.trainer.steps_taken == 3
    finally:
        limits.set_max_epochs(None)
        limits.set_max_steps_per_epoch(None)
    with pytest.raises(ArgumentError, match="max_epochs"):
        limits.set_max_epochs(0)


def test_only_tensorflow_writes_saved_models(tmp_path):
    with pytest.raises(BackendError, match="torch"):
        services.export_model(small("torch"), str(tmp_path / "saved"))
    services.export_model(small("tensorflow"), str(tmp_path / "saved"))
    assert (tmp_path / "saved" / "saved_model.pb").is_file()


def test_layers_and_models_know_what_goes_in_and_out():
    model = rdeep.Sequential([Flatten(), Dense(2)], input_shape=(2, 3), backend="torch")
    assert model.input.shape == (None, 2, 3) and model.output.shape == (None, 2)
    inner = model.get_layer("flatten").output
    assert rdeep.Model(model.input, inner, backend="torch").output_shapes == [(None, 6)]
    assert model.get_layer("dense").input is inner
