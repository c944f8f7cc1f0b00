"""How Keras's files say that a model is trained: optimizer, its variables, loss and metrics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from rdeep.catalogue.optimizers import ACCUMULATED, AVERAGE, BaseOptimizer, ParameterInfo
from rdeep.catalogue.registry import restored
from rdeep.saving.faults import Damage, shown_value
from rdeep.saving.foreign.keras_objects import (
    ANY,
    Plain,
    class_of,
    config_of,
    options_of,
    plain_data,
    plain_object,
    record_of,
)

COMPUTED = "rdeep"
"""What a function computes, beside its name: Keras looks at the name alone."""

_UNUSED = {
    **{"decay": (None, 0.0), "is_legacy_optimizer": ANY, "jit_compile": ANY},
    "gradient_aggregation": ANY,
}


def compiled_of(saved: Any, output_names: Mapping[str, str], place: str) -> Plain | None:
    """Return what a model is compiled with, as plain data; `None` where it is not compiled.

    Parameters
    ----------
    saved : object
        What Keras wrote.
    output_names : mapping of str to str
        The names of outputs, by those that Keras has for them.
    place : str
        Where it stands, for messages.
    """
    if not saved:
        return None
    if not isinstance(saved, Mapping) or "optimizer" not in saved:
        raise Damage(
            "it was compiled in a way of its own",
            place=place,
            hint="Save the model in Keras before compile(), or without its own compile().",
        )

    def several(kind: str, name: str) -> Any:
        return _functions(kind, saved.get(name), output_names, f"{place}.{name}")

    steps = saved.get("steps_per_execution") or 1
    optimizer = _optimizer(saved["optimizer"], f"{place}.optimizer")
    rate = optimizer["options"].get("learning_rate")
    return {
        "optimizer": optimizer,
        "loss": several("loss", "loss"),
        "metrics": several("metric", "metrics"),
        "weighted_metrics": several("metric", "weighted_metrics"),
        "loss_weights": _weights(saved.get("loss_weights"), output_names, f"{place}.loss_weights"),
        "steps_per_execution": steps if type(steps) is int and steps > 0 else 1,
        "jit_compile": None,
        "learning_rate": rate if isinstance(rate, (int, float)) else 0.0,
        "steps_taken": 0,
        "dtype_policy": "float32",
        "targets": None,
    }


def _optimizer(saved: Any, place: str) -> Plain:
    if isinstance(saved, str):
        found: Plain = plain_object("optimizer", saved, place)
        return found
    record = record_of("optimizer", class_of(saved, place), place)
    config = dict(config_of(saved, place))
    name = config.pop("name", None)
    options = options_of(record, config, place, _optimizer_value, _UNUSED)
    if isinstance(name, str):
        options["name"] = name
    return {"class": record.__name__, "options": options}


def _optimizer_value(name: str, value: Any, place: str) -> Any:
    if name == "learning_rate" and isinstance(value, Mapping):
        record = record_of("schedule", class_of(value, place), place)
        options = options_of(record, config_of(value, place), place)
        return {"class": record.__name__, "options": options}
    if name == "inner_optimizer":
        return _optimizer(value, place)
    return plain_data(value, place)


def _functions(kind: str, saved: Any, names: Mapping[str, str], place: str) -> Any:
    if saved is None or isinstance(saved, str):
        return saved if saved is None else _known_name(kind, saved, place)
    if isinstance(saved, list):
        return [_functions(kind, each, names, place) for each in saved]
    if isinstance(saved, Mapping) and "class_name" not in saved:
        return {
            names.get(key, key): _functions(kind, each, names, f"{place}.{key}")
            for key, each in saved.items()
        }
    if saved.get("class_name") == "function":
        if COMPUTED in saved:
            return restored(kind, saved[COMPUTED], f"{place}.{COMPUTED}")
        return plain_object(kind, saved, place)
    record = record_of(kind, class_of(saved, place), place)
    config = dict(config_of(saved, place))
    if config.get("dtype") not in (None, "float32") and not isinstance(config["dtype"], Mapping):
        raise Damage(f"it computes in {shown_value(config['dtype'])}", place=place)
    for unseen in ("dtype", "fn"):
        config.pop(unseen, None)
    options = options_of(record, config, place)
    if isinstance(config.get("name"), str) and "name" in record.options:
        options["name"] = config["name"]
    return {"class": record.__name__, "options": options}


_METRICS_BY_TARGETS = ("accuracy", "acc", "crossentropy", "ce")


def _known_name(kind: str, name: str, place: str) -> Any:
    if kind == "metric" and name in _METRICS_BY_TARGETS:
        return name
    plain_object(kind, name, place)
    return name


def _weights(saved: Any, names: Mapping[str, str], place: str) -> Any:
    if isinstance(saved, Mapping):
        return {names.get(key, key): _weights(each, names, place) for key, each in saved.items()}
    if isinstance(saved, list):
        return [_weights(each, names, place) for each in saved]
    if saved is not None and (isinstance(saved, bool) or not isinstance(saved, (int, float))):
        raise Damage("it is no number", place=place)
    return saved


# The optimizer's variables -----------------------------------------------------------------------

_GROUPS: dict[str, tuple[tuple[str, ...], ...]] = {
    **dict.fromkeys(("Adam", "AdamW"), (("momentum", "velocity"), ("velocity_max",))),
    "Adamax": (("momentum", "norm"),),
    "Nadam": (("momentum", "velocity"),),
    "Lamb": (("momentum", "velocity"),),
    "SGD": (("velocity",),),
    "Lion": (("momentum",),),
    "Muon": (("momentum", "velocity"),),
    "RMSprop": (("velocity",), ("momentum",), ("average_gradient",)),
    "Adagrad": (("accumulator",),),
    "Adadelta": (("accumulated_grad", "accumulated_delta_var"),),
    "Ftrl": (("accumulator", "linear"),),
    "Adafactor": (("rows", "columns", "velocity"),),
}
"""The slots of each optimizer, as Keras makes their variables: together ones alternate."""

ITERATIONS, RATE, PRODUCT, FILLER = "iterations", "learning_rate", "product", "filler"


def variables_of(
    optimizer: BaseOptimizer, weights: Sequence[ParameterInfo], trained: bool
) -> list[tuple[str, ParameterInfo | None]] | None:
    """Return what Keras keeps of an optimizer, in turn: what it is, and of which weight.

    Parameters
    ----------
    optimizer : BaseOptimizer
        The optimizer.
    weights : sequence of ParameterInfo
        The weights that are trained, in Keras's order.
    trained : bool
        Whether it was used: before, Keras keeps two numbers.

    Returns
    -------
    list of (str, ParameterInfo) or None
        `None` for an optimizer whose variables are not known.
    """
    name = type(optimizer).__name__
    if name not in _GROUPS:
        return None
    rule = optimizer.rule
    found: list[tuple[str, ParameterInfo | None]] = [(ITERATIONS, None)]
    if rule.schedule is None:
        found.append((RATE, None))
    if not trained:
        return found
    for own in (AVERAGE, ACCUMULATED):
        if own in rule.kept():
            found += [(own, weight) for weight in weights]
    slots = {weight.name: rule.slots(weight) for weight in weights}
    for group in _GROUPS[name]:
        for weight in weights:
            own_slots = slots[weight.name]
            if name == "Adafactor" and len(weight.shape) < 2:
                found += [(FILLER, weight), (FILLER, weight)]
            found += [(slot, weight) for slot in group if slot in own_slots]
            if name == "Adafactor" and len(weight.shape) >= 2:
                found.append((FILLER, weight))
    if name == "Nadam":
        found.append((PRODUCT, None))
    return found


def slots_of(
    optimizer: BaseOptimizer,
    weights: Sequence[ParameterInfo],
    arrays: Sequence[np.ndarray],
    place: str,
) -> tuple[dict[str, np.ndarray], int, float | None] | None:
    """Return an optimizer's slots, how many steps it has taken, and its learning rate.

    Parameters
    ----------
    optimizer : BaseOptimizer
        The optimizer.
    weights : sequence of ParameterInfo
        The weights that are trained, in Keras's order.
    arrays : sequence of numpy.ndarray
        What Keras kept, in turn.
    place : str
        Where it stands, for messages.

    Raises
    ------
    Damage
        If they are not those of such an optimizer.
    """
    trained = len(arrays) > 2
    layout = variables_of(optimizer, weights, trained)
    if layout is None:
        return None
    if not trained and len(arrays) != len(layout):
        layout = variables_of(optimizer, weights, True)
    if layout is None or len(layout) != len(arrays):
        raise Damage(
            f"it has {len(arrays)} arrays, and the optimizer keeps {len(layout or ())}", place=place
        )
    slots: dict[str, np.ndarray] = {}
    numbers: dict[str, float] = {}
    for index, ((what, weight), array) in enumerate(zip(layout, arrays)):
        where = f"{place}/{index}"
        if weight is None:
            if array.shape != () or array.dtype.kind not in "fiu":
                raise Damage("it is no number", place=where)
            numbers[what] = float(array)
        elif what != FILLER:
            wanted = optimizer.rule.slots(weight).get(what)
            shape = weight.shape if wanted is None or wanted.shape is None else wanted.shape
            if array.shape != shape or array.dtype.kind != "f":
                raise Damage(f"it is no {what} of {weight.name!r}", place=where)
            slots[f"{what}/{weight.name}"] = np.array(array, np.float32)
    if not 0 <= numbers[ITERATIONS] < 2**53:
        raise Damage("it has taken no such number of steps", place=place)
    if PRODUCT in numbers:
        # One for all weights; here each has its own.
        product = np.array(numbers[PRODUCT], np.float32)
        slots.update({f"{PRODUCT}/{weight.name}": product.copy() for weight in weights})
    return slots, int(numbers[ITERATIONS]), numbers.get(RATE)
