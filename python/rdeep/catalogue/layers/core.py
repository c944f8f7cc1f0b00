"""Core layers: the input, dense, activation and embedding."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rdeep.catalogue.activations import Activation as ActivationFunction
from rdeep.catalogue.constraints import Constraint
from rdeep.catalogue.initializers import Initializer
from rdeep.catalogue.layers.base import Dims, Layer, Weight, known
from rdeep.catalogue.layers.case import Case, case
from rdeep.catalogue.layers.lora import LORA_ALPHA, LORA_RANK, check_lora, lora_scale, lora_weights
from rdeep.catalogue.layers.run import Run
from rdeep.catalogue.layers.shared import (
    ACTIVITY_REGULARIZER,
    BIAS_CONSTRAINT,
    BIAS_REGULARIZER,
    EMBEDDINGS_CONSTRAINT,
    EMBEDDINGS_REGULARIZER,
    KERNEL_CONSTRAINT,
    KERNEL_REGULARIZER,
)
from rdeep.catalogue.options import Count, DataType, Flag, GivenWeights, Ref, Shape, option
from rdeep.catalogue.regularizers import Regularizer
from rdeep.errors import (
    ArgumentError,
    ShapeError,
    called,
    constructor,
    format_shape,
    layer_title,
    shapes_listed,
    show,
)

__all__ = ["Activation", "Dense", "Embedding", "InputLayer"]


class InputLayer(Layer):
    """Input of a network: a symbolic tensor that stands for data.

    Output shape
    ------------
    `(batch, *shape)`.

    Examples
    --------
    >>> InputLayer((28, 28, 1))
    InputLayer(shape=(28, 28, 1))
    """

    key = "input"
    shape: Dims = option(Shape(), doc="The shape of one sample, without the batch.")
    dtype: str = option(
        DataType("float32", "int32", "string"),
        "float32",
        'The data type; `"string"` for text, which preprocessing layers take. Other integers, '
        'such as `"int64"`, are held as `"int32"`, other numbers as `"float32"`; ids that are the '
        "input of a lookup or hashing layer keep 64 bits. Numbers that do not fit are refused.",
    )
    batch_size: int | None = option(
        Count(),
        None,
        "The number of samples in each batch, if it is fixed.",
        keyword_only=True,
    )

    also_takes = ("batch_shape", "sparse", "ragged", "input_tensor")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        given = {name: kwargs.pop(name, None) for name in self.also_takes}
        if given["ragged"]:
            raise ArgumentError(
                "Samples of several lengths are padded to one before they enter a network.",
                argument="ragged",
                received=given["ragged"],
                hint=f"{called('pad_sequences')} does so.",
            )
        # Sparse data enters by any input.
        tensor = given["input_tensor"]
        if tensor is not None:
            given["batch_shape"] = given["batch_shape"] or tensor.shape
            kwargs = {"dtype": tensor.dtype, **kwargs}
        if given["batch_shape"] is not None:
            kwargs["batch_size"], kwargs["shape"] = split_batch_shape(
                args[0] if args else kwargs.get("shape"), kwargs.get("batch_size"), given
            )
            args = ()
        if kwargs.get("dtype", "") is None:
            del kwargs["dtype"]
        super().__init__(*args, **kwargs)

    def output_dtype(self, dtype: str) -> str:
        """Return the data's type."""
        return self.dtype

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the data."""
        return inputs


def split_batch_shape(shape: Any, batch_size: Any, given: Mapping[str, Any]) -> tuple[Any, Any]:
    """Return the batch size and a sample's shape, where they were given together.

    Parameters
    ----------
    shape, batch_size : object
        What was given beside them: nothing, or the error says so.
    given : mapping
        Has them as `batch_shape`.
    """
    whole = given["batch_shape"]
    for name, value in (("shape", shape), ("batch_size", batch_size)):
        if value is not None:
            raise ArgumentError(
                f"Give one of {name!r} and 'batch_shape', not both.",
                argument="batch_shape",
                received=whole,
            )
    if not isinstance(whole, (list, tuple)) or not whole:
        raise ArgumentError(
            f"'batch_shape' must be the batch size and a sample's shape, not {show(whole)}.",
            argument="batch_shape",
            received=whole,
            expected=f"a shape such as {show((32, 28, 28))}",
        )
    return whole[0], tuple(whole[1:])


class Dense(Layer):
    """Dense (fully connected) layer: `activation(x @ kernel + bias)`.

    With `lora_rank` the kernel is frozen, and two small matrices are trained whose product, times
    `lora_alpha / lora_rank`, is added to it (LoRA).

    Input shape
    -----------
    `(batch, ..., features)`.

    Output shape
    ------------
    `(batch, ..., units)`.

    References
    ----------
    Hu, E. J. et al. (2021). LoRA: low-rank adaptation of large language models. arXiv:2106.09685.

    Examples
    --------
    >>> Dense(8, activation="relu").output_shape((None, 4))
    (None, 8)
    """

    units: int = option(Count(), doc="The number of outputs.")
    activation: ActivationFunction | None = option(
        Ref("activation"), None, "The activation function; none by default."
    )
    use_bias: bool = option(Flag(), True, "Whether to add a bias.")
    kernel_initializer: Initializer = option(
        Ref("initializer"), "glorot_uniform", "The initializer of the kernel."
    )
    bias_initializer: Initializer = option(
        Ref("initializer"), "zeros", "The initializer of the bias."
    )
    kernel_regularizer: Regularizer | None = KERNEL_REGULARIZER
    bias_regularizer: Regularizer | None = BIAS_REGULARIZER
    activity_regularizer: Regularizer | None = ACTIVITY_REGULARIZER
    kernel_constraint: Constraint | None = KERNEL_CONSTRAINT
    bias_constraint: Constraint | None = BIAS_CONSTRAINT
    lora_rank: int | None = LORA_RANK
    lora_alpha: float | None = LORA_ALPHA

    @classmethod
    def cases(cls) -> list[Case]:
        """Return uses on vectors and on sequences of them, and with LoRA."""
        return [
            case({"units": 3, "activation": "tanh"}, (4,)),
            case({"units": 3, "use_bias": False}, (5, 4)),
            case({"units": 3, "lora_rank": 2, "lora_alpha": 3.0}, (4,)),
        ]

    def validate(self) -> None:
        """Refuse a constraint on a kernel that is not trained itself."""
        check_lora(self, "kernel")

    def check_inputs(self, *shapes: Dims) -> None:
        """Refuse samples without a dimension."""
        super().check_inputs(*shapes)
        if len(shapes[0]) < 2:
            raise ShapeError(
                f"{layer_title(self)} wants at least one dimension for each sample.",
                layer=self.name or "Dense",
                received=shapes[0],
            )

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return the input's shape with `units` in place of the features."""
        return (*shapes[0][:-1], self.units)

    def weights(self, *shapes: Dims) -> list[Weight]:
        """Return the kernel `(features, units)`, the bias `(units,)`, and what LoRA adds."""
        features = known(shapes[0][-1], self, "the last dimension")
        kernel = Weight(
            "kernel",
            (features, self.units),
            self.kernel_initializer,
            self.kernel_regularizer,
            constraint=self.kernel_constraint,
            trainable=self.lora_rank is None,
        )
        weights = [kernel]
        if self.use_bias:
            bias = Weight(
                "bias",
                (self.units,),
                self.bias_initializer,
                self.bias_regularizer,
                constraint=self.bias_constraint,
            )
            weights.append(bias)
        return [*weights, *lora_weights(self, kernel)]

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return `inputs @ kernel + bias`, with LoRA's addition to the kernel."""
        ops, weights = run.ops, run.weights
        y = ops.matmul(inputs, weights["kernel"])  # (batch, ..., units)
        if self.use_bias:
            y = y + weights["bias"]
        if self.lora_rank is None:
            return y
        narrow = ops.matmul(inputs, weights["lora_kernel_a"])  # (batch, ..., rank)
        return y + lora_scale(self) * ops.matmul(narrow, weights["lora_kernel_b"])


