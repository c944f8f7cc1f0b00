"""How streams end: errors, interrupts, stops; and batches that are pushed."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from rdeep import Model, Sequential
from rdeep.catalogue.layers import Dense
from rdeep.data.streams import PushedStream
from rdeep.errors import ArgumentError, DataError, RdeepError, ShapeError
from rdeep.training.callbacks import Callback
from streaming import SIZE, Arrays, counter, cut, network, numbered, same, squares

# Errors and ends -------------------------------------------------------------------------------


def with_a_hole(x: np.ndarray, y: np.ndarray) -> Iterator[Arrays]:
    """Give batches without end, of which the third lacks a value."""
    for number, _ in enumerate(iter(int, 1)):
        part = x[:SIZE].copy()
        part[1, 0] = np.nan if number == 2 else 0.0
        yield part, y[:SIZE]


def with_another_shape(x: np.ndarray, y: np.ndarray) -> Iterator[Arrays]:
    yield x, y
    yield x[:, :2], y


@pytest.mark.parametrize(
    ("fit", "error", "message"),
    [
        (lambda m, x, y: m.fit(cut(x, y), y), ArgumentError, "'y' must be left out"),
        (
            lambda m, x, y: m.fit(cut(x, y), sample_weight=y),
            ArgumentError,
            "'sample_weight' must be left out",
        ),
        (
            lambda m, x, y: m.fit(cut(x, y), validation_split=0.2),
            ArgumentError,
            "'validation_split' needs arrays",
        ),
        (lambda m, x, y: m.evaluate(cut(x, y), y), ArgumentError, "'y' must be left out"),
        (
            lambda m, x, y: m.fit(with_a_hole(x, y)),
            DataError,
            r"In batch 3: 'x' has 1 missing value \(the first in sample 2\)",
        ),
        (lambda m, x, y: m.evaluate(with_a_hole(x, y)), DataError, "In batch 3: 'x' has 1 missing"),
        (lambda m, x, y: m.predict(with_a_hole(x, y)), DataError, "'x' has 1 missing"),
        (
            lambda m, x, y: m.fit(with_another_shape(x, y)),
            ShapeError,
            r"In batch 2: 'x' has samples of shape \(2,\); input .* wants \(3,\)",
        ),
        (
            lambda m, x, y: m.fit(x, y, validation_data=with_another_shape(x, y)),
            ShapeError,
            r"In batch 2: 'x' has samples of shape \(2,\)",
        ),
        (lambda m, x, y: m.fit(iter([(x, y[:3])])), DataError, "In batch 1: 'x' has 27 samples"),
        (lambda m, x, y: m.fit(cut(x)), DataError, "In batch 1: 'y' is missing"),
        (lambda m, x, y: m.fit(iter([(x, y, y, y)])), ArgumentError, "must be .* not 4 values"),
        (lambda m, x, y: m.fit(iter([3])), ArgumentError, "A batch must be .* not 3"),
        (lambda m, x, y: m.fit(iter([])), DataError, "'x' gives no batch at all"),
        (lambda m, x, y: m.fit(lambda: iter([]), epochs=3), DataError, "no batch at all"),
        (lambda m, x, y: m.evaluate(iter([])), DataError, "'x' gives no batch at all"),
        (lambda m, x, y: m.predict(iter([])), DataError, "'x' gives no batch at all"),
        (lambda m, x, y: m.fit(cut(x, y), steps_per_epoch=0), ArgumentError, "steps_per_epoch"),
        (lambda m, x, y: m.evaluate(cut(x, y), steps=1.5), ArgumentError, "'steps'"),
    ],
)
@pytest.mark.few_on_tensorflow("no batch at all]", "In batch 1: 'x'")
def test_errors(
    fit: Callable[[Model, np.ndarray, np.ndarray], Any],
    error: type[RdeepError],
    message: str,
    backend: str,
    data: Arrays,
) -> None:
    model = network(backend)
    with pytest.raises(error, match=message):
        fit(model, *data)
    model.fit(*data, verbose=0)


def test_an_error_of_the_source_reaches_the_caller(backend: str, data: Arrays) -> None:
    def broken(at: int) -> Iterator[Arrays]:
        for number, batch in enumerate(cut(*data, size=2)):
            yield batch
            if number == at:
                raise ZeroDivisionError("in the user's own code")

    model = network(backend)
    for at in (0, 10):
        with pytest.raises(ZeroDivisionError, match="in the user's own code"):
            model.fit(broken(at), verbose=0)
        with pytest.raises(ZeroDivisionError, match="in the user's own code"):
            model.fit(*data, validation_data=broken(at), verbose=0)
        with pytest.raises(ZeroDivisionError, match="in the user's own code"):
            model.predict(broken(at))
    model.fit(*data, verbose=0)


class AtBatch(Callback):
    """Does something at the third batch."""

    def __init__(self, what: Callable[[Model], Any]) -> None:
        self.what = what

    def on_train_batch_end(self, batch: int, logs: dict[str, Any]) -> None:
        if batch == 2:
            self.what(self.model)


def raise_(error: type[BaseException]) -> Any:
    raise error("from a callback")


@pytest.mark.parametrize("end", ["stop", "interrupt", "error"])
def test_whatever_ends_training_ends_the_reading(end: str, backend: str) -> None:
    closed = threading.Event()

    def endless() -> Iterator[Arrays]:
        try:
            yield from numbered()
        finally:
            closed.set()

    model = counter(backend)
    if end == "error":
        with pytest.raises(ValueError, match="from a callback"):
            model.fit(endless, callbacks=AtBatch(lambda m: raise_(ValueError)), verbose=0)
    elif end == "interrupt":
        with pytest.raises(KeyboardInterrupt):
            model.fit(endless, callbacks=AtBatch(lambda m: raise_(KeyboardInterrupt)), verbose=0)
        assert model.history.epoch == []
    else:
        callback = AtBatch(lambda m: setattr(m, "stop_training", True))
        history = model.fit(endless, epochs=2, callbacks=callback, verbose=0)
        assert history.epoch == []
    assert closed.wait(5.0)
    # There is no reader either: the fixture looks.


def test_another_training_ends_the_reading_of_one_left_alone(backend: str) -> None:
    model = counter(backend)
    session = model.session(lambda: numbered(), listen=["batch_end"])
    assert session.advance().kind == "batch_end"
    model.fit(np.ones((4, 1)), np.zeros(4), verbose=0)
    assert session.done
    assert session.advance() is None


def resident() -> float:
    """Return the process's memory in megabytes."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="needs Linux's /proc")
