"""Cells: what a recurrent layer computes at one step of a sequence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from rdeep.catalogue.initializers import Initializer
from rdeep.catalogue.layers.base import Dims, Layer, Weight
from rdeep.catalogue.layers.cell_options import _GRUOptions, _LSTMOptions, _UnitOptions
from rdeep.catalogue.layers.run import Run
from rdeep.catalogue.options import Cells, Count, Ref, option
from rdeep.catalogue.record import Record
from rdeep.errors import ShapeError, format_shape

__all__ = ["GRUCell", "LSTMCell", "RNNCell", "SimpleRNNCell", "StackedRNNCells"]

Tensor = Any


class RNNCell(Record, kind="rnn_cell", abstract=True):
    """One step of a recurrent layer. A cell of your own derives from it.

    It declares its options as records do, says the size of its states, its weights, and how a
    step goes, in `step`; both engines run it in `RNN(cell)`.
    """

    state_size: Any
    """The size of each state: a number, or several. The first is the output's, if `output_size`
    does not say otherwise."""
    output_state: int | None = None
    """Which of the states is the output as well, from 0; `None` where none is."""
    steps_first: bool = False
    """Whether `prepare` takes and returns the steps before the batch, which saves a copy."""

    @property
    def random(self) -> bool:
        """Whether the cell draws random numbers while training."""
        return any(True for _ in self.streams())

    @property
    def state_count(self) -> int:
        """The number of states."""
        return len(_sizes(self.state_size))

    def inner(self, step: Dims) -> Any:
        """Return the graph that a cell of the user's computes at each step; `None` for others."""
        return None

    def parts(self, step: Dims) -> list[tuple[Layer, dict[str, str]]] | None:
        """Return the layers that hold the cell's weights, as `Layer.parts` does."""
        return None

    def streams(self) -> dict[str, int | None]:
        """Return the seeds of the parts that draw random numbers, by the parts' names."""
        return {}

    def state_shapes(self, step: Dims) -> list[Dims]:
        """Return the states' shapes for a step's input of this shape, batch included."""
        return [(step[0], size) for size in _sizes(self.state_size)]

    def output_shape(self, step: Dims) -> Dims:
        """Return the shape of a step's output for an input of this shape."""
        return (step[0], getattr(self, "output_size", _sizes(self.state_size)[0]))

    def weights(self, step: Dims) -> list[Weight]:
        """Return the weights for a step's input of this shape, in Keras's order."""
        return []

    def prepare(self, sequence: Tensor, run: Run) -> Tensor:
        """Return what can be computed of all steps at once: `step` gets a slice of it.

        Parameters
        ----------
        sequence : tensor
            Of shape `(batch, steps, ...)`; `(steps, batch, ...)` where `steps_first` is true.
        run : Run
            The array functions, the weights, and random numbers.
        """
        return sequence

    def step(
        self, inputs: Tensor, states: Sequence[Tensor], run: Run
    ) -> tuple[Tensor, list[Tensor]]:
        """Return the output of a step and the new states.

        Parameters
        ----------
        inputs : tensor
            What `prepare` made of the step's input: the input itself, if it is not overridden.
        states : list of tensor
            The states after the step before.
        run : Run
            The array functions, the weights, and random numbers.
        """
        raise NotImplementedError


def _sizes(sizes: int | Sequence[int]) -> tuple[int, ...]:
    return (sizes,) if isinstance(sizes, int) else tuple(sizes)


