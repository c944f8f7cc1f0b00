"""Images in files, one folder for each class, decoded batch by batch."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np

from rdeep.catalogue.options import Choice, Count, Flag, Number, Path, Sizes, checked
from rdeep.data.order import generator
from rdeep.data.reading import absolute, batches_in, counted, needed, seed_for, shown
from rdeep.errors import ArgumentError, DataError, FileError, listing, show

_SUFFIXES = (".bmp", ".gif", ".jpeg", ".jpg", ".png")
_MODES = {"grayscale": "L", "rgb": "RGB", "rgba": "RGBA"}
# Keras's names for the filters that Pillow has.
_FILTERS = {
    "bilinear": "BILINEAR",
    "nearest": "NEAREST",
    "bicubic": "BICUBIC",
    "area": "BOX",
    "lanczos3": "LANCZOS",
}
_MOST_THREADS = 8


def image_dataset_from_directory(
    directory: str | os.PathLike[str],
    labels: str | Sequence[int] | None = "inferred",
    label_mode: str | None = "int",
    class_names: Sequence[str] | None = None,
    color_mode: str = "rgb",
    batch_size: int = 32,
    image_size: int | Sequence[int] = (256, 256),
    shuffle: bool = True,
    seed: int | None = None,
    validation_split: float | None = None,
    subset: str | None = None,
    interpolation: str = "bilinear",
    follow_links: bool = False,
    crop_to_aspect_ratio: bool = False,
    pad_to_aspect_ratio: bool = False,
) -> Any:
    """Read images from folders batch by batch: data that need not fit in memory.

    The arguments are those of `keras.utils.image_dataset_from_directory`, and so are the order
    of the classes and which files a split puts where. Images are float32 from 0 to 255, channels
    last. Pillow, which is needed, decodes and resizes them: unlike Keras it smooths an image that
    it makes smaller, so pixels then differ a little.

    Parameters
    ----------
    directory : str or path
        The folder. It holds a folder for each class, unless `labels` says otherwise.
    labels : {"inferred"}, list of int or None
        Labels by folder, a label for each file in the order of their paths, or none.
    label_mode : {"int", "categorical", "binary"} or None
        Class numbers, one-hot vectors, zeros and ones of shape (n, 1), or no labels.
    class_names : list of str, optional
        The folders that count, in the order of their numbers; by default all, sorted.
    color_mode : {"rgb", "grayscale", "rgba"}
        Three, one or four channels.
    batch_size : int
        The images of a batch.
    image_size : tuple of int
        The height and width that images are resized to.
    shuffle : bool
        Whether each epoch has an order of its own; otherwise it is that of the paths.
    seed : int, optional
        What the order and the split depend on.
    validation_split : float, optional
        The share of the images that are set aside.
    subset : {"training", "validation", "both"}, optional
        Which part of a split to return; with ``"both"`` a list of two data sets.
    interpolation : {"bilinear", "nearest", "bicubic", "area", "lanczos3"}
        How images are resized.
    follow_links : bool
        Whether to look into folders that are links.
    crop_to_aspect_ratio, pad_to_aspect_ratio : bool
        Crop or pad images that have other proportions, instead of distorting them.

    Returns
    -------
    ImageDataset or list of ImageDataset
        For `fit()`, `evaluate()` and `predict()`.

    Raises
    ------
    DataError
        If there are no images or labels do not fit; while reading, if an image cannot be read.
    DependencyError
        If Pillow is missing.

    Examples
    --------
    >>> from rdeep.datasets import image_dataset_from_directory
    >>> data = image_dataset_from_directory("flowers", image_size=(64, 64))  # doctest: +SKIP
    """
    shuffle = checked(Flag(), shuffle, "shuffle")
    _check_split(validation_split, subset, shuffle, seed)
    seed = seed_for(seed, shuffle)
    decoder = _Decoder(
        color_mode, image_size, interpolation, crop_to_aspect_ratio, pad_to_aspect_ratio
    )
    batch_size = checked(Count(), batch_size, "batch_size")
    files, numbers, names = _indexed(
        directory, labels, label_mode, class_names, checked(Flag(), follow_links, "follow_links")
    )
    encode = _encoder(numbers, names, label_mode)
    # As in Keras: the files are shuffled once for the split to be a random one.
    order = np.arange(len(files))
    if shuffle:
        np.random.RandomState(seed % (1 << 32)).shuffle(order)
    parts = []
    for part in ("training", "validation") if subset == "both" else (subset,):
        rows = _part_of(order, validation_split, part)
        again = shuffle and not (subset == "both" and part == "validation")
        parts.append(
            ImageDataset(
                [files[i] for i in rows],
                None if numbers is None else numbers[rows],
                names,
                encode,
                decoder,
                batch_size,
                seed if again else None,
                len(files),
            )
        )
    return parts if subset == "both" else parts[0]


class ImageDataset:
    """Images in files; made by `image_dataset_from_directory`.

    Attributes
    ----------
    batches : int
        The batches of an epoch.
    class_names : list of str or None
        The classes in the order of their numbers.
    file_paths : list of str
        The files.
    found : int
        The number of files before a split.
    """

    def __init__(
        self,
        file_paths: list[str],
        numbers: np.ndarray | None,
        class_names: list[str] | None,
        encode: Callable[[np.ndarray], np.ndarray],
        decoder: _Decoder,
        batch_size: int,
        seed: int | None,
        found: int,
    ) -> None:
        self.file_paths = file_paths
        self.class_names = class_names
        self.batch_size = batch_size
        self.batches = batches_in(len(file_paths), batch_size)
        self.seed = seed
        self.found = found
        self._numbers = numbers
        self._encode = encode
        self._decoder = decoder

    def __repr__(self) -> str:
        shape = ", ".join(str(size) for size in self._decoder.shape)
        classes = "without labels"
        if self.class_names is not None:
            few = len(self.class_names) < 6
            classes = counted(len(self.class_names), "class", "classes") + (
                f": {listing(self.class_names, 'and')}" if few else ""
            )
        images = counted(len(self.file_paths), "image", "images")
        batches = counted(self.batches, "batch", "batches")
        return f"<dataset: {images} of shape ({shape}), {batches} of {self.batch_size}>\n{classes}"

    def open(self, epoch: int) -> Iterator[tuple[np.ndarray, ...]]:
        """Return the batches of an epoch: ``(x, y)``, or ``(x,)`` without labels.

        Parameters
        ----------
        epoch : int
            The epoch's number, from 0.
        """
        order = np.arange(len(self.file_paths))
        if self.seed is not None:
            order = generator(self.seed, epoch).permutation(order)
        images = self._decoder.decode_all([self.file_paths[i] for i in order])
        try:
            for start in range(0, len(order), self.batch_size):
                rows = order[start : start + self.batch_size]
                x = np.empty((len(rows), *self._decoder.shape), np.float32)
                for place in x:
                    place[...] = next(images)
                yield (x,) if self._numbers is None else (x, self._encode(self._numbers[rows]))
        finally:
            images.close()


class _Decoder:
    """Decodes and resizes images, several at a time."""

    def __init__(
        self, color_mode: str, image_size: Any, interpolation: str, crop: bool, pad: bool
    ) -> None:
        self.pillow = needed("PIL.Image", "Reading images")
        self.mode = _MODES[checked(Choice(*_MODES), color_mode, "color_mode")]
        self.size = checked(Sizes(2), image_size, "image_size")
        name = checked(Choice(*_FILTERS), interpolation, "interpolation")
        filters = getattr(self.pillow, "Resampling", self.pillow)  # the latter in Pillow 9.0
        self.filter = getattr(filters, _FILTERS[name])
        self.crop = checked(Flag(), crop, "crop_to_aspect_ratio")
        self.pad = checked(Flag(), pad, "pad_to_aspect_ratio")
        if crop and pad:
            raise ArgumentError(
                "Only one of 'crop_to_aspect_ratio' and 'pad_to_aspect_ratio' can be True.",
                argument="pad_to_aspect_ratio",
                received=True,
            )

    @property
    def shape(self) -> tuple[int, int, int]:
        """The shape of an image."""
        return (*self.size, len(self.mode))

    def decode_all(self, files: list[str]) -> Generator[np.ndarray, None, None]:
        """Return the images in this order, decoding some files ahead."""
        threads = min(_cores(), _MOST_THREADS)
        pool = ThreadPoolExecutor(threads, "rdeep-images")
        waiting: deque[Future[np.ndarray]] = deque()
        try:
            for file in files:
                waiting.append(pool.submit(self.decode, file))
                if len(waiting) >= 4 * threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def decode(self, file: str) -> np.ndarray:
        """Return an image as bytes of the shape that is wanted."""
        try:
            with self.pillow.open(file) as image:
                return np.asarray(self._resized(self._converted(image))).reshape(self.shape)
        # What Pillow raises depends on the format and on what is wrong.
        except Exception as error:
            reason = "" if isinstance(error, self.pillow.UnidentifiedImageError) else f": {error}"
            raise DataError(
                f"{shown(file)} can't be read as an image{reason.rstrip('.')}.",
                argument="directory",
                received=file,
                hint="Take the file away, or repair it.",
            ) from error

    def _converted(self, image: Any) -> Any:
        if image.mode.startswith("I"):
            # Shades of 16 bits, which Pillow would cut off at 255.
            image = self.pillow.fromarray((np.asarray(image) >> 8).astype(np.uint8))
        return image.convert(self.mode)

    def _resized(self, image: Any) -> Any:
        (height, width), (wide, high) = self.size, image.size
        if self.crop:
            # The largest window in the middle that has the proportions wanted, as in Keras.
            cut_high = max(min(high, int(wide * height / width)), 1)
            cut_wide = max(min(wide, int(high * width / height)), 1)
            left, top = (wide - cut_wide) // 2, (high - cut_high) // 2
            image = image.crop((left, top, left + cut_wide, top + cut_high))
        elif self.pad:
            ratio = max(wide / width, high / height)
            inner = (max(int(wide / ratio), 1), max(int(high / ratio), 1))
            whole = self.pillow.new(self.mode, (width, height))
            corner = ((width - inner[0]) // 2, (height - inner[1]) // 2)
            whole.paste(image.resize(inner, self.filter), corner)
            return whole
        return image.resize((width, height), self.filter)


def _cores() -> int:
    """Return how many cores this process may use; not every system tells."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _check_split(validation_split: Any, subset: Any, shuffle: bool, seed: Any) -> None:
    if (validation_split is None) != (subset is None):
        missing = "subset" if subset is None else "validation_split"
        raise ArgumentError(
            f"'validation_split' and 'subset' go together: '{missing}' is missing.",
            argument=missing,
        )
    if validation_split is None:
        return
    checked(Choice("training", "validation", "both"), subset, "subset")
    share = checked(Number(0, 1, open_high=True), validation_split, "validation_split")
    if share == 0:
        raise ArgumentError(
            "'validation_split' must be above 0.", argument="validation_split", received=share
        )
    if shuffle and seed is None:
        raise ArgumentError(
            "'seed' is missing: without one, the parts of a split that is drawn could overlap.",
            argument="seed",
            hint="Give the same 'seed' for both parts, or 'shuffle' = False.",
        )


