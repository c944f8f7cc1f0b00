"""Steps that a host program runs: it is handed a batch, and gives back what its step returned.

Python never calls the host within the loop. The session returns an event, `train_step` or
`test_step`, and the host exchanges logs for batches until it is given none; then it asks the
session to go on.
"""

from __future__ import annotations

import time
from contextlib import AbstractContextManager
from typing import Any, Protocol

import numpy as np

from rdeep.arrays import trees
from rdeep.data.structured import filled
from rdeep.engines.contract import TrainState
from rdeep.errors import DataError
from rdeep.interrupts import interrupts
from rdeep.training.callback_list import CallbackList
from rdeep.training.data_loader import DataLoader
from rdeep.training.session import TrainingSession
from rdeep.training.user_logs import check_names, logs_of
from rdeep.training.user_steps import UserBadSteps, UserStepper


class Repeater(Protocol):
    """What repeats steps without the host, where it knows what they do."""

    def knows(self, data: Any) -> bool:
        """Return whether it can take the step for a batch."""

    def run(self, data: Any) -> Any:
        """Take it, and return what the host's step would."""

    def begin(self, data: Any) -> None:
        """Note what the host does from now on."""

    def end(self, returned: Any, clean: bool) -> None:
        """Take note of what the host's step returned; `clean` says that it did nothing else."""

    def cancel(self) -> None:
        """Note no more."""


class Handed:
    """Batches that are handed out, one after the other.

    Parameters
    ----------
    stepper : UserStepper
        What knows the structure of the data, and its engine.
    loader : DataLoader
        Where batches come from.
    training : bool
        Whether the host trains on them.

    Attributes
    ----------
    done : int
        How many steps came back.
    ended : bool
        Whether the data has come to its end.
    """

    def __init__(self, stepper: UserStepper, loader: DataLoader, training: bool) -> None:
        self.stepper, self.loader, self.training = stepper, loader, training
        self.done, self.ended = 0, False
        self._context: AbstractContextManager[None] | None = None
        self._repeater: Repeater | None = None

    def exchange(
        self, returned: Any = None, clean: bool = False, repeater: Repeater | None = None
    ) -> Any:
        """Take what a step returned, and return the data of the next; `None` if there is none.

        Parameters
        ----------
        returned : object, optional
            What the step returned for the batch that was handed out last.
        clean : bool
            Whether the step is known to have done nothing but what it asked for here.
        repeater : Repeater, optional
            What takes steps in the host's place, once it knows what they do.
        """
        if self._context is not None:
            if self._repeater is not None:
                self._repeater.end(returned, clean)
            self.close()
            self.take(returned)
            self.done += 1
        self._repeater = repeater
        while (data := self._next_data()) is not None:
            if repeater is None or not repeater.knows(data):
                if repeater is not None:
                    repeater.begin(data)
                return data
            returned = repeater.run(data)
            self.close()
            self.take(returned)
            self.done += 1
        return None

    def _next_data(self) -> Any:
        if not self.goes_on():
            return None
        taken = self.loader.take(1)
        if taken is None:
            self.ended = True
            return None
        self.begin()
        batches, index, _ = taken
        runner = self.stepper.steps.runner
        data = filled(self.stepper.structure.template, runner.tensors(batches, index))
        flops = self.stepper.steps.model.step_flops() * batches.size
        self._context = runner.running(self.training, flops * (4 if self.training else 1))
        self._context.__enter__()
        return data

    def take(self, returned: Any) -> None:
        """Take what a step returned."""

    def begin(self) -> None:
        """Do what comes before a batch."""

    def goes_on(self) -> bool:
        """Return whether there is to be another step."""
        return True

    def close(self) -> None:
        """End the step that is under way, come what may."""
        if self._repeater is not None:
            self._repeater.cancel()
        context, self._context = self._context, None
        if context is not None:
            context.__exit__(None, None, None)


class HandedTraining(Handed):
    """A chunk of steps of training.

    Parameters
    ----------
    stepper : UserStepper
        What knows the structure of the data, and its engine.
    loader : DataLoader
        Where batches come from.
    state : TrainState
        What counts the steps.
    count : int
        How many steps there are to be.
    watch : bool
        Whether to look at what they come to.

    Attributes
    ----------
    fine : bool
        Whether all steps came to numbers.
    """

    def __init__(
        self, stepper: UserStepper, loader: DataLoader, state: TrainState, count: int, watch: bool
    ) -> None:
        super().__init__(stepper, loader, training=True)
        self.state, self.count, self.watch, self.fine = state, count, watch, True

    def take(self, returned: Any) -> None:
        """Take a step's logs."""
        logs = logs_of(returned, "train_step()")
        self.fine = self.stepper.take(self.state, logs, self.watch)

    def begin(self) -> None:
        """Have the optimizer go on with the learning rate of the step."""
        model = self.stepper.steps.model
        model.follow_rate(float(model.trainer.rates(self.state.step, 1)[0]))

    def goes_on(self) -> bool:
        """Return whether there is to be another step before the session looks up."""
        here = self.fine and self.done < self.count and not self.loader.waits()
        return here and not interrupts.requested()