class _UnitCell(_UnitOptions, RNNCell, abstract=True):
    """What the cells with `units` outputs compute alike."""

    gates: ClassVar[int] = 1
    output_state = 0
    steps_first = True

    @property
    def state_size(self) -> Any:
        """The size of the state."""
        return self.units

    def streams(self) -> dict[str, int | None]:
        """Return the seed of dropout, if there is any."""
        return {"": self.seed} if self.dropout or self.recurrent_dropout else {}

    def weights(self, step: Dims) -> list[Weight]:
        """Return the kernels of input and state, and the bias."""
        if len(step) != 2 or step[-1] is None:
            title = type(self).__name__
            raise ShapeError(
                f"{title} wants a known number of features at each step, not an input of shape "
                f"{format_shape(step)}.",
                layer=title,
                received=step,
                hint="Give the full input shape, with one dimension beside the steps.",
            )
        width = self.gates * self.units
        weights = [
            Weight(
                "kernel",
                (step[-1], width),
                self.kernel_initializer,
                self.kernel_regularizer,
                constraint=self.kernel_constraint,
            ),
            Weight(
                "recurrent_kernel",
                (self.units, width),
                self.recurrent_initializer,
                self.recurrent_regularizer,
                constraint=self.recurrent_constraint,
            ),
        ]
        if self.use_bias:
            start, rule = self._bias_start(), self.bias_regularizer
            bias = Weight("bias", self._bias_shape(), start, rule, constraint=self.bias_constraint)
            weights.append(bias)
        return weights

    def _bias_shape(self) -> tuple[int, ...]:
        return (self.gates * self.units,)

    def _bias_start(self) -> Initializer:
        return self.bias_initializer

    def prepare(self, sequence: Tensor, run: Run) -> Tensor:
        """Return the input of all steps times the kernel, with the bias."""
        masks = self._masks(sequence[0], self.dropout, 0, run)  # each (batch, features)
        # (steps, batch, gates * units)
        projected = self._product(sequence, run.weights["kernel"], masks, run)
        bias = self._input_bias(run)
        return projected if bias is None else projected + bias

    def _input_bias(self, run: Run) -> Tensor | None:
        return run.weights.get("bias")

    def _masks(self, like: Tensor, rate: float, first: int, run: Run) -> list[Tensor]:
        """Return the masks of dropout; Keras takes one for all gates, unless states drop too."""
        if not (rate and run.training):
            return []
        count = self.gates if self.recurrent_dropout else 1
        return [run.dropout_mask(like, rate, first + i) for i in range(count)]

    def _state_masks(self, h: Tensor, run: Run) -> list[Tensor]:
        return self._masks(h, self.recurrent_dropout, self.gates, run)

    def _product(self, x: Tensor, kernel: Tensor, masks: list[Tensor], run: Run) -> Tensor:
        """Return `x @ kernel`, each gate's block of it with a mask of its own if there are more."""
        if not masks:
            return run.ops.matmul(x, kernel)
        if len(masks) == 1:
            return run.ops.matmul(x * masks[0], kernel)
        blocks = run.ops.split(kernel, len(masks), axis=-1)  # each (features, units)
        parts = [run.ops.matmul(x * mask, block) for mask, block in zip(masks, blocks)]
        return run.ops.concatenate(parts, axis=-1)  # (..., gates * units)

    def _blocks(self, x: Tensor, run: Run) -> list[Tensor]:
        """Cut the gates apart, along the last axis: by one operation, whose gradient is one too."""
        return run.ops.split(x, self.gates, axis=-1)


class SimpleRNNCell(_UnitCell):
    """Cell of a simple (fully connected) recurrent layer: one step.

    It computes `h' = activation(x @ kernel + h @ recurrent_kernel + bias)`.

    Examples
    --------
    >>> SimpleRNNCell(8).state_shapes((None, 16))
    [(None, 8)]
    """

    key = "simple"

    def step(
        self, inputs: Tensor, states: Sequence[Tensor], run: Run
    ) -> tuple[Tensor, list[Tensor]]:
        """Return the new output, which is the state."""
        masks = self._state_masks(states[0], run)
        # (batch, units)
        h = inputs + self._product(states[0], run.weights["recurrent_kernel"], masks, run)
        h = self.activation.compute(h, run.ops)
        return h, [h]


class LSTMCell(_LSTMOptions, _UnitCell):
    """Cell of a long short-term memory (LSTM) layer: one step.

    The weights hold the input, forget, cell and output gates side by side. The states are the
    output and the cell.

    References
    ----------
    Hochreiter, S. and Schmidhuber, J. (1997). Long short-term memory. Neural Computation 9,
    1735-1780.

    Examples
    --------
    >>> LSTMCell(8).state_shapes((None, 16))
    [(None, 8), (None, 8)]
    """

    key = "lstm"
    gates = 4

    @property
    def state_size(self) -> Any:
        """The sizes of the output and the cell."""
        return (self.units, self.units)

    def _bias_start(self) -> Initializer:
        if not self.unit_forget_bias:
            return self.bias_initializer
        return forget_bias(self.bias_initializer, self.units)

    def step(
        self, inputs: Tensor, states: Sequence[Tensor], run: Run
    ) -> tuple[Tensor, list[Tensor]]:
        """Return the output, and output and cell as the states."""
        h, c = states
        masks = self._state_masks(h, run)
        # (batch, 4 * units)
        z = inputs + self._product(h, run.weights["recurrent_kernel"], masks, run)
        gate, activate = self.recurrent_activation.compute, self.activation.compute
        i, f, new, o = self._blocks(z, run)  # each (batch, units)
        c = gate(f, run.ops) * c + gate(i, run.ops) * activate(new, run.ops)
        h = gate(o, run.ops) * activate(c, run.ops)
        return h, [h, c]


