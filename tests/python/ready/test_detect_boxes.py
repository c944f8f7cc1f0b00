"""Boxes of detection models: formats, overlaps, scores by hand, tables read and refused."""

import numpy as np
import pytest

from rdeep import ops
from rdeep.detection.batches import moved_boxes
from rdeep.detection.boxes import FORMATS, from_corners, overlaps, suppressed, to_corners
from rdeep.detection.scores import Found, average_precisions, summary
from rdeep.detection.tables import boxes_of_images, read_table
from rdeep.detection.targets import DetectionLoss, maps_to_boxes, target_maps
from rdeep.detection.training_set import fitted_boxes, own_boxes
from rdeep.errors import ArgumentError, DataError, RdeepWarning
from rdeep.image.augmentation import augmented_from
from rdeep.image.settings import ImageAugmentation


@pytest.mark.parametrize("form", FORMATS)
def test_each_format_comes_back(form):
    boxes, sizes = np.array([[2.0, 3, 12, 7], [0, 0, 40, 30]]), np.array([[30, 40]] * 2)
    np.testing.assert_allclose(to_corners(from_corners(boxes, form, sizes), form, sizes), boxes)
    whole = {"xyxy": [0, 0, 40, 30], "xywh": [0, 0, 40, 30], "center_xywh": [20, 15, 40, 30]}
    expected = np.array(whole[form.removeprefix("rel_")], float)
    expected = expected / [40, 30, 40, 30] if form.startswith("rel_") else expected
    np.testing.assert_allclose(from_corners(boxes, form, sizes)[1], expected)


def test_boxes_of_a_class_that_overlap_are_suppressed():
    boxes = np.array([[0.0, 0, 10, 10], [1, 0, 11, 10], [1, 0, 11, 10], [20, 20, 30, 30]])
    scores, classes = np.array([0.6, 0.9, 0.8, 0.1]), np.array([0, 0, 1, 0])
    assert overlaps(boxes[:1], boxes[1:2])[0, 0] == pytest.approx(90 / 110)
    assert suppressed(boxes, scores, classes, 0.5).tolist() == [1, 2, 3]
    assert suppressed(boxes, scores, classes, 0.9).tolist() == [1, 2, 0, 3]
    assert suppressed(boxes[:0], scores[:0], classes[:0], 0.5).tolist() == []


def found(*rows):
    """Boxes of `(image, class, left, width, score)`, 10 high and from the upper edge on."""
    table = np.array(rows, float).reshape(-1, 5)
    n = len(table)
    boxes = np.stack([table[:, 2], np.zeros(n), table[:, 2] + table[:, 3], np.full(n, 10.0)], 1)
    return Found(table[:, 0].astype(int), table[:, 1].astype(int), boxes, table[:, 4])


TRUE = found((0, 0, 0, 10, 1), (0, 0, 20, 10, 1), (1, 0, 0, 10, 1), (1, 1, 50, 10, 1))


@pytest.mark.parametrize(
    ("boxes", "expected"),
    [
        # All found, whatever their scores.
        ([(0, 0, 0, 10, 0.9), (0, 0, 20, 10, 0.8), (1, 0, 0, 10, 0.7)], 1.0),
        # Two of three found: recalls 0 to 0.66 are 67 of 101.
        ([(0, 0, 0, 10, 0.9), (0, 0, 20, 10, 0.8)], 67 / 101),
        # The surest is wrong: precision is 2/3 up to recall 2/3, by what comes later.
        ([(1, 0, 30, 9, 0.9), (0, 0, 0, 10, 0.8), (0, 0, 20, 10, 0.7)], 67 / 101 * 2 / 3),
        # A box that is found twice counts once; the second is wrong.
        ([(0, 0, 0, 10, 0.9), (0, 0, 0, 10, 0.8), (0, 0, 20, 10, 0.7)], (34 + 33 * 2 / 3) / 101),
        # Another image, or another class, is wrong.
        ([(1, 0, 20, 10, 0.9), (0, 1, 0, 10, 0.8)], 0.0),
        ([], 0.0),
    ],
)
def test_average_precision_by_hand(boxes, expected):
    assert average_precisions(TRUE, found(*boxes), 3)[0, 0] == pytest.approx(expected)


