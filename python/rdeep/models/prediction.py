"""A model's outputs for data: methods of `Model`, written as functions of one."""

from __future__ import annotations

from typing import Any

from rdeep.data import prepare
from rdeep.data.arrays import dense_rows
from rdeep.data.streams import is_stream
from rdeep.engines.contract import Source
from rdeep.engines.memory import DATA, within_memory
from rdeep.interrupts import interrupts
from rdeep.models import user_steps
from rdeep.models.interface import WholeModel
from rdeep.models.nonfinite import warn_of_outputs
from rdeep.models.open_sizes import open_for
from rdeep.preprocessing.endless import refuse_endless
from rdeep.seeds import stream
from rdeep.training.batch_sizes import batch_size_for, check_rows, count, count_or_none
from rdeep.training.callback_list import CallbackList
from rdeep.training.driving import verbosity
from rdeep.training.fitting import as_callbacks
from rdeep.training.hosted import Handed
from rdeep.training.model import GraphModel
from rdeep.training.predicting import predict_each, predict_stream
from rdeep.training.unused import warn_of_too_few
from rdeep.training.user_fitting import user_prediction


@within_memory("The data does", DATA)
def predict(
    model: WholeModel,
    /,
    x: object,
    batch_size: int | str | None = None,
    verbose: object = "auto",
    steps: int | None = None,
    callbacks: object = None,
) -> Any:
    """Return the outputs for data.

    Where the network draws random numbers, by `rdeep.random` or a layer that is called with
    `training=True`, each call draws others; `set_random_seed` makes them repeatable, and a
    layer with a seed of its own draws the same each time.

    Parameters
    ----------
    x : array, list or dict of arrays
        The data; or a stream, as for `fit`, of which only the inputs count.
    batch_size : int or "auto", optional
        A bound on memory: at least so many rows are computed together, and fewer only where
        memory does not suffice.
    verbose : {"auto", 0, 1, 2}
        Without effect: nothing is printed.
    steps : int, optional
        How many batches to predict; by default all.
    callbacks : Callback or list of Callback, optional
        What happens beside it. One that listens to batches has them computed one by one.

    Returns
    -------
    numpy.ndarray or list of numpy.ndarray
        float32, a row for each sample; a list if there are several outputs, and a dict if the
        model was made with a dict of outputs.
    """
    verbosity(verbose)
    # Holding signals would take as long as a row.
    if getattr(x, "shape", (None,))[0] == 1:
        return _predict(model, x, batch_size, steps, callbacks)
    with interrupts.held():
        return _predict(model, x, batch_size, steps, callbacks)


def _predict(
    model: WholeModel, x: object, batch_size: int | str | None, steps: int | None, callbacks: object
) -> Any:
    steps = count_or_none(steps, "steps")
    callback_list = CallbackList(as_callbacks(callbacks), "predict")
    callback_list.set_model(model, {"steps": steps})
    callback_list.begin()
    if user_steps.predicts_itself(model):
        return _by_predict_step(model, x, batch_size, steps, callback_list)
    if is_stream(x):
        refuse_endless(x, "x", "steps", steps)
        inputs, outputs = None, predict_stream(model, x, batch_size, steps, callback_list)
    else:
        inputs = model.inputs_of(x)
        size = batch_size_for(model, batch_size)
        check_rows(model, len(inputs[0]))
        warn_of_too_few(steps, -(-len(inputs[0]) // size))
        if steps is not None:
            inputs = [x[: steps * size] for x in inputs]
        if callback_list.listens_to_batches:
            cuts = range(0, len(inputs[0]), size)
            parts = ([dense_rows(x, slice(at, at + size)) for x in inputs] for at in cuts)
            outputs = predict_each(model, parts, size, callback_list)
        else:
            outputs = model.network.predict(inputs, size, model.draws_from())
    callback_list.end({})
    warn_of_outputs(model, inputs, outputs)
    return by_keys(model, outputs)


def by_keys(model: GraphModel, outputs: Any) -> Any:
    """Return a model's outputs as they were given: one, a list of them, or a dict.

    Parameters
    ----------
    model : Model
        The model.
    outputs : list
        The outputs.
    """
    return model.graph.nested_outputs(outputs)


def _by_predict_step(
    model: Any, x: Any, batch_size: int | str | None, limit: int | None, callbacks: CallbackList
) -> Any:
    """Return what the model's own prediction step returns."""
    size = batch_size_for(model, batch_size)
    if is_stream(x):
        refuse_endless(x, "x", "steps", limit)
    steps = user_steps.user_steps(model)
    outputs = user_prediction(steps, x, size, limit, callbacks)
    if not isinstance(outputs, Handed):
        callbacks.end({})
    return outputs


def sample(
    model: WholeModel, /, x: object, seed: int | None = None, batch_size: int | None = None
) -> Any:
    """Return outputs for data as `predict` does, but under dropout.

    Parameters
    ----------
    x : array, list or dict of arrays
        The data.
    seed : int, optional
        What the dropped units are drawn from; the next of the process's stream if left out.
    batch_size : int, optional
        A bound on memory, as for `predict`.
    """
    drawn = stream.next() if seed is None else count(seed, "seed", 0)
    inputs = model.inputs_of(x)
    check_rows(model, len(inputs[0]))
    outputs = model.network.sample(inputs, batch_size_for(model, batch_size), drawn)
    return outputs[0] if len(outputs) == 1 else outputs


def inputs_of(model: WholeModel, /, x: object, keep: prepare.Kept | None = None) -> list[Any]:
    """Return the network's inputs for data, which may show the input's shape.

    Parameters
    ----------
    x : array, list or dict of arrays
        The data.
    keep : callable, optional
        Says which tensors are passed on as they are.
    """
    x = model.arranged(x)
    if not model.is_built:
        model._build_from(x)
    elif model._is_called:
        open_for(model, x)
    return prepare.inputs(model.graph, x, keep=keep)


def draws_from(model: WholeModel, /) -> Source:
    """Return what a prediction draws from: another each time, if it draws anything."""
    if not model.draws_in_prediction:
        return Source()
    start, calls = model._drawn
    model._drawn = (stream.starts, calls + 1 if start == stream.starts else 0)
    return Source(stream.next(), model._drawn[1])


def reset_states(model: WholeModel, /, layer: str | None = None) -> None:
    """Have recurrent layers with `stateful=True` start the next batch from zeros.

    Parameters
    ----------
    layer : str, optional
        The name of the only one that does.
    """
    if not model.is_built:
        return
    if layer is None:
        model.network.reset_states()
        return
    kept = model.network.get_states()
    model.network.set_states({k: v for k, v in kept.items() if not k.startswith(f"{layer}/")})
