"""Other shapes and orders of the same values."""

from __future__ import annotations

from rdeep.catalogue.operations.base import SHAPE, XS, Operation, X
from rdeep.catalogue.options import (
    Axes,
    Axis,
    Choice,
    Extents,
    Operand,
    Operands,
    Option,
    PadWidths,
    Splits,
    Whole,
    Wholes,
    option,
)

_MATRIX = "matrix(1:6, 2)"


def _shape(name: str, summary: str, example: str, details: str = "", **more: Option) -> Operation:
    example = f"op_{name}({example})"
    return Operation(name, summary, {"x": X, **more}, details=details, example=example)


size = Operation(
    "size",
    "How many values there are.",
    {"x": X},
    returns="A number.",
    example=f"op_size({_MATRIX})",
)
ndim = Operation(
    "ndim", "How many axes there are.", {"x": X}, returns="A number.", example=f"op_ndim({_MATRIX})"
)

# Shapes -----------------------------------------------------------------------------------------

_ROWS = "Values are read row by row, the last axis first."

reshape = _shape(
    "reshape",
    "The values in another shape.",
    "1:6, c(2, 3)",
    f"{_ROWS} One size may be -1: it follows from the others.",
    newshape=option(Extents(), doc="The new shape."),
)
ravel = _shape("ravel", "All values in a row.", _MATRIX, _ROWS)
broadcast_to = _shape(
    "broadcast_to",
    "The values, repeated to a shape.",
    "1:3, c(2, 3)",
    "Axes of size 1, and those that are missing at the front, are stretched.",
    shape=SHAPE,
)
expand_dims = _shape(
    "expand_dims",
    "The tensor with further axes of size 1.",
    "1:3, axis = 1",
    axis=option(Axes(), doc="Where the new axes are in the result."),
)
squeeze = _shape(
    "squeeze",
    "The tensor without axes of size 1.",
    "array(1:3, c(1, 3, 1))",
    axis=option(Axes(), None, "Which; all of size 1 by default."),
)

# Orders of axes ---------------------------------------------------------------------------------

transpose = _shape(
    "transpose",
    "The tensor with its axes in another order.",
    _MATRIX,
    axes=option(Axes(), None, "The order; the opposite one by default."),
)
swapaxes = _shape(
    "swapaxes",
    "The tensor with two axes swapped.",
    f"{_MATRIX}, 1, 2",
    axis1=option(Axis(), doc="One."),
    axis2=option(Axis(), doc="The other."),
)
moveaxis = _shape(
    "moveaxis",
    "The tensor with axes in other places; the rest keep their order.",
    "array(1:6, c(1, 2, 3)), 1, 3",
    source=option(Axes(), doc="Where they are."),
    destination=option(Axes(), doc="Where they go."),
)
flip = _shape(
    "flip",
    "The values in the opposite order.",
    "1:3",
    axis=option(Axes(), None, "Along which axes; along all by default."),
)
rot90 = Operation(
    "rot90",
    "The tensor, turned by quarters.",
    {
        "array": X,
        "k": option(Whole(), 1, "How many quarters."),
        "axes": option(Axes(), (0, 1), "The two axes of the plane: from the first to the second."),
    },
    example=f"op_rot90({_MATRIX})",
)
roll = _shape(
    "roll",
    "The values, moved on along axes.",
    "1:5, 2",
    "What leaves at the end comes in at the start.",
    shift=option(Wholes(), doc="By how many places, for each axis or for all."),
    axis=option(Axes(), None, "Along which axes; all values in a row by default."),
)

# Joining and splitting --------------------------------------------------------------------------

_JOINED_AXIS = option(Axis(), 0, "The axis along which they are joined.")
_TWO = "list(matrix(1:4, 2), matrix(5:8, 2))"

