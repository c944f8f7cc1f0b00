"""What held-out times say: how much of the networks to use, and how wide quantiles are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rdeep.models import Model
from rdeep.series import scales
from rdeep.series.calibration import LEVELS, at_levels, calibrated, spread_of
from rdeep.series.measures import HORIZON_MEASURES, TAILS, measured, naive_scale
from rdeep.series.network import predicted, use_share
from rdeep.series.preparing import Prepared
from rdeep.series.ridge import Linear
from rdeep.series.windows import Windows

_SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
_GAIN = 0.03
"""How much better forecasts must be for the networks to count."""
_SURE = 1.0
"""How many standard errors, over the held-out parts, this must be away from nothing."""


@dataclass
class HeldOut:
    """What was found on held-out times.

    Attributes
    ----------
    share : float
        How much of the networks is used beside their linear parts.
    calibration : numpy.ndarray
        What `calibrated` returned.
    errors : numpy.ndarray
        `HORIZON_MEASURES` of each time ahead: `(horizon, measures)`.
    scores : dict of str to float
        The same over all of them.
    """

    share: float
    calibration: np.ndarray
    errors: np.ndarray
    scores: dict[str, float]


def held_out_results(
    networks: Sequence[Model],
    linears: Sequence[Linear],
    windows: Windows,
    masks: Sequence[tuple[np.ndarray, np.ndarray]],
    series: Sequence[Prepared],
    period: int,
) -> HeldOut:
    """Return what forecasts of held-out times say, and have networks count as much as they should.

    Parameters
    ----------
    networks : sequence of Model
        The networks.
    linears : sequence of Linear
        Their linear parts.
    windows : Windows
        All windows.
    masks : sequence of tuple of numpy.ndarray
        Which targets each has seen, and which it has held out.
    series : sequence of Prepared
        The series.
    period : int
        How many times a season lasts.
    """
    plain = np.full((*windows.target.shape, len(LEVELS)), np.nan)
    whole = plain.copy()
    pairs = []
    inputs, flat = windows.inputs, windows.flat
    for model, linear, (_, held) in zip(networks, linears, masks, strict=False):
        rows = held.any(axis=1)
        inside = held[rows]
        straight = (flat[rows] @ linear.kernel)[:, :, None] + linear.quantiles
        bent = predicted(model, {name: array[rows] for name, array in inputs.items()})
        target = windows.target[held]
        pairs.append((target, straight[inside], bent[inside]))
        plain[held], whole[held] = straight[inside], bent[inside]
    share = _used_share(pairs, len(windows), windows.target.shape[1])
    for model in networks:
        use_share(model, share)
    quantiles = plain + share * (whole - plain)
    known = windows.present & ~np.isnan(quantiles[..., 1])
    calibration = calibrated(quantiles, windows.target, known, len(series))
    errors, scores = _measured(quantiles, calibration, windows, known, series, period)
    return HeldOut(share, calibration, errors, scores)


def _used_share(
    pairs: Sequence[tuple[np.ndarray, np.ndarray, np.ndarray]], windows: int, horizon: int
) -> float:
    """Return how much of the networks to use: none, unless they are better for sure."""
    losses = np.array(
        [
            [_pinball(y, straight + share * (bent - straight)) for share in _SHARES]
            for y, straight, bent in pairs
        ]
    )
    counts = np.array([len(y) for y, _, _ in pairs], dtype=np.float64)
    total = counts @ losses
    best = int(np.argmin(total))
    # Windows that overlap are much the same: how many there are tells how sure a gain can be.
    least = _GAIN + 0.5 * horizon / windows
    if not best or total[best] > (1.0 - least) * total[0]:
        return 0.0
    gains = losses[:, 0] - losses[:, best]
    if len(gains) > 2 and gains.mean() < _SURE * gains.std(ddof=1) / np.sqrt(len(gains)):
        return 0.0
    return _SHARES[best]


def _pinball(y: np.ndarray, quantiles: np.ndarray) -> float:
    levels = np.asarray(LEVELS)
    above = y[:, None] - quantiles
    return float(np.maximum(levels * above, (levels - 1.0) * above).mean())


def _measured(
    quantiles: np.ndarray,
    calibration: np.ndarray,
    windows: Windows,
    known: np.ndarray,
    series: Sequence[Prepared],
    period: int,
) -> tuple[np.ndarray, dict[str, float]]:
    ratios = at_levels(calibration, np.asarray(TAILS))
    ends = quantiles[..., [1]] + spread_of(quantiles)[..., None] * ratios
    point, actual = np.empty(known.shape), np.empty(known.shape)
    scale = np.empty(known.shape)
    tails = {level: np.empty(known.shape) for level in TAILS}
    for number, each in enumerate(series):
        rows = np.flatnonzero(windows.series == number)
        traits, count = each.traits, len(each.values)
        steps = windows.origin[rows][:, None] + np.arange(1, known.shape[1] + 1)
        added = each.added(np.minimum(steps, len(each.raw.known) - 1))

        def back(found: np.ndarray, rows=rows, traits=traits, added=added) -> np.ndarray:  # type: ignore[no-untyped-def]
            on_scale = windows.base[rows] + traits.scale * found + added
            return scales.restored(on_scale, traits.transform)

        point[rows] = back(quantiles[rows, :, 1])
        actual[rows] = np.where(known[rows], each.raw.values[np.minimum(steps, count - 1)], np.nan)
        scale[rows] = naive_scale(each.raw.values, period)
        for place, level in enumerate(TAILS):
            tails[level][rows] = back(ends[rows, :, place])
    errors = np.full((known.shape[1], len(HORIZON_MEASURES)), np.nan)
    for step in range(known.shape[1]):
        at = {level: found[:, step] for level, found in tails.items()}
        found = measured(actual[:, step], point[:, step], scale[:, step], at)
        errors[step] = [found.get(name, np.nan) for name in HORIZON_MEASURES]
    return errors, measured(actual, point, scale, tails)
