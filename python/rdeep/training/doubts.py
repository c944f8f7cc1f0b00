"""What is doubtful about losses, metrics and the ends of networks: worth a warning, no error."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue import activations as A
from rdeep.catalogue import losses as of
from rdeep.catalogue.activations import Activation
from rdeep.catalogue.losses import Loss
from rdeep.catalogue.metrics.codings import general_name
from rdeep.errors import Wording, called, class_name, setting, worded
from rdeep.graph.ends import end_of
from rdeep.graph.network import Graph
from rdeep.training.naming import PROBABILITIES, OutputInfo

_BINARY = (of.BinaryCrossentropy, of.BinaryFocalCrossentropy)
_CATEGORICAL = (
    of.CategoricalCrossentropy,
    of.CategoricalFocalCrossentropy,
    of.CategoricalGeneralizedCrossEntropy,
    of.Crossentropy,
    of.KLDivergence,
    of.SparseCategoricalCrossentropy,
)
# Of any sign: no probability, and no share of anything.
_SIGNED = (
    A.Linear,
    A.Elu,
    A.Gelu,
    A.LeakyRelu,
    A.LogSigmoid,
    A.LogSoftmax,
    A.Mish,
    A.Selu,
    A.Silu,
    A.Softsign,
    A.Tanh,
)
# Not negative; those of them that are never 0 can be scaled to shares of one.
_UNBOUNDED = (A.Relu, A.Softplus, A.Exponential)
_POSITIVE = (A.Softplus, A.Exponential)


def doubts(losses: list[Loss], graph: Graph) -> list[Wording]:
    """Return what is doubtful about a model's losses and what its outputs end in.

    Parameters
    ----------
    losses : list of Loss
        The loss of each output.
    graph : Graph
        The model's graph.
    """
    found = []
    for name, loss, output in zip(graph.output_names, losses, graph.outputs):
        end = end_of(output)
        doubt = None if end is None else _doubt(name, loss, output.shape[-1], end)
        if doubt is not None:
            found.append(doubt)
    return found


def _doubt(name: str, loss: Loss, columns: int | None, end: Activation) -> Wording | None:
    kind, called = class_name(loss), f"Output {name!r}"
    ending = f"ends in {end.key!r}" if not isinstance(end, A.Linear) else "has no activation"
    if isinstance(end, A.Softmax) and columns == 1:
        return worded(
            f"{called} is a softmax over a single unit, which is always 1: use "
            f"{setting('activation', 'sigmoid')}, or a unit for each class."
        )
    categorical = isinstance(loss, _CATEGORICAL)
    alone = (of.CategoricalCrossentropy, of.CategoricalFocalCrossentropy, of.KLDivergence)
    if columns == 1 and isinstance(loss, alone):
        return worded(
            f"{called} has a single unit, and {kind} compares the shares of several classes: use "
            "'binary_crossentropy', or a unit for each class."
        )
    if not isinstance(loss, _BINARY) and not categorical:
        return _doubt_of_numbers(called, loss, end, ending)
    if getattr(loss, "from_logits", False):
        if not isinstance(end, PROBABILITIES):
            return None
        return worded(
            f"{called} {ending}, but {kind} has {setting('from_logits', True)}, which takes "
            "predictions for scores before it: leave out the one or the other."
        )
    wanted = "softmax" if categorical else "sigmoid"
    if isinstance(end, _SIGNED) or (
        isinstance(end, _UNBOUNDED) and not (categorical and isinstance(end, _POSITIVE))
    ):
        remedy = worded(f"give the last layer {setting('activation', wanted)}")
        if hasattr(loss, "from_logits"):
            remedy = worded(f"{remedy}, or the loss {setting('from_logits', True)}")
        return worded(f"{called} {ending}, but {kind} expects probabilities: {remedy}.")
    return None


def _doubt_of_numbers(called: str, loss: Loss, end: Activation, ending: str) -> Wording | None:
    kind = class_name(loss)
    if isinstance(loss, of.Poisson) and isinstance(end, _SIGNED):
        return worded(
            f"{called} {ending}, but {kind} takes the logarithm of predictions, which must be "
            "positive: give the last layer the activation 'softplus' or 'exponential'."
        )
    if isinstance(loss, (of.Hinge, of.SquaredHinge)) and isinstance(end, PROBABILITIES):
        return worded(
            f"{called} {ending}, but {kind} compares predictions with -1 and 1: give the last "
            f"layer {setting('activation', 'tanh')}, or none."
        )
    return None


def doubt_of_metric(value: Any, output: OutputInfo) -> Wording | None:
    """Return what is doubtful about a metric beside targets that were seen.

    Parameters
    ----------
    value : object
        The metric, as the user gave it.
    output : OutputInfo
        The output.
    """
    if not isinstance(value, str) or general_name(value) != "accuracy":
        return None
    if output.coding == "numbers" and output.shape[-1] != 1:
        return worded(
            f"{value!r} of output {output.name!r} says how often its largest value is where the "
            "targets' largest is: the targets are numbers and no classes."
        )
    numbers = isinstance(output.end, A.Linear) and output.scale == "values"
    if output.coding == "shares" and output.shape[-1] == 1 and numbers:
        return worded(
            f"{value!r} of output {output.name!r} takes what is above 0.5 for 1, in targets as in "
            "predictions: the targets are numbers from 0 to 1 and no classes. For numbers there "
            "are 'mae' and 'mse'."
        )
    open_ended = isinstance(output.end, A.Linear) and output.loss.targets == "free"
    if open_ended and output.scale == "values" and output.coding in ("binary", "multi"):
        return worded(
            f"{value!r} of output {output.name!r} takes what is above 0.5 for 1: the output has no "
            "activation, and the loss does not say what it is. Name the kind and the threshold, "
            f"as in {called('BinaryAccuracy', 'metric', {'threshold': 0.5})}."
        )
    return None
