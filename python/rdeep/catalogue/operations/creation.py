"""Tensors from nothing but a shape, a range or numbers."""

from __future__ import annotations

from rdeep.catalogue.operations.base import DTYPE, SHAPE, Operation, X
from rdeep.catalogue.options import Axis, Count, Flag, Number, Operand, Option, Whole, option

_FILLING = option(Operand(weak=True), doc="The value.")
_NUMBER = Operand(weak=True)


array = Operation(
    "array",
    "Create a tensor from values.",
    {"x": X, "dtype": DTYPE},
    example="[1.0, 2, 3] -> tensor([1., 2., 3.])",
)
copy = Operation("copy", "Copy a tensor.", {"x": X}, example="[1.0, 2, 3] -> tensor([1., 2., 3.])")

# Of one value -----------------------------------------------------------------------------------


def _shaped(name: str, summary: str, example: str, **more: Option) -> Operation:
    options = {"shape": SHAPE, **more, "dtype": DTYPE}
    details = "The data type is float32 by default."
    return Operation(name, summary, options, details=details, example=example)


def _like(name: str, summary: str, example: str, **more: Option) -> Operation:
    options = {"x": X, **more, "dtype": DTYPE}
    details = "The data type is that of the tensor by default."
    return Operation(name, summary, options, details=details, example=example)


full = _shaped(
    "full",
    "Create a tensor filled with one value.",
    "(2,), 7 -> tensor([7., 7.])",
    fill_value=_FILLING,
)
zeros = _shaped("zeros", "Create a tensor of zeros.", "(3,) -> tensor([0., 0., 0.])")
ones = _shaped("ones", "Create a tensor of ones.", "(3,) -> tensor([1., 1., 1.])")
empty = _shaped(
    "empty", "Create an uninitialized tensor.", "ops.empty((2, 3)).shape -> torch.Size([2, 3])"
)
full_like = _like(
    "full_like",
    "Create a tensor filled with one value, in the shape of another.",
    "[1.0, 2, 3], 7 -> tensor([7., 7., 7.])",
    fill_value=_FILLING,
)
zeros_like = _like(
    "zeros_like",
    "Create a tensor of zeros in the shape of another.",
    "[1.0, 2, 3] -> tensor([0., 0., 0.])",
)
ones_like = _like(
    "ones_like",
    "Create a tensor of ones in the shape of another.",
    "[1.0, 2, 3] -> tensor([1., 1., 1.])",
)
empty_like = _like(
    "empty_like",
    "Create an uninitialized tensor in the shape of another.",
    "ops.empty_like([[1.0, 2, 3]]).shape -> torch.Size([1, 3])",
)

# Matrices ---------------------------------------------------------------------------------------

_ROWS = option(Count(0), doc="The number of rows.")
_COLUMNS = option(Count(0), None, "The number of columns; by default that of rows.")
_DIAGONAL = option(
    Whole(),
    0,
    "The diagonal: 0 is the main one, positive numbers are above it, negative ones below.",
)

eye = Operation(
    "eye",
    "Create a matrix with ones on a diagonal.",
    {"N": _ROWS, "M": _COLUMNS, "k": _DIAGONAL, "dtype": DTYPE},
    example="2 -> tensor([[1., 0.],\n        [0., 1.]])",
)
identity = Operation(
    "identity",
    "Create an identity matrix.",
    {"n": _ROWS, "dtype": DTYPE},
    example="2 -> tensor([[1., 0.],\n        [0., 1.]])",
)
tri = Operation(
    "tri",
    "Create a lower triangular matrix of ones.",
    {"N": _ROWS, "M": _COLUMNS, "k": _DIAGONAL, "dtype": DTYPE},
    example="2 -> tensor([[1., 0.],\n        [1., 1.]])",
)
vander = Operation(
    "vander",
    "Vandermonde matrix: the powers of values in columns.",
    {
        "x": option(Operand(), doc="A vector."),
        "N": option(Count(0), None, "The number of columns; by default that of the values."),
        "increasing": option(Flag(), False, "Whether the powers rise from left to right."),
    },
    example="[1.0, 2, 3] -> tensor([[1., 1., 1.],\n        [4., 2., 1.],\n        [9., 3., 1.]])",
)

# Ranges -----------------------------------------------------------------------------------------

