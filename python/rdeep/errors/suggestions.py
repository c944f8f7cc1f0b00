"""Which known name was meant by one that is not known."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from rdeep.errors.wording import listing


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
    abbreviated = [c for c in known if name.lower() == "".join(word[:1] for word in c.split("_"))]
    if abbreviated and len(name) > 1:
        return f"Did you mean {abbreviated[0]!r}?"
    folded = {candidate.lower().replace("_", ""): candidate for candidate in (*also, *known)}
    close = difflib.get_close_matches(name.lower().replace("_", ""), folded, n=1, cutoff=0.6)
    if close:
        return f"Did you mean {folded[close[0]]!r}?"
    listed = str(listing(known))
    return f"There is only {listed}." if len(known) == 1 else f"Choose one of {listed}."
