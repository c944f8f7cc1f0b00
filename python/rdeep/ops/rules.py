"""Records that are called: activations, regularizers, constraints, initializers, schedules.

On an engine's tensors they keep gradients; arrays and numbers go to the default backend.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from rdeep.catalogue.dispatch import is_symbolic
from rdeep.catalogue.layers import Activation
from rdeep.engines import registry as backends
from rdeep.errors import ArgumentError, class_name, show
from rdeep.graph.holder import value_of
from rdeep.ops.dispatch import as_array, default_backend, engine_of, function
from rdeep.ops.symbolic import as_tensor_like
from rdeep.ops.traced import tracing
from rdeep.seeds import stream


class _SymbolicFunctions:
    """The array functions of formulas, on symbolic tensors."""

    def __getattr__(self, name: str) -> Any:
        return function(name)

    def rows(self, x: Any) -> Any:
        """Return the size of the first axis as a number."""
        return float(x.shape[0]) if x.shape[0] else function("cast")(x.shape[0], "float32")


def apply_rule(record: Any, method: str, x: Any) -> Any:
    """Return what an activation, a regularizer or a constraint makes of a tensor.

    Parameters
    ----------
    record : Activation, Regularizer or Constraint
        What is called.
    method : str
        The name of its formula: a method of a tensor and array functions.
    x : array or tensor
        What it is called with.
    """
    x = value_of(x)
    if is_symbolic(x):
        if record.kind == "activation":
            # A function of tensors becomes a graph of operations: there it is its formula.
            return record.compute(x, _SymbolicFunctions()) if tracing() else Activation(record)(x)
        return getattr(record, method)(x, _SymbolicFunctions())
    ops = backends.load(engine_of([x]) or default_backend()).ops
    try:
        tensor = ops.operand(as_tensor_like(x), None)
    except (TypeError, ValueError):
        raise ArgumentError(
            f"{class_name(record)} is called with numbers, not with {show(x)}.",
            argument="x",
            received=x,
            expected="an array or a tensor",
        ) from None
    if "float" not in str(tensor.dtype) and "complex" not in str(tensor.dtype):
        tensor = ops.as_float(tensor)
    if method != "compute":
        record.check_shape(tuple(tensor.shape))
    return getattr(record, method)(tensor, ops)


def draw(initializer: Any, shape: Any, dtype: str | None = None) -> Any:
    """Return an initializer's values, as a tensor of the default backend.

    Parameters
    ----------
    initializer : Initializer
        Where they come from: with a seed the same each time.
    shape : int or sequence of int
        Their shape.
    dtype : str, optional
        Their type; by default float32.
    """
    try:
        sizes = tuple(int(size) for size in (shape if hasattr(shape, "__iter__") else (shape,)))
    except (TypeError, ValueError):
        sizes = (-1,)
    if any(size < 0 for size in sizes):
        raise ArgumentError(
            f"{class_name(initializer)} is called with a shape, not with {show(shape)}.",
            argument="shape",
            received=shape,
            expected="whole numbers",
        )
    initializer.check_shape(sizes)
    values = initializer.draw(sizes, np.random.default_rng(stream.next()))
    return function("convert_to_tensor")(values, dtype=dtype or "float32")


def rate_at(schedule: Any, step: Any) -> Any:
    """Return a schedule's learning rate at a step, as a tensor of the default backend.

    Parameters
    ----------
    schedule : Schedule
        The schedule.
    step : int, array or tensor
        The step, from 0.
    """
    try:
        steps = np.asarray(as_array(value_of(step)), dtype=np.float64)
    except (TypeError, ValueError):
        raise ArgumentError(
            f"{class_name(schedule)} is called with the number of a step, not with {show(step)}.",
            argument="step",
            received=step,
            expected="a number",
        ) from None
    return function("convert_to_tensor")(np.asarray(schedule.rates(steps)), dtype="float32")
