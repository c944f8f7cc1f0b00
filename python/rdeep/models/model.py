"""`Model`: a network, where it runs, and how it is trained."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, BinaryIO

import numpy as np

from rdeep.backends import registry as backends
from rdeep.backends.contract import Network, Stepper, TrainState
from rdeep.catalogue.callbacks import Callback
from rdeep.catalogue.losses import Loss
from rdeep.catalogue.optimizers import Optimizer
from rdeep.data import prepare
from rdeep.errors import ArgumentError, StateError, show
from rdeep.graph.network import Graph
from rdeep.graph.tensor import SymbolicTensor
from rdeep.models.parameters import Parameters
from rdeep.models.weighted import Weighted
from rdeep.saving import archive, graphs
from rdeep.seeds import stream
from rdeep.training.fitting import (
    DEFAULT_BATCH_SIZE,
    count,
    drive,
    open_session,
    refuse_unknown,
    scorer,
    verbosity,
)
from rdeep.training.history import History
from rdeep.training.session import TrainingSession
from rdeep.training.trainer import Trainer


class Model(Weighted):
    """A network, where it runs, and how it is trained.

    Parameters
    ----------
    inputs, outputs : SymbolicTensor or sequence of them
        Where data enters and leaves.
    name : str, optional
        The model's name.
    backend : {"torch", "tensorflow"}, optional
        The engine; torch by default. It is loaded when it is first needed.
    device : str, optional
        Such as `"cpu"` or `"cuda:0"`; by default the first that the engine has.
    seed : int, optional
        What the weights are drawn from; by default the next seed of the process's stream.

    Attributes
    ----------
    annotations : dict
        Plain data that travels with the model and its files: R's columns and factor levels.

    Examples
    --------
    >>> from rdeep import Input, Model
    >>> from rdeep.layers import Dense
    >>> x = Input((4,))
    >>> model = Model(x, Dense(1)(x))
    >>> model.count_params()
    5
    """

    kind = "functional"

    def __init__(
        self,
        inputs: SymbolicTensor | Sequence[SymbolicTensor],
        outputs: SymbolicTensor | Sequence[SymbolicTensor],
        name: str | None = None,
        backend: str | None = None,
        device: str | None = None,
        seed: int | None = None,
    ) -> None:
        self._set_up(name, backend, device, seed)
        self._take_graph(Graph(_tensors(inputs, "inputs"), _tensors(outputs, "outputs")))

    def _set_up(
        self, name: str | None, backend: str | None, device: str | None, seed: int | None
    ) -> None:
        self.name = name or self.kind
        self.backend = backends.check_name("torch" if backend is None else backend)
        self.device = device
        self.seed = stream.next() if seed is None else count(seed, "seed", 0)
        self.stop_training = False
        self.history: History | None = None
        self.annotations: dict[str, Any] = {}
        self._parameters: Parameters | None = None
        self._trainer: Trainer | None = None
        self._session: TrainingSession | None = None
        self.messages: list[str] = []

    def _take_graph(self, graph: Graph) -> None:
        """Become a model of a graph, keeping the weights that fit it."""
        kept = {} if self._parameters is None else self._parameters.named_for(graph)
        self._parameters = Parameters(graph, self.seed, kept)
        if self._trainer is not None:
            self._trainer.forget()

    # What the model is ------------------------------------------------------------------------

    @property
    def graph(self) -> Graph:
        """The model's graph; a `StateError` if the input's shape is not known yet."""
        return self._built().graph

    def _built(self) -> Parameters:
        if self._parameters is None:
            raise StateError(
                "The model's input shape is not known yet.",
                hint="Give the first layer an `input_shape`, or fit the model to data first.",
            )
        return self._parameters

    @property
    def is_built(self) -> bool:
        """Whether the input's shape is known."""
        return self._parameters is not None

    @property
    def is_compiled(self) -> bool:
        """Whether `compile` was called."""
        return self._trainer is not None

    @property
    def native(self) -> Any:
        """The engine's own object, a `torch.nn.Module` or a `keras.Model`, sharing the weights."""
        return self.network.native

    @property
    def network(self) -> Network:
        """The network on its engine, built at the first call."""
        return self._built().network(self.backend, self.device)

    def __repr__(self) -> str:
        size = f"{self.count_params():,} parameters" if self.is_built else "not built"
        return f"<{type(self).__name__} {self.name!r} on {self.backend}, {size}>"

    # Training ---------------------------------------------------------------------------------

    def compile(
        self,
        optimizer: str | Optimizer = "rmsprop",
        loss: Any = None,
        metrics: Any = None,
        loss_weights: Any = None,
        weighted_metrics: Any = None,
        steps_per_execution: int = 1,
        jit_compile: bool | str = "auto",
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
            The fewest steps to run before callbacks and progress are looked after.
        jit_compile : bool or {"auto"}
            Whether to compile the network; `"auto"` does not.

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
        )
        if self.is_built:
            trainer.check(self.graph)
        self._trainer = trainer

    @property
    def trainer(self) -> Trainer:
        """How the model is compiled, and how far training has come; a `StateError` if not."""
        if self._trainer is None:
            raise StateError("The model is not compiled yet.", hint="Call compile() first.")
        return self._trainer

    @property
    def optimizer(self) -> Optimizer:
        """The optimizer that the model was compiled with."""
        return self.trainer.compiled.optimizer

    @property
    def learning_rate(self) -> float:
        """The learning rate; setting it takes effect at the next step."""
        return self.trainer.learning_rate

    @learning_rate.setter
    def learning_rate(self, value: float) -> None:
        self.trainer.learning_rate = value

    def losses(self) -> list[Loss]:
        """Return the loss of each output."""
        return self.trainer.losses(self.graph)

    def build_for(self, x: Any) -> None:
        """Make sure that the model is compiled, and its input's shape known (from data)."""
        _ = self.trainer

    def prepare_training(self) -> tuple[Stepper, TrainState]:
        """Return what runs steps, and a state that goes on from an earlier training."""
        self.stop_training = False
        backend = backends.load(self.backend)
        return self.trainer.begin(backend, self.network, self.graph, stream.next())

    def session(
        self,
        x: Any,
        y: Any = None,
        batch_size: int | None = None,
        epochs: int = 1,
        callbacks: Sequence[Callback] | None = None,
        validation_split: float = 0.0,
        validation_data: Any = None,
        shuffle: bool = True,
        class_weight: Mapping[Any, float] | None = None,
        sample_weight: Any = None,
        initial_epoch: int = 0,
        steps_per_epoch: int | None = None,
        validation_batch_size: int | None = None,
        validation_freq: int = 1,
        listen: Collection[str] = (),
    ) -> TrainingSession:
        """Return a training that is asked to advance, event by event.

        Parameters
        ----------
        x, y, batch_size, epochs, callbacks, validation_split, validation_data, shuffle,
        class_weight, sample_weight, initial_epoch, steps_per_epoch, validation_batch_size,
        validation_freq
            As in `fit`.
        listen : collection of str
            The kinds of events to return at, of `rdeep.training.session.EVENTS`.
        """
        if self._session is not None and not self._session.done:
            self._session.close()
        self._session = open_session(
            self,
            x,
            y,
            batch_size=batch_size,
            epochs=epochs,
            callbacks=callbacks,
            validation_split=validation_split,
            validation_data=validation_data,
            shuffle=shuffle,
            class_weight=class_weight,
            sample_weight=sample_weight,
            initial_epoch=initial_epoch,
            steps_per_epoch=steps_per_epoch,
            validation_batch_size=validation_batch_size,
            validation_freq=validation_freq,
            listen=listen,
        )
        return self._session

    def training_ended(self, session: TrainingSession) -> None:
        """Take the history of a session that has ended."""
        self.history = session.history
        self._session = None

    def fit(self, x: Any, y: Any = None, *, verbose: Any = "auto", **arguments: Any) -> History:
        """Train.

        Parameters
        ----------
        x : array, list or dict of arrays
            The data, a sample in each row.
        y : array, list or dict of arrays
            The targets.
        verbose : {"auto", 0, 1, 2}
            0 for silence, 1 for a line that is rewritten, 2 for a line an epoch.
        **arguments
            `batch_size` (32), `epochs` (1), `callbacks`, `validation_split` (0: the share of the
            last samples to validate on), `validation_data` as `(x, y)` or `(x, y, sample_weight)`,
            `shuffle` (True), `class_weight` as a dict by class number, `sample_weight`,
            `initial_epoch` (0), `steps_per_epoch`, `validation_batch_size`, `validation_freq` (1).

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
        """
        level = verbosity(verbose)
        refuse_unknown(arguments, self.session, "fit")
        listen = ((), ("epoch_end", "tick"), ("epoch_end",))[level]
        return drive(self.session(x, y, listen=listen, **arguments), level)

    def evaluate(
        self,
        x: Any,
        y: Any = None,
        batch_size: int | None = None,
        sample_weight: Any = None,
    ) -> dict[str, Any]:
        """Return the loss and the metrics on data.

        Parameters
        ----------
        x, y : array, list or dict of arrays
            The data and the targets.
        batch_size : int, optional
            Rows in a batch; 32 by default.
        sample_weight : array, optional
            A weight for each sample.
        """
        self.build_for(x)
        feed = prepare.feed(self.graph, self.losses(), x, y, sample_weight)
        size = DEFAULT_BATCH_SIZE if batch_size is None else count(batch_size, "batch_size")
        backend = backends.load(self.backend)
        stepper = self.trainer.stepper(backend, self.network, self.graph)
        return dict(scorer(stepper, feed, size)())

    def predict(self, x: Any, batch_size: int | None = None) -> Any:
        """Return the outputs for data.

        Parameters
        ----------
        x : array, list or dict of arrays
            The data.
        batch_size : int, optional
            A bound on memory: at least so many rows are computed together.

        Returns
        -------
        numpy.ndarray or list of numpy.ndarray
            float32, a row for each sample; a list if there are several outputs.
        """
        if not self.is_built:
            self._build_from(x)
        size = DEFAULT_BATCH_SIZE if batch_size is None else count(batch_size, "batch_size")
        outputs = self.network.predict(prepare.inputs(self.graph, x), size)
        return outputs[0] if len(outputs) == 1 else outputs

    def _build_from(self, x: Any) -> None:
        """Find the input's shape in data; only a sequential model can lack it."""

    def say(self, message: str) -> None:
        """Pass on what a callback has to say: with the next event, or printed."""
        if self._session is None:
            print(message)
        else:
            self.messages.append(message)

    def take_messages(self) -> list[str]:
        """Return what was said since the last call."""
        messages, self.messages = self.messages, []
        return messages

    # Copies and files -------------------------------------------------------------------------

    def to_backend(self, backend: str, device: str | None = None) -> Model:
        """Return a copy on another engine, with the same weights and training state.

        Parameters
        ----------
        backend : {"torch", "tensorflow"}
            The engine.
        device : str, optional
            The device there.
        """
        backends.check_name(backend)
        weights = self._built().named()
        return self.from_data(self._description(), weights, self._slots(), backend, device)

    def clone(self) -> Model:
        """Return a model of the same layers with weights of its own, freshly drawn."""
        description = {**self._description(), "compile": None, "history": None}
        return self.from_data(description, {}, {}, self.backend, self.device)

    @classmethod
    def from_data(
        cls,
        description: Mapping[str, Any],
        weights: Mapping[str, np.ndarray],
        slots: Mapping[str, np.ndarray],
        backend: str,
        device: str | None,
    ) -> Model:
        """Return the model that a saved description is of.

        Parameters
        ----------
        description : mapping
            The model as plain data.
        weights, slots : mapping of str to numpy.ndarray
            Its weights (drawn afresh if there are none), and what its optimizer keeps.
        backend : str
            The engine to run on.
        device : str or None
            The device there.
        """
        graph = graphs.from_data(description["graph"])
        model = cls._from_graph(graph, name=description["name"], backend=backend, device=device)
        if weights:
            model.set_weights(weights)
        if description["compile"] is not None:
            model._trainer = Trainer.from_data(description["compile"], slots)
        model.annotations = dict(description.get("annotations") or {})
        if description["history"] is not None:
            model.history = History.from_data(description["history"])
        return model

    @classmethod
    def _from_graph(cls, graph: Graph, **options: Any) -> Model:
        return cls(graph.inputs, graph.outputs, **options)

    def save(self, path: str, overwrite: bool = False) -> None:
        """Save layers, weights and training state in one file.

        Parameters
        ----------
        path : str
            The file; `.rdeep` is the usual ending.
        overwrite : bool
            Whether to replace a file that exists.

        Raises
        ------
        FileError
            If the file exists, or its folder does not.
        """
        archive.check_free(path, overwrite)
        archive.replace_file(path, self._write)

    def to_bytes(self) -> bytes:
        """Return what `save` writes."""
        return archive.to_bytes(self._write)

    def to_bytes_file(self, path: str) -> None:
        """Write what `save` writes to a file, whether it exists or not."""
        archive.replace_file(path, self._write)

    def _write(self, target: BinaryIO) -> None:
        archive.write(self._description(), self._built().named(), self._slots(), target)

    def _slots(self) -> dict[str, np.ndarray]:
        return {} if self._trainer is None else self._trainer.slots()

    def _description(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "name": self.name,
            "backend": self.backend,
            "graph": graphs.to_data(self.graph),
            "compile": None if self._trainer is None else self._trainer.to_data(),
            "history": None if self.history is None else self.history.data(),
            "annotations": self.annotations,
        }


def _tensors(given: Any, argument: str) -> list[SymbolicTensor]:
    tensors = list(given) if isinstance(given, (list, tuple)) else [given]
    for tensor in tensors:
        if not isinstance(tensor, SymbolicTensor):
            raise ArgumentError(
                f"'{argument}' must be symbolic tensors, such as Input() and layers return, not "
                f"{show(tensor)}.",
                argument=argument,
                received=tensor,
            )
    if not tensors:
        raise ArgumentError(f"'{argument}' is empty.", argument=argument)
    return tensors
