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
_SECOND = option(Operand(), doc="Another.")
_MATRICES = "matrix(1:4, 2), matrix(5:8, 2)"


def _product(name: str, summary: str, details: str, example: str, **more: Option) -> Operation:
    options = {"x1": _FIRST, "x2": _SECOND, **more}
    return Operation(name, summary, options, details=details, example=f"op_{name}({example})")


matmul = _product(
    "matmul",
    "The product of matrices.",
    "Of the last two axes; those before are stretched to a common shape. Whole numbers give whole "
    "numbers.",
    _MATRICES,
)
dot = _product(
    "dot",
    "The dot product.",
    "Sums over the last axis of `x1` and the last but one of `x2`, or its only one.",
    _MATRICES,
)
inner = _product("inner", "The inner product.", "Sums over the last axes of both.", _MATRICES)
vdot = _product("vdot", "The dot product of all values.", "Both are put in a row.", "1:3, 4:6")
outer = _product("outer", "Each value times each.", "Both are put in a row.", "1:3, 4:6")
tensordot = _product(
    "tensordot",
    "The sum of products over some axes of both.",
    "",
    f"{_MATRICES}, axes = 1",
    axes=option(
        Contraction(),
        2,
        "How many of the last axes of `x1` and first of `x2`; or two lists, of the axes of each.",
    ),
)
einsum = Operation(
    "einsum",
    "A sum of products, by Einstein's notation.",
    {
        "subscripts": option(
            Text(),
            doc="A letter for each axis of each tensor, and those of the result: "
            '"ij,jk->ik" is the product of matrices.',
        ),
        "operands": option(Operands(), doc="The tensors."),
    },
    details="Axes whose letter is not in the result are summed over.",
    example='op_einsum("ij,jk->ik", matrix(1:4, 2), matrix(5:8, 2))',
    variadic="operands",
)
cross = _product(
    "cross",
    "The cross product of vectors in space.",
    "Vectors of two components lie in the plane; of two such, the result is the third component.",
    "c(1, 0, 0), c(0, 1, 0)",
    axisa=option(Axis(), -1, "The axis of `x1` that holds the components."),
    axisb=option(Axis(), -1, "The axis of `x2` that holds the components."),
    axisc=option(Axis(), -1, "The axis of the result that holds the components."),
    axis=option(Axis(), None, "The axis of all three, instead."),
)

# Statistics -------------------------------------------------------------------------------------

corrcoef = Operation(
    "corrcoef",
    "The correlations of rows.",
    {"x": X},
    details="Pearson's, of each row of a matrix with each. R's `cor()` takes columns.",
    example="op_corrcoef(matrix(c(1, 2, 2, 4, 3, 7), 2))",
)
correlate = _product(
    "correlate",
    "The products of a sequence and another that moves along it.",
    "`c[k] = sum(x1[n + k] * x2[n])`, as `numpy.correlate`. Whole numbers give floating ones.",
    "c(1, 2, 3, 4), c(1, -1)",
    mode=option(
        Choice("valid", "same", "full"),
        "valid",
        "Which moves count: where the shorter lies within the longer, as many as the longer has "
        "values, or wherever they overlap.",
    ),
)
bincount = Operation(
    "bincount",
    "How often each whole number from 0 on occurs.",
    {
        "x": option(Operand(), doc="Whole numbers from 0 on, along one axis; rows by themselves."),
        "weights": option(
            Operand(), None, "What each counts for, in the same shape; 1 by default."
        ),
        "minlength": option(Count(0), 0, "How many numbers are counted at least."),
        "sparse": option(Flag(), False, "Whether the engine's sparse tensor is returned."),
    },
    example="op_bincount(c(0L, 1L, 1L, 3L))",
)
histogram = Operation(
    "histogram",
    "How many values fall into bins of equal width.",
    {
        "x": X,
        "bins": option(Count(1), 10, "How many bins."),
        "range": option(Numbers(), None, "Where they begin and end; at the extremes by default."),
    },
    details="An edge belongs to the bin above it, the last one to the last bin. Values outside "
    "do not count.",
    returns="A list of the counts and the edges.",
    example="op_histogram(c(1, 2, 2, 5), bins = 2)",
)
