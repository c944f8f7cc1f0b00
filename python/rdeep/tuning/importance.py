"""How much each hyperparameter matters."""

from __future__ import annotations

from typing import Any

from rdeep.tuning.package import optuna

_FEWEST = 4
"""With fewer trials nothing can be said."""


def importance(study: Any, trials: list[Any]) -> dict[str, float]:
    """Return the share of the scores' variation that each hyperparameter explains.

    By functional ANOVA of a random forest (Hutter et al., 2014) where scikit-learn is installed,
    otherwise by PED-ANOVA (Watanabe et al., 2023), which needs nothing. An empty dict where there
    are too few trials, or where they do not differ.

    Parameters
    ----------
    study : optuna.Study
        The study.
    trials : list of optuna.trial.FrozenTrial
        Its trials that count.
    """
    package = optuna()
    usable = [t for t in trials if t.state.name == "COMPLETE" and t.params]
    if len(usable) < _FEWEST or len({t.value for t in usable}) == 1:
        return {}
    own = package.create_study(direction=study.direction)
    own.add_trials(usable)
    try:
        import sklearn  # type: ignore[import-untyped]  # noqa: F401

        evaluator = package.importance.FanovaImportanceEvaluator(seed=0)
    except ImportError:
        evaluator = package.importance.PedAnovaImportanceEvaluator()
    try:
        found = package.importance.get_param_importances(own, evaluator=evaluator)
    except (RuntimeError, ValueError):
        return {}
    return {name: float(value) for name, value in found.items()}
