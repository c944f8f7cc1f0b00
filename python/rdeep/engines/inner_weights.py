"""The weights of a layer that has others inside."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

Tensor = Any


class InnerWeights(Mapping[str, Tensor]):
    """A layer's weights by name, of which those of layers inside are read when asked for.

    Parameters
    ----------
    own : mapping of str to tensor
        The weights that the layer holds itself.
    names : iterable of str
        The names of all weights.
    read : function
        Returns the weight of a name that layers inside hold.
    """

    def __init__(
        self, own: Mapping[str, Tensor], names: Iterable[str], read: Callable[[str], Tensor]
    ) -> None:
        self._own, self._names, self._read = own, tuple(names), read

    def __getitem__(self, name: str) -> Tensor:
        if name in self._own:
            return self._own[name]
        if name not in self._names:
            raise KeyError(name)
        return self._read(name)

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
