"""Operations that go over axes and leave fewer: sums, means, extremes."""

from __future__ import annotations

from rdeep.catalogue.operations.base import AXES, KEEPDIMS, Operation, X
from rdeep.catalogue.options import Axis, option

_ONE_AXIS = option(Axis(), None, "The axis to go along; all values by default.")

argmax = Operation(
    "argmax",
    "The position of the largest value.",
    {"x": X, "axis": _ONE_AXIS, "keepdims": KEEPDIMS},
    details="The first one, where several are as large.",
    returns="Whole numbers.",
    example="op_argmax(c(3, 9, 1))",
    positions=("return",),
)
mean = Operation(
    "mean",
    "The mean over axes.",
    {"x": X, "axis": AXES, "keepdims": KEEPDIMS},
    example="op_mean(matrix(1:6, 2), axis = 1)",
)
