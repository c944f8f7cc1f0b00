"""`Model`: a network, where it runs, and how it is trained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from weakref import ref

from rdeep.catalogue.dispatch import NOT_CONVERTED
from rdeep.catalogue.layers import Layer
from rdeep.catalogue.optimizers import BaseOptimizer
from rdeep.catalogue.overrides import refuse_overrides
from rdeep.engines import registry as backends
from rdeep.engines.contract import Network
from rdeep.errors import ArgumentError, StateError, Wording, class_name, show
from rdeep.generation import generating
from rdeep.graph import plain
from rdeep.graph.composite import Composite, InnerGraph
from rdeep.graph.foreign import holds_foreign
from rdeep.graph.layer import GraphLayer
from rdeep.graph.nesting import is_keyed, unnested
from rdeep.graph.network import Graph
from rdeep.graph.submodels import submodel_tensors
from rdeep.graph.tensor import Input, SymbolicTensor
from rdeep.graph.waiting import WaitingModel
from rdeep.models import (
    batches,
    calling,
    configurations,
    copies,
    evaluation,
    exporting,
    files,
    holding,
    inspection,
    keras_names,
    own_loss,
    phases,
    prediction,
    torch_loops,
    tracing,
    training,
    user_steps,
)
from rdeep.models import weights as held
from rdeep.models.frozen import settled
from rdeep.models.open_sizes import open_for
from rdeep.models.parameters import Parameters
from rdeep.precision import check_policy
from rdeep.seeds import stream
from rdeep.training.batch_sizes import count
from rdeep.training.history import History
from rdeep.training.session import TrainingSession
from rdeep.training.trainer import Trainer


class Model:
    """A network, where it runs, and how it is trained.

    A subclass may say what it computes by a method `call(self, inputs)`, or `call(self, inputs,
    training)` if training differs, in the place of `inputs` and `outputs`: it is called once, with
    symbolic tensors, when the shape of the data is known. Copies and files of such a model hold
    what it computes, and are plain models. A subclass may also say how a step is done, by
    `train_step`, `test_step` and `predict_step`; one that has these and no `call` keeps networks
    as attributes, and its weights are theirs.

    Parameters
    ----------
    inputs, outputs : SymbolicTensor or sequence of them
        Where data enters and leaves.
    name : str, optional
        The model's name.
    backend : {"torch", "tensorflow", "numpy"}, optional
        The engine, loaded when it is first needed; by default torch, or else the one that is
        installed. NumPy predicts and evaluates, and does not train; it is what there is where no
        engine is installed.
    device : str, optional
        Such as `"cpu"` or `"cuda:0"`; by default the first that the engine has.
    seed : int, optional
        What the weights are drawn from; by default the next seed of the process's stream.
    trainable : bool
        Whether training changes the weights of its layers.

    Attributes
    ----------
    annotations : dict
        Plain data that travels with the model and its files: a table's columns and factor levels.

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
    autograph_info__: ClassVar[Any] = NOT_CONVERTED
    _drawn: tuple[int, int] = (-1, 0)
    _said_numbers: bool = False
    _is_building: bool = False
    _parameters: Parameters | None
    _layer: Composite | None

    def __init__(
        self,
        inputs: SymbolicTensor | Sequence[SymbolicTensor] | Mapping[str, Any] | None = None,
        outputs: SymbolicTensor | Sequence[SymbolicTensor] | Mapping[str, Any] | None = None,
        name: str | None = None,
        backend: str | None = None,
        device: str | None = None,
        seed: int | None = None,
        trainable: bool = True,
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
        if self.is_of_phases and inputs is None and outputs is None:
            # Its own steps, or the losses of its phases, say what is done with what it keeps.
            return
        ends = tracing.symbolic_ends(inputs, "inputs"), tracing.symbolic_ends(outputs, "outputs")
        keys: Any = list(outputs) if is_keyed(unnested(outputs)[1]) else None  # type: ignore[arg-type]
        nesting = tracing.nesting_of(inputs, outputs)
        self._take_graph(
            Graph(*submodel_tensors(*ends), tracing.names_of_keys(inputs), keys, nesting)
        )
        if not trainable:
            self.trainable = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        refuse_overrides(cls, "model")

    call: ClassVar[Any] = None
    """What a subclass computes."""

    @property
    def is_of_phases(self) -> bool:
        """Whether the model has no graph but that of its phases: a class without a `call`."""
        users = type(self) is not Model or "_host_methods" in vars(self)
        return users and not self._is_called and self.kind == "functional"

    @property
    def _is_called(self) -> bool:
        return type(self).call is not None

    def build(self, input_shape: Any) -> None:
        """Make what `call` needs of the input's shape; a subclass may say how.

        Parameters
        ----------
        input_shape : tuple or list of them
            The shape with the batch.
        """
        if self._is_called and not self._is_building and self._parameters is None:
            several = any(isinstance(size, (list, tuple)) for size in input_shape)
            entries = [Input(tuple(s)[1:]) for s in (input_shape if several else [input_shape])]
            self._build_of(entries if several else entries[0])

    def build_for(self, x: object) -> None:
        """Make sure that the model is compiled, and its input's shape known (from data)."""
        self.trainer  # noqa: B018 (says if it is not)
        if not self.is_built:
            self._build_from(x)
        elif self._is_called and self._parameters is not None:
            open_for(self, x)

    def _go_on_as(self, graph: Graph) -> None:
        """Become a model of a graph of the same weights; training goes on where it was."""
        if self._trainer is not None:
            self._trainer.move()
        flags = () if self._trainer is None else self._trainer.flags
        self._parameters = Parameters(graph, self.seed, self._parameters, flags)
        self._layer = None

    def _build_from(self, x: object) -> None:
        if x is None:
            raise StateError(
                "The model's input shape is not known yet.",
                hint="Call the model on data, or fit it to arrays first.",
            )
        self._build_of(tracing.inputs_like(x))

    def _build_of(self, inputs: object) -> None:
        """Look at what `call` computes of symbolic tensors."""
        if not self._is_called:
            raise StateError("The model's input shape is not known yet.")
        shapes = [tensor.shape for tensor in unnested(inputs)[0]]
        self._is_building = True
        try:
            self.build(shapes[0] if len(shapes) == 1 else shapes)
        finally:
            self._is_building = False
        self._take_graph(tracing.graph_of(self.call, inputs, self.name))

    def _build_for(self, tensors: Sequence[SymbolicTensor]) -> None:
        """Find the inputs' shapes in the symbolic tensors that the model is applied to."""
        self._build_of(tracing.entries_like(tensors[0] if len(tensors) == 1 else list(tensors)))

    def _set_up(
        self, name: str | None, backend: str | None, device: str | None, seed: int | None
    ) -> None:
        if name is not None and not isinstance(name, str):
            raise ArgumentError(
                f"'name' must be a string, not {show(name)}.", argument="name", received=name
            )
        self.name = name or self.kind
        self.backend = backends.check_name(backends.default() if backend is None else backend)
        self.device = device
        self.seed = stream.next() if seed is None else count(seed, "seed", 0)
        self.stop_training = False
        self.history: History | None = None
        self.annotations: dict[str, Any] = {}
        self._parameters = None
        self._trainer: Trainer | None = None
        self._session: TrainingSession | None = None
        self.messages: list[Wording] = []
        self._layer = None

    def _take_graph(self, graph: Graph) -> None:
        """Become a model of a graph, keeping the weights that fit it."""
        flags = () if self._trainer is None else self._trainer.flags
        self._parameters = Parameters(graph, self.seed, self._parameters, flags)
        self._parameters.model = ref(self)
        self._layer = None
        if self._trainer is not None:
            self._trainer.forget()

    # Its graph --------------------------------------------------------------------------------

    @property
    def graph(self) -> Graph:
        """The model's graph; a `StateError` if the input's shape is not known yet."""
        return self._built().graph

    def _built(self) -> Parameters:
        if not self.is_built or self._parameters is None:
            raise StateError(
                "The model's input shape is not known yet.",
                hint="Give the first layer an `input_shape`, or fit the model to data first.",
            )
        if self._parameters.is_outdated:
            if self._trainer is not None:
                self._trainer.move()
            self._parameters.apply_learned()
        return self._parameters

    @property
    def is_built(self) -> bool:
        """Whether the input's shape is known."""
        if self._parameters is None and not self._is_called and user_steps.own_steps(self):
            graph = user_steps.graph_of_parts(self)
            if graph is not None:
                self._take_graph(graph)
        return self._parameters is not None

    @property
    def layers(self) -> list[GraphLayer]:
        """The model's layers, in the order in which they are computed."""
        return self.graph.layers

    __getattr__ = keras_names.missing
    built = keras_names.built
    compiled = keras_names.compiled
    losses = keras_names.losses
    loss = keras_names.loss
    input_names = keras_names.input_names
    output_names = keras_names.output_names
    inputs = keras_names.inputs
    outputs = keras_names.outputs
    input = keras_names.input
    output = keras_names.output
    input_shapes = keras_names.input_shapes
    output_shapes = keras_names.output_shapes
    input_shape = keras_names.input_shape
    output_shape = keras_names.output_shape
    input_dtypes = keras_names.input_dtypes
    batch_size = keras_names.batch_size
    compute_output_shape = keras_names.compute_output_shape
    trainable = keras_names.trainable

    @property
    def text_inputs(self) -> list[bool]:
        """Whether each input takes text; nothing as long as the inputs are not known."""
        return [] if not self.is_built else [dtype == "string" for dtype in self.input_dtypes]

    @property
    def draws_in_prediction(self) -> bool:
        """Whether predictions differ from call to call, because random numbers are drawn there."""
        return self._parameters is not None and self._parameters.draws_in_prediction

    @property
    def is_savable(self) -> bool:
        """Whether a file can hold the model: not with layers that are an engine's own objects."""
        return not holds_foreign(self.graph)

    def as_layer(self) -> Composite:
        """Return the model as a layer, always the same one."""
        if self._layer is None and not self.is_built and not self.is_of_phases:
            self._layer = WaitingModel(self, self.name)
        elif self._layer is None:
            inner = InnerGraph(self.graph)
            self._layer = Composite(inner, inner.count > 1, self.name)
        return self._layer

    get_layer = inspection.get_layer
    summary = inspection.summary
    summary_rows = inspection.summary_rows
    layer_uses = inspection.layer_uses
    counts = inspection.counts
    count_params = inspection.count_params
    arranged = inspection.arranged

    # Its weights, and the network that has them on an engine ---------------------------------

    @property
    def native(self) -> Any:
        """The engine's own object, a `torch.nn.Module` or a `keras.Model`, sharing the weights."""
        network = self.network
        self._built().mark_exposed()
        return network.native

    @property
    def network(self) -> Network:
        """The network on its engine, built at the first call."""
        trainer = self._trainer
        policy = check_policy(None) if trainer is None else trainer.compiled.policy
        return self._built().network(self.backend, self.device, policy)

    weights = variables = holding.weights
    trainable_weights = trainable_variables = holding.trainable_weights
    non_trainable_weights = non_trainable_variables = holding.non_trainable_weights
    get_weights = held.get_weights
    set_weights = held.set_weights
    get_named_weights = held.get_named_weights
    set_layer_weights = held.set_layer_weights
    save_weights = held.save_weights
    load_weights = held.load_weights

    # Its training -----------------------------------------------------------------------------

    @property
    def is_compiled(self) -> bool:
        """Whether `compile` was called."""
        return self._trainer is not None

    @property
    def has_phases(self) -> bool:
        """Whether the model is compiled with phases, whose losses say what data they take."""
        return self._trainer is not None and self._trainer.phases is not None

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

    @property
    def steps_taken(self) -> int:
        """How many batches the model was trained on."""
        return self.trainer.steps_taken

    def _settle(self, trained: Sequence[bool] | None = None) -> None:
        """Settle which layers are trained: as they say now, or as a file says."""
        self.trainer.flags = settled(self._all_records(), trained)
        if self._parameters is not None:
            self._parameters.settle_trainable(self.trainer.flags)

    compile = training.compile
    output_losses = training.output_losses
    add_loss = tracing.add_loss
    compute_loss: Any = own_loss.compute_loss
    compute_metrics: Any = own_loss.compute_metrics
    look_at = own_loss.look_at
    get_training_weights = own_loss.get_training_weights
    set_training_weights = own_loss.set_training_weights
    feed_of = phases.feed_of
    train_step = user_steps.train_step
    test_step = user_steps.test_step
    predict_step = user_steps.predict_step
    metrics: Any = property(user_steps.metrics)
    get_metrics_result = user_steps.get_metrics_result
    reset_metrics = user_steps.reset_metrics
    zero_grad = torch_loops.zero_grad
    parameters = torch_loops.parameters
    named_parameters = torch_loops.named_parameters
    step_flops = user_steps.step_flops
    follow_rate = user_steps.follow_rate
    prepare_user_training = user_steps.prepare_user_training
    log_directions = training.log_directions
    fit = training.fit
    session = training.session
    prepare_training = training.prepare_training
    training_ended = training.training_ended
    structure = training.structure
    network_states = training.network_states
    set_network_states = training.set_network_states
    drawn_so_far = training.drawn_so_far
    draw_on_from = training.draw_on_from
    lr_finder = training.lr_finder
    follow = training.follow
    keeps_average = training.keeps_average
    swap_average = training.swap_average
    train_on_batch = batches.train_on_batch
    say = training.say
    take_messages = training.take_messages

    # Its scores and predictions ---------------------------------------------------------------

    __call__ = calling.call
    evaluate = evaluation.evaluate
    ready_stepper = evaluation.ready_stepper
    test_on_batch = batches.test_on_batch
    predict = prediction.predict
    generate = generating.generate
    predict_on_batch = batches.predict_on_batch
    sample = prediction.sample
    inputs_of = prediction.inputs_of
    draws_from = prediction.draws_from
    reset_states = prediction.reset_states

    # Copies and files -------------------------------------------------------------------------

    def __getstate__(self) -> dict[str, Any]:
        """Return what pickle and copies keep: all but the training that is under way."""
        passing = {*user_steps.PASSING, *(vars(self).get("_host_methods") or ())}
        kept = {name: value for name, value in self.__dict__.items() if name not in passing}
        return {**kept, "_session": None, "messages": []}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        if self._parameters is not None:
            self._parameters.model = ref(self)
        if self.backend not in backends.names() or backends.trains(self.backend):
            # A pickle may be read where its engine is not installed.
            self.backend = backends.available(self.backend)

    def __repr__(self) -> str:
        size = f"{self.count_params():,} parameters" if self.is_built else "not built"
        return f"<{type(self).__name__} {self.name!r} on {self.backend}, {size}>"

    export = exporting.export
    to_backend = copies.to_backend
    copy = copies.copy
    clone = copies.clone
    from_data = classmethod(copies.from_data)

    @classmethod
    def _from_structure(cls, description: Mapping[str, Any], **options: Any) -> Model:
        # A subclass takes other arguments, and its copy computes the same without it.
        graph = plain.from_data(description["graph"])
        return Model(graph.given_inputs(), graph.given_outputs(), **options)

    def _all_records(self) -> list[Layer]:
        """Return the layers, those of a model without its input too."""
        if not self.is_built:
            # Those that a class keeps for its call().
            return tracing.layers_among(vars(self).values())
        return [layer.record for layer in self.graph.layers]

    def _structure(self) -> dict[str, Any]:
        """Return the layers as plain data."""
        return {"graph": plain.to_data(self.graph)}

    from_config = classmethod(configurations.from_config)
    get_config = configurations.get_config
    in_keras_schema = configurations.in_keras_schema
    to_json = configurations.to_json
    description = files.description
    save = files.save
    to_bytes = files.to_bytes
    to_bytes_file = files.to_bytes_file
