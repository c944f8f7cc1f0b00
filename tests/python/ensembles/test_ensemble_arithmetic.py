"""Weights, selection, stacking and uncertainty, on arrays alone."""

import numpy as np
import pytest

from rdeep.ensembles import (
    average,
    fit_stack,
    greedy_weights,
    loss_weights,
    mean_loss,
    uncertainty_of_classes,
    uncertainty_of_numbers,
)


def softmax(scores):
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def members_of(type, members=4, rows=300, seed=1):
    """Return predictions of members, some better than others, and the truth."""
    rng = np.random.default_rng(seed)
    noise = np.linspace(1.0, 1.5, members)[:, None]
    if type == "number":
        y = rng.normal(size=rows)
        return y + noise * rng.normal(size=(members, rows)), y
    y = rng.integers(0, 3, rows)
    truth = 1.5 * np.eye(3)[y]
    return softmax(truth + noise[:, :, None] * rng.normal(size=(members, rows, 3))), y


@pytest.mark.parametrize("type", ["class", "number"])
def test_weights_are_the_best_on_the_simplex(type):
    predictions, y = members_of(type)
    weights = loss_weights(type, predictions, y)
    least = mean_loss(type, average(predictions, weights), y)
    assert weights.min() >= 0 and np.isclose(weights.sum(), 1)
    rng = np.random.default_rng(2)
    for other in rng.dirichlet(np.ones(4), 500):
        near = 0.99 * weights + 0.01 * other
        assert mean_loss(type, average(predictions, near), y) >= least - 1e-12
    # No better than the best member, and the average, on the rows that they were found by.
    assert least <= min(mean_loss(type, each, y) for each in predictions)
    assert least <= mean_loss(type, average(predictions), y)


@pytest.mark.parametrize("type", ["class", "number"])
def test_members_alike_share_their_weight(type):
    predictions, y = members_of(type, 2)
    weights = loss_weights(type, predictions[[0, 0, 1]], y)
    assert np.isclose(weights[0], weights[1], atol=1e-5)
    assert np.isclose(weights[2], loss_weights(type, predictions, y)[1], atol=1e-5)


def test_a_member_that_is_certain_and_wrong_has_no_weight():
    y = np.array([0, 1, 0, 1])
    wrong = np.eye(2)[1 - y]
    right = np.full((4, 2), 0.5)
    assert np.allclose(loss_weights("class", np.stack([wrong, right]), y), [0, 1])
    assert np.allclose(loss_weights("class", wrong[None], y), [1])


@pytest.mark.parametrize("type", ["class", "number"])
def test_greedy_selection_is_near_the_best(type):
    predictions, y = members_of(type)
    least = mean_loss(type, average(predictions, loss_weights(type, predictions, y)), y)
    for options in [{}, {"initial": 3}, {"bags": 10, "share": 0.75, "seed": 3}]:
        weights = greedy_weights(type, predictions, y, **options)
        assert np.isclose(weights.sum(), 1)
        found = mean_loss(type, average(predictions, weights), y)
        assert found < least * (1.01 if not options.get("bags") else 1.1)


def test_greedy_selection_by_hand():
    # 1, then 2 beside it gives exactly the truth; nothing later is better.
    y = np.array([1.0, 2.0, 3.0])
    predictions = np.stack([y + 1, y - 1, y + 5])
    assert np.allclose(greedy_weights("number", predictions, y, rounds=2), [0.5, 0.5, 0])


def test_stacking_undoes_what_members_have_wrong():
    y = np.random.default_rng(1).normal(size=100)
    stack = fit_stack("number", np.stack([3 * y + 2, 0 * y]), y)
    assert mean_loss("number", stack.predict(np.stack([3 * y + 2, 0 * y])), y) < 1e-3
    two = np.stack([y, -y], axis=1)
    stack = fit_stack("number", np.stack([2 * two, two * 0]), two)
    assert stack.weights.shape == (2, 2)
    assert mean_loss("number", stack.predict(np.stack([2 * two, two * 0])), two) < 1e-3


def test_stacking_sharpens_what_is_too_cautious():
    rng = np.random.default_rng(1)
    scores = rng.normal(size=(3000, 3)) * 2
    y = np.array([rng.choice(3, p=p) for p in softmax(scores)])
    cautious = np.stack([softmax(scores / 4)])
    stack = fit_stack("class", cautious, y)
    assert stack.weights[0] == pytest.approx(4, abs=0.4)
    truth = mean_loss("class", softmax(scores), y)
    assert mean_loss("class", stack.predict(cautious), y) == pytest.approx(truth, abs=0.01)


def test_stacking_of_two_classes_is_a_logistic_regression():
    linear_model = pytest.importorskip("sklearn.linear_model")
    predictions, y = members_of("class", 3)
    predictions = predictions[:, y < 2][:, :, :2]
    predictions = predictions / predictions.sum(axis=2, keepdims=True)
    y = y[y < 2]
    stack = fit_stack("class", predictions, y, penalties=[0.0])
    smooth = 1 / (len(y) + 1)
    prob = (1 - smooth) * predictions + smooth / 2
    logit = np.log(prob[:, :, 1] / prob[:, :, 0]).T
    known = linear_model.LogisticRegression(C=1e9, tol=1e-10).fit(logit, y)
    assert stack.penalty == 0
    assert np.allclose(stack.weights, known.coef_[0], atol=1e-3)
    assert np.allclose(stack.predict(predictions), known.predict_proba(logit), atol=1e-3)


def test_stacking_of_noise_is_the_average():
    rng = np.random.default_rng(1)
    predictions = softmax(rng.normal(size=(4, 60, 3)) * 0.1)
    stack = fit_stack("class", predictions, rng.integers(0, 3, 60))
    assert np.allclose(stack.weights, 0.25, atol=0.05)


def test_uncertainty_of_classes():
    sure, torn = [1.0, 0.0], [0.5, 0.5]
    members = np.array([[sure, torn, sure], [sure, torn, [0.0, 1.0]]])
    total, aleatoric, epistemic = uncertainty_of_classes(members)
    assert np.allclose(total, [0, np.log(2), np.log(2)])
    assert np.allclose(aleatoric, [0, np.log(2), 0])
    assert np.allclose(epistemic, [0, 0, np.log(2)])
    assert np.allclose(uncertainty_of_classes(members, np.array([1.0, 0.0])).epistemic, 0)


def test_uncertainty_of_numbers():
    members = np.array([[1.0, 2.0], [3.0, 2.0]])
    found = uncertainty_of_numbers(members, variances=np.array([[1.0, 1.0], [3.0, 1.0]]))
    assert np.allclose(found.epistemic, [1, 0]) and np.allclose(found.aleatoric, [2, 1])
    assert np.allclose(found.total, found.aleatoric + found.epistemic)
    unknown = uncertainty_of_numbers(members)
    assert np.isnan(unknown.total).all() and np.allclose(unknown.epistemic, [1, 0])
