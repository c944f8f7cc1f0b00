"""Recurrent layers. Input of shape `(batch, steps, features)`."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from rdeep.catalogue.activations import Activation
from rdeep.catalogue.initializers import Initializer
from rdeep.catalogue.layers.base import Dims, Layer, Weight, known
from rdeep.catalogue.options import Choice, Count, Flag, Number, Ref, Unfit, option
from rdeep.catalogue.regularizers import Regularizer
from rdeep.errors import ArgumentError, show

__all__ = ["GRU", "LSTM", "Bidirectional", "SimpleRNN"]

_SERIES = "keras_model_sequential(input_shape = c(50, 16)) |> "


class _Recurrent(Layer):
    """What recurrent layers share: `gates` blocks of `units` side by side in each weight."""

    ndim = 3
    mask = "read"
    gates: ClassVar[int]
    states: ClassVar[int] = 1

    units: int = option(Count(), doc="The number of outputs.")
    activation: Activation = option(Ref("activation"), "tanh", "The activation.")
    use_bias: bool = option(Flag(), True, "Whether to add a bias.")
    kernel_initializer: Initializer = option(
        Ref("initializer"), "glorot_uniform", "How the weights of the input start."
    )
    recurrent_initializer: Initializer = option(
        Ref("initializer"), "orthogonal", "How the weights of the state start."
    )
    bias_initializer: Initializer = option(Ref("initializer"), "zeros", "How the bias starts.")
    kernel_regularizer: Regularizer | None = option(
        Ref("regularizer"), None, "A penalty on the weights of the input."
    )
    recurrent_regularizer: Regularizer | None = option(
        Ref("regularizer"), None, "A penalty on the weights of the state."
    )
    bias_regularizer: Regularizer | None = option(
        Ref("regularizer"), None, "A penalty on the bias."
    )
    dropout: float = option(
        Number(0.0, 1.0, open_high=True),
        0.0,
        "The share of input features set to zero while training, the same at every step.",
    )
    seed: int | None = option(
        Count(0), None, "A seed for dropout; without one the model's seed governs."
    )
    return_sequences: bool = option(
        Flag(), False, "Whether to return the output of every step, not only the last."
    )
    return_state: bool = option(Flag(), False, "Whether to return the last state as well.")
    go_backwards: bool = option(
        Flag(), False, "Whether to read the steps from the last to the first."
    )

    @property
    def random(self) -> bool:  # type: ignore[override]
        """Whether the layer draws random numbers while training."""
        return self.dropout > 0

    def passes_mask(self) -> bool:
        """Return whether the mask goes on: with an output for every step."""
        return self.return_sequences

    def output_shape(self, *shapes: Dims) -> Dims | list[Dims]:
        """Return `(batch, units)`, with the steps between if every output is returned."""
        batch, steps, _ = shapes[0]
        output = (batch, steps, self.units) if self.return_sequences else (batch, self.units)
        return [output, *[(batch, self.units)] * self.states] if self.return_state else output

    def weights(self, *shapes: Dims) -> list[Weight]:
        """Return the kernels of input and state, and the bias."""
        features = known(shapes[0][-1], self, "the features")
        width = self.gates * self.units
        weights = [
            Weight("kernel", (features, width), self.kernel_initializer, self.kernel_regularizer),
            Weight(
                "recurrent_kernel",
                (self.units, width),
                self.recurrent_initializer,
                self.recurrent_regularizer,
            ),
        ]
        if self.use_bias:
            weights.append(
                Weight("bias", self._bias_shape(), self._bias_start(), self.bias_regularizer)
            )
        return weights

    def _bias_shape(self) -> tuple[int, ...]:
        return (self.gates * self.units,)

    def _bias_start(self) -> Initializer:
        return self.bias_initializer


class SimpleRNN(_Recurrent):
    """A fully connected recurrent layer.

    Each step computes `h' = activation(x @ kernel + h @ recurrent_kernel + bias)`.
    """

    key = "simple_rnn"
    gates = 1
    example = _SERIES + "layer_simple_rnn(32)"


class LSTM(_Recurrent):
    """Long short-term memory (Hochreiter and Schmidhuber, 1997).

    The weights hold the input, forget, cell and output gates side by side. The state is the
    output and the cell.
    """

    key = "lstm"
    gates = 4
    states = 2
    example = _SERIES + "layer_lstm(32)"
    recurrent_activation: Activation = option(
        Ref("activation"), "sigmoid", "The activation of the gates.", after="activation"
    )
    unit_forget_bias: bool = option(
        Flag(),
        True,
        "Whether the forget gate's bias starts at 1 (Jozefowicz et al., 2015).",
        after="bias_initializer",
    )

    def _bias_start(self) -> Initializer:
        if not self.unit_forget_bias:
            return self.bias_initializer
        return _ForgetBias(start=self.bias_initializer, units=self.units)


class GRU(_Recurrent):
    """Gated recurrent unit (Cho et al., 2014, arXiv:1406.1078).

    The weights hold the update, reset and new gates side by side.
    """

    key = "gru"
    gates = 3
    example = _SERIES + "layer_gru(32)"
    recurrent_activation: Activation = option(
        Ref("activation"), "sigmoid", "The activation of the gates.", after="activation"
    )
    reset_after: bool = option(
        Flag(),
        True,
        "Whether the reset gate acts after the state's weights (as in fast kernels; then there are "
        "two biases) or before.",
    )

    def _bias_shape(self) -> tuple[int, ...]:
        width = self.gates * self.units
        return (2, width) if self.reset_after else (width,)


class _ForgetBias(Initializer):
    """An initializer for an LSTM's bias, with ones for the forget gate."""

    units: int = option(Count())
    start: Initializer = option(Ref("initializer"))

    def _values(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        values = self.start.draw(shape, rng)
        values[self.units : 2 * self.units] = 1.0
        return values


class _RecurrentLayer(Ref):
    """A recurrent layer."""

    r_coercion = "as_layer"

    def __init__(self) -> None:
        super().__init__("layer")
        self.words = "a recurrent layer such as LSTM(32)"

    def check(self, value: Any) -> Any:
        """Return the recurrent layer."""
        try:
            layer = super().check(value)
        except ArgumentError:
            raise self.refuse() from None
        if not isinstance(layer, _Recurrent):
            raise Unfit(self.words)
        return layer


class Bidirectional(Layer):
    """Reads a sequence forwards and backwards with two copies of a recurrent layer."""

    ndim = 3
    mask = "read"
    example = _SERIES + "layer_bidirectional(layer_lstm(units = 32))"
    layer: _Recurrent = option(_RecurrentLayer(), doc="The recurrent layer.")
    merge_mode: str = option(
        Choice("concat", "sum", "mul", "ave"), "concat", "How the two outputs become one."
    )
    backward_layer: _Recurrent | None = option(
        _RecurrentLayer(), None, "The layer that reads backwards; by default a copy of `layer`."
    )

    @property
    def random(self) -> bool:  # type: ignore[override]
        """Whether the layer draws random numbers while training."""
        return self.layer.random

    def validate(self) -> None:
        """Refuse layers that return states, and two that do not read in opposite directions."""
        forward, backward = self.directions()
        if forward.return_state or backward.return_state:
            raise ArgumentError(
                "Bidirectional(): a layer with return_state=True cannot be wrapped.",
                argument="layer",
                received=show(forward),
            )
        same = forward.return_sequences == backward.return_sequences
        if not same or forward.go_backwards == backward.go_backwards:
            raise ArgumentError(
                "Bidirectional(): 'backward_layer' must return what 'layer' returns and differ in "
                "'go_backwards'.",
                argument="backward_layer",
                received=show(backward),
            )

    def directions(self) -> tuple[_Recurrent, _Recurrent]:
        """Return the layer that reads forwards and the one that reads backwards."""
        if self.backward_layer is not None:
            return self.layer, self.backward_layer
        return self.layer, self.layer.replace(go_backwards=not self.layer.go_backwards)

    def passes_mask(self) -> bool:
        """Return whether the mask goes on: with an output for every step."""
        return self.layer.return_sequences

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return one layer's shape, twice as wide if the outputs are joined."""
        forward, backward = (layer.output_shape(*shapes) for layer in self.directions())
        assert isinstance(forward, tuple) and isinstance(backward, tuple)
        if self.merge_mode != "concat":
            return forward
        return (*forward[:-1], (forward[-1] or 0) + (backward[-1] or 0))

    def weights(self, *shapes: Dims) -> list[Weight]:
        """Return both layers' weights, named `forward/...` and `backward/...`."""
        return [
            Weight(f"{way}/{w.name}", w.shape, w.initializer, w.regularizer, w.buffer)
            for way, layer in zip(("forward", "backward"), self.directions())
            for w in layer.weights(*shapes)
        ]
