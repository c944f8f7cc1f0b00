"""How a model is compiled and trained: methods of `Model`, written as functions of one."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np

from rdeep.catalogue.losses import Loss
from rdeep.catalogue.optimizers import BaseOptimizer
from rdeep.catalogue.options import Flag, checked
from rdeep.catalogue.schedules import Schedule
from rdeep.data.streams import is_stream
from rdeep.engines import registry as backends
from rdeep.engines.contract import Stepper, TrainState
from rdeep.engines.memory import DATA, within_memory
from rdeep.errors import RdeepWarning, StateError, Wording, worded
from rdeep.interrupts import interrupts
from rdeep.models import own_loss, user_steps
from rdeep.models.frozen import warn_of_changed_flags, warn_of_nothing_to_train
from rdeep.models.interface import WholeModel
from rdeep.seeds import stream
from rdeep.training.driving import drive, verbosity
from rdeep.training.finder import RateSearch, search
from rdeep.training.fitting import FitOptions, open_session, refuse_unknown
from rdeep.training.history import History
from rdeep.training.last import LastTraining, next_seed
from rdeep.training.phases import Phase, check_phases, check_precision, not_compiled
from rdeep.training.session import TrainingSession
from rdeep.training.trainer import Trainer
from rdeep.training.user_fitting import open_user_session
from rdeep.training.user_steps import UserStepper


def compile(
    model: WholeModel,
    /,
    optimizer: str | BaseOptimizer = "rmsprop",
    loss: object = None,
    metrics: object = None,
    loss_weights: object = None,
    weighted_metrics: object = None,
    steps_per_execution: int = 1,
    jit_compile: bool | str = "auto",
    dtype_policy: str | None = None,
    phases: Sequence[Phase] | None = None,
    run_eagerly: bool = False,
) -> None:
    """Say how to train.

    Parameters
    ----------
    optimizer : str or Optimizer
        The optimizer.
    loss : str, Loss, list or dict
        The loss; several outputs take a list or a dict by output name.
    metrics, weighted_metrics : list, dict or str, optional
        What to report; the weighted ones count sample weights.
    loss_weights : float, list or dict, optional
        What each output's loss is multiplied by.
    steps_per_execution : int
        The fewest steps to run before callbacks and progress are looked after; compiled steps
        on torch are also unrolled so many times into one call.
    jit_compile : bool or {"auto"}
        Whether to compile the steps of training. `"auto"` does so on TensorFlow, by XLA, where
        the network is dense or recurrent, on a CPU, and trained for long enough to win back
        the seconds that it takes; on torch it does not.
    dtype_policy : {"float32", "mixed_bfloat16", "mixed_float16"}, optional
        The type that layers compute in; weights are float32 in each. By default what
        `rdeep.precision.set_dtype_policy` said, `"float32"` at first.
    phases : list of Phase, optional
        What takes turns in each batch, each with a loss, weights and an optimizer of its own, in
        the place of `optimizer`, `loss` and `metrics`: see `rdeep.Phase`. The losses say what data
        `fit` is given.
    run_eagerly : bool
        Whether a `train_step` of your own is called for each batch on TensorFlow too, where it
        becomes a graph otherwise. The steps of rdeep itself do not depend on it.

    Raises
    ------
    ArgumentError
        If a name or a value is unknown.
    """
    if phases is not None:
        given: dict[str, Any] = {"loss": loss, "metrics": metrics, "loss_weights": loss_weights}
        given["weighted_metrics"] = weighted_metrics
        beside = [name for name, value in given.items() if value is not None]
        phases = check_phases(phases, beside if optimizer == "rmsprop" else ["optimizer"])
    trainer = Trainer(
        optimizer,
        loss,
        metrics,
        loss_weights,
        weighted_metrics,
        steps_per_execution,
        jit_compile,
        dtype_policy,
        phases,
    )
    if phases is not None:
        check_precision(phases, trainer.compiled.policy)
        if (doubt := not_compiled(model.backend, trainer.compiled.jit)) is not None:
            warnings.warn(RdeepWarning(doubt), stacklevel=3)
    trainer.compiled.own_loss = own_loss.own(model, "compute_loss") is not None
    trainer.compiled.computes = (
        trainer.compiled.own_loss or own_loss.own(model, "compute_metrics") is not None
    )
    trainer.compiled.run_eagerly = checked(Flag(), run_eagerly, "run_eagerly")
    if model.is_built and "train_step" not in user_steps.own_steps(model):
        trainer.check(model.graph)
    model._trainer = trainer
    model._settle()
    if model.is_built and model.graph.weights():
        warn_of_nothing_to_train(model._built())


def follow(model: WholeModel, /, schedule: Schedule | None) -> None:
    """Have the learning rate follow a schedule from here on.

    Parameters
    ----------
    schedule : Schedule or None
        The schedule, its step 0 being the next; `None` for what the model was compiled with.
    """
    model.trainer.follow(schedule)


def keeps_average(model: WholeModel, /) -> bool:
    """Return whether an optimizer keeps a moving average of weights."""
    return model.trainer.keeps_average


def swap_average(model: WholeModel, /) -> None:
    """Exchange the weights and the moving average that the optimizer keeps of them."""
    session = model._session
    if session is not None and isinstance(session.stepper, UserStepper):
        session.stepper.swap_average(session.state)
    else:
        model.trainer.swap_average()


def output_losses(model: WholeModel, /) -> list[Loss]:
    """Return the loss of each output."""
    return model.trainer.losses(model.graph)


def log_directions(model: WholeModel, /) -> dict[str, str | None]:
    """Return which is better of each log, the smallest (`"min"`) or the largest (`"max"`).

    `None` is for metrics of which nobody has said it. Validation's logs are not listed: they
    are those of training, after `val_`.
    """
    if "train_step" in user_steps.own_steps(model):
        return user_steps.directions(model)
    return model.trainer.directions(model.graph)


def prepare_training(model: WholeModel, /, initial_epoch: int = 0) -> tuple[Stepper, TrainState]:
    """Return what runs steps, and a state that goes on from an earlier training.

    Parameters
    ----------
    initial_epoch : int
        The epoch to begin with, from 0: where the last training ended, it is the same training.
    """
    model.stop_training = False
    backend = backends.load(model.backend)
    model.trainer.check_memory(model.graph)
    parameters, network = own_loss.training_parts(model)
    parameters.take_ownership()
    trainer, drawn = model.trainer, stream.next()
    seed = next_seed(trainer.last, drawn, initial_epoch, stream.chosen, trainer.steps_taken)
    begun = model.trainer.begin(backend, network, model.graph, seed)
    parameters.training = True
    return begun


@within_memory("The data does", DATA)
def session(
    model: WholeModel,
    /,
    x: Any,
    y: Any = None,
    *,
    listen: Collection[str] = (),
    class_names: Any = None,
    **options: Any,
) -> TrainingSession:
    """Return a training that is asked to advance, event by event.

    Parameters
    ----------
    x, y : object
        As in `fit`.
    listen : collection of str
        The kinds of events to return at, of `rdeep.training.session.EVENTS`.
    class_names : sequence, optional
        For each output the names of its classes, for messages.
    **options
        As in `fit`.
    """
    refuse_unknown(options, FitOptions, "fit")
    me = threading.get_ident()
    if vars(model).setdefault("_opening", me) != me:
        raise _trained_elsewhere()
    try:
        _close_session(model, me)
        own = user_steps.own_steps(model)
        held_out = options.get("validation_data") is not None or options.get("validation_split")
        # What is held out is measured by the model's own test step, in a training by steps.
        if "train_step" in own or ("test_step" in own and held_out):
            model._session = _user_session(model, x, y, FitOptions(**options), listen)
            return model._session
        model.trainer.targets_said.clear()
        model._session = open_session(model, x, y, FitOptions(**options), listen, class_names)
    finally:
        vars(model).pop("_opening", None)
    warn_of_nothing_to_train(model._built())
    warn_of_changed_flags(model.trainer, model.graph)
    return model._session


def _user_session(
    model: Any, x: Any, y: Any, options: FitOptions, listen: Collection[str]
) -> TrainingSession:
    """Return a training by the model's own steps."""
    _ = model.trainer
    user_steps.build_before_steps(model, x)
    steps = user_steps.user_steps(model)
    session = open_user_session(model, steps, x, y, options, listen)
    model.trainer.count_by(session.state)
    return session


