"""Targets that a loss has no meaning for are said, with their rows; likelihoods refuse them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rdeep import Sequential
from rdeep.catalogue.losses import Loss
from rdeep.catalogue.registry import records
from rdeep.errors import DataError, RdeepWarning
from rdeep.layers import Dense
from rdeep.losses import BinaryCrossentropy

ANY_NUMBER = {
    "CosineSimilarity",
    "GaussianLikelihood",
    "Huber",
    "LogCosh",
    "MeanAbsoluteError",
    "MeanAbsolutePercentageError",
    "MeanSquaredError",
    "QuantileLoss",
}
"""Losses that all numbers have a meaning for."""
CHECKED_OTHERWISE = {"CoxLikelihood", "DiscreteTimeLikelihood", "MultinomialLikelihood"}
"""Likelihoods whose targets are times and events, or classes."""
CODES = ("indices", "labels", "sequences")

LOSSES: dict[str, type[Loss]] = {
    name: cls for name, cls in records("loss").items() if cls.__module__.startswith("rdeep.")
}


def test_every_loss_says_which_numbers_it_takes() -> None:
    unsaid = {
        cls.__name__
        for cls in LOSSES.values()
        if cls.domain is None and cls.targets not in (*CODES, "free")
    }
    assert unsaid == ANY_NUMBER | CHECKED_OTHERWISE


def compiled(loss: Any, units: int = 1) -> Sequential:
    model = Sequential([Dense(units)], input_shape=(3,))
    model.compile("sgd", loss)
    return model


def rows(*values: Any) -> tuple[np.ndarray, np.ndarray]:
    y = np.array(values, dtype=float)
    return np.ones((len(y), 3)), y


@pytest.mark.filterwarnings("ignore:.*(Output|Metric):rdeep.errors.RdeepWarning")
@pytest.mark.parametrize(
    ("loss", "y", "said"),
    [
        ("poisson", [1.0, 0.0, -2.0, -3.0], "holds -2 in rows 2, 3; Poisson wants targets of at"),
        ("msle", [1.0, -1.0], "holds -1 in row 1; MeanSquaredLogarithmicError wants"),
        ("bce", [0.0, 1.5], "holds 1.5 in row 1; BinaryCrossentropy wants targets from 0 to 1"),
        ("hinge", [-1.0, 1.0, 0.0], "holds 0 in row 2; Hinge wants targets of -1 and 1, or of 0"),
        ("squared_hinge", [0.0, 1.0, 3.0], "holds 3 in row 2; SquaredHinge wants"),
        ("kld", [[0.5, 0.5], [-0.5, 1.0]], "holds -0.5 in row 1; KLDivergence wants"),
        ("dice", [[0.0, 1.0], [2.0, 1.0]], "holds 2 in row 1; Dice wants"),
        ("categorical_crossentropy", [[0, 1], [1, 1]], "sum to 2 in row 1; CategoricalCross"),
        ("categorical_hinge", [[0, 1], [0, -1]], "holds -1 in row 1; CategoricalHinge wants"),
    ],
)
def test_targets_without_a_meaning_are_said(loss: str, y: list[Any], said: str) -> None:
    x, targets = rows(*y)
    model = compiled(loss, targets.shape[1] if targets.ndim > 1 else 1)
    # Wherever targets come in, once.
    good = np.tile(targets[:1], (len(x), *[1] * (targets.ndim - 1)))
    for train in (
        lambda: model.fit(x, targets, validation_data=(x, targets), epochs=2, verbose=0),
        lambda: model.fit(x, good, validation_data=(x, targets), verbose=0),
        lambda: model.fit(lambda: iter([(x, good), (x, targets), (x, targets)]), verbose=0),
    ):
        with pytest.warns(RdeepWarning, match=said) as caught:
            assert np.isfinite(train().history["loss"]).all()
        assert sum(said in str(each.message) for each in caught) == 1
    for score in (lambda: model.evaluate(x, targets), lambda: model.train_on_batch(x, targets)):
        model.compile("sgd", loss)
        with pytest.warns(RdeepWarning, match=said):
            assert np.isfinite(score()["loss"])


@pytest.mark.parametrize(
    ("loss", "y", "said"),
    [
        ("poisson_likelihood", [0.0, -1.0], "holds -1 in row 1; PoissonLikelihood wants"),
        ("binomial_likelihood", [0.0, 2.0], "holds 2 in row 1; BinomialLikelihood wants"),
    ],
)
def test_a_likelihood_has_no_number_for_them(loss: str, y: list[Any], said: str) -> None:
    x, targets = rows(*y)
    model = compiled(loss)
    for refused in (
        lambda: model.fit(x, targets, verbose=0),
        lambda: model.evaluate(x, targets),
        lambda: model.fit(lambda: iter([(x, targets)]), verbose=0),
    ):
        with pytest.raises(DataError, match=said) as caught:
            refused()
    assert caught.value.hint


@pytest.mark.parametrize("backend", ["torch", "tensorflow"])
@pytest.mark.parametrize("from_logits", [False, True])
def test_what_is_computed_is_what_keras_computes(backend: str, from_logits: bool) -> None:
    keras = pytest.importorskip("keras")
    x, y = rows(9.0, -3.0, 0.5, 2.0)
    ending = None if from_logits else "sigmoid"
    model = Sequential([Dense(1, activation=ending)], input_shape=(3,), backend=backend)
    model.compile("sgd", BinaryCrossentropy(from_logits=from_logits))
    expected = keras.losses.BinaryCrossentropy(from_logits=from_logits)
    wanted = float(expected(y.reshape(-1, 1), np.asarray(model.predict(x))))
    with pytest.warns(RdeepWarning, match="BinaryCrossentropy wants targets from 0 to 1"):
        got = model.evaluate(x, y)["loss"]
    np.testing.assert_allclose(got, wanted, rtol=1e-5)


def test_classes_that_there_are_not_stay_refused() -> None:
    x, y = rows(0.0, 1.0, 2.0)
    with pytest.raises(DataError, match="class number 2"):
        compiled("sparse_categorical_crossentropy", 2).fit(x, y, verbose=0)


@pytest.mark.filterwarnings("ignore::rdeep.errors.RdeepWarning")
def test_what_users_do_on_purpose_is_taken() -> None:
    # Smoothed by hand, rounded, and a sample that counts for none.
    x, y = rows([0.05, 0.95], [0.333, 0.666], [0.0, 0.0])
    compiled("categorical_crossentropy", 2).fit(x, y, verbose=0)
    x, y = rows(0.0, 0.5, 1e5)
    for loss in ("poisson", "msle"):
        compiled(loss).fit(x, y, verbose=0)
    for values in ([-1.0, 1.0], [0.0, 1.0], [1.0, 1.0]):
        compiled("hinge").fit(*rows(*values), verbose=0)
