"""Copies: `pickle`, `copy.deepcopy` and `clone` of models and of what they are made of."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys

import numpy as np
import pytest

from rdeep import Input, Layer, Metric, Model, Sequential, load_model, ops, set_random_seed
from rdeep.callbacks import EarlyStopping
from rdeep.catalogue import registry
from rdeep.catalogue.options.functions import LostFunction
from rdeep.engines.registry import load
from rdeep.errors import FileError, RdeepError
from rdeep.layers import BatchNormalization, Dense, Dropout, Normalization
from rdeep.ops.variable import Variable
from rdeep.saving.objects import restore_object
from rdeep.seeds import SeedGenerator, SeedStream, stream
from rdeep.tabular import Tabular, load_tabular

X = np.random.default_rng(1).normal(size=(32, 4)).astype("float32")
Y = X.sum(1)


def unpickled(thing):
    return pickle.loads(pickle.dumps(thing))


COPIES = pytest.mark.parametrize("copied", [unpickled, copy.deepcopy], ids=["pickle", "deepcopy"])


def numbers(tensor):
    return np.asarray(tensor.detach() if hasattr(tensor, "detach") else tensor)


class Scaled(Layer):
    def build(self, input_shape):
        self.scale = self.add_weight((input_shape[-1],), "ones", name="scale")

    def call(self, inputs):
        return inputs * self.scale


class Mean(Metric):
    def __init__(self):
        super().__init__("mean_prediction")
        self.total, self.seen = self.add_variable(()), self.add_variable(())

    def update_state(self, y_true, y_pred, sample_weight=None):
        self.total.assign_add(ops.sum(y_pred))
        self.seen.assign_add(ops.sum(ops.ones_like(y_pred)))

    def result(self):
        return self.total.value / self.seen.value


def squared(y_true, y_pred):
    return ops.mean(ops.square(y_true - y_pred), axis=-1)


def inside_a_function():
    class Local(Scaled):
        pass

    return Local()


@COPIES
@pytest.mark.few_on_tensorflow()
def test_a_copy_trains_on_as_the_original(backend, copied):
    layers = [Dense(8, "relu"), BatchNormalization(), Dropout(0.3), Scaled(), Dense(1)]
    model = Sequential(layers, input_shape=(4,), backend=backend)
    model.compile("adam", squared, metrics=["mae", Mean()])
    model.fit(X, Y, epochs=2, verbose=0)
    model.learning_rate = 0.002
    again = copied(model)
    assert np.array_equal(again.predict(X), model.predict(X))
    assert again.history.history == model.history.history
    assert again.learning_rate == 0.002
    logs = []
    for each in (model, again):
        set_random_seed(5)
        logs.append(each.fit(X, Y, epochs=2, verbose=0).history)
    assert logs[0] == logs[1]
    assert np.array_equal(again.predict(X), model.predict(X))
    # Nothing is shared: training one leaves the other alone.
    before = model.predict(X)
    again.fit(X, Y, verbose=0)
    assert np.array_equal(model.predict(X), before)


@COPIES
def test_what_models_share_their_copies_share(backend, copied):
    x, code, whole = Input((4,)), Input((2,)), Input((4,))
    encoder = Model(x, Dense(2)(x), backend=backend)
    decoder = Model(code, Dense(4)(code), backend=backend)
    both = Model(whole, decoder(encoder(whole)), backend=backend)
    both.compile("sgd", "mse")
    both.fit(X, X, verbose=0)
    expected = encoder.predict(X)
    both, again = copied((both, encoder))
    assert np.array_equal(again.predict(X), expected)
    both.fit(X, X, verbose=0)
    assert np.abs(again.predict(X) - expected).max() > 0
    part = Model(both.input, both.layers[1].output, backend=backend)
    np.testing.assert_allclose(part.predict(X), again.predict(X), rtol=1e-6)


@COPIES
def test_models_without_shape_training_or_compilation_are_copied(copied):
    bare = copied(Sequential([Dense(3), Scaled()]))
    assert not bare.is_built and not bare.is_compiled
    assert bare.predict(X).shape == (32, 3)
    compiled = Sequential([Dense(1)])
    compiled.compile("sgd", "mse")
    assert copied(compiled).fit(X, Y, verbose=0).epoch == [0]
    fresh = Sequential([Dense(1)], input_shape=(4,))
    assert np.array_equal(copied(fresh).predict(X), fresh.predict(X))


@COPIES
def test_layers_are_copied_with_their_weights(copied):
    for layer in (Dense(2), Scaled(), inside_a_function()):
        expected = numbers(layer(X)) * 1
        again = copied(layer)
        assert again is not layer
        assert np.array_equal(numbers(again(X)), expected)
    learned = Normalization()
    learned.adapt(X)
    assert np.array_equal(numbers(copied(learned)(X)), numbers(learned(X)))
    taken = Sequential([Dense(3), Dense(2)], input_shape=(4,)).layers[1]
    assert copied(taken).name == taken.name == "dense_1"


@COPIES
def test_streams_of_seeds_and_variables_are_copied(backend, copied):
    seeds = SeedGenerator(3)
    seeds.next()
    again = copied(seeds)
    assert [again.next(), again.next()] == [seeds.next(), seeds.next()]
    variable = Variable(load(backend).ops.cast(X[0], "float32"), name="kept")
    again = copied(variable)
    variable.assign_add(1.0)
    np.testing.assert_array_equal(numbers(again.value), X[0])
    np.testing.assert_array_equal(numbers(again.assign_sub(X[0]).value), 0 * X[0])


@pytest.mark.few_on_tensorflow()
def test_what_is_read_takes_no_seed_and_draws_what_the_original_would(backend, tmp_path):
    x = Input((4,))
    built = [
        Sequential([Dense(3), Dropout(0.5), Dense(1)], input_shape=(4,), backend=backend),
        Model(x, Dense(1)(x), backend=backend),
    ]
    bare = Sequential([Dense(3)], backend=backend)
    for model in (*built, bare):
        model.save(str(tmp_path / "model.rdeep"), overwrite=True)
        copies = (
            lambda model=model: load_model(str(tmp_path / "model.rdeep")),
            model.copy,
            lambda model=model: unpickled(model),
            lambda model=model: copy.copy(model),
        )
        for made in copies:
            set_random_seed(4)
            again = made()
            assert stream.next() == SeedStream(4).next()
            assert np.array_equal(again.predict(X), copy.deepcopy(model).predict(X))
    assert not np.array_equal(built[0].clone().predict(X), built[0].predict(X))
    table = Tabular("gaussian", epochs=1, members=2, backend=backend)
    table.fit(X, y=Y, verbose=0)
    table.save(str(tmp_path / "table.rdeep"))
    set_random_seed(4)
    load_tabular(str(tmp_path / "table.rdeep"))
    assert stream.next() == SeedStream(4).next()


def test_shallow_copies():
    layer = Dense(2)
    expected = numbers(layer(X))
    assert np.array_equal(numbers(copy.copy(layer)(X)), expected)
    model = Sequential([layer], input_shape=(4,))
    assert np.array_equal(copy.copy(model).predict(X), model.predict(X))


@pytest.mark.parametrize("kind", registry.kinds())
@COPIES
def test_every_record_is_copied(kind, copied):
    for name, cls in registry.records(kind).items():
        if not cls.__module__.startswith("rdeep."):
            continue  # a class of another test
        try:
            made = cls()
        except RdeepError:
            continue  # needs options
        again = copied(made)
        assert type(again) is cls and again is not made, name
        assert again.to_data() == made.to_data(), name


def test_what_pickle_cannot_name_is_kept_as_what_it_computes():
    model = Sequential([inside_a_function(), Dense(1)], input_shape=(4,))
    model.compile("sgd", lambda y, p: ops.mean(ops.square(y - p)))
    model.fit(X, Y, verbose=0)
    again = unpickled(model)
    assert np.array_equal(again.predict(X), model.predict(X))
    assert again.fit(X, Y, verbose=0).epoch == [0]
    with pytest.raises(RdeepError, match="cannot be pickled"):
        pickle.dumps(inside_a_function())


def test_deep_models_need_no_recursion():
    model = Sequential([Dense(2) for _ in range(300)], input_shape=(2,))
    assert len(unpickled(model).layers) == 300
    assert unpickled(model.layers[-1]).name == "dense_299"


@pytest.mark.few_on_tensorflow()
def test_a_pickled_model_is_read_by_another_process(tmp_path, backend):
    model = Sequential([Dense(3)], input_shape=(4,), backend=backend)
    path = tmp_path / "model.pkl"
    path.write_bytes(pickle.dumps((model, X)))
    code = "import pickle, sys; m, x = pickle.load(open(sys.argv[1], 'rb')); print(m.predict(x)[0])"
    run = [sys.executable, "-c", code, str(path)]
    shown = subprocess.run(run, capture_output=True, text=True, check=True).stdout
    assert shown.strip() == str(model.predict(X)[0])


@COPIES
def test_tabular_models_are_copied(copied):
    model = Tabular("gaussian", hidden_units=[], epochs=20, members=2)
    model.fit(X, y=Y, verbose=0)
    again = copied(model)
    assert np.array_equal(again.predict(X), model.predict(X))
    assert np.array_equal(again.coefficients(), model.coefficients())


def test_a_clone_has_weights_of_its_own(backend):
    model = Sequential([Dense(3), Scaled(), Dense(1)], input_shape=(4,), backend=backend)
    before = model.get_weights()
    clone = model.clone()
    assert [layer.name for layer in clone.layers] == [layer.name for layer in model.layers]
    assert not np.array_equal(clone.get_weights()[0], before[0])
    clone.compile("sgd", "mse")
    clone.fit(X, Y, verbose=0)
    assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights()))


@pytest.mark.parametrize("kept", [EarlyStopping(patience=3), LostFunction("mine")])
def test_an_object_kept_before_its_class_moved_is_read(kept, tmp_path):
    data, now = pickle.dumps(kept, protocol=0), type(kept).__module__.encode()
    assert now in data
    path = tmp_path / "kept"
    path.write_bytes(data.replace(now, b"rdeep.somewhere_else.stopping"))
    assert repr(restore_object(str(path))) == repr(kept)


def test_an_object_that_is_no_class_of_ours_is_not_read(tmp_path):
    path = tmp_path / "kept"
    for kept in (b"crdeep.nowhere\nNothing\n.", b"cnowhere\nEarlyStopping\n."):
        path.write_bytes(kept)
        with pytest.raises(FileError, match="cannot be read"):
            restore_object(str(path))
