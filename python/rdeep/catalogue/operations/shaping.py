"""Other shapes and orders of the same values."""

from __future__ import annotations

from rdeep.catalogue.operations.base import DTYPE, SHAPE, XS, Operation, X
from rdeep.catalogue.options import (
    Axes,
    Axis,
    Choice,
    Extents,
    Operand,
    Operands,
    Option,
    PadWidths,
    Repeats,
    Splits,
    Whole,
    Wholes,
    option,
)


def _shape(name: str, summary: str, example: str, details: str = "", **more: Option) -> Operation:
    options = {"x": X, **more}
    return Operation(name, summary, options, details=details, example=example)


size = Operation(
    "size",
    "Number of values in a tensor.",
    {"x": X},
    returns="A number.",
    example="[[1, 3, 5], [2, 4, 6]] -> 6",
)
ndim = Operation(
    "ndim",
    "Number of axes of a tensor.",
    {"x": X},
    returns="A number.",
    example="[[1, 3, 5], [2, 4, 6]] -> 2",
)

# Shapes -----------------------------------------------------------------------------------------

_ROWS = "Values are taken in row-major order: the last axis varies fastest."

reshape = _shape(
    "reshape",
    "Reshape a tensor.",
    "[1.0, 2, 3, 4, 5, 6], (2, 3) -> tensor([[1., 2., 3.],\n        [4., 5., 6.]])",
    f"{_ROWS} One size may be -1: it is inferred from the others.",
    newshape=option(Extents(), doc="The new shape."),
)
ravel = _shape(
    "ravel",
    "Flatten a tensor to one axis.",
    "[[1.0, 2], [3, 4]] -> tensor([1., 2., 3., 4.])",
    _ROWS,
)
broadcast_to = _shape(
    "broadcast_to",
    "Broadcast a tensor to a shape.",
    "[1.0, 2, 3], (2, 3) -> tensor([[1., 2., 3.],\n        [1., 2., 3.]])",
    "Axes of size 1 are repeated, and missing leading axes are added.",
    shape=SHAPE,
)
expand_dims = _shape(
    "expand_dims",
    "Insert axes of size 1.",
    "[1.0, 2, 3], axis=0 -> tensor([[1., 2., 3.]])",
    axis=option(Axes(), doc="The positions of the new axes in the result."),
)
squeeze = _shape(
    "squeeze",
    "Remove axes of size 1.",
    "[[[1.0, 2, 3]]] -> tensor([1., 2., 3.])",
    axis=option(Axes(), None, "The axes to remove; all of size 1 by default."),
)

view = _shape(
    "view",
    "The bytes of a tensor, read as another type.",
    '[1.0, -2], "int32" -> tensor([ 1065353216, -1073741824], dtype=torch.int32)',
    "The last axis becomes longer where the type is smaller, and shorter where it is larger. "
    "There is no gradient.",
    dtype=DTYPE,
)

# Orders of axes ---------------------------------------------------------------------------------

transpose = _shape(
    "transpose",
    "Transpose a tensor: permute its axes.",
    "[[1.0, 3, 5], [2, 4, 6]] -> tensor([[1., 2.],\n        [3., 4.],\n        [5., 6.]])",
    axes=option(Axes(), None, "The permutation of the axes; reversed by default."),
)
swapaxes = _shape(
    "swapaxes",
    "Swap two axes.",
    ("[[1.0, 3, 5], [2, 4, 6]], 0, 1 -> tensor([[1., 2.],\n        [3., 4.],\n        [5., 6.]])"),
    axis1=option(Axis(), doc="The first axis."),
    axis2=option(Axis(), doc="The second axis."),
)
moveaxis = _shape(
    "moveaxis",
    "Move axes to other positions.",
    "ops.moveaxis(ops.zeros((1, 2, 3)), 0, 2).shape -> torch.Size([2, 3, 1])",
    source=option(Axes(), doc="The axes to move."),
    destination=option(Axes(), doc="Their new positions."),
)
flip = _shape(
    "flip",
    "Reverse the order of values along axes.",
    "[1.0, 2, 3] -> tensor([3., 2., 1.])",
    axis=option(Axes(), None, "The axes to reverse; all by default."),
)
fliplr = _shape(
    "fliplr",
    "Reverse the order of values along the second axis (left to right).",
    "[[1.0, 2], [3, 4]] -> tensor([[2., 1.],\n        [4., 3.]])",
)
flipud = _shape(
    "flipud",
    "Reverse the order of values along the first axis (upside down).",
    "[[1.0, 2], [3, 4]] -> tensor([[3., 4.],\n        [1., 2.]])",
)
rot90 = Operation(
    "rot90",
    "Rotate a tensor by 90 degrees in the plane of two axes.",
    {
        "array": X,
        "k": option(Whole(), 1, "The number of quarter turns."),
        "axes": option(
            Axes(),
            (0, 1),
            "The two axes of the plane: the rotation is from the first to the second.",
        ),
    },
    example="[[1.0, 2], [3, 4]] -> tensor([[2., 4.],\n        [1., 3.]])",
)
roll = _shape(
    "roll",
    "Roll values along axes, with wrap-around.",
    "[1.0, 2, 3, 4, 5], 2 -> tensor([4., 5., 1., 2., 3.])",
    "Values that leave at the end re-enter at the start.",
    shift=option(Wholes(), doc="The number of positions, for each axis or for all."),
    axis=option(Axes(), None, "The axes; by default the tensor is flattened first."),
)

