"""Callbacks: backups, averages, servers, event files, evaluations and predictions."""

from __future__ import annotations

import glob
import http.server
import json
import threading
import urllib.parse
from pathlib import Path

import numpy as np
import pytest

import rdeep
from rdeep import Sequential, callbacks, optimizers
from rdeep.catalogue.registry import records
from rdeep.errors import ArgumentError
from rdeep.layers import Dense


@pytest.fixture
def data(rng):
    return rng.normal(size=(32, 3)).astype("float32"), rng.normal(size=(32, 1)).astype("float32")


def model_on(backend, optimizer="adam"):
    model = Sequential([Dense(4, "tanh"), Dense(1)], input_shape=3, backend=backend, seed=3)
    model.compile(optimizer, "mse")
    return model


def test_every_callback_is_tested():
    folder = Path(__file__).parent.parent
    texts = [path.read_text(encoding="utf-8") for path in folder.rglob("*.py")]
    called = [name for name in records("callback") if any(f"{name}(" in text for text in texts)]
    assert called == list(records("callback"))


class Fails(callbacks.Callback):
    """Ends the process, as it were, in an epoch."""

    def __init__(self, epoch, batch=None):
        self.at, self.batch, self.epoch = epoch, batch, 0

    def on_epoch_begin(self, epoch, logs):
        self.epoch = epoch
        if epoch == self.at and self.batch is None:
            raise RuntimeError

    def on_train_batch_end(self, batch, logs):
        if self.epoch == self.at and batch == self.batch:
            raise RuntimeError


def train(backend, data, *given, epochs=4):
    rdeep.set_random_seed(5)
    model = model_on(backend, optimizers.Nadam(0.01, use_ema=True))
    model.fit(*data, batch_size=8, epochs=epochs, callbacks=list(given), verbose=0)
    return model


@pytest.mark.parametrize("double", [False, True])
@pytest.mark.few_on_tensorflow("True")
def test_a_training_goes_on_where_it_was_ended(double, backend, data, tmp_path):
    backup = callbacks.BackupAndRestore(tmp_path / "backup", double_checkpoint=double)
    with pytest.raises(RuntimeError):
        train(backend, data, backup, Fails(2))
    assert sorted(p.name for p in (tmp_path / "backup").iterdir()) == sorted(
        ["state.rdeep", *(["state-previous.rdeep"] if double else [])]
    )
    again, whole = train(backend, data, backup), train(backend, data)
    assert again.history.epoch == [0, 1, 2, 3]
    assert again.history.history == whole.history.history
    assert not (tmp_path / "backup").exists()
    for mine, other in zip(again.get_weights(), whole.get_weights()):
        np.testing.assert_array_equal(mine, other)


@pytest.mark.few_on_tensorflow()
def test_backups_within_an_epoch_go_on_in_it(backend, data, tmp_path):
    backup = callbacks.BackupAndRestore(tmp_path, save_freq=3, delete_checkpoint=False)
    with pytest.raises(RuntimeError):
        train(backend, data, backup, Fails(1, batch=3))
    again = train(backend, data, backup, epochs=2)
    assert again.history.epoch == [0, 1]
    # Six batches were saved, of eight.
    assert again.steps_taken == 8
    assert (tmp_path / "state.rdeep").exists()


def test_checkpoints_after_batches(backend, data, tmp_path):
    path = str(tmp_path / "new" / "{epoch}-{batch}.rdeep")
    train(backend, data, callbacks.ModelCheckpoint(path, save_freq=3), epochs=2)
    assert sorted(p.stem for p in (tmp_path / "new").iterdir()) == ["1-3", "2-2"]


