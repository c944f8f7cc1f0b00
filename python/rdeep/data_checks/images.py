"""Images: which cannot be read, are blank or small, and which are the same, or nearly."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np

from rdeep.data_checks.columns import Column
from rdeep.data_checks.context import Context, robust_scale
from rdeep.data_checks.duplicates import Groups, equal_rows, groups_of_pairs
from rdeep.data_checks.findings import Finding, counted, some
from rdeep.errors import DataError, Wording, show_rows, worded
from rdeep.image.arrays import ArrayPictures
from rdeep.image.pictures import as_pictures
from rdeep.ready import BadRows

_SIDE, _SMALL = 64, 32
_FREQUENCIES = 12
_BLOCK = 1024
_CANDIDATE = 0.01
_MOST_PAIRS = 200_000
_BLANK = 1.5
_NEIGHBOURS, _RATIO = 20, 0.4
_TINY = 32


class Looked:
    """Images that were looked at: their sizes, what is wrong, small grey copies.

    Parameters
    ----------
    images : object
        Images, as ready-made models take them.

    Attributes
    ----------
    bad : BadRows
        Those that cannot be read.
    grey : numpy.ndarray
        Grey copies of 64 x 64 pixels as float32, black where an image cannot be read.
    """

    def __init__(self, images: Any) -> None:
        self.pictures, _ = as_pictures(images, "drop")
        self.bad = BadRows("drop", "images")
        self.outside: str | None = None
        try:
            self.pictures.look(self.bad)
        except DataError as error:
            if not isinstance(self.pictures, ArrayPictures):
                raise
            # Pixels of any range can be compared, though no model would take them.
            self.outside = str(error)
        total = len(self.pictures)
        self.grey = np.zeros((total, _SIDE, _SIDE), np.float32)
        for start in range(0, total, _BLOCK):
            rows = np.arange(start, min(total, start + _BLOCK))
            rows = np.array([row for row in rows if int(row) not in self.bad], np.int64)
            if len(rows):
                found = self.pictures.pixels(rows, (_SIDE, _SIDE), 1, "stretch", self.bad)
                self.grey[rows] = found[..., 0]
        self.readable = np.array([row not in self.bad for row in range(total)], bool)
        self.contrast = self.grey.std(axis=(1, 2))

    def digests(self) -> np.ndarray:
        """Return a number for each image, the same where files or pixels are the same."""
        found = np.arange(len(self.pictures), dtype=np.uint64)
        for row in np.flatnonzero(self.readable):
            path = self.pictures.names[row]
            if path is not None and os.path.isfile(path):
                with open(path, "rb") as file:
                    content = file.read()
            else:
                image = np.asarray(self.pictures.images[row])  # type: ignore[attr-defined]
                content = repr(image.shape).encode() + np.ascontiguousarray(image).tobytes()
            digest = hashlib.blake2b(content, digest_size=8).digest()
            found[row] = np.uint64(int.from_bytes(digest, "little") | 1 << 63)
        return found


@lru_cache(maxsize=4)
def _looked(key: int, images: Any) -> Looked:
    return Looked(images.value)


class _Handle:
    """A value that is looked up by what it is, not by what it holds."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __hash__(self) -> int:
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Handle) and other.value is self.value


def looked_at(column: Column) -> Looked:
    """Return the images of a column, looked at once.

    Parameters
    ----------
    column : Column
        A column of images.
    """
    return _looked(id(column.images), _Handle(column.images))


def forget_images() -> None:
    """Let go of images that were looked at."""
    _looked.cache_clear()


# What is wrong -----------------------------------------------------------------------------------


def image_problems(context: Context) -> Iterator[Finding]:
    """Find images that cannot be read, are blank, tiny or blurred, or unlike the others.

    Parameters
    ----------
    context : Context
        What is checked.
    """
    for column in context.table.columns:
        if column.kind == "image":
            yield from _problems(column.name, looked_at(column))


def _problems(name: str, looked: Looked) -> Iterator[Finding]:
    columns, total = (name,), len(looked.readable)
    if looked.outside:
        yield Finding("pixel_range", "error", looked.outside, columns, count=total)
    rows = np.flatnonzero(~looked.readable)
    if len(rows):
        reasons = looked.bad.reasons
        shown: tuple[str | Wording, ...] = tuple(
            worded(f"{_called(looked, row)}: {reasons[row]}") for row in rows[:3]
        )
        many = counted(len(rows), "image")
        unread = worded(f"{many} of '{name}' cannot be read: {shown[0]}.")
        yield Finding("unreadable_image", "error", unread, columns, rows, examples=shown)
    good = np.flatnonzero(looked.readable)
    if not len(good):
        return
    blank = good[looked.contrast[good] < _BLANK]
    if len(blank):
        said = f"{counted(len(blank), 'image')} of '{name}' {_verb(blank)} of one colour."
        yield Finding(
            "blank_image", "warning", said, columns, blank, examples=_names(looked, blank)
        )
    yield from _sizes(name, looked, good)
    yield from _colours(name, looked, good)
    yield from _blurred(name, looked, good[looked.contrast[good] >= _BLANK])


