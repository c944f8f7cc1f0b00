"""Python's face is Keras's: names, records that are called, models as its scripts use them."""

from __future__ import annotations

import copy
import importlib
import inspect
import pickle

import keras
import numpy as np
import pytest

import rdeep
from rdeep import (
    activations,
    callbacks,
    constraints,
    initializers,
    layers,
    losses,
    metrics,
    models,
    ops,
    optimizers,
    regularizers,
    utils,
)
from rdeep.errors import ArgumentError, StateError

# What Keras's modules have and rdeep's have not, by the reason.
ANOTHER_DESIGN = {
    "": (
        *("FloatDTypePolicy", "Function", "Operation", "Quantizer"),
        *("RematScope", "StatelessScope", "SymbolicScope", "name_scope", "device", "remat", "src"),
        *("distribution", "quantizers", "export", "legacy"),
        *("distillation", "preprocessing", "visualization", "wrappers"),
        *("Variable",),
    ),
    "layers": (
        *("FlaxLayer", "JaxLayer", "TFSMLayer", "TorchModuleWrapper"),
        *("ContrastLimitedAdaptiveHistogramEqualization", "Pipeline", "ReversibleEmbedding"),
    ),
    "optimizers": ("MultiOptimizer", "OptimizerMap", "legacy"),
    "callbacks": ("CallbackList", "OrbaxCheckpoint", "ProgbarLogger"),
    "utils": (*("Config", "bounding_boxes", "legacy"),),
    "saving": ("KerasFileEditor",),
    "config": ("enable_unsafe_deserialization",),
    "dtype_policies": (
        *("AWQDTypePolicy", "DTypePolicyMap", "GPTQDTypePolicy", "Int4DTypePolicy"),
        *("QuantizedDTypePolicy", "QuantizedFloat8DTypePolicy"),
    ),
}
MODULES = (
    *("", "layers", "losses", "metrics", "activations", "initializers", "regularizers"),
    *("constraints", "optimizers", "optimizers.schedules", "callbacks", "utils", "models"),
    *("saving", "random", "tree", "config", "backend"),
    *("mixed_precision", "dtype_policies"),
    "applications",
    *(f"applications.{name}" for name in dir(keras.applications) if name[:1].islower()),
)


@pytest.mark.parametrize("name", MODULES)
def test_modules_have_keras_names(name):
    ours, theirs = (
        importlib.import_module(f"{package}.{name}" if name else package)
        for package in ("rdeep", "keras")
    )
    wanted = {each for each in dir(theirs) if not each.startswith("_")}
    missing = {each for each in wanted if not hasattr(ours, each)}
    left_out = set(ANOTHER_DESIGN.get(name, ()))
    assert missing <= left_out, sorted(missing - left_out)
    assert {each for each in wanted - missing if each not in dir(ours)} <= {"datasets"}


RNG = np.random.default_rng(0)
SHARES = RNG.uniform(0.1, 0.9, (4, 3)).astype("float32")
SHARES /= SHARES.sum(-1, keepdims=True)
TRUTH = np.eye(3, dtype="float32")[[0, 2, 1, 1]]
NUMBERS = TRUTH.argmax(-1)
WEIGHTS = np.array([1.0, 0.5, 2.0, 0.0], "float32")
OF_NUMBERS = ("sparse_categorical_crossentropy",)
# Of other arguments; and Keras's sparsemax has rows that do not sum to one.
PAIRED = ("ctc", "circle", "categorical_generalized_cross_entropy")
ASIDE = ("get", "serialize", "deserialize", "sparsemax", "threshold")


def tensor_of(backend: str, value: np.ndarray):
    if backend == "torch":
        import torch

        return torch.from_numpy(value).requires_grad_(value.dtype == np.float32)
    import tensorflow as tf

    return tf.constant(value)


