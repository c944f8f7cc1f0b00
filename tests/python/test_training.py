"""The loop: the two backends' agreement, chunks, validation, weights, callbacks, interrupts."""

from __future__ import annotations

import csv
import math
import shutil

import numpy as np
import pytest

import rdeep
from rdeep import Input, Model, Sequential
from rdeep.catalogue.layers import (
    GRU,
    LSTM,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    MaxPooling2D,
)
from rdeep.errors import ArgumentError, BackendError
from rdeep.training.callbacks import (
    Callback,
    CSVLogger,
    EarlyStopping,
    LambdaCallback,
    LearningRateScheduler,
    ModelCheckpoint,
    ReduceLROnPlateau,
    TerminateOnNaN,
)
from rdeep.training.session import TrainingSession


def dense_network(**options):
    layers = [Dense(16, "relu"), BatchNormalization(), Dense(3, "softmax")]
    return Sequential(layers, input_shape=6, **options)


def conv_network(**options):
    layers = [Conv2D(4, 3, activation="relu"), MaxPooling2D(), Flatten(), Dense(3, "softmax")]
    return Sequential(layers, input_shape=(8, 8, 1), **options)


def lstm_network(**options):
    return Sequential([LSTM(8), Dense(3, "softmax")], input_shape=(7, 4), **options)


@pytest.fixture
def classes(rng):
    def make(shape, rows=96):
        x = rng.normal(size=(rows, *shape)).astype("float32")
        return x, (x.reshape(rows, -1)[:, :3]).argmax(1)

    return make


@pytest.mark.parametrize("make", [dense_network, conv_network, lstm_network])
def test_curves_of_the_backends_agree(make, classes):
    shape = {"dense_network": (6,), "conv_network": (8, 8, 1), "lstm_network": (7, 4)}[
        make.__name__
    ]
    x, y = classes(shape)
    curves = {}
    for backend in ("torch", "tensorflow"):
        rdeep.set_random_seed(3)
        model = make(backend=backend)
        model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
        fitted = model.fit(x, y, epochs=5, batch_size=20, validation_split=0.2, verbose=0)
        curves[backend] = fitted.history
    for name in ("loss", "val_loss"):
        np.testing.assert_allclose(curves["torch"][name], curves["tensorflow"][name], atol=1e-4)
    np.testing.assert_allclose(
        curves["torch"]["accuracy"], curves["tensorflow"]["accuracy"], atol=1e-6
    )
    assert curves["torch"]["loss"][-1] < curves["torch"]["loss"][0]


def test_curves_with_dropout_agree_too(classes):
    x, y = classes((6,))
    curves = []
    for backend in ("torch", "tensorflow"):
        rdeep.set_random_seed(3)
        layers = [Dense(16, "relu"), Dropout(0.4), Dense(3, "softmax")]
        model = Sequential(layers, input_shape=6, backend=backend)
        model.compile("adam", "sparse_categorical_crossentropy")
        curves.append(model.fit(x, y, epochs=4, verbose=0).history["loss"])
    np.testing.assert_allclose(*curves, atol=1e-4)


@pytest.mark.parametrize("make", [dense_network, conv_network, lstm_network])
def test_weights_moved_across_predict_the_same(make, classes, backend):
    shape = {"dense_network": (6,), "conv_network": (8, 8, 1), "lstm_network": (7, 4)}[
        make.__name__
    ]
    x, y = classes(shape)
    model = make(backend=backend)
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(x, y, epochs=2, verbose=0)
    other = "tensorflow" if backend == "torch" else "torch"
    moved = model.to_backend(other)
    assert moved.backend == other
    np.testing.assert_allclose(moved.predict(x), model.predict(x), atol=1e-5)


