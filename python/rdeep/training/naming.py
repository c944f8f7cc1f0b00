"""Which metric a name stands for, and how a metric reads an output and its targets.

It depends on the output's shape, on how the targets are coded, and on what the loss takes
predictions for: a name may have to wait for data.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rdeep.catalogue import activations as A
from rdeep.catalogue import losses, metrics
from rdeep.catalogue.losses import Loss
from rdeep.catalogue.losses.likelihoods import BinomialLikelihood, MultinomialLikelihood
from rdeep.catalogue.metrics import Metric, check_targets
from rdeep.catalogue.metrics.accuracy import AnyAccuracy
from rdeep.catalogue.metrics.codings import (
    CODINGS,
    NO_CLASSES,
    NUMBERED,
    SIGNS,
    Reading,
    general_name,
)
from rdeep.catalogue.registry import resolve
from rdeep.errors import ArgumentError

_KINDS: dict[str, dict[str, type[Metric]]] = {
    "accuracy": {
        "one": metrics.BinaryAccuracy,
        "indices": metrics.SparseCategoricalAccuracy,
        "onehot": metrics.CategoricalAccuracy,
        "classes": AnyAccuracy,
    },
    "crossentropy": {
        "one": metrics.BinaryCrossentropy,
        "indices": metrics.SparseCategoricalCrossentropy,
        "onehot": metrics.CategoricalCrossentropy,
        "classes": metrics.Crossentropy,
    },
}
_HINGES = (losses.Hinge, losses.SquaredHinge, losses.CategoricalHinge)
_ONE_HOT = (
    losses.CategoricalCrossentropy,
    losses.CategoricalFocalCrossentropy,
    losses.CategoricalHinge,
    losses.KLDivergence,
)
_BOTH_WAYS = (metrics.CategoricalAccuracy, metrics.TopKCategoricalAccuracy)
"""Metrics that read class numbers as well as one-hot rows, by the targets' rank."""

PROBABILITIES = (A.Sigmoid, A.HardSigmoid, A.SparseSigmoid, A.Softmax, A.Sparsemax)
"""Activations whose values are probabilities."""


@dataclass
class OutputInfo:
    """An output as metrics see it.

    Attributes
    ----------
    name : str
        The output's name.
    shape : tuple
        Its shape, with the batch.
    loss : Loss
        Its loss.
    end : Activation or None
        What it ends in, as `end_of` found it.
    coding : str or None
        How its targets are coded, of `CODINGS`; `None` as long as nobody knows.
    scores : str or None
        Whether a loss of the user's own makes probabilities of it: `"sigmoid"`, `"softmax"`.
    """

    name: str
    shape: tuple[int | None, ...]
    loss: Loss
    end: Any = None
    coding: str | None = None
    scores: str | None = None

    @property
    def scale(self) -> str:
        """What predictions are.

        `"sigmoid"` and `"softmax"` are scores that these make probabilities of; besides there are
        `"margins"`, `"probabilities"`, and `"values"` of no known kind.
        """
        if isinstance(self.end, PROBABILITIES):
            return "probabilities"
        if isinstance(self.loss, _HINGES):
            return "margins"
        if getattr(self.loss, "from_logits", False):
            folded = "sigmoid" if self.shape[-1] == 1 else str(self.loss.folds).lower()
            return folded
        return self.scores or "values"


def known_coding(loss: Loss, shape: tuple[int | None, ...]) -> str | None:
    """Return how the targets of a loss are coded, as far as the loss says it.

    Parameters
    ----------
    loss : Loss
        The loss.
    shape : tuple
        The output's shape.
    """
    if isinstance(loss, BinomialLikelihood):
        return "shares"
    if isinstance(loss, MultinomialLikelihood):
        return "column"
    if loss.targets not in ("values", "free"):
        return loss.targets
    if isinstance(loss, _ONE_HOT):
        return "shares" if shape[-1] == 1 else "onehot"
    if isinstance(loss, losses.BinaryCrossentropy) and shape[-1] == 1:
        return "shares"
    if isinstance(loss, (losses.Hinge, losses.SquaredHinge)) and shape[-1] == 1:
        return "signs"
    return None


def needs_targets(value: Any, loss: Loss, shape: tuple[int | None, ...]) -> bool:
    """Return whether a metric depends on how targets are coded, and only data shows that.

    Parameters
    ----------
    value : object
        The metric, as the user gave it.
    loss : Loss
        The output's loss.
    shape : tuple
        The output's shape.
    """
    if known_coding(loss, shape) is not None:
        return False
    if _general(value) is not None:
        return True
    metric = named("metric", value, "metrics")
    wanted = metric.wants()
    if loss.targets == "free":
        return wanted in ("values", "indices", "classes")
    return wanted == "values" and metric.reads != "values"


def fitting_metric(value: Any, output: OutputInfo, argument: str) -> tuple[Metric, Reading] | None:
    """Return the metric that a value is or names for an output, and how it reads.

    Parameters
    ----------
    value : object
        The metric, as the user gave it.
    output : OutputInfo
        The output.
    argument : str
        The argument that it came as, for messages.

    Returns
    -------
    tuple or None
        `None` for a name that has to wait for data.

    Raises
    ------
    ArgumentError
        If it means nothing for such targets.
    """
    general = _general(value)
    if general is not None and _means_something(output.loss):
        if output.coding is None:
            return None
        metric = _KINDS[general][_kind(general, value, output, argument)]()
        name = value if isinstance(value, str) else value.label()
        given = {} if isinstance(value, str) else {"from_logits": value.from_logits}
        metric = metric.replace(name=name, **given)
        if "ignore_class" in metric.options:
            # What does not count for the loss does not count here.
            metric = metric.replace(ignore_class=getattr(output.loss, "ignore_class", None))
    else:
        metric = named("metric", value, argument)
        if isinstance(value, str):
            # Logs bear the name that the user wrote, as in Keras: `mae` stays `mae`.
            metric = metric.replace(name=value)
        check_targets(metric, _kind_of_targets(metric, output))
    metric.check_output(output.shape[-1])
    return _read(metric, output)