def test_a_stream_is_never_in_memory_as_a_whole(backend: str) -> None:
    model = Sequential([Dense(1)], 1000, backend=backend)
    model.compile("sgd", "mse", jit_compile=False)
    seen = []

    def large(batches: int) -> Iterator[Arrays]:
        for _ in range(batches):
            yield np.ones((500, 1000), np.float32), np.zeros(500, np.float32)
            seen.append(resident())

    model.fit(lambda: large(2), verbose=0)
    before = resident()
    # 2 MB each, 400 in all.
    model.fit(lambda: large(200), verbose=0)
    assert max(seen) - before < 100


# Pushed batches --------------------------------------------------------------------------------


def drive(session: Any, stream: PushedStream, passes: list[list[Any]], at_once: int) -> list[str]:
    """Advance a session, bring batches when it asks, and return the kinds of its events."""
    kinds, waiting = [], [list(batches) for batches in passes]
    while (event := session.advance()) is not None:
        kinds.append(event.kind)
        if event.kind == "data":
            if waiting and waiting[0]:
                stream.push(waiting[0][:at_once])
                del waiting[0][:at_once]
            else:
                waiting[:1] = []
                stream.end()
    return kinds


@pytest.mark.parametrize(("at_once", "shape"), [(1, 3), (3, None), (99, 3)])
@pytest.mark.few_on_tensorflow("99-3")
def test_batches_that_are_pushed(
    at_once: int, shape: int | None, backend: str, data: Arrays
) -> None:
    x, y = data
    batches = list(cut(x, y))
    model, stream = network(backend, shape), PushedStream()
    if shape is None:
        # The shape is read off what is there before training begins.
        stream.push(batches[:1])
        first, batches = batches[1:], batches
    else:
        first = batches
    session = model.session(stream, epochs=2, listen=["epoch_end"], validation_data=(x, y))
    kinds = drive(session, stream, [first, batches], at_once)
    assert [kind for kind in kinds if kind != "data"] == ["epoch_end", "epoch_end", "train_end"]
    pushes = -(-len(first) // at_once) - (-len(batches) // at_once)
    assert kinds.count("data") == pushes + 2
    options: Any = {"batch_size": SIZE, "epochs": 2, "shuffle": False, "verbose": 0}
    expected = network(backend).fit(x, y, validation_data=(x, y), **options)
    same(session.history.history, expected.history)


def test_pushed_batches_with_steps(backend: str) -> None:
    model, stream = counter(backend), PushedStream()
    session = model.session(stream, epochs=3, steps_per_epoch=2, listen=["epoch_end"])
    source, kinds = numbered(), []
    while (event := session.advance()) is not None:
        kinds.append(event.kind)
        if event.kind == "data":
            stream.push([next(source) for _ in range(3)])
    assert kinds == ["data", "epoch_end", "data", "epoch_end", "epoch_end", "train_end"]
    expected = squares([0, 1], [2, 3], [4, 5])
    np.testing.assert_allclose(session.history.history["loss"], expected, rtol=1e-6)


def test_pushed_batches_that_end_amid_the_steps(backend: str) -> None:
    stream = PushedStream()
    session = counter(backend).session(stream, epochs=3, steps_per_epoch=3, listen=["epoch_end"])
    messages = []
    source = [[batch] for batch in numbered(4)]
    while (event := session.advance()) is not None:
        messages += map(str, event.messages)
        if event.kind == "data":
            stream.push(source.pop(0)) if source else stream.end()
    assert messages == ["The data ended after 1 batches of epoch 2: training stops here."]
    np.testing.assert_allclose(session.history.history["loss"], squares([0, 1, 2], [3]), rtol=1e-6)


def test_errors_in_what_is_pushed(backend: str, data: Arrays) -> None:
    x, y = data
    model = network(backend)
    stream = PushedStream()
    session = model.session(stream)
    assert session.advance().kind == "data"
    stream.push([(x, y)])
    assert session.advance().kind == "data"
    hole = x.copy()
    hole[0, 0] = np.nan
    stream.push([(x, y), (hole, y)])
    with pytest.raises(DataError, match="In batch 3: 'x' has 1 missing value"):
        session.advance()
    assert session.done
    session = model.session(stream)
    assert session.advance().kind == "data"
    stream.end()
    with pytest.raises(DataError, match="'x' gives no batch at all"):
        session.advance()
    with pytest.raises(ArgumentError, match="'x' gives no batch at all"):
        network(backend, None).session(PushedStream())


def test_stopping_while_data_is_awaited(backend: str) -> None:
    stream = PushedStream()
    session = counter(backend).session(stream, epochs=3)
    assert session.advance().kind == "data"
    session.stop()
    assert session.advance().kind == "train_end"
    assert session.advance() is None
