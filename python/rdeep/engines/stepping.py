"""A training step that a user wrote, while it runs: what it changes and collects.

On torch such a step is called for each batch, and what metrics keep is changed where it is. On
TensorFlow it is traced once: what changes becomes variables of the graph, and what grows from batch
to batch is handed out of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Protocol


class Trace(Protocol):
    """A step that is being traced."""

    def read(self, cell: Cell) -> Any:
        """Return a cell's value at this place of the step."""

    def write(self, cell: Cell, value: Any) -> None:
        """Give a cell a value, from this place of the step on."""

    def collect(self, keeper: Any, tensors: tuple[Any, ...]) -> None:
        """Have a batch's tensors handed to `keeper.collect` each time that the step runs."""


class Step:
    """A step that is under way.

    Parameters
    ----------
    engine : str
        The engine whose tensors it has: plain arrays become such in it.
    trace : Trace, optional
        What traces it; `None` if it is computed at once.
    """

    def __init__(self, engine: str, trace: Trace | None = None) -> None:
        self.engine, self.trace = engine, trace


_current: ContextVar[Step | None] = ContextVar("step", default=None)


def current() -> Step | None:
    """Return the step that is under way, if one is."""
    return _current.get()


@contextmanager
def under_way(step: Step) -> Iterator[None]:
    """Have a step be the one that is under way.

    Parameters
    ----------
    step : Step
        The step.
    """
    token = _current.set(step)
    try:
        yield
    finally:
        _current.reset(token)


class Cell:
    """A number or an array that changes from step to step.

    Parameters
    ----------
    start : object
        What it is at first.

    Attributes
    ----------
    variable : object
        The engine's variable that has the value, once a step was traced that changes it.
    """

    def __init__(self, start: Any) -> None:
        self.start = self._value = start
        self.variable: Any = None

    def get(self) -> Any:
        """Return the value of now: within a traced step, a tensor of its graph."""
        step = _current.get()
        if step is not None and step.trace is not None:
            return step.trace.read(self)
        return self._value if self.variable is None else self.variable.read_value()

    def set(self, value: Any) -> None:
        """Change the value.

        Parameters
        ----------
        value : object
            A number, an array or a tensor.
        """
        step = _current.get()
        if step is not None and step.trace is not None:
            step.trace.write(self, value)
        elif self.variable is None:
            self._value = value
        else:
            self.variable.assign(value)

    def follow_graph(self, make: Callable[[Any], Any]) -> None:
        """Have a variable keep the value, where a function of the user's own is traced.

        Parameters
        ----------
        make : callable
            Returns a variable that starts with a value; `None` where nothing is traced.
        """
        if self.variable is None and _current.get() is None:
            self.variable = make(self._value)

    def reset(self) -> None:
        """Start again."""
        self.set(self.start)

    @property
    def value(self) -> Any:
        """The value outside of graphs."""
        return self._value if self.variable is None else self.variable.read_value()

    def __getstate__(self) -> dict[str, Any]:
        """Return what copies keep: the value as an array."""
        return {"start": self.start, "_value": _on_host(self.value), "variable": None}


class Pending(Protocol):
    """A number that is made of tensors when somebody looks: what a metric has come to."""

    def parts(self) -> list[Any]:
        """Return the tensors, and numbers."""

    def of(self, parts: list[Any]) -> Any:
        """Return the same of other tensors."""


def is_pending(value: object) -> bool:
    """Return whether a value is made of tensors when somebody looks.

    Parameters
    ----------
    value : object
        The value.
    """
    return hasattr(value, "parts") and hasattr(value, "of")


def taken_apart(value: Any, tensors: list[Any], is_tensor: Callable[[Any], bool]) -> Any:
    """Return the structure of what a step returned, with the places of its tensors.

    Parameters
    ----------
    value : object
        Tensors, pending numbers and other things in dictionaries, lists and tuples.
    tensors : list
        Takes the tensors.
    is_tensor : callable
        Whether something is one.
    """
    if isinstance(value, dict):
        return {key: taken_apart(each, tensors, is_tensor) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)([taken_apart(each, tensors, is_tensor) for each in value])
    if is_pending(value):
        return _Made(value, [taken_apart(part, tensors, is_tensor) for part in value.parts()])
    if not is_tensor(value):
        return value
    tensors.append(value)
    return _Place(len(tensors) - 1)


def put_together(form: Any, tensors: Sequence[Any]) -> Any:
    """Return what a step returned, of the tensors of another run of it.

    Parameters
    ----------
    form : object
        What `taken_apart` returned.
    tensors : sequence
        The tensors, in the places that they had.
    """
    if isinstance(form, dict):
        return {key: put_together(each, tensors) for key, each in form.items()}
    if isinstance(form, (list, tuple)):
        return type(form)([put_together(each, tensors) for each in form])
    if isinstance(form, _Place):
        return tensors[form.number]
    if isinstance(form, _Made):
        return form.pending.of(put_together(form.parts, tensors))
    return form


@dataclass(frozen=True)
class _Place:
    number: int


@dataclass(frozen=True)
class _Made:
    pending: Pending
    parts: list[Any]


def _on_host(value: Any) -> Any:
    if hasattr(value, "detach"):
        value = value.detach().cpu()
    return value.numpy() if hasattr(value, "numpy") else value
