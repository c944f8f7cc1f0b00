"""What every optimizer has in common: the order of a step, and what is kept between steps."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from rdeep.catalogue.optimizers.by_hand import TakesSteps
from rdeep.catalogue.optimizers.rate import LearningRate
from rdeep.catalogue.options import Count, Flag, Number, Rate, Text, option
from rdeep.catalogue.record import Record, checked_option
from rdeep.errors import ArgumentError, constructor, show

if TYPE_CHECKING:
    from rdeep.catalogue.schedules import Schedule

ACCUMULATED, AVERAGE = "gradient_accumulator", "moving_average"
"""The names of what any optimizer may keep for a weight, beside what its formula does."""
LEARNING_RATE = "The learning rate: a constant or a schedule."
EPSILON = "A small number that avoids division by zero."
BETA_1: float = option(
    Number(0.0, 1.0, open_high=True), 0.9, "The decay rate of the running mean of the gradient."
)
BETA_2: float = option(
    Number(0.0, 1.0, open_high=True),
    0.999,
    "The decay rate of the running mean of the squared gradient.",
)
CLIPPING = ("clipnorm", "clipvalue", "global_clipnorm")

Slots = dict[str, Any]
"""What is kept for a weight, by the slots' names."""
Updated = tuple[Any, Slots]
"""A weight and what is kept for it, after a step."""


@dataclass(frozen=True)
class ParameterInfo:
    """What an update rule is told of a weight: its name in the model and its shape in Keras.

    A variable that stands by itself may be said to be left out of weight decay: its name alone
    does not tell it from others.
    """

    name: str
    shape: tuple[int, ...]
    left_out: bool = False


@dataclass(frozen=True)
class Slot:
    """A slot variable, kept for a weight between steps: its initial value and its shape.

    Without a shape it has the weight's own.
    """

    start: float = 0.0
    shape: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Excluded:
    """The weights that are left out of weight decay: by their paths, or by parts of names."""

    paths: frozenset[str]
    names: tuple[str, ...]
    alone: tuple[Any, ...] = ()
    """Variables that stand by themselves, and are known by what they are."""

    def holds(self, path: str) -> bool:
        """Return whether a weight is among them.

        Parameters
        ----------
        path : str
            Its name in the model, such as `"dense/kernel"`.
        """
        own = path.rpartition("/")[2]
        return path in self.paths or any(re.search(name, own) for name in self.names)


