"""Tries cases at the limits of an engine, in a process of its own; prints a line for each."""

from __future__ import annotations

import ctypes
import os
import resource
import select
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

import numpy as np

import rdeep
from rdeep import Sequential
from rdeep.errors import ForkError, OutOfMemoryError
from rdeep.layers import (
    LSTM,
    BatchNormalization,
    Conv1D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePooling1D,
    RepeatVector,
    Reshape,
)

_PATIENCE = 60.0


def made(engine: str, random: np.random.Generator) -> tuple[Any, np.ndarray, np.ndarray]:
    """Return a compiled model of some kind, and data for it."""
    width = int(random.integers(4, 40))
    kinds = [
        lambda: [Dense(64, "relu"), Dropout(0.3), BatchNormalization(), Dense(1)],
        lambda: [Dense(256, "tanh"), Dense(256, "relu"), Dense(1)],
        lambda: [Reshape((width, 1)), Conv1D(4, 3), Flatten(), Dense(1)],
        lambda: [Reshape((width, 1)), LSTM(8), Dropout(0.2), Dense(1)],
    ]
    layers = kinds[random.integers(len(kinds))]()
    seed = int(random.integers(1000))
    model = Sequential(layers, input_shape=(width,), backend=engine, seed=seed)
    model.compile(str(random.choice(["adam", "sgd", "rmsprop"])), "mse", metrics=["mae"])
    x = random.normal(size=(int(random.integers(50, 300)), width)).astype("float32")
    return model, x, x.sum(1)


def forks(engine: str, cases: int, random: np.random.Generator) -> None:
    """Fork as a host program does, of which Python's hooks know nothing, or as Python does."""
    model, x, y = made(engine, random)
    model.fit(x, y, verbose=0)
    wide = Sequential([Dense(1500, "relu"), Dense(1)], input_shape=(500,), backend=engine)
    rows = random.normal(size=(2000, 500)).astype("float32")
    wide.predict(rows)
    uses: list[Callable[[], Any]] = [
        lambda: model.predict(x),
        lambda: model.evaluate(x, y),
        lambda: model.fit(x, y, verbose=0),
        lambda: wide.predict(rows),
        lambda: wide.to_bytes(),
        lambda: made(engine, random)[0].native,
        lambda: rdeep.ops.matmul(model(x[:2]), np.ones((1, 2), "float32")),
    ]
    for _ in range(cases):
        use = uses[random.integers(len(uses))]
        # In half of the cases another thread is at work. Then Python itself must know of the fork:
        # the child would wait for that thread to take Python's lock over.
        working = threading.Event()
        worker = threading.Thread(target=_predict_until, args=(wide, rows[:50], working))
        fork = ctypes.PyDLL(None).fork
        if random.random() < 0.5:
            worker.start()
            fork = os.fork
        said = _in_child(use, fork)
        working.set()
        if worker.ident is not None:
            worker.join()
        wanted = (b"fine",) if engine == "torch" else (b"refused",)
        print("case:", "held" if said in wanted else said.decode(), flush=True)


def _predict_until(model: Any, x: np.ndarray, done: threading.Event) -> None:
    while not done.is_set():
        model.predict(x)


def _in_child(use: Callable[[], Any], fork: Callable[[], int]) -> bytes:
    read, write = os.pipe()
    pid = fork()
    if pid == 0:
        try:
            use()
            said = b"fine"
        except ForkError:
            said = b"refused"
        except BaseException as error:
            said = repr(error).encode()
        os.write(write, said)
        os._exit(0)
    os.close(write)
    ready, _, _ = select.select([read], [], [], _PATIENCE)
    said = os.read(read, 4096) if ready else b"hangs"
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(read)
    return said or b"died"


