"""Models: building, naming, weights, saving, errors, laziness."""

from __future__ import annotations

import inspect
import subprocess
import sys
import zipfile

import numpy as np
import pytest

import rdeep
from rdeep import Input, Model, Sequential, load_model
from rdeep.catalogue.layers import (
    GRU,
    LSTM,
    Add,
    Bidirectional,
    Concatenate,
    Conv2D,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    Reshape,
)
from rdeep.errors import (
    ArgumentError,
    BackendError,
    DataError,
    DependencyError,
    FileError,
    ShapeError,
    StateError,
)
from rdeep.models import batches, evaluation, files, inspection, prediction, training, weights


def python(code: str) -> str:
    """Run code in a fresh process and return what it prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_importing_loads_no_engine():
    loaded = python(
        "import sys, rdeep; print([m for m in ('torch','tensorflow','keras') if m in sys.modules])"
    )
    assert loaded == "[]"


def test_describing_a_model_loads_no_engine(tmp_path):
    code = f"""
import sys, rdeep
from rdeep.layers import Dense
model = rdeep.Sequential([Dense(2)], input_shape=3, backend="tensorflow")
model.compile("adam", "mse")
model.save({str(tmp_path / "m.rdeep")!r})
print([m for m in ("torch", "tensorflow", "keras") if m in sys.modules])
"""
    assert python(code) == "[]"


def test_training_on_torch_loads_no_compiler():
    code = """
