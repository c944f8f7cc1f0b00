"""A loss and metrics that a model computes itself: `compute_loss` and `compute_metrics`, traced.

They are called once, with symbolic tensors, when the shapes of the targets are known. What they
computed becomes a network whose inputs are the model's, the targets and the samples' weights, and
whose outputs are the model's, the loss and the metrics. It has the model's layers, and so their
weights; training and evaluation run it as they run any network.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from rdeep.catalogue.dispatch import is_symbolic
from rdeep.catalogue.layers.base import describing
from rdeep.catalogue.losses.base import NoLoss
from rdeep.catalogue.metrics.noted import noting_metrics
from rdeep.data.arrays import ArrayFeed
from rdeep.engines.contract import Network
from rdeep.engines.objective import Computed
from rdeep.errors import ArgumentError, named, operation_call, show
from rdeep.graph.fixed import noticing_draws
from rdeep.graph.network import Graph
from rdeep.graph.tensor import Input, SymbolicTensor, constant
from rdeep.models.interface import WholeModel
from rdeep.models.loss_modes import by_mode
from rdeep.models.noted_metrics import batch_mean, noted_values
from rdeep.models.parameters import Parameters
from rdeep.models.summed_penalties import SummedPenalties
from rdeep.models.user_steps import eager_loss, eager_metrics
from rdeep.ops.dispatch import function
from rdeep.ops.measures import measure
from rdeep.training.plans import Computing


class AsCompiled:
    """Stands for a metric of `compile` in what `compute_metrics` returns."""


class _Looking:
    """What is noted while a model's methods are called with symbolic tensors."""

    def __init__(self) -> None:
        self.penalties = False
        self.asked: SummedPenalties | None = None

    def terms(self) -> list[SymbolicTensor]:
        """Return what stands for the penalties."""
        self.asked = self.asked or SummedPenalties()
        return [self.asked.zero]

    def check(self, value: SymbolicTensor, what: str) -> None:
        """Notice whether the penalties are in a loss."""
        if self.asked is not None and self.asked.are_in(value, what):
            self.penalties = True

    def check_apart(self, value: SymbolicTensor, what: str) -> None:
        """Refuse penalties in what is not the loss."""
        if self.asked is not None and self.asked.are_in(value, what, summed=False):
            raise ArgumentError(
                f"{what} has 'losses' in it: the penalties on weights and what layers add have no "
                "values here, but in the loss.",
                hint="Leave them out: what the loss has beside its other terms is these.",
            )


def compute_loss(
    model: WholeModel,
    /,
    x: Any = None,
    y: Any = None,
    y_pred: Any = None,
    sample_weight: Any = None,
    training: bool = True,
) -> Any:
    """Return the loss of a batch: that of `compile`, and what layers add to it.

    A subclass may compute another one, of symbolic tensors: it is called once, and once more with
    `training=False` for evaluation if it takes `training`; what it computes of them is trained on
    either engine. It may use layers and models that the class has.

    Parameters
    ----------
    x, y, y_pred, sample_weight : SymbolicTensor or list of them
        The batch, and the model's outputs for it; `None` for what is not given.
    training : bool
        Whether the model trains.

    Examples
    --------
    >>> import numpy as np
    >>> from rdeep import Model, ops
    >>> from rdeep.layers import Dense
    >>> class Cubed(Model):
    ...     def __init__(self):
    ...         super().__init__()
    ...         self.dense = Dense(1)
    ...     def call(self, inputs):
    ...         return self.dense(inputs)
    ...     def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None):
    ...         return ops.mean(ops.abs(y - y_pred) ** 3)
    >>> model = Cubed()
    >>> model.compile("adam")
    >>> history = model.fit(np.ones((8, 2)), np.zeros(8), verbose=0)
    """
    looking = vars(model).get("_looking")
    if looking is None:
        return eager_loss(model, y, y_pred, sample_weight)
    looking.penalties = True
    truths, predictions = _listed(y), _listed(y_pred)
    weights = _listed(sample_weight)
    weights = weights * len(predictions) if len(weights) == 1 else weights
    losses = model.output_losses()
    factors = model.trainer.loss_weights(model.graph)
    found: Any = None
    for i, loss in enumerate(losses):
        if isinstance(loss, NoLoss):
            continue
        value = measure(loss, truths[i], predictions[i], True, weights[i] if weights else None)
        value = value if factors[i] == 1.0 else value * factors[i]
        found = value if found is None else found + value
    if found is None:
        found = constant(np.float32(0.0)) if is_symbolic(predictions[0]) else 0.0
    return found


