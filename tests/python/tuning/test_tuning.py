"""Searches: they find, end trials early, go on, and say what went wrong."""

from __future__ import annotations

import sqlite3
import subprocess
import sys

import numpy as np
import pytest

import rdeep
from rdeep import layers
from rdeep.errors import ArgumentError, DependencyError, FileError, RdeepWarning, StateError
from rdeep.training.watching import watchers
from rdeep.tuning import Choice, Real, Search, Space, Whole, deep_tune, tune

optuna = pytest.importorskip("optuna", reason="Optuna is not installed")

LINE = {"x": Real(-1, 1)}


def square(x):
    return (x - 0.5) ** 2


def data(rows=80):
    x = np.random.default_rng(0).normal(size=(rows, 3)).astype("float32")
    return x, x[:, :1] * 2 + x[:, 1:2] ** 2


def network(units, rate, backend="torch"):
    model = rdeep.Sequential([layers.Dense(units, "relu"), layers.Dense(1)], backend=backend)
    model.compile(rdeep.optimizers.Adam(rate), "mse", metrics=["mae"])
    return model


NETWORKS = {"units": Whole(2, 32, log=True), "rate": Real(1e-4, 1e-1, log=True)}


@pytest.mark.parametrize("sampler", ["tpe", "random", "grid"])
def test_a_search_finds_and_repeats(sampler):
    found = [Search(LINE, trials=9, sampler=sampler, seed=3, levels=9) for _ in range(2)]
    for search in found:
        while (trial := search.ask()) is not None:
            search.tell(trial, square(**trial.settings))
    one, other = ([(r["settings"], r["score"]) for r in each.rows()] for each in found)
    assert one == other
    assert found[0].best()["score"] < 0.05
    assert found[0].counts()["finished"] == 9


def test_scores_can_be_to_be_large():
    found = tune(lambda x: -square(x), LINE, direction="max", trials=12, verbose=0)
    assert found.score == max(row["score"] for row in found.rows)
    with pytest.raises(StateError, match="no model that predicts"):
        found.predict(1)


@pytest.mark.parametrize("backend_name", ["torch", "tensorflow"])
def test_networks_are_searched_pruned_and_refitted_to_all_rows(backend_name):
    x, y = data()
    trials = 8 if backend_name == "torch" else 2
    space = {**NETWORKS, "backend": Choice(backend_name)}
    rdeep.set_random_seed(1)
    found = tune(network, space, x, y, epochs=9, trials=trials, verbose=0)
    assert found.score == min(r["score"] for r in found.rows if r["state"] == "finished")
    assert found.predict(x).shape == (80, 1)
    assert len(found.model.history.epoch) == found.best["best_epochs"][-1]
    assert watchers() == []
    if backend_name == "torch":
        assert found.counts["pruned"] and {"units", "rate"} <= set(found.importance)
        assert all(row["epochs"] < 9 for row in found.rows if row["state"] == "pruned")
        assert "Best: units = " in repr(found)


def test_a_metric_says_which_way_and_what_it_is_not():
    x, y = data()
    found = tune(
        network, NETWORKS, x, y, metric="val_mae", pruner="median", trials=2, epochs=2, verbose=0
    )
    assert found.direction == "min"
    with pytest.raises(StateError, match="There is no log 'val_mse' to score trials by"):
        tune(network, NETWORKS, x, y, metric="val_mse", trials=1, epochs=1, verbose=0)
    with pytest.raises(ArgumentError, match="Nothing says whether 'val_other' is to be small"):
        tune(network, NETWORKS, x, y, metric="val_other", verbose=0)


def test_what_a_function_trains_itself_is_ended_early_too():
    x, y = data()

    def score(units, rate):
        model = network(units, rate)
        return model.fit(x, y, validation_split=0.2, epochs=9, verbose=0).history["val_loss"][-1]

    rdeep.set_random_seed(1)
    found = tune(score, NETWORKS, trials=8, verbose=0)
    assert found.counts["pruned"] and found.model is None


def test_a_tabular_model_begins_with_its_defaults_and_is_pruned_by_member():
    x, y = data()
    rdeep.set_random_seed(1)
    found = deep_tune(
        "tabular", x, y=y[:, 0], settings={"epochs": 4, "members": 3}, trials=5, verbose=0
    )
    first = found.rows[0]
    assert first["default"] and first["settings"]["hidden_units"] == [128, 128]
    assert found.default_score == first["score"] >= found.score
    assert len(found.model.models) == 3
    assert all(r["epochs"] < 12 for r in found.rows if r["state"] == "pruned")


def test_other_kinds_begin_with_defaults_that_nobody_knows():
    side = np.repeat([0, 1], 20)
    x = np.random.default_rng(1).uniform(size=(40, 8, 8)) + side[:, None, None]
    found = deep_tune(
        "image", x, side.astype(str).tolist(), settings={"epochs": 1}, trials=2, verbose=0
    )
    assert found.rows[0]["settings"] == {} and found.rows[1]["settings"]["dropout"] > 0
    assert len(found.model.predict(x)) == 40


# Going on ---------------------------------------------------------------------------------------


def test_an_interrupted_search_goes_on_as_if_it_had_not_been(tmp_path):
    path = str(tmp_path / "search.sqlite")
    calls = []

    def stopped(x):
        calls.append(x)
        if len(calls) == 5:
            raise KeyboardInterrupt
        return square(x)

    for kind, storage in (("whole", None), ("first", path), ("second", path)):
        rdeep.set_random_seed(2)
        function = stopped if kind == "first" else square
        found = tune(function, LINE, trials=8, storage=storage, verbose=0)
        if kind == "whole":
            whole = [row["settings"] for row in found.rows]
        if kind == "first":
            assert len(found.rows) == 4 and found.model is None
    assert [row["settings"] for row in found.rows][:4] == whole[:4]
    assert found.rows[4]["settings"] == {"x": calls[-1]} == whole[4]
    assert found.counts == {"finished": 8, "pruned": 0, "failed": 0, "running": 0}


