"""Faults of texts and images that were planted, and duplicates of all kinds."""

from __future__ import annotations

import numpy as np
import pytest

from rdeep.data_checks import (
    check_data,
    clean_text,
    find_duplicates,
    find_outliers,
    split_rows,
)
from rdeep.errors import ArgumentError, DataError

RNG = np.random.default_rng(1)
WORDS = np.array([a + b for a in "bcdfgklmnprst" for b in ("an", "er", "il", "ost", "um")])


def sentences(n: int = 200, words: int = 25) -> list[str]:
    """Return texts of random words."""
    return [" ".join(WORDS[RNG.integers(0, len(WORDS), words)]) for _ in range(n)]


def of(report, kind: str) -> list[int]:
    """Return the rows of a kind."""
    return [row for finding in report.of(kind) for row in finding.rows.tolist()]


def test_clean_texts_give_nothing():
    assert len(check_data(sentences())) == 0


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("html", "<p>these are some words</p> of a page<br/>"),
        ("html", "fish &amp; chips are what they like"),
        ("addresses", "see https://example.org/a?b=1 for all of it"),
        ("addresses", "write to somebody@example.org about it please"),
        ("encoding", "the cafÃ© is not far from here"),
        ("encoding", "it\u00e2\u20ac\u2122s not what they said then"),
        ("encoding", b"the caf\xe9 is not far from here"),
        ("control_characters", "some words\u200b that are\u0007 not seen"),
        ("repeated_characters", "that was soooooo good all of it"),
        ("not_composed", "the cafe\u0301 is not far from here"),
        ("empty_text", "   "),
        ("other_alphabet", "это совсем другой текст на другом языке"),
        ("very_long_text", " ".join(["word"] * 4000)),
    ],
)
def test_a_planted_text_is_found(kind, text):
    texts = [*sentences(60), text]
    assert of(check_data(texts), kind) == [60]


def test_texts_that_say_the_same_are_found_and_templates_are_not():
    texts = sentences()
    texts[50] = f"  {texts[3].upper()}! "
    texts[60] = texts[4].replace(" ", "  ") + " indeed"
    report = check_data({"text": texts, "y": RNG.normal(size=len(texts))})
    assert of(report, "duplicate_texts") == [50]
    assert of(report, "near_duplicate_texts") == [60]
    groups = find_duplicates(texts, near=True)
    assert [(g["row"], g["how"]) for g in groups] == [
        (3, "exact"), (50, "exact"), (4, "near"), (60, "near"),
    ]  # fmt: skip
    assert groups[3]["similarity"] > 0.9
    # Short texts of a template share their words, and say something else.
    named = [f"The price of {a} is {b}" for a, b in zip(WORDS, WORDS[::-1])]
    assert find_duplicates(named, near=0.9) == []


def test_texts_in_train_and_test_are_found():
    old, new = sentences(), sentences(50)
    new[7] = old[20] + " more"
    report = check_data({"text": old}, new_data={"text": new})
    assert of(report, "near_texts_in_both") == [7]


def test_text_is_cleaned_as_asked():
    dirty = " <div>Caf\u00c3\u00a9&nbsp;&lt;3</div>\t a\u200bb  cafe\u0301 "
    assert clean_text(dirty) == "Café <3 ab café"
    assert clean_text(dirty, html=False, encoding=False, control=False) != clean_text(dirty)
    assert clean_text("a < b and c > d") == "a < b and c > d"
    assert clean_text("juice <just pour it> now") == "juice <just pour it> now"
    assert clean_text('<a href="x.html" target=_top>here</a>') == "here"
    assert clean_text("<script>x = 1</script>left") == "left"
    assert clean_text(["see www.x.org.", "to a@b.org"], urls="URL", emails="MAIL") == [
        "see URL.", "to MAIL",
    ]  # fmt: skip
    assert clean_text("aaaa!!!!", repeated=2) == "aa!!"
    assert clean_text("ﬁne", unicode="NFKC", lowercase=True) == "fine"
    assert clean_text("naïve “quotes” – São Paulo") == "naïve “quotes” – São Paulo"
    assert clean_text("itâ€™s") == "it’s"
    with pytest.raises(ArgumentError, match="'unicode' must be one of"):
        clean_text("a", unicode="UTF-8")
    with pytest.raises(DataError, match="must be texts"):
        clean_text(5)
    with pytest.raises(ArgumentError, match="'repeated'"):
        clean_text("a", repeated=0)


# Images ------------------------------------------------------------------------------------------


