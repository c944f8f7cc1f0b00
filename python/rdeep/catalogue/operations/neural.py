"""Operations of networks: normalization, cross-entropies, encodings, attention."""

from __future__ import annotations

from rdeep.catalogue.operations.base import DTYPE, KEEPDIMS, Operation, X
from rdeep.catalogue.options import (
    Axes,
    Axis,
    AxisOrNone,
    Choice,
    Count,
    Flag,
    Number,
    Operand,
    option,
)

_EPSILON = option(
    Number(0.0), None, "A small number that avoids division by zero; 1e-7 by default."
)
_LOGITS = option(Flag(), False, "Whether `output` holds logits rather than probabilities.")
_OUTPUT = option(Operand(), doc="The predicted probabilities, or logits.")
_BLANK = "The index of the blank class."


# Norms -----------------------------------------------------------------------------------------

moments = Operation(
    "moments",
    "Mean and variance over axes.",
    {
        "x": X,
        "axes": option(Axes(), doc="The axis or axes to reduce."),
        "keepdims": KEEPDIMS,
        "synchronized": option(
            Flag(),
            False,
            "Whether to compute over all devices; there is one, so it changes nothing.",
        ),
    },
    returns="A list of two tensors.",
    example="[[1, 3], [2, 4]], axes=0 -> (tensor([1.5000, 3.5000]), tensor([0.2500, 0.2500]))",
)
batch_normalization = Operation(
    "batch_normalization",
    "Batch normalization by given means and variances.",
    {
        "x": X,
        "mean": option(Operand(), doc="The mean of each feature."),
        "variance": option(Operand(), doc="The variance of each feature."),
        "axis": option(Axis(), doc="The axis of the features."),
        "offset": option(Operand(), None, "A bias added to each feature."),
        "scale": option(Operand(), None, "A factor that multiplies each feature."),
        "epsilon": option(Number(0.0), 0.001, "A small number added to the variance."),
    },
    details="`(x - mean) / sqrt(variance + epsilon) * scale + offset`",
    example="[[1, 3]], [0, 1], [1, 4], axis=-1, epsilon=0 -> tensor([[1., 1.]])",
)
layer_normalization = Operation(
    "layer_normalization",
    "Layer normalization: mean 0 and variance 1 over axes.",
    {
        "x": X,
        "gamma": option(Operand(), None, "A factor that multiplies the result."),
        "beta": option(Operand(), None, "A bias added to the result."),
        "axis": option(Axes(), -1, "The axis or axes to normalize over."),
        "epsilon": _EPSILON,
    },
    details="`(x - mean) / sqrt(variance + epsilon) * gamma + beta`",
    example="[1, 2, 3] -> tensor([-1.2247,  0.0000,  1.2247])",
    references=(
        "Ba, J. L., Kiros, J. R. and Hinton, G. E. (2016). Layer normalization. arXiv:1607.06450."
    ),
)
rms_normalization = Operation(
    "rms_normalization",
    "Root-mean-square normalization (RMSNorm) over axes.",
    {
        "x": X,
        "scale": option(Operand(), None, "A factor that multiplies the result."),
        "axis": option(Axes(), -1, "The axis or axes to normalize over."),
        "epsilon": _EPSILON,
    },
    details="`x / sqrt(mean(x^2) + epsilon) * scale`",
    example="[3, 4] -> tensor([0.8485, 1.1314])",
    references=(
        "Zhang, B. and Sennrich, R. (2019). Root mean square layer normalization. arXiv:1910.07467."
    ),
)
normalize = Operation(
    "normalize",
    "Normalize to unit norm along axes.",
    {
        "x": X,
        "axis": option(Axes(), -1, "The axis or axes to normalize over."),
        "order": option(Count(1), 2, "The order of the norm."),
        "epsilon": _EPSILON,
    },
    example="[3, 4] -> tensor([0.6000, 0.8000])",
)
psnr = Operation(
    "psnr",
    "Peak signal-to-noise ratio (PSNR), in decibels.",
    {
        "x1": option(Operand(), doc="A signal, such as an image."),
        "x2": option(Operand(), doc="Another signal of the same shape."),
        "max_val": option(
            Number(0.0, open_low=True), doc="The largest possible value of a signal."
        ),
    },
    details="`20 log10(max_val) - 10 log10(mean((x1 - x2)^2))`",
    example="[0.1, 0.5], [0.2, 0.4], max_val=1 -> tensor(20.)",
)

