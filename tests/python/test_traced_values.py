"""What has no value yet: Python's and NumPy's questions to symbolic tensors."""

from __future__ import annotations

import math

import numpy as np
import pytest

from rdeep import Input, Model, Sequential, ops
from rdeep.catalogue.layers import Dense
from rdeep.errors import ArgumentError

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