# Joining and splitting --------------------------------------------------------------------------

_JOINED_AXIS = option(Axis(), 0, "The axis to concatenate along.")

concatenate = Operation(
    "concatenate",
    "Concatenate tensors along an axis.",
    {"xs": XS, "axis": _JOINED_AXIS},
    details="The tensors must agree in size along all other axes.",
    example="[[1.0, 2], [3]] -> tensor([1., 2., 3.])",
)
append = Operation(
    "append",
    "Append a tensor to another along an axis.",
    {
        "x1": option(Operand(), doc="The first tensor."),
        "x2": option(Operand(), doc="The second tensor."),
        "axis": option(Axis(), None, "The axis; by default both tensors are flattened first."),
    },
    example="[1.0, 2, 3], [4, 5] -> tensor([1., 2., 3., 4., 5.])",
)
stack = Operation(
    "stack",
    "Stack tensors along a new axis.",
    {
        "x": option(Operands(), doc="Tensors or arrays of one shape, in a list."),
        "axis": option(Axis(), 0, "The position of the new axis in the result."),
    },
    example="[[1.0, 2, 3], [4, 5, 6]] -> tensor([[1., 2., 3.],\n        [4., 5., 6.]])",
)
hstack = Operation(
    "hstack",
    "Stack tensors horizontally (along the second axis).",
    {"xs": XS},
    details="Along the second axis; vectors along their only axis.",
    example="[[[1.0], [2]], [[3], [4]]] -> tensor([[1., 3.],\n        [2., 4.]])",
)
vstack = Operation(
    "vstack",
    "Stack tensors vertically (along the first axis).",
    {"xs": XS},
    details="Along the first axis; vectors become rows.",
    example="[[1.0, 2], [3, 4]] -> tensor([[1., 2.],\n        [3., 4.]])",
)
dstack = Operation(
    "dstack",
    "Stack tensors along the third axis.",
    {"xs": XS},
    details="Vectors and matrices get a third axis of size 1 first.",
    example="[[1.0, 2], [3, 4]] -> tensor([[[1., 3.],\n         [2., 4.]]])",
)
split = _shape(
    "split",
    "Split a tensor into parts along an axis.",
    "[1.0, 2, 3], [1] -> [tensor([1.]), tensor([2., 3.])]",
    indices_or_sections=option(
        Splits(),
        doc="The number of equal parts; or, as several numbers, the positions where the parts "
        "after the first begin.",
    ),
    axis=option(Axis(), 0, "The axis to split."),
)
split.returns = "A list of tensors."
array_split = _shape(
    "array_split",
    "Split a tensor into parts of nearly equal size along an axis.",
    "[1.0, 2, 3], 2 -> [tensor([1., 2.]), tensor([3.])]",
    indices_or_sections=option(
        Splits(),
        doc="The number of parts, the first of which may be larger by one; or, as several numbers, "
        "the positions where the parts after the first begin.",
    ),
    axis=option(Axis(), 0, "The axis to split."),
)
_SECTIONS = option(
    Splits(),
    doc="The number of equal parts; or, as several numbers, the positions where the parts after "
    "the first begin.",
)
hsplit = _shape(
    "hsplit",
    "Split a tensor horizontally (along the second axis).",
    "[[1.0, 2]], 2 -> [tensor([[1.]]), tensor([[2.]])]",
    "Vectors are split along their only axis.",
    indices_or_sections=_SECTIONS,
)
vsplit = _shape(
    "vsplit",
    "Split a tensor vertically (along the first axis).",
    "[[1.0], [2]], 2 -> [tensor([[1.]]), tensor([[2.]])]",
    indices_or_sections=_SECTIONS,
)
dsplit = _shape(
    "dsplit",
    "Split a tensor along the third axis.",
    "[[[1.0, 2]]], 2 -> [tensor([[[1.]]]), tensor([[[2.]]])]",
    indices_or_sections=_SECTIONS,
)
for _each in (array_split, hsplit, vsplit, dsplit):
    _each.returns = "A list of tensors."
