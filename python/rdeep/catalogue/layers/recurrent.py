"""Recurrent layers. Input of shape `(batch, steps, features)`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, partial
from typing import Any

from rdeep.catalogue.activations import Sigmoid, Tanh
from rdeep.catalogue.layers.base import Dims, Layer, Weight
from rdeep.catalogue.layers.case import Case, case
from rdeep.catalogue.layers.cell_options import (
    RESET_AFTER,
    SEED,
    _GRUOptions,
    _LSTMOptions,
    _UnitOptions,
)
from rdeep.catalogue.layers.cells import GRUCell, LSTMCell, RNNCell, SimpleRNNCell
from rdeep.catalogue.layers.recurrence import over_steps, where_seen
from rdeep.catalogue.layers.run import Run
from rdeep.catalogue.options import Cell, Count, Flag, KernelChoice, Ref, option
from rdeep.catalogue.record import Record
from rdeep.catalogue.regularizers import Regularizer
from rdeep.errors import ArgumentError, ShapeError, constructor, format_shape, layer_title, setting

__all__ = ["GRU", "LSTM", "RNN", "SimpleRNN"]


class RecurrentLayer(Layer, abstract=True):
    """What layers share that run a cell over a sequence.

    Initial states may follow the input: `layer([x, h])`, or `layer(x, initial_state=[h])`.

    Call arguments
    --------------
    initial_state : tensor or list of tensors, optional
        The states before the first step, of the shape `(batch, units)`; zeros by default.
    training : bool, optional
        Whether to apply dropout; by default the model decides.

    Input shape
    -----------
    `(batch, steps, features)`.

    Output shape
    ------------
    `(batch, units)`, or `(batch, steps, units)` with `return_sequences`; with `return_state` a list
    of that and the states.
    """

    mask = "read"
    takes_states = True
    goes_by_steps = True
    zero_output_for_mask: bool = False
    cell: Any
    """What happens at each step, an `RNNCell`."""

    return_sequences: bool = option(
        Flag(), False, "Whether to return the output of every step, not only the last."
    )
    return_state: bool = option(Flag(), False, "Whether to return the last state as well.")
    go_backwards: bool = option(
        Flag(), False, "Whether to process the steps from the last to the first."
    )
    stateful: bool = option(
        Flag(),
        False,
        "Whether a batch starts from the last states of the previous batch, row by row, until "
        "the states are reset. All batches must then have the same number of rows.",
    )
    unroll: bool = option(
        Flag(),
        False,
        "Whether TensorFlow unrolls the loop over the steps: faster for few steps, with more "
        "memory. It needs a fixed number of steps, and changes no result.",
    )

    @property
    def random(self) -> bool:  # type: ignore[override]
        """Whether the layer draws random numbers while training."""
        return bool(self.cell.streams())

    def streams(self) -> dict[str, int | None]:
        """Return the seeds of what draws random numbers: the cell's parts."""
        return self.cell.streams()

    @classmethod
    def cases(cls) -> list[Case]:
        """Return uses that give the last output, all of them backwards, and the states."""
        more: tuple[dict[str, Any], ...] = (
            *({}, {"return_sequences": True, "go_backwards": True}, {"return_state": True}),
        )
        return [case({**cls.small(), **options}, (5, 4)) for options in more]

    @classmethod
    def small(cls) -> dict[str, Any]:
        """Return the options that a small layer needs."""
        return {"units": 3}

    def passes_mask(self) -> bool:
        """Return whether the mask goes on: with an output for every step."""
        return self.return_sequences

    def check_inputs(self, *shapes: Dims) -> None:
        """Refuse sequences and initial states that do not fit."""
        super().check_inputs(*shapes)
        title = self.name or type(self).__name__
        if len(shapes[0]) < 3:
            raise ShapeError(
                f"{layer_title(self)} wants steps and features for each sample, not an input of "
                f"shape {format_shape(shapes[0])}.",
                layer=title,
                received=shapes[0],
            )
        if self.unroll and shapes[0][1] is None:
            raise ShapeError(
                f"{layer_title(self)} has 'unroll', which needs a fixed number of steps.",
                layer=title,
                argument="unroll",
                received=shapes[0],
                hint="Give the input's number of steps, or leave 'unroll' out.",
            )
        check_states(self, list(shapes[1:]), self.state_shapes(shapes[0]))

    def state_shapes(self, sequence: Dims) -> list[Dims]:
        """Return the states' shapes for a sequence of this shape."""
        return self.cell.state_shapes(_step(sequence))

    def output_shape(self, *shapes: Dims) -> Dims | list[Dims]:
        """Return the last output's shape, with the steps in it if every output is returned."""
        batch, *sizes = self.cell.output_shape(_step(shapes[0]))
        steps = (shapes[0][1],) if self.return_sequences else ()
        output = (batch, *steps, *sizes)
        return [output, *self.state_shapes(shapes[0])] if self.return_state else output

    def weights(self, *shapes: Dims) -> list[Weight]:
        """Return the cell's weights."""
        return self.cell.weights(_step(shapes[0]))

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the last output or those of all steps, and the last states if asked."""
        sequence, *given = inputs if isinstance(inputs, (list, tuple)) else [inputs]
        mask = run.masks[0]
        states: list[Any] | None = given
        store = run.states if self.stateful or run.continues else None
        if not given and store is not None:
            states = store.recall(sequence)
        loop = run.kernel or partial(over_steps, unroll=self.unroll)
        output, last = loop(
            self.cell,
            sequence,
            states or None,
            run,
            mask,
            self.return_sequences,
            self.go_backwards,
        )
        if store is not None:
            store.keep(last)
        if self.zero_output_for_mask and mask is not None:
            mask = run.ops.flip(mask, axis=1) if self.go_backwards else mask
            output = where_seen(mask if self.return_sequences else mask[:, -1], output, run.ops)
        return [output, *last] if self.return_state else output

    def __call__(  # type: ignore[override]
        self,
        inputs: Any,
        initial_state: Any = None,
        mask: Any = None,
        training: bool | None = None,
    ) -> Any:
        """Apply the layer to a symbolic tensor, and initial states if there are some."""
        return super().__call__(with_states(inputs, initial_state), training=training, mask=mask)


def with_states(inputs: Any, initial_state: Any) -> Any:
    """Return an input and its initial states as one list.

    Parameters
    ----------
    inputs : SymbolicTensor or list of them
        The input.
    initial_state : SymbolicTensor, list of them, or None
        The states.
    """
    if initial_state is None:
        return inputs
    several = isinstance(initial_state, (list, tuple))
    first = list(inputs) if isinstance(inputs, (list, tuple)) else [inputs]
    return [*first, *(initial_state if several else [initial_state])]


def check_states(layer: Layer, given: list[Dims], wanted: list[Dims]) -> None:
    """Refuse initial states that are not as many and of the shapes that a layer's states have.

    Parameters
    ----------
    layer : Layer
        The layer.
    given : list of tuple
        The shapes that came; none at all is fine.
    wanted : list of tuple
        The shapes of the layer's states.
    """
    title = layer.name or type(layer).__name__
    if not given:
        return
    if len(given) != len(wanted):
        raise ShapeError(
            f"{layer_title(layer)} has {len(wanted)} state{'s' * (len(wanted) != 1)}, "
            f"but 'initial_state' holds {len(given)}.",
            layer=title,
            argument="initial_state",
            received=len(given),
            expected=str(len(wanted)),
        )
    for i, (came, shape) in enumerate(zip(given, wanted)):
        same = len(came) == len(shape) and all(
            a is None or b is None or a == b for a, b in zip(came, shape)
        )
        if not same:
            raise ShapeError(
                f"{layer_title(layer)}: state {i + 1} in 'initial_state' must have shape "
                f"{format_shape(shape)}, not {format_shape(came)}.",
                layer=title,
                argument="initial_state",
                received=came,
                expected=format_shape(shape),
            )


def _step(sequence: Dims) -> Dims:
    return (sequence[0], *sequence[2:])


ACTIVITY = option(
    Ref("regularizer"), None, "The regularizer of the output.", after="bias_regularizer"
)
USE_CUDNN = option(
    KernelChoice(),
    "auto",
    "Whether to use the engine's fused kernel: by default where there is one; `True` "
    "requires that the other options allow it, `False` computes step by step. It changes "
    "no result.",
)


class _UnitLayer(_UnitOptions, RecurrentLayer, abstract=True):
    """What recurrent layers with `units` outputs share: their cell has the same options."""

    ndim = 3
    use_cudnn: str | bool = "auto"
    cell_type: type[RNNCell]

    @cached_property
    def cell(self) -> Any:
        """The layer's cell."""
        kind = self.cell_type
        return kind(**{name: getattr(self, name) for name in kind.options})

    def validate(self) -> None:
        """Refuse `use_cudnn=True` where no kernel computes what the options ask for."""
        gates = getattr(self, "recurrent_activation", Sigmoid())
        allowed = {
            "activation": self.activation == Tanh(),
            "recurrent_activation": gates == Sigmoid(),
            "recurrent_dropout": not self.recurrent_dropout,
            "reset_after": getattr(self, "reset_after", True),
            "use_bias": self.use_bias,
            "unroll": not self.unroll,
        }
        for name, fine in allowed.items():
            if self.use_cudnn is True and not fine:
                raise ArgumentError(
                    f"{constructor(self)}: {setting('use_cudnn', True)}, but no fused kernel has "
                    f"{setting(name, getattr(self, name))}.",
                    argument="use_cudnn",
                    received=True,
                    hint="Leave 'use_cudnn' out: then the layer goes step by step.",
                )


