"""Operations of networks: activations, norms, entropies, encodings, attention."""

from __future__ import annotations

from rdeep.catalogue.operations.base import AXIS, DTYPE, KEEPDIMS, Operation, X
from rdeep.catalogue.options import (
    Axes,
    AxesOrNone,
    Axis,
    AxisOrNone,
    Choice,
    Count,
    Flag,
    Number,
    Operand,
    option,
)

_X = {"x": X}
_VALUES = "c(-2, 0, 0.5, 2)"


def _activation(
    name: str, summary: str, formula: str = "", aliases: tuple[str, ...] = ()
) -> Operation:
    return Operation(
        name, summary, _X, details=formula, example=f"op_{name}({_VALUES})", r_aliases=aliases
    )


def _shaped(name: str, summary: str, formula: str, **options: object) -> Operation:
    return Operation(
        name,
        summary,
        {**_X, **options},  # type: ignore[dict-item]
        details=formula,
        example=f"op_{name}({_VALUES})",
    )


_ALPHA = option(Number(), 1.0, "What negative values are scaled by.")
_THRESHOLD = option(Number(0.0), 0.5, "Values between it and its negative become 0.")
_EPSILON = option(Number(0.0), None, "What keeps a division from being by zero; 1e-7 by default.")
_LOGITS = option(Flag(), False, "Whether `output` holds scores that are not probabilities yet.")
_OUTPUT = option(Operand(), doc="The predicted probabilities, or scores.")
_BLANK = "The class that means no label."

relu = _activation("relu", "The larger of 0 and each value.")
relu6 = _activation("relu6", "Each value, kept within 0 and 6.")
sigmoid = _activation("sigmoid", "The logistic function.", "`1 / (1 + exp(-x))`")
sparse_sigmoid = _activation(
    "sparse_sigmoid", "A line from 0 to 1.", "0 up to -1, 1 from 1 on, and `(x + 1) / 2` between."
)
softplus = _activation("softplus", "A smooth form of the positive part.", "`log(1 + exp(x))`")
softsign = _activation("softsign", "A slow way to -1 and 1.", "`x / (1 + |x|)`")
sparse_plus = _activation(
    "sparse_plus",
    "A positive part with a bend of a parabola.",
    "0 up to -1, `x` from 1 on, and `(x + 1)^2 / 4` between.",
)
silu = _activation("silu", "Each value times its sigmoid.", "`x / (1 + exp(-x))`")
log_sigmoid = _activation("log_sigmoid", "The logarithm of the sigmoid.", "`-log(1 + exp(-x))`")
hard_sigmoid = _activation(
    "hard_sigmoid", "A sigmoid of three lines.", "`x / 6 + 1 / 2`, kept within 0 and 1."
)
hard_silu = _activation("hard_silu", "Each value times its hard sigmoid.", aliases=("hard_swish",))
hard_tanh = _activation("hard_tanh", "Each value, kept within -1 and 1.")
tanh_shrink = _activation("tanh_shrink", "Each value less its hyperbolic tangent.")
selu = _activation(
    "selu",
    "The scaled exponential linear unit.",
    "It keeps means and variances from layer to layer (Klambauer et al., 2017).",
)
elu = _shaped(
    "elu", "The exponential linear unit.", "`x`, and `alpha (exp(x) - 1)` below 0.", alpha=_ALPHA
)
celu = _shaped(
    "celu",
    "The exponential linear unit with a continuous slope.",
    "`x`, and `alpha (exp(x / alpha) - 1)` below 0.",
    alpha=option(Number(0.0, open_low=True), 1.0, "Where negative values level off."),
)
gelu = _shaped(
    "gelu",
    "Each value times the normal distribution function at it.",
    "Hendrycks and Gimpel (2016).",
    approximate=option(Flag(), True, "Whether to compute it by a hyperbolic tangent."),
)
leaky_relu = _shaped(
    "leaky_relu",
    "Each value, times a slope where it is negative.",
    "",
    negative_slope=option(Number(), 0.2, "The slope."),
)
squareplus = _shaped(
    "squareplus",
    "A positive part rounded by a hyperbola.",
    "`(x + sqrt(x^2 + b)) / 2`",
    b=option(Number(0.0), 4.0, "How round it is."),
)
soft_shrink = _shaped(
    "soft_shrink",
    "Each value moved towards 0, and 0 where it is near.",
    "",
    threshold=_THRESHOLD,
)
hard_shrink = _shaped(
    "hard_shrink", "Each value, and 0 where it is near 0.", "", threshold=_THRESHOLD
)
threshold = Operation(
    "threshold",
    "Each value above a threshold, and another value elsewhere.",
    {
        "x": X,
        "threshold": option(Number(), doc="The threshold."),
        "default_value": option(Number(), doc="What values up to the threshold become."),
    },
    example=f"op_threshold({_VALUES}, threshold = 0.2, default_value = -1)",
)
glu = Operation(
    "glu",
    "The first half of an axis times the sigmoid of the second.",
    {"x": X, "axis": AXIS},
    details="Dauphin et al. (2017). The axis must have an even size.",
    example="op_glu(c(1, 2, 3, 4))",
)
softmax = Operation(
    "softmax",
    "Probabilities along an axis.",
    {"x": X, "axis": option(AxesOrNone(), -1, "The axis or axes; `None` for all values.")},
    details="`exp(x) / sum(exp(x))`",
    example="op_softmax(c(1, 2, 3))",
)
log_softmax = Operation(
    "log_softmax",
    "The logarithms of probabilities along an axis.",
    {"x": X, "axis": option(AxesOrNone(), -1, "The axis or axes; `None` for all values.")},
    example="op_log_softmax(c(1, 2, 3))",
)
sparsemax = Operation(
    "sparsemax",
    "Probabilities along an axis, many of them 0.",
    {"x": X, "axis": AXIS},
    details=(
        "The nearest point of the simplex (Martins and Astudillo, 2016). In Keras 3.15 the results "
        "do not sum to 1; here they do."
    ),
    example="op_sparsemax(c(1, 2, 0.5))",
)
erf = Operation("erf", "The error function.", _X, example="op_erf(c(-1, 0, 1))")
erfinv = Operation(
    "erfinv", "Where the error function has a value.", _X, example="op_erfinv(c(-0.5, 0, 0.5))"
)

