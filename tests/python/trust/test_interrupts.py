"""Interrupts, by real signals: what they leave behind, and whom they leave alone."""

from __future__ import annotations

import ctypes
import os
import signal
import threading
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from rdeep import Sequential
from rdeep.callbacks import Callback
from rdeep.interrupts import Interrupts, interrupts
from rdeep.layers import Dense
from rdeep.tabular import Tabular


def press() -> None:
    """Send the process an interrupt, which Python has noticed when this returns."""
    os.kill(os.getpid(), signal.SIGINT)


class Counting(Callback):
    """Counts the trainings that it sees end."""

    ended = 0

    def on_train_end(self, logs: Any = None) -> None:
        self.ended += 1


def presser(method: str, at: int = 0) -> Counting:
    """Return a callback that presses in one of its methods, in the epoch or batch `at`."""

    def maybe(self: Counting, *position: Any) -> None:
        if len(position) == 1 or position[0] == at:
            press()

    found: Counting = type("Presser", (Counting,), {method: maybe})()
    return found


@pytest.fixture
def model(backend: str) -> Sequential:
    model = Sequential([Dense(1)], input_shape=2, backend=backend)
    model.compile("sgd", "mse")
    return model


X, Y = np.ones((64, 2), np.float32), np.ones(64, np.float32)


@pytest.fixture(autouse=True)
def handler() -> Iterator[None]:
    """Signals are Python's own before and after."""
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    yield
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert not interrupts.requested()


@pytest.mark.parametrize(
    ("method", "at", "epochs"),
    [
        ("on_train_begin", 0, 0),
        ("on_epoch_begin", 2, 2),
        ("on_epoch_end", 2, 3),
        ("on_train_batch_begin", 1, 0),
        ("on_train_batch_end", 1, 0),
        # The epoch's training is over: it counts.
        ("on_train_batch_end", 3, 1),
        ("on_test_begin", 0, 1),
    ],
)
def test_fit_ends_with_what_was_trained(
    model: Sequential, method: str, at: int, epochs: int, capsys: Any
) -> None:
    callback = presser(method, at)
    with pytest.raises(KeyboardInterrupt):
        model.fit(
            X, Y, batch_size=16, epochs=5, callbacks=callback, verbose=0, validation_data=(X, Y)
        )
    assert "Interrupted: the model and its history" in capsys.readouterr().out
    assert model.history.epoch == list(range(epochs))
    assert all(len(values) == epochs for values in model.history.history.values())
    assert callback.ended == 1
    assert np.isfinite(model.predict(X)).all()
    assert model.fit(X, Y, epochs=2, verbose=0).epoch == [0, 1]


def test_the_weights_are_those_of_whole_steps(model: Sequential) -> None:
    weights = model.get_weights()
    with pytest.raises(KeyboardInterrupt):
        model.fit(X, Y, batch_size=16, shuffle=False, callbacks=presser("on_train_batch_end", 1))
    interrupted = model.get_weights()
    model.set_weights(weights)
    model.fit(X, Y, batch_size=16, shuffle=False, steps_per_epoch=2, verbose=0)
    for one, other in zip(interrupted, model.get_weights()):
        np.testing.assert_array_equal(one, other)


def test_an_interrupt_from_outside_ends_a_long_training_soon(model: Sequential) -> None:
    pressed: list[float] = []

    def presses() -> None:
        # TensorFlow compiles first.
        while model._session is None or len(model._session.history.epoch) < 3:
            time.sleep(0.01)
        pressed.append(time.perf_counter())
        press()

    thread = threading.Thread(target=presses)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        model.fit(X, Y, epochs=10**6, verbose=0)
    # A tenth of a second is meant; machines are slow at times.
    assert time.perf_counter() - pressed[0] < 5.0
    thread.join()
    assert 3 <= len(model.history.epoch) == len(model.history.history["loss"])


def test_a_loop_of_fits_ends(model: Sequential) -> None:
    rounds = 0
    with pytest.raises(KeyboardInterrupt):
        for rounds in range(3):
            model.fit(X, Y, callbacks=presser("on_epoch_end") if rounds == 1 else None, verbose=0)
    assert rounds == 1


def test_evaluate_and_predict_end_between_two_batches(model: Sequential) -> None:
    seen: list[int] = []

    def batches() -> Iterator[Any]:
        for number in range(5):
            seen.append(number)
            if number == 1:
                press()
            yield X, Y

    for call in (model.evaluate, model.predict):
        seen.clear()
        with pytest.raises(KeyboardInterrupt):
            call(batches)
        assert len(model.predict(X)) == len(X)
    with pytest.raises(KeyboardInterrupt):
        model.evaluate(X, Y, batch_size=16, callbacks=presser("on_test_batch_end", 1))
    with pytest.raises(KeyboardInterrupt):
        model.predict(X, batch_size=16, callbacks=presser("on_predict_batch_end", 1))


