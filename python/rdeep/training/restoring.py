"""How a model is compiled, out of a file: of values alone, checked against the model's layers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from rdeep.catalogue.metrics.codings import CODINGS
from rdeep.catalogue.optimizers import BaseOptimizer
from rdeep.catalogue.optimizers.base import ParameterInfo
from rdeep.catalogue.options import DTYPES
from rdeep.catalogue.registry import restored
from rdeep.errors import plain
from rdeep.errors.damage import Damage, making
from rdeep.graph.flags import Flags, under
from rdeep.graph.network import Graph
from rdeep.precision import POLICIES
from rdeep.training.descriptions import trainer_from_data
from rdeep.training.phases import Phased
from rdeep.training.plans import Computing
from rdeep.training.trainer import Trainer

_REQUIRED = (
    *("optimizer", "loss", "metrics", "weighted_metrics", "loss_weights", "steps_per_execution"),
    *("jit_compile", "learning_rate", "steps_taken"),
)
_OPTIONAL = (
    *("dtype_policy", "targets", "trained"),
    *("rate_was_set", "loss_scale", "last_training", "computing", "excluded"),
)
_LONGEST_NAME = 100


def restored_training(data: Any, place: str) -> dict[str, Any]:
    """Return what `Trainer.to_data` gave, with records in the place of what files hold.

    Parameters
    ----------
    data : object
        Plain data.
    place : str
        Where in the file it is.

    Raises
    ------
    Damage
        If it is anything else.
    """
    plain.fields(data, _REQUIRED, place, _OPTIONAL)
    found = dict(data)
    found["optimizer"] = restored("optimizer", data["optimizer"], f"{place}.optimizer")
    for name, kind in (("loss", "loss"), ("metrics", "metric"), ("weighted_metrics", "metric")):
        found[name] = _functions(kind, data[name], f"{place}.{name}")
    _loss_weights(data["loss_weights"], f"{place}.loss_weights")
    plain.whole(data["steps_per_execution"], f"{place}.steps_per_execution", 1, 2**31)
    plain.optional(plain.flag)(data["jit_compile"], f"{place}.jit_compile")
    rate = plain.number(data["learning_rate"], f"{place}.learning_rate")
    if not 0 <= rate < 3.4e38:
        raise Damage("it must be a number of at least 0", place=f"{place}.learning_rate")
    plain.whole(data["steps_taken"], f"{place}.steps_taken", most=2**62)
    plain.one_of(data.get("dtype_policy", "float32"), POLICIES, f"{place}.dtype_policy")
    if data.get("targets") is not None:
        plain.each(data["targets"], plain.optional(_targets), f"{place}.targets")
    if "excluded" in data:
        plain.each(data["excluded"], plain.text, f"{place}.excluded")
    if "trained" in data:
        plain.each(data["trained"], plain.flag, f"{place}.trained")
    _progress(data, place)
    return found


def _progress(data: Mapping[str, Any], place: str) -> None:
    """Refuse what training cannot have come to."""
    plain.flag(data.get("rate_was_set", False), f"{place}.rate_was_set")
    scale = data.get("loss_scale")
    if scale is not None:
        at = f"{place}.loss_scale"
        if not isinstance(scale, list) or len(scale) != 2:
            raise Damage("it must be a factor and a number of steps", place=at)
        if not 0 < plain.number(scale[0], f"{at}[0]") < 3.4e38:
            raise Damage("it must be a number above 0", place=f"{at}[0]")
        plain.whole(scale[1], f"{at}[1]", most=2**62)
    last = data.get("last_training")
    if last is not None:
        at = f"{place}.last_training"
        plain.fields(last, ("seed", "epochs"), at)
        plain.whole(last["seed"], f"{at}.seed", most=2**63 - 1)
        plain.whole(last["epochs"], f"{at}.epochs", most=2**53)


def restored_trainer(
    data: dict[str, Any],
    slots: Mapping[str, np.ndarray],
    place: str,
    computing: Computing | Phased | None = None,
) -> Trainer:
    """Return the trainer of what `restored_training` returned.

    Parameters
    ----------
    data : dict
        What it returned.
    slots : mapping of str to numpy.ndarray
        What the optimizer keeps.
    place : str
        Where in the file it is.
    computing : Computing or Phased, optional
        The network that computes losses itself.
    """
    with making(place):
        return trainer_from_data(data, slots, computing)


def _functions(kind: str, value: Any, place: str) -> Any:
    """Return losses or metrics: for all outputs, in lists, or by outputs' names."""
    if value is None:
        return None
    if isinstance(value, str):
        # A name that somebody gave: what it stands for depends on the model's outputs.
        if not value or len(value) > _LONGEST_NAME:
            raise Damage(f"it is no name of a {kind}", place=place)
        return value
    if isinstance(value, list):
        return plain.each(value, lambda each, at: _functions(kind, each, at), place)
    if isinstance(value, dict) and "class" in value:
        return restored(kind, value, place)
    return plain.by_name(value, lambda each, at: _functions(kind, each, at), place)


def _loss_weights(value: Any, place: str) -> None:
    weight = plain.optional(plain.number)
    if isinstance(value, dict):
        plain.by_name(value, weight, place)
    elif isinstance(value, list):
        plain.each(value, weight, place)
    else:
        weight(value, place)


def _targets(value: Any, place: str) -> None:
    plain.fields(value, ("codings", "rank", "dtype"), place)
    codings = plain.each(
        value["codings"],
        lambda each, at: plain.one_of(each, tuple(CODINGS), at),
        f"{place}.codings",
    )
    if not codings:
        raise Damage("it must have a coding", place=f"{place}.codings")
    plain.whole(value["rank"], f"{place}.rank", most=32)
    plain.one_of(value["dtype"], DTYPES, f"{place}.dtype")


def check_outputs(trainer: Trainer, data: Mapping[str, Any], graph: Graph, place: str) -> None:
    """Refuse a compilation that does not go with a model's outputs.

    Parameters
    ----------
    trainer : Trainer
        The trainer.
    data : mapping
        What it was made of.
    graph : Graph
        The model's graph.
    place : str
        Where in the file it is.
    """
    seen = data.get("targets")
    if seen is not None and len(seen) != len(graph.outputs):
        raise Damage("it must say something of each output", place=f"{place}.targets")
    with making(place):
        trainer.check(graph)


def slot_shapes(
    optimizer: BaseOptimizer, graph: Graph, flags: Flags, names: Sequence[str] | None = None
) -> dict[str, tuple[int, ...]]:
    """Return the names and shapes of what an optimizer keeps of a model, as files have them.

    Parameters
    ----------
    optimizer : BaseOptimizer
        The optimizer.
    graph : Graph
        The model's graph.
    flags : Flags
        Which layers are trained.
    names : sequence of str, optional
        The weights that it changes; by default all that are trained.
    """
    rule = optimizer.rule
    with under(flags):
        trained = graph.trainable_names() if names is None else names
    weights, found = graph.weights(), {}
    for name in trained:
        shape = tuple(weights[name].shape)
        kept = {**rule.slots(ParameterInfo(name, shape)), **rule.kept()}
        for slot, start in kept.items():
            found[f"{slot}/{name}"] = shape if start.shape is None else tuple(start.shape)
    return found
