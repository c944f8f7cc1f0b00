"""A training session, which trains until its next event whenever it is advanced.

The session is an object and not a generator, so that an interrupt does not end it; whoever drives
it (`fit`, or a host program) gets an event and is free to act before asking for the next.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from rdeep.engines.contract import Batches, Stepper, TrainState
from rdeep.engines.memory import release
from rdeep.errors import DataError, OutOfMemoryError
from rdeep.interrupts import interrupts
from rdeep.saving.training_state import TrainingState
from rdeep.training.bad_steps import BadSteps
from rdeep.training.callback_list import CallbackList
from rdeep.training.callbacks import BackupAndRestore, Callback
from rdeep.training.data_loader import DataLoader
from rdeep.training.events import ALWAYS, Event
from rdeep.training.history import History
from rdeep.training.model import TrainedModel
from rdeep.training.resuming import (
    Found,
    Recognised,
    how_to_go_on,
    position_in,
    state_of,
    take_up,
)

TICK_SECONDS = 0.1
"""About how long training runs before it looks up: for progress, and for interrupts."""


@dataclass
class Plan:
    """How to train: data and lengths."""

    feeding: DataLoader
    epochs: int
    initial_epoch: int
    steps_per_execution: int
    validate: Callable[[], Any] | None
    validation_freq: int
    bad_steps: BadSteps


class TrainingSession:
    """A training under way.

    Parameters
    ----------
    model : Model
        The model, which callbacks see; read for `stop_training` and `learning_rate`.
    stepper : Stepper
        What runs the steps.
    state : TrainState
        What training changes.
    plan : Plan
        How to train.
    callbacks : sequence of Callback
        What happens beside training.
    listen : collection of str
        The kinds of events to return at, beside the end of training.
    found : Found, optional
        The state to go on from.
    recognised : Recognised, optional
        What the training is recognised by, where its state may be kept.
    """

    def __init__(
        self,
        model: TrainedModel,
        stepper: Stepper,
        state: TrainState,
        plan: Plan,
        callbacks: Sequence[Callback],
        listen: Collection[str],
        found: Found | None = None,
        recognised: Recognised | None = None,
    ) -> None:
        self.model, self.stepper, self.state, self.plan = model, stepper, state, plan
        self.callbacks = list(callbacks)
        self._validated = CallbackList(self.callbacks, "test")
        self.listen = {*listen, *ALWAYS}
        feeding = plan.feeding
        sizes = {"epochs": plan.epochs, "steps": feeding.steps, "samples": feeding.rows}
        self.params: dict[str, Any] = {**sizes, "initial_epoch": plan.initial_epoch}
        if plan.validate is not None:
            self.params["validation_freq"] = plan.validation_freq
        self.history = History(sizes)
        self.epoch = plan.initial_epoch
        self.batch = 0
        self.begun = False
        self.first_step = self._epoch_step = state.step
        self._within_callbacks = False
        self.done = False
        # Who is at it: the thread that made or advanced it last.
        self.thread = threading.get_ident()
        self._found, self.recognised = found, recognised
        self._backups = [each for each in callbacks if isinstance(each, BackupAndRestore)]
        self.host_memory: Any = None
        # Whether callbacks know of the training, and whether an epoch was trained to its end and
        # is not in the history.
        self._began = self._complete = False
        self._next: Callable[[], str] = self._begin_training
        # What a step took in an earlier training, to begin with.
        self._step_seconds: float = model.trainer.step_seconds
        self._logs: dict[str, Any] = {}
        self._tested: dict[str, Any] = {}

    def advance(self) -> Event | None:
        """Train until the next event that somebody listens to; `None` when all is over.

        An interrupt ends training after the step under way, with an event of its own: the history
        and the weights are those of what was trained.
        """
        started = time.perf_counter()
        self.thread = threading.get_ident()
        try:
            while not self.done:
                if self._backups:
                    self._back_up()
                if self._began and interrupts.requested():
                    return self._interrupted()
                kind = self._next()
                if kind in self.listen or self.model.messages:
                    return self._event(kind)
                if "look" in self.listen and time.perf_counter() - started > TICK_SECONDS:
                    return self._event("look")
        except KeyboardInterrupt:
            return self._interrupted()
        except BaseException:
            self.close()
            raise
        return None

    def interrupt(self) -> Event:
        """End training now, for whoever was interrupted between two events."""
        return self._interrupted()

    @property
    def keeps_states(self) -> bool:
        """Whether a callback keeps the state of training."""
        return bool(self._backups)

    def remember(self, memory: Any) -> None:
        """Take what a host's callbacks have to remember: it is part of the next state.

        Parameters
        ----------
        memory : object
            Plain data and arrays.
        """
        self.host_memory = memory

    def record(self, kind: str, logs: dict[str, Any]) -> None:
        """Take the logs of the event that was returned last, as a host's callbacks left them.

        Parameters
        ----------
        kind : str
            The kind of the event.
        logs : dict
            The logs.
        """
        if kind == "test_end":
            self._tested.update(logs)
            self._logs.update({f"val_{name}": value for name, value in logs.items()})
        else:
            self._logs.update(logs)
            self.history.amend(logs)

    def stop(self) -> None:
        """End training before the next step."""
        self.model.stop_training = True

    def close(self) -> None:
        """Give the model back, when training is over or cannot go on."""
        self.done = True
        self.model.trainer.step_seconds = self._step_seconds
        self.plan.feeding.close()
        self.plan.validate = None
        for callback in self.callbacks:
            callback.let_go()
        self.model.training_ended(self.history, self.state.seed)

    def history_data(self) -> dict[str, Any]:
        """Return the history as plain data."""
        return self.history.data()

    def _interrupted(self) -> Event:
        """End training after an interrupt; a second one leaves out what callbacks do at the end."""
        interrupts.take()
        self.params["interrupted"] = True
        if not self.done and self._is_between_steps():
            self._keep_interrupted()
        if self._complete:
            self._record_epoch()
        try:
            self._end_training()
        finally:
            self.close()
        return self._event("interrupted")

    def _event(self, kind: str) -> Event:
        return Event(
            kind,
            min(self.epoch, max(self.plan.epochs - 1, 0)),
            self.plan.epochs,
            self.batch,
            self.plan.feeding.steps,
            dict(self._tested if kind in ("test_begin", "test_end") else self._logs),
            # Whoever brings data shows nothing.
            [] if kind == "data" else self.model.take_messages(),
        )

    def _call_callbacks(self, method: str, *position: int) -> None:
        self._within_callbacks = True
        for callback in self.callbacks:
            getattr(callback, method)(*position, self._logs)
        self._within_callbacks = False

    def _begin_training(self) -> str:
        plan = self.plan
        self._began = True
        for callback in self.callbacks:
            callback.set_model(self.model)
            callback.set_params(self.params)
        if self._found is not None:
            at = self._found.state.data["position"]
            self.first_step, plan.initial_epoch = at["first_step"], at["first_epoch"]
            self.params["initial_epoch"] = at["first_epoch"]
            self.params["resumed"] = {name: at[name] for name in ("epoch", "batch")}
        self._call_callbacks("on_train_begin")
        if self._found is not None:
            take_up(self, self._found)
        else:
            # A callback may know of epochs that were trained already.
            plan.initial_epoch = self.epoch = self.params["initial_epoch"]
        epochs = max(plan.epochs - plan.initial_epoch, 0)
        # Of a stream of unknown length, nothing is known to win back a compilation.
        steps = 0 if plan.feeding.steps is None else plan.feeding.steps * epochs
        self.stepper.expect(plan.feeding.size, self.first_step + steps, self._each())
        goes_on = self.epoch < self.plan.epochs
        if self._found is None:
            self._next = self._begin_epoch if goes_on else self._end_training
        else:
            self._next = self._stopped_or(self._resume_epoch) if goes_on else self._end_training
        return "train_begin"

    def _resume_epoch(self) -> str:
        """Go to where the training was stopped, in its data too."""
        assert self._found is not None
        feeding, at = self.plan.feeding, position_in(self._found.state)
        feeding.begin(self.epoch, at)
        if feeding.passed_over():
            self.model.say(
                f"Resuming: the first {feeding.passed_over()} batches of 'x', which the training "
                "has seen, are passed over."
            )
        return self._catch_up()

    def _catch_up(self) -> str:
        if not self.plan.feeding.catch_up():
            self._next = self._catch_up
            return "data"
        self._found = None
        if not self.begun:
            return self._enter_epoch()
        self._epoch_step = self.state.step - self.batch
        for callback in self.callbacks:
            # Others remember what they did when the epoch began.
            if callback.get_state() is None:
                callback.on_epoch_begin(self.epoch, self._logs)
        if self.batch == self.plan.feeding.steps:
            return self._end_epoch()
        self._next = self._stopped_or(self._run_chunk)
        return "tick"

    def _begin_epoch(self) -> str:
        self.plan.feeding.begin(self.epoch)
        return self._enter_epoch()

    def _enter_epoch(self) -> str:
        self.state.sums = self.stepper.new_sums()
        self.plan.bad_steps.begin_epoch()
        self.batch, self.begun, self._epoch_step = 0, True, self.state.step
        self._logs = {}
        self._call_callbacks("on_epoch_begin", self.epoch)
        self._next = self._stopped_or(self._run_chunk)
        return "epoch_begin"

    def _run_chunk(self) -> str:
        if self.plan.feeding.waits():
            self._next = self._stopped_or(self._run_chunk)
            return "data"
        if "batch_begin" in self.listen or self._callbacks_listen_to_batches():
            self._call_callbacks("on_train_batch_begin", self.batch)
            self._next = self._run_steps
            return "batch_begin"
        return self._run_steps()

    def _run_steps(self) -> str:
        taken = self.plan.feeding.take(self._chunk(self._each()))
        if taken is None:
            return self._run_out()
        batches, start, k = taken
        started = time.perf_counter()
        first, began = self.state.step, self.batch
        try:
            ends = self._train(batches, start, k)
        except OutOfMemoryError as error:
            del batches, taken
            self.batch = began
            return self._halve_batches(error, self.state.step - first, k)
        if ends:
            # Training did not come to its end: what was kept to resume it is kept.
            self.params["interrupted"] = True
            return self._end_training()
        self._step_seconds = (time.perf_counter() - started) / k
        return self._ran()

    def _ran(self) -> str:
        """Look up after a chunk of steps."""
        each = self._each()
        if each or "tick" in self.listen:
            self._logs = self.stepper.read(self.state.sums)
        if self._callbacks_listen_to_batches():
            self._call_callbacks("on_train_batch_end", self.batch - 1)
        self._complete = self.batch == self.plan.feeding.steps
        self._next = self._end_epoch if self._complete else self._stopped_or(self._run_chunk)
        return "batch_end" if each else "tick"

    def _train(self, batches: Batches, start: int, k: int) -> bool:
        """Run steps; return whether training ends before one of them, which comes to no number."""
        state, first, bad = self.state, self.state.step, self.plan.bad_steps
        began = self.batch
        while (done := state.step - first) < k:
            # A host sets the model's rate between events.
            rates = self.model.trainer.rates(state.step, k - done)
            fine = self.stepper.run(state, batches, start + done, rates, bad.watches)
            done = state.step - first
            self.batch = began + done
            if not fine:
                taken, rows = (batches, start + done), self.plan.feeding.rows_of(self.batch)
                if bad.ends(self.stepper, state, taken, (self.epoch, self.batch), rows):
                    return True
                # Left out, it counts as a step.
                state.step += 1
                self.batch += 1
            elif done < k:
                raise KeyboardInterrupt
        return False

    def _halve_batches(self, error: OutOfMemoryError, done: int, k: int) -> str:
        """Go on with smaller batches from the step that did not fit, or raise what it raised."""
        # It holds the batches.
        release(error)
        feeding = self.plan.feeding
        before = feeding.size
        # A state that was kept counts in the batches of before.
        if self.recognised is not None or not feeding.halve(k - done):
            raise
        self.batch = 2 * (self.batch + done)
        self.model.say(
            f"Batches of {before} samples do not fit into memory: training goes on with "
            f"{feeding.size}."
        )
        self._next = self._stopped_or(self._run_chunk)
        return "tick"

    def _run_out(self) -> str:
        """End an epoch whose data has ended, and training too if more was expected."""
        if self.batch == 0 and self.epoch == self.plan.initial_epoch:
            raise DataError("'x' gives no batch at all.", argument="x")
        if self.batch == 0 or self.plan.feeding.steps is not None:
            self.model.say(
                f"The data ended after {self.batch} batches of epoch {self.epoch + 1}: "
                "training stops here."
            )
            self.stop()
        return self._end_epoch() if self.batch else self._end_training()

    def _each(self) -> bool:
        """Return whether somebody wants to see each batch."""
        listened = bool({"batch_begin", "batch_end"} & self.listen)
        return listened or self._callbacks_listen_to_batches()

    def _chunk(self, each: bool) -> int:
        """Return how many steps to run before looking up."""
        at_least = self.plan.steps_per_execution
        if each or not self._step_seconds:
            # The first chunk is short: nothing is known yet of how long a step takes.
            return at_least
        k = int(TICK_SECONDS / self._step_seconds)
        return max(at_least, k - k % at_least)

    def _end_epoch(self) -> str:
        plan = self.plan
        self._complete = True
        self._logs = dict(self.stepper.read(self.state.sums))
        if plan.bad_steps.whole_epoch(self.batch):
            self._logs = dict.fromkeys(self._logs, math.nan)
        due = (self.epoch + 1 - plan.initial_epoch) % plan.validation_freq == 0
        if plan.validate is None or not due:
            return self._close_epoch()
        self._tested = {}
        self._validated.begin()
        self._next = self._validate
        return "test_begin"

    def _validate(self) -> str:
        assert self.plan.validate is not None
        return self._validation_ended(self.plan.validate())

    def _validation_ended(self, values: dict[str, Any]) -> str:
        self._tested = values
        self._validated.end(values)
        self._logs.update({f"val_{name}": value for name, value in values.items()})
        self._next = self._close_epoch
        return "test_end"

    def _close_epoch(self) -> str:
        plan = self.plan
        if self.model.trainer.rate_changes:
            self._logs["learning_rate"] = self.model.learning_rate
        self._call_callbacks("on_epoch_end", self.epoch)
        self._record_epoch()
        last = self.epoch + 1 >= plan.epochs
        self.begun = False
        self._next = self._end_training if last else self._stopped_or(self._following_epoch)
        return "epoch_end"

    def _record_epoch(self) -> None:
        self.history.append(self.epoch, self._logs)
        self._complete = False

    def _following_epoch(self) -> str:
        self.epoch, self.batch = self.epoch + 1, 0
        return self._begin_epoch()

    def _back_up(self) -> None:
        """Have the state kept where that is due: the host's callbacks have acted by now."""
        for backup in self._backups:
            if backup.is_due:
                backup.keep(self._state)

    def _state(self) -> TrainingState:
        state = state_of(self)
        if not self.begun and self.history.epoch:
            # The event that ended the epoch still had its number.
            state.data["position"].update(epoch=self.history.epoch[-1] + 1, batch=0)
        return state

    def _is_between_steps(self) -> bool:
        """Return whether weights, sums and what callbacks remember are those of one step."""
        whole = not self.begun or self._epoch_step + self.batch == self.state.step
        return self._began and whole and not self._within_callbacks and self._found is None

    def _keep_interrupted(self) -> None:
        """Keep the state of the step that an interrupt came after."""
        for backup in self._backups:
            if backup.keep(self._state):
                self.model.say(how_to_go_on(backup.backup_dir))

    def _end_training(self) -> str:
        if not self.done:
            self.plan.bad_steps.sum_up()
            self.stepper.finish(self.state)
            self._call_callbacks("on_train_end")
            self.close()
        return "train_end"

    def _stopped_or(self, phase: Callable[[], str]) -> Callable[[], str]:
        """Return a phase that ends training instead if somebody has asked for that by then."""

        def checked() -> str:
            return self._end_training() if self.model.stop_training else phase()

        return checked

    def _callbacks_listen_to_batches(self) -> bool:
        return any(callback.listens_to_batches() for callback in self.callbacks)
