"""A network on torch, and the backend that builds it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from itertools import count
from typing import Any

import numpy as np
import torch
from torch import Tensor

from rdeep.catalogue.regularizers import Regularizer
from rdeep.engines.contract import NO_SOURCE, Source
from rdeep.engines.forward import in_chunks, may_halve
from rdeep.engines.objective import heads
from rdeep.engines.reasons import in_plain_words
from rdeep.engines.states import KeptStates
from rdeep.engines.torch import ops, threads
from rdeep.engines.torch.assembly import Assembly
from rdeep.engines.torch.sampling import Dropout, RandomState, outside_inference_mode
from rdeep.engines.torch.substitution import call_with
from rdeep.engines.torch.weights import WeightMap, replace, tie
from rdeep.engines.uses import Uses
from rdeep.graph.cost import forward_chunk, forward_flops
from rdeep.graph.foreign import holds_foreign
from rdeep.graph.gradients import differentiates
from rdeep.graph.network import Graph
from rdeep.graph.randomness import draws_in_prediction
from rdeep.graph.tensor import SymbolicTensor

COMPUTED = {"mixed_bfloat16": torch.bfloat16, "mixed_float16": torch.float16}
"""The types that mixed dtype policies compute in."""


class TorchNetwork:
    """A network on torch and its weights.

    Parameters
    ----------
    graph : Graph
        The graph.
    weights : mapping of str to numpy.ndarray
        The weights, in Keras's layout.
    device : str
        The device's name.
    policy : str
        The dtype policy: with a mixed one, torch's autocast computes in 16 bits where that is safe.
    """

    def __init__(
        self, graph: Graph, weights: Mapping[str, np.ndarray], device: str, policy: str = "float32"
    ) -> None:
        self.graph, self.device, self.policy = graph, device, policy
        self.random = RandomState()
        self.heads = heads(graph)
        self._draws = draws_in_prediction(graph)
        self.uses, self._halves = Uses(self._draws), may_halve(graph)
        # What modules of somebody else's keep from a prediction must do for training.
        self._foreign = holds_foreign(graph)
        self.differentiates = differentiates(graph)
        # torch's modules draw weights when they are made, which are thrown away: its random numbers
        # are left for those who draw from them.
        with torch.random.fork_rng(devices=[]):
            assembly = self._assembly = Assembly(graph, self.random, self.heads)
        self.body = assembly.join(with_heads=False).to(device)
        self.native = assembly.join(with_heads=True).to(device)
        self._parts = [(name, built.module) for name, built in assembly.built.items()]
        self._masked = [output.masked for output in graph.outputs]
        # Modules moved in place keep their parameters; buffers are found again by name.
        self.maps: dict[str, WeightMap] = {
            f"{layer}/{name}": weight_map
            for layer, built in assembly.built.items()
            for name, weight_map in built.weights.items()
        }
        if device != "cpu":
            self._follow(assembly)
        tie((self.native, self.body), self.maps, graph.twins)
        self.row_flops = forward_flops(graph)
        self.last_terms: list[Tensor] = []
        self._modules = list(self.native.modules())
        self._penalised = graph.penalises_outputs()
        self.set_weights(weights)
        self._freeze()

    def _follow(self, assembly: Assembly) -> None:
        """Point the maps at the buffers again: moving a module makes new ones."""
        for layer in assembly.built.values():
            buffers = {"moving_mean": "running_mean", "moving_variance": "running_var"}
            for name, attribute in buffers.items():
                if name in layer.weights:
                    module = getattr(layer.module, "inside", layer.module)
                    layer.weights[name].tensors = [getattr(module, attribute)]

    def _freeze(self) -> None:
        trainable = set(self.graph.trained_names())
        self.trainable = [name for name in self.maps if name in trainable]
        self._require_gradients(self.maps)

    def _require_gradients(self, names: Iterable[str]) -> None:
        """Have gradients for weights that are trained, and for no others."""
        trainable = set(self.trainable)
        for name in names:
            for tensor in self.maps[name].tensors:
                tensor.requires_grad_(name in trainable)

    def precision(self) -> AbstractContextManager[Any]:
        """Return a context in which the body computes in the policy's type."""
        if self.policy == "float32":
            return nullcontext()
        kind = self.device.partition(":")[0]
        return torch.autocast(kind, dtype=COMPUTED[self.policy])

    def without_gradients(self, inference: bool = True) -> AbstractContextManager[Any]:
        """Return a context for passes that nobody differentiates, unless the network itself does.

        Parameters
        ----------
        inference : bool
            Whether what is computed is looked at alone, and never computed with again.
        """
        if self.differentiates:
            return torch.enable_grad()
        return torch.inference_mode() if inference and not self._foreign else torch.no_grad()

    @property
    def parameters(self) -> list[Tensor]:
        """The tensors that training changes by gradients."""
        return [tensor for name in self.trainable for tensor in self.maps[name].tensors]

    @in_plain_words
    def get_weights(self, names: Iterable[str] | None = None) -> dict[str, np.ndarray]:
        """Return copies of all weights, or of those that are named."""
        wanted = self.graph.weights() if names is None else names
        return {name: self.maps[name].read() for name in wanted}

    @in_plain_words
    def set_weights(self, weights: Mapping[str, np.ndarray]) -> None:
        """Change the weights that are given."""
        for name, value in weights.items():
            self.maps[name].write(value)

    def share(self, other: Any, layers: Sequence[Mapping[str, str]]) -> list[bool]:
        """Hold the tensors of another network in the place of one's own, where it has such.

        Parameters
        ----------
        other : TorchNetwork
            The other network.
        layers : sequence of mappings
            For each layer the names of its weights, each with its name there.
        """
        if not isinstance(other, TorchNetwork) or other.device != self.device:
            return [False] * len(layers)
        shapes = {name: weight.shape for name, weight in self.graph.weights().items()}
        found: list[bool] = []
        places: dict[int, Tensor] = {}
        for names in layers:
            pairs = [(self.maps[own], other.maps[name], shapes[own]) for own, name in names.items()]
            found.append(all(own.is_laid_out_as(given, shape) for own, given, shape in pairs))
            if found[-1]:
                for own, given, _ in pairs:
                    places.update({id(t): new for t, new in zip(own.tensors, given.tensors)})
        replace((self.native, self.body), places)
        for weight_map in self.maps.values():
            weight_map.tensors = [places.get(id(t), t) for t in weight_map.tensors]
        for names in (names for names, taken in zip(layers, found) if taken):
            self._require_gradients(names)
        return found

    def keep_trained(self, names: Iterable[str]) -> None:
        """Have gradients for weights that other networks train, though this one does not.

        Parameters
        ----------
        names : iterable of str
            The weights' names.
        """
        for name in names:
            for tensor in self.maps[name].tensors:
                tensor.requires_grad_(True)

    def sort_outputs(self, results: Any) -> tuple[list[Tensor], list[Tensor | None], list[Tensor]]:
        """Return what the body returned: scores and masks of the outputs, and penalties."""
        found = list(results) if isinstance(results, tuple) else [results]
        count = len(self._masked)
        rest = iter(found[count:])
        scores = found[:count]
        if self.policy != "float32":
            # Losses, metrics and predictions are float32 whatever the layers computed in.
            scores = [score.float() for score in scores]
        of_outputs = [next(rest) if masked else None for masked in self._masked]
        return scores, of_outputs, list(rest)

    def part(self, outputs: Sequence[SymbolicTensor]) -> torch.nn.Module:
        """Return the module that computes some of the outputs, of the same layers.

        The sum of what layers add to the loss on the way there follows the outputs, where the graph
        penalises any.

        Parameters
        ----------
        outputs : sequence of SymbolicTensor
            The outputs.
        """
        return self._assembly.part(outputs).to(self.device)

    def penalties(self, of: Collection[str] | None = None) -> list[tuple[Regularizer, WeightMap]]:
        """Return each regularizer with what it penalises: frozen weights do not count.

        Parameters
        ----------
        of : collection of str, optional
            The weights that are asked about; by default all.
        """
        found = []
        for name, rule in self.graph.penalised().items():
            if of is not None and name not in of:
                continue
            weight_map = self.maps[name]
            # Value by value, the order in which torch holds them does not matter.
            parts = (
                [weight_map]
                if rule.whole
                else [WeightMap([tensor]) for tensor in weight_map.tensors]
            )
            found += [(rule, part) for part in parts]
        return found

    call_with = call_with

    @in_plain_words
    def call(self, inputs: list[Any], training: bool, seed: int) -> list[Tensor]:
        """Return the outputs for arrays or tensors, which gradients may flow through."""
        # The step as well: a layer may have a seed of its own.
        if any(module.training is not training for module in self._modules):
            # Setting what is set takes as long as a small layer.
            self.native.train(training)
        given = (torch.as_tensor(x, device=self.device) for x in inputs)
        with self.random.drawing(seed, seed + 1), self.precision():
            if not self._penalised:
                return self.sort_outputs(self.native(*given))[0]
            self.body.train(training)
            scores, _, self.last_terms = self.sort_outputs(self.body(*given))
            return [s if h is None else h.compute(s, ops) for s, h in zip(scores, self.heads)]

    def penalty_terms(self) -> list[Tensor]:
        """Return the penalties on weights, and what layers added to the loss when last called."""
        found = [rule.penalty(part.pack(part.tensors), ops) for rule, part in self.penalties()]
        return [*found, *self.last_terms]

    def parts(self) -> list[tuple[str, Any]]:
        """Return what is built of each layer, by the layers' names."""
        return self._parts

    def reset_states(self) -> None:
        """Have recurrent layers that keep states between batches start from zeros."""
        for module in self.body.modules():
            if hasattr(module, "reset_state"):
                module.reset_state()

    def get_states(self) -> dict[str, np.ndarray]:
        """Return the states that layers keep between batches, by name."""
        return {
            f"{name}/{i}": state.detach().cpu().numpy().copy()
            for name, states in self._kept_states().items()
            for i, state in enumerate(states.kept or ())
        }

    def set_states(self, states: Mapping[str, np.ndarray]) -> None:
        """Set the states that layers keep: those that are not given are zeros."""
        for name, place in self._kept_states().items():
            with outside_inference_mode():
                found = [
                    torch.from_numpy(states[f"{name}/{i}"].copy()).to(self.device)
                    for i in range(len(states))
                    if f"{name}/{i}" in states
                ]
            place.kept = found or None

    def _kept_states(self) -> dict[str, KeptStates]:
        """Return what keeps states, by a name that does not depend on the engine."""
        modules = [getattr(module, "states", None) for module in self.body.modules()]
        keepers = [states for states in modules if isinstance(states, KeptStates)]
        return {f"{states.name}/{i}": states for i, states in enumerate(keepers)}

    @in_plain_words
    def predict(
        self, inputs: list[np.ndarray], batch_size: int, source: Source = NO_SOURCE, first: int = 0
    ) -> list[np.ndarray]:
        """Return the outputs for all rows; the batch size bounds memory."""
        workers = 1 if self._draws else torch.get_num_threads()
        chunk = forward_chunk(self.graph, len(inputs[0]), batch_size, workers)
        # Setting what is set takes as long as computing a row.
        if any(module.training for module in self.body.modules()):
            self.body.eval()
        return self._forward_all(inputs, chunk, source, first)

    @in_plain_words
    def sample(self, inputs: list[np.ndarray], batch_size: int, seed: int) -> list[np.ndarray]:
        """Return the outputs for all rows under dropout: other layers act as in prediction."""
        chunk = forward_chunk(self.graph, len(inputs[0]), batch_size)
        self.body.eval()
        for module in self.body.modules():
            # Not by `train()`, which reaches into modules that stand elsewhere too.
            drawing = isinstance(module, Dropout) or bool(getattr(module, "draws", None))
            module.training = drawing
        return self._forward_all(inputs, chunk, Source(seed))

    def _forward_all(
        self, inputs: list[np.ndarray], chunk: int, source: Source, first: int = 0
    ) -> list[np.ndarray]:
        steps = count(first)

        def forward(part: list[np.ndarray]) -> list[np.ndarray]:
            self.random.step = next(steps)
            return self._outputs(part)

        with (
            self.random.drawing(source.seed, call=source.call),
            threads.suited(self.row_flops * chunk),
            self.without_gradients(),
        ):
            # What is drawn depends on the chunks.
            fixed = self._draws or not self._halves
            return in_chunks(inputs, chunk, forward, fixed)

    def _outputs(self, inputs: list[np.ndarray]) -> list[np.ndarray]:
        tensors = [torch.from_numpy(x).to(self.device) for x in inputs]
        with self.precision():
            scores, _, _ = self.sort_outputs(self.body(*tensors))
        outputs = [s if h is None else h.compute(s, ops) for s, h in zip(scores, self.heads)]
        return [output.detach().cpu().numpy() for output in outputs]
