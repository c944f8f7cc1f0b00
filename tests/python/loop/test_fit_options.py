"""Weights of samples and classes, validation, mixed precision, what training leaves behind."""

from __future__ import annotations

import gc
import os
import weakref
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
import pytest
import torch

from rdeep import Input, Model, Sequential, precision
from rdeep.catalogue import losses as L
from rdeep.catalogue import optimizers as O
from rdeep.catalogue.layers import (
    LSTM,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Embedding,
    Flatten,
)
from rdeep.errors import ArgumentError
from rdeep.training.callbacks import Callback
from small_models import Arrays, Rates, loaded_again, network, plain, same_weights

# Weights of samples and classes ----------------------------------------------------------------


def two_outputs(backend: str) -> Model:
    """Return a model of a number and a class."""
    x = Input((4,), name="x")
    hidden = Dense(5, "tanh")(x)
    outputs = [Dense(1, name="number")(hidden), Dense(3, "softmax", name="kind")(hidden)]
    model = Model(x, outputs, backend=backend, seed=1)
    losses = {"number": "mse", "kind": "sparse_categorical_crossentropy"}
    model.compile("sgd", losses, weighted_metrics={"kind": ["accuracy"]}, jit_compile=False)
    return model


@pytest.fixture
def two_targets(data: Arrays, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Targets for `two_outputs`."""
    return {"number": data[1], "kind": rng.integers(0, 3, len(data[1]))}


def test_class_weights_of_an_output_by_its_name(
    backend: str, data: Arrays, two_targets: dict[str, np.ndarray]
) -> None:
    by_class, by_sample = two_outputs(backend), two_outputs(backend)
    table = {0: 3.0, 2: 0.25}
    weights = np.array([3.0, 1.0, 0.25])[two_targets["kind"]]
    got = by_class.fit(data[0], two_targets, **plain(class_weight={"kind": table}))
    ones = np.ones(len(weights))
    options = plain(sample_weight={"number": ones, "kind": weights})
    expected = by_sample.fit(data[0], two_targets, **options)
    same_weights(by_class, by_sample)
    assert list(got.history) == list(expected.history)
    for name, values in expected.history.items():
        np.testing.assert_allclose(got.history[name], values, rtol=1e-6)
    with pytest.raises(ArgumentError, match="'class_weight' names 'kinds'") as error:
        by_class.fit(data[0], two_targets, **plain(class_weight={"kinds": table}))
    assert "Did you mean 'kind'" in str(error.value)


def test_sample_weights_of_several_outputs(
    backend: str, data: Arrays, two_targets: dict[str, np.ndarray], rng: np.random.Generator
) -> None:
    x = data[0]
    a, b = rng.uniform(0.5, 2.0, (2, len(x)))
    model = two_outputs(backend)
    number, kind = model.predict(x)
    squared = ((number - two_targets["number"]) ** 2)[:, 0]
    logs = -np.log(kind[np.arange(len(x)), two_targets["kind"]])
    right = kind.argmax(1) == two_targets["kind"]
    for given, first, second in (
        ({"number": a, "kind": b}, a, b),
        ([a, b], a, b),
        (a, a, a),
    ):
        got = model.evaluate(x, two_targets, sample_weight=given)
        assert got["number_loss"] == pytest.approx(np.mean(first * squared), rel=1e-5)
        assert got["kind_loss"] == pytest.approx(np.mean(second * logs), rel=1e-4)
        assert got["kind_accuracy"] == pytest.approx(np.average(right, weights=second), rel=1e-5)
        assert got["loss"] == pytest.approx(got["number_loss"] + got["kind_loss"], rel=1e-5)
    # Training counts them too: without the first output's loss its layer stays.
    before = model.get_weights()
    model.fit(x, two_targets, **plain(sample_weight=[0 * a, b]))
    after = model.get_weights()
    np.testing.assert_array_equal(before[2], after[2])
    assert not np.array_equal(before[4], after[4])


# Validation and evaluation ---------------------------------------------------------------------


def test_validation_every_so_often_on_so_many_batches(backend: str, data: Arrays) -> None:
    x, y = data
    model = network(backend, "sgd")
    options = plain(validation_data=(x, y), validation_steps=3, validation_batch_size=5)
    history = model.fit(x, y, **options, epochs=5, validation_freq=2).history
    assert [value is None for value in history["val_loss"]] == [True, False, True, False, True]
    history = model.fit(x, y, **options).history
    assert history["val_loss"] == [pytest.approx(model.evaluate(x[:15], y[:15])["loss"])]
    history = model.fit(x, y, **{**options, "validation_steps": 1000}).history
    assert history["val_loss"] == [pytest.approx(model.evaluate(x, y)["loss"])]
    with pytest.raises(ArgumentError, match="'validation_steps'"):
        model.fit(x, y, **{**options, "validation_steps": 0})


def test_steps_in_evaluate(backend: str, data: Arrays) -> None:
    x, y = data
    model = network(backend, "sgd", metrics=["mae"])
    got = model.evaluate(x, y, batch_size=10, steps=2)
    assert got == pytest.approx(model.evaluate(x[:20], y[:20]))
    assert model.evaluate(x, y, batch_size=10, steps=99) == pytest.approx(model.evaluate(x, y))
    assert model.evaluate(x, y, steps=1) == pytest.approx(model.evaluate(x[:32], y[:32]))


def test_the_batch_size_of_an_evaluation_changes_nothing(
    backend: str, rng: np.random.Generator
) -> None:
    x, y = rng.normal(size=(50, 4)), rng.integers(0, 2, 50)
    weights = rng.uniform(0.5, 2.0, 50)
    layers = [
        Dense(6, "relu", kernel_regularizer="l2"),
        BatchNormalization(),
        Dropout(0.5),
        Dense(1, "sigmoid"),
    ]
    model = Sequential(layers, 4, backend=backend, seed=1)
    metrics: list[Any] = ["accuracy", "auc", "precision"]
    model.compile("sgd", "binary_crossentropy", metrics=metrics, weighted_metrics=["mae"])
    model.fit(x, y, verbose=0)
    for options in ({}, {"sample_weight": weights}):
        expected = model.evaluate(x, y, batch_size=32, **options)
        for size in (1, 7, 50, 1000):
            got = model.evaluate(x, y, batch_size=size, **options)
            assert got == pytest.approx(expected, rel=1e-6, abs=1e-6)


def by_batches(model: Model, x: np.ndarray, y: np.ndarray, size: int) -> float:
    """Return the loss as a mean over batches that are evaluated one by one."""
    total = 0.0
    for start in range(0, len(x), size):
        part = slice(start, start + size)
        total += model.evaluate(x[part], y[part], batch_size=size)["loss"] * len(x[part])
    return total / len(x)


def test_masks_and_ignored_classes_count_by_batches(backend: str, rng: np.random.Generator) -> None:
    words = rng.integers(1, 20, (50, 6))
    words[np.arange(6) >= rng.integers(1, 7, 50)[:, None]] = 0
    ends = rng.integers(0, 3, (50, 6))
    layers = [Embedding(20, 4, mask_zero=True), LSTM(5, return_sequences=True), Dense(3, "softmax")]
    masked = Sequential(layers, 6, backend=backend, seed=1, input_dtype="int32")
    masked.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    x, y = rng.normal(size=(50, 4)).astype("float32"), rng.integers(0, 3, 50)
    ignoring = Sequential([Dense(3, "softmax")], 4, backend=backend, seed=1)
    ignoring.compile("sgd", L.SparseCategoricalCrossentropy(ignore_class=2))
    for model in (masked, ignoring):
        model.set_weights([3 * weight for weight in model.get_weights()])
    for model, a, b in ((masked, words, ends), (ignoring, x, y)):
        results = [model.evaluate(a, b, batch_size=size)["loss"] for size in (1, 8, 50)]
        expected = [by_batches(model, a, b, size) for size in (1, 8, 50)]
        assert results == pytest.approx(expected, rel=1e-6)
        # A mean over fewer samples of a batch is another one in other batches.
        assert results[0] != pytest.approx(results[2], rel=1e-4)
    theirs = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="softmax")])
    theirs.set_weights(ignoring.get_weights())
    loss = keras.losses.SparseCategoricalCrossentropy(ignore_class=2)
    theirs.compile("sgd", loss, run_eagerly=True)
    oracle = theirs.evaluate(x, y, batch_size=8, verbose=0)
    assert ignoring.evaluate(x, y, batch_size=8)["loss"] == pytest.approx(oracle, rel=1e-5)


# Mixed precision -------------------------------------------------------------------------------


def mixed_networks() -> dict[str, Any]:
    """Return layers and the shape of the data of some networks."""
    return {
        "dense": ([Dense(16, "relu"), BatchNormalization(), Dense(3, "softmax")], (6,)),
        "conv": ([Conv2D(4, 3, activation="relu"), Flatten(), Dense(3, "softmax")], (6, 6, 1)),
        "lstm": ([LSTM(8), Dense(3, "softmax")], (5, 4)),
    }


@pytest.mark.parametrize("kind", mixed_networks())
@pytest.mark.few_on_tensorflow("dense")
def test_mixed_precision_is_close_to_float32(
    kind: str, backend: str, rng: np.random.Generator
) -> None:
    shape = mixed_networks()[kind][1]
    x, y = rng.normal(size=(64, *shape)), rng.integers(0, 3, 64)
    x[np.arange(64), ..., 0] += y.reshape(-1, *[1] * (len(shape) - 1))
    results = []
    for policy in ("float32", "mixed_bfloat16"):
        model = Sequential(mixed_networks()[kind][0], shape, backend=backend, seed=1)
        loss = "sparse_categorical_crossentropy"
        model.compile(O.Adam(0.01), loss, jit_compile=False, dtype_policy=policy)
        assert model.network.policy == policy
        history = model.fit(x, y, epochs=4, shuffle=False, verbose=0).history["loss"]
        assert history[-1] < history[0]
        predicted = model.predict(x)
        assert predicted.dtype == np.float32
        assert {weight.dtype for weight in model.get_weights()} == {np.dtype("float32")}
        # Probabilities are computed in 32 bits: their sums tell.
        np.testing.assert_allclose(predicted.sum(1), 1.0, atol=1e-5)
        results.append((history, predicted))
    np.testing.assert_allclose(results[1][0], results[0][0], rtol=0.03)
    np.testing.assert_allclose(results[1][1], results[0][1], atol=0.05)
    # It did compute in 16 bits.
    assert not np.array_equal(results[1][1], results[0][1])


def test_a_policy_is_saved_and_can_be_changed(backend: str, data: Arrays) -> None:
    x, y = data
    model = network(backend, "adam", dtype_policy="mixed_bfloat16")
    model.fit(x, y, **plain())
    mixed = model.predict(x)
    loaded = loaded_again(model)
    assert loaded.network.policy == "mixed_bfloat16"
    np.testing.assert_array_equal(loaded.predict(x), mixed)
    for each in (model, loaded):
        each.fit(x, y, **plain())
    same_weights(loaded, model)
    model.compile("adam", "mse")
    assert model.network.policy == "float32"
    exact = model.predict(x)
    assert not np.array_equal(exact, mixed)
    same_weights(model, loaded)


@pytest.fixture
def _usual_policy_after() -> Iterator[None]:
    yield
    precision.set_dtype_policy("float32")


@pytest.mark.usefixtures("_usual_policy_after")
def test_the_policy_of_models_that_name_none(backend: str) -> None:
    before = network(backend, "sgd")
    precision.set_dtype_policy("mixed_bfloat16")
    assert precision.dtype_policy() == "mixed_bfloat16"
    assert network(backend, "sgd").network.policy == "mixed_bfloat16"
    assert network(backend, "sgd", dtype_policy="float32").network.policy == "float32"
    # It is settled when a model is compiled.
    assert before.network.policy == "float32"
    assert keras.config.dtype_policy().name == "float32"


def test_a_policy_that_there_is_not(backend: str) -> None:
    message = "'dtype_policy' must be .*, not 'mixed_bfloat_16'"
    with pytest.raises(ArgumentError, match=message) as caught:
        network(backend, "sgd", dtype_policy="mixed_bfloat_16")
    assert caught.value.argument == "dtype_policy"
    assert "Did you mean 'mixed_bfloat16'" in str(caught.value)
    with pytest.raises(ArgumentError, match=r"'policy' must be .*, not 16"):
        precision.set_dtype_policy(16)  # type: ignore[arg-type]
    assert precision.dtype_policy() == "float32"


# What is left behind ---------------------------------------------------------------------------


def test_torch_keeps_its_number_of_threads(data: Arrays) -> None:
    class Fails(Callback):
        def on_train_batch_end(self, batch: int, logs: Any) -> None:
            seen.append(torch.get_num_threads())
            raise ZeroDivisionError

    seen: list[int] = []
    before = torch.get_num_threads()
    try:
        for threads in (1, 2):
            torch.set_num_threads(threads)
            model = network("torch", "sgd")
            model.fit(*data, **plain(validation_data=data))
            model.predict(data[0])
            model.evaluate(*data)
            assert torch.get_num_threads() == threads
            with pytest.raises(ZeroDivisionError):
                model.fit(*data, **plain(callbacks=Fails()))
            assert torch.get_num_threads() == threads
        assert seen == [1, 2]
    finally:
        torch.set_num_threads(before)


@pytest.mark.parametrize("kind", ["dense", "lstm"])
@pytest.mark.few_on_tensorflow("lstm")
def test_a_deleted_model_is_freed(kind: str, backend: str, rng: np.random.Generator) -> None:
    layers, shape = mixed_networks()[kind]
    x, y = rng.normal(size=(40, *shape)), rng.integers(0, 3, 40)
    model = Sequential(layers, shape, backend=backend)
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x, y, validation_split=0.2, callbacks=Rates(), verbose=0)
    model.evaluate(x, y)
    model.predict(x)
    network = model.network
    held = [weakref.ref(part) for part in (model, network, network.native, model.trainer)]
    del model, network, layers
    gc.collect()
    assert [reference() is None for reference in held] == [True] * 4


def resident() -> float:
    """Return the process's memory in megabytes."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="needs Linux's /proc")
def test_many_trainings_leave_nothing_behind(backend: str, data: Arrays) -> None:
    model = network(backend, "adam")

    def rounds(count: int) -> None:
        for _ in range(count):
            model.fit(*data, batch_size=16, verbose=0)
            model.predict(data[0])

    rounds(20)
    gc.collect()
    before = resident()
    rounds(200)
    gc.collect()
    assert resident() - before < 5
