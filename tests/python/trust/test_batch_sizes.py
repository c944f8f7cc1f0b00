"""`batch_size="auto"`: by the data, the network and the memory there is, the same each time."""

import numpy as np
import pytest

import rdeep
from rdeep import Input, Model, Sequential
from rdeep.errors import ArgumentError, OutOfMemoryError
from rdeep.layers import Dense, RepeatVector
from rdeep.training import batch_sizes
from rdeep.training.batch_sizes import training_batch_size


def small(backend=None, units=4):
    model = Sequential([Dense(units), Dense(1)], input_shape=(2,), backend=backend, seed=1)
    model.compile("sgd", "mse")
    return model


@pytest.mark.parametrize(
    ("rows", "size"), [(1, 32), (1600, 32), (3199, 32), (3200, 64), (10_000, 128), (10**7, 1024)]
)
def test_it_is_a_power_of_two_that_leaves_an_epoch_its_steps(rows, size):
    assert training_batch_size(small(), "auto", rows) == size


def test_a_step_takes_its_share_of_the_memory(monkeypatch):
    # 12 bytes for each of 2 + 4000 + 1 values.
    wide = small(units=4000)
    for memory, size in [(48 << 20, 128), (6 << 20, 16), (1000, 1)]:
        monkeypatch.setattr(batch_sizes, "total", lambda memory=memory: memory)
        assert training_batch_size(wide, "auto", 10**6) == size


def test_what_was_asked_for_or_declared_stays():
    assert training_batch_size(small(), 7, 10**6) == 7
    x = Input((2,), batch_size=10)
    model = Model(x, Dense(1)(x))
    model.compile("sgd", "mse")
    assert training_batch_size(model, "auto", 10**6) == 10


@pytest.mark.few_on_tensorflow()
def test_fit_evaluate_and_predict_take_it(backend):
    x = np.random.default_rng(0).normal(size=(3200, 2))
    y = x.sum(1)
    found = {}
    for size in ("auto", 64):
        rdeep.set_random_seed(3)
        model = small(backend)
        history = model.fit(x, y, batch_size=size, verbose=0, validation_batch_size=size)
        assert history.params["steps"] == 50
        found[size] = [model.get_weights(), model.evaluate(x, y, batch_size=size)["loss"]]
        assert np.allclose(model.predict(x, batch_size="auto"), model.predict(x), atol=1e-6)
    assert found["auto"][1] == pytest.approx(found[64][1])
    assert all(np.array_equal(a, b) for a, b in zip(found["auto"][0], found[64][0]))
    with pytest.raises(ArgumentError, match="'batch_size'"):
        model.fit(x, y, batch_size="car", verbose=0)


@pytest.mark.parametrize("fails", [0, 5])
@pytest.mark.few_on_tensorflow("-5")
def test_batches_are_halved_where_they_do_not_fit(backend, fails, monkeypatch, capsys):
    """From the step that did not fit on; what was trained before stays, each sample once."""
    x = np.random.default_rng(0).normal(size=(3200, 2)).astype("float32")
    model = small(backend)
    model.fit(x[:64], x[:64].sum(1), batch_size=64, verbose=0)
    stepper, run, seen = model.ready_stepper(), model.ready_stepper().run, []

    def full(state, batches, start, rates, *more):
        size, room = batches.size, max(0, fails - len(seen)) if batches.size == 64 else len(rates)
        if room:
            run(state, batches, start, rates[:room], *more)
            seen.extend([size] * min(room, len(rates)))
        if room < len(rates):
            raise OutOfMemoryError("It does not fit.")
        return True

    monkeypatch.setattr(stepper, "run", full)
    history = model.fit(x, x.sum(1), batch_size="auto", epochs=2, verbose=1)
    assert seen == [64] * fails + [32] * (2 * (50 - fails)) + [32] * 100
    assert len(history.history["loss"]) == 2 and history.history["loss"][1] < 10
    said = "Batches of 64 samples do not fit into memory: training goes on with 32."
    assert capsys.readouterr().out.count(said) == 1
    with pytest.raises(OutOfMemoryError):
        model.fit(x, x.sum(1), batch_size=64, verbose=0)


def test_a_size_that_nothing_can_mend_is_refused(backend):
    layers = [Dense(4), RepeatVector(10**8, name="wide"), Dense(10**4)]
    model = Sequential(layers, input_shape=(2,), backend=backend)
    model.compile("sgd", "mse")
    assert training_batch_size(model, "auto", 10**5) == 1
