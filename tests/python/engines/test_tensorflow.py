"""The TensorFlow backend against Keras itself: layers, steps, dropout, masks, compilation."""

from __future__ import annotations

import subprocess
import sys
import types
from typing import Any

import numpy as np
import pytest

pytest.importorskip("tensorflow")

from engine_parts import (
    BACKEND,
    DRAWN,
    IMAGES,
    MSE,
    SERIES,
    build,
    chain,
    feed_of,
    keras,
    run,
    same,
    small,
    stepper_for,
    tf,
    train,
)
from rdeep.arrays.counter_random import keep, layer_key, step_key
from rdeep.catalogue import layers, losses, metrics, optimizers
from rdeep.data.arrays import ArrayFeed
from rdeep.engines import tensorflow as tensorflow_backend
from rdeep.engines.objective import OutputPlan
from rdeep.errors import BackendError
from rdeep.graph import cost
from rdeep.graph.network import Graph
from rdeep.graph.tensor import Input

CASES = [
    ((5,), layers.Dense(4, activation="gelu"), lambda k: k.Dense(4, activation="gelu")),
    (SERIES, layers.Conv1D(4, 3, padding="causal"), lambda k: k.Conv1D(4, 3, padding="causal")),
    (
        IMAGES,
        layers.Conv2D(4, 3, strides=2, padding="same", groups=2),
        lambda k: k.Conv2D(4, 3, strides=2, padding="same", groups=2),
    ),
    (SERIES, layers.BatchNormalization(), lambda k: k.BatchNormalization()),
    (IMAGES, layers.MaxPooling2D(2, padding="same"), lambda k: k.MaxPooling2D(2, padding="same")),
    (IMAGES, layers.GlobalAveragePooling2D(), lambda k: k.GlobalAveragePooling2D()),
    (IMAGES, layers.Reshape((-1, 4)), lambda k: k.Reshape((-1, 4))),
    (SERIES, layers.LSTM(4), lambda k: k.LSTM(4)),
    (SERIES, layers.GRU(4, return_sequences=True), lambda k: k.GRU(4, return_sequences=True)),
    (SERIES, layers.SimpleRNN(4, go_backwards=True), lambda k: k.SimpleRNN(4, go_backwards=True)),
    (
        SERIES,
        layers.Bidirectional(layers.LSTM(4, return_sequences=True)),
        lambda k: k.Bidirectional(k.LSTM(4, return_sequences=True)),
    ),
    (
        SERIES,
        layers.Bidirectional(layers.GRU(4, activation="softplus"), merge_mode="ave"),
        lambda k: k.Bidirectional(k.GRU(4, activation="softplus"), merge_mode="ave"),
    ),
]


@pytest.mark.parametrize("shape, ours, theirs", CASES)
def test_a_layer_is_kerass(shape: tuple[int, ...], ours: Any, theirs: Any) -> None:
    network = build(chain(shape, ours))
    x = keras.Input(shape)
    reference = keras.Model(x, theirs(keras.layers)(x))
    reference.set_weights(list(network.get_weights().values()))
    data = DRAWN.normal(size=(5, *shape)).astype("float32")
    expected = reference(data).numpy()
    np.testing.assert_allclose(network.predict([data], 2)[0], expected, atol=1e-6)
    np.testing.assert_allclose(network.native(data).numpy(), expected, atol=1e-6)


def test_activations_that_keras_lacks_work_everywhere() -> None:
    leaky = layers.LSTM(3, activation=layers.Dense(1, activation="leaky_relu").activation)
    network = build(chain(SERIES, layers.Bidirectional(leaky)))
    cell = keras.layers.Bidirectional(keras.layers.LSTM(3, activation="leaky_relu"))
    x = keras.Input(SERIES)
    reference = keras.Model(x, cell(x))
    reference.set_weights(list(network.get_weights().values()))
    data = DRAWN.normal(size=(5, *SERIES)).astype("float32")
    np.testing.assert_allclose(network.predict([data], 8)[0], reference(data).numpy(), atol=1e-6)


