"""Images in files, one folder for each class, decoded batch by batch."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np

from rdeep.catalogue.options import Choice, Count, Flag, Sizes, checked
from rdeep.data.folders import FileDataset, FileKind, Part, split_files
from rdeep.data.reading import counted, needed, shown
from rdeep.errors import ArgumentError, DataError, show

_IMAGES = FileKind("images", (".bmp", ".gif", ".jpeg", ".jpg", ".png"))
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
# What an image may take beside twice its file: 24 million pixels of a photograph.
_MOST_BYTES = 96_000_000


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
    data_format: str | None = None,
    verbose: bool = True,
    format: str | None = None,
) -> Any:
    """Read images from folders batch by batch: data that need not fit in memory.

    The arguments are those of `keras.utils.image_dataset_from_directory`, and so are the order
    of the classes and which files a split puts where. Images are float32 from 0 to 255. Pillow,
    which is needed, decodes and resizes them: unlike Keras it smooths an image that it makes
    smaller, so pixels then differ a little.

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
        Whether each epoch of training has an order of its own; otherwise it is that of the paths.
        Evaluating and predicting read in the order of `file_paths`, which is drawn once.
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
    data_format : {"channels_last", "channels_first"}, optional
        Where the channels are; last by default.
    verbose : bool
        Without effect: nothing is printed.
    format : str, optional
        Without effect: either engine reads what comes out.

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
    decoder = _Decoder(
        color_mode,
        image_size,
        interpolation,
        crop_to_aspect_ratio,
        pad_to_aspect_ratio,
        data_format,
    )
    parts = split_files(
        directory,
        labels=labels,
        label_mode=label_mode,
        class_names=class_names,
        shuffle=shuffle,
        seed=seed,
        validation_split=validation_split,
        subset=subset,
        follow_links=follow_links,
        kind=_IMAGES,
    )
    size = checked(Count(), batch_size, "batch_size")
    datasets = [ImageDataset(part, size, decoder) for part in parts]
    return datasets if subset == "both" else datasets[0]


class ImageDataset(FileDataset):
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

    def __init__(self, part: Part, batch_size: int, decoder: _Decoder) -> None:
        super().__init__(part, batch_size)
        self._decoder = decoder

    def describe(self) -> str:
        """Return what there is, for printing."""
        shape = ", ".join(str(size) for size in self._decoder.shape)
        return f"{counted(len(self.file_paths), 'image', 'images')} of shape ({shape})"

    def read(self, files: list[str]) -> Iterator[np.ndarray]:
        """Return the images in this order.

        Parameters
        ----------
        files : list of str
            The files.
        """
        return self._decoder.decode_all(files)

    def joined(self, items: list[np.ndarray]) -> np.ndarray:
        """Return images as a batch.

        Parameters
        ----------
        items : list of numpy.ndarray
            The images.
        """
        x = np.empty((len(items), *self._decoder.shape), np.float32)
        for place, image in zip(x, items):
            place[...] = image
        return x


class _Decoder:
    """Decodes and resizes images, several at a time."""

    def __init__(
        self,
        color_mode: str,
        image_size: object,
        interpolation: str,
        crop: bool,
        pad: bool,
        data_format: str | None,
    ) -> None:
        self.pillow = needed("PIL.Image", "Reading images")
        self.mode = _MODES[checked(Choice(*_MODES), color_mode, "color_mode")]
        self.size = checked(Sizes(2), image_size, "image_size")
        name = checked(Choice(*_FILTERS), interpolation, "interpolation")
        filters = getattr(self.pillow, "Resampling", self.pillow)  # the latter in Pillow 9.0
        self.filter = getattr(filters, _FILTERS[name])
        self.crop = checked(Flag(), crop, "crop_to_aspect_ratio")
        self.pad = checked(Flag(), pad, "pad_to_aspect_ratio")
        formats = Choice("channels_last", "channels_first")
        layout = data_format or "channels_last"
        self.first = checked(formats, layout, "data_format") == "channels_first"
        if crop and pad:
            raise ArgumentError(
                "Only one of 'crop_to_aspect_ratio' and 'pad_to_aspect_ratio' can be "
                f"{show(True)}.",
                argument="pad_to_aspect_ratio",
                received=True,
            )

    @property
    def shape(self) -> tuple[int, int, int]:
        """The shape of an image."""
        channels = len(self.mode)
        return (channels, *self.size) if self.first else (*self.size, channels)

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
                self._check_memory(image, file)
                pixels = np.asarray(self._resized(self._converted(image)))
                pixels = pixels.reshape(*self.size, len(self.mode))
                return pixels.transpose(2, 0, 1) if self.first else pixels
        except DataError:
            raise
        # What Pillow raises depends on the format and on what is wrong.
        except Exception as error:
            reason = "" if isinstance(error, self.pillow.UnidentifiedImageError) else f": {error}"
            raise DataError(
                f"{shown(file)} can't be read as an image{reason.rstrip('.')}.",
                argument="directory",
                received=file,
                hint="Take the file away, or repair it.",
            ) from error

    def _check_memory(self, image: Any, file: str) -> None:
        """Refuse an image that takes far more memory than its file: a header can say anything."""
        most = _MOST_BYTES + 2 * os.path.getsize(file)
        if self._bytes(image) > most and image.format == "JPEG":
            # Decoded at a half, a quarter or an eighth of its size, but no smaller than wanted.
            image.draft(None, self.size[::-1])
        needed = self._bytes(image)
        if needed > most:
            wide, high = image.size
            raise DataError(
                f"{shown(file)} is {wide} x {high} pixels, which take {needed / 1e6:.0f} MB: "
                "more than such a file may.",
                argument="directory",
                received=file,
                hint="Make the image smaller before you use it, or take the file away.",
            )

    def _bytes(self, image: Any) -> int:
        """Return what an image takes in Pillow: 4 bytes for each pixel of several channels."""
        one = {"1": 1, "L": 1, "P": 1, "I;16": 2}
        each = [one.get(mode, 4) for mode in dict.fromkeys((image.mode, self.mode))]
        return int(image.size[0]) * int(image.size[1]) * sum(each)

    def _converted(self, image: Any) -> Any:
        if image.mode == self.mode:
            image.load()
            return image
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
