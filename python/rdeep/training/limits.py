"""Limits on training that hold for the whole process, under Keras's names.

They shorten every training of a script at once, to see whether it runs through.
"""

from __future__ import annotations

import warnings

from rdeep.catalogue.options import Count, checked


class _Limits:
    """At most so many epochs, and so many steps in each; `None` for as many as asked for."""

    epochs: int | None = None
    steps: int | None = None


_limits = _Limits()


def set_max_epochs(max_epochs: int | None) -> None:
    """Limit the epochs of trainings that begin from now on.

    Parameters
    ----------
    max_epochs : int or None
        The most epochs; `None` for no limit.

    Examples
    --------
    >>> set_max_epochs(1)
    >>> max_epochs()
    1
    >>> set_max_epochs(None)
    """
    _limits.epochs = None if max_epochs is None else checked(Count(), max_epochs, "max_epochs")


def max_epochs() -> int | None:
    """Return the most epochs that a training takes, `None` without a limit."""
    return _limits.epochs


def set_max_steps_per_epoch(max_steps_per_epoch: int | None) -> None:
    """Limit the steps of each epoch of trainings that begin from now on.

    Parameters
    ----------
    max_steps_per_epoch : int or None
        The most steps; `None` for no limit.
    """
    steps = max_steps_per_epoch
    _limits.steps = None if steps is None else checked(Count(), steps, "max_steps_per_epoch")


def max_steps_per_epoch() -> int | None:
    """Return the most steps that an epoch takes, `None` without a limit."""
    return _limits.steps


def limited_epochs(epochs: int) -> int:
    """Return the number of epochs to train, with a warning where the limit cuts it.

    Parameters
    ----------
    epochs : int
        What was asked for.
    """
    if _limits.epochs is None or epochs <= _limits.epochs:
        return epochs
    warnings.warn(f"Limiting epochs to {_limits.epochs}", stacklevel=2)
    return _limits.epochs


def limited_steps(steps: int | None) -> int | None:
    """Return the number of steps in an epoch.

    Parameters
    ----------
    steps : int or None
        What there is; `None` if nobody knows.
    """
    if _limits.steps is None:
        return steps
    return _limits.steps if steps is None else min(steps, _limits.steps)