def compute_metrics(
    model: WholeModel,
    /,
    x: Any = None,
    y: Any = None,
    y_pred: Any = None,
    sample_weight: Any = None,
) -> dict[str, Any]:
    """Return the metrics of a batch: those of `compile`.

    A subclass may return others, numbers by name, which are averaged over the batches; it is called
    once, with symbolic tensors.

    Parameters
    ----------
    x, y, y_pred, sample_weight : SymbolicTensor or list of them
        As for `compute_loss`.
    """
    if vars(model).get("_looking") is None:
        return eager_metrics(model, y, y_pred, sample_weight)
    return {"metrics": AsCompiled()}


def _listed(value: Any) -> list[Any]:
    if isinstance(value, Mapping):
        return list(value.values())
    return list(value) if isinstance(value, (list, tuple)) else [] if value is None else [value]


def own(model: WholeModel, name: str) -> Callable[..., Any] | None:
    """Return a method of a model if it is of the user's own.

    Parameters
    ----------
    model : Model
        The model.
    name : str
        `compute_loss` or `compute_metrics`.
    """
    method: Any = getattr(model, name)
    base = {"compute_loss": compute_loss, "compute_metrics": compute_metrics}[name]
    return None if getattr(method, "__func__", None) is base else method


def look_at(model: WholeModel, /, feeds: Sequence[ArrayFeed]) -> None:
    """See what data shows: how targets are coded, and what the model's own loss makes of them.

    Parameters
    ----------
    feeds : sequence of ArrayFeed
        Data that is trained or evaluated on together.
    """
    if model.trainer.phases is not None:
        return
    functions = [own(model, name) for name in ("compute_loss", "compute_metrics")]
    if any(functions):
        feed = feeds[0]
        weighted = [
            any(each.weights[i] is not None for each in feeds) for i in range(len(feed.weights))
        ]
        key = _key(feed, weighted)
        if model.trainer.computing is None or model.trainer.computing.key != key:
            model.trainer.compute_by(_traced(model, feed, weighted, key, *functions))
    model.trainer.learn(model.graph, feeds)


def _key(feed: ArrayFeed, weighted: Sequence[bool]) -> Any:
    return tuple((y.shape[1:], y.dtype.name) for y in feed.targets), tuple(weighted)


def _traced(
    model: WholeModel,
    feed: ArrayFeed,
    weighted: list[bool],
    key: Any,
    loss: Callable[..., Any] | None,
    metrics: Callable[..., Any] | None,
) -> Computing:
    """Call a model's methods with symbolic tensors."""
    graph = model.graph
    given = [bool(y.size) or not feed.rows for y in feed.targets]
    truths = [_entry(y) if there else None for y, there in zip(feed.targets, given)]
    weights = [
        _entry(np.zeros((1,) if w is None else w.shape, np.float32)) if there else None
        for w, there in zip(feed.weights, weighted)
    ]
    arguments = {
        "x": _one_or_all(graph.inputs),
        "y": _one_or_all(truths) if any(given) else None,
        "y_pred": _one_or_all(graph.outputs),
        "sample_weight": _one_or_all(weights) if any(weighted) else None,
    }
    looking = vars(model)["_looking"] = _Looking()
    outputs: list[SymbolicTensor] = []
    values: dict[str, Any] = {"metrics": AsCompiled()}
    try:
        if loss is not None:
            what = f"compute_loss() of {model.name!r}"
            modes = (True, False) if "training" in inspect.signature(loss).parameters else (True,)
            found, noted = [], []
            for mode in modes:
                with noting_metrics(batch_mean) as told:
                    found.append(scalar(_called(loss, {**arguments, "training": mode}), what))
                looking.check(found[-1], what)
                noted.append(told)
            outputs.append(by_mode(found[0], found[-1], graph.outputs))
            for name, (first, last) in noted_values(noted).items():
                for each in (first, last):
                    looking.check_apart(each, f"The metric {name!r}")
                values[name] = by_mode(first, last, graph.outputs)
        if metrics is not None:
            with noting_metrics(batch_mean) as told:
                given_back = _called(metrics, arguments)
            values.update({name: first for name, (first, _) in noted_values([told]).items()})
            values = {**values, **given_back} if isinstance(given_back, Mapping) else given_back
            if isinstance(given_back, Mapping) and "metrics" not in given_back:
                del values["metrics"]
    finally:
        del vars(model)["_looking"]
    if not isinstance(values, Mapping):
        raise ArgumentError(
            f"compute_metrics() of model {model.name!r} must return numbers by name, not "
            f"{show(values)}.",
            received=values,
            expected="a dict of numbers",
        )
    own_metrics = {n: v for n, v in values.items() if not isinstance(v, AsCompiled)}
    for name, value in own_metrics.items():
        what = f"{name!r} in compute_metrics() of {model.name!r}"
        outputs.append(scalar(value, what))
        looking.check_apart(outputs[-1], what)
    inputs = [each for each in (*truths, *weights) if each is not None]
    names = {id(layer.record): layer.name for layer in graph.layers}
    whole = _closed([*graph.inputs, *inputs], [*graph.outputs, *outputs], names, model.name)
    computed = Computed(
        loss is not None,
        loss is None or looking.penalties,
        tuple(own_metrics),
        tuple(given),
        tuple(weighted),
    )
    shared = frozenset(layer.name for layer in graph.layers)
    return Computing(whole, computed, len(own_metrics) < len(values), key, shared)


