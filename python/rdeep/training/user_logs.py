"""What steps that users write return: numbers by name, for progress, callbacks and history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from rdeep.engines.contract import StepRunner
from rdeep.engines.stepping import is_pending
from rdeep.errors import DataError, StateError, format_shape, listing, phrase, show

Logs = dict[str, Any]


def logs_of(returned: Any, name: str) -> Logs:
    """Return what a step returned as logs by name, or say what is wrong with it.

    What stands under a name may be logs itself, as compiled metrics have them.

    Parameters
    ----------
    returned : object
        What it returned.
    name : str
        What the step is called in messages.

    Raises
    ------
    DataError
        If they are no numbers by name.
    """
    if not isinstance(returned, Mapping):
        came = "nothing" if returned is None else show(returned)
        raise DataError(
            f"{name} must return logs, which are numbers by name, not {came}.",
            received=returned,
            hint=phrase(
                "logs_of_a_step",
                'Return a dictionary, such as `{"loss": loss}`, or what '
                "`self.compute_metrics()` returns.",
            ),
        )
    logs: Logs = {}
    for key, value in returned.items():
        if isinstance(value, Mapping):
            logs.update(logs_of(value, name))
        else:
            logs[str(key)] = _log(value, str(key), name)
    return logs


def _log(value: Any, key: str, name: str) -> Any:
    """Return a log, a tensor as it is: nobody waits for it yet."""
    if is_pending(value) or isinstance(value, (int, float, np.generic)):
        return value
    if hasattr(value, "detach"):
        # Else the log would hold all that the loss was computed of.
        value = value.detach()
    shape = getattr(value, "shape", None)
    if shape is None and not isinstance(value, list):
        raise DataError(
            f"{name} returned {show(value)} as {key!r}: a log is a number.", received=value
        )
    sizes = tuple(np.shape(value)) if shape is None else tuple(shape)
    # A metric for each class is a vector of NumPy's; a tensor of many numbers is a mistake.
    if sizes and (len(sizes) > 1 or not isinstance(value, (list, np.ndarray))):
        if all(size == 1 for size in sizes):
            return value
        raise DataError(
            f"{name} returned a value of shape {format_shape(sizes)} as {key!r}: a log is one "
            "number.",
            received=sizes,
            hint="Return its mean.",
        )
    return value


def check_names(first: Logs, logs: Logs, name: str) -> None:
    """Refuse logs whose names are others than those of the first step.

    Parameters
    ----------
    first, logs : dict
        The logs of the first step, and of this one.
    name : str
        What the step is called in messages.

    Raises
    ------
    StateError
        If they differ.
    """
    if first.keys() == logs.keys():
        return
    raise StateError(
        f"{name} returned {_named(logs)} here, and {_named(first)} in the first step: the names "
        "of logs must stay the same.",
        received=list(logs),
        expected=_named(first),
    )


def _named(logs: Logs) -> Any:
    return listing(list(logs), "and") if logs else "no logs"


def read(logs: Logs, runner: StepRunner) -> dict[str, Any]:
    """Return logs as numbers; waits for the device.

    Parameters
    ----------
    logs : dict
        What `logs_of` returned.
    runner : StepRunner
        What ran the step.
    """
    pending = {key: value.number() for key, value in logs.items() if is_pending(value)}
    others = [key for key in logs if key not in pending]
    arrays = dict(zip(others, runner.numbers([logs[key] for key in others])))
    return {key: pending[key] if key in pending else _number(arrays[key]) for key in logs}


def _number(array: np.ndarray) -> Any:
    array = np.asarray(array, dtype=np.float64)
    return float(array.reshape(())) if array.size == 1 else array.tolist()
