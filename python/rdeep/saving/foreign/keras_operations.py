"""Keras's operations: the class of each, and which arguments its configuration holds."""

from __future__ import annotations

from collections.abc import Mapping

_MODULES = {
    "core": """
        cast saturate_cast scatter scatter_update slice slice_update stop_gradient unstack
    """,
    "linalg": """
        cholesky det eig eigh inv lstsq lu_factor norm qr solve solve_triangular svd
    """,
    "math": """
        erf erfinv extract_sequences fft fft2 ifft2 in_top_k irfft istft logdet logsumexp rfft
        rsqrt segment_max segment_sum stft top_k view_as_complex view_as_real
    """,
    "nn": """
        average_pool binary_crossentropy categorical_crossentropy celu conv
        ctc_decode ctc_loss depthwise_conv dot_product_attention elu gelu glu hard_shrink
        hard_sigmoid hard_silu hard_tanh leaky_relu log_sigmoid log_softmax max_pool moments
        multi_hot normalize one_hot polar psnr relu relu6 selu separable_conv sigmoid silu
        soft_shrink softmax softplus softsign sparse_categorical_crossentropy sparse_plus
        sparse_sigmoid sparsemax squareplus tanh_shrink threshold
    """,
    "numpy": """
        abs add all angle any append arccos arccosh arcsin arcsinh arctan arctan2 arctanh argmax
        argmin argpartition argsort average bincount bitwise_and bitwise_invert bitwise_left_shift
        bitwise_not bitwise_or bitwise_right_shift bitwise_xor broadcast_to cbrt ceil clip
        concatenate conj copy corrcoef correlate cos cosh count_nonzero cross cumprod cumsum
        deg2rad diag diagflat diagonal diff digitize divide divide_no_nan dot einsum equal exp
        exp2 expand_dims expm1 flip floor floor_divide full_like greater greater_equal heaviside
        histogram hstack imag inner isclose isfinite isinf isnan item left_shift less less_equal
        log log10 log1p log2 logaddexp logical_and logical_not logical_or logical_xor matmul max
        maximum mean median meshgrid min minimum mod moveaxis multiply nan_to_num ndim negative
        nonzero not_equal ones_like outer pad power prod quantile ravel real reciprocal repeat
        reshape right_shift roll rot90 round select sign signbit sin sinh size slogdet sort split
        sqrt square squeeze stack std subtract sum swapaxes take take_along_axis tan tanh
        tensordot tile trace transpose tril triu trunc unravel_index var vdot vstack where
        zeros_like
    """,
}
"""The catalogue's operations that graphs of Keras's hold, by the module of their classes."""

_CONFIGURED = {
    "all any argmax argmin logsumexp mean median std sum var": "axis keepdims",
    "append argsort average concatenate count_nonzero expand_dims flip": "axis",
    "glu log_softmax softmax sort sparsemax squeeze stack": "axis",
    "take take_along_axis": "axis",
    "argpartition": "kth axis",
    "average_pool max_pool": "pool_size strides padding data_format",
    "binary_crossentropy": "from_logits",
    "bincount": "weights minlength sparse",
    "broadcast_to scatter slice unravel_index": "shape",
    "cast full_like ones_like saturate_cast zeros_like": "dtype",
    "categorical_crossentropy sparse_categorical_crossentropy": "from_logits axis",
    "celu elu": "alpha",
    "cholesky": "upper",
    "clip": "x_min x_max",
    "conv depthwise_conv separable_conv": "strides padding data_format dilation_rate",
    "correlate qr": "mode",
    "cross": "axisa axisb axisc axis",
    "ctc_decode": "strategy beam_width top_paths merge_repeated mask_index",
    "ctc_loss": "mask_index",
    "cumprod cumsum": "axis dtype",
    "diag diagflat in_top_k tril triu": "k",
    "diagonal trace": "offset axis1 axis2",
    "diff": "n axis",
    "dot_product_attention": "is_causal flash_attention attn_logits_soft_cap",
    "einsum": "subscripts",
    "extract_sequences": "sequence_length sequence_stride",
    "gelu": "approximate",
    "hard_shrink soft_shrink": "threshold",
    "histogram": "bins range",
    "irfft rfft": "fft_length",
    "isclose": "equal_nan",
    "istft": "sequence_length sequence_stride fft_length length window center",
    "leaky_relu": "negative_slope",
    "lstsq": "rcond",
    "max min": "axis keepdims initial",
    "meshgrid": "indexing",
    "moments": "axes keepdims synchronized",
    "moveaxis": "source destination",
    "multi_hot one_hot": "num_classes axis dtype sparse",
    "norm": "ord axis keepdims",
    "normalize": "axis order epsilon",
    "pad": "pad_width mode",
    "prod": "axis keepdims dtype",
    "psnr": "max_val",
    "quantile": "axis method keepdims",
    "repeat": "repeats axis",
    "reshape": "newshape",
    "roll": "shift axis",
    "rot90": "k axes",
    "round": "decimals",
    "scatter_update": "reduction",
    "segment_max segment_sum": "num_segments sorted",
    "solve_triangular": "lower",
    "split": "indices_or_sections axis",
    "squareplus": "b",
    "stft": "sequence_length sequence_stride fft_length window center",
    "svd": "full_matrices compute_uv",
    "swapaxes": "axis1 axis2",
    "tensordot transpose": "axes",
    "threshold": "threshold default_value",
    "tile": "repeats",
    "top_k": "k sorted",
    "unstack": "num axis",
}
"""The arguments that are in an operation's configuration; it is called with the others."""

ITEM = "item"
"""The operation that is a part of a tensor: it is applied by its index."""

_CLASSES = {
    ITEM: "GetItem",
    "abs": "Absolute",
    **{name: name.upper() for name in ("svd", "fft", "fft2", "ifft2", "rfft", "irfft", "psnr")},
    **{"stft": "STFT", "istft": "ISTFT", "ctc_loss": "CTCLoss", "ctc_decode": "CTCDecode"},
}
_READ_ALONE = {
    **{"Abs": "abs", "TrueDivide": "divide"},
    # Keras cannot make graphs with these run: it asks for the number of samples, and mixes up the
    # padding's arguments.
    **{"Rearrange": "rearrange", "ConvTranspose": "conv_transpose"},
}
"""Further classes in files of Keras's, which are not written."""


def _class_of(name: str) -> str:
    return _CLASSES.get(name) or "".join(part.capitalize() for part in name.split("_"))


MODULE_OF: Mapping[str, str] = {
    name: f"keras.src.ops.{module}" for module, names in _MODULES.items() for name in names.split()
}
"""The module of each operation's class."""

CLASS_OF: Mapping[str, str] = {name: _class_of(name) for name in MODULE_OF}
"""The class of each operation."""

OPERATION_OF: Mapping[str, str] = {**{of: name for name, of in CLASS_OF.items()}, **_READ_ALONE}
"""The operation of each class."""

CONFIGURED: Mapping[str, tuple[str, ...]] = {
    "nan_to_num": ("nan", "posinf", "neginf"),
    **{
        name: tuple(options.split())
        for names, options in _CONFIGURED.items()
        for name in names.split()
    },
}
"""The arguments in an operation's configuration, where there are some."""
