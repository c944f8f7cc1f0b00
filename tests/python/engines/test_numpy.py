"""NumPy as an engine: it predicts what the others do, draws what they draw, and does not train."""

from __future__ import annotations

import copy
import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import rdeep
import rdeep.errors
from rdeep import Input, Model, Sequential, layers, load_model, ops, random
from rdeep.engines import registry
from rdeep.errors import BackendError, DependencyError
from rdeep.tabular import Tabular

CORE = str(Path(rdeep.__file__).parents[1])
ROWS = 12

WITHOUT_ENGINES = """
import json, sys

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("torch", "tensorflow", "keras"):
            raise ImportError(f"{name} is not installed here")

sys.meta_path.insert(0, Missing())
sys.path.insert(0, sys.argv[1])
import numpy as np
import rdeep
import rdeep.errors
"""

PREDICTING = """
from rdeep.tabular.loading import load_tabular
backends, found = {}, {}
for name in json.loads(sys.argv[3]):
    load = load_tabular if name == "tabular" else rdeep.load_model
    model = load(f"{sys.argv[2]}/{name}.rdeep")
    data = np.load(f"{sys.argv[2]}/{name}_x.npz")
    x = {key: data[key] for key in data}
    given = x if name == "tabular" else {"x": list(x.values()) if len(x) > 1 else x["0"]}
    found[name] = np.asarray(model.predict(**given))
    backends[name] = model.backend
np.savez(f"{sys.argv[2]}/found.npz", **found)
print(json.dumps(backends))
"""


