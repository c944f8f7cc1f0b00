"""A session of Python that is interrupted: reads cases from its input and says what it found."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

ENGINE = sys.argv[1]
RNG = np.random.default_rng(1)
X = RNG.normal(size=(2000, 8)).astype(np.float32)
Y = X.sum(1)
BIG, BIG_Y = np.tile(X, (100, 1)), np.tile(Y, 100)
TRAINS = ("fast", "fast_bar", "slow", "slow_bar", "callback", "validation", "generator", "compile")


def say(line: str) -> None:
    """Print a line of its own."""
    print(f"\n{line}", flush=True)


def network(width: int = 8, jit: bool = False) -> Any:
    """Return a compiled network."""
    from rdeep import Sequential
    from rdeep.layers import Dense

    hidden = [Dense(width, "relu") for _ in range(1 if width < 100 else 2)]
    model = Sequential([*hidden, Dense(1)], input_shape=8, backend=ENGINE)
    model.compile("adam", "mse", jit_compile=jit)
    return model


def endless(case: str, model: Any, seen: list[int]) -> None:
    """Make a call that lasts until it is interrupted."""
    from rdeep.callbacks import Callback
    from rdeep.tabular import Tabular

    class Count(Callback):
        def on_epoch_end(self, epoch: int, logs: Any) -> None:
            seen.append(epoch)

    def batches() -> Iterator[Any]:
        while True:
            yield X[:64], Y[:64]

    def repeat(call: Callable[[], Any]) -> None:
        while True:
            call()

    many = {"epochs": 10**6, "verbose": 1 if case.endswith("_bar") else 0}
    if case.startswith("fast") or case == "compile":
        model.fit(X, Y, **many)
    elif case.startswith("slow"):
        model.fit(BIG, BIG_Y, batch_size=256, **many)
    elif case == "callback":
        model.fit(X, Y, callbacks=Count(), **many)
    elif case == "validation":
        model.fit(X, Y, validation_data=(BIG, BIG_Y), **many)
    elif case == "generator":
        model.fit(batches, steps_per_epoch=20, **many)
    elif case == "loop":
        repeat(lambda: model.fit(X, Y, epochs=3, verbose=0))
    elif case == "table":
        table = Tabular("gaussian", epochs=10**5, patience=10**5, backend=ENGINE)
        table.fit(X, y=Y, verbose=0)
    else:
        call = getattr(model, case)
        repeat({"predict": lambda: call(BIG)}.get(case, lambda: call(BIG[:20000], BIG_Y[:20000])))


def trial(case: str, model: Any) -> tuple[float, list[str]]:
    """Return when the interrupt was raised, and what is wrong."""
    seen: list[int] = []
    at, problems = 0.0, []
    try:
        endless(case, model, seen)
        problems.append("not interrupted")
    except KeyboardInterrupt:
        at = time.time()
    try:
        time.sleep(0.02)
    except KeyboardInterrupt:
        problems.append("interrupted twice")
    return at, problems + wrong(case, model, seen)


def wrong(case: str, model: Any, seen: list[int]) -> list[str]:
    """Return what is wrong with a model that was interrupted."""
    history, problems = model.history, []
    if case in TRAINS and history is None:
        return ["no history"]
    if history is not None:
        epochs = len(history.epoch)
        if any(len(values) != epochs for values in history.history.values()):
            problems.append("a history with holes")
        if case == "callback" and not 0 <= epochs - len(seen) <= 1:
            problems.append(f"{epochs} epochs, {len(seen)} seen")
    if not np.isfinite(model.predict(X[:5])).all():
        problems.append("no prediction")
    if len(model.fit(X, Y, epochs=2, verbose=0).epoch) != 2:
        problems.append("does not train on")
    return problems


def main() -> None:
    """Make trials until the input ends."""
    wide = None
    say("@alive")
    for line in sys.stdin:
        case = line.split()[0]
        try:
            if case == "warm":
                wide = network(1500)
                found = 0.0, wrong("none", network(), [])
            elif wide is None:
                try:
                    wide = network(1500)
                    found = trial(case, network())
                except KeyboardInterrupt:
                    wide = network(1500)
                    found = time.time(), wrong("none", network(), [])
            else:
                jit = case == "compile" and ENGINE == "tensorflow"
                model = wide if case.startswith("slow") else network(jit=jit)
                say("@ready")
                found = trial(case, model)
        except KeyboardInterrupt:
            found = time.time(), ["interrupted outside"]
        except Exception as error:
            found = time.time(), [" ".join(repr(error).split())]
        say(f"@found ok={int(not found[1])} at={found[0]:.4f} {'; '.join(found[1])}")


if __name__ == "__main__":
    main()
