"""`Model`: a network, where it runs, and how it is trained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO, ClassVar

import numpy as np

from rdeep.catalogue.layers import Layer
from rdeep.catalogue.overrides import refuse_overrides
from rdeep.engines import registry as backends
from rdeep.engines.contract import Network
from rdeep.errors import ArgumentError, StateError, Wording, called, class_name, show
from rdeep.graph import plain
from rdeep.graph.composite import Composite, Inner
from rdeep.graph.flags import flags_of
from rdeep.graph.network import Graph
from rdeep.graph.submodels import submodel_tensors
from rdeep.graph.tensor import Input, SymbolicTensor
from rdeep.models.batchwise import Batchwise
from rdeep.models.called import flat, graph_of, inputs_like
from rdeep.models.parameters import Parameters
from rdeep.precision import check_policy
from rdeep.saving import archive
from rdeep.seeds import stream
from rdeep.training.batch_sizes import check_batch, count
from rdeep.training.history import History
from rdeep.training.session import TrainingSession
from rdeep.training.trainer import Trainer


class Model(Batchwise):
    """A network, where it runs, and how it is trained.

    A subclass may say what it computes by a method `call(self, inputs)`, or `call(self, inputs,
    training)` if training differs, in the place of `inputs` and `outputs`: it is called once, with
    symbolic tensors, when the shape of the data is known. Copies and files of such a model hold
    what it computes, and are plain models. How a step of training is done cannot be overridden.

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
        inputs: SymbolicTensor | Sequence[SymbolicTensor] | None = None,
        outputs: SymbolicTensor | Sequence[SymbolicTensor] | None = None,
        name: str | None = None,
        backend: str | None = None,
        device: str | None = None,
        seed: int | None = None,
    ) -> None:
        self._set_up(name, backend, device, seed)
        if self._is_called:
            if inputs is not None or outputs is not None:
                raise ArgumentError(
                    f"{class_name(self)} says what it computes by its call(): it takes no "
                    "'inputs' and 'outputs'.",
                    argument="inputs",
                )
            return
        ends = _tensors(inputs, "inputs"), _tensors(outputs, "outputs")
        self._take_graph(Graph(*submodel_tensors(*ends)))

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        refuse_overrides(cls, "model")

    call: ClassVar[Any] = None
    """What a subclass computes."""

    @property
    def _is_called(self) -> bool:
        return type(self).call is not None

    def build(self, input_shape: Any) -> None:
        """Make what `call` needs of the input's shape; a subclass may say how."""

    def build_for(self, x: Any) -> None:
        """Make sure that the input's shape is known, from data if need be."""
        super().build_for(x)
        if not self.is_built:
            self._build_from(x)

    def _build_from(self, x: Any) -> None:
        if x is None:
            raise StateError(
                "The model's input shape is not known yet.",
                hint="Call the model on data, or fit it to arrays first.",
            )
        self._build_of(inputs_like(x))

    def _build_of(self, inputs: Any) -> None:
        """Look at what `call` computes of symbolic tensors."""
        if not self._is_called:
            raise StateError("The model's input shape is not known yet.")
        shapes = [tensor.shape for tensor in flat(inputs)]
        self.build(shapes[0] if len(shapes) == 1 else shapes)
        self._take_graph(graph_of(self.call, inputs, self.name))

    def _set_up(
        self, name: str | None, backend: str | None, device: str | None, seed: int | None
    ) -> None:
        if name is not None and not isinstance(name, str):
            raise ArgumentError(
                f"'name' must be a string, not {show(name)}.", argument="name", received=name
            )
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
        self.messages: list[Wording] = []
        self._layer: Composite | None = None

    def _take_graph(self, graph: Graph) -> None:
        """Become a model of a graph, keeping the weights that fit it."""
        flags = () if self._trainer is None else self._trainer.flags
        self._parameters = Parameters(graph, self.seed, self._parameters, flags)
        self._layer = None
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
        if self._parameters.is_outdated:
            if self._trainer is not None:
                self._trainer.move()
            self._parameters.catch_up()
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
        network = self.network
        self._built().expose()
        return network.native

    @property
    def network(self) -> Network:
        """The network on its engine, built at the first call."""
        trainer = self._trainer
        policy = check_policy(None) if trainer is None else trainer.compiled.policy
        return self._built().network(self.backend, self.device, policy)

    def __getstate__(self) -> dict[str, Any]:
        """Return what pickle and copies keep: all but the training that is under way."""
        return {**self.__dict__, "_session": None, "messages": []}

    def __repr__(self) -> str:
        size = f"{self.count_params():,} parameters" if self.is_built else "not built"
        return f"<{type(self).__name__} {self.name!r} on {self.backend}, {size}>"

    def __call__(self, inputs: Any, training: bool | None = None) -> Any:
        """Return the model's outputs for symbolic tensors, as a layer does, or for data.

        Parameters
        ----------
        inputs : SymbolicTensor, array, or list of them
            What goes in. A model that is applied to symbolic tensors is a layer there, and shares
            its weights with the new model.
        training : bool, optional
            Whether layers act as they do in training: by default as the model that they become
            part of, and not for data.

        Returns
        -------
        SymbolicTensor or tensor, or list of them
            For data, tensors of the model's engine.

        Examples
        --------
        >>> from rdeep import Input, Model, Sequential
        >>> from rdeep.layers import Dense
        >>> base = Sequential([Dense(8, "relu")], input_shape=(4,))
        >>> x = Input((4,))
        >>> Model(x, Dense(1)(base(x))).count_params()
        49
        """
        given = list(inputs) if isinstance(inputs, (list, tuple)) else [inputs]
        if all(isinstance(each, SymbolicTensor) for each in given):
            if not self.is_built:
                if self._is_called:
                    entries = [Input(t.shape[1:], t.dtype) for t in given]
                    self._build_of(entries if len(entries) > 1 else entries[0])
                else:
                    self._build_for_tensor(given[0])
            return self.as_layer()(given, training=training)
        values = self.inputs_of(inputs)
        check_batch(self, len(values[0]))
        seed = stream.next() if training or self.draws_in_prediction else 0
        found = self.network.call(values, bool(training), seed)
        return found[0] if len(found) == 1 else found

    def as_layer(self) -> Composite:
        """Return the model as a layer, always the same one."""
        if self._layer is None:
            several = len(self.graph.outputs) > 1
            self._layer = Composite(Inner(self.graph), several, self.name)
        return self._layer

    @property
    def trainable(self) -> bool:
        """Whether training changes any layer's weights; takes effect at the next `compile`."""
        return any(layer.trainable for layer in self.layers)

    @trainable.setter
    def trainable(self, value: bool) -> None:
        for layer in self.layers:
            layer.trainable = value

    def _build_for_tensor(self, tensor: SymbolicTensor) -> None:
        """Find the input's shape in a symbolic tensor; only a sequential model can lack it."""

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
        weights = self._built().named() if self.is_built else {}
        return self.from_data(self._kept(), weights, self._slots(), backend, device)

    def copy(self) -> Model:
        """Return a model of the same layers and weights, compiled alike and trained as far."""
        return self.to_backend(self.backend, self.device)

    def clone(self) -> Model:
        """Return a model of the same layers with weights of its own, freshly drawn."""
        description = {**self.description(), "compile": None, "history": None}
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
        options: dict[str, Any] = {
            "name": description["name"],
            "backend": backend,
            "device": device,
            # A model that is read takes no seed from the process's stream.
            "seed": description.get("seed"),
        }
        if description["graph"] is None:
            model = cls(plain.records_from_data(description["layers"]), **options)  # type: ignore[arg-type]
        else:
            model = cls._from_graph(plain.from_data(description["graph"]), **options)
        if weights:
            model.set_weights(weights)
        if description["compile"] is not None:
            model._trainer = Trainer.from_data(description["compile"], slots)
            model._settle(description["compile"].get("trained"))
        model.annotations = dict(description.get("annotations") or {})
        if description["history"] is not None:
            model.history = History.from_data(description["history"])
        return model

    @classmethod
    def _from_graph(cls, graph: Graph, **options: Any) -> Model:
        # A subclass takes other arguments, and its copy computes the same without it.
        return Model(graph.inputs, graph.outputs, **options)

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
        weights = self._built().named() if self.is_built else {}
        archive.write(self._kept(), weights, self._slots(), target)

    def _slots(self) -> dict[str, np.ndarray]:
        return {} if self._trainer is None else self._trainer.slots()

    def _trainer_data(self, trainer: Trainer) -> dict[str, Any]:
        """Return how the model is compiled as plain data, and which layers are trained."""
        now = flags_of(self._all_records())
        then = {id(record): trained for record, trained in trainer.flags}
        trained = [then.get(id(record), flag) for record, flag in now]
        settled = {"trained": trained} if trained != [flag for _, flag in now] else {}
        return {**trainer.to_data(), **settled}

    def _settle(self, trained: Sequence[bool] | None = None) -> None:
        """Settle which layers are trained: as they say now, or as a file says."""
        flags = flags_of(self._all_records())
        if trained is not None and len(trained) == len(flags):
            flags = [(record, flag) for (record, _), flag in zip(flags, trained)]
        self.trainer.flags = flags
        if self._parameters is not None:
            self._parameters.settle_trainable(flags)

    def _all_records(self) -> list[Layer]:
        """Return the layers, those of a model without its input too."""
        if not self.is_built:
            # Those that a class keeps for its call().
            held = [each for value in vars(self).values() for each in _listed(value)]
            return [each for each in held if isinstance(each, Layer)]
        return [layer.record for layer in self.graph.layers]

    def _structure(self) -> dict[str, Any]:
        """Return the layers as plain data."""
        return {"graph": plain.to_data(self.graph)}

    def description(self) -> dict[str, Any]:
        """Return the model without its weights, as plain data."""
        return {
            "kind": self.kind,
            "name": self.name,
            "backend": self.backend,
            **self._structure(),
            "compile": None if self._trainer is None else self._trainer_data(self._trainer),
            "history": None if self.history is None else self.history.data(),
            "annotations": self.annotations,
        }

    def _kept(self) -> dict[str, Any]:
        """Return the description of this very model, which draws what it has still to draw."""
        return {**self.description(), "seed": self.seed}


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _tensors(given: Any, argument: str) -> list[SymbolicTensor]:
    given = list(given.values()) if isinstance(given, Mapping) else given
    tensors = list(given) if isinstance(given, (list, tuple)) else [given]
    for tensor in tensors:
        if not isinstance(tensor, SymbolicTensor):
            raise ArgumentError(
                f"'{argument}' must be symbolic tensors, such as {called('Input')} and layers "
                "return, not "
                f"{show(tensor)}.",
                argument=argument,
                received=tensor,
            )
    if not tensors:
        raise ArgumentError(f"'{argument}' is empty.", argument=argument)
    return tensors
