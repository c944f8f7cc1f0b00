"""What `weights` is of a layer: its weights, as variables; called with shapes, what it declares."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from rdeep.catalogue import dispatch


class Variables(Sequence[Any]):
    """A layer's weights: a list of variables; called with shapes, what the layer declares for them.

    Parameters
    ----------
    layer : Layer
        The layer.
    declare : callable
        Returns the declarations for inputs' shapes.
    """

    def __init__(self, layer: Any, declare: Callable[..., Any]) -> None:
        self._layer, self._declare = layer, declare

    def __call__(self, *shapes: Any) -> Any:
        """Return what the layer declares for inputs of these shapes."""
        return self._declare(*shapes)

    def _found(self) -> list[Any]:
        found: list[Any] = dispatch.calls().variables.layer_variables(self._layer)
        return found

    def __getitem__(self, index: Any) -> Any:
        return self._found()[index]

    def __len__(self) -> int:
        return len(self._found())

    def __iter__(self) -> Iterator[Any]:
        return iter(self._found())

    def __add__(self, other: Any) -> list[Any]:
        return [*self, *other]

    def __radd__(self, other: Any) -> list[Any]:
        return [*other, *self]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, (list, tuple, Variables)) or len(self) != len(other):
            return False
        return all(a is b for a, b in zip(self, other))

    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return repr(self._found())


class Declared:
    """A method that declares weights, which is also where a layer's weights are found.

    Parameters
    ----------
    declare : function
        The method, `weights(self, *shapes)`.
    """

    def __init__(self, declare: Callable[..., Any]) -> None:
        self.declare, self.__doc__ = declare, declare.__doc__

    def __get__(self, layer: Any, owner: Any = None) -> Any:
        if layer is None:
            return self.declare
        return Variables(layer, self.declare.__get__(layer))
