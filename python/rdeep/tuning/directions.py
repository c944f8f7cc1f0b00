"""Whether a metric is to be small or large."""

from __future__ import annotations

from rdeep.catalogue import registry
from rdeep.errors import ArgumentError, show


def direction_of(metric: str | None) -> str:
    """Return whether a metric is to be small or large.

    Parameters
    ----------
    metric : str or None
        The name of a log.

    Raises
    ------
    ArgumentError
        If nobody knows.
    """
    bare = "loss" if metric is None else metric.removeprefix("val_")
    if bare in ("loss", "deviance") or bare.endswith("_loss"):
        return "min"
    try:
        direction = registry.find("metric", bare).direction
    except ArgumentError:
        direction = None
    if direction is None:
        raise ArgumentError(
            f"Nothing says whether {show(metric)} is to be small or large.",
            argument="direction",
            received=None,
            hint="Give the direction, 'min' or 'max'.",
        )
    return str(direction)
