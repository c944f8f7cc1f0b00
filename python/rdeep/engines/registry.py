"""Which backends there are, and loading one when it is first needed."""

from __future__ import annotations

import importlib
import importlib.util
import os
import random
import sys
from collections.abc import Callable
from dataclasses import dataclass

from rdeep.engines.contract import Backend
from rdeep.engines.processes import check_process, note_start
from rdeep.errors import BackendError, DependencyError, install_command, listing, suggestion


@dataclass(frozen=True)
class Engine:
    """A backend before it is loaded.

    Attributes
    ----------
    package : str
        The package of its engine, without which it is not there.
    trains : bool
        Whether it trains, or predicts alone.
    load : callable, optional
        Returns the backend; by default the `load()` of `rdeep.engines` and its name.
    """

    package: str
    trains: bool = True
    load: Callable[[], Backend] | None = None


_engines = {
    "torch": Engine("torch"),
    "tensorflow": Engine("tensorflow"),
    "numpy": Engine("numpy", trains=False),
}
_loaded: dict[str, tuple[Engine, Backend]] = {}
_found: set[str] = set()
_chosen: list[str] = []


def register_engine(
    name: str, load: Callable[[], Backend], package: str, trains: bool = True
) -> None:
    """Make an engine known that stands outside of rdeep.

    Parameters
    ----------
    name : str
        What `backend =` calls it.
    load : callable
        Returns the backend, which fulfils `rdeep.engines.contract.Backend`; called when a model
        first needs it.
    package : str
        The package that it computes with: without it the engine is not there.
    trains : bool
        Whether it trains, or predicts alone.

    Raises
    ------
    BackendError
        If another engine has the name.
    """
    if name in _engines and _engines[name].load is None:
        raise BackendError(
            f"There is a backend named {name!r} already.", argument="name", received=name
        )
    _engines[name] = Engine(package, trains, load)


def trains(name: str) -> bool:
    """Return whether a backend trains, or predicts alone.

    Parameters
    ----------
    name : str
        Its name.

    Examples
    --------
    >>> trains("torch"), trains("numpy")
    (True, False)
    """
    return _engines[check_name(name)].trains


def names() -> list[str]:
    """Return the names of the backends, the default first.

    Examples
    --------
    >>> names()
    ['torch', 'tensorflow', 'numpy']
    """
    return list(_engines)


def installed() -> list[str]:
    """Return the names of the backends whose engine is installed, without loading any.

    NumPy, which is always there, is no engine: it predicts, and does not train.
    """
    return [name for name, e in _engines.items() if e.trains and _is_there(e.package)]


def _is_there(package: str) -> bool:
    if package in _found:
        return True
    try:
        there = importlib.util.find_spec(package) is not None
    except ImportError:
        return False
    if there:
        # Looking takes as long as a small operation.
        _found.add(package)
    return there


def default() -> str:
    """Return the backend of whatever nobody chose one for.

    That is what `set_default` was told, or the environment variable `RDEEP_BACKEND`, or
    `KERAS_BACKEND` where it names an engine that is installed, or the first that is. NumPy is it
    only where there is no engine, or by name.
    """
    if _chosen:
        return _chosen[-1]
    if named := os.environ.get("RDEEP_BACKEND"):
        return check_name(named)
    there = installed()
    return next(
        (name for name in (os.environ.get("KERAS_BACKEND"), *there) if name in there), "numpy"
    )


def set_default(name: str | None) -> str | None:
    """Choose the backend of whatever names none, and return the one that was chosen before.

    Parameters
    ----------
    name : {"torch", "tensorflow", "numpy"} or None
        The backend; `None` leaves it to the environment again.

    Raises
    ------
    BackendError
        If there is no such backend.
    """
    before = _chosen[-1] if _chosen else None
    _chosen[:] = [] if name is None else [check_name(name)]
    return before


def available(saved: str) -> str:
    """Return the backend for a model that was saved from one, where nobody chose another.

    Parameters
    ----------
    saved : str
        The backend that it was saved from.
    """
    return saved if saved in installed() else default()


def check_name(name: str) -> str:
    """Return a backend's name, or refuse it.

    Parameters
    ----------
    name : str
        The name.

    Raises
    ------
    BackendError
        If there is no such backend.
    """
    if name not in _engines:
        raise BackendError(
            f"There is no backend named {name!r}.",
            argument="backend",
            received=name,
            expected=listing(_engines),
            hint=suggestion(str(name), _engines),
        )
    return name


def check_trains(name: str) -> None:
    """Refuse a backend that predicts only.

    Parameters
    ----------
    name : str
        The backend.

    Raises
    ------
    BackendError
        If it does not train.
    """
    if not trains(name):
        raise does_not_train(name)


def does_not_train(name: str) -> BackendError:
    """Return the error of a backend that predicts only, to be raised.

    Parameters
    ----------
    name : str
        The backend.
    """
    there = installed()
    engine = repr(there[0]) if there else "it"
    move = f"Move the model to {engine} by to_backend()."
    return BackendError(
        f"The backend {name!r} predicts and evaluates; it does not train.",
        argument="backend",
        received=name,
        hint=move if there else f"Install an engine, torch or TensorFlow. {move}",
    )


def load(name: str) -> Backend:
    """Return a backend, loading its engine at the first call.

    Parameters
    ----------
    name : str
        `"torch"`, `"tensorflow"` or `"numpy"`.

    Raises
    ------
    BackendError
        If there is no such backend.
    DependencyError
        If its engine is not installed.
    ForkError
        If this process was forked after the engine had been started.
    """
    engine = _engines[check_name(name)]
    check_process(name)
    known = _loaded.get(name)
    if known is not None and known[0] is engine and engine.package in sys.modules:
        # Whoever calls many small operations asks at each.
        return known[1]
    trained = installed()
    there = name in trained if engine.trains else _is_there(engine.package)
    if not there:
        wanted = f"rdeep[{name}]" if engine.load is None else engine.package
        # What a model asks for is what its user chose: others are offered, not taken.
        other = (
            f"The backend {trained[0]!r} is installed."
            if trained
            else "For predictions alone, the backend 'numpy' needs no engine."
        )
        raise DependencyError(
            f"Backend {name!r} needs the Python package {engine.package!r}, which is not "
            "installed.",
            argument="backend",
            received=name,
            hint=f"Install it: {install_command(wanted)}. {other}",
        )
    # TensorFlow draws of Python's random numbers when it is imported: whoever loads an engine amid
    # something of the user's has not drawn any.
    drawn = random.getstate()
    try:
        if engine.load is not None:
            backend = engine.load()
        else:
            backend = importlib.import_module(f"rdeep.engines.{name}").load()
    finally:
        random.setstate(drawn)
    if engine.trains:
        note_start(name, getattr(backend, "work_in_fork", None))
    _loaded[name] = engine, backend
    return backend
