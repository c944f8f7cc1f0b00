"""Several threads: models that are trained at once, and one that many ask."""

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import rdeep
from rdeep import Sequential
from rdeep.callbacks import Callback
from rdeep.engines.uses import Uses
from rdeep.errors import StateError
from rdeep.layers import BatchNormalization, Dense, Dropout

X = np.random.default_rng(0).normal(size=(128, 16)).astype("float32")
Y = X.sum(1)


def made(backend, seed):
    layers = [Dense(32, "relu"), Dropout(0.2), BatchNormalization(), Dense(1)]
    model = Sequential(layers, input_shape=(16,), backend=backend, seed=seed)
    model.compile("adam", "mse", metrics=["mae"])
    return model


def session(model):
    rdeep.set_random_seed(5)
    return model.session(X, Y, epochs=4, batch_size=16, validation_split=0.25)


def finished(training, model):
    while training.advance() is not None:
        pass
    return training.history.history, model.get_weights()


def at_once(*actions):
    """Run functions at the same time; return what they return, or raise."""
    together = threading.Barrier(len(actions))

    def run(action):
        together.wait()
        return action()

    with ThreadPoolExecutor(len(actions)) as pool:
        return [each.result(120) for each in [pool.submit(run, a) for a in actions]]


@pytest.mark.parametrize("pair", ["torch torch", "tensorflow tensorflow", "torch tensorflow"])
def test_models_trained_at_once_are_those_trained_alone(pair):
    for name in pair.split():
        pytest.importorskip(name)
    engines = list(enumerate(pair.split()))
    alone = []
    for i, engine in engines:
        model = made(engine, i)
        alone.append(finished(session(model), model))
    models = [made(engine, i) for i, engine in engines]
    trainings = [session(model) for model in models]
    found = at_once(*(lambda i=i: finished(trainings[i], models[i]) for i, _ in engines))
    for (history, weights), (wanted, kept) in zip(found, alone):
        assert history == wanted
        assert all(np.array_equal(a, b) for a, b in zip(weights, kept))


def test_one_model_answers_many_threads_as_it_answers_one(backend):
    model = made(backend, 1)
    model.fit(X, Y, verbose=0)
    wanted = [model.predict(X[i : i + 7]) for i in range(100)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda i: model.predict(X[i % 100 : i % 100 + 7]), range(400)))
    assert all(np.array_equal(each, wanted[i % 100]) for i, each in enumerate(found))


def test_predictions_amid_a_training_of_another_thread_are_predictions(backend):
    # Nothing is learned: each prediction must be the same, and no dropout in it.
    model = Sequential([Dense(64), Dropout(0.5), Dense(1)], input_shape=(16,), backend=backend)
    model.compile("sgd", "mse")
    model.learning_rate = 0.0
    wanted = model.predict(X)
    done = threading.Event()

    def train():
        model.fit(X, Y, batch_size=4, epochs=15, verbose=0)
        done.set()

    def ask():
        asked = 0
        while not done.is_set() or not asked:
            assert np.array_equal(model.predict(X), wanted)
            asked += 1
        return asked

    asked = at_once(train, ask)[1]
    assert asked > 0


class Holding(Callback):
    """Holds a training until somebody has seen it."""

    def __init__(self):
        super().__init__()
        self.begun, self.seen = threading.Event(), threading.Event()

    def on_epoch_begin(self, epoch, logs=None):
        self.begun.set()
        self.seen.wait(60)


def test_a_model_is_trained_by_one_thread_at_a_time(backend):
    model, holding = made(backend, 1), Holding()
    with ThreadPoolExecutor(1) as pool:
        training = pool.submit(model.fit, X, Y, callbacks=holding, epochs=2, verbose=0)
        assert holding.begun.wait(60)
        with pytest.raises(StateError, match="another thread"):
            model.fit(X, Y, verbose=0)
        holding.seen.set()
        assert len(training.result(60).history["loss"]) == 2
    assert len(model.fit(X, Y, verbose=0).history["loss"]) == 1


def test_a_change_waits_for_those_who_ask_and_keeps_new_ones_out():
    uses, order = Uses(), []
    uses.begin(changes=False)

    def change():
        uses.begin(changes=True)
        order.append("changed")
        uses.end(changes=True)

    def ask():
        uses.begin(changes=False)
        order.append("asked")
        uses.end(changes=False)

    changing = threading.Thread(target=change)
    changing.start()
    while not uses._waiting:
        pass
    asking = threading.Thread(target=ask)
    asking.start()
    asking.join(0.05)
    assert order == [] and asking.is_alive()
    # Who asks already may ask within that.
    uses.begin(changes=False)
    uses.end(changes=False)
    uses.end(changes=False)
    changing.join(10)
    asking.join(10)
    assert order == ["changed", "asked"]
