"""Turning the arguments of `fit` into a session, and driving one from Python."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from rdeep.backends.contract import Source
from rdeep.backends.random import validation_seed
from rdeep.catalogue.callbacks import Callback
from rdeep.catalogue.options import Count, Flag, Number, checked
from rdeep.data import prepare
from rdeep.data.arrays import ArrayFeed, FeedRows
from rdeep.data.streams import as_stream, is_stream, with_first
from rdeep.errors import ArgumentError, RdeepError, show, suggestion
from rdeep.seeds import stream as stream_seeds
from rdeep.training.audience import Audience
from rdeep.training.feeding import ArrayFeeding, Feeding, StreamFeeding, alone
from rdeep.training.limits import limited_epochs, limited_steps
from rdeep.training.scoring import batch_check, scorer, stream_scorer
from rdeep.training.session import EVENTS, Plan, TrainingSession

DEFAULT_BATCH_SIZE = 32


def batch_size_or_default(value: Any) -> int:
    """Return a batch size, 32 where none was given.

    Parameters
    ----------
    value : object
        What came.
    """
    return count_or_none(value, "batch_size") or DEFAULT_BATCH_SIZE


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


def count_or_none(value: Any, name: str) -> int | None:
    """Return an argument that must be a whole number where it is given.

    Parameters
    ----------
    value : object
        What came; `None` if it was left out.
    name : str
        The argument.
    """
    return None if value is None else count(value, name)


@dataclass
class FitOptions:
    """What `Model.fit` is given beside data, under the names it has there."""

    batch_size: int | None = None
    epochs: int = 1
    callbacks: Any = None
    validation_split: float = 0.0
    validation_data: Any = None
    shuffle: bool = True
    class_weight: Any = None
    sample_weight: Any = None
    initial_epoch: int = 0
    steps_per_epoch: int | None = None
    validation_steps: int | None = None
    validation_batch_size: int | None = None
    validation_freq: int = 1


def open_session(
    model: Any, x: Any, y: Any, options: FitOptions, listen: Collection[str]
) -> TrainingSession:
    """Return a training of a model, checked and ready to advance.

    Parameters
    ----------
    model : Model
        A compiled model.
    x, y : object
        As in `Model.fit`.
    options : FitOptions
        The rest of `Model.fit`'s arguments.
    listen : collection of str
        The kinds of events to return at.
    """
    size = batch_size_or_default(options.batch_size)
    for kind in listen:
        if kind not in EVENTS:
            raise ArgumentError(f"There is no event {kind!r}.", argument="listen", received=kind)
    epochs = limited_epochs(count(options.epochs, "epochs", 0))
    initial_epoch = count(options.initial_epoch, "initial_epoch", 0)
    validation_freq = count(options.validation_freq, "validation_freq")
    count_or_none(options.validation_steps, "validation_steps")
    callbacks = as_callbacks(options.callbacks)
    shuffle = checked(Flag(), options.shuffle, "shuffle")
    if is_stream(x):
        feeding, held = _stream_feeding(model, x, y, size, shuffle, options)
    else:
        feeding, held = _array_feeding(model, x, y, size, shuffle, options)
    stepper, state = model.prepare_training()
    plan = Plan(
        feeding=feeding(stepper, state.seed),
        epochs=epochs,
        initial_epoch=initial_epoch,
        steps_per_execution=model.trainer.compiled.steps_per_execution,
        validate=_validation(
            model,
            stepper,
            held,
            size,
            options,
            Audience(callbacks, "test"),
            lambda: Source(validation_seed(state.seed, state.step), 1 + state.step),
        ),
        validation_freq=validation_freq,
    )
    return TrainingSession(model, stepper, state, plan, callbacks, listen)


MakeFeeding = Callable[[Any, int], Feeding]
"""Puts the data on the device: takes the stepper and the training's seed."""