def test_training_goes_on_alike_after_moving_across(classes):
    x, y = classes((7, 4))
    losses = []
    for path in (["torch", "torch"], ["torch", "tensorflow"], ["tensorflow", "torch"]):
        model = Sequential(
            [GRU(4), Dense(3, "softmax")], input_shape=(7, 4), backend=path[0], seed=1
        )
        model.compile("adam", "sparse_categorical_crossentropy")
        model.fit(x, y, epochs=2, shuffle=False, verbose=0)
        if path[1] != path[0]:
            model = model.to_backend(path[1])
        losses.append(model.fit(x, y, epochs=2, shuffle=False, verbose=0).history["loss"])
    np.testing.assert_allclose(losses[1], losses[0], atol=1e-5)
    np.testing.assert_allclose(losses[2], losses[0], atol=1e-5)


def test_same_seed_same_numbers_other_seed_others(backend, classes):
    x, y = classes((6,))

    def run(seed):
        rdeep.set_random_seed(seed)
        layers = [Dense(8, "relu"), Dropout(0.3), Dense(3, "softmax")]
        model = Sequential(layers, input_shape=6, backend=backend)
        model.compile("adam", "sparse_categorical_crossentropy")
        history = model.fit(x, y, epochs=3, verbose=0).history["loss"]
        return history, model.get_weights()

    first, again, other = run(1), run(1), run(2)
    assert first[0] == again[0]
    assert first[0] != other[0]
    for a, b in zip(first[1], again[1]):
        np.testing.assert_array_equal(a, b)


class EachBatch(Callback):
    def __init__(self):
        self.seen = []

    def on_train_batch_end(self, batch, logs):
        self.seen.append((batch, logs["loss"]))


def test_how_chunks_are_cut_changes_nothing(backend, classes):
    x, y = classes((6,))
    results = []
    for callbacks, steps in ([], 1), ([EachBatch()], 1), ([], 3):
        model = Sequential(
            [Dense(8), Dropout(0.2), Dense(3)], input_shape=6, backend=backend, seed=5
        )
        rdeep.set_random_seed(1)
        loss = rdeep.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile("adam", loss, metrics=["accuracy"], steps_per_execution=steps)
        history = model.fit(x, y, batch_size=10, epochs=3, callbacks=callbacks, verbose=0)
        results.append((history.history, model.get_weights()))
    for history, weights in results[1:]:
        np.testing.assert_allclose(history["loss"], results[0][0]["loss"], rtol=1e-6)
        for a, b in zip(weights, results[0][1]):
            np.testing.assert_array_equal(a, b)
    assert len(results[0][0]["loss"]) == 3


def test_callbacks_see_every_batch(backend, classes):
    x, y = classes((6,))
    model = dense_network(backend=backend)
    model.compile("sgd", "sparse_categorical_crossentropy")
    each = EachBatch()
    model.fit(x, y, batch_size=20, epochs=2, callbacks=each, verbose=0)
    assert [batch for batch, _ in each.seen] == [0, 1, 2, 3, 4] * 2


def test_loss_is_the_mean_over_all_samples_with_a_smaller_last_batch(backend, rng):
    x, y = rng.normal(size=(25, 2)), rng.normal(size=(25, 1))
    model = Sequential([Dense(1)], input_shape=2, backend=backend)
    model.compile("sgd", "mse", metrics=["mae"])
    got = model.evaluate(x, y, batch_size=10)
    error = model.predict(x) - y
    assert got["loss"] == pytest.approx(np.mean(error**2), rel=1e-5)
    assert got["mae"] == pytest.approx(np.mean(np.abs(error)), rel=1e-5)


def test_sample_and_class_weights(backend, classes, rng):
    x, y = classes((6,))
    weights = rng.uniform(0.5, 2.0, size=len(y))
    model = dense_network(backend=backend)
    model.compile("sgd", "sparse_categorical_crossentropy", weighted_metrics=["accuracy"])
    p = model.predict(x)
    each = -np.log(p[np.arange(len(y)), y])
    right = p.argmax(1) == y
    got = model.evaluate(x, y, sample_weight=weights)
    assert got["loss"] == pytest.approx(np.mean(weights * each), rel=1e-4)
    assert got["accuracy"] == pytest.approx(np.average(right, weights=weights), rel=1e-5)
    # Class weights are sample weights by class: training with either is the same.
    results = []
    for arguments in (
        {"class_weight": {0: 2.0, 1: 0.5}},
        {"sample_weight": np.array([2.0, 0.5, 1.0])[y]},
    ):
        model = Sequential([Dense(3, "softmax")], input_shape=6, backend=backend, seed=1)
        model.compile("sgd", "sparse_categorical_crossentropy")
        history = model.fit(x, y, epochs=2, shuffle=False, verbose=0, **arguments)
        results.append(history.history["loss"])
    np.testing.assert_allclose(*results, rtol=1e-6)


