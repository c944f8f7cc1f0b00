"""Keras's own files: read on every engine, written so that Keras reads them, trained on."""

from __future__ import annotations

import importlib
import inspect
import warnings
from typing import Any

import numpy as np
import pytest

import rdeep.layers as ours
from rdeep import Input, Layer, Model, Sequential, load_model, ops
from rdeep.catalogue.operations import operations
from rdeep.catalogue.registry import records
from rdeep.errors import FileError, RdeepWarning
from rdeep.models.keras_reading import load_keras
from rdeep.saving.foreign.keras_layers import CALLS
from rdeep.saving.foreign.keras_operations import CLASS_OF, CONFIGURED, ITEM, MODULE_OF

keras = pytest.importorskip("keras")
theirs = keras.layers
X = np.random.default_rng(0).standard_normal((3, 4)).astype("float32")
SERIES = np.random.default_rng(2).standard_normal((3, 3, 4)).astype("float32")
CODES = np.random.default_rng(0).integers(0, 6, (3, 6))
IMAGES = np.random.default_rng(0).standard_normal((2, 8, 8, 2)).astype("float32")


def _listed(value: Any) -> list[np.ndarray]:
    if isinstance(value, dict):
        value = [value[key] for key in sorted(value)]
    return [np.asarray(each) for each in (value if isinstance(value, (list, tuple)) else [value])]


def _shaken(model: Any) -> Any:
    """Return a model of Keras's with weights that are no starting values."""
    rng = np.random.default_rng(1)
    model.set_weights([rng.uniform(0.1, 0.9, w.shape).astype(w.dtype) for w in model.get_weights()])
    return model


def _called(model: Any, x: Any) -> list[np.ndarray]:
    if isinstance(x, np.ndarray) and x.dtype.kind in "UO":
        import tensorflow as tf

        x = tf.constant(x)
    return _listed(model(x, training=False))


def _same(got: Any, wanted: Any, atol: float = 2e-5) -> None:
    got, wanted = _listed(got), _listed(wanted)
    assert len(got) == len(wanted)
    for one, other in zip(got, wanted):
        np.testing.assert_allclose(one, other, rtol=2e-5, atol=atol)


def _images():
    x = keras.Input((8, 8, 2))
    y = theirs.Conv2D(3, 3, activation="relu", kernel_regularizer="l2")(x)
    y = theirs.BatchNormalization()(y)
    y = theirs.DepthwiseConv2D(2)(theirs.MaxPooling2D()(y))
    y = theirs.SeparableConv2D(4, 2, padding="same")(theirs.Conv2DTranspose(2, 2)(y))
    y = theirs.GroupNormalization(2)(theirs.PReLU()(y))
    y = theirs.Dense(2, "softmax")(theirs.Dropout(0.3)(theirs.GlobalAveragePooling2D()(y)))
    return keras.Model(x, y), IMAGES


def _steps():
    x = keras.Input((6,), dtype="int32", name="codes")
    y = theirs.Embedding(6, 4, mask_zero=True)(x)
    y = theirs.MultiHeadAttention(2, 3)(y, y, use_causal_mask=True)
    y = theirs.Bidirectional(theirs.LSTM(3, return_sequences=True))(y)
    y, *states = theirs.GRU(2, return_sequences=True, return_state=True)(y)
    y = theirs.TimeDistributed(theirs.Dense(2))(theirs.LayerNormalization()(y))
    y = theirs.RNN([theirs.LSTMCell(2), theirs.GRUCell(3)])(y)
    return keras.Model(
        x, [y, theirs.GRU(2)(theirs.RepeatVector(2)(y), initial_state=states)]
    ), CODES


def _shared():
    x = keras.Input((4,))
    dense = theirs.Dense(4, activation="gelu")
    inner = keras.Model(x, dense(dense(x)))
    chain = keras.Sequential([keras.Input((4,)), theirs.Dense(4), theirs.UnitNormalization()])
    one, two = keras.Input((4,), name="one"), keras.Input((4,), name="two")
    joined = theirs.Add()([chain(inner(one)), inner(two)])
    scaled = (joined * 2 - 0.5)[:, 1:3] / (keras.ops.mean(keras.ops.square(one)) + 1)
    return keras.Model({"one": one, "two": two}, [scaled, chain(joined)]), {"one": X, "two": X + 1}