import sys, torch
# What torch itself has loaded is none of ours.
before = set(sys.modules)
import numpy as np, rdeep
from rdeep.layers import LSTM, BatchNormalization, Dense, Dropout
layers = [LSTM(2), Dense(4, "relu", kernel_regularizer="l2"), Dropout(0.5), BatchNormalization()]
model = rdeep.Sequential([*layers, Dense(1)], input_shape=(3, 2), backend="torch")
model.compile("adam", "mse", metrics=["mae"])
model.fit(np.zeros((8, 3, 2)), np.zeros((8, 1)), verbose=0)
model.predict(np.zeros((1, 3, 2)))
heavy = {"torch._dynamo", "torch._inductor", "torch.onnx", "sympy", "tensorflow", "keras"}
print(sorted(heavy & (set(sys.modules) - before)))
"""
    assert python(code) == "[]"


def test_public_names_are_all_there():
    for name in rdeep.__all__:
        assert getattr(rdeep, name) is not None
    assert set(rdeep.__all__) <= set(dir(rdeep))
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = rdeep.nonsense


def test_names_and_counts():
    model = Sequential([Dense(8, "relu"), Dense(8, name="mine"), Dense(1)], input_shape=4)
    assert [layer.name for layer in model.layers] == ["dense", "mine", "dense_1"]
    assert model.count_params() == 40 + 72 + 9
    assert model.counts() == {"total": 121, "trainable": 121, "non_trainable": 0}
    assert model.get_layer("mine").output_shape == (None, 8)
    assert model.get_layer(index=-1).name == "dense_1"
    with pytest.raises(ArgumentError, match=r"no layer named 'mien'\.\nDid you mean 'mine'"):
        model.get_layer("mien")
    with pytest.raises(ArgumentError, match="3 layers; there is none at 9"):
        model.get_layer(index=9)


def test_summary(capsys):
    Sequential([Dense(8), Dropout(0.5)], input_shape=4, name="small").summary()
    text = capsys.readouterr().out
    assert "Model 'small' on torch" in text
    assert "dense (Dense)" in text
    assert "Parameters: 40 (40 trainable, 0 not)" in text


def test_sequential_without_a_shape_finds_it_in_the_data(backend, rng):
    model = Sequential([Flatten(), Dense(2)], backend=backend)
    assert not model.is_built
    with pytest.raises(StateError, match="input shape is not known"):
        model.count_params()
    model.compile("sgd", "mse")
    model.fit(rng.normal(size=(8, 3, 2)), rng.normal(size=(8, 2)), verbose=0)
    assert model.input_shapes == [(None, 3, 2)]


def test_adding_and_taking_away_keeps_the_other_weights(backend, rng):
    model = Sequential([Dense(3, name="a"), Dense(2, name="b")], input_shape=4, backend=backend)
    x = rng.normal(size=(5, 4))
    model.predict(x)
    kernel = model.get_weights()[0]
    model.pop()
    model.add(Dense(7, name="c"))
    np.testing.assert_array_equal(model.get_weights()[0], kernel)
    assert model.predict(x).shape == (5, 7)


def test_a_layer_that_takes_a_name_leaves_the_others_their_weights():
    model = Sequential([Dense(2), Dense(2)], input_shape=2)
    before = model.get_weights()
    model.add(Dense(2, name="dense"))
    assert [layer.name for layer in model.layers] == ["dense_1", "dense_2", "dense"]
    for a, b in zip(model.get_weights()[:4], before):
        np.testing.assert_array_equal(a, b)


def test_weights_in_and_out(backend, rng):
    model = Sequential([GRU(3), Dense(2)], input_shape=(5, 4), backend=backend)
    for before in (True, False):
        weights = [rng.normal(size=w.shape).astype("float32") for w in model.get_weights()]
        model.set_weights(weights)
        for a, b in zip(model.get_weights(), weights):
            np.testing.assert_array_equal(a, b)
        if before:
            model.predict(np.zeros((1, 5, 4)))
    with pytest.raises(ShapeError, match="has 5 weights, not 1"):
        model.set_weights([np.zeros(3)])
    with pytest.raises(ShapeError, match=r"'dense/bias' has shape \(2,\), not \(3,\)"):
        model.set_weights({"dense/bias": np.zeros(3)})


@pytest.mark.few_on_tensorflow()
def test_saved_and_loaded_on_either_backend(backend, rng, tmp_path):
    path = str(tmp_path / "model.rdeep")
    x = rng.integers(0, 9, (12, 6))
    a = Input((6,), "int32", name="words")
    hidden = Bidirectional(LSTM(3, return_sequences=True))(Embedding(9, 4, mask_zero=True)(a))
    outputs = [Dense(1, name="n")(GRU(2)(hidden)), Dense(2, "softmax", name="k")(Flatten()(hidden))]
    model = Model(a, outputs, backend=backend, name="both")
    losses = {"n": rdeep.losses.MeanSquaredError(), "k": "sparse_categorical_crossentropy"}
    metrics = {"n": [rdeep.metrics.MeanAbsoluteError(name="off")], "k": ["accuracy"]}
    model.compile(rdeep.optimizers.Adam(0.002), losses, metrics)
    y = [rng.normal(size=12), rng.integers(0, 2, 12)]
    model.fit(x, y, epochs=2, verbose=0)
    model.learning_rate = 0.005
    model.save(path)
    for other in ("torch", "tensorflow"):
        loaded = load_model(path, backend=other)
        assert (loaded.name, loaded.backend, loaded.learning_rate) == ("both", other, 0.005)
        assert loaded.history.history == model.history.history
        for a, b in zip(loaded.predict(x), model.predict(x)):
            np.testing.assert_allclose(a, b, atol=1e-5)
        assert loaded.evaluate(x, y)["loss"] == pytest.approx(
            model.evaluate(x, y)["loss"], rel=1e-4
        )
    # The optimizer's state is in the file: training goes on as if nothing had happened.
    again = load_model(path)
    losses = [
        m.fit(x, y, epochs=2, shuffle=False, verbose=0).history["loss"] for m in (model, again)
    ]
    np.testing.assert_allclose(*losses, rtol=1e-6)


def test_a_file_holds_data_only(tmp_path):
    path = tmp_path / "model.rdeep"
    Sequential([Dense(1)], input_shape=2).save(str(path))
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == ["model.json", "weights.safetensors", "manifest.json"]
    twin = tmp_path / "twin.rdeep"
    load_model(str(path)).save(str(twin))
    assert twin.read_bytes() == path.read_bytes()


def test_file_errors(tmp_path):
    model = Sequential([Dense(1)], input_shape=2)
    path = tmp_path / "model.rdeep"
    with pytest.raises(FileError, match="no file"):
        load_model(str(path))
    model.save(str(path))
    with pytest.raises(FileError, match="exists already"):
        model.save(str(path), overwrite=False)
    model.save(str(path), overwrite=True)
    with pytest.raises(FileError, match="no folder"):
        model.save(str(tmp_path / "nowhere" / "model.rdeep"))
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(FileError, match="not a model that rdeep saved"):
        load_model(str(path))
    path.write_text("hello")
    with pytest.raises(FileError, match="not a model that rdeep saved"):
        load_model(str(path))


def test_weights_alone(tmp_path, backend):
    path = str(tmp_path / "w.safetensors")
    model = Sequential([Dense(1)], input_shape=2, backend=backend)
    model.save_weights(path)
    other = Sequential([Dense(1)], input_shape=2, backend=backend)
    other.load_weights(path)
    np.testing.assert_array_equal(other.get_weights()[0], model.get_weights()[0])
    wrong = Sequential([Dense(1, name="else")], input_shape=2)
    with pytest.raises(ArgumentError, match="saved from another model"):
        wrong.load_weights(path)


def test_clone_has_the_layers_and_other_weights():
    model = Sequential([Dense(3)], input_shape=2)
    twin = model.clone()
    assert [type(a.record) for a in twin.layers] == [type(a.record) for a in model.layers]
    assert not np.array_equal(twin.get_weights()[0], model.get_weights()[0])


def test_the_native_module_shares_the_weights(backend, rng):
    model = Sequential([Dense(3, "softmax")], input_shape=2, backend=backend)
    x = rng.normal(size=(4, 2)).astype("float32")
    if backend == "torch":
        import torch

        with torch.no_grad():
            out = model.native(torch.from_numpy(x)).numpy()
    else:
        out = np.asarray(model.native(x))
    np.testing.assert_allclose(out, model.predict(x), atol=1e-6)
    model.set_weights([w * 0 for w in model.get_weights()])
    np.testing.assert_allclose(model.predict(x), 1 / 3, atol=1e-6)


def test_shapes_that_do_not_fit_are_refused_when_the_layer_is_added():
    with pytest.raises(ShapeError, match="'Conv2D' wants 3 dimensions for each sample, not 2"):
        Sequential([Conv2D(3, 3)], input_shape=(28, 28))
    with pytest.raises(ShapeError, match="a window of 9 on a dimension of 5"):
        Sequential([Conv2D(3, 9)], input_shape=(5, 5, 1))
    with pytest.raises(ShapeError, match="cannot turn samples of shape"):
        Sequential([Reshape((5, 5))], input_shape=24)
    with pytest.raises(ShapeError, match="cannot merge"):
        Add()([Input((3,)), Input((4,))])
    with pytest.raises(ShapeError, match="must agree"):
        Concatenate()([Input((3, 2)), Input((4, 2))])
    with pytest.raises(ShapeError, match="needs to know the size of the last dimension"):
        Dense(3)(Input((None,)))
    with pytest.raises(ArgumentError, match="is in the model already"):
        layer = Dense(2)
        Sequential([layer, layer], input_shape=2)
    with pytest.raises(ArgumentError, match="symbolic tensors"):
        Dense(2)("text")
    with pytest.raises(ArgumentError, match="not among the model's inputs"):
        a, b = Input((2,)), Input((2,))
        Model(a, Add()([a, b]))
    with pytest.raises(ArgumentError, match="Two layers are named 'x'"):
        Sequential([Dense(2, name="x"), Dense(2, name="x")], input_shape=2)


@pytest.fixture
def model(backend):
    made = Sequential([Dense(8, "relu"), Dense(3, "softmax")], input_shape=4, backend=backend)
    made.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return made


GOOD_X, GOOD_Y = np.zeros((6, 4)), np.array([0, 1, 2, 0, 1, 2])


@pytest.mark.parametrize(
    ("x", "y", "error", "message"),
    [
        (
            np.zeros((6, 5)),
            GOOD_Y,
            ShapeError,
            r"samples of shape \(5,\); input 'input' wants \(4,\)",
        ),
        (np.zeros(6), GOOD_Y, ShapeError, "'x' has one value for each sample; input"),
        (np.full((6, 4), np.nan), GOOD_Y, DataError, "24 missing values .the first in sample 1"),
        (np.full((6, 4), np.inf), GOOD_Y, DataError, "infinite"),
        ([["a"] * 4] * 6, GOOD_Y, DataError, "must hold numbers, not text"),
        ([[1, 2], [3]], GOOD_Y, DataError, "rows of different lengths"),
        (np.zeros((0, 4)), GOOD_Y, DataError, "is empty"),
        (GOOD_X, GOOD_Y[:5], DataError, "'x' has 6 samples and 'y' has 5"),
        (GOOD_X, GOOD_Y[:5] + 7, DataError, "'x' has 6 samples and 'y' has 5"),
        (GOOD_X, GOOD_Y + 1, DataError, r"(?s)class number 3.*start from 0: subtract 1"),
        (GOOD_X, GOOD_Y - 1, DataError, "class number -1"),
        (GOOD_X, GOOD_Y + 0.5, DataError, "must hold class numbers, not 0.5"),
        (GOOD_X, np.eye(3)[GOOD_Y], ShapeError, "(?s)one class number.*categorical_crossentropy"),
        (GOOD_X, None, DataError, "'y' is missing"),
        ({"inputt": GOOD_X}, GOOD_Y, ArgumentError, "(?s)no input 'inputt'.*'input'"),
    ],
)
@pytest.mark.few_on_tensorflow("x3-", "x9-")
def test_bad_data_is_refused(model, x, y, error, message):
    with pytest.raises(error, match=message):
        model.fit(x, y, verbose=0)
    model.fit(GOOD_X, GOOD_Y, verbose=0)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"batch_size": 0}, "'batch_size' must be a positive whole number, not 0"),
        ({"epochs": -1}, "'epochs' must be a whole number, zero or more"),
        (
            {"validation_split": 1.0},
            "'validation_split' must be a number of at least 0 and below 1",
        ),
        ({"validation_split": 0.99}, "leaves nothing to train on"),
        ({"validation_data": GOOD_X}, "must be .x, y. or"),
        ({"validation_data": (GOOD_X, GOOD_Y[:3])}, "In 'validation_data': 'x' has 6"),
        ({"sample_weight": np.ones(3)}, "'sample_weight' has 3"),
        ({"callbacks": ["stop"]}, "'callbacks' must be callbacks, not 'stop'"),
        ({"steps_per_epoch": 9}, "the data has 1 batches"),
        ({"epoch": 3}, "no argument 'epoch'.\nDid you mean 'epochs'"),
        ({"verbose": 7}, "'verbose' must be"),
        ({"shuffle": "a"}, "'shuffle' must be True or False, not 'a'"),
    ],
)
def test_bad_arguments_of_fit_are_refused(model, options, message):
    with pytest.raises(rdeep.errors.RdeepError, match=message):
        model.fit(GOOD_X, GOOD_Y, **{"verbose": 0, **options})


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"optimizer": "adamm"}, "(?s)no optimizer named 'adamm'.*'adam'"),
        ({"loss": "mean_squared"}, "(?s)no loss named 'mean_squared'.*'mean_squared_error'"),
        ({"metrics": ["acuracy"]}, "(?s)no metric named 'acuracy'.*'accuracy'"),
        ({"loss": {"out": "mse"}}, "names 'out', but the model's outputs are 'dense'"),
        ({"loss": ["mse", "mse"]}, "one value for the one output, not 2"),
        ({"jit_compile": "yes"}, "'jit_compile' must be"),
        ({"loss": rdeep.losses.MeanSquaredError(reduction="none")}, "cannot be trained with"),
    ],
)
def test_bad_arguments_of_compile_are_refused(options, message):
    model = Sequential([Dense(1)], input_shape=2)
    with pytest.raises(ArgumentError, match=message):
        model.compile(**{"optimizer": "sgd", "loss": "mse", **options})


def test_too_early():
    model = Sequential([Dense(1)], input_shape=2)
    with pytest.raises(StateError, match="not compiled yet"):
        model.fit(np.zeros((2, 2)), np.zeros(2))
    model.compile("sgd")
    with pytest.raises(StateError, match="has no loss"):
        model.fit(np.zeros((2, 2)), np.zeros(2))


def test_codes_that_have_no_vector_are_refused(backend):
    model = Sequential([Embedding(5, 2), Flatten(), Dense(1)], input_shape=3, backend=backend)
    with pytest.raises(
        DataError, match="holds 5, but layer 'embedding' has vectors for 0 to 4 only"
    ):
        model.predict(np.full((2, 3), 5))


def test_unknown_backends_and_devices(backend):
    with pytest.raises(BackendError, match=r"(?s)no backend named 'tensorlow'.*'tensorflow'"):
        Sequential(backend="tensorlow")
    model = Sequential([Dense(1)], input_shape=2, backend=backend, device="cuda:7")
    with pytest.raises(BackendError, match="no device 'cuda:7'"):
        model.predict(np.zeros((1, 2)))


def test_a_missing_engine_is_named(monkeypatch, backend):
    from rdeep.engines import registry

    monkeypatch.setattr(registry, "installed", lambda: [])
    monkeypatch.setattr(registry, "_loaded", {})
    model = Sequential([Dense(1)], input_shape=2, backend=backend)
    with pytest.raises(
        DependencyError, match=f"(?s)needs the Python package '{backend}'.*pip install"
    ):
        model.predict(np.zeros((1, 2)))


def test_predictions_do_not_depend_on_the_batch_size(backend, rng):
    model = Sequential([Dense(3)], input_shape=4, backend=backend)
    x = rng.normal(size=(50, 4))
    np.testing.assert_allclose(model.predict(x, batch_size=7), model.predict(x), atol=1e-6)
    assert model.predict(x[:1]).shape == (1, 3)


def test_dropout_masks_are_those_of_the_reference(backend, rng):
    from rdeep.arrays import counter_random as reference

    model = Sequential([Dropout(0.3), Dense(1)], input_shape=50, backend=backend)
    model.compile(rdeep.optimizers.SGD(1.0), "mse")
    model.set_weights([np.zeros((50, 1)), np.zeros(1)])
    rdeep.set_random_seed(9)
    model.fit(np.ones((4, 50)), np.ones(4), epochs=1, shuffle=False, verbose=0)
    seed = rdeep.seeds.SeedStream(9).next()
    kept = reference.keep(reference.step_key(reference.layer_key(seed, "dropout"), 0), (4, 50), 0.3)
    # With zero weights and targets of one, the kernel's step is twice the mean of its inputs.
    expected = 2 * (kept / 0.7).mean(0)
    np.testing.assert_allclose(model.get_weights()[0][:, 0], expected, rtol=1e-5)


# Parts -------------------------------------------------------------------------------------------


def test_a_model_is_no_tower_of_classes():
    assert Model.__mro__ == (Model, object)
    assert Sequential.__mro__ == (Sequential, Model, object)


@pytest.mark.parametrize(
    "part", [batches, evaluation, files, inspection, prediction, training, weights]
)
def test_functions_of_a_model_are_its_methods(part):
    found = 0
    for name, function in vars(part).items():
        if not inspect.isfunction(function) or function.__module__ != part.__name__:
            continue
        first = next(iter(inspect.signature(function).parameters.values()), None)
        if first is None or name.startswith("_"):
            continue
        if first.kind is first.POSITIONAL_ONLY:
            assert vars(Model).get(name) is function, f"Model lacks {name}() of {part.__file__}"
            found += 1
    assert found
