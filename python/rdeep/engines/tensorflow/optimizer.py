"""Optimizers on TensorFlow: fused where TensorFlow has the formula, the catalogue's elsewhere."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import tensorflow as tf

from rdeep.catalogue.constraints import Constraint
from rdeep.catalogue.optimizers import (
    ACCUMULATED,
    AVERAGE,
    SGD,
    Adam,
    Optimizer,
    ParameterInfo,
    Slot,
)
from rdeep.engines.tensorflow import ops

Tensor = Any


class Scalar:
    """A number in a compiled function, exact to 64 bits until it meets a tensor of another type.

    The catalogue's formulas take the learning rate and the number of the step as plain numbers;
    in a compiled loop they are tensors, and a power such as `0.999 ** step` loses five digits of
    `1 - 0.999 ** step` in 32 bits.

    Parameters
    ----------
    value : Tensor
        A float64 scalar.
    """

    def __init__(self, value: Tensor) -> None:
        self.value = value

    def like(self, tensor: Tensor) -> Tensor:
        """Return the number in a tensor's type."""
        return tf.cast(self.value, tensor.dtype)

    def _apply(self, function: Callable[[Any, Any], Any], other: Any, turned: bool = False) -> Any:
        if isinstance(other, (Scalar, int, float)):
            right = other.value if isinstance(other, Scalar) else tf.constant(other, tf.float64)
            value = function(right, self.value) if turned else function(self.value, right)
            return Scalar(value)
        own = self.like(other)
        return function(other, own) if turned else function(own, other)

    def __add__(self, other: Any) -> Any:
        return self._apply(operator.add, other)

    def __radd__(self, other: Any) -> Any:
        return self._apply(operator.add, other, turned=True)

    def __sub__(self, other: Any) -> Any:
        return self._apply(operator.sub, other)

    def __rsub__(self, other: Any) -> Any:
        return self._apply(operator.sub, other, turned=True)

    def __mul__(self, other: Any) -> Any:
        return self._apply(operator.mul, other)

    def __rmul__(self, other: Any) -> Any:
        return self._apply(operator.mul, other, turned=True)

    def __truediv__(self, other: Any) -> Any:
        return self._apply(operator.truediv, other)

    def __rtruediv__(self, other: Any) -> Any:
        return self._apply(operator.truediv, other, turned=True)

    def __pow__(self, other: Any) -> Any:
        return self._apply(operator.pow, other)

    def __abs__(self) -> Scalar:
        return Scalar(tf.abs(self.value))

    def __rpow__(self, other: Any) -> Any:
        return self._apply(operator.pow, other, turned=True)


