"""Trainings with all callbacks, stopped at random steps and resumed: bit by bit the whole ones."""

from __future__ import annotations

import contextlib
import io
import os
import random
import signal
import tempfile
import warnings
from typing import Any

from torture import nets
from torture.outcome import Outcome

VARIANTS = 12


def run(share: float, seed: int) -> list[Outcome]:
    """Stop 50 trainings on each engine, at `share` 1."""
    return [_on(engine, max(round(50 * share), 1), seed) for engine in ("torch", "tensorflow")]


def _on(engine: str, count: int, seed: int) -> Outcome:
    import rdeep

    outcome = Outcome(f"resume after a random stop, {engine}", "all bit-identical")
    drawn = random.Random(f"{seed}{engine}")
    whole: dict[int, dict[str, Any]] = {}
    for case in range(count):
        variant = drawn.randrange(VARIANTS)
        with tempfile.TemporaryDirectory() as folder, _quiet():
            if variant not in whole:
                # In the same folder, since the files of checkpoints are compared too.
                rdeep.set_random_seed(5 + variant)
                trained = nets.train(engine, folder, [_stopper(None)], variant)
                whole[variant] = nets.digest(*trained, folder)
                for name in os.listdir(folder):
                    os.unlink(os.path.join(folder, name))
            outcome.add(_stopped_and_resumed(engine, folder, variant, whole[variant], drawn, case))
    return outcome


def _stopped_and_resumed(
    engine: str,
    folder: str,
    variant: int,
    whole: dict[str, Any],
    drawn: random.Random,
    case: int,
) -> str | None:
    import rdeep

    stops, said = [], f"case {case}, variant {variant}"
    rdeep.set_random_seed(5 + variant)
    for again in range(3):
        # Most are stopped once, some two or three times.
        last = again == 2 or (again > 0 and drawn.random() < 0.7)
        stop = None if last else (drawn.randint(2, nets.STEPS), drawn.random() < 0.5)
        try:
            model, history = nets.train(engine, folder, [_stopper(stop)], variant)
            break
        except (KeyboardInterrupt, RuntimeError):
            stops.append(stop)
            rdeep.set_random_seed(drawn.randrange(1000))
    wrong = nets.differing(nets.digest(model, history, folder), whole)
    if os.path.exists(os.path.join(folder, "backup")):
        wrong.append("the backup is still there")
    return f"{said}, stopped at {stops}: {wrong}" if wrong else None


def _stopper(stop: tuple[int, bool] | None) -> Any:
    """Return a callback that stops at a step, by a signal or by failing."""
    from rdeep import callbacks
    from rdeep.interrupts import interrupts

    class Stopper(callbacks.Callback):
        steps = 0

        def on_train_batch_end(self, batch: int, logs: dict[str, Any]) -> None:
            self.steps += 1
            if stop is not None and self.steps == stop[0]:
                if stop[1]:
                    raise RuntimeError
                # Not one that follows closely on that of another case.
                interrupts._last = float("-inf")
                signal.raise_signal(signal.SIGINT)

        def get_state(self) -> dict[str, Any]:
            return {"steps": self.steps}

        def set_state(self, state: dict[str, Any]) -> None:
            self.steps = state["steps"]

    return Stopper()


@contextlib.contextmanager
def _quiet() -> Any:
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        yield
