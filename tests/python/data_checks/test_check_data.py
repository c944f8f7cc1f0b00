"""What `check_data` finds in data with a known fault, and leaves alone in clean data."""

from __future__ import annotations

import datetime as dt
import time

import numpy as np
import pytest

from rdeep.data_checks import Limits, Report, check_data
from rdeep.data_checks.actions import action, kinds
from rdeep.errors import ArgumentError, DataError

RNG = np.random.default_rng(0)
N = 400
NAMES = np.array(["low", "mid", "high"], object)


def clean(n: int = N, seed: int = 0) -> dict[str, np.ndarray]:
    """Return a table without a fault."""
    draw = np.random.default_rng(seed)
    x = draw.normal(size=(n, 3))
    return {
        "weight_a": x[:, 0].copy(),
        "b": x[:, 0] + x[:, 1],
        "c": np.exp(0.4 * x[:, 2]),
        "k": draw.poisson(8, n),
        "size": NAMES[draw.integers(0, 3, n)],
        "y": np.where(x[:, 1] + draw.normal(size=n) > 0, "yes", "no").astype(object),
    }


def found(report: Report, kind: str, data: str = "data") -> list[int]:
    """Return the rows of the only finding of a kind."""
    findings = [finding for finding in report.of(kind) if finding.data == data]
    assert len(findings) == 1, f"{kind}: {[f.kind for f in report]}"
    return findings[0].rows.tolist()


def test_clean_data_gives_nothing():
    for seed in range(5):
        report = check_data(clean(seed=seed), "y", new_data=clean(300, seed + 50))
        assert [str(f.message) for f in report if f.severity != "note"] == []
        assert len(report) <= 1, str(report)


def _plant(name: str, rows, value):
    def change(data):
        data[name] = np.array(data[name], object if isinstance(value, str) else None)
        if isinstance(value, float):
            data[name] = data[name].astype(float)
        data[name][rows] = value

    return change


def _column(name: str, make):
    def change(data):
        data[name] = make(len(data["y"]), data)

    return change


def _copy_rows(of, to, but: str | None = None, shift: float = 0.0):
    def change(data):
        for name in data:
            if name != but:
                data[name][to] = data[name][of]
        if shift:
            data["b"][to] += shift

    return change


def _days(n, gaps=(), double=()):
    days = [dt.date(2020, 1, 1) + dt.timedelta(days=i) for i in range(n)]
    for place, size in gaps:
        days[place:] = [day + dt.timedelta(days=size) for day in days[place:]]
    for place in double:
        days[place] = days[place - 1]
    return days


