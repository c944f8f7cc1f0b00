"""Images changed at random."""

import numpy as np

from rdeep.image.augmentation import _moved, augmented, blended
from rdeep.image.batches import TrainingBatches
from rdeep.image.settings import ImageAugmentation


def only(**options):
    """Return an augmentation that does this alone."""
    off = {"rotate": 0.0, "shift": 0.0, "zoom": 0.0, "shear": 0.0, "colour": 0.0}
    return ImageAugmentation(**{**off, **options})


def draws(seed=1):
    return np.random.default_rng(seed)


X = draws().integers(0, 256, (64, 7, 9, 3)).astype(np.uint8)


def test_nothing_changes_nothing_and_each_part_changes_something():
    np.testing.assert_array_equal(augmented(X, only(), draws()), X)
    assert not only().changes
    parts = {"rotate": 20, "shift": 0.2, "zoom": 0.2, "shear": 0.2, "crop": 0.3, "colour": 0.2}
    for name, value in parts.items():
        found = augmented(X, only(**{name: value}), draws())
        assert found.dtype == np.float32 and found.shape == X.shape
        assert found.min() >= 0 and found.max() <= 255
        assert np.abs(found - X).mean() > 1, name
        np.testing.assert_array_equal(found, augmented(X, only(**{name: value}), draws()))


def test_mirrors_are_exact_and_of_the_side_that_was_asked_for():
    mirrored = {"horizontal": X[:, :, ::-1], "vertical": X[:, ::-1]}
    for side, other in mirrored.items():
        found = augmented(X, only(flip=side), draws())
        kept = np.abs(found - X).max(axis=(1, 2, 3)) < 1e-3
        turned = np.abs(found - other).max(axis=(1, 2, 3)) < 1e-3
        assert (kept | turned).all() and 10 < turned.sum() < 54
    found = augmented(X, only(flip="both"), draws())
    assert (np.abs(found - X[:, ::-1, ::-1]).max(axis=(1, 2, 3)) < 1e-3).sum() > 5


def test_a_quarter_turn_is_exact():
    square = X[:, :, :7]
    turn = np.broadcast_to([[0.0, 1.0], [-1.0, 0.0]], (64, 2, 2))
    found = _moved(square, turn, np.zeros((64, 2)))
    np.testing.assert_allclose(found, np.rot90(square, 1, (1, 2)), atol=0.01)


def test_blending_mixes_images_and_targets_alike():
    targets = np.eye(64, dtype=np.float32)
    plain = blended(X.astype(np.float32), targets, only(), draws())
    assert plain[1] is targets
    for way in ("mixup", "cutmix"):
        x, y = blended(X.astype(np.float32), targets, only(**{way: 1.0}), draws(3))
        np.testing.assert_allclose(y.sum(axis=1), 1.0, rtol=1e-5)
        assert 0 < y[0, 0] < 1 and x.dtype == y.dtype == np.float32
        if way == "mixup":
            np.testing.assert_allclose(x, np.tensordot(y, X, 1), atol=0.01)


def test_batches_depend_on_the_seed_and_the_epoch_alone():
    targets = np.eye(64, dtype=np.float32)
    rows = np.arange(10, 50)

    def of(seed, epoch):
        batches = TrainingBatches(X, targets, rows, 16, ImageAugmentation(), seed)
        assert batches.batches == 3
        return list(batches.open(epoch))

    first, again = of(1, 0), of(1, 0)
    assert [len(x) for x, _ in first] == [16, 16, 8]
    np.testing.assert_array_equal(first[0][0], again[0][0])
    seen = np.concatenate([y.argmax(axis=1) for _, y in first])
    assert sorted(seen) == rows.tolist()
    assert not np.allclose(first[0][0], of(1, 1)[0][0])
    assert not np.allclose(first[0][0], of(2, 0)[0][0])
