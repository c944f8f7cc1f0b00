"""The door that R comes through: answers are data, whatever happens."""

from __future__ import annotations

import numpy as np

from rdeep.bridge import calls


def test_values_come_back():
    ok, model, messages, warnings = calls.invoke(None, "sequential", {"input_shape": 3})
    assert ok and messages == [] and warnings == []
    ok, layer, *_ = calls.invoke(
        None, "record", {"kind": "layer", "name": "Dense", "options": {"units": 2}}
    )
    assert calls.invoke(model, "add", {"layer": layer})[0]
    assert calls.fetch(model, "input_shapes")[1] == [(None, 3)]
    assert calls.invoke(model, "count_params", {})[1] == 8


def test_errors_come_back_as_data():
    options = {"units": 0}
    ok, error, *_ = calls.invoke(
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
    ok, error, *_ = calls.invoke(object(), "nonsense", {})
    assert not ok
    assert error["kind"] == "internal"
    assert error["message"][0].startswith("AttributeError")


def test_a_training_advances_by_events():
    model = calls.sequential(layers=[_dense()], input_shape=2, backend="torch")
    calls.invoke(model, "compile", {"optimizer": "sgd", "loss": "mse"})
    x, y = np.zeros((4, 2)), np.zeros(4)
    arguments = {"x": x, "y": y, "epochs": 2, "listen": ["epoch_end"]}
    session = calls.invoke(model, "session", arguments)[1]
    kinds = []
    while (event := calls.invoke(session, "advance", {})[1]) is not None:
        kinds.append(event["kind"])
        assert set(event) == {"kind", "epoch", "epochs", "batch", "batches", "logs", "messages"}
    assert kinds == ["epoch_end", "epoch_end", "train_end"]


def test_the_report_loads_nothing_and_names_versions():
    report = calls.sitrep()
    assert report["packages"]["numpy"] == np.__version__


def _dense():
    return calls.record("layer", "Dense", {"units": 1})