# A fault each: the kind, how it is planted, the rows that are found (None where none are listed).
FAULTS = [
    ("missing", _plant("b", [3, 5], np.nan), [3, 5]),
    ("mostly_missing", _plant("b", slice(0, 300), np.nan), list(range(300))),
    ("missing_outcome", _plant("y", [7], None), [7]),
    ("sentinel", _plant("b", [1, 2], -999.0), [1, 2]),
    ("sentinel", _plant("size", [4], "n/a"), [4]),
    ("sentinel", _plant("size", [4, 9], "?"), [4, 9]),
    ("constant", _column("one", lambda n, _: np.ones(n)), None),
    ("near_constant", _column("o", lambda n, _: (np.arange(n) == 7) * 1.0), [7]),
    ("identifier", _column("id", lambda n, _: np.arange(n) + 5), None),
    ("identifier", _column("code", lambda n, _: [f"k{i}x" for i in range(n)]), None),
    ("infinite", _plant("b", [11], np.inf), [11]),
    ("impossible", _plant("k", [8], -3), [8]),
    ("impossible", _column("age", lambda n, _: np.r_[RNG.integers(18, 90, n - 1), 190]), [N - 1]),
    ("future", _column("d", lambda n, _: [*_days(n - 1), dt.date(2190, 1, 1)]), [N - 1]),
    ("number_as_text", _column("t", lambda n, _: [f"{i % 90}.5" for i in range(n)]), []),
    ("date_as_text", _column("t", lambda n, _: [f"2024-01-{i % 28 + 1}" for i in range(n)]), []),
    (
        "mixed_types",
        _column("t", lambda n, _: [i % 40 if i % 2 else "a b" for i in range(n)]),
        None,
    ),
    ("skewed", _column("s", lambda n, _: np.exp(2 * RNG.normal(size=n))), []),
    ("unscaled", _column("s", lambda n, _: 1e6 * RNG.normal(size=n)), []),
    ("many_levels", _column("f", lambda n, _: [f"f{i % 80}" for i in range(n)]), []),
    ("rare_levels", _plant("size", [5, 6], "giant"), [5, 6]),
    ("spelling", _plant("size", [5, 6], "Low "), [5, 6]),
    ("blanks", _plant("size", [5, 6], " other"), [5, 6]),
    ("constant_outcome", _plant("y", slice(None), "no"), []),
    ("few_rows_in_class", _plant("y", [5, 6], "maybe"), [5, 6]),
    ("leakage", _column("l", lambda n, d: (d["y"] == "yes") + 0.1 * RNG.random(n)), []),
    ("leakage", _column("l", lambda n, d: [f"L{v}" for v in d["y"]]), []),
    ("collinear", _column("c2", lambda n, d: 2 * d["b"] + 0.1 * RNG.normal(size=n)), []),
    ("same_columns", _column("s2", lambda n, d: [v.upper() for v in d["size"]]), []),
    ("linear_combination", _column("s", lambda n, d: d["weight_a"] - 2 * d["b"] + d["c"]), []),
    ("outlier", _plant("b", [20], 99.5), [20]),
    ("duplicate_rows", _copy_rows([1, 2], [30, 40]), [30, 40]),
    ("conflicting_outcomes", _copy_rows([1], [30], but="y"), None),
    ("near_duplicate_rows", _copy_rows([1, 2], [30, 40], shift=1e-4), [30, 40]),
    ("group_suspected", _column("patient", lambda n, _: np.arange(n) // 5), []),
]


@pytest.mark.parametrize(("kind", "plant", "rows"), FAULTS, ids=[str(f[0]) for f in FAULTS])
def test_a_planted_fault_is_found_where_it_is(kind, plant, rows):
    data = clean()
    if kind == "conflicting_outcomes":
        data["y"][30] = "no" if data["y"][1] == "yes" else "yes"
    plant(data)
    report = check_data(data, "y")
    if rows is None:
        assert report.of(kind), str(report)
    else:
        assert found(report, kind) == rows
    # Nothing else is made of it, but what goes with it.
    others = {f.kind for f in report} - {kind}
    assert len(others) <= 3, others


def test_unusual_combinations_are_found_though_each_value_is_usual():
    draw = np.random.default_rng(3)
    x = draw.normal(size=2000)
    data = {"a": x, "b": x + 0.3 * draw.normal(size=2000), "c": draw.normal(size=2000)}
    data["a"][9], data["b"][9] = 2.0, -2.0
    assert 9 in found(check_data(data), "unusual_rows")


def test_patterns_of_missing_values():
    data = clean()
    for name in ("weight_a", "b"):
        data[name][:20] = np.nan
    report = check_data(data)
    assert found(report, "missing_together") == list(range(20))
    for name in ("weight_a", "b", "c", "size", "y"):
        data[name][5] = None
    data["k"] = data["k"].astype(float)
    data["k"][5] = np.nan
    assert found(check_data(data), "empty_rows") == [5]


def test_zeros_that_stand_for_missing_values():
    data = {"pressure": np.r_[RNG.integers(60, 120, 200), np.zeros(20)], "k": RNG.poisson(2, 220)}
    report = check_data(data)
    assert [f.columns for f in report.of("sentinel")] == [("pressure",)]


def test_classes_out_of_balance():
    data = clean(2000)
    data["y"] = np.where(np.arange(2000) < 30, "rare", "usual").astype(object)
    assert found(check_data(data, "y"), "imbalance") == list(range(30))
    data["y"] = np.arange(2000) % 4
    assert [f.kind for f in check_data(data, "y").of("outcome_as_number")]


# Two data frames ---------------------------------------------------------------------------------


def test_what_is_in_both_is_found():
    old, new = clean(), clean(200, 9)
    for name in old:
        new[name][:3] = old[name][10:13]
        new[name][5] = old[name][20]
    new["b"][5] += 1e-4
    report = check_data(old, "y", new)
    assert found(report, "rows_in_both", "new_data") == [0, 1, 2]
    assert report.of("rows_in_both")[0].severity == "error"
    assert found(report, "near_rows_in_both", "new_data") == [5]
    first = report.of("rows_in_both")[0].examples[0]
    assert str(first) == "row 0 is row 10 of the data"


def test_drift_new_levels_and_types():
    old, new = clean(), clean(300, 9)
    new["b"] = new["b"] + 1.0
    new["size"][:4] = "giant"
    new["k"] = [str(k) for k in new["k"]]
    report = check_data(old, "y", new)
    assert [f.columns for f in report.of("drift")] == [("b",)]
    assert report.of("drift")[0].details["psi"] > 0.2
    assert found(report, "new_levels", "new_data") == [0, 1, 2, 3]
    assert [f.severity for f in report.of("type_changed")] == ["error"]


def test_groups_and_times():
    data = clean()
    data["who"] = np.arange(N) // 4
    new = {name: values[:40].copy() for name, values in clean(40, 5).items()}
    new["who"] = np.arange(40) // 4 + 95
    report = check_data(data, "y", new, group="who")
    assert found(report, "groups_in_both", "new_data") == list(range(20))
    assert report.of("groups")
    data["when"] = _days(N, gaps=[(100, 7)], double=[200])
    del data["who"]
    report = check_data(data, "y", time="when")
    assert found(report, "double_times") == [200]
    assert found(report, "time_gaps")[0] == 100
    data["when"][5], data["when"][6] = data["when"][6], data["when"][5]
    assert found(check_data(data, "y", time="when"), "unordered_times") == [6]
    del new["who"]
    new["when"] = _days(40)
    assert found(check_data(data, "y", new, time="when"), "times_overlap", "new_data")


# What is asked -----------------------------------------------------------------------------------


def test_bad_input_is_refused_in_words():
    with pytest.raises(DataError, match="has no columns"):
        check_data({})
    with pytest.raises(DataError, match="has no rows"):
        check_data({"a": []})
    with pytest.raises(DataError, match="has no column 'z'"):
        check_data(clean(), "z")
    with pytest.raises(DataError, match="'new_data' has no column 'b' and 'c'"):
        new = clean()
        del new["b"], new["c"]
        check_data(clean(), "y", new)
    with pytest.raises(DataError, match="in row 1 it holds"):
        check_data({"a": [None, {"b": 1}]})
    with pytest.raises(DataError, match="must be a data frame"):
        check_data(5)
    with pytest.raises(DataError, match="'b' has 2 values and 'a' has 3"):
        check_data({"a": [1, 2, 3], "b": [1, 2]})
    with pytest.raises(ArgumentError, match="no threshold 'outliers'"):
        check_data(clean(), limits={"outliers": 3})
    with pytest.raises(ArgumentError, match="must be a positive number"):
        check_data(clean(), limits={"outlier": -1})
    with pytest.raises(ArgumentError, match="different columns"):
        check_data(clean(), "y", group="y")


def test_a_single_row_and_missing_columns_are_checked():
    report = check_data({"a": [1.0], "b": ["x"], "c": [None]}, "b")
    assert {f.kind for f in report} <= {"constant", "constant_outcome", "few_rows_in_class"}
    assert check_data(np.ones((3, 2))).of("constant")
    assert check_data(RNG.normal(size=(50, 2)), y=np.ones(50)).of("constant_outcome")


def test_every_kind_of_table_is_read():
    pandas = pytest.importorskip("pandas")
    data = clean()
    frame = pandas.DataFrame(data)
    frame["size"] = frame["size"].astype("category")
    frame["when"] = pandas.to_datetime("2020-01-01")
    frame.loc[3, "b"] = None
    assert found(check_data(frame, "y"), "missing") == [3]
    rows = [{"a": 1.0, "b": "x"}, {"a": 2.0, "b": None}]
    assert found(check_data(rows), "mostly_missing") == [1]


def test_a_report_is_text_and_a_table():
    data = clean()
    data["b"][3] = np.nan
    report = check_data(data, "y")
    assert str(report).startswith("Checked 400 rows of 6 columns: 1 warning")
    assert report.table()[0]["rows"].tolist() == [3]
    assert report.flagged().nonzero()[0].tolist() == [3]
    assert repr(report) == "<Report: 1 warning>"


def test_every_kind_has_an_action():
    for kind in kinds():
        assert action(kind).endswith("."), kind
    assert Limits().outlier == 6.0


def test_a_large_table_takes_seconds():
    n = 20_000
    data = {f"x{i}": RNG.normal(size=n) for i in range(20)}
    data |= {f"f{i}": NAMES[RNG.integers(0, 3, n)] for i in range(5)}
    begin = time.process_time()
    assert len(check_data(data)) == 0
    assert time.process_time() - begin < 5