def without_engines(code: str, *arguments: str) -> str:
    """Return what a program prints in a Python where no engine can be imported."""
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_ENGINES + code, CORE, *arguments],
        env={name: value for name, value in os.environ.items() if name != "RDEEP_BACKEND"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def dense():
    model = Sequential(
        [
            layers.Dense(8, "relu"),
            layers.BatchNormalization(),
            layers.Dropout(0.3),
            layers.Dense(3, "softmax"),
        ],
        input_shape=(5,),
    )
    return model, floats(5)


def images():
    model = Sequential(
        [
            layers.RandomFlip("horizontal"),
            layers.Conv2D(4, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(2),
            layers.SeparableConv2D(3, 3, padding="same"),
            layers.Conv2DTranspose(2, 3, strides=2),
            layers.GlobalAveragePooling2D(),
        ],
        input_shape=(8, 8, 3),
    )
    return model, floats(8, 8, 3)


def sequences():
    x = Input((6,), "int32")
    y = layers.Embedding(9, 4, mask_zero=True)(x)
    y = layers.Bidirectional(layers.LSTM(3, return_sequences=True))(y)
    model = Model(x, layers.Dense(1)(layers.GRU(3)(y)))
    return model, np.random.default_rng(2).integers(0, 9, (ROWS, 6)).astype("int32")


def attending():
    x = Input((5, 4))
    y = layers.LayerNormalization()(x)
    y = layers.Add()([x, layers.MultiHeadAttention(2, 3, use_causal_mask=True)(y, y)])
    return Model(x, layers.Dense(2)(y)), floats(5, 4)


def words():
    cut = layers.TextVectorization(output_sequence_length=3)
    cut.adapt(["a b c", "b c d"])
    x = Input((1,), "string")
    y = layers.GlobalAveragePooling1D()(layers.Embedding(8, 3)(cut(x)))
    return Model(x, layers.Dense(1)(y)), np.array([["a b"], ["c d"]] * (ROWS // 2))


class Gated(rdeep.Layer):
    """A layer of one's own, whose `call` is traced."""

    def build(self, input_shape):
        self.kernel = self.add_weight(shape=(input_shape[-1], 4), initializer="glorot_uniform")

    def call(self, inputs):
        return ops.tanh(ops.matmul(inputs, self.kernel)) * ops.mean(inputs, -1, keepdims=True)


def own_layers():
    x = Input((5,))
    return Model(x, layers.Dense(2)(Gated()(x))), floats(5)


def operations():
    x = Input((5,))
    size = ops.shape(x)[0]
    y = ops.concatenate([ops.cumsum(x, axis=1), x[:, ::-1] ** 2], axis=-1)
    y = ops.softmax(y) * 2.0 * ops.cast(size, "float32")
    return Model(x, layers.Dense(2)(y)), floats(5)


def several_inputs():
    a, b = Input((3,), name="a"), Input((4,), name="b")
    y = layers.Concatenate()([a, b])
    return Model([a, b], layers.Dense(2)(y)), [floats(3), floats(4)]


MODELS = {
    each.__name__: each
    for each in (
        *(dense, images, sequences, attending, words, own_layers, operations),
        several_inputs,
    )
}


def floats(*shape: int) -> np.ndarray:
    return np.random.default_rng(1).normal(size=(ROWS, *shape)).astype("float32")


def test_saved_models_predict_where_no_engine_is(tmp_path):
    expected = {}
    for name, make in MODELS.items():
        model, x = make()
        model.save(str(tmp_path / f"{name}.rdeep"))
        expected[name] = model.predict(x)
        each = x if isinstance(x, list) else [x]
        np.savez(tmp_path / f"{name}_x.npz", **{str(i): a for i, a in enumerate(each)})
    table = {"numbers": floats(3), "codes": np.arange(ROWS).reshape(-1, 1) % 3}
    tabular = Tabular(epochs=1, members=2)
    tabular.fit(**table, cardinalities=(3,), y=floats()[:], verbose=0)
    tabular.save(str(tmp_path / "tabular.rdeep"))
    np.savez(tmp_path / "tabular_x.npz", **table)
    expected["tabular"] = tabular.predict(**table)
    said = without_engines(PREDICTING, str(tmp_path), json.dumps(list(expected)))
    assert json.loads(said) == dict.fromkeys(expected, "numpy")
    found = np.load(tmp_path / "found.npz")
    for name, wanted in expected.items():
        np.testing.assert_allclose(found[name], wanted, rtol=1e-5, atol=1e-5, err_msg=name)


def test_operations_and_new_models_without_an_engine():
    said = without_engines(
        """
from rdeep import ops, Sequential
from rdeep.layers import Dense
from rdeep.errors import BackendError, DependencyError
assert ops.mean([[1.0, 2.0], [3.0, 4.0]], axis=0).tolist() == [2.0, 3.0]
model = Sequential([Dense(2)], input_shape=(3,))
assert model.backend == "numpy" and model.predict(np.ones((4, 3))).shape == (4, 2)
model.compile("sgd", "mse")
try:
    model.fit(np.ones((4, 3)), np.ones((4, 2)), verbose=0)
except BackendError as error:
    print(error.message)
try:
    Sequential([Dense(2)], input_shape=(3,), backend="torch").predict(np.ones((4, 3)))
except DependencyError as error:
    print(error.hint)
"""
    )
    assert "does not train" in said and 'pip install "rdeep[torch]"' in said


@pytest.mark.parametrize("name", sorted(MODELS))
def test_predictions_are_those_of_the_engines(name, backend):
    model, x = MODELS[name]()
    expected = model.to_backend(backend).predict(x)
    found = model.to_backend("numpy").predict(x)
    assert found.dtype == expected.dtype == np.float32
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5)


def test_evaluates_as_engines_do(backend):
    x = Input((4, 3))
    y = layers.Masking()(x)
    y = layers.Dense(3, activity_regularizer="l2", kernel_regularizer="l2")(y)
    model = Model(x, layers.Dense(2, "softmax")(layers.GlobalAveragePooling1D()(y)))
    metrics = ["accuracy", "AUC"]
    model.compile("sgd", "categorical_crossentropy", metrics=metrics)
    data, truth = floats(4, 3), np.eye(2)[np.arange(ROWS) % 2]
    weights = np.linspace(0.5, 2.0, ROWS)
    logs = [
        model.to_backend(each).evaluate(data, truth, batch_size=5, sample_weight=weights)
        for each in (backend, "numpy")
    ]
    assert logs[0].keys() == logs[1].keys()
    for key, value in logs[0].items():
        assert logs[1][key] == pytest.approx(value, rel=1e-5, abs=1e-6), key


def test_what_is_drawn_is_what_engines_draw(backend):
    noise = layers.Dropout(0.5, seed=4)
    inner = Sequential([layers.Dropout(0.4), layers.Dense(3)], input_shape=(5,))
    x = Input((5,))
    y = layers.Add()([inner(noise(x)), inner(noise(layers.GaussianNoise(1.0)(x)))])
    y = (
        y
        + random.normal((3,), seed=random.SeedGenerator(3))
        + layers.Dropout(0.2)(y, training=True)
    )
    model = Model(x, y)
    there, here = model.to_backend(backend), model.to_backend("numpy")
    data = floats(5)
    np.testing.assert_allclose(
        here.sample(data, seed=5), there.sample(data, seed=5), rtol=1e-5, atol=1e-5
    )
    for _ in range(2):
        found = []
        for each in (there, here):
            rdeep.set_random_seed(8)
            found.append([each.predict(data), each.predict(data)])
        np.testing.assert_allclose(found[1], found[0], rtol=1e-5, atol=1e-5)
        assert not np.allclose(found[0][0], found[0][1])


def test_weights_are_read_and_changed():
    model, x = dense()
    moved = model.to_backend("numpy")
    before = moved.predict(x)
    assert callable(moved.native) and np.allclose(moved.native(x), before, atol=1e-6)
    moved.set_weights([2.0 * each for each in moved.get_weights()])
    for mine, theirs in zip(moved.get_weights(), model.get_weights()):
        np.testing.assert_array_equal(mine, 2.0 * theirs)
    assert not np.allclose(moved.predict(x), before)
    np.testing.assert_allclose(moved(x), moved.predict(x), atol=1e-6)


def test_training_is_refused():
    model, x = dense()
    moved = model.to_backend("numpy")
    moved.compile("sgd", "sparse_categorical_crossentropy")
    with pytest.raises(BackendError, match="does not train") as caught:
        moved.fit(x, np.zeros(ROWS), verbose=0)
    assert "to_backend()" in str(caught.value)
    with pytest.raises(BackendError, match="no device 'gpu' for NumPy"):
        model.to_backend("numpy", "gpu").predict(x)


@pytest.fixture
def nobody_chose(monkeypatch):
    """No engine is chosen by the environment: what is installed decides."""
    for name in ("RDEEP_BACKEND", "KERAS_BACKEND"):
        monkeypatch.delenv(name, raising=False)


def test_numpy_is_not_chosen_where_an_engine_is(tmp_path, nobody_chose, monkeypatch):
    model, x = dense()
    model.to_backend("numpy").save(path := str(tmp_path / "model.rdeep"))
    assert load_model(path).backend == "torch"
    assert load_model(path, backend="numpy").backend == "numpy"
    assert Sequential([layers.Dense(1)], input_shape=(2,)).backend == "torch"
    monkeypatch.setattr(registry, "installed", list)
    monkeypatch.setattr(registry, "_loaded", {})
    assert load_model(path).backend == "numpy"
    with pytest.raises(DependencyError, match="needs the Python package 'torch'"):
        load_model(path, backend="torch").predict(x)


def test_what_is_installed_is_used(tmp_path, nobody_chose, monkeypatch):
    model, x = dense()
    model.save(path := str(tmp_path / "model.rdeep"))
    pickled, expected = pickle.dumps(model), model.predict(x)
    monkeypatch.setattr(registry, "installed", lambda: ["tensorflow"])
    monkeypatch.setattr(registry, "_loaded", {})
    assert Sequential([layers.Dense(1)]).backend == "tensorflow"
    assert load_model(path).backend == pickle.loads(pickled).backend == "tensorflow"
    with pytest.raises(DependencyError, match="backend 'tensorflow' is installed"):
        load_model(path, backend="torch").predict(x)
    monkeypatch.setattr(registry, "installed", list)
    monkeypatch.setattr(registry, "_loaded", {})
    assert load_model(path).backend == "numpy"
    np.testing.assert_allclose(pickle.loads(pickled).predict(x), expected, atol=1e-6)


def test_copies_stay_on_numpy():
    model = dense()[0].to_backend("numpy")
    assert copy.deepcopy(model).backend == model.copy().backend == "numpy"


def test_a_refused_fit_leaves_a_model_of_a_table_as_it_was():
    table, y = {"numbers": floats(3), "codes": np.arange(ROWS).reshape(-1, 1) % 3}, floats()
    model = Tabular(epochs=1, members=2)
    model.fit(**table, cardinalities=(3,), y=y, verbose=0)
    before = model.predict(**table)
    with pytest.raises(rdeep.errors.RdeepError, match="'codes' holds 2 in column 1"):
        model.fit(**table, cardinalities=(2,), y=y * 100 + 5, verbose=0)
    np.testing.assert_array_equal(model.predict(**table), before)
    model.backend = "numpy"
    with pytest.raises(BackendError, match="'numpy' predicts and evaluates; it does not train"):
        model.fit(**table, cardinalities=(3,), y=y * 100 + 5, verbose=0)
    np.testing.assert_array_equal(model.predict(**table), before)


def test_errors_name_the_layer():
    x = Input((3,), "int32")
    model = Model(x, layers.Embedding(4, 2, name="places")(x), backend="numpy")
    wrong = np.full((2, 3), 2, "int32")
    model.predict(wrong)
    with pytest.raises(rdeep.errors.RdeepError, match="places"):
        model.network.predict([np.full((2, 3), 9, "int32")], 4)
