"""Operations that take functions: choices, loops, maps, gradients by hand."""

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

_WHAT = "What the function gives."
_SLICES = option(Tree(), doc="A tensor or lists of tensors, of one length along the first axis.")
_ONE_ARGUMENT = option(Function(), doc="A function of a slice.")

cond = Operation(
    "cond",
    "What one of two functions gives.",
    {
        "pred": option(Operand(), doc="True or False."),
        "true_fn": option(Function(), doc="A function without arguments, called if it is true."),
        "false_fn": option(Function(), doc="Another, called if it is false."),
    },
    details="In a network both are computed, and one is chosen.",
    returns=_WHAT,
    example="op_cond(TRUE, \\() op_relu(c(-1, 1)), \\() op_relu(c(1, -1)))",
)
switch = Operation(
    "switch",
    "What one of several functions gives.",
    {
        "index": option(Operand(), doc="Which; out of range the nearest."),
        "branches": option(Functions(), doc="The functions."),
        "operands": option(Operands(), (), "What the function is called with."),
    },
    details="In a network all are computed, and one is chosen.",
    returns=_WHAT,
    example="op_switch(2, list(\\(x) x, \\(x) op_relu(x)), c(-1, 1))",
    positions=("index",),
    numbered=("index",),
    variadic="operands",
)
while_loop = Operation(
    "while_loop",
    "Variables that a function has changed as long as a condition held.",
    {
        "cond": option(Function(), doc="A function of the variables that says whether to go on."),
        "body": option(Function(), doc="A function of the variables that gives new ones."),
        "loop_vars": option(Tree(), doc="The variables, in a list, or one alone."),
        "maximum_iterations": option(Count(0), None, "How often at most."),
    },
    returns="The variables.",
    example="op_while_loop(\\(i) op_convert_to_array(i) < 5, \\(i) i + 1, 0)",
)
fori_loop = Operation(
    "fori_loop",
    "A value that a function has changed for each number of a range.",
    {
        "lower": option(Operand(weak=True), doc="The first number."),
        "upper": option(Operand(weak=True), doc="The number after the last."),
        "body_fun": option(Function(), doc="A function of a number and of the value."),
        "init_val": option(Tree(), doc="The value before."),
    },
    returns="The value.",
    example="op_fori_loop(0, 3, \\(i, x) x * 2, 1)",
)
map = Operation(
    "map",
    "What a function gives for each slice along the first axis, stacked.",
    {"f": _ONE_ARGUMENT, "xs": _SLICES},
    returns="A tensor, or lists of tensors.",
    example="op_map(matrix(1:4, 2), \\(row) op_relu(row))",
    r_order=("xs", "f"),
)
vectorized_map = Operation(
    "vectorized_map",
    "What a function gives for all slices along the first axis, computed at once.",
    {"function": _ONE_ARGUMENT, "elements": _SLICES},
    details="The function is called once, with something that stands for a slice.",
    returns="A tensor, or lists of tensors.",
    example="op_vectorized_map(matrix(1:4, 2), \\(row) op_relu(row))",
    r_names={"function": "f"},
    r_order=("elements", "function"),
)
scan = Operation(
    "scan",
    "What a function carries along slices, and what it gives at each.",
    {
        "f": option(
            Function(),
            doc="A function of what is carried and of a slice; it gives a list of what is carried "
            "on and of what is kept.",
        ),
        "init": option(Tree(), doc="What is carried at first."),
        "xs": option(Tree(), None, "What it goes along: tensors of one length."),
        "length": option(Count(0), None, "How many slices, if there is no `xs`."),
        "reverse": option(Flag(), False, "Whether to begin at the end."),
        "unroll": option(Count(), 1, "How many steps TensorFlow may compute at a time."),
    },
    returns="A list of what is carried at the end and of what was kept, stacked.",
    example="op_scan(\\(sum, x) list(sum + x, sum + x), 0, c(1, 2, 3))",
)
associative_scan = Operation(
    "associative_scan",
    "All partial results of combining slices by a function.",
    {
        "f": option(
            Function(), doc="An associative function of two tensors (or lists) of many slices."
        ),
        "elems": option(Tree(), doc="A tensor, or lists of tensors of one length."),
        "reverse": option(Flag(), False, "Whether to begin at the end."),
        "axis": option(Axis(), 0, "The axis to go along."),
    },
    details="The number of steps is logarithmic (Blelloch, 1990).",
    example="op_associative_scan(\\(a, b) a + b, c(1, 2, 3, 4))",
)
vectorize = FunctionOf(
    "vectorize",
    "A function of slices as a function of tensors.",
    {
        "pyfunc": option(Function(), doc="The function."),
        "excluded": option(Exclusions(), None, "The arguments that it gets whole."),
        "signature": option(
            Text(), None, "The axes of slices, such as `(n),(n)->()`; single values by default."
        ),
    },
    details="The other axes are stretched to a common shape, as in `numpy.vectorize`.",
    returns="A function.",
    example="relu <- op_vectorize(\\(x) op_relu(x))\nrelu(c(-1, 2))",
    r_names={"pyfunc": "func"},
)
custom_gradient = FunctionOf(
    "custom_gradient",
    "A function whose gradient is the one that it gives itself.",
    {
        "f": option(
            Function(),
            doc="A function that gives a list of its value and of a function, which makes the "
            "gradients of its arguments from the gradient of its value.",
        )
    },
    returns="A function.",
    example=(
        "straight <- op_custom_gradient(\\(x) list(op_relu(x), \\(upstream) upstream))\n"
        "straight(c(-1, 2))"
    ),
)