class BaseOptimizer(TakesSteps, Record, kind="optimizer", abstract=True):
    """What a model can be compiled with: a rule, or what is wrapped around one."""

    name: str | None = option(
        Text(), None, "A name for the optimizer; nothing depends on it.", keyword_only=True
    )

    @property
    def rule(self) -> Optimizer:
        """The rule by which weights change."""
        raise NotImplementedError

    @property
    def schedule(self) -> Schedule | None:
        """The schedule of the learning rate, if it has one."""
        rate = self.rule.learning_rate
        return None if isinstance(rate, float) else rate

    def __getstate__(self) -> dict[str, Any]:
        """Return what pickle and copies keep: options, and what steps by hand have come to."""
        kept = {name: value for name, value in self.__dict__.items() if name != "_steps"}
        if (steps := self.__dict__.get("_steps")) is not None:
            kept["_steps_kept"] = steps.kept()
        if isinstance(kept.get("learning_rate"), LearningRate):
            kept["learning_rate"] = float(kept["learning_rate"])
        return kept

    @property
    def initial_rate(self) -> float:
        """The learning rate of the first step, a number in either case."""
        rate = self.rule.chosen_rate
        return float(rate) if isinstance(rate, float) else rate.initial_rate

    @property
    def times_set(self) -> int:
        """How often a user gave the optimizer another learning rate since it was made."""
        return 0

    def show_rate(self, value: float) -> None:
        """Have the optimizer say the learning rate that a training has come to."""

    def exclude_from_weight_decay(
        self, var_list: Sequence[Any] | None = None, var_names: Sequence[str] | None = None
    ) -> None:
        """Leave weights out of weight decay.

        It takes effect when a model is compiled, and is no option: a copy of the optimizer does not
        have it, a file of the model has.

        Parameters
        ----------
        var_list : list of variable, optional
            The weights.
        var_names : list of str, optional
            What their names match, such as `["bias"]`: regular expressions.

        Examples
        --------
        >>> from rdeep.optimizers import AdamW
        >>> AdamW().exclude_from_weight_decay(var_names=["bias", "gamma"])
        """
        given = list(var_list or ())
        alone = [each for each in given if getattr(each, "stands_alone", False)]
        paths = {
            str(getattr(each, "path", each))
            for each in given
            if not getattr(each, "stands_alone", False)
        }
        names = (var_names,) if isinstance(var_names, str) else tuple(var_names or ())
        self.rule.__dict__["_excluded"] = Excluded(frozenset(paths), names, tuple(alone))

    @property
    def excluded(self) -> Excluded | None:
        """The weights that are left out of weight decay, if any was."""
        found: Excluded | None = self.rule.__dict__.get("_excluded")
        return found

    def scale_loss(self, loss: Any) -> Any:
        """Return a loss times the loss scale, which `apply` divides the gradients by.

        Parameters
        ----------
        loss : tensor
            The loss.

        Examples
        --------
        >>> from rdeep.optimizers import SGD
        >>> SGD(loss_scale_factor=4.0).scale_loss(2.0)
        8.0
        """
        factor = self.loss_scale
        return loss if factor is None else loss * factor

    @property
    def loss_scale(self) -> float | None:
        """The loss scale of the next step by hand, if it has one."""
        return self.rule.loss_scale_factor

    scales_dynamically: ClassVar[bool] = False
    """Whether the loss scale depends on what gradients came out."""

    def adapt_scale(self, finite: bool) -> None:
        """Choose the loss scale of the next step by hand: for those that choose it."""


