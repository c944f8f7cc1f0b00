"""What is wrong within a file: an error that gathers, on its way out, where in the file it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rdeep.errors.exceptions import DependencyError, FileError, RdeepError
from rdeep.errors.wording import Wording, show, worded

_LONGEST = 2000
"""How long what is said of a file may be: it may repeat what the file holds."""


class Damage(FileError):
    """Something within a file is not as it must be; its reader says in which file.

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
        self.clause, self.place, self.advice = worded(message), place, hint
        where = f"{printable(place)}: " if place else ""
        super().__init__(f"{where}{self.clause}.", argument="filepath", hint=hint)

    def within(self, place: str) -> Damage:
        """Return the same with the place that its place is in.

        Parameters
        ----------
        place : str
            Such as the name of a member.
        """
        whole = f"{place}: {self.place}" if self.place else place
        return Damage(self.clause, place=whole, hint=self.advice)


@contextmanager
def making(place: str) -> Iterator[None]:
    """Turn whatever goes wrong while something is made of a file into damage at a place.

    Parameters
    ----------
    place : str
        Where in the file that is.
    """
    try:
        yield
    except (Damage, DependencyError, MemoryError):
        raise
    except RdeepError as error:
        text = error.wording["message"]
        last = text.pieces[-1] if text.pieces else ""
        if isinstance(last, str) and last.endswith("."):
            text = Wording((*text.pieces[:-1], last[:-1]))
        if len(str(text)) > _LONGEST:
            text = Wording((printable(str(text), _LONGEST),))
        raise Damage(text, place=place) from error
    except Exception as error:
        raise Damage(
            f"nothing can be made of this ({type(error).__name__!s})", place=place
        ) from error


def shown_value(value: Any) -> Wording:
    """Show a value that a file holds, shortened.

    Parameters
    ----------
    value : object
        Plain data.
    """
    if isinstance(value, dict):
        return Wording((f"an object of {len(value)} entries",))
    if isinstance(value, (list, tuple)):
        return Wording((f"a list of {len(value)}",))
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() > 99:
        return Wording(("a number of many digits",))
    return show(printable(value) if isinstance(value, str) else value)


def printable(text: str, limit: int = 200) -> str:
    """Return a text of a file's, which may hold anything, as a message can show it.

    Parameters
    ----------
    text : str
        The text.
    limit : int
        How much of it to show.
    """
    text = text if len(text) <= limit else f"{text[: limit - 1]}…"
    return "".join(c if c.isprintable() and not "\ue000" <= c <= "\uf8ff" else "?" for c in text)
