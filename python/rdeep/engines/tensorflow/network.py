"""A network on TensorFlow, and the backend that builds it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from itertools import count
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from rdeep.engines.contract import NO_SOURCE, Source
from rdeep.engines.forward import in_chunks, may_halve
from rdeep.engines.objective import heads
from rdeep.engines.reasons import in_plain_words
from rdeep.engines.states import check_rows
from rdeep.engines.tensorflow import ops
from rdeep.engines.tensorflow.assembly import Assembly, masks_may_end
from rdeep.engines.tensorflow.builders.formula import FormulaLayer
from rdeep.engines.tensorflow.direct import Direct
from rdeep.engines.tensorflow.memory import REMAINS, passing
from rdeep.engines.tensorflow.sampling import RandomState
from rdeep.engines.tensorflow.substitution import call_with
from rdeep.engines.tensorflow.weights import share, variables
from rdeep.engines.tensorflow.xla import threads
from rdeep.engines.uses import Uses
from rdeep.graph.cost import forward_chunk
from rdeep.graph.gradients import differentiates
from rdeep.graph.network import Graph
from rdeep.graph.randomness import draws_in_prediction
from rdeep.graph.tensor import SymbolicTensor

Tensor = Any


@contextmanager
def keras_policy(policy: str) -> Iterator[None]:
    """Make Keras's layers under a dtype policy, and leave Keras's own as it was."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


