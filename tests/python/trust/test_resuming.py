"""A training that is stopped and resumed is, bit by bit, the one that never stopped."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import warnings
import zipfile

import numpy as np
import pytest

import rdeep
from rdeep import Input, Model, Sequential, callbacks, load_model, optimizers
from rdeep.errors import FileError, RdeepWarning, StateError
from rdeep.layers import LSTM, BatchNormalization, Dense, Dropout
from rdeep.saving.training_state import read_state
from rdeep.training.callbacks import Callback

DATA = np.random.default_rng(2)
X = DATA.normal(size=(44, 3)).astype("float32")
Y = (X.sum(1, keepdims=True) + DATA.normal(size=(44, 1)) > 0).astype("float32")


@pytest.fixture(autouse=True)
def interrupts_are_far_apart(monkeypatch):
    monkeypatch.setattr("rdeep.interrupts.AT_ONCE_SECONDS", 0.0)


class Stops(Callback):
    """Interrupts at a step, or fails there."""

    def __init__(self, at=None, error=KeyboardInterrupt):
        self.at, self.error, self.steps = at, error, 0

    def on_train_batch_end(self, batch, logs):
        self.steps += 1
        if self.steps == self.at and self.error is KeyboardInterrupt:
            signal.raise_signal(signal.SIGINT)
        elif self.steps == self.at:
            raise self.error

    def get_state(self):
        return {"steps": self.steps}

    def set_state(self, state):
        self.steps = state["steps"]


def small(backend, optimizer=None):
    layers = [Dense(6, "tanh"), BatchNormalization(), Dropout(0.4), Dense(1, "sigmoid")]
    model = Sequential(layers, input_shape=3, backend=backend)
    model.compile(
        optimizer or optimizers.Adam(0.02, use_ema=True, gradient_accumulation_steps=3),
        "binary_crossentropy",
        metrics=["accuracy", "auc"],
    )
    return model


def whole_state(model, history):
    arrays = {**model.get_named_weights(), **model.trainer.slots()}
    return {name: a.tobytes() for name, a in arrays.items()}, history.epoch, history.history


def assert_resumes(train, folder, stops, error=KeyboardInterrupt, seed=3):
    """Train whole, then stopped and resumed at steps, without a seed: all must be the same."""
    rdeep.set_random_seed(seed)
    whole = whole_state(*train(Stops(), callbacks.BackupAndRestore(folder / "whole", save_freq=2)))
    for stop in stops:
        backup = callbacks.BackupAndRestore(folder / f"at {stop}", save_freq=2)
        rdeep.set_random_seed(seed)
        with pytest.raises(error):
            train(Stops(stop, error), backup)
        rdeep.set_random_seed(99)
        rdeep.seeds.stream.next()
        assert whole_state(*train(Stops(), backup)) == whole, f"stopped after step {stop}"
        assert not (folder / f"at {stop}").exists()


def everything(backend, folder):
    def train(*given):
        model = small(backend)
        history = model.fit(
            X,
            Y,
            batch_size=8,
            epochs=5,
            validation_split=0.2,
            validation_freq=2,
            sample_weight=np.linspace(0.5, 1, 44),
            class_weight={0: 1.0, 1: 2.0},
            callbacks=[
                callbacks.EarlyStopping("loss", patience=2, restore_best_weights=True),
                callbacks.ReduceLROnPlateau("loss", patience=1, min_delta=0.05),
                callbacks.ModelCheckpoint(folder / "best.rdeep", "loss", save_best_only=True),
                callbacks.CSVLogger(folder / "log.csv"),
                callbacks.SwapEMAWeights(),
                *given,
            ],
            verbose=0,
        )
        return model, history

    return train


# What takes seconds on TensorFlow is tried more often by the torture tests.
@pytest.mark.parametrize(
    ("error", "backend"),
    [(KeyboardInterrupt, "torch"), (RuntimeError, "torch"), (KeyboardInterrupt, "tensorflow")],
)
def test_a_training_with_everything_resumes_at_any_step(error, backend, tmp_path):
    train = everything(backend, tmp_path)
    rdeep.set_random_seed(3)
    train(Stops(), callbacks.BackupAndRestore(tmp_path / "first", save_freq=2))
    files = {n: (tmp_path / n).read_bytes() for n in ("best.rdeep", "log.csv")}
    stops = (1, 5, 8, 13) if backend == "torch" else (7,)
    stops = stops if error is KeyboardInterrupt else (1, 4, 9)
    assert_resumes(train, tmp_path, stops, error)
    assert {n: (tmp_path / n).read_bytes() for n in files} == files


@pytest.mark.few_on_tensorflow()
def test_several_outputs_and_a_schedule_resume(backend, tmp_path):
    def train(*given):
        x = Input((3,))
        hidden = Dropout(0.3)(Dense(5, "relu")(x))
        model = Model(x, [Dense(1)(hidden), Dense(2, "softmax")(hidden)], backend=backend)
        model.compile("nadam", ["mse", "sparse_categorical_crossentropy"], steps_per_execution=2)
        data = (X, [Y, Y[:, 0].astype(int)])
        one_cycle = callbacks.OneCycle(0.05)
        history = model.fit(*data, batch_size=8, epochs=3, callbacks=[one_cycle, *given], verbose=0)
        return model, history

    assert_resumes(train, tmp_path, (2, 3, 7) if backend == "torch" else (5,))


def test_states_between_batches_and_loss_scales_resume(backend, tmp_path):
    x, y = X[:40].reshape(10, 4, 3), Y[:10]

    def train(*given):
        model = Sequential([LSTM(4, stateful=True), Dense(1)], input_shape=(4, 3), backend=backend)
        model.compile("adam", "mse", loss_weights=2.0)
        history = model.fit(
            x, y, batch_size=2, epochs=2, shuffle=False, callbacks=list(given), verbose=0
        )
        return model, history

    assert_resumes(train, tmp_path, (3, 7) if backend == "torch" else (4,))


BATCHES = [(X[i : i + 8], Y[i : i + 8]) for i in range(0, 40, 8)]
SOURCES = {
    "function": (lambda: lambda: iter(BATCHES), {}),
    "steps": (lambda: lambda: iter(BATCHES), {"steps_per_epoch": 3}),
    "iterator": (lambda: iter(BATCHES * 3), {"steps_per_epoch": 4}),
}


@pytest.mark.parametrize(
    ("source", "backend"), [*((source, "torch") for source in SOURCES), ("steps", "tensorflow")]
)
@pytest.mark.few_on_tensorflow()
def test_streams_resume(source, backend, tmp_path, capsys):
    make, options = SOURCES[source]

    def train(*given):
        model = small(backend)
        history = model.fit(make(), epochs=3, callbacks=list(given), verbose=0, **options)
        return model, history

    assert_resumes(train, tmp_path, (2, 4, 7) if backend == "torch" else (4,))
    assert ("are passed over" in capsys.readouterr().out) == (source == "iterator")


def test_a_training_that_is_not_begun_anew_goes_on_in_another_process(tmp_path):
    backend = "torch"
    rdeep.set_random_seed(4)
    options = {"batch_size": 8, "verbose": 0}
    whole = small(backend, "adam")
    whole.fit(X, Y, epochs=4, **options)
    rdeep.set_random_seed(4)
    model = small(backend, "adam")
    model.fit(X, Y, epochs=2, **options)
    model.save(tmp_path / "model.rdeep")
    code = f"""
