"""Checks of models: their arithmetic beside known values, verdicts on models made for them."""

import math

import numpy as np
import pytest

from rdeep import Sequential, layers
from rdeep.errors import ArgumentError, DataError
from rdeep.model_checks import benchmark_model, check_drift, check_model
from rdeep.model_checks import statistics as st
from rdeep.model_checks.calibration import calibration
from rdeep.model_checks.checking import as_labels
from rdeep.model_checks.frames import take
from rdeep.model_checks.robustness import disturbed
from rdeep.model_checks.scoring import scores
from rdeep.seeds import set_random_seed


def classes(rows=400, seed=1):
    """Rows of two classes, with the probability of the second in `p`."""
    rng = np.random.default_rng(seed)
    z = rng.normal(size=rows)
    p = 1 / (1 + np.exp(-2 * z))
    y = (rng.uniform(size=rows) < p).astype(int)
    group = np.array(["u", "v", "w"], object)[rng.integers(0, 3, rows)]
    return {"z": z, "group": group}, y


def knowing(x):
    p = 1 / (1 + np.exp(-2 * np.asarray(x["z"], float)))
    return np.column_stack([1 - p, p])


def verdict(found, check):
    return found.verdicts["verdict"][found.verdicts["check"].index(check)]


# Arithmetic -------------------------------------------------------------------------------------


def test_tails_and_tests_are_those_of_tables():
    assert st.chi_squared_tail(3.841458821, 1) == pytest.approx(0.05, abs=1e-6)
    assert st.chi_squared_tail(18.30703805, 10) == pytest.approx(0.05, abs=1e-6)
    assert st.chi_squared_tail(14.06714045, 7) == pytest.approx(0.05, abs=1e-6)
    assert st.normal_tail(1.959963985) == pytest.approx(0.05, abs=1e-8)
    assert st.wilson(0.5, 100) == pytest.approx((0.4038, 0.5962), abs=1e-4)
    assert st.wilson(1.0, 10) == pytest.approx((0.7225, 1.0), abs=1e-4)
    np.testing.assert_allclose(
        st.holm(np.array([0.01, np.nan, 0.04, 0.03])), [0.03, np.nan, 0.06, 0.06]
    )


def test_distances_of_distributions_are_scipys():
    stats = pytest.importorskip("scipy.stats")
    rng = np.random.default_rng(1)
    for shift in (0.0, 0.3):
        a, b = rng.normal(size=200), rng.normal(size=300) + shift
        distance, p = st.kolmogorov_smirnov(a, b)
        found = stats.ks_2samp(a, b, method="asymp")
        assert distance == pytest.approx(found.statistic)
        assert p == pytest.approx(found.pvalue, abs=0.02)


def test_scores_have_intervals_that_hold_them():
    x, y = classes()
    table = scores("class", y, knowing(x))
    assert table["metric"] == ["accuracy", "log_loss", "brier", "skill"]
    right = (knowing(x).argmax(1) == y).mean()
    assert table["estimate"][0] == pytest.approx(right)
    for low, estimate, high in zip(
        table["conf.low"], table["estimate"], table["conf.high"], strict=True
    ):
        assert low < estimate < high
    numbers = scores("number", np.arange(50.0), np.arange(50.0) + 1)
    assert numbers["estimate"] == pytest.approx([1.0, 1.0, 1 - 1 / np.arange(50.0).var(), 1.0])


def test_the_bootstrap_covers_as_often_as_it_says():
    rng = np.random.default_rng(2)
    covered = 0
    for seed in range(60):
        low, high = st.bootstrap(rng.exponential(size=80), lambda v: v.mean(axis=1), seed)
        covered += low < 1.0 < high
    assert covered >= 52


# Checks -----------------------------------------------------------------------------------------


def test_a_model_that_is_right_is_fine():
    x, y = classes()
    found = check_model(knowing, x, y, slices="group")
    assert verdict(found, "calibration") == verdict(found, "slices") == "fine"
    assert found.type == "class" and found.rows == 400
    assert sorted(found.tables["slices"]["slice"]) == ["u", "v", "w"]
    assert sum(found.tables["slices"]["n"]) == 400
    assert "accuracy" in repr(found)