def test_heads_are_off_the_body_and_on_the_native_model() -> None:
    for parts in (
        (layers.Dense(3, activation="softmax"),),
        (layers.Dense(3), layers.Activation("softmax")),
    ):
        network = build(chain((5,), *parts))
        x = DRAWN.normal(size=(4, 5)).astype("float32")
        assert isinstance(network.native, keras.Sequential)
        whole = network.native(x).numpy()
        np.testing.assert_allclose(whole.sum(-1), 1.0, atol=1e-6)
        np.testing.assert_allclose(network.predict([x], 4)[0], whole, atol=1e-6)
        np.testing.assert_allclose(tf.nn.softmax(network.body(x)).numpy(), whole, atol=1e-6)


def test_prediction_traces_once_and_joins_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    graph, x, _ = small(50)
    network = build(graph)
    expected = network.native(x).numpy()
    monkeypatch.setattr(cost, "_CHUNK_ROWS", 7)
    for rows in (50, 7, 0, 3):
        got = network.predict([x[:rows]], 3)[0]
        np.testing.assert_allclose(got, expected[:rows], atol=1e-6)
    assert network._predict.function.experimental_get_tracing_count() == 1


@pytest.mark.parametrize("jit", [False, True])
def test_training_is_the_hand_written_loop(jit: bool) -> None:
    graph, x, y = small()
    network, by_hand = build(graph), build(graph)
    weights = DRAWN.uniform(0.5, 2.0, len(x)).astype("float32")
    stepper = stepper_for(network, OutputPlan("y", MSE), optimizers.SGD(0.05), jit)
    state = train(stepper, feed_of(x, y, weights), 16, epochs=5)
    total = 0.0
    for epoch in range(5):
        for i in range(0, len(x), 16):
            with tf.GradientTape() as tape:
                each = tf.reduce_mean((by_hand.native(x[i : i + 16]) - y[i : i + 16]) ** 2, -1)
                loss = tf.reduce_mean(each * weights[i : i + 16])
            trained = [v.value for v in by_hand.native.trainable_variables]
            for v, g in zip(trained, tape.gradient(loss, trained)):
                v.assign_sub(0.05 * g)
            total += float(loss) * len(x[i : i + 16]) if epoch == 4 else 0.0
    same(network.get_weights(), by_hand.get_weights(), 1e-6)
    assert stepper.read(state.sums)["loss"] == pytest.approx(total / len(x), rel=1e-5)
    assert state.step == 5 * 5


OPTIMIZERS = [
    ("SGD", {"learning_rate": 0.01}),
    ("SGD", {"learning_rate": 0.01, "momentum": 0.9, "nesterov": True, "clipvalue": 0.1}),
    ("SGD", {"learning_rate": 0.01, "momentum": 0.9, "weight_decay": 0.01}),
    ("Adam", {"clipnorm": 0.2}),
    ("Adam", {"amsgrad": True, "global_clipnorm": 0.3, "weight_decay": 0.02}),
    ("AdamW", {}),
    ("RMSprop", {"momentum": 0.5, "centered": True}),
    ("RMSprop", {"weight_decay": 0.01}),
    ("Adagrad", {"learning_rate": 0.01}),
]


@pytest.mark.parametrize("name, options", OPTIMIZERS)
def test_an_optimizer_is_kerass(name: str, options: dict[str, Any]) -> None:
    graph, x, y = small(64)
    network, reference = build(graph), build(graph).native
    record = getattr(optimizers, name)(**options)
    train(stepper_for(network, OutputPlan("y", MSE), record), feed_of(x, y), 16, epochs=5)
    # Keras's steps are too few to be worth compiling.
    reference.compile(getattr(keras.optimizers, name)(**options), "mse", run_eagerly=True)
    reference.fit(x, y, batch_size=16, epochs=5, shuffle=False, verbose=0)
    theirs = dict(zip(graph.weights(), reference.get_weights()))
    # Keras corrects Adam's bias in 32 bits, which is 2e-5 of a step off at first.
    same(network.get_weights(), theirs, 2e-6)


def test_bias_correction_is_exact() -> None:
    network = build(chain((1,), layers.Dense(1, use_bias=False)))
    stepper = stepper_for(
        network, OutputPlan("y", losses.MeanAbsoluteError()), optimizers.Adam(0.1)
    )
    before = network.get_weights()["dense/kernel"].item()
    x, y = np.ones((1, 1), "float32"), np.full((1, 1), 100.0, "float32")
    train(stepper, feed_of(x, y), 1)
    step = 0.1 * 0.001**0.5 / 0.1 * 0.1 / (0.001**0.5 + 1e-7)
    after = network.get_weights()["dense/kernel"].item()
    assert after - before == pytest.approx(step, rel=1e-6)