def test_regularizers_are_part_of_the_loss(backend, rng):
    x, y = rng.normal(size=(16, 3)), rng.normal(size=(16, 1))
    layer = Dense(1, kernel_regularizer=rdeep.regularizers.L1L2(0.1, 0.2), bias_regularizer="l2")
    model = Sequential([layer], input_shape=3, backend=backend)
    model.compile("sgd", "mse")
    kernel, bias = rng.normal(size=(3, 1)), np.array([0.5])
    model.set_weights([kernel, bias])
    penalty = 0.1 * np.abs(kernel).sum() + 0.2 * (kernel**2).sum() + 0.01 * 0.25
    expected = np.mean((x @ kernel + bias - y) ** 2) + penalty
    assert model.evaluate(x, y)["loss"] == pytest.approx(expected, rel=1e-5)


def test_several_outputs_each_with_its_loss_and_weight(backend, rng):
    a = Input((4,), name="a")
    hidden = Dense(6, "tanh")(a)
    outputs = [Dense(1, name="price")(hidden), Dense(3, "softmax", name="kind")(hidden)]
    model = Model(a, outputs, backend=backend)
    model.compile(
        "adam",
        {"price": "mse", "kind": "sparse_categorical_crossentropy"},
        metrics={"kind": ["accuracy"]},
        loss_weights={"price": 2.0},
    )
    x = rng.normal(size=(30, 4))
    y = {"price": rng.normal(size=30), "kind": rng.integers(0, 3, 30)}
    history = model.fit(x, y, epochs=2, verbose=0).history
    assert list(history) == ["loss", "price_loss", "kind_loss", "kind_accuracy"]
    got = model.evaluate(x, y)
    assert got["loss"] == pytest.approx(2 * got["price_loss"] + got["kind_loss"], rel=1e-5)
    assert [p.shape for p in model.predict(x)] == [(30, 1), (30, 3)]


def test_frozen_layers_stay(backend, classes):
    x, y = classes((6,))
    layers = [Dense(4, trainable=False), BatchNormalization(trainable=False), Dense(3, "softmax")]
    model = Sequential(layers, input_shape=6, backend=backend)
    before = model.get_weights()
    model.compile("sgd", "sparse_categorical_crossentropy")
    model.fit(x, y, epochs=1, verbose=0)
    after = model.get_weights()
    for a, b in zip(before[:6], after[:6]):
        np.testing.assert_array_equal(a, b)
    assert not np.array_equal(before[6], after[6])


def test_early_stopping_ends_with_the_best_weights(backend, rng):
    x = rng.normal(size=(40, 2))
    y = rng.normal(size=40)
    model = Sequential([Dense(1)], input_shape=2, backend=backend)
    model.compile("sgd", "mse")
    seen = {}

    class Worsen(Callback):
        """Makes the validation loss rise from the fourth epoch on."""

        def on_epoch_end(self, epoch, logs):
            logs["val_loss"] = abs(epoch - 2) + 1.0
            seen[epoch] = self.model.get_weights()

    stop = EarlyStopping(patience=2, restore_best_weights=True)
    history = model.fit(x, y, epochs=20, callbacks=[Worsen(), stop], verbose=0)
    assert history.epoch == [0, 1, 2, 3, 4]
    assert stop.best_epoch == 2
    for a, b in zip(model.get_weights(), seen[2]):
        np.testing.assert_array_equal(a, b)