# Norms -----------------------------------------------------------------------------------------

moments = Operation(
    "moments",
    "The mean and the variance over axes.",
    {
        "x": X,
        "axes": option(Axes(), doc="The axis or axes to go over."),
        "keepdims": KEEPDIMS,
        "synchronized": option(
            Flag(), False, "Whether over all devices; there is one, so it changes nothing."
        ),
    },
    returns="A list of two tensors.",
    example="op_moments(matrix(c(1, 2, 3, 4), 2), axes = 1)",
)
batch_normalization = Operation(
    "batch_normalization",
    "Values less a mean, over a standard deviation, of each feature.",
    {
        "x": X,
        "mean": option(Operand(), doc="The mean of each feature."),
        "variance": option(Operand(), doc="The variance of each feature."),
        "axis": option(Axis(), doc="The axis of the features."),
        "offset": option(Operand(), None, "What is added to each feature."),
        "scale": option(Operand(), None, "What each feature is multiplied by."),
        "epsilon": option(Number(0.0), 0.001, "What is added to the variance."),
    },
    details="`(x - mean) / sqrt(variance + epsilon) * scale + offset`",
    example="op_batch_normalization(matrix(c(1, 2, 3, 4), 2), c(1, 3), c(1, 1), axis = -1)",
)
layer_normalization = Operation(
    "layer_normalization",
    "Values with mean 0 and variance 1 over axes.",
    {
        "x": X,
        "gamma": option(Operand(), None, "What they are multiplied by."),
        "beta": option(Operand(), None, "What is added to them."),
        "axis": option(Axes(), -1, "The axis or axes to go over."),
        "epsilon": _EPSILON,
    },
    details="`(x - mean) / sqrt(variance + epsilon) * gamma + beta` (Ba et al., 2016)",
    example="op_layer_normalization(matrix(c(1, 2, 3, 5), 2))",
)
rms_normalization = Operation(
    "rms_normalization",
    "Values over the root of their mean square over axes.",
    {
        "x": X,
        "scale": option(Operand(), None, "What they are multiplied by."),
        "axis": option(Axes(), -1, "The axis or axes to go over."),
        "epsilon": _EPSILON,
    },
    details="`x / sqrt(mean(x^2) + epsilon) * scale` (Zhang and Sennrich, 2019)",
    example="op_rms_normalization(matrix(c(1, 2, 3, 5), 2))",
)
normalize = Operation(
    "normalize",
    "Values over their norm along an axis.",
    {
        "x": X,
        "axis": option(Axes(), -1, "The axis or axes to go over."),
        "order": option(Count(1), 2, "Which norm."),
        "epsilon": _EPSILON,
    },
    example="op_normalize(matrix(c(3, 1, 4, 1), 2))",
)
psnr = Operation(
    "psnr",
    "The peak signal-to-noise ratio of two signals, in decibels.",
    {
        "x1": option(Operand(), doc="A signal, such as an image."),
        "x2": option(Operand(), doc="Another, of the same shape."),
        "max_val": option(Number(0.0, open_low=True), doc="The largest value that there can be."),
    },
    details="`20 log10(max_val) - 10 log10(mean((x1 - x2)^2))`",
    example="op_psnr(c(0.1, 0.5), c(0.2, 0.4), max_val = 1)",
)

