"""Operations that go over axes and leave fewer, or add up along one."""

from __future__ import annotations

from rdeep.catalogue.operations.base import AXES, DTYPE, KEEPDIMS, Operation, X
from rdeep.catalogue.options import Axis, Choice, Count, Number, Operand, Option, option

_SUMS = "Booleans and small integers are summed as 32-bit integers."
_FLOATS = "Integers give float32."
_FLAT_AXIS = option(Axis(), None, "The axis; by default the tensor is flattened first.")


def _over_axes(
    name: str, summary: str, example: str, details: str = "", **more: Option
) -> Operation:
    options = {"x": X, "axis": AXES, "keepdims": KEEPDIMS, **more}
    return Operation(name, summary, options, details=details, example=example)


SHARE = option(Operand(weak=True), doc="The probability of the quantile, from 0 to 1, or several.")
PERCENT = option(Operand(weak=True), doc="The percentage, from 0 to 100, or several.")
METHOD = option(
    Choice("linear", "lower", "higher", "midpoint", "nearest"),
    "linear",
    "How to interpolate between two values: linearly, or by taking the lower, the higher, "
    "their midpoint, or the nearest.",
)
_LEAST = option(Operand(weak=True), None, "A lower bound of the result.")
_MOST = option(Operand(weak=True), None, "An upper bound of the result.")

sum = _over_axes(
    "sum", "Sum over axes.", "[[1.0, 3, 5], [2, 4, 6]], axis=0 -> tensor([ 3.,  7., 11.])", _SUMS
)
mean = _over_axes(
    "mean",
    "Mean over axes.",
    "[[1, 3, 5], [2, 4, 6]], axis=0 -> tensor([1.5000, 3.5000, 5.5000])",
    _FLOATS,
)
var = _over_axes(
    "var",
    "Variance over axes.",
    "[[1, 3, 5], [2, 4, 6]], axis=1 -> tensor([2.6667, 2.6667])",
    f"The mean squared deviation from the mean, divided by `n` rather than `n - 1`. {_FLOATS}",
)
std = _over_axes(
    "std",
    "Standard deviation over axes.",
    "[[1, 3, 5], [2, 4, 6]], axis=0 -> tensor([0.5000, 0.5000, 0.5000])",
    f"The root of the variance, which is divided by `n` rather than `n - 1`. {_FLOATS}",
)
max = _over_axes(
    "max",
    "Maximum over axes.",
    "[[1.0, 3, 5], [2, 4, 6]], axis=0 -> tensor([2., 4., 6.])",
    "Values that tie for the maximum share the gradient.",
    initial=_LEAST,
)
min = _over_axes(
    "min",
    "Minimum over axes.",
    "[[1.0, 3, 5], [2, 4, 6]], axis=0 -> tensor([1., 3., 5.])",
    "Values that tie for the minimum share the gradient.",
    initial=_MOST,
)
prod = _over_axes(
    "prod",
    "Product over axes.",
    "[[1.0, 3, 5], [2, 4, 6]], axis=0 -> tensor([ 2., 12., 30.])",
    _SUMS,
    dtype=DTYPE,
)
all = _over_axes(
    "all",
    "Logical AND over axes: whether all values are true.",
    "[True, False] -> tensor(False)",
    "Numbers other than 0 are true.",
)
any = _over_axes(
    "any",
    "Logical OR over axes: whether any value is true.",
    "[True, False] -> tensor(True)",
    "Numbers other than 0 are true.",
)
logsumexp = _over_axes(
    "logsumexp",
    "Logarithm of the sum of exponentials over axes.",
    "[1000, 1000] -> tensor(1000.6932)",
    f"`log(sum(exp(x)))`, without overflow. {_FLOATS}",
)
count_nonzero = Operation(
    "count_nonzero",
    "Count of the values that are not 0.",
    {"x": X, "axis": AXES},
    returns="A tensor of integers.",
    example="[0, 3, 0, 5] -> tensor(2, dtype=torch.int32)",
)
average = Operation(
    "average",
    "Weighted average over axes.",
    {
        "x": X,
        "axis": option(Axis(), None, "The axis to reduce; all of them by default."),
        "weights": option(
            Operand(),
            None,
            "Weights of the tensor's shape, or one for each position along the axis; equal by "
            "default.",
        ),
    },
    details=f"`sum(x * weights) / sum(weights)`. {_FLOATS}",
    example="[1, 2, 4], weights=[1, 1, 2] -> tensor(2.7500)",
)
median = _over_axes(
    "median",
    "Median over axes.",
    "[5, 1, 3] -> tensor(3.)",
    f"The mean of the two middle values where their number is even. {_FLOATS}",
)
quantile = Operation(
    "quantile",
    "Quantiles over axes.",
    {"x": X, "q": SHARE, "axis": AXES, "method": METHOD, "keepdims": KEEPDIMS},
    details=(
        f"Several quantiles are stacked along a new first axis. {_FLOATS} NaN among the values "
        "gives NaN."
    ),
    example="[1, 2, 3, 10], [0.25, 0.5] -> tensor([1.7500, 2.5000])",
)
percentile = Operation(
    "percentile",
    "Percentiles over axes.",
    {"x": X, "q": PERCENT, "axis": AXES, "method": METHOD, "keepdims": KEEPDIMS},
    details=(
        f"Several percentiles are stacked along a new first axis. {_FLOATS} NaN among the values "
        "gives NaN."
    ),
    example="[1, 2, 3, 10], [25, 50] -> tensor([1.7500, 2.5000])",
)
ptp = _over_axes(
    "ptp",
    "Range (peak to peak) over axes: the maximum less the minimum.",
    "[[1.0, 3, 5], [2, 4, 6]], axis=0 -> tensor([1., 1., 1.])",
)

# Along an axis ----------------------------------------------------------------------------------

cumsum = Operation(
    "cumsum",
    "Cumulative sum along an axis.",
    {"x": X, "axis": _FLAT_AXIS, "dtype": DTYPE},
    example="[1.0, 2, 3, 4] -> tensor([ 1.,  3.,  6., 10.])",
)
cumprod = Operation(
    "cumprod",
    "Cumulative product along an axis.",
    {"x": X, "axis": _FLAT_AXIS, "dtype": DTYPE},
    example="[1.0, 2, 3, 4] -> tensor([ 1.,  2.,  6., 24.])",
)
diff = Operation(
    "diff",
    "Differences of neighbouring values along an axis.",
    {
        "a": X,
        "n": option(Count(0), 1, "How many times to take differences."),
        "axis": option(Axis(), -1, "The axis."),
    },
    example="[1.0, 4, 9, 16] -> tensor([3., 5., 7.])",
)
trapezoid = Operation(
    "trapezoid",
    "Integral along an axis by the trapezoidal rule.",
    {
        "y": option(Operand(), doc="The values to integrate."),
        "x": option(
            Operand(),
            None,
            "Where the values stand: a vector for all, or a tensor of their shape; evenly spaced "
            "by default.",
        ),
        "dx": option(Number(), 1.0, "The spacing, if there is no `x`."),
        "axis": option(Axis(), -1, "The axis."),
    },
    details=_FLOATS,
    example="[1, 2, 3], [0.0, 1, 3] -> tensor(6.5000)",
)
