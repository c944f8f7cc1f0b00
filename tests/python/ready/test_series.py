"""Models of series: what they forecast, cover, remember, and refuse."""

import numpy as np
import pytest

from rdeep import layers, load_ready
from rdeep.errors import ArgumentError, DataError, FileError, RdeepWarning
from rdeep.seeds import set_random_seed
from rdeep.series import SeriesModel
from rdeep.series.grid import Grid, found_grid
from rdeep.series.measures import measured, naive_scale, seasonal_naive
from rdeep.series.scales import chosen_transform, has_season

QUICK = {"epochs": 1, "members": 2}


def seasonal(count=72, seed=1):
    """Return a series of months that grows, with a season that grows along."""
    t = np.arange(count)
    noise = np.random.default_rng(seed).normal(size=count)
    return np.exp(4 + 0.01 * t + 0.3 * np.sin(t * np.pi / 6) + 0.03 * noise)


def months(count, start="2010-01"):
    first = np.datetime64(start)
    return np.arange(first, first + count).astype("datetime64[D]")


def quick(horizon=6, backend="torch", **settings):
    return SeriesModel(backend=backend, horizon=horizon, **{**QUICK, **settings})


def test_a_season_is_forecast_and_comes_back_from_a_file(backend, tmp_path):
    set_random_seed(1)
    values = seasonal(84)
    model = quick(12, backend, epochs=2).fit(values[:72], index=months(72), verbose=0)
    assert model.learned.transforms == ("log",) and model.learned.periods == (12,)
    found = model.predict(levels=(0.025, 0.1, 0.9, 0.975))
    assert found.time[0] == np.datetime64("2016-01-01") and len(found.point) == 12
    naive = seasonal_naive(values[:72], 12, 12)
    assert np.abs(found.point - values[72:]).mean() < 0.5 * np.abs(naive - values[72:]).mean()
    assert (np.diff(found.quantiles, axis=1) >= 0).all()
    assert {"mae", "rmse", "mase", "pinball", "coverage_80", "coverage_95"} == set(model.scores)
    path = str(tmp_path / "series.rdeep")
    model.save(path)
    for engine in ("numpy", "tensorflow" if backend == "torch" else "torch"):
        again = load_ready(path, backend=engine)
        other = again.predict(levels=(0.025, 0.1, 0.9, 0.975))
        np.testing.assert_allclose(other.quantiles, found.quantiles, rtol=1e-5)
        assert (other.time == found.time).all() and again.scores == model.scores


def test_a_file_whose_arrays_do_not_go_together_is_refused(tmp_path):
    model = quick().fit(seasonal(40), verbose=0)
    path = str(tmp_path / "series.rdeep")
    model.arrays["scales"] = np.ones(3)
    model.save(path)
    with pytest.raises(FileError, match="does not go with the series"):
        load_ready(path)


def test_a_seed_repeats_a_model():
    found = []
    for seed in (3, 3, 4):
        set_random_seed(seed)
        model = quick(6, epochs=3).fit(seasonal(50), verbose=0)
        found.append(model.networks[0].predict(model_inputs(model)))
    np.testing.assert_array_equal(found[0], found[1])
    assert (found[0] != found[2]).any() or model.learned.share == 0.0


def model_inputs(model):
    inputs = model.networks[0].inputs
    shapes = {name: x.shape[1:] for name, x in zip(("context", "state"), inputs, strict=True)}
    draw = np.random.default_rng(1)
    return {name: draw.normal(size=(4, *shape)).astype("f4") for name, shape in shapes.items()}


def test_many_series_are_one_model_and_go_on_from_newer_values():
    values = np.concatenate([seasonal(60, seed) for seed in (1, 2, 3)])
    key = np.repeat(["b", "a", "c"], 60)
    index = np.tile(months(60), 3)
    shuffled = np.random.default_rng(1).permutation(180)
    model = quick(6, gaps="fill").fit(values[shuffled], index[shuffled], key[shuffled], verbose=0)
    ordered = quick(6).fit(values, index, key, verbose=0)
    assert set(model.learned.keys) == {"a", "b", "c"} and ordered.learned.keys == ("b", "a", "c")
    longer = seasonal(70, 1)
    newer = ordered.predict(3, y=longer[60:], index=months(70)[60:], key=["b"] * 10)
    assert newer.key == ["b"] * 3 and newer.time[0] == np.datetime64("2015-11-01")
    whole = ordered.predict(3, y=longer, index=months(70), key=["b"] * 70)
    np.testing.assert_allclose(newer.point, whole.point)
    earlier = ordered.predict(1, y=longer[:50], index=months(70)[:50], key=["b"] * 50)
    assert earlier.time[0] == np.datetime64("2014-03-01")
    # A series that was not there before.
    fourth = ordered.predict(y=seasonal(50, 9), index=months(50), key=["d"] * 50)
    assert fourth.key == ["d"] * 6
    with pytest.raises(DataError, match="2 times have no value in the series 'b': 2015-01-01"):
        ordered.predict(y=longer[62:], index=months(70)[62:], key=["b"] * 8)
    with pytest.raises(ArgumentError, match="'key' is missing"):
        ordered.predict(y=longer, index=months(70))


