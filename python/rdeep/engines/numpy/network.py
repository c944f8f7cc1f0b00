"""A network on NumPy, and its weights."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from typing import Any

import numpy as np

from rdeep.catalogue.layers import InputLayer
from rdeep.catalogue.layers.base import Layer
from rdeep.engines.contract import NO_SOURCE, Source
from rdeep.engines.forward import in_chunks
from rdeep.engines.numpy.forward import Forward, ForwardResult, Mode
from rdeep.engines.objective import heads
from rdeep.engines.reasons import in_plain_words
from rdeep.engines.uses import Uses
from rdeep.errors import BackendError
from rdeep.graph.composite import Composite, Variable
from rdeep.graph.cost import forward_chunk
from rdeep.graph.network import Graph
from rdeep.graph.randomness import draws_in_prediction


class _Weights(dict[str, np.ndarray]):
    """A layer's weights, of which some are known to other layers of the network, too."""

    def __init__(self) -> None:
        super().__init__()
        self.ways: dict[str, list[tuple[_Weights, str]]] = {}

    def __setitem__(self, name: str, value: np.ndarray) -> None:
        for layer, own in self.ways.get(name, [(self, name)]):
            dict.__setitem__(layer, own, value)


class NumPyNetwork:
    """A network on NumPy, whose layers are computed by their formulas.

    Parameters
    ----------
    graph : Graph
        The graph.
    weights : mapping of str to numpy.ndarray
        The weights, in Keras's layout.
    device : str
        The device's name.
    policy : str
        The dtype policy, which has no effect: it computes in float32.

    Raises
    ------
    BackendError
        If a layer has no formula.
    """

    native: Any

    def __init__(
        self, graph: Graph, weights: Mapping[str, np.ndarray], device: str, policy: str = "float32"
    ) -> None:
        self.graph, self.device, self.policy = graph, device, policy
        self.uses = Uses(draws_in_prediction(graph))
        _check_formulas(graph)
        self.heads = heads(graph)
        self.trainable = graph.trained_names()
        self._places: dict[str, list[tuple[str, str]]] = {}
        for layer in graph.layers:
            for name, weight in zip(layer.weight_names, layer.declared):
                self._places.setdefault(name, []).append((layer.name, weight.name))
        self._weights: dict[str, _Weights] = {each.name: _Weights() for each in graph.layers}
        for places in self._places.values():
            ways = [(self._weights[name], own) for name, own in places]
            for known, own in ways if len(ways) > 1 else ():
                known.ways[own] = ways
        self._forward = Forward(graph, self._weights)
        self._ends = frozenset(
            id(tensor.node) for tensor, head in zip(graph.outputs, self.heads) if head is not None
        )
        # What stands for an engine's object, where there is no engine: a function of arrays.
        self.native = self
        self.set_weights(weights)

    def __call__(self, *inputs: Any) -> Any:
        """Return the outputs for arrays, a list if there are several."""
        found = self.call([np.asarray(each) for each in inputs], training=False, seed=0)
        return found[0] if len(found) == 1 else found

    def get_weights(self, names: Iterable[str] | None = None) -> dict[str, np.ndarray]:
        """Return copies of all weights, or of those that are named."""
        return {name: np.array(self.weight(name)) for name in names or self.graph.weights()}

    def weight(self, name: str) -> np.ndarray:
        """Return a weight by its name in the model."""
        layer, own = self._places[name][0]
        return self._weights[layer][own]

    def set_weights(self, weights: Mapping[str, np.ndarray]) -> None:
        """Change the weights that are given."""
        for name, value in weights.items():
            layer, own = self._places[name][0]
            self._weights[layer][own] = np.array(value, dtype=np.float32)

    def share(self, other: Any, layers: Sequence[Mapping[str, str]]) -> list[bool]:
        """Keep arrays of one's own."""
        return [False] * len(layers)

    def keep_trained(self, names: Iterable[str]) -> None:
        """Do nothing: there are no gradients here."""

    def parts(self) -> list[tuple[str, Any]]:
        """Return the layers' records, by the layers' names."""
        return [(layer.name, layer.record) for layer in self.graph.layers]

    def found(self, inputs: list[np.ndarray], mode: Mode) -> ForwardResult:
        """Return all that a forward pass finds, the last activations left to the loss."""
        with np.errstate(all="ignore"):
            with_ends = Mode(**{**vars(mode), "ends": self._ends})
            return self._forward.compute(inputs, self.graph.outputs, with_ends)

    def traced(
        self, inputs: list[np.ndarray], seed: int, step: int, training: bool = True
    ) -> tuple[list[tuple[str, np.ndarray]], list[np.ndarray]]:
        """Return what each layer gives on a batch, in turn, and the outputs' scores.

        Weights stay as they are, but for moving means.

        Parameters
        ----------
        inputs : list of numpy.ndarray
            A batch.
        seed, step : int
            What is drawn from.
        training : bool
            Whether layers act as they do in training.
        """
        found = self.found(inputs, Mode(training, seed=seed, step=step)).values
        names = [
            (self.graph.layer_of[id(node.layer)].name, found[id(tensor)])
            for node in self.graph.leading_to(self.graph.outputs)
            if not isinstance(node.layer, InputLayer)
            for tensor in node.outputs
            if id(tensor) in found
        ]
        return names, [np.asarray(found[id(tensor)]) for tensor in self.graph.outputs]

    def _outputs(self, inputs: list[np.ndarray], mode: Mode) -> list[np.ndarray]:
        with np.errstate(all="ignore"):
            found = self._forward.compute(inputs, self.graph.outputs, mode)
        return [np.asarray(found.values[id(tensor)]) for tensor in self.graph.outputs]

    @in_plain_words
    def call(self, inputs: list[np.ndarray], training: bool, seed: int) -> list[np.ndarray]:
        """Return the outputs for arrays."""
        # The step as well: a layer may have a seed of its own.
        return self._outputs(inputs, Mode(training, seed=seed, step=seed + 1))

    def call_with(
        self, values: Mapping[str, Any], inputs: list[Any], training: bool, seed: int
    ) -> tuple[list[np.ndarray], list[Any], dict[str, Any]]:
        """Return the outputs with other weights, no losses, and the weights then."""
        before = self.get_weights(values)
        self.set_weights(values)
        try:
            outputs = self.call(inputs, training, seed)
            after = self.get_weights(values)
        finally:
            self.set_weights(before)
        return outputs, [], after

    def penalty_terms(self) -> list[Any]:
        """Return nothing: NumPy does not train."""
        return []

    def reset_states(self) -> None:
        """Have recurrent layers that keep states between batches start from zeros."""
        self._forward.states.clear()

    def get_states(self) -> dict[str, np.ndarray]:
        """Return nothing: what training would go on from is another engine's."""
        return {}

    def set_states(self, states: Mapping[str, np.ndarray]) -> None:
        """Have recurrent layers start from zeros."""
        self.reset_states()

    @in_plain_words
    def predict(
        self, inputs: list[Any], batch_size: int, source: Source = NO_SOURCE, first: int = 0
    ) -> list[np.ndarray]:
        """Return the outputs for all rows; the batch size bounds memory."""
        return self._predicted(inputs, batch_size, False, source, first)

    @in_plain_words
    def sample(self, inputs: list[Any], batch_size: int, seed: int) -> list[np.ndarray]:
        """Return the outputs for all rows under dropout: other layers act as in prediction."""
        return self._predicted(inputs, batch_size, True, Source(seed))

    def _predicted(
        self, inputs: list[Any], batch_size: int, sampling: bool, source: Source, first: int = 0
    ) -> list[np.ndarray]:
        chunk, steps = forward_chunk(self.graph, len(inputs[0]), batch_size), count(first)

        def forward(part: list[np.ndarray]) -> list[np.ndarray]:
            mode = Mode(False, sampling, source.seed, next(steps), source.call)
            return self._outputs(part, mode)

        return in_chunks(inputs, chunk, forward)


def _check_formulas(graph: Graph) -> None:
    """Refuse layers that are an engine's own objects, or have no formula."""
    for layer in graph.layers:
        record = layer.record
        if isinstance(record, Composite):
            for inner in record.inners():
                _check_formulas(inner.graph)
        elif isinstance(record, (InputLayer, Variable)):
            continue
        elif type(record).compute is Layer.compute:
            raise BackendError(
                f"Layer {layer.name!r} ({record.shown_kind}) cannot be computed by NumPy.",
                argument="backend",
                layer=layer.name,
                hint="Install an engine, torch or TensorFlow, and use it as the backend.",
            )
