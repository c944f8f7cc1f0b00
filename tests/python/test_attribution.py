"""Integrated gradients, held against sums, closed forms and gradients along the way."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from rdeep import Model, Sequential
from rdeep.errors import ArgumentError, DependencyError
from rdeep.graph.tensor import Input
from rdeep.layers import Add, CategoryTokens, Concatenate, Dense, Embedding, Flatten, OneHot
from rdeep.models.attribution import integrated_gradients
from rdeep.tabular import Tabular
from rdeep.tabular.attribution import column_gradients

pytest.importorskip("captum")

RNG = np.random.default_rng(4)
X = RNG.normal(size=(7, 3)).astype(np.float32)
CODES = RNG.integers(0, 4, size=(7, 2))


def check_sums(found, tolerance=1e-3):
    total = sum(v.reshape(len(v), -1, v.shape[-1]).sum(axis=1) for v in found.values)
    assert np.abs(total - (found.scores - found.origin)).max() < tolerance


def test_a_linear_model_gives_its_weights(backend):
    model = Sequential([Dense(2)], input_shape=(3,), backend=backend)
    start = np.array([[1.0, 0.0, -1.0]])
    found = integrated_gradients(model, X, start)
    kernel = model.get_weights()[0]
    assert np.allclose(found.values[0], (X - start)[:, :, None] * kernel, atol=1e-5)
    assert np.allclose(found.scores, model.predict(X), atol=1e-5)
    assert np.allclose(found.origin, model.predict(start), atol=1e-5)


def test_a_curve_is_integrated(backend):
    model = Sequential([Dense(4, "tanh"), Dense(1)], input_shape=(3,), backend=backend)
    found = integrated_gradients(model, X, np.zeros((1, 3)), steps=100)
    check_sums(found)
    # The mean of the gradients along the way, by small differences.
    ways = (np.arange(200) + 0.5) / 200
    step = 1e-2
    slopes = []
    for j in range(3):
        moved = np.zeros(3)
        moved[j] = step
        points = ways[:, None] * X[0]
        slopes.append(
            (model.predict(points + moved) - model.predict(points - moved)).mean() / (2 * step)
        )
    assert np.allclose(found.values[0][0, :, 0], X[0] * slopes, atol=5e-3)


def test_scores_are_those_before_a_last_softmax():
    model = Sequential([Dense(3, "softmax")], input_shape=(3,), backend="torch")
    found = integrated_gradients(model, X, np.zeros((1, 3)))
    odds = np.exp(found.scores)
    assert np.allclose(odds / odds.sum(axis=1, keepdims=True), model.predict(X), atol=1e-5)


@pytest.mark.parametrize("many", [5, 3000])
def test_rows_are_taken_in_pieces(many):
    model = Sequential([Dense(4, "tanh"), Dense(1)], input_shape=(3,), backend="torch")
    x = np.resize(X, (many, 3))
    found = integrated_gradients(model, x, np.zeros((1, 3)), steps=20)
    assert found.values[0].shape == (many, 3, 1)
    alone = integrated_gradients(model, x[-1:], np.zeros((1, 3)), steps=20)
    assert np.allclose(found.values[0][-1:], alone.values[0], atol=1e-5)


def test_codes_are_attributed_to_as_such(backend):
    numbers, codes = Input((3,)), Input((2,), "int32")
    joined = Concatenate()(
        [
            numbers,
            OneHot((4, 4))(codes),
            Flatten()(CategoryTokens((4, 4), 3)(codes)),
            Flatten()(Embedding(4, 2)(codes)),
        ]
    )
    output = Dense(2)(Dense(6, "tanh")(joined))
    model = Model([numbers, codes], output, backend=backend)
    start = [np.zeros((1, 3)), np.array([[0, 3]])]
    found = integrated_gradients(model, [X, CODES], start, steps=200)
    assert [v.shape for v in found.values] == [(7, 3, 2), (7, 2, 2)]
    check_sums(found)
    same = (start[1] == CODES)[:, :, None]
    assert np.all(found.values[1][np.broadcast_to(same, (7, 2, 2))] == 0)
    assert np.abs(found.values[1]).max() > 1e-3


def test_one_hot_columns_go_to_their_column():
    codes = Input((2,), "int32")
    model = Model(codes, Dense(1, use_bias=False)(OneHot((3, 2))(codes)), backend="torch")
    model.set_weights([np.array([[1.0], [2.0], [4.0], [8.0], [16.0]])])
    found = integrated_gradients(model, np.array([[2, 1]]), np.array([[0, 0]]))
    assert np.allclose(found.values[0][0, :, 0], [3.0, 8.0])


def test_several_models_are_scored_together():
    models = [Sequential([Dense(1)], input_shape=(3,), backend="torch") for _ in range(2)]
    found = integrated_gradients(
        models, X, np.zeros((1, 3)), score=lambda outputs, ops: outputs[0] - outputs[1]
    )
    first, second = (integrated_gradients(m, X, np.zeros((1, 3))) for m in models)
    assert np.allclose(found.values[0], first.values[0] - second.values[0], atol=1e-5)


def test_an_output_that_is_no_vector_is_refused():
    x = Input((4, 3))
    model = Model(x, Add()([x, x]), backend="torch")
    with pytest.raises(ArgumentError, match="need a vector"):
        integrated_gradients(model, np.zeros((1, 4, 3)), np.zeros((1, 4, 3)))


def test_without_captum_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "captum.attr", None)
    model = Sequential([Dense(1)], input_shape=(3,), backend="torch")
    with pytest.raises(DependencyError, match="captum") as caught:
        integrated_gradients(model, X, np.zeros((1, 3)))
    assert 'pip install "captum"' in str(caught.value.hint)


FAMILIES = ("gaussian", "binomial", "multinomial", "negative_binomial", "quantile", "cox")


@pytest.mark.parametrize("family", [*FAMILIES, "discrete_time"])
def test_tables_are_attributed_by_column(family):
    rng = np.random.default_rng(1)
    x = rng.normal(size=(90, 3))
    x[::7, 1] = np.nan
    x[:, 2] = 1.0
    codes = np.column_stack([rng.integers(0, 3, 90), rng.integers(0, 30, 90)])
    signal = 2 * x[:, 0] + codes[:, 0]
    y = {
        "binomial": (signal > 1).astype(float),
        "multinomial": np.digitize(signal, [0.0, 2.0]).astype(float),
        "negative_binomial": rng.poisson(np.exp(signal / 4)).astype(float),
    }.get(family, signal)
    if family in ("cox", "discrete_time"):
        y = np.column_stack([np.exp(-signal / 3), rng.random(90) < 0.8])
    classes = 3 if family == "multinomial" else None
    model = Tabular(
        family, "mlp", classes=classes, impute=True, members=2, epochs=3, backend="torch"
    )
    model.fit(x, codes, [3, 30], y=y, verbose=0)
    start = (np.array([[0.0, 0.0, 1.0]]), np.array([[0, 0]]))
    found = column_gradients(model, x[:9], codes[:9], None, *start, steps=200)
    link = model.predict(x[:9], codes[:9], kind="link")
    assert np.allclose(np.sort(found["scores"], axis=1), np.sort(link, axis=1), atol=1e-4)
    total = found["values"].sum(axis=1)
    assert np.abs(total - (found["scores"] - found["origin"])).max() < 0.02
    assert found["values"].shape == (9, 5, link.shape[1])
    assert not found["values"][:, 2].any()
    assert found["values"][0, 1].any(), "an indicator of a missing value counts for its column"


def test_a_linear_table_has_its_coefficients():
    x = np.random.default_rng(1).normal(size=(50, 2))
    model = Tabular("gaussian", hidden_units=[], epochs=20, backend="torch")
    model.fit(x, y=x @ [2.0, -1.0], verbose=0)
    found = column_gradients(model, x[:4], start_numbers=np.ones((1, 2)))
    slopes = model.coefficients()[1:, 0]
    assert np.allclose(found["values"][..., 0], (x[:4] - 1) * slopes)
    assert np.allclose(found["scores"], model.predict(x[:4]), atol=1e-4)
