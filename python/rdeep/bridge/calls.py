"""The functions of the core that R calls by name, through `invoke` of `answers.py`."""

from __future__ import annotations

import importlib.metadata
import os
import sys
import threading
import warnings
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from rdeep.arrays import numpy as numpy_ops
from rdeep.auto import AutoModel, load_auto
from rdeep.auto.storage import is_auto
from rdeep.bridge.functions import (
    RClass,
    batch_callback,
    r_function,
    r_layer,
    r_metric,
    r_phase,
    set_layer,
)
from rdeep.bridge.layers import (
    check_call,
    foreign_layer,
    layer_inside,
    listed_weights,
    note_class,
    noted_class,
    pipeline,
    refuse_jax,
    variable_of,
)
from rdeep.bridge.predictions import predict, prediction_facts
from rdeep.bridge.repeating import StepRepeater, repeater_of
from rdeep.bridge.services import SERVICES
from rdeep.bridge.steps import (
    call_base,
    called_model,
    hosted_steps,
    keep_parts,
    set_steps,
    stepped_model,
)
from rdeep.bridge.tensors import (
    begin_gradients,
    call_positional,
    draw,
    end_gradients,
    operation,
    stop_gradients,
    tensor_dtype,
    tensor_item,
    tensor_measure,
    tensor_sizes,
    text_tensor,
    to_array,
    variable,
)
from rdeep.catalogue import registry
from rdeep.catalogue.custom_objects import custom_object_scope
from rdeep.catalogue.metrics.meter import Meter
from rdeep.catalogue.options import Step
from rdeep.data.sparse import SparseMatrix
from rdeep.data.streams import PushedStream, is_stream
from rdeep.engines import registry as backends
from rdeep.errors import StateError, worded
from rdeep.graph.layer import GraphLayer
from rdeep.graph.tensor import Input, SymbolicTensor
from rdeep.models import Model, Sequential, attribution
from rdeep.models import load_model as _load_model
from rdeep.ops.measures import called
from rdeep.precision import set_dtype_policy
from rdeep.predictors import prediction_scale
from rdeep.ready import ReadyModel
from rdeep.ready.reading import is_ready
from rdeep.ready_models import load_ready, ready_class
from rdeep.saving import archive
from rdeep.saving.foreign.kinds import kind_of
from rdeep.seeds import set_random_seed as _set_random_seed
from rdeep.tabular import Tabular, load_tabular
from rdeep.tabular.attribution import column_gradients
from rdeep.tabular.storage import is_tabular


def record(kind: str, name: str, options: dict[str, Any]) -> Any:
    """Return a record of the catalogue.

    Parameters
    ----------
    kind, name : str
        Such as `"layer"` and `"Dense"`.
    options : dict
        Its options.
    """
    cls = registry.find(kind, name)
    for key, value in options.items():
        if key in cls.options and isinstance(cls.options[key].type, Step) and callable(value):
            options[key] = _TextFunction(value)
    return cls(**options)


class _TextFunction:
    """A function of R on text: it takes and returns lists, not arrays.

    A tensor that stands for text, in a function that TensorFlow traces, is handed on as it is.
    """

    __name__ = "function"

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self.function = function

    def __call__(self, texts: np.ndarray) -> Any:
        """Return what the function makes of texts."""
        if threading.current_thread() is not threading.main_thread():
            raise StateError(
                "A function of texts is written in R and cannot be called while data is read.",
                hint="Apply the layer to the texts before they become a data set.",
            )
        if not isinstance(texts, np.ndarray):
            return self.function(texts)
        return self.function(texts.reshape(-1).tolist())


def input_tensor(shape: object, **options: Any) -> SymbolicTensor:
    """Return a symbolic tensor for data to enter by; arguments as for `Input`."""
    return Input(shape, **options)


def apply(layer: Any, inputs: Any, more: Any = (), options: Any = None) -> Any:
    """Return what a layer makes of symbolic tensors.

    After the inputs come further ones, `more`, and what has a name, such as `training`.
    """
    record = layer.record if isinstance(layer, GraphLayer) else layer
    options = options or {}
    check_call(record, inputs, *more, **options)
    return record(inputs, *more, **options)


def transform(layer: Any, inputs: Any, options: Any = None) -> Any:
    """Return what a preprocessing layer makes of data, in types that R has."""
    options = options or {}
    check_call(layer, inputs, **options)
    found = layer(inputs, **options)
    if isinstance(found, dict):
        return {name: _for_r(value) for name, value in found.items()}
    return _for_r(found)


