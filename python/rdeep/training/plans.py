"""What `compile` is given, resolved for each output."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rdeep.backends.objective import Objective, OutputPlan, heads
from rdeep.catalogue.losses import BinaryCrossentropy, Crossentropy, Loss, check_trainable
from rdeep.catalogue.metrics import Crossentropy as AnyCrossentropy
from rdeep.catalogue.metrics import Metric, check_targets, named_metric
from rdeep.catalogue.optimizers import Minimizer
from rdeep.catalogue.registry import resolve
from rdeep.errors import ArgumentError, ShapeError, StateError, listing, show, suggestion
from rdeep.graph.network import Graph


@dataclass
class Compiled:
    """The arguments of `compile`, checked as far as they can be without a graph.

    `loss`, `metrics` and `weighted_metrics` are a value for all outputs, a list with one for each
    output, or a dict by output name, as the user gave them.
    """

    optimizer: Minimizer
    loss: Any
    metrics: Any
    weighted_metrics: Any
    loss_weights: Any
    steps_per_execution: int
    jit: bool | None
    policy: str


def losses(compiled: Compiled, graph: Graph) -> list[Loss]:
    """Return the loss of each output.

    Parameters
    ----------
    compiled : Compiled
        What the model was compiled with.
    graph : Graph
        The model's graph.

    Raises
    ------
    StateError
        If there is no loss.
    """
    names = graph.output_names
    given = _by_output(compiled.loss, names, "loss")
    found = []
    for i, (name, value) in enumerate(zip(names, given)):
        if value is None:
            raise StateError(
                f"Output {name!r} has no loss.", argument="loss", hint="Give compile() a `loss`."
            )
        loss = _fitting(_named("loss", value, "loss"), graph.outputs[i].shape)
        check_trainable(loss)
        found.append(loss)
    return found


def _fitting(loss: Loss, shape: tuple[int | None, ...]) -> Loss:
    """Return the loss for an output of a shape, or say that it does not go with it."""
    if isinstance(loss, Crossentropy) and shape[-1] == 1:
        shared = {name: getattr(loss, name) for name in Crossentropy.options}
        return BinaryCrossentropy(**shared)
    if loss.ndim not in (None, len(shape)):
        raise ShapeError(
            f"{type(loss).__name__} wants predictions with {loss.ndim} dimensions, the batch "
            f"among them, not of shape {shape}.",
            argument="loss",
            received=shape,
            expected=f"{loss.ndim} dimensions",
        )
    return loss


def objective(compiled: Compiled, graph: Graph) -> Objective:
    """Return what training minimises and reports.

    Parameters
    ----------
    compiled : Compiled
        What the model was compiled with.
    graph : Graph
        The model's graph.
    """
    names = graph.output_names
    weights = _by_output(compiled.loss_weights, names, "loss_weights")
    metrics = _metric_lists(compiled.metrics, names, "metrics")
    weighted = _metric_lists(compiled.weighted_metrics, names, "weighted_metrics")
    plans = []
    for i, (name, loss) in enumerate(zip(names, losses(compiled, graph))):
        shape = graph.outputs[i].shape
        if weights[i] is not None and not isinstance(weights[i], (int, float)):
            raise ArgumentError(
                f"'loss_weights' must be numbers, not {show(weights[i])}.", argument="loss_weights"
            )
        plans.append(
            OutputPlan(
                name,
                loss,
                1.0 if weights[i] is None else float(weights[i]),
                [_metric(m, shape, loss, "metrics") for m in metrics[i]],
                [_metric(m, shape, loss, "weighted_metrics") for m in weighted[i]],
                shape[-1],
                graph.outputs[i].masked,
            )
        )
    return Objective(plans, heads(graph))


def check_names(compiled: Compiled) -> None:
    """Refuse names of losses and metrics that do not exist, before there is a graph.

    Parameters
    ----------
    compiled : Compiled
        What the model is to be compiled with.
    """
    for value in _flat(compiled.loss):
        _named("loss", value, "loss")
    for argument in ("metrics", "weighted_metrics"):
        for value in _flat(getattr(compiled, argument)):
            _named("metric", value, argument)


def _flat(value: Any) -> list[Any]:
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        return [leaf for item in value for leaf in _flat(item)]
    return [] if value is None else [value]


def _named(kind: str, value: Any, argument: str) -> Any:
    try:
        return resolve(kind, value)
    except ArgumentError as error:
        # A misspelt option inside the value keeps its own name.
        error.argument = error.argument or argument
        raise


def _metric(value: Any, shape: tuple[int | None, ...], loss: Loss, argument: str) -> Metric:
    wanted = "crossentropy" if isinstance(value, AnyCrossentropy) else value
    fitting = named_metric(wanted, shape, loss.targets) if isinstance(wanted, str) else None
    if fitting is not None:
        if "ignore_class" in fitting.options:
            # What does not count for the loss does not count here.
            fitting = fitting.replace(ignore_class=getattr(loss, "ignore_class", None))
        return fitting if wanted is value else fitting.replace(name=value.label())
    metric = _named("metric", value, argument)
    if isinstance(value, str):
        # Logs bear the name that the user wrote, as in Keras: `mae` stays `mae`.
        metric = metric.replace(name=value)
    check_targets(metric, loss.targets)
    metric.check_output(shape[-1])
    return metric


def _by_output(value: Any, names: list[str], argument: str) -> list[Any]:
    if isinstance(value, Mapping):
        for name in value:
            if name not in names:
                raise ArgumentError(
                    f"'{argument}' names {name!r}, but the model's outputs are "
                    f"{listing(names, 'and')}.",
                    argument=argument,
                    received=name,
                    hint=suggestion(str(name), names),
                )
        return [value.get(name) for name in names]
    if isinstance(value, (list, tuple)):
        if len(value) != len(names):
            raise ArgumentError(
                f"'{argument}' must have one value for each of the {len(names)} outputs, "
                f"not {len(value)}.",
                argument=argument,
                received=len(value),
            )
        return list(value)
    return [value] * len(names)


def _metric_lists(value: Any, names: list[str], argument: str) -> list[list[Any]]:
    """Return a list of metrics for each output; a flat list stands for every output."""
    if value is None:
        return [[] for _ in names]
    if isinstance(value, (list, tuple)):
        nested = [isinstance(item, (list, tuple)) or item is None for item in value]
        if len(names) == 1 or not any(nested):
            flat = [
                m for item in value for m in (item if isinstance(item, (list, tuple)) else [item])
            ]
            return [[m for m in flat if m is not None] for _ in names]
    per_output = _by_output(value, names, argument)
    return [
        list(v) if isinstance(v, (list, tuple)) else [] if v is None else [v] for v in per_output
    ]