class Activation(Layer):
    """Activation layer: applies an activation function.

    Input shape
    -----------
    Any shape.

    Output shape
    ------------
    The shape of the input, or that of the activation's output.

    Examples
    --------
    >>> Activation("relu")(np.array([[-1.0, 2.0]]))
    tensor([[0., 2.]])
    """

    reshaped = True
    activation: ActivationFunction = option(Ref("activation"), doc="The activation function.")

    @classmethod
    def cases(cls) -> list[Case]:
        """Return uses by value and along an axis."""
        return [case({"activation": name}, (3, 4)) for name in ("relu", "softmax")]

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return the input's shape, or what the activation makes of it."""
        return self.activation.output_shape(shapes[0])

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the input, which the activation follows."""
        return inputs


class Embedding(Layer):
    """Embedding layer: turns integer codes into trained vectors.

    Codes are whole numbers from 0. With `mask_zero` the output carries a mask of the codes that are
    not 0.

    Input shape
    -----------
    `(batch, ...)`, whole numbers.

    Output shape
    ------------
    `(batch, ..., output_dim)`.

    Examples
    --------
    >>> Embedding(1000, 16).output_shape((None, 20))
    (None, 20, 16)
    """

    mask = "make"
    input_dim: int = option(Count(), doc="The number of different codes: the largest plus one.")
    output_dim: int = option(Count(), doc="The size of the vectors.")
    embeddings_initializer: Initializer = option(
        Ref("initializer"), "uniform", "The initializer of the vectors."
    )
    embeddings_regularizer: Regularizer | None = EMBEDDINGS_REGULARIZER
    embeddings_constraint: Constraint | None = EMBEDDINGS_CONSTRAINT
    mask_zero: bool = option(
        Flag(),
        False,
        "Whether the code 0 is padding, which later layers and losses then ignore.",
    )
    initial_weights: Any = option(
        GivenWeights(),
        None,
        "The vectors to start from, as an array, such as those of a trained embedding.",
        given_as="weights",
    )
    lora_rank: int | None = LORA_RANK
    lora_alpha: float | None = LORA_ALPHA

    @classmethod
    def cases(cls) -> list[Case]:
        """Return uses with and without LoRA."""
        plain = {"input_dim": 6, "output_dim": 3}
        adapted = {**plain, "lora_rank": 2}
        return [case(options, (5,), codes=6) for options in (plain, adapted)]

    def validate(self) -> None:
        """Refuse what does not fit, and keep the vectors that are given for the first model."""
        check_lora(self, "embeddings")
        given = self.initial_weights
        if given is None:
            return
        shape = (self.input_dim, self.output_dim)
        if len(given) != 1 or given[0].shape != shape:
            shapes = [each.shape for each in given]
            raise ArgumentError(
                f"{constructor(self)}: 'weights' must be an array of shape {format_shape(shape)}, "
                f"not {shapes_listed(shapes)}.",
                argument="weights",
                received=shapes,
                expected=f"an array of shape {format_shape(shape)}",
                layer=self.name or "Embedding",
            )
        # Weights, not an option: files hold them as such.
        self.__dict__["_brought"] = {"embeddings": given[0]}
        self.__dict__["initial_weights"] = None

    def code_limits(self) -> tuple[int, ...]:
        """Return how many different numbers there are."""
        return (self.input_dim,)

    def makes_mask(self) -> bool:
        """Return whether zeros mark padding."""
        return self.mask_zero

    def made_mask(self, inputs: Any, ops: Any) -> Any:
        """Return where the input is not zero."""
        return ops.not_equal(inputs, 0)

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return the input's shape and the length of the vectors."""
        return (*shapes[0], self.output_dim)

    def weights(self, *shapes: Dims) -> list[Weight]:
        """Return the vectors, `(input_dim, output_dim)`, and what LoRA adds."""
        vectors = Weight(
            "embeddings",
            (self.input_dim, self.output_dim),
            self.embeddings_initializer,
            self.embeddings_regularizer,
            constraint=self.embeddings_constraint,
            trainable=self.lora_rank is None,
        )
        return [vectors, *lora_weights(self, vectors)]

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the vectors of the numbers, with LoRA's addition."""
        ops, weights = run.ops, run.weights
        codes = ops.cast(inputs, "int32")
        y = ops.take(weights["embeddings"], codes, axis=0)  # (batch, ..., output_dim)
        if self.lora_rank is None:
            return y
        narrow = ops.take(weights["lora_embeddings_a"], codes, axis=0)  # (batch, ..., rank)
        return y + lora_scale(self) * ops.matmul(narrow, weights["lora_embeddings_b"])
