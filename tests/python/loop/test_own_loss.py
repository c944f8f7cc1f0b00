"""`compute_loss` and `compute_metrics` of a class are traced once, and run on both engines."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.nn.functional as F

import rdeep
from rdeep import Model, Sequential, layers, metrics, ops, optimizers
from rdeep.errors import ArgumentError, StateError
from rdeep.layers import BatchNormalization, Dense
from rdeep.optimizers import Adam

RNG = np.random.default_rng(0)
X = RNG.uniform(0.1, 0.9, (48, 5)).astype("float32")
EPS = RNG.normal(size=(48, 2)).astype("float32")
Y = X.sum(1)


class Vae(Model):
    def __init__(self, backend):
        super().__init__(backend=backend, seed=1)
        self.mean, self.log_var = Dense(2), Dense(2)
        self.decoder = Sequential([Dense(6, "relu"), Dense(5)], input_shape=(2,), backend=backend)

    def call(self, inputs):
        x, eps = inputs
        mean, log_var = self.mean(x), self.log_var(x)
        return [mean, log_var, mean + ops.exp(0.5 * log_var) * eps]

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        mean, log_var, z = y_pred
        rebuilt = self.decoder(z)
        kl = -0.5 * ops.mean(ops.sum(1 + log_var - mean**2 - ops.exp(log_var), axis=1))
        return ops.mean(ops.sum((x[0] - rebuilt) ** 2, axis=1)) + kl

    def compute_metrics(self, x, y, y_pred, sample_weight=None):
        return {"largest": ops.max(y_pred[0])}


def test_a_vae_is_trained_as_by_hand(backend):
    model = Vae(backend)
    model.compile(Adam(0.01))
    model.evaluate([X, EPS])
    weights = model.get_weights()
    decoder = model.decoder.get_weights()
    found = model.fit([X, EPS], batch_size=16, epochs=3, shuffle=False, verbose=0).history
    tensors = [torch.tensor(w, requires_grad=True) for w in (*weights, *decoder)]
    a, b, c, d, e, f, g, h = tensors
    optimizer, wanted = torch.optim.Adam(tensors, 0.01, eps=1e-7), []
    for _ in range(3):
        total = 0.0
        for at in range(0, 48, 16):
            x, eps = (torch.from_numpy(v[at : at + 16]) for v in (X, EPS))
            mean, log_var = x @ a + b, x @ c + d
            rebuilt = F.relu((mean + (0.5 * log_var).exp() * eps) @ e + f) @ g + h
            kl = -0.5 * (1 + log_var - mean**2 - log_var.exp()).sum(1).mean()
            loss = (x - rebuilt).square().sum(1).mean() + kl
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += float(loss.detach())
        wanted.append(total / 3)
    np.testing.assert_allclose(found["loss"], wanted, rtol=1e-4)
    assert len(found["largest"]) == 3
    # The decoder is no part of what the model gives: it is trained, and its weights are kept.
    for mine, theirs in zip(model.decoder.get_weights(), (e, f, g, h)):
        np.testing.assert_allclose(mine, theirs.detach().numpy(), rtol=1e-3, atol=1e-5)


class Doubled(Model):
    def __init__(self, backend=None, **options):
        super().__init__(backend=backend, seed=1)
        self.dense = Dense(1, **options)

    def call(self, inputs):
        return self.dense(inputs)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None):
        return 2 * super().compute_loss(x, y, y_pred, sample_weight)


def test_super_gives_the_loss_of_compile(backend):
    weights = np.linspace(0, 1, 48)
    doubled, plain = Doubled(backend, kernel_regularizer="l2"), None
    plain = Sequential([Dense(1, kernel_regularizer="l2")], input_shape=(5,), backend=backend)
    doubled.compile("sgd", "mse", metrics=["mae"])
    plain.compile("sgd", "mse", metrics=["mae"])
    doubled.evaluate(X, Y, sample_weight=weights)
    plain.set_weights(doubled.get_weights())
    two, one = (m.evaluate(X, Y, sample_weight=weights) for m in (doubled, plain))
    penalty = 0.01 * float((plain.get_weights()[0] ** 2).sum())
    np.testing.assert_allclose(two["loss"], 2 * (one["loss"] - penalty) + penalty, rtol=1e-5)
    np.testing.assert_allclose(two["mae"], one["mae"], rtol=1e-6)
    history = doubled.fit(X, Y, epochs=2, verbose=0, validation_data=(X, Y)).history
    assert list(history) == ["loss", "mae", "val_loss", "val_mae"]


class WithOwnMetric(Doubled):
    def compute_metrics(self, x, y, y_pred, sample_weight=None):
        return {**super().compute_metrics(x, y, y_pred, sample_weight), "high": ops.max(y_pred)}


def test_metrics_beside_those_of_compile(backend):
    model = WithOwnMetric(backend)
    model.compile("sgd", "mse", metrics=["mae"])
    found = model.evaluate(X, Y, batch_size=48, return_dict=True)
    assert set(found) == {"loss", "mae", "high"}
    np.testing.assert_allclose(found["high"], model.predict(X).max(), rtol=1e-5)


def test_a_file_holds_the_loss(backend, tmp_path):
    rdeep.set_random_seed(1)
    model = Vae(backend)
    model.compile(Adam(0.01))
    model.fit([X, EPS], verbose=0)
    path = str(tmp_path / "vae.rdeep")
    model.save(path)
    again = rdeep.load_model(path)
    assert again.evaluate([X, EPS]) == model.evaluate([X, EPS])
    model.fit([X, EPS], epochs=2, initial_epoch=1, verbose=0)
    again.fit([X, EPS], epochs=2, initial_epoch=1, verbose=0)
    for mine, theirs in zip(again.get_weights(), model.get_weights()):
        np.testing.assert_array_equal(mine, theirs)
    assert again.evaluate([X, EPS]) == model.evaluate([X, EPS])


def _model(compute):
    made = type("Wrong", (Doubled,), {"compute_loss": compute})()
    made.compile("sgd", "mse")
    return made


def test_what_is_wrong_is_said():
    with pytest.raises(ArgumentError, match="must be one number"):
        _model(lambda self, x, y, y_pred: y - y_pred).fit(X, Y, verbose=0)
    with pytest.raises(ArgumentError, match="must be a number that was computed"):
        _model(lambda self, x, y, y_pred: 3.0).fit(X, Y, verbose=0)
    unsaved = _model(lambda self, x, y, y_pred: ops.mean(y_pred))
    unsaved.build_for(X)
    with pytest.raises(StateError, match="before they have seen data"):
        unsaved.copy()


class Penalised(Model):
    """Its loss has a part for training alone, by a layer that keeps a moving average."""

    def __init__(self, backend):
        super().__init__(backend=backend, seed=1)
        self.dense, self.norm = Dense(1), BatchNormalization()

    def call(self, inputs):
        return self.dense(inputs)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        loss = ops.mean((y - y_pred) ** 2)
        spread = ops.mean(self.norm(y_pred) ** 2)
        return loss + spread + 100.0 if training else loss + 0.0 * spread


@pytest.mark.few_on_tensorflow()
def test_a_loss_that_differs_by_training_is_evaluated_without(backend, tmp_path):
    model, y = Penalised(backend), Y[:, None]
    model.compile(Adam(0.01))
    logs = model.fit(X, y, epochs=2, batch_size=48, validation_data=(X, y), verbose=0).history
    wanted = np.mean((model.predict(X, verbose=0) - y) ** 2)
    assert min(logs["loss"]) > 100
    np.testing.assert_allclose([logs["val_loss"][-1], model.evaluate(X, y)], wanted, rtol=1e-5)
    model.save(tmp_path / "model.rdeep")
    again = rdeep.load_model(tmp_path / "model.rdeep", backend=backend)
    assert again.evaluate(X, y) == pytest.approx(wanted, rel=1e-5)
    # What is for evaluation does not move the layer's averages once more.
    moving = model.norm.get_weights()[2]
    other = Penalised(backend)
    other.compute_loss = lambda x, y, y_pred: Penalised.compute_loss(other, x, y, y_pred)
    other.compile(Adam(0.01))
    other.fit(X, y, epochs=2, batch_size=48, verbose=0)
    np.testing.assert_allclose(moving, other.norm.get_weights()[2], rtol=1e-5)


def test_compute_metrics_updates_a_metric_of_its_own(backend):
    class Own(Model):
        def __init__(self, **options):
            super().__init__(**options)
            self.dense, self.size = layers.Dense(1), metrics.Mean(name="size")

        def call(self, inputs):
            return self.dense(inputs)

        def compute_metrics(self, x, y, y_pred, sample_weight=None):
            found = super().compute_metrics(x, y, y_pred, sample_weight)
            self.size.update_state(ops.abs(y_pred))
            found["own_name"] = self.size.result()
            return found

    model = Own(backend=backend)
    model.compile(optimizers.SGD(0.0), "mse", metrics=["mae"])
    x, y = np.linspace(-1, 1, 24).reshape(8, 3).astype("float32"), np.zeros((8, 1), "float32")
    history = model.fit(x, y, batch_size=4, verbose=0).history
    size = np.mean(np.abs(model.predict(x, verbose=0)))
    for name in ("mae", "size", "own_name"):
        assert history[name][0] == pytest.approx(size, rel=1e-5)
