"""Trainings, evaluations and predictions by steps that a user wrote.

As `rdeep.training.fitting`, `scoring` and `predicting`, but for data of any structure, of which
nobody but the step knows what it is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import numpy as np

from rdeep.catalogue.options import Flag, Number, checked
from rdeep.data.arrays import ArrayFeed, first_rows, split
from rdeep.data.streams import as_stream, is_stream, with_first
from rdeep.engines.contract import TrainState
from rdeep.errors import ArgumentError, DataError, called
from rdeep.interrupts import interrupts
from rdeep.preprocessing.endless import refuse_endless
from rdeep.seeds import stream as stream_seeds
from rdeep.training.batch_sizes import (
    AUTO,
    batch_size_for,
    count,
    count_or_none,
    training_batch_size,
)
from rdeep.training.callback_list import CallbackList
from rdeep.training.callbacks import BackupAndRestore
from rdeep.training.data_loader import ArrayLoader, DataLoader, StreamLoader
from rdeep.training.fitting import (
    FitOptions,
    ValidationSet,
    as_callbacks,
    refuse_beside_stream,
    steps_of,
    validation_pair,
)
from rdeep.training.hosted import (
    HandedEvaluation,
    HandedPrediction,
    HostedSession,
    joined_outputs,
    outputs_of,
)
from rdeep.training.limits import limited_epochs, limited_steps
from rdeep.training.session import Plan, TrainingSession
from rdeep.training.unused import (
    warn_of_batch_size,
    warn_of_no_epochs,
    warn_of_too_few,
    warn_of_validation,
)
from rdeep.training.user_steps import Structure, UserBadSteps, UserStepper, UserSteps
from rdeep.training.watching import watchers


def open_user_session(
    model: Any,
    steps: UserSteps,
    x: object,
    y: object,
    options: FitOptions,
    listen: Collection[str],
) -> TrainingSession:
    """Return a training by a step of the user's, checked and ready to advance.

    Parameters
    ----------
    model : Model
        A compiled model.
    steps : UserSteps
        Its steps.
    x, y : object
        As in `Model.fit`.
    options : FitOptions
        The rest of `Model.fit`'s arguments.
    listen : collection of str
        The kinds of events to return at.
    """
    epochs = limited_epochs(count(options.epochs, "epochs", 0))
    initial_epoch = count(options.initial_epoch, "initial_epoch", 0)
    callbacks = [*as_callbacks(options.callbacks), *watchers()]
    if options.resume is not None or any(isinstance(c, BackupAndRestore) for c in callbacks):
        raise ArgumentError(
            "A training by a train_step() of your own cannot be resumed: nobody but the step "
            "knows what belongs to its state.",
            argument="callbacks" if options.resume is None else "resume",
            hint=f"Save the model by {called('ModelCheckpoint', 'callback')}, and its weights.",
        )
    warn_of_no_epochs(epochs, initial_epoch)
    bad_steps = UserBadSteps(model, options.on_nan)
    structure = Structure(options.class_weight)
    stepper = UserStepper(steps, structure)
    shuffle = checked(Flag(), options.shuffle, "shuffle")
    feeding = _stream_loader if is_stream(x) else _array_loader
    make, validation, size = feeding(model, stepper, x, y, shuffle, options)
    callback_list = CallbackList(callbacks, "test")
    score = _validation(model, steps, structure, validation, size, options, callback_list)
    state: TrainState = model.prepare_user_training(stepper, initial_epoch)
    plan = Plan(
        feeding=make(state.seed),
        epochs=epochs,
        initial_epoch=initial_epoch,
        steps_per_execution=model.trainer.compiled.steps_per_execution,
        validate=score,
        validation_freq=count(options.validation_freq, "validation_freq"),
        bad_steps=bad_steps,
    )
    session = HostedSession if steps.hosted else TrainingSession
    return session(model, stepper, state, plan, callbacks, listen)


def _array_loader(
    model: Any, stepper: UserStepper, x: object, y: object, shuffle: bool, options: FitOptions
) -> tuple[Any, ValidationSet, int]:
    feed = stepper.structure.feed((x, y, options.sample_weight))
    share = checked(Number(0.0, 1.0, open_high=True), options.validation_split, "validation_split")
    validation = ValidationSet(options.validation_data)
    if share and validation.data is None:
        feed, held = split(feed, share)
        validation = ValidationSet(held, is_cut=True)
    size = _batch_size(model, options.batch_size, feed)
    steps = limited_steps(steps_of(options.steps_per_epoch, -(-feed.rows // size)))

    def make(seed: int) -> DataLoader:
        return ArrayLoader(stepper, feed, size, steps, seed if shuffle else None)

    return make, validation, size


def _batch_size(model: Any, asked: object, feed: ArrayFeed) -> int:
    if asked != AUTO or model.is_built:
        return training_batch_size(model, asked, feed.rows)
    raise ArgumentError(
        "'batch_size' cannot be 'auto' for a model without call(): nobody knows what a step "
        "takes of memory.",
        argument="batch_size",
        received=asked,
        hint="Give a number.",
    )


def _stream_loader(
    model: Any, stepper: UserStepper, x: object, y: object, shuffle: bool, options: FitOptions
) -> tuple[Any, ValidationSet, int]:
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
    first, stream = with_first(stream)
    stepper.structure.feed(first)

    def make(seed: int) -> DataLoader:
        return StreamLoader(stepper, stream, stepper.structure.feed, steps, size)

    return make, ValidationSet(options.validation_data), size


def _validation(
    model: Any,
    steps: UserSteps,
    structure: Structure,
    validation: ValidationSet,
    size: int,
    options: FitOptions,
    callback_list: CallbackList,
) -> Callable[[], Any] | None:
    if validation.data is None:
        warn_of_validation(options)
        return None
    asked = options.validation_batch_size
    size = size if asked is None else batch_size_for(model, asked, "validation_batch_size")
    limit = count_or_none(options.validation_steps, "validation_steps")
    data = validation.data
    if validation.is_cut:
        own = UserStepper(steps, structure)
        return user_scorer(own, data, size, limit, callback_list, "validation_split")
    if is_stream(data):
        refuse_endless(data, "validation_data", "validation_steps", limit)
    given = (data,) if is_stream(data) else validation_pair(data)
    return user_evaluation(steps, given, size, limit, callback_list, "validation_data")


def user_scorer(
    stepper: UserStepper,
    data: Any,
    size: int,
    limit: int | None,
    callback_list: CallbackList,
    argument: str = "x",
) -> Callable[[], Any]:
    """Return a function that measures data by the user's test step, batch by batch.

    Parameters
    ----------
    stepper : UserStepper
        What runs the steps.
    data : ArrayFeed or stream
        The data.
    size : int
        Rows in a batch.
    limit : int or None
        How many batches to look at; all if `None`.
    callback_list : CallbackList
        The callbacks.
    argument : str
        The argument that the data came as, for messages.

    Returns
    -------
    callable
        Returns the logs; or what a host program exchanges them by, if it runs the step.
    """
    listening = callback_list if callback_list.listens_to_batches else None
    loader = _pass_over(stepper, data, size, limit, argument)
    if "test_step" in stepper.steps.hosted:
        return lambda: HandedEvaluation(stepper, loader(), callback_list, argument)

    def score() -> dict[str, Any]:
        sums, batch = stepper.new_sums(), 0
        feeding = loader()
        feeding.begin(0)
        try:
            while (taken := feeding.take(1 if listening is not None else 1 << 30)) is not None:
                if listening is not None:
                    listening.batch_begins(batch)
                stepper.score(sums, *taken)
                if listening is not None:
                    listening.batch_ends(batch, dict(stepper.read(sums)))
                batch += taken[2]
        finally:
            feeding.close()
        if not batch:
            raise DataError(f"'{argument}' gives no batch at all.", argument=argument)
        return dict(stepper.read(sums))

    return score


def _pass_over(
    stepper: UserStepper, data: Any, size: int, limit: int | None, argument: str
) -> Callable[[], DataLoader]:
    """Return a function that returns a loader for a pass over data, in its order."""
    if isinstance(data, ArrayFeed):
        if limit is not None:
            data = first_rows(data, limit * size)
        return lambda: ArrayLoader(stepper, data, size, None, None)
    stream = as_stream(data, size, in_order=True)

    def feed(batch: tuple[Any, ...]) -> ArrayFeed:
        return stepper.structure.feed(batch, argument)

    return lambda: StreamLoader(stepper, stream, feed, None, size, limit)


def user_evaluation(
    steps: UserSteps,
    data: tuple[Any, ...],
    size: int,
    limit: int | None,
    callback_list: CallbackList,
    argument: str = "x",
) -> Callable[[], Any]:
    """Return a function that measures data that a user gave.

    Parameters
    ----------
    steps : UserSteps
        The steps.
    data : tuple
        `x`, targets and weights; or a stream alone.
    size : int
        Rows in a batch.
    limit : int or None
        How many batches to look at; all if `None`.
    callback_list : CallbackList
        The callbacks.
    argument : str
        The argument that the data came as, for messages.
    """
    stepper = UserStepper(steps, Structure())
    given: Any = data[0]
    if is_stream(given):
        refuse_beside_stream(y=(*data, None)[1])
    else:
        given = stepper.structure.feed(data, argument)
        warn_of_too_few(limit, -(-given.rows // size))
    return user_scorer(stepper, given, size, limit, callback_list, argument)


def user_prediction(
    steps: UserSteps, x: Any, size: int, limit: int | None, callback_list: CallbackList
) -> Any:
    """Return the outputs of the user's prediction step for all batches, one after the other.

    Parameters
    ----------
    steps : UserSteps
        The steps.
    x : object
        The data, or a stream.
    size : int
        Rows in a batch.
    limit : int or None
        How many batches to predict; all if `None`.
    callback_list : CallbackList
        The callbacks.

    Returns
    -------
    object
        The outputs; or what a host program exchanges them by, if it runs the step.

    Raises
    ------
    DataError
        If the data gives no batch, or the step returns no tensors.
    """
    stepper = UserStepper(steps, Structure())
    data: Any = x if is_stream(x) else stepper.structure.feed((x,))
    feeding = _pass_over(stepper, data, size, limit, "x")()
    if "predict_step" in steps.hosted:
        return HandedPrediction(stepper, feeding, callback_list)
    feeding.begin(0)
    parts: list[list[np.ndarray]] = []
    form: Any = None
    try:
        while (taken := feeding.take(1)) is not None:
            callback_list.batch_begins(len(parts))
            batches, index, _ = taken
            with steps.runner.running(False, steps.model.step_flops() * size):
                tensors = steps.runner.tensors(batches, index)
                form = steps.predict(stepper.structure.template, tensors)
            parts.append(outputs_of(stepper, form))
            callback_list.batch_ends(len(parts) - 1, {"outputs": parts[-1]})
            interrupts.check()
    finally:
        feeding.close()
    return joined_outputs(form, parts)