def _array_feeding(
    model: Any, x: Any, y: Any, size: int, shuffle: bool, options: FitOptions
) -> tuple[MakeFeeding, Any]:
    """Return how to feed arrays, and what is held out for validation."""
    model.build_for(x)
    losses = model.losses()
    feed = prepare.feed(model.graph, losses, x, y, options.sample_weight, options.class_weight)
    share = checked(Number(0.0, 1.0, open_high=True), options.validation_split, "validation_split")
    held = options.validation_data
    if share and held is None:
        feed, held = prepare.split(feed, share)
    steps = limited_steps(_steps(options.steps_per_epoch, -(-feed.rows // size)))

    def make(stepper: Any, seed: int) -> Feeding:
        order_seed = seed if shuffle else None
        if feed.is_sparse or not stepper.holds(feed.nbytes):
            rows = FeedRows(feed, size, order_seed)
            return StreamFeeding(stepper, rows, alone, None, size, steps)
        return ArrayFeeding(stepper, feed, size, steps, order_seed)

    return make, held


def _stream_feeding(
    model: Any, x: Any, y: Any, size: int, shuffle: bool, options: FitOptions
) -> tuple[MakeFeeding, Any]:
    """Return how to feed a stream, and what is held out for validation."""
    refuse_beside_stream(y=y, sample_weight=options.sample_weight)
    if options.validation_split:
        raise ArgumentError(
            "'validation_split' needs arrays: a stream cannot be cut.",
            argument="validation_split",
            received=options.validation_split,
            hint="Give 'validation_data' instead.",
        )
    steps = limited_steps(count_or_none(options.steps_per_epoch, "steps_per_epoch"))
    stream = as_stream(x, size, stream_seeds.next if shuffle else None)
    if not model.is_built:
        first, stream = with_first(stream)
        model.build_for(first[0])
    model.build_for(None)
    check = batch_check(model, options.class_weight)

    def make(stepper: Any, seed: int) -> Feeding:
        return StreamFeeding(stepper, stream, check, steps, size)

    return make, options.validation_data


def refuse_beside_stream(**given: Any) -> None:
    """Refuse arguments that cannot stand beside a stream as `x`.

    Parameters
    ----------
    **given
        The arguments by name; `None` for those that were left out.
    """
    for name, value in given.items():
        if value is not None:
            raise ArgumentError(
                f"'{name}' must be left out where 'x' gives batches: "
                "the batches themselves hold it.",
                argument=name,
                received=value,
            )


def _validation(
    model: Any,
    stepper: Any,
    held: Any,
    size: int,
    options: FitOptions,
    audience: Audience,
    source: Callable[[], Source],
) -> Any:
    """Return a function that evaluates on what is held out; `None` without."""
    if held is None:
        return None
    size = count_or_none(options.validation_batch_size, "validation_batch_size") or size
    steps = count_or_none(options.validation_steps, "validation_steps")
    if is_stream(held):
        return stream_scorer(model, stepper, held, size, steps, "validation_data", audience, source)
    feed = held if isinstance(held, ArrayFeed) else _validation_feed(model, model.losses(), held)
    return scorer(model, stepper, feed, size, steps, audience, source)


def refuse_unknown(arguments: Mapping[str, Any], function: Callable[..., Any], name: str) -> None:
    """Refuse arguments that a function does not have, with the nearest that it has.

    Parameters
    ----------
    arguments : mapping
        What was given by name.
    function : callable
        What says in its signature what there is.
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


def _validation_feed(model: Any, losses: Any, data: Any) -> ArrayFeed:
    if not isinstance(data, (list, tuple)) or len(data) not in (2, 3):
        raise ArgumentError(
            "'validation_data' must be (x, y) or (x, y, sample_weight), not "
            f"{show(data) if not isinstance(data, (list, tuple)) else f'{len(data)} values'}.",
            argument="validation_data",
        )
    try:
        return prepare.feed(model.graph, losses, *data)
    except RdeepError as error:
        raise error.inside("'validation_data'") from None


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


def as_callbacks(given: Any) -> list[Callback]:
    """Return callbacks as a list, or refuse what is none.

    Parameters
    ----------
    given : Callback or list of Callback, optional
        What came.
    """
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
