"""What `model.native` saves on TensorFlow is read by Keras alone, without rdeep."""

from __future__ import annotations

import os
import subprocess
import sys

import keras
import numpy as np
import pytest

from rdeep import Input, Model, Sequential
from rdeep import layers as L

ROWS = 5

READER = """
import sys, pathlib, numpy as np, keras
folder = pathlib.Path(sys.argv[1])
for path in sorted(folder.glob("*.keras")):
    model = keras.models.load_model(path)
    data = np.load(path.with_suffix(".npz"))
    found = model.predict([data[name] for name in sorted(data)], verbose=0)
    np.savez(path.with_suffix(".found.npz"), *(found if isinstance(found, list) else [found]))
assert not any(name.split(".")[0] == "rdeep" for name in sys.modules), "rdeep was imported"
"""


def images():
    """Return a convolutional network."""
    layers = [
        Input((12, 12, 3)),
        L.Rescaling(0.5),
        L.ZeroPadding2D(1),
        L.Conv2D(4, 3, activation="relu"),
        L.BatchNormalization(),
        L.Activation("gelu"),
        L.MaxPooling2D(2),
        L.SeparableConv2D(6, 3, padding="same"),
        L.ReLU(),
        L.UpSampling2D(2),
        L.Conv2DTranspose(4, 2),
        L.AveragePooling2D(2),
        L.GroupNormalization(2),
        L.SpatialDropout2D(0.1),
        L.Flatten(),
        L.Dropout(0.3),
        L.GaussianNoise(0.1),
        L.Dense(8, activation="tanh"),
        L.Dense(3, activation="softmax"),
    ]
    return Sequential(layers, backend="tensorflow")


def sequences():
    """Return a network of masked words, with recurrent layers and attention."""
    words = Input((7,), dtype="int32", name="words")
    x = L.Embedding(9, 8, mask_zero=True)(words)
    x = L.Bidirectional(L.LSTM(4, return_sequences=True))(x)
    x = L.LayerNormalization()(x)
    x = L.Add()([x, L.MultiHeadAttention(2, 4, dropout=0.1)([x, x])])
    x, last = L.GRU(8, return_sequences=True, return_state=True)(x)
    x = L.LSTM(8, dropout=0.2)(x, initial_state=[last, last])
    x = L.Concatenate()([x, L.SimpleRNN(3)(L.RepeatVector(2)(x))])
    return Model(words, L.Dense(2)(x), backend="tensorflow")


def tables():
    """Return a network of two inputs that are merged in every way."""
    a, b = Input((6,), name="a"), Input((6,), name="b")
    x = L.Multiply()([L.Average()([a, b]), L.Maximum()([a, b])])
    x = L.Subtract()([L.LeakyReLU()(x), L.Minimum()([a, b])])
    joined = L.Concatenate()([x, L.Dot(axes=1)([a, b])])
    steps = L.Conv1D(4, 2)(L.Reshape((7, 1))(joined))
    pooled = [L.GlobalAveragePooling1D()(steps), L.GlobalMaxPooling1D()(steps)]
    seen = L.MultiHeadAttention(2, 3, use_causal_mask=True)(L.Permute((2, 1))(steps))
    outputs = [L.Dense(1)(L.Add()(pooled)), L.Softmax()(L.Flatten()(seen))]
    return Model([a, b], outputs, backend="tensorflow")


MODELS = {"images": images, "sequences": sequences, "tables": tables}


def inputs_of(model: Model) -> list[np.ndarray]:
    """Return data for a model's inputs."""
    rng = np.random.default_rng(1)
    given = []
    for tensor in model.inputs:
        shape = (ROWS, *tensor.shape[1:])
        codes = tensor.dtype.startswith("int")
        given.append(rng.integers(0, 9, shape) if codes else rng.standard_normal(shape))
    return [x.astype("int32" if x.dtype.kind == "i" else "float32") for x in given]


def outputs_of(found) -> list[np.ndarray]:
    """Return a model's outputs as a list."""
    return list(found) if isinstance(found, (list, tuple)) else [found]


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    """Return what rdeep predicts with each model, and what Keras does that has read its file."""
    folder, ours = tmp_path_factory.mktemp("native"), {}
    for name, make in MODELS.items():
        model = make()
        # Batch normalization has averages of its own, biases are not zero.
        rng = np.random.default_rng(2)
        model.set_weights([w + 0.1 * rng.standard_normal(w.shape) for w in model.get_weights()])
        data = inputs_of(model)
        ours[name] = outputs_of(model.predict(data if len(data) > 1 else data[0]))
        model.native.save(folder / f"{name}.keras")
        np.savez(folder / f"{name}.npz", *data)
    subprocess.run(
        [sys.executable, "-c", READER, str(folder)],
        check=True,
        env={**os.environ, "KERAS_BACKEND": "tensorflow", "CUDA_VISIBLE_DEVICES": ""},
    )
    theirs = {}
    for name in MODELS:
        with np.load(folder / f"{name}.found.npz") as found:
            theirs[name] = [found[key] for key in sorted(found)]
    return ours, theirs


@pytest.mark.parametrize("name", MODELS)
def test_keras_alone_reads_what_the_native_model_saves(read, name):
    ours, theirs = read
    assert len(ours[name]) == len(theirs[name])
    for a, b in zip(ours[name], theirs[name]):
        np.testing.assert_allclose(a, b, atol=1e-5)


@pytest.mark.parametrize("make", MODELS.values(), ids=MODELS)
def test_native_layers_are_keras_own(make):
    model = make()
    for layer in model.native.layers:
        name = type(layer).__name__
        assert isinstance(layer, getattr(keras.layers, name)), f"{layer.name} is a {name}"
        assert type(layer).__module__.startswith("keras."), layer.name


def test_a_clone_of_the_native_model_is_plain_keras():
    model = sequences()
    words = inputs_of(model)[0]
    copy = keras.models.clone_model(model.native)
    copy.set_weights(model.native.get_weights())
    kinds = {type(layer) for layer in copy.layers}
    assert {keras.layers.LSTM, keras.layers.GRU, keras.layers.MultiHeadAttention} <= kinds
    np.testing.assert_allclose(copy(words), model.predict(words), atol=1e-5)
