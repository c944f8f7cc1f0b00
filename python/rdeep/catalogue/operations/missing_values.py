"""Reductions that leave NaN (missing values) out."""

from __future__ import annotations

from rdeep.catalogue.operations.base import AXES, DTYPE, KEEPDIMS, Operation, X
from rdeep.catalogue.operations.reductions import METHOD, PERCENT, SHARE
from rdeep.catalogue.options import Axis, option

_FLOATS = "Integers give float32."
_SUMS = "Booleans and small integers are summed as 32-bit integers."
_ALL_NAN = "Where all values are NaN, the result is NaN."
_ONE_AXIS = option(Axis(), None, "The axis; by default the tensor is flattened first.")


def _over_axes(name: str, summary: str, example: str, details: str = "") -> Operation:
    options = {"x": X, "axis": AXES, "keepdims": KEEPDIMS}
    return Operation(name, summary, options, details=details, example=example)


nansum = _over_axes(
    "nansum",
    "Sum over axes, without NaN.",
    '[1.0, float("nan"), 3] -> tensor(4.)',
    f"Where all values are NaN, the sum is 0. {_SUMS}",
)
nanprod = _over_axes(
    "nanprod",
    "Product over axes, without NaN.",
    '[2.0, float("nan"), 3] -> tensor(6.)',
    f"Where all values are NaN, the product is 1. {_SUMS}",
)
nanmean = _over_axes(
    "nanmean",
    "Mean over axes, without NaN.",
    '[1.0, float("nan"), 3] -> tensor(2.)',
    f"{_ALL_NAN} {_FLOATS}",
)
nanvar = _over_axes(
    "nanvar",
    "Variance over axes, without NaN.",
    '[1.0, float("nan"), 3] -> tensor(1.)',
    "The mean squared deviation from the mean of the `n` values that are not NaN, divided by `n` "
    f"rather than `n - 1`. {_ALL_NAN} {_FLOATS}",
)
nanstd = _over_axes(
    "nanstd",
    "Standard deviation over axes, without NaN.",
    '[1.0, float("nan"), 3] -> tensor(1.)',
    f"The root of the variance, which is divided by `n` rather than `n - 1`. {_ALL_NAN} {_FLOATS}",
)
nanmax = _over_axes(
    "nanmax",
    "Maximum over axes, without NaN.",
    '[1.0, float("nan"), 3] -> tensor(3.)',
    _ALL_NAN,
)
nanmin = _over_axes(
    "nanmin",
    "Minimum over axes, without NaN.",
    '[1.0, float("nan"), 3] -> tensor(1.)',
    _ALL_NAN,
)
nanmedian = _over_axes(
    "nanmedian",
    "Median over axes, without NaN.",
    '[5, float("nan"), 1, 3] -> tensor(3.)',
    f"The mean of the two middle values where their number is even. {_ALL_NAN} {_FLOATS}",
)
nanquantile = Operation(
    "nanquantile",
    "Quantiles over axes, without NaN.",
    {"x": X, "q": SHARE, "axis": AXES, "method": METHOD, "keepdims": KEEPDIMS},
    details=f"Several quantiles are stacked along a new first axis. {_ALL_NAN} {_FLOATS}",
    example='[1, float("nan"), 2, 3], [0.25, 0.5] -> tensor([1.5000, 2.0000])',
)
nanpercentile = Operation(
    "nanpercentile",
    "Percentiles over axes, without NaN.",
    {"x": X, "q": PERCENT, "axis": AXES, "method": METHOD, "keepdims": KEEPDIMS},
    details=f"Several percentiles are stacked along a new first axis. {_ALL_NAN} {_FLOATS}",
    example='[1, float("nan"), 2, 3], 50 -> tensor(2.)',
)

# Along an axis ----------------------------------------------------------------------------------

nanargmax = Operation(
    "nanargmax",
    "Index of the maximum along an axis, without NaN.",
    {"x": X, "axis": _ONE_AXIS, "keepdims": KEEPDIMS},
    details="Where all values are NaN, the result is one less than the first index.",
    returns="A tensor of indices.",
    example='[3, float("nan"), 9] -> tensor(2, dtype=torch.int32)',
)
nanargmin = Operation(
    "nanargmin",
    "Index of the minimum along an axis, without NaN.",
    {"x": X, "axis": _ONE_AXIS, "keepdims": KEEPDIMS},
    details="Where all values are NaN, the result is one less than the first index.",
    returns="A tensor of indices.",
    example='[3, float("nan"), 9] -> tensor(0, dtype=torch.int32)',
)
nancumsum = Operation(
    "nancumsum",
    "Cumulative sum along an axis, with NaN counted as 0.",
    {"x": X, "axis": _ONE_AXIS, "dtype": DTYPE},
    example='[1.0, float("nan"), 3] -> tensor([1., 1., 4.])',
)
nancumprod = Operation(
    "nancumprod",
    "Cumulative product along an axis, with NaN counted as 1.",
    {"x": X, "axis": _ONE_AXIS, "dtype": DTYPE},
    example='[2.0, float("nan"), 3] -> tensor([2., 2., 6.])',
)