def _close_session(model: WholeModel, thread: int) -> None:
    """End a training that was left unfinished, unless another thread is at it."""
    session = model._session
    if session is None or session.done:
        return
    if session.thread != thread and any(t.ident == session.thread for t in threading.enumerate()):
        raise _trained_elsewhere()
    session.close()


def _trained_elsewhere() -> StateError:
    return StateError(
        "The model is being trained by another thread.",
        hint="Wait for it to end, or train a copy of the model.",
    )


def training_ended(model: WholeModel, /, history: History, seed: int) -> None:
    """Take the history of a training that has ended, and the seed that it drew from."""
    if history.epoch:
        model.trainer.last = LastTraining(seed, history.epoch[-1] + 1, stream.chosen)
    model.history = history
    model._session = None
    model.trainer.count_by(None)
    if not model.is_built:
        return
    parameters, _ = own_loss.training_parts(model)
    parameters.training = False
    parameters.changes += 1


def structure(model: WholeModel, /) -> dict[str, Any]:
    """Return the layers as plain data."""
    return model._structure()


def network_states(model: WholeModel, /) -> dict[str, np.ndarray]:
    """Return the states that layers keep between batches, by name."""
    return model.network.get_states()


def set_network_states(model: WholeModel, /, states: Mapping[str, np.ndarray]) -> None:
    """Set the states that layers keep: those that are not given are zeros.

    Parameters
    ----------
    states : mapping of str to numpy.ndarray
        What `network_states` returned.
    """
    model.network.set_states(states)


