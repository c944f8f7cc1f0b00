"""The layers' `trainable` flags, as they were at `compile`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from rdeep.catalogue.layers.base import Layer
from rdeep.graph.composite import Composite

Flags = Sequence[tuple[Layer, bool]]
"""Layers, those inside others among them, and whether each is trained."""


def flags_of(records: Iterable[Layer]) -> list[tuple[Layer, bool]]:
    """Return the flags of layers as they are now, and of those that they consist of.

    Parameters
    ----------
    records : iterable of Layer
        The layers.
    """
    found = []
    for record in records:
        found.append((record, record.trainable))
        if isinstance(record, Composite):
            for inner in record.inners():
                found += flags_of(layer.record for layer in inner.graph.layers)
    return found


def changed(flags: Flags) -> list[Layer]:
    """Return the layers whose flags are not what they were.

    Parameters
    ----------
    flags : Flags
        What `flags_of` returned.
    """
    return [record for record, trained in flags if record.trainable != trained]


@contextmanager
def under(flags: Flags) -> Iterator[None]:
    """Have layers say what they said when the flags were read.

    Parameters
    ----------
    flags : Flags
        What `flags_of` returned.
    """
    now = [(record, record.trainable) for record, _ in flags]
    try:
        _put(flags)
        yield
    finally:
        _put(now)


def _put(flags: Flags) -> None:
    # Straight into the record: a layer that consists of others would tell them all.
    for record, trained in flags:
        record.__dict__["trainable"] = trained
