"""`ReadyModel`: what ready-made models have in common, whatever they are made for."""

from __future__ import annotations

import functools
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection
from typing import Any, ClassVar, TypeVar

import numpy as np

from rdeep.catalogue.layers import Layer
from rdeep.engines import registry as backends
from rdeep.errors import FileError, StateError, called
from rdeep.errors.damage import Damage
from rdeep.interrupts import interrupts
from rdeep.models import Model
from rdeep.ready import storage
from rdeep.ready.own_network import check_own
from rdeep.ready.settings import Asked, Learned
from rdeep.ready.stage import Stage
from rdeep.saving import disk
from rdeep.saving.foreign.kinds import is_keras
from rdeep.training.driving import drive, verbosity
from rdeep.training.history import History
from rdeep.training.session import TrainingSession

_Method = TypeVar("_Method", bound=Callable[..., Any])


def all_or_nothing(method: _Method) -> _Method:
    """Have a method that fails leave its object as it was.

    Parameters
    ----------
    method : function
        The method.
    """

    @functools.wraps(method)
    def guarded(self: Any, *args: Any, **kwargs: Any) -> Any:
        before = dict(vars(self))
        try:
            return method(self, *args, **kwargs)
        except Exception:
            vars(self).clear()
            vars(self).update(before)
            raise

    return guarded  # type: ignore[return-value]


