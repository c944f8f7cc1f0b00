"""Circular and hyperbolic functions."""

from __future__ import annotations

from rdeep.catalogue.operations.elementwise import FLOATS, binary, unary

_RADIANS = f"Angles are in radians. {FLOATS}"

sin = unary("sin", "The sine.", _RADIANS, "c(0, pi / 2)")
cos = unary("cos", "The cosine.", _RADIANS, "c(0, pi)")
tan = unary("tan", "The tangent.", _RADIANS, "c(0, pi / 4)")
arcsin = unary("arcsin", "The angle whose sine it is.", _RADIANS, "c(0, 1)")
arccos = unary("arccos", "The angle whose cosine it is.", _RADIANS, "c(0, 1)")
arctan = unary("arctan", "The angle whose tangent it is.", _RADIANS, "c(0, 1)")
arctan2 = binary(
    "arctan2",
    "The angle of a point, from -pi to pi.",
    f"`x1` is the height, `x2` the distance to the right. {FLOATS}",
    "c(1, -1), c(-1, 1)",
)
sinh = unary("sinh", "The hyperbolic sine.", f"`(exp(x) - exp(-x)) / 2`. {FLOATS}", "c(0, 1)")
cosh = unary("cosh", "The hyperbolic cosine.", f"`(exp(x) + exp(-x)) / 2`. {FLOATS}", "c(0, 1)")
tanh = unary("tanh", "The hyperbolic tangent.", f"`sinh(x) / cosh(x)`. {FLOATS}", "c(0, 1)")
arcsinh = unary(
    "arcsinh", "The inverse hyperbolic sine.", f"`log(x + sqrt(x^2 + 1))`. {FLOATS}", "c(0, 1)"
)
arccosh = unary(
    "arccosh",
    "The inverse hyperbolic cosine.",
    f"`log(x + sqrt(x^2 - 1))`, NaN below 1. {FLOATS}",
    "c(1, 2)",
)
arctanh = unary(
    "arctanh",
    "The inverse hyperbolic tangent.",
    f"`log((1 + x) / (1 - x)) / 2`. {FLOATS}",
    "c(0, 0.5)",
)
deg2rad = unary("deg2rad", "Degrees as radians.", f"`x * pi / 180`. {FLOATS}", "c(90, 180)")
