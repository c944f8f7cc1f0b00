"""What engines share of recurrent layers that keep their states between batches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rdeep.errors import StateError

Tensor = Any


def check_rows(layer: str, kept: int, sizes: list[int]) -> None:
    """Refuse batches that cannot go on from the states that a layer keeps.

    Parameters
    ----------
    layer : str
        The layer's name.
    kept : int
        The rows of the batch before; 0 if there was none.
    sizes : list of int
        The rows of the batches to come, in turn.

    Raises
    ------
    StateError
        If one has another size than the batch before it.
    """
    for rows in filter(None, sizes):
        kept = kept or rows
        if rows != kept:
            raise StateError(
                f"Layer {layer!r} is stateful and keeps the states of {kept} rows, but there is a "
                f"batch of {rows}.",
                layer=layer,
                hint="Use batches of one size, or reset the states.",
            )


class KeptStates:
    """The states that a layer keeps between batches: `rdeep.catalogue.layers.run.StateStore`.

    Parameters
    ----------
    name : str
        The layer's name.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.kept: list[Tensor] | None = None
        self._parts: dict[str, KeptStates] = {}

    def recall(self, sequence: Tensor) -> list[Tensor] | None:
        """Return the states to go on from; `None` for zeros."""
        if self.kept is None:
            return None
        check_rows(self.name, self.kept[0].shape[0], [sequence.shape[0]])
        return list(self.kept)

    def keep(self, states: Sequence[Tensor]) -> None:
        """Keep the states that a batch left."""
        self.kept = list(states)

    def parts(self) -> list[KeptStates]:
        """Return the states of layers inside of this one."""
        return list(self._parts.values())

    def within(self, part: str) -> KeptStates:
        """Return the states of a layer inside of this one."""
        return self._parts.setdefault(part, KeptStates(self.name))