def _part_of(order: np.ndarray, validation_split: float | None, part: str | None) -> np.ndarray:
    """Return the rows of a part: as in Keras, the last are for validation."""
    if validation_split is None:
        return order
    aside = int(validation_split * len(order))
    if aside == 0 or aside == len(order):
        raise DataError(
            f"'validation_split' = {validation_split:g} leaves nothing to "
            f"{'validate' if aside == 0 else 'train on'}: there are {len(order)} images.",
            argument="validation_split",
            received=validation_split,
        )
    return order[:-aside] if part == "training" else order[-aside:]


def _indexed(
    directory: Any, labels: Any, label_mode: Any, class_names: Any, follow_links: bool
) -> tuple[list[str], np.ndarray | None, list[str] | None]:
    """Return the files, their class numbers and the names of the classes, as Keras orders them."""
    folder = absolute(checked(Path(), directory, "directory"))
    if not os.path.isdir(folder):
        raise FileError(
            f"There is no folder {shown(folder)}.", argument="directory", received=directory
        )
    if label_mode is not None:
        checked(Choice("int", "categorical", "binary"), label_mode, "label_mode")
    if label_mode is None:
        labels = None
    inferred = isinstance(labels, str) and labels == "inferred"
    if class_names is not None and not inferred:
        raise ArgumentError(
            "'class_names' goes with 'labels' = 'inferred' only.", argument="class_names"
        )
    if not inferred:
        files = _images_in(folder, follow_links)
        if not files:
            raise _no_images(folder)
        numbers = None if labels is None else _given_labels(labels, len(files))
        return files, numbers, None if numbers is None else [str(n) for n in np.unique(numbers)]
    names = _class_folders(folder, class_names)
    in_class = [_images_in(os.path.join(folder, name), follow_links) for name in names]
    if not any(in_class):
        raise _no_images(folder, "Each class has a folder in it. ")
    numbers = np.repeat(np.arange(len(names)), [len(files) for files in in_class])
    return [file for files in in_class for file in files], numbers, names