def test_what_is_wrong_is_found():
    x, y = classes(1000)

    def boasting(x):
        p = knowing(x) ** 4
        return p / p.sum(axis=1, keepdims=True)

    assert verdict(check_model(boasting, x, y), "calibration") == "problem"

    def failing(x):
        prob = knowing(x)
        here = np.asarray(x["group"]) == "v"
        prob[here] = prob[here][:, ::-1]
        return prob

    found = check_model(failing, x, y, slices=["group", "z"])
    table = found.tables["slices"]
    worse = {s for s, v in zip(table["slice"], table["verdict"], strict=True) if v == "problem"}
    assert "v" in worse and not worse & {"u", "w"}
    assert "group = v" in found.verdicts["said"][1]


def test_a_model_that_knows_nothing_is_no_good():
    x, y = classes()
    against = check_model(lambda x: knowing(x)[:, ::-1], x, y)
    assert verdict(against, "scores") == "problem" and "worse than" in against.verdicts["said"][0]
    none = check_model(lambda x: np.full((len(x["z"]), 2), 0.5), x, y)
    assert verdict(none, "scores") == verdict(none, "robustness") == "unsure"


def test_few_rows_are_said_to_be_few():
    x, y = classes(20)
    found = check_model(knowing, x, y, slices="group")
    assert verdict(found, "scores") == verdict(found, "slices") == "unsure"
    assert verdict(found, "calibration") in ("unsure", "problem")
    assert "too few" in found.verdicts["said"][0]


def test_numbers_are_checked_for_bias():
    rng = np.random.default_rng(1)
    x = {"a": rng.normal(size=500), "b": rng.normal(size=500)}
    y = 2 * x["a"] + rng.normal(size=500)
    good = check_model(lambda x: 2 * x["a"], x, y)
    assert verdict(good, "calibration") == "fine"
    assert good.tables["scores"]["metric"][0] == "rmse"
    flat = check_model(lambda x: 1.0 * x["a"], x, y)
    assert verdict(flat, "calibration") == "problem"
    assert "rises by 2" in flat.verdicts["said"][1]
    leaning = good.tables["robustness"]
    place = leaning["what"].index("a")
    assert leaning["kind"][place] == "permuted" and leaning["verdict"][place] == "problem"
    assert leaning["loss"][leaning["what"].index("b")] == pytest.approx(0.0)


def test_drift_is_found_by_column():
    rng = np.random.default_rng(1)
    old = {
        "same": rng.normal(size=400),
        "moved": rng.normal(size=400),
        "kind": np.array(["a", "b"], object)[rng.integers(0, 2, 400)],
        "gaps": rng.normal(size=400),
    }
    new = {
        "gaps": np.where(rng.uniform(size=300) < 0.3, np.nan, rng.normal(size=300)),
        "same": rng.normal(size=300),
        "moved": rng.normal(size=300) + 0.8,
        "kind": np.array(["a", "b", "c"], object)[rng.integers(0, 3, 300)],
    }
    table = check_drift(old, new)
    said = dict(zip(table["column"], table["verdict"], strict=True))
    assert said == {"same": "fine", "moved": "problem", "kind": "problem", "gaps": "problem"}
    assert table["new"][2] == pytest.approx(1 / 3, abs=0.1)
    few = {name: column[:15] for name, column in old.items()}
    assert set(check_drift(old, few)["verdict"]) <= {"unsure", "problem"}
    assert check_drift({"a": [1.0, 1.0]}, {"a": [math.nan, math.nan]})["verdict"] == ["problem"]
    x, y = classes()
    found = check_model(knowing, x, y, reference={**x, "z": x["z"] - 2})
    assert verdict(found, "drift") == "problem" and "'z'" in found.verdicts["said"][2]
    with pytest.raises(DataError, match="no column in common"):
        check_drift({"a": [1]}, {"b": [1]})


