"""Steps that users write, in the place of rdeep's own: `train_step` and `test_step`.

The session drives them as it drives an engine's stepper: chunk by chunk, with progress, callbacks
and interrupts between. What a step does with the weights is its own business.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Collection, Mapping
from typing import Any, Protocol

import numpy as np

from rdeep.catalogue import dispatch
from rdeep.data.arrays import ArrayFeed
from rdeep.data.structured import Template, filled, packed, structured
from rdeep.data.weights import class_weights
from rdeep.engines.contract import NO_SOURCE, Batches, Source, Stepper, StepRunner, Sums, TrainState
from rdeep.engines.objective import Objective
from rdeep.errors import ArgumentError, DataError, NumbersWarning, class_name, worded
from rdeep.interrupts import interrupts
from rdeep.training.bad_steps import BadSteps
from rdeep.training.model import TrainedModel
from rdeep.training.user_logs import Logs, check_names, logs_of, read


class SteppedModel(TrainedModel, Protocol):
    """A model whose steps its user writes."""

    @property
    def trainable_weights(self) -> Any:
        """The weights that training changes."""

    def train_step(self, data: Any) -> Any:
        """Take a step of training; return logs."""

    def test_step(self, data: Any) -> Any:
        """Measure a batch; return logs."""

    def predict_step(self, data: Any) -> Any:
        """Return the outputs for a batch."""

    def reset_metrics(self) -> None:
        """Have all metrics start again."""

    def follow_rate(self, rate: float) -> None:
        """Have the model's optimizer go on with a learning rate."""

    def step_flops(self) -> float:
        """Return about how much a step computes for each row; 0 if nobody knows."""


class UserSteps:
    """A model's steps, made ready for its engine.

    Parameters
    ----------
    model : Model
        The model.
    runner : StepRunner
        What calls steps on its device.
    eager : bool
        Whether they are called for each batch even where they could be compiled.
    hosted : collection of str
        The names of those that a host program runs.
    """

    def __init__(
        self,
        model: SteppedModel,
        runner: StepRunner,
        eager: bool,
        hosted: Collection[str] = (),
    ) -> None:
        self.model, self.runner, self.hosted = model, runner, set(hosted)

        def train(template: Template, tensors: list[Any]) -> Logs:
            return logs_of(model.train_step(filled(template, tensors)), "train_step()")

        def test(template: Template, tensors: list[Any]) -> Logs:
            return logs_of(model.test_step(filled(template, tensors)), "test_step()")

        def predict(template: Template, tensors: list[Any]) -> Any:
            return model.predict_step(filled(template, tensors))

        self.train = runner.prepared(train, "train_step()", eager)
        self.test = runner.prepared(test, "test_step()", eager)
        self.predict = runner.prepared(predict, "predict_step()", eager)


class Structure:
    """What a step's data looks like: all batches of a training are alike.

    Attributes
    ----------
    template : object
        The structure; `None` before the first data.
    """

    def __init__(self, class_weight: Mapping[Any, Any] | None = None) -> None:
        self.template: Template = None
        self._class_weight = class_weight

    def feed(self, batch: tuple[Any, ...], argument: str = "x") -> ArrayFeed:
        """Return data as arrays, or say what is wrong with it.

        Parameters
        ----------
        batch : tuple
            `x`, targets and weights, as far as there are.
        argument : str
            What messages call it.
        """
        x, y, weight = (*batch, None, None)[:3]
        if self._class_weight is not None:
            weight = class_weights(y, weight, self._class_weight)
        feed, template = structured(packed((x, y, weight)), argument)
        if self.template is None:
            self.template = template
        elif template != self.template:
            raise DataError(
                f"'{argument}' has another structure than the data before: a step is given the "
                "same arrays each time.",
                argument=argument,
            )
        return feed


