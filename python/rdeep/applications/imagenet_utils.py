"""What networks that were trained on ImageNet take and return: pixels prepared, classes named."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from rdeep import ops
from rdeep.catalogue.dispatch import is_symbolic
from rdeep.catalogue.options import Choice, Count, checked
from rdeep.datasets.downloads import get_file
from rdeep.errors import ShapeError, format_shape, worded
from rdeep.saving.faults import Damage, reading
from rdeep.saving.plain_json import read_json
from rdeep.saving.sources import read_whole

CLASSES = 1000
_INDEX = "https://storage.googleapis.com/download.tensorflow.org/data/imagenet_class_index.json"
_INDEX_HASH = "c2c37ea517e94d9795004a39431a14cb"
_MEANS = {"caffe": (103.939, 116.779, 123.68), "torch": (0.485, 0.456, 0.406)}
_DEVIATIONS = (0.229, 0.224, 0.225)


def preprocess_input(x: Any, data_format: str | None = None, mode: str = "caffe") -> Any:
    """Return pictures as networks expect them that were trained on ImageNet.

    Parameters
    ----------
    x : array or tensor
        A picture or several, of three channels, with values from 0 to 255. It stays as it is.
    data_format : {"channels_last", "channels_first"}, optional
        Where the channels are; last by default.
    mode : {"caffe", "tf", "torch"}
        `"caffe"`: blue, green and red, each minus its mean over ImageNet. `"tf"`: from -1 to 1.
        `"torch"`: from 0 to 1, then minus the mean of each channel, by its deviation.

    Examples
    --------
    >>> preprocess_input(np.full((1, 1, 3), 127.5), mode="tf")
    array([[[0., 0., 0.]]])
    """
    chosen = checked(Choice("caffe", "tf", "torch"), mode, "mode")
    formats = Choice("channels_last", "channels_first")
    first = data_format and checked(formats, data_format, "data_format") == "channels_first"
    x = _as_floats(x)
    axis = -3 if first else -1
    if chosen != "tf":
        _check_channels(x, axis)
    if chosen == "tf":
        return x / 127.5 - 1.0
    if chosen == "caffe":
        flip = np.flip if isinstance(x, np.ndarray) else ops.flip
        return flip(x, axis=axis) - _along(_MEANS[chosen], axis, x)
    return (x / 255.0 - _along(_MEANS[chosen], axis, x)) / _along(_DEVIATIONS, axis, x)


def _as_floats(x: Any) -> Any:
    """Return an array of floats, or the tensor as it is."""
    if isinstance(x, np.ndarray) or not hasattr(x, "shape"):
        array = np.asarray(x)
        return array if array.dtype.kind == "f" else array.astype("float32")
    return x if "float" in str(x.dtype) else ops.cast(x, "float32")


def _check_channels(x: Any, axis: int) -> None:
    if len(x.shape) not in (3, 4) or x.shape[axis] != 3:
        raise ShapeError(
            worded(
                f"'x' must be pictures of three channels; its shape is {format_shape(x.shape)}."
            ),
            argument="x",
            received=tuple(x.shape),
            expected=worded(f"a shape such as {format_shape((224, 224, 3))}"),
        )


def _along(values: tuple[float, ...], axis: int, x: Any) -> Any:
    array = np.array(values, "float32").reshape(3, *[1] * (-1 - axis))
    return array if is_symbolic(x) or isinstance(x, np.ndarray) else ops.cast(array, x.dtype)


@cache
def _class_index() -> dict[str, tuple[str, str]]:
    return read_class_index(get_file(origin=_INDEX, file_hash=_INDEX_HASH, cache_subdir="models"))


def read_class_index(path: str) -> dict[str, tuple[str, str]]:
    """Return the classes' identifiers and names, by their numbers as texts.

    Parameters
    ----------
    path : str
        A copy of `imagenet_class_index.json`.
    """
    with reading(path, "ImageNet's classes by their numbers", "class_index"):
        found = read_json(read_whole(path))
        try:
            return {str(k): (str(found[str(k)][0]), str(found[str(k)][1])) for k in range(CLASSES)}
        except (KeyError, IndexError, TypeError):
            raise Damage(f"it does not have two texts for each of {CLASSES} numbers") from None


def decode_predictions(
    preds: Any, top: int = 5, class_index: str | None = None
) -> list[list[tuple[str, str, float]]]:
    """Return the most probable of ImageNet's classes for each row of predictions.

    Parameters
    ----------
    preds : array or tensor
        Predictions: a matrix with 1,000 columns.
    top : int
        How many classes to return.
    class_index : str, optional
        The path of `imagenet_class_index.json`; by default it is downloaded once.

    Returns
    -------
    list of list of tuple
        For each row identifier, name and score of the classes, the most probable first.

    Examples
    --------
    >>> decode_predictions(np.eye(1, 1000), top=1)  # doctest: +SKIP
    [[('n01440764', 'tench', 1.0)]]
    """
    count = checked(Count(), top, "top")
    shape = tuple(getattr(preds, "shape", np.shape(preds)))
    if len(shape) != 2 or shape[1] != CLASSES:
        raise ShapeError(
            worded(
                f"'preds' must be a matrix with {CLASSES} columns; its shape is "
                f"{format_shape(shape)}."
            ),
            argument="preds",
            received=shape,
            expected=f"a matrix with {CLASSES} columns",
        )
    names = _class_index() if class_index is None else read_class_index(class_index)
    rows = np.asarray(ops.convert_to_numpy(preds))
    best = np.argsort(-rows, axis=1, kind="stable")[:, :count]
    return [[(*names[str(k)], float(row[k])) for k in chosen] for row, chosen in zip(rows, best)]


def preprocessing_of(mode: str | None) -> Callable[..., Any]:
    """Return the `preprocess_input` of a family of networks.

    Parameters
    ----------
    mode : {"caffe", "tf", "torch"} or None
        How its networks expect pixels; `None` where they take them as they are.
    """

    def prepare(x: Any, data_format: str | None = None) -> Any:
        return x if mode is None else preprocess_input(x, data_format, mode)

    does = described_mode(mode)
    prepare.__name__ = prepare.__qualname__ = "preprocess_input"
    prepare.__doc__ = f"""Return pictures as networks of this family expect them: {does}.

    Parameters
    ----------
    x : array or tensor
        A picture or several, of three channels, with values from 0 to 255. It stays as it is.
    data_format : {{"channels_last", "channels_first"}}, optional
        Where the channels are; last by default.
    """
    return prepare


def described_mode(mode: str | None) -> str:
    """Say how networks expect pixels, for help pages.

    Parameters
    ----------
    mode : {"caffe", "tf", "torch"} or None
        The way.
    """
    return _DOES[mode]


_DOES = {
    None: "as they are, since the network has the layers that prepare them",
    "caffe": "as blue, green and red, each minus its mean over ImageNet",
    "tf": "from -1 to 1",
    "torch": "from 0 to 1, then minus the mean of each channel, by its deviation",
}