# Entropies and alignments ----------------------------------------------------------------------

binary_crossentropy = Operation(
    "binary_crossentropy",
    "The binary cross-entropy of each value.",
    {
        "target": option(Operand(), doc="The truth, from 0 to 1."),
        "output": _OUTPUT,
        "from_logits": _LOGITS,
    },
    details="`-target log(output) - (1 - target) log(1 - output)`",
    example="op_binary_crossentropy(c(0, 1), c(0.1, 0.8))",
)
categorical_crossentropy = Operation(
    "categorical_crossentropy",
    "The cross-entropy of predicted probabilities with true ones.",
    {
        "target": option(Operand(), doc="The true probabilities."),
        "output": _OUTPUT,
        "from_logits": _LOGITS,
        "axis": option(Axis(), -1, "The axis of the classes."),
    },
    details="`-sum(target log(output))`",
    example="op_categorical_crossentropy(diag(2), matrix(c(0.9, 0.2, 0.1, 0.8), 2))",
)
sparse_categorical_crossentropy = Operation(
    "sparse_categorical_crossentropy",
    "The cross-entropy of predicted probabilities with the numbers of classes.",
    {
        "target": option(Operand(), doc="The numbers of the true classes, from 0."),
        "output": _OUTPUT,
        "from_logits": _LOGITS,
        "axis": option(Axis(), -1, "The axis of the classes."),
    },
    example="op_sparse_categorical_crossentropy(c(0, 1), matrix(c(0.9, 0.2, 0.1, 0.8), 2))",
)
ctc_loss = Operation(
    "ctc_loss",
    "How unlikely label sequences are, summed over all their alignments.",
    {
        "target": option(Operand(), doc="The labels from 0, of shape `(batch, labels)`."),
        "output": option(Operand(), doc="Scores, of shape `(batch, steps, classes)`."),
        "target_length": option(Operand(), doc="How many labels each sample has."),
        "output_length": option(Operand(), doc="How many steps each sample has."),
        "mask_index": option(Axis(), 0, _BLANK),
    },
    details="Connectionist temporal classification (Graves et al., 2006).",
    returns="A number for each sample.",
    example="op_ctc_loss(matrix(1), array(rnorm(6), c(1, 3, 2)), 1, 3)",
)
ctc_decode = Operation(
    "ctc_decode",
    "The likeliest label sequences of a network that was trained by CTC.",
    {
        "inputs": option(Operand(), doc="Scores, of shape `(batch, steps, classes)`."),
        "sequence_lengths": option(Operand(), doc="How many steps each sample has."),
        "strategy": option(
            Choice("greedy", "beam_search"),
            "greedy",
            "Take the best class at each step, or follow several sequences.",
        ),
        "beam_width": option(Count(), 100, "How many sequences are followed."),
        "top_paths": option(Count(), 1, "How many are returned, of those followed."),
        "merge_repeated": option(
            Flag(), True, "Whether a class that follows itself is one label, if greedy."
        ),
        "mask_index": option(AxisOrNone(), 0, f"{_BLANK} `None` for the last."),
    },
    returns=(
        "A list of the labels from 0, of shape `(paths, batch, steps)` with -1 after their ends, "
        "and of the logarithms of their probabilities (greedy: minus the sum of the best scores)."
    ),
    example="op_ctc_decode(array(rnorm(12), c(1, 4, 3)), 4)",
)