def test_images_get_noise_and_light():
    rng = np.random.default_rng(1)
    x = rng.uniform(0, 255, (30, 4, 4)).astype(np.float32)
    cases = disturbed(x, (0.1,))
    assert [case["what"] for case in cases] == ["values", "brighter", "darker"]
    assert all(case["x"].min() >= 0 and case["x"].max() <= 255 for case in cases)
    assert cases[1]["x"].mean() > x.mean() > cases[2]["x"].mean()
    assert disturbed(["a text", "another"]) == []


def test_labels_of_many_numbers_are_quarters():
    found = as_labels(np.append(np.arange(100.0), np.nan))
    assert len(set(found)) == 5 and found[-1] is None and found[0] == "0 to 24.75"
    assert as_labels([1, 2, 1]) == ["1", "2", "1"]


def test_networks_are_checked_too(backend):
    set_random_seed(1)
    x, y = classes(200)
    z = np.asarray(x["z"], np.float32)[:, None]
    model = Sequential([layers.Dense(2, activation="softmax")], backend=backend)
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(z, y, epochs=1, verbose=0)
    found = check_model(model, z, y, slices={"group": x["group"]}, noise=(0.1,))
    assert found.verdicts["check"] == ["scores", "slices", "calibration", "robustness"]
    timed = benchmark_model(model, z, (1, 300), calls=5, seconds=0.1)
    assert timed.parameters == 4 and timed.file_size > 500
    assert timed.timings["engine"] == [backend] * 2


def test_what_cannot_be_checked_is_said():
    x, y = classes(50)
    with pytest.raises(ArgumentError, match="'slices' names 'grup', which is no column of 'x'"):
        check_model(knowing, x, y, slices="grup")
    with pytest.raises(ArgumentError, match="3 labels, but there are 50"):
        check_model(knowing, x, y, slices={"a": ["u", "v", "w"]})
    with pytest.raises(DataError, match="'y' has 9 values, but there are 50"):
        check_model(knowing, x, y[:9])
    with pytest.raises(DataError, match="no samples"):
        check_model(knowing, {"z": []}, [])
    gaps = {**x, "z": np.where(x["z"] > 1, np.nan, x["z"])}
    with pytest.raises((DataError, ArgumentError)):
        check_model(knowing, gaps, y)
    with pytest.raises(DataError, match="several numbers"):
        check_model(lambda x: np.ones((50, 2)) * 5, x, np.ones((50, 2)))


# Speed ------------------------------------------------------------------------------------------


def test_predictions_are_timed():
    found = benchmark_model(lambda x: x.sum(axis=1), np.ones((8, 3)), (1, 32), calls=8)
    table = found.timings
    assert table["batch_size"] == [1, 32] and table["calls"] == [8, 8]
    for low, middle, high in zip(table["p50"], table["p95"], table["p99"], strict=True):
        assert 0 < low <= middle <= high
    assert found.parameters is None and "samples/s" in repr(found)
    with pytest.raises(ArgumentError, match="'batch_sizes' must be positive whole numbers"):
        benchmark_model(lambda x: x, np.ones((8, 3)), (0,))
    with pytest.raises(ArgumentError, match="'engines' is for models of this package"):
        benchmark_model(lambda x: x, np.ones((8, 3)), (1,), engines=["torch"])


def test_samples_are_taken_in_their_form():
    rows = np.array([2, 0])
    assert take([1, 2, 3], rows) == [3, 1]
    assert take({"a": np.arange(3)}, rows)["a"].tolist() == [2, 0]
    pandas = pytest.importorskip("pandas")
    assert take(pandas.DataFrame({"a": [1, 2, 3]}), rows)["a"].tolist() == [3, 1]


def test_reliability_has_bins_of_as_many_rows():
    x, y = classes(400)
    found = calibration("class", y, knowing(x))
    assert found["table"]["n"] == [40] * 10 and found["p"] > 0.05
    three = np.full((90, 3), 1 / 3)
    assert calibration("class", np.arange(90) % 3, three)["error"] == pytest.approx(0.0, abs=0.1)