class SimpleRNN(_UnitLayer):
    """Simple (fully connected) recurrent layer.

    The output of a step is `activation(x @ kernel + h @ recurrent_kernel + bias)`, where `h` is the
    output of the step before. Masked steps are skipped.

    Examples
    --------
    >>> SimpleRNN(32).output_shape((None, 50, 16))
    (None, 32)
    """

    key = "simple_rnn"
    cell_type = SimpleRNNCell
    activity_regularizer: Regularizer | None = ACTIVITY
    seed: int | None = option(Count(0), None, SEED, after="unroll")


class LSTM(_LSTMOptions, _UnitLayer):
    """Long short-term memory (LSTM) layer.

    A step computes `x @ kernel + h @ recurrent_kernel + bias`, which holds the input gate `i`, the
    forget gate `f`, the candidate `g` and the output gate `o` side by side. The cell becomes
    `sigmoid(f) * c + sigmoid(i) * tanh(g)`, and the output `h` is `sigmoid(o) * tanh(c)`. The
    states are the output and the cell. Masked steps are skipped.

    References
    ----------
    Hochreiter, S. and Schmidhuber, J. (1997). Long short-term memory. Neural Computation 9,
    1735-1780.

    Examples
    --------
    >>> LSTM(32).output_shape((None, 50, 16))
    (None, 32)
    >>> LSTM(32, return_sequences=True).output_shape((None, 50, 16))
    (None, 50, 32)
    """

    key = "lstm"
    cell_type = LSTMCell
    activity_regularizer: Regularizer | None = ACTIVITY
    use_cudnn: str | bool = USE_CUDNN


