"""What each column of a table contributes to predictions."""

from __future__ import annotations

from typing import Any

import numpy as np

from rdeep.models.attribution import integrated_gradients
from rdeep.tabular.families import Family
from rdeep.tabular.predicting import Predicting
from rdeep.tabular.table import Table, as_table


def column_gradients(
    model: Predicting,
    numbers: object = None,
    codes: object = None,
    offset: object = None,
    start_numbers: object = None,
    start_codes: object = None,
    steps: int = 50,
) -> dict[str, np.ndarray]:
    """Return the integrated gradients of a tabular model, on the scale of the link.

    Parameters
    ----------
    model : Predicting
        The model.
    numbers, codes, offset : array, optional
        The rows, as in `prepare`. The offset is taken off: it belongs to no column.
    start_numbers, start_codes : array, optional
        The one row to start from.
    steps : int
        The number of points on the way to each row.

    Returns
    -------
    dict
        `values`, `(rows, columns, outputs)`, of the numbers first and then the factors; `scores`,
        `(rows, outputs)`, and `origin`, `(1, outputs)`, on the scale of the link.
    """
    shift = None if offset is None else np.zeros(len(np.asarray(offset)))
    start_shift = None if offset is None else np.zeros(1)
    rows = as_table(numbers, codes, shift)
    start = as_table(start_numbers, start_codes, start_shift)
    if model.preparation.whitening is not None:
        return _of_linear(model, rows, start)
    family = model.family
    inputs = model.inputs(rows)
    found = integrated_gradients(
        model.models,
        inputs,
        model.inputs(start),
        steps,
        lambda outputs, ops: _linked(family, outputs, ops),
    )
    parts = dict(zip(inputs, found.values))
    outputs = found.scores.shape[1]
    columns = [
        _of_numbers(model, parts.get("numbers"), rows, outputs),
        _of_factors(model, parts, rows, outputs),
    ]
    return {
        "values": np.concatenate(columns, axis=1) * family.spread,
        "scores": np.asarray(found.scores, np.float64) * family.spread + family.centre,
        "origin": np.asarray(found.origin, np.float64) * family.spread + family.centre,
    }


def _linked(family: Family, outputs: list[Any], ops: Any) -> Any:
    """Return what networks predict on the scale of the link, before it is scaled back."""
    pooled = family.loss.pool(ops.concatenate(outputs, axis=1), ops)
    if family.name == "discrete_time":
        return ops.log(ops.sum(ops.softplus(pooled), axis=1, keepdims=True))
    return pooled[:, : family.outputs - family.constants]


def _of_numbers(
    model: Predicting, found: np.ndarray | None, rows: Table, outputs: int
) -> np.ndarray:
    """Return attributions to columns as they came: that of an indicator goes to its column."""
    encoding = model.preparation.encoding
    values = np.zeros((rows.rows, rows.numbers.shape[1], outputs))
    if found is not None:
        count = len(encoding.kept)
        values[:, encoding.kept] = found[:, :count]
        values[:, encoding.gaps] += found[:, count:]
    return values


def _of_factors(
    model: Predicting, parts: dict[str, np.ndarray], rows: Table, outputs: int
) -> np.ndarray:
    """Return attributions to factors, which enter by their numbers of levels."""
    narrow = model.preparation.encoding.narrow
    values = np.zeros((rows.rows, len(narrow), outputs))
    for name, chosen in (("levels", narrow), ("codes", ~narrow)):
        if name in parts:
            values[:, chosen] = parts[name]
    return values


def _of_linear(model: Any, rows: Table, start: Table) -> dict[str, np.ndarray]:
    """Return what coefficients come to; a column that is a sum of others has none."""
    coefficients = np.nan_to_num(model.coefficients())
    values = (rows.numbers - start.numbers)[:, :, None] * coefficients[1:]
    origin = coefficients[0] + start.numbers @ coefficients[1:]
    return {"values": values, "scores": origin + values.sum(axis=1), "origin": origin}
