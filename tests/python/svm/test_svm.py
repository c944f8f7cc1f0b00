"""Support vector machines: their optimum, what they predict, their files, and bad input."""

import warnings

import numpy as np
import pytest

from rdeep import load_ready
from rdeep.errors import ArgumentError, DataError, FileError, RdeepWarning, StateError
from rdeep.seeds import set_random_seed
from rdeep.svm import SVMModel, fitting
from rdeep.svm.calibration import platt, probabilities
from rdeep.svm.kernels import Landmarks, Waves
from rdeep.svm.solver import Terms, best_bias, solve


def moons(count=120, seed=1):
    rng = np.random.default_rng(seed)
    angle, y = rng.uniform(0, np.pi, count), rng.integers(0, 2, count)
    x = np.where(y == 1, np.cos(angle), 1 - np.cos(angle))
    z = np.where(y == 1, np.sin(angle), 0.5 - np.sin(angle))
    return np.column_stack([x, z]) + rng.normal(size=(count, 2)) * 0.15, y


def three(count=150, seed=1):
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 3, count)
    centres = np.array([[0.0, 0.0], [3.0, 0.0], [0.0, 3.0]])
    return centres[y] + rng.normal(size=(count, 2)), np.array(["a", "b", "c"])[y]


# The solver -------------------------------------------------------------------------------------


@pytest.mark.parametrize("cost", [0.01, 1.0, 1000.0])
@pytest.mark.parametrize("shape", [(150, 6), (40, 90)])
@pytest.mark.parametrize("squared", [False, True])
def test_the_optimum_is_reached_and_known_to_be(cost, shape, squared):
    rng = np.random.default_rng(3)
    x = rng.normal(size=shape)
    y = np.where(x[:, 0] + rng.normal(size=shape[0]) > 0, 1.0, -1.0)
    costs = cost * rng.uniform(0.5, 2.0, shape[0])
    found = solve(x, Terms(y, np.ones(len(y)), costs, squared), 1e-7)
    assert 0 <= found.gap < 1e-6
    assert len(found.trace) < 50

    def objective(w, b):
        above = np.maximum(0.0, 1.0 - y * (x @ w + b))
        return 0.5 * w @ w + costs @ (above**2 if squared else above)

    assert objective(found.weights, found.bias) == pytest.approx(found.objective, rel=1e-9)
    for _ in range(20):
        step = rng.normal(size=shape[1] + 1) * 1e-2
        near = objective(found.weights + step[:-1], found.bias + step[-1])
        assert near >= found.objective * (1 - 1e-6)


def test_classes_equal_those_of_libsvm():
    svm = pytest.importorskip("sklearn.svm")
    x, y = moons(200)
    model = SVMModel(cost=2.0, gamma=0.7, scale=False, folds=0).fit(x, y)
    peer = svm.SVC(C=2.0, gamma=0.7, tol=1e-8).fit(x, y)
    np.testing.assert_allclose(
        model.predict(x, "decision")[:, 0], peer.decision_function(x), atol=1e-3
    )
    assert model.about()["support"] == [int(peer.n_support_.sum())]
    cubic = SVMModel(kernel="polynomial", gamma=0.5, coef0=1.0, scale=False, folds=0).fit(x, y)
    peer = svm.SVC(kernel="poly", gamma=0.5, coef0=1.0, tol=1e-8).fit(x, y)
    np.testing.assert_allclose(
        cubic.predict(x, "decision")[:, 0], peer.decision_function(x), atol=2e-3
    )


