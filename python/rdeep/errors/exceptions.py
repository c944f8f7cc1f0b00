"""The errors and warnings that rdeep raises, in the terms of what the user wrote.

Each error carries, beside its message, the fields that a caller in another language needs to
show it well: the argument, what came, what was wanted, the layer and a hint. What they say of
values, shapes and functions is kept as such (`rdeep.errors.wording`).
"""

from __future__ import annotations

from typing import Any

from rdeep.errors.wording import Wording, worded


class RdeepError(Exception):
    r"""Base class of every error that rdeep raises on purpose.

    Parameters
    ----------
    message : str or Wording
        One sentence in the user's terms.
    argument : str, optional
        The argument that is wrong.
    received : object, optional
        What came.
    expected : str or Wording, optional
        What was wanted.
    hint : str or Wording, optional
        What to do about it.
    layer : str, optional
        The layer it happened in.

    Attributes
    ----------
    wording : dict
        The message, what was expected and the hint, with their parts; those that there are.

    Examples
    --------
    >>> from rdeep.errors import RdeepError
    >>> str(RdeepError("It went wrong.", hint="Try again."))
    'It went wrong.\nTry again.'
    """

    kind = "general"

    def __init__(
        self,
        message: str | Wording,
        *,
        argument: str | None = None,
        received: Any = None,
        expected: str | Wording | None = None,
        hint: str | Wording | None = None,
        layer: str | None = None,
    ) -> None:
        said = {"message": message, "expected": expected, "hint": hint}
        self.wording = {name: worded(text) for name, text in said.items() if text is not None}
        self.argument = argument
        self.received = received
        self.layer = layer
        super().__init__(self._shown())

    def _shown(self) -> str:
        return self.message if self.hint is None else f"{self.message}\n{self.hint}"

    @property
    def message(self) -> str:
        """The message, without the hint."""
        return str(self.wording["message"])

    @property
    def expected(self) -> str | None:
        """What was wanted."""
        return self._text("expected")

    @property
    def hint(self) -> str | None:
        """What to do about it."""
        return self._text("hint")

    def _text(self, name: str) -> str | None:
        return str(self.wording[name]) if name in self.wording else None

    def inside(self, place: str) -> RdeepError:
        """Return the error with a message that begins with where it happened.

        Parameters
        ----------
        place : str
            Such as `"batch 3"`.

        Examples
        --------
        >>> RdeepError("It went wrong.").inside("batch 3").message
        'In batch 3: It went wrong.'
        """
        self.wording["message"] = worded(f"In {place}: {self.wording['message']}")
        self.args = (self._shown(),)
        return self


class RdeepWarning(UserWarning):
    """A warning whose message has parts that are written in each language's way.

    Parameters
    ----------
    message : str or Wording
        One sentence or several, in the user's terms.

    Examples
    --------
    >>> str(RdeepWarning("It may go wrong."))
    'It may go wrong.'
    """

    def __init__(self, message: str | Wording) -> None:
        self.wording = worded(message)
        super().__init__(str(self.wording))


class NumbersWarning(RdeepWarning):
    """Training, or a prediction, has come to values that are no numbers: NaN or infinite.

    Parameters
    ----------
    message : str or Wording
        What was found, and what to try.
    **found
        What was found, as plain data.

    Attributes
    ----------
    found : dict
        What was found, by name: of a step of training `step`, `epoch` and `batch` (from 1), `rows`
        (the rows of the batch in the data, from 0; `None` for a stream), `bad_rows` (those of them
        that show it), `cause` (`"weights"`, `"layer"`, `"loss"`, `"gradient"`, `"update"` or
        `"unknown"`), `layer`, `gradient_norm`, `largest_input` and `learning_rate`.

    Examples
    --------
    >>> NumbersWarning("The loss was NaN.", step=3).found
    {'step': 3}
    """

    kind = "nan"

    def __init__(self, message: str | Wording, **found: Any) -> None:
        self.found = found
        super().__init__(message)


class ArgumentError(RdeepError, ValueError):
    """An argument has a value, a type or a name that it cannot have."""

    kind = "argument"


class ShapeError(RdeepError, ValueError):
    """A shape does not fit the layer, the model or the other data."""

    kind = "shape"


class DataError(RdeepError, ValueError):
    """Data cannot be used: missing values, text, lengths that differ, nothing at all."""

    kind = "data"


class DependencyError(RdeepError, ImportError):
    """A Python package that is needed is missing or does not fit."""

    kind = "dependency"


class BackendError(RdeepError, RuntimeError):
    """A backend or a device is unknown, or cannot do what was asked."""

    kind = "backend"


class StateError(RdeepError, RuntimeError):
    """Something was asked of a model too early, such as training before compiling."""

    kind = "state"


class ForkError(StateError):
    """An engine was started before the process was forked, and would hang in the fork."""

    kind = "fork"


class OutOfMemoryError(RdeepError, MemoryError):
    """There is too little memory for what was asked: on the host, or on a GPU."""

    kind = "memory"


class FileError(RdeepError, OSError):
    """A file is missing, in the way, or not one that rdeep wrote."""

    kind = "file"

    # OSError would print its own two-argument form.
    __str__ = Exception.__str__
