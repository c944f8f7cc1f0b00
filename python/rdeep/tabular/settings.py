"""What a tabular model is made of and how it is trained; chosen from the data where left open."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from rdeep.catalogue.options import Choice, Count, Number, OptionType, checked
from rdeep.errors import ArgumentError

# Up to so many rows several networks are trained, and all rows used.
_ROWS_OF_SEVERAL = 6000

# From so many rows on, numbers are cut into pieces; with fewer, pieces would learn noise.
_ROWS_OF_PIECES = 500

ARCHITECTURES = ("tabm", "mlp", "resnet", "ft_transformer")


@dataclass(frozen=True)
class Settings:
    """What a tabular model is made of and how it is trained.

    Attributes
    ----------
    architecture : str
        `"linear"` or one of `ARCHITECTURES`.
    hidden_units : tuple of int
        The widths of the hidden layers; for residual networks and transformers of the blocks.
    ensemble : int
        How many networks share one set of weights (`"tabm"`), else 1.
    embedding_units, pieces : int
        The size of a column's embedding, and how many pieces numbers are cut into; 0 for waves.
    dropout, learning_rate, weight_decay, label_smoothing : float
        As everywhere.
    batch_size, epochs, patience : int
        Rows in a step; the most epochs, and how many to wait for a better one.
    members : int
        How many networks are trained, each with a part of the rows held out.
    validation : float
        The share that is held out where there is one member.
    """

    architecture: str
    hidden_units: tuple[int, ...]
    ensemble: int
    embedding_units: int
    pieces: int
    dropout: float
    learning_rate: float
    weight_decay: float
    label_smoothing: float
    batch_size: int
    epochs: int
    patience: int
    members: int
    validation: float

    def to_data(self) -> dict[str, Any]:
        """Return the settings as plain data."""
        return {**asdict(self), "hidden_units": list(self.hidden_units)}


def choose(given: dict[str, Any], rows: int) -> Settings:
    """Return settings: those that were given, and for the rest what suits data of that size.

    Parameters
    ----------
    given : dict
        What the user said, under the names of `Settings`; `None` where left open.
    rows : int
        How many there are to train on.

    Raises
    ------
    ArgumentError
        If a value cannot be used.
    """
    said = {name: _checked(name, value) for name, value in given.items() if value is not None}
    hidden = said.get("hidden_units")
    if hidden is not None and not hidden:
        return Settings(**{**_linear(rows), **said, "architecture": "linear", "hidden_units": ()})
    architecture = said.get("architecture", "tabm")
    return Settings(**{**_DEFAULTS[architecture](rows), **said})


def _linear(rows: int) -> dict[str, Any]:
    """Return what brings a model without hidden layers to convergence, on all rows at once."""
    return {
        "ensemble": 1,
        "embedding_units": 1,
        "pieces": 0,
        "dropout": 0.0,
        "learning_rate": 0.1,
        "weight_decay": 0.0,
        "label_smoothing": 0.0,
        "batch_size": rows,
        "epochs": 2000,
        "patience": 2000,
        "members": 1,
        "validation": 0.0,
    }


def _tabm(rows: int) -> dict[str, Any]:
    """Return what the papers say, tried on data sets: see the README of the benchmarks."""
    several = rows <= _ROWS_OF_SEVERAL
    seen = rows * 0.8
    cut = rows >= _ROWS_OF_PIECES
    return {
        "architecture": "tabm",
        "hidden_units": (128, 128),
        "ensemble": 8,
        "embedding_units": 8 if cut else 4,
        "pieces": min(32, max(2, int(seen // 10))) if cut else 0,
        "dropout": 0.1,
        "learning_rate": 5e-3,
        "weight_decay": 1e-2,
        "label_smoothing": 0.0,
        "batch_size": _power_of_two(seen / 16, 32, 256),
        "epochs": int(np.clip(600_000 / max(seen, 1), 30, 300)),
        "patience": 16,
        "members": min(5, rows) if several else 1,
        "validation": 0.15,
    }


def _mlp(rows: int) -> dict[str, Any]:
    return {**_tabm(rows), "architecture": "mlp", "ensemble": 1}


def _resnet(rows: int) -> dict[str, Any]:
    return {**_mlp(rows), "architecture": "resnet", "learning_rate": 1e-3}


def _ft_transformer(rows: int) -> dict[str, Any]:
    return {
        **_mlp(rows),
        "architecture": "ft_transformer",
        "hidden_units": (64, 64),
        "embedding_units": 32,
        "learning_rate": 1e-3,
        "epochs": int(np.clip(200_000 // max(rows, 1), 15, 100)),
        "members": 1,
    }


_DEFAULTS = {
    "tabm": _tabm,
    "mlp": _mlp,
    "resnet": _resnet,
    "ft_transformer": _ft_transformer,
}


def _power_of_two(value: float, low: int, high: int) -> int:
    return int(np.clip(2 ** round(float(np.log2(max(value, 1.0)))), low, high))


_TYPES: dict[str, OptionType] = {
    "architecture": Choice(*ARCHITECTURES),
    "ensemble": Count(),
    "embedding_units": Count(),
    "pieces": Count(0),
    "dropout": Number(0.0, 1.0, open_high=True),
    "learning_rate": Number(0.0),
    "weight_decay": Number(0.0),
    "label_smoothing": Number(0.0, 1.0),
    "batch_size": Count(),
    "epochs": Count(),
    "patience": Count(),
    "members": Count(),
    "validation": Number(0.0, 1.0, open_high=True),
}


def _checked(name: str, value: object) -> Any:
    if name == "hidden_units":
        values = value if isinstance(value, (list, tuple)) else [value]
        return tuple(int(checked(Count(), units, "hidden_units")) for units in values)
    if name not in _TYPES:
        raise ArgumentError(f"There is no setting {name!r}.", argument=name)
    return checked(_TYPES[name], value, name)
