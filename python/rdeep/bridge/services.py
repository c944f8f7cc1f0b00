"""What R asks of the core beside models: data sets, pictures, files, settings.

What few sessions use is imported when it is first asked for.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from rdeep.bridge.layers import call_layer
from rdeep.catalogue import registry
from rdeep.catalogue.record import Record
from rdeep.engines import registry as backends
from rdeep.errors import ArgumentError, BackendError, plain
from rdeep.graph.layer import GraphLayer
from rdeep.graph.order import source_inputs
from rdeep.models.attributes import layer_attribute as said_of_layer
from rdeep.models.attributes import model_attribute
from rdeep.models.keras_models import model_of_config
from rdeep.models.layer_calls import build_layer, layer_is_built, layer_model, record_of
from rdeep.models.model import Model
from rdeep.models.reading import checked_network, made_network
from rdeep.models.sequential import Sequential
from rdeep.models.states import get_state_tree, set_state_tree
from rdeep.precision import DTypePolicy
from rdeep.precision import dtype_policy as chosen_policy
from rdeep.saving import disk
from rdeep.saving.configurations import from_config as configured
from rdeep.saving.faults import reading
from rdeep.saving.objects import keep_object, restore_object
from rdeep.saving.plain_json import read_json
from rdeep.saving.sources import read_whole
from rdeep.seeds import follow_seed
from rdeep.training.limits import (
    max_epochs,
    max_steps_per_epoch,
    set_max_epochs,
    set_max_steps_per_epoch,
)

_ON_DEMAND = (
    "audio_dataset_from_directory",
    "boston_housing",
    "california_housing",
    "can_tune",
    "cifar10",
    "cifar100",
    "default_settings",
    "fashion_mnist",
    "get_file",
    "image_dataset_from_directory",
    "image_from_array",
    "image_to_array",
    "imagenet_input",
    "imdb",
    "imdb_word_index",
    "known_network",
    "load_image",
    "metric_direction",
    "mnist",
    "processes",
    "ready_space",
    "reuters",
    "reuters_word_index",
    "save_image",
    "search",
    "search_line",
    "smart_resize",
    "split_dataset",
    "start_tensorboard",
    "stop_tensorboard",
    "table_dataset_from_files",
    "text_dataset_from_directory",
    "timeseries_dataset_from_array",
)


def _on_demand(name: str) -> Callable[..., Any]:
    """Return a function that few sessions of R ask for: what it needs is imported then."""

    def call(**arguments: Any) -> Any:
        from rdeep.bridge.on_demand import FUNCTIONS

        return FUNCTIONS[name](**arguments)

    return call


# Configurations ---------------------------------------------------------------------------------


def config_of(value: object) -> dict[str, Any]:
    """Return what an object is made of again, as plain data.

    Parameters
    ----------
    value : Record, GraphLayer or Model
        The object.

    Returns
    -------
    dict
        `kind`, `class` and `config`. Lists are tuples, which R keeps as lists.
    """
    if isinstance(value, Model):
        saved = value.in_keras_schema()
        return {"kind": "model", "class": saved["class_name"], "config": _fixed(saved["config"])}
    if isinstance(value, GraphLayer):
        options = {**value.record.get_config(), "name": value.name}
        return {"kind": "layer", "class": type(value.record).__name__, "config": _fixed(options)}
    if isinstance(value, Record):
        config = _fixed(value.get_config())
        return {"kind": value.kind, "class": type(value).__name__, "config": config}
    raise ArgumentError(
        f"{type(value).__name__} has no configuration.", argument="object", received=value
    )


def from_config(config: Any, kind: str, name: str, backend: str | None = None) -> Any:
    """Return what `config_of` described.

    Parameters
    ----------
    config : dict
        The options, or the description of a model.
    kind, name : str
        The kind and the class.
    backend : str, optional
        The engine of a model; by default the one it was described on.
    """
    if kind != "model":
        return configured(registry.find(kind, name), config)
    if "graph" in config:
        # As it was described before it was in Keras's schema.
        return model_from(config, backend)
    return model_of_config({"module": "keras", "class_name": name, "config": config}, backend)


def model_from(description: Any, backend: str | None = None) -> Model:
    """Return the model of a description, with weights of its own.

    Parameters
    ----------
    description : dict
        What `Model.description` returned.
    backend : str, optional
        The engine.
    """
    try:
        whole = {"compile": None, "history": None, **description}
        kind = _MODELS[whole["kind"]]
        return kind.from_data(whole, {}, {}, backend or whole["backend"], None)
    except (KeyError, TypeError) as error:
        raise ArgumentError(
            "'config' is not the configuration of a model.", argument="config"
        ) from error


_MODELS = {model.kind: model for model in (Model, Sequential)}


def save_config(model: Model, path: str, overwrite: bool = False) -> None:
    """Write a model without its weights, as JSON.

    Parameters
    ----------
    model : Model
        The model.
    path : str
        The file.
    overwrite : bool
        Whether to replace a file that exists.
    """
    disk.check_free(path, overwrite)
    text = config_text(model)
    disk.replace_file(path, lambda target: target.write(text.encode()))


def config_text(model: Model) -> str:
    """Return a model without its weights, as JSON."""
    return str(model.to_json())


def load_config(path: str | None = None, text: str | None = None, backend: Any = None) -> Model:
    """Return the model that `save_config` or `config_text` wrote.

    Parameters
    ----------
    path : str, optional
        The file.
    text : str, optional
        Its content.
    backend : str, optional
        The engine.
    """
    with reading("the text" if path is None else path, "a model's configuration"):
        data = (text or "").encode() if path is None else read_whole(path)
        described = plain.by_name(read_json(data), plain.anything, "")
        if "class_name" in described:
            return model_of_config(described, backend)
        checked = checked_network({"compile": None, "history": None, **described}, "")
        engine = backend or backends.available(checked.description["backend"])
        return made_network(checked, {}, {}, engine, None)


def _fixed(value: object) -> Any:
    if isinstance(value, dict):
        return {name: _fixed(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return tuple(_fixed(item) for item in value)
    return value


# Engines ---------------------------------------------------------------------------------


def export_model(model: Model, path: str) -> None:
    """Write a model as TensorFlow's SavedModel, for TensorFlow Serving.

    Parameters
    ----------
    model : Model
        A model on TensorFlow.
    path : str
        The folder to write.
    """
    if model.backend != "tensorflow":
        raise BackendError(
            f"The model runs on {model.backend}, which has no SavedModel.",
            argument="object",
            hint="to_backend() makes a copy on tensorflow; for torch, trace the model's 'native' "
            "with torch.export, or keep it with save_model().",
        )
    model.export(path)


def compute_mask(layer: Any, inputs: Any, previous_mask: Any = None) -> Any:
    """Return the mask of what a layer gives for inputs."""
    return record_of(layer).compute_mask(inputs, previous_mask)


def forget_seed(model: Model) -> None:
    """Have a model's next training draw from the process's stream of seeds, as a first one does.

    Parameters
    ----------
    model : Model
        The model.
    """
    if model.is_compiled:
        model.trainer.forget_seed()


def forget_training(model: Model) -> None:
    """Take away how a model was compiled and what its optimizer keeps.

    Parameters
    ----------
    model : Model
        The model.
    """
    model._trainer = None


def use_flash_attention(on: bool) -> None:
    """Say whether torch may compute attention by its flash kernels, which GPUs have.

    Parameters
    ----------
    on : bool
        Whether it may.
    """
    if "torch" in backends.installed():
        backends.load("torch").use_flash_attention(on)  # type: ignore[attr-defined]


def opened(data: Any) -> Any:
    """Return an iterator over the batches of a data set.

    Parameters
    ----------
    data : Stream
        The data set.
    """
    return (
        batch[0] if isinstance(batch, tuple) and len(batch) == 1 else batch
        for batch in data.open(0)
    )


def tensorflow_dataset(data: Any) -> Any:
    """Return a data set as one of TensorFlow's, for who transforms its batches.

    Parameters
    ----------
    data : Stream
        The data set.
    """
    return backends.load("tensorflow").dataset_of(data)  # type: ignore[attr-defined]


def documentation(value: object) -> str:
    """Return what Python's help says of an object.

    Parameters
    ----------
    value : object
        The object.
    """
    return inspect.getdoc(value) or f"There is no help on {type(value).__name__}."


def json_file(path: str) -> Any:
    """Return what a file of JSON holds.

    Parameters
    ----------
    path : str
        The file.
    """
    with reading(path, "a file of JSON", "path"):
        return read_json(read_whole(path), not_finite=True)


def input_columns(dataset: object) -> dict[str, list[str]]:
    """Return the columns that a dataset of files takes for each input, if it knows them.

    Parameters
    ----------
    dataset : object
        What a model is trained on.
    """
    return getattr(dataset, "input_columns", None) or {}


def layer_attribute(layer: Any, name: str) -> Any:
    """Return what a layer says of itself; a dtype policy by its name."""
    found = said_of_layer(layer, name)
    return found.name if isinstance(found, DTypePolicy) else found


def dtype_policy() -> str:
    """Return the name of the policy of models that name none."""
    return chosen_policy().name


SERVICES: dict[str, Callable[..., Any]] = {
    **{name: _on_demand(name) for name in _ON_DEMAND},
    **{
        function.__name__: function
        for function in (
            keep_object,
            restore_object,
            get_state_tree,
            set_state_tree,
            call_layer,
            compute_mask,
            build_layer,
            layer_is_built,
            layer_model,
            layer_attribute,
            dtype_policy,
            model_attribute,
            max_epochs,
            set_max_epochs,
            max_steps_per_epoch,
            set_max_steps_per_epoch,
            config_of,
            from_config,
            save_config,
            config_text,
            load_config,
            export_model,
            follow_seed,
            forget_seed,
            forget_training,
            source_inputs,
            use_flash_attention,
            opened,
            tensorflow_dataset,
            documentation,
            json_file,
            input_columns,
        )
    },
}
