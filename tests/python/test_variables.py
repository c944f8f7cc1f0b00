"""Weights as variables of the engine, gradients with respect to them, and steps by hand."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
import torch

from rdeep import Input, Layer, Model, Sequential, Variable, gradients_of, layers, ops, optimizers
from rdeep.catalogue.registry import records
from rdeep.errors import ArgumentError, BackendError, RdeepWarning, ShapeError

X = np.random.default_rng(0).normal(size=(16, 4)).astype("float32")
Y = np.random.default_rng(1).normal(size=(16, 2)).astype("float32")


def _tensor(backend: str, array: np.ndarray) -> Any:
    return torch.from_numpy(array) if backend == "torch" else tf.constant(array)


def _model(backend: str, **options: Any) -> Sequential:
    stack = [layers.Dense(3, "tanh", name="hidden", **options), layers.Dense(2, name="out")]
    return Sequential(stack, input_shape=(4,), backend=backend, seed=3)


def _loss(model: Model) -> Any:
    x, y = _tensor(model.backend, X), _tensor(model.backend, Y)
    return lambda: ops.mean(ops.square(model(x) - y))


def test_the_face_of_a_weight(backend: str) -> None:
    model = _model(backend)
    kernel = model.weights[0]
    assert kernel is model.trainable_weights[0] is model.layers[0].kernel
    assert [v.path for v in model.weights] == [
        "hidden/kernel",
        "hidden/bias",
        "out/kernel",
        "out/bias",
    ]
    about = kernel.name, kernel.shape, kernel.dtype, kernel.trainable, kernel.ndim
    assert about == ("kernel", (4, 3), "float32", True, 2)
    np.testing.assert_array_equal(kernel.numpy(), model.get_weights()[0])
    np.testing.assert_array_equal(np.asarray(kernel), model.get_weights()[0])
    assert kernel.assign(np.ones((4, 3))) is kernel
    kernel.assign_add(np.full((4, 3), 2.0))
    kernel.assign_sub(1)
    np.testing.assert_array_equal(model.get_weights()[0], np.full((4, 3), 2.0))
    for value in (kernel * 2, 2 * kernel, kernel + kernel, ops.add(kernel, kernel), 8 / kernel):
        np.testing.assert_array_equal(ops.convert_to_numpy(value), np.full((4, 3), 4.0))
    assert bool(ops.all(kernel == 2)) and bool(ops.all(kernel > 1)) and len(kernel) == 4
    assert tuple(kernel[0].shape) == (3,) and "path=hidden/kernel" in repr(kernel)
    assert float(ops.sum(ops.matmul(np.ones((1, 4), "f"), kernel))) == 24.0


def test_layers_have_their_weights_by_name(backend: str) -> None:
    dense, normal = layers.Dense(3), layers.BatchNormalization()
    assert len(dense.weights) == 0 and not dense.built and dense.weights == []
    model = Sequential([dense, normal], input_shape=(4,), backend=backend)
    assert dense.built and [v.name for v in dense.weights] == ["kernel", "bias"]
    assert dense.kernel.path == "dense/kernel" == model.layers[0].kernel.path
    assert dense.kernel.backend == backend
    assert [v.name for v in normal.trainable_weights] == ["gamma", "beta"]
    assert [v.name for v in normal.non_trainable_variables] == ["moving_mean", "moving_variance"]
    assert len(dense.weights + normal.weights) == 6 == len(model.variables)
    dense.kernel.assign(np.ones((4, 3)))
    np.testing.assert_array_equal(dense.get_weights()[0], np.ones((4, 3)))
    dense.set_weights([np.zeros((4, 3)), np.ones(3)])
    np.testing.assert_array_equal(model.get_weights()[1], np.ones(3))
    assert dense.count_params() == 15 == model.layers[0].count_params()
    dense.trainable = False
    assert [v.name for v in model.trainable_weights] == ["gamma", "beta"]
    with pytest.raises(AttributeError, match="'Dense' object has no attribute 'kernels'"):
        _ = dense.kernels


def test_declarations_are_found_where_weights_are() -> None:
    """`weights` with shapes is what a layer declares, for those who write layers."""
    declared = layers.Dense(3).weights((None, 4))
    assert [(w.name, w.shape) for w in declared] == [("kernel", (4, 3)), ("bias", (3,))]


def test_a_layer_is_built_by_itself() -> None:
    dense = layers.Dense(3)
    dense.build((None, 5))
    assert dense.built and dense.kernel.shape == (5, 3)
    assert Sequential([layers.Dense(2)]).weights == []


def test_layers_of_layers_have_all_weights(backend: str) -> None:
    inner = Sequential([layers.Dense(3), layers.Dense(2)], input_shape=(5, 4), name="inner")
    x = Input((5, 4))
    wrapped, both = layers.TimeDistributed(layers.Dense(2)), layers.Bidirectional(layers.LSTM(2))
    within = inner.as_layer()
    model = Model(x, both(wrapped(within(x))), backend=backend)
    assert (len(within.weights), len(wrapped.weights), len(both.weights)) == (4, 2, 6)
    found = [*within.weights, *wrapped.weights, *both.weights]
    assert [v.path for v in model.weights] == [v.path for v in found]


def test_layers_of_ones_own_have_variables(backend: str) -> None:
    class Scaled(Layer):
        def __init__(self) -> None:
            super().__init__()
            self.dense = layers.Dense(2)

        def build(self, input_shape: Any) -> None:
            self.scale = self.add_weight((input_shape[-1],), "ones", name="scale")

        def call(self, inputs: Any) -> Any:
            return self.dense(inputs * self.scale)

    own = Scaled()
    model = Sequential([own], input_shape=(4,), backend=backend)
    assert [v.name for v in own.weights] == ["scale", "kernel", "bias"]
    assert own.scale.path == "scaled/scale" and own.dense.kernel.backend == backend
    own.scale.assign_add(1.0)
    own.dense.kernel.assign(np.ones((4, 2)))
    np.testing.assert_allclose(model.predict(X), np.repeat(2 * X.sum(1)[:, None], 2, 1), atol=1e-5)


def _by_hand(backend: str, model: Model) -> list[np.ndarray]:
    """Return gradients by NumPy alone: of a dense layer with tanh and another behind it."""
    w1, b1, w2, b2 = model.get_weights()
    hidden = np.tanh(X @ w1 + b1)
    error = 2 * (hidden @ w2 + b2 - Y) / Y.size
    back = error @ w2.T * (1 - hidden**2)
    return [X.T @ back, back.sum(0), hidden.T @ error, error.sum(0)]


def test_gradients_are_those_by_hand(backend: str) -> None:
    model = _model(backend)
    value, found = gradients_of(_loss(model), model.trainable_weights, return_value=True)
    for gradient, expected in zip(found, _by_hand(backend, model)):
        np.testing.assert_allclose(ops.convert_to_numpy(gradient), expected, atol=1e-6)
    assert float(value) == pytest.approx(np.mean((model.predict(X) - Y) ** 2), rel=1e-5)
    alone = gradients_of(_loss(model), model.layers[0].kernel)
    np.testing.assert_array_equal(ops.convert_to_numpy(alone), ops.convert_to_numpy(found[0]))


def test_engines_own_gradients_work_on_variables(backend: str) -> None:
    model = _model(backend)
    expected = _by_hand(backend, model)
    loss = _loss(model)
    if backend == "torch":
        for _ in range(2):
            model.zero_grad()
            loss().backward()
            found = [variable.value.grad for variable in model.trainable_weights]
        kernel = model.weights[0]
        assert float(torch.sum(kernel)) == pytest.approx(model.get_weights()[0].sum(), rel=1e-4)
        model.zero_grad()
        assert kernel.value.grad is None
    else:
        with tf.GradientTape() as tape:
            value = loss()
        found = tape.gradient(value, model.trainable_weights)
        np.testing.assert_array_equal(tf.convert_to_tensor(model.weights[0]), model.weights[0])
        assert float(tf.reduce_sum(model.weights[0])) == pytest.approx(
            model.get_weights()[0].sum(), rel=1e-4
        )
    for gradient, wanted in zip(found, expected):
        np.testing.assert_allclose(np.asarray(gradient), wanted, atol=1e-6)


def test_kernels_that_torch_lays_out_otherwise_have_gradients() -> None:
    """Of recurrent layers, convolutions, attention: the parameter's, in Keras's layout."""
    for layer, shape in (
        (layers.GRU(3), (5, 2)),
        (layers.LSTM(3), (5, 2)),
        (layers.Conv2D(3, 2), (4, 4, 2)),
        (layers.DepthwiseConv2D(2), (4, 4, 2)),
        (layers.MultiHeadAttention(2, 3), (5, 4)),
    ):
        x = Input(shape)
        model = Model(x, layer([x, x]) if layer.merges else layer(x), backend="torch")
        data = torch.rand(2, *shape, generator=torch.Generator().manual_seed(1))
        found = gradients_of(lambda m=model, d=data: ops.sum(m(d) ** 2), model.trainable_weights)
        ops.sum(model(data) ** 2).backward()
        for variable, gradient in zip(model.trainable_weights, found):
            assert tuple(gradient.shape) == variable.shape == tuple(variable.value.shape)
            torch.testing.assert_close(variable.value.grad, gradient)


def test_gradients_of_gradients(backend: str) -> None:
    x = Variable([1.0, 2.0], backend=backend)

    def cube() -> Any:
        return ops.sum(x**3)

    def slope() -> Any:
        return ops.sum(gradients_of(cube, x))

    np.testing.assert_allclose(ops.convert_to_numpy(gradients_of(slope, x)), [6.0, 12.0])


def test_gradient_penalty(backend: str) -> None:
    """The norm of a gradient with respect to an input, differentiated by weights."""
    model = Sequential([layers.Dense(1, use_bias=False)], input_shape=(2,), backend=backend)
    points = _tensor(backend, np.float32([[1, 2], [3, 4]]))

    def penalty() -> Any:
        gradient = gradients_of(lambda: ops.sum(model(points) ** 2), points)
        return ops.sum(gradient**2)

    kernel = model.get_weights()[0]
    found = ops.convert_to_numpy(gradients_of(penalty, model.trainable_weights)[0])
    step, expected = 1e-3, np.zeros((2, 1))
    for place in range(2):
        values = []
        for sign in (1, -1):
            moved = kernel.astype("float64").copy()
            moved[place] += sign * step
            rows = np.float64([[1, 2], [3, 4]])
            values.append(((2 * rows @ moved @ moved.T) ** 2).sum())
        expected[place] = (values[0] - values[1]) / (2 * step)
    np.testing.assert_allclose(found, expected, rtol=1e-3)


OPTIMIZERS = [cls for cls in records("optimizer").values() if cls.__name__ != "LossScaleOptimizer"]


@pytest.mark.parametrize("backend", ["torch", "tensorflow"])
def test_steps_by_hand_are_those_of_fit(backend: str) -> None:
    """Each optimizer, with clipping, decay and a constraint: the same weights."""
    # On TensorFlow each one that is fitted is traced, which takes a second.
    for cls in OPTIMIZERS if backend == "torch" else OPTIMIZERS[:3]:
        options: dict[str, Any] = {"weight_decay": 0.01, "clipnorm": 0.5}
        options = {k: v for k, v in options.items() if k in cls.options}
        by_fit, by_hand = (_model(backend, kernel_constraint="non_neg") for _ in range(2))
        by_fit.compile(cls(**options), "mse")
        optimizer = cls(**options)
        for _ in range(3):
            by_fit.train_on_batch(X, Y)
            gradients = gradients_of(_loss(by_hand), by_hand.trainable_weights)
            optimizer.apply(gradients, by_hand.trainable_weights)
        for one, other in zip(by_fit.get_weights(), by_hand.get_weights()):
            np.testing.assert_allclose(other, one, rtol=2e-5, atol=2e-6, err_msg=cls.__name__)
        assert int(optimizer.iterations) == 3


def test_schedules_and_slots(backend: str) -> None:
    model = _model(backend)
    kernel, optimizer = model.weights[0], optimizers.SGD(1.0, momentum=0.9)
    optimizer.apply([np.ones((4, 3))], [kernel])
    count, rate, velocity = optimizer.variables
    assert (int(count), float(rate)) == (1, 1.0)
    assert velocity.path == "velocity/hidden/kernel" and velocity.shape == (4, 3)
    np.testing.assert_array_equal(np.asarray(velocity), np.full((4, 3), -1.0))
    velocity.assign(np.zeros((4, 3)))
    before = kernel.numpy()
    assert int(optimizer.apply_gradients(zip([np.zeros((4, 3))], [kernel]))) == 2
    np.testing.assert_array_equal(kernel.numpy(), before)
    from rdeep.schedules import PiecewiseConstantDecay

    falling = optimizers.SGD(PiecewiseConstantDecay([0], [1.0, 0.0]))
    bias = model.weights[1]
    for _ in range(3):
        falling.apply([np.ones(3)], [bias])
    np.testing.assert_array_equal(bias.numpy(), np.full(3, -1.0))


def test_steps_within_a_function_that_tensorflow_traces() -> None:
    by_fit, by_hand = _model("tensorflow"), _model("tensorflow")
    by_fit.compile("adam", "mse")
    optimizer, loss = optimizers.Adam(), _loss(by_hand)

    @tf.function
    def step() -> Any:
        with tf.GradientTape() as tape:
            value = loss()
        gradients = tape.gradient(value, by_hand.trainable_weights)
        optimizer.apply(gradients, by_hand.trainable_weights)
        return value

    for _ in range(4):
        by_fit.train_on_batch(X, Y)
        step()
    for one, other in zip(by_fit.get_weights(), by_hand.get_weights()):
        np.testing.assert_allclose(other, one, rtol=2e-5, atol=2e-6)
    assert int(optimizer.iterations) == 4
    before = by_hand.get_weights()[0]
    optimizer.learning_rate = 0.0
    step()
    np.testing.assert_array_equal(by_hand.get_weights()[0], before)


def test_steps_reach_all_that_have_a_layer(backend: str) -> None:
    """A GAN's idiom: two losses, two optimizers, layers that both models have."""
    generator = Sequential([layers.Dense(4, name="g")], input_shape=(4,), backend=backend)
    judge = Sequential([layers.Dense(1, name="d")], input_shape=(4,), backend=backend)
    x = _tensor(backend, X)
    one, other = optimizers.SGD(0.1), optimizers.SGD(0.1)
    before = generator.get_weights() + judge.get_weights()
    grads = gradients_of(lambda: ops.mean(judge(generator(x))), judge.trainable_weights)
    one.apply(grads, judge.trainable_weights)
    np.testing.assert_array_equal(generator.get_weights()[0], before[0])
    grads = gradients_of(lambda: -ops.mean(judge(generator(x))), generator.trainable_weights)
    other.apply(grads, generator.trainable_weights)
    kernel = before[2] - 0.1 * (X @ before[0]).mean(0)[:, None]
    np.testing.assert_allclose(judge.get_weights()[0], kernel, atol=1e-6)
    expected = before[0] + 0.1 * X.mean(0)[:, None] * kernel.T
    np.testing.assert_allclose(generator.get_weights()[0], expected, atol=1e-6)


