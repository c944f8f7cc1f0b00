"""Warnings about arguments that have no effect."""

from __future__ import annotations

import warnings
from typing import Any

from rdeep.data.streams import gives_samples


def warn_of_batch_size(data: object, value: object, argument: str = "batch_size") -> None:
    """Warn that a stream's batches are as large as it makes them.

    Parameters
    ----------
    data : object
        The stream.
    value : object
        The batch size that was asked for; `None` if none was.
    argument : str
        The argument that it came as.
    """
    if value is not None and not gives_samples(data):
        warnings.warn(
            f"'{argument}' has no effect: the data gives batches, which are as large as they are.",
            stacklevel=4,
        )


def warn_of_validation(options: Any) -> None:
    """Warn that there is nothing to validate on, where something was said of it.

    Parameters
    ----------
    options : FitOptions
        What `fit` was given.
    """
    given = {
        "validation_steps": options.validation_steps is not None,
        "validation_batch_size": options.validation_batch_size is not None,
        "validation_freq": options.validation_freq != 1,
    }
    for name in [name for name, is_given in given.items() if is_given]:
        warnings.warn(
            f"'{name}' has no effect: there is nothing to validate on. Give 'validation_data' or "
            "'validation_split'.",
            stacklevel=4,
        )


def warn_of_no_epochs(epochs: int, initial_epoch: int) -> None:
    """Warn that the first epoch comes after the last.

    Parameters
    ----------
    epochs : int
        The number of the last epoch, counted from 1.
    initial_epoch : int
        How many epochs were trained before.
    """
    if 0 < epochs <= initial_epoch:
        warnings.warn(
            f"There is no epoch to train: 'epochs' is the number of the last one, {epochs}, and "
            f"'initial_epoch' comes after it.",
            stacklevel=4,
        )


def warn_of_too_few(steps: int | None, there: int, argument: str = "steps") -> None:
    """Warn that there are fewer batches than were asked for.

    Parameters
    ----------
    steps : int or None
        How many were asked for.
    there : int
        How many there are.
    argument : str
        The argument that said how many.
    """
    if steps is not None and steps > there:
        warnings.warn(
            f"'{argument}' is {steps}, but the data has {there} "
            f"{'batch' if there == 1 else 'batches'}: all of it is used.",
            stacklevel=4,
        )
