"""Steps that users write: `train_step`, `test_step`, `predict_step`, and what they are made of.

Methods of `Model`, written as functions of one. A class that overrides a step has it called for
each batch: on torch as it is, on TensorFlow traced once, as Keras does.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from rdeep.catalogue.layers import Layer
from rdeep.catalogue.metrics import Metric
from rdeep.data.streams import is_stream
from rdeep.data.structured import unpack_x_y_sample_weight
from rdeep.engines import registry as backends
from rdeep.engines.contract import TrainState
from rdeep.errors import StateError
from rdeep.graph.cost import forward_flops
from rdeep.graph.network import Graph
from rdeep.graph.tensor import Input
from rdeep.ops.metric import StatefulMetric
from rdeep.seeds import stream
from rdeep.training.compiled_metrics import CompiledMetrics, CompiledParts, graph_like, listed
from rdeep.training.last import next_seed
from rdeep.training.phases import Phased
from rdeep.training.user_steps import UserStepper, UserSteps

STEPS = ("train_step", "test_step", "predict_step")
PASSING = (
    "_user_steps",
    "_repeaters",
    "_compiled_parts",
    "_entry",
    "_variables",
    "_chosen",
    "_followed",
)
"""What a model keeps for its steps and calls, and copies do without."""


def train_step(model: Any, /, data: Any) -> dict[str, Any]:
    """Take a step of training on a batch, and return logs: numbers by name.

    A subclass may take another: `fit` calls it for each batch, with tensors of the model's engine.
    On torch it computes as it is called. On TensorFlow it is called for the first batch, and once
    more to become a graph, unless the model is compiled with `run_eagerly=True`. A step has
    `self(x, training=True)`, `self.compute_loss()`, `self.trainable_weights`,
    `self.optimizer.apply()`, `self.compute_metrics()`, `rdeep.gradients_of()`, and the engine's
    own tape or `backward()`.

    A copy of the model, and one from a file, compute the same, and are plain models without steps.

    Parameters
    ----------
    data : tuple or tensor
        `(x, y)`, `(x, y, sample_weight)`, or `x` by itself: what `fit` was given, of a batch.

    Examples
    --------
    >>> import numpy as np
    >>> import rdeep
    >>> class Own(rdeep.Model):
    ...     def train_step(self, data):
    ...         x, y = data
    ...         self.zero_grad()
    ...         loss = self.compute_loss(y=y, y_pred=self(x, training=True))
    ...         loss.backward()
    ...         gradients = [v.value.grad for v in self.trainable_weights]
    ...         self.optimizer.apply(gradients, self.trainable_weights)
    ...         return {"loss": loss}
    >>> x = rdeep.Input((2,))
    >>> model = Own(x, rdeep.layers.Dense(1)(x), backend="torch")
    >>> model.compile("sgd", "mse")
    >>> history = model.fit(np.ones((8, 2)), np.ones(8), verbose=0)
    """
    from rdeep.ops.differentiation import gradients_of

    x, y, weight = unpack_x_y_sample_weight(data)
    if not model.is_built:
        # Its weights are there once it was applied to something.
        model(x, training=False)
    variables = model.trainable_weights
    kept: list[Any] = []

    def loss() -> Any:
        y_pred = model(x, training=True)
        found = model.compute_loss(x=x, y=y, y_pred=y_pred, sample_weight=weight)
        kept[:] = [y_pred, found]
        return found

    gradients = gradients_of(loss, variables)
    model.optimizer.apply(gradients, variables)
    return _reported(model, x, y, kept[0], weight, kept[1])


def test_step(model: Any, /, data: Any) -> dict[str, Any]:
    """Measure a batch that is not trained on, and return logs: numbers by name.

    A subclass may do it otherwise: `evaluate`, and `fit` where it validates, call it for each
    batch.

    Parameters
    ----------
    data : tuple or tensor
        As for `train_step`.
    """
    x, y, weight = unpack_x_y_sample_weight(data)
    y_pred = model(x, training=False)
    loss = model.compute_loss(x=x, y=y, y_pred=y_pred, sample_weight=weight, training=False)
    return _reported(model, x, y, y_pred, weight, loss)


def predict_step(model: Any, /, data: Any) -> Any:
    """Return the outputs for a batch.

    A subclass may return others: `predict` calls it for each batch.

    Parameters
    ----------
    data : tensor, or list or dict of them
        The batch.
    """
    x, _, _ = unpack_x_y_sample_weight(data)
    return model(x, training=False)


def _reported(model: Any, x: Any, y: Any, y_pred: Any, weight: Any, loss: Any) -> dict[str, Any]:
    rows = float(listed(x)[0].shape[0] or 1)
    tracker = compiled_parts(model).tracker
    tracker.update_state(loss, sample_weight=rows)
    logs = dict(model.compute_metrics(x, y, y_pred, weight))
    return {"loss": tracker.result(), **logs}


def compiled_parts(model: Any) -> CompiledParts:
    """Return what a model's steps have of `compile`.

    Parameters
    ----------
    model : Model
        A compiled model.
    """
    compiled = model.trainer.compiled
    parts = vars(model).get("_compiled_parts")
    if parts is None or parts.compiled is not compiled:
        parts = vars(model)["_compiled_parts"] = CompiledParts(compiled)
    if has_call(model) and model.is_built:
        parts.metrics.graph = model.graph
    found: CompiledParts = parts
    return found


def eager_loss(model: Any, y: Any, y_pred: Any, sample_weight: Any) -> Any:
    """Return the loss of tensors of an engine: that of `compile`, and what layers add to it.

    Parameters
    ----------
    model : Model
        The model.
    y, y_pred, sample_weight : tensor, or list or dict of them
        The truth, the predictions and the weights of the samples.

    Raises
    ------
    StateError
        If there is no loss of `compile`, and no layer adds one.
    """
    called = has_call(model) and model.is_built
    graph = model.graph if called else graph_like(listed(y_pred))
    total = compiled_parts(model).loss(graph)(y, y_pred, sample_weight)
    if called:
        for term in model.network.penalty_terms():
            total = term if total is None else total + term
    if total is None:
        raise StateError(
            "The model has no loss to compute.",
            argument="loss",
            hint="Give compile() a `loss`, or compute it within the step.",
        )
    compiled_parts(model).tracker.note(total)
    return total


def eager_metrics(model: Any, y: Any, y_pred: Any, sample_weight: Any) -> dict[str, Any]:
    """Add a batch of tensors to the metrics of `compile`, and return what they come to.

    Parameters
    ----------
    model : Model
        The model.
    y, y_pred, sample_weight : tensor, or list or dict of them
        The truth, the predictions and the weights of the samples.
    """
    parts = compiled_parts(model)
    if parts.has_metrics and y is not None:
        parts.metrics.update_state(y, y_pred, sample_weight)
    return get_metrics_result(model)


def get_metrics_result(model: Any, /) -> dict[str, Any]:
    """Return what all metrics of the model come to, by name."""
    found: dict[str, Any] = {}
    for metric in model.metrics:
        value = metric.result()
        found.update(value if isinstance(value, dict) else {metric.name: value})
    return found


def metrics(model: Any, /) -> list[Any]:
    """Return the model's metrics, which start again at each epoch and each evaluation.

    These are the mean of the loss and the metrics of `compile`, where there are such, and those
    that a class keeps as attributes. A class may return others.
    """
    given = vars(model).get("_own_metrics")
    if given is not None:
        return list(given)
    found: list[Any] = []
    if model.is_compiled:
        parts = compiled_parts(model)
        if parts.compiled.loss is not None:
            found.append(parts.tracker)
        if parts.has_metrics:
            found.append(parts.metrics)
    for value in [*vars(model).values(), *vars(model).get("_parts", {}).values()]:
        each = value if isinstance(value, (list, tuple)) else [value]
        found += [m for m in each if isinstance(m, (Metric, StatefulMetric))]
    return found


def reset_metrics(model: Any, /) -> None:
    """Have all metrics of the model start again."""
    for metric in model.metrics:
        metric.reset_state()


def directions(model: Any) -> dict[str, str | None]:
    """Return which is better of each log that the model's step is known to return.

    Parameters
    ----------
    model : Model
        The model. What has "loss" in its name is better if it is smaller.
    """
    found: dict[str, str | None] = {}
    for metric in model.metrics:
        if isinstance(metric, CompiledMetrics):
            found.update(metric.directions())
        else:
            found[metric.name] = getattr(metric, "direction", None)
    session = vars(model).get("_session")
    found.update(
        {name: None for name in (session.stepper.last if session else ()) if name not in found}
    )
    return {name: "min" if way is None and "loss" in name else way for name, way in found.items()}


def own_steps(model: Any) -> list[str]:
    """Return the names of the steps that a model has of its own.

    Parameters
    ----------
    model : Model
        The model.
    """
    base = {"train_step": train_step, "test_step": test_step, "predict_step": predict_step}
    return [
        name for name in STEPS if getattr(getattr(model, name), "__func__", None) is not base[name]
    ]


def has_call(model: Any) -> bool:
    """Return whether a model computes outputs of inputs, and is no keeper of networks alone.

    Parameters
    ----------
    model : Model
        The model.
    """
    return bool(model._is_called or (model._parameters is not None and not _is_of_parts(model)))


def build_before_steps(model: Any, x: Any) -> None:
    """Make the weights of a model with a `call`, so that its steps find them.

    A step may call the model on something else than `x`, or where `call` looks at values: then the
    step makes them.

    Parameters
    ----------
    model : Model
        The model.
    x : object
        What `fit` is given.
    """
    if has_call(model) and not model.is_built and x is not None and not is_stream(x):
        with suppress(Exception):
            model.build_for(x)


def _is_of_parts(model: Any) -> bool:
    return "_of_parts" in vars(model)


def graph_of_parts(model: Any) -> Graph | None:
    """Return the networks and layers that a model without `call` keeps, side by side.

    So its weights are theirs, and files, copies and summaries of it hold them. `None` as long as
    one of them does not know the shape of its input.

    Parameters
    ----------
    model : Model
        The model.
    """
    kept = [*vars(model).values(), *vars(model).get("_parts", {}).values()]
    parts = _networks_among(kept, type(model).__mro__[-2])
    ends = [_entries_of(part) for part in parts]
    if not parts or not all(ends):
        return None
    inputs: list[Any] = []
    outputs: list[Any] = []
    for part, entries in zip(parts, ends):
        layer = part.as_layer() if hasattr(part, "as_layer") else part
        given = [Input(shape[1:], dtype) for shape, dtype in entries]
        found = layer(given if len(given) > 1 or layer.merges else given[0])
        inputs += given
        outputs += found if isinstance(found, (list, tuple)) else [found]
    vars(model)["_of_parts"] = True
    return Graph(inputs, outputs)


def _networks_among(values: Iterable[Any], base: type) -> list[Any]:
    """Return the models and layers among attributes, each once, alone or in lists."""
    found: dict[int, Any] = {}
    for value in values:
        each = value if isinstance(value, (list, tuple)) else [value]
        found.update({id(v): v for v in each if isinstance(v, (base, Layer))})
    return list(found.values())


def _entries_of(part: Any) -> list[tuple[Any, str]]:
    """Return the shapes and types of what goes into a network or a layer, if they are known."""
    if isinstance(part, Layer):
        return list(part.__dict__.get("_entries") or ())
    return [(t.shape, t.dtype) for t in part.graph.inputs] if part.is_built else []


def measures_itself(model: Any) -> bool:
    """Return whether a model is evaluated by its test step, and not by rdeep.

    Parameters
    ----------
    model : Model
        The model.

    Raises
    ------
    StateError
        If it computes nothing that could be evaluated.
    """
    return _does(model, "test_step", "evaluation")


def predicts_itself(model: Any) -> bool:
    """Return whether a model predicts by its prediction step, and not by rdeep.

    Parameters
    ----------
    model : Model
        The model.

    Raises
    ------
    StateError
        If it computes no outputs.
    """
    found = _does(model, "predict_step", "prediction")
    if not found:
        refuse_losses(model)
    return found


def refuse_losses(model: Any) -> None:
    """Refuse outputs of a model that has none: its graph is that of its phases' losses.

    Parameters
    ----------
    model : Model
        The model.

    Raises
    ------
    StateError
        If its outputs would be losses.
    """
    computing = None if model._trainer is None else model._trainer.computing
    if isinstance(computing, Phased) and (model.is_of_phases or computing.shared is None):
        raise StateError(
            f"Model {model.name!r} has phases and no call(): it computes losses, and no outputs.",
            hint="Ask the networks that it keeps, such as its generator, or write a call().",
        )


def _does(model: Any, step: str, what: str) -> bool:
    own = own_steps(model)
    if step in own or not own or has_call(model) or hasattr(model, "records"):
        return step in own
    raise StateError(
        f"Model {model.name!r} has {own[0]}() and no call(): what its {what} is, nobody knows.",
        hint=f"Write a {step}(), or ask the networks that it keeps.",
    )


def user_steps(model: Any) -> UserSteps:
    """Return a model's steps, made ready for its engine at the first call.

    Parameters
    ----------
    model : Model
        The model.
    """
    # Which may make the graph of its parts.
    _ = model.is_built
    eager = bool(model.trainer.compiled.run_eagerly) if model.is_compiled else False
    key = (model.backend, model.device, eager, id(model._trainer), id(model._parameters))
    kept = vars(model).get("_user_steps")
    if kept is None or kept[0] != key:
        runner = backends.load(model.backend).step_runner(model.device)
        hosted = () if runner.traces and not eager else vars(model).get("_host_steps", ())
        kept = vars(model)["_user_steps"] = (key, UserSteps(model, runner, eager, hosted))
    found: UserSteps = kept[1]
    return found


def step_flops(model: Any, /) -> float:
    """Return about how much a step computes for each row; 0 if nobody knows."""
    return forward_flops(model.graph) if model.is_built else 0.0


def follow_rate(model: Any, /, rate: float) -> None:
    """Have the model's optimizer go on with a learning rate that a callback or a user has set.

    Parameters
    ----------
    rate : float
        The learning rate of the next step.
    """
    optimizer = model.trainer.compiled.optimizer
    rule = optimizer.rule
    known = (id(rule), rate)
    if not model.trainer.rate_changes or rule.schedule is not None:
        return
    if vars(model).get("_followed") == known:
        return
    vars(model)["_followed"] = known
    rule.show_rate(float(rate))
    taken = vars(optimizer).get("_steps")
    if taken is not None and hasattr(taken.applied, "set_rate"):
        # A graph reads it from a variable.
        taken.applied.set_rate(float(rate))


def prepare_user_training(model: Any, /, stepper: UserStepper, initial_epoch: int) -> TrainState:
    """Return a state to train from by steps of the user's own.

    Parameters
    ----------
    stepper : UserStepper
        What runs the steps.
    initial_epoch : int
        The epoch to begin with, from 0.
    """
    model.stop_training = False
    trainer, drawn = model.trainer, stream.next()
    seed = next_seed(trainer.last, drawn, initial_epoch, stream.chosen, trainer.steps_taken)
    return stepper.start(seed, None, trainer.steps_taken)
