"""What a search came to."""

from __future__ import annotations

import warnings
from typing import Any

from rdeep.errors import RdeepWarning, StateError, show, worded
from rdeep.tuning.search import Search


class TuningResult:
    """What a search came to.

    Attributes
    ----------
    settings : dict
        The best settings; empty where a model's defaults were the best.
    score : float
        Their score.
    model : object
        The model that was fitted with them; `None` where functions return scores.
    rows : list of dict
        What is known of each trial.
    counts : dict
        How many trials are finished, pruned, failed and running.
    importance : dict
        How much of the scores' variation each hyperparameter explains.
    """

    def __init__(self, search: Search) -> None:
        self.rows, self.counts = search.rows(), search.counts()
        self.direction = search.direction
        best = search.best()
        check_any_finished(self.rows, best)
        assert best is not None
        self.best = best
        self.settings: dict[str, Any] = best["settings"]
        self.score: float = best["score"]
        self.importance = search.importance()
        self.model: Any = None
        warn_of_failures(self.rows)

    @property
    def default_score(self) -> float | None:
        """The score of the model's defaults, where these were tried: the mean of both, if twice."""
        tried = [row for row in self.rows if row["default"] and row["state"] == "finished"]
        if not tried:
            return None
        again = tried[0]["repeated"]
        score: float = tried[0]["score"]
        return score if again is None else (score + again) / 2

    def predict(self, *args: Any, **kwargs: Any) -> Any:
        """Return what the best model predicts; arguments as for its own method."""
        if self.model is None:
            raise StateError("The search has scores alone, and no model that predicts.")
        return self.model.predict(*args, **kwargs)

    def __repr__(self) -> str:
        said = ", ".join(f"{name} = {value!r}" for name, value in self.settings.items())
        numbers = ", ".join(f"{n} {state}" for state, n in self.counts.items() if n)
        default = self.default_score
        lines = [
            f"A search of {len(self.rows)} trials: {numbers}",
            f"Best: {said or 'the defaults'} (trial {self.best['trial']})",
            f"Score: {self.score:.5g}" + (f", defaults: {default:.5g}" if default else ""),
        ]
        return "\n".join(lines)


def check_any_finished(rows: list[dict[str, Any]], best: dict[str, Any] | None) -> None:
    """Refuse a search of which no trial came to its end, with the first error.

    Parameters
    ----------
    rows : list of dict
        What is known of each trial.
    best : dict or None
        The best one, if there is one.

    Raises
    ------
    StateError
        If there is none.
    """
    if best is not None:
        return
    failed = [row for row in rows if row["state"] == "failed"]
    if not failed:
        raise StateError(
            "No trial has come to its end.",
            hint="Give the search more time.",
        )
    first = failed[0]
    said = f"Each of the {len(failed)} trials has failed. The first one"
    if len(failed) == 1:
        said = "The only trial has failed"
    raise StateError(f"{said}, with {shown_settings(first['settings'])}: {first['message']}")


def warn_of_failures(rows: list[dict[str, Any]]) -> None:
    """Warn of single trials that failed.

    Parameters
    ----------
    rows : list of dict
        What is known of each trial.
    """
    failed = [row for row in rows if row["state"] == "failed"]
    if failed:
        first = failed[0]
        warnings.warn(
            RdeepWarning(
                worded(
                    f"{len(failed)} of {len(rows)} trials failed. The first one, with "
                    f"{shown_settings(first['settings'])}: {first['message']}"
                )
            ),
            stacklevel=3,
        )


def shown_settings(settings: dict[str, Any]) -> str:
    """Return settings as text.

    Parameters
    ----------
    settings : dict
        The settings.
    """
    return ", ".join(f"{n} = {show(v)!s}" for n, v in settings.items()) or "the model's defaults"
