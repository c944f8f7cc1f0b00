"""Targets that a loss has no meaning for are refused, with their rows."""

from __future__ import annotations

import numpy as np

from rdeep.catalogue.losses import Domain, Loss
from rdeep.errors import DataError, Wording, class_name, show_rows, worded


def check_domain(loss: Loss, targets: np.ndarray, label: str) -> None:
    """Refuse targets outside of a loss's domain.

    Parameters
    ----------
    loss : Loss
        The loss.
    targets : numpy.ndarray
        Finite numbers, a sample in each row.
    label : str
        What messages call them.

    Raises
    ------
    DataError
        If there are such targets.
    """
    domain = loss.domain
    if domain is None or not targets.size:
        return
    low, high = targets.min(), targets.max()
    too_low = low <= domain.low if domain.open_low else low < domain.low
    if too_low or high > domain.high:
        below = targets <= domain.low if domain.open_low else targets < domain.low
        raise _refused(loss, domain, targets, below | (targets > domain.high), label)
    if domain.values and not any(np.isin(targets, each).all() for each in domain.values):
        # Of which set most are, the others are not.
        inside = max((np.isin(targets, each) for each in domain.values), key=np.count_nonzero)
        raise _refused(loss, domain, targets, ~inside, label)
    if domain.shares and targets.ndim > 1:
        _check_shares(loss, domain, targets, label)


def _check_shares(loss: Loss, domain: Domain, targets: np.ndarray, label: str) -> None:
    axis = getattr(loss, "axis", -1)
    if targets.shape[axis] == 1:
        return
    sums = targets.sum(axis=axis, dtype=np.float64)
    off = (np.abs(sums - 1.0) > domain.tolerance) & (sums != 0.0)
    if off.any():
        places = np.argwhere(off)
        raise DataError(
            worded(
                f"'{label}' has shares that sum to {float(sums[tuple(places[0])]):.4g} in "
                f"{_rows(places)}; {class_name(loss)} wants targets {domain.words}."
            ),
            argument=label.split("[")[0],
            received=float(sums[tuple(places[0])]),
            expected=domain.words,
            hint=domain.instead,
        )


def _refused(
    loss: Loss, domain: Domain, targets: np.ndarray, wrong: np.ndarray, label: str
) -> DataError:
    places = np.argwhere(wrong)
    value = float(targets[tuple(places[0])])
    return DataError(
        worded(
            f"'{label}' holds {value:g} in {_rows(places)}; {class_name(loss)} wants targets "
            f"{domain.words}."
        ),
        argument=label.split("[")[0],
        received=value,
        expected=domain.words,
        hint=domain.instead,
    )


def _rows(places: np.ndarray) -> Wording:
    return show_rows(np.unique(places[:, 0]), 3)
