"""Targets that a loss has no meaning for are named, with their rows."""

from __future__ import annotations

import warnings

import numpy as np

from rdeep.catalogue.losses import Domain, Loss
from rdeep.errors import DataError, RdeepWarning, Wording, class_name, show_rows, worded


def refuse_outside(loss: Loss, targets: np.ndarray, label: str) -> None:
    """Refuse targets outside of a likelihood's domain, of which there is no probability.

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
    found = _outside(loss, targets, label)
    if found is None or loss.domain is None:
        return
    message, value = found
    raise DataError(
        worded(f"{message}."),
        argument=label.split("[")[0],
        received=value,
        expected=loss.domain.words,
        hint=loss.domain.instead,
    )


def warn_outside(loss: Loss, targets: np.ndarray, label: str, said: set[str]) -> None:
    """Warn of targets outside of a loss's domain, for which its formula gives a number too.

    Parameters
    ----------
    loss : Loss
        The loss.
    targets : numpy.ndarray
        Finite numbers, a sample in each row.
    label : str
        What messages call them.
    said : set of str
        The targets that were warned of already; these join them.
    """
    place = f"{label} {type(loss).__name__}"
    found = None if place in said else _outside(loss, targets, label)
    if found is not None and loss.domain is not None:
        said.add(place)
        text = worded(f"{found[0]}; the loss is computed all the same. {loss.domain.instead}")
        warnings.warn(RdeepWarning(text), stacklevel=3)


def _outside(loss: Loss, targets: np.ndarray, label: str) -> tuple[Wording, float] | None:
    """Return what is outside of a domain, in words, and the first such number."""
    domain = loss.domain
    if domain is None or not targets.size:
        return None
    low, high = targets.min(), targets.max()
    too_low = low <= domain.low if domain.open_low else low < domain.low
    if too_low or high > domain.high:
        below = targets <= domain.low if domain.open_low else targets < domain.low
        return _found(loss, domain, targets, below | (targets > domain.high), label)
    if domain.values and not any(np.isin(targets, each).all() for each in domain.values):
        # Of which set most are, the others are not.
        inside = max((np.isin(targets, each) for each in domain.values), key=np.count_nonzero)
        return _found(loss, domain, targets, ~inside, label)
    if domain.shares and targets.ndim > 1:
        return _unshared(loss, domain, targets, label)
    return None


def _unshared(
    loss: Loss, domain: Domain, targets: np.ndarray, label: str
) -> tuple[Wording, float] | None:
    axis = getattr(loss, "axis", -1)
    if targets.shape[axis] == 1:
        return None
    sums = targets.sum(axis=axis, dtype=np.float64)
    off = (np.abs(sums - 1.0) > domain.tolerance) & (sums != 0.0)
    if not off.any():
        return None
    places = np.argwhere(off)
    value = float(sums[tuple(places[0])])
    message = worded(
        f"'{label}' has shares that sum to {value:.4g} in {_rows(places)}; {class_name(loss)} "
        f"wants targets {domain.words}"
    )
    return message, value


def _found(
    loss: Loss, domain: Domain, targets: np.ndarray, wrong: np.ndarray, label: str
) -> tuple[Wording, float]:
    places = np.argwhere(wrong)
    value = float(targets[tuple(places[0])])
    message = worded(
        f"'{label}' holds {value:g} in {_rows(places)}; {class_name(loss)} wants targets "
        f"{domain.words}"
    )
    return message, value


def _rows(places: np.ndarray) -> Wording:
    return show_rows(np.unique(places[:, 0]), 3)
