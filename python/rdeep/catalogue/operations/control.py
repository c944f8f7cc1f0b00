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
    Tree,
    option,
)

_DTYPE = option(DType(), doc="The data type of the result.")
_SEGMENTS = {
    "data": option(Operand(), doc="The values."),
    "segment_ids": option(Operand(), doc="The segment index of each value; below 0 for none."),
    "num_segments": option(
        Count(), None, "The number of segments; by default up to the last one with values."
    ),
    "sorted": option(Flag(), False, "Whether the indices are sorted; it makes no difference."),
}
_STARTS = option(Starts(), doc="The start index along each axis.")

cast = Operation(
    "cast",
    "Cast a tensor to another data type.",
    {"x": X, "dtype": _DTYPE},
    example='[1, 2, 3], "float32" -> tensor([1., 2., 3.])',
)
saturate_cast = Operation(
    "saturate_cast",
    "Cast a tensor to another data type, clipping to its range.",
    {"x": X, "dtype": _DTYPE},
    example='[-5, 300], "uint8" -> tensor([  0, 255], dtype=torch.uint8)',
)
convert_to_tensor = Operation(
    "convert_to_tensor",
    "Convert an array or numbers to a tensor.",
    {
        "x": X,
        "dtype": option(DType(), None, "The data type of the result."),
        "sparse": option(Flag(), None, "Whether the result may be sparse; it never is."),
        "ragged": option(Flag(), None, "Whether the result may be ragged; it never is."),
    },
    details="Numbers of 64 bits become numbers of 32 bits unless `dtype` says otherwise.",
    example="[[1, 2], [3, 4]] -> tensor([[1, 2],\n        [3, 4]], dtype=torch.int32)",
)
convert_to_numpy = Operation(
    "convert_to_numpy",
    "Convert a tensor to an array.",
    {"x": X},
    returns="An array.",
    example="ops.array([1, 2, 3]) -> array([1, 2, 3], dtype=int32)",
)
convert_to_array = Operation(
    "convert_to_array",
    "Convert a tensor to an array.",
    {"x": X},
    returns="An array.",
    example="ops.array([1, 2, 3]) -> array([1, 2, 3], dtype=int32)",
)
is_tensor = Operation(
    "is_tensor",
    "Test whether an object is a tensor.",
    {"x": option(Anything(), doc="An object.")},
    returns="A boolean.",
    example="ops.array([1, 2, 3]) -> True",
)
shape = Operation(
    "shape",
    "Shape of a tensor.",
    {"x": X},
    returns="A tensor of integers.",
    example="[[1, 3, 5], [2, 4, 6]] -> (2, 3)",
)
dtype = Operation(
    "dtype",
    "Data type of a tensor.",
    {"x": X},
    returns="A string.",
    example="[1.5, 2] -> 'float32'",
)
stop_gradient = Operation(
    "stop_gradient",
    "Stop the gradient: the tensor as a constant.",
    {"variable": option(Operand(), doc="A tensor.")},
    example="[1.0, 2] -> tensor([1., 2.])",
)
gradients = Operation(
    "gradients",
    "Gradients of a tensor with respect to others, within a network or a loss.",
    {
        "y": option(Operand(), doc="A tensor computed from `x`; of several values the sum."),
        "x": option(
            Tree(),
            doc="A tensor of floats, or a list of them, with respect to which gradients are.",
        ),
    },
    returns="A tensor shaped as `x`, or a list of them.",
    details="The gradient is a tensor like others: a loss may be made of it, such as the gradient "
    "penalty of a Wasserstein GAN, which training then differentiates again. Where `y` was "
    "computed by layers with weights, their weights are the same here. On tensors of torch, `y` "
    "must have been computed from an `x` that requires a gradient; TensorFlow's need a "
    "`tf.function`.",
    example=(
        "from rdeep import Input\nx = Input((3,))\nops.gradients(ops.sum(x ** 2), x) -> "
        "<SymbolicTensor shape=(None, 3) dtype=float32>"
    ),
)
unstack = Operation(
    "unstack",
    "Unstack a tensor into slices along an axis.",
    {
        "x": X,
        "num": option(Count(), None, "The number of slices, if the size of the axis is unknown."),
        "axis": option(Axis(), 0, "The axis to unstack."),
    },
    returns="A list of tensors.",
    example="[[1.0, 3], [2, 4]] -> [tensor([1., 3.]), tensor([2., 4.])]",
)
scatter = Operation(
    "scatter",
    "Scatter values into a tensor of zeros, by index.",
    {
        "indices": option(
            Operand(), doc="The indices: the last axis holds one for each axis of the result."
        ),
        "values": option(Operand(), doc="The values; several at one index are added."),
        "shape": SHAPE,
    },
    example="[[0.0], [2]], [5, 7], shape=(4,) -> tensor([5, 0, 7, 0], dtype=torch.int32)",
)
scatter_update = Operation(
    "scatter_update",
    "Update a tensor at given indices.",
    {
        "inputs": option(Operand(), doc="The tensor."),
        "indices": option(
            Operand(), doc="The indices: the last axis holds one for each axis of the result."
        ),
        "updates": option(Operand(), doc="The values."),
        "reduction": option(
            Choice("add", "max", "min", "mul"),
            None,
            "How updates are combined with the values; by default they replace them.",
        ),
    },
    example="[1.0, 2, 3], [[0], [2]], [5, 7] -> tensor([5., 2., 7.])",
)
slice = Operation(
    "slice",
    "Slice of a tensor, by start and shape.",
    {
        "inputs": option(Operand(), doc="The tensor."),
        "start_indices": _STARTS,
        "shape": option(Extents(), doc="The shape of the slice; -1 for all that follows."),
    },
    example="[1.0, 2, 3, 4], (1,), shape=(2,) -> tensor([2., 3.])",
)
slice_update = Operation(
    "slice_update",
    "Update a slice of a tensor.",
    {
        "inputs": option(Operand(), doc="The tensor."),
        "start_indices": _STARTS,
        "updates": option(Operand(), doc="The new slice, with as many axes as the tensor."),
    },
    example="[0.0, 0, 0, 0], (1,), [5, 7] -> tensor([0., 5., 7., 0.])",
)
segment_sum = Operation(
    "segment_sum",
    "Sum of values by segment.",
    _SEGMENTS,
    example="[1.0, 2, 10, 20], [0, 0, 1, 1] -> tensor([ 3., 30.])",
)
segment_max = Operation(
    "segment_max",
    "Maximum of values by segment.",
    _SEGMENTS,
    details="A segment without values gives the smallest number of its type.",
    example="[1.0, 2, 10, 20], [0, 0, 1, 1] -> tensor([ 2., 20.])",
)
rearrange = NamedRest(
    "rearrange",
    "Rearrange axes by an einops pattern.",
    {
        "tensor": option(Operand(), doc="The tensor."),
        "pattern": option(
            Text(),
            doc="The names of the axes before and after an arrow; those in brackets are one "
            "axis of the tensor, such as `b (h s) c -> b h (s c)`.",
        ),
        "axes_lengths": option(Lengths(), None, "The sizes of axes in brackets, by name."),
    },
    details="The notation of einops, without repeats and ellipses.",
    example=(
        '[[1.0, 2, 3, 4]], "a (b c) -> a c b", c=2 -> tensor([[[1., 3.],\n         [2., 4.]]])'
    ),
    references=(
        "Rogozhnikov, A. (2022). Einops: clear and reliable tensor manipulations with "
        "Einstein-like notation. ICLR."
    ),
)
segment_min = Operation(
    "segment_min",
    "Minimum of values by segment.",
    _SEGMENTS,
    details="A segment without values gives the largest number of its type.",
    example="[1.0, 2, 10, 20], [0, 0, 1, 1] -> tensor([ 1., 10.])",
)
segment_prod = Operation(
    "segment_prod",
    "Product of values by segment.",
    _SEGMENTS,
    details="A segment without values gives 1.",
    example="[1.0, 2, 10, 20], [0, 0, 1, 1] -> tensor([  2., 200.])",
)
