"""The door that R comes through.

R calls a few functions, `invoke` and `fetch` above all. They never raise, and so do not depend on
how a version of reticulate reports Python's errors: where there is more to say than a value, the
answer is `Said`, of plain data. A value by itself is what costs R least to take.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

import numpy as np

from rdeep.bridge import repeating
from rdeep.bridge.calls import DOORS
from rdeep.bridge.conditions import describe_error, warned
from rdeep.bridge.predictions import predict_numbers
from rdeep.catalogue.optimizers.rate import LearningRate
from rdeep.data.output_buffer import in_32_bits
from rdeep.interrupts import interrupts
from rdeep.models import Model
from rdeep.training.events import Event
from rdeep.training.session import TrainingSession


class Said:
    """What came of a call that did not go well, or that has something to say.

    Parameters
    ----------
    ok : bool
        Whether it went well.
    value : object
        The value, or a description of the error.
    messages, warnings : list
        What was said meanwhile.
    """

    def __init__(self, ok: bool, value: Any, messages: list[Any], warnings: list[Any]) -> None:
        self.parts = (ok, value, messages, warnings)

    def __iter__(self) -> Iterator[Any]:
        """Go over the parts."""
        return iter(self.parts)


def invoke(target: object, name: str, arguments: dict[str, Any]) -> Any:
    """Call a function of `calls.py`, or a method of an object.

    Parameters
    ----------
    target : object or None
        The object; `None` for a function of `calls.py`.
    name : str
        The function or method.
    arguments : dict
        Its arguments by name.

    Returns
    -------
    object
        The value; `Said` where there is more to say.
    """
    if isinstance(target, TrainingSession) and name in ("advance", "interrupt"):
        return _guarded(lambda: _event(getattr(target, name)()), target.model)
    recorder = repeating.current()
    action: Callable[[], Any]
    if target is None:
        action = lambda: DOORS[name](**arguments)  # noqa: E731
    else:
        action = lambda: getattr(target, name)(**arguments)  # noqa: E731
    if recorder is not None:
        action = recorder.noting("call", target, name, arguments, action)
    return _guarded(action, target)


def fetch(target: object, name: str) -> Any:
    """Return an attribute of an object; the answer is that of `invoke`.

    Parameters
    ----------
    target : object
        The object.
    name : str
        The attribute.
    """
    recorder = repeating.current()
    action: Callable[[], Any] = lambda: _as_number(getattr(target, name))  # noqa: E731
    if recorder is not None:
        action = recorder.noting("fetch", target, name, None, action)
    return _guarded(action)


def _as_number(value: Any) -> Any:
    # A number that can be assigned to is an object in R's eyes.
    return float(value) if isinstance(value, LearningRate) else value


def assign(target: object, name: str, value: object) -> Any:
    """Set an attribute of an object; the answer is that of `invoke`.

    Parameters
    ----------
    target : object
        The object.
    name : str
        The attribute.
    value : object
        Its new value.
    """
    recorder = repeating.current()
    action: Callable[[], Any] = lambda: setattr(target, name, value)  # noqa: E731
    if recorder is not None:
        action = recorder.noting("assign", target, name, value, action)
    return _guarded(action)


def predict_array(model: Model, x: np.ndarray, batch_size: int | None) -> Any:
    """Return what `predict_numbers` does, by place: R's shortest way, for single rows.

    Parameters
    ----------
    model, x, batch_size
        As for `predict_numbers`.

    Returns
    -------
    object
        The answer is that of `invoke`.
    """
    recorder = repeating.current()
    if recorder is not None:
        recorder.give_up()
    return _guarded(lambda: predict_numbers(model, x, batch_size))


def watch_interrupts(held: float, flags: list[float]) -> float | None:
    """Look for interrupts where R notes them; see `Interrupts.attach`.

    R has no integers that are long enough for addresses.

    Parameters
    ----------
    held, flags : float, list of float
        Addresses, as R has them.
    """
    wake = interrupts.attach(int(held), [int(flag) for flag in flags])
    return None if wake is None else float(wake)


def _guarded(action: Callable[[], Any], speaker: object = None) -> Any:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        try:
            ok, value = True, in_32_bits(action())
        except KeyboardInterrupt:
            ok, value = False, {"kind": "interrupt", "message": "Interrupted."}
        except Exception as error:
            ok, value = False, describe_error(error)
    messages = speaker.take_messages() if isinstance(speaker, Model) else []
    if ok and not messages and not caught:
        return value
    shown = [w.message for w in caught if not issubclass(w.category, DeprecationWarning)]
    return Said(ok, value, [each.data() for each in messages], [warned(each) for each in shown])


def _event(event: Event | None) -> dict[str, Any] | None:
    if event is None:
        return None
    return {**asdict(event), "messages": [message.data() for message in event.messages]}
