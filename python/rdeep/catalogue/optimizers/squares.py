"""Optimizers with per-parameter learning rates from squared gradients (RMSprop, Adagrad ...)."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.optimizers.base import (
    EPSILON,
    Optimizer,
    ParameterInfo,
    Slot,
    Slots,
    Updated,
    smaller,
)
from rdeep.catalogue.options import Flag, Number, option

__all__ = ["Adadelta", "Adafactor", "Adagrad", "Ftrl", "RMSprop"]


class RMSprop(Optimizer):
    """RMSprop optimizer: the gradient over the root of a running mean of its square.

    A step is `learning_rate * g / sqrt(v + epsilon)`; centered, `v` is the running variance.

    References
    ----------
    Tieleman, T. and Hinton, G. (2012). Lecture 6.5: rmsprop. Neural Networks for Machine Learning,
    Coursera.

    Examples
    --------
    >>> RMSprop(learning_rate=0.01)
    RMSprop(learning_rate=0.01)
    """

    key = "rmsprop"
    rho: float = option(
        Number(0.0, 1.0, open_high=True), 0.9, "The decay rate of the running means."
    )
    momentum: float = option(Number(0.0, 1.0), 0.0, "The momentum.")
    epsilon: float = option(Number(0.0), 1e-7, EPSILON)
    centered: bool = option(
        Flag(), False, "Whether to divide by the variance rather than the square."
    )

    def slots(self, of: ParameterInfo) -> dict[str, Slot]:
        """Return the running means and the momentum that the options ask for."""
        slots = {"velocity": Slot()}
        if self.momentum:
            slots["momentum"] = Slot()
        if self.centered:
            slots["average_gradient"] = Slot()
        return slots

    def update(self, w: Any, g: Any, slots: Slots, lr: Any, step: Any, ops: Any) -> Updated:
        """Return the weight and the running means after a step."""
        v = self.rho * slots["velocity"] + (1.0 - self.rho) * ops.square(g)
        kept = {"velocity": v}
        denominator = v + self.epsilon
        if self.centered:
            mean = self.rho * slots["average_gradient"] + (1.0 - self.rho) * g
            kept["average_gradient"] = mean
            denominator = denominator - ops.square(mean)
        change = lr * g / ops.sqrt(denominator)
        if self.momentum:
            change = kept["momentum"] = self.momentum * slots["momentum"] + change
        return w - change, kept


class Adagrad(Optimizer):
    """Adagrad optimizer: the gradient over the root of the sum of its squares.

    References
    ----------
    Duchi, J., Hazan, E. and Singer, Y. (2011). Adaptive subgradient methods for online learning and
    stochastic optimization. Journal of Machine Learning Research 12, 2121-2159.

    Examples
    --------
    >>> Adagrad(learning_rate=0.01)
    Adagrad(learning_rate=0.01)
    """

    key = "adagrad"
    initial_accumulator_value: float = option(
        Number(0.0), 0.1, "The initial value of the sum of squares."
    )
    epsilon: float = option(Number(0.0), 1e-7, EPSILON)

    def slots(self, of: ParameterInfo) -> dict[str, Slot]:
        """Return the sum of squares."""
        return {"accumulator": Slot(self.initial_accumulator_value)}

    def update(self, w: Any, g: Any, slots: Slots, lr: Any, step: Any, ops: Any) -> Updated:
        """Return the weight and the sum of squares after a step."""
        total = slots["accumulator"] + ops.square(g)
        return w - lr * g / ops.sqrt(total + self.epsilon), {"accumulator": total}


class Adadelta(Optimizer):
    """Adadelta optimizer: the gradient in the unit of the weight.

    A step is `learning_rate * g * rms(d) / rms(g)`, where `rms` is the root of a running mean of
    squares plus epsilon, and `d` the changes so far without the learning rate.

    References
    ----------
    Zeiler, M. D. (2012). ADADELTA: an adaptive learning rate method. arXiv:1212.5701.

    Examples
    --------
    >>> Adadelta(learning_rate=1.0)
    Adadelta(learning_rate=1.0)
    """

    key = "adadelta"
    rho: float = option(
        Number(0.0, 1.0, open_high=True), 0.95, "The decay rate of the running means."
    )
    epsilon: float = option(Number(0.0), 1e-7, EPSILON)

    def slots(self, of: ParameterInfo) -> dict[str, Slot]:
        """Return the running means of the squares of gradients and changes."""
        return {"accumulated_grad": Slot(), "accumulated_delta_var": Slot()}

    def update(self, w: Any, g: Any, slots: Slots, lr: Any, step: Any, ops: Any) -> Updated:
        """Return the weight and the running means after a step."""
        grads = self._moved(slots["accumulated_grad"], g, ops)
        before = slots["accumulated_delta_var"]
        delta = g * ops.sqrt(before + self.epsilon) / ops.sqrt(grads + self.epsilon)
        deltas = self._moved(before, delta, ops)
        return w - lr * delta, {"accumulated_grad": grads, "accumulated_delta_var": deltas}

    def _moved(self, mean: Any, x: Any, ops: Any) -> Any:
        return self.rho * mean + (1.0 - self.rho) * ops.square(x)


class Ftrl(Optimizer):
    """FTRL optimizer (follow the regularized leader), for sparse linear models.

    With `n` the sum of the gradients' squares and `z` a sum of gradients, the weight is
    `(clip(z, -l1, l1) - z) / (n^-p / learning_rate + 2 * l2 + beta / learning_rate)`, where `p` is
    `learning_rate_power` and `l1`, `l2` are the strengths. Weights of little use become zero.

    References
    ----------
    McMahan, H. B. et al. (2013). Ad click prediction: a view from the trenches. KDD.

    Examples
    --------
    >>> Ftrl(learning_rate=0.01)
    Ftrl(learning_rate=0.01)
    """

    key = "ftrl"
    learning_rate_power: float = option(
        Number(high=0.0),
        -0.5,
        "The power by which the learning rate falls with the sum of squares; 0 keeps it.",
    )
    initial_accumulator_value: float = option(
        Number(0.0), 0.1, "The initial value of the sum of squares."
    )
    l1_regularization_strength: float = option(
        Number(0.0), 0.0, "The strength of an L1 penalty, which makes zeros."
    )
    l2_regularization_strength: float = option(Number(0.0), 0.0, "The strength of an L2 penalty.")
    l2_shrinkage_regularization_strength: float = option(
        Number(0.0),
        0.0,
        "The strength of an L2 penalty that is added to the gradient where it is not zero.",
    )
    beta: float = option(Number(0.0), 0.0, "A number added to the root of the sum of squares.")

    def slots(self, of: ParameterInfo) -> dict[str, Slot]:
        """Return the sum of squares and the sum of gradients."""
        return {"accumulator": Slot(self.initial_accumulator_value), "linear": Slot()}

    def update(self, w: Any, g: Any, slots: Slots, lr: Any, step: Any, ops: Any) -> Updated:
        """Return the weight and the sums after a step."""
        power = -self.learning_rate_power
        total = slots["accumulator"] + ops.square(g)
        before, after = slots["accumulator"] ** power, total**power
        shrunk = g + 2.0 * self.l2_shrinkage_regularization_strength * w
        linear = slots["linear"] + (shrunk - (after - before) / lr * w)
        l1, l2 = self.l1_regularization_strength, self.l2_regularization_strength
        quadratic = after / lr + (2.0 * l2 + self.beta / lr)
        new = (ops.clip(linear, -l1, l1) - linear) / quadratic
        return new, {"accumulator": total, "linear": linear}


class Adafactor(Optimizer):
    """Adafactor optimizer: little memory for large matrices.

    For weights of two dimensions or more, it keeps the means of rows and columns of the squared
    gradient in place of a mean for each value. The step is relative: the rate, which is at most
    `1 / sqrt(t)`, is multiplied by the root mean square of the weight.

    References
    ----------
    Shazeer, N. and Stern, M. (2018). Adafactor: adaptive learning rates with sublinear memory cost.
    arXiv:1804.04235.

    Examples
    --------
    >>> Adafactor(learning_rate=0.01)
    Adafactor(learning_rate=0.01)
    """

    key = "adafactor"
    whole = True
    beta_2_decay: float = option(
        Number(), -0.8, "The exponent of the step by which the decay rate of squares approaches 1."
    )
    epsilon_1: float = option(Number(0.0), 1e-30, "A number added to the squared gradients.")
    epsilon_2: float = option(Number(0.0), 1e-3, "The smallest scale of a weight.")
    clip_threshold: float = option(
        Number(0.0, open_low=True), 1.0, "The largest root mean square of a step, before the rate."
    )
    relative_step: bool = option(
        Flag(),
        True,
        "Whether a constant rate is at most `1 / sqrt(t)`. As in Keras any rate is, either way.",
    )

    def slots(self, of: ParameterInfo) -> dict[str, Slot]:
        """Return the squares' means: of rows and columns, or of values."""
        if len(of.shape) < 2:
            return {"velocity": Slot()}
        rows, columns = of.shape[:-1], (*of.shape[:-2], of.shape[-1])
        return {"rows": Slot(shape=rows), "columns": Slot(shape=columns)}

    def update(self, w: Any, g: Any, slots: Slots, lr: Any, step: Any, ops: Any) -> Updated:
        """Return the weight and the means after a step."""
        decay = 1.0 - step**self.beta_2_decay
        squares = ops.square(g) + self.epsilon_1
        if "rows" in slots:
            rows = decay * slots["rows"] + (1.0 - decay) * ops.mean(squares, axis=-1)
            columns = decay * slots["columns"] + (1.0 - decay) * ops.mean(squares, axis=-2)
            share = rows / ops.mean(rows, axis=-1, keepdims=True)
            velocity = share[..., None] * columns[..., None, :]
            kept = {"rows": rows, "columns": columns}
        else:
            velocity = decay * slots["velocity"] + (1.0 - decay) * squares
            kept = {"velocity": velocity}
        change = g / ops.sqrt(velocity)
        size = ops.sqrt(ops.mean(ops.square(change))) / self.clip_threshold
        scale = ops.maximum(ops.sqrt(ops.mean(ops.square(w))), self.epsilon_2)
        rate = smaller(lr, step**-0.5)
        return w - rate * scale * (change / ops.maximum(size, 1.0)), kept
