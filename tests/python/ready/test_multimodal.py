"""Models of images, texts, series and columns at once."""

import warnings

import numpy as np
import pytest

import rdeep
from rdeep.errors import ArgumentError, DataError, RdeepWarning
from rdeep.multimodal import MultimodalModel
from rdeep.seeds import set_random_seed
from text_folders import write_encoder

KINDS = {"photo": "image", "note": "text"}


def table(rows=64, seed=1):
    """Return columns of all kinds, and a class that the images and the texts decide together."""
    random = np.random.default_rng(seed)
    left, glad = random.integers(0, 2, rows), random.integers(0, 2, rows)
    photos = random.integers(0, 99, (rows, 8, 8))
    photos[left == 1, :, :4] += 150
    x = {
        "photo": [*photos],
        "note": [f"it was {('a sad', 'a glad')[g]} day {n}" for n, g in enumerate(glad)],
        "curve": [random.normal(size=random.integers(5, 20)) for _ in range(rows)],
        "level": random.normal(size=rows),
        "colour": [("red", "green", "blue")[n % 3] for n in range(rows)],
        "flag": random.random(rows) > 0.5,
    }
    return x, [f"{a}{b}" for a, b in zip(left, glad)]


def quick(x, y, engine="torch", epochs=1, modalities=KINDS, **settings):
    """Return a model, fitted a little, in silence."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RdeepWarning)
        model = MultimodalModel(backend=engine, epochs=epochs, **settings)
        return model.fit(x, y, modalities=modalities, verbose=0)


def with_gaps(x):
    """Return columns of which each has missing values."""
    x = {name: [*values] for name, values in x.items()}
    for row, name in enumerate(x):
        x[name][row] = None
        x[name][row + 1] = None
    x["note"][9] = "  "
    x["curve"][10] = np.array([])
    x["curve"][11][:3] = np.nan
    x["level"] = np.array([np.nan if v is None else v for v in x["level"]])
    return x


@pytest.mark.parametrize("engine", ["torch", "tensorflow"])
def test_modalities_decide_together_and_files_are_read_on_all_engines(engine, tmp_path):
    x, y = table(120)
    gaps = with_gaps(x)
    set_random_seed(3)
    model = quick(gaps, y, engine, epochs=20)
    assert model.scores["accuracy"] > 0.8
    found = model.predict(gaps, "prob")
    assert found.shape == (120, 4)
    np.testing.assert_allclose(found.sum(axis=1), 1.0, rtol=1e-6)
    assert (model.predict(gaps) == np.array(model.learned.outcome.levels)[found.argmax(1)]).all()
    path = str(tmp_path / "model.rdeep")
    model.save(path)
    for other in ("torch", "tensorflow", "numpy"):
        again = rdeep.load_ready(path, backend=other)
        np.testing.assert_allclose(again.predict(gaps, "prob"), found, atol=1e-3)
    strongest = sorted(model.importance(), key=lambda each: -each["estimate"])
    assert {each["modality"] for each in strongest[:2]} == {"photo", "note"}
    # Half of it is known without the images.
    rest = {name: values for name, values in table(200, seed=9)[0].items() if name != "photo"}
    found = model.evaluate(rest, table(200, seed=9)[1], missing="allow")
    assert 0.3 < found["accuracy"] < 0.75


def test_engines_and_repetitions_agree():
    x, y = table(40)
    found = []
    for engine in ("torch", "torch", "tensorflow"):
        set_random_seed(5)
        model = quick(x, y, engine, epochs=2, augment="none")
        found.append(model.predict(x, "prob"))
    np.testing.assert_array_equal(found[0], found[1])
    np.testing.assert_allclose(found[0], found[2], atol=1e-3)


def test_columns_are_recognised():
    x, y = table(40)
    model = quick(x, y, modalities=None)
    lines = model.described()["lines"]
    assert lines == [
        "Images: photo (8 x 8, grey)",
        "Texts: note (46 words known)",
        "Series: curve (up to 19 steps)",
        "Numbers: level",
        "Categories: colour (3), flag (2)",
    ]
    assert [str(each) for each in model.doubts] == [
        "'photo' holds matrices (8 x 8), which are taken as images; they could be series"
    ]
    several = {"one": np.random.default_rng(1).normal(size=(40, 12)), "code": [*range(40)]}
    model = quick(several, y, modalities={"code": "category"})
    assert model.described()["lines"] == ["Series: one (up to 12 steps)", "Categories: code (40)"]
    one = {"word": [("up", "down")[n % 2] for n in range(40)]}
    assert quick(one, y, modalities=None).described()["lines"] == ["Categories: word (2)"]
    names = {"word": [f"x{n}" for n in range(40)]}
    assert "could be categories" in str(quick(names, y, modalities=None).doubts[0])


@pytest.mark.parametrize("fusion", ["concat", "gated"])
def test_numbers_have_intervals(fusion):
    x, _ = table(60)
    y = x["level"] * 3 + 10.0
    model = quick(x, y, epochs=15, fusion=fusion, validation=0.3)
    assert model.scores["r_squared"] > 0.3
    found = model.predict(x, "interval", level=0.8)
    assert found.shape == (60, 3)
    assert (found[:, 1] < found[:, 0]).all() and (found[:, 0] < found[:, 2]).all()
    np.testing.assert_array_equal(model.predict(x), found[:, 0])
    network = model.as_network()
    assert network.output_shape == (None, 1)


def test_what_is_missing_everywhere_is_learned_and_said():
    x, y = table(40)
    gaps = with_gaps(x)
    with pytest.warns(RdeepWarning, match=r"note \(3\), curve \(3\) and numbers and categ"):
        model = MultimodalModel(backend="torch", epochs=1).fit(gaps, y, modalities=KINDS, verbose=0)
    nothing = {name: [None] * 2 for name in x}
    with pytest.warns(RdeepWarning, match="rows 0, 1 have no value in any column"):
        found = model.predict(nothing, "prob")
    np.testing.assert_allclose(found[0], found[1])
    part = {"photo": x["photo"][:3]}
    with pytest.raises(DataError, match="The data has no columns 'note', 'curve', 'level'"):
        model.predict(part)
    assert model.predict(part, "prob", missing="allow").shape == (3, 4)
    with pytest.raises(DataError, match="none of the columns"):
        model.predict({"foto": x["photo"]}, missing="allow")
    strict = quick(x, y, modality_dropout=0.0)
    with pytest.warns(RdeepWarning, match="'note' never lacked a value in training"):
        strict.predict({**x, "note": [None] * 40})
    new = {**x, "note": ["zzz"] * 40, "colour": ["mauve"] * 40}
    with pytest.warns(RdeepWarning) as said:
        model.predict(new)
    said = " ".join(str(each.message) for each in said)
    assert "'mauve', which the model was not fitted to" in said
    assert "40 texts have no word that the model knows" in said


def test_values_that_cannot_be_used_are_refused_left_out_or_missing(tmp_path):
    x, y = table(40)
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no image")
    bad = {name: [*values] for name, values in x.items()}
    bad["photo"] = [None] * 40
    image = pytest.importorskip("PIL.Image")
    for row in range(40):
        path = tmp_path / f"{row}.png"
        image.fromarray(x["photo"][row].astype(np.uint8)).save(path)
        bad["photo"][row] = str(path)
    bad["photo"][1] = str(broken)
    bad["curve"][2] = np.ones((4, 3))
    bad["note"][3] = b"caf\xe9 au lait \xff"
    for name, match in [
        ("photo", "1 of 40 values of column 'photo' cannot be used: row 1"),
        ("curve", "row 2: it has 3 channels, and the others have 1"),
        ("note", "row 3: it is not UTF-8"),
    ]:
        with pytest.raises(DataError, match=match):
            quick({**x, name: bad[name]}, y, modalities={"note": "text"})
    model = quick(bad, y, on_bad="missing", modalities={"note": "text"})
    assert model.learned.samples == 40
    model = quick(bad, y, on_bad="drop", modalities={"note": "text"})
    assert model.learned.samples == 37
    found = model.predict(bad, "prob")
    assert np.isnan(found[:, 0]).nonzero()[0].tolist() == [1, 2, 3]
    assert model.predict(bad)[1] is None
    assert not np.isnan(model.predict(bad, "prob", on_bad="missing")).any()


REFUSED = [
    ({}, {}, "no columns"),
    ({"a": [1.0] * 4}, {}, "same in all rows"),
    ({"a": [None] * 4}, {}, "Column 'a' is missing in all rows"),
    ({"a": [{}, {}, {}, {}]}, {}, "a column is of images, texts"),
    ({"a": [1.0, 2.0]}, {}, "'y' has 4 values, and 'x' has 2 rows"),
    ({"a": [1.0] * 4, "b": [1.0]}, {}, "columns of one length"),
    ({"a": [1.0, 2.0, 3.0, np.inf]}, {}, "row 3: 'a' is infinite"),
    ({"a": [" ", "", None, " "]}, {"a": "text"}, "no value that can be used"),
    ({"a": [1.0, 2.0, 3.0, 4.0]}, {"a": "image"}, "what can only be numbers"),
    ({"a": [1.0, 2.0, 3.0, 4.0]}, {"b": "image"}, "which is no column"),
    ({"a": [1.0, 2.0, 3.0, 4.0]}, {"a": "sound"}, "must be one of"),
    ({"a": np.full((4, 8, 8), -1.0)}, {"a": "image"}, "Column 'a' has values below zero"),
    ({"a": np.zeros((4, 2, 2, 2, 2))}, {}, "images have 3 or 4"),
    ("text", {}, "must be a data frame or a mapping"),
]


@pytest.mark.parametrize(("x", "modalities", "match"), REFUSED)
def test_what_is_no_table_is_refused(x, modalities, match):
    with pytest.raises((DataError, ArgumentError), match=match):
        quick(x, ["a", "b", "a", "b"], modalities=modalities)


def test_outcomes_that_are_missing():
    x, y = table(40)
    y[5] = None
    with pytest.raises(DataError, match="row 5: its outcome is missing"):
        quick(x, y)
    assert quick(x, y, on_bad="drop").learned.samples == 39


def test_a_frozen_encoder_reads_texts(tmp_path):
    pytest.importorskip("tokenizers")
    x, y = table(40)
    words = ("good", "bad", "film", "a")
    texts = [" ".join(words[(n + k * k) % 4] for k in range(2 + n % 3)) for n in range(40)]
    x = {"note": texts, "level": x["level"]}
    model = quick(
        x, y, encoder=str(write_encoder(tmp_path / "encoder")), modalities={"note": "text"}
    )
    assert model.described()["lines"][0] == "Texts: note (by an encoder)"
    found = model.predict(x, "prob")
    path = str(tmp_path / "model.rdeep")
    model.save(path)
    again = rdeep.load_ready(path, backend="numpy")
    np.testing.assert_allclose(again.predict(x, "prob"), found, atol=1e-3)
