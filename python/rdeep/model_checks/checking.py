"""`check_model()`: any fitted model looked at from several sides."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from rdeep.errors import ArgumentError, DataError, show, suggestion
from rdeep.model_checks import verdicts
from rdeep.model_checks.calibration import calibration
from rdeep.model_checks.drift import check_drift
from rdeep.model_checks.frames import column_names, column_of, count, is_number, is_table, take
from rdeep.model_checks.robustness import AMOUNTS, disturbed, robustness
from rdeep.model_checks.scoring import Table, scores, slice_scores
from rdeep.predictors import as_predictor

_QUARTERS = 4


@dataclass
class ModelCheck:
    """What was found of a model.

    Attributes
    ----------
    type : {"class", "number"}
        What it predicts.
    rows : int
        Of how many samples.
    verdicts : dict of str to list
        A row for each check: `check`, `verdict` (`"fine"`, `"problem"` or `"unsure"`) and `said`.
    tables : dict of str to dict
        The tables behind them: `scores`, `slices`, `calibration`, `drift`, `robustness`, of which
        those are there that were asked for.
    """

    type: str
    rows: int
    verdicts: Table
    tables: dict[str, Table] = field(default_factory=dict)

    def __repr__(self) -> str:
        width = max(len(each) for each in self.verdicts["check"])
        rows = zip(*self.verdicts.values(), strict=True)
        lines = [f"{check:<{width}}  {verdict:<7}  {said}" for check, verdict, said in rows]
        return "\n".join([f"Check of a model on {self.rows} samples", *lines])


def check_model(
    model: Any,
    x: Any,
    y: Any,
    slices: Any = None,
    reference: Any = None,
    noise: Sequence[float] = AMOUNTS,
    seed: int = 1,
) -> ModelCheck:
    """Look at a fitted model from several sides, on samples that it was not fitted to.

    Parameters
    ----------
    model : object
        Any fitted model, as for `rdeep.predictors.as_predictor`, or a function.
    x : data frame, mapping, array or list
        The samples, as the model takes them.
    y : sequence
        The outcome.
    slices : str, sequence of str, or mapping, optional
        Columns of `x` whose values are looked at one by one, numbers in quarters; or a label for
        each sample, by what it is about.
    reference : data frame or mapping, optional
        The samples that the model was fitted to, for drift.
    noise : sequence of float
        How much noise samples get, as shares of the spread; none leaves robustness out.
    seed : int
        What chance draws from.

    Returns
    -------
    ModelCheck
        Verdicts, and the tables behind them.

    Raises
    ------
    DataError
        If there is no sample, a prediction is no number, or an outcome does not go with the model.

    Examples
    --------
    >>> import numpy as np
    >>> x = {"a": np.linspace(0, 1, 200)}
    >>> found = check_model(lambda x: 2 * x["a"], x, 2 * x["a"] + 0.1 * np.sin(99 * x["a"]))
    >>> found.verdicts["check"], found.tables["scores"]["metric"][0]
    (['scores', 'calibration', 'robustness'], 'rmse')
    """
    rows = count(x)
    if not rows:
        raise DataError("'x' has no samples.", argument="x")
    sample = take(x, np.arange(min(rows, 10)))
    predictor = as_predictor(model, sample)
    predictions = checked_predictions(predictor.predict(x), rows)
    classes = predictions.shape[1] if predictions.ndim == 2 else 0
    target = predictor.encode(y, classes)
    check_target(target, predictions)
    cases = [
        {**case, "predictions": predictor.predict(case["x"])}
        for case in (disturbed(x, noise, seed) if len(noise) else [])
    ]
    return checked(
        predictor.type,
        target,
        predictions,
        None if slices is None else _labels(x, slices, rows),
        None if reference is None else check_drift(reference, x),
        cases,
    )


def checked(
    type: str,
    y: np.ndarray,
    predictions: np.ndarray,
    slices: Mapping[str, Sequence[Any]] | None = None,
    drift: Table | None = None,
    cases: Sequence[Mapping[str, Any]] = (),
) -> ModelCheck:
    """Return what predictions say of a model.

    Parameters
    ----------
    type : {"class", "number"}
        What it predicts.
    y : numpy.ndarray
        Classes' places from 0, or numbers.
    predictions : numpy.ndarray
        Probabilities `(rows, classes)`, or numbers `(rows,)`.
    slices : mapping of str to sequence, optional
        A label for each sample, by what it is about.
    drift : dict, optional
        What `check_drift` returned.
    cases : sequence of mapping
        As for `rdeep.model_checks.robustness.robustness`.
    """
    rows = len(y)
    found = ModelCheck(type, rows, {"check": [], "verdict": [], "said": []})
    table = scores(type, y, predictions)
    _add(found, "scores", table, verdicts.of_scores(table))
    if slices is not None:
        table = slice_scores(type, y, predictions, slices)
        _add(found, "slices", table, verdicts.of_slices(table))
    calibrated = calibration(type, y, predictions)
    _add(found, "calibration", calibrated["table"], verdicts.of_calibration(calibrated))
    if drift is not None:
        _add(found, "drift", drift, verdicts.of_drift(drift))
    if cases:
        tried = [
            {**case, "predictions": checked_predictions(case["predictions"], rows)}
            for case in cases
        ]
        table = robustness(type, y, predictions, tried)
        _add(found, "robustness", table, verdicts.of_robustness(table))
    return found


def checked_predictions(predictions: Any, rows: int) -> np.ndarray:
    """Return predictions, or refuse those that are no numbers.

    Parameters
    ----------
    predictions : array
        What the model predicts.
    rows : int
        For how many samples.
    """
    found = np.asarray(predictions, np.float64)
    found = found[:, 0] if found.ndim == 2 and found.shape[1] == 1 else found
    if len(found) != rows:
        raise DataError(
            f"The model gives {len(found)} predictions of {rows} samples.", argument="model"
        )
    wrong = ~np.isfinite(found.reshape(rows, -1)).all(axis=1)
    if wrong.any():
        raise DataError(
            f"{int(wrong.sum())} of {rows} predictions are no numbers, the first in row "
            f"{int(wrong.argmax()) + 1}.",
            argument="x",
            received=int(wrong.sum()),
            hint="Leave out the samples that the model cannot predict, such as those with missing "
            "values.",
        )
    return found


def check_target(target: np.ndarray, predictions: np.ndarray) -> None:
    """Refuse an outcome that does not go with predictions.

    Parameters
    ----------
    target : numpy.ndarray
        The outcome, encoded.
    predictions : numpy.ndarray
        The predictions.
    """
    if len(target) != len(predictions):
        raise DataError(
            f"'y' has {len(target)} values, but there are {len(predictions)} samples.",
            argument="y",
            received=len(target),
        )
    if target.ndim > 1 or (target.dtype.kind == "f" and predictions.ndim > 1):
        raise DataError(
            "The model predicts several numbers for each sample: one outcome can be checked.",
            argument="model",
        )
    wrong = ~np.isfinite(target) if target.dtype.kind == "f" else np.zeros(len(target), bool)
    if wrong.any():
        raise DataError(
            f"'y' has {int(wrong.sum())} missing values, the first in row "
            f"{int(wrong.argmax()) + 1}.",
            argument="y",
        )


def _add(found: ModelCheck, name: str, table: Table, verdict: Mapping[str, str]) -> None:
    found.tables[name] = table
    for key, value in verdict.items():
        found.verdicts[key].append(value)


def _labels(x: Any, slices: Any, rows: int) -> dict[str, list[Any]]:
    if isinstance(slices, Mapping):
        labels = {str(name): as_labels(values) for name, values in slices.items()}
    else:
        names = [slices] if isinstance(slices, str) else [str(each) for each in slices]
        known = column_names(x) if is_table(x) else []
        unknown = [name for name in names if name not in known]
        if unknown:
            raise ArgumentError(
                f"'slices' names {show(unknown[0])}, which is no column of 'x'.",
                argument="slices",
                received=unknown[0],
                hint=suggestion(unknown[0], known)
                if known
                else "Give a label for each sample, by what it is about.",
            )
        labels = {name: as_labels(column_of(x, name)) for name in names}
    for name, values in labels.items():
        if len(values) != rows:
            raise ArgumentError(
                f"The slices of {show(name)} have {len(values)} labels, but there are {rows} "
                "samples.",
                argument="slices",
                received=len(values),
                expected=str(rows),
            )
    return labels


def as_labels(values: Any) -> list[Any]:
    """Return a label for each value: itself, or of many numbers the quarter that it lies in.

    Parameters
    ----------
    values : sequence
        The values.
    """
    array = np.asarray(values)
    if not is_number(array) or len(np.unique(array[~np.isnan(array.astype(float))])) <= 10:
        return [None if _is_gone(each) else _text(each) for each in array.tolist()]
    numbers = array.astype(np.float64)
    edges = np.unique(np.nanquantile(numbers, np.linspace(0, 1, _QUARTERS + 1)))
    place = np.clip(np.searchsorted(edges, numbers, side="left") - 1, 0, len(edges) - 2)
    names = [f"{low:.4g} to {high:.4g}" for low, high in itertools.pairwise(edges)]
    return [
        None if math.isnan(number) else names[at] for number, at in zip(numbers, place, strict=True)
    ]


def _text(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _is_gone(value: Any) -> bool:
    return value is None or bool(value != value)
