"""Functions of an engine's own in what users describe: `tf.square`, `torch.mean`.

Called with symbolic tensors they become operations of the graph, which that engine runs natively.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from rdeep.catalogue.dispatch import is_symbolic
from rdeep.engines import registry as backends
from rdeep.errors import ArgumentError, named, show, worded
from rdeep.graph.operation import ENGINE_FUNCTION, filled, operate, prepared, template_of
from rdeep.ops.dispatch import as_array
from rdeep.ops.symbolic import found_by

_watched: list[str] = []


def watch() -> None:
    """Have TensorFlow, if it is loaded, ask about symbolic tensors; torch does so by itself."""
    if "tensorflow" in sys.modules and not _watched:
        _watched.append("tensorflow")
        backends.load("tensorflow").ops.watch_functions(is_symbolic, describe)


def describe(engine: str, function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """Return the symbolic tensors that an engine's function gives for others.

    Parameters
    ----------
    engine : str
        The engine.
    function : callable
        Its function.
    args, kwargs
        The arguments, symbolic tensors among them.
    """
    tensors: list[Any] = []
    function = _TensorFlows(function) if engine == "tensorflow" else function
    template = template_of({"args": list(args), "kwargs": dict(kwargs)}, tensors)
    ready = prepared(template)
    title = _called(engine, function)

    def compute(stand_ins: list[Any], ops: Any) -> Any:
        return _result(function, filled(ready, stand_ins, ops.constant))

    outputs, several = found_by(engine, title, compute, tensors)
    arguments = {"engine": engine, "function": function, **template}
    return operate(ENGINE_FUNCTION, arguments, tensors, outputs, several)


def describe_method(tensor: Any, name: str) -> Any:
    """Return a method of torch's tensors, such as `mean`, for a symbolic one.

    Parameters
    ----------
    tensor : SymbolicTensor
        The tensor.
    name : str
        The method.
    """
    method = getattr(sys.modules["torch"].Tensor, name)

    def described(*args: Any, **kwargs: Any) -> Any:
        return describe("torch", method, (tensor, *args), kwargs)

    return described


class _TensorFlows:
    """A function of TensorFlow, which pickle knows by the module that it is in."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function, self.__name__ = function, getattr(function, "__name__", str(function))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.function(*args, **kwargs)

    def __reduce__(self) -> Any:
        return _found_again, (self.function.__module__, self.__name__)


def _found_again(module: str, name: str) -> _TensorFlows:
    backends.load("tensorflow")
    return _TensorFlows(getattr(sys.modules[module], name))


def run(arguments: dict[str, Any], ops: Any) -> Any:
    """Return what an engine's function gives for tensors.

    Parameters
    ----------
    arguments : dict
        The engine, the function and its arguments.
    ops : module
        The array functions of the engine that runs the model.

    Raises
    ------
    ArgumentError
        If that is another engine.
    """
    engine, function = arguments["engine"], arguments["function"]
    own = backends.load(engine).ops
    if ops is own:
        return _result(function, arguments)
    if ops.__name__.startswith("rdeep.arrays."):
        # NumPy, which predicts and explains alone: the engine computes, from and to arrays.
        moved = _each(arguments, lambda x: own.operand(x) if isinstance(x, np.ndarray) else x)
        return _each(_result(function, moved), as_array)
    raise ArgumentError(
        f"{_called(engine, function)} is a function of {engine}, and the model runs on another "
        "engine.",
        argument="backend",
        expected=f"a model on {engine}",
        hint=f"Make the model with {engine}, or compute with {named('ops', 'rdeep.')}, which "
        "either engine runs.",
    )


def _result(function: Callable[..., Any], given: dict[str, Any]) -> Any:
    found = function(*given["args"], **given["kwargs"])
    # torch's functions return named tuples; what is no tensor among several has no place.
    return list(found) if isinstance(found, tuple) else found


def _called(engine: str, function: Callable[..., Any]) -> Any:
    short = {"tensorflow": "tf"}.get(engine, engine)
    return worded(f"{short}.{getattr(function, '__name__', show(function))}()")


def _each(value: Any, change: Callable[[Any], Any]) -> Any:
    if isinstance(value, dict):
        return {name: _each(each, change) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_each(each, change) for each in value]
    return change(value)
