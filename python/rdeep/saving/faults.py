"""What is wrong with a file: one error, with the file's name, the place in it, and the reason."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rdeep.errors import FileError, RdeepError, Wording, show

MODEL = "a model that rdeep saved"
"""What a reader of models wanted."""


class Damage(FileError):
    """Something within a file is not as it must be; `reading` says in which file.

    Parameters
    ----------
    message : str or Wording
        What is wrong: a clause, without a full stop.
    place : str
        Where, such as `"model.json"` or `"layers[3].options.units"`.
    hint : str or Wording, optional
        What to do about it, where there is something to do.

    Examples
    --------
    >>> str(Damage("it is not UTF-8", place="model.json"))
    'model.json: it is not UTF-8.'
    """

    def __init__(
        self, message: str | Wording, *, place: str = "", hint: str | Wording | None = None
    ) -> None:
        self.clause, self.place, self.advice = message, place, hint
        where = f"{_printable(place)}: " if place else ""
        super().__init__(f"{where}{message}.", argument="filepath", hint=hint)

    def within(self, place: str) -> Damage:
        """Return the same with the place that its place is in.

        Parameters
        ----------
        place : str
            Such as the name of a member.
        """
        whole = f"{place}: {self.place}" if self.place else place
        return Damage(self.clause, place=whole, hint=self.advice)


def shown_source(source: object) -> str:
    """Return how a message names what is read.

    Parameters
    ----------
    source : str, os.PathLike or binary stream
        A path or a stream.
    """
    if isinstance(source, (str, os.PathLike)):
        return f"'{_printable(os.fspath(source))}'"
    return "the data"


@contextmanager
def reading(source: object, wanted: str = MODEL, argument: str = "filepath") -> Iterator[None]:
    """Turn whatever goes wrong while a file is read into a `FileError` that names the file.

    Parameters
    ----------
    source : str, os.PathLike or binary stream
        What is read.
    wanted : str
        What it should be, with its article.
    argument : str
        The argument that it was given as.

    Raises
    ------
    FileError
        If something is wrong with the file. What a file needs and is missing here, such as a
        package, keeps its own error.
    """
    shown = shown_source(source)
    try:
        yield
    except Damage as damage:
        raise FileError(
            f"{shown} is not {wanted}, or it is damaged: {damage.wording['message']}",
            argument=argument,
            hint=damage.wording.get("hint"),
        ) from damage.__cause__
    except RdeepError:
        raise
    except OSError as error:
        raise _of_the_disk(error, shown, argument) from error
    except MemoryError:
        raise
    except Exception as error:
        raise FileError(
            f"{shown} is not {wanted}, or it is damaged, or something else has made it: "
            f"{type(error).__name__!s}.",
            argument=argument,
        ) from error


def _of_the_disk(error: OSError, shown: str, argument: str) -> FileError:
    if isinstance(error, FileNotFoundError):
        return FileError(f"There is no file {shown}.", argument=argument)
    reason = error.strerror or str(error) or type(error).__name__
    return FileError(f"{shown} cannot be read: {reason}.", argument=argument)


def shown_value(value: Any) -> Wording:
    """Show a value that a file holds, shortened.

    Parameters
    ----------
    value : object
        Plain data.
    """
    if isinstance(value, dict):
        return Wording((f"an object of {len(value)} entries",))
    if isinstance(value, list):
        return Wording((f"a list of {len(value)}",))
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() > 99:
        return Wording(("a number of many digits",))
    return show(_printable(value) if isinstance(value, str) else value)


def _printable(text: str) -> str:
    """Return a text of a file's, which may hold anything, as a message can show it."""
    text = text if len(text) <= 200 else f"{text[:199]}…"
    return "".join(c if c.isprintable() and not "\ue000" <= c <= "\uf8ff" else "?" for c in text)