def _verb(rows: np.ndarray) -> str:
    return "is" if len(rows) == 1 else "are"


def _called(looked: Looked, row: int) -> str | Wording:
    path = looked.pictures.names[row]
    return f"'{os.path.basename(path)}'" if path else show_rows([int(row)])


def _names(looked: Looked, rows: np.ndarray) -> tuple[str | Wording, ...]:
    return tuple(_called(looked, row) for row in rows[:3])


def _sizes(name: str, looked: Looked, good: np.ndarray) -> Iterator[Finding]:
    shapes = np.array([looked.pictures.shapes[row][:2] for row in good], np.float64)
    kinds, counts = np.unique(shapes, axis=0, return_counts=True)
    if len(kinds) > 1:
        sizes = [f"{int(h)} x {int(w)}" for h, w in kinds[np.argsort(-counts, kind="stable")]]
        said = f"The images of '{name}' have {len(kinds)} sizes: {some(sizes)}."
        usual = kinds[int(np.argmax(counts))]
        rows = good[(shapes != usual).any(axis=1)]
        yield Finding("image_sizes", "note", said, (name,), rows)
    proportion = np.log(shapes[:, 1] / shapes[:, 0])
    odd = good[np.abs(proportion - np.median(proportion)) > np.log(3.0)]
    if len(odd) and len(odd) <= 0.1 * len(good):
        said = f"{counted(len(odd), 'image')} of '{name}' {_verb(odd)} much wider or taller."
        yield Finding("image_proportions", "note", said, (name,), odd, examples=_names(looked, odd))
    smallest = shapes.min(axis=1)
    tiny = good[(smallest < _TINY) & (smallest < 0.25 * np.median(smallest))]
    if len(tiny):
        said = f"{counted(len(tiny), 'image')} of '{name}' {_verb(tiny)} tiny beside the others."
        yield Finding("tiny_image", "warning", said, (name,), tiny, examples=_names(looked, tiny))


def _colours(name: str, looked: Looked, good: np.ndarray) -> Iterator[Finding]:
    channels = np.array([looked.pictures.shapes[row][2] for row in good])
    grey = good[channels == 1]
    if len(grey) and len(grey) < len(good):
        few, what = (grey, "grey") if 2 * len(grey) <= len(good) else (good[channels > 1], "colour")
        said = f"{counted(len(few), 'image')} of '{name}' {_verb(few)} {what}, unlike the others."
        yield Finding("image_colours", "note", said, (name,), few, examples=_names(looked, few))


def _blurred(name: str, looked: Looked, rows: np.ndarray) -> Iterator[Finding]:
    """Find images without sharp edges, as beside the others, and those nearly black or white."""
    if len(rows) < 20:
        return
    grey = looked.grey[rows]
    edges = (
        4 * grey[:, 1:-1, 1:-1]
        - grey[:, :-2, 1:-1]
        - grey[:, 2:, 1:-1]
        - grey[:, 1:-1, :-2]
        - grey[:, 1:-1, 2:]
    )
    sharp = np.log(edges.var(axis=(1, 2)) / grey.var(axis=(1, 2)) + 1e-6)
    middle, spread = robust_scale(sharp)
    blurred = rows[sharp < middle - max(5.0 * spread, 1.5)]
    if len(blurred) and len(blurred) <= 0.1 * len(rows):
        said = f"{counted(len(blurred), 'image')} of '{name}' {_verb(blurred)} blurred."
        shown = _names(looked, blurred)
        yield Finding("blurred_image", "note", said, (name,), blurred, examples=shown)
    light = grey.mean(axis=(1, 2))
    middle, spread = robust_scale(light)
    odd = rows[np.abs(light - middle) > max(6.0 * spread, 40.0)]
    if len(odd) and len(odd) <= 0.1 * len(rows):
        said = f"{counted(len(odd), 'image')} of '{name}' {_verb(odd)} much darker or lighter."
        yield Finding("image_light", "note", said, (name,), odd, examples=_names(looked, odd))


# Duplicates --------------------------------------------------------------------------------------


def duplicate_images(context: Context) -> Iterator[Finding]:
    """Find images that are the same, or nearly.

    Parameters
    ----------
    context : Context
        What is checked.
    """
    for column in context.table.columns:
        if column.kind != "image":
            continue
        looked = looked_at(column)
        same, near = image_groups(looked, context.limits.image_near)
        for kind, groups in (("duplicate_images", same), ("near_duplicate_images", near)):
            later = groups.later
            if not len(later):
                continue
            nearly = "nearly " if kind.startswith("near") else ""
            said = (
                f"{counted(len(later), 'image')} of '{column.name}' {_verb(later)} {nearly}the "
                "same as one before."
            )
            yield Finding(
                kind, "warning", said, (column.name,), later, examples=_pairs(looked, groups)
            )
            if context.y is not None and context.is_classes:
                yield from _conflicts(context.y, column.name, kind, groups)