@pytest.mark.parametrize("kind", ["losses", "metrics"])
def test_functions_give_what_keras_gives(kind):
    door, theirs = (importlib.import_module(f"{package}.{kind}") for package in ("rdeep", "keras"))
    names = [n for n, each in vars(theirs).items() if n == n.lower() and inspect.isfunction(each)]
    compared = 0
    for name in names:
        if name in (*ASIDE, *PAIRED) or not hasattr(door, name):
            continue
        truth = NUMBERS if name.startswith("sparse") else TRUTH
        expected = np.asarray(getattr(theirs, name)(truth, SHARES))
        if name == "binary_accuracy":
            # Keras's is one for each number.
            expected = expected.mean(-1)
        found = np.asarray(getattr(door, name)(truth, SHARES))
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-6, err_msg=name)
        compared += 1
    assert compared > 15


def test_losses_are_called(backend):
    for name in ("MeanSquaredError", "CategoricalCrossentropy", "Huber", "KLDivergence"):
        for reduction in ("sum_over_batch_size", "sum", "none"):
            given = [
                getattr(module, name)(reduction=reduction) for module in (losses, keras.losses)
            ]
            found, expected = (loss(TRUTH, SHARES, sample_weight=WEIGHTS) for loss in given)
            np.testing.assert_allclose(np.asarray(found), np.asarray(expected), rtol=1e-4)
            assert not isinstance(found, float)
            tensor = given[0](tensor_of(backend, TRUTH), tensor_of(backend, SHARES), WEIGHTS)
            value = np.asarray(tensor.detach() if backend == "torch" else tensor)
            np.testing.assert_allclose(value, np.asarray(expected), rtol=1e-4)
    if backend == "torch":
        p = tensor_of(backend, SHARES)
        losses.MeanSquaredError()(TRUTH, p).backward()
        np.testing.assert_allclose(p.grad.numpy(), 2 * (SHARES - TRUTH) / TRUTH.size, rtol=1e-5)


def test_activations_are_functions_and_records():
    x = RNG.normal(size=(3, 4)).astype("float32")
    for name in dir(keras.activations):
        if name != name.lower() or name in ASIDE:
            continue
        theirs = getattr(keras.activations, name, None)
        if name.startswith("_") or not callable(theirs):
            continue
        expected = np.asarray(theirs(x))
        np.testing.assert_allclose(getattr(activations, name)(x), expected, rtol=1e-4, atol=1e-6)
        np.testing.assert_allclose(activations.get(name)(x), expected, rtol=1e-4, atol=1e-6)
        layers.Dense(2, activation=getattr(activations, name))
    assert layers.Dense(2, activation=activations.relu).activation == activations.Relu()
    np.testing.assert_allclose(activations.relu(x, 0.5), np.where(x > 0, x, x / 2), rtol=1e-6)
    assert pickle.loads(pickle.dumps(activations.relu)) is activations.relu
    assert activations.relu(rdeep.Input((3,))).shape == (None, 3)


def test_rules_are_called(backend):
    w = RNG.normal(size=(3, 4)).astype("float32")
    for ours, theirs in (
        (regularizers.L1L2(0.1, 0.2), keras.regularizers.L1L2(0.1, 0.2)),
        (regularizers.OrthogonalRegularizer(), keras.regularizers.OrthogonalRegularizer()),
        (constraints.MaxNorm(0.5), keras.constraints.MaxNorm(0.5)),
        (constraints.NonNeg(), keras.constraints.NonNeg()),
    ):
        found = ours(tensor_of(backend, w))
        found = found.detach() if backend == "torch" else found
        np.testing.assert_allclose(np.asarray(found), np.asarray(theirs(w)), rtol=1e-4)
        np.testing.assert_allclose(np.asarray(ours(w)), np.asarray(theirs(w)), rtol=1e-4)
    schedule = [m.schedules.CosineDecay(0.1, 10) for m in (optimizers, keras.optimizers)]
    np.testing.assert_allclose(float(schedule[0](3)), float(schedule[1](3)), rtol=1e-6)
    one, two = (initializers.GlorotUniform(seed=1)((3, 4)) for _ in range(2))
    np.testing.assert_array_equal(one, two)
    assert str(initializers.zeros()((2,), dtype="int32").dtype).endswith("int32")
    for wrong in (
        lambda: initializers.Ones()("odd"),
        lambda: regularizers.L2()("odd"),
        lambda: schedule[0]("odd"),
    ):
        with pytest.raises(ArgumentError):
            wrong()


