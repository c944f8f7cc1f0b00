"""Operations on tensors as such: types, parts of them, and the order of their axes."""

from __future__ import annotations

from rdeep.catalogue.operations.base import SHAPE, Operation, X
from rdeep.catalogue.operations.kinds import NamedRest
from rdeep.catalogue.options import (
    Anything,
    Axis,
    Choice,
    Count,
    DType,
    Extents,
    Flag,
    Lengths,
    Operand,
    Starts,
    Text,
    option,
)

_DTYPE = option(DType(), doc="The type of the result.")
_SEGMENTS = {
    "data": option(Operand(), doc="The values."),
    "segment_ids": option(Operand(), doc="The number of each value's segment; below 0 for none."),
    "num_segments": option(
        Count(), None, "How many segments there are; by default up to the last one with values."
    ),
    "sorted": option(Flag(), False, "Whether the numbers rise; it makes no difference here."),
}
_STARTS = option(Starts(), doc="Where the part begins along each axis.")

cast = Operation(
    "cast",
    "The values as another type.",
    {"x": X, "dtype": _DTYPE},
    example='op_cast(1:3, "float32")',
)
saturate_cast = Operation(
    "saturate_cast",
    "The values as another type; those out of its range become the nearest in it.",
    {"x": X, "dtype": _DTYPE},
    example='op_saturate_cast(c(-5, 300), "uint8")',
)
convert_to_tensor = Operation(
    "convert_to_tensor",
    "A tensor of an array or of numbers.",
    {
        "x": X,
        "dtype": option(DType(), None, "The type of the result."),
        "sparse": option(Flag(), None, "Whether it may be sparse; it never is."),
        "ragged": option(Flag(), None, "Whether it may be ragged; it never is."),
    },
    details="Numbers of 64 bits become numbers of 32 bits unless `dtype` says otherwise.",
    example="op_convert_to_tensor(matrix(1:4, 2))",
)
convert_to_numpy = Operation(
    "convert_to_numpy",
    "An array of a tensor's values.",
    {"x": X},
    returns="An array.",
    example="op_convert_to_numpy(op_convert_to_tensor(1:3))",
)
convert_to_array = Operation(
    "convert_to_array",
    "An array of a tensor's values.",
    {"x": X},
    returns="An array.",
    example="op_convert_to_array(op_convert_to_tensor(1:3))",
)
is_tensor = Operation(
    "is_tensor",
    "Whether something is a tensor.",
    {"x": option(Anything(), doc="Anything.")},
    returns="True or False.",
    example="op_is_tensor(op_convert_to_tensor(1:3))",
)
shape = Operation(
    "shape",
    "The shape of a tensor.",
    {"x": X},
    returns="Whole numbers.",
    example="op_shape(matrix(1:6, 2))",
)
dtype = Operation(
    "dtype",
    "The type of a tensor's values.",
    {"x": X},
    returns="A string.",
    example="op_dtype(c(1.5, 2))",
)
stop_gradient = Operation(
    "stop_gradient",
    "The tensor itself, through which no gradient flows.",
    {"variable": option(Operand(), doc="A tensor.")},
    example="op_stop_gradient(c(1, 2))",
)
unstack = Operation(
    "unstack",
    "The slices along an axis.",
    {
        "x": X,
        "num": option(Count(), None, "How many there are, where that is not known."),
        "axis": option(Axis(), 0, "The axis, which goes."),
    },
    returns="A list of tensors.",
    example="op_unstack(matrix(1:4, 2))",
)
scatter = Operation(
    "scatter",
    "Zeros with values added at positions.",
    {
        "indices": option(Operand(), doc="The positions: the last axis holds one for each axis."),
        "values": option(Operand(), doc="The values; several at one position are added."),
        "shape": SHAPE,
    },
    example="op_scatter(rbind(1, 3), c(5, 7), shape = 4)",
    positions=("indices",),
)
scatter_update = Operation(
    "scatter_update",
    "A tensor with other values at positions.",
    {
        "inputs": option(Operand(), doc="The tensor."),
        "indices": option(Operand(), doc="The positions: the last axis holds one for each axis."),
        "updates": option(Operand(), doc="The values."),
        "reduction": option(
            Choice("add", "max", "min", "mul"),
            None,
            "How they are combined with what is there; by default they replace it.",
        ),
    },
    example="op_scatter_update(c(1, 2, 3), rbind(1, 3), c(5, 7))",
    positions=("indices",),
)
slice = Operation(
    "slice",
    "The part of a tensor that begins at a position and has a shape.",
    {
        "inputs": option(Operand(), doc="The tensor."),
        "start_indices": _STARTS,
        "shape": option(Extents(), doc="The part's shape; -1 for all that follows."),
    },
    example="op_slice(matrix(1:9, 3), c(2, 1), shape = c(2, 2))",
    positions=("start_indices",),
)
slice_update = Operation(
    "slice_update",
    "A tensor with another part from a position on.",
    {
        "inputs": option(Operand(), doc="The tensor."),
        "start_indices": _STARTS,
        "updates": option(Operand(), doc="The part, with as many axes."),
    },
    example="op_slice_update(matrix(0, 3, 3), c(2, 1), matrix(1, 2, 2))",
    positions=("start_indices",),
)
segment_sum = Operation(
    "segment_sum",
    "The sum of each segment of values.",
    _SEGMENTS,
    example="op_segment_sum(c(1, 2, 10, 20), c(1, 1, 2, 2))",
    positions=("segment_ids",),
    numbered=("segment_ids",),
)
segment_max = Operation(
    "segment_max",
    "The largest value of each segment.",
    _SEGMENTS,
    details="A segment without values has the smallest number that there is.",
    example="op_segment_max(c(1, 2, 10, 20), c(1, 1, 2, 2))",
    positions=("segment_ids",),
    numbered=("segment_ids",),
)
rearrange = NamedRest(
    "rearrange",
    "A tensor with its axes in another order, split and joined.",
    {
        "tensor": option(Operand(), doc="The tensor."),
        "pattern": option(
            Text(),
            doc="The names of the axes before and after an arrow, those in brackets being one "
            "axis of the tensor, such as `b (h s) c -> b h (s c)`.",
        ),
        "axes_lengths": option(Lengths(), None, "The sizes of axes in brackets, by name."),
    },
    details="The notation of einops (Rogozhnikov, 2022), without repeats and ellipses.",
    example='op_rearrange(matrix(1:12, 2), "a (b c) -> b a c", c = 3)',
)