repeat = _shape(
    "repeat",
    "Repeat each value.",
    "[1.0, 2, 3], 2 -> tensor([1., 1., 2., 2., 3., 3.])",
    repeats=option(Wholes(0), doc="The number of repetitions, for all values or for each."),
    axis=option(Axis(), None, "The axis; by default the tensor is flattened first."),
)
tile = _shape(
    "tile",
    "Tile a tensor: repeat it as a whole.",
    "[1.0, 2, 3], 2 -> tensor([1., 2., 3., 1., 2., 3.])",
    repeats=option(
        Repeats(),
        doc="The number of repetitions along each axis; of the last axes if there are fewer.",
    ),
)
pad = _shape(
    "pad",
    "Pad a tensor.",
    "[1.0, 2, 3], [(1, 2)] -> tensor([0., 1., 2., 3., 0., 0.])",
    pad_width=option(
        PadWidths(),
        doc=(
            "The number of values before and after each axis: a pair for each, or one pair or "
            "number for all."
        ),
    ),
    mode=option(
        Choice("constant", "reflect", "symmetric"),
        "constant",
        "Whether to pad with a constant, or with the values mirrored at the last value "
        '(`"reflect"`) or just beyond it (`"symmetric"`).',
    ),
    constant_values=option(Operand(weak=True), None, "The constant; 0 by default."),
)

# Diagonals and triangles ------------------------------------------------------------------------

_WHICH = option(
    Whole(),
    0,
    "The diagonal: 0 is the main one, positive numbers are above it, negative ones below.",
)
_FIRST = option(Axis(), 0, "The axis of the matrices' rows.")
_SECOND = option(Axis(), 1, "The axis of the matrices' columns.")

diag = _shape(
    "diag",
    "Diagonal of a matrix, or diagonal matrix of a vector.",
    "[[1.0, 2], [3, 4]] -> tensor([1., 4.])",
    k=_WHICH,
)
diagflat = _shape(
    "diagflat",
    "Diagonal matrix of all values.",
    "[1.0, 2] -> tensor([[1., 0.],\n        [0., 2.]])",
    k=_WHICH,
)
diagonal = _shape(
    "diagonal",
    "Diagonals of matrices.",
    "[[1.0, 2], [3, 4]] -> tensor([1., 4.])",
    "The diagonals are along a new last axis.",
    offset=_WHICH,
    axis1=_FIRST,
    axis2=_SECOND,
)
trace = _shape(
    "trace",
    "Trace: the sum of a matrix's diagonal.",
    "[[1.0, 2], [3, 4]] -> tensor(5.)",
    "Booleans and small integers are summed as 32-bit integers.",
    offset=_WHICH,
    axis1=_FIRST,
    axis2=_SECOND,
)
tril = _shape(
    "tril",
    "Lower triangle of a matrix.",
    "[[1.0, 2], [3, 4]] -> tensor([[1., 0.],\n        [3., 4.]])",
    k=_WHICH,
)
triu = _shape(
    "triu",
    "Upper triangle of a matrix.",
    "[[1.0, 2], [3, 4]] -> tensor([[1., 2.],\n        [0., 4.]])",
    k=_WHICH,
)
meshgrid = Operation(
    "meshgrid",
    "Coordinate grids from vectors of coordinates.",
    {
        "x": option(Operands(), doc="The coordinates along each axis, as vectors."),
        "indexing": option(
            Choice("xy", "ij"),
            "xy",
            'Whether the first coordinates vary along the columns (`"xy"`) or along the rows '
            '(`"ij"`).',
        ),
    },
    returns="A list of tensors, one for each axis.",
    variadic="x",
    example=(
        "[1.0, 2.0], [3.0, 4.0] -> [tensor([[1., 2.],\n"
        "        [1., 2.]]), tensor([[3., 3.],\n"
        "        [4., 4.]])]"
    ),
)
