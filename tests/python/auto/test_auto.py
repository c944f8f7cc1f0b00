"""A search for a model of a table: what it keeps to, what it says, and its file."""

from __future__ import annotations

import time

import numpy as np
import pytest

import rdeep.auto.search as searching
from rdeep import load_model, set_random_seed
from rdeep.auto import AutoModel, load_auto
from rdeep.auto.portfolio import Candidate, neighbour, portfolio
from rdeep.errors import ArgumentError, DataError, FileError, RdeepWarning, StateError
from rdeep.predictors import as_predictor
from rdeep.tabular import Tabular


@pytest.fixture(autouse=True)
def few_epochs(monkeypatch):
    """Keep trainings short: what is looked at here is the search."""
    made = Candidate.options

    def few(self):
        linear = self.architecture == "linear"
        return {**made(self), **({"epochs": 30} if linear else {"epochs": 3, "ensemble": 1})}

    monkeypatch.setattr(Candidate, "options", few)


def table(rows=90, seed=1):
    rng = np.random.default_rng(seed)
    x, codes = rng.normal(size=(rows, 2)), rng.integers(0, 3, (rows, 1))
    return x, codes, x[:, 0] - x[:, 1] + (codes[:, 0] == 1), rng


def searched(y, x=None, codes=None, **options):
    set_random_seed(3)
    model = AutoModel(**{"time": 100, "candidates": 3, "backend": "torch", **options})
    model.fit(x, codes, [3] if codes is not None else [], y, verbose=0)
    return model


@pytest.fixture(scope="module")
def numbers():
    return table()


def test_numbers_on_each_engine_and_in_a_file(numbers, backend, tmp_path):
    x, codes, y, _ = numbers
    # TensorFlow traces each network, which takes a second.
    count = 1 if backend == "tensorflow" else 2
    model = searched(y, x, codes, candidates=count, backend=backend)
    assert model.family_name == "gaussian" and len(model.trials) == count
    assert sum(weight for weight, _ in model.parts) == pytest.approx(1.0)
    predicted = model.predict(x, codes)
    assert predicted.shape == (90, 1)
    # Networks that have not seen a row make the combination that has not.
    each = model.predict_members(x, codes)
    unseen = each[np.arange(90), 0, model.held_out_members()]
    np.testing.assert_allclose(unseen, model.held_out()[:, 0], atol=1e-4)
    path = str(tmp_path / "model.rdeep")
    model.annotations = {"nobs": 90}
    model.save(path)
    again = load_auto(path, backend="numpy")
    np.testing.assert_allclose(again.predict(x, codes), predicted, atol=1e-4)
    assert again.trials_data == model.trials_data
    assert again.performance == model.performance
    assert again.annotations == {"nobs": 90}


def test_the_default_is_that_of_tabular(numbers):
    x, codes, y, _ = numbers
    model = searched(y, x, codes, candidates=2)
    set_random_seed(3)
    default = Tabular("gaussian", epochs=3, ensemble=1, backend="torch")
    default.prepare(x, codes, [3], y)
    np.testing.assert_array_equal(model.held_out_members(), default.held_out_members())


def test_searches_are_repeatable(numbers):
    x, codes, y, _ = numbers
    first, second = (searched(y, x, codes, candidates=4, architectures=["mlp"]) for _ in (1, 2))
    np.testing.assert_array_equal(first.predict(x, codes), second.predict(x, codes))
    assert [t.settings for t in first.trials] == [t.settings for t in second.trials]
    assert len({t.settings for t in first.trials}) == 4


def test_classes(numbers):
    x, _, eta, _ = numbers
    model = searched(np.where(eta > 0, "yes", "no"), x)
    assert (model.family_name, model.levels) == ("binomial", ["no", "yes"])
    assert 0.5 < model.performance["accuracy"] <= 1
    link = model.predict(x, kind="link")
    np.testing.assert_allclose(1 / (1 + np.exp(-link)), model.predict(x), atol=1e-9)
    asked = as_predictor(model)
    assert (asked.type, asked.levels) == ("class", ("no", "yes"))
    np.testing.assert_allclose(asked.predict(x)[:, 1:], model.predict(x))
    three = searched(np.array(["a", "b", "c"])[np.digitize(eta, [-1, 1])], x, candidates=2)
    np.testing.assert_allclose(three.predict(x).sum(axis=1), 1.0, atol=1e-6)
    assert three.leaderboard()[0]["loss"] <= three.leaderboard()[1]["loss"]


def test_counts_have_the_family_that_held_out_rows_say(numbers):
    x, _, eta, _ = numbers
    rng = np.random.default_rng(5)
    counts = rng.poisson(np.exp(eta)).astype(float)
    model = searched(counts, x, candidates=4)
    names = [score["family"] for score in model.family_scores]
    assert set(names) == {"gaussian", "poisson", "negative_binomial"} and names[2] == "gaussian"
    assert model.family_name == names[0]
    others = [t for t in model.trials if t.family != model.family_name]
    assert len(others) == 2 and {t.status for t in others} == {"other family"}
    assert (model.predict(x) > 0).all()
    # Without zeros, or with fractions, nobody asks.
    assert searched(counts + 1, x, candidates=1).family_name == "gaussian"
    assert searched(counts, x, candidates=1, family="poisson").family_scores == []


