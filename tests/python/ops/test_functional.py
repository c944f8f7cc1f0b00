"""Operations that take functions: the same on both engines, and as Keras's."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf
import torch

from agreement import declared, floats
from rdeep import ops
from rdeep.errors import ArgumentError, RdeepError, ShapeError

X = floats(5, 3)
TESTED = {
    *("cond", "switch", "while_loop", "fori_loop", "map", "vectorized_map", "scan"),
    *("associative_scan", "vectorize", "custom_gradient", "jvp"),
}


@pytest.fixture
def made(backend):
    """Return a tensor of the engine."""
    return torch.as_tensor if backend == "torch" else tf.convert_to_tensor


def equal(found, wanted, **options):
    np.testing.assert_allclose(np.asarray(found), wanted, atol=1e-5, **options)


def test_every_operation_is_tested():
    assert set(declared("functional")) == TESTED


def test_one_of_several_functions_is_called(made):
    x = made(X)
    equal(ops.cond(made(np.array(True)), lambda: x, lambda: -x), X)
    equal(ops.cond(False, lambda: x, lambda: -x), -X)
    branches = [lambda a, b: a + b, lambda a, b: a * b]
    equal(ops.switch(made(np.array(1)), branches, x, x), X * X)
    equal(ops.switch(-3, branches, x, x), X + X)
    equal(ops.switch(made(np.array(9)), branches, x, x), X * X)


def test_loops(made):
    total, count = ops.while_loop(
        lambda total, count: count < 4, lambda total, count: (total + count, count + 1), (0.0, 1.0)
    )
    assert (float(total), float(count)) == (6.0, 4.0)
    assert float(ops.while_loop(lambda i: i < 9, lambda i: i + 1, made(np.float32(0)))) == 9
    assert float(ops.while_loop(lambda i: i < 9, lambda i: i + 1, 0.0, maximum_iterations=3)) == 3
    equal(ops.fori_loop(1, 4, lambda i, x: x * 2 + i, made(X)), 8 * X + 11)


def test_maps(made):
    x = made(X)
    equal(ops.map(lambda row: row * 2, x), X * 2)
    both = ops.map(lambda pair: {"s": pair[0] + pair[1]}, [x, x])
    equal(both["s"], X * 2)
    equal(ops.vectorized_map(lambda row: ops.sum(row) * row, x), X * X.sum(1, keepdims=True))
    equal(ops.vectorized_map(lambda pair: pair[0] * pair[1], [x, x]), X * X)
    with pytest.raises(ShapeError, match="one length"):
        ops.map(lambda pair: pair[0], [x, x[:2]])


@pytest.mark.parametrize("reverse", [False, True])
def test_scans(made, reverse):
    def step(carry, row):
        return carry + row, carry * row

    last, kept = ops.scan(step, made(X[0]), made(X), reverse=reverse)
    wanted_last, wanted = keras.ops.scan(step, X[0], X, reverse=reverse)
    equal(last, wanted_last)
    equal(kept, wanted)
    last, _ = ops.scan(lambda carry, _: (carry * 2, carry), made(X[0]), length=3)
    equal(last, X[0] * 8)
    with pytest.raises(ArgumentError, match="'xs' or 'length'"):
        ops.scan(step, made(X[0]))


@pytest.mark.parametrize("count", [1, 2, 5, 8])
@pytest.mark.parametrize("reverse", [False, True])
def test_associative_scans(made, count, reverse):
    x = floats(count, 3)
    wanted = np.cumsum(x[::-1], 0)[::-1] if reverse else np.cumsum(x, 0)
    equal(ops.associative_scan(lambda a, b: a + b, made(x), reverse=reverse), wanted)
    found = ops.associative_scan(
        lambda a, b: [a[0] + b[0], a[1] * b[1]], [made(x.T.copy())] * 2, axis=1
    )
    equal(found[0], np.cumsum(x, 0).T)
    equal(found[1], np.cumprod(x, 0).T)


def test_functions_of_slices_become_functions_of_tensors(made):
    x, y = made(X), made(X[0])
    equal(ops.vectorize(lambda a, b: a * b + 1)(x, y), X * X[0] + 1)
    inner = ops.vectorize(lambda a, b: ops.sum(a * b), signature="(n),(n)->()")
    equal(inner(x, y), X @ X[0])
    equal(ops.vectorize(lambda a, power: a**power, excluded=[1])(x, 2), X**2)
    outer = ops.vectorize(lambda a, b: ops.outer(a, b), signature="(n),(m)->(n,m)")
    equal(outer(x, y), X[:, :, None] * X[0])
    with pytest.raises(ArgumentError, match="signature has 1 arguments"):
        ops.vectorize(lambda a, b: a, signature="(n)->()")(x, y)
    with pytest.raises(ArgumentError, match="'signature' must be such"):
        ops.vectorize(lambda a, b: a, signature="n")(x, y)


def test_a_gradient_by_hand(made, backend):
    @ops.custom_gradient
    def straight(a, b):
        return ops.relu(a) * b, lambda upstream: (upstream * 3.0, upstream * 0.0)

    x = made(X)
    if backend == "torch":
        x = x.clone().requires_grad_()
        out = straight(x, 2.0)
        out.sum().backward()
        slope = x.grad
    else:
        with tf.GradientTape() as tape:
            tape.watch(x)
            out = straight(x, 2.0)
            total = tf.reduce_sum(out)
        slope = tape.gradient(total, x)
    equal(out.detach() if backend == "torch" else out, np.maximum(X, 0) * 2)
    equal(slope, np.full_like(X, 3.0))


def test_gradients_flow_through_loops():
    x = torch.from_numpy(X.copy()).requires_grad_()
    last, _ = ops.scan(lambda carry, row: (carry * row, row), torch.ones(3), x)
    last.sum().backward()
    np.testing.assert_allclose(x.grad[0], X[1:].prod(0), atol=1e-5)


def test_what_is_no_function_is_refused():
    with pytest.raises(RdeepError, match="'f' must be a function"):
        ops.map(3, X)
    with pytest.raises(RdeepError, match="'branches' must be"):
        ops.switch(0, [3])


def test_how_functions_change_in_a_direction(made):
    x, way = made(X), made(X + 1)
    value, change = ops.jvp(ops.sin, [x], [way])
    equal(value, np.sin(X))
    equal(change, np.cos(X) * (X + 1))
    value, change = ops.jvp(lambda a, b: {"p": a * b, "s": a}, (x, way), (way, 2 * way))
    equal(value["p"], X * (X + 1))
    equal(change["p"], (X + 1) ** 2 + 2 * X * (X + 1))
    equal(change["s"], X + 1)
    value, change, other = ops.jvp(lambda a: (ops.sum(a * a), a + 1), [x], [way], has_aux=True)
    equal(value, (X * X).sum())
    equal(change, (2 * X * (X + 1)).sum(), rtol=1e-5)
    equal(other, X + 1)
    # What does not depend on the arguments does not change.
    equal(ops.jvp(lambda a: made(X), [x], [way])[1], 0 * X)
