"""Segmentation models: images and masks of all kinds, training, masks in the images' own sizes."""

import numpy as np
import pytest
from PIL import Image

from rdeep import layers, load_ready
from rdeep.errors import ArgumentError, DataError, RdeepWarning
from rdeep.image.settings import ImageAugmentation
from rdeep.seeds import set_random_seed
from rdeep.segmentation import SegmentationModel
from rdeep.segmentation.batches import MaskedBatches
from rdeep.segmentation.masks import encoded_masks, learned_values
from rdeep.segmentation.measures import Confusion, segmentation_loss


def squares(count=40, high=16, wide=16):
    """Return noise with a bright square each, and the pixels of the squares."""
    rng = np.random.default_rng(1)
    x = rng.uniform(0, 90, (count, high, wide))
    y = np.zeros((count, high, wide), np.int64)
    for i in range(count):
        top, left = rng.integers(0, high - 7), rng.integers(0, wide - 7)
        y[i, top : top + 6, left : left + 6] = 1
    x[y == 1] = 220
    return x, y


@pytest.fixture
def fitted(backend):
    set_random_seed(1)
    return SegmentationModel(backend=backend, epochs=30, filters=4).fit(*squares(), verbose=0)


def test_masks_are_found_kept_and_scored(fitted, tmp_path):
    x, y = squares()
    found = fitted.predict(x)
    assert found.shape == y.shape
    scores = fitted.evaluate(x, y)
    assert scores["iou"] > 0.8 and fitted.scores["iou"] > 0.7
    assert np.isclose(scores["accuracy"], (found == y).mean())
    share = fitted.predict(x[:3], "prob")
    assert share.shape == (3, 16, 16, 2)
    np.testing.assert_allclose(share.sum(axis=-1), 1, rtol=1e-5)
    np.testing.assert_allclose(fitted.as_network().predict(x[:3] * 1.0), share, atol=1e-5)
    path = str(tmp_path / "model.rdeep")
    fitted.save(path)
    for engine in ("torch", "tensorflow", "numpy"):
        again = load_ready(path, engine)
        np.testing.assert_allclose(again.predict(x[:3], "prob"), share, atol=1e-4)
        assert again.class_scores() == fitted.class_scores()


def test_images_of_several_sizes_get_masks_of_their_own_size():
    x, y = squares(12, 20, 28)
    images = [*x[:8], *(each[:13, :11] for each in x[8:])]
    masks = [*y[:8], *(each[:13, :11] for each in y[8:])]
    model = SegmentationModel(backend="torch", epochs=1, filters=2).fit(images, masks, verbose=0)
    assert model.learned.image_size == (20, 28)
    found = model.predict(images)
    assert [each.shape for each in found] == [each.shape for each in masks]
    stretched = SegmentationModel(
        backend="torch", epochs=1, filters=2, resize="stretch", image_size=(18, 14), depth=2
    )
    stretched.fit(images, masks, verbose=0)
    assert [each.shape for each in stretched.predict(images)] == [each.shape for each in masks]


def test_files_have_palettes_names_and_values_of_their_own(tmp_path):
    x, y = squares(10)
    paths, masks = [], []
    for i in range(10):
        paths.append(str(tmp_path / f"{i}.png"))
        masks.append(str(tmp_path / f"mask{i}.png"))
        Image.fromarray(x[i].astype(np.uint8)).save(paths[-1])
        mask = Image.fromarray((y[i] * 7).astype(np.uint8), "P")
        mask.putpalette([0, 0, 0] * 7 + [255, 0, 0])
        mask.save(masks[-1])
    model = SegmentationModel(backend="torch", epochs=1, filters=2)
    model.fit(paths, masks, levels=["ground", "square"], verbose=0)
    assert model.learned.values == (0, 7) and model.learned.levels == ("ground", "square")
    assert set(np.unique(model.predict(paths))) <= {0, 7}


def test_pixels_that_are_not_known_do_not_count():
    loss = segmentation_loss(2, 1.0)
    rng = np.random.default_rng(2)
    y, logits = rng.integers(0, 2, (2, 4, 4)), rng.normal(size=(2, 4, 4, 2)).astype(np.float32)
    part = np.where(np.arange(4) < 2, y, -1).astype(np.float32)
    other = logits.copy()
    other[:, :, 2:] = 100.0
    np.testing.assert_allclose(loss(part, logits), loss(part, other), rtol=1e-5)
    confusion = Confusion(2)
    confusion.add(np.array([0, 1, 1, -1]), np.array([0, 0, 1, 1]))
    scores, each = confusion.scores()
    assert scores["accuracy"] == 2 / 3
    np.testing.assert_allclose(each, [[0.5, 2 / 3], [0.5, 2 / 3]])