def test_average_precision_is_taken_at_each_overlap_and_of_classes_that_there_are():
    # Overlaps of exactly 0.5 and 0.7: the box has half, and seven tenths, of the true one's width.
    half = average_precisions(TRUE, found((1, 1, 50, 5, 0.9)), 3)
    np.testing.assert_allclose(half[1], [1] + [0] * 9)
    seven = average_precisions(TRUE, found((1, 1, 50, 7, 0.9)), 3)
    np.testing.assert_allclose(seven[1], [1] * 5 + [0] * 5)
    assert np.isnan(seven[2]).all()
    assert summary(seven) == {"map": pytest.approx(0.25), "map_50": pytest.approx(0.5)}
    assert np.isnan(summary(seven[2:])["map"])


def test_a_box_that_is_taken_leaves_the_next_one_to_others():
    # Both found boxes overlap the first true one most; the second is right by the other.
    true = found((0, 0, 0, 10, 1), (0, 0, 3, 10, 1))
    both = found((0, 0, 0, 10, 0.9), (0, 0, 1, 10, 0.8))
    assert average_precisions(true, both, 1)[0, 0] == pytest.approx(1.0)


def test_maps_give_back_the_boxes_that_they_were_made_of():
    boxes = [np.array([[1.2, 2.4, 6.2, 8.0], [9.0, 1.0, 13.0, 4.0], [0, 0, 0.4, 0.3]])]
    labels = [np.array([1, 0, 1])]
    maps = target_maps(boxes, labels, (12, 16), 2)
    assert maps.shape == (1, 12, 16, 7)
    # Every box has a middle, and a weight of one in all.
    assert (maps[..., :2] == 1).sum() == 3 and maps[..., 6].sum() == pytest.approx(3)
    logits = np.where(maps[..., :2] == 1, 5.0, -9.0)
    edges = np.log(np.maximum(maps[..., 2:6], 1e-2) / 2.0)
    outputs = np.concatenate([logits, edges], -1)
    ((given, names, scores),) = maps_to_boxes(outputs, 2, 2.0, 0.3, 10)
    order = np.argsort(given[:, 0])[::-1]
    np.testing.assert_allclose(given[order[:2]], boxes[0][[1, 0]], atol=1e-5)
    assert names[order].tolist() == [0, 1, 1] and (scores > 0.99).all()
    assert maps_to_boxes(outputs, 2, 2.0, 0.3, 1)[0][0].shape == (1, 4)
    # The right answer loses next to nothing; a wrong one more.
    loss = DetectionLoss(2, 2.0, 3.0)
    right = float(
        ops.mean(loss(ops.convert_to_tensor(maps), ops.convert_to_tensor(outputs, "float32")))
    )
    assert 0 <= right < 0.1
    outputs[..., 2:] += 1.0
    assert (
        float(
            ops.mean(loss(ops.convert_to_tensor(maps), ops.convert_to_tensor(outputs, "float32")))
        )
        > right + 1
    )


@pytest.mark.parametrize("way", ["pad", "stretch"])
def test_boxes_follow_an_image_that_is_resized(way):
    boxes = np.array([[0.0, 0, 20, 40], [5, 10, 10, 20]])
    fitted = fitted_boxes(boxes, (40, 20), (64, 64), way)
    np.testing.assert_allclose(fitted[0], [16, 0, 48, 64] if way == "pad" else [0, 0, 64, 64])
    np.testing.assert_allclose(own_boxes(fitted, (40, 20), (64, 64), way), boxes)


def test_boxes_follow_what_is_in_them_when_images_are_changed():
    images = np.zeros((40, 48, 60, 1), np.uint8)
    images[:, 10:22, 30:45] = 255
    box = np.array([[30.0, 10, 45, 22]])
    plan = ImageAugmentation("both", rotate=0, shear=0, shift=0.1, zoom=0.3, crop=0.1, colour=0)
    x, matrix, offset = augmented_from(images, plan, np.random.default_rng(1))
    checked = 0
    for image, m, o in zip(x[..., 0], matrix, offset):
        moved, kept = moved_boxes(box, m, o, (48, 60))
        rows, columns = np.nonzero(image > 127)
        inside = min(moved[0, :2]) > 1 and moved[0, 2] < 59 and moved[0, 3] < 47
        if kept.all() and inside:
            edges = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
            np.testing.assert_allclose(moved[0], edges, atol=1.1)
            checked += 1
    assert checked > 20
    identity, away = np.eye(2), np.array([0.0, 0.6])
    # By 36 pixels to the left: 3 of 15 columns are gone; by 40 more, all.
    moved, kept = moved_boxes(box, identity, away, (48, 60))
    np.testing.assert_allclose(moved, [[0, 10, 9, 22]])
    moved, kept = moved_boxes(box, identity, away * 1.2, (48, 60))
    assert not kept.any() and moved.shape == (0, 4)


