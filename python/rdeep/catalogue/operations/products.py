"""Products of vectors and matrices, and counts."""

from __future__ import annotations

from rdeep.catalogue.operations.base import Operation, X
from rdeep.catalogue.options import (
    Axis,
    Choice,
    Contraction,
    Count,
    Flag,
    Numbers,
    Operand,
    Operands,
    Option,
    Text,
    option,
)

_FIRST = option(Operand(), doc="A tensor or an array.")
_SECOND = option(Operand(), doc="Another tensor or array.")


def _product(name: str, summary: str, example: str, details: str = "", **more: Option) -> Operation:
    options = {"x1": _FIRST, "x2": _SECOND, **more}
    return Operation(name, summary, options, details=details, example=example)


matmul = _product(
    "matmul",
    "Matrix multiplication.",
    "[[1.0, 3], [2, 4]], [[5], [6]] -> tensor([[23.],\n        [34.]])",
    "Matrices are in the last two axes; the axes before are broadcast. Integers give integers.",
)
dot = _product(
    "dot",
    "Dot product of two tensors.",
    "[1.0, 2, 3], [4, 5, 6] -> tensor(32.)",
    "The sum over the last axis of `x1` and the second-to-last axis of `x2`, or its only one.",
)
inner = _product(
    "inner",
    "Inner product of two tensors.",
    "[1.0, 2, 3], [4, 5, 6] -> tensor(32.)",
    "The sum over the last axes of both.",
)
vdot = _product(
    "vdot",
    "Dot product of two tensors that are flattened first.",
    "[[1.0, 2]], [[3, 4]] -> tensor(11.)",
    "Both tensors are flattened first.",
)
outer = _product(
    "outer",
    "Outer product of two vectors.",
    "[1.0, 2], [3, 4] -> tensor([[3., 4.],\n        [6., 8.]])",
    "Both tensors are flattened first.",
)
tensordot = _product(
    "tensordot",
    "Tensor contraction: sum of products over given axes.",
    "[[1.0, 3], [2, 4]], [5, 6], axes=1 -> tensor([23., 34.])",
    axes=option(
        Contraction(),
        2,
        "The number of last axes of `x1` and first axes of `x2` to sum over; or two lists of axes.",
    ),
)
kron = _product(
    "kron",
    "Kronecker product of two tensors.",
    "[1.0, 10], [1, 2] -> tensor([ 1.,  2., 10., 20.])",
    "Each value of `x1` times `x2` as a whole; the tensor of fewer axes gets leading ones.",
)
einsum = Operation(
    "einsum",
    "Einstein summation.",
    {
        "subscripts": option(
            Text(),
            doc="A letter for each axis of each tensor, and those of the result: "
            '"ij,jk->ik" is the product of matrices.',
        ),
        "operands": option(Operands(), doc="The tensors."),
    },
    details="The sum is over the axes whose letter is not in the result.",
    variadic="operands",
    example='"ij,j->i", [[1.0, 3], [2, 4]], [5, 6] -> tensor([23., 34.])',
)
cross = _product(
    "cross",
    "Cross product of vectors.",
    "[1.0, 0, 0], [0, 1, 0] -> tensor([0., 0., 1.])",
    "Vectors of two components lie in the plane; of two such, the result is the third component.",
    axisa=option(Axis(), -1, "The axis of `x1` that holds the components."),
    axisb=option(Axis(), -1, "The axis of `x2` that holds the components."),
    axisc=option(Axis(), -1, "The axis of the result that holds the components."),
    axis=option(Axis(), None, "The axis of all three, instead."),
)

# Statistics -------------------------------------------------------------------------------------

corrcoef = Operation(
    "corrcoef",
    "Pearson correlation coefficients.",
    {"x": X},
    details="The correlations of the rows of a matrix with each other.",
    example="[[1, 2, 3], [2, 4, 7]] -> tensor([[1.0000, 0.9934],\n        [0.9934, 1.0000]])",
)
correlate = _product(
    "correlate",
    "Cross-correlation of two sequences.",
    "[1, 2, 3, 4], [1, -1] -> tensor([-1., -1., -1.])",
    "`c[k] = sum(x1[n + k] * x2[n])`, as `numpy.correlate`. Integers give float32.",
    mode=option(
        Choice("valid", "same", "full"),
        "valid",
        "Which shifts to return: those where the shorter lies within the longer, as many as the "
        "longer has "
        "values, or wherever they overlap.",
    ),
)
bincount = Operation(
    "bincount",
    "Count the occurrences of each whole number.",
    {
        "x": option(
            Operand(), doc="Integers from 0 on, along one axis; rows are counted separately."
        ),
        "weights": option(
            Operand(), None, "The weight of each value, in the same shape; 1 by default."
        ),
        "minlength": option(Count(0), 0, "The minimum length of the result."),
        "sparse": option(Flag(), False, "Whether to return a sparse tensor of the engine."),
    },
    example="[0, 1, 1, 3] -> tensor([1, 2, 0, 1], dtype=torch.int32)",
)
histogram = Operation(
    "histogram",
    "Histogram: count of values by bin.",
    {
        "x": X,
        "bins": option(Count(1), 10, "The number of bins."),
        "range": option(
            Numbers(), None, "The lower and upper ends; by default the extremes of the values."
        ),
    },
    details=(
        "A value equal to an edge falls into the bin above it, the last edge into the last bin. "
        "Values outside are not counted."
    ),
    returns="A list of the counts and the edges.",
    example="[1, 2, 2, 5], bins=2 -> (tensor([3., 1.]), tensor([1., 3., 5.]))",
)
