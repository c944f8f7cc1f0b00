"""Ensembles and teachers for R, which may be its own models: R asks them, the core combines."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from rdeep.distillation.lesson import Lesson, check_numbers, check_student
from rdeep.ensembles import Combination, Ensemble, combine
from rdeep.ensembles.combination import check_predictions
from rdeep.ensembles.repeated import Snapshots, fresh_copy, snapshot_copies
from rdeep.seeds import stream


def combination(
    type: str,
    predictions: Any,
    y: Any = None,
    members: Sequence[str] = (),
    levels: Sequence[str] | None = None,
    method: str | None = None,
    weights: Any = None,
    variance: Any = None,
) -> dict[str, Any]:
    """Return how members are combined, as plain data; arguments as for `combine`."""
    codes = None
    if y is not None:
        codes = np.asarray(y).astype(np.int64 if type == "class" else np.float64)
    found = combine(
        type,
        np.asarray(predictions, dtype=np.float64),
        codes,
        tuple(members),
        levels,
        method,
        weights,
        variance,
        seed=0 if y is None else stream.next(),
    )
    return described(found)


def described(found: Combination) -> dict[str, Any]:
    """Return what R shows of a combination, and the text that it hands back.

    Parameters
    ----------
    found : Combination
        The combination.
    """
    options = found.to_data()["options"]
    lists = ("members", "levels", "weights", "losses", "variance")
    shown = {name: list(getattr(found, name) or ()) for name in lists}
    plain = {name: getattr(found, name) for name in ("type", "outputs", "method", "loss", "rows")}
    return {**plain, **shown, "penalty": found.penalty, "text": json.dumps(options)}


def _again(text: str) -> Combination:
    found: Combination = Combination.restored(json.loads(text), "combination")
    return found


def combined(text: str, predictions: Any) -> np.ndarray:
    """Return what members' predictions come to.

    Parameters
    ----------
    text : str
        The combination, as `described` wrote it.
    predictions : array
        What members predict.
    """
    found, values = _again(text), np.asarray(predictions, dtype=np.float64)
    check_predictions(values, found.members, fails=False)
    return found.predict(values)


def uncertainty(text: str, predictions: Any) -> dict[str, np.ndarray]:
    """Return how uncertain each row is, in its two parts; arguments as for `combined`."""
    found, values = _again(text), np.asarray(predictions, dtype=np.float64)
    check_predictions(values, found.members, fails=False)
    return found.uncertainty(values)._asdict()


def core_ensemble(members: Sequence[Any], text: str, annotations: dict[str, Any]) -> Ensemble:
    """Return an ensemble of the core's own models, to be saved.

    Parameters
    ----------
    members : sequence
        The models.
    text : str
        The combination.
    annotations : dict
        What R remembers of it.
    """
    found = _again(text)
    ensemble = Ensemble.restored(dict(zip(found.members, members)), found)
    ensemble.annotations = annotations
    return ensemble


def ensemble_parts(ensemble: Ensemble) -> dict[str, Any]:
    """Return what R makes an ensemble of again.

    Parameters
    ----------
    ensemble : Ensemble
        An ensemble that was read.
    """
    found = ensemble.combination
    assert found is not None
    return {
        "members": tuple(ensemble.members),
        "combination": described(found),
        "annotations": ensemble.annotations,
    }


def lesson(
    student: Any,
    type: str,
    outputs: int,
    temperature: Any,
    alpha: Any,
    optimizer: Any = None,
    teacher: Any = None,
    features: Any = None,
    feature_weight: Any = 1.0,
) -> Lesson:
    """Return what a student is taught by; arguments as for `Lesson`."""
    return Lesson(
        student, type, outputs, temperature, alpha, optimizer, teacher, features, feature_weight
    )


def lesson_targets(lesson: Lesson, predictions: Any, y: Any = None, x: Any = None) -> list[Any]:
    """Return what the lesson's network is trained on, an array for each output.

    Parameters
    ----------
    lesson : Lesson
        The lesson.
    predictions : array
        What the teacher predicts.
    y : array, optional
        Classes from 0 and -1 where they are not known; or numbers and NaN.
    x : object
        The samples as a teacher's network takes them.
    """
    codes = None
    if y is not None:
        codes = np.asarray(y).astype(np.int64 if lesson.type == "class" else np.float64)
    found = lesson.targets(np.asarray(predictions, dtype=np.float64), codes, x)
    return found if isinstance(found, list) else [found]


FUNCTIONS: dict[str, Any] = {
    function.__name__: function
    for function in (
        combination,
        combined,
        uncertainty,
        core_ensemble,
        ensemble_parts,
        fresh_copy,
        check_numbers,
        check_student,
        lesson,
        lesson_targets,
        snapshot_copies,
    )
}
FUNCTIONS["snapshots"] = Snapshots
