"""Driving a session from Python, and showing how it goes."""

from __future__ import annotations

import sys
from typing import Any

from rdeep.errors import ArgumentError, show
from rdeep.training.history import History
from rdeep.training.session import TrainingSession


def drive(session: TrainingSession, verbose: object) -> History:
    """Run a session to its end, showing progress, and return its history.

    Parameters
    ----------
    session : TrainingSession
        A session that listens to ticks if `verbose` is 1.
    verbose : int or {"auto"}
        0 for silence, 1 for a line that is rewritten, 2 for a line an epoch.

    Raises
    ------
    KeyboardInterrupt
        If training was interrupted; the model, with its history, is that of what was trained.
    """
    while True:
        event = session.advance()
        if event is None:
            return session.history
        for message in event.messages:
            print(message)
        if event.kind == "tick" and verbose == 1:
            bar = f"Epoch {event.epoch + 1}/{event.epochs}  {event.batch}/{event.batches}"
            print(f"\r{bar}  {shown_logs(event.logs)}", end="", flush=True)
        elif event.kind == "epoch_end" and verbose:
            start = "\r" if verbose == 1 else ""
            print(f"{start}Epoch {event.epoch + 1}/{event.epochs}  {shown_logs(event.logs)}")
        elif event.kind == "interrupted":
            start = "\n" if verbose == 1 else ""
            print(f"{start}Interrupted: the model and its history are those of what was trained.")
            raise KeyboardInterrupt


def verbosity(verbose: object) -> int:
    """Return what `verbose` means: `"auto"` is 1 in a terminal and 2 elsewhere.

    Parameters
    ----------
    verbose : {"auto", 0, 1, 2} or bool
        What came.

    Raises
    ------
    ArgumentError
        If it is something else.
    """
    if verbose == "auto":
        return 1 if sys.stdout is not None and sys.stdout.isatty() else 2
    if verbose not in (0, 1, 2):
        raise ArgumentError(
            f"'verbose' must be 'auto', 0, 1 or 2, not {show(verbose)}.",
            argument="verbose",
            received=verbose,
        )
    return int(verbose)


def shown_logs(logs: dict[str, Any]) -> str:
    """Return losses and metrics as a line of text.

    Parameters
    ----------
    logs : dict
        The values by name.
    """
    return "  ".join(
        f"{name}: {value:.4g}" for name, value in logs.items() if isinstance(value, float)
    )
