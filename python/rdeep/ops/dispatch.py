"""Which engine an operation is computed by, and the call of it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np

from rdeep.arrays.narrowing import cut
from rdeep.catalogue.dispatch import not_converted
from rdeep.catalogue.operations import Operation, find_operation
from rdeep.catalogue.options import Operands, OptionType
from rdeep.engines import registry as backends
from rdeep.engines.processes import check_process
from rdeep.engines.reasons import is_out_of_range, reason
from rdeep.engines.stepping import current
from rdeep.errors import ArgumentError, RdeepError, Wording, format_shape, operation_call, worded
from rdeep.graph.holder import ValueHolder, is_of_weights, note_weights, stand_ins, value_of
from rdeep.graph.tensor import SymbolicTensor
from rdeep.ops.symbolic import apply_operation, computation

_CASTS = ("cast", "convert_to_tensor", "array")
_CONVERSIONS = ("convert_to_tensor", "convert_to_numpy", "array", "copy")
_WHOLE = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32")
_ENGINES = {"torch": "torch", "tensorflow": "tensorflow", "keras": "tensorflow"}


@cache
def function(name: str) -> Any:
    """Return an operation as a Python function.

    Parameters
    ----------
    name : str
        Its name.
    """
    operation = find_operation(name)

    def compute(*args: Any, **kwargs: Any) -> Any:
        return call(operation, operation.bind(args, kwargs))

    compute.__name__ = compute.__qualname__ = name
    compute.__doc__ = operation.docstring
    compute.__signature__ = operation.signature  # type: ignore[attr-defined]
    return not_converted(compute)


def call(operation: Operation, arguments: dict[str, Any], backend: str | None = None) -> Any:
    """Return what an operation gives.

    Parameters
    ----------
    operation : Operation
        The operation.
    arguments : dict
        What `operation.bind` returned.
    backend : str, optional
        The engine for plain arrays; by default the first that is installed.
    """
    found = list(leaves(arguments))
    if any(isinstance(leaf, ValueHolder) or is_of_weights(leaf) for leaf in found):
        if not any(isinstance(leaf, SymbolicTensor) for leaf in found):
            return _of_holders(operation, arguments, found, backend)
        arguments = stand_ins(arguments)
        found = list(leaves(arguments))
    if any(isinstance(leaf, SymbolicTensor) for leaf in found):
        chooses = operation.name in ("cond", "switch")
        return _chosen(**arguments) if chooses else apply_operation(operation, arguments)
    return _computed(operation, arguments, found, backend)


def _computed(
    operation: Operation, arguments: dict[str, Any], found: list[Any], backend: str | None
) -> Any:
    if operation.late:
        return _late(operation, arguments, backend)
    engine = engine_of(found) or backend or default_backend()
    ops = backends.load(engine).ops
    near = next((leaf for leaf in found if engine_of([leaf]) is not None), None)
    if operation.name in _CASTS and arguments.get("dtype") is not None:
        arguments["x"] = _cast(arguments["x"], arguments["dtype"], ops)
    try:
        for name in operation.operands:
            arguments[name] = _converted(operation.options[name].type, arguments[name], ops, near)
        function = computation(operation.name, ops)
        if engine != "numpy":
            return operation.invoke(function, arguments)
        # NumPy would warn where engines give infinity or NaN.
        with np.errstate(all="ignore"):
            return operation.invoke(function, arguments)
    except RdeepError:
        raise
    except Exception as error:
        problem = f"cannot compute this: {reason(error)}"
        if is_out_of_range(error):
            problem = "was given a position or a code that is out of its range."
        raise ArgumentError(
            f"{operation_call(operation.name)} {problem}", hint=_shapes(operation, arguments)
        ) from error


def _of_holders(
    operation: Operation, arguments: dict[str, Any], found: list[Any], backend: str | None
) -> Any:
    """Return what is computed of values of now; how, is kept where they are weights alone."""
    values = value_of(arguments)
    now = list(leaves(values))
    if any(isinstance(leaf, SymbolicTensor) for leaf in now):
        return call(operation, values, backend)
    result = _computed(operation, values, now, backend)
    alone = all(is_of_weights(leaf) or not _is_value(leaf) for leaf in found)
    # What is converted is meant to be the value of now.
    if alone and operation.name not in _CONVERSIONS and engine_of([result]) is not None:
        return note_weights(result, lambda: call(operation, stand_ins(arguments)))
    return result


def _is_value(leaf: Any) -> bool:
    return isinstance(leaf, ValueHolder) or engine_of([leaf]) is not None


def _chosen(**arguments: Any) -> Any:
    """Return what one of several functions gives, of which all are computed."""
    where, equal = function("where"), function("equal")
    if "pred" in arguments:
        conditions = [arguments["pred"]]
        found = [arguments["true_fn"](), arguments["false_fn"]()]
    else:
        last = len(arguments["branches"]) - 1
        index = function("clip")(arguments["index"], 0, last)
        conditions = [equal(index, place) for place in range(last)]
        found = [branch(*arguments["operands"]) for branch in arguments["branches"]]
    value = found[-1]
    for condition, other in zip(reversed(conditions), reversed(found[:-1])):
        if isinstance(value, (list, tuple)):
            value = [where(condition, one, two) for one, two in zip(other, value)]
        else:
            value = where(condition, other, value)
    return value


def _late(operation: Operation, arguments: dict[str, Any], backend: str | None) -> Any:
    """Return a function that belongs to the engine of what it is called with."""

    def computed(*args: Any, **kwargs: Any) -> Any:
        found = list(leaves([args, kwargs]))
        if any(isinstance(leaf, SymbolicTensor) for leaf in found):
            raise ArgumentError(
                f"{operation_call(operation.name)} makes functions of an engine's tensors, not of "
                "symbolic ones.",
                hint="Call it in a layer of your own, or with arrays.",
            )
        engine = engine_of(found) or backend or default_backend()
        ops = backends.load(engine).ops
        return operation.invoke(getattr(ops, operation.name), arguments)(*args, **kwargs)

    return computed


def _cast(x: Any, dtype: str, ops: Any) -> Any:
    """Return numbers as a tensor of a type at once: by way of float32 some would change.

    Parameters
    ----------
    x : object
        Numbers, or a tensor.
    dtype : str
        The type.
    ops : module
        The engine's functions.
    """
    if not _numbers(x) or not (dtype in _WHOLE or dtype == "float64"):
        return x
    array = np.asarray(x)
    if array.dtype.kind not in "fiu":
        return x
    return ops.convert_to_tensor(array if dtype == "float64" else cut(array, dtype), dtype)


def _numbers(x: object) -> bool:
    """Return whether something is numbers, not an engine's tensor or a list with one."""
    return all(isinstance(leaf, (int, float, np.ndarray, np.generic)) for leaf in leaves(x))