def test_several_classes_vote_as_those_of_libsvm():
    svm = pytest.importorskip("sklearn.svm")
    x, y = three()
    model = SVMModel(gamma=0.5, scale=False).fit(x, y)
    peer = svm.SVC(gamma=0.5, tol=1e-8, decision_function_shape="ovo").fit(x, y)
    np.testing.assert_allclose(-model.predict(x, "decision"), peer.decision_function(x), atol=1e-3)
    np.testing.assert_array_equal(model.predict(x, "class"), peer.predict(x))
    assert model.about()["held"] == len(peer.support_)
    assert model.about()["response"] == ["b/a", "c/a", "c/b"]
    prob = model.predict(x)
    assert (prob.argmax(axis=1) == np.searchsorted(["a", "b", "c"], peer.predict(x))).mean() > 0.95


def test_numbers_equal_those_of_libsvm():
    svm = pytest.importorskip("sklearn.svm")
    x, _ = moons(150)
    y = np.sin(x[:, 0]) + 0.1 * x[:, 1]
    model = SVMModel(gamma=0.7, scale=False, folds=0, epsilon=0.05).fit(x, y)
    peer = svm.SVR(gamma=0.7, epsilon=0.05, tol=1e-8).fit(x, y)
    np.testing.assert_allclose(model.predict(x), peer.predict(x), atol=1e-3)


def test_the_bias_is_the_best_of_given_scores():
    scores, sign = np.array([0.0, 1.0, 5.0]), np.array([-1.0, 1.0, 1.0])
    terms = Terms(sign, np.ones(3), np.array([1.0, 1.0, 1.0]))
    tried = np.linspace(-6, 6, 1201)
    least = min(terms.loss(scores + b) for b in tried)
    assert terms.loss(scores + best_bias(terms, scores, 0.0)) == pytest.approx(least, abs=1e-9)


def test_features_make_the_kernel():
    rng = np.random.default_rng(1)
    x = rng.normal(size=(60, 5))
    apart = ((x[:, None] - x) ** 2).sum(-1)
    waves = Waves.drawn(5, 0.2, 4000, rng)
    np.testing.assert_allclose(
        waves.features(x) @ waves.features(x).T, np.exp(-0.2 * apart), atol=0.1
    )
    exact = Landmarks(x, "rbf", 0.2, 0.0, 3)
    np.testing.assert_allclose(
        exact.features(x) @ exact.features(x).T, np.exp(-0.2 * apart), atol=1e-6
    )


def test_probabilities_of_decisions_are_platts():
    rng = np.random.default_rng(1)
    decision = rng.normal(size=4000)
    positive = rng.uniform(size=4000) < 1 / (1 + np.exp(-(2 * decision + 0.5)))
    slope, shift = platt(decision, positive, np.ones(4000))
    assert slope == pytest.approx(2.0, abs=0.25) and shift == pytest.approx(0.5, abs=0.15)
    against = platt(-decision, positive, np.ones(4000))
    assert against[0] == 0.0
    found = probabilities(np.array([[1.0], [-1.0]]), np.array([[2.0, 0.5]]), 2)
    np.testing.assert_allclose(found.sum(axis=1), 1.0)


# Machines ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "settings",
    [{"kernel": "linear"}, {}, {"map": "fourier", "features": 200}, {"kernel": "polynomial"}],
    ids=lambda given: "-".join(map(str, given.values())) or "rbf",
)
def test_both_engines_and_files_say_the_same(settings, tmp_path):
    x, y = three()
    found = {}
    for engine in ("torch", "tensorflow"):
        set_random_seed(2)
        found[engine] = SVMModel(backend=engine, **settings).fit(x, y)
    first, path = found["torch"], str(tmp_path / "svm.rdeep")
    expected, prob = first.predict(x, "decision"), first.predict(x)
    np.testing.assert_allclose(prob.sum(axis=1), 1.0)
    assert first.scores == found["tensorflow"].scores and first.scores["accuracy"] > 0.8
    np.testing.assert_allclose(found["tensorflow"].predict(x, "decision"), expected, atol=1e-4)
    first.save(path)
    again = load_ready(path, "numpy")
    np.testing.assert_allclose(again.predict(x), prob, atol=1e-4)
    assert again.about() == first.about()
    network = again.as_network()
    np.testing.assert_allclose(network.predict(again.columns_of(x)), expected, atol=1e-3)
    assert (first.predict(x, "class") == y).mean() > 0.8


