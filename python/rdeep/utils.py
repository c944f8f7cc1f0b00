"""What Keras's module of that name has, as far as rdeep has it: data, files, configurations.

Examples
--------
>>> from rdeep import utils
>>> utils.to_categorical([1], 2)
array([[0., 1.]], dtype=float32)
"""

from __future__ import annotations

import gc
from typing import Any

from rdeep.catalogue.custom_objects import CustomObjectScope as CustomObjectScope
from rdeep.catalogue.custom_objects import custom_object_scope as custom_object_scope
from rdeep.catalogue.custom_objects import get_custom_objects as get_custom_objects
from rdeep.catalogue.custom_objects import get_registered_name as get_registered_name
from rdeep.catalogue.custom_objects import get_registered_object as get_registered_object
from rdeep.catalogue.custom_objects import (
    register_keras_serializable as register_keras_serializable,
)
from rdeep.catalogue.dispatch import is_symbolic
from rdeep.catalogue.feature_space import FeatureSpace as FeatureSpace
from rdeep.config import disable_interactive_logging as disable_interactive_logging
from rdeep.config import enable_interactive_logging as enable_interactive_logging
from rdeep.config import is_interactive_logging_enabled as is_interactive_logging_enabled
from rdeep.data.categories import normalize as normalize
from rdeep.data.categories import pad_sequences as pad_sequences
from rdeep.data.categories import to_categorical as to_categorical
from rdeep.data.pictures import image_from_array, image_to_array, load_image, save_image
from rdeep.data.py_dataset import PyDataset as PyDataset
from rdeep.datasets import audio_dataset_from_directory as audio_dataset_from_directory
from rdeep.datasets import image_dataset_from_directory as image_dataset_from_directory
from rdeep.datasets import split_dataset as split_dataset
from rdeep.datasets import text_dataset_from_directory as text_dataset_from_directory
from rdeep.datasets import timeseries_dataset_from_array as timeseries_dataset_from_array
from rdeep.datasets.downloads import get_file as get_file
from rdeep.errors import ArgumentError, show
from rdeep.graph.dot import model_to_dot as model_to_dot
from rdeep.graph.dot import plot_model as plot_model
from rdeep.graph.order import source_inputs
from rdeep.saving.configurations import deserialize_keras_object as deserialize_keras_object
from rdeep.saving.configurations import serialize_keras_object as serialize_keras_object
from rdeep.seeds import set_random_seed as set_random_seed
from rdeep.training.progress_bar import Progbar as Progbar

Sequence = PyDataset
array_to_img, img_to_array = image_from_array, image_to_array
load_img, save_img = load_image, save_image
get_source_inputs = source_inputs


def clear_session(free_memory: bool = True) -> None:
    """Let go of models that nobody has any more; names and weights depend on nothing else.

    Parameters
    ----------
    free_memory : bool
        Whether to look for them at once.

    Examples
    --------
    >>> clear_session()
    """
    if free_memory:
        gc.collect()


def is_keras_tensor(x: Any) -> bool:
    """Return whether something is a symbolic tensor, such as `Input` returns.

    Parameters
    ----------
    x : object
        Anything.

    Examples
    --------
    >>> is_keras_tensor(1.0)
    False
    """
    return is_symbolic(x)


def pack_x_y_sample_weight(x: Any, y: Any = None, sample_weight: Any = None) -> Any:
    """Return data, targets and weights as `fit` takes them from a stream.

    Parameters
    ----------
    x, y, sample_weight : object
        The parts; those that are left out do not stand in the tuple.

    Examples
    --------
    >>> pack_x_y_sample_weight(1, 2)
    (1, 2)
    """
    if y is None:
        return (x,) if isinstance(x, (list, tuple)) else x
    return (x, y) if sample_weight is None else (x, y, sample_weight)


def unpack_x_y_sample_weight(data: Any) -> tuple[Any, Any, Any]:
    """Return data, targets and weights of what a stream gives.

    Parameters
    ----------
    data : object or tuple
        One batch.

    Examples
    --------
    >>> unpack_x_y_sample_weight((1, 2))
    (1, 2, None)
    """
    parts = tuple(data) if isinstance(data, (list, tuple)) else (data,)
    if not 1 <= len(parts) <= 3:
        raise ArgumentError(
            f"'data' must be data, targets and weights, not {show(data)}.",
            argument="data",
            received=data,
            expected="one to three parts",
        )
    x, y, weights = (*parts, None, None)[:3]
    return x, y, weights


def standardize_dtype(dtype: Any) -> str:
    """Return the name of a type: NumPy's, an engine's or a string.

    Parameters
    ----------
    dtype : object
        The type; `None` stands for float32.

    Examples
    --------
    >>> import numpy as np
    >>> standardize_dtype(np.dtype("int64"))
    'int64'
    """
    if dtype is None:
        return "float32"
    name = getattr(dtype, "name", None) or getattr(dtype, "__name__", None) or str(dtype)
    known = {"float": "float32", "int": "int32", "bool_": "bool", "str": "string"}
    name = str(name).removeprefix("torch.")
    return known.get(name, name)
