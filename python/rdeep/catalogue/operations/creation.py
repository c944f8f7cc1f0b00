"""Tensors from nothing but a shape, a range or numbers."""

from __future__ import annotations

import math
from typing import Any

from rdeep.catalogue.operations.base import DTYPE, SHAPE, Operation, X
from rdeep.catalogue.options import Axis, Count, Flag, Number, Operand, Option, Whole, option

_FILLING = option(Operand(weak=True), doc="The value.")
_NUMBER = Operand(weak=True)


def end_included(start: Any, stop: Any, step: Any) -> Any:
    """Return where a range must stop, that leaves its end out, to reach it if a step falls on it.

    Parameters
    ----------
    start, stop, step : int or float
        The range.

    Examples
    --------
    >>> end_included(1, 7, 3), end_included(1, 6, 3)
    (8, 5)
    """
    # A little more than the quotient: 0.3 / 0.1 is just below 3.
    last = start + math.floor((stop - start) / step + 1e-10) * step
    if all(isinstance(each, int) for each in (start, step)):
        return last + (1 if step > 0 else -1)
    return last + step / 2


array = Operation(
    "array", "A tensor of values.", {"x": X, "dtype": DTYPE}, example="op_array(c(1, 2, 3))"
)
copy = Operation("copy", "A copy.", {"x": X}, example="op_copy(c(1, 2, 3))")

# Of one value -----------------------------------------------------------------------------------


def _shaped(name: str, summary: str, **more: Option) -> Operation:
    value = ", 7" if more else ""
    options = {"shape": SHAPE, **more, "dtype": DTYPE}
    details = "Float32, unless a type is given."
    example = f"op_{name}(c(2, 3){value})"
    return Operation(name, summary, options, details=details, example=example)


def _like(name: str, summary: str, **more: Option) -> Operation:
    value = ", 7L" if more else ""
    options = {"x": X, **more, "dtype": DTYPE}
    details = "Of its type too, unless another is given."
    example = f"op_{name}(matrix(1:6, 2){value})"
    return Operation(name, summary, options, details=details, example=example)


full = _shaped("full", "A tensor of one value.", fill_value=_FILLING)
zeros = _shaped("zeros", "A tensor of zeros.")
ones = _shaped("ones", "A tensor of ones.")
empty = _shaped("empty", "A tensor whose values do not matter.")
full_like = _like("full_like", "One value, in the shape of a tensor.", fill_value=_FILLING)
zeros_like = _like("zeros_like", "Zeros in the shape of a tensor.")
ones_like = _like("ones_like", "Ones in the shape of a tensor.")

# Matrices ---------------------------------------------------------------------------------------

_ROWS = option(Count(0), doc="How many rows.")
_COLUMNS = option(Count(0), None, "How many columns; as many as rows by default.")
_DIAGONAL = option(Whole(), 0, "Which diagonal: 0 is the main one, above it are 1, 2 and so on.")

eye = Operation(
    "eye",
    "A matrix with ones on a diagonal.",
    {"N": _ROWS, "M": _COLUMNS, "k": _DIAGONAL, "dtype": DTYPE},
    example="op_eye(3, k = 1)",
)
identity = Operation(
    "identity", "The identity matrix.", {"n": _ROWS, "dtype": DTYPE}, example="op_identity(3)"
)
tri = Operation(
    "tri",
    "A matrix with ones at and below a diagonal.",
    {"N": _ROWS, "M": _COLUMNS, "k": _DIAGONAL, "dtype": DTYPE},
    example="op_tri(3)",
)

# Ranges -----------------------------------------------------------------------------------------

arange = Operation(
    "arange",
    "Numbers at equal distances.",
    {
        "start": option(_NUMBER, doc="The first; without `stop`, the end of a range from 0."),
        "stop": option(_NUMBER, None, "The end."),
        "step": option(_NUMBER, None, "The distance; 1 by default."),
        "dtype": DTYPE,
        "include_end": option(Flag(), False, "Whether the end belongs to them."),
    },
    details="Whole numbers of an integer type where all arguments are such.",
    example="op_arange(1L, 9L, step = 2L)",
)
_SPACED: dict[str, Option] = {
    "num": option(Count(0), 50, "How many."),
    "endpoint": option(Flag(), True, "Whether the end is one of them."),
}
_SPACED_AXIS = option(Axis(), 0, "Where the new axis goes if the ends are tensors.")

linspace = Operation(
    "linspace",
    "As many numbers as asked for, at equal distances.",
    {
        "start": option(_NUMBER, doc="The first."),
        "stop": option(_NUMBER, doc="The last."),
        **_SPACED,
        "retstep": option(Flag(), False, "Whether the distance is returned too."),
        "dtype": DTYPE,
        "axis": _SPACED_AXIS,
    },
    returns="A tensor; with `retstep` a list of it and the distance.",
    example="op_linspace(0, 1, num = 5)",
)
logspace = Operation(
    "logspace",
    "As many numbers as asked for, at equal ratios.",
    {
        "start": option(_NUMBER, doc="The power of the base that is the first."),
        "stop": option(_NUMBER, doc="The power of the base that is the last."),
        **_SPACED,
        "base": option(_NUMBER, 10, "The base."),
        "dtype": DTYPE,
        "axis": _SPACED_AXIS,
    },
    example="op_logspace(0, 3, num = 4)",
)

# Windows ----------------------------------------------------------------------------------------

_LENGTH = option(Count(0), doc="How many values.")


def _window(name: str, whose: str, formula: str, **more: Option) -> Operation:
    beta = ", 14" if more else ""
    return Operation(
        name,
        f"{whose} window.",
        {"x": _LENGTH, **more},
        details=f"With the position n from 0 and N values: {formula}.",
        example=f"op_{name}(5{beta})",
    )


bartlett = _window("bartlett", "Bartlett's", "`1 - abs(2 * n / (N - 1) - 1)`, a triangle")
blackman = _window(
    "blackman",
    "Blackman's",
    "`0.42 - 0.5 * cos(2 * pi * n / (N - 1)) + 0.08 * cos(4 * pi * n / (N - 1))`",
)
hamming = _window("hamming", "Hamming's", "`0.54 - 0.46 * cos(2 * pi * n / (N - 1))`")
hanning = _window("hanning", "Von Hann's", "`0.5 - 0.5 * cos(2 * pi * n / (N - 1))`")
kaiser = _window(
    "kaiser",
    "Kaiser's",
    "`I0(beta * sqrt(1 - (2 * n / (N - 1) - 1)^2)) / I0(beta)`, with Bessel's function `I0`",
    beta=option(Number(), doc="How narrow it is: 0 gives ones."),
)