import sys
import numpy as np
from rdeep import load_model
x, y = np.load(sys.argv[1] + "/x.npy"), np.load(sys.argv[1] + "/y.npy")
model = load_model(sys.argv[1] + "/model.rdeep")
model.fit(x, y, initial_epoch=2, epochs=4, **{options})
model.save(sys.argv[1] + "/after.rdeep")
model.fit(x, y, **{options})
model.save(sys.argv[1] + "/later.rdeep")
"""
    np.save(tmp_path / "x.npy", X)
    np.save(tmp_path / "y.npy", Y)
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True)
    model.fit(X, Y, initial_epoch=2, epochs=4, **options)
    after = load_model(tmp_path / "after.rdeep")
    for mine, other, one in zip(model.get_weights(), after.get_weights(), whole.get_weights()):
        assert mine.tobytes() == other.tobytes() == one.tobytes()
    model.fit(X, Y, **options)
    later = load_model(tmp_path / "later.rdeep")
    for mine, other in zip(model.get_weights(), later.get_weights()):
        assert mine.tobytes() == other.tobytes()
    # A seed that is chosen after it governs the next training.
    found = []
    for seed in (1, 2, 1):
        again = load_model(tmp_path / "model.rdeep")
        rdeep.set_random_seed(seed)
        again.fit(X, Y, **options)
        found.append(again.get_weights()[0].tobytes())
    assert found[0] == found[2] != found[1]


# States ----------------------------------------------------------------------------------------


def stopped(folder, x=X, y=Y, optimizer=None, **options):
    """Stop a training, and return how to go on."""
    backup = callbacks.BackupAndRestore(folder, save_freq=1)

    def train(*given, x=x, optimizer=optimizer, **other):
        model = small("torch", optimizer)
        given = {"batch_size": 8, "epochs": 3, "callbacks": list(given), "verbose": 0, **options}
        return model, model.fit(x, y, **{**given, **other})

    with pytest.raises(KeyboardInterrupt):
        train(Stops(7), backup)
    return train


def test_the_state_before_is_used_where_the_last_is_damaged(tmp_path):
    train = stopped(tmp_path)
    whole = whole_state(*train(resume=tmp_path))
    newest, previous = tmp_path / "state.rdeep", tmp_path / "state-previous.rdeep"
    data = newest.read_bytes()
    newest.write_bytes(data[:-100])
    with pytest.warns(RdeepWarning, match="The state before it is used"):
        assert whole_state(*train(resume=tmp_path)) == whole
    with pytest.warns(RdeepWarning, match="The state before it is used"):
        assert whole_state(*train(resume=previous.parent)) == whole
    newest.write_bytes(data)
    os.replace(newest, previous)
    assert whole_state(*train(resume=tmp_path)) == whole
    previous.write_bytes(b"nonsense")
    for how in ({"resume": tmp_path}, {"callbacks": [callbacks.BackupAndRestore(tmp_path)]}):
        with pytest.raises(FileError, match=r"(?s)No state in .* can be read.*Remove the folder"):
            train(**how)
    assert previous.read_bytes() == b"nonsense"


def test_no_state_to_resume_from_is_refused(tmp_path):
    train = stopped(tmp_path / "backup")
    with pytest.raises(FileError, match="There is no state of a training"):
        train(resume=tmp_path)
    with pytest.raises(FileError, match="There is no file"):
        train(resume=tmp_path / "gone.rdeep")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"optimizer": "sgd"}, "the compiled 'optimizer'"),
        ({"x": X * 2}, "the values of input 1 of the data"),
        ({"batch_size": 4}, "the batch size (8 then, 4 now)"),
        ({"shuffle": False}, "'shuffle' (True then, False now)"),
        ({"validation_split": 0.1}, "the number of samples"),
    ],
)
def test_the_state_of_another_training_is_refused(change, said, tmp_path):
    train = stopped(tmp_path)
    with pytest.raises(StateError, match="is of another training") as raised:
        train(resume=tmp_path, **change)
    assert said in str(raised.value) or "number of steps" in str(raised.value)
    assert (tmp_path / "state.rdeep").exists()


def test_a_second_process_is_refused(tmp_path):
    code = (
        "import sys; from rdeep.callbacks import BackupAndRestore as B; b = B(sys.argv[1]); "
        "b.find(); print('taken', flush=True); sys.stdin.read()"
    )
    train = stopped(tmp_path)
    command = [sys.executable, "-c", code, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b"taken\n"
        for how in ({"resume": tmp_path}, {"callbacks": [callbacks.BackupAndRestore(tmp_path)]}):
            with pytest.raises(StateError, match=f"in use: process {other.pid} on "):
                train(**how)
        other.kill()
        other.wait()
    _, history = train(callbacks.BackupAndRestore(tmp_path))
    assert history.epoch == [0, 1, 2]


def test_what_is_damaged_in_a_state_is_a_file_error_and_changes_nothing(tmp_path):
    train = stopped(tmp_path, epochs=2)
    path = tmp_path / "state.rdeep"
    data = path.read_bytes()
    places = np.random.default_rng(1).integers(0, len(data), 60)
    for place in places:
        path.write_bytes(data[:place] + bytes([data[place] ^ 0x55]) + data[place + 1 :])
        with pytest.raises(FileError):
            read_state(str(path))
    for length in (0, 10, len(data) // 2, len(data) - 1):
        path.write_bytes(data[:length])
        with pytest.raises(FileError):
            read_state(str(path))
    for name, old, new in (
        ("training.json", b'"batch": ', b'"batch": 9'),
        ("training.json", b'"seed": ', b'"seed": -'),
        ("training.json", b'"host"', b'"guest"'),
        ("training.json", b'{"named": [["steps"', b'{"array": [["steps"'),
        ("arrays.safetensors", b"weights/dense/bias", b"weights/dense/bios"),
    ):
        path.write_bytes(rezipped(data, name, old, new))
        model_before = small("torch").get_weights()
        with pytest.raises(FileError):
            train(resume=path)
        assert model_before


def rezipped(data, changed, old, new):
    """Return a state with something else in a member, its hashes and sizes right."""
    from rdeep.saving.container import write_container

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members.pop("manifest.json")
    assert old in members[changed]
    members[changed] = members[changed].replace(old, new, 1)
    target = io.BytesIO()
    write_container(target, members)
    return target.getvalue()


def test_a_state_that_cannot_be_written_is_a_warning(tmp_path):
    folder = tmp_path / "backup"

    class Blocks(Callback):
        def on_epoch_end(self, epoch, logs):
            blocked = folder / "state-next.rdeep"
            if epoch == 1:
                blocked.mkdir()
            elif epoch == 2:
                blocked.rmdir()

    model = small("torch")
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        given = [Blocks(), callbacks.BackupAndRestore(folder, delete_checkpoint=False)]
        history = model.fit(X, Y, epochs=4, callbacks=given, verbose=0)
    said = [str(w.message) for w in said if isinstance(w.message, RdeepWarning)]
    assert len(history.epoch) == 4 and len(said) == 2
    assert "is a folder" in said[0] and "1 of 5 states could not be written" in said[1]
    assert sorted(os.listdir(folder)) == ["state-previous.rdeep", "state.rdeep"]
