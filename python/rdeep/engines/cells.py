"""What a recurrent cell is given while it is computed, on either engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rdeep.errors import StateError

Tensor = Any
Draw = Callable[[str, Any, float, int], Tensor]
"""Returns a mask of a part of the cell, False for a share of its values: the part's name, a shape,
the share, and which draw it is. It is the mask of a dropout layer in that place."""


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


class EngineCellRun:
    """One run over a sequence: `rdeep.catalogue.layers.cells.CellRun`.

    Parameters
    ----------
    ops : module
        The engine's array functions.
    training : bool
        Whether the network is being trained.
    weights : mapping of str to tensor
        The weights by name.
    draw : function
        Where random numbers come from.
    """

    def __init__(self, ops: Any, training: bool, weights: Mapping[str, Tensor], draw: Draw) -> None:
        self.ops, self.training, self.weights = ops, training, dict(weights)
        self._draw = draw
        self._part = ""
        self._masks: dict[tuple[str, int], Tensor] = {}
        self._within: dict[str, EngineCellRun] = {}

    def dropout_mask(self, like: Tensor, rate: float, number: int) -> Tensor:
        """Return what to multiply by: 0 for a share of the values, the same at every step."""
        key = (self._part, number)
        if key not in self._masks:
            stays = self._draw(self._part, self.ops.shape(like), rate, number)
            ones = self.ops.ones_like(like)
            self._masks[key] = self.ops.where(stays, ones / (1.0 - rate), self.ops.zeros_like(like))
        return self._masks[key]

    def within(self, part: str) -> EngineCellRun:
        """Return the run of a cell inside of this one."""
        if part not in self._within:
            prefix = f"{part}/"
            weights = {
                name.removeprefix(prefix): weight
                for name, weight in self.weights.items()
                if name.startswith(prefix)
            }
            inner = EngineCellRun(self.ops, self.training, weights, self._draw)
            inner._part = f"{self._part}/{part}".lstrip("/")
            inner._masks = self._masks
            self._within[part] = inner
        return self._within[part]
