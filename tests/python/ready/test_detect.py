"""`DetectionModel`: fitted, asked, saved; images of several kinds; what cannot be used."""

import numpy as np
import pytest

from rdeep import layers, load_ready
from rdeep.detection import DetectionModel
from rdeep.errors import ArgumentError, DataError, RdeepWarning
from rdeep.image import ImageAugmentation
from rdeep.seeds import set_random_seed

SIDE = 32


def bars(n=96, seed=1):
    """Dark images with a lying or a standing bar, or both, and their boxes."""
    rng = np.random.default_rng(seed)
    x = rng.integers(0, 40, (n, SIDE, SIDE)).astype(np.uint8)
    names = ("image", "class", "xmin", "ymin", "xmax", "ymax")
    boxes = {name: [] for name in names}
    for i in range(n):
        for left, kind in zip(
            (0, 16), rng.permutation(["lying", "standing"])[: rng.integers(1, 3)]
        ):
            high, wide = (5, 12) if kind == "lying" else (12, 5)
            top, left = int(rng.integers(0, SIDE - high)), left + int(rng.integers(0, 16 - wide))
            x[i, top : top + high, left : left + wide] = 220
            for name, value in zip(names, (i, kind, left, top, left + wide, top + high)):
                boxes[name].append(value)
    return x, boxes


@pytest.fixture(scope="module", params=["torch", "tensorflow"])
def fitted(request):
    set_random_seed(1)
    model = DetectionModel(backend=request.param, epochs=14, filters=6, batch_size=8)
    return model.fit(*bars(), verbose=0)


def test_a_model_is_fitted_asked_and_comes_back_from_its_file(fitted, tmp_path):
    x, boxes = bars(40, seed=2)
    scores = fitted.evaluate(x, boxes)
    assert scores["map_50"] > 0.9 and fitted.scores["map_50"] > 0.8
    found = fitted.predict(x)
    assert list(found) == ["image", "class", "score", "xmin", "ymin", "xmax", "ymax"]
    assert np.all(np.diff(found["image"]) >= 0) and set(found["class"]) == {"lying", "standing"}
    assert found["xmin"].min() >= 0 and found["ymax"].max() <= SIDE
    # What was found, taken for the truth, is found without an error.
    sure = {name: np.asarray(value)[found["score"] > 0.3] for name, value in found.items()}
    assert fitted.evaluate(x, sure)["map"] > 0.9
    of_classes = fitted.evaluate_classes(x, boxes)
    assert of_classes["class"] == ["lying", "standing"]
    assert np.mean(of_classes["ap_50"]) == pytest.approx(scores["map_50"])
    assert np.mean(fitted.class_scores()["ap"]) == pytest.approx(fitted.scores["map"])
    path = str(tmp_path / "bars.rdeep")
    fitted.save(path)
    for engine in ("torch", "tensorflow", "numpy"):
        again = load_ready(path, engine)
        other = again.predict(x, threshold=0.5)
        mine = fitted.predict(x, threshold=0.5)
        assert other["class"] == mine["class"]
        np.testing.assert_allclose(other["xmax"], mine["xmax"], atol=1e-2)
        assert again.learned == fitted.learned and again.class_scores() == fitted.class_scores()
    maps = fitted.as_network().predict(x[..., np.newaxis].astype(np.float32))
    assert maps.shape == (40, 8, 8, 6)


def test_boxes_are_given_as_asked(fitted):
    x, _ = bars(6, seed=3)
    corners = fitted.predict(x)
    middle = fitted.predict(x, box_format="rel_center_xywh")
    expected = (corners["xmin"] + corners["xmax"]) / 2 / SIDE
    np.testing.assert_allclose(middle["cx"], expected)
    np.testing.assert_allclose(middle["height"], (corners["ymax"] - corners["ymin"]) / SIDE)
    one = fitted.predict(x, threshold=0.01, most=1)
    assert one["image"].tolist() == list(range(6))
    with pytest.raises(ArgumentError, match="'threshold' must be"):
        fitted.predict(x, threshold=2)
    with pytest.raises(ArgumentError, match="'box_format' must be"):
        fitted.predict(x, box_format="yxyx")


def test_images_of_another_size_have_boxes_in_their_own_pixels(fitted):
    x, boxes = bars(20, seed=4)
    # Twice as large, in a frame that is higher: each pixel is four.
    large = [np.kron(image, np.ones((2, 2), np.uint8)) for image in x]
    tall = [np.concatenate([image, np.full((32, 64), 20, np.uint8)]) for image in large]
    doubled = {
        k: v if k in ("image", "class") else (2 * np.array(v)).tolist() for k, v in boxes.items()
    }
    assert fitted.evaluate(large, doubled)["map_50"] > 0.9
    assert fitted.pixels(tall)[0].shape == (96, 64, 1)
    found = fitted.predict(tall, threshold=0.01)
    assert found["xmax"].max() <= 64 and found["ymax"].max() <= 96


