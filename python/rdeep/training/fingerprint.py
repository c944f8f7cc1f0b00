"""What a training is recognised by: the model, how it is compiled, and the data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from hashlib import blake2b
from typing import Any

import numpy as np

from rdeep.data.arrays import ArrayFeed
from rdeep.errors import StateError, Wording, worded
from rdeep.training.data_loader import DataLoader
from rdeep.training.descriptions import trainer_to_data
from rdeep.training.model import TrainedModel

# Rows, spread over all of the data, whose values are looked at.
_ROWS = 64
# What training changes of what is said about it.
_CHANGING = (
    "learning_rate",
    "rate_was_set",
    "steps_taken",
    "loss_scale",
    "last_training",
    "targets",
)
_LONGEST = 120

Fingerprint = dict[str, Any]


def fingerprint(
    model: TrainedModel,
    loader: DataLoader,
    feeds: Mapping[str, object],
    shuffle: bool,
) -> Fingerprint:
    """Return what tells this training from others, as texts and numbers by what they are.

    Parameters
    ----------
    model : Model
        The model.
    loader : DataLoader
        Where batches come from.
    feeds : mapping of str to ArrayFeed
        The arrays that are known, by what they are for.
    shuffle : bool
        Whether the data is shuffled.
    """
    found: Fingerprint = {}
    for name, value in model.get_named_weights().items():
        found[f"the weight {name!r}"] = _shaped(value)
    with suppress(StateError):
        # Layers that cannot be written down are known by their weights alone.
        found["the layers and their options"] = _digest(_text(model.structure()))
    for name, value in _compiled(model).items():
        found[f"the compiled {name!r}"] = _short(_text(value))
    found["the batch size"] = loader.size
    found["the number of steps in an epoch"] = loader.steps
    found["the number of samples"] = loader.rows
    found["'shuffle'"] = shuffle
    for what, feed in feeds.items():
        if isinstance(feed, ArrayFeed):
            found.update(_of_feed(what, feed))
    return found


def check_same(then: Fingerprint, now: Fingerprint, folder: str, argument: str) -> None:
    """Refuse the state of another training.

    Parameters
    ----------
    then, now : dict
        What `fingerprint` returned for the training of the state, and for this one.
    folder : str
        Where the state is.
    argument : str
        The argument that it came by.

    Raises
    ------
    StateError
        If they differ: it names the first that does.
    """
    if then == now:
        return
    names = dict.fromkeys([*now, *then])
    name = next(name for name in names if then.get(name) != now.get(name))
    raise StateError(
        f"The state in '{folder}' is of another training. What differs: "
        f"{_differs(name, then, now)}.",
        argument=argument,
        received=folder,
        hint="Give the model, the data and the options that it was stopped with, or another "
        "folder to begin a training of its own.",
    )


def _differs(name: str, then: Fingerprint, now: Fingerprint) -> Wording:
    if name not in then:
        return worded(f"{name}, of which there was none then")
    if name not in now:
        return worded(f"{name}, of which there is none now")
    before, after = str(then[name]), str(now[name])
    if before.startswith("#") or after.startswith("#"):
        return worded(name)
    return worded(f"{name} ({before} then, {after} now)")


def _compiled(model: TrainedModel) -> dict[str, Any]:
    try:
        said = trainer_to_data(model.trainer)
    except StateError:
        # Losses made of functions are known by their names alone.
        said = {"loss": [type(loss).__name__ for loss in model.output_losses()]}
    return {name: value for name, value in said.items() if name not in _CHANGING}


def _of_feed(what: str, feed: ArrayFeed) -> Fingerprint:
    found: Fingerprint = {}
    rows = np.unique(np.linspace(0, feed.rows - 1, _ROWS).astype(np.int64))
    sample = feed.take(rows) if feed.rows else feed
    parts: dict[str, Any] = {
        "input": sample.inputs,
        "target": sample.targets,
        "sample weight": sample.weights,
    }
    for part, arrays in parts.items():
        for i, array in enumerate(arrays, 1):
            if array is not None:
                name = f"{part} {i} of {what}"
                found[f"the shape and type of {name}"] = _shaped(array[:0])
                found[f"the values of {name}"] = _digest(np.ascontiguousarray(array).tobytes())
    return found


def _shaped(array: np.ndarray) -> str:
    return f"{array.dtype} {array.shape}"


def _text(value: object) -> str:
    return json.dumps(value, sort_keys=True, default=_named)


def _named(value: object) -> object:
    if isinstance(value, (np.ndarray, np.generic)):
        return value.tolist()
    return getattr(value, "__name__", type(value).__name__)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST and not text.startswith("#") else _digest(text)


def _digest(content: str | bytes) -> str:
    data = content.encode() if isinstance(content, str) else content
    return f"#{blake2b(data, digest_size=8).hexdigest()}"