def _text():
    words = theirs.TextVectorization(output_sequence_length=4)
    words.adapt(["a b", "c b"])
    x = keras.Input((1,), dtype="string")
    y = theirs.GlobalAveragePooling1D()(theirs.Embedding(9, 3, mask_zero=True)(words(x)))
    return keras.Model(x, theirs.Dense(2)(y)), np.array([["a b"], ["c z"], ["b"]])


def _lookups():
    numbers, scale = theirs.IntegerLookup(), theirs.Normalization()
    numbers.adapt(CODES)
    scale.adapt(X)
    codes, x = keras.Input((6,), dtype="int64"), keras.Input((4,))
    bins = theirs.Discretization(num_bins=3)
    bins.adapt(X)
    return keras.Model([codes, x], [numbers(codes), scale(x), bins(x)]), [CODES, X]


MADE = {"images": _images, "steps": _steps, "shared": _shared, "text": _text, "lookups": _lookups}


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """Models that Keras saved, with what goes into them and what Keras predicts."""
    folder, found = tmp_path_factory.mktemp("keras"), {}
    for name, make in MADE.items():
        model, x = make()
        if name != "lookups":
            _shaken(model)
        path = str(folder / f"{name}.keras")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model.save(path)
        found[name] = (path, x, _called(model, x))
    return found


@pytest.mark.parametrize("engine", ["torch", "numpy"])
@pytest.mark.parametrize("name", MADE)
def test_models_of_keras_predict_the_same(saved, name, engine):
    path, x, wanted = saved[name]
    _same(load_model(path, backend=engine).predict(x), wanted)


@pytest.mark.parametrize("name", ["steps"])
def test_models_of_keras_predict_the_same_on_tensorflow(saved, name):
    path, x, wanted = saved[name]
    _same(load_model(path, backend="tensorflow").predict(x), wanted)


@pytest.mark.parametrize("name", MADE)
def test_keras_reads_what_is_written(saved, name, tmp_path):
    path, x, wanted = saved[name]
    again = str(tmp_path / "again.keras")
    model = load_model(path, backend="torch")
    model.save(again)
    _same(_called(keras.models.load_model(again), x), wanted)
    _same(load_model(again, backend="numpy").predict(x), wanted)
    with pytest.raises(FileError, match="exists already"):
        model.save(again, overwrite=False)


def test_operations_keep_their_types_constants_and_what_comes_first(tmp_path):
    path, do = str(tmp_path / "a.keras"), keras.ops
    x, codes = keras.Input((4,)), keras.Input((2,), dtype="uint8")
    places = do.arange(4.0) + x
    model = keras.Model(
        [x, codes],
        [
            do.einsum("ab,ac->abc", places, do.cast(codes, "float32")),
            do.one_hot(do.cast(codes, "int32"), 3, dtype="int32"),
            do.matmul(x, do.convert_to_tensor(np.eye(4, dtype="float32")[:, ::-1].copy())),
        ],
    )
    model.save(path)
    data = [X, np.array([[0, 1], [2, 0], [1, 1]], "uint8")]
    for engine in ("torch", "numpy"):
        found = load_model(path, backend=engine).predict(data)
        _same(found, _called(model, data))
        assert found[1].dtype.kind == "i"


OPTIMIZERS = {
    "momentum": lambda: keras.optimizers.SGD(0.01, momentum=0.9, use_ema=True),
    "nadam": lambda: keras.optimizers.Nadam(),
    "amsgrad": lambda: keras.optimizers.Adam(amsgrad=True, gradient_accumulation_steps=2),
    "schedule": lambda: keras.optimizers.AdamW(keras.optimizers.schedules.CosineDecay(0.01, 100)),
}