def named(kind: str, value: Any, argument: str) -> Any:
    """Return the loss or metric that a value is or names; an error names the argument.

    Parameters
    ----------
    kind : {"loss", "metric"}
        What it is to be.
    value : object
        The value.
    argument : str
        The argument that it came as.
    """
    try:
        return resolve(kind, value)
    except ArgumentError as error:
        # A misspelt option inside the value keeps its own name.
        error.argument = error.argument or argument
        raise


def _general(value: Any) -> str | None:
    if isinstance(value, metrics.Crossentropy):
        return "crossentropy"
    return general_name(value) if isinstance(value, str) else None


def _means_something(loss: Loss) -> bool:
    """Return whether there are classes in the targets of a loss, or may be."""
    if isinstance(loss, (BinomialLikelihood, MultinomialLikelihood)):
        return True
    return loss.targets in ("values", "free", "indices", "classes")


def _kind(general: str, value: Any, output: OutputInfo, argument: str) -> str:
    """Return which kind of metric a general name stands for."""
    coding, single = str(output.coding), output.shape[-1] == 1
    if coding in NUMBERED:
        return "indices"
    if coding == "classes":
        return "classes"
    if general == "crossentropy" and output.scale == "margins":
        _refuse(general, value, argument, "a hinge loss makes no probabilities of predictions")
    no_classes = coding == "numbers" and (single or general != "accuracy")
    signed = coding in SIGNS and output.scale not in ("sigmoid", "softmax")
    if coding in ("off", "other") or no_classes or (signed and general == "crossentropy"):
        why = f"output {output.name!r} has targets that are {CODINGS[coding]}"
        _refuse(general, value, argument, why)
    if coding in ("onehot", "onehot_signs") or (coding in ("shares", "numbers") and not single):
        return "onehot"
    return "one"


def _refuse(general: str, value: Any, argument: str, why: str) -> None:
    name = value if isinstance(value, str) else value.label()
    raise ArgumentError(
        f"{name!r} has no meaning here: {why}.",
        argument=argument,
        received=name,
        hint="Name the kind that is meant, such as 'binary_accuracy', 'categorical_accuracy' or "
        "'sparse_categorical_accuracy'; for numbers there are 'mae' and 'mse'."
        if general == "accuracy"
        else "Name the kind that is meant, such as 'binary_crossentropy', or leave it out.",
    )


def _kind_of_targets(metric: Metric, output: OutputInfo) -> str:
    """Return the output's targets in the words of `Loss.targets`."""
    kind, coding = output.loss.targets, output.coding
    if kind != "free" or coding in (None, *NO_CLASSES) or isinstance(metric, _BOTH_WAYS):
        return kind
    if coding == "indices" or (coding == "column" and metric.reads != "values"):
        return "indices"
    # What a metric of values makes of a column beside several outputs, the user knows.
    return kind if coding == "column" else "values"


def _read(metric: Metric, output: OutputInfo) -> tuple[Metric, Reading]:
    """Return a metric as it goes with what predictions are, and how it is to read."""
    if isinstance(output.loss, (BinomialLikelihood, MultinomialLikelihood)):
        if metric.wants() in ("any", "columns"):
            return metric, Reading()
        numbered = isinstance(output.loss, MultinomialLikelihood)
        coded = "index" if numbered else "half" if metric.reads == "decisions" else None
        return metric, Reading(coded, None, output.loss)
    scale, predictions = output.scale, None
    if metric.reads == "probabilities" and scale in ("sigmoid", "softmax"):
        if hasattr(metric, "from_logits"):
            metric = metric if metric.from_logits else metric.replace(from_logits=True)
        else:
            predictions = scale
    if metric.reads == "decisions":
        if scale == "values" and output.coding in SIGNS:
            scale = "halved"
        scale = "sigmoid" if scale == "margins" else scale
        predictions = scale if scale in ("sigmoid", "softmax", "halved") else None
        if predictions in ("sigmoid", "halved"):
            metric = _cut_at_zero(metric)
            # Where every prediction is a threshold, their order is enough.
            predictions = None if metric.collects else predictions
    return metric, Reading(_targets(metric, output), predictions)


def _cut_at_zero(metric: Metric) -> Metric:
    """Return a metric whose threshold of 0 is that of scores: as a probability it cuts nothing."""
    if getattr(metric, "threshold", None) == 0.0:
        return metric.replace(threshold=0.5)
    if getattr(metric, "thresholds", None) == (0.0,):
        return metric.replace(thresholds=(0.5,))
    return metric


def _targets(metric: Metric, output: OutputInfo) -> str | None:
    coding, free = output.coding, output.loss.targets == "free"
    if coding in NUMBERED:
        numbers = metric.wants() in ("indices", "classes") or isinstance(metric, _BOTH_WAYS)
        return "index" if free and numbers else None
    if metric.wants() != "values":
        return None
    plain = "float" if free else None
    if metric.reads == "values":
        return plain
    if coding in SIGNS or isinstance(output.loss, (losses.Hinge, losses.SquaredHinge)):
        return "yes"
    halves = coding == "shares" and isinstance(metric, metrics.BinaryAccuracy)
    return "half" if halves and output.shape[-1] == 1 else plain
