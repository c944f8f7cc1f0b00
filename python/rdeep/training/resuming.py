"""Training that is stopped and resumed: its state taken, found, and taken up again."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rdeep.engines.contract import Sums
from rdeep.errors import FileError, worded
from rdeep.saving.disk import path_of
from rdeep.saving.faults import Damage, reading
from rdeep.saving.locks import Lock
from rdeep.saving.training_state import LOCK, WANTED, TrainingState, find_in, read_state
from rdeep.seeds import stream
from rdeep.training.callbacks import BackupAndRestore, Callback
from rdeep.training.callbacks.files import in_use, warn_of_damage
from rdeep.training.data_loader import Position
from rdeep.training.fingerprint import Fingerprint
from rdeep.training.memory import packed, unpacked

if TYPE_CHECKING:
    from rdeep.training.session import TrainingSession

_WEIGHTS, _SLOTS, _SUMS, _STATES, _MEMORY = "weights", "slots", "sums", "states", "memory"


@dataclass
class Found:
    """A state to go on from, and where it is.

    Attributes
    ----------
    state : TrainingState
        The state.
    place : str
        The folder or the file.
    argument : str
        The argument that it came by.
    """

    state: TrainingState
    place: str
    argument: str


@dataclass
class Recognised:
    """What is known of a training before it begins, for its states.

    Attributes
    ----------
    fingerprint : dict
        What it is recognised by.
    stream_began : list of int
        Where the process's stream of seeds was.
    """

    fingerprint: Fingerprint
    stream_began: list[int]


def find_state(callbacks: Sequence[Callback], resume: Any) -> Found | None:
    """Return the state to go on from: that of `fit(resume = )`, or of a backup's folder.

    Parameters
    ----------
    callbacks : sequence of Callback
        The callbacks; those that back up take their folders for this process.
    resume : str or path, optional
        A folder that was backed up to, or a file in it.

    Raises
    ------
    FileError
        If there is no state at `resume`, or none can be read.
    StateError
        If another process trains there.
    """
    backups = [each for each in callbacks if isinstance(each, BackupAndRestore)]
    own: Found | None = None
    for backup in backups:
        state = backup.find()
        if state is not None and own is None:
            own = Found(state, backup.backup_dir, "backup_dir")
    if resume is None:
        return own
    path = path_of(resume, "resume")
    folder = path if os.path.isdir(path) else os.path.dirname(path)
    if not any(_same(folder, backup.backup_dir) for backup in backups):
        _refuse_if_in_use(folder)
    if not os.path.isdir(path):
        return Found(read_state(path), path, "resume")
    state, damage = find_in(path, "resume")
    if state is None:
        raise FileError(
            f"There is no state of a training in '{path}'.",
            argument="resume",
            received=path,
            hint="Leave 'resume' out to begin a training.",
        )
    warn_of_damage(damage)
    return Found(state, path, "resume")


def _same(one: str, other: str) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)


def _refuse_if_in_use(folder: str) -> None:
    path = os.path.join(folder, LOCK)
    if not os.path.exists(path):
        return
    lock = Lock(path)
    holder = lock.take()
    if holder is not None:
        raise in_use(folder, holder, "resume")
    lock.release()


# Taking the state ---------------------------------------------------------------------------------


def state_of(session: TrainingSession) -> TrainingState:
    """Return the state of a training, between two of its steps.

    Parameters
    ----------
    session : TrainingSession
        The training.
    """
    model, state, stepper = session.model, session.state, session.stepper
    assert session.recognised is not None
    passes, taken, total = session.plan.feeding.position()
    memories, memory = [], dict[str, np.ndarray]()
    for callback in session.callbacks:
        if (kept := callback.get_state()) is not None:
            memories.append([type(callback).__name__, packed(kept, memory)])
    data: dict[str, Any] = {
        "fingerprint": session.recognised.fingerprint,
        "position": {
            "epoch": session.epoch,
            "batch": session.batch,
            "begun": session.begun,
            "first_epoch": session.plan.initial_epoch,
            "first_step": session.first_step,
            "step": state.step,
            "passes": passes,
            "taken": taken,
            "total": total,
        },
        "seed": state.seed,
        "model_seed": model.seed,
        "streams": {"began": session.recognised.stream_began, "now": stream.position()},
        "draws": model.drawn_so_far(),
        "averaged": state.averaged,
        "stop_training": bool(model.stop_training),
        "rates": model.trainer.rates_to_data(),
        "loss_scale": stepper.loss_scale,
        "history": session.history.data(),
        "callbacks": memories,
        "host": packed(session.host_memory, memory),
    }
    found = TrainingState(data, {})
    found.add(_WEIGHTS, model.get_training_weights())
    found.add(_SLOTS, stepper.export_slots(state))
    found.add(_STATES, model.network_states())
    found.add(_MEMORY, memory)
    if session.begun:
        found.add(_SUMS, stepper.export_sums(state.sums))
    return found


# Taking it up again -------------------------------------------------------------------------------


@dataclass
class _Ready:
    """What a state holds, checked: nothing has been changed yet."""

    weights: dict[str, np.ndarray]
    slots: dict[str, np.ndarray]
    states: dict[str, np.ndarray]
    sums: Sums | None
    memories: list[tuple[str, dict[str, Any]]]
    host: Any


def take_up(session: TrainingSession, found: Found) -> None:
    """Have a training that has not begun go on from a state.

    Parameters
    ----------
    session : TrainingSession
        The training, whose callbacks know that it begins.
    found : Found
        The state.

    Raises
    ------
    FileError
        If the state is not one that this training can have had.
    """
    with reading(found.place, WANTED, found.argument):
        ready = _checked(session, found.state)
    data, model, state = found.state.data, session.model, session.state
    at = data["position"]
    model.set_training_weights(ready.weights)
    session.stepper.restore(state, ready.slots)
    if ready.states or model.network_states():
        model.set_network_states(ready.states)
    model.seed = data["model_seed"]
    state.step, state.seed, state.averaged = at["step"], data["seed"], data["averaged"]
    if ready.sums is not None:
        state.sums = ready.sums
    if data["loss_scale"] is not None:
        factor, since_change = data["loss_scale"]
        session.stepper.loss_scale = (factor, since_change)
    model.trainer.take_rates(data["rates"])
    model.stop_training = data["stop_training"]
    model.draw_on_from(data["draws"])
    stream.go_to(data["streams"]["now"])
    session.history.epoch = data["history"]["epochs"]
    session.history.history = data["history"]["metrics"]
    session.epoch, session.batch, session.begun = at["epoch"], at["batch"], at["begun"]
    session.host_memory = ready.host
    _remind(session.callbacks, ready.memories)


def position_in(state: TrainingState) -> Position:
    """Return how far a training had come in its data.

    Parameters
    ----------
    state : TrainingState
        Its state.
    """
    said = state.data["position"]
    return Position(**{name: said[name] for name in asdict(Position())})


def _checked(session: TrainingSession, state: TrainingState) -> _Ready:
    weights, slots = state.group(_WEIGHTS), state.group(_SLOTS)
    _check_alike(weights, session.model.get_training_weights(), _WEIGHTS)
    _check_alike(slots, session.stepper.export_slots(session.state), _SLOTS)
    at, steps = state.data["position"], session.plan.feeding.steps
    if steps is not None and at["batch"] > steps:
        raise Damage("it is behind the end of its epoch", place="training.json: position")
    if at["first_epoch"] > at["epoch"] or at["first_step"] > at["step"]:
        raise Damage("it ends before it begins", place="training.json: position")
    history = state.data["history"]
    if any(len(v) != len(history["epochs"]) for v in history["metrics"].values()):
        raise Damage("its logs are not as many as its epochs", place="training.json: history")
    memory = state.group(_MEMORY)
    memories = [(name, unpacked(kept, memory)) for name, kept in state.data["callbacks"]]
    if not all(isinstance(kept, dict) for _, kept in memories):
        raise Damage("what a callback remembers has names", place="training.json: callbacks")
    sums = session.stepper.load_sums(state.group(_SUMS)) if at["begun"] else None
    host = unpacked(state.data["host"], memory)
    return _Ready(weights, slots, state.group(_STATES), sums, memories, host)


def _check_alike(found: dict[str, np.ndarray], wanted: dict[str, np.ndarray], group: str) -> None:
    if found.keys() != wanted.keys():
        raise Damage("they are not those of this model", place=group)
    for name, array in found.items():
        like = wanted[name]
        if array.shape != like.shape or array.dtype != like.dtype:
            raise Damage("it has another shape or type than here", place=f"{group}: {name}")


def _remind(callbacks: Sequence[Callback], memories: list[tuple[str, dict[str, Any]]]) -> None:
    """Give each callback what it remembered: the first of a class what the first one did."""
    left = list(memories)
    for callback in callbacks:
        name = type(callback).__name__
        place = next((i for i, (known, _) in enumerate(left) if known == name), None)
        if place is not None:
            callback.set_state(left.pop(place)[1])


def how_to_go_on(place: str) -> Any:
    """Return what an interrupted training says of its state.

    Parameters
    ----------
    place : str
        The folder.
    """
    return worded(
        f"The state of this step is in '{place}': fit() with the same data and callbacks goes on "
        "from it."
    )
