"""How a model is trained, evaluated and asked for predictions."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np

from rdeep.catalogue.losses import Loss
from rdeep.catalogue.optimizers import BaseOptimizer
from rdeep.catalogue.schedules import Schedule
from rdeep.data import prepare
from rdeep.data.arrays import dense_rows
from rdeep.data.streams import is_stream
from rdeep.engines import registry as backends
from rdeep.engines.contract import Network, Source, Stepper, TrainState
from rdeep.errors import StateError, Wording, worded
from rdeep.models.settled import warn_of_changed_flags, warn_of_nothing_to_train
from rdeep.models.weighted import Weighted
from rdeep.preprocessing.endless import refuse_endless
from rdeep.saving import archive
from rdeep.seeds import stream
from rdeep.training.batch_sizes import batch_size_for, check_rows, count, count_or_none
from rdeep.training.callback_list import CallbackList
from rdeep.training.driving import drive, verbosity
from rdeep.training.finder import RateSearch, search
from rdeep.training.fitting import (
    FitOptions,
    as_callbacks,
    open_session,
    refuse_beside_stream,
    refuse_unknown,
)
from rdeep.training.history import History
from rdeep.training.predicting import predict_each, predict_stream
from rdeep.training.scoring import scorer, stream_scorer
from rdeep.training.session import TrainingSession
from rdeep.training.trainer import Trainer
from rdeep.training.unused import warn_of_batch_size, warn_of_too_few


class Trained(Weighted):
    """The part of a model that trains: `Model` says what the parts are."""

    backend: str
    _drawn: tuple[int, int] = (-1, 0)
    device: str | None
    stop_training: bool
    history: History | None
    annotations: dict[str, Any]
    messages: list[Wording]
    _trainer: Trainer | None
    _session: TrainingSession | None

    @property
    def is_built(self) -> bool:
        """Whether the input's shape is known."""
        raise NotImplementedError

    @property
    def network(self) -> Network:
        """The network on its engine, built at the first call."""
        raise NotImplementedError

    def compile(
        self,
        optimizer: str | BaseOptimizer = "rmsprop",
        loss: Any = None,
        metrics: Any = None,
        loss_weights: Any = None,
        weighted_metrics: Any = None,
        steps_per_execution: int = 1,
        jit_compile: bool | str = "auto",
        dtype_policy: str | None = None,
    ) -> None:
        """Say how to train.

        Parameters
        ----------
        optimizer : str or Optimizer
            The optimizer.
        loss : str, Loss, list or dict
            The loss; several outputs take a list or a dict by output name.
        metrics, weighted_metrics : list, dict or str, optional
            What to report; the weighted ones count sample weights.
        loss_weights : float, list or dict, optional
            What each output's loss is multiplied by.
        steps_per_execution : int
            The fewest steps to run before callbacks and progress are looked after; compiled steps
            on torch are also unrolled so many times into one call.
        jit_compile : bool or {"auto"}
            Whether to compile the steps of training. `"auto"` does so on TensorFlow, by XLA, where
            the network is dense or recurrent, on a CPU, and trained for long enough to win back
            the seconds that it takes; on torch it does not.
        dtype_policy : {"float32", "mixed_bfloat16", "mixed_float16"}, optional
            The type that layers compute in; weights are float32 in each. By default what
            `rdeep.precision.set_dtype_policy` said, `"float32"` at first.

        Raises
        ------
        ArgumentError
            If a name or a value is unknown.
        """
        trainer = Trainer(
            optimizer,
            loss,
            metrics,
            loss_weights,
            weighted_metrics,
            steps_per_execution,
            jit_compile,
            dtype_policy,
        )
        if self.is_built:
            trainer.check(self.graph)
        self._trainer = trainer
        self._settle()
        if self.is_built and self.graph.weights():
            warn_of_nothing_to_train(self._built())

    def _settle(self) -> None:
        """Settle which layers are trained, as they say now."""
        raise NotImplementedError

    @property
    def trainer(self) -> Trainer:
        """How the model is compiled, and how far training has come; a `StateError` if not."""
        if self._trainer is None:
            raise StateError("The model is not compiled yet.", hint="Call compile() first.")
        return self._trainer

    @property
    def optimizer(self) -> BaseOptimizer:
        """The optimizer that the model was compiled with."""
        return self.trainer.compiled.optimizer

    @property
    def learning_rate(self) -> float:
        """The learning rate; setting it takes effect at the next step."""
        return self.trainer.learning_rate

    @learning_rate.setter
    def learning_rate(self, value: float) -> None:
        self.trainer.learning_rate = value

    def follow(self, schedule: Schedule | None) -> None:
        """Have the learning rate follow a schedule from here on.

        Parameters
        ----------
        schedule : Schedule or None
            The schedule, its step 0 being the next; `None` for what the model was compiled with.
        """
        self.trainer.follow(schedule)

    @property
    def steps_taken(self) -> int:
        """How many batches the model was trained on."""
        return self.trainer.steps_taken

    def swap_average(self) -> None:
        """Exchange the weights and the moving average that the optimizer keeps of them."""
        self.trainer.swap_average()

    def take_training(self, path: str) -> None:
        """Take the weights and the state of training from a file that such a model was saved to.

        Parameters
        ----------
        path : str
            The file.
        """
        description, weights, slots = archive.read(path)
        self.set_weights(weights)
        self.trainer.resume(description["compile"], slots)

    def losses(self) -> list[Loss]:
        """Return the loss of each output."""
        return self.trainer.losses(self.graph)

    def log_directions(self) -> dict[str, str | None]:
        """Return which is better of each log, the smallest (`"min"`) or the largest (`"max"`).

        `None` is for metrics of which nobody has said it. Validation's logs are not listed: they
        are those of training, after `val_`.
        """
        return self.trainer.directions(self.graph)

    def build_for(self, x: Any) -> None:
        """Make sure that the model is compiled, and its input's shape known (from data)."""
        _ = self.trainer

    def prepare_training(self) -> tuple[Stepper, TrainState]:
        """Return what runs steps, and a state that goes on from an earlier training."""
        self.stop_training = False
        backend = backends.load(self.backend)
        self._built().claim()
        self._built().training = True
        return self.trainer.begin(backend, self.network, self.graph, stream.next())

    def session(
        self,
        x: Any,
        y: Any = None,
        *,
        listen: Collection[str] = (),
        class_names: Any = None,
        **options: Any,
    ) -> TrainingSession:
        """Return a training that is asked to advance, event by event.

        Parameters
        ----------
        x, y : object
            As in `fit`.
        listen : collection of str
            The kinds of events to return at, of `rdeep.training.session.EVENTS`.
        class_names : sequence, optional
            For each output the names of its classes, for messages.
        **options
            As in `fit`.
        """
        refuse_unknown(options, FitOptions, "fit")
        if self._session is not None and not self._session.done:
            self._session.close()
        self._session = open_session(self, x, y, FitOptions(**options), listen, class_names)
        warn_of_nothing_to_train(self._built())
        warn_of_changed_flags(self.trainer, self.graph)
        return self._session

    def training_ended(self, session: TrainingSession) -> None:
        """Take the history of a session that has ended."""
        self.history = session.history
        self._session = None
        self._built().training = False
        self._built().changes += 1

    def fit(self, x: Any, y: Any = None, *, verbose: Any = "auto", **arguments: Any) -> History:
        """Train.

        Parameters
        ----------
        x : array, list or dict of arrays, or a stream
            The data, a sample in each row. A stream gives batches `(x, y)` or
            `(x, y, sample_weight)`: any iterable of them, a function that returns one, a torch
            `Dataset` or `DataLoader`, or what `rdeep.datasets` makes of files. It is read by a
            thread of its own, a few megabytes ahead.
        y : array, list or dict of arrays
            The targets; left out with a stream.
        verbose : {"auto", 0, 1, 2}
            0 for silence, 1 for a line that is rewritten, 2 for a line an epoch.
        **arguments
            `batch_size` (32), `epochs` (1), `callbacks`, `validation_split` (0: the share of the
            last samples to validate on), `validation_data` as `(x, y)`, `(x, y, sample_weight)` or
            a stream, `shuffle` (True), `class_weight` as a dict by class number, or for several
            outputs a dict of such by the output's name, `sample_weight`, `initial_epoch` (0),
            `steps_per_epoch`, `validation_steps`, `validation_batch_size`, `validation_freq` (1).
            With `steps_per_epoch`, a stream goes on in each epoch where the last one ended.

        Returns
        -------
        History
            The logs of each epoch. An interrupt ends training and returns those so far.

        Raises
        ------
        DataError, ShapeError, ArgumentError, StateError
            If the data does not fit the model, or the model is not compiled.

        Examples
        --------
        >>> import numpy as np
        >>> from rdeep import Sequential
        >>> from rdeep.layers import Dense
        >>> model = Sequential([Dense(1)], input_shape=(2,))
        >>> model.compile("sgd", "mse")
        >>> x = np.ones((8, 2)); y = np.zeros(8)
        >>> history = model.fit(x, y, epochs=2, verbose=0)
        >>> len(history.history["loss"])
        2
        >>> history = model.fit(iter([(x, y), (x, y)]), verbose=0)
        """
        level = verbosity(verbose)
        refuse_unknown(arguments, FitOptions, "fit")
        listen = ((), ("epoch_end", "tick"), ("epoch_end",))[level]
        return drive(self.session(x, y, listen=listen, **arguments), level)

    def lr_finder(
        self,
        x: Any,
        y: Any = None,
        start_lr: float = 1e-6,
        end_lr: float = 1.0,
        steps: int = 100,
        **options: Any,
    ) -> RateSearch:
        """Try learning rates from tiny to too large, on a copy of the model.

        Parameters
        ----------
        x, y : object
            The data, as for `fit`.
        start_lr, end_lr : float
            The first and the last rate.
        steps : int
            How many batches to try rates on; it ends early where the loss climbs.
        **options
            `batch_size`, `sample_weight` and other arguments of `fit`.

        Returns
        -------
        RateSearch
            `rates`, `losses`, the `smoothed` losses, and the rate at which these fall fastest as
            `suggestion`.

        Examples
        --------
        >>> import numpy as np
        >>> from rdeep import Sequential
        >>> from rdeep.layers import Dense
        >>> model = Sequential([Dense(1)], input_shape=(2,))
        >>> model.compile("sgd", "mse")
        >>> x = np.random.default_rng(1).normal(size=(64, 2))
        >>> found = model.lr_finder(x, x.sum(1), steps=20, batch_size=8)
        >>> len(found.rates) == len(found.losses)
        True
        """
        refuse_unknown(options, FitOptions, "lr_finder")
        self.build_for(None if is_stream(x) else x)
        return search(self.copy(), x, y, start_lr, end_lr, steps, **options)

    def copy(self) -> Any:
        """Return a model of the same layers and weights, compiled alike."""
        raise NotImplementedError

    def evaluate(
        self,
        x: Any,
        y: Any = None,
        batch_size: int | None = None,
        sample_weight: Any = None,
        steps: int | None = None,
        callbacks: Any = None,
    ) -> dict[str, Any]:
        """Return the loss and the metrics on data.

        Parameters
        ----------
        x, y : array, list or dict of arrays
            The data and the targets; `x` may be a stream, as for `fit`.
        batch_size : int, optional
            Rows in a batch, 32 by default; more are computed together where memory allows and the
            result is the same.
        sample_weight : array, optional
            A weight for each sample.
        steps : int, optional
            How many batches to look at; by default all.
        callbacks : Callback or list of Callback, optional
            What happens beside it. One that listens to batches has them computed one by one.
        """
        audience = CallbackList(as_callbacks(callbacks), "test")
        steps = count_or_none(steps, "steps")
        if is_stream(x):
            refuse_beside_stream(y=y, sample_weight=sample_weight)
            refuse_endless(x, "x", "steps", steps)
            self.build_for(None)
            size = batch_size_for(self, batch_size)
            warn_of_batch_size(x, batch_size)
            score = stream_scorer(self, None, x, size, steps, "x", audience, source=self.draws_from)
        else:
            x = self.arranged(x)
            self.build_for(x)
            size = batch_size_for(self, batch_size)
            y = self.arranged(y, "y")
            feed = prepare.feed(self.graph, self.losses(), x, y, sample_weight)
            check_rows(self, feed.rows)
            warn_of_too_few(steps, -(-feed.rows // size))
            self.trainer.learn(self.graph, [feed])
            score = scorer(self, self.ready_stepper(), feed, size, steps, audience, self.draws_from)
        audience.attend(self, {"steps": steps})
        audience.begin()
        values = dict(score())
        audience.end(values)
        return values

    def draws_from(self) -> Source:
        """Return what a prediction draws from: another each time, if it draws anything."""
        if not self.draws_in_prediction:
            return Source()
        start, calls = self._drawn
        self._drawn = (stream.starts, calls + 1 if start == stream.starts else 0)
        return Source(stream.next(), self._drawn[1])

    def ready_stepper(self) -> Stepper:
        """Return what runs steps."""
        return self.trainer.stepper(backends.load(self.backend), self.network, self.graph)

    def predict(
        self,
        x: Any,
        batch_size: int | None = None,
        steps: int | None = None,
        callbacks: Any = None,
    ) -> Any:
        """Return the outputs for data.

        Where the network draws random numbers, by `rdeep.random` or a layer that is called with
        `training=True`, each call draws others; `set_random_seed` makes them repeatable, and a
        layer with a seed of its own draws the same each time.

        Parameters
        ----------
        x : array, list or dict of arrays
            The data; or a stream, as for `fit`, of which only the inputs count.
        batch_size : int, optional
            A bound on memory: at least so many rows are computed together.
        steps : int, optional
            How many batches to predict; by default all.
        callbacks : Callback or list of Callback, optional
            What happens beside it. One that listens to batches has them computed one by one.

        Returns
        -------
        numpy.ndarray or list of numpy.ndarray
            float32, a row for each sample; a list if there are several outputs.
        """
        steps = count_or_none(steps, "steps")
        audience = CallbackList(as_callbacks(callbacks), "predict")
        audience.attend(self, {"steps": steps})
        audience.begin()
        if is_stream(x):
            refuse_endless(x, "x", "steps", steps)
            outputs = predict_stream(self, x, batch_size, steps, audience)
        else:
            inputs = self.inputs_of(x)
            size = batch_size_for(self, batch_size)
            check_rows(self, len(inputs[0]))
            warn_of_too_few(steps, -(-len(inputs[0]) // size))
            if steps is not None:
                inputs = [x[: steps * size] for x in inputs]
            if audience.listens_to_batches:
                cuts = range(0, len(inputs[0]), size)
                parts = ([dense_rows(x, slice(at, at + size)) for x in inputs] for at in cuts)
                outputs = predict_each(self, parts, size, audience)
            else:
                outputs = self.network.predict(inputs, size, self.draws_from())
        audience.end({})
        return outputs[0] if len(outputs) == 1 else outputs

    def reset_states(self) -> None:
        """Have recurrent layers with `stateful=True` start the next batch from zeros."""
        if self.is_built:
            self.network.reset_states()

    def sample(self, x: Any, seed: int | None = None, batch_size: int | None = None) -> Any:
        """Return outputs for data as `predict` does, but under dropout.

        Parameters
        ----------
        x : array, list or dict of arrays
            The data.
        seed : int, optional
            What the dropped units are drawn from; the next of the process's stream if left out.
        batch_size : int, optional
            A bound on memory, as for `predict`.
        """
        drawn = stream.next() if seed is None else count(seed, "seed", 0)
        inputs = self.inputs_of(x)
        check_rows(self, len(inputs[0]))
        outputs = self.network.sample(inputs, batch_size_for(self, batch_size), drawn)
        return outputs[0] if len(outputs) == 1 else outputs

    def inputs_of(self, x: Any) -> list[np.ndarray]:
        """Return the network's inputs for data, which may show the input's shape.

        Parameters
        ----------
        x : array, list or dict of arrays
            The data.
        """
        x = self.arranged(x)
        if not self.is_built:
            self._build_from(x)
        return prepare.inputs(self.graph, x)

    def _build_from(self, x: Any) -> None:
        """Find the input's shape in data; only a sequential model can lack it."""

    def say(self, message: str | Wording) -> None:
        """Pass on what a callback has to say: with the next event, or printed."""
        if self._session is None:
            print(message)
        else:
            self.messages.append(worded(message))

    def take_messages(self) -> list[Wording]:
        """Return what was said since the last call."""
        messages, self.messages = self.messages, []
        return messages