def drawn_so_far(model: WholeModel, /) -> int:
    """Return how many predictions have drawn random numbers, since the seed was chosen."""
    start, calls = model._drawn
    return calls + 1 if start == stream.starts else 0


def draw_on_from(model: WholeModel, /, count: int) -> None:
    """Have predictions draw as if there had been so many before.

    Parameters
    ----------
    count : int
        What `drawn_so_far` returned.
    """
    model._drawn = (stream.starts, count - 1)


@interrupts.held()
def fit(
    model: WholeModel, /, x: object, y: object = None, *, verbose: object = "auto", **arguments: Any
) -> History:
    """Train.

    Parameters
    ----------
    x : array, list or dict of arrays, or a stream
        The data, a sample in each row. A stream gives batches `(x, y)` or
        `(x, y, sample_weight)`: any iterable of them, a function that returns one, a torch
        `Dataset` or `DataLoader`, or what `rdeep.datasets` makes of files. It is read by a
        thread of its own, a few megabytes ahead.
    y : array, list or dict of arrays
        The targets; left out with a stream.
    verbose : {"auto", 0, 1, 2}
        0 for silence, 1 for a line that is rewritten, 2 for a line an epoch.
    **arguments
        `batch_size` (32; with `"auto"` the largest power of two from 32 to 1024 of which an epoch
        has 50 steps, as far as a step takes an eighth of the memory there is, and half of it
        from a step on that does not fit), `epochs` (1), `callbacks`, `validation_split` (0:
        the share of the last samples to validate on), `validation_data` as `(x, y)`, `(x,
        y, sample_weight)` or a stream, `shuffle` (True), `class_weight` as a dict by class
        number, or for several outputs a dict of such by the output's name, `sample_weight`,
        `initial_epoch` (0), `steps_per_epoch`, `validation_steps`, `validation_batch_size`,
        `validation_freq` (1). With `steps_per_epoch`, a stream goes on in each epoch where
        the last one ended. `resume` is the folder of a `BackupAndRestore` (or a file in
        it): training goes on from the state there, bit by bit as if it had never stopped.
        Model, data and callbacks must be those of that training; the history is that of all
        its epochs. A model that was trained draws on from the seed of that training, in any
        process: with `initial_epoch` where the last training ended, what comes out is what
        one training of all the epochs would have given. `set_random_seed` after it has the
        next one draw anew. `on_nan` (`"stop"`) says what to do about a step whose loss, or
        what it would make of the weights, is NaN or infinite: with `"stop"` training ends
        before that step, and with `"skip"` the step is left out. The weights are then what
        the other steps gave, and a `NumbersWarning` says which rows the batch was made of,
        which layer gave the first such value, and what to try. With `"ignore"` nothing is
        looked at.

    Returns
    -------
    History
        The logs of each epoch.

    Raises
    ------
    KeyboardInterrupt
        After an interrupt (Ctrl-C), which ends training after the step under way: weights and
        `history` of the model are those of what was trained. A second one within two seconds is
        raised wherever training is.
    DataError, ShapeError, ArgumentError, StateError
        If the data does not fit the model, or the model is not compiled.

    Examples
    --------
    >>> import numpy as np
    >>> from rdeep import Sequential
    >>> from rdeep.layers import Dense
    >>> model = Sequential([Dense(1)], input_shape=(2,))
    >>> model.compile("sgd", "mse")
    >>> x = np.ones((8, 2)); y = np.zeros(8)
    >>> history = model.fit(x, y, epochs=2, verbose=0)
    >>> len(history.history["loss"])
    2
    >>> history = model.fit(iter([(x, y), (x, y)]), verbose=0)
    """
    level = verbosity(verbose)
    refuse_unknown(arguments, FitOptions, "fit")
    listen = ((), ("epoch_end", "tick"), ("epoch_end",))[level]
    return drive(model.session(x, y, listen=listen, **arguments), level)