class GRUCell(_GRUOptions, _UnitCell):
    """Cell of a gated recurrent unit (GRU) layer: one step.

    The weights hold the update, reset and new gates side by side.

    References
    ----------
    Cho, K. et al. (2014). Learning phrase representations using RNN encoder-decoder for statistical
    machine translation. arXiv:1406.1078.

    Examples
    --------
    >>> GRUCell(8).state_shapes((None, 16))
    [(None, 8)]
    """

    key = "gru"
    gates = 3

    def _bias_shape(self) -> tuple[int, ...]:
        width = self.gates * self.units
        return (2, width) if self.reset_after else (width,)

    def _input_bias(self, run: Run) -> Tensor | None:
        bias = run.weights.get("bias")
        return bias if bias is None or not self.reset_after else bias[0]

    def step(
        self, inputs: Tensor, states: Sequence[Tensor], run: Run
    ) -> tuple[Tensor, list[Tensor]]:
        """Return the new output, which is the state."""
        (h,) = states
        kernel = run.weights["recurrent_kernel"]
        masks = self._state_masks(h, run)
        x_z, x_r, x_new = self._blocks(inputs, run)  # each (batch, units)
        if self.reset_after:
            inner = self._product(h, kernel, masks, run)  # (batch, 3 * units)
            inner = inner + run.weights["bias"][1] if self.use_bias else inner
            h_z, h_r, h_new = self._blocks(inner, run)
        else:
            kernel, kernel_new = run.ops.split(kernel, [2 * self.units], axis=-1)
            inner = self._product(h, kernel, masks[:2], run)  # (batch, 2 * units)
            h_z, h_r = run.ops.split(inner, 2, axis=-1)
        z = self.recurrent_activation.compute(x_z + h_z, run.ops)
        r = self.recurrent_activation.compute(x_r + h_r, run.ops)
        if self.reset_after:
            h_new = r * h_new
        else:
            masked = h * masks[2] if masks else h
            h_new = run.ops.matmul(r * masked, kernel_new)
        new = self.activation.compute(x_new + h_new, run.ops)
        h = z * h + (1 - z) * new
        return h, [h]


class _ForgetBias(Initializer):
    """An initializer for an LSTM's bias, with ones for the forget gate."""

    internal = True
    units: int = option(Count())
    start: Initializer = option(Ref("initializer"))

    def _values(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        values = self.start.draw(shape, rng)
        values[self.units : 2 * self.units] = 1.0
        return values


def forget_bias(start: Initializer, units: int) -> Initializer:
    """Return how an LSTM's bias starts: the forget gate's at 1, the others as they would.

    Parameters
    ----------
    start : Initializer
        How the others start.
    units : int
        The width of a gate.
    """
    return _ForgetBias(start=start, units=units)


class StackedRNNCells(RNNCell):
    """Stacked recurrent cells: in each step the output of one cell is the input of the next.

    Examples
    --------
    >>> StackedRNNCells([LSTMCell(32), GRUCell(16)]).output_shape((None, 8))
    (None, 16)
    """

    key = "stack"
    cells: tuple[RNNCell, ...] = option(Cells(), doc="The cells; the first one takes the input.")

    @property
    def state_size(self) -> Any:
        """The sizes of all cells' states, one cell's after the other's."""
        return tuple(size for cell in self.cells for size in _sizes(cell.state_size))

    @property
    def steps_first(self) -> bool:  # type: ignore[override]
        """Whether the first cell takes the steps before the batch."""
        return self.cells[0].steps_first

    @property
    def output_state(self) -> int | None:  # type: ignore[override]
        """Which of all states is the last cell's output as well."""
        last = self.cells[-1]
        return None if last.output_state is None else last.output_state - last.state_count

    def streams(self) -> dict[str, int | None]:
        """Return the seeds of the cells that draw random numbers."""
        return {
            f"{name}/{part}".rstrip("/"): seed
            for name, cell in self._parts()
            for part, seed in cell.streams().items()
        }

    def _parts(self) -> list[tuple[str, RNNCell]]:
        return [(f"cell_{i}", cell) for i, cell in enumerate(self.cells)]

    def _shapes(self, step: Dims) -> list[Dims]:
        """Return the shape that each cell sees, and at the end the output's."""
        shapes = [step]
        for cell in self.cells:
            shapes.append(cell.output_shape(shapes[-1]))
        return shapes

    def state_shapes(self, step: Dims) -> list[Dims]:
        """Return the shapes of all cells' states."""
        return [
            state
            for cell, shape in zip(self.cells, self._shapes(step))
            for state in cell.state_shapes(shape)
        ]

    def output_shape(self, step: Dims) -> Dims:
        """Return the shape of the last cell's output."""
        return self._shapes(step)[-1]

    def weights(self, step: Dims) -> list[Weight]:
        """Return the cells' weights, named `cell_0/...` and so on."""
        return [
            replace(weight, name=f"{name}/{weight.name}")
            for (name, cell), shape in zip(self._parts(), self._shapes(step))
            for weight in cell.weights(shape)
        ]

    def prepare(self, sequence: Tensor, run: Run) -> Tensor:
        """Return what the first cell computes of all steps at once."""
        return self.cells[0].prepare(sequence, run.within("cell_0"))

    def step(
        self, inputs: Tensor, states: Sequence[Tensor], run: Run
    ) -> tuple[Tensor, list[Tensor]]:
        """Return the last cell's output, and all states."""
        after: list[Tensor] = []
        for i, (name, cell) in enumerate(self._parts()):
            own = run.within(name)
            if i:
                axis = 0 if cell.steps_first else 1
                alone = cell.prepare(run.ops.expand_dims(inputs, axis), own)
                inputs = run.ops.squeeze(alone, axis)
            before = states[len(after) : len(after) + cell.state_count]
            inputs, new = cell.step(inputs, before, own)
            after.extend(new)
        return inputs, after
