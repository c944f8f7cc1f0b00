"""Convolutional recurrent layers: an LSTM whose products are convolutions."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, ClassVar

from rdeep.catalogue.activations import Activation
from rdeep.catalogue.constraints import Constraint
from rdeep.catalogue.initializers import Initializer
from rdeep.catalogue.layers.base import Dims, Weight, known
from rdeep.catalogue.layers.case import Case, case
from rdeep.catalogue.layers.cell_options import SEED
from rdeep.catalogue.layers.cells import forget_bias
from rdeep.catalogue.layers.convolution import window_outputs
from rdeep.catalogue.layers.recurrent import RecurrentLayer
from rdeep.catalogue.layers.run import Run
from rdeep.catalogue.layers.shared import (
    ACTIVITY_REGULARIZER,
    BIAS_CONSTRAINT,
    KERNEL_CONSTRAINT,
    RECURRENT_CONSTRAINT,
)
from rdeep.catalogue.options import (
    ActivationOrNone,
    Choice,
    Count,
    Flag,
    Number,
    Ref,
    Sizes,
    option,
)
from rdeep.catalogue.record import Record
from rdeep.catalogue.regularizers import Regularizer
from rdeep.errors import ArgumentError, constructor

__all__ = ["ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"]

Tensor = Any


class _ConvLSTMOptions(Record, abstract=True):
    """The options in Keras's order; those of type Sizes(0) are declared again for each rank."""

    filters: int = option(Count(), doc="The number of output channels.")
    kernel_size: tuple[int, ...] = option(Sizes(0))
    strides: tuple[int, ...] = option(Sizes(0))
    padding: str = option(
        Choice("valid", "same"),
        "valid",
        '`"valid"`: no padding of the input; `"same"`: zeros around, so that a stride of 1 '
        "keeps the size. The state always keeps its size.",
    )
    data_format: str | None = option(
        Choice("channels_last", "channels_first"),
        None,
        "The position of the channels of each step; last by default.",
    )
    dilation_rate: tuple[int, ...] = option(Sizes(0))
    activation: Activation = option(ActivationOrNone(), "tanh", "The activation function.")
    recurrent_activation: Activation = option(
        ActivationOrNone(), "sigmoid", "The activation function of the gates."
    )
    use_bias: bool = option(Flag(), True, "Whether to add a bias.")
    kernel_initializer: Initializer = option(
        Ref("initializer"), "glorot_uniform", "The initializer of the kernel."
    )
    recurrent_initializer: Initializer = option(
        Ref("initializer"), "orthogonal", "The initializer of the recurrent kernel."
    )
    bias_initializer: Initializer = option(
        Ref("initializer"), "zeros", "The initializer of the bias."
    )
    unit_forget_bias: bool = option(
        Flag(), True, "Whether the bias of the forget gate starts at 1 (Jozefowicz et al., 2015)."
    )
    kernel_regularizer: Regularizer | None = option(
        Ref("regularizer"), None, "The regularizer of the kernel."
    )
    recurrent_regularizer: Regularizer | None = option(
        Ref("regularizer"), None, "The regularizer of the recurrent kernel."
    )
    bias_regularizer: Regularizer | None = option(
        Ref("regularizer"), None, "The regularizer of the bias."
    )
    activity_regularizer: Regularizer | None = ACTIVITY_REGULARIZER
    kernel_constraint: Constraint | None = KERNEL_CONSTRAINT
    recurrent_constraint: Constraint | None = RECURRENT_CONSTRAINT
    bias_constraint: Constraint | None = BIAS_CONSTRAINT
    dropout: float = option(
        Number(0.0, 1.0, open_high=True),
        0.0,
        "The fraction of the input's values set to zero while training, the same at every "
        "step; each gate has a mask of its own.",
    )
    recurrent_dropout: float = option(
        Number(0.0, 1.0, open_high=True),
        0.0,
        "The fraction of the state's values set to zero while training, the same at every step.",
    )
    seed: int | None = option(Count(0), None, SEED)


