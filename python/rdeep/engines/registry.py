"""Which backends there are, and loading one when it is first needed."""

from __future__ import annotations

import importlib
import importlib.util

from rdeep.engines.contract import Backend
from rdeep.errors import BackendError, DependencyError, suggestion

_PACKAGES = {"torch": "torch", "tensorflow": "tensorflow"}


def names() -> list[str]:
    """Return the names of the backends, the default first.

    Examples
    --------
    >>> names()
    ['torch', 'tensorflow']
    """
    return list(_PACKAGES)


def installed() -> list[str]:
    """Return the names of the backends whose engine is installed, without loading any."""
    return [n for n, package in _PACKAGES.items() if importlib.util.find_spec(package) is not None]


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
            expected="'torch' or 'tensorflow'",
            hint=suggestion(str(name), _PACKAGES),
        )
    return name


def load(name: str) -> Backend:
    """Return a backend, loading its engine at the first call.

    Parameters
    ----------
    name : str
        `"torch"` or `"tensorflow"`.

    Raises
    ------
    BackendError
        If there is no such backend.
    DependencyError
        If its engine is not installed.
    """
    check_name(name)
    if name not in installed():
        raise DependencyError(
            f"Backend {name!r} needs the Python package {_PACKAGES[name]!r}, "
            "which is not installed.",
            argument="backend",
            received=name,
            hint=f"Install it with `pip install rdeep[{name}]`, or from R with install_rdeep().",
        )
    return importlib.import_module(f"rdeep.engines.{name}").load()