def _conflicts(y: Column, name: str, kind: str, groups: Groups) -> Iterator[Finding]:
    outcome = y.identity[groups.rows]
    first = np.flatnonzero(np.r_[True, np.diff(groups.group) > 0])
    bad = np.isin(groups.group, groups.group[outcome != outcome[first][groups.group]])
    if bad.any():
        nearly = "nearly " if kind.startswith("near") else ""
        rows = np.sort(groups.rows[bad])
        said = f"{len(rows)} {nearly}equal images of '{name}' have different outcomes."
        yield Finding("conflicting_outcomes", "warning", said, (name, y.name), rows)


def _pairs(looked: Looked, groups: Groups) -> tuple[str | Wording, ...]:
    shown: list[str | Wording] = []
    for rows in groups.lists()[:3]:
        first, second = (_called(looked, row) for row in rows[:2])
        shown.append(worded(f"{first} and {second}"))
    return tuple(shown)


def image_groups(looked: Looked, near: float) -> tuple[Groups, Groups]:
    """Return the groups of images that are the same, and of those that nearly are.

    Candidates have nearly the same low frequencies, which is what a perceptual hash rounds to
    bits; of these the pixels are compared, by their correlation.

    Parameters
    ----------
    looked : Looked
        The images.
    near : float
        The correlation from which on they are near.
    """
    digests = looked.digests()
    same = equal_rows(digests)
    total = len(digests)
    first = np.unique(digests, return_index=True)[1]
    usable = looked.readable & (looked.contrast >= _BLANK)
    rows = np.sort(first[usable[first]])
    if len(rows) < 2:
        return same, groups_of_pairs([], total)
    small = looked.grey[rows].reshape(len(rows), _SMALL, 2, _SMALL, 2).mean(axis=(2, 4))
    small -= small.mean(axis=(1, 2), keepdims=True)
    low = _low_frequencies(small)
    flat = small.reshape(len(rows), -1)
    flat /= np.linalg.norm(flat, axis=1, keepdims=True)
    first, second = _close(low, min(1.0 - _CANDIDATE, near))
    how = np.einsum("ij,ij->i", flat[first], flat[second])
    ok = (how >= near) & _stand_out(low, first, second, how)
    pairs = zip(rows[first[ok]].tolist(), rows[second[ok]].tolist(), how[ok].tolist())
    return same, groups_of_pairs(list(pairs), total)


def _close(low: np.ndarray, least: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the pairs of vectors of length one whose product is large."""
    found: list[tuple[np.ndarray, np.ndarray]] = []
    for start in range(0, len(low), _BLOCK):
        a, b = np.nonzero(np.triu(low[start : start + _BLOCK] @ low[start:].T >= least, 1))
        found.append((a + start, b + start))
        if sum(len(each) for each, _ in found) > _MOST_PAIRS:
            break
    return np.concatenate([a for a, _ in found]), np.concatenate([b for _, b in found])


def _stand_out(
    low: np.ndarray, first: np.ndarray, second: np.ndarray, how: np.ndarray
) -> np.ndarray:
    """Return which pairs are much nearer each other than either is to other images.

    All ones that are written by hand look alike: what is a duplicate lies apart from these.
    """
    if len(low) < 8:
        return np.ones(len(how), bool)
    nth = max(2, min(_NEIGHBOURS, len(low) // 4))
    members = np.unique(np.r_[first, second])
    usual = np.zeros(len(low))
    for start in range(0, len(members), _BLOCK):
        some_rows = members[start : start + _BLOCK]
        product = np.partition(low[some_rows] @ low.T, -nth - 1, axis=1)[:, -nth - 1]
        usual[some_rows] = np.sqrt(np.maximum(0.0, 2.0 - 2.0 * product))
    distance = np.sqrt(np.maximum(0.0, 2.0 - 2.0 * how))
    nearer: np.ndarray = distance <= _RATIO * np.minimum(usual[first], usual[second])
    return nearer


def _low_frequencies(small: np.ndarray) -> np.ndarray:
    """Return the low frequencies of images (a cosine transform) as vectors of length one."""
    k, n = np.arange(_FREQUENCIES)[:, None], np.arange(_SMALL)[None, :]
    waves = np.cos(np.pi * (n + 0.5) * k / _SMALL).astype(np.float32)
    waves[0] *= np.float32(np.sqrt(0.5))
    found = np.einsum("ai,nij,bj->nab", waves, small, waves, optimize=True).reshape(len(small), -1)
    result: np.ndarray = found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-12)
    return result
