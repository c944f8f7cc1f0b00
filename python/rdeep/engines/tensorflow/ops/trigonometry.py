"""Circular and hyperbolic functions."""

from __future__ import annotations

from keras import ops

sin = ops.sin
cos = ops.cos
tan = ops.tan
arcsin = ops.arcsin
arccos = ops.arccos
arctan = ops.arctan
arctan2 = ops.arctan2
sinh = ops.sinh
cosh = ops.cosh
tanh = ops.tanh
arcsinh = ops.arcsinh
arccosh = ops.arccosh
arctanh = ops.arctanh
deg2rad = ops.deg2rad
