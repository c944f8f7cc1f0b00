"""The state of a training in one file, and the two generations that a folder keeps of it.

A file holds plain data (`training.json`) and arrays by name (`arrays.safetensors`) in a checked
zip. It is written whole or not at all, and what it says is checked before anything is made of it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from rdeep.errors import FileError
from rdeep.saving import disk
from rdeep.saving.container import Content, Member, opened_container, write_container
from rdeep.saving.faults import Damage, reading
from rdeep.saving.plain_json import write_json
from rdeep.saving.tensors import write_tensors

FORMAT = 1
"""The number of the format; a reader refuses a larger one."""

WANTED = "the state of a training"
NEWEST, PREVIOUS, LOCK = "state.rdeep", "state-previous.rdeep", "state.lock"
_NEXT = "state-next.rdeep"

_DATA, _ARRAYS = "training.json", "arrays.safetensors"
_MEMBERS = {_DATA: Member(limit=1 << 28), _ARRAYS: Member()}


@dataclass
class TrainingState:
    """All that a training needs to go on.

    Attributes
    ----------
    data : dict
        Plain data, as `_SHAPE` says.
    arrays : dict of str to numpy.ndarray
        Arrays by group and name, such as `"weights/dense/kernel"`.
    """

    data: dict[str, Any]
    arrays: dict[str, np.ndarray]

    def group(self, name: str) -> dict[str, np.ndarray]:
        """Return the arrays of a group by their names in it.

        Parameters
        ----------
        name : str
            The group.
        """
        start = f"{name}/"
        found = {k[len(start) :]: a for k, a in self.arrays.items() if k.startswith(start)}
        return found

    def add(self, group: str, arrays: Mapping[str, np.ndarray]) -> None:
        """Add a group of arrays.

        Parameters
        ----------
        group : str
            Its name.
        arrays : mapping of str to numpy.ndarray
            Its arrays.
        """
        self.arrays.update({f"{group}/{name}": array for name, array in arrays.items()})


def write_state(state: TrainingState, path: str, argument: str = "backup_dir") -> None:
    """Write the state of a training to a file.

    Parameters
    ----------
    state : TrainingState
        The state.
    path : str
        The file.
    argument : str
        The argument that the path came by.

    Raises
    ------
    FileError
        If it cannot be written; what was there before is then as it was.
    """
    members: dict[str, Content] = {
        _DATA: write_json({"format": FORMAT, **state.data}),
        _ARRAYS: write_tensors(state.arrays),
    }
    disk.replace_file(path, lambda file: write_container(file, members), argument)


def read_state(path: str, argument: str = "resume") -> TrainingState:
    """Return the state of a training that a file holds.

    Parameters
    ----------
    path : str
        The file.
    argument : str
        The argument that the path came by.

    Raises
    ------
    FileError
        If it is not there, or not what was written.
    """
    with reading(path, WANTED, argument), opened_container(path, _MEMBERS) as container:
        if not container.is_hashed:
            raise Damage("it has no manifest")
        data = container.json(_DATA)
        number = data.pop("format", None) if isinstance(data, dict) else None
        if isinstance(number, int) and number > FORMAT:
            raise Damage(
                f"it was written by a newer rdeep (format {number})",
                hint="Update rdeep to read it.",
            )
        if number != FORMAT:
            raise Damage("it says no format that there is", place=_DATA)
        check_shape(data, _SHAPE, _DATA)
        return TrainingState(data, container.tensors(_ARRAYS))


# What the plain data is -------------------------------------------------------------------------

Check = Callable[[Any], bool]


def _whole(low: int, high: int) -> Check:
    return lambda v: isinstance(v, int) and not isinstance(v, bool) and low <= v <= high


def _flag(value: Any) -> bool:
    return isinstance(value, bool)


def _rate(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < 3.4e38


def _scale(value: Any) -> bool:
    if value is None:
        return True
    return isinstance(value, list) and len(value) == 2 and _rate(value[0]) and _COUNT(value[1])


def _stream(value: Any) -> bool:
    """Return whether this is a position of a stream of seeds, of 128 bits and of 32."""
    if not isinstance(value, list) or len(value) != 4:
        return False
    wide, narrow = _whole(0, (1 << 128) - 1), _whole(0, (1 << 32) - 1)
    state, inc, has_uint32, uinteger = value
    return wide(state) and wide(inc) and inc % 2 == 1 and _BIT(has_uint32) and narrow(uinteger)


def _facts(value: Any) -> bool:
    return isinstance(value, dict) and all(
        each is None or isinstance(each, (str, int, float)) for each in value.values()
    )


def _memories(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(each, list) and len(each) == 2 and isinstance(each[0], str) for each in value
    )


def _metrics(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(each, list) for each in value.values())


def _epochs(value: Any) -> bool:
    return isinstance(value, list) and all(map(_COUNT, value))


def _anything(value: Any) -> bool:
    return True


_COUNT, _BIT = _whole(0, 1 << 53), _whole(0, 1)

_SHAPE: dict[str, Any] = {
    "fingerprint": _facts,
    "position": {
        "epoch": _COUNT,
        "batch": _COUNT,
        "begun": _flag,
        "first_epoch": _COUNT,
        "first_step": _COUNT,
        "step": _COUNT,
        "passes": _COUNT,
        "taken": _COUNT,
        "total": _COUNT,
    },
    "seed": _whole(0, (1 << 63) - 1),
    "model_seed": _whole(0, (1 << 63) - 1),
    "streams": {"began": _stream, "now": _stream},
    "draws": _COUNT,
    "averaged": _flag,
    "stop_training": _flag,
    "rates": {"learning_rate": _rate, "was_set": _flag, "schedule_began": _COUNT},
    "loss_scale": _scale,
    "history": {
        "metrics": _metrics,
        "epochs": _epochs,
        "params": lambda value: isinstance(value, dict),
    },
    "callbacks": _memories,
    "host": _anything,
}
"""What `training.json` holds: for each key what its value must be."""


def check_shape(value: Any, wanted: Mapping[str, Any], place: str) -> None:
    """Refuse plain data that has not exactly the keys and the values that are wanted.

    Parameters
    ----------
    value : object
        The data.
    wanted : mapping
        For each key a mapping of such, or a function that says whether a value is one.
    place : str
        Where it is from.
    """
    if not isinstance(value, dict) or value.keys() != wanted.keys():
        raise Damage("it must have exactly the keys that belong there", place=place)
    for key, rule in wanted.items():
        if isinstance(rule, Mapping):
            check_shape(value[key], rule, f"{place}: {key}")
        elif not rule(value[key]):
            raise Damage("it has a value that it cannot have", place=f"{place}: {key}")


# Folders ----------------------------------------------------------------------------------------


def keep_in(folder: str, state: TrainingState, generations: int) -> None:
    """Write a state to a folder, and keep the one of before beside it.

    Parameters
    ----------
    folder : str
        The folder, which is made if it is not there.
    state : TrainingState
        The state.
    generations : int
        How many to keep, 1 or 2.

    Raises
    ------
    FileError
        If it cannot be written; those that were there are then as they were.
    """
    disk.make_folder(folder, "backup_dir")
    newest, previous, coming = (os.path.join(folder, n) for n in (NEWEST, PREVIOUS, _NEXT))
    write_state(state, coming)
    with disk.in_plain_words(newest, "backup_dir"):
        if generations > 1 and os.path.exists(newest):
            os.replace(newest, previous)
        os.replace(coming, newest)
        disk.flush_folder(folder)


def find_in(folder: str, argument: str) -> tuple[TrainingState | None, FileError | None]:
    """Return the newest state in a folder that can be read, and what is wrong with a newer one.

    Parameters
    ----------
    folder : str
        The folder.
    argument : str
        The argument that it came by.

    Raises
    ------
    FileError
        If there are states, and none can be read.
    """
    there = [os.path.join(folder, name) for name in (NEWEST, PREVIOUS)]
    there = [path for path in there if os.path.lexists(path)]
    first: FileError | None = None
    for path in there:
        try:
            return read_state(path, argument), first
        except FileError as error:
            first = first or error
    if first is not None:
        raise FileError(
            f"No state in '{folder}' can be read: {first.wording['message']}",
            argument=argument,
            received=folder,
            hint="Nothing was written over it. Remove the folder to begin the training anew.",
        ) from first
    return None, None


def remove_from(folder: str) -> None:
    """Remove the states from a folder, and the folder if nothing else is in it.

    Parameters
    ----------
    folder : str
        The folder.
    """
    for name in (NEWEST, PREVIOUS, _NEXT):
        path = os.path.join(folder, name)
        if os.path.lexists(path):
            os.unlink(path)
