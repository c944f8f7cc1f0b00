"""Turn the arguments of `fit` into a session."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from rdeep.arrays.counter_random import validation_seed
from rdeep.catalogue.options import Flag, Number, checked
from rdeep.data.arrays import ArrayFeed, FeedRows, split
from rdeep.data.columns import Columns
from rdeep.data.streams import as_stream, is_stream, with_first
from rdeep.data.weights import by_class, refuse_weightless
from rdeep.engines.contract import Source, Stepper
from rdeep.errors import ArgumentError, RdeepError, called, named, show, suggestion, tuple_of
from rdeep.preprocessing.endless import refuse_endless
from rdeep.seeds import stream as stream_seeds
from rdeep.training.bad_steps import BadSteps
from rdeep.training.batch_sizes import (
    AUTO,
    batch_size_for,
    check_rows,
    count,
    count_or_none,
    training_batch_size,
)
from rdeep.training.callback_list import CallbackList
from rdeep.training.callbacks import BackupAndRestore, Callback
from rdeep.training.classes import ClassNames, warn_of_missing_classes
from rdeep.training.data_loader import ArrayLoader, DataLoader, StreamLoader, whole_batch
from rdeep.training.events import EVENTS
from rdeep.training.fingerprint import check_same, fingerprint
from rdeep.training.limits import limited_epochs, limited_steps
from rdeep.training.model import TrainedModel
from rdeep.training.resuming import Found, Recognised, find_state
from rdeep.training.scoring import (
    Score,
    batch_check,
    first_feed,
    refuse_class_weight,
    scorer,
    stream_scorer,
)
from rdeep.training.session import Plan, TrainingSession
from rdeep.training.unused import (
    warn_of_batch_size,
    warn_of_no_epochs,
    warn_of_too_few,
    warn_of_validation,
)
from rdeep.training.watching import watchers


@dataclass
class FitOptions:
    """What `Model.fit` is given beside data, under the names it has there."""

    batch_size: int | str | None = None
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
    resume: Any = None
    on_nan: str = "stop"


@dataclass
class ValidationSet:
    """What is validated on: data that was given, or rows that were cut from the end."""

    data: Any
    is_cut: bool = False
    trained_on: ArrayFeed | None = None
    class_names: ClassNames = None


def open_session(
    model: TrainedModel,
    x: object,
    y: object,
    options: FitOptions,
    listen: Collection[str],
    class_names: ClassNames = None,
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
    class_names : sequence, optional
        For each output the names of its classes, for messages.
    """
    for kind in listen:
        if kind not in EVENTS:
            raise ArgumentError(f"There is no event {kind!r}.", argument="listen", received=kind)
    epochs = limited_epochs(count(options.epochs, "epochs", 0))
    initial_epoch = count(options.initial_epoch, "initial_epoch", 0)
    count(options.validation_freq, "validation_freq")
    if options.resume is None:
        warn_of_no_epochs(epochs, initial_epoch)
    count_or_none(options.validation_steps, "validation_steps")
    callbacks = [*as_callbacks(options.callbacks), *watchers()]
    try:
        found = find_state(callbacks, options.resume)
        return _opened(model, x, y, options, listen, class_names, callbacks, found)
    except BaseException:
        for callback in callbacks:
            callback.let_go()
        raise


