"""Each optimizer against the Keras optimizer of its name, over many steps."""

from __future__ import annotations

import copy
import functools
import pickle

import keras
import numpy as np
import pytest
import tensorflow as tf

from rdeep import Sequential, Variable, load_model
from rdeep.catalogue import optimizers as O
from rdeep.catalogue import schedules
from rdeep.catalogue.layers import GRU, Dense, EinsumDense, Embedding
from rdeep.catalogue.registry import records
from rdeep.errors import ArgumentError

SCHEDULE = {"initial_learning_rate": 0.02, "decay_steps": 20, "decay_rate": 0.5}
CASES = [
    ("SGD", {}),
    ("SGD", {"momentum": 0.9}),
    ("SGD", {"momentum": 0.9, "nesterov": True, "clipvalue": 0.01}),
    ("SGD", {"clipnorm": 0.05, "weight_decay": 0.01}),
    ("Adam", {}),
    ("Adam", {"amsgrad": True, "global_clipnorm": 0.1}),
    ("Adam", {"beta_1": 0.8, "beta_2": 0.99, "epsilon": 1e-3, "weight_decay": 0.1}),
    ("AdamW", {}),
    ("RMSprop", {}),
    ("RMSprop", {"momentum": 0.5, "centered": True, "clipnorm": 0.1}),
    ("Adagrad", {}),
    ("Adagrad", {"initial_accumulator_value": 0.0, "weight_decay": 0.01}),
    ("Adadelta", {"learning_rate": 1.0, "weight_decay": 0.01}),
    ("Adadelta", {"rho": 0.8, "epsilon": 1e-4, "clipnorm": 0.1}),
    ("Adafactor", {"weight_decay": 0.01, "clipnorm": 0.1}),
    (
        "Adafactor",
        {"learning_rate": SCHEDULE, "beta_2_decay": -0.7, "epsilon_2": 0.1, "clip_threshold": 0.5},
    ),
    ("Adamax", {"clipvalue": 0.01}),
    ("Adamax", {"learning_rate": SCHEDULE, "beta_1": 0.8, "beta_2": 0.9, "weight_decay": 0.1}),
    ("Ftrl", {"global_clipnorm": 0.5}),
    (
        "Ftrl",
        {
            "learning_rate_power": -0.4,
            "initial_accumulator_value": 0.2,
            "l1_regularization_strength": 0.01,
            "l2_regularization_strength": 0.1,
            "l2_shrinkage_regularization_strength": 0.1,
            "beta": 0.5,
        },
    ),
    ("Lamb", {"weight_decay": 0.1, "clipnorm": 0.1}),
    ("Lamb", {"learning_rate": SCHEDULE, "beta_2": 0.9, "epsilon": 1e-4}),
    ("Lion", {"weight_decay": 0.01}),
    ("Lion", {"learning_rate": SCHEDULE, "beta_1": 0.8, "global_clipnorm": 0.1}),
    ("Muon", {"global_clipnorm": 0.5}),
    (
        "Muon",
        {
            "exclude_layers": ["dense_1"],
            "adam_weight_decay": 0.2,
            "adam_lr_ratio": 0.5,
            "ns_steps": 3,
            "nesterov": False,
            "rms_rate": None,
        },
    ),
    ("Nadam", {"weight_decay": 0.1}),
    ("Nadam", {"learning_rate": SCHEDULE, "beta_1": 0.8, "beta_2": 0.99, "clipvalue": 0.05}),
]
BY_HAND = {"ScheduleFreeAdamW"}
"""Keras's own reads the sequence only once the step has changed it, on torch and TensorFlow."""
WHOLE = ["Adafactor", "Lamb", "Muon", "Nadam"]
ROWS, BATCH, EPOCHS = 40, 8, 10
rng_of_data = np.random.default_rng(5)
X = rng_of_data.normal(size=(ROWS, 6)).astype("float32")
Y = rng_of_data.normal(size=(ROWS, 2)).astype("float32")


def test_every_optimizer_is_tested():
    compared = set(records("optimizer")) - {"LossScaleOptimizer"} - BY_HAND
    assert {name for name, _ in CASES} == compared


def test_schedule_free_steps_are_those_of_the_paper(backend):
    rate, beta_1, beta_2, warmup = 0.1, 0.8, 0.9, 3
    rule = O.ScheduleFreeAdamW(rate, beta_1=beta_1, beta_2=beta_2, warmup_steps=warmup)
    variable = Variable(np.array([1.0, -2.0, 3.0], "float32"), backend=backend)
    x = z = variable.numpy().astype("float64")
    v = np.zeros(3)
    for step in range(1, 7):
        g = np.array([0.5, step, -1.0])
        rule.apply([g], [variable])
        v = beta_2 * v + (1 - beta_2) * g**2
        lr = rate * min(step / warmup, 1.0)
        z = z - lr * g / (np.sqrt(v / (1 - beta_2**step)) + 1e-8)
        x = (1 - 1 / step) * x + z / step
        y = (1 - beta_1) * z + beta_1 * x
        np.testing.assert_allclose(variable.numpy(), y, rtol=2e-6)


