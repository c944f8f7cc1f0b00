"""What optimizers and the loop do beside plain steps: Keras, or the same done by hand, agrees."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

import rdeep
from rdeep import Model
from rdeep.catalogue import optimizers as O
from rdeep.catalogue import schedules as S
from rdeep.errors import ArgumentError
from rdeep.training.callbacks import Callback, LearningRateScheduler, ReduceLROnPlateau
from small_models import Arrays, Rates, keras_network, loaded_again, network, plain, same_weights

# Gathered gradients ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "optimizer",
    [O.SGD(0.05), O.SGD(0.05, 0.9, clipnorm=0.1), O.Adam(0.01), O.Adam(0.01, weight_decay=0.1)],
    ids=repr,
)
@pytest.mark.few_on_tensorflow("clipnorm")
def test_gathering_is_training_on_larger_batches(
    optimizer: O.Optimizer, backend: str, data: Arrays
) -> None:
    small = network(backend, optimizer.replace(gradient_accumulation_steps=4))
    large = network(backend, optimizer)
    got = small.fit(*data, **plain(epochs=3))
    expected = large.fit(*data, **plain(epochs=3, batch_size=16))
    same_weights(small, large)
    np.testing.assert_allclose(got.history["loss"], expected.history["loss"], rtol=1e-5)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("SGD", {"momentum": 0.9, "global_clipnorm": 0.1}),
        ("Adam", {"clipvalue": 0.01, "weight_decay": 0.1}),
        ("RMSprop", {}),
    ],
)
@pytest.mark.few_on_tensorflow("Adam")
def test_gathering_agrees_with_keras(
    name: str, options: dict[str, Any], backend: str, data: Arrays
) -> None:
    options = {"learning_rate": 0.01, "gradient_accumulation_steps": 3, **options}
    ours = network(backend, getattr(O, name)(**options))
    theirs = keras_network(ours, getattr(keras.optimizers, name)(**options))
    # 16 batches: an epoch ends amid three.
    ours.fit(*data, **plain(epochs=2))
    theirs.fit(*data, **plain(epochs=2))
    same_weights(ours, theirs, 1e-5)


@pytest.mark.few_on_tensorflow()
def test_gathering_goes_on_in_a_loaded_model(backend: str, data: Arrays, tmp_path: Path) -> None:
    x, y = data
    other = "tensorflow" if backend == "torch" else "torch"

    def begun() -> Model:
        model = network(backend, O.Adam(0.01, gradient_accumulation_steps=4))
        model.fit(x[:24], y[:24], **plain())
        return model

    whole = network(backend, O.Adam(0.01, gradient_accumulation_steps=4))
    whole.fit(x, y, **plain())
    begun().save(str(tmp_path / "model.rdeep"))
    loaded = rdeep.load_model(str(tmp_path / "model.rdeep"))
    for model in (begun(), loaded, begun().to_backend(other)):
        model.fit(x[24:], y[24:], **plain())
        same_weights(model, whole)


# Moving averages -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("SGD", {"ema_momentum": 0.5, "ema_overwrite_frequency": 5}),
        ("Adam", {"ema_momentum": 0.9, "ema_overwrite_frequency": 1}),
        ("Adagrad", {"ema_momentum": 0.9, "weight_decay": 0.1}),
    ],
)
@pytest.mark.few_on_tensorflow("SGD")
def test_moving_averages_agree_with_keras(
    name: str, options: dict[str, Any], backend: str, data: Arrays
) -> None:
    options = {"learning_rate": 0.01, "use_ema": True, **options}
    ours = network(backend, getattr(O, name)(**options))
    theirs = keras_network(ours, getattr(keras.optimizers, name)(**options))
    for epochs in (1, 2):
        got = ours.fit(*data, **plain(epochs=epochs)).history["loss"]
        expected = theirs.fit(*data, **plain(epochs=epochs)).history["loss"]
        np.testing.assert_allclose(got, expected, rtol=1e-4)
        same_weights(ours, theirs, 1e-5)


def test_the_weights_become_their_average_when_training_ends(backend: str, data: Arrays) -> None:
    class Seen(Callback):
        def on_train_begin(self, logs: Any) -> None:
            self.weights: list[list[np.ndarray]] = []

        def on_train_batch_end(self, batch: int, logs: Any) -> None:
            self.weights.append(self.model.get_weights())

    seen = Seen()
    model = network(backend, O.SGD(0.1, use_ema=True, ema_momentum=0.8))
    model.fit(*data, **plain(callbacks=seen))
    average = seen.weights[0]
    for weights in seen.weights[1:]:
        average = [0.8 * a + 0.2 * w for a, w in zip(average, weights)]
    for a, b in zip(model.get_weights(), average):
        np.testing.assert_allclose(a, b, atol=1e-6)
    # A training of no step changes nothing.
    model.fit(*data, **plain(epochs=0))
    for a, b in zip(model.get_weights(), average):
        np.testing.assert_allclose(a, b, atol=1e-6)


def test_a_moving_average_goes_on_in_a_loaded_model(backend: str, data: Arrays) -> None:
    def make() -> Model:
        model = network(backend, O.Adam(0.01, use_ema=True, ema_overwrite_frequency=3))
        model.fit(*data, **plain())
        return model

    model = make()
    loaded = loaded_again(model)
    for each in (model, loaded):
        each.fit(*data, **plain())
    same_weights(loaded, model)


def test_an_average_of_gathered_steps_moves_at_each_update(backend: str, data: Arrays) -> None:
    optimizer = O.SGD(0.1, use_ema=True, ema_momentum=0.5, ema_overwrite_frequency=2)
    small = network(backend, optimizer.replace(gradient_accumulation_steps=2))
    large = network(backend, optimizer)
    small.fit(*data, **plain(epochs=2))
    large.fit(*data, **plain(epochs=2, batch_size=8))
    same_weights(small, large)


# Scaled losses ---------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [{}, {"clipnorm": 0.1}, {"gradient_accumulation_steps": 2}])
@pytest.mark.few_on_tensorflow("options0")
def test_a_scaled_loss_trains_the_same(options: dict[str, Any], backend: str, data: Arrays) -> None:
    usual = network(backend, O.Adam(0.01, **options))
    scaled = network(backend, O.Adam(0.01, loss_scale_factor=1024.0, **options))
    expected = usual.fit(*data, **plain(epochs=2)).history["loss"]
    got = scaled.fit(*data, **plain(epochs=2)).history["loss"]
    np.testing.assert_allclose(got, expected, rtol=1e-6)
    same_weights(scaled, usual)


# Learning rates --------------------------------------------------------------------------------


def test_each_batch_has_the_rate_of_its_step(backend: str, data: Arrays) -> None:
    schedule = S.CosineDecay(0.0, 20, warmup_target=0.1, warmup_steps=5)
    model, rates = network(backend, O.SGD(schedule)), Rates()
    history = model.fit(*data, **plain(epochs=2, callbacks=rates)).history
    assert rates.seen == schedule.rates(range(32)).tolist()
    # What is logged is the rate that comes next.
    assert history["learning_rate"] == schedule.rates([16, 32]).tolist()
    # In chunks of many steps the rates are no others.
    chunks = network(backend, O.SGD(schedule))
    chunks.fit(*data, **plain(epochs=2))
    same_weights(chunks, model)


@pytest.mark.parametrize(
    ("optimizer", "name", "args"),
    [
        ("SGD", "ExponentialDecay", (0.03, 10, 0.5)),
        ("Adam", "PiecewiseConstantDecay", ([3, 17], [0.03, 0.001, 0.01])),
        ("Adam", "CosineDecay", (0.03, 30)),
    ],
)
@pytest.mark.few_on_tensorflow()
def test_schedules_agree_with_keras(
    optimizer: str, name: str, args: Any, backend: str, data: Arrays
) -> None:
    ours = network(backend, getattr(O, optimizer)(getattr(S, name)(*args)))
    schedule = getattr(keras.optimizers.schedules, name)(*args)
    theirs = keras_network(ours, getattr(keras.optimizers, optimizer)(schedule))
    ours.fit(*data, **plain(epochs=2))
    theirs.fit(*data, **plain(epochs=2))
    same_weights(ours, theirs, 1e-5)


def test_a_schedule_goes_on_in_a_loaded_model(backend: str, data: Arrays) -> None:
    schedule = S.ExponentialDecay(0.1, 8, 0.5)
    model = network(backend, O.SGD(schedule))
    model.fit(*data, **plain())
    loaded = loaded_again(model)
    assert loaded.optimizer.schedule == schedule
    for each in (model, loaded):
        assert each.learning_rate == pytest.approx(schedule.rates(16))
        each.fit(*data, **plain())
    same_weights(loaded, model)


def test_a_rate_under_a_schedule_cannot_be_set(backend: str, data: Arrays) -> None:
    model = network(backend, O.SGD(S.CosineDecay(0.1, 100)))
    message = r"The learning rate follows CosineDecay\(.*\) and cannot be set"
    with pytest.raises(ArgumentError, match=message) as caught:
        model.learning_rate = 0.5
    assert caught.value.argument == "learning_rate"
    assert "Compile with a number" in str(caught.value)
    model.fit(*data, **plain())
    for callback in (
        LearningRateScheduler(lambda epoch, rate: 0.1),
        ReduceLROnPlateau(monitor="loss", patience=1, min_delta=1e9),
    ):
        with pytest.raises(ArgumentError, match=message):
            model.fit(*data, **plain(epochs=3, callbacks=callback))


def test_a_schedule_can_be_followed_from_here_on(backend: str, data: Arrays) -> None:
    model, rates = network(backend, O.SGD(0.05)), Rates()
    options = plain(callbacks=rates)
    model.fit(*data, **options)
    schedule = S.ExponentialDecay(0.1, 4, 0.5)
    model.follow(schedule)
    model.fit(*data, **options)
    model.follow(None)
    model.fit(*data, **options)
    expected = [0.05] * 16 + schedule.rates(range(16)).tolist() + [0.05] * 16
    assert rates.seen == expected
    model.learning_rate = 0.2
    assert model.learning_rate == 0.2
    own = network(backend, O.SGD(schedule))
    own.fit(*data, **plain())
    own.follow(S.CosineDecay(0.3, 10))
    assert own.learning_rate == pytest.approx(0.3)
    own.follow(None)
    assert own.learning_rate == pytest.approx(schedule.rates(16))
