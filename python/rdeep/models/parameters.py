"""A model's weights: waiting as NumPy arrays, or held by a network on an engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from rdeep.backends import registry as backends
from rdeep.backends.contract import Network
from rdeep.errors import ArgumentError, ShapeError, suggestion
from rdeep.graph.network import Graph


class Parameters:
    """The weights of a graph: NumPy arrays, drawn when asked for, until an engine is needed.

    Parameters
    ----------
    graph : Graph
        The graph.
    seed : int
        What starting values are drawn from.
    kept : mapping of str to numpy.ndarray
        Weights to start from instead, where name and shape fit.
    """

    def __init__(self, graph: Graph, seed: int, kept: Mapping[str, np.ndarray]) -> None:
        self.graph, self.seed = graph, seed
        self._shapes = {name: weight.shape for name, weight in graph.weights().items()}
        self._kept = {n: w for n, w in kept.items() if self._shapes.get(n) == w.shape}
        self._waiting: dict[str, np.ndarray] | None = None
        self._network: Network | None = None
        self._learned = graph.learned()

    @property
    def is_outdated(self) -> bool:
        """Whether a layer has learned something since the weights were looked at last."""
        return self._learned != self.graph.learned()

    def catch_up(self) -> None:
        """Take over what layers have learned; the network is built anew when it is needed."""
        self.graph.check_sizes()
        learned = self.graph.learned()
        changed = [
            layer
            for layer, old, new in zip(self.graph.adaptive, self._learned, learned)
            if old != new
        ]
        fresh = self.graph.draw_weights(self.seed)
        own = {name: fresh[name] for layer in changed for name in layer.weight_names}
        self._waiting = {**self.named(), **own}
        self._network, self._learned = None, learned

    def network(self, backend: str, device: str | None, policy: str) -> Network:
        """Return the network on its engine, built at the first call and for another policy.

        Parameters
        ----------
        backend : str
            The engine.
        device : str or None
            The device there.
        policy : str
            The dtype policy.
        """
        if self._network is None or self._network.policy != policy:
            weights = self.named()
            self._network = backends.load(backend).build(
                self.graph.network, weights, device, policy
            )
            self._waiting = None
        return self._network

    def named(self) -> dict[str, np.ndarray]:
        """Return the weights by name, in Keras's order and layout."""
        if self._network is not None:
            return self._network.get_weights()
        if self._waiting is None:
            self._waiting = {**self.graph.draw_weights(self.seed), **self._kept}
        return dict(self._waiting)

    def named_for(self, graph: Graph) -> dict[str, np.ndarray]:
        """Return the weights of the layers that another graph has too, by their names there.

        Parameters
        ----------
        graph : Graph
            The other graph, in which a layer may have another name.
        """
        own = self.named()
        kept = {}
        for layer in graph.layers:
            here = self.graph.layer_of.get(id(layer.record))
            if here is not None:
                kept.update({a: own[b] for a, b in zip(layer.weight_names, here.weight_names)})
        return kept

    def change(self, weights: Sequence[np.ndarray] | Mapping[str, np.ndarray]) -> None:
        """Change all weights, or those that are named.

        Parameters
        ----------
        weights : sequence or mapping of arrays
            New values.

        Raises
        ------
        ShapeError
            If there are too many or too few, or a shape differs.
        ArgumentError
            If a name is unknown.
        """
        checked = self._checked(weights)
        self._teach(checked)
        if self._network is not None:
            self._network.set_weights(checked)
        else:
            self._waiting = {**self.named(), **checked}

    def _teach(self, weights: Mapping[str, np.ndarray]) -> None:
        """Let layers know of weights that are what they learned."""
        for layer in self.graph.adaptive:
            own = {
                weight.name: weights[name]
                for weight, name in zip(layer.weights, layer.weight_names)
                if name in weights
            }
            if own:
                layer.record.take_weights(own)  # type: ignore[attr-defined]
        self._learned = self.graph.learned()

    def _checked(
        self, weights: Sequence[np.ndarray] | Mapping[str, np.ndarray]
    ) -> dict[str, np.ndarray]:
        shapes = self._shapes
        if not isinstance(weights, Mapping):
            if len(weights) != len(shapes):
                raise ShapeError(
                    f"The model has {len(shapes)} weights, not {len(weights)}.",
                    argument="weights",
                    received=len(weights),
                    expected=str(len(shapes)),
                )
            weights = dict(zip(shapes, weights))
        checked = {}
        for name, value in weights.items():
            if name not in shapes:
                raise ArgumentError(
                    f"The model has no weight {name!r}.",
                    argument="weights",
                    received=name,
                    hint=suggestion(name, shapes),
                )
            array = np.array(value, dtype=np.float32)
            if array.shape != shapes[name]:
                raise ShapeError(
                    f"Weight {name!r} has shape {shapes[name]}, not {array.shape}.",
                    argument="weights",
                    received=array.shape,
                    expected=str(shapes[name]),
                )
            checked[name] = array
        return checked
