"""Models that share layers, models as layers, and what training may change of them."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest

from rdeep import Input, Model, Sequential, layers, load_model


def test_encoder_and_decoder_are_trained_in_the_autoencoder(
    backend: str, rng: np.random.Generator
) -> None:
    image, code = Input((6,)), Input((2,))
    encoder = Model(image, layers.Dense(2)(image), name="encoder", backend=backend)
    decoder = Model(code, layers.Dense(6)(code), name="decoder", backend=backend)
    x = Input((6,))
    both = Model(x, decoder(encoder(x)), backend=backend)
    data = rng.normal(size=(10, 6)).astype("float32")
    before = encoder.get_weights()[0]
    both.compile("adam", "mse")
    both.fit(data, data, epochs=1, verbose=0)
    assert np.abs(encoder.get_weights()[0] - before).max() > 0
    chained = decoder.predict(encoder.predict(data))
    np.testing.assert_allclose(chained, both.predict(data), atol=1e-5)
    encoder.set_weights([np.zeros((6, 2)), np.zeros(2)])
    np.testing.assert_array_equal(both.get_weights()[0], 0)


def test_intermediate_outputs_follow_training(backend: str, rng: np.random.Generator) -> None:
    model = Sequential(
        [layers.Dense(3, name="hidden"), layers.Dense(1)], input_shape=(4,), backend=backend
    )
    part = Model(model.input, model.get_layer("hidden").output, backend=backend)
    x = rng.normal(size=(8, 4)).astype("float32")
    model.compile("sgd", "mse")
    for _ in range(2):
        model.fit(x, x[:, :1], epochs=1, verbose=0)
        kernel, bias = model.get_weights()[:2]
        np.testing.assert_allclose(part.predict(x), x @ kernel + bias, atol=1e-5)


def _transfer(backend: str, training: bool | None) -> tuple[Model, Sequential]:
    stack = [layers.Dense(3), layers.BatchNormalization(), layers.Dropout(0.3)]
    base = Sequential(stack, input_shape=(4,), backend=backend)
    x = Input((4,))
    return Model(x, layers.Dense(1)(base(x, training=training)), backend=backend), base


@pytest.mark.parametrize("training", [False, True, None])
def test_the_mode_of_a_model_in_a_model(
    backend: str, training: bool | None, rng: np.random.Generator, tmp_path: Path
) -> None:
    model, base = _transfer(backend, training)
    x = rng.normal(size=(8, 4)).astype("float32")
    model.compile("sgd", "mse")
    before = base.get_weights()
    model.fit(x, x[:, :1], epochs=1, verbose=0)
    moved = [np.abs(a - b).max() > 0 for a, b in zip(before, base.get_weights())]
    # The moving mean and variance stay where the base never acts as in training.
    assert moved == [True] * 4 + [training is not False] * 2
    model.save(str(tmp_path / "model.rdeep"))
    loaded = load_model(str(tmp_path / "model.rdeep"))
    assert loaded.graph.nodes[1].training is training
    if training is not True:
        np.testing.assert_allclose(loaded.predict(x), model.predict(x), atol=1e-6)


def test_never_in_training_is_as_keras_predicts(backend: str, rng: np.random.Generator) -> None:
    x = keras.Input((4,))
    normal = keras.layers.BatchNormalization()
    theirs = keras.Model(x, keras.layers.Dense(1)(normal(x, training=False)))
    entry = Input((4,))
    ours = Model(
        entry, layers.Dense(1)(layers.BatchNormalization()(entry, training=False)), backend=backend
    )
    weights = [rng.uniform(0.5, 1.5, w.shape) for w in theirs.get_weights()]
    theirs.set_weights(weights)
    ours.set_weights(weights)
    data, y = rng.normal(size=(8, 4)).astype("float32"), np.zeros((8, 1), "float32")
    ours.compile("sgd", "mse")
    ours.fit(data, y, epochs=1, batch_size=8, verbose=0, shuffle=False)
    # One step by hand: the normalized input is a fixed function of the data.
    gamma, beta, mean, variance, kernel, bias = weights
    seen = (data - mean) / np.sqrt(variance + 1e-3)
    error = (seen * gamma + beta) @ kernel + bias
    expected = kernel - 0.01 * 2 * (seen * gamma + beta).T @ error / 8
    np.testing.assert_allclose(ours.get_weights()[4], expected, atol=1e-5)


def test_a_layer_in_two_modes(backend: str, rng: np.random.Generator) -> None:
    """The same layer follows the network in one place and never drops in the other."""
    drop, x = layers.Dropout(0.5), Input((64,))
    model = Model(x, [drop(x), drop(x, training=False), drop(x, training=True)], backend=backend)
    data = np.ones((1, 64), "float32")
    follows, never, always = model.predict(data)
    np.testing.assert_array_equal(follows, data)
    np.testing.assert_array_equal(never, data)
    assert set(np.unique(always)) == {0.0, 2.0}
    follows, never, _ = (np.asarray(each) for each in model(data, training=True))
    assert set(np.unique(follows)) == {0.0, 2.0}
    np.testing.assert_array_equal(never, data)


@pytest.mark.few_on_tensorflow()
def test_frozen_layers_stay(backend: str, rng: np.random.Generator) -> None:
    model, base = _transfer(backend, None)
    base.trainable = False
    model.compile("sgd", "mse")
    before = base.get_weights()
    x = rng.normal(size=(8, 4)).astype("float32")
    model.fit(x, x[:, :1], epochs=1, verbose=0)
    for old, new in zip(before, base.get_weights()):
        np.testing.assert_array_equal(old, new)
    assert model.counts()["trainable"] == 4
    base.trainable = True
    model.compile("sgd", "mse")
    model.fit(x, x[:, :1], epochs=1, verbose=0)
    assert np.abs(base.get_weights()[0] - before[0]).max() > 0


def test_what_is_changed_in_the_engines_own_network_is_seen_by_all(backend):
    x = np.random.default_rng(2).normal(size=(8, 4)).astype("float32")
    a, b = Input((4,)), Input((4,))
    encoder = Model(a, layers.Dense(2, name="latent")(a), backend=backend)
    whole = Model(b, layers.Dense(4)(encoder(b)), backend=backend)
    whole.compile("sgd", "mse")

    def double(model):
        native = model.native
        if backend == "torch":
            import torch

            with torch.no_grad():
                for parameter in native.parameters():
                    parameter.mul_(2.0)
        else:
            for variable in native.trainable_weights:
                variable.assign(variable.value * 2.0)

    for changed, other in ((whole, encoder), (encoder, whole), (whole, encoder)):
        before = other.get_weights()[0]
        double(changed)
        np.testing.assert_allclose(other.get_weights()[0], 2 * before, rtol=1e-6)
        np.testing.assert_array_equal(other.get_weights()[0], changed.get_weights()[0])
        # Training as usual goes on from there, and nobody's changes are lost.
        whole.fit(x, x, verbose=0)
        np.testing.assert_array_equal(encoder.get_weights()[0], whole.get_weights()[0])
        assert np.abs(encoder.get_weights()[0] - 2 * before).max() > 0