class GRU(_GRUOptions, _UnitLayer):
    """Gated recurrent unit (GRU) layer.

    The weights hold the update gate `z`, the reset gate `r` and the candidate `g` side by side. The
    output is `z * h + (1 - z) * g`, where `h` is the output of the step before, and the candidate
    takes `h` times the reset gate. Masked steps are skipped.

    References
    ----------
    Cho, K. et al. (2014). Learning phrase representations using RNN encoder-decoder for statistical
    machine translation. arXiv:1406.1078.

    Examples
    --------
    >>> GRU(32).output_shape((None, 50, 16))
    (None, 32)
    """

    key = "gru"
    cell_type = GRUCell
    activity_regularizer: Regularizer | None = ACTIVITY
    reset_after: bool = option(Flag(), True, RESET_AFTER, after="unroll")
    use_cudnn: str | bool = USE_CUDNN


class _CellOption(Record, abstract=True):
    cell: RNNCell = option(Cell(), doc="The cell; several in a list are stacked.")


class RNN(_CellOption, RecurrentLayer):
    """Recurrent layer of a given cell, or of several stacked cells.

    The cell is applied to one step at a time. Masked steps are skipped.

    Call arguments
    --------------
    initial_state : tensor or list of tensors, optional
        The states before the first step; zeros by default.
    training : bool, optional
        Whether to apply the cell's dropout; by default the model decides.

    Input shape
    -----------
    `(batch, steps, ...)`.

    Output shape
    ------------
    The output of the cell at the last step, or at all steps with `return_sequences`; with
    `return_state` a list of that and the states.

    Examples
    --------
    >>> from rdeep.catalogue.layers import LSTMCell
    >>> RNN([LSTMCell(32), LSTMCell(8)]).output_shape((None, 50, 16))
    (None, 8)
    """

    key = "rnn"
    zero_output_for_mask: bool = option(
        Flag(),
        False,
        "Whether the output is zero at masked steps, rather than that of the previous step.",
    )

    @classmethod
    def small(cls) -> dict[str, Any]:
        """Return the options that a small layer needs."""
        return {"cell": LSTMCell(3)}

    def parts(self, shapes: tuple[Dims, ...]) -> list[tuple[Layer, dict[str, str]]] | None:
        """Return the layers that a cell of the user's has its weights in."""
        parts: list[tuple[Layer, dict[str, str]]] | None = self.cell.parts(_step(shapes[0]))
        return parts

    def inner_of_cell(self, shapes: Sequence[Dims]) -> Any:
        """Return the graph that a cell of the user's computes at each step; `None` for others."""
        return self.cell.inner(_step(shapes[0]))