@pytest.mark.parametrize(
    "name",
    [pytest.param(n, marks=[pytest.mark.slow] * (n in ("momentum", "nadam"))) for n in OPTIMIZERS],
)
def test_training_goes_on_from_a_file_of_keras(name, tmp_path):
    path, y = str(tmp_path / "trained.keras"), X.sum(1, keepdims=True)
    model = keras.Sequential([keras.Input((4,)), theirs.Dense(3, "tanh"), theirs.Dense(1)])
    model.compile(OPTIMIZERS[name](), keras.losses.MeanAbsoluteError(), metrics=["mae"])
    how = {"batch_size": 3, "epochs": 3, "shuffle": False, "verbose": 0}
    model.fit(X, y, **how)
    model.save(path)
    ours_again = load_model(path, backend="torch")
    assert ours_again.steps_taken == 3
    again = str(tmp_path / "again.keras")
    ours_again.save(again)
    written = keras.models.load_model(again)
    ours_again.fit(X, y, **how)
    model.fit(X, y, **how)
    written.fit(X, y, **how)
    for one, other, third in zip(
        ours_again.get_weights(), model.get_weights(), written.get_weights()
    ):
        np.testing.assert_allclose(one, other, atol=1e-4)
        np.testing.assert_allclose(third, other, atol=1e-4)


def _branches(model: Any, layers: Any, entry: Any) -> Any:
    x = entry((4,))
    short = layers.Dense(3)(x)
    long = layers.Dense(3)(layers.Dense(5)(x))
    joined = layers.BatchNormalization()(layers.Concatenate()([long, short]))
    return model(x, [layers.Dense(2)(joined), layers.Dense(1)(short)])


def test_weights_of_keras_are_matched_by_the_order_of_layers(tmp_path):
    path, other = str(tmp_path / "a.weights.h5"), str(tmp_path / "b.weights.h5")
    keras_model = _shaken(_branches(keras.Model, theirs, keras.Input))
    keras_model.save_weights(path)
    model = _branches(Model, ours, Input)
    model.load_weights(path)
    _same(model.predict(X), _called(keras_model, X))
    model.set_weights([w * 0.5 for w in model.get_weights()])
    model.save_weights(other)
    keras_model.load_weights(other)
    _same(model.predict(X), _called(keras_model, X))