def test_covariates_known_in_advance_are_used_and_must_be_known():
    draw = np.random.default_rng(2)
    x = draw.integers(0, 2, 140).astype(float)
    values = 20 + 10 * x + 0.3 * draw.normal(size=140)
    days = np.datetime64("2024-01-01") + np.arange(140)
    model = quick(7).fit(values[:120], days[:120], known={"promotion": x[:120]}, verbose=0)
    found = model.predict(index=days[120:127], known={"promotion": x[120:127]})
    assert np.abs(found.point - values[120:127]).mean() < 1.0
    with pytest.warns(RdeepWarning, match="outcome in 'new_data' is not used"):
        tested = model.predict(
            y=values[120:127], index=days[120:127], known={"promotion": x[120:127]}
        )
    np.testing.assert_array_equal(tested.point, found.point)
    with pytest.raises(DataError, match="'promotion' must be known in advance, but 2024-04-30"):
        model.predict()
    with pytest.raises(DataError, match="has no 'promotion'"):
        model.predict(index=days[120:127], known={"other": x[120:127]})
    later = model.predict(
        7, y=np.append(values[120:125], [np.nan] * 7), index=days[120:132],
        known={"promotion": x[120:132]},
    )  # fmt: skip
    assert later.time[0] == days[125] and np.abs(later.point - values[125:132]).mean() < 1.0


def test_past_and_static_covariates_and_own_layers(backend):
    values = np.concatenate([seasonal(40, 1), seasonal(40, 2)])
    key = np.repeat(["a", "b"], 40)
    model = SeriesModel([layers.LSTM(4)], backend, horizon=4, context=8, frequency=12, **QUICK).fit(
        values, key=key, past=values + 1, static=np.repeat([0.0, 1.0], 40), verbose=0
    )
    kernels = [each.get_named_weights()["lstm/kernel"] for each in model.networks]
    assert kernels[0].shape[0] == 2 and (kernels[0] != kernels[1]).any()
    assert len(model.predict().point) == 8
    outputs = model.as_network().predict(model_inputs(model))
    assert outputs.shape == (4, 4, 3)


def test_what_is_not_linear_is_learned_by_the_network():
    values = [0.3]
    draw = np.random.default_rng(1)
    for _ in range(500):
        values.append(3.8 * values[-1] * (1 - values[-1]))
    values = np.array(values) + 0.01 * draw.normal(size=501)
    set_random_seed(1)
    model = SeriesModel(
        backend="torch", horizon=1, context=3, members=2, epochs=60, learning_rate=0.01,
        transform="none",
    ).fit(values, verbose=0)  # fmt: skip
    assert model.learned.share == 1.0 and model.scores["mae"] < 0.1


def test_a_constant_series_is_forecast_as_it_is():
    found = quick().fit(np.full(40, 5.0), verbose=0).predict(levels=(0.025, 0.975))
    np.testing.assert_allclose(found.point, 5.0, atol=1e-6)
    np.testing.assert_allclose(found.quantiles, 5.0, atol=1e-3)


def test_quantiles_cover_what_comes():
    draw = np.random.default_rng(5)
    values = 50 + np.cumsum(draw.normal(size=400))
    model = quick(8, members=4, epochs=2).fit(values[:250], verbose=0)
    inside = []
    for end in range(250, 392, 4):
        found = model.predict(
            levels=(0.1, 0.9), y=values[:end], index=np.arange(1, end + 1, dtype=float)
        )
        inside.append((values[end : end + 8] >= found.quantiles[:, 0])
                      & (values[end : end + 8] <= found.quantiles[:, 1]))  # fmt: skip
    assert 0.7 < np.mean(inside) < 0.92


def test_backtests_are_fitted_up_to_their_origins():
    values = seasonal(72)
    model = quick(6).fit(values, index=months(72), verbose=0)
    found = model.backtest(origins=2)
    assert found.step.tolist() == [*range(1, 7)] * 2
    np.testing.assert_array_equal(found.actual, values[60:])
    assert found.origin[0] == np.datetime64("2014-12-01")
    measures = found.measures()
    assert measures["model"]["mase"] < measures["seasonal naive"]["mase"]
    alone = quick(6).fit(values[:66], index=months(66), verbose=0)
    np.testing.assert_allclose(found.point[6:], alone.predict().point, rtol=1e-3)
    with pytest.raises(ArgumentError, match="too short for 20 origins"):
        model.backtest(20)


