"""Turning the arguments of `fit` into a session, and driving one from Python."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from rdeep.catalogue.callbacks import Callback
from rdeep.catalogue.options import Count, Flag, Number, checked
from rdeep.data import prepare
from rdeep.data.arrays import ArrayFeed
from rdeep.errors import ArgumentError, show, suggestion
from rdeep.training.history import History
from rdeep.training.session import EVENTS, Plan, TrainingSession

DEFAULT_BATCH_SIZE = 32


def count(value: Any, name: str, minimum: int = 1) -> int:
    """Return an argument that must be a whole number, or refuse it by name.

    Parameters
    ----------
    value : object
        What came.
    name : str
        The argument.
    minimum : int
        The least it may be.
    """
    return int(checked(Count(minimum), value, name))


def open_session(
    model: Any,
    x: Any,
    y: Any,
    *,
    batch_size: int | None,
    epochs: int,
    callbacks: Sequence[Callback] | None,
    validation_split: float,
    validation_data: Any,
    shuffle: bool,
    class_weight: Any,
    sample_weight: Any,
    initial_epoch: int,
    steps_per_epoch: int | None,
    validation_batch_size: int | None,
    validation_freq: int,
    listen: Collection[str],
) -> TrainingSession:
    """Return a training of a model, checked and ready to advance.

    Parameters
    ----------
    model : Model
        A compiled model.
    x, y, batch_size, epochs, callbacks, validation_split, validation_data, shuffle, class_weight,
    sample_weight, initial_epoch, steps_per_epoch, validation_batch_size, validation_freq
        As in `Model.fit`.
    listen : collection of str
        The kinds of events to return at.
    """
    size = DEFAULT_BATCH_SIZE if batch_size is None else count(batch_size, "batch_size")
    epochs = count(epochs, "epochs", 0)
    initial_epoch = count(initial_epoch, "initial_epoch", 0)
    validation_freq = count(validation_freq, "validation_freq")
    for kind in listen:
        if kind not in EVENTS:
            raise ArgumentError(f"There is no event {kind!r}.", argument="listen", received=kind)
    model.build_for(x)
    losses = model.losses()
    feed = prepare.feed(model.graph, losses, x, y, sample_weight, class_weight)
    feed, held = _held_out(model, losses, feed, validation_split, validation_data)
    stepper, state = model.prepare_training()
    batches = stepper.place(feed, size)
    validate = None
    if held is not None:
        held_size = size if validation_batch_size is None else validation_batch_size
        validate = scorer(stepper, held, count(held_size, "validation_batch_size"))
    plan = Plan(
        batches=batches,
        rows=feed.rows,
        epochs=epochs,
        initial_epoch=initial_epoch,
        steps=_steps(steps_per_epoch, batches.count),
        steps_per_execution=model.trainer.compiled.steps_per_execution,
        shuffle=checked(Flag(), shuffle, "shuffle"),
        order_seed=state.seed,
        validate=validate,
        validation_freq=validation_freq,
    )
    return TrainingSession(model, stepper, state, plan, _callbacks(callbacks), listen)


def _held_out(
    model: Any, losses: Any, feed: ArrayFeed, fraction: Any, data: Any
) -> tuple[ArrayFeed, ArrayFeed | None]:
    """Return what to train on and what to validate on; data that was given goes first."""
    share = checked(Number(0.0, 1.0, open_high=True), fraction, "validation_split")
    if data is not None:
        return feed, _validation_feed(model, losses, data)
    return prepare.split(feed, share) if share else (feed, None)


def scorer(stepper: Any, feed: ArrayFeed, batch_size: int) -> Any:
    """Return a function that evaluates on a feed, which is put on the device once.

    Parameters
    ----------
    stepper : Stepper
        What runs the steps.
    feed : ArrayFeed
        The data.
    batch_size : int
        Rows in a batch.
    """
    batches = stepper.place(feed, batch_size)

    def score() -> dict[str, Any]:
        sums = stepper.new_sums()
        stepper.score(sums, batches, 0, batches.count)
        return stepper.read(sums)

    return score


def refuse_unknown(arguments: Mapping[str, Any], function: Callable[..., Any], name: str) -> None:
    """Refuse arguments that a function does not have, with the nearest that it has.

    Parameters
    ----------
    arguments : mapping
        What was given by name.
    function : callable
        What it is meant for.
    name : str
        What the user called.
    """
    known = [p for p in inspect.signature(function).parameters if p != "listen"]
    for argument in arguments:
        if argument not in known:
            raise ArgumentError(
                f"{name}() has no argument {argument!r}.",
                argument=argument,
                hint=suggestion(argument, known),
            )


def drive(session: TrainingSession, verbose: Any) -> History:
    """Run a session to its end, showing progress, and return its history.

    Parameters
    ----------
    session : TrainingSession
        A session that listens to ticks if `verbose` is 1.
    verbose : int or {"auto"}
        0 for silence, 1 for a line that is rewritten, 2 for a line an epoch.
    """
    while True:
        event = session.advance()
        if event is None:
            return session.history
        for message in event.messages:
            print(message)
        if event.kind == "tick" and verbose == 1:
            bar = f"Epoch {event.epoch + 1}/{event.epochs}  {event.batch}/{event.batches}"
            print(f"\r{bar}  {_shown(event.logs)}", end="", flush=True)
        elif event.kind == "epoch_end" and verbose:
            start = "\r" if verbose == 1 else ""
            print(f"{start}Epoch {event.epoch + 1}/{event.epochs}  {_shown(event.logs)}")
        elif event.kind == "interrupted":
            print("Interrupted: the model and the history are those of what was trained.")
            return session.history


def verbosity(verbose: Any) -> int:
    """Return what `verbose` means: `"auto"` is 1 in a terminal and 2 elsewhere.

    Parameters
    ----------
    verbose : {"auto", 0, 1, 2} or bool
        What came.

    Raises
    ------
    ArgumentError
        If it is something else.
    """
    if verbose == "auto":
        return 1 if sys.stdout is not None and sys.stdout.isatty() else 2
    if verbose not in (0, 1, 2):
        raise ArgumentError(
            f"'verbose' must be 'auto', 0, 1 or 2, not {show(verbose)}.",
            argument="verbose",
            received=verbose,
        )
    return int(verbose)


def _shown(logs: dict[str, Any]) -> str:
    return "  ".join(
        f"{name}: {value:.4g}" for name, value in logs.items() if isinstance(value, float)
    )


def _validation_feed(model: Any, losses: Any, data: Any) -> ArrayFeed:
    if not isinstance(data, (list, tuple)) or len(data) not in (2, 3):
        raise ArgumentError(
            "'validation_data' must be (x, y) or (x, y, sample_weight), not "
            f"{show(data) if not isinstance(data, (list, tuple)) else f'{len(data)} values'}.",
            argument="validation_data",
        )
    try:
        return prepare.feed(model.graph, losses, *data)
    except Exception as error:
        if hasattr(error, "message"):
            error.args = (f"In 'validation_data': {error.args[0]}",)
            error.message = f"In 'validation_data': {error.message}"
        raise


def _steps(wanted: int | None, available: int) -> int:
    if wanted is None:
        return available
    steps = count(wanted, "steps_per_epoch")
    if steps > available:
        raise ArgumentError(
            f"'steps_per_epoch' is {steps}, but the data has {available} batches.",
            argument="steps_per_epoch",
            received=steps,
            hint="Leave it out to use all the data.",
        )
    return steps


def _callbacks(given: Any) -> list[Callback]:
    callbacks = [given] if isinstance(given, Callback) else list(given or [])
    for callback in callbacks:
        if not isinstance(callback, Callback):
            raise ArgumentError(
                f"'callbacks' must be callbacks, not {show(callback)}.",
                argument="callbacks",
                received=callback,
                hint="Make one with EarlyStopping() and the like, or derive a class from Callback.",
            )
    return callbacks
