"""Models that say what they compute by `call`, and data of other sizes than the first had."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from rdeep.errors import RdeepError
from rdeep.graph.tensor import Input
from rdeep.models.tracing import graph_of


def open_for(model: Any, x: Any) -> None:
    """Leave open, in a model's inputs, the sizes in which data differs from what came before.

    Where `call` needs to know them, the model stays as it is, and the data is refused.

    Parameters
    ----------
    model : Model
        A model of a class with `call`.
    x : array, list or dict of arrays
        The data.
    """
    entries = list(model.graph.inputs)
    parts = _parts(x, len(entries))
    if parts is None:
        return
    shapes = [_opened(entry.shape, np.shape(part)) for entry, part in zip(entries, parts)]
    if None in shapes or all(s == entry.shape for s, entry in zip(shapes, entries)):
        return
    again = [
        Input(shape[1:], entry.dtype, name)
        for shape, entry, name in zip(shapes, entries, _names(x, len(entries)))
        if shape is not None
    ]
    given: Any = dict(zip(x, again)) if isinstance(x, Mapping) else again
    if len(again) == 1 and not isinstance(x, Mapping):
        given = again[0]
    try:
        graph = graph_of(model.call, given, model.name)
    except RdeepError:
        return
    if graph.weights().keys() == model.graph.weights().keys():
        model._go_on_as(graph)


def _parts(x: Any, count: int) -> list[Any] | None:
    if isinstance(x, Mapping):
        found = list(x.values())
    else:
        found = list(x) if isinstance(x, (list, tuple)) and count > 1 else [x]
    has_shapes = all(hasattr(part, "shape") for part in found)
    return found if has_shapes and len(found) == count else None


def _names(x: Any, count: int) -> Sequence[str | None]:
    return list(x) if isinstance(x, Mapping) else [None] * count


def _opened(shape: tuple[int | None, ...], got: tuple[int, ...]) -> tuple[int | None, ...] | None:
    if len(got) != len(shape):
        return None
    sizes = zip(shape[1:-1], got[1:-1])
    last = shape[-1:] if len(shape) > 1 else ()
    # The last axis holds features: weights go by its size.
    return (None, *(a if a == b else None for a, b in sizes), *last)
