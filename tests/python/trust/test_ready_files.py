"""Files of ready-made models, changed: they are read or refused as files, whatever they say."""

import json
import random

import numpy as np
import pytest

import rdeep
from rdeep.detection import DetectionModel
from rdeep.errors import FileError
from rdeep.image import ImageModel
from rdeep.multimodal import MultimodalModel
from rdeep.saving.plain_json import write_json
from rdeep.segmentation import SegmentationModel
from rdeep.series import SeriesModel
from rdeep.speech import SpeechModel
from rdeep.text import TextModel
from test_reading import NAMES, changed, put_together, taken_apart, watching

CHANGES = 60


def image():
    """Return a model of images, fitted a little."""
    x = np.random.default_rng(1).uniform(0, 255, (12, 8, 8))
    return ImageModel(backend="torch", epochs=1).fit(x, ["a", "b"] * 6, verbose=0)


def segment():
    """Return a model of masks."""
    x = np.random.default_rng(1).uniform(0, 255, (6, 8, 8))
    return SegmentationModel(backend="torch", epochs=1, filters=2).fit(x, x > 99, verbose=0)


def detect():
    """Return a model of boxes."""
    x = np.random.default_rng(1).uniform(0, 255, (6, 32, 32))
    boxes = {"image": list(range(6)), "label": ["a", "b"] * 3}
    boxes |= {"xmin": [2] * 6, "ymin": [3] * 6, "xmax": [20] * 6, "ymax": [22] * 6}
    return DetectionModel(backend="torch", epochs=1).fit(x, boxes, verbose=0)


def series():
    """Return a model of a series."""
    return SeriesModel(backend="torch", horizon=2, members=1, epochs=1).fit(
        np.sin(np.arange(40.0)), verbose=0
    )


def text():
    """Return a model of texts."""
    return TextModel(backend="torch", epochs=1).fit(["good film", "bad film"] * 6, ["y", "n"] * 6)


def speech():
    """Return a model of sounds."""
    sounds = [np.sin(np.arange(4000) * pitch) for pitch in (0.2, 0.3) * 4]
    model = SpeechModel(epochs=1, width=4, blocks=1, model_rate=8000, backend="torch")
    return model.fit(sounds, ["no", "on"] * 4, sample_rate=8000, verbose=0)


def multimodal():
    """Return a model of four kinds of columns."""
    random = np.random.default_rng(1)
    x = {
        "photo": random.uniform(0, 255, (12, 8, 8)),
        "note": [f"a {each} day in {number}" for number, each in enumerate(["good", "bad"] * 6)],
        "curve": [random.normal(size=4 + number) for number in range(12)],
        "level": random.normal(size=12),
        "colour": ["red", "blue", "red"] * 4,
    }
    kinds = {"photo": "image", "note": "text"}
    model = MultimodalModel(backend="torch", epochs=1)
    return model.fit(x, ["y", "n"] * 6, modalities=kinds, verbose=0)


@pytest.mark.parametrize("made", [image, segment, detect, series, text, speech, multimodal])
def test_changed_descriptions_are_read_or_refused(made, tmp_path):
    path = tmp_path / "model.rdeep"
    made().save(str(path))
    # What the kind needs is imported now, not when something is looked for.
    rdeep.load_ready(str(path), backend="numpy")
    whole, rng, refused = taken_apart(path), random.Random(7), 0
    with watching() as seen:
        for number in range(CHANGES):
            members = dict(whole)
            description = json.loads(members[NAMES[0]])
            if number:
                # The layers of networks are tested with those of other models.
                part = {k: v for k, v in description.items() if k != "networks"}
                description = {**changed(part, rng), "networks": description["networks"]}
            members[NAMES[0]] = write_json(description)
            file = put_together(members)
            file.seek(0)
            try:
                rdeep.load_ready(file, backend="numpy")
            except FileError as error:
                assert number, str(error)
                refused += 1
                assert "something else has made it" not in str(error), repr(error.__cause__)
    assert refused > CHANGES / 3
    assert not seen