def test_weights_of_rows_count(numbers):
    x, _, y, _ = numbers
    set_random_seed(1)
    model = AutoModel(time=100, candidates=1, backend="torch")
    weights = np.where(np.arange(90) < 45, 1.0, 0.0)
    model.fit(x, y=np.where(weights > 0, y, y + 100.0), weights=weights, verbose=0)
    assert model.performance["loss"] < 10


def test_data_frames_and_missing_values(numbers):
    x, codes, y, _ = numbers
    frame = {
        "a": np.where(np.arange(90) % 9, x[:, 0], np.nan),
        "f": np.array(list("uvw"))[codes[:, 0]],
    }
    set_random_seed(1)
    model = AutoModel(time=100, candidates=2, impute=True, backend="torch")
    model.fit(frame, y=y, verbose=0)
    new = {"f": np.array(["u", None, "other"], object), "a": np.array([0.0, np.nan, 1.0])}
    assert np.isfinite(model.predict(new)).all()
    with pytest.raises(DataError, match="no column 'a'"):
        model.predict({"f": new["f"]})


def test_time_is_kept_and_what_there_is_comes_back(numbers, monkeypatch):
    x, codes, y, _ = numbers
    monkeypatch.undo()
    begun = time.perf_counter()
    model = AutoModel(time=0.4, backend="torch")
    with pytest.warns(RdeepWarning, match="too short.*'linear'.*Raise 'time'"):
        model.fit(np.tile(x, (10, 1)), np.tile(codes, (10, 1)), [3], np.tile(y, 10), verbose=0)
    assert time.perf_counter() - begun < 3
    assert np.isfinite(model.predict(x, codes)).all()


def test_an_interrupt_leaves_what_there_is(numbers, monkeypatch):
    x, codes, y, _ = numbers
    done = []

    def interrupted():
        done.append(1)
        if len(done) == 3:
            raise KeyboardInterrupt

    model = AutoModel(time=100, backend="torch")
    monkeypatch.setattr(searching, "_LOOK_SECONDS", 100.0)
    monkeypatch.setattr(searching.interrupts, "check", interrupted)
    with pytest.raises(KeyboardInterrupt):
        model.fit(x, codes, [3], y, verbose=0)
    assert 1 <= len(model.trials) <= 2
    assert np.isfinite(model.predict(x, codes)).all()


def test_one_failure_is_noted_and_all_are_an_error(numbers, monkeypatch):
    x, codes, y, _ = numbers
    whole = Tabular.session

    def broken(self, member, listen=()):
        if self.given["architecture"] == "tabm":
            raise DataError("no luck")
        return whole(self, member, listen)

    monkeypatch.setattr(Tabular, "session", broken)
    model = searched(y, x, codes)
    assert [t.status for t in model.trials] == ["trained", "failed", "trained"]
    assert model.trials[1].message == "no luck"
    with pytest.raises(StateError, match="All 2 candidates failed; the first, 'tabm', by: no luck"):
        searched(y, x, codes, architectures=["tabm"], candidates=2)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"time": 0}, "'time' must be a number of seconds above 0, not 0"),
        ({"time": -5}, "'time' must be"),
        ({"time": float("nan")}, "'time' must be"),
        ({"time": "long"}, "'time' must be"),
        ({"candidates": 0}, "'candidates'"),
        ({"family": "cox"}, "does not fit the family 'cox'"),
        ({"family": "normal"}, "'family' must be one of"),
        ({"architectures": ["forest"]}, "'architectures' must be among"),
        ({"architectures": []}, "'architectures' is empty"),
    ],
)
def test_arguments_are_looked_at_at_once(options, message):
    with pytest.raises(ArgumentError, match=message):
        AutoModel(**options)


def test_outcomes_that_cannot_be_used(numbers):
    x = numbers[0]
    for y, message in (
        (None, "'y' is missing"),
        (np.array(["a"] * 90), "one class only, 'a'"),
        (np.array(["a", None] * 45, object), "missing values, the first in row 2"),
        (np.ones(90), "nothing to learn"),
        (np.ones(4), "90 rows and 'y' has 4"),
    ):
        with pytest.raises(DataError, match=message):
            AutoModel(backend="torch").fit(x, y=y, verbose=0)
    with pytest.raises(StateError, match="not fitted yet"):
        AutoModel().predict(x)


def test_ten_rows_are_enough():
    x, _, y, _ = table(10)
    model = searched(y, x, candidates=2)
    assert np.isfinite(model.predict(x)).all()


def test_files_of_other_kinds(numbers, tmp_path):
    x, codes, y, _ = numbers
    model = searched(y, x, codes, candidates=1)
    path = str(tmp_path / "model.rdeep")
    model.save(path)
    with pytest.raises(FileError, match="load_auto"):
        load_model(path)
    with pytest.raises(FileError, match="keras"):
        model.save(str(tmp_path / "model.keras"))


def test_neighbours_differ_and_can_be_used():
    generator = np.random.default_rng(1)
    for candidate in portfolio(("tabm", "mlp", "resnet", "ft_transformer"), 500, 5):
        near = neighbour(candidate, 500, generator)
        assert near.settings != candidate.settings and near.architecture == candidate.architecture
        Tabular("gaussian", **near.options())
