"""What was declared counts: batch sizes, names of columns, orders, ends, what is learned."""

import itertools
import warnings

import numpy as np
import pytest

from rdeep import Input, Layer, Model, Sequential, load_model, ops
from rdeep.callbacks import CSVLogger, EarlyStopping, ModelCheckpoint, ReduceLROnPlateau
from rdeep.data.columns import Columns
from rdeep.datasets import table_dataset_from_files, timeseries_dataset_from_array
from rdeep.errors import ArgumentError, DataError, StateError
from rdeep.layers import (
    Dense,
    Discretization,
    FeatureSpace,
    IntegerLookup,
    Normalization,
    Rescaling,
    SimpleRNN,
    StringLookup,
    TextVectorization,
    TimeDistributed,
)
from rdeep.metrics import F1Score
from rdeep.preprocessing.endless import is_endless


def said(function):
    """Return what a function gives, and the warnings on the way."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = function()
    return found, [str(each.message) for each in caught]


# Batch sizes ----------------------------------------------------------------------------------


@pytest.fixture
def stateful(backend):
    head = Input(batch_shape=(2, 3, 1))
    model = Sequential([head, SimpleRNN(4, stateful=True), Dense(1)], backend=backend)
    model.compile("sgd", "mse")
    return model


class Recurrent(Layer):
    """Begins with zeros for as many samples as there are."""

    def __init__(self):
        super().__init__()
        self.dense = Dense(4)

    def call(self, inputs):
        state = ops.zeros((inputs.shape[0], 4))
        for step in range(inputs.shape[1]):
            state = ops.tanh(self.dense(inputs[:, step]) + state)
        return state


def test_a_call_may_have_another_batch(backend):
    head = Input(batch_shape=(6, 3, 2))
    model = Model(head, Dense(1)(Recurrent()(head)), backend=backend)
    x = np.random.default_rng(1).normal(size=(6, 3, 2)).astype("float32")
    for scale in (1, 2):
        model.set_weights([scale * weight for weight in model.get_weights()])
        whole = np.asarray(ops.stop_gradient(model(x)))
        for rows in (1, 4):
            few = np.asarray(ops.stop_gradient(model(x[:rows])))
            np.testing.assert_allclose(few, whole[:rows], rtol=1e-5, atol=1e-6)
    fixed = Model(head, head[:, 0] + ops.zeros((6, 2)), backend=backend)
    with pytest.raises(DataError, match="declared with batches of 6"):
        fixed(x[:1])


def test_a_declared_batch_size_cuts_predictions(stateful):
    x = np.random.default_rng(1).normal(size=(4, 3, 1))
    whole = stateful.predict(x)
    stateful.reset_states()
    parts = [stateful.predict_on_batch(x[:2]), stateful.predict_on_batch(x[2:])]
    np.testing.assert_allclose(whole, np.concatenate(parts), rtol=1e-6)
    # The second batch goes on from the first's states.
    stateful.reset_states()
    assert np.abs(whole[2:] - stateful.predict(x[2:])).max() > 1e-3


def test_a_declared_batch_size_is_held_everywhere(stateful):
    x, y = np.zeros((4, 3, 1)), np.zeros(4)
    refused = {
        "'x' has 3 samples": [
            lambda: stateful.predict(x[:3]),
            lambda: stateful.evaluate(x[:3], y[:3]),
            lambda: stateful.fit(x[:3], y[:3], verbose=0),
            lambda: stateful.fit(x, y, validation_data=(x[:3], y[:3]), verbose=0),
        ],
        "'batch_size' is 4": [
            lambda: stateful.predict(x, batch_size=4),
            lambda: stateful.evaluate(x, y, batch_size=4),
            lambda: stateful.fit(x, y, batch_size=4, verbose=0),
        ],
        "'validation_batch_size' is 4": [
            lambda: stateful.fit(x, y, validation_data=(x, y), validation_batch_size=4, verbose=0)
        ],
        "'validation_split' sets aside has 1": [
            lambda: stateful.fit(x, y, validation_split=0.25, verbose=0)
        ],
        "The batch has 4 samples": [
            lambda: stateful(x),
            lambda: stateful.train_on_batch(x, y),
            lambda: stateful.test_on_batch(x, y),
            lambda: stateful.predict_on_batch(x),
            lambda: stateful.fit(iter([(x, y)]), verbose=0),
            lambda: stateful.evaluate(iter([(x, y)])),
            lambda: stateful.predict(iter([(x, y)])),
        ],
    }
    for words, calls in refused.items():
        for call in calls:
            with pytest.raises((DataError, ArgumentError), match=words):
                call()
    stateful.fit(x, y, verbose=0, validation_data=(x, y))
    assert stateful.trainer.steps_taken == 2
    stateful.fit(iter([(x[:2], y[:2])]), verbose=0)
    assert stateful.trainer.steps_taken == 3


def test_a_declared_batch_size_is_saved(tmp_path):
    model = Sequential([Input((3,), batch_size=2), Dense(1)])
    model.save(str(tmp_path / "model.rdeep"))
    assert load_model(str(tmp_path / "model.rdeep")).batch_size == model.copy().batch_size == 2
    with pytest.raises(ArgumentError, match="batches of 2 and 3"):
        inputs = [Input((1,), batch_size=size) for size in (2, 3)]
        Model(inputs, [Dense(1)(each) for each in inputs])
    for wrong in ({"shape": (1,), "batch_shape": (2, 1)}, {"batch_shape": 3}):
        with pytest.raises(ArgumentError, match="batch_shape"):
            Input(**wrong)


# Columns --------------------------------------------------------------------------------------


def table(**columns):
    """Return a structured array, which is a table without another package."""
    kinds = [(name, np.asarray(column).dtype) for name, column in columns.items()]
    out = np.empty(len(next(iter(columns.values()))), kinds)
    for name, column in columns.items():
        out[name] = column
    return out


A, B = np.arange(4.0), np.array([3.0, 1.0, 2.0, 5.0])


def test_columns_go_by_their_names(backend, tmp_path):
    model = Sequential([Dense(1)], backend=backend)
    model.compile("sgd", "mse")
    model.fit(table(a=A, b=B), A, verbose=0)
    wanted = model.predict(np.stack([A, B], axis=1))
    path = str(tmp_path / "model.rdeep")
    model.save(path)
    for each in (model, load_model(path), model.copy()):
        np.testing.assert_array_equal(each.predict(table(b=B, a=A)), wanted)
        np.testing.assert_array_equal(each.predict(table(c=B, b=B, a=A)), wanted)
    np.testing.assert_array_equal(model.predict(iter([(table(b=B, a=A),)])), wanted)
    assert model.evaluate(table(b=B, a=A), A) == model.evaluate(table(a=A, b=B), A)
    calls = [
        lambda x: model.predict(x),
        lambda x: model.evaluate(x, A),
        lambda x: model.fit(x, A, verbose=0),
        lambda x: model.fit(table(a=A, b=B), A, validation_data=(x, A), verbose=0),
        lambda x: model.train_on_batch(x, A),
        lambda x: model(x),
    ]
    for call in calls:
        with pytest.raises(DataError, match=r"no column 'a', which .* it has 'z' instead"):
            call(table(z=A, b=B))


def test_columns_of_targets_and_of_several_inputs_go_by_their_names():
    columns = Columns({})
    columns.learn([table(a=A, b=B), table(c=A)], "x", ["one", "two"])
    kept = {}
    columns.keep_in(kept)
    arranged = Columns(kept).arranged({"two": table(c=A), "one": table(b=B, a=A)}, "x")
    np.testing.assert_array_equal(arranged["one"], np.stack([A, B], axis=1))
    by_place = Columns(kept).arranged([table(b=B, a=A), table(c=A)], "x", ["one", "two"])
    np.testing.assert_array_equal(by_place[0], arranged["one"])
    assert Columns(kept).arranged([[1.0, 2.0]], "x") == [[1.0, 2.0]]
    model = Sequential([Dense(2)], input_shape=(1,))
    model.compile("sgd", "mse")
    model.fit(A, table(a=A, b=B), verbose=0)
    assert model.evaluate(A, table(b=B, a=A)) == model.evaluate(A, np.stack([A, B], axis=1))


def test_columns_of_files_are_remembered(tmp_path):
    path = tmp_path / "numbers.csv"
    rows = np.random.default_rng(3).normal(size=(20, 3))
    np.savetxt(path, rows, delimiter=",", header="a,b,y", comments="")
    data = table_dataset_from_files(str(path), x=["b", "a"], y="y", batch_size=5)
    model = Sequential([Dense(1)], input_shape=2)
    model.compile("sgd", "mse")
    model.fit(data, verbose=0)
    found = model.predict(table(a=rows[:, 0], b=rows[:, 1]))
    np.testing.assert_allclose(found, model.predict(rows[:, [1, 0]]), atol=1e-6)
    with pytest.raises(DataError, match="'c'"):
        model.predict(table(a=rows[:, 0], c=rows[:, 1]))


def test_frames_of_pandas_go_by_their_names():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"a": A, "b": B > 2})
    model = Sequential([Dense(1)])
    model.compile("sgd", "mse")
    model.fit(frame, pandas.Series(A), verbose=0)
    np.testing.assert_array_equal(model.predict(frame[["b", "a"]]), model.predict(frame))
    with pytest.raises(DataError, match="several columns with the name 'b'"):
        model.predict(frame.rename(columns={"a": "b"}))
    with pytest.raises(DataError, match="Column 'a' of 'x' holds text"):
        model.predict(frame.assign(a="u"))


# Orders ---------------------------------------------------------------------------------------


def test_predictions_come_in_order_though_training_shuffles(backend):
    data = timeseries_dataset_from_array(A, B, 2, batch_size=2, shuffle=True, seed=3)
    model = Sequential([Rescaling(1.0)], input_shape=(2,), backend=backend)
    orders = {tuple(np.concatenate([b[0] for b in data.open(epoch)])[:, 0]) for epoch in range(9)}
    assert len(orders) > 1
    np.testing.assert_array_equal(model.predict(data)[:, 0], A[:3])
    assert data.in_order().in_order().seed is None and data.seed == 3


def test_a_loader_that_shuffles_is_said():
    torch = pytest.importorskip("torch")
    data = torch.utils.data.TensorDataset(torch.zeros(4, 1))
    model = Sequential([Rescaling(1.0)], input_shape=(1,))
    for shuffle in (True, False):
        loader = torch.utils.data.DataLoader(data, batch_size=2, shuffle=shuffle)
        _, words = said(lambda: model.predict(loader))  # noqa: B023
        assert [("shuffles" in each) for each in words] == [True] * shuffle


# Ends -----------------------------------------------------------------------------------------


def test_what_never_ends_is_known():
    def endless():
        while True:
            yield 1

    def over_and_over(data):
        while True:
            yield from data

    def breaks():
        while True:
            yield 1
            if len("a") > 1:
                break

    class Forever:
        def __iter__(self):
            while True:
                yield 1

    forever = [endless, endless(), over_and_over([1]), Forever(), itertools.cycle([1])]
    assert all(is_endless(each) for each in [*forever, itertools.count(), itertools.repeat(1)])
    ending = [breaks, breaks(), [1], iter([1]), itertools.repeat(1, 2), A, (x for x in [1])]
    assert not any(is_endless(each) for each in ending)


def test_endless_data_needs_a_number_of_batches():
    model = Sequential([Dense(1)], input_shape=(1,))
    model.compile("sgd", "mse")
    batch = A[:, np.newaxis], A

    def data():
        return itertools.cycle([batch])

    calls = {
        "steps_per_epoch": lambda: model.fit(data(), verbose=0),
        "validation_steps": lambda: model.fit(*batch, validation_data=data(), verbose=0),
        "steps": lambda: model.evaluate(data()),
    }
    for needed, call in calls.items():
        with pytest.raises(ArgumentError, match=f"for ever: '{needed}'"):
            call()
    with pytest.raises(ArgumentError, match="for ever: 'steps'"):
        model.predict(data())
    with pytest.raises(ArgumentError, match="for ever: 'steps'"):
        Normalization().adapt(data())
    steps = {"validation_data": data(), "validation_steps": 2}
    model.fit(data(), steps_per_epoch=2, verbose=0, **steps)
    assert len(model.predict(data(), steps=3)) == 12
    model.lr_finder(data(), steps=3)


# What is learned ------------------------------------------------------------------------------

LEARNING = {
    "Normalization": (Normalization, A[:, np.newaxis]),
    "Discretization": (lambda: Discretization(num_bins=2), A[:, np.newaxis]),
    "IntegerLookup": (IntegerLookup, A[:, np.newaxis].astype(int)),
    "StringLookup": (StringLookup, np.array([["a"], ["b"], ["b"], ["c"]])),
    "TextVectorization": (
        lambda: TextVectorization(output_sequence_length=1),
        np.array([["a"], ["b"], ["b"], ["c"]]),
    ),
}


@pytest.mark.parametrize("name", LEARNING)
def test_what_learned_nothing_names_adapt(name, backend, tmp_path):
    make, data = LEARNING[name]
    layer = make()
    dtype = "string" if data.dtype.kind == "U" else "float32"
    model = Sequential([layer, Rescaling(1.0)], (1,), backend=backend, input_dtype=dtype)
    model.compile("sgd", "mse")
    path = str(tmp_path / "model.rdeep")
    model.save(path)
    for call in (
        lambda: layer(data),
        lambda: model.fit(data, A, verbose=0),
        lambda: model.evaluate(data, A),
        lambda: model.predict(data),
        lambda: model.predict(iter([(data,)])),
        lambda: model(data),
        lambda: load_model(path).predict(data),
    ):
        with pytest.raises(StateError, match=r"learned no \w.*\n.*adapt\(\).* '\w"):
            call()
    layer.adapt(data)
    once = model.predict(data)
    np.testing.assert_allclose(once, np.asarray(layer(data), float), rtol=1e-5)
    model.save(path, overwrite=True)
    np.testing.assert_array_equal(load_model(path).predict(data), once)
    # Another time, on other data: it replaces what was learned, in what was built too.
    layer.adapt(data[:2])
    np.testing.assert_allclose(model.predict(data), np.asarray(layer(data), float), rtol=1e-5)
    assert np.abs(model.predict(data) - once).max() > 0


def test_every_layer_that_adapts_is_among_them():
    from rdeep import layers

    adapting = {n for n in dir(layers) if getattr(getattr(layers, n), "adapts", False) is True}
    assert adapting == {*LEARNING, "FeatureSpace"}


@pytest.mark.parametrize("name", ["Normalization", "Discretization", "IntegerLookup"])
@pytest.mark.few_on_tensorflow("Normalization")
def test_what_is_learned_inside_other_layers_arrives(name, backend):
    make, data = LEARNING[name]
    layer, stepwise = make(), make()
    inner = Sequential([layer], input_shape=(1,), backend=backend)
    inputs = Input((1,))
    outer = Model(inputs, Rescaling(1.0)(inner(inputs)), backend=backend)
    steps = Sequential([TimeDistributed(stepwise)], input_shape=(4, 1), backend=backend)
    for model, x in ((outer, data), (steps, data[np.newaxis])):
        with pytest.raises(StateError, match="adapt"):
            model.predict(x)
    for part in (data, data[:2], data[1:]):
        layer.adapt(part)
        stepwise.adapt(part)
        wanted = np.asarray(layer(data), float)
        np.testing.assert_allclose(outer.predict(data), wanted, rtol=1e-5)
        np.testing.assert_allclose(inner.predict(data), wanted, rtol=1e-5)
        np.testing.assert_allclose(steps.predict(data[np.newaxis])[0], wanted, rtol=1e-5)


def test_trained_weights_beside_what_is_learned_stay(backend):
    layer = Normalization()
    inner = Sequential([layer, Dense(1)], input_shape=(1,), backend=backend)
    layer.adapt(A[:, np.newaxis])
    inputs = Input((1,))
    outer = Model(inputs, Dense(1)(inner(inputs)), backend=backend)
    outer.compile("sgd", "mse")
    outer.fit(A, A, verbose=0)
    kernels = {n: w for n, w in outer.get_named_weights().items() if "dense" in n}
    layer.adapt(B[:, np.newaxis])
    outer.predict(A)
    for name, value in kernels.items():
        np.testing.assert_array_equal(outer.get_named_weights()[name], value)


def test_a_feature_space_that_learned_nothing_names_adapt():
    space = FeatureSpace({"a": FeatureSpace.float_normalized()})
    with pytest.raises(StateError, match=r"adapt\(\)"):
        space({"a": A})


# Logs -----------------------------------------------------------------------------------------


@pytest.fixture
def scored():
    model = Sequential([Dense(3, "softmax")], input_shape=(2,))
    model.compile("sgd", "categorical_crossentropy", [F1Score(name="f1")])
    y = np.eye(3)[np.arange(24) % 3]
    return lambda callbacks, **more: model.fit(
        np.random.default_rng(2).normal(size=(24, 2)), y, callbacks=callbacks, verbose=0, **more
    )


EVERY_SECOND = {"epochs": 4, "validation_split": 0.25, "validation_freq": 2}


def test_logs_may_be_missing_and_may_be_lists(scored, tmp_path):
    callbacks = [
        CSVLogger(str(tmp_path / "logs.csv")),
        EarlyStopping(patience=1),
        ReduceLROnPlateau(patience=1),
        ModelCheckpoint(str(tmp_path / "{epoch}-{val_loss:.1f}-{f1:.1f}.rdeep")),
        ModelCheckpoint(str(tmp_path / "best.rdeep"), save_best_only=True),
    ]
    history, words = said(lambda: scored(callbacks, **EVERY_SECOND))
    assert history.epoch == [0, 1, 2, 3] and history.history["val_loss"][::2] == [None, None]
    assert sum("passed over" in each for each in words) == 3
    rows = [line.split(",") for line in (tmp_path / "logs.csv").read_text().splitlines()]
    names = rows[0]
    assert names[0] == "epoch" and "val_loss" in names and "val_f1" in names
    import csv

    with open(tmp_path / "logs.csv", newline="") as file:
        table = list(csv.DictReader(file))
    assert [row["val_loss"] == "NA" for row in table] == [True, False, True, False]
    assert all(None not in row and None not in row.values() for row in table)
    saved = sorted(path.name for path in tmp_path.glob("?-*.rdeep"))
    assert len(saved) == 4 and saved[0].startswith("1-NA-") and "NA" not in saved[1]


def test_a_log_that_cannot_come_is_refused(scored, tmp_path):
    with pytest.raises(ArgumentError, match="'val_f1' is no single number: it has 3 values"):
        scored([EarlyStopping("val_f1")], epochs=1, validation_split=0.25)
    with pytest.raises(ArgumentError, match="no log named 'val_lss'"):
        said(lambda: scored([EarlyStopping("val_lss")], **EVERY_SECOND))
    with pytest.raises(ArgumentError, match="no log named 'val_loss'"):
        scored([EarlyStopping()])
    for name in ("{loss:d}", "{0}", "{nothing}"):
        with pytest.raises(ArgumentError, match="'filepath'"):
            scored([ModelCheckpoint(str(tmp_path / name))])


def test_logs_are_added_to_a_file_of_other_columns(scored, tmp_path):
    path = tmp_path / "logs.csv"
    path.write_text("epoch,loss,acc\n0,1,2\n")
    _, words = said(lambda: scored([CSVLogger(str(path), append=True)]))
    assert len(words) == 1 and "has no columns 'f1'" in words[0]
    lines = path.read_text().splitlines()
    assert lines[:2] == ["epoch,loss,acc,f1", "0,1,2,NA"] and lines[2].split(",")[2] == "NA"
    path.write_text("a;b\n1;2\n")
    with pytest.raises(ArgumentError, match="holds no logs"):
        scored([CSVLogger(str(path), append=True)])


# Classes --------------------------------------------------------------------------------------

SORTED = np.repeat([0, 1, 2], 20)
CASES = {
    "numbers": ("sparse_categorical_crossentropy", SORTED, 3, "softmax"),
    "one hot": ("categorical_crossentropy", np.eye(3)[SORTED], 3, "softmax"),
    "two": ("binary_crossentropy", np.repeat([0, 1], 30), 1, "sigmoid"),
}


@pytest.mark.parametrize("case", CASES)
def test_classes_that_only_one_part_has_are_said(case):
    loss, y, units, activation = CASES[case]
    model = Sequential([Dense(units, activation)], input_shape=(1,))
    model.compile("sgd", loss)
    x = np.arange(60.0)

    def train(x, y, **more):
        return said(lambda: model.fit(x, y, verbose=0, **more))[1]

    last = "2" if units == 3 else "1"
    sorted_words = train(x, y, validation_split=0.5)
    assert any(f"samples of the class {last}" in each for each in sorted_words)
    assert any("no sample of the class 0" in each for each in sorted_words)
    assert all("shuffle the rows" in each for each in sorted_words)
    order = np.random.default_rng(4).permutation(60)
    assert not train(x[order], y[order], validation_split=0.5)
    assert f"class {last}" in train(x[:30], y[:30], validation_data=(x[-9:], y[-9:]))[0]
    assert not train(x, y, validation_data=(x[-9:], y[-9:]))


def test_numbers_have_no_classes():
    model = Sequential([Dense(1)], input_shape=(1,))
    model.compile("sgd", "mse")
    assert not said(lambda: model.fit(A, A, validation_split=0.5, verbose=0))[1]


# What has no effect ---------------------------------------------------------------------------


def test_what_has_no_effect_is_said():
    model = Sequential([Rescaling(1.0), Dense(1)], input_shape=(1,))
    model.compile("sgd", "mse")
    x = A[:, np.newaxis]

    def batches():
        return iter([(x, A), (x, A)])

    cases = {
        "'batch_size' has no effect": [
            lambda: model.fit(batches(), batch_size=8, verbose=0),
            lambda: model.evaluate(batches(), batch_size=8),
            lambda: model.predict(batches(), batch_size=8),
        ],
        "'validation_steps' has no effect": [
            lambda: model.fit(x, A, validation_steps=2, verbose=0)
        ],
        "'validation_freq' has no effect": [lambda: model.fit(x, A, validation_freq=2, verbose=0)],
        "no epoch to train": [lambda: model.fit(x, A, epochs=2, initial_epoch=2, verbose=0)],
        "'steps' is 9, but the data has 1 batch": [
            lambda: model.evaluate(x, A, steps=9),
            lambda: model.predict(x, steps=9),
        ],
        "'validation_steps' is 9": [
            lambda: model.fit(x, A, validation_data=(x, A), validation_steps=9, verbose=0)
        ],
    }
    for words, calls in cases.items():
        for call in calls:
            assert any(words in each for each in said(call)[1]), words
    quiet = [
        lambda: model.fit(x, A, epochs=3, initial_epoch=2, validation_split=0.5, verbose=0),
        lambda: model.evaluate(x, A, batch_size=2, steps=2),
        lambda: model.predict(batches(), steps=1),
    ]
    for call in quiet:
        assert not said(call)[1]


def test_steps_count_for_arrays_too(backend):
    model = Sequential([Rescaling(1.0)], input_shape=(1,), backend=backend)
    np.testing.assert_array_equal(model.predict(A, batch_size=2, steps=1)[:, 0], A[:2])


def test_training_on_files_reads_in_order_where_it_is_not_to_shuffle():
    seen = []

    class Files:
        batches = 1

        def open(self, epoch):
            seen.append("shuffled")
            return iter([(A[:, np.newaxis], A)])

        def in_order(self):
            seen.append("in order")
            return self

    model = Sequential([Dense(1)], input_shape=(1,))
    model.compile("sgd", "mse")
    model.fit(Files(), shuffle=False, verbose=0)
    model.fit(Files(), verbose=0)
    assert seen == ["in order", "shuffled", "shuffled"]
