"""What `compile` is given, resolved for each output."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rdeep.catalogue.losses import BinaryCrossentropy, Crossentropy, Loss, check_trainable
from rdeep.catalogue.losses.base import NoLoss
from rdeep.catalogue.metrics.codings import CODINGS, possible_codings
from rdeep.catalogue.optimizers import BaseOptimizer
from rdeep.data.arrays import ArrayFeed
from rdeep.engines.objective import Computed, Objective, OutputPlan, heads
from rdeep.errors import (
    ArgumentError,
    DataError,
    ShapeError,
    StateError,
    Wording,
    class_name,
    format_shape,
    listing,
    show,
    suggestion,
)
from rdeep.graph.ends import end_of
from rdeep.graph.network import Graph
from rdeep.graph.tensor import SymbolicTensor
from rdeep.training.doubts import doubt_of_metric
from rdeep.training.evidence import scores_wanted
from rdeep.training.naming import OutputInfo, fitting_metric, known_coding, named, needs_targets


@dataclass
class Compiled:
    """The arguments of `compile`, checked as far as they can be without a graph.

    `loss`, `metrics` and `weighted_metrics` are a value for all outputs, a list with one for each
    output, or a dict by output name, as the user gave them.
    """

    optimizer: BaseOptimizer
    loss: Any
    metrics: Any
    weighted_metrics: Any
    loss_weights: Any
    steps_per_execution: int
    jit: bool | None
    policy: str
    own_loss: bool = False
    """Whether the model computes its loss itself."""
    computes: bool = False
    """Whether it computes its loss or metrics itself."""
    run_eagerly: bool = False
    """Whether steps that the user wrote are called for each batch, even where they could be
    compiled."""


@dataclass
class Computing:
    """A network that computes its loss itself: that of a model, and what follows its outputs.

    Attributes
    ----------
    graph : Graph
        Its inputs are those of the model, then targets and sample weights; its outputs those of
        the model, then the loss and metrics.
    computed : Computed
        What follows the model's outputs.
    measures : bool
        Whether the metrics of `compile` are reported too.
    key : object
        What it was made for: the shapes and types of targets, and which outputs have weights;
        `None` for one out of a file.
    shared : frozenset of str
        The names of the layers that are the model's too.
    """

    graph: Graph
    computed: Computed
    measures: bool = True
    key: Any = None
    shared: frozenset[str] | None = frozenset()


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
    given = _by_output(graph.flat_outputs(compiled.loss), names, "loss")
    found: list[Loss] = []
    trains = compiled.own_loss or graph.penalises_outputs() or any(v is not None for v in given)
    for i, (name, value) in enumerate(zip(names, given)):
        if value is None:
            if not trains:
                raise StateError(
                    f"Output {name!r} has no loss.",
                    argument="loss",
                    hint="Give compile() a `loss`, or have a layer add one by its add_loss().",
                )
            found.append(NoLoss())
            continue
        loss = _fitting(named("loss", value, "loss"), graph.outputs[i].shape)
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
            f"{class_name(loss)} wants predictions with {loss.ndim} dimensions, the batch "
            f"among them, not of shape {format_shape(shape)}.",
            argument="loss",
            received=shape,
            expected=f"{loss.ndim} dimensions",
        )
    return loss


@dataclass
class ObservedTargets:
    """What data has shown of an output's targets.

    Attributes
    ----------
    codings : tuple of str
        The codings that they may have, the likeliest first.
    rank : int
        How many dimensions they have.
    dtype : str
        Their type.
    """

    codings: tuple[str, ...]
    rank: int
    dtype: str

    def __post_init__(self) -> None:
        self.codings = tuple(self.codings)


def waiting(compiled: Compiled, graph: Graph) -> list[bool]:
    """Return for each output whether its metrics depend on what data shows of its targets.

    Parameters
    ----------
    compiled : Compiled
        What the model was compiled with.
    graph : Graph
        The model's graph.
    """
    metrics, weighted = _both_metrics(compiled, graph)
    return [
        any(needs_targets(m, loss, output.shape) for m in (*metrics[i], *weighted[i]))
        for i, (loss, output) in enumerate(zip(losses(compiled, graph), graph.outputs))
    ]


def observed_targets(
    feed: ArrayFeed, graph: Graph, wanted: list[bool]
) -> list[ObservedTargets | None]:
    """Return what data shows of the targets of some outputs.

    Parameters
    ----------
    feed : ArrayFeed
        The data.
    graph : Graph
        The model's graph.
    wanted : list of bool
        Which outputs it is wanted of.
    """
    return [
        ObservedTargets(possible_codings(y, output.shape), y.ndim, y.dtype.name) if needed else None
        for y, output, needed in zip(feed.targets, graph.outputs, wanted)
    ]


def merge_observed(
    before: list[ObservedTargets | None],
    now: list[ObservedTargets | None],
    strict: bool = True,
    keep_first: bool = False,
) -> list[ObservedTargets | None]:
    """Return what goes with both of two views of the targets.

    Parameters
    ----------
    before, now : list of ObservedTargets or None
        What was seen of each output's targets.
    strict : bool
        Whether to refuse what goes with one of them alone; otherwise the second counts.
    keep_first : bool
        Whether the first view's likeliest coding has to stay.

    Raises
    ------
    DataError
        If they do not agree.
    """
    found: list[ObservedTargets | None] = []
    for old, new in zip(before, now):
        if old is None or new is None:
            found.append(new)
            continue
        both = tuple(coding for coding in old.codings if coding in new.codings)
        agreed = both[:1] == old.codings[:1] if keep_first else bool(both)
        if not agreed and strict:
            raise DataError(
                f"The targets here are {CODINGS[new.codings[0]]}; those before were "
                f"{CODINGS[old.codings[0]]}, and metrics were chosen by that.",
                argument="y",
                hint="Name the kind of metric that is meant, such as 'binary_accuracy', or code "
                "all targets alike.",
            )
        found.append(ObservedTargets(both, new.rank, new.dtype) if both else new)
    return found


def doubts_of_targets(
    compiled: Compiled, graph: Graph, seen: list[ObservedTargets | None]
) -> list[Wording]:
    """Return what is doubtful about metrics, now that targets have been seen.

    Parameters
    ----------
    compiled : Compiled
        What the model was compiled with.
    graph : Graph
        The model's graph.
    seen : list of ObservedTargets or None
        What was seen of each output's targets.
    """
    found = []
    metrics = zip(
        *_both_metrics(compiled, graph),
    )
    for loss, output, each, (plain, weighted), name in zip(
        losses(compiled, graph), graph.outputs, seen, metrics, graph.output_names
    ):
        judged = _judged(OutputPlan(name, loss), output, each)
        found += [d for m in (*plain, *weighted) if (d := doubt_of_metric(m, judged)) is not None]
    return found


def objective(
    compiled: Compiled,
    graph: Graph,
    seen: list[ObservedTargets | None] | None = None,
    computing: Computing | None = None,
) -> Objective:
    """Return what training minimises and reports.

    Parameters
    ----------
    compiled : Compiled
        What the model was compiled with.
    graph : Graph
        The model's graph.
    seen : list of ObservedTargets or None, optional
        What data has shown of each output's targets; metrics that need it are left out without.
    computing : Computing, optional
        The network that computes its loss itself.
    """
    names = graph.output_names
    weights = _by_output(graph.flat_outputs(compiled.loss_weights), names, "loss_weights")
    metrics, weighted = _both_metrics(compiled, graph)
    plans = []
    for i, (name, loss) in enumerate(zip(names, losses(compiled, graph))):
        shape = graph.outputs[i].shape
        if weights[i] is not None and not isinstance(weights[i], (int, float)):
            raise ArgumentError(
                f"'loss_weights' must be numbers, not {show(weights[i])}.", argument="loss_weights"
            )
        plan = OutputPlan(
            name,
            loss,
            1.0 if weights[i] is None else float(weights[i]),
            columns=shape[-1],
            masked=graph.outputs[i].masked,
        )
        output = _judged(plan, graph.outputs[i], None if seen is None else seen[i])
        given = (("metrics", metrics[i]), ("weighted_metrics", weighted[i]))
        for argument, values in given if computing is None or computing.measures else ():
            for value in values:
                found = fitting_metric(value, output, argument)
                if found is not None:
                    getattr(plan, argument).append(found[0])
                    plan.readings.append(found[1])
        plans.append(plan)
    if computing is None:
        return Objective(plans, heads(graph))
    return Objective(plans, heads(computing.graph)[: len(plans)], computing.computed)


def loss_weights(compiled: Compiled, graph: Graph) -> list[float]:
    """Return what each output's loss is multiplied by.

    Parameters
    ----------
    compiled : Compiled
        What the model was compiled with.
    graph : Graph
        The model's graph.
    """
    given = _by_output(
        graph.flat_outputs(compiled.loss_weights), graph.output_names, "loss_weights"
    )
    return [1.0 if each is None else float(each) for each in given]


def _judged(plan: OutputPlan, tensor: SymbolicTensor, seen: ObservedTargets | None) -> OutputInfo:
    """Return an output as metrics see it."""
    coding = known_coding(plan.loss, tensor.shape)
    if coding is None and seen is not None:
        coding = seen.codings[0]
    output = OutputInfo(plan.name, tensor.shape, plan.loss, end_of(tensor), coding)
    if seen is not None and plan.loss.targets == "free":
        sizes = tensor.shape[: seen.rank - 1] if coding == "indices" else tensor.shape[:-1]
        last = () if coding == "indices" else (1,) if coding == "column" else tensor.shape[-1:]
        target = ((*sizes, *last), seen.dtype)
        output.scores = scores_wanted(plan.loss, target, (tensor.shape, "float32"))
    return output


def check_names(compiled: Compiled) -> None:
    """Refuse names of losses and metrics that do not exist, before there is a graph.

    Parameters
    ----------
    compiled : Compiled
        What the model is to be compiled with.
    """
    for value in _flat(compiled.loss):
        named("loss", value, "loss")
    for argument in ("metrics", "weighted_metrics"):
        for value in _flat(getattr(compiled, argument)):
            named("metric", value, argument)


def _flat(value: object) -> list[Any]:
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        return [leaf for item in value for leaf in _flat(item)]
    return [] if value is None else [value]


def _each_of(outputs: int) -> str:
    return "the one output" if outputs == 1 else f"each of the {outputs} outputs"


def _by_output(value: object, names: list[str], argument: str) -> list[Any]:
    if isinstance(value, Mapping):
        if argument == "loss":
            value = {name: _only(each) for name, each in value.items()}
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
        if argument == "loss":
            value = [_only(each) for each in value]
        if len(value) != len(names):
            raise ArgumentError(
                f"'{argument}' must have one value for {_each_of(len(names))}, not {len(value)}.",
                argument=argument,
                received=len(value),
            )
        return list(value)
    return [value] * len(names)


def _only(value: object) -> Any:
    """Return a loss that is alone in a list: as Keras takes one for an output."""
    alone = isinstance(value, (list, tuple)) and len(value) == 1
    return value[0] if alone else value  # type: ignore[index]


def _both_metrics(compiled: Compiled, graph: Graph) -> tuple[list[list[Any]], list[list[Any]]]:
    """Return the metrics of each output, and those that heed sample weights."""
    names, arguments = graph.output_names, ("metrics", "weighted_metrics")
    metrics, weighted = (
        _metric_lists(_flat_metrics(compiled, graph, a), names, a) for a in arguments
    )
    return metrics, weighted


def _flat_metrics(compiled: Compiled, graph: Graph, argument: str) -> Any:
    given = getattr(compiled, argument)
    along = graph.flat_outputs(given)
    if along is given:
        return given
    return [each if isinstance(each, (list, tuple)) else [each] for each in along]


def lay_flat(compiled: Compiled, graph: Graph) -> None:
    """Have lists for the outputs where something is nested as these are.

    Parameters
    ----------
    compiled : Compiled
        What the model was compiled with.
    graph : Graph
        The model's graph.
    """
    compiled.loss = graph.flat_outputs(compiled.loss)
    compiled.loss_weights = graph.flat_outputs(compiled.loss_weights)
    for argument in ("metrics", "weighted_metrics"):
        setattr(compiled, argument, _flat_metrics(compiled, graph, argument))


def _metric_lists(value: object, names: list[str], argument: str) -> list[list[Any]]:
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
