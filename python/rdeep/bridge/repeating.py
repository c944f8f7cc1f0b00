"""Steps of R's that are repeated without R.

What a step asks of the core is noted while R runs it. Where two steps asked for the same, of the
same objects, and R has looked at no value in between, the steps that follow are the same calls once
more: the core makes them itself. That R's code does nothing else besides, R has to know
(`R/step-purity.R`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from rdeep.models.model import Model
from rdeep.ops.differentiation import Recording

FACTS = frozenset({"tensor_sizes", "tensor_dtype", "keep_parts"})
"""Functions that say the same of batches of the same shapes: they are not called again."""

NAMES = frozenset(
    {"name", "path", "kind", "shape", "dtype", "compares", "ndim", "is_built", "is_compiled"}
)
"""Attributes that are no values, and stay what they are."""

ATTEMPTS = 6
"""How many steps that differ from those before are noted, until noting is given up."""

PLAIN = (bool, int, float, str, bytes, type(None))

_open: list[Recorder] = []


def current() -> Recorder | None:
    """Return what notes the step that R runs, if something does."""
    return _open[-1] if _open else None


@dataclass(frozen=True)
class _Of:
    """Something that came of an earlier call of the step, or of its data (call -1)."""

    call: int
    path: tuple[Any, ...]


class _Same:
    """An object that is there before the step."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.value is other.value

    __hash__ = None  # type: ignore[assignment]


class _Plain:
    """A value that R has sent."""

    def __init__(self, value: Any) -> None:
        self.value = np.array(value) if isinstance(value, np.ndarray) else value

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Plain) or type(self.value) is not type(other.value):
            return False
        mine, its = self.value, other.value
        if isinstance(mine, np.ndarray):
            return mine.dtype == its.dtype and np.array_equal(mine, its)
        return bool(mine == its or (mine != mine and its != its))

    __hash__ = None  # type: ignore[assignment]


@dataclass
class _Call:
    """A call that a step made, and what it came to as far as that is no object."""

    how: str
    target: Any
    name: str
    arguments: Any
    outcome: Any = None

    def sources(self) -> set[int]:
        """Return which earlier calls it needs."""
        found: set[int] = set()
        for part in (self.target, self.arguments):
            _collect(part, found)
        return found


class Recorder:
    """Notes what a step asks for.

    Parameters
    ----------
    data : object
        What the step is given.
    """

    def __init__(self, data: Any) -> None:
        self.calls: list[_Call] = []
        self.is_whole = True
        self._alive: list[Any] = [data]
        self._known: dict[int, _Of] = {}
        self._depth = 0
        self._learn(data, -1, ())

    def give_up(self) -> None:
        """Know that the step cannot be repeated."""
        self.is_whole = False

    def noting(
        self, how: str, target: Any, name: str, arguments: Any, action: Callable[[], Any]
    ) -> Callable[[], Any]:
        """Return a call that is noted once it was made.

        Parameters
        ----------
        how : str
            `"call"`, `"fetch"` or `"assign"`.
        target : object
            Whose method or attribute it is.
        name : str
            Its name.
        arguments : object
            The arguments, or the value to assign.
        action : callable
            Makes the call.
        """

        def act() -> Any:
            if self not in _open or self._depth:
                return action()
            call = _Call(how, self.placed(target), name, self.placed(arguments))
            self._alive += [target, arguments]
            self._depth += 1
            try:
                value = action()
            except BaseException:
                self.give_up()
                raise
            finally:
                self._depth -= 1
            if self in _open:
                call.outcome = self._learn(value, len(self.calls), ())
                if self._shows(call):
                    self.give_up()
                self._alive.append(value)
                self.calls.append(call)
            return value

        return act

    def placed(self, value: Any) -> Any:
        """Return where values come from.

        Parameters
        ----------
        value : object
            An argument.
        """
        if isinstance(value, dict):
            return {key: self.placed(each) for key, each in value.items()}
        if type(value) in (list, tuple):
            return type(value)([self.placed(each) for each in value])
        if isinstance(value, PLAIN):
            return _Plain(value)
        known = self._known.get(id(value))
        if known is not None:
            return known
        return _Plain(value) if isinstance(value, np.ndarray) else _Same(value)

    def _learn(self, value: Any, call: int, path: tuple[Any, ...]) -> Any:
        """Know the objects of a result again; return what is no object."""
        if isinstance(value, dict):
            return {key: self._learn(each, call, (*path, key)) for key, each in value.items()}
        if isinstance(value, (list, tuple)):
            return [self._learn(each, call, (*path, i)) for i, each in enumerate(value)]
        if isinstance(value, (PLAIN, np.ndarray, np.generic)):
            return value
        self._known.setdefault(id(value), _Of(call, path))
        return type(value)

    @staticmethod
    def _shows(call: _Call) -> bool:
        """Return whether a result is a value that R may have looked at."""
        if call.name in (NAMES if call.how == "fetch" else FACTS):
            return False
        return _has_values(call.outcome)


def _has_values(outcome: Any) -> bool:
    if isinstance(outcome, dict):
        return any(map(_has_values, outcome.values()))
    if isinstance(outcome, list):
        return any(map(_has_values, outcome))
    return outcome is not None and not isinstance(outcome, type)


