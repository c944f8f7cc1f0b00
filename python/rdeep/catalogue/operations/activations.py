"""Activation functions as operations."""

from __future__ import annotations

from rdeep.catalogue.operations.base import AXIS, Operation, X
from rdeep.catalogue.options import AxesOrNone, Flag, Number, Option, option

_X = {"x": X}


def _activation(
    name: str,
    summary: str,
    example: str,
    formula: str = "",
    references: str = "",
    **more: Option,
) -> Operation:
    options = {"x": X, **more}
    return Operation(
        name, summary, options, details=formula, example=example, references=references
    )


_ALPHA = option(Number(), 1.0, "The scale of negative values.")
_THRESHOLD = option(Number(0.0), 0.5, "Values between it and its negative become 0.")

relu = _activation(
    "relu",
    "Rectified linear unit (ReLU): `max(x, 0)`.",
    "[-2, 0, 0.5, 2] -> tensor([0.0000, 0.0000, 0.5000, 2.0000])",
)
relu6 = _activation(
    "relu6",
    "Rectified linear unit with an upper limit of 6 (ReLU6).",
    "[-2, 0.5, 7] -> tensor([0.0000, 0.5000, 6.0000])",
)
sigmoid = _activation(
    "sigmoid",
    "Sigmoid (logistic) function.",
    "[-2, 0, 2] -> tensor([0.1192, 0.5000, 0.8808])",
    "`1 / (1 + exp(-x))`",
)
sparse_sigmoid = _activation(
    "sparse_sigmoid",
    "Sparse sigmoid: linear between exact bounds of 0 and 1.",
    "[-2, 0, 0.5, 2] -> tensor([0.0000, 0.5000, 0.7500, 1.0000])",
    "0 up to -1, 1 from 1 on, and `(x + 1) / 2` in between.",
)
softplus = _activation(
    "softplus",
    "Softplus: a smooth approximation of ReLU.",
    "[-2, 0, 2] -> tensor([0.1269, 0.6931, 2.1269])",
    "`log(1 + exp(x))`",
)
softsign = _activation(
    "softsign",
    "Softsign: `x / (1 + abs(x))`.",
    "[-2, 0, 2] -> tensor([-0.6667,  0.0000,  0.6667])",
    "`x / (1 + |x|)`",
)
sparse_plus = _activation(
    "sparse_plus",
    "Sparse-plus activation: a smooth ReLU with exact zeros.",
    "[-2, 0, 0.5, 2] -> tensor([0.0000, 0.2500, 0.5625, 2.0000])",
    "0 up to -1, `x` from 1 on, and `(x + 1)^2 / 4` in between.",
)
silu = _activation(
    "silu",
    "Sigmoid linear unit (SiLU, swish): `x * sigmoid(x)`.",
    "[-2, 0, 2] -> tensor([-0.2384,  0.0000,  1.7616])",
    "`x / (1 + exp(-x))`",
)
log_sigmoid = _activation(
    "log_sigmoid",
    "Logarithm of the sigmoid function.",
    "[-2, 0, 2] -> tensor([-2.1269, -0.6931, -0.1269])",
    "`-log(1 + exp(-x))`",
)
hard_sigmoid = _activation(
    "hard_sigmoid",
    "Hard sigmoid: a piecewise linear sigmoid.",
    "[-4, 0, 0.6] -> tensor([0.0000, 0.5000, 0.6000])",
    "`x / 6 + 1 / 2`, limited to 0 and 1.",
)
hard_silu = _activation(
    "hard_silu",
    "Hard SiLU (hard swish): `x * hard_sigmoid(x)`.",
    "[-4, 0, 3] -> tensor([-0., 0., 3.])",
)
hard_tanh = _activation(
    "hard_tanh",
    "Hard tanh: values limited to -1 and 1.",
    "[-2, 0, 0.5, 2] -> tensor([-1.0000,  0.0000,  0.5000,  1.0000])",
)
tanh_shrink = _activation(
    "tanh_shrink",
    "Tanh shrink: `x - tanh(x)`.",
    "[-2, 0, 2] -> tensor([-1.0360,  0.0000,  1.0360])",
)
selu = _activation(
    "selu",
    "Scaled exponential linear unit (SELU).",
    "[-2, 0, 2] -> tensor([-1.5202,  0.0000,  2.1014])",
    "`1.0507 * x`, and `1.0507 * 1.6733 * (exp(x) - 1)` below 0. With LeCun normal weights, "
    "outputs keep mean 0 and variance 1 from layer to layer.",
    references=(
        "Klambauer, G., Unterthiner, T., Mayr, A. and Hochreiter, S. (2017). Self-normalizing "
        "neural networks. arXiv:1706.02515."
    ),
)
elu = _activation(
    "elu",
    "Exponential linear unit (ELU).",
    "[-2, 0, 2] -> tensor([-0.8647,  0.0000,  2.0000])",
    "`x`, and `alpha * (exp(x) - 1)` below 0.",
    alpha=_ALPHA,
)
celu = _activation(
    "celu",
    "Continuously differentiable exponential linear unit (CELU).",
    "[-2, 0, 2] -> tensor([-0.8647,  0.0000,  2.0000])",
    "`x`, and `alpha * (exp(x / alpha) - 1)` below 0.",
    alpha=option(
        Number(0.0, open_low=True), 1.0, "The scale of negative values: they tend to `-alpha`."
    ),
    references=(
        "Barron, J. T. (2017). Continuously differentiable exponential linear units. "
        "arXiv:1704.07483."
    ),
)
gelu = _activation(
    "gelu",
    "Gaussian error linear unit (GELU).",
    "[-2, 0, 2] -> tensor([-0.0454,  0.0000,  1.9546])",
    "`x * P(X <= x)` for a standard normal `X`.",
    approximate=option(Flag(), True, "Whether to approximate it by a hyperbolic tangent."),
    references=(
        "Hendrycks, D. and Gimpel, K. (2016). Gaussian error linear units (GELUs). "
        "arXiv:1606.08415."
    ),
)
leaky_relu = _activation(
    "leaky_relu",
    "Leaky ReLU: `x`, or `negative_slope * x` below 0.",
    "[-2, 0, 2] -> tensor([-0.4000,  0.0000,  2.0000])",
    negative_slope=option(Number(), 0.2, "The slope of negative values."),
)
squareplus = _activation(
    "squareplus",
    "Squareplus: a smooth approximation of ReLU without exponentials.",
    "[-2, 0, 2] -> tensor([0.4142, 1.0000, 2.4142])",
    "`(x + sqrt(x^2 + b)) / 2`",
    b=option(Number(0.0), 4.0, "The size of the rounded region around 0."),
    references=(
        "Barron, J. T. (2021). Squareplus: a softplus-like algebraic rectifier. arXiv:2112.11687."
    ),
)
soft_shrink = _activation(
    "soft_shrink",
    "Soft shrinkage: values moved towards 0 by a threshold.",
    "[-2, 0, 0.4, 2] -> tensor([-1.5000,  0.0000,  0.0000,  1.5000])",
    threshold=_THRESHOLD,
)
hard_shrink = _activation(
    "hard_shrink",
    "Hard shrinkage: values within a threshold of 0 set to 0.",
    "[-2, 0, 0.4, 2] -> tensor([-2.,  0.,  0.,  2.])",
    threshold=_THRESHOLD,
)
threshold = Operation(
    "threshold",
    "Threshold: values up to a threshold replaced by another value.",
    {
        "x": X,
        "threshold": option(Number(), doc="The threshold."),
        "default_value": option(
            Number(), doc="The value that replaces values up to the threshold."
        ),
    },
    example=(
        "[-2, 0, 2], threshold=0.2, default_value=-1 -> tensor([-1, -1,  2], dtype=torch.int32)"
    ),
)
glu = Operation(
    "glu",
    "Gated linear unit (GLU): one half of an axis times the sigmoid of the other.",
    {"x": X, "axis": AXIS},
    details="The axis must have an even size.",
    example="[1, 2, 0, 0] -> tensor([0.5000, 1.0000])",
    references=(
        "Dauphin, Y. N., Fan, A., Auli, M. and Grangier, D. (2017). Language modeling with "
        "gated convolutional networks. arXiv:1612.08083."
    ),
)
softmax = Operation(
    "softmax",
    "Softmax: probabilities from logits along an axis.",
    {
        "x": X,
        "axis": option(AxesOrNone(), -1, "The axis or axes; with `None` all values together."),
    },
    details="`exp(x) / sum(exp(x))`",
    example="[1, 2, 3] -> tensor([0.0900, 0.2447, 0.6652])",
)
log_softmax = Operation(
    "log_softmax",
    "Log-softmax: log-probabilities from logits along an axis.",
    {
        "x": X,
        "axis": option(AxesOrNone(), -1, "The axis or axes; with `None` all values together."),
    },
    example="[1, 2, 3] -> tensor([-2.4076, -1.4076, -0.4076])",
)
sparsemax = Operation(
    "sparsemax",
    "Sparsemax: sparse probabilities from logits along an axis.",
    {"x": X, "axis": AXIS},
    details=(
        "The Euclidean projection onto the probability simplex. In Keras 3.15 the results "
        "do not sum to 1; here they do."
    ),
    example="[1, 2, 0.5] -> tensor([0., 1., 0.])",
    references=(
        "Martins, A. F. T. and Astudillo, R. F. (2016). From softmax to sparsemax. "
        "arXiv:1602.02068."
    ),
)
erf = Operation(
    "erf", "Error function.", _X, example="[-1, 0, 1] -> tensor([-0.8427,  0.0000,  0.8427])"
)
erfinv = Operation(
    "erfinv",
    "Inverse error function.",
    _X,
    example="[-0.5, 0, 0.5] -> tensor([-0.4769,  0.0000,  0.4769])",
)
