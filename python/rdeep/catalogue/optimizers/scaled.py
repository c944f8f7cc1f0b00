"""Loss scaling: an optimizer around another one, for mixed precision."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.optimizers.base import BaseOptimizer, Optimizer
from rdeep.catalogue.options import Count, Elsewhere, Number, Ref, option
from rdeep.errors import ArgumentError, constructor

__all__ = ["LossScaleOptimizer"]


def _elsewhere() -> Any:
    return option(
        Elsewhere("set on the optimizer inside"),
        None,
        "Set it on `inner_optimizer`.",
        keyword_only=True,
    )


class LossScaleOptimizer(BaseOptimizer):
    """Loss scaling optimizer, for mixed precision: an optimizer of a scaled loss.

    The loss is multiplied by a scale and the gradients divided by it, so that small gradients
    survive 16 bits. When a gradient overflows, the step is skipped and the scale halved; after
    `dynamic_growth_steps` steps without overflow it is doubled. A model of the type `mixed_float16`
    does so by itself, with the scale at its default.

    References
    ----------
    Micikevicius, P. et al. (2018). Mixed precision training. arXiv:1710.03740.

    Examples
    --------
    >>> from rdeep.catalogue.optimizers import SGD
    >>> LossScaleOptimizer(SGD(0.1), initial_scale=1024)
    LossScaleOptimizer(inner_optimizer=SGD(learning_rate=0.1), initial_scale=1024.0)
    """

    key = "loss_scale"
    aliases = ("loss_scale_optimizer",)
    inner_optimizer: Optimizer = option(Ref("optimizer"), doc="The optimizer inside.")
    initial_scale: float = option(Number(0.0, open_low=True), 2.0**15, "The initial loss scale.")
    dynamic_growth_steps: int = option(
        Count(), 2000, "The number of steps without overflow after which the scale is doubled."
    )
    weight_decay: None = _elsewhere()
    clipnorm: None = _elsewhere()
    clipvalue: None = _elsewhere()
    global_clipnorm: None = _elsewhere()
    use_ema: None = _elsewhere()
    ema_momentum: None = _elsewhere()
    ema_overwrite_frequency: None = _elsewhere()
    loss_scale_factor: None = _elsewhere()
    gradient_accumulation_steps: None = _elsewhere()

    def validate(self) -> None:
        """Refuse a wrapper inside, and options that belong on the optimizer inside."""
        if not isinstance(self.inner_optimizer, Optimizer):
            raise ArgumentError(
                f"{constructor(self)}: 'inner_optimizer' scales the loss itself already.",
                argument="inner_optimizer",
                received=self.inner_optimizer,
            )
        for name, declared in self.options.items():
            if isinstance(declared.type, Elsewhere) and getattr(self, name) is not None:
                raise ArgumentError(
                    f"{constructor(self)} has no {name!r} of its own.",
                    argument=name,
                    received=getattr(self, name),
                    hint=f"Set '{name}' on the inner optimizer.",
                )

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "learning_rate":
            self.inner_optimizer.learning_rate = value
        else:
            super().__setattr__(name, value)

    @property
    def learning_rate(self) -> Any:
        """The learning rate of the optimizer inside."""
        return self.inner_optimizer.learning_rate

    @property
    def times_set(self) -> int:
        """How often a user gave the optimizer inside another learning rate."""
        return self.inner_optimizer.times_set

    def show_rate(self, value: float) -> None:
        """Have the optimizer inside say the learning rate that a training has come to."""
        self.inner_optimizer.show_rate(value)
        if (steps := self.__dict__.get("_steps")) is not None:
            steps.follow(value)

    scales_dynamically = True

    @property
    def loss_scale(self) -> float:
        """The loss scale of the next step by hand."""
        return float(self.__dict__.get("_scale", self.initial_scale))

    def adapt_scale(self, finite: bool) -> None:
        """Halve the loss scale after an overflow, and double it after many steps without one.

        Parameters
        ----------
        finite : bool
            Whether the gradients of a step by hand were.
        """
        steps = self.__dict__.get("_finite_steps", 0) + 1 if finite else 0
        factor = 1.0 if finite else 0.5
        if steps == self.dynamic_growth_steps:
            steps, factor = 0, 2.0
        self.__dict__.update(_scale=self.loss_scale * factor, _finite_steps=steps)

    @property
    def rule(self) -> Optimizer:
        """The optimizer inside; a factor of its own would scale the loss twice."""
        inner = self.inner_optimizer
        if inner.loss_scale_factor is None:
            return inner
        plain = inner.replace(loss_scale_factor=None)
        if inner.excluded is not None:
            plain.__dict__["_excluded"] = inner.excluded
        return plain
