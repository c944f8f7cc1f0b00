"""What few sessions of R ask for: known networks, data sets, pictures, TensorBoard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

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
from rdeep.errors import DependencyError
from rdeep.model_checks import memory
from rdeep.model_checks.checking import checked
from rdeep.model_checks.drift import drift_table
from rdeep.tensorboard import start_tensorboard, stop_tensorboard
from rdeep.tuning import ready_spaces
from rdeep.tuning.directions import direction_of
from rdeep.tuning.package import optuna
from rdeep.tuning.processes import Processes
from rdeep.tuning.progress import progress_line
from rdeep.tuning.search import Search


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


def model_check(
    type: str,
    y: Any,
    predictions: Any,
    slices: Any = None,
    reference: Any = None,
    current: Any = None,
    cases: Any = (),
) -> dict[str, Any]:
    """Return what predictions say of a model, as plain data; arguments as for `checked`.

    `reference` and `current` are columns by name.
    """
    values = np.asarray(y).reshape(-1)
    found = checked(
        type,
        values.astype(np.int64) if type == "class" else values.astype(np.float64),
        np.asarray(predictions, np.float64),
        slices or None,
        drift_table(reference, current) if reference else None,
        cases or (),
    )
    return {"verdicts": found.verdicts, "tables": found.tables}


def memory_start() -> float | None:
    """Begin to measure the peak of this process's memory."""
    return memory.start()


def memory_peak() -> float | None:
    """Return that peak."""
    return memory.peak()


def can_tune() -> bool:
    """Return whether hyperparameters can be searched: whether Optuna is installed."""
    try:
        optuna()
    except DependencyError:
        return False
    return True


def search(space: dict[str, Any], **options: Any) -> Search:
    """Return a search for hyperparameters; arguments as for `Search`."""
    return Search(space, **options)


def search_line(search: Search) -> str:
    """Return a line that says how a search goes.

    Parameters
    ----------
    search : Search
        The search.
    """
    return progress_line(search)


def metric_direction(metric: str | None = None) -> str:
    """Return whether a metric is to be small or large.

    Parameters
    ----------
    metric : str, optional
        The name of a log.
    """
    return direction_of(metric)


def processes(command: list[str], logs: list[str], variables: dict[str, str]) -> Processes:
    """Start processes that work on a search; arguments as for `Processes`."""
    return Processes(command, logs, variables)


def ready_space(kind: str, arguments: list[str]) -> dict[str, Any]:
    """Return the ready space of a kind of models, as plain data; arguments as for `ready_space`."""
    return ready_spaces.ready_space(kind, arguments).to_data()


def default_settings(kind: str, rows: int | None, given: dict[str, Any]) -> dict[str, Any]:
    """Return the settings that a model has by default; arguments as for `default_settings`."""
    return ready_spaces.default_settings(kind, rows, given)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (
        audio_dataset_from_directory,
        boston_housing,
        check_columns,
        california_housing,
        can_tune,
        cifar10,
        cifar100,
        clean_text,
        duplicates_in_columns,
        default_settings,
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
        memory_peak,
        memory_start,
        mnist,
        model_check,
        metric_direction,
        mnist,
        outliers_in_columns,
        processes,
        ready_space,
        reuters,
        reuters_word_index,
        save_image,
        search,
        search_line,
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