def _closed(inputs: Any, outputs: Any, names: Any, title: str) -> Graph:
    try:
        return Graph(inputs, outputs, names)
    except ArgumentError as error:
        raise ArgumentError(
            f"compute_loss() or compute_metrics() of model {title!r} uses a tensor of another "
            "model: they can use their arguments, and what layers make of them.",
        ) from error


def _entry(array: np.ndarray) -> SymbolicTensor:
    return Input(array.shape[1:], "int32" if array.dtype.kind in "iu" else "float32")


def _one_or_all(tensors: Sequence[Any]) -> Any:
    return tensors[0] if len(tensors) == 1 else list(tensors)


def _called(method: Callable[..., Any], arguments: Mapping[str, Any]) -> Any:
    """Return what a method gives for those of the arguments that it takes."""
    parameters = inspect.signature(method).parameters
    rest = any(p.kind is p.VAR_KEYWORD for p in parameters.values())
    taken = {name: value for name, value in arguments.items() if rest or name in parameters}
    with describing(), noticing_draws(f"{getattr(method, '__name__', 'the function')}()"):
        return method(**taken)


def scalar(value: Any, what: str) -> SymbolicTensor:
    """Return a number of a network, or say what came instead.

    Parameters
    ----------
    value : object
        What came.
    what : str
        What it is, for messages.
    """
    if not isinstance(value, SymbolicTensor):
        raise ArgumentError(
            f"{what} must be a number that was computed of the batch, not {show(value)}.",
            received=value,
            expected="a symbolic tensor of shape ()",
            hint=f"Compute with {named('ops', 'rdeep.')}, operators and layers.",
        )
    if value.shape != ():
        raise ArgumentError(
            f"{what} must be one number, not {show(value)}.",
            received=value,
            expected="a symbolic tensor of shape ()",
            hint=f"{operation_call('mean', 'ops.')} of it is one number.",
        )
    return value if value.dtype == "float32" else _as_float(value)


def _as_float(value: SymbolicTensor) -> SymbolicTensor:
    found: SymbolicTensor = function("cast")(value, "float32")
    return found


def training_parts(model: WholeModel) -> tuple[Parameters, Network]:
    """Return the weights that training changes, and the network that has them.

    Parameters
    ----------
    model : Model
        The model.
    """
    parameters = own_parameters(model)
    if parameters is None:
        return model._built(), model.network
    policy = model.trainer.compiled.policy
    return parameters, parameters.network(model.backend, model.device, policy)


def own_parameters(model: Any) -> Parameters | None:
    """Return the weights of the network that computes a model's losses, if that is another one.

    Parameters
    ----------
    model : Model
        The model.
    """
    computing = None if model._trainer is None else model._trainer.computing
    if computing is None or computing.graph is model.graph:
        return None
    kept: Parameters | None = vars(model).get("_own_parameters")
    if kept is None or kept.graph is not computing.graph:
        kept = Parameters(computing.graph, model.seed, None, model._trainer.flags)
        vars(model)["_own_parameters"] = kept
    return kept


def rest_of_weights(model: Any) -> dict[str, np.ndarray]:
    """Return the weights that only the losses of a model have, by their names.

    Parameters
    ----------
    model : Model
        The model.
    """
    parameters = own_parameters(model)
    if parameters is None:
        return {}
    own = model.graph.weights()
    return {name: w for name, w in parameters.named().items() if name not in own}


def adopt_rest(model: Any, weights: Mapping[str, np.ndarray]) -> None:
    """Give the losses of a model the weights that they alone have.

    Parameters
    ----------
    model : Model
        The model.
    weights : mapping of str to numpy.ndarray
        Weights by name, those of the model among them.
    """
    parameters = own_parameters(model)
    if parameters is not None:
        own = model.graph.weights()
        rest = {name: weights[name] for name in parameters.graph.weights() if name not in own}
        if rest:
            parameters.change(rest)


def get_training_weights(model: WholeModel, /) -> dict[str, np.ndarray]:
    """Return copies of all weights that training changes: those that only losses have, too."""
    return {**model.get_named_weights(), **{n: w.copy() for n, w in rest_of_weights(model).items()}}


def set_training_weights(model: WholeModel, /, weights: Mapping[str, np.ndarray]) -> None:
    """Change all weights that training changes.

    Parameters
    ----------
    weights : mapping of str to numpy.ndarray
        As `get_training_weights` returns them.
    """
    own = model.graph.weights()
    model.set_weights({name: weights[name] for name in own})
    adopt_rest(model, weights)