@pytest.mark.parametrize("jit", [False, True])
def test_chunks_do_not_matter(jit: bool) -> None:
    graph = chain((5,), layers.Dense(6, activation="relu"), layers.Dropout(0.4), layers.Dense(1))
    # XLA compiles a program for each size of chunks and batches.
    _, x, y = small(64 if jit else 70)
    y = (y > 0).astype("float32")
    results = []
    for sizes in ([4], [1] * 4) if jit else ([5], [1] * 5, [3, 2]):
        network = build(graph)
        plan = OutputPlan("y", MSE, metrics=[metrics.MeanAbsoluteError(), metrics.AUC()])
        stepper = stepper_for(network, plan, optimizers.Adam(), jit)
        state, batches = stepper.start(5, None, 0), stepper.place(feed_of(x, y), 16)
        batches.order(np.random.default_rng(2).permutation(len(x)))
        start = 0
        for k in sizes:
            run(stepper, state, batches, start, k)
            start += k
        results.append(
            (network.get_weights(), stepper.read(state.sums), stepper.export_slots(state))
        )
    for weights, logs, slots in results[1:]:
        assert logs == results[0][1]
        same(weights, results[0][0], 0)
        same(slots, results[0][2], 0)


def test_training_resumes_where_it_stopped() -> None:
    graph = chain((5,), layers.Dense(6), layers.Dropout(0.4), layers.Dense(1))
    _, x, y = small(64)
    plan = OutputPlan("y", MSE)
    whole, halves = build(graph), build(graph)
    train(stepper_for(whole, plan, optimizers.Adam()), feed_of(x, y), 16, epochs=2)
    first = stepper_for(halves, plan, optimizers.Adam())
    state = train(first, feed_of(x, y), 16)
    second = stepper_for(halves, plan, optimizers.Adam())
    resumed = second.start(5, first.export_slots(state), state.step)
    run(second, resumed, second.place(feed_of(x, y), 16), 0, 4)
    same(halves.get_weights(), whole.get_weights(), 0)


@pytest.mark.parametrize("jit", [False, True])
def test_other_sizes_and_rates_do_not_trace_again(jit: bool) -> None:
    graph, x, y = small(64)
    stepper = stepper_for(build(graph), OutputPlan("y", MSE), optimizers.Adam(), jit)
    state = stepper.start(1, None, 0)
    for rows, rate in ((64, 0.1), (48, 0.2), (32, 0.3)):
        batches = stepper.place(feed_of(x[:rows], y[:rows]), 16)
        run(stepper, state, batches, 0, batches.count, rate)
    assert stepper.traces == 1
    for rows in (60, 44):
        batches = stepper.place(feed_of(x[:rows], y[:rows]), 16)
        run(stepper, state, batches, 0, batches.count)
        stepper.score(stepper.new_sums(), batches, 0, batches.count)
    # XLA needs one more for the last batch; evaluation is one for both.
    assert stepper.traces == (3 if jit else 2)


def test_compiled_training_agrees_for_recurrent_and_normalized_networks() -> None:
    # Whole batches and few steps: XLA compiles one program.
    tokens = np.random.default_rng(1).integers(0, 6, (32, 3)).astype("int32")
    y = np.random.default_rng(2).integers(0, 3, 32)
    graph = chain(
        (3,),
        layers.Embedding(6, 4, mask_zero=True),
        layers.SimpleRNN(5, dropout=0.2),
        layers.BatchNormalization(),
        layers.Dense(3, activation="softmax"),
        dtype="int32",
    )
    found = []
    for jit in (False, True):
        network = build(graph)
        plan = OutputPlan(
            "y",
            losses.SparseCategoricalCrossentropy(),
            metrics=[metrics.SparseCategoricalAccuracy()],
        )
        stepper = stepper_for(network, plan, optimizers.Adam(0.01), jit)
        state = train(stepper, feed_of(tokens, y), 16, epochs=2)
        found.append((network.get_weights(), stepper.read(state.sums)))
    same(found[0][0], found[1][0], 1e-5)
    for name, value in found[0][1].items():
        assert found[1][1][name] == pytest.approx(value, abs=1e-5)


