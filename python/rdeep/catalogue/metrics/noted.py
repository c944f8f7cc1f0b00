"""Metrics that are told of symbolic tensors while a model's own loss is looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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


class _Noting(NamedTuple):
    """What metrics were told of, and what says which number comes of it."""

    found: list[Noted]
    number: Callable[[Noted], Any]


_NOTED: ContextVar[_Noting | None] = ContextVar("noted", default=None)


@contextmanager
def noting_metrics(number: Callable[[Noted], Any]) -> Iterator[list[Noted]]:
    """Collect what metrics are told of symbolic tensors within.

    Parameters
    ----------
    number : callable
        Returns the symbolic number of a batch, which is a metric's result within.
    """
    found: list[Noted] = []
    before = _NOTED.set(_Noting(found, number))
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
    noting = _NOTED.get()
    if noting is None or not any(map(is_symbolic, (y_true, y_pred, sample_weight))):
        return False
    noting.found.append(Noted(metric, y_true, y_pred, sample_weight))
    return True


def noted_result(metric: Any) -> Any:
    """Return the symbolic number of what a metric was told of last; `None` if of nothing.

    Parameters
    ----------
    metric : Metric
        The metric.
    """
    noting = _NOTED.get()
    told = [] if noting is None else [each for each in noting.found if each.metric is metric]
    return noting.number(told[-1]) if noting is not None and told else None
