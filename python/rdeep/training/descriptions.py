"""How a model is compiled, and how far it is trained, as plain data and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from rdeep.catalogue.options import Function
from rdeep.catalogue.record import Record
from rdeep.catalogue.registry import from_config
from rdeep.errors import StateError, class_name
from rdeep.seeds import stream
from rdeep.training import plans
from rdeep.training.computing import data_of, phases_of
from rdeep.training.last import LastTraining
from rdeep.training.phases import Phased
from rdeep.training.trainer import Trainer


def trainer_to_data(trainer: Trainer) -> dict[str, Any]:
    """Return everything but the slots as plain data.

    Parameters
    ----------
    trainer : Trainer
        How a model is compiled and how far it is trained.
    """
    compiled = trainer.compiled
    return {
        "optimizer": compiled.optimizer.to_data(),
        "loss": _plain(compiled.loss),
        "metrics": _plain(compiled.metrics),
        "weighted_metrics": _plain(compiled.weighted_metrics),
        "loss_weights": compiled.loss_weights,
        "steps_per_execution": compiled.steps_per_execution,
        "jit_compile": compiled.jit,
        "learning_rate": trainer._learning_rate,
        "rate_was_set": trainer._rate_was_set,
        "steps_taken": trainer._fitted_steps(),
        "loss_scale": None if trainer.loss_scale is None else list(trainer.loss_scale),
        "last_training": None
        if trainer.last is None
        else {"seed": trainer.last.seed, "epochs": trainer.last.epochs},
        "dtype_policy": compiled.policy,
        "targets": None
        if trainer._observed is None
        else [s and asdict(s) for s in trainer._observed],
        **_computing_to_data(trainer),
    }


def _computing_to_data(trainer: Trainer) -> dict[str, Any]:
    if trainer.computing is not None:
        return {"computing": data_of(trainer.computing)}
    if trainer.phases is not None or trainer.compiled.computes:
        raise StateError(
            "What the losses compute is not known before they have seen data, and cannot be "
            "saved or copied yet.",
            hint="Call fit() or evaluate() first.",
        )
    return {}


def trainer_from_data(
    data: Mapping[str, Any],
    slots: Mapping[str, np.ndarray],
    computing: plans.Computing | Phased | None = None,
) -> Trainer:
    """Return the trainer that `trainer_to_data` described.

    Parameters
    ----------
    data : mapping
        What `trainer_to_data` returned.
    slots : mapping of str to numpy.ndarray
        What `slots` returned.
    computing : Computing or Phased, optional
        The network that computes losses itself.
    """
    trainer = Trainer(
        optimizer=data["optimizer"],
        loss=_records("loss", data["loss"]),
        metrics=_records("metric", data["metrics"]),
        loss_weights=data["loss_weights"],
        weighted_metrics=_records("metric", data["weighted_metrics"]),
        steps_per_execution=data["steps_per_execution"],
        jit_compile=data["jit_compile"],
        dtype_policy=data.get("dtype_policy", "float32"),
        phases=None if computing is None else phases_of(computing),
    )
    trainer.computing = computing
    if isinstance(computing, plans.Computing):
        trainer.compiled.own_loss = computing.computed.loss
    trainer._learning_rate = data["learning_rate"]
    trainer._rate_was_set = data.get("rate_was_set", False)
    trainer._steps_taken = data["steps_taken"]
    if data.get("loss_scale") is not None:
        factor, since_change = data["loss_scale"]
        trainer._waiting_scale = (factor, since_change)
    if data.get("last_training") is not None:
        trainer.last = LastTraining(**data["last_training"], chosen=stream.chosen)
    trainer._waiting_slots = slots
    optimizer = trainer.compiled.optimizer
    if data.get("excluded"):
        optimizer.exclude_from_weight_decay(var_list=data["excluded"])
    if slots and trainer.phases is None:
        # Steps by hand go on from there as well as `fit` does.
        optimizer.__dict__["_steps_kept"] = (data["steps_taken"], slots)
    # What is doubtful was said when the model was compiled.
    trainer._warns = False
    if data.get("targets") is not None:
        trainer._observed = [
            None if s is None else plans.ObservedTargets(**s) for s in data["targets"]
        ]
    return trainer


def _plain(value: object) -> Any:
    """Return losses and metrics as plain data, with records as their configurations."""
    if isinstance(value, Record):
        if any(isinstance(each.type, Function) for each in value.options.values()):
            raise StateError(
                f"{class_name(value)} is made of a function, which cannot be saved.",
                hint="Compile the model without it, then save it.",
            )
        return value.to_data()
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value


def _records(kind: str, value: object) -> Any:
    """Return what `_plain` made of losses or metrics as it was."""
    if isinstance(value, Mapping):
        if "class" in value:
            return from_config(kind, value)
        return {name: _records(kind, item) for name, item in value.items()}
    if isinstance(value, list):
        return [_records(kind, item) for item in value]
    return value