def _for_r(value: Any) -> Any:
    kind = getattr(value.dtype, "kind", None)  # None of an engine's tensor, which stays one.
    if kind == "i" and value.dtype.itemsize > 4:
        limits = np.iinfo(np.int32)
        small = not value.size or (value.min() > limits.min and value.max() <= limits.max)
        return value.astype(np.int32 if small else np.float64)
    if kind == "O":
        return {"text": value.reshape(-1).tolist(), "shape": list(value.shape)}
    return value


def sequential(
    layers: Any = (),
    input_shape: Any = None,
    input_dtype: str | None = None,
    name: str | None = None,
    backend: str | None = None,
    device: str | None = None,
) -> Sequential:
    """Return a sequential model; arguments as for `Sequential`."""
    return Sequential(
        layers or (), input_shape, name, backend or default_backend(), device, None, input_dtype
    )


def functional(
    inputs: Any,
    outputs: Any,
    name: str | None = None,
    backend: str | None = None,
    device: str | None = None,
) -> Model:
    """Return a functional model; arguments as for `Model`."""
    return Model(inputs, outputs, name, backend or default_backend(), device)


def default_backend() -> str:
    """Return the first engine that is installed, else NumPy."""
    return backends.default()


def load_model(
    path: str,
    backend: str | None = None,
    device: str | None = None,
    preferred: str | None = None,
    own: Mapping[str, Any] | None = None,
) -> Any:
    """Return what a file holds: a model, a tabular model or another ready-made one.

    Parameters
    ----------
    path : str
        The file.
    backend : str, optional
        The engine; by default the one it was saved from or, where that is missing, the other.
    device : str, optional
        The device there.
    preferred : str, optional
        The engine for files of others, which name none.
    own : mapping of str to function, optional
        What makes layers of R's own classes again, by the classes' names.
    """
    if kind_of(path) != "rdeep":
        return _load_model(path, backend=backend or preferred, device=device)
    load: Any = _load_model
    if is_tabular(path):
        load = load_tabular
    elif is_auto(path):
        load = load_auto
    elif is_ready(path):
        load = load_ready
    with custom_object_scope({name: RClass(name, make) for name, make in (own or {}).items()}):
        return load(path, backend=backend or _engine_for(path), device=device)


def _engine_for(path: str) -> str:
    with archive.opened(path) as file:
        saved = str(file.description.get("backend"))
    if saved in backends.installed():
        return saved
    other = default_backend()
    if saved != "numpy" and other != "numpy":
        warnings.warn(f"{saved} is not installed here: the model runs on {other}.", stacklevel=2)
    return other


def tabular(backend: str | None = None, **options: Any) -> Tabular:
    """Return a tabular model, to be fitted; arguments as for `Tabular`."""
    return Tabular(backend=backend or default_backend(), **options)


def auto(backend: str | None = None, **options: Any) -> AutoModel:
    """Return a model that is searched for, to be fitted; arguments as for `AutoModel`."""
    return AutoModel(backend=backend or default_backend(), **options)


def ready(kind: str, backend: str | None = None, **options: Any) -> ReadyModel:
    """Return a ready-made model, to be fitted; arguments as for the class of its kind."""
    return ready_class(kind)(backend=backend or default_backend(), **options)


def word_error_rate(truth: Any, estimate: Any, unit: str) -> float:
    """Return the share of words, or characters, that were recognised wrongly."""
    from rdeep.speech import word_error_rate as rate

    return rate(truth, estimate, unit)


def set_random_seed(seed: object) -> None:
    """Start the stream of seeds again."""
    _set_random_seed(seed)


def activation(name: str, options: dict[str, Any], x: object) -> np.ndarray:
    """Return an activation of an array.

    Parameters
    ----------
    name : str
        The record's name.
    options : dict
        Its options.
    x : array
        Numbers.
    """
    values = np.asarray(x, dtype=np.float64)
    function: Any = registry.find("activation", name)(**options)
    return numpy_ops.convert_to_numpy(function.compute(values, numpy_ops))


def loss_value(record: object, y_true: object, y_pred: object, sample_weight: object = None) -> Any:
    """Return a loss for arrays: a number, or one for each sample with `reduction = "none"`."""
    return called(record, y_true, y_pred, sample_weight)


