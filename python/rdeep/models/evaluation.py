"""The loss and the metrics of a model on data: methods of `Model`, written as functions of one."""

from __future__ import annotations

from typing import Any

from rdeep.data.streams import is_stream
from rdeep.engines import registry as backends
from rdeep.engines.contract import Stepper
from rdeep.engines.memory import DATA, within_memory
from rdeep.interrupts import interrupts
from rdeep.models import user_steps
from rdeep.models.evaluated import as_keras
from rdeep.models.interface import WholeModel
from rdeep.models.nonfinite import warn_of_values
from rdeep.models.own_loss import training_parts
from rdeep.preprocessing.endless import refuse_endless
from rdeep.training.batch_sizes import batch_size_for, check_rows, count_or_none
from rdeep.training.callback_list import CallbackList
from rdeep.training.driving import shown_logs, verbosity
from rdeep.training.fitting import as_callbacks, refuse_beside_stream
from rdeep.training.hosted import Handed
from rdeep.training.scoring import scorer, stream_scorer
from rdeep.training.unused import warn_of_batch_size, warn_of_too_few
from rdeep.training.user_fitting import user_evaluation


@interrupts.held()
@within_memory("The data does", DATA)
def evaluate(
    model: WholeModel,
    /,
    x: object,
    y: object = None,
    batch_size: int | str | None = None,
    verbose: object = "auto",
    sample_weight: object = None,
    steps: int | None = None,
    callbacks: object = None,
    return_dict: bool = False,
) -> Any:
    """Return the loss and the metrics on data.

    Parameters
    ----------
    x, y : array, list or dict of arrays
        The data and the targets; `x` may be a stream, as for `fit`.
    batch_size : int or "auto", optional
        Rows in a batch, 32 by default; more are computed together where memory allows and the
        result is the same.
    verbose : {"auto", 0, 1, 2}
        Whether to print what came out; `"auto"` does not.
    sample_weight : array, optional
        A weight for each sample.
    steps : int, optional
        How many batches to look at; by default all.
    callbacks : Callback or list of Callback, optional
        What happens beside it. One that listens to batches has them computed one by one.
    return_dict : bool
        Whether to return a dict.

    Returns
    -------
    float, list or dict
        The loss, or a list of it and the metrics, as Keras returns them; with `return_dict` a
        dict. The number and the list answer to names as well: `scores["loss"]`.

    Examples
    --------
    >>> import numpy as np
    >>> from rdeep import Sequential
    >>> from rdeep.layers import Dense
    >>> model = Sequential([Dense(1, kernel_initializer="zeros")], input_shape=(2,))
    >>> model.compile("sgd", "mse", metrics=["mae"])
    >>> model.evaluate(np.ones((4, 2)), np.ones(4))
    [1.0, 1.0]
    >>> model.evaluate(np.ones((4, 2)), np.ones(4), return_dict=True)
    {'loss': 1.0, 'mae': 1.0}
    """
    level = 0 if verbose == "auto" else verbosity(verbose)
    callback_list = CallbackList(as_callbacks(callbacks), "test")
    steps = count_or_none(steps, "steps")
    if user_steps.measures_itself(model):
        found = _by_test_step(model, (x, y, sample_weight), batch_size, steps, callback_list)
        if isinstance(found, Handed):
            return found
        if level:
            print(shown_logs(found))
        return as_keras(found, return_dict)
    if is_stream(x):
        refuse_beside_stream(y=y, sample_weight=sample_weight)
        refuse_endless(x, "x", "steps", steps)
        model.build_for(None)
        inputs = None
        size = batch_size_for(model, batch_size)
        warn_of_batch_size(x, batch_size)
        score = stream_scorer(
            model, None, x, size, steps, "x", callback_list, source=model.draws_from
        )
    else:
        if model.trainer.phases is None:
            x = model.arranged(x)
            model.build_for(x)
            y = model.arranged(y, "y")
        feed = model.feed_of(x, y, sample_weight)
        size = batch_size_for(model, batch_size)
        check_rows(model, feed.rows)
        inputs = feed.inputs if model.trainer.phases is None else None
        warn_of_too_few(steps, -(-feed.rows // size))
        model.look_at([feed])
        score = scorer(
            model, model.ready_stepper(), feed, size, steps, callback_list, model.draws_from
        )
    callback_list.set_model(model, {"steps": steps})
    callback_list.begin()
    values = dict(score())
    callback_list.end(values)
    warn_of_values(model, inputs, values)
    if level:
        print(shown_logs(values))
    return as_keras(values, return_dict)


def _by_test_step(
    model: Any, data: tuple[Any, ...], batch_size: Any, limit: int | None, callbacks: CallbackList
) -> Any:
    """Return the logs of the model's own test step."""
    size = batch_size_for(model, batch_size)
    if is_stream(data[0]):
        refuse_endless(data[0], "x", "steps", limit)
        warn_of_batch_size(data[0], batch_size)
    steps = user_steps.user_steps(model)
    score = user_evaluation(steps, data, size, limit, callbacks)
    callbacks.set_model(model, {"steps": limit})
    callbacks.begin()
    found = score()
    if isinstance(found, Handed):
        # A host program runs the steps.
        return found
    values = dict(found)
    callbacks.end(values)
    warn_of_values(model, None, values)
    return values


def ready_stepper(model: WholeModel, /) -> Stepper:
    """Return what runs steps."""
    _, network = training_parts(model)
    return model.trainer.stepper(backends.load(model.backend), network, model.graph)
