"""Comparisons, logic, bits, and what kind of number a value is."""

from __future__ import annotations

from rdeep.catalogue.operations.base import X1, X2, Operation
from rdeep.catalogue.operations.elementwise import binary, unary
from rdeep.catalogue.options import Flag, Number, Operand, option

equal = binary("equal", "Whether two values are equal.", "", "1:3, c(1, 0, 3)")
not_equal = binary("not_equal", "Whether two values differ.", "", "1:3, c(1, 0, 3)")
less = binary("less", "Whether the first value is smaller.", "", "1:3, 2")
less_equal = binary("less_equal", "Whether the first value is not larger.", "", "1:3, 2")
greater = binary("greater", "Whether the first value is larger.", "", "1:3, 2")
greater_equal = binary("greater_equal", "Whether the first value is not smaller.", "", "1:3, 2")
isclose = Operation(
    "isclose",
    "Whether two values are equal, up to a tolerance.",
    {
        "x1": X1,
        "x2": X2,
        "rtol": option(Number(0.0), 1e-5, "The tolerance relative to `x2`."),
        "atol": option(Number(0.0), 1e-8, "The absolute tolerance."),
        "equal_nan": option(Flag(), False, "Whether NaN is close to NaN."),
    },
    details="`abs(x1 - x2) <= atol + rtol * abs(x2)`. Whole numbers must be equal.",
    example="op_isclose(c(1, 2), c(1 + 1e-7, 2.1))",
)

_TRUTH = "Numbers other than 0 count as true."
logical_and = binary("logical_and", "Whether both hold.", _TRUTH, "c(TRUE, FALSE), TRUE")
logical_or = binary("logical_or", "Whether one or both hold.", _TRUTH, "c(TRUE, FALSE), FALSE")
logical_xor = binary("logical_xor", "Whether exactly one holds.", _TRUTH, "c(TRUE, FALSE), TRUE")
logical_not = unary("logical_not", "Whether it does not hold.", _TRUTH, "c(TRUE, FALSE)")

isfinite = unary("isfinite", "Whether it is neither infinite nor NaN.", "", "c(1, Inf, NaN)")
isinf = unary("isinf", "Whether it is infinite.", "", "c(1, Inf, NaN)")
isnan = unary("isnan", "Whether it is NaN, no number.", "", "c(1, Inf, NaN)")
signbit = unary("signbit", "Whether it has a minus.", "-0.0 has one.", "c(-1, 0, 2)")

# Bits -------------------------------------------------------------------------------------------

_INTEGERS = option(Operand(), doc="Whole numbers of an integer type, or truths.")
_OTHERS = option(Operand(), doc="Others; the two are stretched to a common shape.")
_SHIFT = option(Operand(weak=True), doc="By how many places.")


def _bits(name: str, summary: str, example: str) -> Operation:
    options = {"x": _INTEGERS, "y": _SHIFT if "shift" in name else _OTHERS}
    return Operation(name, summary, options, example=f"op_{name}({example})")


def _turned(name: str) -> Operation:
    details = "Of whole numbers with a sign, `-x - 1`."
    example = f"op_{name}(c(0L, 5L))"
    return Operation(
        name, "All bits turned over.", {"x": _INTEGERS}, details=details, example=example
    )


bitwise_and = _bits("bitwise_and", "The bits that both have.", "12L, c(10L, 4L)")
bitwise_or = _bits("bitwise_or", "The bits that one or both have.", "12L, c(10L, 4L)")
bitwise_xor = _bits("bitwise_xor", "The bits that exactly one has.", "12L, c(10L, 4L)")
bitwise_invert = _turned("bitwise_invert")
bitwise_not = _turned("bitwise_not")
_LEFT = "The bits moved to the left: times 2 for each place."
_RIGHT = "The bits moved to the right: halved for each place, and rounded down."
bitwise_left_shift = _bits("bitwise_left_shift", _LEFT, "c(1L, 5L), 2L")
left_shift = _bits("left_shift", _LEFT, "c(1L, 5L), 2L")
bitwise_right_shift = _bits("bitwise_right_shift", _RIGHT, "c(4L, 21L), 2L")
right_shift = _bits("right_shift", _RIGHT, "c(4L, 21L), 2L")
