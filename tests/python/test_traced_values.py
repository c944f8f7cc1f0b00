"""What has no value yet: Python's and NumPy's questions to symbolic tensors."""

from __future__ import annotations

import math
import random
import warnings

import numpy as np
import pytest

import rdeep
from rdeep import Input, Model, Sequential, ops
from rdeep.catalogue.layers import Dense
from rdeep.errors import ArgumentError, ShapeError

ASKED = {
    "len": lambda x: len(x),
    "bool": lambda x: 1 if x else 0,
    "float": lambda x: float(x),
    "int": lambda x: int(x),
    "index": lambda x: [1, 2][x],
    "iteration": lambda x: [row for row in x],  # noqa: C416
    "math": lambda x: math.exp(x),
    "asarray": lambda x: np.asarray(x),
    "in": lambda x: 1 in x,
    "max": lambda x: max(x, 0.0),
    "sorted": lambda x: sorted(x),
    "round": lambda x: round(x),
}
NUMPY = ["mean", "sum", "exp", "log", "sqrt", "maximum", "where", "std", "clip", "argmax", "cumsum"]


@pytest.mark.parametrize("name", ASKED)
def test_what_asks_for_a_value_is_refused(name):
    with pytest.raises(TypeError):
        ASKED[name](Input((3,)))


@pytest.mark.parametrize("name", NUMPY)
def test_functions_of_numpy_name_the_operation(name):
    x = Input((3,))
    given = {"maximum": (x, 0.0), "where": (x, 1.0, 0.0), "clip": (x, 0.0, 1.0)}.get(name, (x,))
    with pytest.raises(TypeError, match=rf"np.{name}\(\) .* use ops.{name}\(\)"):
        getattr(np, name)(*given)


def test_arrays_stand_on_either_side_of_operators(backend):
    x, a = Input((3,)), np.array([1.0, -2.0, 0.5], "float32")
    data = np.array([[2.0, 3.0, -1.0], [0.5, 2.0, 4.0]], "float32")
    found = {
        "add": (a + x, a + data),
        "subtract": (a - x, a - data),
        "multiply": (a * x, a * data),
        "divide": (a / x, a / data),
        "mod": (7.5 % x, 7.5 % data),
        "numbers": (np.float64(2.0) * x, 2.0 * data),
        "less": (ops.cast(a < x, "float32"), (a < data).astype("float32")),
    }
    model = Model(x, [each for each, _ in found.values()], backend=backend)
    for got, (_, expected) in zip(model.predict(data), found.values()):
        np.testing.assert_allclose(got, expected, rtol=1e-6)


def test_a_loss_that_asks_for_a_value_says_so():
    model = Sequential([Dense(1)], input_shape=2)
    for loss, match in (
        (lambda y, p: ops.sum(ops.square(y - p)) / len(y), r"ops.shape\(x\)\[0\]"),
        (lambda y, p: np.mean(y - p), r"use ops.mean\(\)"),
        (lambda y, p: ops.mean(y - p) if ops.mean(y) > 0 else p, r"ops.where\(\)"),
    ):
        model.compile("sgd", loss)
        with pytest.raises(TypeError, match=match):
            model.fit(np.zeros((4, 2)), np.zeros(4), verbose=0)
    model.compile("sgd", lambda y, p: ops.sum(ops.square(y - p)) / ops.shape(y)[0])
    assert model.fit(np.zeros((4, 2)), np.ones(4), verbose=0, batch_size=4).history["loss"] == [1.0]


def test_an_open_axis_is_in_no_known_number_of_parts():
    with pytest.raises(ArgumentError, match="as many tensors as an open size"):
        ops.unstack(Input((3,)))
    assert len(ops.unstack(Input((3,)), axis=1)) == 3


X = np.random.default_rng(1).normal(size=(5, 3)).astype("float32")
Y = np.where(X > 0, X, 0.5).astype("float32")


def passing_model(backend):
    """Return a model that predicts what it is given."""
    return rdeep.Sequential([rdeep.Input((3,)), rdeep.layers.Rescaling(1.0)], backend=backend)


