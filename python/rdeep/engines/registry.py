"""Which backends there are, and loading one when it is first needed."""

from __future__ import annotations

import importlib
import importlib.util

from rdeep.engines.contract import Backend
from rdeep.errors import BackendError, DependencyError, listing, suggestion

_ENGINES = {"torch": "torch", "tensorflow": "tensorflow"}
"""The backends that train, and the packages of their engines."""
_PACKAGES = {**_ENGINES, "numpy": "numpy"}


def names() -> list[str]:
    """Return the names of the backends, the default first.

    Examples
    --------
    >>> names()
    ['torch', 'tensorflow', 'numpy']
    """
    return list(_PACKAGES)


def installed() -> list[str]:
    """Return the names of the backends whose engine is installed, without loading any.

    NumPy, which is always there, is no engine: it predicts, and does not train.
    """
    return [name for name, package in _ENGINES.items() if _is_there(package)]


def _is_there(package: str) -> bool:
    try:
        return importlib.util.find_spec(package) is not None
    except ImportError:
        return False


def default() -> str:
    """Return the backend of whatever nobody chose one for: NumPy only where there is no engine."""
    return next(iter(installed()), "numpy")


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
    if name not in _PACKAGES:
        raise BackendError(
            f"There is no backend named {name!r}.",
            argument="backend",
            received=name,
            expected=listing(_PACKAGES),
            hint=suggestion(str(name), _PACKAGES),
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
    if name not in _ENGINES:
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
    """
    check_name(name)
    if name in _ENGINES and name not in (there := installed()):
        install = f"Install it with `pip install rdeep[{name}]`, or from R with install_rdeep()."
        # What a model asks for is what its user chose: others are offered, not taken.
        other = (
            f"The backend {there[0]!r} is installed."
            if there
            else "For predictions alone, the backend 'numpy' needs no engine."
        )
        raise DependencyError(
            f"Backend {name!r} needs the Python package {_PACKAGES[name]!r}, "
            "which is not installed.",
            argument="backend",
            received=name,
            hint=f"{install} {other}",
        )
    return importlib.import_module(f"rdeep.engines.{name}").load()
