"""Which process has started an engine: in a fork of that process its threads are missing.

What waits for such a thread waits for ever. A host program may fork without Python's knowing of
it, so no hook tells: the process's number is compared.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

from rdeep.errors import ForkError, phrase

_TITLES = {"torch": "torch", "tensorflow": "TensorFlow"}


@dataclass
class Start:
    """When an engine was started.

    Attributes
    ----------
    process : int
        The process that did it.
    adopt : callable, optional
        Has the engine work in a fork, if that is possible; says whether it does.
    """

    process: int
    adopt: Callable[[], bool] | None = None


_started: dict[str, Start] = {}


def note_start(engine: str, adopt: Callable[[], bool] | None = None) -> None:
    """Take note that an engine works in this process, unless one that it was forked from began.

    Parameters
    ----------
    engine : str
        The engine.
    adopt : callable, optional
        Has it work in a fork of this process, if that is possible; says whether it does.
    """
    if engine not in _started:
        _started[engine] = Start(os.getpid(), adopt)


def check_process(engine: str | None) -> None:
    """Refuse an engine in a fork of the process that started it, where it would hang.

    Parameters
    ----------
    engine : str or None
        The engine; `None` for one that has no threads.

    Raises
    ------
    ForkError
        If this is another process, and the engine cannot work there.
    """
    start = _started.get(engine or "")
    if start is None or start.process == os.getpid():
        return
    if start.adopt is not None and start.adopt():
        start.process = os.getpid()
        return
    title = _TITLES.get(str(engine), str(engine))
    advice = phrase(
        "instead_of_forks",
        "Start processes by multiprocessing's 'spawn', not by 'fork'",
    )
    raise ForkError(
        f"{title} was started before this process was forked, and cannot be used in it: "
        "its threads are missing here, and it would wait for them for ever.",
        argument="backend",
        received=engine,
        hint=f"{advice}; or fork before {title} is first used.",
    )