concatenate = Operation(
    "concatenate",
    "Tensors joined along an axis.",
    {"xs": XS, "axis": _JOINED_AXIS},
    details="All other axes agree in size.",
    example=f"op_concatenate({_TWO})",
)
append = Operation(
    "append",
    "Two tensors joined along an axis.",
    {
        "x1": option(Operand(), doc="The first."),
        "x2": option(Operand(), doc="The second."),
        "axis": option(Axis(), None, "The axis; by default all values are put in a row."),
    },
    example="op_append(1:3, 4:5)",
)
stack = Operation(
    "stack",
    "Tensors joined along a new axis.",
    {
        "x": option(Operands(), doc="Tensors or arrays of one shape, in a list."),
        "axis": option(Axis(), 0, "Where the new axis is in the result."),
    },
    example="op_stack(list(1:3, 4:6))",
)
hstack = Operation(
    "hstack",
    "Tensors joined side by side.",
    {"xs": XS},
    details="Along the second axis; vectors along their only one.",
    example=f"op_hstack({_TWO})",
)
vstack = Operation(
    "vstack",
    "Tensors joined one below the other.",
    {"xs": XS},
    details="Along the first axis; vectors are rows.",
    example="op_vstack(list(1:3, 4:6))",
)
split = _shape(
    "split",
    "The parts of a tensor.",
    "1:6, c(2, 4)",
    indices_or_sections=option(
        Splits(),
        doc="How many equal parts; or, as several numbers, the positions at which the parts after "
        "the first begin.",
    ),
    axis=option(Axis(), 0, "The axis that is cut."),
)
split.returns = "A list of tensors."
repeat = _shape(
    "repeat",
    "Each value several times.",
    "1:3, 2",
    repeats=option(Wholes(0), doc="How many times, for all or for each."),
    axis=option(Axis(), None, "The axis to go along; all values in a row by default."),
)
tile = _shape(
    "tile",
    "The whole tensor several times.",
    "1:3, 2",
    repeats=option(Wholes(0), doc="How many times along each axis; the last ones if too few."),
)
pad = _shape(
    "pad",
    "The tensor with more around it.",
    "1:3, list(c(1, 2))",
    pad_width=option(
        PadWidths(),
        doc="How much before and after each axis: a pair for each; one pair or number for all.",
    ),
    mode=option(
        Choice("constant", "reflect", "symmetric"),
        "constant",
        "What is put there: one value, or the values in a mirror, which stands on the last value "
        '("reflect") or just behind it ("symmetric").',
    ),
    constant_values=option(Operand(weak=True), None, "The one value; 0 by default."),
)

# Diagonals and triangles ------------------------------------------------------------------------

_WHICH = option(Whole(), 0, "Which diagonal: 0 is the main one, above it are 1, 2 and so on.")
_FIRST = option(Axis(), 0, "The axis of the matrices' rows.")
_SECOND = option(Axis(), 1, "The axis of the matrices' columns.")
_SQUARE = "matrix(1:9, 3)"

diag = _shape("diag", "The diagonal of a matrix, or the matrix of a diagonal.", "1:3", k=_WHICH)
diagflat = _shape("diagflat", "The matrix with all values on its diagonal.", "1:3", k=_WHICH)
diagonal = _shape(
    "diagonal",
    "The diagonals of matrices.",
    _SQUARE,
    "They are along a new last axis.",
    offset=_WHICH,
    axis1=_FIRST,
    axis2=_SECOND,
)
trace = _shape(
    "trace",
    "The sum of the diagonal.",
    _SQUARE,
    "Truths and small whole numbers are added up as 32-bit whole numbers.",
    offset=_WHICH,
    axis1=_FIRST,
    axis2=_SECOND,
)
tril = _shape("tril", "The matrix with zeros above a diagonal.", _SQUARE, k=_WHICH)
triu = _shape("triu", "The matrix with zeros below a diagonal.", _SQUARE, k=_WHICH)
meshgrid = Operation(
    "meshgrid",
    "The coordinates of all points of a grid.",
    {
        "x": option(Operands(), doc="The coordinates along each axis."),
        "indexing": option(
            Choice("xy", "ij"),
            "xy",
            'Whether the first coordinates run along the columns ("xy") or along the rows ("ij").',
        ),
    },
    returns="A list of tensors, one for each axis.",
    example="op_meshgrid(1:2, 1:3)",
    variadic="x",
)
