"""Operations that go over axes and leave fewer, or add up along one."""

from __future__ import annotations

from rdeep.catalogue.operations.base import AXES, DTYPE, KEEPDIMS, Operation, X
from rdeep.catalogue.options import Axis, Choice, Count, Operand, Option, option

_SUMS = "Truths and small whole numbers are added up as 32-bit whole numbers."
_FLOATS = "Whole numbers give float32."
_MATRIX = "matrix(1:6, 2), axis = 1"
_FLAT_AXIS = option(Axis(), None, "The axis to go along; all values in a row by default.")


def _over_axes(name: str, summary: str, details: str, example: str, **more: Option) -> Operation:
    options = {"x": X, "axis": AXES, "keepdims": KEEPDIMS, **more}
    return Operation(name, summary, options, details=details, example=f"op_{name}({example})")


_LEAST = option(Operand(weak=True), None, "What the result is at least.")
_MOST = option(Operand(weak=True), None, "What the result is at most.")

sum = _over_axes("sum", "The sum.", _SUMS, _MATRIX)
mean = _over_axes("mean", "The mean.", _FLOATS, _MATRIX)
var = _over_axes(
    "var",
    "The variance.",
    f"The mean of squared distances from the mean; R's `var()` divides by one less. {_FLOATS}",
    _MATRIX,
)
std = _over_axes(
    "std",
    "The standard deviation.",
    f"The root of the mean of squared distances; R's `sd()` divides by one less. {_FLOATS}",
    _MATRIX,
)
max = _over_axes(
    "max",
    "The largest value.",
    "Values that are equally large share the gradient.",
    _MATRIX,
    initial=_LEAST,
)
min = _over_axes(
    "min",
    "The smallest value.",
    "Values that are equally small share the gradient.",
    _MATRIX,
    initial=_MOST,
)
prod = _over_axes("prod", "The product.", _SUMS, _MATRIX, dtype=DTYPE)
all = _over_axes(
    "all", "Whether all hold.", "Numbers other than 0 count as true.", "c(TRUE, FALSE)"
)
any = _over_axes(
    "any", "Whether any holds.", "Numbers other than 0 count as true.", "c(TRUE, FALSE)"
)
logsumexp = _over_axes(
    "logsumexp",
    "The logarithm of the sum of exponentials.",
    f"`log(sum(exp(x)))`, without overflow. {_FLOATS}",
    "c(1000, 1000)",
)
count_nonzero = Operation(
    "count_nonzero",
    "How many values are not 0.",
    {"x": X, "axis": AXES},
    returns="Whole numbers.",
    example="op_count_nonzero(c(0, 3, 0, 5))",
)
average = Operation(
    "average",
    "The weighted mean.",
    {
        "x": X,
        "axis": option(Axis(), None, "The axis to go over; all of them by default."),
        "weights": option(
            Operand(),
            None,
            "Weights of the tensor's shape, or one for each place along the axis; all alike by "
            "default.",
        ),
    },
    details=f"`sum(x * weights) / sum(weights)`. {_FLOATS}",
    example="op_average(c(1, 2, 4), weights = c(1, 1, 2))",
)
median = _over_axes(
    "median", "The median.", f"Between two middle values, their mean. {_FLOATS}", "c(5, 1, 3)"
)
quantile = Operation(
    "quantile",
    "Quantiles.",
    {
        "x": X,
        "q": option(Operand(weak=True), doc="Which: a number from 0 to 1, or several."),
        "axis": AXES,
        "method": option(
            Choice("linear", "lower", "higher", "midpoint", "nearest"),
            "linear",
            "What is given between two values: a value in proportion, the lower, the higher, "
            "their mean, or the nearer.",
        ),
        "keepdims": KEEPDIMS,
    },
    details=f"Several quantiles stand along a new first axis. {_FLOATS} NaN among the values "
    "gives NaN.",
    example="op_quantile(c(1, 2, 3, 10), c(0.25, 0.5))",
)

# Along an axis ----------------------------------------------------------------------------------

cumsum = Operation(
    "cumsum",
    "The sum of all values so far.",
    {"x": X, "axis": _FLAT_AXIS, "dtype": DTYPE},
    example="op_cumsum(1:4)",
)
cumprod = Operation(
    "cumprod",
    "The product of all values so far.",
    {"x": X, "axis": _FLAT_AXIS, "dtype": DTYPE},
    example="op_cumprod(1:4)",
)
diff = Operation(
    "diff",
    "The differences of neighbours.",
    {
        "a": X,
        "n": option(Count(0), 1, "How many times over."),
        "axis": option(Axis(), -1, "The axis to go along."),
    },
    example="op_diff(c(1, 4, 9, 16))",
)
