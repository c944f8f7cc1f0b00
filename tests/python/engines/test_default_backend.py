"""Which engine a model has that names none."""

from __future__ import annotations

import pytest

from rdeep import Sequential
from rdeep.engines import registry
from rdeep.errors import BackendError


@pytest.fixture(autouse=True)
def nothing_said(monkeypatch):
    for name in ("RDEEP_BACKEND", "KERAS_BACKEND"):
        monkeypatch.delenv(name, raising=False)
    before = registry.set_default(None)
    yield
    registry.set_default(before)


def test_the_first_that_is_installed():
    assert registry.default() == next(iter(registry.installed()))


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ({"RDEEP_BACKEND": "tensorflow"}, "tensorflow"),
        ({"KERAS_BACKEND": "tensorflow"}, "tensorflow"),
        ({"KERAS_BACKEND": "jax"}, "torch"),
        ({"KERAS_BACKEND": "tensorflow", "RDEEP_BACKEND": "torch"}, "torch"),
        ({"RDEEP_BACKEND": "numpy"}, "numpy"),
    ],
)
def test_the_environment_says_it(monkeypatch, said, wanted):
    for name, value in said.items():
        monkeypatch.setenv(name, value)
    assert Sequential().backend == wanted


def test_what_is_chosen_wins(monkeypatch):
    monkeypatch.setenv("RDEEP_BACKEND", "torch")
    assert registry.set_default("tensorflow") is None
    assert Sequential().backend == "tensorflow"
    assert Sequential(backend="torch").backend == "torch"
    assert registry.set_default(None) == "tensorflow"
    assert Sequential().backend == "torch"


def test_a_name_that_is_none(monkeypatch):
    with pytest.raises(BackendError, match="no backend named 'tensorflw'"):
        registry.set_default("tensorflw")
    monkeypatch.setenv("RDEEP_BACKEND", "tensorflw")
    with pytest.raises(BackendError, match="no backend named 'tensorflw'"):
        Sequential()