def columns(**changes):
    table = {
        "image": [0, 0, 1],
        "class": ["a", "b", "a"],
        "xmin": [1.0, 2, 3],
        "ymin": [1.0, 2, 3],
        "xmax": [9.0, 9, 9],
        "ymax": [9.0, 9, 9],
    }
    return {name: value for name, value in (table | changes).items() if value is not None}


def read(table, on_bad="fail", levels=None, names=("d/a.png", "d/b.png"), form="auto"):
    shapes = [(10, 20, 1), (30, 40, 1)]
    usable = np.array([True, True])
    return boxes_of_images(read_table(table, form), names, shapes, usable, on_bad, levels)


def test_a_table_may_name_images_and_columns_in_several_ways():
    plain = read(columns())
    assert [len(each) for each in plain.boxes] == [2, 1] and plain.labels == [["a", "b"], ["a"]]
    sides = {"x": [1, 2, 3], "y": [1, 2, 3], "w": [8, 7, 6], "h": [8, 7, 6]}
    sides |= {"file": ["a.png", "d/a.png", "d/b.png"], "label": ["a", "b", "a"]}
    records = np.zeros(3, [(name, "O") for name in columns()])
    for name, value in columns().items():
        records[name] = value
    one = {name: value[:2] for name, value in columns(image=None).items()}
    other = {name: value[2:] for name, value in columns(image=None).items()}
    for table in (sides, records, [one, other]):
        found = read(table)
        assert found.labels == plain.labels
        for mine, true in zip(found.boxes, plain.boxes):
            np.testing.assert_allclose(mine, true)
    relative = read(
        {"image": [1], "xmin": [0.1], "ymin": [0.1], "xmax": [0.5], "ymax": [1]}, form="rel_xyxy"
    )
    np.testing.assert_allclose(relative.boxes[1], [[4, 3, 20, 30]])
    assert relative.labels[1] == ["object"]
    np.testing.assert_allclose(read([None, np.array([[1, 2, 3, 4]])]).boxes[1], [[1, 2, 3, 4]])


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"xmin": [1, 12, 3]}, r"row 1 \('d/a.png'\): it is inverted"),
        ({"ymin": [1, 9, 3]}, r"row 1 \('d/a.png'\): it has no area"),
        (
            {"ymin": [1, 50, 3], "ymax": [9, 60, 9]},
            r"row 1 \('d/a.png'\): it is outside of its image, which is 20",
        ),
        ({"ymax": [9, float("nan"), 9]}, r"row 1 \('d/a.png'\): it has missing or infinite"),
        ({"ymax": [9, None, 9]}, r"row 1 \('d/a.png'\): it has missing or infinite"),
        ({"class": ["a", None, "a"]}, r"row 1 \('d/a.png'\): its class is missing"),
        ({"class": ["a", "c", "a"]}, r"row 1 \('d/a.png'\): there is no class 'c'"),
        ({"image": [0, 7, 1]}, "row 1: there is no image of row 7"),
        ({"image": [0, "c.png", 1]}, "row 1: there is no image 'c.png'"),
        ({"image": [0, None, 1]}, "row 1: its image is missing"),
    ],
)
def test_boxes_that_cannot_be_used_are_named_or_left_out(changes, says):
    with pytest.raises(DataError, match=f"1 of 3 boxes cannot be used: {says}"):
        read(columns(**changes), levels=["a", "b"])
    with pytest.warns(RdeepWarning, match=f"1 of 3 boxes was left out: {says}"):
        found = read(columns(**changes), "drop", ["a", "b"])
    assert [len(each) for each in found.boxes] == [1, 1]


def test_boxes_beyond_the_border_are_cut_and_counted():
    with pytest.warns(
        RdeepWarning, match="1 of 3 boxes reaches beyond the image, and was cut.*row 1"
    ):
        found = read(columns(xmax=[9, 35, 9]))
    np.testing.assert_allclose(found.boxes[0][1], [2, 2, 20, 9])


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (columns(image=None), "no column 'image'"),
        (columns(ymax=None), "no columns 'xmin', 'ymin', 'xmax' and 'ymax'"),
        (columns(ymax=["a", "b", "c"]), "'ymax' of 'boxes' must hold numbers"),
        (columns(ymax=[1, 2]), "different lengths"),
        (3, "must be a table"),
    ],
)
def test_what_is_no_table_of_boxes_is_refused(table, says):
    with pytest.raises(DataError, match=says):
        read(table)


def test_a_format_that_there_is_not_is_refused():
    with pytest.raises(ArgumentError, match="'box_format' must be one of"):
        read(columns(), form="yxyx")