def test_both_engines_start_alike_and_see_the_same():
    weights, batches = [], []
    for engine in ("torch", "tensorflow"):
        set_random_seed(3)
        model = DetectionModel(backend=engine, filters=2)
        model.prepare(*bars(24))
        stage = model.stage(0)
        x, y = next(stage.x.open(1))
        weights.append(model.networks[0].get_named_weights())
        batches.append((x, y))
    assert weights[0].keys() == weights[1].keys()
    for name, value in weights[0].items():
        np.testing.assert_array_equal(value, weights[1][name])
    for one, other in zip(*batches):
        np.testing.assert_array_equal(one, other)


def prepared(x, boxes, on_bad="fail", **options):
    names = ("ids", "levels", "box_format")
    settings = {name: value for name, value in options.items() if name not in names}
    model = DetectionModel(backend="torch", filters=4, **settings)
    model.prepare(x, boxes, on_bad=on_bad, **{k: options[k] for k in names if k in options})
    return model


def test_what_is_learned_of_images_and_boxes():
    x, boxes = bars(40)
    learned = prepared(x, boxes, validation=0.25, levels=["standing", "lying", "none"]).learned
    assert learned.outcome.levels == ("standing", "lying", "none")
    assert (learned.image_size, learned.channels, learned.scale) == ((32, 32), 1, 255)
    assert learned.boxes == len(boxes["image"]) and learned.held_out == 10
    assert learned.box_size == pytest.approx(60**0.5 / 4)
    # Sides become multiples of 16; images with small boxes are kept larger.
    assert prepared(x[:, :30], [np.array([[1, 1, 9, 9]])] * 40).learned.image_size == (32, 32)
    wide = np.zeros((4, 200, 600), np.uint8)
    assert prepared(wide, [np.array([[1, 1, 99, 99]])] * 4).learned.image_size == (96, 256)
    assert prepared(wide, [np.array([[1, 1, 17, 17]])] * 4).learned.image_size == (160, 464)
    assert prepared(x, boxes, image_size=(40, 60)).learned.image_size == (48, 64)


def test_images_without_boxes_and_boxes_of_names():
    x, boxes = bars(20)
    some = {
        name: [v for v, i in zip(value, boxes["image"]) if i > 4] for name, value in boxes.items()
    }
    assert prepared(x, some).learned.samples == 20
    names = [f"bar {i}" for i in range(20)]
    named = {**boxes, "image": [names[i] for i in boxes["image"]]}
    assert prepared(x, named, ids=names).learned.boxes == len(boxes["image"])
    with pytest.raises(DataError, match="'ids' has 1 names, and there are 20"):
        prepared(x, named, ids=["a"])


def test_what_cannot_be_used_is_named_or_left_out(tmp_path):
    x, boxes = bars(20)
    nothing = {name: [] for name in boxes}
    with pytest.raises(DataError, match="no box in any of the images"):
        prepared(x, nothing)
    images = [*x[:19], None]
    with pytest.raises(DataError, match="1 of 20 images cannot be used: row 19: it is missing"):
        prepared(images, boxes)
    with pytest.warns(RdeepWarning, match="1 of 20 images was left out"):
        model = prepared(images, boxes, "drop")
    assert model.learned.samples == 19
    assert model.learned.boxes == sum(i < 19 for i in boxes["image"])
    pytest.importorskip("PIL")
    from PIL import Image

    paths = [str(tmp_path / f"{i}.png") for i in range(6)]
    for path, image in zip(paths, x):
        Image.fromarray(image).save(path)
    of_files = {
        name: [v for v, i in zip(value, boxes["image"]) if i < 6] for name, value in boxes.items()
    }
    of_files["image"] = [paths[i] for i in of_files["image"]]
    assert prepared(paths, of_files).learned.scale == 0
    (tmp_path / "2.png").write_bytes(b"no image")
    with pytest.raises(DataError, match=r"row 2 \('.*2.png'\): it cannot be read as an image"):
        prepared(paths, of_files)


def test_ones_own_layers_and_augmentations():
    x, boxes = bars(20)
    own = [layers.Conv2D(4, 3, strides=8, padding="same")]
    model = DetectionModel(own, backend="torch", filters=4)
    model.prepare(x, boxes)
    assert model.learned.stride == 8 and model.networks[0].output_shape == (None, 4, 4, 6)
    with pytest.raises(ArgumentError, match="'network' must give a map of features"):
        DetectionModel([layers.Flatten()], backend="torch").prepare(x, boxes)
    with pytest.raises(ArgumentError, match="cannot be blended"):
        DetectionModel(augment={"mixup": 0.2})
    turned = DetectionModel(augment=ImageAugmentation(rotate=20), backend="torch", filters=4)
    turned.prepare(x, boxes)
    assert turned.learned.augmentation.rotate == 20
    assert any("rotate 20" in line for line in turned.described()["lines"])
