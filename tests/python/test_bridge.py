"""The door that R comes through: answers are data, whatever happens."""

from __future__ import annotations

import numpy as np

from rdeep import Input, Model, Sequential
from rdeep.bridge import answers, calls
from rdeep.layers import Dense, Dropout, Hashing


def test_values_come_back():
    model = answers.invoke(None, "sequential", {"input_shape": 3})
    layer = answers.invoke(
        None, "record", {"kind": "layer", "name": "Dense", "options": {"units": 2}}
    )
    assert answers.invoke(model, "add", {"layer": layer}) is None
    assert answers.fetch(model, "input_shapes") == [(None, 3)]
    assert answers.invoke(model, "count_params", {}) == 8


def test_errors_come_back_as_data():
    options = {"units": 0}
    ok, error, *_ = answers.invoke(
        None, "record", {"kind": "layer", "name": "Dense", "options": options}
    )
    assert not ok
    assert error["kind"] == "argument"
    assert error["argument"] == "units"
    assert error["received"] == [{"text": "0", "data": {"value": 0}}]
    assert error["expected"] == ["a positive whole number"]
    function = {"text": "Dense()", "data": {"call": ["layer", "Dense", []]}}
    assert error["message"][:2] == [function, ": 'units' must be a positive whole number, not "]
    assert "Traceback" in error["trace"]


def test_an_unforeseen_error_is_internal():
    ok, error, *_ = answers.invoke(object(), "nonsense", {})
    assert not ok
    assert error["kind"] == "internal"
    assert error["message"][0].startswith("AttributeError")


def test_a_training_advances_by_events():
    model = calls.sequential(layers=[_dense()], input_shape=2, backend="torch")
    answers.invoke(model, "compile", {"optimizer": "sgd", "loss": "mse"})
    x, y = np.zeros((4, 2)), np.zeros(4)
    arguments = {"x": x, "y": y, "epochs": 2, "listen": ["epoch_end"]}
    session = answers.invoke(model, "session", arguments)
    kinds = []
    while (event := answers.invoke(session, "advance", {})) is not None:
        kinds.append(event["kind"])
        assert set(event) == {"kind", "epoch", "epochs", "batch", "batches", "logs", "messages"}
    assert kinds == ["epoch_end", "epoch_end", "train_end"]


def test_an_array_is_predicted_in_one_call(backend):
    model = Sequential([Dense(2)], input_shape=(3,), backend=backend)
    x = np.asfortranarray(np.arange(6.0).reshape(2, 3))
    values = answers.predict_array(model, x, None)
    np.testing.assert_array_equal(values, model.predict(x))
    ok, error, *_ = answers.predict_array(model, x[:, :2], None)
    assert not ok and error["kind"] == "shape"


def test_what_r_must_look_at_first_is_not_predicted(backend):
    x = Input((3,))
    drawing = Model(x, Dropout(0.5)(x, training=True), backend=backend)
    assert answers.predict_array(drawing, np.ones((1, 3)), None) is None
    words = Input((1,), dtype="string")
    reading = Model(words, Dense(1)(Hashing(4, output_mode="one_hot")(words)), backend=backend)
    assert answers.predict_array(reading, np.ones((1, 1)), None) is None
    facts = answers.invoke(None, "prediction_facts", {"model": reading})
    assert facts == {"names": reading.input_names, "text": [True], "draws": False}


def test_the_report_loads_nothing_and_names_versions():
    report = calls.sitrep()
    assert report["packages"]["numpy"] == np.__version__


def _dense():
    return calls.record("layer", "Dense", {"units": 1})
