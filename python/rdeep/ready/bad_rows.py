"""Samples that cannot be used: collected first, then refused together or left out and counted."""

from __future__ import annotations

import warnings

import numpy as np

from rdeep.errors import (
    ArgumentError,
    DataError,
    RdeepWarning,
    Wording,
    setting,
    show,
    show_rows,
    worded,
)

_NAMED = 5
"""How many samples a message names."""


class BadRows:
    """Samples that cannot be used, with the reason for each.

    Parameters
    ----------
    on_bad : {"fail", "drop"}
        Whether they are an error, or left out with a warning that counts them.
    what : str
        What a sample is, in the plural, such as `"images"`.
    argument : str
        The argument that they come from.

    Examples
    --------
    >>> bad = BadRows("fail", "images")
    >>> bad.add(2, "it is empty", source="a.png")
    >>> bad.kept(4)
    Traceback (most recent call last):
        ...
    rdeep.errors.exceptions.DataError: 1 of 4 images cannot be used: row 2 ('a.png'): it is empty.
    Mend or remove it, or leave such images out by on_bad='drop'.
    """

    def __init__(self, on_bad: str, what: str, argument: str = "x") -> None:
        if on_bad not in ("fail", "drop"):
            raise ArgumentError(
                f"'on_bad' must be 'fail' or 'drop', not {show(on_bad)}.",
                argument="on_bad",
                received=on_bad,
            )
        self.on_bad, self.what, self.argument = on_bad, what, argument
        self._reasons: dict[int, tuple[str | Wording, str | None]] = {}

    def add(self, row: int, reason: str | Wording, source: str | None = None) -> None:
        """Note a sample; the first reason counts.

        Parameters
        ----------
        row : int
            Its number, from 0.
        reason : str or Wording
            What is wrong with it: a clause, without a full stop.
        source : str, optional
            The file that it comes from.
        """
        self._reasons.setdefault(int(row), (reason, source))

    def __len__(self) -> int:
        return len(self._reasons)

    def __contains__(self, row: object) -> bool:
        return row in self._reasons

    @property
    def reasons(self) -> dict[int, str | Wording]:
        """What is wrong with each sample, by its number."""
        return {row: reason for row, (reason, _) in self._reasons.items()}

    def kept(self, total: int) -> np.ndarray:
        """Return the numbers of the samples that can be used.

        Parameters
        ----------
        total : int
            How many samples there are.

        Raises
        ------
        DataError
            If some cannot, and they are not to be left out; or if none is left.
        """
        if not self._reasons:
            return np.arange(total)
        listed, one = self.listed(), len(self) == 1
        if self.on_bad == "fail" or len(self) == total:
            advice = f"Mend or remove {'it' if one else 'them'}, or leave such {self.what} out by "
            raise DataError(
                f"{len(self)} of {total} {self.what} cannot be used: {listed}.",
                argument=self.argument,
                hint=f"{advice}{setting('on_bad', 'drop')}." if len(self) < total else None,
            )
        verb = "was" if one else "were"
        said = worded(f"{len(self)} of {total} {self.what} {verb} left out: {listed}.")
        warnings.warn(RdeepWarning(said), stacklevel=3)
        return np.setdiff1d(np.arange(total), list(self._reasons), assume_unique=True)

    def listed(self) -> Wording:
        """Return the first samples with their reasons, and how many more there are."""
        parts = []
        for row, (reason, source) in sorted(self._reasons.items())[:_NAMED]:
            file = "" if source is None else worded(f" ({show(source, 200)})")
            parts.append(worded(f"{show_rows([row])}{file}: {reason}"))
        more = len(self) - len(parts)
        said = parts[0]
        for part in parts[1:]:
            said = worded(f"{said}; {part}")
        return worded(f"{said}; and {more} more") if more else said