class ConvLSTMCell:
    """A step of a convolutional LSTM; it has the options of the layer that it belongs to.

    Parameters
    ----------
    layer : ConvLSTM1D, ConvLSTM2D or ConvLSTM3D
        The layer.
    """

    state_count = 2
    output_state = 0
    steps_first = True

    def __init__(self, layer: Any) -> None:
        self.layer = layer
        self.channels_first = layer.data_format == "channels_first"

    def streams(self) -> dict[str, int | None]:
        """Return the seed of dropout, if there is any."""
        return {"": self.layer.seed} if self.layer.dropout or self.layer.recurrent_dropout else {}

    def _channels(self, step: Dims) -> int:
        return known(step[1 if self.channels_first else -1], self.layer, "the channels")

    def output_shape(self, step: Dims) -> Dims:
        """Return the shape of a step's output, and of both states."""
        layer = self.layer
        sizes = step[2:] if self.channels_first else step[1:-1]
        places = [
            window_outputs(
                known(size, layer, "each step"), window, stride, dilation, layer.padding, layer
            )
            for size, window, stride, dilation in zip(
                sizes, layer.kernel_size, layer.strides, layer.dilation_rate
            )
        ]
        if self.channels_first:
            return (step[0], layer.filters, *places)
        return (step[0], *places, layer.filters)

    def state_shapes(self, step: Dims) -> list[Dims]:
        """Return the shapes of output and cell."""
        return [self.output_shape(step)] * 2

    def weights(self, step: Dims) -> list[Weight]:
        """Return the kernels of input and state, and the bias; four gates side by side."""
        layer, width = self.layer, 4 * self.layer.filters
        weights = [
            Weight(
                "kernel",
                (*layer.kernel_size, self._channels(step), width),
                layer.kernel_initializer,
                layer.kernel_regularizer,
                constraint=layer.kernel_constraint,
            ),
            Weight(
                "recurrent_kernel",
                (*layer.kernel_size, layer.filters, width),
                layer.recurrent_initializer,
                layer.recurrent_regularizer,
                constraint=layer.recurrent_constraint,
            ),
        ]
        if layer.use_bias:
            start = layer.bias_initializer
            start = forget_bias(start, layer.filters) if layer.unit_forget_bias else start
            rule, constraint = layer.bias_regularizer, layer.bias_constraint
            weights.append(Weight("bias", (width,), start, rule, constraint=constraint))
        return weights

    def prepare(self, sequence: Tensor, run: Run) -> Tensor:
        """Return the input of all steps convolved, with the bias."""
        layer, ops = self.layer, run.ops
        masks = self._masks(sequence[0], layer.dropout, 0, run)
        kernel, bias = run.weights["kernel"], run.weights.get("bias")
        if not masks:
            return self._convolved(sequence, kernel, bias, run)
        kernels = ops.split(kernel, 4, axis=-1)  # each (*kernel_size, channels, filters)
        biases = [None] * 4 if bias is None else ops.split(bias, 4)
        parts = [
            self._convolved(sequence * mask, part, shift, run)
            for mask, part, shift in zip(masks, kernels, biases)
        ]
        return ops.concatenate(parts, axis=2 if self.channels_first else -1)

    def _convolved(self, sequence: Tensor, kernel: Tensor, bias: Any, run: Run) -> Tensor:
        """Return all steps convolved with a kernel, plus a bias if there is one."""
        layer, ops = self.layer, run.ops
        shape = tuple(ops.shape(sequence))
        y = ops.conv(
            ops.reshape(sequence, (-1, *shape[2:])),
            kernel,
            strides=layer.strides,
            padding=layer.padding,
            data_format=layer.data_format or "channels_last",
            dilation_rate=layer.dilation_rate,
        )
        if bias is not None:
            y = y + (ops.reshape(bias, (-1, *[1] * layer.rank)) if self.channels_first else bias)
        # (steps, batch, ...)
        return ops.reshape(y, (*shape[:2], *tuple(ops.shape(y))[1:]))

    def _masks(self, like: Tensor, rate: float, first: int, run: Run) -> list[Tensor]:
        if not (rate and run.training):
            return []
        return [run.dropout_mask(like, rate, first + i) for i in range(4)]

    def step(
        self, inputs: Tensor, states: Sequence[Tensor], run: Run
    ) -> tuple[Tensor, list[Tensor]]:
        """Return the output, and output and cell as the states."""
        h, c = states
        layer, ops = self.layer, run.ops
        axis = 1 if self.channels_first else -1
        kernel = run.weights["recurrent_kernel"]
        masks = self._masks(h, layer.recurrent_dropout, 4, run)
        if masks:
            kernels = ops.split(kernel, 4, axis=-1)  # each (*kernel_size, channels, filters)
            parts = [self._recurred(h * mask, part, run) for mask, part in zip(masks, kernels)]
            inner = ops.concatenate(parts, axis=axis)
        else:
            inner = self._recurred(h, kernel, run)  # (batch, *sizes, 4 * filters)
        gate, activate = layer.recurrent_activation.compute, layer.activation.compute
        i, f, new, o = ops.split(inputs + inner, 4, axis=axis)  # each (batch, *sizes, filters)
        c = gate(f, ops) * c + gate(i, ops) * activate(new, ops)
        h = gate(o, ops) * activate(c, ops)
        return h, [h, c]

    def _recurred(self, h: Tensor, kernel: Tensor, run: Run) -> Tensor:
        form = self.layer.data_format or "channels_last"
        return run.ops.conv(h, kernel, padding="same", data_format=form)


