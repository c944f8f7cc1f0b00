"""Models and layers called on tensors: gradients flow through them, to inputs and to weights."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import tensorflow as tf
import torch

from rdeep import Input, Model, Sequential, layers, ops
from rdeep.errors import ArgumentError, ShapeError


def _gradient(backend: str, function: Any, x: np.ndarray) -> np.ndarray:
    """Return the gradient of the sum of what a function gives, by its input."""
    if backend == "torch":
        tensor = torch.from_numpy(x).requires_grad_()
        torch.sum(function(tensor)).backward()
        assert tensor.grad is not None
        return tensor.grad.numpy()
    tensor = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(tensor)
        total = tf.reduce_sum(function(tensor))
    return np.asarray(tape.gradient(total, tensor))


def _is_tensor(backend: str, x: object) -> bool:
    return isinstance(x, torch.Tensor) if backend == "torch" else bool(tf.is_tensor(x))


def test_gradients_reach_the_input(backend: str, rng: np.random.Generator) -> None:
    x = rng.normal(size=(5, 3)).astype("float32")
    dense = layers.Dense(2, "tanh")
    model = Sequential([dense], input_shape=(3,), backend=backend)
    kernel, bias = model.get_weights()
    expected = (1 - np.tanh(x @ kernel + bias) ** 2) @ kernel.T
    for called in (model, dense, model.layers[0]):
        np.testing.assert_allclose(_gradient(backend, called, x), expected, atol=1e-5)


def test_gradients_reach_the_weights_through_whatever_is_called(
    backend: str, rng: np.random.Generator
) -> None:
    """A layer by itself, a model with it, and a model in a model have the same weights."""
    x = rng.normal(size=(5, 3)).astype("float32")
    encoder = layers.Dense(2, use_bias=False)
    model = Sequential([encoder], input_shape=(3,), backend=backend)
    entry = Input((3,))
    outer = Model(entry, layers.Rescaling(3.0)(model(entry)), backend=backend)

    def total(tensor: Any) -> Any:
        return ops.sum(encoder(tensor)) + ops.sum(model(tensor)) + ops.sum(outer(tensor))

    expected = 5.0 * np.repeat(x.sum(0)[:, None], 2, axis=1)
    if backend == "torch":
        weight = next(iter(model.native.parameters()))
        total(torch.from_numpy(x)).backward()
        np.testing.assert_allclose(weight.grad.numpy().T, expected, rtol=1e-5)
    else:
        weight = model.native.weights[0]
        with tf.GradientTape() as tape:
            loss = total(tf.constant(x))
        np.testing.assert_allclose(tape.gradient(loss, weight), expected, rtol=1e-5)


def test_a_function_that_tensorflow_traces(rng: np.random.Generator) -> None:
    """The model is built within it, its weights live on, and masks differ from call to call."""
    dense = layers.Dense(4)
    model = Sequential([dense, layers.Dropout(0.5)], backend="tensorflow")
    seen: list[bool] = []

    @tf.function(input_signature=[tf.TensorSpec([None, 3], tf.float32)])
    def step(x: Any) -> Any:
        seen.append(True)
        return model(x, training=True), dense(x)

    x = tf.constant(rng.normal(size=(6, 3)).astype("float32"))
    first, plain = step(x)
    second, _ = step(x)
    traced = len(seen)
    kernel, bias = model.get_weights()
    np.testing.assert_allclose(plain, x.numpy() @ kernel + bias, atol=1e-5)
    assert np.any(np.asarray(first) != np.asarray(second))
    kept = np.asarray(first) != 0
    np.testing.assert_allclose(np.asarray(first)[kept], 2 * np.asarray(plain)[kept], atol=1e-5)
    model.set_weights([kernel * 0, bias + 1])
    np.testing.assert_array_equal(step(x)[1], np.ones((6, 4)))
    assert len(seen) == traced


def test_training_acts_on_tensors(backend: str) -> None:
    model = Sequential([layers.BatchNormalization(momentum=0.5)], input_shape=(2,), backend=backend)
    x = np.float32([[1, 2], [3, 6]])
    tensor = torch.from_numpy(x) if backend == "torch" else tf.constant(x)
    found = np.asarray(ops.convert_to_numpy(model(tensor, training=True)))
    np.testing.assert_allclose(found, [[-1, -1], [1, 1]], atol=1e-3)
    np.testing.assert_allclose(model.get_weights()[2], [1.0, 2.0])


def test_layers_return_tensors_of_tensors(backend: str) -> None:
    x = np.ones((2, 8, 8, 1), "float32")
    tensor = torch.from_numpy(x) if backend == "torch" else tf.constant(x)
    called = (
        layers.Dense(2),
        layers.RandomFlip(),
        layers.Rescaling(2.0),
        layers.Resizing(4, 4),
        layers.Normalization(mean=1.0, variance=2.0),
        layers.Conv2D(2, 3),
        layers.Flatten(),
    )
    for layer in called:
        assert _is_tensor(backend, layer(tensor)), layer


def test_gradients_flow_through_formulas(backend: str) -> None:
    x = np.arange(16, dtype="float32").reshape(1, 4, 4, 1)
    found = _gradient(backend, layers.Rescaling(3.0), x)
    np.testing.assert_allclose(found, np.full_like(x, 3.0))
    found = _gradient(backend, layers.CenterCrop(2, 2), x)
    np.testing.assert_allclose(found[0, :, :, 0], np.pad(np.ones((2, 2)), 1))


def test_types_are_brought_to_the_inputs(backend: str) -> None:
    model = Sequential([layers.Dense(1, kernel_initializer="ones")], (2,), backend=backend)
    x = np.float64([[1, 2]])
    whole = np.int32([[1, 2]])
    for array in (x, whole):
        tensor = torch.from_numpy(array) if backend == "torch" else tf.constant(array)
        np.testing.assert_allclose(ops.convert_to_numpy(model(tensor)), [[3.0]])


def test_codes_are_looked_at(backend: str) -> None:
    model = Sequential([layers.Embedding(3, 2)], input_shape=(2,), backend=backend)
    wrong = np.int32([[0, 7]])
    tensor = torch.from_numpy(wrong) if backend == "torch" else tf.constant(wrong)
    with pytest.raises(Exception, match="holds 7, but layer 'embedding' has vectors for 0 to 2"):
        model(tensor)


def test_wrong_shapes_are_said(backend: str) -> None:
    model = Sequential([layers.Dense(1)], input_shape=(2,), backend=backend)
    x = np.ones((4, 3), "float32")
    tensor = torch.from_numpy(x) if backend == "torch" else tf.constant(x)
    with pytest.raises(ShapeError, match=r"samples of shape \(3,\); input 'input' wants \(2,\)"):
        model(tensor)


def test_gradients_do_not_end_unseen_at_another_engine() -> None:
    model = Sequential([layers.Dense(1)], input_shape=(2,), backend="tensorflow")
    tensor = torch.ones(1, 2, requires_grad=True)
    with pytest.raises(ArgumentError, match="gradients flow through"):
        model(tensor)
    assert tf.is_tensor(model(tensor.detach()))


def test_layers_and_models_prepare_images_within_a_dataset(backend: str) -> None:
    images = np.repeat(np.random.default_rng(0).random((1, 6, 6, 3)), 8, 0).astype("float32")
    alone = [layers.RandomZoom(0.3), layers.RandomContrast(0.3)]
    models = [Sequential([layer.replace()], backend=backend) for layer in alone]
    for prepare in (*alone, *models, Sequential([layers.Rescaling(2.0)], backend=backend)):
        dataset = tf.data.Dataset.from_tensor_slices(images).batch(4).map(prepare)
        first, second = (each.numpy() for each in dataset)
        assert first.shape == (4, 6, 6, 3)
        assert not np.allclose(first, images[:4])
        # Each batch draws other numbers.
        assert np.allclose(first, second) == (prepare not in (*alone, *models))


def test_a_model_that_only_augments_does_so_when_it_is_called(backend: str) -> None:
    images = np.random.default_rng(0).random((4, 6, 6, 3)).astype("float32")
    model = Sequential(
        [layers.Rescaling(1.0), layers.RandomContrast(0.5)], input_shape=(6, 6, 3), backend=backend
    )
    called = np.asarray(model(images))
    assert not np.allclose(called, images)
    for still in (model(images, training=False), model.predict(images, verbose=0)):
        np.testing.assert_allclose(np.asarray(still), images, rtol=1e-6)
    mixed = Sequential([layers.Dropout(0.5)], input_shape=(6, 6, 3), backend=backend)
    np.testing.assert_allclose(np.asarray(mixed(images)), images, rtol=1e-6)
