"""Tabular models as a whole, on both engines."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from rdeep import load_model, set_random_seed
from rdeep.errors import ArgumentError, DataError, FileError, StateError
from rdeep.tabular import Tabular, load_tabular
from rdeep.tabular.families import NAMES
from rdeep.tabular.settings import ARCHITECTURES


@pytest.fixture(scope="module")
def table():
    rng = np.random.default_rng(1)
    x = rng.normal(size=(240, 3))
    codes = rng.integers(0, 3, (240, 2))
    eta = x[:, 0] - 0.5 * x[:, 1] + (codes[:, 0] == 1)
    return x, codes, eta, rng


def outcome(name, eta, rng):
    if name == "binomial":
        return (rng.uniform(size=len(eta)) < 1 / (1 + np.exp(-eta))).astype(float)
    if name == "multinomial":
        return np.digitize(eta, [-0.5, 0.8])
    if name in ("poisson", "negative_binomial"):
        return rng.poisson(np.exp(0.5 * eta))
    if name in ("cox", "discrete_time"):
        time, left = rng.exponential(np.exp(-eta)), rng.exponential(2.0, len(eta))
        return np.column_stack([np.minimum(time, left), time <= left])
    return eta + 0.3 * rng.normal(size=len(eta))


def of_family(name, table, engine):
    x, codes, eta, _ = table
    y = outcome(name, eta, np.random.default_rng(2))
    set_random_seed(1)
    classes = 3 if name == "multinomial" else None
    model = Tabular(name, members=2, epochs=4, classes=classes, backend=engine)
    model.fit(x, codes, [3, 3], y, verbose=0)
    return model, y


@pytest.mark.parametrize(
    "name",
    [pytest.param(n, marks=[pytest.mark.slow] * (n not in ("multinomial", "cox"))) for n in NAMES],
)
def test_families_agree_on_both_engines(name, table):
    x, codes, *_ = table
    links = []
    for engine in ("torch", "tensorflow"):
        links.append(of_family(name, table, engine)[0].predict(x, codes, kind="link"))
    np.testing.assert_allclose(*links, atol=2e-3)


@pytest.mark.few_on_tensorflow("discrete_time")
@pytest.mark.parametrize("name", NAMES)
def test_families_predict_and_are_saved(name, table, backend, tmp_path):
    x, codes, *_ = table
    model, y = of_family(name, table, backend)
    assert np.isfinite(model.held_out()).all()
    assert model.predict_members(x, codes).shape[2] == 2
    path = str(tmp_path / "m.rdeep")
    model.save(path)
    moved = load_tabular(path, backend="torch")
    np.testing.assert_allclose(
        moved.predict(x, codes), model.predict(x, codes), rtol=1e-4, atol=1e-5
    )
    np.testing.assert_array_equal(moved.held_out(), model.held_out())
    np.testing.assert_array_equal(moved.outcome()[:, 0], y if y.ndim == 1 else y[:, 0])
    if model.family.is_survival:
        curve = moved.survival(x[:5], codes[:5], times=[0.1, 0.5, 1.0])
        assert (np.diff(curve, axis=1) <= 0).all() and (curve <= 1).all() and (curve >= 0).all()


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.few_on_tensorflow("tabm", "mlp")
def test_architectures_learn(architecture, table, backend):
    x, codes, eta, _ = table
    set_random_seed(1)
    model = Tabular(
        "gaussian",
        architecture,
        members=1,
        epochs=15,
        batch_size=16,
        validation=0.2,
        backend=backend,
    )
    model.fit(x, codes, [3, 3], eta, verbose=0)
    error = np.mean((model.predict(x, codes)[:, 0] - eta) ** 2)
    assert error < 0.25 * eta.var()
    held = model.held_out_members() == 0
    assert 0.15 < held.mean() < 0.25
    assert np.isnan(model.held_out()[~held]).all()


@pytest.mark.parametrize("architecture", ["tabm", "ft_transformer"])
@pytest.mark.few_on_tensorflow()
def test_factors_of_many_levels_are_learned(architecture, rng, backend):
    codes = np.column_stack([rng.integers(0, 25, 500), rng.integers(0, 2, 500)])
    effect = rng.normal(size=25)
    y = effect[codes[:, 0]] + codes[:, 1]
    set_random_seed(1)
    model = Tabular("gaussian", architecture, members=1, epochs=40, batch_size=16, backend=backend)
    model.fit(None, codes, [25, 2], y, verbose=0)
    error = np.mean((model.predict(None, codes)[:, 0] - y) ** 2)
    assert error < 0.1 * y.var()


def weighted_least_squares(x, y, w):
    a = np.column_stack([np.ones(len(x)), x]) * np.sqrt(w)[:, None]
    return np.linalg.lstsq(a, y * np.sqrt(w), rcond=None)[0]


def fisher_scoring(x, y, mean, variance, offset):
    a = np.column_stack([np.ones(len(x)), x])
    b = np.zeros(a.shape[1])
    for _ in range(50):
        m = mean(a @ b + offset)
        w = variance(m)
        b = b + np.linalg.solve(a.T @ (a * w[:, None]), a.T @ (y - m))
    return b


@pytest.mark.few_on_tensorflow()
def test_no_hidden_layer_is_least_squares(rng, backend):
    # Columns of very different sizes, nearly collinear, far from zero.
    x = rng.normal(size=(150, 3)) * [1.0, 100.0, 0.01] + [0.0, 5000.0, 3.0]
    x = np.column_stack([x, x[:, 0] + 0.05 * rng.normal(size=150)])
    y = x @ [1.0, -0.02, 30.0, 2.0] + rng.normal(size=150)
    w = rng.uniform(0.2, 3.0, 150)
    model = Tabular("gaussian", hidden_units=[], backend=backend)
    model.fit(x, y=y, weights=w, verbose=0)
    expected = weighted_least_squares(x, y, w)
    np.testing.assert_allclose(model.coefficients()[:, 0], expected, rtol=1e-3)
    straight = expected[0] + x @ expected[1:]
    np.testing.assert_allclose(model.predict(x)[:, 0], straight, rtol=1e-3, atol=1e-2)


@pytest.mark.parametrize("name", ["binomial", "poisson"])
@pytest.mark.few_on_tensorflow("poisson")
def test_no_hidden_layer_is_the_generalised_linear_model(name, rng, backend):
    x = rng.normal(size=(200, 3))
    offset = 0.3 * rng.normal(size=200)
    eta = x @ [1.0, -0.5, 0.2] + 0.3 + offset
    if name == "binomial":
        y = (rng.uniform(size=200) < 1 / (1 + np.exp(-eta))).astype(float)
        expected = fisher_scoring(
            x, y, lambda e: 1 / (1 + np.exp(-e)), lambda m: m * (1 - m), offset
        )
    else:
        y = rng.poisson(np.exp(eta)).astype(float)
        expected = fisher_scoring(x, y, np.exp, lambda m: m, offset)
    model = Tabular(name, hidden_units=[], backend=backend)
    model.fit(x, y=y, offset=offset, verbose=0)
    np.testing.assert_allclose(model.coefficients()[:, 0], expected, rtol=1e-3, atol=1e-4)
    link = expected[0] + x @ expected[1:] + offset
    np.testing.assert_allclose(model.predict(x, offset=offset, kind="link")[:, 0], link, atol=1e-3)


def test_training_that_ends_too_early_says_so(rng):
    x = rng.normal(size=(60, 2))
    y = (rng.uniform(size=60) < 1 / (1 + np.exp(-x[:, 0]))).astype(float)
    with pytest.warns(UserWarning, match="Raise 'epochs'"):
        Tabular("binomial", hidden_units=[], epochs=2).fit(x, y=y, verbose=0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Tabular("binomial", hidden_units=[]).fit(x, y=y, verbose=0)


@pytest.mark.parametrize("name", ["binomial", "multinomial", "poisson"])
@pytest.mark.few_on_tensorflow("binomial")
def test_a_likelihood_without_a_maximum_is_not_for_more_epochs(name, rng, backend):
    x = np.column_stack([np.arange(30.0), rng.normal(size=30)])
    y = {
        "binomial": (x[:, 0] > 14).astype(float),
        "multinomial": np.arange(30) // 10,
        "poisson": np.where(x[:, 0] > 14, rng.poisson(9.0, 30) + 1.0, 0.0),
    }[name]
    x = (x[:, :1] > 14).astype(float) if name == "poisson" else x
    classes = 3 if name == "multinomial" else None
    model = Tabular(name, hidden_units=[], epochs=150, classes=classes, backend=backend)
    with pytest.warns(UserWarning) as said:
        model.fit(x, None, [], y, verbose=0)
    words = [str(one.message) for one in said]
    assert any("has no maximum" in text for text in words), words
    assert not any("Raise" in text for text in words)


def test_collinear_columns_have_no_coefficient(rng):
    x = rng.normal(size=(50, 2))
    model = Tabular("gaussian", hidden_units=[], epochs=200)
    model.fit(np.column_stack([x, x.sum(1), np.ones(50)]), y=x[:, 0] + 1, verbose=0)
    found = model.coefficients()[:, 0]
    np.testing.assert_allclose(found[:3], [1, 1, 0], atol=1e-3)
    assert np.isnan(found[3:]).all()


def test_each_row_is_held_out_by_one_member(table):
    x, codes, eta, _ = table
    model = Tabular("gaussian", members=3, epochs=2)
    model.fit(x, codes, [3, 3], eta, verbose=0)
    folds = model.held_out_members()
    assert sorted(np.bincount(folds)) == [80, 80, 80]
    each = model.predict_members(x, codes)[:, 0, :]
    np.testing.assert_allclose(
        model.held_out()[:, 0], each[np.arange(240), folds], rtol=1e-4, atol=1e-5
    )
    np.testing.assert_allclose(model.predict(x, codes)[:, 0], each.mean(1), rtol=1e-4, atol=1e-5)


@pytest.mark.few_on_tensorflow()
def test_seeds_repeat(table, backend):
    x, codes, eta, _ = table
    found = []
    for _ in range(2):
        set_random_seed(3)
        model = Tabular("gaussian", members=2, epochs=2, backend=backend)
        model.fit(x, codes, [3, 3], eta, verbose=0)
        found.append(model.predict(x, codes))
    np.testing.assert_array_equal(*found)


@pytest.mark.few_on_tensorflow()
def test_dropout_gives_a_spread(table, backend):
    x, codes, eta, _ = table
    model = Tabular("gaussian", members=1, epochs=3, dropout=0.3, backend=backend)
    model.fit(x, codes, [3, 3], eta, verbose=0)
    draws = model.predict_dropout(x, codes, draws=20)
    assert draws.shape == (240, 1, 20)
    assert (draws.std(axis=2) > 0).all()
    assert np.corrcoef(draws.mean(2)[:, 0], model.predict(x, codes)[:, 0])[0, 1] > 0.9
    dry = Tabular("gaussian", members=1, epochs=1, dropout=0.0, backend=backend)
    dry.fit(x, codes, [3, 3], eta, verbose=0)
    with pytest.raises(StateError, match="no dropout"):
        dry.predict_dropout(x, codes)


def test_missing_values_can_be_filled_in(table):
    x, codes, eta, _ = table
    holes, gaps = x.copy(), codes.copy()
    holes[::7, 0], gaps[::9, 1] = np.nan, -1
    with pytest.raises(DataError, match="missing"):
        Tabular("gaussian", epochs=1).fit(holes, codes, [3, 3], eta, verbose=0)
    model = Tabular("gaussian", epochs=2, members=1, impute=True)
    model.fit(holes, gaps, [3, 3], eta, verbose=0)
    assert np.isfinite(model.predict(holes, gaps)).all()


def test_tables_with_names(table, tmp_path):
    x, codes, eta, _ = table
    words = np.array(["low", "mid", "top"])
    frame = {"a": x[:, 0], "b": x[:, 1], "kind": words[codes[:, 0]]}
    model = Tabular("gaussian", members=1, epochs=2, impute=True)
    model.fit(frame, y=eta, verbose=0)
    path = str(tmp_path / "m.rdeep")
    model.save(path)
    loaded = load_tabular(path)
    turned = {name: frame[name][:5] for name in ("kind", "b", "a")}
    expected = model.predict(x[:, :2], codes[:, :1])
    np.testing.assert_allclose(loaded.predict(turned), expected[:5], rtol=1e-5)
    # A level that was never seen, and one that is missing, are the same to the model.
    unseen = {**turned, "kind": np.array(["new", None, "new", "new", "new"], dtype=object)}
    assert np.isfinite(loaded.predict(unseen)).all()
    with pytest.raises(DataError, match="no column 'kind'"):
        loaded.predict({"a": x[:, 0], "b": x[:, 1]})
    bare = Tabular("gaussian", members=1, epochs=1)
    bare.fit(x, y=eta, verbose=0)
    with pytest.raises(StateError, match="without names"):
        bare.predict(frame)


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"y": None}, DataError, "'y' is missing"),
        ({"y": np.ones(3)}, DataError, "240 rows and 'y' has 3"),
        ({"y": np.full(240, np.nan)}, DataError, "missing or infinite"),
        ({"numbers": None, "codes": None}, DataError, "no columns"),
        ({"numbers": np.full((240, 1), np.inf)}, DataError, "infinite values, the first in row 1"),
        ({"numbers": np.ones((240, 1)), "codes": None}, DataError, "No column of 'x' varies"),
        ({"weights": np.zeros(240)}, DataError, "not all can be 0"),
        ({"offset": np.ones(3)}, DataError, "'offset' must have"),
    ],
)
def test_data_that_cannot_be_used_is_refused(change, error, words, table):
    x, codes, eta, _ = table
    given = {"numbers": x, "codes": codes, "cardinalities": [3, 3], "y": eta, **change}
    if given["codes"] is None:
        given["cardinalities"] = []
    with pytest.raises(error, match=words):
        Tabular("gaussian", epochs=1).prepare(**given)


def test_states_and_files_are_told_apart(table, tmp_path):
    x, codes, eta, _ = table
    model = Tabular("gaussian", epochs=1, members=1)
    with pytest.raises(StateError, match="not fitted"):
        model.predict(x, codes)
    with pytest.raises(ArgumentError, match="'members' is 500"):
        Tabular("gaussian", members=500).prepare(x, codes, [3, 3], eta)
    model.fit(x, codes, [3, 3], eta, verbose=0)
    with pytest.raises(StateError, match="no coefficients"):
        model.coefficients()
    path = str(tmp_path / "m.rdeep")
    model.save(path)
    with pytest.raises(FileError, match="exists already"):
        model.save(path)
    with pytest.raises(FileError, match="another kind"):
        load_model(path)
    model.models[0].save(str(tmp_path / "n.rdeep"))
    with pytest.raises(FileError, match="not a tabular model"):
        load_tabular(str(tmp_path / "n.rdeep"))