class _ConvLSTM(_ConvLSTMOptions, RecurrentLayer, abstract=True):
    """What the convolutional LSTMs share (Shi et al., 2015, arXiv:1506.04214).

    Call arguments
    --------------
    initial_state : list of tensors, optional
        The output and the cell before the first step; zeros by default.
    training : bool, optional
        Whether to apply dropout; by default the model decides.

    References
    ----------
    Shi, X. et al. (2015). Convolutional LSTM network: a machine learning approach for precipitation
    nowcasting. arXiv:1506.04214.
    """

    rank: ClassVar[int]

    @classmethod
    def cases(cls) -> list[Case]:
        """Return uses that give the last output, all of them, and with channels first."""
        sizes, options = (5, 4, 3)[: cls.rank], {"filters": 2, "kernel_size": 2}
        last = {**options, "data_format": "channels_last"}
        return [
            case(last, (3, *sizes, 2)),
            case({**last, "return_sequences": True}, (3, *sizes, 2)),
            # The steps stay before the channels.
            case({**options, "data_format": "channels_first"}, (3, 2, *sizes)),
        ]

    @cached_property
    def cell(self) -> Any:
        """The layer's cell."""
        return ConvLSTMCell(self)

    def validate(self) -> None:
        """Refuse strides together with dilation."""
        if max(self.strides) > 1 and max(self.dilation_rate) > 1:
            raise ArgumentError(
                f"{constructor(self)}: 'strides' and 'dilation_rate' cannot both be above 1.",
                argument="dilation_rate",
                received=self.dilation_rate,
            )


_WINDOW = "The size of the kernel."
_STRIDES = "The stride of the convolution of the input."
_DILATION = "The dilation rate of the convolution of the input."


class ConvLSTM1D(_ConvLSTM):
    """1D convolutional LSTM layer.

    An LSTM whose products with inputs and states are convolutions over one dimension.

    Input shape
    -----------
    `(batch, steps, length, channels)`.

    Output shape
    ------------
    `(batch, new_length, filters)`, or with the steps after the batch with `return_sequences`; with
    `return_state` a list of that and the states.

    Examples
    --------
    >>> ConvLSTM1D(4, 3).output_shape((None, 10, 8, 1))
    (None, 6, 4)
    """

    key = "conv_lstm_1d"
    ndim = 4
    rank = 1
    kernel_size: tuple[int, ...] = option(Sizes(1), doc=_WINDOW)
    strides: tuple[int, ...] = option(Sizes(1), 1, _STRIDES)
    dilation_rate: tuple[int, ...] = option(Sizes(1), 1, _DILATION)


class ConvLSTM2D(_ConvLSTM):
    """2D convolutional LSTM layer.

    An LSTM whose products with inputs and states are convolutions over images.

    Input shape
    -----------
    `(batch, steps, height, width, channels)`.

    Output shape
    ------------
    `(batch, new_height, new_width, filters)`, or with the steps after the batch with
    `return_sequences`; with `return_state` a list of that and the states.

    Examples
    --------
    >>> ConvLSTM2D(4, 3).output_shape((None, 10, 8, 8, 1))
    (None, 6, 6, 4)
    """

    key = "conv_lstm_2d"
    ndim = 5
    rank = 2
    kernel_size: tuple[int, ...] = option(Sizes(2), doc=_WINDOW)
    strides: tuple[int, ...] = option(Sizes(2), 1, _STRIDES)
    dilation_rate: tuple[int, ...] = option(Sizes(2), 1, _DILATION)


class ConvLSTM3D(_ConvLSTM):
    """3D convolutional LSTM layer.

    An LSTM whose products with inputs and states are convolutions over volumes.

    Input shape
    -----------
    `(batch, steps, depth, height, width, channels)`.

    Output shape
    ------------
    `(batch, new_depth, new_height, new_width, filters)`, or with the steps after the batch with
    `return_sequences`; with `return_state` a list of that and the states.

    Examples
    --------
    >>> ConvLSTM3D(4, 3).output_shape((None, 10, 8, 8, 8, 1))
    (None, 6, 6, 6, 4)
    """

    key = "conv_lstm_3d"
    ndim = 6
    rank = 3
    kernel_size: tuple[int, ...] = option(Sizes(3), doc=_WINDOW)
    strides: tuple[int, ...] = option(Sizes(3), 1, _STRIDES)
    dilation_rate: tuple[int, ...] = option(Sizes(3), 1, _DILATION)
