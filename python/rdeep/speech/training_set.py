"""Sounds and what is said in them, checked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from rdeep.errors import DataError, show, worded
from rdeep.ready import BadRows, LearnedOutcome
from rdeep.ready.outcome import learned_outcome, note_missing
from rdeep.speech.alphabet import Alphabet, steps_needed, tidy_transcript
from rdeep.speech.features import LogMel
from rdeep.speech.settings import CLASS, TEXT, SpeechSettings
from rdeep.speech.sounds import read_sounds, sound_list, source_of, spectra


@dataclass
class SpeechData:
    """What a speech model is fitted to.

    Attributes
    ----------
    spectra : list of numpy.ndarray
        The logarithms of powers, `(frames, bands)` each.
    texts : list
        What each says: a transcript, or a class.
    outcome : LearnedOutcome or None
        The classes; `None` for transcripts.
    groups : numpy.ndarray or None
        What belongs together.
    stride : int
        How many frames there are to a step of the network; 0 if it gives no steps.
    """

    spectra: list[np.ndarray]
    texts: list[Any]
    outcome: LearnedOutcome | None
    groups: np.ndarray | None
    stride: int


def training_set(
    x: Any,
    y: Any,
    sample_rate: int | None,
    levels: Any,
    groups: Any,
    asked: SpeechSettings,
    features: LogMel,
    stride: Callable[[str], int],
) -> SpeechData:
    """Return the data of a fit, or say what is wrong with it.

    Parameters
    ----------
    x, y, sample_rate, levels, groups
        As for `SpeechModel.prepare`.
    asked : SpeechSettings
        The settings.
    features : LogMel
        How sounds become spectrograms.
    stride : function of a str
        The frames of a step of the network for a task.
    """
    items = sound_list(x)
    said = list(y) if hasattr(y, "__iter__") and not isinstance(y, str) else [y]
    _check_length(said, len(items), "y")
    if groups is not None:
        groups = np.asarray([str(each) for each in groups])
        _check_length(groups, len(items), "groups")
    bad = BadRows(asked.on_bad, "sounds", "x")
    task = asked.task or _task_of(y, said, levels)
    texts: list[Any] = said
    if task == TEXT:
        texts = [tidy_transcript(each, asked.lowercase) for each in said]
        _note_transcripts(said, texts, bad)
    else:
        note_missing(said, bad)
    heard = spectra(read_sounds(items, sample_rate, features, bad), features)
    frames = stride(task)
    if task == TEXT:
        _note_too_short(items, heard, texts, frames, features, bad)
    kept = bad.kept(len(items))
    pick = lambda values: [values[row] for row in kept]  # noqa: E731
    if levels is None and hasattr(getattr(y, "cat", y), "categories"):
        levels = [str(each) for each in getattr(y, "cat", y).categories]
    outcome = learned_outcome(pick(said), levels, CLASS) if task == CLASS else None
    return SpeechData(
        pick(heard), pick(texts), outcome, None if groups is None else groups[kept], frames
    )


def _check_length(values: Any, wanted: int, argument: str) -> None:
    if len(values) != wanted:
        raise DataError(
            f"{argument!r} has {len(values)} values, but there are {wanted} sounds.",
            argument=argument,
            received=len(values),
            expected=f"{wanted} values",
        )


def _task_of(y: Any, said: list[Any], levels: Any) -> str:
    if levels is not None or hasattr(getattr(y, "cat", y), "categories"):
        return CLASS
    # A transcript among them says that the others should be.
    if any(isinstance(each, str) for each in said):
        return TEXT
    return CLASS if any(each is not None for each in said) else TEXT


def _note_transcripts(said: list[Any], texts: list[str | None], bad: BadRows) -> None:
    note_missing(said, bad)
    for row, text in enumerate(texts):
        if text is None:
            bad.add(row, worded(f"its transcript is {show(said[row])}, not text"))
        elif not text:
            bad.add(row, "its transcript is empty")


def _note_too_short(
    items: list[Any],
    heard: list[np.ndarray | None],
    texts: list[str | None],
    stride: int,
    features: LogMel,
    bad: BadRows,
) -> None:
    for row, (spectrum, text) in enumerate(zip(heard, texts)):
        if spectrum is None or not text:
            continue
        needed = steps_needed(Alphabet.of([text]).encode(text))
        if -(-len(spectrum) // stride) < needed:
            seconds = round(len(spectrum) * features.step_seconds, 2)
            reason = (
                f"its {seconds:g} seconds are too short for its transcript of {len(text)} "
                f"characters, which needs {needed * stride * features.step_seconds:.2g} seconds"
            )
            bad.add(row, reason, source_of(items[row]))