def _collect(part: Any, found: set[int]) -> None:
    if isinstance(part, _Of):
        found.add(part.call)
    elif isinstance(part, dict):
        for each in part.values():
            _collect(each, found)
    elif isinstance(part, (list, tuple)):
        for each in part:
            _collect(each, found)


class RepeatedStep:
    """A step as the calls that it makes.

    Parameters
    ----------
    calls : list
        The calls.
    returned : object
        Where that comes from which the step returned.
    """

    def __init__(self, calls: list[_Call], returned: Any) -> None:
        self.calls, self.returned = calls, returned
        needed: set[int] = set()
        _collect(returned, needed)
        # What only finds something out need not be done where nothing needs it.
        self._made = []
        for number in range(len(calls) - 1, -1, -1):
            call = calls[number]
            idle = call.how == "fetch" or (call.how == "call" and call.name in FACTS)
            if number in needed or not idle:
                needed |= call.sources()
                self._made.append(number)
        self._made.reverse()

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, RepeatedStep)
            and len(self.calls) == len(other.calls)
            and self.calls == other.calls
            and self.returned == other.returned
        )

    __hash__ = None  # type: ignore[assignment]

    def run(self, data: Any, doors: dict[str, Callable[..., Any]]) -> Any:
        """Make the calls for another batch; return what the step returns.

        Parameters
        ----------
        data : object
            The batch.
        doors : dict
            The functions that are called by name.
        """
        values: dict[int, Any] = {-1: data}
        try:
            for number in self._made:
                call = self.calls[number]
                target = _value(call.target, values)
                if call.how == "fetch":
                    values[number] = getattr(target, call.name)
                elif call.how == "assign":
                    setattr(target, call.name, _value(call.arguments, values))
                else:
                    action = doors[call.name] if target is None else getattr(target, call.name)
                    values[number] = action(**_value(call.arguments, values))
            return _value(self.returned, values)
        finally:
            for value in values.values():
                if isinstance(value, Recording):
                    value.stop()


def _value(part: Any, values: dict[int, Any]) -> Any:
    if isinstance(part, _Of):
        value = values[part.call]
        for key in part.path:
            value = value[key]
        return value
    if isinstance(part, (_Plain, _Same)):
        return part.value
    if isinstance(part, dict):
        return {key: _value(each, values) for key, each in part.items()}
    return type(part)([_value(each, values) for each in part])


class StepRepeater:
    """Notes a model's steps, and repeats them where that can be done.

    Parameters
    ----------
    doors : dict
        The functions that R calls by name.
    """

    def __init__(self, doors: dict[str, Callable[..., Any]]) -> None:
        self._doors = doors
        self._steps: dict[Any, RepeatedStep] = {}
        self._trusted: set[Any] = set()
        self._misses = 0
        self._recorder: Recorder | None = None
        self._signature: Any = None

    def distrust(self) -> None:
        """Have R run the next step of each kind itself: it may have changed what steps do."""
        self._trusted.clear()
        self._misses = 0

    def knows(self, data: Any) -> bool:
        """Return whether the step for a batch can be repeated.

        Parameters
        ----------
        data : object
            The batch.
        """
        return bool(self._trusted) and _signature(data) in self._trusted

    def run(self, data: Any) -> Any:
        """Return what the step returns for a batch.

        Parameters
        ----------
        data : object
            The batch.
        """
        return self._steps[_signature(data)].run(data, self._doors)

    def begin(self, data: Any) -> None:
        """Note what R asks for from now on.

        Parameters
        ----------
        data : object
            The batch that R is given.
        """
        self.cancel()
        if self._misses < ATTEMPTS:
            self._signature = _signature(data)
            self._recorder = Recorder(data)
            _open.append(self._recorder)

    def end(self, returned: Any, clean: bool) -> None:
        """Take note of what a step returned.

        Parameters
        ----------
        returned : object
            What it returned.
        clean : bool
            Whether R knows of nothing else that it did.
        """
        recorder = self._recorder
        if recorder is None:
            return
        self.cancel()
        if not (clean and recorder.is_whole):
            self._misses += 1
            self._steps.pop(self._signature, None)
            return
        step = RepeatedStep(recorder.calls, recorder.placed(returned))
        if step == self._steps.get(self._signature):
            self._trusted.add(self._signature)
        else:
            self._misses += 1
            self._steps[self._signature] = step

    def cancel(self) -> None:
        """Note no more."""
        recorder, self._recorder = self._recorder, None
        if recorder in _open:
            _open.remove(recorder)


def _signature(data: Any) -> Any:
    """Return what batches have in common for which a step asks for the same."""
    if isinstance(data, dict):
        return tuple((key, _signature(each)) for key, each in data.items())
    if isinstance(data, (list, tuple)):
        return tuple(map(_signature, data))
    return None if data is None else (tuple(data.shape), str(data.dtype))


def repeater_of(model: Model, name: str, doors: dict[str, Callable[..., Any]]) -> StepRepeater:
    """Return what notes and repeats a model's steps, which has R run the next one.

    Parameters
    ----------
    model : Model
        The model.
    name : str
        The step.
    doors : dict
        The functions that R calls by name.
    """
    kept = vars(model).setdefault("_repeaters", {})
    if name not in kept:
        kept[name] = StepRepeater(doors)
    found: StepRepeater = kept[name]
    found.distrust()
    return found
