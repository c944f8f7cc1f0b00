"""What compiling says of networks whose ends do not go with their losses."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

from rdeep import Input, Model, Sequential, losses, ops
from rdeep.catalogue import layers as L


def said(loss: Any, *last: Any, shape: tuple[int, ...] = (3,)) -> list[str]:
    """Return the warnings of compiling a network with these last layers."""
    model = Sequential(last, shape)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model.compile("sgd", loss)
    return [str(each.message) for each in caught]


PROBABILITIES = [
    "binary_crossentropy",
    "binary_focal_crossentropy",
    "categorical_crossentropy",
    "categorical_focal_crossentropy",
    "categorical_generalized_cross_entropy",
    "crossentropy",
    "kl_divergence",
    "sparse_categorical_crossentropy",
]


@pytest.mark.parametrize("loss", PROBABILITIES)
@pytest.mark.parametrize("end", [None, "tanh", "relu", "log_softmax", "gelu", "leaky_relu"])
def test_no_probabilities(loss: str, end: str | None) -> None:
    """A cross-entropy of what is no probability is doubtful, whatever layers come after."""
    ends: list[list[Any]] = [
        [L.Dense(4, end)],
        [L.Dense(4), L.Activation(end or "linear"), L.Dropout(0.1), L.Reshape((4,))],
        [Sequential([L.Dense(4, end)], (3,))],
    ]
    wanted = "sigmoid" if loss.startswith("binary") else "softmax"
    for last in ends:
        (message,) = said(loss, *last)
        assert "expects probabilities" in message and f"activation='{wanted}'" in message
        without = ("kl_divergence", "categorical_generalized_cross_entropy")
        assert ("from_logits=True" in message) == (loss not in without)
    (message,) = said(loss, L.TimeDistributed(L.Dense(4, end)), shape=(5, 3))
    assert "expects probabilities" in message


def test_nothing_to_say() -> None:
    """Ends that give probabilities, or that nobody can look into, are no doubt."""
    for loss in PROBABILITIES:
        fine = ["softmax", "sparsemax"] if loss == "kl_divergence" else ["softmax", "sigmoid"]
        for end in fine:
            assert not said(loss, L.Dense(4, end)), (loss, end)
        assert not said(loss, L.Dense(4), L.Activation("softmax"), L.Flatten())
        assert not said(loss, L.Dense(4), L.Softmax())
        assert not said(loss, L.Dense(4, lambda x: ops.softmax(x)))
        assert not said(loss, L.Dense(4), L.BatchNormalization())
    for name in ("BinaryCrossentropy", "CategoricalCrossentropy", "SparseCategoricalCrossentropy"):
        assert not said(getattr(losses, name)(from_logits=True), L.Dense(4))
    for loss in ("mse", "mae", "hinge", "log_cosh", "cosine_similarity"):
        assert not said(loss, L.Dense(4))
    assert not said("categorical_crossentropy", L.Dense(4, "softplus"))
    assert not said("poisson", L.Dense(1, "exponential"))
    assert not said("hinge", L.Dense(1, "tanh"))
    x = Input((3,))
    operated = Model(x, ops.softmax(L.Dense(4)(x)))
    joined = Model(x, L.Concatenate()([L.Dense(2)(x), L.Dense(2)(x)]))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        operated.compile("sgd", "categorical_crossentropy")
        joined.compile("sgd", "categorical_crossentropy")


def test_other_doubts() -> None:
    """Twice a softmax, a softmax of one, one class, logarithms of anything, margins."""
    for name, end in (("Binary", "sigmoid"), ("Categorical", "softmax")):
        loss = getattr(losses, f"{name}Crossentropy")(from_logits=True)
        (message,) = said(loss, L.Dense(4, end))
        assert "leave out the one or the other" in message
    assert "always 1" in said("mse", L.Dense(1, "softmax"))[0]
    assert "'binary_crossentropy'" in said("categorical_crossentropy", L.Dense(1, "sigmoid"))[0]
    assert "must be positive" in said("poisson", L.Dense(1))[0]
    assert "'tanh'" in said("hinge", L.Dense(1, "sigmoid"))[0]


def test_said_once_when_the_shape_is_known(backend: str) -> None:
    """A model that learns its shape from data says it then, and only once; a copy is silent."""
    model = Sequential([L.Dense(2)], backend=backend)
    model.compile("sgd", "categorical_crossentropy")
    x, y = np.ones((4, 3), np.float32), np.eye(2)[[0, 1, 1, 0]]
    with pytest.warns(UserWarning, match="expects probabilities"):
        model.fit(x, y, verbose=0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.fit(x, y, verbose=0)
        model.evaluate(x, y)
        model.copy().evaluate(x, y)


def test_metrics_in_doubt() -> None:
    """Names that mean something odd are said, once the targets are seen."""
    model = Sequential([L.Dense(1)], (3,))
    model.compile("sgd", lambda y, p: ops.mean(ops.square(y - p), axis=-1), metrics=["accuracy"])
    x = np.ones((4, 3), np.float32)
    with pytest.warns(UserWarning, match="above 0.5 for 1"):
        model.fit(x, np.array([0, 1, 1, 0.0]), verbose=0)
    several = Sequential([L.Dense(3)], (3,))
    several.compile("sgd", "mse", metrics=["accuracy"])
    with pytest.warns(UserWarning, match="numbers and no classes"):
        several.fit(x, x * 3.5, verbose=0)


def test_shares_are_no_classes() -> None:
    """A regression on numbers from 0 to 1 is said; shares beside a sigmoid are usual."""
    x, shares = np.ones((4, 3), np.float32), np.array([0.2, 0.7, 0.9, 0.1])
    for loss in ("mse", lambda y, p: ops.mean(abs(y - p), axis=-1)):
        model = Sequential([L.Dense(1)], (3,))
        model.compile("sgd", loss, metrics=["accuracy"])
        with pytest.warns(UserWarning, match="from 0 to 1 and no classes"):
            model.evaluate(x, shares)
    logits = losses.BinaryCrossentropy(from_logits=True)
    for loss, end in (("mse", "sigmoid"), ("binary_crossentropy", "sigmoid"), (logits, None)):
        model = Sequential([L.Dense(1, activation=end)], (3,))
        model.compile("sgd", loss, metrics=["accuracy"])
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            model.evaluate(x, shares)
