"""Which words a prediction rests on: how it changes when they are left out."""

from __future__ import annotations

import unicodedata
from typing import Any

import numpy as np

from rdeep.errors import ArgumentError, listing, show
from rdeep.text.words import words

_AT_ONCE = 512


def spans(text: str) -> list[tuple[str, int, int]]:
    """Return each word of a text, punctuation left out, and where it begins and ends.

    Parameters
    ----------
    text : str
        The text, in composed form.

    Examples
    --------
    >>> spans("Ah, no!")
    [('Ah', 0, 2), ('no', 4, 6)]
    """
    plain = text.replace("\u2019", "'")
    found, start = [], 0
    for word in words(plain, lowercase=False):
        place = plain.find(word, start)
        if place < 0:
            continue
        start = place + len(word)
        if any(character.isalnum() for character in word):
            found.append((text[place:start], place, start))
    return found


def without_words(model: Any, x: Any, level: str | None) -> dict[str, list[Any]]:
    """Return what each word of some texts did, as columns.

    Parameters
    ----------
    model : TextModel
        The model.
    x : sequence of str
        The texts.
    level : str, optional
        The class that is explained; by default that which is predicted.
    """
    outcome = model.learned.outcome
    if level is not None and level not in outcome.levels:
        raise ArgumentError(
            f"There is no class {show(level)}.",
            argument="level",
            received=level,
            hint=f"The classes are {listing(outcome.levels)}." if outcome.is_class else None,
        )
    whole = model.predict(x)
    names = ("row", "level", "word", "place", "count", "effect", "prediction")
    columns: dict[str, list[Any]] = {name: [] for name in names}
    for row, text in enumerate(x):
        if np.isnan(whole[row]).any():
            continue
        chosen = None
        if outcome.is_class:
            chosen = int(whole[row].argmax()) if level is None else outcome.levels.index(level)
        composed = unicodedata.normalize("NFC", text)
        groups: dict[str, list[tuple[str, int, int]]] = {}
        for span in spans(composed):
            key = span[0].lower() if model.settings.lowercase else span[0]
            groups.setdefault(key, []).append(span)
        shorter = [_left_out(composed, group) for group in groups.values()]
        before, *after = _predicted(model, [composed, *shorter], chosen)
        for (key, group), left in zip(groups.items(), after, strict=True):
            columns["row"].append(row)
            columns["level"].append(None if chosen is None else outcome.levels[chosen])
            columns["word"].append(key)
            columns["place"].append(group[0][1] + 1)
            columns["count"].append(len(group))
            columns["effect"].append(float(before - left))
            columns["prediction"].append(
                float(whole[row] if chosen is None else whole[row][chosen])
            )
    return columns


def _left_out(text: str, group: list[tuple[str, int, int]]) -> str:
    for _, begin, end in reversed(group):
        text = text[:begin] + text[end:]
    return text


def _predicted(model: Any, texts: list[str], chosen: int | None) -> np.ndarray:
    """Return the log odds of a class, or the number, of texts of which little may be left."""
    out = np.empty(len(texts))
    for start in range(0, len(texts), _AT_ONCE):
        found = model.outputs_of(texts[start : start + _AT_ONCE])
        if chosen is None:
            values = model.learned.outcome.response(found)
        else:
            # Odds are against all other classes together; near 0 and 1 probabilities say little.
            others = np.delete(found, chosen, axis=1).astype(np.float64)
            highest = others.max(axis=1, keepdims=True)
            against = np.log(np.exp(others - highest).sum(axis=1)) + highest[:, 0]
            values = found[:, chosen] - against
        out[start : start + _AT_ONCE] = values
    return out