def _opened(
    model: TrainedModel,
    x: object,
    y: object,
    options: FitOptions,
    listen: Collection[str],
    class_names: ClassNames,
    callbacks: list[Callback],
    found: Found | None,
) -> TrainingSession:
    """Return a training; what it draws seeds for is drawn as it was where it was stopped."""
    if found is not None:
        stream_seeds.go_to(found.state.data["streams"]["began"])
    began = stream_seeds.position()
    initial_epoch = count(options.initial_epoch, "initial_epoch", 0)
    bad_steps = BadSteps(model, options.on_nan)
    shuffle = checked(Flag(), options.shuffle, "shuffle")
    columns = Columns(model.annotations)
    if is_stream(x):
        feeding, validation, size, first = _stream_feeding(model, x, y, shuffle, options, columns)
    else:
        feeding, validation, size, first = _array_feeding(model, x, y, shuffle, options, columns)
    validation.class_names = class_names
    if validation.data is not None and not is_stream(validation.data) and not validation.is_cut:
        validation.data = _validation_feed(model, validation.data, columns)
    seen = [feed for feed in (first, validation.data) if isinstance(feed, ArrayFeed)]
    if seen:
        model.look_at(seen)
    stepper, state = model.prepare_training(initial_epoch)
    if found is not None:
        state.seed = found.state.data["seed"]
    callback_list = CallbackList(callbacks, "test")
    plan = Plan(
        feeding=feeding(stepper, state.seed),
        epochs=limited_epochs(count(options.epochs, "epochs", 0)),
        initial_epoch=initial_epoch,
        steps_per_execution=model.trainer.compiled.steps_per_execution,
        validate=_validation(
            model,
            stepper,
            validation,
            size,
            options,
            callback_list,
            columns,
            lambda: Source(validation_seed(state.seed, state.step), 1 + state.step),
        ),
        validation_freq=count(options.validation_freq, "validation_freq"),
        bad_steps=bad_steps,
    )
    columns.keep_in(model.annotations)
    recognised = None
    if found is not None or any(isinstance(each, BackupAndRestore) for each in callbacks):
        feeds = {"the data": None if is_stream(x) else first, "validation": validation.data}
        said = fingerprint(model, plan.feeding, feeds, shuffle)
        if found is not None:
            check_same(found.state.data["fingerprint"], said, found.place, found.argument)
        recognised = Recognised(said, began)
    return TrainingSession(model, stepper, state, plan, callbacks, listen, found, recognised)


MakeFeeding = Callable[[Stepper, int], DataLoader]
"""Puts the data on the device: takes the stepper and the training's seed."""


