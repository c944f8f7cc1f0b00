"""Operations on each value by itself, or on pairs of values."""

from __future__ import annotations

from rdeep.catalogue.operations.base import X1, X2, Operation, X
from rdeep.catalogue.options import Number, Operand, Whole, option

FLOATS = "Integers give float32."
_BOUND = Operand(weak=True)
_WHOLE = "Of whole numbers; the result is not negative."


def unary(name: str, summary: str, example: str, details: str = "") -> Operation:
    """Declare an operation on each value by itself.

    Parameters
    ----------
    name, summary, example, details : str
        As in `Operation`.
    """
    return Operation(name, summary, {"x": X}, details=details, example=example)


def binary(name: str, summary: str, example: str, details: str = "") -> Operation:
    """Declare an operation on pairs of values.

    Parameters
    ----------
    name, summary, example, details : str
        As in `Operation`.
    """
    options = {"x1": X1, "x2": X2}
    return Operation(name, summary, options, details=details, example=example)


# Arithmetic -------------------------------------------------------------------------------------

add = binary("add", "Element-wise addition.", "[1.0, 2, 3], 10 -> tensor([11., 12., 13.])")
subtract = binary("subtract", "Element-wise subtraction.", "[5.0, 7], [1, 2] -> tensor([4., 5.])")
multiply = binary(
    "multiply", "Element-wise multiplication.", "[1.0, 2, 3], [2, 4, 6] -> tensor([ 2.,  8., 18.])"
)
divide = binary("divide", "Element-wise division.", "[6, 9], 3 -> tensor([2., 3.])", FLOATS)
divide_no_nan = binary(
    "divide_no_nan",
    "Element-wise division that returns 0 where the divisor is 0.",
    "[1, 2], [0, 4] -> tensor([0.0000, 0.5000])",
    f"{FLOATS} The gradient is 0 there too.",
)
floor_divide = binary(
    "floor_divide",
    "Element-wise floor division.",
    "[7.0, -7], 2 -> tensor([ 3., -4.])",
    "The quotient is rounded towards minus infinity.",
)
mod = binary(
    "mod",
    "Element-wise modulo: the remainder of a division.",
    "[7.0, -7], 3 -> tensor([1., 2.])",
    "The result has the divisor's sign: `x1 - x2 * floor(x1 / x2)`.",
)
power = binary(
    "power",
    "Element-wise power: the first tensor raised to the second.",
    "[1.0, 2, 3, 4], 2 -> tensor([ 1.,  4.,  9., 16.])",
)
maximum = binary(
    "maximum", "Element-wise maximum of two tensors.", "[1.0, 5], [3, 2] -> tensor([3., 5.])"
)
minimum = binary(
    "minimum", "Element-wise minimum of two tensors.", "[1.0, 5], [3, 2] -> tensor([1., 2.])"
)
fmax = binary(
    "fmax",
    "Element-wise maximum of two tensors, without NaN.",
    '[1.0, float("nan")], [3, 2] -> tensor([3., 2.])',
    "NaN only where both are.",
)
fmin = binary(
    "fmin",
    "Element-wise minimum of two tensors, without NaN.",
    '[1.0, float("nan")], [3, 2] -> tensor([1., 2.])',
    "NaN only where both are.",
)
fmod = binary(
    "fmod",
    "Element-wise remainder of a division that is rounded towards zero.",
    "[7.0, -7], 3 -> tensor([ 1., -1.])",
    "The result has the sign of `x1`: `x1 - x2 * trunc(x1 / x2)`.",
)
hypot = binary(
    "hypot",
    "Length of the hypotenuse: `sqrt(x1^2 + x2^2)`.",
    "[3, 5], [4, 12] -> tensor([ 5., 13.])",
    f"Without overflow. {FLOATS}",
)
gcd = binary(
    "gcd", "Greatest common divisor.", "[12, 18], 8 -> tensor([4, 2], dtype=torch.int32)", _WHOLE
)
lcm = binary(
    "lcm", "Least common multiple.", "[4, 6], 10 -> tensor([20, 30], dtype=torch.int32)", _WHOLE
)
ldexp = Operation(
    "ldexp",
    "Multiply by a power of two: `x1 * 2^x2`.",
    {"x1": X1, "x2": option(_BOUND, doc="The exponents, whole numbers.")},
    details=FLOATS,
    example="[1.0, 3], [2, -1] -> tensor([4.0000, 1.5000])",
)
nextafter = binary(
    "nextafter",
    "The next number that the type can hold, in the direction of another.",
    "ops.nextafter(1.0, 2.0) - 1 -> tensor(1.1921e-07)",
    f"The gradient is 0. {FLOATS}",
)
negative = unary("negative", "Element-wise negation.", "[-1.0, 2] -> tensor([ 1., -2.])")
abs = unary(
    "abs",
    "Element-wise absolute value.",
    "[-1.0, 2] -> tensor([1., 2.])",
    "Of complex numbers, the modulus.",
)
fabs = unary("fabs", "Element-wise absolute value, as a float.", "[-1, 2] -> tensor([1., 2.])")
sign = unary("sign", "Element-wise sign: -1, 0 or 1.", "[-3.0, 0, 5] -> tensor([-1.,  0.,  1.])")
reciprocal = unary(
    "reciprocal", "Element-wise reciprocal: `1 / x`.", "[2, 4] -> tensor([0.5000, 0.2500])", FLOATS
)
square = unary("square", "Element-wise square.", "[1.0, 2, 3] -> tensor([1., 4., 9.])")
sqrt = unary(
    "sqrt",
    "Element-wise square root.",
    "[4, 9] -> tensor([2., 3.])",
    f"NaN for negative numbers. {FLOATS}",
)
rsqrt = unary(
    "rsqrt",
    "Element-wise reciprocal square root: `1 / sqrt(x)`.",
    "[4, 16] -> tensor([0.5000, 0.2500])",
    FLOATS,
)
cbrt = unary(
    "cbrt",
    "Element-wise cube root.",
    "[-8, 27] -> tensor([-2.,  3.])",
    "Negative numbers have real cube roots too.",
)
clip = Operation(
    "clip",
    "Element-wise clipping: values limited to an interval.",
    {
        "x": X,
        "x_min": option(_BOUND, doc="The lower bound."),
        "x_max": option(_BOUND, doc="The upper bound."),
    },
    details="The gradient is 0 outside of the interval.",
    example="[-2, 0.5, 3], 0, 1 -> tensor([0.0000, 0.5000, 1.0000])",
)
heaviside = Operation(
    "heaviside",
    "Heaviside step function: 0 below zero, 1 above it.",
    {"x1": X1, "x2": option(_BOUND, doc="The value at zero.")},
    details=FLOATS,
    example="[-1, 0, 2], 0.5 -> tensor([0.0000, 0.5000, 1.0000])",
)
nan_to_num = Operation(
    "nan_to_num",
    "Replace NaN and infinite values by numbers.",
    {
        "x": X,
        "nan": option(Number(infinite=True), 0.0, "The number that replaces NaN."),
        "posinf": option(
            Number(infinite=True),
            None,
            "The number that replaces infinity; by default the type's largest.",
        ),
        "neginf": option(
            Number(infinite=True),
            None,
            "The number that replaces minus infinity; by default the type's smallest.",
        ),
    },
    example='[float("nan"), 1, float("inf")], posinf=100 -> tensor([  0.,   1., 100.])',
)