class Watcher(callbacks.Callback):
    """Notes the weights and what happens."""

    def __init__(self):
        self.seen, self.events, self.outputs = {}, [], []

    def note(self, event):
        self.events.append(event)
        self.seen[event] = self.model.get_weights()[0]

    def on_epoch_end(self, epoch, logs):
        self.note("epoch")

    def on_test_begin(self, logs):
        self.note("test")

    def on_test_batch_begin(self, batch, logs):
        self.events.append(f"test {batch} begins")

    def on_test_batch_end(self, batch, logs):
        self.events.append(f"test {batch} ends")
        self.logs = logs

    def on_test_end(self, logs):
        self.events.append("tested")
        self.values = logs

    def on_predict_begin(self, logs):
        self.events.append("predict")

    def on_predict_batch_end(self, batch, logs):
        self.outputs.append(logs["outputs"])

    def on_predict_end(self, logs):
        self.events.append("predicted")


@pytest.mark.parametrize("on_epoch", [False, True])
@pytest.mark.few_on_tensorflow("True")
def test_validation_sees_the_average(on_epoch, backend, data):
    def trained(*given):
        model = model_on(backend, optimizers.SGD(0.1, use_ema=True, ema_momentum=0.5))
        options = {"validation_data": data, "shuffle": False, "verbose": 0}
        model.fit(*data, batch_size=32, epochs=2, callbacks=list(given), **options)
        return model

    watcher = Watcher()
    swapped = trained(callbacks.SwapEMAWeights(on_epoch), watcher)
    plain = Watcher()
    expected = trained(plain)
    # The average of the second step: half of it, half of the first's.
    average = expected.get_weights()[0]
    np.testing.assert_allclose(swapped.get_weights()[0], average, atol=1e-6)
    np.testing.assert_allclose(watcher.seen["test"], average, atol=1e-6)
    at_end = average if on_epoch else plain.seen["epoch"]
    np.testing.assert_allclose(watcher.seen["epoch"], at_end, atol=1e-6)
    assert not np.allclose(plain.seen["epoch"], average)


def test_an_average_that_is_not_kept_is_missed(backend, data):
    with pytest.raises(ArgumentError, match="keeps no moving average"):
        model_on(backend).fit(*data, callbacks=callbacks.SwapEMAWeights(), verbose=0)


def test_evaluations_and_predictions_tell_of_batches(backend, data):
    model, watcher = model_on(backend), Watcher()
    values = model.evaluate(*data, batch_size=20, callbacks=watcher, return_dict=True)
    batches = [f"test {i} {what}" for i in (0, 1) for what in ("begins", "ends")]
    assert watcher.events == ["test", *batches, "tested"]
    assert watcher.values == watcher.logs == values
    assert values["loss"] == pytest.approx(model.evaluate(*data)["loss"], rel=1e-5)
    watcher.events.clear()
    stream = [(data[0][:20], data[1][:20]), (data[0][20:], data[1][20:])]
    streamed = model.evaluate(lambda: stream, callbacks=watcher, return_dict=True)
    assert streamed["loss"] == pytest.approx(values["loss"])
    assert watcher.events == ["test", *batches, "tested"]
    watcher.events.clear()
    found = model.predict(data[0], batch_size=20, callbacks=[watcher])
    np.testing.assert_array_equal(np.concatenate(watcher.outputs), found)
    np.testing.assert_allclose(found, model.predict(data[0]), atol=1e-6)
    assert watcher.events == ["predict", "predicted"]


def test_functions_for_any_event(backend, data):
    heard = []
    known = {
        name: (lambda *_, name=name: heard.append(name))
        for name in vars(callbacks.Callback)
        if name.startswith("on_") and "batch" not in name
    }
    callback = callbacks.LambdaCallback(**known)
    model = model_on(backend)
    model.fit(*data, callbacks=callback, validation_split=0.5, verbose=0)
    model.predict(data[0], callbacks=callback)
    assert set(heard) == set(known)


