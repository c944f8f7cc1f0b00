"""Operations that take functions: conditionals, loops, maps, custom gradients."""

from __future__ import annotations

from rdeep.catalogue.operations.base import Operation
from rdeep.catalogue.operations.kinds import FunctionOf
from rdeep.catalogue.options import (
    Axis,
    Count,
    Exclusions,
    Flag,
    Function,
    Functions,
    Operand,
    Operands,
    Text,
    Tree,
    option,
)

_WHAT = "The function's result."
_SLICES = option(Tree(), doc="A tensor or lists of tensors, of one length along the first axis.")
_ONE_ARGUMENT = option(Function(), doc="A function of a slice.")

cond = Operation(
    "cond",
    "Conditional: call one of two functions.",
    {
        "pred": option(Operand(), doc="A boolean."),
        "true_fn": option(
            Function(), doc="A function without arguments, called if `pred` is true."
        ),
        "false_fn": option(
            Function(), doc="A function without arguments, called if `pred` is false."
        ),
    },
    details="In a network both are computed, and one result is chosen.",
    returns=_WHAT,
    example="True, lambda: ops.array(1), lambda: ops.array(2) -> tensor(1, dtype=torch.int32)",
)
switch = Operation(
    "switch",
    "Call one of several functions, by index.",
    {
        "index": option(Operand(), doc="The index of the function; out of range, the nearest."),
        "branches": option(Functions(), doc="The functions."),
        "operands": option(Operands(), (), "The arguments of the function."),
    },
    details="In a network all are computed, and one result is chosen.",
    returns=_WHAT,
    variadic="operands",
    example="1, [lambda x: x, ops.relu], [-1, 1] -> tensor([0, 1], dtype=torch.int32)",
)
while_loop = Operation(
    "while_loop",
    "Loop while a condition holds.",
    {
        "cond": option(
            Function(), doc="A function of the variables that returns whether to continue."
        ),
        "body": option(Function(), doc="A function of the variables that returns new ones."),
        "loop_vars": option(Tree(), doc="The initial variables, in a list, or a single one."),
        "maximum_iterations": option(Count(0), None, "The largest number of iterations."),
    },
    returns="The variables at the end.",
    example="lambda i: i < 5, lambda i: i + 2, 0 -> tensor(6, dtype=torch.int32)",
)
fori_loop = Operation(
    "fori_loop",
    "Loop over a range of whole numbers.",
    {
        "lower": option(Operand(weak=True), doc="The first number."),
        "upper": option(Operand(weak=True), doc="The end, which is not included."),
        "body_fun": option(
            Function(), doc="A function of the number and the value that returns a new value."
        ),
        "init_val": option(Tree(), doc="The initial value."),
    },
    returns="The value at the end.",
    example="0, 3, lambda i, x: x * 2, 1 -> tensor(8, dtype=torch.int32)",
)
map = Operation(
    "map",
    "Apply a function to each slice along the first axis.",
    {"f": _ONE_ARGUMENT, "xs": _SLICES},
    returns="A tensor, or lists of tensors.",
    example="ops.sum, ops.array([[1.0, 3], [2, 4]]) -> tensor([4., 6.])",
)
vectorized_map = Operation(
    "vectorized_map",
    "Apply a function to all slices along the first axis at once.",
    {"function": _ONE_ARGUMENT, "elements": _SLICES},
    details="The function is called once, with a symbolic slice.",
    returns="A tensor, or lists of tensors.",
    example="ops.sum, ops.array([[1.0, 3], [2, 4]]) -> tensor([4., 6.])",
)
scan = Operation(
    "scan",
    "Scan: apply a function along slices and carry a state.",
    {
        "f": option(
            Function(),
            doc="A function of the state and of a slice; it returns a list of the new state and "
            "of an output.",
        ),
        "init": option(Tree(), doc="The initial state."),
        "xs": option(Tree(), None, "The slices: tensors of one length along the first axis."),
        "length": option(Count(0), None, "The number of steps, if there is no `xs`."),
        "reverse": option(Flag(), False, "Whether to start from the end."),
        "unroll": option(Count(), 1, "The number of steps that TensorFlow may unroll."),
    },
    returns="A list of the final state and of the outputs, stacked.",
    example=(
        "lambda total, x: (total + x, total + x), 0.0, ops.array([1.0, 2, 3])"
        " -> (tensor(6.), tensor([1., 3., 6.]))"
    ),
)
associative_scan = Operation(
    "associative_scan",
    "Parallel prefix scan with an associative function.",
    {
        "f": option(
            Function(), doc="An associative function of two tensors (or lists) of many slices."
        ),
        "elems": option(Tree(), doc="A tensor, or lists of tensors of one length."),
        "reverse": option(Flag(), False, "Whether to start from the end."),
        "axis": option(Axis(), 0, "The axis."),
    },
    details="The number of sequential steps is logarithmic in the length.",
    example="lambda a, b: a + b, ops.array([1.0, 2, 3, 4]) -> tensor([ 1.,  3.,  6., 10.])",
    references=(
        "Blelloch, G. E. (1990). Prefix sums and their applications. Technical report CMU- "
        "CS-90-190."
    ),
)
vectorize = FunctionOf(
    "vectorize",
    "Turn a function of slices into a function of tensors.",
    {
        "pyfunc": option(Function(), doc="The function."),
        "excluded": option(Exclusions(), None, "The arguments that are passed whole."),
        "signature": option(
            Text(), None, "The axes of slices, such as `(n),(n)->()`; single values by default."
        ),
    },
    details="The other axes are broadcast, as in `numpy.vectorize`.",
    returns="A function.",
    example="ops.vectorize(lambda x: x * 2)([1.0, 2, 3]) -> tensor([2., 4., 6.])",
)
custom_gradient = FunctionOf(
    "custom_gradient",
    "Function with a gradient of its own.",
    {
        "f": option(
            Function(),
            doc="A function that returns a list of its value and of a function that computes the "
            "gradients of its arguments from the gradient of its value.",
        )
    },
    returns="A function.",
    example=(
        "f = ops.custom_gradient(lambda x: (ops.relu(x), lambda upstream: upstream))\n"
        "f(ops.array([-1.0, 2.0])) -> tensor([0., 2.])"
    ),
)
jvp = Operation(
    "jvp",
    "Jacobian-vector product: how a function changes in a direction (forward mode).",
    {
        "fun": option(Function(), doc="A function of tensors."),
        "primals": option(Tree(), doc="Its arguments, in a list."),
        "tangents": option(Tree(), doc="The direction: a tensor for each argument."),
        "has_aux": option(
            Flag(), False, "Whether the function returns a list of its value and of other results."
        ),
    },
    returns=(
        "A list of the function's value and its derivative in the direction; with `has_aux`, the "
        "other results follow."
    ),
    example="ops.sin, [ops.array(0.0)], [ops.array(2.0)] -> (tensor(0.), tensor(2.))",
)