# Exponentials and logarithms --------------------------------------------------------------------

exp = unary("exp", "Element-wise exponential.", "[0, 1] -> tensor([1.0000, 2.7183])", FLOATS)
exp2 = unary(
    "exp2", "Element-wise power of two: `2^x`.", "[1, 2, 3] -> tensor([2., 4., 8.])", FLOATS
)
expm1 = unary(
    "expm1",
    "Element-wise exponential minus one: `exp(x) - 1`.",
    "[0, 0.5] -> tensor([0.0000, 0.6487])",
    f"Accurate for values near 0 too. {FLOATS}",
)
log = unary("log", "Element-wise natural logarithm.", "[1, 10] -> tensor([0.0000, 2.3026])", FLOATS)
log10 = unary("log10", "Element-wise logarithm to base 10.", "[1, 100] -> tensor([0., 2.])", FLOATS)
log1p = unary(
    "log1p",
    "Element-wise logarithm of one plus the value: `log(1 + x)`.",
    "[0, 1] -> tensor([0.0000, 0.6931])",
    f"Accurate for values near 0 too. {FLOATS}",
)
log2 = unary("log2", "Element-wise logarithm to base 2.", "[1, 8] -> tensor([0., 3.])", FLOATS)
logaddexp = binary(
    "logaddexp",
    "Logarithm of the sum of exponentials of two tensors.",
    "[0, 10], [0, 10] -> tensor([ 0.6931, 10.6931])",
    f"`log(exp(x1) + exp(x2))`, without overflow. {FLOATS}",
)
logaddexp2 = binary(
    "logaddexp2",
    "Logarithm to base 2 of the sum of powers of two.",
    "[0, 10], [0, 10] -> tensor([ 1., 11.])",
    f"`log2(2^x1 + 2^x2)`, without overflow. {FLOATS}",
)
erfc = unary(
    "erfc",
    "Complementary error function: `1 - erf(x)`.",
    "[0, 0.5, 3] -> tensor([1.0000e+00, 4.7950e-01, 2.2090e-05])",
    f"Accurate for large values too. {FLOATS}",
)
i0 = unary(
    "i0",
    "Modified Bessel function of the first kind, of order 0.",
    "[0, 1, 2] -> tensor([1.0000, 1.2661, 2.2796])",
    FLOATS,
)

# Rounding ---------------------------------------------------------------------------------------

_FLAT = f"The gradient is 0. {FLOATS}"
ceil = unary(
    "ceil", "Element-wise ceiling: values rounded up.", "[1.2, -1.2] -> tensor([ 2., -1.])", _FLAT
)
floor = unary(
    "floor", "Element-wise floor: values rounded down.", "[1.2, -1.2] -> tensor([ 1., -2.])", _FLAT
)
trunc = unary(
    "trunc",
    "Element-wise truncation: values rounded towards zero.",
    "[1.7, -1.7] -> tensor([ 1., -1.])",
    "The gradient is 0.",
)
round = Operation(
    "round",
    "Element-wise rounding to a number of decimals.",
    {"x": X, "decimals": option(Whole(), 0, "The number of decimals; -1 rounds to tens.")},
    details="Halves are rounded to the nearest even number. The gradient is 0.",
    example="[0.5, 1.5, 2.75], decimals=1 -> tensor([0.5000, 1.5000, 2.8000])",
)
