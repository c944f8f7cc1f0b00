"""Values at positions."""

from __future__ import annotations

from rdeep.catalogue.operations.base import Operation, X
from rdeep.catalogue.options import Axis, Key, Operand, option

_INDICES = option(Operand(), doc="Positions: whole numbers. Negative ones count from the end.")
_ONE_AXIS = option(Axis(), None, "The axis to go along; all values in a row by default.")

take = Operation(
    "take",
    "The values at positions along an axis.",
    {"x": X, "indices": _INDICES, "axis": _ONE_AXIS},
    details="The axis is replaced by those of the positions.",
    example="op_take(c(10, 20, 30), c(3L, 1L))",
    positions=("indices",),
)
take_along_axis = Operation(
    "take_along_axis",
    "The values at positions that are given for each place by itself.",
    {"x": X, "indices": _INDICES, "axis": _ONE_AXIS},
    details="What `argsort` or `argmax` along the axis gives puts values in order or picks the "
    "largest.",
    example="x <- matrix(c(3, 1, 2, 9), 2)\nop_take_along_axis(x, op_argsort(x), axis = -1)",
    positions=("indices",),
)
get_item = Operation(
    "get_item",
    "A part of a tensor.",
    {
        "x": X,
        "key": option(Key(), doc="A position, a slice or positions; for several axes, a list."),
    },
    details="`x[key]`. A position takes its axis away. One of the keys may be an array of "
    "positions or of truths.",
    example="op_get_item(matrix(1:6, 2), list(1L, 2L))",
    positions=("key",),
)
