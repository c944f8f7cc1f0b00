"""Operations on each value by itself, or on pairs of values."""

from __future__ import annotations

from rdeep.catalogue.operations.base import X1, X2, Operation, X
from rdeep.catalogue.options import Number, Operand, Whole, option

FLOATS = "Whole numbers give float32."
_BOUND = Operand(weak=True)


def unary(name: str, summary: str, details: str, example: str) -> Operation:
    """Declare an operation on each value by itself.

    Parameters
    ----------
    name, summary, details : str
        What it is called, and what it gives.
    example : str
        What its R function is shown with.
    """
    return Operation(name, summary, {"x": X}, details=details, example=f"op_{name}({example})")


def binary(
    name: str, summary: str, details: str, example: str, aliases: tuple[str, ...] = ()
) -> Operation:
    """Declare an operation on pairs of values.

    Parameters
    ----------
    name, summary, details : str
        What it is called, and what it gives.
    example : str
        What its R function is shown with.
    aliases : tuple of str
        Its other names in R.
    """
    options = {"x1": X1, "x2": X2}
    example = f"op_{name}({example})"
    return Operation(name, summary, options, details=details, example=example, r_aliases=aliases)


# Arithmetic -------------------------------------------------------------------------------------

add = binary("add", "The sum, value by value.", "", "1:3, 10")
subtract = binary("subtract", "The difference, value by value.", "", "c(5, 7), c(1, 2)")
multiply = binary("multiply", "The product, value by value.", "", "1:3, c(2, 4, 6)")
divide = binary("divide", "The quotient, value by value.", FLOATS, "c(6, 9), 3")
divide_no_nan = binary(
    "divide_no_nan",
    "The quotient, and 0 where the divisor is 0.",
    f"{FLOATS} The gradient is 0 there too.",
    "c(1, 2), c(0, 4)",
)
floor_divide = binary(
    "floor_divide", "The quotient, rounded down.", "Towards minus infinity.", "c(7, -7), 2"
)
mod = binary(
    "mod",
    "The remainder of a division.",
    "It has the divisor's sign: `x1 - x2 * floor(x1 / x2)`.",
    "c(7, -7), 3",
)
power = binary("power", "The first to the power of the second.", "", "1:4, 2")
maximum = binary("maximum", "The larger of two values.", "", "c(1, 5), c(3, 2)", ("pmax",))
minimum = binary("minimum", "The smaller of two values.", "", "c(1, 5), c(3, 2)", ("pmin",))
negative = unary("negative", "The value with the other sign.", "", "c(-1, 2)")
abs = unary("abs", "The absolute value.", "Of a complex number, its length.", "c(-1, 2)")
sign = unary("sign", "The sign: -1, 0 or 1.", "", "c(-3, 0, 5)")
reciprocal = unary("reciprocal", "One by the value.", FLOATS, "c(2, 4)")
square = unary("square", "The square.", "", "1:3")
sqrt = unary("sqrt", "The square root.", f"NaN below 0. {FLOATS}", "c(4, 9)")
rsqrt = unary("rsqrt", "One by the square root.", FLOATS, "c(4, 16)")
cbrt = unary("cbrt", "The cube root.", "Of negative numbers too.", "c(-8, 27)")
clip = Operation(
    "clip",
    "The value, kept within bounds.",
    {
        "x": X,
        "x_min": option(_BOUND, doc="The least value."),
        "x_max": option(_BOUND, doc="The largest value."),
    },
    details="No gradient flows where a value is outside.",
    example="op_clip(c(-2, 0.5, 3), 0, 1)",
)
heaviside = Operation(
    "heaviside",
    "The step function: 0 below zero, 1 above it.",
    {"x1": X1, "x2": option(_BOUND, doc="The value at zero.")},
    details=FLOATS,
    example="op_heaviside(c(-1, 0, 2), 0.5)",
)
nan_to_num = Operation(
    "nan_to_num",
    "The value, without NaN and infinity.",
    {
        "x": X,
        "nan": option(Number(), 0.0, "What stands for NaN."),
        "posinf": option(Number(), None, "What stands for infinity; the type's largest number."),
        "neginf": option(Number(), None, "What stands for minus infinity; the type's least."),
    },
    example="op_nan_to_num(c(NaN, 1, Inf), posinf = 100)",
)

# Exponentials and logarithms --------------------------------------------------------------------

exp = unary("exp", "The exponential.", FLOATS, "c(0, 1)")
exp2 = unary("exp2", "Two to the power of the value.", FLOATS, "1:3")
expm1 = unary(
    "expm1", "The exponential, less 1.", f"Exact for values near 0 too. {FLOATS}", "c(0, 1e-5)"
)
log = unary("log", "The natural logarithm.", FLOATS, "c(1, exp(1))")
log10 = unary("log10", "The logarithm to base 10.", FLOATS, "c(1, 100)")
log1p = unary(
    "log1p", "The logarithm of 1 plus the value.", f"Exact for values near 0. {FLOATS}", "c(0, 1)"
)
log2 = unary("log2", "The logarithm to base 2.", FLOATS, "c(1, 8)")
logaddexp = binary(
    "logaddexp",
    "The logarithm of the sum of two exponentials.",
    f"`log(exp(x1) + exp(x2))`, without overflow. {FLOATS}",
    "c(0, 1000), c(0, 1000)",
)

# Rounding ---------------------------------------------------------------------------------------

_FLAT = f"The gradient is 0. {FLOATS}"
ceil = unary("ceil", "The value, rounded up.", _FLAT, "c(1.2, -1.2)")
floor = unary("floor", "The value, rounded down.", _FLAT, "c(1.2, -1.2)")
trunc = unary("trunc", "The value, rounded towards zero.", "The gradient is 0.", "c(1.7, -1.7)")
round = Operation(
    "round",
    "The value, rounded.",
    {"x": X, "decimals": option(Whole(), 0, "How many decimals; -1 rounds to tens.")},
    details="Halves go to the even neighbour. The gradient is 0.",
    example="op_round(c(0.5, 1.5, 2.345), decimals = 1)",
)

# Complex numbers --------------------------------------------------------------------------------

angle = unary(
    "angle", "The angle of a complex number, in radians.", "Of real numbers 0 or pi.", "c(-1, 1)"
)
conj = unary("conj", "The complex conjugate.", "", "complex(real = 1, imaginary = 2)")
imag = unary("imag", "The imaginary part.", "", "complex(real = 1, imaginary = 2)")
real = unary("real", "The real part.", "", "complex(real = 1, imaginary = 2)")
polar = Operation(
    "polar",
    "The complex number of a length and an angle.",
    {
        "abs_": option(Operand(), doc="The length."),
        "angle": option(Operand(), doc="The angle, in radians."),
    },
    details="`abs_ * (cos(angle) + i * sin(angle))`.",
    example="op_polar(c(1, 2), c(0, pi / 2))",
)
