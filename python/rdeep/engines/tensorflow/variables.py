"""Variables on TensorFlow: weights of networks and others, gradients, and optimizers at work."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from rdeep.catalogue.optimizers import Optimizer
from rdeep.engines.tensorflow.network import TensorFlowNetwork
from rdeep.engines.tensorflow.optimizer import Updates
from rdeep.engines.variables import Change

Tensor = Any


class TensorFlowVariable:
    """A variable on TensorFlow.

    Parameters
    ----------
    variable : tf.Variable
        TensorFlow's own.
    """

    def __init__(self, variable: Any) -> None:
        self.variable = variable

    @property
    def key(self) -> int:
        """What it is known by."""
        return id(self.variable)

    @property
    def handle(self) -> Any:
        """What a tape knows it by."""
        return self.variable.handle

    def read(self) -> Any:
        """Return TensorFlow's variable, which computes as its value."""
        return self.variable

    def numpy(self) -> np.ndarray:
        """Return a copy of the value."""
        with tf.init_scope():
            return np.array(self.variable.numpy())

    def assign(self, value: Tensor) -> None:
        """Give it a value.

        Parameters
        ----------
        value : Tensor
            The value, of its shape.
        """
        self.variable.assign(value)


def of_network(network: TensorFlowNetwork, name: str) -> TensorFlowVariable:
    """Return a weight of a network as a variable.

    Parameters
    ----------
    network : TensorFlowNetwork
        The network.
    name : str
        The weight's name in the model.
    """
    return TensorFlowVariable(network.variables[name]._value)


def created(value: np.ndarray, trainable: bool, name: str, device: str) -> TensorFlowVariable:
    """Return a new variable.

    Parameters
    ----------
    value : numpy.ndarray
        Its value.
    trainable : bool
        Whether tapes watch it.
    name : str
        Its name.
    device : str
        Where it is: TensorFlow places variables where it computes.
    """
    with tf.init_scope():
        return TensorFlowVariable(tf.Variable(value, trainable=trainable, name=name))


class Recorder:
    """Records what is computed, for gradients with respect to some sources.

    Parameters
    ----------
    sources : sequence of TensorFlowVariable or Tensor
        What to differentiate by.
    again : bool
        Whether the gradients will be differentiated, which a tape around this one sees to.
    """

    def __init__(self, sources: Sequence[Any], again: bool) -> None:
        self._own = [x.variable if isinstance(x, TensorFlowVariable) else x for x in sources]
        self._tape = tf.GradientTape(watch_accessed_variables=False, persistent=False)

    def start(self) -> None:
        """Begin to record."""
        self._tape.__enter__()
        for each in self._own:
            self._tape.watch(each)

    def stop(self) -> None:
        """Record no more."""
        self._tape.__exit__(None, None, None)

    def gradients(self, loss: Any) -> list[Tensor | None]:
        """Return the gradients of a number.

        Parameters
        ----------
        loss : object
            The number as a tensor; anything else depends on nothing.
        """
        if not tf.is_tensor(loss):
            return [None] * len(self._own)
        return [
            tf.convert_to_tensor(g) if isinstance(g, tf.IndexedSlices) else g
            for g in self._tape.gradient(loss, self._own)
        ]

    def result(self, found: Any) -> Any:
        """Return what a function gave.

        Parameters
        ----------
        found : object
            What it gave.
        """
        return found


def is_loss(value: Any) -> bool:
    """Return whether something is a single number as a tensor.

    Parameters
    ----------
    value : object
        What a function gave.
    """
    return (
        tf.is_tensor(value) and value.shape.num_elements() in (1, None) and value.dtype.is_floating
    )


class Applied:
    """An optimizer at work on variables, with what it keeps for them.

    Parameters
    ----------
    rule : Optimizer
        The optimizer.
    """

    def __init__(self, rule: Optimizer) -> None:
        self.rule = rule
        with tf.init_scope():
            self.step = tf.Variable(0, dtype=tf.int64, trainable=False, name="iterations")
            self._rate = tf.Variable(0.0, dtype=tf.float64, trainable=False, name="learning_rate")
        self._last: float | None = None
        self._updates: dict[Any, Updates] = {}
        self._kept: dict[Any, Any] = {}

    @property
    def iterations(self) -> Any:
        """How many steps were taken, a variable."""
        return self.step

    @iterations.setter
    def iterations(self, value: int) -> None:
        self.step.assign(value)

    def apply(self, gradients: Sequence[Tensor], changes: Sequence[Change], rates: Any) -> None:
        """Take a step.

        Parameters
        ----------
        gradients : sequence of Tensor
            A gradient for each variable.
        changes : sequence of Change
            The variables.
        rates : float or Schedule
            The learning rate.
        """
        step = self.step.read_value()
        self.ready(changes).apply(list(gradients), self._rate_at(rates, step), step)
        self.step.assign_add(1)

    def _rate_at(self, rates: Any, step: Tensor) -> Tensor:
        if not isinstance(rates, float):
            if tf.executing_eagerly():
                return tf.constant(float(rates.rates(int(step))), tf.float64)
            # Schedules compute on NumPy, also for functions that are traced.
            found = tf.numpy_function(lambda at: np.float64(rates.rates(at)), [step], tf.float64)
            return tf.ensure_shape(found, ())
        if rates != self._last:
            # A variable: a function that was traced follows it.
            self._last = rates
            with tf.init_scope():
                self._rate.assign(rates)
        return self._rate.read_value()

    def set_rate(self, rate: float) -> None:
        """Have functions that were traced go on with a learning rate.

        Parameters
        ----------
        rate : float
            The rate.
        """
        self._last = rate
        self._rate.assign(rate)

    def finish(self, changes: Sequence[Change]) -> None:
        """Give variables their moving averages.

        Parameters
        ----------
        changes : sequence of Change
            The variables.
        """
        self.ready(changes).finish()

    def swap(self, changes: Sequence[Change]) -> None:
        """Exchange variables and their moving averages.

        Parameters
        ----------
        changes : sequence of Change
            The variables.
        """
        self.ready(changes).swap()

    def ready(self, changes: Sequence[Change]) -> Updates:
        """Return what changes variables, with what is kept for them.

        Parameters
        ----------
        changes : sequence of Change
            The variables.
        """
        key = tuple(each.variable.key for each in changes)
        if key not in self._updates:
            rules = {c.info.name: c.constraint for c in changes if c.constraint is not None}
            held = {c.info.name: c.variable.variable for c in changes}
            with tf.init_scope():
                updates = Updates(self.rule, held, rules, {c.info.name: c.info for c in changes})
            # What was kept for a variable stays, whichever others come along with it.
            keys = {c.info.name: c.variable.key for c in changes}
            updates.slots = {
                slot: {
                    name: self._kept.setdefault((slot, keys[name]), variable)
                    for name, variable in variables.items()
                }
                for slot, variables in updates.slots.items()
            }
            self._updates[key] = updates
        return self._updates[key]

    def slots(self) -> list[tuple[str, np.ndarray]]:
        """Return what is kept, as `slot/weight name` with a value."""
        found: dict[str, np.ndarray] = {}
        for updates in self._updates.values():
            found.update(updates.export())
        return list(found.items())

    def load(self, name: str, value: np.ndarray) -> None:
        """Give something that is kept a value.

        Parameters
        ----------
        name : str
            As `slot/weight name`.
        value : numpy.ndarray
            The value.
        """
        slot, weight = name.split("/", 1)
        for updates in self._updates.values():
            if weight in updates.slots.get(slot, {}):
                with tf.init_scope():
                    updates.slots[slot][weight].assign(np.asarray(value, np.float32))