def _filled(options: dict, schedule: type) -> dict:
    rate = options.get("learning_rate", 0.01)
    return {**options, "learning_rate": schedule(**rate) if isinstance(rate, dict) else rate}


@functools.cache
def _keras_network():
    """Return Keras's network and its gradients, traced once for all cases."""
    # Named as ours are, because Muon looks at names.
    layers = [
        keras.layers.Dense(5, activation="tanh", name="dense"),
        keras.layers.Dense(2, name="dense_1"),
    ]
    model = keras.Sequential([keras.Input((6,)), *layers])

    @tf.function
    def gradients(x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((y - model(x)) ** 2)
        return tape.gradient(loss, [v.value for v in model.trainable_variables])

    return model, gradients


@functools.cache
def _by_keras(case: int) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Return the weights before and after fifty steps."""
    name, options = CASES[case]
    model, gradients = _keras_network()
    rng = np.random.default_rng(case)
    before = [rng.normal(0, 0.5, w.shape).astype("float32") for w in model.get_weights()]
    model.set_weights(before)
    options = _filled(options, keras.optimizers.schedules.ExponentialDecay)
    optimizer = getattr(keras.optimizers, name)(**options)
    optimizer.build(model.trainable_variables)
    step = tf.function(lambda found: optimizer.apply(found, model.trainable_variables))
    for _ in range(EPOCHS):
        for start in range(0, ROWS, BATCH):
            step(gradients(X[start : start + BATCH], Y[start : start + BATCH]))
    return before, model.get_weights()


@pytest.mark.parametrize("case", range(len(CASES)), ids=lambda i: f"{CASES[i][0]}-{i}")
@pytest.mark.few_on_tensorflow(
    "SGD-3", "Adam-6", "RMSprop-9", "Adafactor-14", "Lamb-20", "Ftrl-18", "Nadam-27"
)
def test_fifty_steps_agree_with_keras(case, backend):
    name, options = CASES[case]
    before, after = _by_keras(case)
    ours = Sequential([Dense(5, "tanh"), Dense(2)], input_shape=6, backend=backend)
    ours.set_weights(before)
    ours.compile(getattr(O, name)(**_filled(options, schedules.ExponentialDecay)), "mse")
    ours.fit(X, Y, batch_size=BATCH, epochs=EPOCHS, shuffle=False, verbose=0)
    for mine, other in zip(ours.get_weights(), after):
        np.testing.assert_allclose(mine, other, atol=1e-5)


def _sequences(rng):
    x = rng.integers(0, 9, (24, 4)).astype("int32")
    return x, rng.normal(size=(24, 1)).astype("float32")


def _recurrent(backend, name, **options):
    """Return a network whose weights torch holds transposed, in another order and in parts."""
    layers = [Embedding(9, 4), GRU(3), Dense(1)]
    model = Sequential(layers, input_shape=4, input_dtype="int32", backend=backend, seed=1)
    model.compile(getattr(O, name)(0.01, **options), "mse")
    return model


@pytest.mark.parametrize("name", ["Adam", "SGD", "RMSprop"])
def test_gradients_of_a_kernel_that_is_turned_round_fit_its_memory(name, rng):
    x, y = rng.normal(size=(64, 4)), rng.normal(size=(64, 3))
    found = []
    for backend in ("torch", "tensorflow"):
        # The kernel is (units, features): its gradient comes out as the transpose of a product.
        model = Sequential([EinsumDense("ab,cb->ac", 3)], input_shape=4, backend=backend, seed=1)
        model.compile(name, "mse")
        model.fit(x, y, epochs=3, shuffle=False, verbose=0)
        found.append(model.get_weights()[0])
    np.testing.assert_allclose(*found, atol=1e-6)


@pytest.mark.parametrize("name", WHOLE)
def test_weights_are_seen_as_keras_lays_them_out(name, rng):
    x, y = _sequences(rng)
    found = []
    for engine in ("torch", "tensorflow"):
        model = _recurrent(engine, name, clipnorm=0.1)
        model.fit(x, y, batch_size=8, epochs=3, shuffle=False, verbose=0)
        found.append(model.get_weights())
    for one, other in zip(*found):
        np.testing.assert_allclose(one, other, atol=2e-5)


@pytest.mark.parametrize(
    ("name", "options"),
    [*((name, {}) for name in WHOLE), ("Ftrl", {"use_ema": True})],
    ids=lambda v: v if isinstance(v, str) else "",
)
@pytest.mark.few_on_tensorflow("Nadam")
def test_training_goes_on_from_a_file_on_either_engine(name, options, backend, rng, tmp_path):
    x, y = _sequences(rng)
    once = _recurrent(backend, name, **options)
    once.fit(x, y, batch_size=8, epochs=2, shuffle=False, verbose=0)
    path = tmp_path / "model.rdeep"
    once.save(path)
    once.fit(x, y, batch_size=8, epochs=2, shuffle=False, verbose=0)
    for engine in ("torch", "tensorflow"):
        again = load_model(path, backend=engine)
        again.fit(x, y, batch_size=8, epochs=2, shuffle=False, verbose=0)
        for mine, other in zip(again.get_weights(), once.get_weights()):
            np.testing.assert_allclose(mine, other, atol=2e-5)


def test_adafactor_keeps_rows_and_columns(backend, rng):
    x, y = _sequences(rng)
    model = _recurrent(backend, "Adafactor")
    model.fit(x, y, verbose=0)
    shapes = {name: slot.shape for name, slot in model.trainer.slots().items()}
    assert shapes["rows/gru/kernel"] == (4,)
    assert shapes["columns/gru/kernel"] == (9,)
    assert shapes["velocity/dense/bias"] == (1,)
    assert "velocity/gru/kernel" not in shapes


@pytest.mark.parametrize("name", ["Lamb", "Nadam", "Lion"])
@pytest.mark.few_on_tensorflow("Lion")
def test_formulas_can_be_compiled(name, compiling_backend, rng):
    x, y = rng.normal(size=(32, 4)), rng.normal(size=32)

    def train(compiled):
        model = Sequential([Dense(3), Dense(1)], input_shape=4, backend=compiling_backend, seed=1)
        model.compile(getattr(O, name)(0.01), "mse", jit_compile=compiled)
        model.fit(x, y, epochs=2, batch_size=8, shuffle=False, verbose=0)
        return model.get_weights()

    for plain, compiled in zip(train(False), train(True)):
        np.testing.assert_allclose(compiled, plain, atol=1e-5)


def test_the_state_of_the_optimizer_goes_on_in_the_next_fit(backend, rng):
    x, y = rng.normal(size=(32, 4)), rng.normal(size=32)

    def train(epochs):
        model = Sequential([Dense(3), Dense(1)], input_shape=4, backend=backend, seed=1)
        model.compile("adam", "mse")
        for n in epochs:
            model.fit(x, y, epochs=n, shuffle=False, verbose=0)
        return model.get_weights()

    for once, twice in zip(train([4]), train([1, 3])):
        np.testing.assert_array_equal(once, twice)


def test_a_scaled_loss_trains_as_the_optimizer_inside(backend, rng):
    x, y = rng.normal(size=(32, 4)), rng.normal(size=32)
    inside = O.Adam(0.01, loss_scale_factor=8.0)

    def train(optimizer):
        model = Sequential([Dense(3), Dense(1)], input_shape=4, backend=backend, seed=1)
        model.compile(optimizer, "mse")
        model.fit(x, y, epochs=3, batch_size=8, shuffle=False, verbose=0)
        return model

    scaled = train(O.LossScaleOptimizer(inside, initial_scale=1024, dynamic_growth_steps=2))
    for mine, other in zip(scaled.get_weights(), train(inside).get_weights()):
        np.testing.assert_allclose(mine, other, atol=1e-6)
    assert scaled.learning_rate == 0.01


def test_a_scale_that_overflows_leaves_the_step_out(backend, rng):
    x, y = rng.normal(size=(8, 4)), rng.normal(size=8)
    model = Sequential([Dense(1)], input_shape=4, backend=backend, seed=1)
    model.compile(O.LossScaleOptimizer("sgd", initial_scale=3e38), "mse")
    before = model.get_weights()
    model.fit(x * 100, y, epochs=1, verbose=0)
    for mine, other in zip(model.get_weights(), before):
        np.testing.assert_array_equal(mine, other)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: O.LossScaleOptimizer("adam", clipnorm=1.0), "no 'clipnorm' of its own"),
        (lambda: O.LossScaleOptimizer(O.LossScaleOptimizer("adam")), "scales the loss itself"),
        (lambda: O.Muon(exclude_layers="("), "no regular expression"),
        (lambda: O.Ftrl(learning_rate_power=1.0), "'learning_rate_power' must be"),
        (lambda: O.Lamb(clipnorm=1.0, clipvalue=1.0), "only one of"),
    ],
)
def test_what_has_no_meaning_is_refused(make, words):
    with pytest.raises(ArgumentError, match=words):
        make()


def test_copies_of_optimizers_keep_what_steps_by_hand_came_to(backend):
    ends = []
    for copied in (lambda o: o, copy.deepcopy, lambda o: pickle.loads(pickle.dumps(o))):
        variable = Variable(np.ones(3, "float32"), name="w", backend=backend)
        optimizer = O.Adam(0.1)
        for step in range(6):
            optimizer = copied(optimizer) if step == 3 else optimizer
            optimizer.apply([np.full(3, 1.0 + step, "float32")], [variable])
        assert int(optimizer.iterations) == 6
        ends.append(variable.numpy())
    np.testing.assert_array_equal(ends[0], ends[1])
    np.testing.assert_array_equal(ends[0], ends[2])
