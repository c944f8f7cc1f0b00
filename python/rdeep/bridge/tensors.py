"""What R does with tensors: operations, parts of them, and arrays out of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from rdeep.arrays.keys import as_key
from rdeep.catalogue.operations import find_operation
from rdeep.catalogue.registry import resolve
from rdeep.engines import registry as backends
from rdeep.engines.reasons import reason
from rdeep.errors import ArgumentError, RdeepError, called
from rdeep.graph.holder import ValueHolder
from rdeep.ops.differentiation import Recording
from rdeep.ops.dispatch import as_array, default_backend
from rdeep.ops.dispatch import call as call_operation
from rdeep.ops.measures import measure
from rdeep.ops.variable import Variable
from rdeep.seeds import stream


def operation(name: str, arguments: dict[str, Any], backend: str | None = None) -> Any:
    """Return what an operation gives for tensors or arrays.

    Parameters
    ----------
    name : str
        The operation.
    arguments : dict
        Its arguments.
    backend : str, optional
        The engine for plain arrays.
    """
    found = find_operation(name)
    if name in ("array", "convert_to_tensor") and _is_text(arguments.get("x")):
        return text_tensor(arguments["x"], backend)
    return call_operation(found, found.bind((), _current(arguments)), backend)


def _is_text(value: object) -> bool:
    if isinstance(value, np.ndarray) and value.dtype.kind == "O" and value.size:
        value = value.flat[0]
    return isinstance(value, str) or (isinstance(value, np.ndarray) and value.dtype.kind == "U")


def tensor_measure(
    record: object, y_true: object, y_pred: object, reduce: bool, sample_weight: object = None
) -> Any:
    """Return a loss or metric of tensors; arguments as for `measure`."""
    return measure(record, _current(y_true), _current(y_pred), reduce, _current(sample_weight))


def _current(value: object) -> Any:
    """Return arguments with what a metric keeps as its value."""
    if isinstance(value, dict):
        return {name: _current(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_current(each) for each in value)
    return value.value if isinstance(value, ValueHolder) else value


def tensor_item(x: Any, key: Any) -> Any:
    """Return a part of a tensor.

    Parameters
    ----------
    x : tensor
        The tensor, of an engine or symbolic.
    key : list
        For each axis a whole number from 0, `{"slice": [start, stop, step]}`, `"new"` or `"rest"`.
    """
    try:
        return _current(x)[as_key(key)]
    except RdeepError:
        raise
    except Exception as error:
        raise ArgumentError(f"The tensor has no such part: {reason(error)}") from error


def to_array(x: object) -> Any:
    """Return an engine's tensor as an array, or as a number if it has no axes."""
    found = as_array(_current(x))
    if isinstance(found, bytes) or getattr(found, "dtype", np.dtype(float)).kind == "O":
        return np.char.decode(np.asarray(found, np.bytes_), "utf-8").tolist()
    return found.item() if getattr(found, "shape", None) == () else found


def text_tensor(value: Any, backend: str | None = None) -> Any:
    """Return text as a tensor of the engine that has such: TensorFlow.

    Parameters
    ----------
    value : str or array of str
        The text.
    backend : str, optional
        The engine; by default the first that is installed.
    """
    engine = backend or default_backend()
    constant = getattr(backends.load(engine).ops, "text", None)
    if constant is None:
        raise ArgumentError(
            f"{engine} has no tensors of text.",
            argument="x",
            received="text",
            hint="TensorFlow has. Layers that take text, such as "
            f"{called('TextVectorization', 'layer')}, take it as it is, on either engine.",
        )
    return constant(value)


def call_positional(target: Any, name: str, args: Any, kwargs: dict[str, Any]) -> Any:
    """Return what a method gives for arguments by place and by name."""
    return getattr(target, name)(*args, **kwargs)


def variable(value: Any, name: str) -> Variable:
    """Return a tensor whose value can be changed."""
    return Variable(value, name=name)


def begin_gradients(variables: Any) -> Recording:
    """Record from now on what is computed, for gradients with respect to variables."""
    return Recording(variables)


def stop_gradients(recording: Recording) -> None:
    """Record no more."""
    recording.stop()


def end_gradients(recording: Recording, found: Any, return_value: bool) -> Any:
    """Return the gradients of what was computed."""
    recording.stop()
    return recording.gradients(found, return_value)


def draw(initializer: Any, shape: Any) -> Any:
    """Return starting values by an initializer."""
    rng = np.random.default_rng(stream.next())
    return resolve("initializer", initializer).draw(tuple(int(size) for size in shape), rng)


def tensor_sizes(x: Any) -> list[int | None]:
    """Return a tensor's shape, with `None` where a size is open."""
    x = _current(x)
    return [None if size is None else int(size) for size in x.shape]


def tensor_dtype(x: object) -> str:
    """Return the name of a tensor's type."""
    dtype = _current(x).dtype
    return getattr(dtype, "name", None) or str(dtype).removeprefix("torch.")
