"""Data in batches: every kind of source trains, evaluates and predicts as its arrays would."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
import torch

import rdeep
from rdeep import Input, Model, Sequential
from rdeep.catalogue.layers import Concatenate, Conv1D, Dense, GlobalAveragePooling1D
from rdeep.data import streams
from rdeep.data.sparse import SparseMatrix
from rdeep.data.streams import is_stream
from rdeep.errors import DataError
from streaming import SIZE, Arrays, counter, cut, network, numbered, same, squares

# Sources ---------------------------------------------------------------------------------------


class Repeated:
    """An object that can be iterated over again and again."""

    def __init__(self, x: np.ndarray, y: np.ndarray) -> None:
        self.x, self.y = x, y

    def __iter__(self) -> Iterator[Arrays]:
        return cut(self.x, self.y)

    def batches_of(self) -> Iterator[Arrays]:
        return cut(self.x, self.y)


class Opened(Repeated):
    """What rdeep's own datasets are: an object with `open` and `batches`."""

    batches = 4

    def __iter__(self) -> Any:
        raise AssertionError("open() goes first")

    def open(self, epoch: int) -> Iterator[Arrays]:
        return cut(self.x, self.y)


class Indexed(keras.utils.PyDataset):
    """A Keras dataset, which counts the epochs it hears of."""

    def __init__(self, x: np.ndarray, y: np.ndarray) -> None:
        super().__init__()
        self.x, self.y, self.begun, self.ended = x, y, 0, 0

    def __len__(self) -> int:
        return -(-len(self.x) // SIZE)

    def __getitem__(self, index: int) -> Arrays:
        rows = slice(index * SIZE, (index + 1) * SIZE)
        return self.x[rows], self.y[rows]

    def on_epoch_begin(self) -> None:
        self.begun += 1

    def on_epoch_end(self) -> None:
        self.ended += 1


class Samples(torch.utils.data.Dataset):
    """A torch dataset of single samples, which remembers what it was asked for."""

    def __init__(self, x: np.ndarray, y: np.ndarray) -> None:
        self.x, self.y = torch.from_numpy(x), torch.from_numpy(y)
        self.asked: list[int] = []

    def __len__(self) -> int:
        return len(self.x)

    def __getitem__(self, index: int) -> Any:
        self.asked.append(index)
        return self.x[index], self.y[index]


class SampleStream(torch.utils.data.IterableDataset):
    """A torch dataset that gives single samples one after the other."""

    def __init__(self, x: np.ndarray, y: np.ndarray) -> None:
        self.x, self.y = x, y

    def __iter__(self) -> Iterator[Any]:
        return iter(zip(self.x, self.y))

    def __len__(self) -> int:
        return len(self.x)


SOURCES: dict[str, Callable[[np.ndarray, np.ndarray], Any]] = {
    "generator function": lambda x, y: lambda: cut(x, y),
    "method": lambda x, y: Repeated(x, y).batches_of,
    "partial function": lambda x, y: functools.partial(cut, x, y),
    "iterable object": Repeated,
    "open and batches": Opened,
    "torch Dataset": Samples,
    "torch IterableDataset": SampleStream,
    "torch DataLoader": lambda x, y: torch.utils.data.DataLoader(Samples(x, y), SIZE),
    "tf.data": lambda x, y: tf.data.Dataset.from_tensor_slices((x, y)).batch(SIZE),
    "PyDataset": Indexed,
}


@pytest.mark.parametrize("kind", SOURCES)
@pytest.mark.few_on_tensorflow("tf.data", "open and batches")
def test_a_source_is_as_good_as_its_arrays(kind: str, backend: str, data: Arrays) -> None:
    x, y = data
    arrays, stream = network(backend), network(backend)
    options: Any = {"batch_size": SIZE, "epochs": 3, "shuffle": False, "verbose": 0}
    expected = arrays.fit(x, y, **options)
    source = SOURCES[kind](x, y)
    assert is_stream(source)
    got = stream.fit(source, **options)
    assert got.epoch == [0, 1, 2]
    same(got.history, expected.history)
    same(
        stream.evaluate(source, batch_size=SIZE, return_dict=True),
        arrays.evaluate(x, y, return_dict=True),
    )
    predicted = stream.predict(source, batch_size=SIZE)
    np.testing.assert_allclose(predicted, arrays.predict(x), atol=1e-6)


@pytest.mark.parametrize(("batches", "bytes_"), [(1, 1 << 30), (64, 1), (3, 1 << 30)])
@pytest.mark.few_on_tensorflow("64-1")
def test_how_batches_are_joined_changes_nothing(
    batches: int, bytes_: int, backend: str, data: Arrays, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "_WINDOW_BATCHES", batches)
    monkeypatch.setattr(streams, "_WINDOW_BYTES", bytes_)
    results = []
    for source in (lambda: cut(*data, size=2), Repeated(*data)):
        model = network(backend)
        results.append(model.fit(source, epochs=2, verbose=0).history)
    for size, result in zip((2, SIZE), results):
        options: Any = {"batch_size": size, "epochs": 2, "shuffle": False, "verbose": 0}
        same(result, network(backend).fit(*data, **options).history)


def test_an_iterator_is_read_once(
    backend: str, data: Arrays, capsys: pytest.CaptureFixture[str]
) -> None:
    x, y = data
    model = network(backend)
    history = model.fit(iter(list(cut(x, y))), epochs=3, verbose=0)
    assert history.epoch == [0]
    said = "The data ended after 0 batches of epoch 2: training stops here."
    assert said in capsys.readouterr().out
    expected = network(backend).fit(x, y, batch_size=SIZE, shuffle=False, verbose=0)
    same(history.history, expected.history)
    model.fit(zip([x], [y]), verbose=0)
    assert capsys.readouterr().out == ""


def test_a_list_is_several_inputs_and_a_data_frame_one(data: Arrays) -> None:
    class Frame:
        """A data frame of prices: it has a column named `open`."""

        open = iloc = data[1]

    assert not is_stream(list(cut(*data)))
    assert not is_stream(data)
    assert not is_stream(data[0])
    assert not is_stream({"a": data[0]})
    assert not is_stream(Frame())
    assert not is_stream(torch.zeros(3))
    assert not is_stream(tf.zeros(3))
    assert is_stream(cut(*data))
    assert is_stream(iter([]))


def test_an_array_that_is_written_over_is_no_trouble(backend: str, data: Arrays) -> None:
    x, y = data

    def one_array() -> Iterator[Arrays]:
        part, target = np.empty((SIZE, 3), np.float32), np.empty((SIZE, 1), np.float32)
        for a, b in cut(x, y):
            part[: len(a)], target[: len(a)] = a, b
            yield part[: len(a)], target[: len(a)]

    model, plain = network(backend), network(backend)
    got = model.fit(one_array, epochs=2, validation_data=one_array, verbose=0)
    options: Any = {"batch_size": SIZE, "epochs": 2, "shuffle": False, "verbose": 0}
    same(got.history, plain.fit(x, y, validation_data=(x, y), **options).history)


def test_a_keras_dataset_hears_of_its_epochs(backend: str, data: Arrays) -> None:
    source = Indexed(*data)
    network(backend).fit(source, epochs=2, verbose=0)
    assert (source.begun, source.ended) == (2, 2)


@pytest.mark.parametrize("form", [dict, list])
@pytest.mark.few_on_tensorflow("dict")
def test_several_inputs_and_outputs(form: type, backend: str, data: Arrays) -> None:
    def make() -> Model:
        a, b = Input((2,), name="a"), Input((1,), name="b")
        hidden = Dense(3, "tanh")(Concatenate()([a, b]))
        outputs = [Dense(1, name="sum")(hidden), Dense(2, "softmax", name="sign")(hidden)]
        model = Model([a, b], outputs, backend=backend, seed=1)
        losses = {"sum": "mse", "sign": "sparse_categorical_crossentropy"}
        model.compile("sgd", losses, metrics={"sign": ["accuracy"]}, jit_compile=False)
        return model

    x, y = data

    def batches() -> Iterator[Any]:
        for part, target in cut(x, y):
            inputs, targets = [part[:, :2], part[:, 2:]], [target, target[:, 0] > 0]
            if form is dict:
                yield dict(zip("ab", inputs)), dict(zip(("sum", "sign"), targets))
            else:
                yield inputs, targets

    inputs, targets = [x[:, :2], x[:, 2:]], [y, y[:, 0] > 0]
    arrays, stream = make(), make()
    options: Any = {"batch_size": SIZE, "epochs": 2, "shuffle": False, "verbose": 0}
    same(stream.fit(batches, **options).history, arrays.fit(inputs, targets, **options).history)
    same(
        stream.evaluate(batches, return_dict=True),
        arrays.evaluate(inputs, targets, return_dict=True),
    )
    for mine, other in zip(stream.predict(batches), arrays.predict(inputs)):
        np.testing.assert_allclose(mine, other, atol=1e-6)


def test_weights_in_the_batches_and_by_class(
    backend: str, data: Arrays, rng: np.random.Generator
) -> None:
    x, y = data
    classes, weights = (y[:, 0] > 0).astype(int), rng.uniform(0.5, 2.0, len(x))

    def make() -> Model:
        model = Sequential([Dense(2, "softmax")], 3, backend=backend, seed=1)
        loss = "sparse_categorical_crossentropy"
        model.compile("sgd", loss, weighted_metrics=["accuracy"], jit_compile=False)
        return model

    options: Any = {"batch_size": SIZE, "epochs": 2, "shuffle": False, "verbose": 0}
    arrays, stream = make(), make()
    options["class_weight"] = {0: 3.0, 1: 0.5}
    expected = arrays.fit(x, classes, sample_weight=weights, **options)
    same(stream.fit(lambda: cut(x, classes, weights), **options).history, expected.history)
    got = stream.evaluate(lambda: cut(x, classes, weights), return_dict=True)
    same(got, arrays.evaluate(x, classes, sample_weight=weights, return_dict=True))


def test_batches_of_any_sizes(backend: str, rng: np.random.Generator) -> None:
    sizes = [5, 8, 3, 8, 8, 2, 2, 9]
    batches = [(rng.normal(size=(n, 3)), rng.normal(size=(n, 1))) for n in sizes]
    stream, one_by_one = network(backend), network(backend)
    history = stream.fit(lambda: iter(batches), verbose=0).history
    losses = [
        one_by_one.fit(x, y, batch_size=len(x), verbose=0).history["loss"][0] for x, y in batches
    ]
    for mine, other in zip(stream.get_weights(), one_by_one.get_weights()):
        np.testing.assert_allclose(mine, other, atol=1e-6)
    # A sample counts as much as another, whatever batch it came in.
    assert history["loss"][0] == pytest.approx(np.average(losses, weights=sizes), rel=1e-6)


def test_batches_of_sequences_of_any_lengths(backend: str, rng: np.random.Generator) -> None:
    lengths = [5, 5, 7, 4, 7]
    batches = [(rng.normal(size=(4, n, 2)), rng.normal(size=(4, 1))) for n in lengths]
    models = []
    for _ in range(2):
        layers = [Conv1D(3, 2, activation="tanh"), GlobalAveragePooling1D(), Dense(1)]
        models.append(Sequential(layers, (None, 2), backend=backend, seed=1))
        models[-1].compile("sgd", "mse", jit_compile=False)
    stream, one_by_one = models
    stream.fit(lambda: iter(batches), verbose=0)
    for x, y in batches:
        one_by_one.fit(x, y, verbose=0)
    for mine, other in zip(stream.get_weights(), one_by_one.get_weights()):
        np.testing.assert_allclose(mine, other, atol=1e-6)


def test_xla_does_not_compile_for_each_of_many_sizes(rng: np.random.Generator) -> None:
    model = Sequential([Dense(1)], 3, backend="tensorflow")
    model.compile("sgd", "mse", jit_compile=True)
    batches = [(rng.normal(size=(n, 3)), rng.normal(size=n)) for n in range(1, 13)]
    model.fit(lambda: iter(batches), verbose=0)
    stepper: Any = model.prepare_training()[0]
    assert stepper.xla
    assert stepper.traces <= 5


# Epochs ----------------------------------------------------------------------------------------


def test_with_steps_an_epoch_goes_on_where_the_last_one_ended(backend: str) -> None:
    class Passes:
        batches = None

        def open(self, epoch: int) -> Iterator[Arrays]:
            opened.append(epoch)
            return numbered(5)

    opened: list[int] = []
    history = counter(backend).fit(Passes(), epochs=4, steps_per_epoch=3, verbose=0)
    expected = squares([0, 1, 2], [3, 4, 0], [1, 2, 3], [4, 0, 1])
    np.testing.assert_allclose(history.history["loss"], expected, rtol=1e-6)
    assert opened == [0, 1, 2]


def test_with_steps_each_epoch_of_arrays_begins_anew_sparse_or_not(backend: str) -> None:
    ones, numbers = np.ones((8, 1)), np.repeat(np.arange(4.0), 2)
    sparse = SparseMatrix.from_columns([0, 8], list(range(8)), np.ones(8), (8, 1))
    for shuffle in (False, True):
        histories = []
        for x in (ones, sparse):
            rdeep.set_random_seed(3)
            options: Any = {"batch_size": 2, "epochs": 3, "steps_per_epoch": 2, "verbose": 0}
            model = counter(backend)
            histories.append(model.fit(x, numbers, shuffle=shuffle, **options).history["loss"])
        assert histories[0] == histories[1]
        assert shuffle or histories[0] == squares([0, 1], [0, 1], [0, 1])


def test_an_endless_source_needs_steps(backend: str) -> None:
    history = counter(backend).fit(numbered(), epochs=3, steps_per_epoch=2, verbose=0)
    expected = squares([0, 1], [2, 3], [4, 5])
    np.testing.assert_allclose(history.history["loss"], expected, rtol=1e-6)


def test_an_iterator_that_ends_amid_the_steps(
    backend: str, capsys: pytest.CaptureFixture[str]
) -> None:
    history = counter(backend).fit(numbered(5), epochs=4, steps_per_epoch=3, verbose=0)
    np.testing.assert_allclose(history.history["loss"], squares([0, 1, 2], [3, 4]), rtol=1e-6)
    assert "The data ended after 2 batches of epoch 2" in capsys.readouterr().out


def test_a_length_that_is_not_true(backend: str, capsys: pytest.CaptureFixture[str]) -> None:
    class Short:
        def __len__(self) -> int:
            return 5

        def __iter__(self) -> Iterator[Arrays]:
            return numbered(3)

    history = counter(backend).fit(Short(), epochs=2, verbose=0)
    assert history.epoch == [0]
    assert "The data ended after 3 batches of epoch 1" in capsys.readouterr().out


@pytest.mark.parametrize(("known", "told"), [(False, None), (True, 4)])
def test_events_tell_the_length_if_anybody_knows(
    known: bool, told: int | None, backend: str, data: Arrays
) -> None:
    source = Opened(*data) if known else Repeated(*data)
    session = network(backend).session(source, epochs=2, listen=["batch_end"])
    events = []
    while (event := session.advance()) is not None:
        events.append(event)
    assert {event.batches for event in events} == {told}
    assert [e.batch for e in events if e.kind == "batch_end"] == [1, 2, 3, 4] * 2
    assert (session.params["steps"], session.params["samples"]) == (told, None)


def test_a_first_epoch_other_than_0(backend: str) -> None:
    class Passes:
        batches = 1

        def open(self, epoch: int) -> Iterator[Arrays]:
            yield np.ones((1, 1)), np.array([epoch])

    history = counter(backend).fit(Passes(), epochs=5, initial_epoch=2, verbose=0)
    assert history.epoch == [2, 3, 4]
    assert history.history["loss"] == [4.0, 9.0, 16.0]


def test_validation_on_a_stream(backend: str, data: Arrays) -> None:
    x, y = data
    arrays, stream = network(backend), network(backend)
    options: Any = {"batch_size": SIZE, "epochs": 2, "shuffle": False, "verbose": 0}
    expected = arrays.fit(x, y, validation_data=(x[:16], y[:16]), **options)
    got = stream.fit(x, y, validation_data=Repeated(x, y), validation_steps=2, **options)
    same(got.history, expected.history)
    whole = stream.fit(Samples(x, y), validation_data=Samples(x, y), **options)
    assert whole.history["val_loss"][-1] == pytest.approx(stream.evaluate(x, y)["loss"], rel=1e-6)


def test_an_iterator_for_validation_goes_on_each_time(backend: str) -> None:
    x, y = np.ones((4, 1)), np.zeros(4)
    source = numbered()
    options: Any = {"epochs": 3, "validation_data": source, "validation_steps": 2, "verbose": 0}
    history = counter(backend).fit(x, y, **options).history
    expected = squares([0, 1], [2, 3], [4, 5])
    np.testing.assert_allclose(history["val_loss"], expected, rtol=1e-6)
    assert next(source)[1][0] == 6


def test_an_iterator_for_validation_that_has_ended(backend: str) -> None:
    model = counter(backend)
    options: Any = {"epochs": 3, "validation_data": numbered(2), "verbose": 0}
    with pytest.raises(DataError, match="'validation_data' gives no batch at all") as caught:
        model.fit(np.ones((4, 1)), np.zeros(4), **options)
    assert "An iterator can be read once" in str(caught.value)
    assert caught.value.argument == "validation_data"
    assert model.history is not None


def test_steps_in_evaluate_and_predict_read_no_further(backend: str) -> None:
    model = counter(backend)
    source = numbered()
    assert model.evaluate(source, steps=3)["loss"] == pytest.approx(squares([0, 1, 2])[0])
    assert model.predict(source, steps=2).shape == (4, 1)
    assert next(source)[1][0] == 5
    # As with arrays, there may be fewer.
    assert model.evaluate(numbered(2), steps=9)["loss"] == pytest.approx(0.5)


def test_an_iterator_can_be_passed_on_to_the_next_training(backend: str) -> None:
    model, source = counter(backend), numbered()
    for _ in range(4):
        history = model.fit(source, steps_per_epoch=1, verbose=0).history
    # Some batches were read ahead, and are lost.
    assert history["loss"][0] >= 9.0


# Models without a shape ------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["generator function", "torch Dataset", "tf.data", "PyDataset"])
@pytest.mark.few_on_tensorflow()
def test_the_first_batch_tells_the_shape(kind: str, backend: str, data: Arrays) -> None:
    x, y = data
    arrays, stream = network(backend), network(backend, None)
    options: Any = {"batch_size": SIZE, "epochs": 2, "shuffle": False, "verbose": 0}
    got = stream.fit(SOURCES[kind](x, y), **options)
    same(got.history, arrays.fit(x, y, **options).history)


def test_an_iterator_tells_the_shape_and_loses_nothing(backend: str, data: Arrays) -> None:
    stream = network(backend, None)
    got = stream.fit(iter(list(cut(*data))), verbose=0)
    options: Any = {"batch_size": SIZE, "shuffle": False, "verbose": 0}
    same(got.history, network(backend).fit(*data, **options).history)
    unbuilt = network(backend, None)
    assert unbuilt.predict(cut(data[0])).shape == (27, 1)
    assert unbuilt.is_built


def test_iterators_that_call_r_are_read_in_the_main_thread(backend: str, data: Arrays) -> None:
    class Generator:
        """What reticulate makes of a generator of R's."""

        __module__ = "rpytools.generator"

        def __init__(self) -> None:
            self.batches = cut(*data)

        def __iter__(self) -> Any:
            return self

        def __next__(self) -> Arrays:
            assert threading.current_thread() is threading.main_thread()
            return next(self.batches)

    options: Any = {"batch_size": SIZE, "shuffle": False, "verbose": 0}
    expected = network(backend).fit(*data, **options).history
    for shape in (3, None):
        model = network(backend, shape)
        same(model.fit(Generator(), verbose=0).history, expected)
        same(model.evaluate(Generator(), return_dict=True), model.evaluate(*data, return_dict=True))


# Orders ----------------------------------------------------------------------------------------


def test_the_order_of_a_dataset_depends_on_the_seed_alone(data: Arrays) -> None:
    def order(backend: str, seed: int, shape: int | None, size: int) -> list[int]:
        rdeep.set_random_seed(seed)
        source, model = Samples(*data), network(backend, shape)
        model.fit(source, batch_size=size, epochs=2, verbose=0)
        return source.asked[-54:]

    first = order("torch", 3, 3, SIZE)
    assert sorted(first[:27]) == sorted(first[27:]) == list(range(27))
    assert first[:27] != first[27:]
    assert first[:27] != list(range(27))
    for backend in ("torch", "tensorflow"):
        assert order(backend, 3, 3, 5) == first
        assert order(backend, 3, None, SIZE) == first
        assert order(backend, 4, 3, SIZE) != first
