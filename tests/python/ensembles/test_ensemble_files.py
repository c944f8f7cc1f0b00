"""Files of ensembles, changed: they are read or refused as files, whatever they say."""

import io
import json
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "trust"))

from rdeep import Sequential
from rdeep.ensembles import Ensemble, load_ensemble
from rdeep.errors import FileError
from rdeep.layers import Dense
from rdeep.saving import archive
from rdeep.saving.plain_json import write_json
from test_reading import NAMES, put_together, taken_apart

CHANGES = [
    {"weights": [0.5]},
    {"weights": ["a", "b"]},
    {"weights": None},
    {"members": ["a"]},
    {"members": ["a", "a"]},
    {"members": ["a", "b", "c"]},
    {"method": "mean"},
    {"method": "stack"},
    {"type": "class"},
    {"type": "class", "outputs": 3, "levels": ["x", "y"]},
    {"losses": [1.0]},
    {"variance": [-1.0]},
    {"unknown": 1},
]


def saved(tmp_path):
    """Return the path of an ensemble of two networks."""
    models = [Sequential([Dense(1)], input_shape=(2,), backend="numpy") for _ in range(2)]
    both = Ensemble({"a": models[0], "b": models[1]})
    both.predict(np.ones((2, 2)))
    path = tmp_path / "both.rdeep"
    both.save(str(path))
    return path


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_changed_descriptions_are_refused(tmp_path, change):
    members = dict(taken_apart(saved(tmp_path)))
    description = json.loads(members[NAMES[0]])
    description["combination"]["options"].update(change)
    members[NAMES[0]] = write_json(description)
    file = put_together(members)
    file.seek(0)
    with pytest.raises(FileError):
        load_ensemble(file)


def test_members_are_files_of_their_own_and_not_nested_without_end(tmp_path):
    path = saved(tmp_path)
    with archive.opened(str(path)) as file:
        description, arrays = {**file.description}, file.weights()
    broken = {**arrays, "member1": arrays["member1"][:-10].copy()}
    with pytest.raises(FileError):
        load_ensemble(_written(description, broken))
    with pytest.raises(FileError, match="does not hold the members"):
        load_ensemble(_written(description, {"member0": arrays["member0"]}))
    # A third ensemble within another is read, a fourth is not.
    inner = np.frombuffer(path.read_bytes(), np.uint8)
    for number in range(3):
        file = _written(description, {"member0": inner, "member1": arrays["member1"]})
        if number < 2:
            assert load_ensemble(file).predict(np.ones((2, 2))).shape == (2,)
        else:
            with pytest.raises(FileError, match="too deeply"):
                load_ensemble(file)
        inner = np.frombuffer(file.getvalue(), np.uint8)


def _written(description, arrays):
    stream = io.BytesIO()
    archive.write(description, arrays, {}, stream)
    stream.seek(0)
    return stream