arange = Operation(
    "arange",
    "Create a range of evenly spaced numbers, by step.",
    {
        "start": option(
            _NUMBER, doc="The first number; without `stop`, the end of a range from 0."
        ),
        "stop": option(_NUMBER, None, "The end."),
        "step": option(_NUMBER, None, "The step; 1 by default."),
        "dtype": DTYPE,
        "include_end": option(Flag(), False, "Whether to include the end."),
    },
    details="Integers if all arguments are.",
    example="1, 9, 2 -> tensor([1, 3, 5, 7], dtype=torch.int32)",
)
_SPACED: dict[str, Option] = {
    "num": option(Count(0), 50, "How many numbers."),
    "endpoint": option(Flag(), True, "Whether to include the end."),
}
_SPACED_AXIS = option(Axis(), 0, "The position of the new axis if the ends are tensors.")

linspace = Operation(
    "linspace",
    "Create evenly spaced numbers over an interval.",
    {
        "start": option(_NUMBER, doc="The first tensor."),
        "stop": option(_NUMBER, doc="The last number."),
        **_SPACED,
        "retstep": option(Flag(), False, "Whether to return the step too."),
        "dtype": DTYPE,
        "axis": _SPACED_AXIS,
    },
    returns="A tensor; with `retstep` a list of it and the step.",
    example="0, 1, num=5 -> tensor([0.0000, 0.2500, 0.5000, 0.7500, 1.0000])",
)
logspace = Operation(
    "logspace",
    "Create logarithmically spaced numbers.",
    {
        "start": option(_NUMBER, doc="The exponent of the first number."),
        "stop": option(_NUMBER, doc="The exponent of the last number."),
        **_SPACED,
        "base": option(_NUMBER, 10, "The base."),
        "dtype": DTYPE,
        "axis": _SPACED_AXIS,
    },
    example="0, 3, num=4 -> tensor([   1.,   10.,  100., 1000.])",
)
geomspace = Operation(
    "geomspace",
    "Create numbers in geometric progression.",
    {
        "start": option(_NUMBER, doc="The first number."),
        "stop": option(_NUMBER, doc="The last number, of the same sign."),
        **_SPACED,
        "dtype": DTYPE,
        "axis": _SPACED_AXIS,
    },
    example="1, 1000, num=4 -> tensor([   1.,   10.,  100., 1000.])",
)

# Windows ----------------------------------------------------------------------------------------

_LENGTH = option(Count(0), doc="The length of the window.")


def _window(name: str, summary: str, formula: str, example: str, **more: Option) -> Operation:
    options = {"x": _LENGTH, **more}
    details = f"At position `n`, from 0, of `N`: {formula}."
    return Operation(name, summary, options, details=details, example=example)


bartlett = _window(
    "bartlett",
    "Bartlett (triangular) window.",
    "`1 - abs(2 * n / (N - 1) - 1)`, a triangle",
    "5 -> tensor([0.0000, 0.5000, 1.0000, 0.5000, 0.0000])",
)
blackman = _window(
    "blackman",
    "Blackman window.",
    "`0.42 - 0.5 * cos(2 * pi * n / (N - 1)) + 0.08 * cos(4 * pi * n / (N - 1))`",
    "ops.blackman(5)[1:4] -> tensor([0.3400, 1.0000, 0.3400])",
)
hamming = _window(
    "hamming",
    "Hamming window.",
    "`0.54 - 0.46 * cos(2 * pi * n / (N - 1))`",
    "5 -> tensor([0.0800, 0.5400, 1.0000, 0.5400, 0.0800])",
)
hanning = _window(
    "hanning",
    "Hann window.",
    "`0.5 - 0.5 * cos(2 * pi * n / (N - 1))`",
    "5 -> tensor([0.0000, 0.5000, 1.0000, 0.5000, 0.0000])",
)
kaiser = _window(
    "kaiser",
    "Kaiser window.",
    "`I0(beta * sqrt(1 - (2 * n / (N - 1) - 1)^2)) / I0(beta)`, with Bessel's function `I0`",
    "5, 2 -> tensor([0.4387, 0.8348, 1.0000, 0.8348, 0.4387])",
    beta=option(
        Number(), doc="The shape parameter: larger values give a narrower window, 0 gives ones."
    ),
)
