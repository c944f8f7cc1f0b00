"""What a trial asks for is done here: a network or a ready-made model is made and trained."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from rdeep.errors import ArgumentError, listing, show
from rdeep.models import Model
from rdeep.ready_models import ready_class
from rdeep.tabular import Tabular
from rdeep.tuning.search import as_score
from rdeep.tuning.trials import Trial

OWN_SCORES = ("log_loss", "rmse")
"""What a model that is not trained in epochs is scored by: what it says of held-out samples."""

Objective = Callable[[Trial], Any]
"""Does what a trial asks for, and returns its score; `None` for that of its trainings."""


@dataclass
class NetworkObjective:
    """The trials of a function of hyperparameters that returns a network, or a score."""

    function: Callable[..., Any]
    x: Any
    y: Any
    metric: str | None
    fit: dict[str, Any] = field(default_factory=dict)

    def __call__(self, trial: Trial) -> Any:
        """Return the score of a trial; `None` for that of its trainings."""
        with trial.watching(self.metric):
            made = self.function(**trial.settings)
            if not isinstance(made, Model):
                return as_score(made)
        if self.x is None:
            raise ArgumentError(
                "The function returns a network: data to train it on is needed.", argument="x"
            )
        with trial.watching(self.metric, needed=True):
            made.fit(self.x, self.y, **self.fit, verbose=0)
        return None

    def refit(self, best: dict[str, Any]) -> Any:
        """Return the best network, trained on all rows for as many epochs as were best."""
        if self.x is None:
            return None
        made = self.function(**best["settings"])
        if isinstance(made, Model):
            options = {name: value for name, value in self.fit.items() if "validation" not in name}
            options["epochs"] = best["best_epochs"][-1]
            options.pop("callbacks", None)
            made.fit(self.x, self.y, **options, verbose=0)
        return made if isinstance(made, Model) else None


@dataclass
class ReadyObjective:
    """The trials of a kind of ready-made models."""

    kind: str
    args: tuple[Any, ...]
    named: dict[str, Any]
    given: dict[str, Any]
    metric: str | None

    def make(self, settings: dict[str, Any]) -> Any:
        """Return a model with settings, fitted."""
        cls: Any = Tabular if self.kind == "tabular" else ready_class(self.kind)
        model = cls(**{**self.given, **settings})
        model.fit(*self.args, **self.named, verbose=0)
        return model

    def __call__(self, trial: Trial) -> Any:
        """Fit a model, whose trainings are watched; one that is solved has a score itself."""
        with trial.watching(self.metric, members=has_members(self.kind), needed=True):
            model = self.make({} if trial.is_default else trial.settings)
        if trial.watcher is not None and trial.watcher.epochs:
            return None
        return own_score(getattr(model, "scores", {}), self.metric)

    def refit(self, best: dict[str, Any]) -> Any:
        """Return the best model, fitted to all data again."""
        return self.make({} if best["default"] else best["settings"])


def own_score(scores: dict[str, float], metric: str | None) -> float | None:
    """Return what a model that is not trained in epochs says of held-out samples.

    Parameters
    ----------
    scores : dict of str to float
        Its scores.
    metric : str, optional
        The score asked for, by default the loss.
    """
    asked = (metric or "loss").removeprefix("val_")
    if asked == "loss":
        return next((scores[name] for name in OWN_SCORES if scores.get(name) is not None), None)
    if asked not in scores:
        raise ArgumentError(
            f"There is no score {show(asked)} to score trials by; there are "
            f"{listing(scores, 'and')}.",
            argument="metric",
            received=metric,
        )
    return scores[asked]


def has_members(kind: str) -> bool:
    """Return whether the trainings of a kind are members of one model, and not stages.

    Parameters
    ----------
    kind : str
        Such as `"tabular"`.
    """
    return kind == "tabular" or "members" in ready_class(kind).settings_class.options
