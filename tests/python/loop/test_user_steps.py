"""Steps that users write: `train_step`, `test_step`, `predict_step`, as Keras has them."""

from __future__ import annotations

import os
import signal

import numpy as np
import pytest

import rdeep
from rdeep import Model, Sequential, layers, losses, metrics, ops, optimizers
from rdeep.callbacks import EarlyStopping, LambdaCallback
from rdeep.data.structured import unpack_x_y_sample_weight
from rdeep.errors import (
    ArgumentError,
    DataError,
    NumbersWarning,
    RdeepWarning,
    ShapeError,
    StateError,
)

RNG = np.random.default_rng(1)
X = RNG.normal(size=(90, 4)).astype("float32")
Y = (X[:, 0] + (X[:, 1] > 0.7)).round().clip(0, 2).astype("int64")
NUMBERS = X.sum(1, keepdims=True)


def stepping(model, loss):
    """Take a step by the engine's own gradients."""
    weights = model.trainable_weights
    if model.backend == "torch":
        import torch

        model.zero_grad()
        value = loss()
        value.backward()
        gradients = [v.value.grad for v in weights]
        with torch.no_grad():
            model.optimizer.apply(gradients, weights)
        return value
    import tensorflow as tf

    with tf.GradientTape() as tape:
        value = loss()
    gradients = tape.gradient(value, weights)
    model.optimizer.apply_gradients(zip(gradients, weights))
    return value


class Keras(Model):
    """The step of Keras's guides."""

    def train_step(self, data):
        x, y, weight = unpack_x_y_sample_weight(data)
        kept = []

        def loss():
            kept[:] = [self(x, training=True)]
            return self.compute_loss(y=y, y_pred=kept[0], sample_weight=weight)

        value = stepping(self, loss)
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(value, sample_weight=float(x.shape[0]))
            else:
                metric.update_state(y, kept[0], sample_weight=weight)
        return {m.name: m.result() for m in self.metrics}


class Plain(Model):
    """The default step, by `gradients_of`."""

    def train_step(self, data):
        return super().train_step(data)


def made(cls, backend, loss="sparse_categorical_crossentropy", last="softmax", **compiled):
    x = rdeep.Input((4,))
    h = layers.Dense(8, "tanh", kernel_regularizer="l2")(x)
    model = cls(x, layers.Dense(1 if last is None else 3, last)(h), backend=backend, seed=3)
    model.compile(optimizers.Adam(0.05), loss, **compiled)
    return model


def by_engine(loss, backend):
    """A class whose step computes a loss of its own."""

    class Own(Model):
        def train_step(self, data):
            return {"loss": stepping(self, lambda: loss(self, data))}

    return Own


@pytest.mark.parametrize("cls", [Keras, Plain])
def test_a_step_is_that_of_fit(backend, cls):
    def fit(cls):
        model = made(cls, backend, metrics=["accuracy"])
        history = model.fit(
            X, Y, epochs=2, batch_size=16, validation_split=0.2, shuffle=False, verbose=0
        )
        return model, history.history, model.evaluate(X, Y)

    (own, logs, value), (plain, expected, other) = fit(cls), fit(Model)
    assert list(logs) == list(expected)
    for name in expected:
        np.testing.assert_allclose(logs[name], expected[name], rtol=1e-4, atol=1e-5)
    for mine, theirs in zip(own.get_weights(), plain.get_weights()):
        np.testing.assert_allclose(mine, theirs, atol=1e-3)
    assert value == pytest.approx(other, rel=1e-4)
    assert own.steps_taken == plain.steps_taken == 10


def test_weights_of_samples_and_classes(backend):
    seen = []

    def fit(cls, **weights):
        model = made(cls, backend, weighted_metrics=["accuracy"])
        return model.fit(X, Y, epochs=1, batch_size=30, shuffle=False, verbose=0, **weights).history

    weights = {"sample_weight": RNG.uniform(size=90), "class_weight": {0: 2.0, 2: 0.5}}
    for given in (weights, {"class_weight": weights["class_weight"]}):
        own, plain = fit(Keras, **given), fit(Model, **given)
        np.testing.assert_allclose(own["accuracy"], plain["accuracy"], rtol=1e-4)
        np.testing.assert_allclose(own["loss"], plain["loss"], rtol=1e-3)
        seen.append(own["loss"])
    assert seen[0] != seen[1]