class Optimizer(BaseOptimizer, abstract=True):
    """A rule for changing weights along their gradients.

    The order of a step is: average the gathered gradients, clip them, decay the weights, update
    them, move their average, and put the weights' constraints on them.
    """

    whole: ClassVar[bool] = False
    """Whether the formula must see a weight as a whole, in Keras's layout: not value by value."""

    learning_rate: float | Schedule = option(Rate(), 0.001, LEARNING_RATE)
    weight_decay: float | None = option(
        Number(0.0),
        None,
        "The weight decay: each weight is reduced by this times the learning rate at each "
        "step, separately from the gradient.",
        keyword_only=True,
    )
    clipnorm: float | None = option(
        Number(0.0, open_low=True),
        None,
        "The largest norm of each weight's gradient.",
        keyword_only=True,
    )
    clipvalue: float | None = option(
        Number(0.0, open_low=True),
        None,
        "The largest absolute value in a gradient.",
        keyword_only=True,
    )
    global_clipnorm: float | None = option(
        Number(0.0, open_low=True),
        None,
        "The largest norm of all gradients together.",
        keyword_only=True,
    )
    use_ema: bool = option(
        Flag(),
        False,
        "Whether to keep a moving average (EMA) of the weights, which replaces them when "
        "training ends.",
        keyword_only=True,
    )
    ema_momentum: float = option(
        Number(0.0, 1.0),
        0.99,
        "The momentum of the moving average.",
        keyword_only=True,
    )
    ema_overwrite_frequency: int | None = option(
        Count(1),
        None,
        "The number of steps after which the average replaces the weights during training too.",
        keyword_only=True,
    )
    loss_scale_factor: float | None = option(
        Number(1.0),
        None,
        "The loss scale: the loss is multiplied by it and the gradients divided by it, so "
        "that small gradients survive 16 bits.",
        keyword_only=True,
    )
    gradient_accumulation_steps: int | None = option(
        Count(2),
        None,
        "The number of batches over which gradients are averaged for one update of the weights.",
        keyword_only=True,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.__dict__["_chosen_rate"] = self.learning_rate
        if isinstance(self.learning_rate, float):
            self.show_rate(self.learning_rate)

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take what was kept; the learning rate is the copy's own, and can be changed."""
        self.__dict__.update(state)
        if isinstance(state.get("learning_rate"), float):
            self.show_rate(state["learning_rate"])

    def __setattr__(self, name: str, value: Any) -> None:
        # The one thing about an optimizer that may change: models that have it take it up.
        if name != "learning_rate":
            super().__setattr__(name, value)
            return
        if isinstance(self.chosen_rate, float) is False and isinstance(value, (int, float)):
            raise ArgumentError(
                f"The learning rate follows {show(self.chosen_rate)} and cannot be set.",
                argument="learning_rate",
                received=value,
                hint="Compile with a number as the learning rate to change it by hand.",
            )
        found = checked_option(type(self), "learning_rate", value)
        self.__dict__.update(_chosen_rate=found, learning_rate=found, _times_set=self.times_set + 1)
        if isinstance(found, float):
            self.show_rate(found)

    @property
    def chosen_rate(self) -> float | Schedule:
        """The learning rate that was given, whatever a training has made of it since."""
        return self.__dict__.get("_chosen_rate", self.learning_rate)

    @property
    def times_set(self) -> int:
        """How often a user gave the optimizer another learning rate since it was made."""
        return int(self.__dict__.get("_times_set", 0))

    def show_rate(self, value: float) -> None:
        """Have the optimizer say the learning rate that a training has come to.

        Parameters
        ----------
        value : float
            The rate.
        """
        rate = LearningRate(value, lambda new: setattr(self, "learning_rate", new))
        self.__dict__["learning_rate"] = rate
        if (steps := self.__dict__.get("_steps")) is not None:
            steps.follow(value)

    def _values_of_options(self) -> dict[str, Any]:
        rate = self.chosen_rate
        plain = float(rate) if isinstance(rate, float) else rate
        return {**super()._values_of_options(), "learning_rate": plain}

    def validate(self) -> None:
        """Refuse more than one kind of clipping."""
        given = [n for n in CLIPPING if getattr(self, n) is not None]
        if len(given) > 1:
            raise ArgumentError(
                f"{constructor(self)}: give only one of {given[0]!r} and {given[1]!r}.",
                argument=given[1],
            )

    @property
    def rule(self) -> Optimizer:
        """The optimizer itself."""
        return self

    def slots(self, of: ParameterInfo) -> dict[str, Slot]:
        """Return what the formula keeps for a weight, by name.

        Parameters
        ----------
        of : ParameterInfo
            The weight. Slots of another shape than its own are for formulas that say `whole`.
        """
        return {}

    def kept(self) -> dict[str, Slot]:
        """Return what is kept for each weight between steps whatever the formula."""
        kept = {}
        if self.gradient_accumulation_steps is not None:
            kept[ACCUMULATED] = Slot()
        if self.use_ema:
            kept[AVERAGE] = Slot()
        return kept

    def decay(self, of: ParameterInfo) -> float | None:
        """Return the decay of a weight.

        Parameters
        ----------
        of : ParameterInfo
            The weight.
        """
        excluded = self.excluded
        known = excluded is not None and excluded.holds(of.name)
        return None if known or of.left_out else self.weight_decay

    def updates(self, step: int) -> bool:
        """Return whether the weights change at a batch: not while gradients are gathered.

        Parameters
        ----------
        step : int
            The batch's number from 0.
        """
        return (step + 1) % (self.gradient_accumulation_steps or 1) == 0

    def changes_before(self, step: Any) -> Any:
        """Return how often the weights had changed before a batch.

        Parameters
        ----------
        step : int, array or tensor
            The batch's number from 0.
        """
        return step // (self.gradient_accumulation_steps or 1)

    def update(self, w: Any, g: Any, slots: Slots, lr: Any, step: Any, ops: Any) -> Updated:
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


def smaller(a: Any, b: Any) -> Any:
    """Return the smaller of two numbers, which may be an engine's: these know arithmetic alone.

    Parameters
    ----------
    a, b : float or tensor
        The numbers.
    """
    return (a + b - abs(a - b)) / 2.0