def memory(engine: str, cases: int, random: np.random.Generator) -> None:
    """Train with batches that do not fit, under a limit of the process's own."""
    for _ in range(cases):
        length = int(random.integers(200_000, 600_000))
        layers = [Dense(4), RepeatVector(length), GlobalAveragePooling1D(), Dense(1)]
        model = Sequential(layers, input_shape=(4,), backend=engine)
        model.compile(str(random.choice(["adam", "sgd", "nadam"])), "mse", jit_compile=False)
        rows = int(random.integers(100, 300))
        x, y = random.normal(size=(rows, 4)).astype("float32"), random.normal(size=rows)
        model.fit(x[:4], y[:4], batch_size=2, verbose=0)
        model.predict(x[:2])
        before = model.get_weights()
        with open("/proc/self/statm", encoding="ascii") as file:
            size = int(file.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (size + (400 << 20), resource.RLIM_INFINITY))
        try:
            print("case:", _trained_in_vain(model, x, y, before), flush=True)
        finally:
            resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY,) * 2)


def _trained_in_vain(model: Any, x: np.ndarray, y: np.ndarray, before: list[np.ndarray]) -> str:
    try:
        model.fit(x, y, batch_size=len(x), verbose=0)
        return "it fitted"
    except OutOfMemoryError:
        pass
    except Exception as error:
        return repr(error)
    if not all(np.array_equal(a, b) for a, b in zip(before, model.get_weights())):
        return "the weights are not those of before"
    if len(model.fit(x[:8], y[:8], batch_size=2, verbose=0).history["loss"]) != 1:
        return "the next training does not go on"
    return "held" if len(model.predict(x, batch_size=len(x))) == len(x) else "no predictions"


def threads(engine: str, cases: int, random: np.random.Generator) -> None:
    """Train two models at once, this engine's and any other's, and each alone."""
    for _ in range(cases):
        other = str(random.choice(["torch", "tensorflow"]))
        seeds = [int(random.integers(1 << 30)) for _ in range(2)]

        def training(engine: str, seed: int) -> tuple[Any, Any]:
            rdeep.set_random_seed(seed)
            model, x, y = made(engine, np.random.default_rng(seed))
            return model, model.session(x, y, epochs=3, batch_size=16, validation_split=0.2)

        pairs = list(zip((engine, other), seeds))
        alone = [_finished(*training(*pair)) for pair in pairs]
        opened = [training(*pair) for pair in pairs]
        found: list[Any] = [None, None]

        def finish(i: int, opened: Any = opened, found: Any = found) -> None:
            try:
                found[i] = _finished(*opened[i])
            except BaseException as error:
                found[i] = repr(error)

        running = [threading.Thread(target=finish, args=(i,)) for i in range(2)]
        for each in running:
            each.start()
        for each in running:
            each.join(_PATIENCE)
        print("case:", "held" if found == alone else f"{pairs}: differs", flush=True)


def _finished(model: Any, session: Any) -> tuple[Any, list[bytes]]:
    while session.advance() is not None:
        pass
    return session.history.history, [weight.tobytes() for weight in model.get_weights()]


def asked(engine: str, cases: int, random: np.random.Generator) -> None:
    """Ask a model in eight threads while another trains it, by steps that change nothing."""
    for _ in range(cases):
        model = Sequential([Dense(64), Dropout(0.5), Dense(1)], input_shape=(8,), backend=engine)
        model.compile("sgd", "mse")
        model.learning_rate = 0.0
        x = random.normal(size=(200, 8)).astype("float32")
        wanted, wrong = model.predict(x), []

        def ask(model: Any = model, x: Any = x, wanted: Any = wanted, wrong: Any = wrong) -> None:
            for _ in range(100):
                if not np.array_equal(model.predict(x), wanted):
                    wrong.append(1)

        running = [threading.Thread(target=ask) for _ in range(8)]
        for each in running:
            each.start()
        model.fit(x, x.sum(1), epochs=5, batch_size=8, verbose=0)
        for each in running:
            each.join(_PATIENCE)
        hang = any(each.is_alive() for each in running)
        print("case:", "hangs" if hang else f"{len(wrong)} differ" if wrong else "held", flush=True)


if __name__ == "__main__":
    _, kind, engine, cases, seed = sys.argv
    kinds = {"forks": forks, "memory": memory, "threads": threads, "asked": asked}
    kinds[kind](engine, int(cases), np.random.default_rng(int(seed)))
    sys.stdout.flush()
    os._exit(0)