def metric_value(
    record: object, y_true: object, y_pred: object, sample_weight: object = None
) -> Any:
    """Return a metric for arrays."""
    meter = Meter(record)
    meter.update(y_true, y_pred, sample_weight)
    return meter.result()


def lr_finder(model: Model, **arguments: Any) -> dict[str, Any]:
    """Return what a search for a learning rate saw; arguments as for `Model.lr_finder`."""
    return asdict(model.lr_finder(**arguments))


def integrated_gradients(model: Model, x: object, baseline: object, steps: int) -> dict[str, Any]:
    """Return what input values contribute; arguments as for the function of `rdeep.models`."""
    found = attribution.integrated_gradients(model, x, baseline, steps)
    return {"values": found.values[0], "scores": found.scores, "origin": found.origin}


def tabular_gradients(**arguments: Any) -> dict[str, Any]:
    """Return what columns contribute; arguments as for `column_gradients` of `rdeep.tabular`."""
    return column_gradients(**arguments)


def pushed_stream() -> PushedStream:
    """Return a stream that R's generator functions fill."""
    return PushedStream()


def sparse_matrix(starts: Any, rows: Any, values: Any, shape: Any) -> SparseMatrix:
    """Return a sparse matrix from the slots of a `dgCMatrix`."""
    matrix: SparseMatrix = SparseMatrix.from_columns(starts, rows, values, (shape[0], shape[1]))
    return matrix


def list_backends() -> list[dict[str, Any]]:
    """Return the backends: name, whether installed, version."""
    installed = [*backends.installed(), "numpy"]
    return [
        {"name": name, "installed": name in installed, "version": _version(name)}
        for name in backends.names()
    ]


def devices(backend: str) -> list[str]:
    """Return the names of a backend's devices, the default first."""
    return backends.load(backend).devices()


def sitrep() -> dict[str, Any]:
    """Return what can be said of this Python without loading an engine."""
    packages = ("numpy", "torch", "tensorflow", "keras", "safetensors")
    return {
        "python": sys.version.split()[0],
        "executable": sys.executable,
        "core": os.path.dirname(os.path.dirname(__file__)),
        "packages": {name: _version(name) for name in packages},
        "torch_loaded": "torch" in sys.modules,
        "tensorflow_loaded": "tensorflow" in sys.modules,
    }


def time_product() -> float:
    """Return the milliseconds of a 512 x 784 by 784 x 512 product through torch."""
    return backends.load("torch").time_product()  # type: ignore[attr-defined]


def describe(value: Any) -> list[Any]:
    """Return the pieces of what an object says that it is."""
    said = value.wording() if hasattr(type(value), "wording") else worded(repr(value))
    return said.data()


def repeater(model: Model, name: str) -> StepRepeater | None:
    """Return what repeats a model's steps without R; `None` where each is to be run by itself."""
    if model.is_compiled and model.trainer.compiled.run_eagerly:
        return None
    return repeater_of(model, name, DOORS)


def _version(package: str) -> str | None:
    for name in (package, f"{package}-cpu"):
        try:
            return importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return None


DOORS: dict[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (
        record,
        input_tensor,
        apply,
        transform,
        sequential,
        functional,
        default_backend,
        load_model,
        tabular,
        auto,
        ready,
        set_random_seed,
        word_error_rate,
        activation,
        loss_value,
        metric_value,
        devices,
        sitrep,
        time_product,
        describe,
        predict,
        prediction_facts,
        prediction_scale,
        lr_finder,
        integrated_gradients,
        tabular_gradients,
        pushed_stream,
        is_stream,
        sparse_matrix,
        set_dtype_policy,
        r_layer,
        r_metric,
        set_layer,
        r_function,
        r_phase,
        batch_callback,
        foreign_layer,
        layer_inside,
        listed_weights,
        noted_class,
        note_class,
        variable_of,
        refuse_jax,
        pipeline,
        operation,
        tensor_item,
        text_tensor,
        tensor_measure,
        variable,
        begin_gradients,
        stop_gradients,
        end_gradients,
        draw,
        tensor_sizes,
        tensor_dtype,
        to_array,
        call_positional,
        stepped_model,
        called_model,
        call_base,
        set_steps,
        keep_parts,
        hosted_steps,
        repeater,
    )
}
DOORS["backends"] = list_backends
DOORS.update(SERVICES)