def pictures(n: int = 60, side: int = 24) -> np.ndarray:
    """Return colour pictures of smooth noise with edges."""
    coarse = RNG.integers(0, 255, (n, 6, 6, 3))
    return np.kron(coarse, np.ones((1, side // 6, side // 6, 1))).astype(np.uint8)


def test_clean_images_give_nothing():
    assert len(check_data(pictures())) == 0


def test_planted_images_are_found():
    images = list(pictures())
    images[5] = images[2].copy()
    brighter = np.clip(images[3].astype(float) * 1.1 + 4, 0, 255)
    images[8] = np.kron(brighter, np.ones((2, 2, 1))).astype(np.uint8)
    images[11] = np.full((24, 24, 3), 90, np.uint8)
    images[13] = images[13].mean(axis=2).astype(np.uint8)
    images[15] = images[15][2:6, 2:6]
    images[17] = None
    report = check_data({"image": images, "y": ["a", "b"] * 30}, "y")
    assert of(report, "duplicate_images") == [5]
    assert of(report, "near_duplicate_images") == [8]
    assert of(report, "blank_image") == [11]
    assert of(report, "image_colours") == [13]
    assert of(report, "tiny_image") == [15]
    assert of(report, "unreadable_image") == [17]
    assert {8, 15} <= set(of(report, "image_sizes"))
    # Rows 2 and 5 have other classes, and so have 3 and 8.
    assert sorted(of(report, "conflicting_outcomes")) == [2, 3, 5, 8]


def test_images_in_files_and_across_data_frames(tmp_path):
    pillow = pytest.importorskip("PIL.Image")
    images = pictures(30)
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    for i, image in enumerate(images):
        pillow.fromarray(image).save(tmp_path / "ab"[i % 2] / f"{i:02d}.png")
    (tmp_path / "a" / "broken.png").write_bytes(b"no image")
    report = check_data(str(tmp_path))
    # The folders are the classes.
    assert [c["name"] for c in report.columns] == ["image", "class"]
    assert len(of(report, "unreadable_image")) == 1
    again = tmp_path / "again.jpg"
    pillow.fromarray(images[4]).resize((48, 48)).save(again, quality=80)
    paths = [str(tmp_path / "ab"[i % 2] / f"{i:02d}.png") for i in range(30)]
    report = check_data({"file": paths}, new_data={"file": [str(again), paths[0]]})
    assert of(report, "near_images_in_both") == [0]
    assert of(report, "images_in_both") == [1]
    assert [g["row"] for g in find_duplicates([*paths, str(again)], near=True)] == [4, 30]


def test_blurred_images_are_found():
    images = pictures(40).astype(float)
    soft = images[6].mean(axis=2)
    for _ in range(12):
        soft = (soft + np.roll(soft, 1, 0) + np.roll(soft, 1, 1) + np.roll(soft, -1, 0)) / 4
    images[6] = soft[..., None]
    assert of(check_data(images.astype(np.uint8)), "blurred_image") == [6]


# By themselves -----------------------------------------------------------------------------------


def test_duplicate_rows_by_themselves():
    x = RNG.normal(size=(100, 3))
    x[50], x[60] = x[1], x[2] + 1e-3
    assert [g["row"] for g in find_duplicates(x)] == [1, 50]
    assert [g["row"] for g in find_duplicates(x, near=0.01)] == [1, 50, 2, 60]
    assert find_duplicates({"a": [1.0, np.nan, np.nan]})[0]["row"] == 1
    with pytest.raises(ArgumentError, match="'near' must be"):
        find_duplicates(x, near="yes")
    with pytest.raises(ArgumentError, match="between 0 and 1 for texts"):
        find_duplicates(["a", "b"], near=3)


def test_rows_that_a_number_alone_tells_apart_are_the_same():
    x = RNG.normal(size=60)
    x[50] = x[1]
    found = check_data({"id": np.arange(60), "x": x, "z": np.round(x, 1)})
    (same,) = [each for each in found.findings if each.kind == "duplicate_rows"]
    assert list(same.rows) == [50] and "but for 'id'" in str(same.message)


def test_outliers_by_themselves():
    x = RNG.normal(size=500)
    x[9] = 30
    assert [f["row"] for f in find_outliers({"x": x})] == [9]
    # A tail that thins out has none.
    assert find_outliers({"x": np.exp(RNG.normal(size=500))}) == []
    with pytest.raises(DataError, match="no column of numbers"):
        find_outliers({"x": ["a", "b"]})
    with pytest.raises(ArgumentError, match="from 3 on"):
        find_outliers({"x": x}, threshold=1)


def test_rows_are_split_as_asked():
    y = np.array(["a"] * 80 + ["b"] * 20)
    train, test = split_rows(100, 0.75, strata=y, seed=1)
    assert sorted([*train, *test]) == list(range(100))
    assert (y[train] == "b").sum() == 15
    group = np.arange(100) // 7
    train, test = split_rows(100, group=group, seed=1)
    assert not set(group[train]) & set(group[test])
    assert 60 <= len(train) <= 90
    when = RNG.integers(0, 40, 100)
    train, test = split_rows(100, time=when)
    assert when[train].max() < when[test].min()
    assert split_rows(100, seed=3)[0].tolist() == split_rows(100, seed=3)[0].tolist()
    train, _ = split_rows(100, strata=RNG.normal(size=100), seed=2)
    assert 70 <= len(train) <= 80
    with pytest.raises(ArgumentError, match="'prop'"):
        split_rows(10, 1.5)
    with pytest.raises(DataError, match="One part would be empty"):
        split_rows(10, group=["a"] * 10)
    with pytest.raises(ArgumentError, match="'time' goes with neither"):
        split_rows(10, time=np.arange(10), group=np.arange(10))
    with pytest.raises(DataError, match="missing"):
        split_rows(3, group=["a", None, "b"])


@pytest.mark.parametrize("rows", [20, 40, 60, 100])
def test_what_has_nothing_to_do_with_the_outcome_is_no_leak(rows):
    for seed in range(5):
        draws = np.random.default_rng(seed)
        z, y = draws.normal(size=rows), draws.integers(0, 2, rows).astype(str)
        assert "leakage" not in {each.kind for each in check_data({"z": z, "y": y}, "y").findings}
    told = check_data({"z": z, "y": np.where(z > 0.2, "a", "b")}, "y").findings
    assert rows < 40 or "leakage" in {each.kind for each in told}