class Updates:
    """An optimizer at work on a network's variables, with what it keeps for each.

    Parameters
    ----------
    record : Optimizer
        The optimizer.
    variables : mapping of str to variable
        The TensorFlow variables that it changes, by name.
    constraints : mapping of str to Constraint
        What variables must satisfy, by name.
    about : mapping of str to ParameterInfo, optional
        What the optimizer is told of variables, where that is more than name and shape.
    """

    def __init__(
        self,
        record: Optimizer,
        variables: Mapping[str, Any],
        constraints: Mapping[str, Constraint],
        about: Mapping[str, ParameterInfo] | None = None,
    ) -> None:
        self.record = record
        self.variables = dict(variables)
        self.constraints = dict(constraints)
        infos = {name: ParameterInfo(name, tuple(v.shape)) for name, v in self.variables.items()}
        infos.update(about or {})
        self._formula = {name: record.slots(of) for name, of in infos.items()}
        self._decays = {name: record.decay(of) for name, of in infos.items()}
        self._starts: dict[str, dict[str, Slot]] = {slot: {} for slot in record.kept()}
        for name in self.variables:
            for slot, start in {**self._formula[name], **record.kept()}.items():
                self._starts.setdefault(slot, {})[name] = start
        self.slots = {
            slot: {
                name: tf.Variable(tf.fill(self._shape(start, name), start.start), trainable=False)
                for name, start in starts.items()
            }
            for slot, starts in self._starts.items()
        }

    def _shape(self, slot: Slot, name: str) -> Any:
        return self.variables[name].shape if slot.shape is None else slot.shape

    def reset(self, values: Mapping[str, np.ndarray]) -> None:
        """Set what is kept to its start, or to given values.

        Parameters
        ----------
        values : mapping of str to numpy.ndarray
            Values by `slot/weight name`, as `export` returned them.
        """
        for slot, starts in self._starts.items():
            for name, start in starts.items():
                variable = self.slots[slot][name]
                given = values.get(f"{slot}/{name}")
                new = np.full(variable.shape, start.start) if given is None else np.asarray(given)
                variable.assign(new.astype(np.float32))

    def export(self) -> dict[str, np.ndarray]:
        """Return copies of what is kept, by `slot/weight name`."""
        return {
            f"{slot}/{name}": np.array(variable.numpy())
            for slot, variables in self.slots.items()
            for name, variable in variables.items()
        }

    def apply(self, gradients: list[Tensor], rate: Tensor, step: Tensor) -> None:
        """Take a batch's gradients: gather them, or change the variables; then constrain them.

        Parameters
        ----------
        gradients : list of Tensor
            A gradient for each variable.
        rate : Tensor
            The learning rate, a float64 scalar.
        step : Tensor
            The number of the batch from 0, an integer scalar.
        """
        if self.record.gradient_accumulation_steps is None:
            self._change(gradients, rate, step)
        else:
            self._gather(self.record.gradient_accumulation_steps, gradients, rate, step)
        for name, rule in self.constraints.items():
            variable = self.variables[name]
            variable.assign(rule.project(variable.read_value(), ops))

    def _gather(self, every: int, gradients: list[Tensor], rate: Tensor, step: Tensor) -> None:
        gathered = list(self.slots[ACCUMULATED].values())
        for variable, g in zip(gathered, gradients):
            variable.assign_add(g)

        def change() -> Tensor:
            self._change([v.read_value() / every for v in gathered], rate, step // every)
            for variable in gathered:
                variable.assign(tf.zeros_like(variable))
            return tf.constant(True)

        tf.cond((step + 1) % every == 0, change, lambda: tf.constant(False))

    def finish(self) -> None:
        """Give the variables their average, if one is kept."""
        for name, average in self.slots.get(AVERAGE, {}).items():
            self.variables[name].assign(average.read_value())

    def swap(self) -> None:
        """Exchange the variables and their average."""
        for name, average in self.slots[AVERAGE].items():
            variable = self.variables[name]
            before = tf.identity(variable.read_value())
            variable.assign(average.read_value())
            average.assign(before)

    def _change(self, gradients: list[Tensor], rate: Tensor, before: Tensor) -> None:
        """Clip, decay, update and average; `before` counts the updates so far."""
        lr, at = Scalar(rate), Scalar(tf.cast(before + 1, tf.float64))
        update = self._chosen(lr, at)
        for (name, variable), g in zip(self.variables.items(), self._clipped(gradients)):
            decay = self._decays[name]
            if decay:
                w = variable.read_value()
                variable.assign(w - w * (decay * lr).like(w))
            update(variable, g, {slot: self.slots[slot][name] for slot in self._formula[name]})
            if self.record.use_ema:
                self._average(variable, self.slots[AVERAGE][name], before)

    def _average(self, variable: Any, average: Any, before: Tensor) -> None:
        w = variable.read_value()
        moved = average.read_value() + (w - average.read_value()) * (1.0 - self.record.ema_momentum)
        moved = tf.where(before == 0, w, moved)
        average.assign(moved)
        every = self.record.ema_overwrite_frequency
        if every is not None:
            variable.assign(tf.where((before + 1) % every == 0, moved, w))

    def _clipped(self, gradients: list[Tensor]) -> list[Tensor]:
        record = self.record
        if record.clipvalue is not None:
            return [ops.clip(g, -record.clipvalue, record.clipvalue) for g in gradients]
        if record.clipnorm is not None:
            bound = record.clipnorm
            return [g * (bound / tf.maximum(tf.norm(g), bound)) for g in gradients]
        if record.global_clipnorm is not None and gradients:
            bound = record.global_clipnorm
            scale = bound / tf.maximum(tf.linalg.global_norm(gradients), bound)
            return [g * scale for g in gradients]
        return gradients

    def _chosen(self, lr: Scalar, step: Scalar) -> Callable[[Any, Tensor, dict[str, Any]], None]:
        """Return the function that updates a variable and its slots."""
        record = self.record
        if isinstance(record, Adam) and not record.amsgrad:
            # TensorFlow corrects the bias in 32 bits from the powers: it gets powers of zero, and
            # a rate that is corrected already, for the decays as it rounds them. (`1 - 0.999` in
            # 32 bits is 1.3e-5 off, which cancels if both places agree.)
            first, second = (float(np.float32(beta)) for beta in (record.beta_1, record.beta_2))
            rate = lr * (1.0 - second**step) ** 0.5 / (1.0 - first**step)
            return lambda w, g, slots: _fused_adam(record, w, g, slots, rate.like(g))
        if isinstance(record, SGD):
            return lambda w, g, slots: _fused_sgd(record, w, g, slots, lr.like(g))
        return lambda w, g, slots: _by_formula(record, w, g, slots, lr, step)


def _fused_adam(record: Adam, w: Any, g: Tensor, slots: dict[str, Any], rate: Tensor) -> None:
    tf.raw_ops.ResourceApplyAdam(
        var=w.handle,
        m=slots["momentum"].handle,
        v=slots["velocity"].handle,
        beta1_power=tf.zeros((), g.dtype),
        beta2_power=tf.zeros((), g.dtype),
        lr=rate,
        beta1=tf.constant(record.beta_1, g.dtype),
        beta2=tf.constant(record.beta_2, g.dtype),
        epsilon=tf.constant(record.epsilon, g.dtype),
        grad=g,
    )


def _fused_sgd(record: SGD, w: Any, g: Tensor, slots: dict[str, Any], rate: Tensor) -> None:
    if not record.momentum:
        tf.raw_ops.ResourceApplyGradientDescent(var=w.handle, alpha=rate, delta=g)
        return
    tf.raw_ops.ResourceApplyKerasMomentum(
        var=w.handle,
        accum=slots["velocity"].handle,
        lr=rate,
        grad=g,
        momentum=tf.constant(record.momentum, g.dtype),
        use_nesterov=record.nesterov,
    )


def _by_formula(
    record: Optimizer, w: Any, g: Tensor, slots: dict[str, Any], lr: Scalar, step: Scalar
) -> None:
    held = {name: variable.read_value() for name, variable in slots.items()}
    new, kept = record.update(w.read_value(), g, held, lr, step, ops)
    w.assign(new)
    for name, value in kept.items():
        slots[name].assign(value)