def _no_images(folder: str, hint: str = "") -> DataError:
    return DataError(
        f"There are no images in {shown(folder)}.",
        argument="directory",
        received=folder,
        hint=f"{hint}Files end in {listing(_SUFFIXES)}.",
    )


def _class_folders(folder: str, class_names: Any) -> list[str]:
    there = sorted(
        name
        for name in os.listdir(folder)
        if os.path.isdir(os.path.join(folder, name)) and not name.startswith(".")
    )
    if class_names is None:
        return there
    names = [class_names] if isinstance(class_names, str) else list(class_names)
    for name in names:
        if name not in there:
            raise ArgumentError(
                f"'class_names' has {show(name)}, but {shown(folder)} has no such folder.",
                argument="class_names",
                received=name,
                hint=f"Its folders are {listing(there, 'and')}." if there else None,
            )
    return names


def _images_in(folder: str, follow_links: bool) -> list[str]:
    found = sorted(os.walk(folder, followlinks=follow_links), key=lambda entry: entry[0])
    return [
        os.path.join(root, name)
        for root, _, names in found
        for name in sorted(names)
        if name.lower().endswith(_SUFFIXES)
    ]


def _given_labels(labels: Any, files: int) -> np.ndarray:
    several = isinstance(labels, (list, tuple, np.ndarray))
    numbers = np.asarray(labels) if several else np.empty(0, object)
    if numbers.ndim != 1 or numbers.dtype.kind not in "iu":
        raise ArgumentError(
            f"'labels' must be 'inferred', None or a whole number for each file, "
            f"not {show(labels)}.",
            argument="labels",
            received=labels,
        )
    if len(numbers) != files:
        raise DataError(
            f"'labels' has {len(numbers)} labels, and there are {files} images.",
            argument="labels",
            received=len(numbers),
            expected=str(files),
            hint="The labels are in the order of the files' paths.",
        )
    return numbers


def _encoder(
    numbers: np.ndarray | None, names: list[str] | None, label_mode: str | None
) -> Callable[[np.ndarray], np.ndarray]:
    """Return what makes targets of class numbers, after a look whether they fit."""
    if numbers is None or names is None or label_mode == "int":
        return lambda rows: rows.astype(np.int32)
    classes = len(names)
    if label_mode == "binary" and classes != 2:
        raise ArgumentError(
            f"'label_mode' = 'binary' wants two classes; there are {classes}.",
            argument="label_mode",
            received=label_mode,
        )
    if numbers.min() < 0 or numbers.max() >= classes:
        raise DataError(
            f"'labels' must be numbers from 0 to {classes - 1} for "
            f"'label_mode' = '{label_mode}': there are {classes} different ones.",
            argument="labels",
        )
    if label_mode == "binary":
        return lambda rows: rows.astype(np.float32)[:, np.newaxis]
    return lambda rows: (rows[:, np.newaxis] == np.arange(classes)).astype(np.float32)