class Lower(Model):
    """Without a loss of compile: its own, and metrics of its own."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.tracker = metrics.Mean(name="loss")
        self.error = metrics.MeanAbsoluteError(name="mae")
        self.loss_fn = losses.MeanSquaredError()

    @property
    def metrics(self):
        return [self.tracker, self.error]

    def train_step(self, data):
        x, y = data
        value = stepping(self, lambda: self.loss_fn(y, self(x, training=True)))
        self.tracker.update_state(value)
        self.error.update_state(y, self(x))
        return {"loss": self.tracker.result(), "mae": self.error.result()}

    def test_step(self, data):
        x, y = data
        self.tracker.update_state(self.loss_fn(y, self(x, training=False)))
        self.error.update_state(y, self(x))
        return self.get_metrics_result()

    def predict_step(self, data):
        return {"twice": 2 * self(data), "itself": data}


def lower(backend, **compiled):
    x = rdeep.Input((4,))
    model = Lower(x, layers.Dense(1)(x), backend=backend, seed=2)
    model.compile(optimizer=optimizers.SGD(0.1), **compiled)
    return model


def test_all_three_steps(backend):
    model = lower(backend)
    history = model.fit(
        X,
        NUMBERS,
        epochs=3,
        batch_size=16,
        verbose=0,
        validation_data=(X[:20], NUMBERS[:20]),
        validation_batch_size=10,
    ).history
    assert list(history) == ["loss", "mae", "val_loss", "val_mae"]
    assert history["loss"][2] < history["loss"][0] / 3
    values = model.evaluate(X[:20], NUMBERS[:20], batch_size=10, return_dict=True)
    outputs = model.predict(X[:20], batch_size=8)
    predicted = model.network.predict([X[:20]], 20)[0]
    error = predicted - NUMBERS[:20]
    assert values["loss"] == pytest.approx(np.square(error).mean(), rel=1e-4)
    assert values["mae"] == pytest.approx(np.abs(error).mean(), rel=1e-4)
    assert values == pytest.approx({n: history[f"val_{n}"][-1] for n in values}, rel=1e-4)
    np.testing.assert_allclose(outputs["twice"], 2 * predicted, rtol=1e-4, atol=1e-5)
    np.testing.assert_array_equal(outputs["itself"], X[:20])


def test_metrics_start_again_at_each_epoch(backend):
    model = lower(backend)
    model.compile(optimizer=optimizers.SGD(0.0))
    history = model.fit(X, NUMBERS, epochs=3, batch_size=16, verbose=0).history
    np.testing.assert_allclose(history["mae"], history["mae"][0], rtol=1e-5)
    alone = np.abs(model.network.predict([X], 90)[0] - NUMBERS).mean()
    assert history["mae"][0] == pytest.approx(alone, rel=1e-4)


def test_steps_that_are_called_for_each_batch_are_the_same(backend):
    logs = [
        lower(backend, run_eagerly=eagerly)
        .fit(X, NUMBERS, epochs=2, batch_size=16, shuffle=False, verbose=0)
        .history
        for eagerly in (False, True)
    ]
    for name in logs[0]:
        np.testing.assert_allclose(logs[0][name], logs[1][name], rtol=1e-4)


def watching(backend, kept):
    """A model whose step keeps the kind of its data."""

    def look(data):
        if isinstance(data, dict):
            return {name: look(each) for name, each in data.items()}
        if isinstance(data, (list, tuple)):
            return type(data)(look(each) for each in data)
        return tuple(int(s or 0) for s in data.shape), str(ops.dtype(data))

    class Watching(Model):
        def train_step(self, data):
            kept.append(look(data))
            return {"loss": 1.0}

    x = rdeep.Input((4,))
    model = Watching(x, layers.Dense(1)(x), backend=backend)
    model.compile(run_eagerly=True)
    return model


def test_data_is_what_fit_was_given(backend):
    kept = []
    model = watching(backend, kept)
    a, b = ((30, 4), "float32"), ((30,), "int64")
    pairs = [
        ((X,), a),
        ((X, Y), (a, b)),
        (({"a": X, "b": (Y, X)},), {"a": a, "b": (b, a)}),
        (([X, Y], X), ([a, b], a)),
    ]
    for given, expected in pairs:
        kept.clear()
        model.fit(*given, batch_size=30, verbose=0)
        assert kept == [expected] * 3
    kept.clear()
    model.fit(X, Y, sample_weight=np.ones(90), batch_size=30, steps_per_epoch=2, verbose=0)
    assert kept == [(a, b, ((30,), "float32"))] * 2
    kept.clear()
    model.fit(lambda: ((X[i : i + 30], Y[i : i + 30]) for i in (0, 30)), verbose=0)
    assert kept == [(a, b)] * 2
    kept.clear()
    model.fit((X[i : i + 30] for i in (0, 30)), verbose=0)
    assert kept == [a] * 2
    kept.clear()
    model.train_on_batch(X[:30], Y[:30])
    assert kept == [(a, b)]


def test_bad_data_is_said(backend):
    model = watching(backend, [])
    with pytest.raises(ShapeError, match="90 and 91 rows"):
        model.fit(X, np.ones(91), verbose=0)
    with pytest.raises(DataError, match="must hold numbers"):
        model.fit(np.array(["a", "b"]), verbose=0)
    with pytest.raises(DataError, match="another structure"):
        model.fit(iter([(X, Y), X]), verbose=0)
    with pytest.raises(ArgumentError, match="needs targets"):
        model.fit(X, class_weight={0: 1.0}, verbose=0)
    with pytest.raises(ArgumentError, match="cannot be 'skip'"):
        model.fit(X, on_nan="skip", verbose=0)


@pytest.mark.parametrize(
    ("returned", "error", "said"),
    [
        (lambda self, x: None, DataError, "must return logs.*not nothing"),
        (lambda self, x: 3.0, DataError, "must return logs"),
        (lambda self, x: {"loss": x}, DataError, "returned a value of shape .* as 'loss'"),
        (lambda self, x: {"loss": "a"}, DataError, "a log is a number"),
        (lambda self, x: {str(self.count > 2): 1.0}, StateError, "names of logs must stay"),
        (lambda self, x: {"loss": x[0, 5000]}, Exception, ""),
    ],
)
def test_what_a_step_returns_is_checked(backend, returned, error, said):
    class Wrong(Model):
        count = 0

        def train_step(self, data):
            self.count += 1
            return returned(self, data)

    x = rdeep.Input((4,))
    model = Wrong(x, layers.Dense(1)(x), backend=backend)
    model.compile(run_eagerly=True)
    before = model.get_weights()
    with pytest.raises(error, match=said):
        model.fit(X, batch_size=10, verbose=0)
    np.testing.assert_array_equal(model.get_weights()[0], before[0])
    returned = lambda self, x: {"loss": 1.0}  # noqa: E731
    assert model.fit(X, verbose=0).history["loss"] == [1.0]


def test_a_step_that_comes_to_no_number_ends_training(backend):
    class Bad(Model):
        def train_step(self, data):
            return {"loss": ops.log(ops.min(data)), "other": 1.0}

    x = rdeep.Input((4,))
    model = Bad(x, layers.Dense(1)(x), backend=backend)
    model.compile()
    data = np.ones((60, 4))
    data[35] = -1
    with pytest.warns(NumbersWarning, match="Training stopped after step 4.*'loss' of train_step"):
        history = model.fit(data, batch_size=10, shuffle=False, verbose=0)
    assert (history.history, model.steps_taken) == ({}, 4)
    ignored = model.fit(data, batch_size=10, shuffle=False, verbose=0, on_nan="ignore").history
    assert ignored == {"loss": [0.0], "other": [1.0]}


def test_an_interrupt_waits_for_the_step(backend):
    class Interrupted(Lower):
        count = 0

        def train_step(self, data):
            self.count += 1
            if self.count == 8:
                os.kill(os.getpid(), signal.SIGINT)
            return super().train_step(data)

    x = rdeep.Input((4,))
    model = Interrupted(x, layers.Dense(1)(x), backend=backend, seed=2)
    model.compile(optimizers.SGD(0.1), run_eagerly=True)
    with pytest.raises(KeyboardInterrupt):
        model.fit(X, NUMBERS, epochs=3, batch_size=16, verbose=0)
    assert model.count == model.steps_taken == 8
    assert len(model.history.history["loss"]) == 1
    assert np.isfinite(model.fit(X, NUMBERS, verbose=0).history["loss"][0])


def test_callbacks(backend):
    model = lower(backend)
    seen = []
    stop = EarlyStopping("val_mae", min_delta=10.0, patience=1, restore_best_weights=True)
    watch = LambdaCallback(on_train_batch_end=lambda batch, logs: seen.append((batch, dict(logs))))
    history = model.fit(
        X,
        NUMBERS,
        epochs=9,
        batch_size=45,
        verbose=0,
        callbacks=[stop, watch],
        validation_data=(X, NUMBERS),
    )
    assert len(history.epoch) == 2
    assert [batch for batch, _ in seen] == [0, 1, 0, 1]
    assert set(seen[0][1]) == {"loss", "mae"}


def test_the_learning_rate_is_that_of_callbacks(backend):
    model = lower(backend)
    kept = []

    def stop(epoch, logs):
        kept.append(model.get_weights()[0])
        model.learning_rate = 0.0

    watch = LambdaCallback(on_epoch_end=stop)
    history = model.fit(X, NUMBERS, epochs=2, batch_size=45, verbose=0, callbacks=watch).history
    np.testing.assert_array_equal(*kept)
    assert history["learning_rate"][1] == 0.0
    scheduled = lower(backend)
    scheduled.compile(optimizers.SGD(rdeep.schedules.PiecewiseConstantDecay([1], [0.1, 0.0])))
    kept.clear()
    watch = LambdaCallback(on_epoch_end=lambda *_: kept.append(scheduled.get_weights()[0]))
    scheduled.fit(X, NUMBERS, epochs=2, batch_size=45, verbose=0, callbacks=watch)
    np.testing.assert_array_equal(*kept)


class GAN(Model):
    """Networks side by side, each with an optimizer."""

    def __init__(self, discriminator, generator, latent, **options):
        super().__init__(**options)
        self.discriminator, self.generator, self.latent = discriminator, generator, latent
        self.d_tracker, self.g_tracker = metrics.Mean(name="d_loss"), metrics.Mean(name="g_loss")
        self.seed_generator = rdeep.random.SeedGenerator(1)

    def compile(self, d_optimizer, g_optimizer, loss_fn):
        super().compile()
        self.d_optimizer, self.g_optimizer, self.loss_fn = d_optimizer, g_optimizer, loss_fn

    def train_step(self, data):
        rows = ops.shape(data)[0]
        noise = rdeep.random.normal((rows, self.latent), seed=self.seed_generator)
        fake = ops.stop_gradient(self.generator(noise))
        labels = ops.concatenate([ops.ones((rows, 1)), ops.zeros((rows, 1))])
        both = ops.concatenate([fake, data])
        d_weights = self.discriminator.trainable_weights
        d_loss, gradients = rdeep.gradients_of(
            lambda: self.loss_fn(labels, self.discriminator(both, training=True)), d_weights, True
        )
        self.d_optimizer.apply(gradients, d_weights)
        g_weights = self.generator.trainable_weights
        noise = rdeep.random.normal((rows, self.latent), seed=self.seed_generator)
        g_loss, gradients = rdeep.gradients_of(
            lambda: self.loss_fn(
                ops.zeros((rows, 1)), self.discriminator(self.generator(noise, training=True))
            ),
            g_weights,
            True,
        )
        self.g_optimizer.apply_gradients(zip(gradients, g_weights))
        self.d_tracker.update_state(d_loss)
        self.g_tracker.update_state(g_loss)
        return {"d_loss": self.d_tracker.result(), "g_loss": self.g_tracker.result()}


def gan(backend):
    d = Sequential([layers.Dense(8, "relu"), layers.Dense(1)], (4,), "d", backend)
    g = Sequential([layers.Dense(8, "relu"), layers.Dense(4)], (3,), "g", backend)
    model = GAN(d, g, 3, name="gan", backend=backend)
    model.compile(optimizers.Adam(0.01), optimizers.Adam(0.01), losses.BinaryCrossentropy(True))
    return model


def test_networks_side_by_side(backend, tmp_path):
    model = gan(backend)
    before = model.discriminator.get_weights(), model.generator.get_weights()
    history = model.fit(X, epochs=2, batch_size=32, verbose=0).history
    assert list(history) == ["d_loss", "g_loss"]
    for net, old in zip((model.discriminator, model.generator), before):
        assert all(np.abs(new - was).max() > 0 for new, was in zip(net.get_weights(), old))
    kept = model.get_weights()
    parts = [*model.discriminator.get_weights(), *model.generator.get_weights()]
    for mine, theirs in zip(kept, parts):
        np.testing.assert_array_equal(mine, theirs)
    model.save_weights(path := str(tmp_path / "w.safetensors"))
    other = gan(backend)
    other.load_weights(path)
    np.testing.assert_array_equal(other.generator.get_weights()[0], parts[4])
    model.save(path := str(tmp_path / "gan.rdeep"))
    assert rdeep.load_model(path).count_params() == sum(w.size for w in parts)
    for ask in (model.evaluate, model.predict):
        with pytest.raises(StateError, match=r"has train_step\(\) and no call"):
            ask(X)


def test_draws_of_a_graph_differ_from_step_to_step():
    class Drawing(Model):
        def train_step(self, data):
            return {"loss": ops.mean(rdeep.random.uniform((3,)))}

    x = rdeep.Input((4,))
    model = Drawing(x, layers.Dense(1)(x), backend="tensorflow")
    model.compile()
    seen = []
    model.fit(
        X,
        batch_size=10,
        verbose=0,
        callbacks=LambdaCallback(on_train_batch_end=lambda batch, logs: seen.append(logs["loss"])),
    )
    assert len(set(seen)) == 9


def test_a_graph_cannot_look_at_values():
    class Looking(Model):
        def train_step(self, data):
            return {"loss": 1.0 if ops.sum(data) > 0 else 2.0}

    x = rdeep.Input((4,))
    model = Looking(x, layers.Dense(1)(x), backend="tensorflow")
    model.compile()
    with pytest.raises(StateError, match=r"train_step\(\) looks at the value of a tensor"):
        model.fit(X, verbose=0)
    model.compile(run_eagerly=True)
    assert set(model.fit(X, verbose=0).history["loss"]) <= {1.0, 2.0}


def test_a_constant_of_a_graph_is_warned_of():
    class Constant(Model):
        def train_step(self, data):
            return {"loss": ops.mean(data) + np.random.uniform()}

    x = rdeep.Input((4,))
    model = Constant(x, layers.Dense(1)(x), backend="tensorflow")
    model.compile()
    with pytest.warns(RdeepWarning, match="draws random numbers from np.random"):
        model.fit(X, verbose=0)


def test_a_loss_that_was_computed_is_reported(backend):
    class Own(Model):
        def test_step(self, data):
            x, y = data
            self.compute_loss(y=y, y_pred=self(x))
            return self.get_metrics_result()

    own, plain = made(Own, backend), made(Model, backend)
    expected = plain.evaluate(X, Y, batch_size=45)
    assert own.evaluate(X, Y, batch_size=45) == pytest.approx(expected, rel=1e-4)


def test_metrics_that_collect(backend):
    class Curve(Keras):
        pass

    def fit(cls):
        model = made(cls, backend, "binary_crossentropy", None, metrics=["auc"])
        data = (X, (X[:, :1] > 0).astype("float32"))
        return model.fit(*data, epochs=2, batch_size=40, shuffle=False, verbose=0).history

    own, plain = fit(Curve), fit(Model)
    np.testing.assert_allclose(own["auc"], plain["auc"], rtol=1e-4)


def test_numpy_has_no_steps():
    model = lower("torch").to_backend("numpy")
    assert type(model) is Model
    x = rdeep.Input((4,))
    own = Lower(x, layers.Dense(1)(x), backend="numpy")
    own.compile()
    with pytest.raises(Exception, match="need an engine that trains"):
        own.fit(X, NUMBERS, verbose=0)


def test_a_test_step_alone_measures_validation(backend):
    class Own(Model):
        def __init__(self, **options):
            super().__init__(**options)
            self.dense = layers.Dense(1)
            self.told = metrics.MeanSquaredError(name="told")

        def call(self, inputs):
            return self.dense(inputs)

        def test_step(self, data):
            x, y = data
            self.told.update_state(y, self(x, training=False))
            return {"told": self.told.result()}

    model = Own(backend=backend)
    model.compile("sgd", "mse")
    x, y = np.linspace(-1, 1, 24).reshape(8, 3).astype("float32"), np.ones((8, 1), "float32")
    history = model.fit(x, y, epochs=2, verbose=0, validation_data=(x, y)).history
    error = np.mean((model.predict(x, verbose=0) - 1) ** 2)
    assert history["val_told"][-1] == pytest.approx(error, rel=1e-4)
    assert "val_loss" not in history
