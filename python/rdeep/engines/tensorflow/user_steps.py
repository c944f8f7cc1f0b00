"""Steps that a user wrote, on TensorFlow: computed at once the first time, and then traced.

The first batch is computed eagerly, so that layers, optimizers and metrics make their variables
where they may, and whatever is wrong is said there. From the second on the step is a graph, one for
each size of a batch.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import tensorflow as tf

from rdeep.data.arrays import ArrayFeed
from rdeep.engines.contract import UserStep
from rdeep.engines.stepping import Cell, Step, put_together, taken_apart, under_way
from rdeep.engines.tensorflow.batches import TensorFlowBatches
from rdeep.errors import StateError, operation_call, setting
from rdeep.graph.fixed import noticing_draws

Tensor = Any

# After so many sizes of a batch the graph leaves it open.
_SIZES = 4


class TensorFlowStepRunner:
    """Calls steps on TensorFlow.

    Parameters
    ----------
    device : str
        The device's name.
    """

    traces = True

    def __init__(self, device: str) -> None:
        self.device = device

    def scope(self) -> Any:
        """Return a context in which TensorFlow works on the device."""
        return tf.device(f"/{self.device.upper()}" + ("" if ":" in self.device else ":0"))

    def holds(self, nbytes: int) -> bool:
        """Return whether data of that size fits the device: TensorFlow does not say.

        Parameters
        ----------
        nbytes : int
            The data's size.
        """
        return True

    def place(self, feed: ArrayFeed, batch_size: int) -> TensorFlowBatches:
        """Put data on the device.

        Parameters
        ----------
        feed : ArrayFeed
            The data.
        batch_size : int
            Rows in a batch.
        """
        with self.scope():
            return TensorFlowBatches(feed, batch_size, None)

    def tensors(self, batches: Any, index: int) -> list[Tensor]:
        """Return a batch's inputs as tensors.

        Parameters
        ----------
        batches : TensorFlowBatches
            What `place` returned.
        index : int
            The batch's number in the epoch.
        """
        with self.scope():
            found: list[Tensor] = batches.batch(index)
            return found

    def prepared(self, function: UserStep, name: str, eager: bool) -> UserStep:
        """Return a function that does the same as a graph, unless it is to be called as it is.

        Parameters
        ----------
        function : callable
            The step.
        name : str
            What it is called in messages.
        eager : bool
            Whether it is called for each batch.
        """
        return function if eager else TracedStep(function, name)

    @contextmanager
    def running(self, training: bool, flops: float) -> Iterator[None]:
        """Have steps run on the device.

        Parameters
        ----------
        training : bool
            Has no effect: gradients are noted by a tape.
        flops : float
            Has no effect: TensorFlow chooses its threads.
        """
        with self.scope(), under_way(Step("tensorflow")):
            yield

    def numbers(self, values: Sequence[Any]) -> list[np.ndarray]:
        """Return tensors and numbers as arrays.

        Parameters
        ----------
        values : sequence
            The values.
        """
        return [np.asarray(value) for value in values]


class TracedStep:
    """A step as graphs, one for each structure and size of a batch.

    Parameters
    ----------
    function : callable
        The step: takes the structure of its data, and the tensors in it.
    name : str
        What it is called in messages.
    """

    def __init__(self, function: UserStep, name: str) -> None:
        self.function, self.name = function, name
        self._known: dict[Any, _Traced] = {}
        self._sizes: set[int | None] = set()
        self._began = False

    def __call__(self, template: Any, tensors: list[Tensor]) -> Any:
        """Return what the step returns.

        Parameters
        ----------
        template : object
            The structure of the data.
        tensors : list of Tensor
            The tensors in it.
        """
        if not self._began:
            found = self.function(template, tensors)
            self._began = True
            return found
        rows = tensors[0].shape[0]
        if rows not in self._sizes and len(self._sizes) >= _SIZES:
            rows = None
        key = (rows, str(template), *((t.shape[1:], t.dtype) for t in tensors))
        traced = self._known.get(key)
        if traced is None:
            self._sizes.add(rows)
            traced = self._known[key] = _Traced(self, template, tensors, rows)
        return traced(tensors)


class _Traced:
    """A step as one graph, and what it returns beside tensors."""

    def __init__(
        self, step: TracedStep, template: Any, tensors: list[Tensor], rows: int | None
    ) -> None:
        self.keepers: list[Any] = []
        specs = [tf.TensorSpec([rows, *t.shape[1:]], t.dtype) for t in tensors]

        def body(*given: Tensor) -> tuple[list[Tensor], list[Tensor]]:
            trace = StepTrace()
            with under_way(Step("tensorflow", trace)):
                returned = step.function(template, list(given))
            found: list[Tensor] = []
            self.form = taken_apart(returned, found, tf.is_tensor)
            collected: list[Tensor] = []
            self.keepers = [
                (keeper, taken_apart(batch, collected, tf.is_tensor))
                for keeper, batch in trace.collected
            ]
            trace.finish()
            return found, collected

        try:
            with noticing_draws(step.name):
                traced = tf.function(body, input_signature=specs, autograph=False)
                traced.get_concrete_function()
        except tf.errors.OperatorNotAllowedInGraphError as error:
            raise _looks_at_values(step.name) from error
        except (AttributeError, NotImplementedError, TypeError) as error:
            said = str(error)
            if "numpy" in said or "Symbolic" in said or "symbolic" in said:
                raise _looks_at_values(step.name) from error
            raise
        self.graph = traced

    def __call__(self, tensors: list[Tensor]) -> Any:
        """Return what the step returns for a batch."""
        found, collected = self.graph(*tensors)
        for keeper, form in self.keepers:
            keeper.collect(put_together(form, collected))
        return put_together(self.form, found)


class StepTrace:
    """A step while TensorFlow traces it: what it changes becomes variables."""

    def __init__(self) -> None:
        self.values: dict[Cell, Tensor] = {}
        self.written: dict[Cell, None] = {}
        self.collected: list[tuple[Any, tuple[Any, ...]]] = []

    def read(self, cell: Cell) -> Tensor:
        """Return a cell's value at this place of the step.

        Parameters
        ----------
        cell : Cell
            The cell.
        """
        if cell not in self.values:
            if cell.variable is None:
                with tf.init_scope():
                    value = cell.value
                    # TensorFlow would take a number of Python's for one of 32 bits.
                    value = np.float64(value) if isinstance(value, float) else value
                    cell.variable = tf.Variable(value, trainable=False)
            self.values[cell] = cell.variable.read_value()
        return self.values[cell]

    def write(self, cell: Cell, value: Tensor) -> None:
        """Give a cell a value, from this place of the step on.

        Parameters
        ----------
        cell : Cell
            The cell.
        value : Tensor
            The value.
        """
        dtype = self.read(cell).dtype
        self.values[cell] = tf.cast(value, dtype)
        self.written[cell] = None

    def collect(self, keeper: Any, tensors: tuple[Any, ...]) -> None:
        """Have a batch's tensors handed to a keeper each time that the step runs.

        Parameters
        ----------
        keeper : object
            Has `collect(tensors)`.
        tensors : tuple of Tensor or None
            The tensors.
        """
        self.collected.append((keeper, tensors))

    def finish(self) -> None:
        """Write what has changed into the variables."""
        for cell in self.written:
            cell.variable.assign(self.values[cell])


def _looks_at_values(name: str) -> StateError:
    return StateError(
        f"{name} looks at the value of a tensor, which has none while the step is compiled.",
        hint=f"Say it with {operation_call('where', 'ops.')} or "
        f"{operation_call('cond', 'ops.')}, or compile the model with "
        f"{setting('run_eagerly', True)}, which calls the step for each batch.",
    )
