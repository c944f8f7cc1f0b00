"""Operations and Python's operators in functional models, compared with Keras's."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

import rdeep
from rdeep import Input, Layer, Model, Sequential, ops
from rdeep.errors import ArgumentError
from rdeep.layers import BatchNormalization, Dense, Dropout, Embedding
from rdeep.ops.dispatch import as_array

SHAPE = (None, 4)
"""The shape of a sample: steps that are open, and features."""


def positions(o: Any, x: Any) -> Any:
    """Return each step's features with its number added."""
    steps = o.shape(x)[1]
    return x + o.cast(o.expand_dims(o.arange(0, steps), 1), "float32")


def causal(o: Any, x: Any) -> Any:
    """Return which steps each step may see."""
    batch, steps = o.shape(x)[0], o.shape(x)[1]
    order = o.arange(0, steps)
    seen = o.expand_dims(order, 1) >= o.expand_dims(order, 0)
    return o.cast(o.broadcast_to(seen, (batch, steps, steps)), "float32")


def heads(o: Any, x: Any) -> Any:
    """Return the features split into two heads."""
    batch, steps = o.shape(x)[0], o.shape(x)[1]
    return o.transpose(o.reshape(x, (batch, steps, 2, 2)), (0, 2, 1, 3))


CASES: dict[str, Any] = {
    "operators": lambda o, x: (2.0 - x) * (x + 1) / 4 - -(x**2) + abs(x),
    "mixed ranks": lambda o, x: x + x[:, 0:1] * x[:, -1:, :2][..., 1:],
    "comparison": lambda o, x: o.where((x > 0) & ~(x >= 1), x, 0.5),
    "matmul": lambda o, x: x @ o.transpose(x, (0, 2, 1)),
    "einsum": lambda o, x: o.einsum("btf,bsf->bts", x, x),
    "constant": lambda o, x: x * np.arange(4, dtype="float32") - np.ones((4,), "float32"),
    "items": lambda o, x: x[:, 0, None] + x[:, -1:, ::2][..., :1],
    "split": lambda o, x: o.split(x, 2, axis=-1)[1],
    "split into one": lambda o, x: o.split(x, 1, axis=-1)[0],
    "unstack": lambda o, x: o.stack(o.unstack(x, axis=-1)[1:], axis=1),
    "reduce": lambda o, x: o.mean(x, axis=1, keepdims=True) + o.max(x, axis=-1, keepdims=True),
    "sort": lambda o, x: o.flip(o.sort(x, axis=-1), axis=1),
    "softmax": lambda o, x: o.softmax(x, axis=1),
    "top_k": lambda o, x: o.top_k(x, 2)[0],
    "pad": lambda o, x: o.pad(x, ((0, 0), (1, 2), (0, 0))),
    "concatenate": lambda o, x: o.concatenate([x, o.zeros_like(x)], axis=1),
    "take": lambda o, x: o.take(x, [0, 2], axis=-1),
    "one_hot": lambda o, x: o.one_hot(o.argmax(x, axis=-1), 4),
    "positions": positions,
    "causal": causal,
    "heads": heads,
}


@pytest.mark.parametrize("name", CASES)
def test_operations_agree_with_keras(name: str) -> None:
    f = CASES[name]
    data = np.random.default_rng(3).normal(size=(3, 5, 4)).astype("float32")
    expected = np.asarray(f(keras.ops, keras.ops.convert_to_tensor(data)))
    x = Input(SHAPE)
    symbolic = f(ops, x)
    assert symbolic.shape[0] is None
    assert len(symbolic.shape) == expected.ndim
    assert all(a is None or a == b for a, b in zip(symbolic.shape, expected.shape))
    for backend in ("torch", "tensorflow"):
        # Between layers too, where the graph is no chain.
        branched = Model(x, [symbolic, x + 0.0], backend=backend)
        np.testing.assert_allclose(
            Model(x, symbolic, backend=backend).predict(data), expected, rtol=1e-5, atol=1e-5
        )
        np.testing.assert_allclose(branched.predict(data)[0], expected, rtol=1e-5, atol=1e-5)


KEYS = [
    np.s_[:, ::-1],
    np.s_[:, 0, ::-2],
    np.s_[..., ::-1],
    np.s_[:, None, 5:1:-2, ::-1],
    np.s_[:, 1:1:-1],
    np.s_[:, 3:0:-3, None, 1],
]


def test_slices_go_backwards(backend: str) -> None:
    x = Input((7, 3))
    data = np.random.default_rng(0).normal(size=(2, 7, 3)).astype("float32")
    model = Model(x, [x[key] for key in KEYS], backend=backend)
    for found, key in zip(model.predict(data), KEYS):
        np.testing.assert_array_equal(found, data[key])