# Entropies and alignments ----------------------------------------------------------------------

binary_crossentropy = Operation(
    "binary_crossentropy",
    "Binary cross-entropy of targets and probabilities.",
    {
        "target": option(Operand(), doc="The targets, from 0 to 1."),
        "output": _OUTPUT,
        "from_logits": _LOGITS,
    },
    details="`-target log(output) - (1 - target) log(1 - output)`",
    example="[0, 1], [0.1, 0.8] -> tensor([0.1054, 0.2231])",
)
categorical_crossentropy = Operation(
    "categorical_crossentropy",
    "Categorical cross-entropy of one-hot targets and probabilities.",
    {
        "target": option(Operand(), doc="The target probabilities, such as one-hot rows."),
        "output": _OUTPUT,
        "from_logits": _LOGITS,
        "axis": option(Axis(), -1, "The axis of the classes."),
    },
    details="`-sum(target log(output))`",
    example="[[1, 0], [0, 1]], [[0.9, 0.1], [0.2, 0.8]] -> tensor([0.1054, 0.2231])",
)
sparse_categorical_crossentropy = Operation(
    "sparse_categorical_crossentropy",
    "Categorical cross-entropy of class indices and probabilities.",
    {
        "target": option(Operand(), doc="The target class indices, from 0."),
        "output": _OUTPUT,
        "from_logits": _LOGITS,
        "axis": option(Axis(), -1, "The axis of the classes."),
    },
    example="[0, 1], [[0.9, 0.1], [0.2, 0.8]] -> tensor([0.1054, 0.2231])",
)
ctc_loss = Operation(
    "ctc_loss",
    "Connectionist temporal classification (CTC) loss.",
    {
        "target": option(Operand(), doc="The labels from 0, of shape `(batch, labels)`."),
        "output": option(Operand(), doc="Logits, of shape `(batch, steps, classes)`."),
        "target_length": option(Operand(), doc="The number of labels of each sample."),
        "output_length": option(Operand(), doc="The number of steps of each sample."),
        "mask_index": option(Axis(), 0, _BLANK),
    },
    details="The negative log-likelihood of the labels, summed over all alignments with the steps.",
    returns="A number for each sample.",
    example="[[1]], [[[0, 0], [0, 0], [0, 0]]], [1], [3] -> tensor([0.2877])",
    references=(
        "Graves, A., Fernández, S., Gomez, F. and Schmidhuber, J. (2006). Connectionist "
        "temporal classification. ICML."
    ),
)
ctc_decode = Operation(
    "ctc_decode",
    "Decode the output of a CTC (connectionist temporal classification) network.",
    {
        "inputs": option(Operand(), doc="Logits, of shape `(batch, steps, classes)`."),
        "sequence_lengths": option(Operand(), doc="The number of steps of each sample."),
        "strategy": option(
            Choice("greedy", "beam_search"),
            "greedy",
            "Take the most likely class at each step, or search over several sequences.",
        ),
        "beam_width": option(Count(), 100, "The number of sequences that the search keeps."),
        "top_paths": option(Count(), 1, "The number of sequences to return."),
        "merge_repeated": option(Flag(), True, "Whether to merge repeated classes, if greedy."),
        "mask_index": option(AxisOrNone(), 0, f"{_BLANK} With `None` it is the last."),
    },
    returns=(
        "A list of the labels from 0, of shape `(paths, batch, steps)` and padded with -1, "
        "and of their log-probabilities (greedy: minus the sum of the largest logits)."
    ),
    example=(
        "labels, scores = ops.ctc_decode([[[0, 2, 1], [3, 0, 1], [0, 1, 4]]], [3])\n"
        "labels -> tensor([[[ 1,  2, -1]]], dtype=torch.int32)"
    ),
)

