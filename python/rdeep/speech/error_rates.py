"""Word and character error rates: how far recognised text is from what was said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rdeep.catalogue.options import Choice, checked
from rdeep.errors import DataError, show, show_rows


def word_error_rate(truth: Any, estimate: Any, unit: str = "word") -> float:
    """Return the share of words, or characters, that were recognised wrongly.

    It is `(S + D + I) / N`: the fewest words that must be replaced (`S`), inserted because they
    are missing (`D`, deletions) or removed because nobody said them (`I`, insertions), summed over
    all texts, by the number `N` of words in the true texts. So it is above 1 where there are more
    mistakes than words.

    Parameters
    ----------
    truth : str or sequence of str
        What was said.
    estimate : str or sequence of str
        What was recognised.
    unit : {"word", "character"}
        What is counted.

    Returns
    -------
    float

    References
    ----------
    Morris, A. C., Maier, V. and Green, P. (2004). From WER and RIL to MER and WIL: improved
    evaluation measures for connected speech recognition. Interspeech.

    Examples
    --------
    >>> word_error_rate(["seven red", "stop"], ["seven bread", "stop it"])
    0.6666666666666666
    >>> word_error_rate("three", "thre", unit="character")
    0.2
    """
    checked(Choice("word", "character"), unit, "unit")
    said, heard = _texts(truth, "truth"), _texts(estimate, "estimate")
    if len(said) != len(heard):
        raise DataError(
            f"'truth' and 'estimate' must have as many texts, not {len(said)} and {len(heard)}.",
            argument="estimate",
            received=len(heard),
            expected=f"{len(said)} texts",
        )
    split = str.split if unit == "word" else _characters
    pairs = [(split(a), split(b)) for a, b in zip(said, heard)]
    total = sum(len(a) for a, _ in pairs)
    if not total:
        raise DataError("'truth' has no word: there is nothing to be recognised.", argument="truth")
    return sum(edit_distance(a, b) for a, b in pairs) / total


def edit_distance(a: Sequence[Any], b: Sequence[Any]) -> int:
    """Return how many replacements, insertions and deletions make one sequence of another.

    Parameters
    ----------
    a, b : sequence
        The sequences.

    References
    ----------
    Wagner, R. A. and Fischer, M. J. (1974). The string-to-string correction problem. Journal of
    the ACM 21, 168-173.
    """
    # The distances of what was seen of `a` to each beginning of `b`.
    distances = list(range(len(b) + 1))
    for row, one in enumerate(a, 1):
        above, distances = distances, [row]
        for place, other in enumerate(b, 1):
            replaced = above[place - 1] + (one != other)
            distances.append(min(replaced, above[place] + 1, distances[-1] + 1))
    return distances[-1]


def _characters(text: str) -> list[str]:
    return list(" ".join(text.split()))


def _texts(x: Any, argument: str) -> list[str]:
    texts = [x] if isinstance(x, str) else list(x)
    for row, each in enumerate(texts):
        if not isinstance(each, str):
            is_what = "missing" if each is None or each != each else show(each)
            raise DataError(
                f"{argument!r} must be text: {show_rows([row])} is {is_what}.",
                argument=argument,
                received=each,
            )
    return texts