class HandedEvaluation(Handed):
    """A pass over data that is measured.

    Parameters
    ----------
    stepper : UserStepper
        What knows the structure of the data, and its engine.
    loader : DataLoader
        Where batches come from: it was not begun.
    callback_list : CallbackList
        The callbacks, which are called for each batch.
    argument : str
        The argument that the data came as, for messages.
    """

    def __init__(
        self, stepper: UserStepper, loader: DataLoader, callback_list: CallbackList, argument: str
    ) -> None:
        super().__init__(stepper, loader, training=False)
        self._listening = callback_list if callback_list.listens_to_batches else None
        # A training tells its callbacks itself of its validation's end.
        self._callbacks, self._ends = callback_list, argument == "x"
        self._argument, self._logs = argument, dict[str, Any]()
        self._sums = stepper.new_sums()
        loader.begin(0)

    def begin(self) -> None:
        """Tell the callbacks."""
        if self._listening is not None:
            self._listening.batch_begins(self.done)

    def take(self, returned: Any) -> None:
        """Take a step's logs."""
        logs = logs_of(returned, "test_step()")
        check_names(self._logs or logs, logs, "test_step()")
        self._logs = self.stepper.last = logs
        if self._listening is not None:
            self._listening.batch_ends(self.done, dict(self.stepper.read(self._sums)))

    def result(self) -> dict[str, Any]:
        """Return the logs of all batches."""
        self.loader.close()
        if not self.done:
            raise DataError(f"'{self._argument}' gives no batch at all.", argument=self._argument)
        logs = dict(self.stepper.read(self._sums))
        if self._ends:
            self._callbacks.end(logs)
        return logs


class HandedPrediction(Handed):
    """A pass over data that is predicted.

    Parameters
    ----------
    stepper : UserStepper
        What knows the structure of the data, and its engine.
    loader : DataLoader
        Where batches come from: it was not begun.
    callback_list : CallbackList
        The callbacks, which are called for each batch.
    """

    def __init__(
        self, stepper: UserStepper, loader: DataLoader, callback_list: CallbackList
    ) -> None:
        super().__init__(stepper, loader, training=False)
        self._callbacks, self._form = callback_list, None
        self._parts: list[list[np.ndarray]] = []
        loader.begin(0)

    def begin(self) -> None:
        """Tell the callbacks."""
        self._callbacks.batch_begins(self.done)

    def take(self, returned: Any) -> None:
        """Take a step's outputs."""
        self._form = returned
        self._parts.append(outputs_of(self.stepper, returned))
        self._callbacks.batch_ends(self.done, {"outputs": self._parts[-1]})

    def result(self) -> Any:
        """Return the outputs for all batches, one after the other."""
        self.loader.close()
        self._callbacks.end({})
        return joined_outputs(self._form, self._parts)


class HostedSession(TrainingSession):
    """A training whose steps, of training or of validation, a host program runs."""

    stepper: UserStepper
    _handed: Handed | None = None
    _started = 0.0

    def exchange(
        self, returned: Any = None, clean: bool = False, repeater: Repeater | None = None
    ) -> Any:
        """Take what a step returned, and return the data of the next; `None` if there is none.

        Parameters
        ----------
        returned, clean, repeater : object
            As for `Handed.exchange`.
        """
        assert self._handed is not None
        return self._handed.exchange(returned, clean, repeater)

    def close(self) -> None:
        """Give the model back, when training is over or cannot go on."""
        if self._handed is not None:
            self._handed.close()
        super().close()

    def _run_steps(self) -> str:
        if "train_step" not in self.stepper.steps.hosted:
            return super()._run_steps()
        count, watch = self._chunk(self._each()), self.plan.bad_steps.watches
        self._handed = HandedTraining(self.stepper, self.plan.feeding, self.state, count, watch)
        self._started = time.perf_counter()
        self._next = self._steps_came_back
        return "train_step"

    def _steps_came_back(self) -> str:
        handed = self._handed
        assert isinstance(handed, HandedTraining)
        if not handed.done:
            return self._run_out()
        self.batch += handed.done
        if not handed.fine:
            place = (self.epoch, self.batch)
            bad = self.plan.bad_steps
            assert isinstance(bad, UserBadSteps)
            bad.ends(self.stepper, self.state, None, place, None)
            self.params["interrupted"] = True
            return self._end_training()
        self._step_seconds = (time.perf_counter() - self._started) / handed.done
        return self._ran()

    def _validate(self) -> str:
        assert self.plan.validate is not None
        values = self.plan.validate()
        if not isinstance(values, HandedEvaluation):
            return self._validation_ended(values)
        self._handed, self._next = values, self._validation_came_back
        return "test_step"

    def _validation_came_back(self) -> str:
        assert isinstance(self._handed, HandedEvaluation)
        return self._validation_ended(self._handed.result())


def outputs_of(stepper: UserStepper, returned: Any) -> list[np.ndarray]:
    """Return what a prediction step returned as arrays.

    Parameters
    ----------
    stepper : UserStepper
        What ran it.
    returned : object
        What it returned.

    Raises
    ------
    DataError
        If there are no rows in it.
    """
    found = stepper.steps.runner.numbers(trees.flatten(returned))
    if not found or not all(array.ndim for array in found):
        raise DataError(
            "predict_step() must return outputs, with a row for each sample.", received=returned
        )
    return found


def joined_outputs(form: Any, parts: list[list[np.ndarray]]) -> Any:
    """Return the outputs of all batches, one after the other.

    Parameters
    ----------
    form : object
        What a step returned.
    parts : list
        The arrays of each batch.
    """
    if not parts:
        raise DataError("'x' gives no batch at all.", argument="x")
    return trees.pack(form, [np.concatenate(arrays) for arrays in zip(*parts)])