def test_bad_series_name_key_and_time():
    values, index = seasonal(40), months(40)
    gone = np.delete(np.arange(40), [5, 6])
    with pytest.raises(DataError, match="2 times have no value: 2010-06-01 and 2010-07-01"):
        quick().fit(values[gone], index[gone])
    filled = quick(gaps="fill").fit(values[gone], index[gone], verbose=0)
    assert len(filled.fitted()["value"]) == 40
    missing = values.copy()
    missing[3] = np.nan
    with pytest.raises(DataError, match="A time has no value: 2010-04-01"):
        quick().fit(missing, index)
    with pytest.raises(DataError, match="2010-02-01 occurs twice in the series 'x'"):
        quick().fit(values, np.concatenate([index[:2], index[1:39]]), ["x"] * 40)
    with pytest.raises(DataError, match="The times are not regular"):
        quick().fit(values[:20], np.append(np.arange(19) + 0.5, 19.0))
    with pytest.raises(DataError, match="Most times have no value: 107 of 127, if they are 1 day"):
        quick().fit(values[:20], np.append(days_apart(19, 7), np.datetime64("2010-01-17")))
    with pytest.raises(DataError, match="12 values are too few for a horizon of 8"):
        quick(8).fit(values[:12])
    with pytest.raises(DataError, match="all values are missing"):
        quick().fit(np.full(40, np.nan))
    with pytest.raises(DataError, match="infinite in row 3"):
        quick().fit([1.0, 2.0, 3.0, np.inf])
    with pytest.raises(DataError, match=r"the value -1.*, which has no logarithm"):
        quick(transform="log").fit(np.append(values, -1.0))
    with pytest.raises(ArgumentError, match="'index' has 39 values, but 'y' has 40"):
        quick().fit(values, index[1:])
    with pytest.raises(DataError, match="covariate 'x' is missing in row 4"):
        quick().fit(values, known={"x": missing_at(4)})


def missing_at(row):
    column = np.zeros(40)
    column[row] = np.nan
    return column


def days_apart(count, days):
    return np.datetime64("2010-01-01") + days * np.arange(count)


def test_series_of_no_use_are_left_out_and_counted():
    values = np.concatenate([seasonal(40), [1.0, 2.0], np.full(5, np.nan)])
    key = ["a"] * 40 + ["b"] * 2 + ["c"] * 5
    with pytest.raises(DataError, match=r"2 of 3 series cannot.*b: 2 values are too few.*; c: all"):
        quick().fit(values, key=key)
    with pytest.warns(RdeepWarning, match="2 of 3 series were left out: b:"):
        model = quick(on_bad="drop").fit(values, key=key, verbose=0)
    assert model.learned.keys == ("a",)
    with pytest.warns(RdeepWarning, match="two seasons of 365"):
        quick(frequency=365).fit(seasonal(40), verbose=0)
    with pytest.raises(ArgumentError, match="'horizon' must be a whole number from 1 to 6"):
        model.predict(7)


@pytest.mark.parametrize(
    ("times", "unit", "step", "period"),
    [
        (months(5), "month", 1, 12),
        (months(13)[::3], "month", 3, 4),
        (months(6)[1:] - 1, "month_end", 1, 12),
        (days_apart(9, 1), "day", 1, 7),
        (days_apart(9, 7), "day", 7, 52),
        (np.datetime64("2020-01-01T00:30") + np.arange(30) * np.timedelta64(1, "h"),
         "second", 3600, 24),
        (np.round(1949 + np.arange(40) / 12, 3), "number", 1 / 12, 12),
        (np.array([2.0, 4.0, 6.0]), "number", 2, 1),
    ],
)  # fmt: skip
def test_regular_times_are_found_and_go_on(times, unit, step, period):
    grid = found_grid([times[:-1]])
    assert grid.unit == unit and grid.usual_period == period
    assert grid.step == pytest.approx(step, rel=1e-3)
    places, fine = grid.places(times)
    assert fine.all() and places.tolist() == list(range(len(times)))
    after = grid.times(np.array([len(times) - 1]))[0]
    assert after == pytest.approx(times[-1], abs=0.01) if unit == "number" else after == times[-1]
    assert Grid.restored(grid.to_data()["options"], "grid") == grid


def test_scales_and_seasons_are_those_that_the_data_has():
    draw = np.random.default_rng(1)
    assert chosen_transform(seasonal(96), 12) == "log"
    assert chosen_transform(100 + draw.normal(size=96), 12) == "none"
    assert chosen_transform(np.arange(-5.0, 40.0), 4) == "none"
    assert has_season(seasonal(48), 12) and not has_season(seasonal(20), 12)
    assert not has_season(np.cumsum(draw.normal(size=200)), 12)


def test_measures_are_their_formulas():
    found = measured(np.array([1.0, 2.0, np.nan]), np.array([2.0, 4.0, 0.0]), np.full(3, 2.0))
    assert found == {"mae": 1.5, "rmse": pytest.approx(2.5**0.5), "mase": 0.75}
    assert naive_scale(np.array([1.0, 5.0, 2.0, 8.0]), 2) == 2.0
    np.testing.assert_array_equal(seasonal_naive(np.arange(6.0), 3, 5), [3, 4, 5, 3, 4])