def test_early_stopping_on_a_log_that_is_not_there(backend, rng):
    model = Sequential([Dense(1)], input_shape=2, backend=backend)
    model.compile("sgd", "mse")
    with pytest.raises(ArgumentError, match=r"no log named 'val_loss'.*'loss'"):
        model.fit(rng.normal(size=(8, 2)), np.zeros(8), callbacks=[EarlyStopping()], verbose=0)
    # The model is as usable as before.
    model.fit(rng.normal(size=(8, 2)), np.zeros(8), verbose=0)


def test_reduce_on_plateau_and_scheduler_set_the_rate(backend, rng):
    x, y = rng.normal(size=(8, 2)), np.zeros(8)
    model = Sequential([Dense(1)], input_shape=2, backend=backend)
    model.compile("sgd", "mse")
    plateau = ReduceLROnPlateau(monitor="loss", factor=0.5, patience=1, min_delta=100.0)
    history = model.fit(x, y, epochs=3, callbacks=[plateau], verbose=0).history
    assert history["learning_rate"] == [0.01, 0.01, 0.005]
    assert model.learning_rate == pytest.approx(0.0025)
    rates = LearningRateScheduler(lambda epoch, rate: 0.1 / (epoch + 1))
    history = model.fit(x, y, epochs=2, callbacks=[rates], verbose=0).history
    assert history["learning_rate"] == [0.1, 0.05]


def test_the_learning_rate_takes_effect(backend, rng):
    x, y = rng.normal(size=(8, 2)), np.zeros(8)
    model = Sequential([Dense(1)], input_shape=2, backend=backend)
    model.compile("adam", "mse")
    before = model.get_weights()
    model.learning_rate = 0.0
    model.fit(x, y, verbose=0)
    for a, b in zip(before, model.get_weights()):
        np.testing.assert_array_equal(a, b)


def test_checkpoints_and_csv(backend, rng, tmp_path):
    import rdeep

    x, y = rng.normal(size=(16, 2)), rng.normal(size=16)
    model = Sequential([Dense(1)], input_shape=2, backend=backend)
    model.compile("sgd", "mse")
    path, table = tmp_path / "model-{epoch}.rdeep", tmp_path / "logs.csv"
    callbacks = [ModelCheckpoint(str(path)), CSVLogger(str(table))]
    history = model.fit(x, y, epochs=2, callbacks=callbacks, verbose=0)
    assert sorted(p.name for p in tmp_path.glob("*.rdeep")) == ["model-1.rdeep", "model-2.rdeep"]
    last = rdeep.load_model(str(tmp_path / "model-2.rdeep"))
    np.testing.assert_array_equal(last.predict(x), model.predict(x))
    with open(table, newline="") as file:
        rows = list(csv.DictReader(file))
    assert [float(row["loss"]) for row in rows] == history.history["loss"]


def test_best_checkpoint_only(backend, rng, tmp_path):
    model = Sequential([Dense(1)], input_shape=2, backend=backend)
    model.compile("sgd", "mse")
    losses = iter([3.0, 1.0, 2.0])
    saved = []

    class Fake(Callback):
        def on_epoch_end(self, epoch, logs):
            logs["val_loss"] = next(losses)

    best = ModelCheckpoint(
        str(tmp_path / "{epoch}.safetensors"), save_best_only=True, save_weights_only=True
    )
    model.fit(rng.normal(size=(8, 2)), np.zeros(8), epochs=3, callbacks=[Fake(), best], verbose=0)
    saved = sorted(p.name for p in tmp_path.iterdir())
    assert saved == ["1.safetensors", "2.safetensors"]


def test_lambda_and_nan_callbacks(backend, rng):
    model = Sequential([Dense(1)], input_shape=2, backend=backend)
    model.compile(rdeep.optimizers.SGD(1e12), "mse")
    calls = []
    events = LambdaCallback(
        on_train_begin=lambda logs: calls.append("begin"),
        on_epoch_end=lambda epoch, logs: calls.append(epoch),
        on_train_end=lambda logs: calls.append("end"),
    )
    history = model.fit(
        rng.normal(size=(64, 2)),
        rng.normal(size=64),
        epochs=30,
        callbacks=[events, TerminateOnNaN()],
        on_nan="ignore",
        verbose=0,
    )
    assert calls == ["begin", *history.epoch, "end"]
    assert len(history.epoch) < 30
    assert not math.isfinite(history.history["loss"][-1])