def test_older_files_of_keras(tmp_path):
    pytest.importorskip("h5py")
    path = str(tmp_path / "whole.h5")
    model = keras.Sequential(
        [
            keras.Input((8, 8, 2)),
            theirs.Conv2D(3, 3, activation="relu"),
            theirs.BatchNormalization(),
            theirs.Flatten(),
            theirs.Dense(2),
        ]
    )
    _shaken(model).compile("adam", "mse", metrics=["mae"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.save(path)
    read = load_model(path, backend="numpy")
    assert read.is_compiled
    _same(read.predict(IMAGES), _called(model, IMAGES), 1e-4)
    same = Sequential(
        [ours.Conv2D(3, 3, activation="relu"), ours.BatchNormalization(), ours.Flatten()],
        input_shape=(8, 8, 2),
        backend="numpy",
    )
    with pytest.raises(FileError, match="3 layers, and the model has 2"):
        same.load_weights(path)
    same.add(ours.Dense(2))
    same.load_weights(path)
    _same(same.predict(IMAGES), _called(model, IMAGES), 1e-4)


class _Scaled(Layer):
    def __init__(self):
        super().__init__()
        self.dense = ours.Dense(4)

    def build(self, shape):
        self.scale = self.add_weight((4,), name="scale")

    def call(self, inputs):
        return self.dense(inputs) * self.scale


def test_what_keras_lacks_is_named_and_kept_in_the_format_of_rdeep(tmp_path):
    x = Input((4,))
    noise = ops.random_normal(ops.shape(x))
    limited = ops.clip(x, ops.min(x), 1.0)
    own = _Scaled()(ops.exp(ours.Dropout(0.5)(x, training=True)))
    model = Model(x, own + noise + limited)
    path = str(tmp_path / "a.keras")
    with pytest.warns(RdeepWarning, match="'a.keras' is written in rdeep's own format") as said:
        model.save(path)
    text = str(said[0].message)
    assert "always acts as it does in training (layer 'dropout')" in text
    assert "the operation random_normal as a part of the graph" in text
    assert "a size that is known with the data alone" in text
    assert "a tensor as 'x_min' of the operation clip" in text
    assert "a weight of a layer of your own, in a graph (layer 'scale')" in text
    assert "exp" not in text
    again = load_model(path)
    for own, read in zip(model.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(own, read)


def test_an_own_activation_that_was_never_used_is_kept_too(tmp_path):
    inner = Sequential([ours.Dense(2, activation=lambda x: x**3)], input_shape=(3,))
    model = Sequential([inner, ours.Dense(2, activation=lambda x: x**2)], input_shape=(3,))
    path = str(tmp_path / "a.keras")
    with pytest.warns(RdeepWarning, match="an activation of your own"):
        model.save(path)
    x = np.ones((1, 3), "float32")
    np.testing.assert_allclose(load_model(path).predict(x), model.predict(x), rtol=1e-6)


# Operations ---------------------------------------------------------------------------------------


def test_the_operations_are_those_of_keras():
    known = operations()
    for name, module in MODULE_OF.items():
        cls = getattr(importlib.import_module(module), CLASS_OF[name])
        made = [p for p in inspect.signature(cls.__init__).parameters if p not in ("self", "name")]
        called = list(inspect.signature(cls.call).parameters)[1:]
        configured = [each for each in made if each not in ("args", "kwargs")]
        assert configured == list(CONFIGURED.get(name, ())), name
        if name == ITEM:
            continue
        left = [each for each in known[name].options if each not in configured]
        assert left == [each for each in called if each != "kwargs"], name


def _encoded():
    x, noise = Input((4,), name="x"), Input((2,), name="noise")
    mean, spread = ours.Dense(2)(x), ours.Dense(2)(x)
    code = mean + ops.exp(0.5 * spread) * noise
    apart = -0.5 * ops.sum(1 + spread - ops.square(mean) - ops.exp(spread), axis=-1, keepdims=True)
    return Model([x, noise], [ours.Dense(4)(code), apart], backend="torch"), [X, X[:, :2]]


def _block():
    codes = Input((6,), dtype="int32", name="codes")
    x = ours.Embedding(6, 8)(codes) + np.linspace(0, 1, 48, dtype="float32").reshape(6, 8)
    heads = ops.transpose(ops.reshape(ours.Dense(8)(x), (-1, 6, 2, 4)), (0, 2, 1, 3))
    scores = ops.softmax(heads @ ops.transpose(heads, (0, 1, 3, 2)) / 2.0)
    mixed = ops.einsum("bhqk,bhkd->bqhd", scores, heads)
    x = ours.LayerNormalization()(x + ours.Dense(8)(ops.reshape(mixed, (-1, 6, 8))))
    start = Input((6, 8))
    part = Model(start, start + ours.Dense(8, "gelu")(ops.gelu(start)))
    return Model(codes, ops.max(part(part(x)), axis=1), backend="torch"), CODES


def _many():
    x, z, codes = Input((4,), name="x"), Input((3, 4), name="z"), Input((2,), "int32", name="codes")
    first, second = ops.split(x, 2, axis=-1)
    some = [
        (2 - x) ** 2 / 3,
        np.arange(4, dtype="float32") - x,
        x * np.array([1, 2, 3, 4]),
        z[:, 0] + z[:, -1],
        z[..., ::2],
        z[:, None, 1:, :2],
        second - first,
        abs(-x),
        ops.where(x > 0, x, 0.5),
        ops.where(ops.logical_and(x > -1, x < 1), 0.0, x),
        ops.maximum(0.1, x),
        ops.clip(x, -0.5, np.inf),
        ops.concatenate([x, z[:, 1], np.ones((1, 4), "float32") * x], axis=1),
        ops.stack([x, x + 1], axis=1),
        ops.squeeze(ops.expand_dims(x, 1), 1),
        ops.mean(z, axis=(1, 2), keepdims=True),
        ops.var(z, axis=-2),
        ops.reshape(z, (-1, 12)),
        ops.transpose(z, (0, 2, 1)) @ z,
        ops.einsum("bij,jk,bk->bi", z, np.eye(4, dtype="float32"), x),
        ops.one_hot(codes, 3),
        ops.one_hot(codes, 3, dtype="int32"),
        ops.cast(codes, "float32") * 0.5,
        codes + 1,
        ops.take(z, [2, 0], axis=1),
        ops.take_along_axis(z, ops.expand_dims(codes, -1), axis=1),
        ops.pad(z, ((0, 0), (1, 0), (0, 2)), constant_values=2.0),
        ops.top_k(x, 2)[0],
        ops.argmax(x, axis=-1),
        ops.cumsum(z, axis=1),
        ops.flip(x, 1),
        ops.roll(x, 1, axis=1),
        ops.moveaxis(z, [1, 2], [2, 1]),
        ops.repeat(x, 2, axis=1),
        ops.tile(x, (1, 2)),
        ops.norm(z, axis=-1),
        ops.logsumexp(z, axis=1),
        ops.leaky_relu(x, 0.3),
        ops.log_softmax(x),
        ops.relu(x),
        ops.tensordot(z, x[0] * 0 + 1, 1),
        ops.normalize(x, axis=1),
        ops.abs(ops.average(z, axis=1, weights=np.array([1.0, 2.0, 3.0], "float32"))),
        ops.conv(z, np.ones((2, 4, 3), "float32"), padding="same"),
        ops.depthwise_conv(z, np.ones((2, 4, 1), "float32")),
        ops.max_pool(z, 2, strides=1),
        ops.bitwise_and(codes, 1),
        ops.stop_gradient(ops.tril(z)),
    ]
    return Model([x, z, codes], some, backend="torch"), [X, SERIES, CODES[:, :2] % 3]


class _Gated(Layer):
    def __init__(self):
        super().__init__()
        self.gate, self.value = ours.Dense(4, "sigmoid"), ours.Dense(4)

    def call(self, inputs):
        return self.gate(inputs) * self.value(inputs) + inputs


def _own():
    x, own, dense = Input((4,)), _Gated(), ours.Dense(4)
    y = own(own(dense(dense(x) + 1)) * 0.5)
    return Model(x, [-own(y), y[:, 1:]], backend="torch"), X


@pytest.mark.parametrize("make", [_encoded, _block, _many, _own])
def test_operations_are_written_as_keras_has_them(make, tmp_path):
    path, again = str(tmp_path / "a.keras"), str(tmp_path / "b.keras")
    model, x = make()
    wanted = model.predict(x)
    model.save(path)
    read = keras.models.load_model(path)
    _same(_called(read, x), wanted)
    _same(load_model(path, backend="torch").predict(x), wanted)
    read.save(again)
    _same(load_model(again, backend="numpy").predict(x), wanted)


# The walk over all layers -------------------------------------------------------------------------

# Keras itself does not build or run these, or leaves images as they are.
_NOT_OF_KERAS = ("Equalization", "RandomPosterization", "RandomCrop")
WALK = [
    pytest.param(name, index, id=f"{name} {index}")
    for name, record in records("layer").items()
    if hasattr(theirs, name) and record.__module__.startswith("rdeep.")
    for index, _ in enumerate(record.cases() or ())
    if name not in _NOT_OF_KERAS
]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "index"), WALK)
def test_every_layer_both_ways(name, index, tmp_path):
    cls = records("layer")[name]
    case = cls.cases()[index]
    layer = cls(**case.options)
    dtype = "float32" if case.codes is None else "int32"
    entries = [Input(shape, dtype) for shape in case.shapes]
    listed = len(entries) > 1 or (cls.merges and not cls.lone)
    model = Model(entries, layer(entries if listed else entries[0]), backend="torch", seed=1)
    rng = np.random.default_rng(0)
    model.set_weights([rng.uniform(0.1, 0.9, w.shape) for w in model.get_weights()])
    path, again = str(tmp_path / "a.keras"), str(tmp_path / "b.keras")
    axes = case.options.get("axis")
    if isinstance(axes, (list, tuple)) and list(axes) != sorted(axes):
        with pytest.warns(RdeepWarning, match="both ends"):
            model.save(path)
        return
    model.save(path)
    read = keras.models.load_model(path)
    x = [
        rng.standard_normal((3, *shape)).astype("float32")
        if case.codes is None
        else rng.integers(0, case.codes, (3, *shape)).astype("int32")
        for shape in case.shapes
    ]
    x = x if len(x) > 1 else x[0]
    wanted = _listed(read.predict(x, verbose=0))
    read.save(again)
    atol = 1e-3 if name == "MelSpectrogram" or "dtype" in case.options else 2e-5
    _same(model.predict(x), wanted, atol)
    for engine in ("torch", "tensorflow", "numpy"):
        with open(again, "rb") as file:
            found = load_keras(file.read(), engine, None)
        _same(found.predict(x), wanted, atol)


def test_calls_name_layers_that_there_are():
    assert set(CALLS) <= set(records("layer"))
