"""Compiled functions that run many steps in one call.

`graph_program` is one loop over any number of batches. `block_program` is for XLA, which compiles
for each size anew: plain code cuts out a block of fixed size, and a compiled loop runs over as many
of its batches as are asked for, so that no size of data compiles again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import tensorflow as tf

from rdeep.engines.tensorflow.batches import Layout

Tensor = Any
Step = Callable[[list[Tensor], Tensor, Tensor], "tuple[Tensor, list[Tensor]]"]
"""Takes a batch's tensors, the step's number from 0 and the learning rate; returns what the batch
adds to the sums, and what it collects."""

Answer = tuple[Tensor, list[Tensor], Tensor]

_INDEX = tf.TensorSpec([], tf.int64)
_FLAG = tf.TensorSpec([], tf.bool)


@dataclass(frozen=True)
class Plan:
    """What a program is made from.

    Attributes
    ----------
    step : function
        What to do with a batch.
    layout : Layout
        The data's layout.
    collected : tuple of tf.TensorSpec
        What `step` collects.
    sums : int
        How many sums there are.
    changed : tuple of tf.Variable
        What the steps change.
    rates : tuple of int
        The shape of a batch's learning rates: one, or one for each phase.
    """

    step: Step
    layout: Layout
    collected: tuple[tf.TensorSpec, ...]
    sums: int
    changed: tuple[Any, ...] = ()
    rates: tuple[int, ...] = ()

    def before(self) -> list[Tensor]:
        """Return the values of what the steps change: no copies, as long as nobody changes them."""
        return [variable.read_value() for variable in self.changed]

    def settled(self, totals: Tensor, before: list[Tensor], watched: Tensor) -> Tensor:
        """Return whether all came to numbers; put back what the steps have changed if not.

        Parameters
        ----------
        totals : Tensor
            The sums, the first of which is that of the losses.
        before : list of Tensor
            What `before` returned.
        watched : Tensor
            Whether to look at all.
        """
        if not self.changed:
            return tf.constant(True)

        def put_back() -> Tensor:
            with tf.control_dependencies(
                [variable.assign(value) for variable, value in zip(self.changed, before)]
            ):
                return tf.constant(False)

        fine = tf.logical_or(tf.logical_not(watched), self._are_numbers(totals[0]))
        return tf.cond(fine, lambda: tf.constant(True), put_back)

    def _are_numbers(self, loss: Tensor) -> Tensor:
        """Return whether a loss, and all that the steps change, are numbers."""
        values = [v.read_value() for v in self.changed if v.dtype.is_floating]

        def each() -> Tensor:
            found = [tf.reduce_all(tf.math.is_finite(value)) for value in values]
            return tf.reduce_all([tf.math.is_finite(loss), *found])

        # A sum reads them once and writes nothing, but may be too large where they are not.
        total = tf.add_n([loss, *(tf.cast(tf.reduce_sum(value), loss.dtype) for value in values)])
        return tf.cond(tf.math.is_finite(total), lambda: tf.constant(True), each)

    def signature(self) -> list[Any]:
        """Return the specs that programs share: data, three numbers, rates, sums and a flag."""
        totals = tf.TensorSpec([self.sums], tf.float64)
        rates = tf.TensorSpec([None, *self.rates], tf.float64)
        return [list(self.layout.specs), _INDEX, _INDEX, _INDEX, rates, totals, _FLAG]


def joined(sums: list[Tensor]) -> Tensor:
    """Return numbers and vectors as one vector.

    Parameters
    ----------
    sums : list of Tensor
        The numbers and vectors.
    """
    if all(len(value.shape) == 0 and value.dtype == tf.float32 for value in sums):
        return tf.stack(sums)
    return tf.concat([tf.reshape(tf.cast(value, tf.float64), [-1]) for value in sums], 0)


def graph_program(plan: Plan) -> Any:
    """Return a function of (data, first row, batches, step, rates, totals, flag, batch size, rows).

    It returns the totals and what was collected, all batches joined, and whether all came to
    numbers: if not, and the flag is set, what the steps have changed is as it was before.

    Parameters
    ----------
    plan : Plan
        What to do.
    """

    def program(
        data: list[Tensor],
        start: Tensor,
        count: Tensor,
        step: Tensor,
        rates: Tensor,
        totals: Tensor,
        watched: Tensor,
        size: Tensor,
        rows: Tensor,
    ) -> Answer:
        def take(i: Tensor) -> list[Tensor]:
            first = start + i * size
            last = tf.minimum(first + size, rows)
            return [tensor[first:last] for tensor in data]

        before = plan.before()
        totals, arrays = _loop(plan, take, count, count, step, rates, totals)
        fine = plan.settled(totals, before, watched)
        return totals, [array.concat() for array in arrays], fine

    return tf.function(
        program, input_signature=[*plan.signature(), _INDEX, _INDEX], autograph=False
    )


def block_program(plan: Plan, blocks: int, size: int) -> Any:
    """Return a function of (data, first row, batches, step, rates, totals, flag), by XLA.

    It returns what `graph_program` does. There is a rate for each of the largest number of batches.

    Parameters
    ----------
    plan : Plan
        What to do.
    blocks : int
        The largest number of batches.
    size : int
        Rows in each batch.
    """

    @tf.function(jit_compile=True, autograph=False)
    def inner(
        block: list[Tensor], count: Tensor, step: Tensor, rates: Tensor, totals: Tensor
    ) -> tuple[Tensor, list[Tensor]]:
        def take(i: Tensor) -> list[Tensor]:
            return [tensor[i] for tensor in block]

        totals, arrays = _loop(plan, take, count, blocks, step, rates, totals)
        return totals, [array.stack() for array in arrays]

    def program(
        data: list[Tensor],
        first: Tensor,
        count: Tensor,
        step: Tensor,
        rates: Tensor,
        totals: Tensor,
        watched: Tensor,
    ) -> Answer:
        before, block = plan.before(), []
        for tensor in data:
            shape = tf.concat([[blocks, size], tf.shape(tensor)[1:]], 0)
            cut = tf.reshape(tensor[first : first + blocks * size], shape)
            cut.set_shape([blocks, size, *tensor.shape[1:]])
            block.append(cut)
        rates = tf.ensure_shape(rates, [blocks, *plan.rates])
        totals, stacked = inner(block, count, step, rates, totals)
        joined = []
        for values in stacked:
            shape = tf.concat([[-1], tf.shape(values)[2:]], 0)
            joined.append(tf.reshape(values[:count], shape))
        return totals, joined, plan.settled(totals, before, watched)

    signature = plan.signature()
    return tf.function(program, input_signature=signature, autograph=False)


def _loop(
    plan: Plan,
    take: Callable[[Tensor], list[Tensor]],
    count: Tensor,
    room: Any,
    step: Tensor,
    rates: Tensor,
    totals: Tensor,
) -> tuple[Tensor, list[Any]]:
    """Run over batches; return the totals and, as tensor arrays, what was collected."""

    def body(i: Tensor, totals: Tensor, arrays: list[Any]) -> tuple[Tensor, Tensor, list[Any]]:
        sums, collected = plan.step(take(i), step + i, rates[i])
        at = tf.cast(i, tf.int32)
        written = [array.write(at, value) for array, value in zip(arrays, collected)]
        return i + 1, totals + tf.cast(sums, tf.float64), written

    arrays = [
        tf.TensorArray(
            spec.dtype, tf.cast(room, tf.int32), infer_shape=False, element_shape=spec.shape
        )
        for spec in plan.collected
    ]
    first = tf.constant(0, tf.int64)
    _, totals, arrays = tf.while_loop(
        lambda i, *_: i < count, body, (first, totals, arrays), parallel_iterations=1
    )
    return totals, arrays
