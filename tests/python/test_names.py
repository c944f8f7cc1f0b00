"""Layers of any name, on both engines, and names that look the same once they are made safe."""

from __future__ import annotations

import numpy as np
import pytest

from rdeep import Input, Model, load_model
from rdeep.catalogue import layers as L

NAMES = [
    "a b", "a_b", "a/b", "a__b", "größe", "gr__e", "日本", "ﬁ", "x²", "1", "class", "input", "a.b",
    "a:b", "a\nb", "_x", "-", "%", " a", "a ", "self", "forward", "training", "x" * 300, "first",
    "first_activation", "first_mask", "first_penalty", "first_1", "tanh", "any", "add", "dense",
]  # fmt: skip


def _model(backend):
    x = Input((3,), name="in put/ä")
    named = [
        L.Dense(2, name=name, activation="relu" if name == "first" else None) for name in NAMES
    ]
    return Model(x, L.Concatenate(name="out put")([layer(x) for layer in named]), backend=backend)


def test_layers_may_have_any_name(backend, rng, tmp_path):
    model = _model(backend)
    weights = [rng.normal(size=w.shape).astype("float32") for w in model.get_weights()]
    model.set_weights(weights)
    x = rng.normal(size=(4, 3)).astype("float32")
    parts = [x @ w + b for w, b in zip(weights[::2], weights[1::2])]
    at = NAMES.index("first")
    parts[at] = np.maximum(parts[at], 0)
    wanted = np.concatenate(parts, axis=1)
    np.testing.assert_allclose(model.predict(x), wanted, atol=1e-5)
    native = model.native
    count = len(native.weights) if backend == "tensorflow" else len(list(native.parameters()))
    assert count == 2 * len(NAMES)
    model.compile("sgd", "mse")
    y = np.zeros((4, wanted.shape[1]))
    model.fit({"in put/ä": x}, {"out put": y}, verbose=0)
    model.save(tmp_path / "m.rdeep")
    again = load_model(tmp_path / "m.rdeep")
    np.testing.assert_allclose(again.predict(x), model.predict(x), atol=1e-6)
    assert [f"{name}/kernel" in again.get_named_weights() for name in NAMES] == [True] * len(NAMES)


@pytest.mark.parametrize("pair", [("a b", "a_b"), ("d_activation", "d"), ("drop_1", "drop")])
def test_names_in_a_chain_are_told_apart(pair, backend, rng):
    x = Input((3,))
    first = L.Dense(2, name=pair[0])
    model = Model(x, L.Dense(2, name=pair[1], activation="relu")(first(x)), backend=backend)
    weights = [rng.normal(size=w.shape).astype("float32") for w in model.get_weights()]
    model.set_weights(weights)
    data = rng.normal(size=(4, 3)).astype("float32")
    hidden = data @ weights[0] + weights[1]
    wanted = np.maximum(hidden @ weights[2] + weights[3], 0)
    np.testing.assert_allclose(model.predict(data), wanted, atol=1e-5)
