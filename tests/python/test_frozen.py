"""What is trained is settled at `compile`, for each model by itself."""

from __future__ import annotations

import copy
import pickle
import warnings

import numpy as np
import pytest

from rdeep import Input, Model, Sequential, load_model
from rdeep.layers import BatchNormalization, Dense, Dropout

X = np.random.default_rng(0).normal(size=(32, 4)).astype("float32")
Y = X.sum(1, keepdims=True)


def moved(model, trained=None):
    """Return which weights a training changes, and what it warns of."""
    before = model.get_named_weights()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        (trained or model).fit(X, Y, verbose=0)
    after = model.get_named_weights()
    changed = {name for name in after if (after[name] != before[name]).any()}
    return changed, " ".join(str(each.message) for each in caught)


def chain(backend, **options):
    layers = [Dense(3, name="a"), BatchNormalization(name="n"), Dropout(0.1), Dense(1, name="b")]
    return Sequential(layers, input_shape=(4,), backend=backend, **options)


A, B = {"a/kernel", "a/bias"}, {"b/kernel", "b/bias"}
N = {"n/gamma", "n/beta", "n/moving_mean", "n/moving_variance"}


@pytest.mark.few_on_tensorflow()
def test_flags_count_at_compile(backend, tmp_path):
    model = chain(backend)
    model.compile("sgd", "mse")
    model.get_layer("a").trainable = False
    changed, said = moved(model)
    assert changed == A | N | B and "Layer 'a' was frozen after compile()" in said
    assert moved(model) == (changed, "")
    assert [len(model.get_weights(trainable=flag)) for flag in (True, False)] == [4, 4]
    model.save(path := str(tmp_path / "model.rdeep"))
    again = load_model(path)
    for same in (again, copy.deepcopy(model), pickle.loads(pickle.dumps(model)), model.copy()):
        assert moved(same)[0] == changed
        assert not same.get_layer("a").trainable
        same.compile("sgd", "mse")
        assert moved(same) == (N | B, "")
    model.compile("sgd", "mse")
    model.trainable = True
    changed, said = moved(model)
    assert changed == N | B
    assert "Layer 'a' was unfrozen after compile(): this training leaves it alone" in said


def test_a_frozen_batch_normalization_uses_its_averages(backend):
    model = chain(backend)
    model.get_layer("n").trainable = False
    model.compile("sgd", "mse")
    assert moved(model)[0] == A | B
    # It computes as in prediction.
    alone = Sequential([BatchNormalization(trainable=False)], input_shape=(4,), backend=backend)
    out = alone(X, training=True)
    np.testing.assert_allclose(
        np.asarray(out.detach() if hasattr(out, "detach") else out), alone.predict(X), rtol=1e-6
    )


def test_a_discriminator_is_trained_alone_and_frozen_in_the_gan(backend):
    generator = Sequential([Dense(4, name="g")], input_shape=(4,), backend=backend)
    discriminator = chain(backend, name="discriminator")
    discriminator.compile("sgd", "mse")
    discriminator.trainable = False
    noise = Input((4,))
    gan = Model(noise, discriminator(generator(noise)), backend=backend)
    gan.compile("sgd", "mse")
    for _ in range(2):
        assert moved(discriminator, gan) == (set(), "")
        assert moved(generator, gan)[0] == {"g/kernel", "g/bias"}
        assert moved(discriminator)[0] == A | N | B
        logs = discriminator.train_on_batch(X, Y)
        assert np.isfinite(logs["loss"])


def test_flags_of_a_model_without_input_count_at_compile(backend):
    model = Sequential([Dense(3, name="a"), Dense(1, name="b")], backend=backend)
    model.compile("sgd", "mse")
    model.records[0].trainable = False
    model.build_for(X)
    changed, said = moved(model)
    assert changed == A | B and "Layer 'a'" in said


def test_nothing_left_to_train_is_said(backend):
    model = chain(backend)
    model.trainable = False
    with pytest.warns(UserWarning, match="nothing to train in the model: all its layers"):
        model.compile("sgd", "mse")
    changed, said = moved(model)
    assert changed == set() and "nothing to train" in said
