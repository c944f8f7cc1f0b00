"""Models of many kinds, as files: what the changed files are made of."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np


def models(backend: str) -> Iterator[tuple[str, Any, Any]]:
    """Return small models with names, and with what goes into them."""
    yield from _built(backend)
    yield from _of_layers(backend)


def _built(backend: str) -> Iterator[tuple[str, Any, Any]]:
    from rdeep import Input, Model, Sequential, ops
    from rdeep import layers as L

    rng = np.random.default_rng(1)
    x = rng.standard_normal((8, 3)).astype("float32")
    classes = rng.integers(0, 2, 8)

    trained = Sequential(
        [L.Dense(4, activation="relu"), L.Dropout(0.2), L.Dense(2, activation="softmax")],
        input_shape=(3,),
        backend=backend,
    )
    trained.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    trained.fit(x, classes, epochs=2, verbose=0)
    yield "trained", trained, x

    one, two = Input((3,), name="one"), Input((2,), name="two")
    joined = L.Concatenate()([L.Dense(2, "tanh")(one), ops.exp(two) * 2.0])
    block = Sequential([L.Dense(3, kernel_regularizer="l2"), L.LayerNormalization()], name="block")
    inner = block(joined)
    two_inputs = Model([one, two], [L.Dense(1, name="a")(inner), L.Dense(2, name="b")(inner)],
                       backend=backend)  # fmt: skip
    two_inputs.compile(
        "sgd", {"a": "mse", "b": "mae"}, loss_weights={"a": 1.0, "b": 0.5}, metrics={"a": ["mae"]}
    )
    both = [x, x[:, :2]]
    two_inputs.fit(both, [x[:, :1], x[:, :2]], epochs=1, verbose=0)
    yield "two inputs", two_inputs, both

    words = np.array([["red green"], ["blue"], ["green"], ["of"]])
    text = L.TextVectorization(max_tokens=9, output_sequence_length=4)
    text.adapt(words)
    phrase = Input((1,), "string")
    from_text = Model(
        phrase, L.Dense(1)(L.LSTM(2)(L.Embedding(9, 3)(text(phrase)))), backend=backend
    )
    yield "text", from_text, words

    lookup = L.StringLookup(vocabulary=["a", "b"], output_mode="one_hot")
    word = Input((1,), "string")
    codes = Model(word, L.Dense(1)(lookup(word)), backend=backend)
    yield "lookup", codes, np.array([["a"], ["c"]])

    normal = L.Normalization()
    normal.adapt(x)
    scaled = Sequential([normal, L.Dense(1)], input_shape=(3,), backend=backend)
    scaled.compile("rmsprop", lambda y, p: ops.mean(ops.square(y - p), axis=-1))
    scaled.fit(x, x[:, :1], epochs=1, verbose=0)
    yield "normalized", scaled, x

    image = Sequential(
        [L.Conv2D(2, 2), L.BatchNormalization(), L.MaxPooling2D(), L.Flatten(), L.Dense(1)],
        input_shape=(5, 5, 1),
        backend=backend,
    )
    image.compile("adamw", "mse")
    pictures = rng.standard_normal((4, 5, 5, 1)).astype("float32")
    image.fit(pictures, np.ones((4, 1)), epochs=1, verbose=0)
    yield "image", image, pictures

    unbuilt = Sequential([L.Dense(2)], backend=backend)
    yield "unbuilt", unbuilt, x


def _of_layers(backend: str) -> Iterator[tuple[str, Any, Any]]:
    """Return a model of each layer of the catalogue, as its cases have it."""
    from rdeep import Input, Model
    from rdeep.catalogue.registry import records

    rng = np.random.default_rng(2)
    for name, cls in sorted(records("layer").items()):
        if cls.internal or not (cases := cls.cases()):
            continue
        case = cases[0]
        numbers = case.codes is None
        inputs = [Input(shape, "float32" if numbers else "int32") for shape in case.shapes]
        data = [
            rng.standard_normal((2, *shape)).astype("float32")
            if numbers
            else rng.integers(0, case.codes, (2, *shape)).astype("int32")
            for shape in case.shapes
        ]
        several = len(inputs) > 1
        outputs = cls(**case.options)(inputs if several else inputs[0])
        yield f"layer {name}", Model(inputs, outputs, backend=backend), data if several else data[0]


def write_models(folder: str, backend: str = "torch") -> None:
    """Write all models into a folder, each with the data that goes in."""
    from rdeep.tabular import Tabular

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for number, (name, model, x) in enumerate(models(backend)):
            path = os.path.join(folder, f"{number:03d} {name}")
            model.save(path + ".rdeep")
            _keep(path, x)
        rng = np.random.default_rng(3)
        x = rng.standard_normal((60, 2))
        for family, y in (("gaussian", x[:, 0]), ("cox", np.c_[np.exp(x[:, 0]), x[:, 1] > 0])):
            table = Tabular(family, hidden_units=[3], epochs=2, members=2, backend=backend)
            table.fit(x, np.arange(60)[:, None] % 3, (3,), y, verbose=0)
            path = os.path.join(folder, f"tabular {family}")
            table.save(path + ".rdeep")
            _keep(path, [x[:2], np.array([[0], [1]])])


def _keep(path: str, x: Any) -> None:
    arrays = x if isinstance(x, list) else [x]
    np.savez(path + ".npz", *arrays)


def kept_data(path: str) -> list[np.ndarray]:
    """Return the data that goes into the model of a file of `write_models`."""
    with np.load(os.path.splitext(path)[0] + ".npz") as arrays:
        return [arrays[name] for name in arrays.files]
