"""What columns are taken as, in words."""

from __future__ import annotations

from collections.abc import Sequence

from rdeep.errors import Wording, listing, worded
from rdeep.multimodal.settings import ImageColumn, Modality, SeriesColumn, TableColumns, TextColumn
from rdeep.multimodal.values import Values

_SHOWN = 8


def described(modalities: Sequence[Modality]) -> list[str]:
    """Return what each column is taken as, a line for each modality.

    Parameters
    ----------
    modalities : sequence of Modality
        What was learned of them.
    """
    return [line for each in modalities for line in _lines(each)]


def _lines(modality: Modality) -> list[str]:
    missing = f"; {modality.missing} missing" if modality.missing else ""
    if isinstance(modality, TableColumns):
        found = []
        if modality.numbers:
            found.append(f"Numbers: {_some(modality.numbers)}")
        if modality.categories:
            names = [f"{each.name} ({len(each.levels)})" for each in modality.categories]
            found.append(f"Categories: {_some(names)}")
        values = f"; {modality.missing} values missing" if modality.missing else ""
        return [*found[:-1], f"{found[-1]}{values}"]
    if isinstance(modality, ImageColumn):
        high, wide = modality.image_size
        colours = {1: "grey", 3: "colour"}.get(modality.channels, f"{modality.channels} channels")
        return [f"Images: {modality.name} ({high} x {wide}, {colours}{missing})"]
    if isinstance(modality, TextColumn):
        if modality.encoder is not None:
            return [f"Texts: {modality.name} (by an encoder{missing})"]
        known = sum(" " not in word for word in modality.vocabulary)
        return [f"Texts: {modality.name} ({known} words known{missing})"]
    assert isinstance(modality, SeriesColumn)
    channels = f", {modality.channels} channels" if modality.channels > 1 else ""
    return [f"Series: {modality.name} (up to {modality.longest} steps{channels}{missing})"]


def _some(names: Sequence[str]) -> str:
    more = len(names) - _SHOWN
    shown = ", ".join(names[:_SHOWN])
    return f"{shown} and {more} more" if more > 0 else shown


def note_of(modalities: Sequence[Modality], values: Sequence[Values]) -> Wording | None:
    """Return what is to be said of values that are missing; `None` if none is.

    Parameters
    ----------
    modalities : sequence of Modality
        What was learned of them.
    values : sequence of Values
        The values to fit to.
    """
    rows = len(values[0].present)
    said: list[Wording] = []
    for each, given in zip(modalities, values):
        count = each.missing if isinstance(each, TableColumns) else int((~given.present).sum())
        name = "numbers and categories" if isinstance(each, TableColumns) else each.name
        if count:
            said.append(worded(f"{name} ({count})"))
    if not said:
        return None
    return worded(
        f"Of {rows} rows some lack values, which training takes as missing: {listing(said, 'and')}"
    )
