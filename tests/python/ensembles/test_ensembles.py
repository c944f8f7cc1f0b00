"""Ensembles of fitted models: predictions, weights, files, refusals."""

import numpy as np
import pytest

import rdeep
from rdeep import Sequential
from rdeep.ensembles import Ensemble, deep_ensemble, load_ensemble, snapshot_ensemble
from rdeep.errors import ArgumentError, DataError, FileError, RdeepWarning, StateError
from rdeep.layers import Dense
from rdeep.tabular import Tabular


def blobs(rows=240, seed=1):
    """Return points of three overlapping classes."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 3, rows)
    return rng.normal(size=(rows, 2)) + 1.5 * np.eye(3)[y][:, :2], y


def network(backend, units=8, x=None, y=None, epochs=15):
    """Return a network that tells classes apart, fitted where there is data."""
    model = Sequential(
        [Dense(units, activation="relu"), Dense(3, activation="softmax")],
        input_shape=(2,),
        backend=backend,
    )
    model.compile(rdeep.optimizers.Adam(0.02), "sparse_categorical_crossentropy")
    if x is not None:
        model.fit(x, y, epochs=epochs, verbose=0)
    return model


class Fixed:
    """An estimator of scikit-learn's interface that has its classes in an order of its own."""

    def __init__(self, classes, prob):
        self.classes_, self.prob = classes, np.asarray(prob)

    def predict(self, x):
        """Not asked for."""

    def predict_proba(self, x):
        """Return the same for each row."""
        return np.tile(self.prob, (len(x), 1))


def test_members_of_both_engines_and_a_table_are_averaged_weighed_and_kept(tmp_path):
    rdeep.set_random_seed(1)
    x, y = blobs(900)
    held, test = slice(300, 600), slice(600, 900)
    table = Tabular("multinomial", hidden_units=[], classes=3, backend="torch", epochs=200)
    table.fit(x[:300], y=y[:300], verbose=0)
    members = {
        "torch": network("torch", x=x[:300], y=y[:300]),
        "tensorflow": network("tensorflow", x=x[:300], y=y[:300]),
        "table": table,
    }
    ensemble = Ensemble(members)
    each = ensemble.predict_members(x[test])
    assert each.shape == (3, 300, 3)
    assert np.allclose(ensemble.predict(x[test]), each.mean(axis=0))
    assert np.allclose(each[0], members["torch"].predict(x[test]), atol=1e-6)

    for method in ("greedy", "stack", "weights"):
        ensemble.fit(x[held], y[held], method)
        found = ensemble.combination
        assert found.method == method and found.rows == 300 and len(found.losses) == 3
        losses = ensemble.evaluate(x[test], y[test])
        assert losses["ensemble"] < max(losses.values())
    assert sum(ensemble.weights.values()) == pytest.approx(1)

    path = str(tmp_path / "ensemble.rdeep")
    ensemble.annotations = {"ready": {"call": "ensemble(a)", "facts": {}}}
    ensemble.save(path)
    again = load_ensemble(path)
    assert [m.backend for m in again.members] == ["torch", "tensorflow", "torch"]
    assert np.allclose(again.predict(x[test]), ensemble.predict(x[test]), atol=1e-6)
    other = load_ensemble(path, backend="numpy")
    assert np.allclose(other.predict(x[test]), ensemble.predict(x[test]), atol=1e-5)
    with pytest.raises(FileError, match="load_ensemble"):
        rdeep.load_model(path)

    both = Ensemble([ensemble, members["torch"]])
    both.predict(x[:2])
    both.save(str(tmp_path / "both.rdeep"))
    assert np.allclose(load_ensemble(str(tmp_path / "both.rdeep")).predict(x), both.predict(x))


def test_classes_are_matched_by_name():
    a, b = Fixed(["no", "yes"], [0.9, 0.1]), Fixed(["yes", "no"], [0.3, 0.7])
    ensemble, x = Ensemble({"a": a, "b": b}), np.zeros((2, 1))
    assert np.allclose(ensemble.predict(x), [[0.8, 0.2]] * 2)
    assert list(ensemble.predict_classes(x)) == ["no", "no"]
    ensemble.fit(x, ["no", "yes"])
    assert ensemble.combination.levels == ("no", "yes")
    with pytest.raises(ArgumentError, match=r"'a' and 'c' were fitted to other classes"):
        Ensemble({"a": a, "c": Fixed(["yes", "perhaps"], [0.5, 0.5])})


def test_uncertainty_of_numbers_comes_from_held_out_rows():
    x, y = np.zeros((100, 1)), np.tile([1.0, -1.0], 50)
    ensemble = Ensemble([lambda x: np.ones(len(x)), lambda x: -np.ones(len(x))], sample=x)
    assert np.isnan(ensemble.uncertainty(x).total).all()
    assert np.allclose(ensemble.uncertainty(x).epistemic, 1)
    ensemble.fit(x, y, "average")
    assert np.allclose(ensemble.uncertainty(x).aleatoric, 1)
    assert np.allclose(ensemble.uncertainty(x).total, 2)


