"""Changing images at random, a batch at a time, on NumPy: a thread does it beside the training."""

from __future__ import annotations

import numpy as np

from rdeep.image.settings import ImageAugmentation


def augmented(
    images: np.ndarray, plan: ImageAugmentation, generator: np.random.Generator
) -> np.ndarray:
    """Return a batch of images, each changed in its own way.

    Parameters
    ----------
    images : numpy.ndarray
        Images `(n, height, width, channels)` from 0 to 255.
    plan : ImageAugmentation
        What is done.
    generator : numpy.random.Generator
        What it is drawn from.
    """
    if plan.rotate or plan.shift or plan.zoom or plan.shear or plan.crop or plan.flip != "none":
        found = _moved(images, *_transformations(len(images), plan, generator))
    else:
        found = images.astype(np.float32)
    return _recoloured(found, plan.colour, generator) if plan.colour else found


def _transformations(
    n: int, plan: ImageAugmentation, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return for each image where a pixel comes from, from the middle: `matrix @ place + offset`.

    Returns
    -------
    tuple of numpy.ndarray
        `(n, 2, 2)`, and `(n, 2)` as shares of height and width.
    """
    angle = np.radians(generator.uniform(-plan.rotate, plan.rotate, n))
    most = np.log1p(plan.zoom)
    both = generator.uniform(-most, most, n)
    # A little of the zoom differs between the two directions.
    scale = np.exp(np.stack([both, both], 1) + generator.uniform(-most, most, (n, 2)) / 4)
    kept = 1.0 - generator.uniform(0.0, 1.0, (n, 1)) * plan.crop
    cut = generator.uniform(-0.5, 0.5, (n, 2)) * (1.0 - kept)
    offset = cut + generator.uniform(-plan.shift, plan.shift, (n, 2))
    slant = generator.uniform(-plan.shear, plan.shear, n)
    sign = generator.integers(0, 2, (n, 2)) * 2.0 - 1.0
    if plan.flip not in ("vertical", "both"):
        sign[:, 0] = 1.0
    if plan.flip not in ("horizontal", "both"):
        sign[:, 1] = 1.0
    cos, sin = np.cos(angle), np.sin(angle)
    turn = np.stack([np.stack([cos, sin], 1), np.stack([-sin, cos + slant * sin], 1)], 1)
    turn[:, 1, 0] += slant * cos
    return turn * (sign * kept / scale)[:, :, np.newaxis], offset


def _moved(images: np.ndarray, matrix: np.ndarray, offset: np.ndarray) -> np.ndarray:
    """Return images whose pixels come from elsewhere, by linear interpolation; edges repeat."""
    n, high, wide, channels = images.shape
    places = _places((high, wide), matrix, offset)
    y, y_next, y_part = _neighbours(places[0], high)
    x, x_next, x_part = _neighbours(places[1], wide)
    flat = images.reshape(n * high * wide, channels)
    start = (np.arange(n) * (high * wide))[:, np.newaxis, np.newaxis]
    y, y_next = start + y * wide, start + y_next * wide
    upper = _between(flat, y + x, y + x_next, x_part)
    lower = _between(flat, y_next + x, y_next + x_next, x_part)
    lower -= upper
    lower *= y_part
    upper += lower
    return upper


def _places(size: tuple[int, int], matrix: np.ndarray, offset: np.ndarray) -> list[np.ndarray]:
    """Return where each pixel comes from: the row and the column, each `(n, height, width)`."""
    high, wide = size
    middle = np.array([(high - 1) / 2, (wide - 1) / 2])
    rows = (np.arange(high) - middle[0])[:, np.newaxis]
    columns = np.arange(wide) - middle[1]
    shifts = (offset * [high, wide] + middle)[:, :, np.newaxis, np.newaxis]
    return [
        matrix[:, axis, 0, None, None] * rows
        + matrix[:, axis, 1, None, None] * columns
        + shifts[:, axis]
        for axis in (0, 1)
    ]


def _neighbours(place: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the pixels before and after places, and how far they are from the first."""
    place = np.clip(place, 0, size - 1)
    first = place.astype(np.int64)
    part = (place - first).astype(np.float32)[..., np.newaxis]
    return first, np.minimum(first + 1, size - 1), part


def _between(flat: np.ndarray, one: np.ndarray, other: np.ndarray, part: np.ndarray) -> np.ndarray:
    first = flat.take(one, axis=0).astype(np.float32)
    change = flat.take(other, axis=0).astype(np.float32)
    change -= first
    change *= part
    first += change
    return first


def _recoloured(images: np.ndarray, strength: float, generator: np.random.Generator) -> np.ndarray:
    """Return images of another brightness, contrast and, in colour, balance of channels."""
    n, channels = images.shape[0], images.shape[3]
    contrast = generator.uniform(1 - strength, 1 + strength, (n, 1, 1, 1))
    brightness = generator.uniform(-strength, strength, (n, 1, 1, 1)) * 255 / 2
    if channels > 1:
        balance = 1 + strength / 2
        contrast = contrast * generator.uniform(1 / balance, balance, (n, 1, 1, channels))
    level = images.mean(axis=(1, 2, 3), keepdims=True)
    images = (images - level) * contrast.astype(np.float32)
    images += level + brightness.astype(np.float32)
    return np.clip(images, 0, 255, out=images)


def blended(
    images: np.ndarray, targets: np.ndarray, plan: ImageAugmentation, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return a batch in which images are mixed with others of it, and targets likewise.

    Parameters
    ----------
    images : numpy.ndarray
        Images `(n, height, width, channels)`.
    targets : numpy.ndarray
        A one-hot row, or a number, for each.
    plan : ImageAugmentation
        Whether mixup, CutMix, or in turn one of them.
    generator : numpy.random.Generator
        What it is drawn from.
    """
    ways = [way for way in ("mixup", "cutmix") if getattr(plan, way)]
    if not ways or len(images) < 2:
        return images, targets
    way = ways[int(generator.integers(len(ways)))]
    share = float(generator.beta(getattr(plan, way), getattr(plan, way)))
    others = generator.permutation(len(images))
    if way == "mixup":
        images = share * images + (1 - share) * images[others]
        images = images.astype(np.float32, copy=False)
    else:
        images, share = _patched(images, others, share, generator)
    targets = (share * targets + (1 - share) * targets[others]).astype(np.float32)
    return images, targets


def _patched(
    images: np.ndarray, others: np.ndarray, share: float, generator: np.random.Generator
) -> tuple[np.ndarray, float]:
    """Return images with a rectangle of others, and the share that is left of their own."""
    high, wide = images.shape[1:3]
    side = (1 - share) ** 0.5
    middle = generator.uniform(0, 1, 2) * [high, wide]
    reach = side * np.array([high, wide]) / 2
    top, left = np.clip(np.rint(middle - reach), 0, [high, wide]).astype(int)
    bottom, right = np.clip(np.rint(middle + reach), 0, [high, wide]).astype(int)
    images = images.copy()
    images[:, top:bottom, left:right] = images[others, top:bottom, left:right]
    return images, 1 - (bottom - top) * (right - left) / (high * wide)


def augmented_with(
    images: np.ndarray, labels: np.ndarray, plan: ImageAugmentation, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return a batch of images, each changed in its own way, and what its pixels belong to.

    Parameters
    ----------
    images : numpy.ndarray
        Images `(n, height, width, channels)` from 0 to 255.
    labels : numpy.ndarray
        The class of each pixel, `(n, height, width)`: moved as the images are, not blended.
    plan : ImageAugmentation
        What is done.
    generator : numpy.random.Generator
        What it is drawn from.
    """
    n, high, wide = labels.shape
    matrix, offset = _transformations(n, plan, generator)
    found = _moved(images, matrix, offset)
    y, x = (np.rint(place).astype(np.int64) for place in _places((high, wide), matrix, offset))
    start = (np.arange(n) * (high * wide))[:, np.newaxis, np.newaxis]
    places = start + np.clip(y, 0, high - 1) * wide + np.clip(x, 0, wide - 1)
    moved = labels.reshape(-1).take(places)
    return (_recoloured(found, plan.colour, generator) if plan.colour else found), moved


def augmented_from(
    images: np.ndarray, plan: ImageAugmentation, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return a batch of images as `augmented` does, and where each pixel comes from.

    Parameters
    ----------
    images, plan, generator
        As for `augmented`.

    Returns
    -------
    tuple of numpy.ndarray
        Images; `(n, 2, 2)` and `(n, 2)`: what is at `place`, seen from the middle, comes from
        `matrix @ place + offset`, where offsets are shares of height and width.
    """
    matrix, offset = _transformations(len(images), plan, generator)
    found = _moved(images, matrix, offset)
    found = _recoloured(found, plan.colour, generator) if plan.colour else found
    return found, matrix, offset