def test_lr_finder_leaves_the_model_alone(model: Sequential) -> None:
    before = model.get_weights()
    with pytest.raises(KeyboardInterrupt):
        model.lr_finder(X, Y, callbacks=presser("on_epoch_begin"))
    for one, other in zip(before, model.get_weights()):
        np.testing.assert_array_equal(one, other)


def test_train_on_batch_keeps_the_history(model: Sequential) -> None:
    history = model.fit(X, Y, verbose=0)
    with interrupts.held():
        press()
        with pytest.raises(KeyboardInterrupt):
            model.train_on_batch(X, Y)
    assert model.history is history


def test_a_second_one_within_two_seconds_is_raised_where_it_comes(model: Sequential) -> None:
    reached = []

    class Twice(Callback):
        def on_epoch_end(self, epoch: int, logs: Any) -> None:
            press()
            reached.append("once")
            press()
            reached.append("twice")

    with pytest.raises(KeyboardInterrupt):
        model.fit(X, Y, epochs=3, callbacks=Twice(), verbose=0)
    assert reached == ["once"]
    model.fit(X, Y, verbose=0)


def test_one_that_nobody_has_answered_is_raised_at_the_end() -> None:
    reached = []
    with pytest.raises(KeyboardInterrupt), interrupts.held(), interrupts.held():
        press()
        reached.append(interrupts.requested())
    assert reached == [True]


def test_a_handler_of_the_users_stays(model: Sequential) -> None:
    pressed = []
    before = signal.signal(signal.SIGINT, lambda *_: pressed.append(1))
    try:
        history = model.fit(X, Y, epochs=2, callbacks=presser("on_epoch_end"), verbose=0)
    finally:
        signal.signal(signal.SIGINT, before)
    assert pressed == [1] and history.epoch == [0, 1]


def test_a_training_in_a_thread_is_not_interrupted(model: Sequential) -> None:
    found: list[Any] = []
    with pytest.raises(KeyboardInterrupt), interrupts.held():
        press()
        thread = threading.Thread(target=lambda: found.append(model.fit(X, Y, epochs=2, verbose=0)))
        thread.start()
        thread.join()
    assert found[0].epoch == [0, 1]


@pytest.mark.few_on_tensorflow()
def test_a_table_keeps_the_members_that_were_trained(backend: str, rng: Any) -> None:
    x = rng.normal(size=(120, 2))
    table = Tabular("gaussian", architecture="mlp", members=3, epochs=4, backend=backend)
    sessions = []
    original = table.session

    def session(member: int, listen: Any = ()) -> Any:
        sessions.append(original(member, listen))
        if member == 1:
            sessions[-1].callbacks.append(presser("on_epoch_end", 1))
        return sessions[-1]

    table.session = session  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        table.fit(x, y=x[:, 0], verbose=0)
    assert [len(each.history.epoch) for each in table.models] == [4, 2]
    assert np.isfinite(table.predict(x)).all()
    unseen = np.isnan(table.held_out()[:, 0])
    np.testing.assert_array_equal(unseen, table.held_out_members() == 2)


def test_a_host_notes_and_python_answers() -> None:
    held, noted, pending = (ctypes.c_int(value) for value in (1, 0, 0))
    host = Interrupts()
    before = signal.getsignal(signal.SIGINT)
    try:
        wake = host.attach(
            ctypes.addressof(held), [ctypes.addressof(noted), ctypes.addressof(pending)]
        )
        assert wake
        look_up = ctypes.CFUNCTYPE(None)(wake)
        # Nothing is noted: R has answered it meanwhile.
        look_up()
        assert not host.requested()
        noted.value = 1
        look_up()
        assert host.requested()
        with pytest.raises(KeyboardInterrupt):
            host.check()
        assert (noted.value, pending.value) == (0, 0)
        # Again within two seconds, the host says.
        noted.value = 2
        with pytest.raises(KeyboardInterrupt):
            look_up()
            time.sleep(0.01)
        # A front end's button sends no signal.
        pending.value = 1
        assert host.take() and not host.requested()
        # Where R does not hold them, they are whose they were.
        held.value = 0
        with pytest.raises(KeyboardInterrupt):
            look_up()
            time.sleep(0.01)
    finally:
        signal.signal(signal.SIGINT, before)
