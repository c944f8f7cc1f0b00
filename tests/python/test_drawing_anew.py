"""What draws random numbers draws others each time, until a seed is set again."""

from __future__ import annotations

import copy

import numpy as np
import pytest

import rdeep
from rdeep import Input, Model, Sequential, load_model, random
from rdeep.catalogue import layers as L
from rdeep.catalogue.registry import from_config

BACKENDS = ("torch", "tensorflow")
X = np.random.default_rng(5).normal(size=(12, 4, 6)).astype("float32")

# Random layers on a sequence of 4 steps and 6 features.
ON_SEQUENCES = (
    L.Dropout(0.4),
    L.Dropout(0.4, seed=3),
    L.SpatialDropout1D(0.4),
    L.GaussianNoise(0.5),
    L.GaussianDropout(0.4),
    L.AlphaDropout(0.4),
    L.LSTM(6, dropout=0.4, return_sequences=True),
    L.GRU(6, recurrent_dropout=0.4, return_sequences=True),
    L.Bidirectional(L.SimpleRNN(3, dropout=0.4, return_sequences=True)),
    L.TimeDistributed(L.Dropout(0.4)),
    L.MultiHeadAttention(2, 3, dropout=0.4),
    L.Attention(dropout=0.4),
    L.AdditiveAttention(dropout=0.4),
)


def random_outputs(backend, training):
    """Return a model with an output for each random layer, which the first of them names."""
    entry = Input((4, 6))
    records = [from_config("layer", layer.to_data()) for layer in ON_SEQUENCES]
    outputs = [layer(entry, training=training) for layer in records]
    outputs = [out[0] if isinstance(out, list) else out for out in outputs]
    return Model(entry, outputs, backend=backend)


def natively(model, x=X):
    """Call a native model as whoever trains it by hand does."""
    if model.backend == "torch":
        import torch

        model.native.train()
        found = model.native(torch.from_numpy(x))
    else:
        found = model.native(x, training=True)
    found = found if isinstance(found, (list, tuple)) else [found]
    return [np.array(each.detach() if hasattr(each, "detach") else each) for each in found]


def all_differ(first, second, skip=()):
    differing = [not np.allclose(a, b) for a, b in zip(first, second)]
    return [str(x) for x, d in zip(ON_SEQUENCES, differing) if not d and x not in skip] == []


def test_native_models_draw_anew_in_training(backend):
    model = random_outputs(backend, None)
    rdeep.set_random_seed(2)
    first, second = natively(model), natively(model)
    assert all_differ(first, second)
    rdeep.set_random_seed(2)
    again = natively(model)
    for a, b in zip(first, again):
        np.testing.assert_allclose(a, b, atol=1e-6)


def test_native_models_of_one_seed_start_alike(backend):
    found = []
    for _ in range(2):
        model = Sequential([L.Dropout(0.5, seed=8)], input_shape=(4, 6), backend=backend)
        found.append([natively(model)[0] for _ in range(3)])
    np.testing.assert_array_equal(*found)
    assert not np.allclose(found[0][0], found[0][1])


def test_a_copied_module_draws_on():
    model = Sequential([L.Dropout(0.5)], input_shape=(4, 6), backend="torch")
    import torch

    module = copy.deepcopy(model.native).train()
    x = torch.from_numpy(X)
    assert not torch.equal(module(x), module(x))
    torch.manual_seed(4)
    first = module(x)
    torch.manual_seed(4)
    assert torch.equal(first, module(x))
    # Recomputing, as checkpoints of activations do, must find the mask of the first time.
    y = x.clone().requires_grad_()
    torch.manual_seed(5)
    torch.utils.checkpoint.checkpoint(module, y, use_reentrant=False).sum().backward()
    torch.manual_seed(5)
    np.testing.assert_array_equal(y.grad.numpy(), module(torch.ones_like(x)).numpy())


def test_functions_of_tensorflow_draw_anew():
    import tensorflow as tf

    model = Sequential([L.Dropout(0.5)], input_shape=(4, 6), backend="tensorflow")
    call = tf.function(lambda x: model.native(x, training=True))
    rdeep.set_random_seed(2)
    first, second = call(X), call(X)
    assert not np.allclose(first, second)
    rdeep.set_random_seed(2)
    np.testing.assert_array_equal(first, call(X))


def test_training_is_not_disturbed_by_what_is_drawn_between(backend):
    def losses(disturb):
        rdeep.set_random_seed(6)
        model = Sequential([L.Dropout(0.5), L.Dense(1)], input_shape=6, backend=backend)
        model.compile("sgd", "mse")
        found = []
        for seed in (1, 2):
            if disturb:
                natively(model, X[:, 0])
                model.sample(X[:, 0], seed=seed)
            rdeep.set_random_seed(seed)
            found += model.fit(X[:, 0], X[:, 0, :1], epochs=2, verbose=0).history["loss"]
        return found

    np.testing.assert_array_equal(losses(False), losses(True))