X = RNG.normal(size=(12, 4)).astype("float32")
Y = X[:, :1]


def compiled(backend, **options):
    model = rdeep.Sequential([layers.Dense(3), layers.Dense(1)], (4,), backend=backend)
    model.compile(**{"optimizer": "adam", "loss": "mse", "metrics": ["mae"], **options})
    return model


def test_scores_are_numbers_lists_and_dicts(backend, capsys):
    model = compiled(backend)
    loss, mae = model.evaluate(X, Y, verbose=0)
    values = model.evaluate(X, Y, verbose=2, return_dict=True)
    assert values == pytest.approx({"loss": loss, "mae": mae})
    assert "mae: " in capsys.readouterr().out
    assert model.evaluate(X, Y)["mae"] == pytest.approx(mae)
    alone = compiled(backend, metrics=None).evaluate(X, Y)
    assert isinstance(alone, float) and alone["loss"] == alone
    assert len(model.train_on_batch(X, Y)) == 2
    assert model.test_on_batch(X, Y, return_dict=True).keys() == {"loss", "mae"}
    assert model.predict(X, verbose=0).shape == (12, 1)
    with pytest.raises(ArgumentError, match="no value named 'odd'"):
        model.evaluate(X, Y)["odd"]
    with pytest.raises(ArgumentError, match="'verbose' must be"):
        model.predict(X, verbose="loud")


def test_the_learning_rate_is_set(backend):
    optimizer = optimizers.SGD(0.5)
    model = compiled(backend, optimizer=optimizer)
    optimizer.learning_rate = 0.0
    before = model.get_weights()
    model.fit(X, Y, verbose=0)
    assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights()))
    model.optimizer.learning_rate.assign(0.25)
    assert (model.learning_rate, float(optimizer.learning_rate)) == (0.25, 0.25)
    model.fit(X, Y, verbose=0)
    assert not np.array_equal(before[0], model.get_weights()[0])
    schedule = optimizers.schedules.ExponentialDecay(0.1, 1, 0.5)
    model.optimizer.learning_rate = schedule
    model.fit(X, Y, batch_size=12, verbose=0)
    assert model.learning_rate == pytest.approx(float(schedule(model.steps_taken)))
    with pytest.raises(ArgumentError, match="follows"):
        model.optimizer.learning_rate = 0.1
    with pytest.raises(ArgumentError, match="learning_rate"):
        optimizers.Adam().learning_rate = -1.0
    chosen = optimizers.SGD(0.5)
    for copied in (copy.copy(chosen), copy.deepcopy(chosen), pickle.loads(pickle.dumps(chosen))):
        copied.learning_rate.assign(0.25)
        assert (float(copied.learning_rate), float(chosen.learning_rate)) == (0.25, 0.5)
    reduce = callbacks.LearningRateScheduler(lambda epoch, rate: 0.125)
    model = compiled(backend, optimizer="sgd")
    model.fit(X, Y, callbacks=[reduce], verbose=0)
    assert float(model.optimizer.learning_rate) == 0.125


