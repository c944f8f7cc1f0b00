"""What few sessions of R ask for: known networks, data sets, pictures, TensorBoard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rdeep import applications
from rdeep.applications.imagenet_utils import preprocess_input
from rdeep.bridge.data_checks import check_columns, duplicates_in_columns, outliers_in_columns
from rdeep.data.pictures import image_from_array, image_to_array, load_image, save_image
from rdeep.data.resizing import smart_resize
from rdeep.data_checks import clean_text
from rdeep.datasets import (
    audio_dataset_from_directory,
    image_dataset_from_directory,
    mnist,
    split_dataset,
    table_dataset_from_files,
    text_dataset_from_directory,
    timeseries_dataset_from_array,
)
from rdeep.datasets.downloads import get_file
from rdeep.datasets.housing import boston_housing, california_housing
from rdeep.datasets.pictures import cifar10, cifar100, fashion_mnist
from rdeep.datasets.words import imdb, imdb_word_index, reuters, reuters_word_index
from rdeep.engines import registry
from rdeep.tensorboard import start_tensorboard, stop_tensorboard


def known_network(name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Return a model of a known network, and how it expects pixels.

    Parameters
    ----------
    name : str
        Keras's name of the network.
    arguments : dict
        The arguments of its function.
    """
    arguments["backend"] = arguments.get("backend") or registry.default()
    built = getattr(applications, name).application.build((), arguments)
    return {"model": built.model, "preprocessing": built.preprocessing}


def imagenet_input(x: Any, data_format: str | None = None, mode: str = "caffe") -> Any:
    """Return a tensor of pixels as networks expect them; arguments as for `preprocess_input`."""
    return preprocess_input(x, data_format, mode)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (
        audio_dataset_from_directory,
        boston_housing,
        check_columns,
        california_housing,
        cifar10,
        cifar100,
        clean_text,
        duplicates_in_columns,
        fashion_mnist,
        get_file,
        image_dataset_from_directory,
        image_from_array,
        image_to_array,
        imagenet_input,
        imdb,
        imdb_word_index,
        known_network,
        load_image,
        mnist,
        outliers_in_columns,
        reuters,
        reuters_word_index,
        save_image,
        smart_resize,
        split_dataset,
        start_tensorboard,
        stop_tensorboard,
        table_dataset_from_files,
        text_dataset_from_directory,
        timeseries_dataset_from_array,
    )
}
"""The functions, by the names that R calls."""
