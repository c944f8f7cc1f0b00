"""A model's weights: waiting as NumPy arrays, or held by a network on an engine.

Models that share a layer share its weights. On one engine and device their networks hold the same
tensors, so that gradients and changes made through one are those of all. Where they cannot, on two
engines, who changed a layer last owns it; the others fetch its weights from there when they next
need them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from weakref import WeakSet

import numpy as np

from rdeep.catalogue.layers.base import Layer
from rdeep.data.foreign import on_host
from rdeep.engines import registry as backends
from rdeep.engines.contract import Network
from rdeep.engines.memory import check_weights, within_memory
from rdeep.engines.processes import check_process
from rdeep.engines.reasons import building
from rdeep.errors import ArgumentError, DataError, ShapeError, format_shape, suggestion
from rdeep.graph.flags import Flags, flags_of, under
from rdeep.graph.network import Graph
from rdeep.graph.randomness import draws_in_prediction


@dataclass
class Ownership:
    """Who has a layer's newest weights, and who else has the layer."""

    owner: Parameters
    holders: WeakSet[Parameters] = field(default_factory=WeakSet)

    def transfer_to(self, to: Parameters) -> None:
        """Make another one the owner: all others follow."""
        self.owner = to
        for holder in self.holders:
            holder._is_stale = holder._is_stale or holder is not to