# Categories ------------------------------------------------------------------------------------

_CLASSES = option(Count(), doc="How many classes there are.")
_SPARSE = option(Flag(), False, "Must be False: tensors here are dense.")
one_hot = Operation(
    "one_hot",
    "A 1 at each number's position along a new axis.",
    {
        "x": option(Operand(), doc="Whole numbers; one out of range gets no 1."),
        "num_classes": _CLASSES,
        "axis": option(Axis(), -1, "Where the new axis is."),
        "dtype": DTYPE,
        "sparse": _SPARSE,
    },
    example="op_one_hot(c(1, 3), num_classes = 3)",
    positions=("x",),
    numbered=("x",),
)
multi_hot = Operation(
    "multi_hot",
    "A 1 at the position of each number of a row.",
    {
        "inputs": option(Operand(), doc="Whole numbers from 0, some for each sample."),
        "num_classes": _CLASSES,
        "axis": option(Axis(), -1, "Where the classes are."),
        "dtype": DTYPE,
        "sparse": _SPARSE,
    },
    example="op_multi_hot(rbind(c(0, 2), c(1, 1)), num_classes = 3)",
)
top_k = Operation(
    "top_k",
    "The largest values along the last axis, and their positions.",
    {
        "x": X,
        "k": option(Count(), doc="How many."),
        "sorted": option(Flag(), True, "Whether the largest must come first; it does anyway."),
    },
    returns="A list of the values and of their positions.",
    example="op_top_k(c(3, 9, 1), k = 2)",
    positions=("return.1",),
    r_parts=("values", "indices"),
)
in_top_k = Operation(
    "in_top_k",
    "Whether the scores of targets are among the largest.",
    {
        "targets": option(Operand(), doc="The number of a class for each sample, from 0."),
        "predictions": option(Operand(), doc="Scores, of shape `(batch, classes)`."),
        "k": option(Count(), doc="Among how many."),
    },
    returns="True or False for each sample.",
    example="op_in_top_k(c(0, 1), rbind(c(0.5, 0.2, 0.3), c(0.5, 0.2, 0.3)), k = 2)",
)
dot_product_attention = Operation(
    "dot_product_attention",
    "Averages of values, weighted by how well keys fit queries.",
    {
        "query": option(Operand(), doc="Queries, of shape `(batch, time, heads, size)`."),
        "key": option(Operand(), doc="Keys; there may be fewer heads, shared by queries."),
        "value": option(Operand(), doc="Values, one for each key."),
        "bias": option(Operand(), None, "What is added to the scores."),
        "mask": option(Operand(), None, "True where a query may see a key."),
        "scale": option(
            Number(),
            None,
            "What scores are multiplied by; one over the root of the size by default.",
        ),
        "is_causal": option(Flag(), False, "Whether queries see no later keys."),
        "flash_attention": option(
            Flag(), None, "Whether a flash kernel must be used; by default the best that fits."
        ),
        "attn_logits_soft_cap": option(
            Number(0.0, open_low=True), None, "What scores are bent to stay below."
        ),
    },
    details="`softmax(query key' scale) value` (Vaswani et al., 2017)",
    example=(
        "x <- array(rnorm(12), c(1, 3, 2, 2))\nop_dot_product_attention(x, x, x, is_causal = TRUE)"
    ),
)