class ReadyModel(ABC):
    """A ready-made model: it reads the user's data, makes a network for it, and trains it.

    A kind of model derives from it, says what it is called in files (`kind`), declares what it is
    asked for (`settings_class`) and what it learns (`learned_class`), and writes `prepare`, `stage`
    and `predict`.

    Parameters
    ----------
    network : Model, layer, list of layers, or function of a tensor, optional
        One's own layers, between the input and the output layer, which the model adds.
    backend, device : str, optional
        Where networks run, as for `Model`.
    **settings
        The options of the kind's `settings_class`.

    Attributes
    ----------
    settings : Asked
        What was asked for.
    learned : Learned
        What was learned of the data, once it was fitted.
    arrays : dict of str to numpy.ndarray
        What was learned that is no plain data, such as the errors of held-out samples.
    networks : list of Model
        The networks; the first is the one that predicts.
    histories : list of History
        How each stage was trained.
    scores : dict of str to float
        How good predictions are on held-out samples.
    annotations : dict
        What another language remembers of the model, as plain data.
    """

    kind: ClassVar[str]
    settings_class: ClassVar[type[Asked]]
    learned_class: ClassVar[type[Learned]]
    array_types: ClassVar[dict[str, tuple[str, int]]] = {}
    """The types (as safetensors name them) and ranks of `arrays`, each of which may be absent."""

    learned: Any

    def __init__(
        self,
        network: Any = None,
        backend: str | None = None,
        device: str | None = None,
        **settings: Any,
    ) -> None:
        self.settings: Any = self.settings_class.asked(settings)
        self.own_network = check_own(network)
        self.backend, self.device = backend or backends.default(), device
        self.networks: list[Model] = []
        self.histories: list[History] = []
        self.arrays: dict[str, np.ndarray] = {}
        self.scores: dict[str, float] = {}
        self.annotations: dict[str, Any] = {}
        self._stage: Stage | None = None

    # What a kind of model writes ------------------------------------------------------------------

    @abstractmethod
    def stage(self, number: int) -> Stage:
        """Return what a stage of training needs, once the data is prepared.

        Parameters
        ----------
        number : int
            The stage, from 0.
        """

    @property
    def stages(self) -> int:
        """How many trainings follow each other."""
        return 1

    def finished(self) -> None:
        """Complete the model once it is trained: `scores`, errors of held-out samples."""
        self.scores = {}

    def output_activation(self) -> Layer | None:
        """Return the layer that makes predictions of the network's outputs; `None` for none."""
        return None

    def check_loaded(self) -> None:
        """Refuse networks that do not go with what was learned, by raising `Damage`."""
        if self.networks[0].is_built and len(self.networks[0].outputs) < 1:
            raise Damage("it gives nothing", place="networks[0]")

    # Training -------------------------------------------------------------------------------------

    def check_trains(self) -> None:
        """Refuse an engine that only predicts, before data is looked at."""
        backends.check_trains(self.backend)

    @interrupts.held()
    def train(self, verbose: object = "auto") -> None:
        """Train all stages, once the data is prepared.

        Parameters
        ----------
        verbose : {"auto", 0, 1, 2}
            As in `Model.fit`.

        Raises
        ------
        KeyboardInterrupt
            After an interrupt: the model is then that of what was trained so far.
        """
        level = verbosity(verbose)
        listen = ((), ("epoch_end", "tick"), ("epoch_end",))[level]
        for number in range(self.stages):
            try:
                drive(self.session(number, listen), level)
            except KeyboardInterrupt:
                if self.finish(number) or number:
                    self.finish_all()
                raise
            self.finish(number)
        self.finish_all()

    def session(self, stage: int = 0, listen: Collection[str] = ()) -> TrainingSession:
        """Return the training of a stage, to be advanced to its end before `finish`.

        Parameters
        ----------
        stage : int
            Its number, from 0, in order.
        listen : collection of str
            The kinds of events to return at.
        """
        if stage == 0:
            self.histories = []
        plan = self.stage(stage)
        self._stage = plan
        plan.network.compile(
            plan.optimizer, plan.loss, metrics=plan.metrics, **plan.compile_options
        )
        options: dict[str, Any] = {**plan.options}
        if plan.batch_size is not None:
            options["batch_size"] = plan.batch_size
        if plan.weights is not None:
            options["sample_weight"] = plan.weights
        return plan.network.session(
            plan.x,
            plan.y,
            epochs=plan.epochs,
            callbacks=plan.all_callbacks(),
            validation_data=plan.validation,
            listen=listen,
            **options,
        )

    def finish(self, stage: int) -> bool:
        """Take note of a stage that was trained, and return whether it was, for an epoch at least.

        Parameters
        ----------
        stage : int
            Its number, from 0.
        """
        history = None if self._stage is None else self._stage.network.history
        trained = history is not None and bool(history.epoch)
        if trained and history is not None:
            self.histories = [*self.histories[:stage], history]
        return trained

    def finish_all(self) -> None:
        """Complete the model once its stages are trained."""
        self.finished()
        self._stage = None

    # What is asked of a fitted model --------------------------------------------------------------

    @property
    def network(self) -> Model:
        """The network that predicts; its outputs are logits, or numbers on the scale learned."""
        if not self.histories:
            raise StateError("The model is not fitted yet.", hint="Call fit() first.")
        return self.networks[0]

    def as_network(self) -> Model:
        """Return the network that predicts, its output activation included, to go on with.

        Its layers are the model's own: who trains it changes the model.
        """
        network, activation = self.network, self.output_activation()
        if activation is None:
            return network
        outputs = [activation(each) for each in network.outputs]
        return Model(network.inputs, outputs, network.name, self.backend, self.device)

    @property
    def outcome_data(self) -> dict[str, Any] | None:
        """What is predicted, as plain data; `None` for what is neither a class nor a number."""
        outcome = getattr(self.learned, "outcome", None)
        if outcome is None:
            return None
        return {"type": outcome.type, "levels": list(outcome.levels)}

    @property
    def history_data(self) -> list[dict[str, Any]]:
        """How each stage was trained, as plain data."""
        return [history.data() for history in self.histories]

    def network_summary(self) -> list[dict[str, Any]]:
        """Return the layers of the network that predicts, a row each."""
        return self.network.summary_rows()

    def save(self, filepath: str, overwrite: bool = False) -> None:
        """Save the model in one file, which is read on any engine.

        Parameters
        ----------
        filepath : str
            The file; `.rdeep` is the usual ending.
        overwrite : bool
            Whether to replace a file that exists.
        """
        _ = self.network
        if is_keras(filepath):
            raise FileError(
                "A '.keras' file has no place for what a ready-made model learned of the data.",
                argument="filepath",
                received=filepath,
                hint=f"Choose the ending '.rdeep', or save what {called('as_network')} returns.",
            )
        disk.check_free(filepath, overwrite)
        storage.write(self, filepath)