def test_a_variable_by_itself(backend: str) -> None:
    assert Variable("ones", shape=(2, 3), backend=backend).numpy().sum() == 6
    assert Variable(2, name="n", backend=backend).dtype == "int64"
    fixed = Variable([1.0], trainable=False, backend=backend)
    assert fixed.shape == (1,) and not fixed.trainable
    again = pickle.loads(pickle.dumps(fixed))
    again.assign([5.0])
    assert float(fixed[0]) == 1.0 and float(copy.deepcopy(again)[0]) == 5.0
    with pytest.raises(ArgumentError, match="needs a 'shape'"):
        Variable("ones")
    with pytest.raises(ShapeError, match=r"cannot become a value of shape \(2,\)"):
        fixed.assign([1.0, 2.0])


def test_what_is_wrong_is_said(backend: str) -> None:
    model = _model(backend)
    loss, held = _loss(model), model.trainable_weights
    with pytest.raises(ArgumentError, match="depends on none of the variables: 'hidden/kernel'"):
        gradients_of(lambda: ops.mean(_tensor(backend, X)), held[:1])
    with pytest.raises(ArgumentError, match="a single number as a tensor, not a tensor of shape"):
        gradients_of(lambda: model(_tensor(backend, X)), held)
    with pytest.raises(ArgumentError, match="a single number as a tensor, not 3"):
        gradients_of(lambda: 3.0, held)
    with pytest.raises(ArgumentError, match="'variables' is empty"):
        gradients_of(loss, layers.Dense(2).trainable_weights)
    with pytest.raises(ArgumentError, match="must be variables, such as weights"):
        gradients_of(loss, [np.ones(2)])
    with pytest.raises(ArgumentError, match="must be a function without arguments"):
        gradients_of(3, held)
    other = _model("tensorflow" if backend == "torch" else "torch")
    with pytest.raises(ArgumentError, match="of several engines"):
        gradients_of(loss, [*held, *other.trainable_weights])
    optimizer, found = optimizers.SGD(), gradients_of(loss, held)
    with pytest.raises(ArgumentError, match="3 gradients for 4 variables"):
        optimizer.apply(found[:3], held)
    with pytest.raises(ShapeError, match=r"'hidden/kernel' has the shape \(3,\)"):
        optimizer.apply([found[1], *found[1:]], held)
    with pytest.raises(ArgumentError, match="changes variables, such as weights"):
        optimizer.apply(found[:1], [model.get_weights()[0]])
    with pytest.warns(RdeepWarning, match="no gradient for 'out/bias'"):
        optimizer.apply([*found[:3], None], held)
    with pytest.raises(ArgumentError, match="steps on one engine"):
        optimizer.apply(
            [np.zeros(v.shape) for v in other.trainable_weights], other.trainable_weights
        )
    with pytest.raises(ShapeError, match="cannot become a value of shape"):
        held[0].assign(np.ones((2, 2)))


def test_a_loss_may_leave_variables_out(backend: str) -> None:
    model = _model(backend)
    hidden = Model(model.inputs, model.layers[0].output, backend=backend)
    found = gradients_of(lambda: ops.mean(hidden(_tensor(backend, X))), model.trainable_weights)
    assert [gradient is None for gradient in found] == [False, False, True, True]


def test_numpy_has_no_gradients() -> None:
    model = _model("numpy")
    with pytest.raises(BackendError, match="Gradients cannot be computed by NumPy"):
        gradients_of(lambda: 1.0, model.trainable_weights)
    model.weights[0].assign(np.ones((4, 3)))
    np.testing.assert_array_equal(model.get_weights()[0], np.ones((4, 3)))