def test_several_numbers():
    x = np.random.default_rng(1).normal(size=(50, 2))
    shift = np.array([0.0, 1.0])
    for method in ("weights", "stack"):
        ensemble = Ensemble([lambda x: x + shift, lambda x: x - 3 * shift], sample=x)
        ensemble.fit(x, x, method)
        assert np.allclose(ensemble.predict(x), x, atol=1e-2)
        assert ensemble.uncertainty(x).total.shape == (50, 2)


def test_seeds_and_snapshots():
    x, y = blobs(90)
    rdeep.set_random_seed(1)
    model = network("torch")
    deep = deep_ensemble(model, 3, x=x, y=y, epochs=3, verbose=0)
    rdeep.set_random_seed(1)
    again = deep_ensemble(network("torch"), 3, x=x, y=y, epochs=3, verbose=0)
    each = deep.predict_members(x)
    assert np.array_equal(each, again.predict_members(x))
    assert np.abs(each[0] - each[1]).max() > 1e-3
    seeded = deep_ensemble(lambda seed: network("torch", x=x, y=y, epochs=1), seeds=[1, 2])
    assert seeded.names == ("member_1", "member_2")

    rates = []
    follow = rdeep.callbacks.LambdaCallback(
        on_train_batch_end=lambda batch, logs: rates.append(model.learning_rate)
    )
    snapshots = snapshot_ensemble(
        model, x, y, cycles=3, epochs=2, last=2, callbacks=follow, batch_size=30, verbose=0
    )
    assert snapshots.names == ("cycle_2", "cycle_3")
    cycle = 0.02 * (1 + np.cos(np.pi * np.arange(6) / 6)) / 2
    assert np.allclose(rates[6:12], np.append(cycle[1:], 0.02), atol=1e-6) or np.allclose(
        rates[6:12], cycle, atol=1e-6
    )
    assert np.allclose(snapshots.members[1].predict(x), model.predict(x), atol=1e-6)
    assert model.learning_rate == pytest.approx(0.02)


def test_what_cannot_be_combined_is_refused():
    x = np.zeros((3, 1))
    one = lambda x: np.ones(len(x))  # noqa: E731
    with pytest.raises(ArgumentError, match="two members or more, not 1"):
        Ensemble([one], sample=x)
    with pytest.raises(ArgumentError, match="only data shows"):
        Ensemble([one, one])
    with pytest.raises(ArgumentError, match="'a' predicts numbers, and 'b' classes"):
        Ensemble({"a": one, "b": Fixed(["x", "y"], [0.5, 0.5])}, sample=x)
    with pytest.raises(ArgumentError, match="quantile"):
        fitted = Tabular("quantile", hidden_units=[], epochs=1, members=1, backend="torch")
        Ensemble([fitted, one], sample=x)
    both = Ensemble({"one": one, "short": lambda x: np.ones(len(x))}, sample=x)
    with pytest.raises(DataError, match="'y' has 2 values, and 'x' 3 rows"):
        both.fit(x, [1.0, 2.0])
    with pytest.raises(ArgumentError, match="'method' must be one of"):
        both.fit(x, [1.0, 2.0, 3.0], "mean")
    with pytest.raises(DataError, match="missing"):
        both.fit(x, [1.0, 2.0, np.nan])
    with pytest.raises(FileError, match="Member 'one'"):
        both.save("nowhere.rdeep")
    with pytest.raises(ArgumentError, match="'weights' has 3 values for 2"):
        Ensemble([one, one], weights=[1, 1, 1], sample=x)
    gaps = Ensemble({"one": one, "gaps": lambda x: np.where(x[:, 0] > 0, np.nan, 1.0)}, sample=x)
    y = np.array([[0.0], [1.0]])
    with pytest.raises(DataError, match="'gaps' predicts no number in 1 of 2 rows"):
        gaps.fit(y, [1.0, 2.0])
    with pytest.warns(RdeepWarning, match="predicts none either"):
        assert np.isnan(gaps.predict(y)).tolist() == [False, True]
    with pytest.raises(DataError, match="do not predict alike"):
        Ensemble([one, lambda x: np.ones(2)], sample=np.zeros((2, 1))).predict(x)
    with pytest.raises(StateError, match="not compiled"):
        deep_ensemble(Sequential([Dense(1)], input_shape=(1,)), x=x, y=x)
    with pytest.raises(ArgumentError, match="'seeds' must be different"):
        deep_ensemble(lambda: one, seeds=[1, 1])