# Categories ------------------------------------------------------------------------------------

_CLASSES = option(Count(), doc="The number of classes.")
_SPARSE = option(Flag(), False, "Must be `False`: tensors are dense.")
one_hot = Operation(
    "one_hot",
    "One-hot encoding of class indices.",
    {
        "x": option(Operand(), doc="Class indices; one out of range gives zeros."),
        "num_classes": _CLASSES,
        "axis": option(Axis(), -1, "The position of the new axis."),
        "dtype": DTYPE,
        "sparse": _SPARSE,
    },
    example="[0, 2], num_classes=3 -> tensor([[1., 0., 0.],\n        [0., 0., 1.]])",
)
multi_hot = Operation(
    "multi_hot",
    "Multi-hot encoding of sets of class indices.",
    {
        "inputs": option(Operand(), doc="Class indices from 0, several for each sample."),
        "num_classes": _CLASSES,
        "axis": option(Axis(), -1, "The axis of the classes."),
        "dtype": DTYPE,
        "sparse": _SPARSE,
    },
    example="[0, 2], num_classes=3 -> tensor([1., 0., 1.])",
)
top_k = Operation(
    "top_k",
    "Largest `k` values along the last axis, with their indices.",
    {
        "x": X,
        "k": option(Count(), doc="How many numbers."),
        "sorted": option(
            Flag(), True, "Whether to sort them in descending order; they always are."
        ),
    },
    returns="A list of the values and of their indices.",
    example="[3.0, 9, 1], k=2 -> (tensor([9., 3.]), tensor([1, 0], dtype=torch.int32))",
)
in_top_k = Operation(
    "in_top_k",
    "Whether targets are among the `k` highest predictions.",
    {
        "targets": option(Operand(), doc="The target class index of each sample, from 0."),
        "predictions": option(Operand(), doc="Predictions, of shape `(batch, classes)`."),
        "k": option(Count(), doc="The number of highest predictions to consider."),
    },
    returns="A boolean for each sample.",
    example="[0, 1], [[0.5, 0.2, 0.3], [0.5, 0.2, 0.3]], k=2 -> tensor([ True, False])",
)
dot_product_attention = Operation(
    "dot_product_attention",
    "Scaled dot-product attention of queries, keys and values.",
    {
        "query": option(Operand(), doc="Queries, of shape `(batch, time, heads, size)`."),
        "key": option(
            Operand(),
            doc=(
                "Keys, of the same shape; heads of keys may be fewer and shared by heads of "
                "queries."
            ),
        ),
        "value": option(Operand(), doc="Values, one for each key."),
        "bias": option(Operand(), None, "A bias added to the attention logits."),
        "mask": option(Operand(), None, "A mask, true where a query may attend to a key."),
        "scale": option(
            Number(),
            None,
            "The factor of the attention logits; `1 / sqrt(size)` by default.",
        ),
        "is_causal": option(Flag(), False, "Whether queries attend to no later keys."),
        "flash_attention": option(
            Flag(),
            None,
            "Whether a flash-attention kernel must be used; by default the best that fits.",
        ),
        "attn_logits_soft_cap": option(
            Number(0.0, open_low=True),
            None,
            "A soft upper limit of the attention logits, by `cap * tanh(logits / cap)`.",
        ),
    },
    details="`softmax(query @ key.T * scale) @ value`, for each head.",
    example=(
        "x = ops.ones((1, 3, 2, 4))\n"
        "ops.dot_product_attention(x, x, x, is_causal=True).shape -> torch.Size([1, 3, 2, 4])"
    ),
    references="Vaswani, A. et al. (2017). Attention is all you need. arXiv:1706.03762.",
)
