"""What few sessions of R ask for: data sets, pictures, TensorBoard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rdeep.data.pictures import image_from_array, image_to_array, load_image, save_image
from rdeep.data.resizing import smart_resize
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
from rdeep.tensorboard import start_tensorboard, stop_tensorboard

FUNCTIONS: dict[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (
        audio_dataset_from_directory,
        boston_housing,
        california_housing,
        cifar10,
        cifar100,
        fashion_mnist,
        get_file,
        image_dataset_from_directory,
        image_from_array,
        image_to_array,
        imdb,
        imdb_word_index,
        load_image,
        mnist,
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