def test_outputs_keep_their_names(backend, tmp_path):
    entry = {"p": rdeep.Input((4,)), "q": rdeep.Input((2,))}
    joined = layers.concatenate([entry["p"], entry["q"]])
    model = rdeep.Model(
        entry, {"a": layers.Dense(1)(joined), "b": layers.Dense(2)(joined)}, backend=backend
    )
    model.compile("adam", {"a": "mse", "b": "mae"}, metrics={"b": ["mse"]})
    data, truth = {"p": X, "q": X[:, :2]}, {"a": Y, "b": X[:, :2]}
    history = model.fit(data, truth, verbose=0).history
    assert {"a_loss", "b_loss", "b_mse"} <= history.keys()
    found = model.predict(data)
    assert {name: value.shape for name, value in found.items()} == {"a": (12, 1), "b": (12, 2)}
    assert model(data).keys() == model(entry).keys() == {"a", "b"}
    for name in ("m.rdeep", "m.keras"):
        model.save(str(tmp_path / name))
        again = models.load_model(str(tmp_path / name), backend=backend)
        np.testing.assert_allclose(again.predict(data)["b"], found["b"], rtol=1e-5)
    theirs = keras.models.load_model(str(tmp_path / "m.keras"))
    np.testing.assert_allclose(theirs.predict(data, verbose=0)["a"], found["a"], rtol=1e-4)
    assert pickle.loads(pickle.dumps(model)).output_names == ["a", "b"]


class Recurrent(rdeep.Model):
    def __init__(self, units=3, **kwargs):
        super().__init__(**kwargs)
        self.hidden = [layers.LSTM(units)]
        self.last = {"out": layers.Dense(1)}

    def call(self, inputs):
        for layer in self.hidden:
            inputs = layer(inputs)
        return self.last["out"](inputs)


class Functional(rdeep.Model):
    def __init__(self, units, **kwargs):
        entry = rdeep.Input((4,))
        super().__init__(inputs=entry, outputs=layers.Dense(units)(entry), **kwargs)


class Forgetful(rdeep.Model):
    def __init__(self):
        self.layer = layers.Dense(1)

    def call(self, inputs):
        return self.layer(inputs)


def test_models_are_classes(backend):
    model = Recurrent(backend=backend)
    model.compile("adam", "mse")
    model.fit(np.ones((4, 5, 2)), np.ones((4, 1)), verbose=0)
    steps = model.steps_taken
    short = np.ones((4, 3, 2), "float32")
    expected = model.predict(short)
    model.fit(short, np.ones((4, 1)), verbose=0)
    assert (model.steps_taken, expected.shape) == (steps + 1, (4, 1))
    assert Functional(2, backend=backend).predict(X).shape == (12, 2)
    built = Recurrent(backend=backend)
    built.build((None, 5, 2))
    assert built.built and built.count_params() == model.count_params()
    with pytest.raises(StateError, match="does not call"):
        Forgetful().compile("adam", "mse")


def test_chains_begin_with_the_shape_of_their_first_layer():
    assert rdeep.Sequential([layers.Dense(2, input_shape=(4,))]).input_shape == (None, 4)
    assert rdeep.Sequential([layers.Dense(2, input_dim=4)]).output_shape == (None, 2)
    assert rdeep.Sequential([layers.Embedding(9, 2, input_length=4)]).input_shape == (None, 4)
    chain = rdeep.Sequential([layers.Dense(2, batch_input_shape=(8, 4))])
    assert chain.batch_size == 8
    model = rdeep.Sequential([layers.Dense(2)])
    model.build((None, 3))
    assert model.compute_output_shape((5, 3)) == (5, 2)


def test_layers_say_what_they_learned():
    normalization = layers.Normalization()
    assert normalization.mean is None
    normalization.adapt(X)
    np.testing.assert_allclose(normalization.mean, X.mean(0), atol=1e-6)
    np.testing.assert_allclose(normalization.variance, X.var(0), rtol=1e-4)
    bins = layers.Discretization(num_bins=3)
    bins.adapt(X[:, 0])
    assert len(bins.bin_boundaries) == 2


class Distance(losses.Loss):
    def __init__(self, factor=1.0, **kwargs):
        super().__init__(**kwargs)
        self.factor = factor

    def call(self, y_true, y_pred):
        return self.factor * ops.mean(ops.abs(y_true - y_pred), axis=-1)