class UserStepper:
    """Runs a user's steps, a chunk at a time: a stepper without an objective of its own.

    Parameters
    ----------
    steps : UserSteps
        The steps.
    structure : Structure
        The structure of the data.

    Attributes
    ----------
    last : dict
        The logs of the last step.
    """

    def __init__(self, steps: UserSteps, structure: Structure) -> None:
        self.steps, self.structure = steps, structure
        self.objective = Objective([], [])
        self._first: Logs | None = None
        self.last: Logs = {}

    def start(self, seed: int, slots: Mapping[str, np.ndarray] | None, step: int) -> TrainState:
        """Return a state to train from."""
        return TrainState(seed, step, {}, self.new_sums())

    def restore(self, state: TrainState, slots: Mapping[str, np.ndarray]) -> None:
        """Do nothing: optimizers keep their slots themselves."""

    def holds(self, nbytes: int) -> bool:
        """Return whether data of that size fits the device, with room to work."""
        return self.steps.runner.holds(nbytes)

    def place(self, feed: ArrayFeed, batch_size: int) -> Batches:
        """Put data on the device."""
        return self.steps.runner.place(feed, batch_size)

    def expect(self, batch_size: int, steps: float, by_batch: bool) -> None:
        """Do nothing."""

    def new_sums(self) -> Sums:
        """Have the metrics start again: they are what adds up."""
        self.steps.model.reset_metrics()
        self.last = {}
        return Sums(None, [])

    def run(
        self,
        state: TrainState,
        batches: Batches,
        start: int,
        rates: np.ndarray,
        watch: bool = True,
    ) -> bool:
        """Take steps, until one comes to no number, or an interrupt waits.

        A step that comes to no number was taken when that shows: False is returned after it.

        Parameters
        ----------
        state : TrainState
            What tells how many were taken.
        batches : Batches
            The data.
        start : int
            The first batch.
        rates : numpy.ndarray
            The learning rate of each.
        watch : bool
            Whether to look at what the steps come to.
        """
        steps, template = self.steps, self.structure.template
        flops = 4 * steps.model.step_flops() * batches.size
        with steps.runner.running(True, flops):
            for index, rate in enumerate(rates.tolist(), start):
                steps.model.follow_rate(rate)
                logs = steps.train(template, steps.runner.tensors(batches, index))
                if not self.take(state, logs, watch):
                    return False
                if interrupts.requested():
                    break
        return True

    def take(self, state: TrainState, logs: Logs, watch: bool) -> bool:
        """Take note of a step; return whether it came to numbers.

        Parameters
        ----------
        state : TrainState
            What tells how many were taken.
        logs : dict
            What the step returned.
        watch : bool
            Whether to look at it.
        """
        if self._first is None:
            self._first = dict(logs)
        elif logs.keys() != self._first.keys():
            check_names(self._first, logs, "train_step()")
        self.last = logs
        state.step += 1
        return not watch or all(map(_is_finite, logs.values()))

    def gradient_norms(self, state: TrainState, batches: Batches, index: int) -> dict[str, float]:
        """Return nothing: gradients are the step's own business."""
        return {}

    def finish(self, state: TrainState) -> None:
        """Give the weights the average that the model's optimizer keeps, if it does."""
        if state.averaged:
            self.swap_average(state)
        model = self.steps.model
        model.optimizer.finalize_variable_values(model.trainable_weights)

    def swap_average(self, state: TrainState) -> None:
        """Exchange the weights and the average that the model's optimizer keeps of them."""
        model = self.steps.model
        swapped = dispatch.calls().gradients.steps_of(model.optimizer).swap(model.trainable_weights)
        state.averaged = state.averaged != swapped

    def score(
        self, sums: Sums, batches: Batches, start: int, k: int, source: Source = NO_SOURCE
    ) -> None:
        """Measure batches; the metrics are what adds up."""
        steps, template = self.steps, self.structure.template
        with steps.runner.running(False, steps.model.step_flops() * batches.size):
            for index in range(start, start + k):
                logs = steps.test(template, steps.runner.tensors(batches, index))
                check_names(self.last or logs, logs, "test_step()")
                self.last = logs
                interrupts.check()

    def read(self, sums: Sums) -> dict[str, float | list[float]]:
        """Return the logs of the last step; waits for the device."""
        return read(self.last, self.steps.runner)

    def export_slots(self, state: TrainState) -> dict[str, np.ndarray]:
        """Return nothing: optimizers keep their slots themselves."""
        return {}

    def export_sums(self, sums: Sums) -> dict[str, np.ndarray]:
        """Return nothing: metrics keep their sums themselves."""
        return {}

    def load_sums(self, arrays: Mapping[str, np.ndarray]) -> Sums:
        """Return sums of nothing."""
        return self.new_sums()

    loss_scale: tuple[float, int] | None = None


def _is_finite(value: Any) -> bool:
    """Return whether a log is a number, as far as that can be told without a metric's look."""
    if hasattr(value, "parts"):
        value = value.parts()[0] if value.parts() else 0.0
    try:
        return math.isfinite(value)
    except TypeError:
        return True


class UserBadSteps(BadSteps):
    """Stops a training after a step of the user's that came to no number."""

    def __init__(self, model: TrainedModel, on_nan: object) -> None:
        super().__init__(model, on_nan)
        if self.mode == "skip":
            raise ArgumentError(
                "'on_nan' cannot be 'skip' with a train_step() of your own: a step has changed "
                "the weights by the time that its logs are seen.",
                argument="on_nan",
                received="skip",
                hint="Leave the update out within the step, or use 'stop'.",
            )

    def ends(
        self,
        stepper: Stepper,
        state: TrainState,
        taken: tuple[Batches, int] | None,
        place: tuple[int, int],
        rows: np.ndarray | None,
    ) -> bool:
        """Say which step it was; return that training ends."""
        epoch, batch = place
        rate = float(self.model.trainer.rates(state.step - 1, 1)[0])
        logs = stepper.read(state.sums)
        bad = [name for name, value in logs.items() if not np.all(np.isfinite(value))]
        warnings.warn(
            NumbersWarning(
                worded(
                    f"Training stopped after step {state.step} (batch {batch} of epoch "
                    f"{epoch + 1}): {' and '.join(repr(name) for name in bad)} of train_step() "
                    "came to no number.\nThe step has changed the weights by then, which may be "
                    "no numbers either. What may help: a smaller 'learning_rate'; 'clipnorm' in "
                    "the optimizer, such as 1; an earlier model, of "
                    f"{class_name('ModelCheckpoint', 'callback')}."
                ),
                step=state.step,
                epoch=epoch + 1,
                batch=batch,
                learning_rate=rate,
                rows=None if rows is None else [int(row) for row in rows],
                cause="unknown",
            ),
            stacklevel=2,
        )
        return True
