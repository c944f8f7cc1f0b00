"""What is tried: a portfolio of settings in the order of what helps first, and their neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from rdeep.tabular.settings import choose

ARCHITECTURES = ("linear", "tabm", "mlp", "resnet", "ft_transformer")

_LINEAR_EPOCHS = 100
# What training takes beside the default, until some have been trained.
_COSTS = {"linear": 0.3, "tabm": 1.0, "mlp": 0.5, "resnet": 0.8, "ft_transformer": 5.0}
_MOST_TOKENS = 40
_MOST_ROWS_OF_TOKENS = 20_000


@dataclass(frozen=True)
class Candidate:
    """Settings to try.

    Attributes
    ----------
    architecture : str
        One of `ARCHITECTURES`.
    settings : dict
        What differs from the defaults of the architecture, as arguments of `Tabular`.
    """

    architecture: str
    settings: dict[str, Any] = field(default_factory=dict)

    def options(self) -> dict[str, Any]:
        """Return the arguments of `Tabular`."""
        if self.architecture == "linear":
            return {"hidden_units": [], "epochs": _LINEAR_EPOCHS, **self.settings}
        return {"architecture": self.architecture, **self.settings}

    @property
    def is_default(self) -> bool:
        """Whether it is what `Tabular` is by itself."""
        return self.architecture == "tabm" and not self.settings

    def text(self) -> str:
        """Return the settings in words; empty for the architecture's defaults."""
        parts = [f"{name} {_shown(value)}" for name, value in self.settings.items()]
        return ", ".join(parts)

    def cost(self) -> float:
        """Return about how long it takes to train beside the default."""
        units = self.settings.get("hidden_units")
        width = 1.0 if not units else max(0.5, sum(units) / 256)
        return _COSTS[self.architecture] * width


def _shown(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return "-".join(str(each) for each in value)
    return f"{value:.2g}" if isinstance(value, float) else str(value)


_PORTFOLIO = (
    Candidate("linear"),
    Candidate("tabm"),
    Candidate("resnet", {"dropout": 0.2}),
    Candidate("tabm", {"scaling": "quantile", "learning_rate": 0.002}),
    Candidate("mlp", {"dropout": 0.3, "learning_rate": 0.002, "hidden_units": [256, 256]}),
    Candidate("tabm", {"hidden_units": [256, 256, 256], "dropout": 0.2, "learning_rate": 0.002}),
    Candidate("tabm", {"hidden_units": [64], "learning_rate": 0.01, "weight_decay": 0.1}),
    Candidate("ft_transformer"),
    Candidate("resnet", {"hidden_units": [256, 256, 256], "scaling": "quantile"}),
)


def portfolio(architectures: Sequence[str], rows: int, columns: int) -> list[Candidate]:
    """Return what to try first, in order.

    Parameters
    ----------
    architectures : sequence of str
        Those that may be tried.
    rows, columns : int
        The size of the table.
    """
    found = [each for each in _PORTFOLIO if each.architecture in architectures]
    # Attention compares each column with each other: of many it costs more than it brings.
    if columns > _MOST_TOKENS or rows > _MOST_ROWS_OF_TOKENS:
        others = [each for each in found if each.architecture != "ft_transformer"]
        return others or found
    return found


def neighbour(candidate: Candidate, rows: int, generator: np.random.Generator) -> Candidate:
    """Return settings near others: some of them changed at random.

    Parameters
    ----------
    candidate : Candidate
        Where to start.
    rows : int
        How many rows there are, which defaults depend on.
    generator : numpy.random.Generator
        What chance draws from.
    """
    given = {name: v for name, v in candidate.options().items() if name != "scaling"}
    known = choose(given, rows)
    changed = dict(candidate.settings)
    names = [*_CHANGES]
    for place in generator.permutation(len(names))[: int(generator.integers(2, 4))]:
        name = names[place]
        now = candidate.settings.get("scaling") if name == "scaling" else getattr(known, name)
        changed[name] = _CHANGES[name](now, generator)
    return Candidate(candidate.architecture, changed)


def _times(low: float, high: float, spread: float) -> Any:
    def change(now: float, generator: np.random.Generator) -> float:
        drawn = now * float(np.exp(generator.uniform(-spread, spread)))
        return float(f"{np.clip(drawn, low, high):.2g}")

    return change


def _one_of(*values: Any) -> Any:
    def change(now: Any, generator: np.random.Generator) -> Any:
        others = [value for value in values if value != now]
        return others[int(generator.integers(len(others)))]

    return change


_CHANGES: dict[str, Any] = {
    "learning_rate": _times(2e-4, 3e-2, 1.2),
    "weight_decay": _times(1e-4, 1.0, 2.3),
    "dropout": _one_of(0.0, 0.1, 0.2, 0.35, 0.5),
    "hidden_units": _one_of([64, 64], [128, 128], [256, 256], [128, 128, 128], [256]),
    "scaling": _one_of("robust", "quantile", "standard"),
    "embedding_units": _one_of(4, 8, 16),
    "pieces": _one_of(0, 8, 16, 32),
}