def test_numbers_are_predicted_on_their_own_scale():
    x, _ = moons()
    y = 1000 + 50 * x[:, 0]
    model = SVMModel(kernel="linear", epsilon=0.001, cost=100).fit(x, y)
    np.testing.assert_allclose(model.predict(x), y, atol=1.0)
    assert model.scores["r_squared"] > 0.99
    np.testing.assert_allclose(model.coefficients()[:, 0], [1000, 50, 0], atol=1.0)
    assert (
        SVMModel(kernel="linear", scale=False, folds=0).fit(x, y - 0.5).learned.outcome.spread == 1
    )


def test_weights_count_as_rows_do():
    x, y = moons(60)
    weights = np.ones(60)
    weights[:10], weights[10:20] = 2.0, 0.0
    rows = np.r_[np.arange(10), np.arange(10), np.arange(20, 60)]
    one = SVMModel(folds=0, scale=False, gamma=1.0).fit(x, y, weights=weights)
    other = SVMModel(folds=0, scale=False, gamma=1.0).fit(x[rows], y[rows])
    np.testing.assert_allclose(one.predict(x, "decision"), other.predict(x, "decision"), atol=1e-3)
    rare = np.where(np.arange(120) < 110, 0, 1)
    far, _ = moons()
    plain = SVMModel(folds=0, kernel="linear").fit(far, rare)
    fair = SVMModel(folds=0, kernel="linear").fit(far, rare, class_weights="balanced")
    said = [(each.predict(far, "class") == "1").mean() for each in (plain, fair)]
    assert said[0] < said[1]


def test_data_frames_keep_their_columns_and_levels(tmp_path):
    x, y = moons()
    kind = np.array(["u", "v"], object)[y]
    frame = {"a": x[:, 0], "kind": kind, "b": x[:, 1]}
    model = SVMModel(kernel="linear", folds=0).fit(frame, y)
    assert model.column_names == ["a", "b", "kindu", "kindv"]
    turned = {name: frame[name] for name in ("kind", "b", "a")}
    np.testing.assert_array_equal(model.predict(turned, "class"), model.predict(frame, "class"))
    model.save(str(tmp_path / "a.rdeep"))
    assert load_ready(str(tmp_path / "a.rdeep")).column_names == model.column_names
    with pytest.raises(DataError, match="'kind' has 'w', which the model was not fitted to"):
        model.predict({**frame, "kind": np.where(y == 1, "w", "u")}, "class")
    with pytest.raises(DataError, match="no column 'b'"):
        model.predict({"a": x[:, 0], "kind": kind}, "class")


def test_missing_values_are_filled_in_where_that_is_asked_for():
    x, y = moons()
    x[::7, 0] = np.nan
    with pytest.raises(DataError, match="18 missing values, the first in row 1"):
        SVMModel().fit(x, y)
    model = SVMModel(impute=True).fit(x, y)
    assert model.column_names == ["x1", "x2", "x1_missing"]
    assert np.isfinite(model.predict(x)).all()