def _converted(kind: OptionType, value: Any, ops: Any, near: Any) -> Any:
    if isinstance(kind, Operands):
        return [ops.operand(each, near) for each in value]
    if isinstance(value, (bool, int, float, complex)) and not getattr(kind, "weak", True):
        # NumPy turns it into an array, and arrays become tensors.
        value = np.asarray(value)
    if type(value) is int and not -(2**31) <= value < 2**31:
        # Engines would take it for one of 32 bits.
        value = np.asarray(value)
    return ops.operand(value, near)


def _shapes(operation: Operation, arguments: dict[str, Any]) -> Wording | None:
    found = [
        (name, leaf.shape)
        for name in operation.operands
        for leaf in leaves(arguments[name])
        if hasattr(leaf, "shape")
    ]
    if not found:
        return None
    shapes = [worded(f"{name} {format_shape(shape)}") for name, shape in found]
    return worded(f"The shapes are {', '.join(f'{each}' for each in shapes)}.")


def engine_of(values: list[Any]) -> str | None:
    """Return the engine whose tensors are among some values; `None` if there are none.

    Parameters
    ----------
    values : list
        Tensors and other things.

    Raises
    ------
    ArgumentError
        If they are of both engines.
    """
    found = {
        _ENGINES[root]
        for value in values
        if (root := type(value).__module__.partition(".")[0]) in _ENGINES
    }
    if len(found) > 1:
        raise ArgumentError(
            "Tensors of torch and of TensorFlow cannot be computed with together.",
            hint="Turn one of them into an array first.",
        )
    engine = found.pop() if found else None
    check_process(engine)
    return engine


def as_array(x: Any) -> Any:
    """Return an engine's tensor as a NumPy array; other things as they are.

    Parameters
    ----------
    x : tensor
        The tensor.
    """
    if hasattr(x, "detach"):
        x = x.detach().cpu()
        return x.float().numpy() if str(x.dtype) == "torch.bfloat16" else x.numpy()
    return x.numpy() if hasattr(x, "numpy") else x


def leaves(value: object) -> Iterator[Any]:
    """Return what is in nested lists, tuples, dicts and slices.

    Parameters
    ----------
    value : object
        The value.
    """
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, slice):
        value = [value.start, value.stop, value.step]
    if isinstance(value, (list, tuple)):
        for each in value:
            yield from leaves(each)
    else:
        yield value


def default_backend() -> str:
    """Return the backend for plain arrays: that of the step under way, or else the default."""
    step = current()
    return backends.default() if step is None else step.engine
