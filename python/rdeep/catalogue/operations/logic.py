"""Comparisons, logic, bits, and what kind of number a value is."""

from __future__ import annotations

from rdeep.catalogue.operations.base import X1, X2, Operation
from rdeep.catalogue.operations.elementwise import binary, unary
from rdeep.catalogue.options import Flag, Number, Operand, option

equal = binary(
    "equal",
    "Element-wise comparison: equal.",
    "[1, 2, 3], [1, 0, 3] -> tensor([ True, False,  True])",
)
not_equal = binary(
    "not_equal",
    "Element-wise comparison: not equal.",
    "[1, 2, 3], [1, 0, 3] -> tensor([False,  True, False])",
)
less = binary(
    "less", "Element-wise comparison: less than.", "[1, 2, 3], 2 -> tensor([ True, False, False])"
)
less_equal = binary(
    "less_equal",
    "Element-wise comparison: less than or equal.",
    "[1, 2, 3], 2 -> tensor([ True,  True, False])",
)
greater = binary(
    "greater",
    "Element-wise comparison: greater than.",
    "[1, 2, 3], 2 -> tensor([False, False,  True])",
)
greater_equal = binary(
    "greater_equal",
    "Element-wise comparison: greater than or equal.",
    "[1, 2, 3], 2 -> tensor([False,  True,  True])",
)
isclose = Operation(
    "isclose",
    "Element-wise comparison: equal within a tolerance.",
    {
        "x1": X1,
        "x2": X2,
        "rtol": option(Number(0.0), 1e-5, "The tolerance relative to `x2`."),
        "atol": option(Number(0.0), 1e-8, "The absolute tolerance."),
        "equal_nan": option(Flag(), False, "Whether NaN is close to NaN."),
    },
    details="`abs(x1 - x2) <= atol + rtol * abs(x2)`. Whole numbers must be equal.",
    example="[1, 2], [1 + 1e-7, 2.1] -> tensor([ True, False])",
)
allclose = Operation(
    "allclose",
    "Whether all values of two tensors are equal within a tolerance.",
    {
        "x1": X1,
        "x2": X2,
        "rtol": option(Number(0.0), 1e-5, "The tolerance relative to `x2`."),
        "atol": option(Number(0.0), 1e-8, "The absolute tolerance."),
        "equal_nan": option(Flag(), False, "Whether NaN is close to NaN."),
    },
    details="`abs(x1 - x2) <= atol + rtol * abs(x2)`. Whole numbers must be equal.",
    returns="A tensor of one boolean.",
    example="[1, 2], [1 + 1e-7, 2] -> tensor(True)",
)
isin = Operation(
    "isin",
    "Whether each value is among others.",
    {
        "x1": option(Operand(), doc="The values to look for."),
        "x2": option(Operand(), doc="The values to look among."),
        "assume_unique": option(
            Flag(), False, "Whether no value occurs twice; the result is the same."
        ),
        "invert": option(Flag(), False, "Whether to return what is not among them instead."),
    },
    details="NaN is not among any values.",
    example="[1, 2, 5], [5, 1] -> tensor([ True, False,  True])",
)

_TRUTH = "Numbers other than 0 are true."
logical_and = binary(
    "logical_and",
    "Element-wise logical AND.",
    "[True, False], True -> tensor([ True, False])",
    _TRUTH,
)
logical_or = binary(
    "logical_or",
    "Element-wise logical OR.",
    "[True, False], False -> tensor([ True, False])",
    _TRUTH,
)
logical_xor = binary(
    "logical_xor",
    "Element-wise logical XOR: exactly one of two is true.",
    "[True, False], True -> tensor([False,  True])",
    _TRUTH,
)
logical_not = unary(
    "logical_not", "Element-wise logical NOT.", "[True, False] -> tensor([False,  True])", _TRUTH
)

