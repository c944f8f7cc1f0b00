"""Sorting, and finding positions."""

from __future__ import annotations

from rdeep.catalogue.operations.base import KEEPDIMS, SHAPE, Operation, X
from rdeep.catalogue.options import (
    Axis,
    AxisOrNone,
    Choice,
    Count,
    Flag,
    Number,
    Operand,
    Operands,
    Whole,
    option,
)

_ONE_AXIS = option(Axis(), None, "The axis; by default the tensor is flattened first.")
_LAST_AXIS = option(AxisOrNone(), -1, "The axis; with `None` the tensor is flattened first.")
_POSITIONS = "A tensor of indices."

argmax = Operation(
    "argmax",
    "Index of the maximum along an axis.",
    {"x": X, "axis": _ONE_AXIS, "keepdims": KEEPDIMS},
    details="The first one if several values are equally large.",
    returns=_POSITIONS,
    example="[3, 9, 1] -> tensor(1, dtype=torch.int32)",
)
argmin = Operation(
    "argmin",
    "Index of the minimum along an axis.",
    {"x": X, "axis": _ONE_AXIS, "keepdims": KEEPDIMS},
    details="The first one if several values are equally small.",
    returns=_POSITIONS,
    example="[3, 9, 1] -> tensor(2, dtype=torch.int32)",
)
sort = Operation(
    "sort",
    "Sort values in ascending order along an axis.",
    {"x": X, "axis": _LAST_AXIS},
    example="[3.0, 9, 1] -> tensor([1., 3., 9.])",
)
argsort = Operation(
    "argsort",
    "Indices that sort values along an axis.",
    {"x": X, "axis": _LAST_AXIS},
    details="The sort is stable: equal values keep their order.",
    returns=_POSITIONS,
    example="[3, 9, 1] -> tensor([2, 0, 1], dtype=torch.int32)",
)
argpartition = Operation(
    "argpartition",
    "Indices that partition values by rank along an axis.",
    {
        "x": X,
        "kth": option(
            Whole(),
            doc="The position, among the sorted values, of the value that separates the others.",
        ),
        "axis": _LAST_AXIS,
    },
    details=(
        "The value at this position is where it would be if sorted; smaller ones are before it, "
        "larger ones after it."
    ),
    returns=_POSITIONS,
    example="[3, 9, 1, 7], 1 -> tensor([2, 0, 3, 1], dtype=torch.int32)",
)
searchsorted = Operation(
    "searchsorted",
    "Insertion positions in a sorted sequence.",
    {
        "sorted_sequence": option(Operand(), doc="A vector in ascending order."),
        "values": option(Operand(), doc="The values."),
        "side": option(
            Choice("left", "right"), "left", "Whether to insert before or after equal values."
        ),
    },
    returns="A tensor of indices: where each value would be inserted.",
    example="[1, 3, 5], [0, 3, 9] -> tensor([0, 1, 3], dtype=torch.int32)",
)
digitize = Operation(
    "digitize",
    "Assign values to bins.",
    {"x": X, "bins": option(Operand(), doc="The edges between bins, in ascending order.")},
    details=(
        "A value equal to an edge falls into the bin above it; values below the first edge "
        "fall into the first bin."
    ),
    returns="A tensor of bin indices.",
    example="[0.5, 2, 7], [1, 5] -> tensor([0, 1, 2], dtype=torch.int32)",
)
nonzero = Operation(
    "nonzero",
    "Indices of the values that are not 0.",
    {"x": X},
    returns="The indices along each axis.",
    example=(
        "[[0, 0], [3, 5]] -> (tensor([1, 1], dtype=torch.int32), tensor([0, 1], dtype=torch.int32))"
    ),
)
unravel_index = Operation(
    "unravel_index",
    "Convert flat indices to an index for each axis.",
    {
        "indices": option(Operand(), doc="Indices into the flattened tensor, row by row."),
        "shape": SHAPE,
    },
    returns="A list with the indices along each axis.",
    example=(
        "[0, 5], (2, 3) -> (tensor([0, 1], dtype=torch.int32), tensor([0, 2], dtype=torch.int32))"
    ),
)
where = Operation(
    "where",
    "Select from two tensors by a condition.",
    {
        "condition": option(Operand(), doc="Booleans; numbers other than 0 are true."),
        "x1": option(Operand(weak=True), None, "The values where the condition is true."),
        "x2": option(Operand(weak=True), None, "The values where it is false."),
    },
    details=(
        "Without `x1` and `x2`, the indices where the condition is true, as `nonzero` returns them."
    ),
    example="[True, False], 1.0, [10, 20] -> tensor([ 1., 20.])",
)
select = Operation(
    "select",
    "Select from several tensors by the first true condition.",
    {
        "condlist": option(Operands(), doc="The conditions, in a list."),
        "choicelist": option(Operands(), doc="The values for each condition, in a list."),
        "default": option(Operand(weak=True), 0, "The value where no condition is true."),
    },
    example=(
        "x = ops.array([1.0, 5, 9])\n"
        "ops.select([x < 3, x < 7], [x, -x], 100) -> tensor([  1.,  -5., 100.])"
    ),
)
unique = Operation(
    "unique",
    "Distinct values, or distinct slices along an axis.",
    {
        "x": X,
        "sorted": option(
            Flag(), True, "Whether to sort them; else they stand as they are first met."
        ),
        "return_index": option(Flag(), False, "Whether to return where each is first met."),
        "return_inverse": option(
            Flag(), False, "Whether to return, for each value of `x`, its place in the result."
        ),
        "return_counts": option(Flag(), False, "Whether to return how often each occurs."),
        "axis": option(
            Axis(), None, "The axis of the slices; by default the tensor is flattened first."
        ),
        "size": option(
            Count(0), None, "How many to return: further ones are left out, missing ones filled."
        ),
        "fill_value": option(
            Number(infinite=True),
            None,
            "What stands where there are fewer than `size`; 0 by default.",
        ),
    },
    details=(
        "Several NaN are distinct. Without `size`, the shape depends on the values. Where fewer "
        "than `size` are found, the indices are filled with 1 and the counts with 0."
    ),
    returns="A tensor; with indices, inverse or counts a list of these, in this order.",
    example="[3, 1, 3] -> tensor([1, 3], dtype=torch.int32)",
)