@pytest.fixture(scope="module")
def predictions():
    """What both engines predict twice, and again after the same seed, and after another one."""
    found = {}
    for backend in BACKENDS:
        rdeep.set_random_seed(1)
        model = random_outputs(backend, True)
        for name, seed in (("first", 4), ("again", 4), ("other", 5)):
            rdeep.set_random_seed(seed)
            found[backend, name] = model.predict(X)
            found[backend, f"{name}, second"] = model.predict(X)
    return found


def test_predictions_differ_from_call_to_call(backend, predictions):
    fixed = ON_SEQUENCES[1:2]
    first, second = predictions[backend, "first"], predictions[backend, "first, second"]
    assert all_differ(first, second, skip=fixed)
    # A layer with a seed of its own has said otherwise.
    np.testing.assert_array_equal(first[1], second[1])
    for name in ("first", "first, second"):
        same = predictions[backend, name.replace("first", "again")]
        for a, b in zip(predictions[backend, name], same):
            np.testing.assert_array_equal(a, b)
    assert all_differ(first, predictions[backend, "other"], skip=fixed)


def test_engines_predict_the_same(predictions):
    for name in ("first", "first, second"):
        for a, b in zip(predictions["torch", name], predictions["tensorflow", name]):
            np.testing.assert_allclose(a, b, atol=1e-5)


class Sampling(rdeep.Layer):
    """What a variational autoencoder draws its codes by."""

    def __init__(self, seeds):
        super().__init__()
        self.seeds = seeds

    def call(self, inputs):
        return inputs + random.normal(rdeep.ops.shape(inputs), seed=self.seeds)


@pytest.mark.parametrize("seeded", [False, True])
def test_a_generator_goes_on_with_each_prediction(backend, seeded, tmp_path):
    x = np.zeros((3000, 4), "float32")
    seeds = random.SeedGenerator(9) if seeded else None
    rdeep.set_random_seed(1)
    model = Sequential([Sampling(seeds)], input_shape=4, backend=backend)
    model.compile("sgd", "mse")
    model.save(tmp_path / "model.rdeep")
    loaded = load_model(tmp_path / "model.rdeep")
    rdeep.set_random_seed(2)
    first, second, loss = model.predict(x), model.predict(x), model.evaluate(x, x)["loss"]
    assert abs(np.corrcoef(first.ravel(), second.ravel())[0, 1]) < 0.05
    assert first.std() == pytest.approx(1.0, abs=0.05)
    # No two rows are alike, in whichever chunk they were computed.
    assert len(np.unique(first, axis=0)) == len(x)
    assert len(np.unique(model.predict(x, batch_size=7), axis=0)) == len(x)
    assert loss == pytest.approx(1.0, abs=0.1) and loss != model.evaluate(x, x)["loss"]
    rdeep.set_random_seed(2)
    np.testing.assert_array_equal(model.predict(x), first)
    np.testing.assert_array_equal(model.predict(x), second)
    assert model.evaluate(x, x)["loss"] == loss
    rdeep.set_random_seed(2)
    np.testing.assert_array_equal(loaded.predict(x), first)


def test_what_does_not_draw_takes_no_seed(backend):
    model = Sequential([L.Dropout(0.5), L.Dense(2)], input_shape=6, backend=backend)
    rdeep.set_random_seed(1)
    expected = rdeep.seeds.stream.next()
    rdeep.set_random_seed(1)
    model.predict(X[:, 0])
    assert rdeep.seeds.stream.next() == expected


def test_each_use_of_a_layer_draws_its_own(backend):
    entry = Input((4, 6))
    part = Sequential([L.Dropout(0.5), L.Dense(6)], input_shape=(4, 6))
    attending = L.MultiHeadAttention(2, 3, dropout=0.5)
    drop = L.Dropout(0.5)
    outputs = [part(entry), part(entry), attending([entry, entry]), attending([entry, entry])]
    model = Model(entry, [*outputs, drop(entry), drop(entry)], backend=backend)
    for found in (model.sample(X, seed=3), natively(model)):
        for first, second in zip(found[::2], found[1::2]):
            assert not np.allclose(first, second)


def test_uses_are_the_same_on_both_engines():
    found = []
    for backend in BACKENDS:
        rdeep.set_random_seed(3)
        part = Sequential([L.Dropout(0.5), L.Dense(6)], input_shape=(6,))
        entry = Input((6,))
        model = Model(entry, part(part(entry) + part(entry)), backend=backend)
        model.compile("sgd", "mse")
        history = model.fit(X[:, 0], X[:, 1], epochs=3, batch_size=5, verbose=0).history
        found.append(history["loss"])
    np.testing.assert_allclose(*found, rtol=1e-5)