def test_what_a_killed_process_left_is_begun_again(tmp_path):
    path = str(tmp_path / "search.sqlite")
    code = f"""
import os
from rdeep.tuning import Real, Search
search = Search({{"x": Real(-1, 1)}}, storage={path!r}, trials=4, seed=1)
search.tell(search.ask(), 1.0)
print(search.ask().settings["x"], flush=True)
os._exit(9)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    search = Search(LINE, storage=path, trials=4)
    assert search.resumed == 1 and search.seed == 1
    assert search.ask().settings["x"] == float(done.stdout)


@pytest.mark.parametrize(
    ("other", "differs"),
    [
        ({"space": {"x": Real(-1, 2)}}, "the space differs"),
        ({"about": {"the data": "b"}}, "the data differs"),
        ({"direction": "max"}, "the direction differs"),
    ],
)
def test_another_search_is_not_gone_on_with(tmp_path, other, differs):
    path = str(tmp_path / "search.sqlite")
    same = {"space": LINE, "about": {"the data": "a"}, "storage": path}
    Search(**same)
    Search(**same, name="another")
    with pytest.raises(StateError, match=differs):
        Search(**{**same, **other})


def test_a_file_that_is_none_is_refused(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("These are notes, and no search, and long enough not to be empty. " * 40)
    with pytest.raises(FileError, match="cannot be used as the storage of a search"):
        Search(LINE, storage=str(path))
    with pytest.raises(FileError, match="does not exist"):
        Search(LINE, storage=str(tmp_path / "no" / "search.sqlite"))
    assert path.read_text().startswith("These are notes")


def test_several_processes_share_a_search():
    found = tune(square, LINE, trials=6, workers=2, verbose=0)
    assert found.counts["finished"] == 6
    with pytest.raises(ArgumentError, match="cannot be sent to other processes"):
        tune(lambda x: x, LINE, workers=2)


def test_no_trial_is_begun_when_time_is_up():
    search = Search(LINE, timeout=0.0)
    assert search.ask() is None


# What goes wrong --------------------------------------------------------------------------------


def test_a_failed_trial_is_remembered_and_said():
    def some(x):
        if x > 0:
            raise ValueError("too large")
        return np.nan if x < -0.9 else x

    with pytest.warns(RdeepWarning, match="of 12 trials failed. The first one, with x = "):
        found = tune(some, LINE, trials=12, sampler="random", verbose=0)
    failed = [row for row in found.rows if row["state"] == "failed"]
    assert {row["score"] for row in failed} == {None}
    assert any(row["message"] == "ValueError: too large" for row in failed)


def test_a_search_in_which_every_trial_fails_shows_the_first_error():
    def wrong(x):
        raise ValueError("no such thing")

    with pytest.raises(StateError) as caught:
        tune(wrong, {"x": Choice("a")}, trials=2, verbose=0)
    assert str(caught.value) == (
        "Each of the 2 trials has failed. The first one, with x = 'a': ValueError: no such thing"
    )
    with pytest.raises(
        StateError,
        match=r"only trial has failed, with x = .*: The score is nan: training came to no number",
    ):
        tune(lambda x: np.nan, LINE, trials=1, verbose=0)
    with pytest.raises(StateError, match="a number that scores the settings, not 'text'"):
        tune(lambda x: "text", LINE, trials=1, verbose=0)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: tune(3, LINE), "'function' must be a function"),
        (lambda: tune(square, {"y": Real(0, 1)}), "The function has no hyperparameter 'y'"),
        (lambda: tune(network, {"units": Whole(1, 2)}), "The function needs 'rate'"),
        (
            lambda: tune(square, Space(a=Choice(1, 2), x=Real(0, 1, when={"a": 1}))),
            "no hyperparameter 'a'",
        ),
        (lambda: tune(square, LINE, trials=0), "'trials' must be"),
        (lambda: tune(square, LINE, sampler="best"), "'sampler' must be"),
        (lambda: tune(square, LINE, pruner="best"), "'pruner' must be"),
        (lambda: tune(square, LINE, start={"x": 3}), "The space has no 3 for 'x'"),
        (lambda: deep_tune("tabular", [1.0], space={"widt": Real(0, 1)}), "no hyperparameter"),
        (lambda: deep_tune("weather", [1.0]), "There is no kind of model 'weather'"),
    ],
)
def test_what_cannot_be_searched_is_refused_before_the_first_trial(call, message):
    with pytest.raises(ArgumentError, match=message):
        call()


def test_without_optuna_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "optuna", None)
    with pytest.raises(DependencyError, match="needs the Python package Optuna"):
        Search(LINE)


def test_the_file_is_an_ordinary_one_of_sqlite(tmp_path):
    path = str(tmp_path / "search.sqlite")
    tune(square, LINE, trials=2, storage=path, verbose=0)
    with sqlite3.connect(path) as connection:
        assert connection.execute("select count(*) from trials").fetchone() == (2,)


@pytest.mark.parametrize("level", [1, 2])
def test_a_line_says_how_it_goes(capsys, level):
    tune(square, LINE, trials=2, verbose=level)
    said = capsys.readouterr().out
    assert "Trial 2/2  best: " in said
    assert said.count("\r") == (2 if level == 1 else 0)
