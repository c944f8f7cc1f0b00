"""Values at positions."""

from __future__ import annotations

from rdeep.catalogue.operations.base import Operation, X
from rdeep.catalogue.options import Axis, Key, Operand, option

_INDICES = option(Operand(), doc="Integer indices. Negative ones count from the end.")
_ONE_AXIS = option(Axis(), None, "The axis; by default the tensor is flattened first.")

take = Operation(
    "take",
    "Take values at indices along an axis.",
    {"x": X, "indices": _INDICES, "axis": _ONE_AXIS},
    details="The axis is replaced by those of the indices.",
    example="[10.0, 20, 30], [2, 0] -> tensor([30., 10.])",
)
take_along_axis = Operation(
    "take_along_axis",
    "Take values at indices given for each position.",
    {"x": X, "indices": _INDICES, "axis": _ONE_AXIS},
    details=(
        "With indices from `argsort` or `argmax` along the axis, it sorts values or picks the "
        "largest."
    ),
    example="[[3.0, 1], [2, 9]], [[1], [0]], axis=1 -> tensor([[1.],\n        [2.]])",
)
get_item = Operation(
    "get_item",
    "Index or slice a tensor.",
    {
        "x": X,
        "key": option(
            Key(), doc="An index, a slice or an array of indices; for several axes, a list of them."
        ),
    },
    details=(
        "`x[key]`. An index removes its axis. One of the keys may be an array of "
        "indices or of booleans."
    ),
    example="[[1.0, 2], [3, 4]], (0, 1) -> tensor(2.)",
)
