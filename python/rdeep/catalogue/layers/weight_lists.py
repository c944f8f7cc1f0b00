"""What `weights` is of a layer: its weights, as variables; called with shapes, what it declares."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from types import FunctionType
from typing import TYPE_CHECKING, Any

from rdeep.catalogue import dispatch
from rdeep.catalogue.layers.call_options import called_with
from rdeep.catalogue.layers.declared_shapes import shapes_given

_SAID = (
    *("compute_dtype", "dtype", "dtype_policy", "input", "input_spec", "losses", "metrics"),
    *("output", "path", "reset_state", "reset_states", "stateless_call", "states"),
    *("supports_masking", "variable_dtype"),
)
"""What a layer says of itself by Keras's names, and does not hold."""


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


class HoldsWeights:
    """What layers have of their weights, once they were applied to something."""

    weights: Any

    def __init_subclass__(cls, **kwargs: Any) -> None:
        declare = cls.__dict__.get("weights")
        if isinstance(declare, FunctionType):
            setattr(cls, "weights", Declared(declare))  # noqa: B010
        super().__init_subclass__(**kwargs)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            # Weights by name, once the layer was applied to something.
            entries = self.__dict__.get("_entries") if not name.startswith("_") else None
            if name == "built":
                return bool(entries)
            if entries and name in self._weight_names(entries):
                return dispatch.calls().variables.layer_variable(self, name)
            if name in _SAID:
                return dispatch.calls().layer_attribute(self, name)
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def _weight_names(self, entries: Any) -> frozenset[str]:
        """Return the names of the layer's weights."""
        if "_names" not in self.__dict__:
            # While they are looked for, there are none.
            self.__dict__["_names"] = frozenset()
            with called_with(self.__dict__.get("_entered_with") or {}):
                declared = self.weights(*(shape for shape, _ in entries))
            self.__dict__["_names"] = frozenset(weight.name for weight in declared)
        found: frozenset[str] = self.__dict__["_names"]
        return found

    @property
    def trainable_weights(self) -> list[Any]:
        """The weights that training changes by gradients, as variables."""
        return self._variables_of(True)

    @property
    def non_trainable_weights(self) -> list[Any]:
        """The other weights, as variables."""
        return self._variables_of(False)

    @property
    def variables(self) -> list[Any]:
        """All weights, as variables."""
        return self._variables_of(None)

    trainable_variables = trainable_weights
    non_trainable_variables = non_trainable_weights

    def _variables_of(self, trainable: bool | None) -> list[Any]:
        found: list[Any] = dispatch.calls().variables.layer_variables(self, trainable)
        return found

    def build(self, input_shape: Any = None, *more: Any, **named: Any) -> None:
        """Make the weights for an input of a shape, the batch first, or for those of several."""
        shapes = shapes_given(input_shape, more, named)
        whole = shapes if len(shapes) > 1 or isinstance(input_shape, list) else shapes[0]
        dispatch.calls().variables.build_layer(self, whole)

    def get_weights(self) -> list[Any]:
        """Return copies of the weights, in Keras's order and layout."""
        found: list[Any] = dispatch.calls().variables.get_layer_weights(self)
        return found

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Change the weights: arrays as `get_weights` returns them."""
        dispatch.calls().variables.set_layer_weights(self, weights)

    def count_params(self) -> int:
        """Return the number of values in the weights."""
        return int(dispatch.calls().variables.count_layer_params(self))