class Parameters:
    """The weights of a graph: NumPy arrays, drawn when asked for, until an engine is needed.

    Parameters
    ----------
    graph : Graph
        The graph.
    seed : int
        What starting values are drawn from.
    before : Parameters, optional
        The weights of the graph that this one replaces: what both have is kept.
    flags : Flags
        Which layers are trained, as it was said at `compile`; the others say it themselves.

    Attributes
    ----------
    changes : int
        How often the weights were changed: those who share them compare it.
    training : bool
        Whether they are being changed just now.
    model : callable or None
        Returns the model that has them, as long as somebody else has it.
    """

    def __init__(
        self, graph: Graph, seed: int, before: Parameters | None = None, flags: Flags = ()
    ) -> None:
        self.graph, self.seed, self.flags = graph, seed, flags
        self._built_under: dict[int, bool] = {}
        self.changes, self.training = 0, False
        self.model: Callable[[], Any] | None = None
        self._shapes = {name: weight.shape for name, weight in graph.weights().items()}
        self._pending: dict[str, np.ndarray] = {}
        self._network: Network | None = None
        # The network that another is to replace: its tensors go over to that one.
        self._retired: Network | None = None
        # What layers' tensors are known by, the same for all networks that hold the same.
        self._cells: dict[int, object] = {}
        self._holdings = graph.held()
        self._is_stale = False
        self._fetched: dict[int, tuple[int, int]] = {}
        # Where the engine's network was given away, its weights as they were looked at last.
        self._is_exposed = self._watches_shared = False
        self._snapshots: dict[int, dict[str, np.ndarray]] = {}
        for record, names in self._holdings.values():
            ownership = record.__dict__.setdefault("_ownership", Ownership(self))
            # What a copy of a layer, or one that was unpickled, has brought along.
            kept = record.__dict__.pop("_brought", None) or {}
            self._pending.update({names[name]: value for name, value in kept.items()})
            if before is not None and ownership.owner is before:
                self._pending.update(before.known_weights(record, names))
                ownership.owner = self
            self._is_stale = self._is_stale or ownership.owner is not self
            ownership.holders.add(self)
        self._learned = graph.learned()

    def __reduce__(self) -> tuple[Any, ...]:
        """Return what pickle makes them from again: the layers bring their weights."""
        return Parameters, (self.graph, self.seed, None, self.flags)

    @property
    def is_outdated(self) -> bool:
        """Whether a layer has learned something since the weights were looked at last."""
        return self._learned != self.graph.learned()

    def apply_learned(self) -> None:
        """Take over what layers have learned; the network is built anew when it is needed."""
        self.graph.check_sizes()
        learned = self.graph.learned()
        changed = [
            names
            for (_, names), old, new in zip(self.graph.learners, self._learned, learned)
            if old != new
        ]
        fresh = self.graph.draw_weights(self.seed)
        own = {name: fresh[name] for names in changed for name in names.values()}
        self._pending = {**self.named(), **own}
        self._network, self._retired, self._learned = None, None, learned
        self._cells = {}

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
        check_process(backend)
        if self._network is None or self._network.policy != policy:
            weights, graph = self.named(), self.graph.network
            with under(self.flags), building():
                graph.settled = frozenset(graph.trainable_names())
                self._built_under = {id(r): t for r, t in flags_of(self._records())}
                network = backends.load(backend).build(graph, weights, device, policy)
            self._join(network)
            self._network, self._retired, self._pending = network, None, {}
            self._lead()
        self._fetch_changed()
        return self._network

    def _join(self, network: Network) -> None:
        """Have a new network hold the tensors of those that have its layers already."""
        cells: dict[int, object] = {}
        donors = [self] if self._held is not None else []
        donors += [each for each in self._others() if each._held is not None]
        trained = {id(each): set(each.trained_names()) for each in donors if each is not self}
        for donor in donors:
            if donor.is_outdated:
                continue
            donor._fetch_changed()
            keys = [key for key in self._holdings if key not in cells and self._is_in(key, donor)]
            pairs = [self._pairs(key, donor) for key in keys]
            held = network.share(donor._held, pairs)
            cells.update({key: donor._cells[key] for key, taken in zip(keys, held) if taken})
        for key in cells:
            for donor in donors:
                if id(donor) in trained and self._is_in(key, donor):
                    names = self._pairs(key, donor)
                    also = [own for own, their in names.items() if their in trained[id(donor)]]
                    network.keep_trained(also)
        self._cells = {key: cells.get(key) or object() for key in self._holdings}

    def _pairs(self, key: int, other: Parameters) -> dict[str, str]:
        """Return a layer's weights by their names here, each with its name in another model."""
        there = other._holdings[key][1]
        return {full: there[name] for name, full in self._holdings[key][1].items()}

    def _is_in(self, key: int, other: Parameters) -> bool:
        """Return whether another model has all weights of a layer that are here."""
        there = other._holdings.get(key, (None, {}))[1]
        return self._holdings[key][1].keys() <= there.keys()

    def _others(self) -> list[Parameters]:
        """Return who else has some of the layers, owners first."""
        found: dict[int, Parameters] = {}
        ownerships = [record.__dict__["_ownership"] for record, _ in self._holdings.values()]
        for each in [o.owner for o in ownerships] + [h for o in ownerships for h in o.holders]:
            found.setdefault(id(each), each)
        found.pop(id(self), None)
        return list(found.values())

    def _lead(self) -> None:
        """Become the owner of layers that no network has held so far; look at changes of others."""
        for record, _ in self._holdings.values():
            ownership = record.__dict__["_ownership"]
            if ownership.owner is not self and ownership.owner._held is None:
                ownership.transfer_to(self)
        exposed = [each for each in [self, *self._others()] if each._is_exposed]
        for each in exposed:
            each._watch_others()

    @property
    def _held(self) -> Network | None:
        """The network that holds the weights, be it one that is about to be replaced."""
        return self._retired if self._network is None else self._network

    @cached_property
    def draws_in_prediction(self) -> bool:
        """Whether the graph draws random numbers although it does not train."""
        return draws_in_prediction(self.graph)

    def named(self) -> dict[str, np.ndarray]:
        """Return the weights by name, in Keras's order and layout."""
        self._fetch_changed()
        if self._held is not None:
            return self._held.get_weights()
        self._draw(self._shapes)
        return {name: self._pending[name] for name in self._shapes}

    def known_weights(self, record: Layer, names: Mapping[str, str]) -> dict[str, np.ndarray]:
        """Return a layer's weights that need not be drawn, under other names.

        Parameters
        ----------
        record : Layer
            A layer of the graph.
        names : mapping of str to str
            The weights' names in the layer, each with the name that is wanted.
        """
        own = self._holdings[id(record)][1]
        wanted = {name: own[name] for name in names if name in own}
        known = (
            self._pending if self._held is None else self._held.get_weights(list(wanted.values()))
        )
        return {names[name]: known[full] for name, full in wanted.items() if full in known}

    def take_ownership(self) -> None:
        """Become the owner of all layers: the weights are about to change."""
        self._fetch_changed()
        for record, _ in self._holdings.values():
            ownership = record.__dict__["_ownership"]
            if ownership.owner is not self:
                ownership.transfer_to(self)
        self._is_stale = False
        self.changes += 1

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
        self._pass_to_layers(checked)
        self.take_ownership()
        self._write(checked)
        if self._held is None:
            for other in self._others():
                if other._held is not None:
                    other._fetch_changed()

    def adopt(self, weights: Mapping[str, np.ndarray]) -> None:
        """Take the weights that a file holds, which are checked and belong to nobody else.

        Parameters
        ----------
        weights : mapping of str to numpy.ndarray
            All weights: float32, of their shapes.
        """
        self._pass_to_layers(weights)
        self.take_ownership()
        self._pending.update(weights)

    def settle_trainable(self, flags: Flags) -> None:
        """Have the network built anew if other layers are to be trained than it was built for.

        Parameters
        ----------
        flags : Flags
            Which ones.
        """
        self.flags = flags
        if self._network is None:
            return
        if any(self._built_under.get(id(record), was) != was for record, was in flags):
            self._retired, self._network = self._network, None
            self._is_exposed, self._snapshots = False, {}

    def trained_names(self) -> list[str]:
        """Return the names of the weights that training changes, as it was said at `compile`."""
        with under(self.flags):
            return self.graph.trainable_names()

    def _records(self) -> list[Layer]:
        return [layer.record for layer in self.graph.layers]

    def _write(self, weights: Mapping[str, np.ndarray]) -> None:
        if self._held is not None:
            self._held.set_weights(weights)
        else:
            self._pending.update(weights)

    def mark_exposed(self) -> None:
        """Note that the engine's network was handed out: its weights may be changed elsewhere."""
        if self._is_exposed:
            return
        self._is_exposed = True
        self._watch_others()

    def _watch_others(self) -> None:
        """Have all who hold copies of the layers look whether they were changed here."""
        for _, _, ownership in self._copied_layers():
            for holder in ownership.holders:
                holder._watches_shared = True
        self._snapshot()

    def _copied_layers(self) -> list[tuple[int, Layer, Ownership]]:
        """Return the layers that another network has in tensors of its own."""
        found = []
        for key, (record, _) in self._holdings.items():
            ownership, cell = record.__dict__["_ownership"], self._cells.get(key)
            others = [each for each in ownership.holders if each is not self]
            if any(each._held is not None and each._cells.get(key) is not cell for each in others):
                found.append((key, record, ownership))
        return found

    def _layer_weights(self, key: int, record: Layer) -> dict[str, np.ndarray]:
        return self.known_weights(record, {name: name for name in self._holdings[key][1]})

    def _snapshot(self) -> None:
        if self._is_exposed and self._network is not None:
            for key, record, _ in self._copied_layers():
                self._snapshots[key] = self._layer_weights(key, record)

    def _detect_changes(self) -> None:
        """Become the owner of layers whose weights were changed on the engine's own network."""
        if not self._is_exposed or self._network is None or self.training:
            return
        changed = False
        for key, record, ownership in self._copied_layers():
            now, old = self._layer_weights(key, record), self._snapshots.get(key, {})
            if any(not np.array_equal(now[name], old[name]) for name in old):
                ownership.transfer_to(self)
                changed = True
            self._snapshots[key] = now
        self.changes += changed

    def _fetch_changed(self) -> None:
        """Fetch the weights that another model has changed."""
        if self._watches_shared:
            shared = self._copied_layers()
            for holder in {each for *_, ownership in shared for each in ownership.holders}:
                holder._detect_changes()
        if not self._is_stale:
            return
        for key, (record, names) in self._holdings.items():
            ownership = record.__dict__["_ownership"]
            owner = ownership.owner
            if owner is self or self._holds_those_of(owner, key):
                continue
            seen = (id(owner), owner.changes)
            if owner.training or self._held is None or self._fetched.get(key) != seen:
                self._write(owner.shared(record, names))
                self._fetched[key] = seen
                if key in self._snapshots:
                    self._snapshots[key] = self._layer_weights(key, record)
            if owner._held is None and self._held is not None:
                # From now on it is here that they change.
                ownership.transfer_to(self)

    def _holds_those_of(self, owner: Parameters, key: int) -> bool:
        """Return whether a layer's tensors are the owner's."""
        if self._held is None or owner._held is None:
            return False
        return self._cells.get(key) is owner._cells.get(key)

    def shared(self, record: Layer, names: Mapping[str, str]) -> dict[str, np.ndarray]:
        """Return a layer's weights for another model, under the names that they have there.

        Parameters
        ----------
        record : Layer
            A layer of the graph.
        names : mapping of str to str
            The weights' names in the layer, each with the name in the other model.
        """
        own = self._holdings[id(record)][1]
        if self.is_outdated:
            self.apply_learned()
        if self._held is None:
            self._draw(own.values())
        return self.known_weights(record, names)

    def weights_of(self, record: Layer) -> dict[str, np.ndarray]:
        """Return copies of a layer's weights, by their names in the layer.

        Parameters
        ----------
        record : Layer
            A layer of the graph.
        """
        own = self._holdings[id(record)][1]
        found = self.shared(record, {name: name for name in own})
        return {name: value.copy() for name, value in found.items()}

    def _draw(self, names: Iterable[str]) -> None:
        missing = [name for name in names if name not in self._pending]
        if missing:
            self._pending.update(self._drawn(missing))

    @within_memory("The network's weights do", "Make layers smaller.")
    def _drawn(self, names: list[str]) -> dict[str, np.ndarray]:
        check_weights({name: self._shapes[name] for name in names}, drawn=True)
        return self.graph.draw_weights(self.seed, names)

    def _pass_to_layers(self, weights: Mapping[str, np.ndarray]) -> None:
        """Pass weights to the preprocessing layers that hold them as what they learned."""
        for record, names in self.graph.learners:
            own = {inside: weights[name] for inside, name in names.items() if name in weights}
            if own:
                record.take_weights(own)
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
            array = _numbers(name, value)
            if array.shape != shapes[name]:
                raise ShapeError(
                    f"Weight {name!r} has shape {format_shape(shapes[name])}, not "
                    f"{format_shape(array.shape)}.",
                    argument="weights",
                    received=array.shape,
                    expected=format_shape(shapes[name]),
                )
            checked[name] = array
        return checked


def _numbers(name: str, value: object) -> np.ndarray:
    given = on_host(value, "weights")
    if given.dtype.kind not in "fiub":
        raise DataError(f"Weight {name!r} must hold numbers.", argument="weights")
    with np.errstate(over="ignore"):
        array = np.array(given, dtype=np.float32)
    if (np.isinf(array) & ~np.isinf(given)).any():
        raise DataError(
            f"Weight {name!r} holds numbers that are too large for float32.", argument="weights"
        )
    return array