isfinite = unary(
    "isfinite",
    "Test for finite values: neither infinite nor NaN.",
    '[1, float("inf"), float("nan")] -> tensor([ True, False, False])',
)
isinf = unary(
    "isinf",
    "Test for infinite values.",
    '[1, float("inf"), float("nan")] -> tensor([False,  True, False])',
)
isnan = unary(
    "isnan",
    "Test for NaN (not a number).",
    '[1, float("inf"), float("nan")] -> tensor([False, False,  True])',
)
signbit = unary(
    "signbit",
    "Test whether the sign bit is set.",
    "[-1, 0, 2] -> tensor([ True, False, False])",
    "It is set for -0.0 too.",
)

# Bits -------------------------------------------------------------------------------------------

_INTEGERS = option(Operand(), doc="Integers or booleans.")
_OTHERS = option(Operand(), doc="Integers or booleans; the two are broadcast to a common shape.")
_SHIFT = option(Operand(weak=True), doc="The number of bits.")
_LEFT = "A shift by one bit multiplies by 2."
_RIGHT = "A shift by one bit divides by 2 and rounds down."
_BITS = {
    "bitwise_and": "A bit is set if it is set in both.",
    "bitwise_or": "A bit is set if it is set in one or both.",
    "bitwise_xor": "A bit is set if it is set in exactly one.",
    "bitwise_left_shift": _LEFT,
    "left_shift": _LEFT,
    "bitwise_right_shift": _RIGHT,
    "right_shift": _RIGHT,
}


def _bits(name: str, summary: str, example: str) -> Operation:
    options = {"x": _INTEGERS, "y": _SHIFT if "shift" in name else _OTHERS}
    return Operation(name, summary, options, details=_BITS[name], example=example)


def _inverted(name: str, summary: str, example: str) -> Operation:
    details = "Of signed integers, `-x - 1`."
    options = {"x": _INTEGERS}
    return Operation(name, summary, options, details=details, example=example)


bitwise_and = _bits(
    "bitwise_and", "Bitwise AND of integers.", "12, [10, 4] -> tensor([8, 4], dtype=torch.int32)"
)
bitwise_or = _bits(
    "bitwise_or", "Bitwise OR of integers.", "12, [10, 4] -> tensor([14, 12], dtype=torch.int32)"
)
bitwise_xor = _bits(
    "bitwise_xor", "Bitwise XOR of integers.", "12, [10, 4] -> tensor([6, 8], dtype=torch.int32)"
)
bitwise_invert = _inverted(
    "bitwise_invert", "Bitwise NOT of integers.", "[0, 5] -> tensor([-1, -6], dtype=torch.int32)"
)
bitwise_not = _inverted(
    "bitwise_not", "Bitwise NOT of integers.", "[0, 5] -> tensor([-1, -6], dtype=torch.int32)"
)
bitwise_left_shift = _bits(
    "bitwise_left_shift",
    "Bitwise left shift of integers.",
    "[1, 5], 2 -> tensor([ 4, 20], dtype=torch.int32)",
)
left_shift = _bits(
    "left_shift",
    "Bitwise left shift of integers.",
    "[1, 5], 2 -> tensor([ 4, 20], dtype=torch.int32)",
)
bitwise_right_shift = _bits(
    "bitwise_right_shift",
    "Bitwise right shift of integers.",
    "[4, 21], 2 -> tensor([1, 5], dtype=torch.int32)",
)
right_shift = _bits(
    "right_shift",
    "Bitwise right shift of integers.",
    "[4, 21], 2 -> tensor([1, 5], dtype=torch.int32)",
)
isposinf = unary(
    "isposinf",
    "Element-wise test for positive infinity.",
    '[1, float("inf"), -float("inf")] -> tensor([False,  True, False])',
)
isneginf = unary(
    "isneginf",
    "Element-wise test for negative infinity.",
    '[1, float("inf"), -float("inf")] -> tensor([False, False,  True])',
)
isreal = unary(
    "isreal",
    "Element-wise test for numbers without an imaginary part.",
    "[1 + 0j, 2j] -> tensor([ True, False])",
)
