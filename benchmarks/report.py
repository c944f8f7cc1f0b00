"""The report: what was measured as tables in markdown, and on what machine."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

import machine
from measurements import Measurement
from roster import CONTESTANTS

TITLES = {
    "mlp_small": "a small network: 10,000 x 20, dense 64-64-1, batches of 32, 15 epochs",
    "mlp_large": "a large network: 60,000 x 784, dense 512-512-10, batches of 128, 1 epoch",
    "cnn": "images: 6,000 x 28 x 28, two convolutions, batches of 128, 1 epoch",
    "lstm": "sequences: 4,000 x 50 x 16, LSTM of 64, batches of 64, 4 epochs",
    "wide_table": "a table: 200,000 rows, 18 numbers and 12 factors, batches of 1,024, 2 epochs",
    "transformer": "a transformer: 2,000 x 32 x 16, two encoder blocks, batches of 64, 1 epoch",
    "resnet": "a residual network: 640 x 32 x 32 x 3, 9 convolutions, batches of 64, 1 epoch",
    "masked_gru": "series of 10 to 50 steps: 4,000 x 16, bidirectional GRU of 32, 2 epochs",
    "series": "series: 4,000 x 128 x 8, one plain and two separable convolutions, batches of 64",
    "augmented": "flipped and rotated images: 3,000 x 28 x 28, then as cnn, batches of 128",
    "predict": "predicting 1,000,000 rows in one call, the small network",
    "predict_one": "predicting one row, a thousand times",
    "start": "from the start of the process to the end of the first batch",
}


def write(measurements: list[Measurement], quick: bool, rounds: int, minutes: float) -> str:
    """Return the report.

    Parameters
    ----------
    measurements : list of Measurement
        What was measured.
    quick : bool
        Whether that was only a try.
    rounds : int
        How often each was timed.
    minutes : float
        How long it all took.
    """
    lines = ["# Benchmarks", ""]
    if quick:
        lines += ["**A quick run with little work: the figures mean nothing.**", ""]
    lines += [
        f"Medians of {rounds} round{'s' if rounds > 1 else ''}, in which all took turns; "
        f"{minutes:.0f} minutes in all. How this was measured: README.md in this folder.",
        "",
        *machine.describe(),
        "",
        "## Summary",
        "",
        *summary(measurements),
        "",
    ]
    for workload in dict.fromkeys(m.workload for m in measurements):
        chosen = [m for m in measurements if m.workload == workload]
        lines += [f"## {workload}: {TITLES[workload]}", "", *section(chosen)]
    lines += ["## Who did not take part", "", *absent(measurements), ""]
    return "\n".join(lines)


# Tables ---------------------------------------------------------------------------------------


def summary(measurements: list[Measurement]) -> Iterator[str]:
    """Compare rdeep with the floor, with Keras, and in R with itself in Python."""
    head = ["workload", "threads"]
    for engine in ("torch", "TensorFlow"):
        head += [f"{engine}: floor", "rdeep / floor", "rdeep / Keras", "R / Python"]
    rows = []
    for workload, threads in dict.fromkeys((m.workload, m.threads) for m in measurements):
        row = [workload, threads]
        for engine in ("torch", "tensorflow"):
            of = {
                m.contestant.role: m
                for m in measurements
                if m.worked and (m.workload, m.threads) == (workload, threads)
                and m.contestant.engine == engine and m.contestant.role != "other"
            }  # fmt: skip
            row.append(seconds(of["floor"].wall) if "floor" in of else "")
            for one, other in (("rdeep", "floor"), ("rdeep", "keras"), ("rdeep_r", "rdeep")):
                row.append(both_ratios(of.get(one), of.get(other)))
        rows.append(row)
    yield "Seconds of wall time, and ratios of wall time (of CPU time)."
    yield ""
    yield from table(head, rows)


def section(measurements: list[Measurement]) -> Iterator[str]:
    """Show one workload, a table for each number of threads."""
    head = ["", "wall s", "spread", "CPU s", "wall / floor", "CPU / floor", "wall / Keras"]
    head += ["loss, first", "loss, last", "MB loaded", "MB peak", ""]
    for threads in dict.fromkeys(m.threads for m in measurements):
        chosen = [m for m in measurements if m.threads == threads and m.worked]
        rows = []
        for m in chosen:
            floor, keras = (partner(m, chosen, role) for role in ("floor", "keras"))
            rows.append(
                [
                    m.contestant.label,
                    seconds(m.wall),
                    f"{m.spread:.0%}",
                    seconds(m.cpu),
                    ratio(m.wall, floor.wall if floor else None),
                    ratio(m.cpu, floor.cpu if floor else None),
                    ratio(m.wall, keras.wall if keras else None),
                    loss(m.first_loss),
                    loss(m.last_loss),
                    f"{m.base:.0f}",
                    f"{m.peak:.0f}",
                    m.note if m.share == 1 else "a tenth of the work, times ten",
                ]
            )
        if rows:
            yield "One thread:" if threads == "1" else "All threads:"
            yield ""
            yield from table(head, rows)
            yield ""
    for line in suspicious(measurements):
        yield line
        yield ""


def partner(m: Measurement, among: list[Measurement], role: str) -> Measurement | None:
    """Return the measurement of the same engine that has a role."""
    for other in among:
        if other.contestant.engine == m.contestant.engine and other.contestant.role == role:
            return other
    return None


def suspicious(measurements: list[Measurement]) -> Iterator[str]:
    """Name those whose loss after the first block is far from the others': they do other work."""
    known = {m.contestant.label: m.first_loss for m in measurements if m.first_loss is not None}
    middle = sorted(known.values())[len(known) // 2] if known else 0
    for label, value in known.items():
        if not math.isfinite(value) or abs(value - middle) > 0.25 * abs(middle):
            yield f"**{label}: its loss is not like the others'.**"


def absent(measurements: list[Measurement]) -> Iterator[str]:
    """Say who could not be measured, and why."""
    failed: dict[tuple[str, str], list[str]] = {}
    for m in measurements:
        if m.failure is not None:
            key = m.contestant.label, " ".join(m.failure.split())[:300]
            failed.setdefault(key, []).append(m.workload)
    every = len(dict.fromkeys(m.workload for m in measurements))
    for (label, reason), workloads in failed.items():
        names = dict.fromkeys(workloads)
        where = "" if len(names) == every else f" in {', '.join(names)}"
        yield f"- {label}{where}: {reason}"
    left_out = [
        c.label for c in CONTESTANTS.values() if c not in [m.contestant for m in measurements]
    ]
    if left_out:
        yield f"- not asked for: {'; '.join(left_out)}"
    if not failed and not left_out:
        yield "Everybody did."


def table(head: list[str], rows: Iterable[list[str]]) -> Iterator[str]:
    """Return a table in markdown, its columns aligned for those who read the source."""
    rows = [head, *rows]
    widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
    last = len(head) - 1

    def line(row: list[str]) -> str:
        cells = [
            cell.ljust(width) if i in (0, last) else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths))
        ]
        return f"| {' | '.join(cells)} |"

    yield line(head)
    marks = ["-" * w if i in (0, last) else "-" * (w - 1) + ":" for i, w in enumerate(widths)]
    yield f"| {' | '.join(marks)} |"
    for row in rows[1:]:
        yield line(row)


# Cells ----------------------------------------------------------------------------------------


def seconds(value: float) -> str:
    """Return three digits that count."""
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}" if value >= 1 else f"{value:.3f}"


def ratio(value: float, other: float | None) -> str:
    """Return a quotient, or nothing."""
    return f"{value / other:.2f}" if other else ""


def both_ratios(one: Measurement | None, other: Measurement | None) -> str:
    """Return the quotient of wall times, and of CPU times in brackets."""
    if one is None or other is None:
        return ""
    return f"{one.wall / other.wall:.2f} ({one.cpu / other.cpu:.2f})"


def loss(value: float | None) -> str:
    """Return a loss, if there is one."""
    return "" if value is None else f"{value:.4f}"
