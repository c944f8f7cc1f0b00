"""Models of each version of the format, which stay readable: see `tests/fixtures/make_files.py`."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import rdeep
from rdeep.errors import FileError
from rdeep.tabular import load_tabular

FILES = Path(__file__).parents[2] / "fixtures" / "files"
VERSIONS = ("v1", "v2")
NETWORKS = ("chain", "shared", "custom", "text", "tables", "pictures", "stateful")
TABULAR = ("tabular_numbers", "tabular_classes", "tabular_survival", "tabular_linear")


def known(version: str) -> dict[str, np.ndarray]:
    """Return what the files' models predict, and of what."""
    with np.load(FILES / version / "expected.npz", allow_pickle=False) as arrays:
        return dict(arrays)


def group(arrays: dict[str, np.ndarray], start: str) -> dict[str, np.ndarray]:
    """Return the arrays whose names begin so, without the beginning."""
    return {name[len(start) :]: a for name, a in arrays.items() if name.startswith(start)}


@pytest.mark.parametrize("version", VERSIONS)
def test_networks_predict_what_they_did(version, backend):
    arrays = known(version)
    for name in NETWORKS:
        model = rdeep.load_model(str(FILES / version / f"{name}.rdeep"), backend=backend)
        inputs = list(group(arrays, f"{name}/in").values())
        found = model.predict(inputs if len(inputs) > 1 else inputs[0])
        wanted = group(arrays, f"{name}/out")
        for value, expected in zip(found if len(wanted) > 1 else [found], wanted.values()):
            np.testing.assert_allclose(value, expected, rtol=1e-4, atol=1e-5, err_msg=name)


@pytest.mark.parametrize("version", VERSIONS)
def test_tabular_models_predict_what_they_did(version, backend):
    arrays = known(version)
    for name in TABULAR:
        model = load_tabular(str(FILES / version / f"{name}.rdeep"), backend=backend)
        columns: Any = group(arrays, f"{name}/in/")
        rows = columns.get("", columns)
        np.testing.assert_allclose(
            model.predict(rows), arrays[f"{name}/out0"], rtol=1e-3, atol=1e-4, err_msg=name
        )


@pytest.mark.parametrize("version", VERSIONS)
def test_models_train_on_where_they_were(version, backend):
    arrays = known(version)
    model = rdeep.load_model(str(FILES / version / "chain.rdeep"), backend=backend)
    x = arrays["chain/in0"]
    assert model.steps_taken == 3 and len(model.history.epoch) == 3
    model.fit(x, x[:, :2], epochs=1, verbose=0)
    assert model.steps_taken == 4
    other = rdeep.load_model(str(FILES / version / "unbuilt.rdeep"), backend=backend)
    assert not other.is_built and other.predict(x).shape == (8, 1)


def test_what_is_written_again_is_of_the_newest_version_and_the_same(tmp_path):
    for name in ("chain", "custom", "text", "tables", "stateful"):
        model = rdeep.load_model(str(FILES / "v1" / f"{name}.rdeep"))
        first, second = str(tmp_path / "first.rdeep"), str(tmp_path / "second.rdeep")
        model.save(first, overwrite=True)
        rdeep.load_model(first).save(second, overwrite=True)
        assert Path(first).read_bytes() == Path(second).read_bytes()
        with zipfile.ZipFile(first) as archive:
            assert json.loads(archive.read("model.json"))["format"] == 2
            assert archive.namelist()[-1] == "manifest.json"


def test_a_later_format_is_said_to_be_one(tmp_path):
    path = tmp_path / "later.rdeep"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(zipfile.ZipInfo("model.json"), b'{"format": 3}')
        archive.writestr(zipfile.ZipInfo("weights.safetensors"), b"\2" + bytes(7) + b"{}")
    with pytest.raises(FileError, match=r"later.rdeep' was saved by a newer rdeep \(format 3\)"):
        rdeep.load_model(str(path))
