"""Warnings about classes that only the training or only the validation data has."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np

from rdeep.catalogue.losses import BinaryCrossentropy, CategoricalCrossentropy, Loss
from rdeep.data.arrays import ArrayFeed
from rdeep.errors import listing
from rdeep.training.model import ScoredModel

ClassNames = Sequence[Sequence[str] | None] | None
"""For each output the names of its classes, where they have some."""

_BY_CHANCE = 0.01
_SHOWN = 5


def warn_of_missing_classes(
    model: ScoredModel, training: ArrayFeed, held: ArrayFeed, names: ClassNames, is_cut: bool
) -> None:
    """Warn where validation has classes that training lacks, or a cut leaves it without some.

    Parameters
    ----------
    model : Model
        The model.
    training, held : ArrayFeed
        What is trained on, and what is validated on.
    names : sequence
        For each output the names of its classes.
    is_cut : bool
        Whether the rows for validation were cut from the end. Then classes that are missing there,
        though chance would hardly leave them out, show that the rows are sorted.
    """
    for i, loss in enumerate(model.output_losses()):
        here, there = (_counts(feed.targets[i], loss) for feed in (training, held))
        if here is None or there is None:
            continue
        size = max(len(here), len(there))
        here, there = (np.pad(each, (0, size - len(each))) for each in (here, there))
        labels = names[i] if names is not None and i < len(names) else None
        output = f" of {model.graph.output_names[i]!r}" if len(training.targets) > 1 else ""
        untrained = _named(np.flatnonzero((here == 0) & (there > 0)), labels)
        if untrained:
            warnings.warn(
                f"Validation has samples of {untrained}{output}, and training has none: nothing is "
                f"learned of what is validated.{_remedy(is_cut)}",
                stacklevel=4,
            )
        surprising = (1.0 - here / here.sum()) ** there.sum() < _BY_CHANCE
        unseen = _named(np.flatnonzero((here > 0) & (there == 0) & surprising), labels)
        if unseen and is_cut:
            warnings.warn(
                f"Validation has no sample of {unseen}{output}, which training has: its scores are "
                f"not those of such data.{_remedy(is_cut)}",
                stacklevel=4,
            )


def _remedy(is_cut: bool) -> str:
    if not is_cut:
        return ""
    return " 'validation_split' takes the last rows: shuffle the rows before, if they are sorted."


def _named(classes: np.ndarray, labels: Sequence[str] | None) -> str:
    if not len(classes):
        return ""
    known = labels is not None and classes[-1] < len(labels)
    words = [labels[c] if known and labels is not None else int(c) for c in classes[:_SHOWN]]
    more = f" and {len(classes) - _SHOWN} more" if len(classes) > _SHOWN else ""
    last = "and" if not more else ","
    text = str(listing(words, last)).replace(" , ", ", ")
    return f"the class{'es' if len(classes) > 1 else ''} {text}{more}"


def _counts(targets: np.ndarray, loss: Loss) -> np.ndarray | None:
    """Return how many samples each class has; `None` where there are no classes."""
    if isinstance(loss, CategoricalCrossentropy):
        return np.asarray((targets == 1).sum(axis=0)) if targets.ndim == 2 else None
    column = targets.reshape(-1) if targets.size == len(targets) else None
    if column is None or not column.size:
        return None
    if loss.targets in ("indices", "classes") and column.dtype.kind == "i":
        return np.bincount(column[column >= 0])
    if isinstance(loss, BinaryCrossentropy):
        ones = int((column == 1).sum())
        zeros = int((column == 0).sum())
        return np.array([zeros, ones]) if zeros + ones == len(column) else None
    return None