def test_the_loss_is_cross_entropy_and_one_less_the_overlap():
    y = np.array([[[0.0, 1.0]]], np.float32)
    logits = np.log(np.array([[[[0.75, 0.25], [0.5, 0.5]]]], np.float32))
    entropy = -(np.log(0.75) + np.log(0.5)) / 2
    overlap = [(2 * 0.75 + 1) / (1 + 1.25 + 1), (2 * 0.5 + 1) / (1 + 0.75 + 1)]
    wanted = entropy + 0.5 * (1 - np.mean(overlap))
    np.testing.assert_allclose(segmentation_loss(2, 0.5)(y, logits), wanted, rtol=1e-5)


def test_masks_move_with_their_images():
    x, y = squares(8, 32, 32)
    plan = ImageAugmentation("both", rotate=45.0, zoom=0.3, shift=0.2, colour=0.0)
    images = (y * 200.0)[..., np.newaxis]
    batches = MaskedBatches(images, y.astype(np.int16), np.arange(8), 8, plan, 3)
    moved, masks = next(batches.open(0))
    # Interpolated pixels lie on either side of the border alone.
    assert ((moved[..., 0] > 100) == (masks == 1)).mean() > 0.99
    again = next(batches.open(0))
    np.testing.assert_array_equal(moved, again[0])
    assert not np.array_equal(next(batches.open(1))[0], moved)
    assert x.shape == masks.shape


def test_one_brings_layers_of_ones_own(backend):
    x, y = squares(12)
    own = [layers.Conv2D(4, 3, padding="same", activation="relu")]
    model = SegmentationModel(own, backend=backend, epochs=1).fit(x, y, verbose=0)
    assert model.predict(x).shape == y.shape
    with pytest.raises(ArgumentError, match="features of each pixel"):
        SegmentationModel(layers.Flatten(), backend=backend).fit(x, y, verbose=0)


def test_masks_that_cannot_be_used_are_named(tmp_path):
    x, y = squares(8)
    model = SegmentationModel(backend="torch", epochs=1, filters=2)
    wrong = [*y]
    wrong[2], wrong[5] = y[2][:5], None
    with pytest.raises(DataError, match=r"2 of 8 images .*row 2: its mask has the size \(5, 16\)"):
        model.fit([*x], wrong, verbose=0)
    with pytest.warns(RdeepWarning, match="2 of 8 images were left out"):
        model.fit([*x], wrong, on_bad="drop", verbose=0)
    assert model.learned.samples == 6
    for masks, message in (
        (y[:5], "8 images and 5 masks"),
        (y * 0, "one value only, 0"),
        (y + 0.5, "not whole"),
        (None, "'y' is missing"),
        (np.arange(8 * 256).reshape(8, 16, 16), "2048 different values|256"),
    ):
        with pytest.raises(DataError, match=message):
            model.fit(x, masks, verbose=0)
    with pytest.raises(DataError, match="must name the 2 classes"):
        model.fit(x, y, levels=["a"], verbose=0)
    (tmp_path / "mask.png").write_bytes(b"no image")
    with pytest.raises(DataError, match=r"mask.png'\): its mask cannot be read"):
        model.fit(x, [str(tmp_path / "mask.png")] * 8, verbose=0)
    colours = tmp_path / "colours.png"
    Image.new("RGB", (16, 16), (255, 0, 0)).save(colours)
    with pytest.raises(DataError, match="has colours"):
        model.fit(x, [str(colours)] * 8, verbose=0)
    with pytest.raises(ArgumentError, match="'mixup' or 'cutmix'"):
        SegmentationModel(augment={"mixup": 0.2})
    with pytest.raises(DataError, match="not fitted to"):
        model.evaluate(x[:1], y[:1] + 5)


def test_masks_become_class_numbers_of_one_size():
    values, names = learned_values([np.array([[3, 9]]), np.array([[-1, 3]])], None)
    assert values == (3, 9) and names == ("3", "9")
    found = encoded_masks([np.array([[3, 9], [9, -1]])], values, (4, 6), "pad")
    assert found[0].tolist() == [[-1, 0, 0, 1, 1, -1]] * 2 + [[-1, 1, 1, -1, -1, -1]] * 2