class Cubic(regularizers.Regularizer):
    def __call__(self, x):
        return ops.sum(ops.abs(x) ** 3)


class Falling(optimizers.schedules.LearningRateSchedule):
    def __call__(self, step):
        return 0.1 / (1.0 + step)


class Halves(initializers.Initializer):
    def __call__(self, shape, dtype=None):
        return 0.5 * ops.ones(shape)


class Below(constraints.Constraint):
    def __call__(self, w):
        return ops.minimum(w, 0.25)


def test_records_are_classes_of_users(backend, tmp_path):
    dense = layers.Dense(
        1, kernel_initializer=Halves(), kernel_regularizer=Cubic(), kernel_constraint=Below()
    )
    model = rdeep.Sequential([dense], (4,), backend=backend)
    model.compile(optimizers.SGD(Falling()), Distance(2.0))
    expected = 2 * np.abs(Y - X.sum(1, keepdims=True) / 2).mean() + 4 * 0.125
    assert model.evaluate(X, Y) == pytest.approx(expected, rel=1e-5)
    # Kept though it was never used to train.
    model.save(path := str(tmp_path / "m.rdeep"))
    assert models.load_model(path, backend=backend).evaluate(X, Y) == pytest.approx(
        expected, rel=1e-5
    )
    model.fit(X, Y, batch_size=12, verbose=0)
    assert model.get_weights()[0].max() <= 0.25
    assert model.learning_rate == pytest.approx(0.05)
    for value, base in (
        (losses.Huber(), losses.Loss),
        (Distance(), losses.Loss),
        (regularizers.L2(), regularizers.Regularizer),
    ):
        assert isinstance(value, base)
    assert not isinstance(losses.Huber(), Distance)


def test_summaries_take_keras_arguments():
    inner = rdeep.Sequential([layers.Dense(3)], (4,), name="inner")
    model = rdeep.Sequential([inner, layers.Dense(1)], (4,))
    said = []
    model.summary(expand_nested=True, show_trainable=True, print_fn=said.append, line_length=80)
    assert "  dense (Dense)" in said[0] and "Trained" in said[0] and "yes" in said[0]
    model.summary(layer_range=["inner", "inner"], print_fn=said.append)
    assert "dense" not in said[1]


def test_utilities_do_what_keras_does():
    codes = [[0, 2], [1, 1]]
    np.testing.assert_array_equal(
        utils.to_categorical(codes, 4), keras.utils.to_categorical(codes, 4)
    )
    ragged = [[1, 2, 3], [4], []]
    for options in ({}, {"maxlen": 2}, {"padding": "post", "truncating": "post", "maxlen": 2}):
        np.testing.assert_array_equal(
            utils.pad_sequences(ragged, **options), keras.utils.pad_sequences(ragged, **options)
        )
    np.testing.assert_allclose(utils.normalize(X, order=1), keras.utils.normalize(X, order=1))
    for wrong in (
        lambda: utils.to_categorical([3], 2),
        lambda: utils.to_categorical([0.5]),
        lambda: utils.pad_sequences([1, 2]),
        lambda: utils.unpack_x_y_sample_weight((1, 2, 3, 4)),
    ):
        with pytest.raises(ArgumentError):
            wrong()


def test_identifiers_are_found():
    assert losses.get("mse") is losses.mse and losses.get(None) is None
    assert metrics.get("mse") == metrics.MeanSquaredError()
    given = {"class_name": "Adam", "config": {"learning_rate": 0.5}}
    assert optimizers.get(given).learning_rate == 0.5
    assert layers.deserialize(layers.serialize(layers.Dense(3))).units == 3
    assert initializers.get("he_normal") == initializers.HeNormal()
    with pytest.raises(ArgumentError, match="no loss named"):
        losses.get("odd")
