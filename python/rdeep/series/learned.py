"""What a model of series is asked for, and what it learned of the data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from rdeep.catalogue import options
from rdeep.catalogue.options import option
from rdeep.errors.damage import Damage
from rdeep.ready import Inner, Learned, Settings
from rdeep.series.calibration import GRID_LEVELS
from rdeep.series.grid import Grid
from rdeep.series.measures import HORIZON_MEASURES
from rdeep.series.preparing import Raw, Traits
from rdeep.series.scales import TRANSFORMS
from rdeep.series.smoothing import SETS

_LISTED = options.OrNone(options.Count())


class SeriesSettings(Settings):
    """What a model of series is asked for."""

    horizon: int = option(options.Count(), 12, "How many times ahead is forecast.")
    context: int | None = option(_LISTED, None, "How many of the latest values are looked at.")
    frequency: int | None = option(_LISTED, None, "How many times a season lasts.")
    transform: str = option(
        options.Choice("auto", *TRANSFORMS), "auto", "The scale that series are regular on."
    )
    gaps: str = option(
        options.Choice("fail", "fill"), "fail", "What to do about times without a value."
    )
    on_bad: str = option(
        options.Choice("fail", "drop"), "fail", "What to do about series that are of no use."
    )
    members: int = option(options.Count(), 5, "How many networks, each with its own held-out part.")
    hidden_units: int = option(options.Count(), 32, "The width of hidden layers.")
    dropout: float = option(
        options.Number(0.0, 1.0, open_high=True), 0.1, "The share of units left out in a step."
    )
    validation: float = option(
        options.Number(0.0, 1.0, open_low=True, open_high=True),
        0.2,
        "The share of the times that a network holds out.",
    )


class SeriesLearned(Learned):
    """What a model of series learned of the data."""

    grid: Grid = option(Inner(Grid), doc="Where times lie.")
    period: int = option(options.Count(), doc="How many times a season lasts.")
    horizon: int = option(options.Count(), doc="How many times ahead is forecast.")
    context: int = option(options.Count(), doc="How many of the latest values are looked at.")
    keys: tuple[str, ...] = option(options.Texts(), doc="The series.")
    starts: tuple[int, ...] = option(options.Wholes(), doc="The place of their first values.")
    lengths: tuple[int, ...] = option(options.Wholes(0), doc="How many values they have.")
    transforms: tuple[str, ...] = option(options.Texts(), doc="Their scales.")
    periods: tuple[int, ...] = option(options.Wholes(0), doc="How many times their seasons last.")
    known: tuple[str, ...] = option(options.Texts(), (), "Covariates known in advance.")
    past: tuple[str, ...] = option(options.Texts(), (), "Covariates known with the values.")
    static: tuple[str, ...] = option(options.Texts(), (), "What does not change.")
    share: float = option(options.Number(0.0, 1.0), 1.0, "How much of the networks is used.")


ARRAY_TYPES = {
    "values": ("F64", 1),
    "known": ("F64", 2),
    "past": ("F64", 2),
    "static": ("F64", 2),
    "centres": ("F64", 2),
    "rates": ("F64", 3),
    "scales": ("F64", 1),
    "effects": ("F64", 2),
    "calibration": ("F64", 2),
    "errors": ("F64", 2),
}


def kept_series(series: Sequence[Raw], traits: Sequence[Traits]) -> dict[str, np.ndarray]:
    """Return series and what was learned of them as arrays; covariates as networks take them.

    Parameters
    ----------
    series : sequence of Raw
        The series.
    traits : sequence of Traits
        What was learned of each.
    """
    return {
        "values": np.concatenate([raw.values for raw in series]),
        "known": np.concatenate([raw.known[: len(raw.values)] for raw in series]),
        "past": np.concatenate([raw.past for raw in series]),
        "static": np.stack([raw.static for raw in series]),
        "rates": np.stack([each.rates for each in traits]),
        "scales": np.array([each.scale for each in traits]),
        "effects": np.stack([each.effects for each in traits]),
    }


def series_of(learned: SeriesLearned, arrays: Mapping[str, np.ndarray]) -> list[tuple[Raw, Traits]]:
    """Return the series that a model was fitted to, with what was learned of each.

    Parameters
    ----------
    learned : SeriesLearned
        What was learned.
    arrays : mapping of str to numpy.ndarray
        What `kept_series` returned.
    """
    found = []
    place = 0
    for number, key in enumerate(learned.keys):
        rows = slice(place, place + learned.lengths[number])
        place = rows.stop
        raw = Raw(
            key,
            learned.starts[number],
            arrays["values"][rows],
            arrays["known"][rows],
            arrays["past"][rows],
            arrays["static"][number],
        )
        traits = Traits(
            learned.transforms[number],
            learned.periods[number],
            arrays["rates"][number],
            float(arrays["scales"][number]),
            arrays["effects"][number],
        )
        found.append((raw, traits))
    return found


def check_arrays(learned: SeriesLearned, arrays: Mapping[str, np.ndarray]) -> None:
    """Refuse arrays of a file that do not go with what else it says was learned.

    Parameters
    ----------
    learned : SeriesLearned
        What was learned.
    arrays : mapping of str to numpy.ndarray
        The arrays.

    Raises
    ------
    Damage
        If one is absent, of another shape, or holds numbers that it cannot.
    """
    count, total = len(learned.keys), sum(learned.lengths)
    known, past, static = len(learned.known), len(learned.past), len(learned.static)
    listed = (learned.starts, learned.lengths, learned.transforms, learned.periods)
    if count < 1 or any(len(each) != count for each in listed):
        raise Damage("each series must have all that was learned of it", place="learned")
    if any(each not in TRANSFORMS for each in learned.transforms):
        raise Damage("there is no such scale", place="learned.transforms")
    if any(not 1 <= period <= max(1, length) for period, length in
           zip(learned.periods, learned.lengths, strict=True)):  # fmt: skip
        raise Damage("a season is longer than its series", place="learned.periods")
    shapes = {
        "values": (total,),
        "known": (total, known),
        "past": (total, past),
        "static": (count, static),
        "centres": (2, known + past + static),
        "rates": (count, SETS, 5),
        "scales": (count,),
        "effects": (count, known),
        "calibration": (learned.horizon, len(GRID_LEVELS)),
        "errors": (learned.horizon, len(HORIZON_MEASURES)),
    }
    for name, shape in shapes.items():
        array = arrays.get(name)
        if array is None or array.shape != shape:
            raise Damage("it does not go with the series", place=f"learned/{name}")
        if name not in ("values", "errors") and not np.isfinite(array).all():
            raise Damage("it must be finite", place=f"learned/{name}")