class Counted(rdeep.Metric):
    """A metric whose variables are used in every way that numbers are."""

    def __init__(self):
        super().__init__("counted")
        self.above, self.seen = self.add_variable(()), self.add_variable(())

    def update_state(self, y_true, y_pred, sample_weight=None):
        """Add a batch."""
        self.above.assign(self.above + ops.sum(ops.cast(y_pred > 1, "float32")))
        self.seen.assign_add(ops.sum(ops.ones_like(y_pred)))

    def result(self):
        """Return a formula of both."""
        return self.way(self.above, self.seen)


@pytest.mark.parametrize(
    "way",
    [
        lambda a, n: a / n,
        lambda a, n: ops.divide(a, n),
        lambda a, n: 2 * a - n + 1,
        lambda a, n: 1 - a / (n + np.float32(1)),
        lambda a, n: -a + abs(n) ** 2,
        lambda a, n: ops.sqrt(a) * (a < n),
        lambda a, n: ops.cast(a == n, "float32") + (a != n),
        lambda a, n: ops.sum(ops.stack([a, n])),
        lambda a, n: ops.maximum(a, n),
    ],
)
def test_variables_of_metrics_compute_as_their_values_do(way, backend):
    """A metric's variables take operators and operations, as a docstring of ours shows."""
    Counted.way = staticmethod(way)
    model = passing_model(backend)
    model.compile(loss="mse", metrics=[Counted()])
    found = model.evaluate(X, Y, batch_size=3)["counted"]
    a, n = ops.convert_to_tensor(np.float32((X > 1).sum())), ops.convert_to_tensor(np.float32(15))
    assert found == pytest.approx(float(way(a, n)), rel=1e-5)


def test_equality_of_tensors_is_computed(backend):
    """`==` and `!=` give a truth for each value, as on the engines' tensors."""
    model = passing_model(backend)
    model.compile(loss=lambda y, p: (y == p) * 2.0 + (p != 0.5) + (y == 0.5), metrics=[])
    wanted = ((Y == X) * 2.0 + 1.0 + (Y == 0.5)).mean()
    assert model.evaluate(X, Y)["loss"] == pytest.approx(wanted, rel=1e-6)
    tensor = rdeep.Input((3,))
    assert tensor in {tensor} and tensor in [tensor] and tensor is not None
    assert (tensor == None) is False  # noqa: E711


@pytest.mark.parametrize(
    ("draw", "source"),
    [
        (lambda: np.random.rand(), "np.random"),
        (lambda: random.random(), "Python's random"),
        (lambda: pytest.importorskip("torch").rand(1), "torch"),
    ],
)
def test_numbers_drawn_while_tracing_are_said(draw, source):
    """A draw that would become a constant is said, and what to write instead."""

    def loss(y, p):
        return ops.mean(y - p) * draw()

    class Noisy(rdeep.Layer):
        def call(self, x):
            return x * draw()

    model = passing_model("torch")
    model.compile(loss=loss)
    with pytest.warns(UserWarning, match=f"loss draws random numbers from {source}"):
        model.evaluate(X, Y)
    with pytest.warns(UserWarning, match=f"call.. of .* draws random numbers from {source}"):
        Noisy()(rdeep.Input((3,)))


def test_what_networks_draw_is_not_said(backend):
    """Random operations, new layers and other draws before are no constants."""

    class Honest(rdeep.Layer):
        def call(self, x):
            return rdeep.layers.Dense(3)(x) + rdeep.random.normal(ops.shape(x))

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        np.random.rand()
        model = rdeep.Sequential([rdeep.Input((3,)), Honest()], backend=backend)
        model.compile(loss=lambda y, p: ops.mean((y - p) ** 2, axis=-1))
        model.evaluate(X, Y)
        # R may start the stream of seeds from a draw of its own, amid a function.
        model.compile(loss=lambda y, p: rdeep.set_random_seed(3) or ops.mean(y - p))
        model.evaluate(X, Y)


def test_open_sizes_in_formulas_are_named():
    """None of `x.shape` says where the size is."""
    model = passing_model("torch")
    model.compile(loss=lambda y, p: ops.sum(y - p) / y.shape[0])
    with pytest.raises(ShapeError, match=r"ops\.shape"):
        model.evaluate(X, Y)
