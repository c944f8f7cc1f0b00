"""Targets that a loss has no meaning for are refused, with their rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rdeep import Sequential
from rdeep.catalogue.losses import Loss
from rdeep.catalogue.registry import records
from rdeep.errors import DataError
from rdeep.layers import Dense

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


@pytest.mark.filterwarnings("ignore::rdeep.errors.RdeepWarning")
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
        ("poisson_likelihood", [0.0, -1.0], "holds -1 in row 1; PoissonLikelihood wants"),
        ("binomial_likelihood", [0.0, 2.0], "holds 2 in row 1; BinomialLikelihood wants"),
    ],
)
def test_targets_without_a_meaning_are_refused(loss: str, y: list[Any], said: str) -> None:
    x, targets = rows(*y)
    model = compiled(loss, targets.shape[1] if targets.ndim > 1 else 1)
    with pytest.raises(DataError, match=said) as caught:
        model.fit(x, targets, verbose=0)
    assert caught.value.hint
    # Wherever targets come in.
    good = np.tile(targets[:1], (len(x), *[1] * (targets.ndim - 1)))
    for refused in (
        lambda: model.fit(x, good, validation_data=(x, targets), verbose=0),
        lambda: model.evaluate(x, targets),
        lambda: model.train_on_batch(x, targets),
        lambda: model.fit(lambda: iter([(x, good), (x, targets)]), verbose=0),
    ):
        with pytest.raises(DataError, match=said):
            refused()


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