class TensorFlowNetwork:
    """A network on TensorFlow and its weights.

    Parameters
    ----------
    graph : Graph
        The graph.
    weights : mapping of str to numpy.ndarray
        The weights, in Keras's layout.
    device : str
        The device's name.
    policy : str
        The dtype policy: with a mixed one, Keras's layers compute in 16 bits.
    """

    def __init__(
        self, graph: Graph, weights: Mapping[str, np.ndarray], device: str, policy: str = "float32"
    ) -> None:
        REMAINS.forget()
        REMAINS.watch(self)
        self.graph, self.device, self.policy = graph, device, policy
        self.heads, self.draws = heads(graph), draws_in_prediction(graph)
        self.uses = Uses(self.draws)
        with self.scope(), keras_policy(policy):
            self.random = RandomState()
            assembly = self._assembly = Assembly(graph, self.random, self.heads)
            self.body, self.native = assembly.body(), assembly.whole()
        self._own(self.body)
        if differentiates(graph):
            # Eager tensors do not know what they were computed from.
            self.native.call = tf.function(self.native.call, autograph=False)
        self._parts = [
            (layer.name, part)
            for layer in graph.layers
            for part in assembly.built.get(id(layer.record), ())
        ]
        self.variables: dict[str, Any] = {}
        for layer in graph.layers:
            if layer.declared:
                self.variables.update(variables(layer, assembly.holder(layer)))
        # Keras's variables of weights that have further names, by the names that they go by.
        self._twins: dict[str, list[Any]] = {}
        for twin, name in graph.twins.items():
            self._twins.setdefault(name, []).append(self.variables.pop(twin))
        self._share_twins()
        self.trainable = graph.trained_names()
        self._keepers = [
            each
            for each in self.body._flatten_layers()
            if isinstance(each, FormulaLayer) and each.kept
        ]
        self.last_terms: list[Tensor] = []
        self._predict: Any = None
        self._sample: Any = None
        self.set_weights(weights)

    def _own(self, model: keras.Model) -> None:
        """Have a model draw from the seed and the step that are set, unlike the native one."""
        call = model.call

        def drawing(*inputs: Any, **options: Any) -> Any:
            with self.random.ours():
                return call(*inputs, **options)

        model.call = drawing

    def part(self, outputs: Sequence[SymbolicTensor]) -> Callable[[list[Tensor], bool], Any]:
        """Return a function of inputs and of whether layers train, that gives some of the outputs.

        The sum of what layers add to the loss on the way there follows the outputs, where the graph
        penalises any.

        Parameters
        ----------
        outputs : sequence of SymbolicTensor
            The outputs.
        """
        with self.scope(), keras_policy(self.policy), masks_may_end():
            model = self._assembly.part(outputs)
        self._own(model)

        def forward(inputs: list[Tensor], training: bool) -> list[Tensor]:
            given = inputs if len(inputs) > 1 else inputs[0]
            with masks_may_end():
                return list(keras.tree.flatten(model(given, training=training)))

        return forward

    def scope(self) -> Any:
        """Return a context in which TensorFlow works on the network's device."""
        return tf.device(f"/{self.device.upper()}" + ("" if ":" in self.device else ":0"))

    @in_plain_words
    def get_weights(self, names: Iterable[str] | None = None) -> dict[str, np.ndarray]:
        """Return copies of all weights, or of those that are named.

        Parameters
        ----------
        names : iterable of str, optional
            Which ones.
        """
        wanted = self.variables if names is None else names
        # Also where a function is being traced.
        with tf.init_scope():
            return {name: np.array(self.variables[name].numpy()) for name in wanted}

    @in_plain_words
    def set_weights(self, weights: Mapping[str, np.ndarray]) -> None:
        """Change the weights that are given.

        Parameters
        ----------
        weights : mapping of str to numpy.ndarray
            The new values by name.
        """
        with tf.init_scope():
            for name, value in weights.items():
                self.variables[name].assign(np.asarray(value, dtype=np.float32))

    def share(self, other: Any, layers: Sequence[Mapping[str, str]]) -> list[bool]:
        """Hold the variables of another network in the place of one's own, where it has such.

        Parameters
        ----------
        other : TensorFlowNetwork
            The other network.
        layers : sequence of mappings
            For each layer the names of its weights, each with its name there.
        """
        if not isinstance(other, TensorFlowNetwork) or other.device != self.device:
            return [False] * len(layers)
        found = [
            share([(self.variables[own], other.variables[name]) for own, name in names.items()])
            for names in layers
        ]
        self._share_twins()
        return found

    def further(self, name: str) -> list[Any]:
        """Return Keras's further variables of a weight that stands here in several ways.

        Parameters
        ----------
        name : str
            The name that the weight goes by.
        """
        return self._twins.get(name, [])

    def _share_twins(self) -> None:
        for name, others in self._twins.items():
            share([(each, self.variables[name]) for each in others])
            for each in others:
                # Keras's optimizers would take a step for each of its names.
                each.trainable = False

    def keep_trained(self, names: Iterable[str]) -> None:
        """Do nothing: a tape has gradients for all variables."""

    def forward(
        self, inputs: list[Tensor], training: bool
    ) -> tuple[list[Tensor], list[Tensor], list[Tensor]]:
        """Return the scores of all outputs, their masks (`None` without one), and penalties.

        Parameters
        ----------
        inputs : list of Tensor
            A tensor for each input.
        training : bool
            Whether layers act as they do in training.
        """
        # A model of one input or one output takes and gives the tensor itself.
        given = inputs if len(inputs) > 1 else inputs[0]
        with masks_may_end():
            found = keras.tree.flatten(self.body(given, training=training))
        count = len(self.graph.outputs)
        scores, penalties = found[:count], found[count:]
        masks = [
            getattr(score, "_keras_mask", None) if output.masked else None
            for score, output in zip(scores, self.graph.outputs)
        ]
        if self.policy != "float32":
            # Losses, metrics and predictions are float32 whatever the layers computed in.
            scores = [tf.cast(score, tf.float32) for score in scores]
        return scores, masks, penalties

    def penalties(self, of: Collection[str] | None = None) -> list[Tensor]:
        """Return the penalties on weights.

        Parameters
        ----------
        of : collection of str, optional
            The weights that are asked about; by default all.
        """
        return [
            rule.penalty(self.variables[name].value, ops)
            for name, rule in self.graph.penalised().items()
            if of is None or name in of
        ]

    def penalty_terms(self) -> list[Tensor]:
        """Return the penalties on weights, and what layers added to the loss when last called."""
        return [*self.penalties(), *self.last_terms]

    def parts(self) -> list[tuple[str, Any]]:
        """Return what is built of each layer, by the layers' names."""
        return self._parts

    def reset_states(self) -> None:
        """Have recurrent layers that keep states between batches start from zeros."""
        for layer in self._keepers:
            layer.reset_state()

    def get_states(self) -> dict[str, np.ndarray]:
        """Return the states that layers keep between batches, by name."""
        return {
            f"{layer.full_name}/{number}/{i}": variable.numpy()
            for number, layer in enumerate(self._keepers)
            for i, variable in enumerate(layer.kept)
            if layer.rows()
        }

    def set_states(self, states: Mapping[str, np.ndarray]) -> None:
        """Set the states that layers keep: those that are not given are zeros."""
        for number, layer in enumerate(self._keepers):
            layer.reset_state()
            for i, variable in enumerate(layer.kept):
                if (state := states.get(f"{layer.full_name}/{number}/{i}")) is not None:
                    variable.assign(state)

    def kept_states(self) -> list[Any]:
        """Return the variables of recurrent layers that keep states between batches."""
        return [variable for layer in self._keepers for variable in layer.kept]

    def check_rows(self, sizes: list[int]) -> None:
        """Refuse batches of other sizes than those whose states are kept.

        Parameters
        ----------
        sizes : list of int
            The rows of the batches to come.
        """
        for layer in self._keepers:
            check_rows(layer.full_name, layer.rows(), sizes)

    def input_specs(self) -> list[tf.TensorSpec]:
        """Return the inputs' shapes and types for compiled functions, open in the rows."""
        pairs = zip(self.graph.inputs, self.graph.input_dtypes)
        return [tf.TensorSpec(list(x.shape), dtype) for x, dtype in pairs]

    call_with = call_with

    @in_plain_words
    def call(self, inputs: list[Any], training: bool, seed: int) -> list[Tensor]:
        """Return the outputs for arrays or tensors, which gradients may flow through.

        Parameters
        ----------
        inputs : list of numpy.ndarray or Tensor
            An array or a tensor for each input.
        training : bool
            Whether layers act as they do in training.
        seed : int
            What random layers draw from.
        """
        # Within a function that is traced a seed would stay the same in all its calls: the
        # network counts there by itself.
        ours = self.random.ours() if tf.executing_eagerly() else nullcontext()
        with self.scope(), masks_may_end(), ours:
            if tf.executing_eagerly():
                self.random.set_seed(seed)
                self.random.set_step(passing(seed + 1))
            given = [tf.convert_to_tensor(x) for x in inputs]
            if self.graph.penalises_outputs():
                scores, _, self.last_terms = self.forward(given, training)
                return [s if h is None else h.compute(s, ops) for s, h in zip(scores, self.heads)]
            found = self.native(given if len(given) > 1 else given[0], training=training)
        return list(found) if isinstance(found, (list, tuple)) else [found]

    @in_plain_words
    def predict(
        self, inputs: list[np.ndarray], batch_size: int, source: Source = NO_SOURCE, first: int = 0
    ) -> list[np.ndarray]:
        """Return the outputs for all rows.

        Parameters
        ----------
        inputs : list of numpy.ndarray or SparseMatrix
            An array for each input.
        batch_size : int
            How many rows may be in memory together at the least; more are taken where they fit.
        source : Source
            What is drawn from, if anything is.
        first : int
            What the chunks' numbers count from, which what is drawn depends on too.
        """
        if self._predict is None:
            self._predict = self._compiled(self._outputs)
        if self.draws:
            return self._drawn_forward(self._predict, inputs, batch_size, source, first)
        chunk = forward_chunk(self.graph, len(inputs[0]), batch_size, threads())
        return self._forward_all(self._predict, inputs, chunk, not may_halve(self.graph))

    @in_plain_words
    def sample(self, inputs: list[np.ndarray], batch_size: int, seed: int) -> list[np.ndarray]:
        """Return the outputs for all rows under dropout: other layers act as in prediction.

        Parameters
        ----------
        inputs : list of numpy.ndarray or SparseMatrix
            An array for each input.
        batch_size : int
            As for `predict`.
        seed : int
            What is drawn from.
        """
        if self._sample is None:
            self._sample = self._compiled(self._sampled)
        return self._drawn_forward(self._sample, inputs, batch_size, Source(seed))

    def _drawn_forward(
        self, outputs: Any, inputs: list[Any], batch_size: int, source: Source, first: int = 0
    ) -> list[np.ndarray]:
        """Return the outputs for all rows, a step of random numbers for each chunk of them."""
        steps = count(first)

        def drawn(*tensors: Tensor) -> list[Tensor]:
            self.random.set_step(passing(next(steps)))
            return list(outputs(*tensors))

        with self.scope():
            self.random.set_seed(source.seed, source.call)
            # Of sizes that do not depend on the machine, as what is drawn.
            chunk = forward_chunk(self.graph, len(inputs[0]), batch_size)
            return self._forward_all(drawn, inputs, chunk)

    def _compiled(self, outputs: Any) -> Direct:
        with self.scope():
            return Direct(tf.function(outputs, input_signature=self.input_specs()))

    def _forward_all(
        self, outputs: Any, inputs: list[Any], chunk: int, fixed: bool = True
    ) -> list[np.ndarray]:
        def forward(part: list[np.ndarray]) -> list[np.ndarray]:
            self.check_rows([len(part[0])])
            found = outputs(*(tf.convert_to_tensor(x) for x in part))
            return [output.numpy() for output in found]

        with self.scope():
            return in_chunks(inputs, chunk, forward, fixed)

    def _sampled(self, *inputs: Tensor) -> list[Tensor]:
        self.random.in_prediction = True
        try:
            return self._outputs(*inputs)
        finally:
            self.random.in_prediction = False

    def _outputs(self, *inputs: Tensor) -> list[Tensor]:
        scores, _, _ = self.forward(list(inputs), training=False)
        return [s if head is None else head.compute(s, ops) for s, head in zip(scores, self.heads)]