def test_what_is_known_of_a_symbolic_tensor() -> None:
    x = Input((None, 4), "int32")
    assert ops.ndim(x) == 3
    assert ops.dtype(x) == "int32"
    assert ops.shape(x)[2] == 4


class Embedded(Layer):
    """Embeddings of codes and of their places."""

    def build(self, input_shape: Any) -> None:
        """Make the parts."""
        self.codes, self.places = Embedding(5, 4), Embedding(7, 4)

    def call(self, inputs: Any) -> Any:
        """Return the sum; places of known number are a constant, else an operation."""
        known = inputs.shape[1]
        places = ops.arange(known) if known else ops.arange(0, ops.shape(inputs)[1])
        return self.codes(inputs) + self.places(places)


def test_positions_are_embedded_and_saved(backend: str, tmp_path: Any) -> None:
    codes = np.random.default_rng(0).integers(0, 5, (2, 7)).astype("int32")
    found = []
    for size in (7, None):
        x = Input((size,), "int64")
        model = Model(x, Dense(2)(Embedded()(x)), backend=backend, seed=1)
        assert len(model.get_weights()) == 4
        model.save(str(tmp_path / f"{size}.rdeep"))
        again = rdeep.load_model(str(tmp_path / f"{size}.rdeep"))
        np.testing.assert_array_equal(again.predict(codes), model.predict(codes))
        model.compile("sgd", "mse")
        model.fit(codes, np.zeros((2, 7, 2)), epochs=1, verbose=0)
        found.append(model.predict(codes))
    np.testing.assert_allclose(*found, atol=1e-6)
    assert model.predict(codes[:, :3]).shape == (2, 3, 2)


@pytest.mark.parametrize(
    "f, words",
    [
        (lambda x: ops.matmul(x, Input((3, 5))), ["matmul", "(None, None, 4)", "(None, 3, 5)"]),
        (lambda x: x @ Input((3, 5)), ["(None, None, 4)", "(None, 3, 5)"]),
        (lambda x: ops.squeeze(x, axis=-1), ["squeeze", "(None, None, 4)"]),
        (lambda x: ops.add(x, Input((2, 3))), ["add", "(None, 2, 3)"]),
        (lambda x: ops.split(x, 3, axis=-1), ["split", "(None, None, 4)"]),
        (lambda x: x[0, 0, 0, 0], ["(None, None, 4)", "too many indices"]),
    ],
)
def test_impossible_shapes_are_named(f: Any, words: list[str]) -> None:
    with pytest.raises(rdeep.errors.RdeepError) as caught:
        f(Input(SHAPE))
    assert all(word in str(caught.value) for word in words), str(caught.value)


class Decoder(Layer):
    """A layer of two inputs and an option where it is applied."""

    def build(self, input_shape: Any) -> None:
        """Make the parts."""
        self.dense, self.dropout = Dense(3), Dropout(0.5)

    def call(self, inputs: Any, context: Any = None, factor: float = 1.0, training: Any = None):
        """Return both together."""
        return self.dropout(self.dense(inputs) + context * factor, training=training)


def test_a_layer_of_ones_own_takes_arguments(backend: str) -> None:
    a, b = Input((4,)), Input((3,))
    decoder = Decoder()
    model = Model([a, b], decoder(a, context=b, factor=2.0), backend=backend, seed=1)
    data = np.ones((2, 4), "float32"), np.ones((2, 3), "float32")
    kernel, bias = model.get_weights()
    np.testing.assert_allclose(model.predict(list(data)), data[0] @ kernel + bias + 2, rtol=1e-5)
    dropped = as_array(model(list(data), training=True))
    assert (dropped == 0).any()
    with pytest.raises(ArgumentError, match="the same arguments"):
        decoder(a, context=b, factor=3.0)


def test_a_model_keeps_to_a_mode(backend: str, tmp_path: Any) -> None:
    base = Sequential([Dense(3), BatchNormalization(), Dropout(0.5)], (4,), backend=backend)
    x = Input((4,))
    model = Model(x, base(x, training=False), backend=backend, seed=1)
    model.save(str(tmp_path / "kept.rdeep"))
    data = np.random.default_rng(0).normal(size=(6, 4)).astype("float32")
    for each in (model, rdeep.load_model(str(tmp_path / "kept.rdeep"))):
        np.testing.assert_array_equal(as_array(each(data, training=True)), each.predict(data))
    assert Dense(2)(x, training=True).shape == (None, 2)


def test_operations_are_calls_in_the_graph_of_torch() -> None:
    x = Input((4,))
    h = Dense(4)(x)
    model = Model(x, ops.tanh(h * np.arange(4.0)) + h, backend="torch")
    kinds = [node.op for node in model.native.graph.nodes]
    assert kinds.count("call_module") == 1
    assert kinds.count("call_function") == 3
    assert kinds.count("get_attr") == 1
