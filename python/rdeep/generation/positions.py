"""Which layers go position by position: what they give at a step depends on that step alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from rdeep.catalogue import layers
from rdeep.catalogue.layers.base import Dims, Layer
from rdeep.catalogue.operations import activations, elementwise, logic, trigonometry
from rdeep.catalogue.operations.base import Operation
from rdeep.graph.composite import AddedLoss
from rdeep.graph.operation import OperationLayer

Axes = Sequence["int | None"]
"""The axis of the steps of each input; `None` for an input that is the same for all texts."""
Rule = Callable[[Any, Sequence[Dims], Axes], "int | None"]
"""Returns the axis of the steps of the output; `None` where the layer mixes steps."""


def _stays(record: Layer, shapes: Sequence[Dims], axes: Axes) -> int | None:
    """Return the axis of a layer that computes value by value."""
    return axes[0]


def _on_features(record: Any, shapes: Sequence[Dims], axes: Axes) -> int | None:
    """Return the axis of a layer that computes on the last axis of its input."""
    return axes[0] if axes[0] != len(shapes[0]) - 1 else None


def _beside(record: Any, shapes: Sequence[Dims], axes: Axes) -> int | None:
    """Return the axis of a layer that has an option `axis`, or several."""
    given = record.axis if isinstance(record.axis, (tuple, list)) else (record.axis,)
    rank = len(shapes[0])
    return None if axes[0] in {axis % rank for axis in given} else axes[0]


def _per_weight(record: Any, shapes: Sequence[Dims], axes: Axes) -> int | None:
    """Return the axis of `PReLU`, whose slopes are shared along some axes."""
    rank = len(shapes[0])
    return axes[0] if axes[0] in {axis % rank for axis in record.shared_axes or ()} else None


def _merged(record: Any, shapes: Sequence[Dims], axes: Axes) -> int | None:
    """Return the axis of a layer that merges inputs of the same rank."""
    found = {axis for axis in axes if axis is not None}
    if len(found) > 1 or len({len(shape) for shape in shapes}) > 1:
        return None
    axis = found.pop()
    joined = getattr(record, "axis", None)
    return None if joined is not None and joined % len(shapes[0]) == axis else axis


def _by_equation(record: Any, shapes: Sequence[Dims], axes: Axes) -> int | None:
    """Return the axis of `EinsumDense`, where the equation leaves the steps alone."""
    left, output = record.equation.replace(" ", "").split("->")
    given, kernel = left.split(",")
    if "..." in given:
        # The axes that the dots stand for come out as they went in.
        stands = len(shapes[0]) - len(given) + 3
        before = given.index("...")
        within = before <= (axes[0] or 0) < before + stands
        return axes[0] if within and output.startswith(given[:before] + "...") else None
    letter = given[axes[0]] if axes[0] is not None else ""
    biased = letter in (record.bias_axes or "")
    return None if letter in kernel or letter not in output or biased else output.index(letter)


def _first_axis(record: Any, shapes: Sequence[Dims], axes: Axes) -> int | None:
    """Return the axis of a layer that applies another one to each step."""
    return 1 if axes[0] == 1 else None


_LAYERS: dict[type[Layer], Rule] = {
    **dict.fromkeys(
        (
            *(layers.Dropout, layers.AlphaDropout, layers.GaussianDropout, layers.GaussianNoise),
            *(layers.SpatialDropout1D, layers.ActivityRegularization, layers.Identity, AddedLoss),
            *(layers.Activation, layers.ReLU, layers.LeakyReLU, layers.ELU, layers.Rescaling),
            *(layers.Embedding, layers.Masking),
        ),
        _stays,
    ),
    **dict.fromkeys((layers.Dense,), _on_features),
    **dict.fromkeys(
        (
            *(layers.LayerNormalization, layers.RMSNormalization, layers.BatchNormalization),
            *(layers.UnitNormalization, layers.Softmax),
        ),
        _beside,
    ),
    **dict.fromkeys(
        (
            *(layers.Add, layers.Subtract, layers.Multiply, layers.Average, layers.Maximum),
            *(layers.Minimum, layers.Concatenate),
        ),
        _merged,
    ),
    layers.PReLU: _per_weight,
    layers.EinsumDense: _by_equation,
    layers.TimeDistributed: _first_axis,
}

_ALONG = ("softmax", "log_softmax", "sparsemax", "glu")
"""Activations that compute along an axis, here as operations too."""
_SUMS = ("sum", "mean", "max", "min", "var", "std", "prod")


@cache
def _value_by_value() -> frozenset[str]:
    """Return the operations that compute value by value, of tensors broadcast together."""
    found = {
        value.name
        for family in (elementwise, trigonometry, logic, activations)
        for value in vars(family).values()
        if isinstance(value, Operation)
    }
    # Those of these families that look at several values.
    return frozenset(found - {*_ALONG, "all", "any", "allclose", "array_equal"}) | {"cast", "where"}


def output_axis(record: Layer, shapes: Sequence[Dims], axes: Axes) -> int | None:
    """Return the axis of the steps of what a layer gives; `None` where it mixes steps.

    Parameters
    ----------
    record : Layer
        The layer.
    shapes : sequence of tuple
        The shapes of its inputs.
    axes : sequence of int or None
        The axis of the steps of each; `None` for an input that has none. At least one has one.
    """
    if isinstance(record, OperationLayer):
        return _of_operation(record, shapes, axes)
    if getattr(record, "padding", None) == "causal":
        strides = _several(getattr(record, "strides", 1))
        return axes[0] if axes[0] == 1 and set(strides) == {1} else None
    rule = _LAYERS.get(type(record))
    if rule is None or (not record.merges and len(shapes) != 1):
        return None
    found = rule(record, shapes, axes)
    after = record.declared_activation
    along = getattr(after, "axis", None)
    if found is None or along is None:
        return found
    rank = len(shapes[0]) if isinstance(record, layers.Activation) else len(_given(record, shapes))
    return None if along % rank == found else found


def _given(record: Layer, shapes: Sequence[Dims]) -> Dims:
    shape = record.output_shape(*shapes)
    return shape[0] if isinstance(shape, list) else shape


def _several(value: Any) -> tuple[int, ...]:
    return tuple(value) if isinstance(value, (list, tuple)) else (value,)


def _aligned(record: OperationLayer, shapes: Sequence[Dims], axes: Axes) -> int | None:
    """Return the axis of the steps of tensors that are broadcast together, if they agree."""
    rank = len(_given(record, shapes))
    found = {axis + rank - len(shape) for shape, axis in zip(shapes, axes) if axis is not None}
    return found.pop() if len(found) == 1 else None


def _of_operation(record: OperationLayer, shapes: Sequence[Dims], axes: Axes) -> int | None:
    name, arguments = record.operation, record.arguments
    if name in _value_by_value():
        return _aligned(record, shapes, axes)
    along = arguments.get("axis", -1)
    if name in _ALONG or name in _SUMS:
        if axes[0] is None or along is None:
            return None
        rank = len(shapes[0])
        over = {axis % rank for axis in _several(along)}
        if axes[0] in over or 0 in over:
            return None
        gone = 0 if name in _ALONG or arguments.get("keepdims") else sum(a < axes[0] for a in over)
        return axes[0] - gone
    if name == "matmul":
        # Vectors of each step by a matrix that is always the same.
        plain = len(shapes) == 2 and axes[1] is None and len(shapes[1]) == 2
        return axes[0] if plain and axes[0] != len(shapes[0]) - 1 else None
    if name == "take":
        table = arguments.get("axis") == 0 and len(shapes) == 2 and axes[0] is None
        return axes[1] if table else None
    if name == "concatenate":
        return _merged(_Joined(along), shapes, axes)
    return None


class _Joined:
    """Says along which axis an operation joins tensors."""

    def __init__(self, axis: int) -> None:
        self.axis = axis
