"""How good forecasts of `SeriesModel` are, beside `forecast::auto.arima()` and seasonal naive ones.

    Rscript benchmarks/ready/series.R build/series
    python benchmarks/ready/series.py build/series torch

Ratios are of mean errors over all origins to auto.arima's; coverage is of 80 and 95 % intervals,
auto.arima's first.
"""

from __future__ import annotations

import csv
import sys
import time
from pathlib import Path

import numpy as np

from rdeep import set_random_seed
from rdeep.series import SeriesModel
from rdeep.series.measures import TAILS, naive_scale, seasonal_naive


def main(folder: str, backend: str = "torch", seed: str = "1", only: str = "") -> None:
    """Print a line for each series."""
    series, periods, horizons = {}, {}, {}
    with (Path(folder) / "values.csv").open() as file:
        for row in csv.DictReader(file):
            series.setdefault(row["series"], []).append(float(row["value"]))
            periods[row["series"]], horizons[row["series"]] = (
                int(row["period"]),
                int(row["horizon"]),
            )
    peer: dict[tuple[str, int], list[list[float]]] = {}
    names = ("arima", "lower80", "upper80", "lower95", "upper95")
    with (Path(folder) / "arima.csv").open() as file:
        for row in csv.DictReader(file):
            key = (row["series"], int(row["origin"]))
            peer.setdefault(key, []).append([float(row[name]) for name in names])
    results: dict[str, list[list[float]]] = {}
    for (name, origin), rows in peer.items():
        group = "many" if name.startswith("many") else name
        if only and group not in only.split(","):
            continue
        values, period, horizon = np.array(series[name]), periods[name], horizons[name]
        seen, actual = values[:origin], values[origin : origin + horizon]
        set_random_seed(int(seed))
        started = time.perf_counter()
        model = SeriesModel(horizon=horizon, frequency=period, backend=backend)
        found = model.fit(seen, verbose=0).predict(levels=TAILS)
        taken = time.perf_counter() - started
        other, scale = np.array(rows), naive_scale(seen, period)
        naive = seasonal_naive(seen, period, horizon)
        errors = [np.abs(actual - each) / scale for each in (naive, other[:, 0], found.point)]
        inside = [
            (actual >= low) & (actual <= high)
            for low, high in (
                other[:, 1:3].T, found.interval(0.8), other[:, 3:5].T, found.interval(0.95),
            )
        ]  # fmt: skip
        results.setdefault(group, []).append(
            [each.mean() for each in errors]
            + [float((each**2).mean()) for each in errors]
            + [float(each.mean()) for each in inside]
            + [taken]
        )
    print("MASE: naive, auto.arima, rdeep; ratios of MASE, RMSE; coverage 80, 80, 95, 95; seconds")
    for group, listed in results.items():
        mean = np.mean(listed, axis=0)
        root = np.sqrt(mean[3:6])
        cells = [f"{each:6.3f}" for each in mean[:3]]
        cells += [f"{ratio:6.2f}" for ratio in (mean[2] / mean[1], root[2] / root[1])]
        cells += [f"{each:5.2f}" for each in mean[6:10]]
        print(
            f"{group:16s}      {' '.join(cells)} {mean[10]:6.1f}",
            flush=True,
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
