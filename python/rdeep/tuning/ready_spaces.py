"""Ready spaces for ready-made models, as plain data, by the kind of model."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import fields
from typing import Any

from rdeep.errors import ArgumentError, listing, show
from rdeep.tabular.settings import Settings, choose
from rdeep.tuning.spaces import Space

SPACES: dict[str, dict[str, dict[str, Any]]] = {
    "tabular": {
        "architecture": {"type": "choice", "values": ["tabm", "mlp", "resnet"]},
        "hidden_units": {"type": "layers", "low": 16, "high": 256, "fewest": 1, "most": 3},
        "dropout": {"type": "real", "low": 0.0, "high": 0.5},
        "learning_rate": {"type": "real", "low": 5e-4, "high": 2e-2, "log": True},
        "weight_decay": {"type": "real", "low": 1e-4, "high": 0.3, "log": True},
        "batch_size": {"type": "choice", "values": [32, 64, 128, 256]},
        "scaling": {"type": "choice", "values": ["robust", "quantile", "standard"]},
    },
    "image": {
        "learning_rate": {"type": "real", "low": 1e-4, "high": 1e-2, "log": True},
        "weight_decay": {"type": "real", "low": 1e-5, "high": 1e-1, "log": True},
        "dropout": {"type": "real", "low": 0.0, "high": 0.5},
        "batch_size": {"type": "choice", "values": [16, 32, 64, 128]},
    },
    "text": {
        "learning_rate": {"type": "real", "low": 1e-4, "high": 1e-2, "log": True},
        "weight_decay": {"type": "real", "low": 1e-5, "high": 1e-1, "log": True},
        "dropout": {"type": "real", "low": 0.0, "high": 0.6},
        "units": {"type": "whole", "low": 16, "high": 256, "log": True},
        "batch_size": {"type": "choice", "values": [16, 32, 64, 128]},
    },
    "series": {
        "hidden_units": {"type": "whole", "low": 8, "high": 128, "log": True},
        "learning_rate": {"type": "real", "low": 1e-4, "high": 1e-2, "log": True},
        "weight_decay": {"type": "real", "low": 1e-5, "high": 1e-1, "log": True},
        "dropout": {"type": "real", "low": 0.0, "high": 0.5},
        "batch_size": {"type": "choice", "values": [32, 64, 128, 256]},
    },
    "speech": {
        "width": {"type": "whole", "low": 32, "high": 192, "log": True},
        "learning_rate": {"type": "real", "low": 1e-4, "high": 1e-2, "log": True},
        "weight_decay": {"type": "real", "low": 1e-5, "high": 1e-1, "log": True},
        "dropout": {"type": "real", "low": 0.0, "high": 0.5},
    },
    "segment": {
        "filters": {"type": "choice", "values": [8, 16, 32, 64]},
        "depth": {"type": "whole", "low": 2, "high": 4},
        "learning_rate": {"type": "real", "low": 1e-4, "high": 1e-2, "log": True},
        "weight_decay": {"type": "real", "low": 1e-5, "high": 1e-1, "log": True},
    },
    "detect": {
        "filters": {"type": "choice", "values": [8, 16, 32, 64]},
        "learning_rate": {"type": "real", "low": 1e-4, "high": 1e-2, "log": True},
        "weight_decay": {"type": "real", "low": 1e-5, "high": 1e-1, "log": True},
    },
}
"""The spaces. What changes the loss that trials are scored by, such as label smoothing, is in none:
their scores could not be compared."""

COMMON: dict[str, dict[str, Any]] = {
    "learning_rate": {"type": "real", "low": 1e-4, "high": 1e-2, "log": True},
    "weight_decay": {"type": "real", "low": 1e-5, "high": 1e-1, "log": True},
    "dropout": {"type": "real", "low": 0.0, "high": 0.5},
}
"""What is searched for a kind without a space of its own, as far as it has such arguments."""


def ready_space(kind: str, arguments: Collection[str] = ()) -> Space:
    """Return the ready space of a kind of ready-made models.

    Parameters
    ----------
    kind : str
        Such as `"tabular"`.
    arguments : collection of str
        The arguments that such a model has, for a kind without a space of its own.

    Raises
    ------
    ArgumentError
        If there is none.

    Examples
    --------
    >>> ready_space("tabular").names
    ['architecture', 'hidden_units', 'dropout', 'learning_rate', 'weight_decay', 'batch_size', \
'scaling']
    """
    data = SPACES.get(kind)
    if data is None:
        data = {name: COMMON[name] for name in COMMON if name in arguments}
    if not data:
        raise ArgumentError(
            f"There is no ready space for {show(kind)}.",
            argument="space",
            received=kind,
            hint=f"Give a space of your own; there are some for {listing(SPACES, 'and')}.",
        )
    return Space(data)


def default_settings(kind: str, rows: int | None, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings that a kind of model has for that many rows, where that is known.

    Parameters
    ----------
    kind : str
        Such as `"tabular"`.
    rows : int or None
        How many rows it is fitted to.
    given : mapping
        The settings that are said, and not searched.
    """
    if kind != "tabular" or not rows:
        return {}
    said = {each.name: given.get(each.name) for each in fields(Settings)}
    return {**choose(said, rows).to_data(), "scaling": given.get("scaling") or "robust"}