def test_what_cannot_be_fitted_is_said():
    x, y = moons()
    for wrong, said in [({"cost": 0}, "cost"), ({"cost": -1.0}, "cost"), ({"folds": 1}, "folds")]:
        with pytest.raises(ArgumentError, match=f"'{said}' must be"):
            SVMModel(**wrong)
    for wrong, said in [
        ({"gamma": "mean"}, "'gamma' must be a number above 0 or 'median'"),
        ({"kernel": "linear", "map": "fourier"}, "no waves make the kernel 'linear'"),
        ({"epochs": 3}, "no argument 'epochs'"),
    ]:
        with pytest.raises(ArgumentError, match=said):
            SVMModel(**wrong)
    model = SVMModel(folds=0)
    with pytest.raises(StateError, match="not fitted"):
        model.predict(x)
    for data, outcome, said in [
        (x, ["a"] * 120, "one class only, 'a'"),
        (x, y[:9], "'x' has 120 rows, but 'y' has 9"),
        (x, [None, *y[1:]], "1 missing value, the first in row 1"),
        (np.ones((120, 2)), y, "No column of 'x' varies"),
        (np.where(x > 2, np.inf, x), y, "infinite values"),
        (x[:, 0], y, "must have rows and columns"),
        (x.astype(str).astype(object) + "a", y, "no numbers"),
    ]:
        with pytest.raises(DataError, match=said):
            model.fit(data, outcome)
    with pytest.raises(DataError, match="'weights' must have a finite number from 0"):
        model.fit(x, y, weights=-np.ones(120))
    with pytest.raises(DataError, match="All rows of '1' have weight zero"):
        model.fit(x, y, weights=1 - y)
    with pytest.raises(ArgumentError, match="'class_weights' must be 'balanced'"):
        model.fit(x, y, class_weights={"0": 1})
    model.fit(x, y)
    with pytest.raises(DataError, match="3 columns; the model was fitted to 2"):
        model.predict(np.ones((2, 3)), "class")
    with pytest.raises(ArgumentError, match="gives no probabilities"):
        model.predict(x)
    with pytest.raises(ArgumentError, match="'type' must be"):
        model.predict(x, "prob")
    with pytest.raises(ArgumentError, match="has no coefficients"):
        model.coefficients()


def test_a_constant_column_is_left_out_and_said():
    x, y = moons()
    x = np.column_stack([x, np.ones(120)])
    with pytest.warns(RdeepWarning, match="one value only and is not used: 'column 3'"):
        model = SVMModel(folds=0).fit(x, y)
    other = x + np.array([0.0, 0.0, 5.0])
    np.testing.assert_array_equal(model.predict(x, "decision"), model.predict(other, "decision"))


def test_an_optimum_that_is_not_reached_is_said(monkeypatch):
    monkeypatch.setattr("rdeep.svm.solver._STEPS", 2)
    x, y = moons()
    with pytest.warns(RdeepWarning, match="The optimum was not reached"):
        SVMModel(folds=0).fit(x, y)


def test_few_rows_and_more_columns_than_rows():
    rng = np.random.default_rng(1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        wide = SVMModel(kernel="linear").fit(rng.normal(size=(20, 200)), ["a", "b"] * 10)
        assert wide.predict(rng.normal(size=(1, 200))).shape == (1, 2)
        two = SVMModel().fit([[0.0], [1.0]], ["a", "b"])
        assert two.predict([[0.1], [0.9]], "class").tolist() == ["a", "b"]


def test_an_interrupt_leaves_the_model_as_it_was(monkeypatch):
    x, y = moons()
    model = SVMModel(folds=0).fit(x, y)
    before = model.predict(x, "decision")

    def interrupted():
        raise KeyboardInterrupt

    monkeypatch.setattr(fitting.interrupts, "check", interrupted)
    with pytest.raises(KeyboardInterrupt):
        model.fit(-x, y)
    monkeypatch.undo()
    np.testing.assert_array_equal(model.predict(x, "decision"), before)


def test_a_damaged_file_is_refused(tmp_path):
    x, y = moons()
    model = SVMModel(folds=0).fit(x, y)
    for name, wrong in [
        ("centre", np.zeros(3)),
        ("spread", np.zeros(2)),
        ("kept", np.array([0, 9])),
        ("functions", np.zeros((2, 4))),
        ("platt", np.zeros((3, 2))),
    ]:
        model.arrays, kept = {**model.arrays, name: wrong}, model.arrays
        path = str(tmp_path / f"{name}.rdeep")
        model.save(path)
        model.arrays = kept
        with pytest.raises(FileError):
            load_ready(path)
