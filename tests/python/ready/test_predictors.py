"""Any model asked for what all give: probabilities of classes, or numbers."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression, Ridge

from rdeep import Sequential, layers
from rdeep.errors import ArgumentError, DataError, StateError
from rdeep.predictors import Predictor, as_predictor, row_losses
from rdeep.tabular import Tabular
from rdeep.text import TextModel

X = np.random.default_rng(1).normal(size=(20, 3)).astype(np.float32)


def network(units, activation=None, loss=None, backend="torch"):
    model = Sequential([layers.Input((3,)), layers.Dense(units, activation)], backend=backend)
    if loss is not None:
        model.compile(loss=loss)
    return model


@pytest.mark.parametrize("backend", ["torch", "tensorflow"])
@pytest.mark.parametrize(
    ("units", "activation", "loss", "type", "classes"),
    [
        (3, "softmax", None, "class", 3),
        (1, "sigmoid", "binary_crossentropy", "class", 2),
        (1, None, "mse", "number", None),
        (2, None, "mse", "number", 2),
    ],
)
def test_networks_say_what_they_predict(backend, units, activation, loss, type, classes):
    model = network(units, activation, loss, backend)
    found = as_predictor(model)
    predicted = found.predict(X)
    assert found.type == type
    assert predicted.shape == ((20,) if classes is None else (20, classes))
    if type == "class":
        np.testing.assert_allclose(predicted.sum(axis=1), 1, atol=1e-6)
        np.testing.assert_allclose(predicted[:, -1], model.predict(X)[:, -1], atol=1e-6)


def test_logits_become_probabilities():
    from rdeep.losses import BinaryCrossentropy, SparseCategoricalCrossentropy

    of_three = network(3, None, SparseCategoricalCrossentropy(from_logits=True))
    logits = of_three.predict(X).astype(np.float64)
    wanted = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(as_predictor(of_three).predict(X), wanted, rtol=1e-6)
    of_two = network(1, None, BinaryCrossentropy(from_logits=True))
    wanted = 1 / (1 + np.exp(-of_two.predict(X)[:, 0].astype(np.float64)))
    np.testing.assert_allclose(as_predictor(of_two).predict(X)[:, 1], wanted, rtol=1e-6)


def test_ready_made_models_of_tables_and_texts():
    y = np.arange(20) % 2
    table = Tabular("binomial", hidden_units=[], epochs=5)
    table.fit(X, y=y, verbose=0)
    assert as_predictor(table).predict(X).shape == (20, 2)
    numbers = Tabular("gaussian", hidden_units=[], epochs=5)
    numbers.fit(X, y=X[:, 0], verbose=0)
    assert as_predictor(numbers).type == "number"
    texts = ["good work", "bad work"] * 10
    model = TextModel(epochs=1)
    model.fit(texts, ["yes", "no"] * 10, verbose=0)
    found = as_predictor(model)
    assert found.levels == ("no", "yes")
    np.testing.assert_array_equal(found.encode(["yes", "no"], 2), [1, 0])
    assert found.predict(texts[:3]).shape == (3, 2)


def test_models_of_others_and_functions():
    y = np.array(["a", "b"] * 10)
    found = as_predictor(LogisticRegression().fit(X, y))
    assert (found.type, found.levels) == ("class", ("a", "b"))
    assert as_predictor(Ridge().fit(X, X[:, 0])).predict(X).shape == (20,)
    assert as_predictor(lambda x: np.full((len(x), 2), 0.5), sample=X).type == "class"
    assert as_predictor(found) is found
    assert isinstance(found, Predictor)


def test_losses_by_hand():
    losses = row_losses("class", np.array([1, 0]), np.array([[0.2, 0.8], [0.25, 0.75]]))
    np.testing.assert_allclose(losses, [-np.log(0.8), -np.log(0.25)])
    np.testing.assert_allclose(row_losses("number", np.array([1.0]), np.array([3.0])), [4.0])
    several = row_losses("number", np.array([[1.0, 2.0]]), np.array([[3.0, 2.0]]))
    np.testing.assert_allclose(several, [2.0])


def test_what_predicts_no_outcome_is_refused():
    with pytest.raises(StateError, match="no weights yet"):
        as_predictor(Sequential([layers.Dense(2)]))
    with pytest.raises(ArgumentError, match="do not exclude each other"):
        as_predictor(network(3, "sigmoid"))
    survival = Tabular("cox", hidden_units=[])
    with pytest.raises(ArgumentError, match="neither a class nor a mean"):
        as_predictor(survival)
    with pytest.raises(ArgumentError, match="only data shows"):
        as_predictor(lambda x: x)
    with pytest.raises(ArgumentError, match="'teacher' must be a fitted model"):
        as_predictor(3, argument="teacher")


def test_outcomes_that_do_not_fit_are_refused():
    of_three = as_predictor(network(3, "softmax"))
    np.testing.assert_array_equal(of_three.encode(np.eye(3), 3), [0, 1, 2])
    with pytest.raises(DataError, match="the class 3"):
        of_three.encode([0, 3], 3)
    with pytest.raises(DataError, match="numbers of classes"):
        of_three.encode(["a", "b"], 3)
    with pytest.raises(DataError, match="must be numbers"):
        as_predictor(network(1)).encode(["a"], 1)
