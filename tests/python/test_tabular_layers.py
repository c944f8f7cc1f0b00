"""Layers of ensembles and of tables, which Keras has none of: against their formulas in NumPy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from families import check_compared
from oracle import RATE, rdeep_model
from rdeep import Input, Model, Sequential, load_model
from rdeep import layers as L
from rdeep.arrays import numpy as numpy_ops
from rdeep.catalogue.activations import Activation
from rdeep.catalogue.initializers import RandomSign, Sectioned
from rdeep.errors import ArgumentError, DataError, ShapeError
from rdeep.graph.cost import forward_flops
from rdeep.graph.network import Graph

EDGES = ((-1.0, 0.0, 0.5, 1.0), (-0.5, 0.5), (0.0, 0.2, 3.0))
CARDINALITIES = (3, 4)
MEMBERS, TABLE, TOKENS = (3, 4), (3,), (2, 4)


def activated(y: np.ndarray, activation: Activation | None) -> np.ndarray:
    return y if activation is None else activation.compute(y, numpy_ops)


def members(layer: L.Members, x: np.ndarray) -> np.ndarray:
    return np.repeat(x[:, None], layer.count, axis=1)


def ensemble_dense(
    layer: L.EnsembleDense, x: np.ndarray, kernel: np.ndarray, *others: np.ndarray
) -> np.ndarray:
    rest = list(others)
    y = (x * rest.pop(0) if layer.scale_input else x) @ kernel
    y = y * rest.pop(0) if layer.scale_output else y
    return activated(y + rest.pop(0) if layer.use_bias else y, layer.activation)


def member_dense(
    layer: L.MemberDense, x: np.ndarray, kernel: np.ndarray, bias: Any = 0.0
) -> np.ndarray:
    each = [x[:, m] @ kernel[m] for m in range(len(kernel))]
    return activated(np.stack(each, 1) + bias, layer.activation)


def feature_tokens(
    layer: L.FeatureTokens, x: np.ndarray, kernel: np.ndarray, bias: Any = 0.0
) -> np.ndarray:
    return np.stack([x[:, j, None] * kernel[j] for j in range(len(kernel))], 1) + bias


def piecewise(
    layer: L.PiecewiseLinearEmbedding, x: np.ndarray, kernel: np.ndarray, *others: np.ndarray
) -> np.ndarray:
    columns = []
    for j, edges in enumerate(layer.edges):
        y = others[-1][j] + np.zeros((len(x), 1))
        last = len(edges) - 2
        for t in range(last + 1):
            v = (x[:, j] - edges[t]) / (edges[t + 1] - edges[t])
            v = v if t == 0 else np.maximum(v, 0.0)
            v = v if t == last else np.minimum(v, 1.0)
            y = y + v[:, None] * kernel[j, t]
        columns.append(y if layer.version == "a" else y + x[:, j, None] * others[0][j])
    return activated(np.stack(columns, 1), layer.activation)


def periodic(
    layer: L.PeriodicEmbedding,
    x: np.ndarray,
    frequencies: np.ndarray,
    *others: np.ndarray,
) -> np.ndarray:
    *phases, kernel, bias = others
    columns = []
    for j, own in enumerate(frequencies):
        angles = 2 * np.pi * x[:, j, None] * own
        if phases:
            waves = np.cos(angles + phases[0][j])
        else:
            waves = np.concatenate([np.cos(angles), np.sin(angles)], -1)
        columns.append(waves @ (kernel if layer.lite else kernel[j]))
    y = np.stack(columns, 1) + bias
    y = np.concatenate([x[:, :, None], y], -1) if layer.keep_input else y
    return activated(y, layer.activation)


def class_token(layer: L.ClassToken, x: np.ndarray, token: np.ndarray) -> np.ndarray:
    return np.concatenate([np.tile(token, (len(x), 1, 1)), x], 1)


def first_token(layer: L.FirstToken, x: np.ndarray) -> np.ndarray:
    return x[:, 0]


def append_parameter(layer: L.AppendParameter, x: np.ndarray, parameter: np.ndarray) -> np.ndarray:
    return np.concatenate([x, np.tile(parameter, (*x.shape[:-1], 1))], -1)


@dataclass
class Case:
    """A layer, its formula and the shape of a sample."""

    layer: str
    formula: Any
    shape: tuple[int, ...]
    options: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.layer}-{'-'.join(map(str, self.options.values()))}"[:50]


LAYER_FAMILIES = ("ensembles", "tabular", "tokens")
CASES = [
    Case("Members", members, TABLE, {"count": 2}),
    Case("Members", members, TOKENS, {"count": 2}),
    Case("EnsembleDense", ensemble_dense, MEMBERS, {"units": 2}),
    Case("EnsembleDense", ensemble_dense, MEMBERS, {"units": 2, "use_bias": False}),
    Case("EnsembleDense", ensemble_dense, MEMBERS, {"units": 2, "scale_output": False}),
    Case(
        "EnsembleDense",
        ensemble_dense,
        MEMBERS,
        {"units": 2, "activation": "tanh", "scale_input": False},
    ),
    Case("MemberDense", member_dense, MEMBERS, {"units": 1}),
    Case("MemberDense", member_dense, MEMBERS, {"units": 2, "activation": "softmax"}),
    Case("MemberDense", member_dense, MEMBERS, {"units": 2, "use_bias": False}),
    Case("FeatureTokens", feature_tokens, TABLE, {"units": 2}),
    Case("FeatureTokens", feature_tokens, TABLE, {"units": 2, "use_bias": False}),
    Case("PiecewiseLinearEmbedding", piecewise, TABLE, {"edges": EDGES, "units": 2}),
    Case(
        "PiecewiseLinearEmbedding",
        piecewise,
        TABLE,
        {"edges": EDGES, "units": 2, "activation": "relu", "version": "a"},
    ),
    Case("PeriodicEmbedding", periodic, TABLE, {"units": 2, "frequencies": 3}),
    Case(
        "PeriodicEmbedding",
        periodic,
        TABLE,
        {"units": 2, "frequencies": 3, "lite": True, "activation": "relu"},
    ),
    Case(
        "PeriodicEmbedding",
        periodic,
        TABLE,
        {"units": 3, "frequencies": 3, "phases": True, "keep_input": True, "activation": "relu"},
    ),
    Case("ClassToken", class_token, TOKENS, {}),
    Case("FirstToken", first_token, TOKENS, {}),
    Case("AppendParameter", append_parameter, TABLE, {}),
    Case("AppendParameter", append_parameter, TOKENS, {"count": 2}),
]


def descended(loss: Any, weights: list[np.ndarray], step: float = 1e-5) -> list[np.ndarray]:
    """Return the weights after a step of gradient descent, by differences."""
    after = []
    for weight in weights:
        gradient = np.zeros_like(weight)
        for place in np.ndindex(weight.shape):
            kept = weight[place]
            weight[place] = kept + step
            above = loss(weights)
            weight[place] = kept - step
            gradient[place] = (above - loss(weights)) / (2 * step)
            weight[place] = kept
        after.append(weight - RATE * gradient)
    return after


@pytest.mark.parametrize("case", CASES, ids=str)
@pytest.mark.few_on_tensorflow(
    "EnsembleDense-2]",
    "Members-2_1",
    "PiecewiseLinearEmbedding",
    "FeatureTokens-2]",
    "PeriodicEmbedding-2-3]",
)
def test_layer_is_its_formula(case, backend, rng):
    layer = getattr(L, case.layer)(**case.options)
    # A dense layer before it shows the gradient of its input too.
    model = rdeep_model([L.Dense(case.shape[-1]), layer], case.shape, backend)
    weights = [rng.uniform(-0.8, 0.8, w.shape) for w in model.get_weights()]
    x = rng.normal(size=(5, *case.shape))

    def formula(values: list[np.ndarray]) -> np.ndarray:
        return case.formula(layer, x @ values[0] + values[1], *values[2:])

    expected = formula(weights)
    y = rng.normal(size=expected.shape)
    model.set_weights(weights)
    assert model.output_shapes[0] == (None, *expected.shape[1:])
    np.testing.assert_allclose(model.predict(x), expected, atol=2e-6, rtol=1e-5)
    model.compile("sgd", "mse")
    model.learning_rate = RATE
    model.fit(x, y, batch_size=len(x), epochs=1, verbose=0)
    trained = descended(lambda values: np.square(formula(values) - y).mean(), weights)
    for mine, other in zip(model.get_weights(), trained):
        np.testing.assert_allclose(mine, other, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("dtype", ["int32", "float32"])
def test_tokens_of_codes_are_rows_of_one_table(dtype, backend, rng):
    model = rdeep_model([L.CategoryTokens(CARDINALITIES, 2)], (2,), backend, dtype)
    table = rng.normal(size=(7, 2)).astype("float32")
    codes = np.array([[0, 0], [2, 3], [1, 0], [2, 0]])
    model.set_weights([table])
    np.testing.assert_array_equal(model.predict(codes), table[codes + np.array([0, 3])])
    model.compile("sgd", "mse")
    model.learning_rate = 1.0
    model.fit(codes, np.zeros((4, 2, 2)), batch_size=4, epochs=1, verbose=0)
    # The mean is over 16 values; a row counts as often as its code occurs.
    times = np.array([1, 1, 2, 3, 0, 0, 1])[:, None]
    np.testing.assert_allclose(model.get_weights()[0], table * (1 - times / 8), atol=1e-6)


@pytest.mark.parametrize("dtype", ["int32", "float32"])
def test_one_hot_shows_each_code_and_nothing_for_others(dtype, backend):
    model = rdeep_model([L.OneHot(CARDINALITIES)], (2,), backend, dtype)
    shown = model.predict(np.array([[0, 3], [2, 0], [-1, 4], [3, -1]]))
    expected = np.zeros((4, 7))
    expected[[0, 0, 1, 1], [0, 6, 2, 3]] = 1
    np.testing.assert_array_equal(shown, expected)
    assert shown.dtype == np.float32


def test_codes_without_a_vector_are_refused(backend):
    model = rdeep_model([L.CategoryTokens(CARDINALITIES, 2)], (2,), backend, "int32")
    with pytest.raises(DataError, match=r"holds 4 in column 2.*vectors for 0 to 3") as caught:
        model.predict(np.array([[0, 0], [2, 4]]))
    assert "'cardinalities'" in caught.value.hint
    with pytest.raises(DataError, match="holds -1 in column 1"):
        model.predict(np.array([[-1, 0]]))


def test_codes_make_a_sequential_model_one_of_whole_numbers(backend):
    model = Sequential([L.CategoryTokens(CARDINALITIES, 2)], backend=backend)
    model.predict(np.array([[0, 0]]))
    assert model.graph.inputs[0].dtype == "int32"


def mixed_model(backend: str) -> Model:
    """Return a model that has every one of these layers."""
    numbers, codes = Input(TABLE), Input((2,), "int32")
    parts = [
        L.PiecewiseLinearEmbedding(EDGES, 2)(numbers),
        L.PeriodicEmbedding(2, frequencies=3, sigma=0.5, activation="relu")(numbers),
        L.FeatureTokens(2)(numbers),
        L.CategoryTokens(CARDINALITIES, 2)(codes),
    ]
    tokens = L.ClassToken()(L.Concatenate(axis=1)(parts))
    flat = [L.Flatten()(tokens), L.FirstToken()(tokens), L.OneHot(CARDINALITIES)(codes)]
    x = L.Members(4)(L.Concatenate()(flat))
    start = Sectioned(RandomSign(), (2,) * 13 + CARDINALITIES)
    x = L.EnsembleDense(8, "relu", input_initializer=start)(x)
    y = L.AppendParameter()(L.Flatten()(L.MemberDense(1)(x)))
    return Model([numbers, codes], y, backend=backend, seed=3)


def data(rng: np.random.Generator, rows: int = 50) -> tuple[list[np.ndarray], np.ndarray]:
    x = [rng.normal(size=(rows, 3)), rng.integers(0, 3, size=(rows, 2))]
    return x, np.repeat(x[0].sum(1, keepdims=True) + x[1][:, :1], 5, axis=1)


def test_both_engines_train_them_alike(rng):
    x, y = data(rng)
    weights = []
    for backend in ("torch", "tensorflow"):
        model = mixed_model(backend)
        model.compile("adam", "mse")
        losses = model.fit(x, y, batch_size=16, epochs=3, shuffle=False, verbose=0).history["loss"]
        assert losses[-1] < losses[0]
        weights.append(model.get_weights())
    for mine, other in zip(*weights):
        np.testing.assert_allclose(mine, other, atol=1e-4)


def test_they_are_saved_and_rows_do_not_depend_on_each_other(backend, rng, tmp_path):
    x, y = data(rng)
    model = mixed_model(backend)
    model.compile("adam", "mse")
    model.fit(x, y, epochs=1, verbose=0)
    path = tmp_path / "model.rdeep"
    model.save(str(path))
    other = load_model(str(path), backend="torch" if backend == "tensorflow" else "tensorflow")
    expected = model.predict(x)
    np.testing.assert_allclose(other.predict(x), expected, atol=1e-5)
    alone = np.concatenate([model.predict([a[i : i + 1] for a in x]) for i in range(3)])
    np.testing.assert_allclose(alone, expected[:3], atol=1e-5)


@pytest.mark.few_on_tensorflow()
def test_they_compute_in_sixteen_bits(backend, rng):
    x, y = data(rng)
    x[1][0] = 2
    full, half = mixed_model(backend), mixed_model(backend)
    half.compile("adam", "mse", dtype_policy="mixed_bfloat16")
    np.testing.assert_allclose(half.predict(x), full.predict(x), atol=0.05, rtol=0.05)
    assert not np.array_equal(half.predict(x), full.predict(x))
    losses = half.fit(x, y, epochs=3, verbose=0).history["loss"]
    assert losses[-1] < losses[0]


def test_one_seed_starts_both_engines_alike():
    one, two = (mixed_model(backend).get_weights() for backend in ("torch", "tensorflow"))
    for mine, other in zip(one, two):
        np.testing.assert_array_equal(mine, other)


def test_members_start_as_dense_layers_would(rng):
    kernel, _ = L.MemberDense(40).weights((None, 5, 60))
    values = kernel.initializer.draw(kernel.shape, rng)
    limit = np.sqrt(6 / 100)
    assert limit * 0.99 < np.abs(values).max() <= limit
    assert not np.array_equal(values[0], values[1])


def test_version_b_starts_as_a_line(backend):
    model = rdeep_model([L.PiecewiseLinearEmbedding(EDGES, 2)], TABLE, backend)
    at = [model.predict(np.full((1, 3), value)) for value in (-5.0, 0.0, 5.0)]
    np.testing.assert_allclose(at[0] + at[2], 2 * at[1], atol=1e-5)
    kernel = L.PiecewiseLinearEmbedding(EDGES, 2, version="a").weights((None, 3))[0]
    values = kernel.initializer.draw(kernel.shape, np.random.default_rng(1))
    np.testing.assert_array_equal(np.abs(values).sum(-1) > 0, [[1, 1, 1], [1, 0, 0], [1, 1, 0]])


def test_large_values_keep_their_digits(backend):
    edges = ((2000.0, 2000.01, 2000.02),)
    model = rdeep_model([L.PiecewiseLinearEmbedding(edges, 1, version="a")], (1,), backend)
    model.set_weights([np.ones((1, 2, 1)), np.zeros((1, 1))])
    x = np.float32([[2000.0], [2000.005], [2000.015]])
    expected = (x.astype(float) - np.float32(2000.0)) / 0.01
    np.testing.assert_allclose(model.predict(x)[:, 0], expected, atol=0.01)


@pytest.mark.parametrize(
    ("make", "shape", "match"),
    [
        (lambda: L.EnsembleDense(2), (4,), r"wants samples of shape \(members, features\)"),
        (lambda: L.MemberDense(2), (2, 3, 4), r"not \(2, 3, 4\)"),
        (lambda: L.PiecewiseLinearEmbedding(EDGES, 2), (4,), "has 3 edges, but.* 4 columns"),
        (lambda: L.CategoryTokens((2, 3), 2), (3,), "has 2 cardinalities, but.* 3 columns"),
        (lambda: L.OneHot((2, 3)), (3,), "has 2 cardinalities, but"),
        (lambda: L.FeatureTokens(2), (3, 4), "wants 1 dimensions"),
        (
            lambda: L.EnsembleDense(2, input_initializer=Sectioned("random_sign", (2, 3))),
            (3, 4),
            "sections .* have 5 values together, but",
        ),
    ],
)
def test_inputs_that_do_not_fit_are_refused(make, shape, match):
    with pytest.raises(ShapeError, match=match):
        make()(Input(shape))


@pytest.mark.parametrize(
    "edges",
    [3, (), ((0.0,),), ((0.0, 1.0), (1.0, 1.0)), ((1.0, 0.0),), ((0.0, np.inf),), ("ab",), (0, 1)],
    ids=str,
)
def test_edges_rise(edges):
    with pytest.raises(ArgumentError, match="a list of rising numbers for each column"):
        L.PiecewiseLinearEmbedding(edges, 2)


def test_edges_may_be_arrays():
    layer = L.PiecewiseLinearEmbedding([np.array([0.0, 1.0]), np.float32([0, 2, 3])], 2)
    assert layer.edges == ((0.0, 1.0), (0.0, 2.0, 3.0))
    assert L.OneHot(np.array([2, 3])).cardinalities == (2, 3)


def test_their_arithmetic_is_counted():
    x, h = Input((10,)), Input((3, 10))
    dense = forward_flops(Graph([h], [L.EnsembleDense(5)(h)]))
    assert dense == 3 * (2 * 10 * 5 + 2 * 5)
    assert forward_flops(Graph([h], [L.MemberDense(5)(h)])) == dense
    assert forward_flops(Graph([x], [L.FeatureTokens(7)(x)])) == 140


def test_every_layer_is_tested():
    here = {"CategoryTokens", "OneHot"} | {case.layer for case in CASES}
    check_compared(here, LAYER_FAMILIES)
