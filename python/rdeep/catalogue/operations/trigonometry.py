"""Circular and hyperbolic functions."""

from __future__ import annotations

from rdeep.catalogue.operations.elementwise import FLOATS, binary, unary

_RADIANS = f"Angles are in radians. {FLOATS}"

sin = unary("sin", "Element-wise sine.", "[0, 1.5707964] -> tensor([0., 1.])", _RADIANS)
cos = unary("cos", "Element-wise cosine.", "[0, 3.1415927] -> tensor([ 1., -1.])", _RADIANS)
tan = unary("tan", "Element-wise tangent.", "[0, 0.7853982] -> tensor([0., 1.])", _RADIANS)
arcsin = unary(
    "arcsin", "Element-wise inverse sine.", "[0, 1] -> tensor([0.0000, 1.5708])", _RADIANS
)
arccos = unary(
    "arccos", "Element-wise inverse cosine.", "[0, 1] -> tensor([1.5708, 0.0000])", _RADIANS
)
arctan = unary(
    "arctan", "Element-wise inverse tangent.", "[0, 1] -> tensor([0.0000, 0.7854])", _RADIANS
)
arctan2 = binary(
    "arctan2",
    "Element-wise angle of the point `(x2, x1)`, from -pi to pi.",
    "[1, -1], [-1, 1] -> tensor([ 2.3562, -0.7854])",
    f"`x1` is the vertical coordinate, `x2` the horizontal one. {FLOATS}",
)
sinh = unary(
    "sinh",
    "Element-wise hyperbolic sine.",
    "[0, 1] -> tensor([0.0000, 1.1752])",
    f"`(exp(x) - exp(-x)) / 2`. {FLOATS}",
)
cosh = unary(
    "cosh",
    "Element-wise hyperbolic cosine.",
    "[0, 1] -> tensor([1.0000, 1.5431])",
    f"`(exp(x) + exp(-x)) / 2`. {FLOATS}",
)
tanh = unary(
    "tanh",
    "Element-wise hyperbolic tangent (tanh activation).",
    "[0, 1] -> tensor([0.0000, 0.7616])",
    f"`sinh(x) / cosh(x)`. {FLOATS}",
)
arcsinh = unary(
    "arcsinh",
    "Element-wise inverse hyperbolic sine.",
    "[0, 1] -> tensor([0.0000, 0.8814])",
    f"`log(x + sqrt(x^2 + 1))`. {FLOATS}",
)
arccosh = unary(
    "arccosh",
    "Element-wise inverse hyperbolic cosine.",
    "[1, 2] -> tensor([0.0000, 1.3170])",
    f"`log(x + sqrt(x^2 - 1))`, NaN below 1. {FLOATS}",
)
arctanh = unary(
    "arctanh",
    "Element-wise inverse hyperbolic tangent.",
    "[0, 0.5] -> tensor([0.0000, 0.5493])",
    f"`log((1 + x) / (1 - x)) / 2`. {FLOATS}",
)
deg2rad = unary(
    "deg2rad",
    "Convert angles from degrees to radians.",
    "[90, 180] -> tensor([1.5708, 3.1416])",
    f"`x * pi / 180`. {FLOATS}",
)
rad2deg = unary(
    "rad2deg",
    "Convert angles from radians to degrees.",
    "[0, 3.1415927] -> tensor([  0., 180.])",
    f"`x * 180 / pi`. {FLOATS}",
)
sinc = unary(
    "sinc",
    "Normalized sinc function: `sin(pi * x) / (pi * x)`.",
    "[0, 0.5, 1.5] -> tensor([ 1.0000,  0.6366, -0.2122])",
    f"1 at 0. {FLOATS}",
)