@interrupts.held()
def lr_finder(
    model: WholeModel,
    /,
    x: object,
    y: object = None,
    start_lr: float = 1e-6,
    end_lr: float = 1.0,
    steps: int = 100,
    **options: Any,
) -> RateSearch:
    """Try learning rates from tiny to too large, on a copy of the model.

    Parameters
    ----------
    x, y : object
        The data, as for `fit`.
    start_lr, end_lr : float
        The first and the last rate.
    steps : int
        How many batches to try rates on; it ends early where the loss climbs.
    **options
        `batch_size`, `sample_weight` and other arguments of `fit`.

    Returns
    -------
    RateSearch
        `rates`, `losses`, the `smoothed` losses, and the rate at which these fall fastest as
        `suggestion`.

    Examples
    --------
    >>> import numpy as np
    >>> from rdeep import Sequential
    >>> from rdeep.layers import Dense
    >>> model = Sequential([Dense(1)], input_shape=(2,))
    >>> model.compile("sgd", "mse")
    >>> x = np.random.default_rng(1).normal(size=(64, 2))
    >>> found = model.lr_finder(x, x.sum(1), steps=20, batch_size=8)
    >>> len(found.rates) == len(found.losses)
    True
    """
    refuse_unknown(options, FitOptions, "lr_finder")
    model.build_for(None if is_stream(x) else x)
    return search(model.copy(), x, y, start_lr, end_lr, steps, **options)


def say(model: WholeModel, /, message: str | Wording) -> None:
    """Pass on what a callback has to say: with the next event, or printed."""
    if model._session is None:
        print(message)
    else:
        model.messages.append(worded(message))


def take_messages(model: WholeModel, /) -> list[Wording]:
    """Return what was said since the last call."""
    messages, model.messages = model.messages, []
    return messages
