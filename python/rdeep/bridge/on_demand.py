"""What few sessions of R ask for: known networks, data sets, pictures, TensorBoard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rdeep import applications
from rdeep.applications.imagenet_utils import preprocess_input
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
from rdeep.engines import registry
from rdeep.errors import DependencyError
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
        california_housing,
        can_tune,
        cifar10,
        cifar100,
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
        metric_direction,
        mnist,
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
