"""Steps of training that come to no number: not taken, and said with what led to them."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

from rdeep import Input, Model, Sequential, ops, set_random_seed
from rdeep.callbacks import EarlyStopping, LambdaCallback, ModelCheckpoint
from rdeep.errors import ArgumentError, NumbersWarning
from rdeep.layers import BatchNormalization, Dense, Dropout
from rdeep.optimizers import SGD, Adam

BATCH = 16
BAD = 40
"""The row whose input is too large, in the third batch."""


def data(rows: int = 128) -> tuple[np.ndarray, np.ndarray]:
    x = np.random.default_rng(3).normal(size=(rows, 4)).astype(np.float32)
    y = x[:, :1] * 2.0
    return x, y


def spoilt(rows: int = 128) -> tuple[np.ndarray, np.ndarray]:
    x, y = data(rows)
    x[BAD] = 1e30
    return x, y


def network(backend: str, optimizer: Any = "adam", **options: Any) -> Model:
    layers = [Dense(8, activation="relu", name="first"), BatchNormalization(), Dropout(0.2)]
    model = Sequential([*layers, Dense(1, name="last")], input_shape=(4,), backend=backend, seed=5)
    model.compile(optimizer, "mse", metrics=["mae"], **options)
    return model


def state_of(model: Model) -> dict[str, np.ndarray]:
    return {**model.get_named_weights(), **model.trainer.slots()}


def same(one: Model, other: Model) -> bool:
    a, b = state_of(one), state_of(other)
    return a.keys() == b.keys() and all(np.array_equal(a[name], b[name]) for name in a)


def fitted(model: Model, x: Any, y: Any, **options: Any) -> tuple[Any, list[Any]]:
    """Train with a seed, in order; return the history and the warnings."""
    set_random_seed(11)
    options = {"batch_size": BATCH, "shuffle": False, "verbose": 0, **options}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        history = model.fit(x, y, **options)
    return history, [w.message for w in caught if isinstance(w.message, NumbersWarning)]


WAYS: dict[str, Any] = {
    "adam": lambda: Adam(),
    "clipped": lambda: SGD(0.01, momentum=0.9, global_clipnorm=1.0),
    "average": lambda: Adam(use_ema=True, ema_momentum=0.9),
    "gathered": lambda: SGD(0.01, gradient_accumulation_steps=2),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.few_on_tensorflow("adam", "gathered")
def test_training_stops_before_the_step_and_keeps_all_of_before(backend: str, way: str) -> None:
    model, other = network(backend, WAYS[way]()), network(backend, WAYS[way]())
    history, said = fitted(model, *spoilt(), epochs=3)
    x, y = data()
    fitted(other, x[: 2 * BATCH], y[: 2 * BATCH])
    assert same(model, other)
    assert model.steps_taken == 2
    assert history.history == {}
    (warning,) = said
    found = warning.found
    assert (found["step"], found["epoch"], found["batch"]) == (3, 1, 3)
    assert found["rows"] == list(range(32, 48))
    assert found["largest_input"] == pytest.approx(1e30)
    assert "rows 32, 33" in str(warning)


def test_chunks_and_single_batches_stop_at_the_same_step(backend: str) -> None:
    models = [network(backend) for _ in range(2)]
    seen: list[int] = []
    watching = LambdaCallback(on_train_batch_end=lambda batch, logs: seen.append(batch))
    fitted(models[0], *spoilt(), epochs=2)
    fitted(models[1], *spoilt(), epochs=2, callbacks=[watching])
    assert same(*models)
    # What was not trained has no end of a batch.
    assert seen == [0, 1]


def test_rows_are_those_of_the_data_after_shuffling(backend: str) -> None:
    _, said = fitted(network(backend), *spoilt(), shuffle=True)
    (warning,) = said
    assert BAD in warning.found["rows"] and len(warning.found["rows"]) == BATCH


def test_the_first_layer_is_named_with_the_row(backend: str) -> None:
    model = Sequential(
        [Dense(4, name="one"), Dense(4, activation="exponential", name="two"), Dense(1)],
        input_shape=(4,),
        backend=backend,
    )
    model.set_weights([np.ones_like(w) for w in model.get_weights()])
    model.compile(SGD(0.0), "mse")
    x, y = data()
    x[BAD] = 100.0
    _, (warning,) = fitted(model, x, y)
    assert (warning.found["cause"], warning.found["layer"]) == ("layer", "two")
    assert warning.found["bad_rows"] == [BAD]
    assert "layer 'two' is the first whose output is infinite, in row 40" in str(warning)


def root(y_true: Any, y_pred: Any) -> Any:
    """Return a loss that is 0 where its slope is infinite."""
    return ops.sqrt(ops.abs(y_true - y_pred))


def test_a_gradient_that_is_no_number_is_noticed_before_the_update(backend: str) -> None:
    model = Sequential([Dense(1, kernel_initializer="zeros")], input_shape=(4,), backend=backend)
    model.compile(SGD(0.1), root)
    x, _ = data()
    y = np.where(np.arange(128) < 2 * BATCH, 1.0, 0.0)
    y[2 * BATCH :] = 0.0
    model.compile(SGD(0.0), root)
    _, (warning,) = fitted(model, x, y)
    assert (warning.found["step"], warning.found["cause"]) == (3, "gradient")
    assert all(np.isfinite(w).all() for w in model.get_weights())


def test_an_update_to_infinite_weights_is_taken_back(backend: str) -> None:
    model = Sequential([Dense(1, kernel_initializer="zeros")], input_shape=(4,), backend=backend)
    model.compile(SGD(3e38), "mae")
    x, y = data()
    _, (warning,) = fitted(model, x * 100.0, y)
    assert warning.found["cause"] == "update"
    assert all(np.isfinite(w).all() for w in model.get_weights())


def test_skipping_gives_what_training_without_these_rows_gives(backend: str) -> None:
    def plain() -> Model:
        model = Sequential([Dense(8, activation="tanh"), Dense(1)], input_shape=(4,), seed=1)
        model.backend = backend
        model.compile(SGD(0.05), "mse")
        return model

    x, y = spoilt()
    y[BAD] = 1e30
    kept = np.r_[0 : 2 * BATCH, 3 * BATCH : 128]
    skipping, other = plain(), plain()
    one, said = fitted(skipping, x, y, epochs=2, on_nan="skip")
    two, none = fitted(other, x[kept], y[kept], epochs=2)
    assert same(skipping, other) and one.history == two.history and not none
    (warning,) = said
    assert str(warning).startswith("2 steps were left out")
    assert "step 11 (rows 32, 33, 34 and 13 more)" in str(warning)
    assert skipping.steps_taken == 16


def test_ignoring_goes_on_as_before(backend: str) -> None:
    model = network(backend)
    history, said = fitted(model, *spoilt(), epochs=2, on_nan="ignore")
    assert not said and len(history.history["loss"]) == 2
    assert not all(np.isfinite(w).all() for w in model.get_weights())
    with pytest.raises(ArgumentError, match="'on_nan' must be one of"):
        model.fit(*data(), on_nan="never", verbose=0)


def test_an_epoch_of_which_nothing_is_left_has_no_loss(backend: str) -> None:
    model = network(backend)
    x, y = data(BATCH)
    x[0] = 1e30
    history, _ = fitted(model, x, y, on_nan="skip")
    assert np.isnan(history.history["loss"]).all()


def test_streams_say_the_batch_and_single_batches_are_not_taken(backend: str) -> None:
    x, y = spoilt()
    batches = [(x[i : i + BATCH], y[i : i + BATCH]) for i in range(0, 128, BATCH)]
    model = network(backend)
    _, (warning,) = fitted(model, lambda: iter(batches), None, batch_size=None)
    assert warning.found["batch"] == 3 and warning.found["rows"] is None
    before = state_of(model)
    with pytest.warns(NumbersWarning):
        logs = model.train_on_batch(*batches[2])
    assert np.isnan(logs["loss"])
    after = state_of(model)
    assert all(np.array_equal(before[name], after[name]) for name in before)


def test_several_outputs_and_weights_that_were_bad_before(backend: str) -> None:
    x = Input((4,))
    hidden = Dense(4, name="shared")(x)
    outputs = [Dense(1, name="a")(hidden), Dense(1, name="b")(hidden)]
    model = Model(x, outputs, backend=backend)
    model.compile("adam", ["mse", "mae"])
    inputs, y = spoilt()
    _, (warning,) = fitted(model, inputs, [y, y])
    assert warning.found["cause"] == "loss"
    weights = model.get_named_weights()
    weights["a/bias"][:] = np.nan
    model.set_weights(weights)
    _, (warning,) = fitted(model, *(data()[0], [y, y]))
    assert (warning.found["cause"], warning.found["layer"]) == ("weights", "a/bias")


def test_early_stopping_and_checkpoints_hold_numbers(backend: str, tmp_path: Any) -> None:
    x, y = data()
    model = Sequential([Dense(4), Dense(1)], input_shape=(4,), backend=backend)
    # Each epoch is steeper than the one before.
    model.compile(SGD(0.9), "mse")
    callbacks = [
        EarlyStopping("loss", patience=100, restore_best_weights=True),
        ModelCheckpoint(str(tmp_path / "m.rdeep")),
    ]
    fitted(model, x * 3.0, y, epochs=40, callbacks=callbacks)
    assert all(np.isfinite(w).all() for w in model.get_weights())


def test_what_loss_scaling_leaves_out_is_no_event(backend: str) -> None:
    from rdeep.optimizers import LossScaleOptimizer

    model = Sequential([Dense(4), Dense(1)], input_shape=(4,), backend=backend)
    # So large a scale that the first gradients overflow, by themselves small.
    model.compile(LossScaleOptimizer(SGD(0.01), initial_scale=1e38), "mse")
    x, y = data()
    history, said = fitted(model, x * 10.0, y, epochs=2)
    assert not said and np.isfinite(history.history["loss"]).all()


def test_compiled_by_xla_stops_at_the_same_step() -> None:
    pytest.importorskip("tensorflow")
    models = [network("tensorflow", jit_compile=jit) for jit in (True, False)]
    found = [fitted(model, *spoilt(), epochs=2)[1][0].found for model in models]
    assert [each["step"] for each in found] == [3, 3]
    assert models[0].steps_taken == 2
    assert all(np.isfinite(w).all() for w in state_of(models[0]).values())


@pytest.mark.slow
def test_compiled_by_torch_stops_at_the_same_step() -> None:
    model = network("torch", jit_compile=True, steps_per_execution=2)
    _, (warning,) = fitted(model, *spoilt(), epochs=2)
    assert warning.found["step"] == 3 and model.steps_taken == 2
    assert all(np.isfinite(w).all() for w in state_of(model).values())


def test_predictions_and_losses_without_a_number_are_said_once(backend: str) -> None:
    layers = [Dense(4, name="one"), Dense(1, activation="exponential", name="two")]
    model = Sequential(layers, input_shape=(4,), backend=backend)
    model.set_weights([np.ones_like(w) for w in model.get_weights()])
    model.compile("sgd", "mse")
    x, y = data(16)
    x[5] = 1e3
    with pytest.warns(NumbersWarning, match="1 of 16 predictions are infinite \\(row 5\\)") as said:
        model.predict(x)
    assert said[0].message.found["layer"] == "two"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.predict(x)
    copy = model.copy()
    copy.compile("sgd", "mse")
    with pytest.warns(NumbersWarning, match="The loss is infinite. Layer 'two' is the first"):
        copy.evaluate(x, y)
