"""What a search says of itself."""

from __future__ import annotations

from typing import Any

from rdeep.auto.losses import loss_name
from rdeep.auto.trial import Trial, described

_WORDS = {
    "stopped": "stopped by the time",
    "other family": "another family suits better",
    "no time": "no time to complete it",
}


def trial_line(trial: Trial, family: str) -> str:
    """Return a line about a trial that has ended.

    Parameters
    ----------
    trial : Trial
        The trial.
    family : str
        The family of the search.
    """
    what = trial.name if not trial.settings else f"{trial.name} ({trial.settings})"
    if trial.family != family:
        what = f"{what}, {trial.family}"
    seconds = f"({trial.seconds:.1f} s)"
    if trial.status == "failed":
        return f"{what}  failed: {trial.message}  {seconds}"
    if trial.loss != trial.loss:
        return f"{what}  {_WORDS.get(trial.status, trial.status)}  {seconds}"
    note = f"  {_WORDS[trial.status]}" if trial.status == "stopped" else ""
    return f"{what}  {loss_name(trial.family)}: {trial.loss:.4g}{note}  {seconds}"


def said_at_the_end(model: Any) -> str:
    """Return a line about the model that a search came to.

    Parameters
    ----------
    model : AutoModel
        The model.
    """
    tried = len(model.trials)
    found = model.performance
    parts = [f"{len(model.parts)} of {tried} candidates combined"]
    if found:
        parts.append(
            f"expected {loss_name(model.family_name)}: {found['loss']:.4g} "
            f"(standard error {found['std_error']:.2g})"
        )
    return "  ".join([*parts, f"({model.seconds:.1f} s)"])


def why_too_short(search: Any) -> str:
    """Return what the time was too short for; empty where the default was trained to its end.

    Parameters
    ----------
    search : Search
        A search that is over.
    """
    trained = [t for t in search.trials if t.is_complete]
    default = [t for t in search.trials if t.architecture == "tabm" and not t.settings]
    wanted = "tabm" in search.task.architectures and search.task.candidates > 1
    names = ", ".join(
        described(t.architecture, t.settings) + (" in part" if t.status == "stopped" else "")
        for t in trained
    )
    if not trained:
        names = "some networks of one candidate"
    if trained and all(t.status == "trained" for t in default) and (default or not wanted):
        return ""
    if default and default[0].status == "failed":
        return ""
    used_up = len(search.trials) >= search.task.candidates
    if used_up and all(t.status in ("trained", "other family") for t in search.trials):
        return ""
    missing = "" if not wanted else " The default, 'tabm', was not trained to its end."
    return (
        f"{search.clock.seconds:g} seconds were too short: they were enough for {names}.{missing} "
        "Raise 'time'."
    )