def test_dropout_draws_the_common_mask() -> None:
    x = Input((6, 4))
    shared, wide = layers.Dropout(0.3), layers.Dropout(0.5, noise_shape=(None, 1, None), seed=9)
    graph = Graph([x], [shared(x), shared(x), wide(x)])
    network = build(graph)
    ones = tf.ones((5, 6, 4))
    for step in (0, 7):
        network.random.set_seed(12345678901)
        network.random.set_step(tf.constant(step, tf.int64))
        first, second, repeated = (y.numpy() for y in network.body(ones, training=True))
        for got, name in ((first, "dropout"), (second, "dropout/1")):
            mask = keep(step_key(layer_key(12345678901, name), step), (5, 6, 4), 0.3)
            np.testing.assert_array_equal(got, mask * np.float32(1 / 0.7))
        mask = keep(step_key(layer_key(9, "dropout_1"), step), (5, 1, 4), 0.5)
        np.testing.assert_array_equal(repeated, np.broadcast_to(mask * np.float32(2), (5, 6, 4)))
    np.testing.assert_array_equal(network.predict([ones.numpy()], 5)[0], ones)


def test_recurrent_dropout_is_one_mask_for_all_steps() -> None:
    rate, data = 0.5, DRAWN.normal(size=(3, *SERIES)).astype("float32")
    wrapped = layers.Bidirectional(layers.GRU(4, dropout=rate, return_sequences=True))
    for layer, names in (
        (layers.GRU(4, dropout=rate, return_sequences=True), ["gru"]),
        (wrapped, ["bidirectional/forward", "bidirectional/backward"]),
    ):
        network = build(chain(SERIES, layer))
        network.random.set_seed(2)
        network.random.set_step(tf.constant(3, tf.int64))
        got = network.body(data, training=True).numpy()
        for i, name in enumerate(names):
            mask = keep(step_key(layer_key(2, name), 3), (3, 1, 3), rate)
            expected = network.native(data * mask * 2, training=False).numpy()
            half = slice(4 * i, 4 * i + 4)
            np.testing.assert_allclose(got[..., half], expected[..., half], atol=1e-6)


def test_masks_reach_losses_and_metrics() -> None:
    rng = np.random.default_rng(5)
    tokens = rng.integers(0, 4, (20, 6)).astype("int32")
    tokens[:, 0] = 1
    y = rng.integers(0, 3, (20, 6))
    graph = chain(
        (6,),
        layers.Embedding(4, 5, mask_zero=True),
        layers.Dropout(0.0),
        layers.Bidirectional(layers.LSTM(4, return_sequences=True)),
        layers.Dense(3, activation="softmax"),
        dtype="int32",
    )
    assert graph.outputs[0].masked
    network = build(graph)
    x = keras.Input((6,), dtype="int32")
    h = keras.layers.Embedding(4, 5, mask_zero=True)(x)
    h = keras.layers.Bidirectional(keras.layers.LSTM(4, return_sequences=True))(h)
    reference = keras.Model(x, keras.layers.Dense(3, activation="softmax")(h))
    reference.set_weights(list(network.get_weights().values()))
    np.testing.assert_allclose(
        network.predict([tokens], 4)[0], reference(tokens).numpy(), atol=1e-6
    )
    plan = OutputPlan(
        "y", losses.SparseCategoricalCrossentropy(), metrics=[metrics.SparseCategoricalAccuracy()]
    )
    stepper = stepper_for(network, plan)
    sums = stepper.new_sums()
    stepper.score(sums, stepper.place(feed_of(tokens, y), 20), 0, 1)
    reference.compile(
        loss="sparse_categorical_crossentropy", weighted_metrics=["sparse_categorical_accuracy"]
    )
    expected = reference.evaluate(tokens, y, batch_size=20, verbose=0)
    got = list(stepper.read(sums).values())
    np.testing.assert_allclose(got, expected, rtol=1e-5)


