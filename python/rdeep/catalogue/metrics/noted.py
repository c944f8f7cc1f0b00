"""Metrics that are told of symbolic tensors while a model's own loss is looked at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple

from rdeep.catalogue.dispatch import is_symbolic


class Noted(NamedTuple):
    """What a metric was told of."""

    metric: Any
    y_true: Any
    y_pred: Any
    sample_weight: Any


_NOTED: ContextVar[list[Noted] | None] = ContextVar("noted", default=None)


@contextmanager
def noting_metrics() -> Iterator[list[Noted]]:
    """Collect what metrics are told of symbolic tensors within."""
    found: list[Noted] = []
    before = _NOTED.set(found)
    try:
        yield found
    finally:
        _NOTED.reset(before)


def note(metric: Any, y_true: Any, y_pred: Any, sample_weight: Any) -> bool:
    """Return whether a metric's update is noted, and is no update of its own state.

    Parameters
    ----------
    metric : Metric
        The metric.
    y_true, y_pred, sample_weight : SymbolicTensor, array or None
        What it is told of.
    """
    found = _NOTED.get()
    if found is None or not any(map(is_symbolic, (y_true, y_pred, sample_weight))):
        return False
    found.append(Noted(metric, y_true, y_pred, sample_weight))
    return True