def _array_feeding(
    model: TrainedModel, x: object, y: object, shuffle: bool, options: FitOptions, columns: Columns
) -> tuple[MakeFeeding, ValidationSet, int, ArrayFeed]:
    """Return how to feed arrays, what is held out, the batch size, and the data."""
    if model.trainer.phases is None:
        given, names = (x, y), model.graph.input_names if model.is_built else ()
        x = columns.arranged(x, "x", names)
        model.build_for(x)
        y = columns.arranged(y, "y", model.graph.output_names)
        columns.learn(given[0], "x", model.graph.input_names)
        columns.learn(given[1], "y", model.graph.output_names)
        batch_size_for(model, options.batch_size)
    else:
        refuse_class_weight(options.class_weight)
    feed = model.feed_of(x, y, options.sample_weight)
    share = checked(Number(0.0, 1.0, open_high=True), options.validation_split, "validation_split")
    validation = ValidationSet(options.validation_data)
    if share and validation.data is None:
        feed, validation.data = split(feed, share)
        validation.is_cut = True
        what = "What 'validation_split' sets aside"
        check_rows(model, validation.data.rows, "validation_split", what)
    validation.trained_on = feed
    check_rows(model, feed.rows)
    refuse_weightless(feed, "sample_weight")
    size = training_batch_size(model, options.batch_size, feed.rows)
    if options.class_weight is not None:
        # What is held out is scored as it is, as in Keras.
        feed = by_class(feed, model.graph, model.output_losses(), options.class_weight)
        refuse_weightless(feed, "class_weight")
    steps = limited_steps(steps_of(options.steps_per_epoch, -(-feed.rows // size)))

    def make(stepper: Stepper, seed: int) -> DataLoader:
        order_seed = seed if shuffle else None
        if feed.is_sparse or not stepper.holds(feed.nbytes):
            rows = FeedRows(feed, size, order_seed)
            return StreamLoader(stepper, rows, whole_batch, None, size, steps)
        may_halve = options.batch_size == AUTO
        return ArrayLoader(stepper, feed, size, steps, order_seed, may_halve)

    return make, validation, size, feed


def _stream_feeding(
    model: TrainedModel, x: object, y: object, shuffle: bool, options: FitOptions, columns: Columns
) -> tuple[MakeFeeding, ValidationSet, int, ArrayFeed | None]:
    """Return how to feed a stream, what is held out, the batch size, and a batch to look at."""
    refuse_beside_stream(y=y, sample_weight=options.sample_weight)
    if options.validation_split:
        raise ArgumentError(
            "'validation_split' needs arrays: a stream cannot be cut.",
            argument="validation_split",
            received=options.validation_split,
            hint="Give 'validation_data' instead.",
        )
    steps = limited_steps(count_or_none(options.steps_per_epoch, "steps_per_epoch"))
    refuse_endless(x, "x", "steps_per_epoch", steps)
    size = batch_size_for(model, options.batch_size)
    warn_of_batch_size(x, options.batch_size)
    stream = as_stream(x, size, stream_seeds.next if shuffle else None, in_order=not shuffle)
    if model.trainer.phases is not None:
        first, stream = with_first(stream)
        refuse_class_weight(options.class_weight)
        model.feed_of(*first)
    elif not model.is_built:
        first, stream = with_first(stream)
        model.build_for(columns.arranged(first[0], "x"))
    model.build_for(None)
    columns.learn_of(x, model.graph.input_names)
    check = batch_check(model, options.class_weight, columns, learning=True)
    feed, stream = first_feed(model, stream, check)

    def make(stepper: Stepper, seed: int) -> DataLoader:
        return StreamLoader(stepper, stream, check, steps, size)

    return make, ValidationSet(options.validation_data), size, feed


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
    model: TrainedModel,
    stepper: Stepper,
    validation: ValidationSet,
    size: int,
    options: FitOptions,
    callback_list: CallbackList,
    columns: Columns,
    source: Callable[[], Source],
) -> Score | None:
    """Return a function that evaluates on what is held out; `None` without."""
    if validation.data is None:
        warn_of_validation(options)
        return None
    asked = options.validation_batch_size
    size = size if asked is None else batch_size_for(model, asked, "validation_batch_size")
    steps = count_or_none(options.validation_steps, "validation_steps")
    data = validation.data
    if is_stream(data):
        refuse_endless(data, "validation_data", "validation_steps", steps)
        return stream_scorer(
            model, stepper, data, size, steps, "validation_data", callback_list, columns, source
        )
    warn_of_too_few(steps, -(-data.rows // size), "validation_steps")
    if validation.trained_on is not None:
        warn_of_missing_classes(
            model, validation.trained_on, data, validation.class_names, validation.is_cut
        )
    return scorer(model, stepper, data, size, steps, callback_list, source)


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
                f"{called(name)} has no argument {argument!r}.",
                argument=argument,
                hint=suggestion(argument, known),
            )


def validation_pair(data: object) -> tuple[Any, ...]:
    """Return what was given to validate on as a tuple of `x`, targets and perhaps weights.

    Parameters
    ----------
    data : object
        The value of `validation_data`.
    """
    if not isinstance(data, (list, tuple)) or len(data) not in (2, 3):
        raise ArgumentError(
            f"'validation_data' must be {tuple_of('x', 'y')} or "
            f"{tuple_of('x', 'y', 'sample_weight')}, not "
            f"{show(data) if not isinstance(data, (list, tuple)) else f'{len(data)} values'}.",
            argument="validation_data",
        )
    return tuple(data)


def _validation_feed(model: TrainedModel, data: object, columns: Columns) -> ArrayFeed:
    if model.trainer.phases is not None and not isinstance(data, (list, tuple)):
        data = (data, None)
    data = validation_pair(data)
    try:
        x, y = data[:2]
        if model.trainer.phases is None:
            x = columns.arranged(x, "x", model.graph.input_names)
            y = columns.arranged(y, "y", model.graph.output_names)
        feed = model.feed_of(x, y, *data[2:])
        check_rows(model, feed.rows)
        return feed
    except RdeepError as error:
        raise error.inside("'validation_data'") from None


def steps_of(wanted: int | None, available: int) -> int:
    """Return how many steps make an epoch, or refuse more than there are.

    Parameters
    ----------
    wanted : int or None
        How many were asked for; `None` for all.
    available : int
        How many batches there are.
    """
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
    several = isinstance(given, Iterable) and not isinstance(given, (str, Callback))
    callbacks = list(given) if several else [] if given is None else [given]
    for callback in callbacks:
        if not isinstance(callback, Callback):
            raise ArgumentError(
                f"'callbacks' must be callbacks, not {show(callback)}.",
                argument="callbacks",
                received=callback,
                hint=f"Make one with {called('EarlyStopping', 'callback')} and the like, or derive "
                f"a class from {named('Callback')}.",
            )
    return callbacks
