"""Which backends there are, and loading one when it is first needed."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass

from rdeep.engines.contract import Backend
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
    try:
        return importlib.util.find_spec(package) is not None
    except ImportError:
        return False


def default() -> str:
    """Return the backend of whatever nobody chose one for: NumPy only where there is no engine."""
    return next(iter(installed()), "numpy")


def usual() -> str:
    """Return the backend of a new model, where nobody chose one: torch, if there is an engine."""
    return "torch" if installed() else "numpy"


def available(saved: str) -> str:
    """Return the backend for a model that was saved from one, where nobody chose another.

    Parameters
    ----------
    saved : str
        The backend that it was saved from.
    """
    return saved if saved in _engines and trains(saved) and installed() else default()


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
    """
    engine = _engines[check_name(name)]
    there = name in installed() if engine.trains else _is_there(engine.package)
    if not there:
        wanted = f"rdeep[{name}]" if engine.load is None else engine.package
        raise DependencyError(
            f"Backend {name!r} needs the Python package {engine.package!r}, which is not "
            "installed.",
            argument="backend",
            received=name,
            hint=f"Install it: {install_command(wanted)}.",
        )
    if engine.load is not None:
        return engine.load()
    return importlib.import_module(f"rdeep.engines.{name}").load()