def test_several_inputs_outputs_penalties_and_frozen_layers() -> None:
    a, b = Input((3,), name="a"), Input((2,), name="b")
    frozen = layers.Dense(4, trainable=False, kernel_regularizer="l2")
    h = layers.Concatenate()([frozen(a), layers.Dense(4, kernel_regularizer="l2")(b)])
    out = [layers.Dense(1, name="left")(h), layers.Dense(1, activation="sigmoid", name="right")(h)]
    graph = Graph([a, b], out)
    network = build(graph)
    before = network.get_weights()
    rng = np.random.default_rng(6)
    inputs = [rng.normal(size=(33, n)).astype("float32") for n in (3, 2)]
    targets = [
        rng.normal(size=(33, 1)).astype("float32"),
        rng.integers(0, 2, (33, 1)).astype("float32"),
    ]
    weights = rng.uniform(size=33).astype("float32")
    plans = [
        OutputPlan("left", MSE, 0.5),
        OutputPlan(
            "right",
            losses.BinaryCrossentropy(),
            metrics=[metrics.AUC()],
            weighted_metrics=[metrics.BinaryAccuracy()],
        ),
    ]
    logs = []
    for jit in (False, True):
        network.set_weights(before)
        stepper = stepper_for(network, plans, optimizers.SGD(0.1), jit)
        state = train(stepper, ArrayFeed(inputs, targets, [None, weights]), 8)
        logs.append(stepper.read(state.sums))
    assert list(logs[0]) == [
        "loss", "left_loss", "right_loss", "right_auc", "right_binary_accuracy",
    ]  # fmt: skip
    np.testing.assert_allclose(list(logs[0].values()), list(logs[1].values()), rtol=1e-5)
    after = network.get_weights()
    for name in before:
        assert np.array_equal(before[name], after[name]) == (name in ("dense/kernel", "dense/bias"))
    assert [y.shape for y in network.predict(inputs, 8)] == [(33, 1), (33, 1)]


def test_a_network_without_trainable_weights_can_be_scored_and_run() -> None:
    network = build(chain((4,), layers.BatchNormalization(center=False, scale=False)))
    x = DRAWN.normal(2.0, size=(16, 4)).astype("float32")
    before = network.get_weights()
    train(stepper_for(network, OutputPlan("y", MSE), optimizers.Adam()), feed_of(x, x), 16)
    after = network.get_weights()["batch_normalization/moving_mean"]
    expected = before["batch_normalization/moving_mean"] * 0.99 + x.mean(0) * 0.01
    np.testing.assert_allclose(after, expected, rtol=1e-5)


@pytest.mark.parametrize("jit", [False, True])
def test_open_lengths_collect_and_do_not_trace_again(jit: bool) -> None:
    network = build(
        chain(
            (None, 2),
            layers.SimpleRNN(3, return_sequences=True),
            layers.Dense(1, activation="sigmoid"),
        )
    )
    plan = OutputPlan("y", losses.BinaryCrossentropy(), metrics=[metrics.AUC()])
    stepper = stepper_for(network, plan, jit=jit)
    state, rng = stepper.start(1, None, 0), np.random.default_rng(8)
    for length in (4, 7):
        x = rng.normal(size=(10, length, 2)).astype("float32")
        y = rng.integers(0, 2, (10, length, 1)).astype("float32")
        state.sums = stepper.new_sums()
        run(stepper, state, stepper.place(feed_of(x, y), 4), 0, 3)
        collected = [np.concatenate([b[i] for b in state.sums.collected[0]]) for i in (0, 1)]
        np.testing.assert_array_equal(collected[0], y)
        assert collected[1].shape == y.shape
        assert 0 < stepper.read(state.sums)["auc"] < 1
    # XLA takes no collection of open sizes: the plain graph serves both.
    assert stepper.traces == 1


def test_devices_end_with_the_cpu() -> None:
    assert BACKEND.devices()[-1] == "cpu"
    graph, _, _ = small()
    with pytest.raises(BackendError, match="no device 'tpu'"):
        BACKEND.build(graph, graph.draw_weights(1), "tpu")


def test_keras_on_another_engine_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    other = types.SimpleNamespace(backend=types.SimpleNamespace(backend=lambda: "jax"))
    monkeypatch.setitem(sys.modules, "keras", other)
    with pytest.raises(BackendError, match="already runs on 'jax'"):
        tensorflow_backend.load()


@pytest.mark.parametrize(
    "before",
    [
        pytest.param("pass", marks=pytest.mark.slow),
        "os.close(2)",
        pytest.param("sys.stderr = None", marks=pytest.mark.slow),
    ],
)
def test_starting_is_silent_and_needs_no_error_stream(before: str) -> None:
    code = (
        f"import os, sys; {before}\n"
        "from rdeep.engines.tensorflow import load\n"
        "print(load().devices()[-1])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (result.stdout.strip(), result.stderr) == ("cpu", "")
