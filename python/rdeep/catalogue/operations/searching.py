"""Sorting, and finding positions."""

from __future__ import annotations

from rdeep.catalogue.operations.base import KEEPDIMS, SHAPE, Operation, X
from rdeep.catalogue.options import Axis, AxisOrNone, Choice, Operand, Operands, Whole, option

_ONE_AXIS = option(Axis(), None, "The axis to go along; all values by default.")
_LAST_AXIS = option(AxisOrNone(), -1, "The axis to go along; `None` for all values in a row.")
_POSITIONS = "Positions."

argmax = Operation(
    "argmax",
    "The position of the largest value.",
    {"x": X, "axis": _ONE_AXIS, "keepdims": KEEPDIMS},
    details="The first one, where several are as large.",
    returns=_POSITIONS,
    example="op_argmax(c(3, 9, 1))",
    positions=("return",),
)
argmin = Operation(
    "argmin",
    "The position of the smallest value.",
    {"x": X, "axis": _ONE_AXIS, "keepdims": KEEPDIMS},
    details="The first one, where several are as small.",
    returns=_POSITIONS,
    example="op_argmin(c(3, 9, 1))",
    positions=("return",),
)
sort = Operation(
    "sort",
    "The values in order, from small to large.",
    {"x": X, "axis": _LAST_AXIS},
    example="op_sort(c(3, 9, 1))",
)
argsort = Operation(
    "argsort",
    "The positions that put values in order.",
    {"x": X, "axis": _LAST_AXIS},
    details="Equal values keep their order.",
    returns=_POSITIONS,
    example="op_argsort(c(3, 9, 1))",
    positions=("return",),
)
argpartition = Operation(
    "argpartition",
    "Positions that divide values into small and large ones.",
    {
        "x": X,
        "kth": option(Whole(), doc="The place in order whose value the others are divided by."),
        "axis": _LAST_AXIS,
    },
    details="The value at this place is where it would be in order; smaller ones are before it, "
    "larger ones after it.",
    returns=_POSITIONS,
    example="op_argpartition(c(3, 9, 1, 7), 2)",
    positions=("kth", "return"),
)
searchsorted = Operation(
    "searchsorted",
    "Where values would go in a sorted sequence.",
    {
        "sorted_sequence": option(Operand(), doc="Numbers from small to large, along one axis."),
        "values": option(Operand(), doc="The values."),
        "side": option(
            Choice("left", "right"), "left", "Whether a value goes before or after its equals."
        ),
    },
    returns="The position of the first value that it goes before.",
    example="op_searchsorted(c(1, 3, 5), c(0, 3, 9))",
    positions=("return",),
)
digitize = Operation(
    "digitize",
    "Which bin each value falls into.",
    {"x": X, "bins": option(Operand(), doc="The edges between bins, from small to large.")},
    details="An edge belongs to the bin above it; below the first edge is the first bin.",
    returns="The numbers of bins.",
    example="op_digitize(c(0.5, 2, 7), c(1, 5))",
    positions=("return",),
)
nonzero = Operation(
    "nonzero",
    "The positions of all values that are not 0.",
    {"x": X},
    returns="The positions along each axis.",
    example="x <- matrix(c(0, 3, 0, 5), 2)\nop_nonzero(x)",
    r_result="as_rows",
)
unravel_index = Operation(
    "unravel_index",
    "Positions along each axis of positions among all values.",
    {"indices": option(Operand(), doc="Positions among all values, row by row."), "shape": SHAPE},
    returns="A list with the positions along each axis.",
    example="op_unravel_index(c(1L, 6L), c(2, 3))",
    positions=("indices", "return"),
)
where = Operation(
    "where",
    "One value where a condition holds, another where it does not.",
    {
        "condition": option(Operand(), doc="Truths; numbers other than 0 count as true."),
        "x1": option(Operand(weak=True), None, "What is given where it holds."),
        "x2": option(Operand(weak=True), None, "What is given elsewhere."),
    },
    details="Without `x1` and `x2` the positions where the condition holds, as `nonzero` gives "
    "them.",
    example="op_where(c(TRUE, FALSE), 1, c(10, 20))",
    r_result="as_rows",
)
select = Operation(
    "select",
    "From several choices, the first whose condition holds.",
    {
        "condlist": option(Operands(), doc="The conditions, in a list."),
        "choicelist": option(Operands(), doc="What is given where each holds, in a list."),
        "default": option(Operand(weak=True), 0, "What is given where none holds."),
    },
    example="x <- c(1, 5, 9)\nop_select(list(x < 3, x < 7), list(x, -x), 100)",
)
