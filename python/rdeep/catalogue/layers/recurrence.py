"""The loop of recurrent layers over the steps of a sequence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rdeep.catalogue.layers.run import Run

Tensor = Any


def over_steps(
    cell: Any,
    sequence: Tensor,
    states: Sequence[Tensor] | None,
    run: Run,
    mask: Tensor | None = None,
    every: bool = False,
    backwards: bool = False,
    unroll: bool = False,
) -> tuple[Tensor, list[Tensor]]:
    """Return a cell's outputs along a sequence, and its last states.

    A masked step leaves the states as they are and repeats the output before it, zeros at first.

    Parameters
    ----------
    cell : RNNCell
        What happens at each step.
    sequence : tensor
        Of shape `(batch, steps, ...)`.
    states : sequence of tensor or None
        The states to start from; `None` for zeros.
    run : Run
        The array functions, the cell's weights, and random numbers.
    mask : tensor or None
        True at the steps that count, of shape `(batch, steps)`.
    every : bool
        Whether to return the outputs of all steps, of shape `(batch, steps, ...)` in the order in
        which they were computed, rather than the last one.
    backwards : bool
        Whether to begin with the last step.
    unroll : bool
        Whether an engine that compiles loops repeats the step instead.
    """
    ops = run.ops
    step = (None, *sequence.shape[2:])
    if cell.steps_first:
        prepared = cell.prepare(ops.swapaxes(sequence, 0, 1), run)
    else:
        prepared = ops.swapaxes(cell.prepare(sequence, run), 0, 1)
    xs = [prepared]  # (steps, batch, ...)
    if mask is not None:
        # (steps, batch, 1)
        xs.append(ops.expand_dims(ops.swapaxes(ops.cast(mask, "bool"), 0, 1), -1))
    # Where the output is a state, which starts as the output does, one of them is enough.
    same = cell.output_state if states is None or mask is None else None
    start = _zeros(cell.state_shapes(step), prepared, run) if states is None else list(states)
    if same is None:
        start = [*start, *_zeros([cell.output_shape(step)], prepared, run)]

    def advance(before: list[Tensor], given: list[Tensor]) -> tuple[list[Tensor], Any]:
        x, *masked = given
        output, after = cell.step(x, before[: cell.state_count], run)
        after = [*after, output] if same is None else list(after)
        if masked:
            after = [where_seen(masked[0], new, ops, old) for new, old in zip(after, before)]
        return after, (after[-1 if same is None else same] if every else ())

    last, outputs = ops.scan(advance, start, xs, reverse=backwards, unroll=unroll or 1)
    if every:
        output = ops.swapaxes(outputs, 0, 1)  # (batch, steps, ...)
        output = ops.flip(output, axis=1) if backwards else output
    else:
        output = last[-1 if same is None else same]  # (batch, ...)
    return output, last[: cell.state_count]


def _zeros(shapes: Sequence[Any], prepared: Tensor, run: Run) -> list[Tensor]:
    rows, dtype = run.ops.shape(prepared)[1], run.ops.dtype(prepared)
    return [run.ops.zeros((rows, *shape[1:]), dtype) for shape in shapes]


def where_seen(mask: Tensor, x: Tensor, ops: Any, other: Tensor | None = None) -> Tensor:
    """Return values where a mask of their first axes is true, and others elsewhere.

    Parameters
    ----------
    mask : tensor
        The mask, of at most as many axes as the values.
    x : tensor
        The values.
    ops : module
        The engine's array functions.
    other : tensor, optional
        The values elsewhere; zeros by default.
    """
    further = len(x.shape) - len(mask.shape)
    if further > 0:
        mask = ops.expand_dims(mask, tuple(range(-further, 0)))
    return ops.where(mask, x, ops.zeros_like(x) if other is None else other)