@pytest.fixture
def server():
    """Return an address and the requests that come there."""
    requests = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            requests.append((self.path, dict(self.headers), body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    listening = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=listening.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listening.server_port}", requests
    listening.shutdown()
    listening.server_close()


def test_logs_are_sent_to_a_server(server, data):
    root, requests = server
    form = callbacks.RemoteMonitor(root, headers={"X-Key": "7"})
    plain = callbacks.RemoteMonitor(root, path="/x", send_as_json=True)
    history = model_on("torch").fit(*data, callbacks=[form, plain], verbose=0).history
    (path, headers, body), (other, kinds, text) = requests
    assert (path, other, headers["X-Key"]) == ("/publish/epoch/end/", "/x", "7")
    sent = json.loads(urllib.parse.parse_qs(body)["data"][0])
    assert sent == json.loads(text) == {"epoch": 0, "loss": history["loss"][0]}
    assert kinds["Content-Type"] == "application/json"


def test_a_server_that_is_not_there_is_a_warning(data):
    with pytest.warns(UserWarning, match="was not reached"):
        callback = callbacks.RemoteMonitor("http://127.0.0.1:9")
        model_on("torch").fit(*data, callbacks=callback, verbose=0)


def _events(folder):
    """Read event files as TensorFlow does, which checks their checksums."""
    import tensorflow as tf
    from tensorflow.core.util import event_pb2

    found = {}
    for path in glob.glob(str(folder / "events*")):
        for record in tf.data.TFRecordDataset(path).as_numpy_iterator():
            event = event_pb2.Event.FromString(record)
            for value in event.summary.value:
                kept = value.histo if value.HasField("histo") else value.simple_value
                found.setdefault(value.tag, {})[event.step] = kept
    return found


def test_event_files_hold_logs_and_weights(data, tmp_path):
    board = callbacks.TensorBoard(
        tmp_path, histogram_freq=2, write_steps_per_second=True, update_freq=2
    )
    model = model_on("torch")
    options = {"batch_size": 8, "epochs": 2, "validation_data": data, "verbose": 0}
    history = model.fit(*data, callbacks=board, **options).history
    train, held = _events(tmp_path / "train"), _events(tmp_path / "validation")
    np.testing.assert_allclose([train["epoch_loss"][i] for i in (0, 1)], history["loss"])
    np.testing.assert_allclose([held["epoch_loss"][i] for i in (0, 1)], history["val_loss"])
    assert list(train["batch_loss"]) == [1, 3, 5, 7]
    assert min(train["epoch_steps_per_second"].values()) > 0
    kernel = model.get_named_weights()["dense/kernel"]
    (step, bins), *_ = train["dense/kernel"].items()
    assert (step, bins.num, sum(bins.bucket)) == (1, 12, 12)
    assert bins.max == pytest.approx(kernel.max())
    assert bins.sum == pytest.approx(kernel.sum(), rel=1e-5)


@pytest.mark.parametrize(
    "options", [{"write_images": True}, {"profile_batch": 2}, {"embeddings_freq": 1}], ids=str
)
def test_what_is_not_written_is_refused(options):
    with pytest.raises(ArgumentError, match="is not supported"):
        callbacks.TensorBoard("logs", **options)
    with pytest.raises(ArgumentError, match="an address of a server"):
        callbacks.RemoteMonitor("somewhere")


def test_nothing_is_written_where_nothing_happens(tmp_path):
    callbacks.TensorBoard(tmp_path / "logs")
    assert not Path(tmp_path / "logs").exists()


def test_callbacks_are_told_what_they_belong_to(data):
    told = []

    class Told(callbacks.Callback):
        def set_model(self, model):
            super().set_model(model)
            told.append("model")

        def set_params(self, params):
            super().set_params(params)
            told.append(sorted(params))

        def on_test_end(self, logs):
            logs["gap"] = 2.0

        def on_epoch_end(self, epoch, logs):
            logs["seen"] = logs["val_gap"] * (epoch + 1)

    model = model_on("torch", "sgd")
    options = {"validation_data": data, "verbose": 0, "epochs": 2}
    history = model.fit(*data, callbacks=[Told()], **options)
    assert told == ["model", ["epochs", "initial_epoch", "samples", "steps", "validation_freq"]]
    assert history.history["seen"] == [2.0, 4.0]
    assert model.evaluate(*data, callbacks=Told())["gap"] == 2.0
    assert told[2:] == ["model", ["steps"]]