def test_validation_every_other_epoch(backend, rng):
    x, y = rng.normal(size=(20, 2)), rng.normal(size=20)
    model = Sequential([Dense(1)], input_shape=2, backend=backend)
    model.compile("sgd", "mse")
    history = model.fit(
        x, y, epochs=4, initial_epoch=1, validation_data=(x, y), validation_freq=2, verbose=0
    )
    assert history.epoch == [1, 2, 3]
    assert history.history["val_loss"][0] is None
    assert history.history["val_loss"][1] is not None


def test_an_interrupt_keeps_the_model_and_the_history(backend, rng):
    x, y = rng.normal(size=(32, 2)), rng.normal(size=32)
    model = Sequential([Dense(1)], input_shape=2, backend=backend)
    model.compile("sgd", "mse")

    class Interrupt(Callback):
        def on_epoch_begin(self, epoch, logs):
            if epoch == 2:
                raise KeyboardInterrupt

    session = model.session(x, y, epochs=5, callbacks=[Interrupt()], listen=["epoch_end"])
    kinds = []
    while (event := session.advance()) is not None:
        kinds.append(event.kind)
    assert kinds == ["epoch_end", "epoch_end", "interrupted"]
    assert model.history.epoch == [0, 1]
    model.fit(x, y, verbose=0)


def test_a_session_returns_at_the_events_that_are_listened_to(backend, rng):
    x, y = rng.normal(size=(32, 2)), rng.normal(size=32)
    model = Sequential([Dense(1)], input_shape=2, backend=backend)
    model.compile("sgd", "mse")
    listen = ("train_begin", "epoch_begin", "batch_begin", "batch_end", "epoch_end")
    session = model.session(x, y, batch_size=16, epochs=1, listen=listen)
    assert isinstance(session, TrainingSession)
    events = []
    while (event := session.advance()) is not None:
        events.append((event.kind, event.batch))
    assert events == [
        ("train_begin", 0),
        ("epoch_begin", 0),
        ("batch_begin", 0),
        ("batch_end", 1),
        ("batch_begin", 1),
        ("batch_end", 2),
        ("epoch_end", 2),
        ("train_end", 2),
    ]


def test_stopping_from_outside_ends_before_the_next_step(backend, rng):
    x, y = rng.normal(size=(32, 2)), rng.normal(size=32)
    model = Sequential([Dense(1)], input_shape=2, backend=backend)
    model.compile("sgd", "mse")
    session = model.session(x, y, batch_size=8, epochs=9, listen=["batch_end"])
    assert session.advance().kind == "batch_end"
    session.stop()
    assert session.advance().kind == "train_end"
    assert session.advance() is None


def test_jit_agrees_with_plain(rng, compiling_backend):
    if compiling_backend == "torch" and shutil.which("g++") is None:
        pytest.skip("torch.compile needs a C++ compiler, which set-up does not install")
    x, y = rng.normal(size=(40, 4)).astype("float32"), rng.normal(size=40)
    weights = []
    for jit in (False, True):
        layers = [Dense(8, "tanh"), Dropout(0.2), Dense(1)]
        model = Sequential(layers, input_shape=4, backend=compiling_backend, seed=1)
        rdeep.set_random_seed(2)
        model.compile("adam", "mse", metrics=["mae"], jit_compile=jit)
        model.fit(x, y, batch_size=16, epochs=2, verbose=0)
        weights.append(model.get_weights())
    for a, b in zip(*weights):
        np.testing.assert_allclose(a, b, atol=1e-5)


def test_jit_on_torch_without_a_compiler_says_so(monkeypatch, rng):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    model = Sequential([Dense(1)], input_shape=2)
    model.compile("sgd", "mse", jit_compile=True)
    with pytest.raises(BackendError, match=r"needs a C\+\+ compiler"):
        model.fit(rng.normal(size=(8, 2)), np.zeros(8), verbose=0)
