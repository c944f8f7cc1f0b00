"""What is wrong with a file: one error, with the file's name, the place in it, and the reason."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from rdeep.errors import FileError, RdeepError
from rdeep.errors.damage import Damage, printable, shown_value

__all__ = ["MODEL", "Damage", "reading", "shown_source", "shown_value"]

MODEL = "a model that rdeep saved"
"""What a reader of models wanted."""


def shown_source(source: object) -> str:
    """Return how a message names what is read.

    Parameters
    ----------
    source : str, os.PathLike or binary stream
        A path or a stream.
    """
    if isinstance(source, (str, os.PathLike)):
        return f"'{printable(os.fspath(source))}'"
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
