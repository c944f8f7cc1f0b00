"""Optimizers: Keras's formulas, written once; a backend may replace one by a fused form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rdeep.catalogue.options import Count, Flag, Number, Rate, option
from rdeep.catalogue.record import Record
from rdeep.errors import ArgumentError

if TYPE_CHECKING:
    from rdeep.catalogue.schedules import Schedule

__all__ = ["SGD", "Adagrad", "Adam", "AdamW", "Optimizer", "RMSprop"]

ACCUMULATED, AVERAGE = "gradient_accumulator", "moving_average"
"""The names of what any optimizer may keep for a weight, beside what its formula does."""
_LEARNING_RATE = "The step size, constant or changing from step to step."
_EPSILON = "A small number that keeps the division finite."


class Optimizer(Record, kind="optimizer"):
    """A rule for changing weights along their gradients.

    The order of a step is: average the gathered gradients, clip them, decay the weights, update
    them, and move their average.
    """

    learning_rate: float | Schedule = option(Rate(), 0.001, _LEARNING_RATE)
    weight_decay: float | None = option(
        Number(0.0),
        None,
        "Shrink each weight by this times the learning rate at each step, apart from the gradient.",
        keyword_only=True,
    )
    clipnorm: float | None = option(
        Number(0.0), None, "The largest norm of each weight's gradient.", keyword_only=True
    )
    clipvalue: float | None = option(
        Number(0.0), None, "The largest absolute value in a gradient.", keyword_only=True
    )
    global_clipnorm: float | None = option(
        Number(0.0), None, "The largest norm of all gradients together.", keyword_only=True
    )
    use_ema: bool = option(
        Flag(),
        False,
        "Whether to keep a moving average of the weights, which they become when training ends.",
        keyword_only=True,
    )
    ema_momentum: float = option(
        Number(0.0, 1.0),
        0.99,
        "The share of the old average that is kept at each step.",
        keyword_only=True,
    )
    ema_overwrite_frequency: int | None = option(
        Count(1),
        None,
        "After how many steps the weights become their average during training as well.",
        keyword_only=True,
    )
    loss_scale_factor: float | None = option(
        Number(1.0),
        None,
        "What the loss is multiplied by, and the gradients divided by, so that small gradients "
        "stay above the least number of 16 bits.",
        keyword_only=True,
    )
    gradient_accumulation_steps: int | None = option(
        Count(2),
        None,
        "Over how many batches gradients are averaged before the weights change once.",
        keyword_only=True,
    )

    def validate(self) -> None:
        """Refuse more than one kind of clipping."""
        given = [
            n for n in ("clipnorm", "clipvalue", "global_clipnorm") if getattr(self, n) is not None
        ]
        if len(given) > 1:
            raise ArgumentError(
                f"{type(self).__name__}(): give only one of {given[0]!r} and {given[1]!r}.",
                argument=given[1],
            )

    @property
    def schedule(self) -> Schedule | None:
        """The schedule of the learning rate, if it has one."""
        rate = self.learning_rate
        return None if isinstance(rate, float) else rate

    @property
    def initial_rate(self) -> float:
        """The learning rate of the first step, a number in either case."""
        rate = self.learning_rate
        return rate if isinstance(rate, float) else rate.initial_rate

    def slots(self) -> dict[str, float]:
        """Return what the formula keeps for each weight: names and starting values."""
        return {}

    def kept(self) -> dict[str, float]:
        """Return all that is kept for each weight between steps: names and starting values."""
        kept = dict(self.slots())
        if self.gradient_accumulation_steps is not None:
            kept[ACCUMULATED] = 0.0
        if self.use_ema:
            kept[AVERAGE] = 0.0
        return kept

    def updates(self, step: int) -> bool:
        """Return whether the weights change at a batch: not while gradients are gathered.

        Parameters
        ----------
        step : int
            The batch's number from 0.
        """
        return (step + 1) % (self.gradient_accumulation_steps or 1) == 0

    def iterations(self, step: Any) -> Any:
        """Return how often the weights had changed before a batch.

        Parameters
        ----------
        step : int, array or tensor
            The batch's number from 0.
        """
        return step // (self.gradient_accumulation_steps or 1)

    def update(
        self, w: Any, g: Any, slots: dict[str, Any], lr: Any, step: Any, ops: Any
    ) -> tuple[Any, dict[str, Any]]:
        """Return a weight and its slots after a step.

        Parameters
        ----------
        w, g : tensor
            The weight and its gradient.
        slots : dict of tensor
            What was kept.
        lr, step : float or tensor
            The learning rate, and the number of this step from 1.
        ops : module
            The engine's array functions.
        """
        raise NotImplementedError


class SGD(Optimizer):
    """Gradient descent, with momentum if asked.

    `v = momentum * v - learning_rate * g`, then `w + v`; Nesterov's form adds
    `momentum * v - learning_rate * g`.
    """

    key = "sgd"
    learning_rate: float | Schedule = option(Rate(), 0.01, _LEARNING_RATE)
    momentum: float = option(Number(0.0, 1.0), 0.0, "The share of the last step that is kept.")
    nesterov: bool = option(Flag(), False, "Whether to use Nesterov's momentum.")

    def slots(self) -> dict[str, float]:
        """Return the velocity, where there is momentum."""
        return {"velocity": 0.0} if self.momentum else {}

    def update(
        self, w: Any, g: Any, slots: dict[str, Any], lr: Any, step: Any, ops: Any
    ) -> tuple[Any, dict[str, Any]]:
        """Return the weight and the velocity after a step."""
        if not self.momentum:
            return w - lr * g, {}
        velocity = self.momentum * slots["velocity"] - lr * g
        change = self.momentum * velocity - lr * g if self.nesterov else velocity
        return w + change, {"velocity": velocity}


class Adam(Optimizer):
    """Adam (Kingma and Ba, 2015, arXiv:1412.6980), with epsilon outside the bias correction.

    `m` and `v` are running means of the gradient and its square; a step is
    `learning_rate * sqrt(1 - beta_2^t) / (1 - beta_1^t) * m / (sqrt(v) + epsilon)`.
    """

    beta_1: float = option(
        Number(0.0, 1.0, open_high=True), 0.9, "The decay of the gradient's mean."
    )
    beta_2: float = option(
        Number(0.0, 1.0, open_high=True), 0.999, "The decay of the square's mean."
    )
    epsilon: float = option(Number(0.0), 1e-7, _EPSILON)
    amsgrad: bool = option(
        Flag(), False, "Whether to use the largest `v` so far (Reddi et al., 2018)."
    )

    def slots(self) -> dict[str, float]:
        """Return the two running means, and the largest square with AMSGrad."""
        maximum = {"velocity_max": 0.0} if self.amsgrad else {}
        return {"momentum": 0.0, "velocity": 0.0, **maximum}

    def update(
        self, w: Any, g: Any, slots: dict[str, Any], lr: Any, step: Any, ops: Any
    ) -> tuple[Any, dict[str, Any]]:
        """Return the weight and the running means after a step."""
        alpha = lr * (1.0 - self.beta_2**step) ** 0.5 / (1.0 - self.beta_1**step)
        m = slots["momentum"] + (g - slots["momentum"]) * (1.0 - self.beta_1)
        v = slots["velocity"] + (ops.square(g) - slots["velocity"]) * (1.0 - self.beta_2)
        kept = {"momentum": m, "velocity": v}
        if self.amsgrad:
            v = kept["velocity_max"] = ops.maximum(slots["velocity_max"], v)
        return w - alpha * m / (ops.sqrt(v) + self.epsilon), kept


class AdamW(Adam):
    """Adam with decoupled weight decay (Loshchilov and Hutter, 2019, arXiv:1711.05101)."""

    key = "adam_w"
    aliases = ("adamw",)
    weight_decay: float | None = option(
        Number(0.0),
        0.004,
        "Shrink each weight by this times the learning rate at each step.",
        after="learning_rate",
    )


class RMSprop(Optimizer):
    """RMSprop (Hinton, 2012): the gradient over the root of its square's running mean.

    A step is `learning_rate * g / sqrt(v + epsilon)`; centred, `v` is the running variance.
    """

    key = "rmsprop"
    rho: float = option(Number(0.0, 1.0), 0.9, "The decay of the running means.")
    momentum: float = option(Number(0.0, 1.0), 0.0, "The share of the last step that is kept.")
    epsilon: float = option(Number(0.0), 1e-7, _EPSILON)
    centered: bool = option(
        Flag(), False, "Whether to divide by the variance rather than the square."
    )

    def slots(self) -> dict[str, float]:
        """Return the running means and the momentum that the options ask for."""
        slots = {"velocity": 0.0}
        if self.momentum:
            slots["momentum"] = 0.0
        if self.centered:
            slots["average_gradient"] = 0.0
        return slots

    def update(
        self, w: Any, g: Any, slots: dict[str, Any], lr: Any, step: Any, ops: Any
    ) -> tuple[Any, dict[str, Any]]:
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
    """Adagrad (Duchi et al., 2011): the gradient over the root of the sum of its squares."""

    key = "adagrad"
    initial_accumulator_value: float = option(Number(0.0), 0.1, "What the sum starts from.")
    epsilon: float = option(Number(0.0), 1e-7, _EPSILON)

    def slots(self) -> dict[str, float]:
        """Return the sum of squares."""
        return {"accumulator": self.initial_accumulator_value}

    def update(
        self, w: Any, g: Any, slots: dict[str, Any], lr: Any, step: Any, ops: Any
    ) -> tuple[Any, dict[str, Any]]:
        """Return the weight and the sum of squares after a step."""
        total = slots["accumulator"] + ops.square(g)
        return w - lr * g / ops.sqrt(total + self.epsilon), {"accumulator": total}
