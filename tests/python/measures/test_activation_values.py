"""Every activation against Keras's: values and gradients on both engines, and values on NumPy."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from rdeep import Input, Model, Sequential
from rdeep.arrays import numpy as numpy_ops
from rdeep.catalogue import activations
from rdeep.catalogue import layers as L
from rdeep.catalogue.registry import find, records
from rdeep.engines import registry
from rdeep.errors import ArgumentError, ShapeError

ACTIVATIONS = [
    ("Relu", {}),
    ("Relu", {"negative_slope": 0.1, "max_value": 1.0, "threshold": 0.2}),
    ("Relu", {"threshold": 1.0}),
    ("Relu", {"max_value": 6.0}),
    ("LeakyRelu", {}),
    ("LeakyRelu", {"negative_slope": 0.3}),
    ("Relu6", {}),
    ("Elu", {}),
    ("Elu", {"alpha": 0.7}),
    ("Celu", {}),
    ("Celu", {"alpha": 0.7}),
    ("Selu", {}),
    ("Gelu", {}),
    ("Gelu", {"approximate": True}),
    ("Silu", {}),
    ("Mish", {}),
    ("HardSilu", {}),
    ("HardSwish", {}),
    ("Sigmoid", {}),
    ("HardSigmoid", {}),
    ("LogSigmoid", {}),
    ("SparseSigmoid", {}),
    ("Tanh", {}),
    ("HardTanh", {}),
    ("TanhShrink", {}),
    ("SoftShrink", {}),
    ("SoftShrink", {"threshold": 1.2}),
    ("HardShrink", {}),
    ("HardShrink", {"threshold": 0.1}),
    ("Threshold", {"threshold": 0.5, "default_value": -2.0}),
    ("Softmax", {}),
    ("Softmax", {"axis": 1}),
    ("LogSoftmax", {}),
    ("LogSoftmax", {"axis": 1}),
    ("Softplus", {}),
    ("SparsePlus", {}),
    ("Squareplus", {}),
    ("Squareplus", {"b": 0.5}),
    ("Softsign", {}),
    ("Exponential", {}),
    ("Linear", {}),
    ("Glu", {}),
    ("Glu", {"axis": 1}),
]


def test_every_activation_is_tested():
    assert {name for name, _ in ACTIVATIONS} | {"Sparsemax"} == set(records("activation"))


@pytest.fixture
def x(rng):
    ends = np.tile([[-30.0, -1.0, 0.0, 1.0, 30.0, 5.0]], (4, 1))
    return np.stack([*rng.normal(size=(4, 4, 6)), ends]).astype("float32")


def slopes(backend, function, x):
    """Return the gradient of a weighted sum of a function's values."""
    ops = registry.load(backend).ops if backend != "keras" else registry.load("tensorflow").ops
    tensor = ops.operand(x)

    def total(tensor):
        y = function(tensor, ops)
        weights = np.linspace(0.5, 1.5, int(np.prod(y.shape))).reshape(tuple(y.shape))
        return ops.sum(y * ops.constant(weights.tolist(), y))

    if backend == "torch":
        tensor.requires_grad_(True)
        total(tensor).backward()
        return tensor.grad.numpy()
    import tensorflow as tf

    with tf.GradientTape() as tape:
        tape.watch(tensor)
        value = total(tensor)
    return tape.gradient(value, tensor).numpy()


@pytest.mark.parametrize(("name", "options"), ACTIVATIONS, ids=str)
def test_activation_agrees_with_keras(name, options, backend, x):
    if name == "Exponential":
        x = np.minimum(x, 5.0)
    record = records("activation")[name](**options)
    function = getattr(keras.activations, record.key)
    expected = np.asarray(function(x, **options))
    inputs = Input(x.shape[1:])
    ours = Model(inputs, L.Activation(record)(inputs), backend=backend)
    assert ours.output_shapes[0][1:] == expected.shape[1:]
    np.testing.assert_allclose(ours.predict(x), expected, atol=1e-6, rtol=1e-5)
    numpy = record.compute(x.astype("float64"), numpy_ops)
    np.testing.assert_allclose(numpy, expected, atol=1e-6, rtol=1e-5)
    # Away from the corners, where a slope is a matter of taste.
    x = x[:4]
    got = slopes(backend, record.compute, x)
    peer = slopes("keras", lambda t, ops: function(t, **options), x)
    np.testing.assert_allclose(got, peer, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("name", ["swish", "hard_swish", "relu6", "log_softmax", "mish"])
def test_the_names_of_keras_are_known(name, backend):
    model = Sequential([L.Dense(4, name)], input_shape=3, backend=backend)
    assert model.predict(np.ones((2, 3), "float32")).shape == (2, 4)
    assert find("activation", name)


def test_an_activation_that_halves_is_a_layer_of_its_own():
    with pytest.raises(ArgumentError, match="cannot have the activation 'glu'"):
        Sequential([L.Dense(4, "glu")], input_shape=3)
    with pytest.raises(ShapeError, match="into halves"):
        Sequential([L.Activation("glu")], input_shape=3)
    with pytest.raises(ArgumentError, match="'alpha' must be a number above 0"):
        activations.Celu(alpha=0.0)
    with pytest.raises(ArgumentError, match="needs 'threshold'"):
        activations.Threshold()


@pytest.mark.parametrize("axis", [-1, 1])
def test_sparsemax_gives_the_nearest_probabilities(axis, backend, x):
    # Keras's own does not sum to one: compared with the projection, found by bisection.
    record = activations.Sparsemax(axis=axis)
    low, high = x.min(axis, keepdims=True) - 1.0, x.max(axis, keepdims=True)
    for _ in range(60):
        middle = (low + high) / 2
        above = np.maximum(x - middle, 0).sum(axis, keepdims=True) > 1
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    expected = np.maximum(x - low, 0)
    inputs = Input(x.shape[1:])
    model = Model(inputs, L.Activation(record)(inputs), backend=backend)
    np.testing.assert_allclose(model.predict(x), expected, atol=1e-5)
    np.testing.assert_allclose(record.compute(x, numpy_ops), expected, atol=1e-5)
    # On the support the gradient is that of the values less their mean.
    p = record.compute(x[:4], numpy_ops)
    weights = np.linspace(0.5, 1.5, p.size).reshape(p.shape)
    mean = (weights * (p > 0)).sum(axis, keepdims=True) / (p > 0).sum(axis, keepdims=True)
    got = slopes(backend, record.compute, x[:4])
    np.testing.assert_allclose(got, (weights - mean) * (p > 0), atol=1e-5)
