"""All that training changes in a model, as a tree of arrays under Keras's names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from rdeep.errors import ArgumentError, suggestion
from rdeep.models.interface import WholeModel

PARTS = ("trainable_variables", "non_trainable_variables", "optimizer_variables")


def get_state_tree(model: WholeModel) -> dict[str, Any]:
    """Return weights and the optimizer's slots, nested by layer.

    Parameters
    ----------
    model : Model
        A model.

    Returns
    -------
    dict
        `trainable_variables` and `non_trainable_variables` by layer and weight;
        `optimizer_variables` with `iterations` and, by slot, layer and weight, what the optimizer
        keeps.

    Examples
    --------
    >>> from rdeep import Sequential
    >>> from rdeep.layers import Dense
    >>> model = Sequential([Dense(1)], input_shape=(2,))
    >>> sorted(get_state_tree(model)["trainable_variables"]["dense"])
    ['bias', 'kernel']
    """
    trained = set(model.graph.trainable_names())
    weights = model.get_named_weights()
    slots: dict[str, Any] = {}
    if model.is_compiled:
        slots = {"iterations": model.trainer.steps_taken, **nested(model.trainer.slots())}
    return {
        "trainable_variables": nested({k: w for k, w in weights.items() if k in trained}),
        "non_trainable_variables": nested({k: w for k, w in weights.items() if k not in trained}),
        "optimizer_variables": slots,
    }


def set_state_tree(model: WholeModel, state_tree: Mapping[str, Any]) -> None:
    """Change what a state tree holds; parts that are left out stay.

    Parameters
    ----------
    model : Model
        A model.
    state_tree : mapping
        What `get_state_tree` returned, of a model of the same layers.
    """
    for part in state_tree:
        if part not in PARTS:
            raise ArgumentError(
                f"'state_tree' has no part {part!r}.",
                argument="state_tree",
                received=part,
                hint=suggestion(part, PARTS),
            )
    weights: dict[str, Any] = {}
    for part in PARTS[:2]:
        weights.update(flat(state_tree.get(part) or {}))
    if weights:
        model.set_weights(weights)
    slots = dict(state_tree.get("optimizer_variables") or {})
    if slots:
        steps = int(slots.pop("iterations", model.trainer.steps_taken))
        arrays = {name: np.asarray(value, np.float32) for name, value in flat(slots).items()}
        model.trainer.go_on_from(arrays, steps)


def nested(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is named `a/b/c` as mappings in each other.

    Parameters
    ----------
    values : mapping
        Values by path.

    Examples
    --------
    >>> nested({"dense/kernel": 1, "dense/bias": 2})
    {'dense': {'kernel': 1, 'bias': 2}}
    """
    tree: dict[str, Any] = {}
    for path, value in values.items():
        *folders, leaf = path.split("/")
        place = tree
        for folder in folders:
            place = place.setdefault(folder, {})
        place[leaf] = value
    return tree


def flat(tree: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    """Return the leaves of a tree by path.

    Parameters
    ----------
    tree : mapping
        What `nested` returned.
    above : str
        The path of the tree.
    """
    found: dict[str, Any] = {}
    for name, value in tree.items():
        path = f"{above}{name}"
        found.update(flat(value, f"{path}/") if isinstance(value, Mapping) else {path: value})
    return found
