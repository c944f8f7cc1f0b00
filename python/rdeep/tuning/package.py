"""Optuna, which is imported when a search begins."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rdeep.errors import DependencyError, install_command


def optuna() -> Any:
    """Return the package, which says nothing by itself from now on.

    Raises
    ------
    DependencyError
        If it is not installed.
    """
    try:
        import optuna as package
    except ImportError:
        raise DependencyError(
            "The search for hyperparameters needs the Python package Optuna.",
            hint=f"Install it: {install_command('optuna')}.",
        ) from None
    package.logging.set_verbosity(package.logging.ERROR)
    return package


@contextmanager
def quietly() -> Iterator[None]:
    """Leave out what Optuna warns of: that parts of it are new."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module="optuna")
        warnings.filterwarnings("ignore", message=".*is experimental.*")
        yield
