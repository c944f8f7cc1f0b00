"""The errors that rdeep raises, in the terms of what the user wrote.

Each error carries, beside its message, the fields that a caller in another language needs to
show it well: the argument, what came, what was wanted, the layer and a hint.
"""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Iterable
from typing import Any


class RdeepError(Exception):
    r"""Base class of every error that rdeep raises on purpose.

    Parameters
    ----------
    message : str
        One sentence in the user's terms.
    argument : str, optional
        The argument that is wrong.
    received : object, optional
        What came.
    expected : str, optional
        What was wanted.
    hint : str, optional
        What to do about it.
    layer : str, optional
        The layer it happened in.

    Examples
    --------
    >>> from rdeep.errors import RdeepError
    >>> str(RdeepError("It went wrong.", hint="Try again."))
    'It went wrong.\nTry again.'
    """

    kind = "general"

    def __init__(
        self,
        message: str,
        *,
        argument: str | None = None,
        received: Any = None,
        expected: str | None = None,
        hint: str | None = None,
        layer: str | None = None,
    ) -> None:
        self.message = message
        self.argument = argument
        self.received = received
        self.expected = expected
        self.hint = hint
        self.layer = layer
        super().__init__(message if hint is None else f"{message}\n{hint}")

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
        self.message = f"In {place}: {self.message}"
        self.args = (f"In {place}: {self.args[0]}",)
        return self


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


class FileError(RdeepError, OSError):
    """A file is missing, in the way, or not one that rdeep wrote."""

    kind = "file"

    # OSError would print its own two-argument form.
    __str__ = Exception.__str__


def show(value: Any, limit: int = 60) -> str:
    """Show a value in an error message: strings quoted, long values cut.

    Parameters
    ----------
    value : object
        What came.
    limit : int
        The number of characters to keep.

    Examples
    --------
    >>> show("relu")
    "'relu'"
    >>> show(len)
    'a function'
    """
    if inspect.isroutine(value):
        return "a function"
    text = repr(value) if not hasattr(value, "shape") else f"an array of shape {value.shape}"
    return text if len(text) <= limit else text[: limit - 1] + "…"


def listing(values: Iterable[Any], last: str = "or") -> str:
    """Join values as a sentence does.

    Parameters
    ----------
    values : iterable
        What to list; strings are quoted.
    last : str
        The word before the last value.

    Examples
    --------
    >>> listing(["a", "b", "c"])
    "'a', 'b' or 'c'"
    """
    shown = [show(value) for value in values]
    if len(shown) < 2:
        return "".join(shown)
    return f"{', '.join(shown[:-1])} {last} {shown[-1]}"


def suggestion(name: str, known: Iterable[str], also: Iterable[str] = ()) -> str:
    """Say which known name was probably meant, or list them all.

    Parameters
    ----------
    name : str
        The name that came.
    known : iterable of str
        The names that exist.
    also : iterable of str
        Other names for the same, which are suggested but not listed.

    Examples
    --------
    >>> suggestion("rellu", ["relu", "tanh"])
    "Did you mean 'relu'?"
    """
    known = sorted(known)
    abbreviated = [c for c in known if name.lower() == "".join(word[0] for word in c.split("_"))]
    if abbreviated and len(name) > 1:
        return f"Did you mean {abbreviated[0]!r}?"
    folded = {candidate.lower().replace("_", ""): candidate for candidate in (*also, *known)}
    close = difflib.get_close_matches(name.lower().replace("_", ""), folded, n=1, cutoff=0.6)
    if close:
        return f"Did you mean {folded[close[0]]!r}?"
    return (
        f"There is only {listing(known)}."
        if len(known) == 1
        else f"Choose one of {listing(known)}."
    )
