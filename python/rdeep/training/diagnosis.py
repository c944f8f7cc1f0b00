"""Finding out why a step of training comes to no number."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from rdeep.arrays import numpy as numpy_ops
from rdeep.data.arrays import ArrayFeed
from rdeep.engines import registry as backends
from rdeep.engines.contract import Batches, Stepper, TrainState
from rdeep.errors import NumbersWarning, Wording, show_rows, worded
from rdeep.graph.cost import forward_flops
from rdeep.training.model import TrainedModel

# What is computed once more, to see where it goes wrong, takes a second or so.
_MOST_FLOPS = 1e10
# Inputs, gradients and rates beyond these are the likely reason.
_LARGE_INPUT, _LARGE_GRADIENT, _LARGE_RATE = 1e3, 1e3, 0.1


@dataclass
class Finding:
    """What is known of a step that comes to no number; see `NumbersWarning`."""

    step: int
    epoch: int
    batch: int
    learning_rate: float
    rows: list[int] | None = None
    bad_rows: list[int] | None = None
    cause: str = "unknown"
    layer: str | None = None
    value: str = "NaN"
    gradient_norm: float | None = None
    largest_input: float | None = None
    half: bool = False
    """Whether layers compute in float16."""
    norms: dict[str, float] = field(default_factory=dict)

    def warning(self, begin: str, end: str) -> NumbersWarning:
        """Return the finding as a warning.

        Parameters
        ----------
        begin, end : str
            What is said first, of what was done about the step, and before the advice.
        """
        place = f"step {self.step} (batch {self.batch} of epoch {self.epoch})"
        lines = [
            worded(f"{begin} {place}, which comes to no number: {self._what()}"),
            worded(f"{self._where()} {self._sizes()}"),
            worded(f"{end} {self._advice()}"),
        ]
        found = {name: value for name, value in asdict(self).items() if name != "norms"}
        return NumbersWarning(worded("\n".join(f"{line}" for line in lines)), **found)

    def _what(self) -> Wording:
        at = worded(f", in {show_rows(self.bad_rows)}" if self.bad_rows else "")
        said = {
            "weights": f"the weight {self.layer!r} was {self.value} before.",
            "layer": f"layer {self.layer!r} is the first whose output is {self.value}{at}.",
            "loss": f"all layers give numbers, but the loss is {self.value}{at}.",
            "gradient": f"the loss is a number, but the gradient of layer {self.layer!r} is "
            f"{self.value}.",
            "update": "loss and gradients are numbers, but what the step would make of "
            "weights, moving means or the optimizer's slots is not.",
        }
        return worded(said.get(self.cause, f"the loss or a gradient is {self.value}."))

    def _where(self) -> Wording:
        if self.rows is None:
            return worded("The batch is one of a stream;")
        return worded(f"The batch is {show_rows(self.rows)} of the data;")

    def _sizes(self) -> str:
        parts = []
        if self.largest_input is not None:
            parts.append(f"its largest input is {self.largest_input:.3g}")
        if self.gradient_norm is not None:
            size = f"{self.gradient_norm:.3g}" if np.isfinite(self.gradient_norm) else "no number"
            parts.append(f"the gradient's norm is {size}")
        parts.append(f"the learning rate is {self.learning_rate:g}")
        return ", ".join(parts) + "."

    def _advice(self) -> Wording:
        if self.cause == "weights":
            return worded("Set these weights anew, or load a model that was saved before.")
        tips: list[str] = []
        if self.largest_input is not None and self.largest_input > _LARGE_INPUT:
            tips.append("inputs of a smaller scale, as a layer for normalization makes them")
        if self.half:
            tips.append("'mixed_bfloat16' in the place of 'mixed_float16', which ends at 65504")
        if self.cause == "loss" and not self._is_steep():
            tips.append("targets and outputs that the loss can take (logits, or probabilities)")
        if not tips or self._is_steep():
            tips.append("a smaller 'learning_rate'")
        if self.learning_rate <= _LARGE_RATE or len(tips) == 1:
            tips.append("'clipnorm' in the optimizer, such as 1")
        return worded(f"What may help: {'; '.join(tips)}.")

    def _is_steep(self) -> bool:
        large = self.gradient_norm is not None and not self.gradient_norm < _LARGE_GRADIENT
        return self.learning_rate > _LARGE_RATE or large


def examine(
    model: TrainedModel,
    stepper: Stepper,
    state: TrainState,
    batches: Batches,
    index: int,
    finding: Finding,
) -> None:
    """Find out why a step would come to no number: fill in a finding.

    The layers' formulas are computed once more, with the random numbers of that step.

    Parameters
    ----------
    model : Model
        The model, as it was before the step.
    stepper : Stepper
        What runs its steps.
    state : TrainState
        The state before the step.
    batches : Batches
        The epoch's data on the device.
    index : int
        The batch's number there.
    finding : Finding
        What is known of it.
    """
    finding.half = model.trainer.compiled.policy == "mixed_float16"
    # Whatever goes wrong here must not take the training with it that it is about.
    with suppress(Exception):
        feed = batches.arrays(index)
        finding.largest_input = max(float(np.abs(x).max(initial=0.0)) for x in feed.inputs)
        with suppress(Exception), np.errstate(all="ignore"):
            finding.norms = stepper.gradient_norms(state, batches, index)
            squares = sum(norm * norm for norm in finding.norms.values())
            finding.gradient_norm = float(np.sqrt(squares))
        with np.errstate(all="ignore"):
            _name_cause(model, stepper, state, feed, finding)


def _name_cause(
    model: TrainedModel, stepper: Stepper, state: TrainState, feed: ArrayFeed, finding: Finding
) -> None:
    weights = model.get_named_weights()
    for name, value in weights.items():
        if not np.isfinite(value).all():
            finding.cause, finding.layer, finding.value = "weights", name, _kind(value)
            return
    if _bad_in_forward_pass(model, stepper, state, feed, weights, finding):
        return
    bad = [name for name, norm in finding.norms.items() if not np.isfinite(norm)]
    if bad:
        # Gradients go from the last layer to the first.
        finding.cause, finding.layer = "gradient", bad[-1].rpartition("/")[0]
        finding.value = "NaN" if np.isnan(finding.norms[bad[-1]]) else "infinite"
    elif finding.norms:
        finding.cause, finding.value = "update", "infinite"


def _bad_in_forward_pass(
    model: TrainedModel,
    stepper: Stepper,
    state: TrainState,
    feed: ArrayFeed,
    weights: dict[str, np.ndarray],
    finding: Finding,
) -> bool:
    """Look for the first layer, or the loss, that is no number; return whether there is one."""
    graph = model.graph.network
    rows = max(1, min(feed.rows, int(_MOST_FLOPS / max(forward_flops(graph), 1.0))))
    part = feed.take(slice(0, rows))
    with suppress(Exception):
        network: Any = backends.load("numpy").build(graph, weights, None)
        values, scores = network.traced(part.inputs, state.seed, state.step)
        for layer, value in values:
            if not np.isfinite(value).all():
                finding.cause, finding.layer = "layer", layer
                finding.value, finding.bad_rows = _kind(value), _bad_rows(value, finding, rows)
                return True
        for loss in stepper.objective.losses_of_rows(scores, part.targets, numpy_ops):
            if not np.isfinite(loss).all():
                finding.cause = "loss"
                finding.value, finding.bad_rows = _kind(loss), _bad_rows(loss, finding, rows)
                return True
    return False


def _kind(value: np.ndarray) -> str:
    return "NaN" if np.isnan(value).any() else "infinite"


def _bad_rows(value: np.ndarray, finding: Finding, rows: int) -> list[int] | None:
    """Return which rows of the data have values that are no numbers, unless all have."""
    if finding.rows is None or not value.ndim or len(value) != rows:
        return None
    bad = ~np.isfinite(value).reshape(rows, -1).all(axis=1)
    return None if bad.all() else _numbers(np.asarray(finding.rows)[:rows][bad])


def _numbers(rows: np.ndarray | Sequence[int]) -> list[int]:
    return [int(row) for row in rows]
