"""What layers say of the shapes of their outputs, by Keras's names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_OF_ATTENTION = ("query_shape", "value_shape", "key_shape")


def shapes_given(
    input_shape: Any, more: Sequence[Any], named: Mapping[str, Any]
) -> list[tuple[Any, ...]]:
    """Return the shapes that a layer is told of, in the order of its inputs.

    Parameters
    ----------
    input_shape : tuple, or list of tuple
        The first, or several.
    more : sequence of tuple
        Those that follow.
    named : mapping
        Those that were given by names; `None` for inputs that are left out.
    """
    if isinstance(input_shape, Mapping):
        named, input_shape = {**input_shape, **named}, None
    order = sorted(
        named, key=lambda name: _OF_ATTENTION.index(name) if name in _OF_ATTENTION else 3
    )
    several = input_shape is not None and any(
        isinstance(size, (list, tuple)) for size in input_shape
    )
    first = list(input_shape) if several else [input_shape]
    given = [*first, *more, *(named[name] for name in order)]
    return [tuple(each) for each in given if each is not None]


class DeclaresShapes:
    """What every layer says of its output before there is one."""

    output_shape: Any

    def compute_output_shape(self, input_shape: Any = None, *more: Any, **named: Any) -> Any:
        """Return the output's shape for an input's.

        Parameters
        ----------
        input_shape : tuple, or list of tuple
            The input's shape with the batch, or those of several.
        *more, **named : tuple
            Those of further inputs, such as `value_shape` of an attention layer.

        Examples
        --------
        >>> from rdeep.layers import Dense
        >>> Dense(8).compute_output_shape((None, 3))
        (None, 8)
        """
        return self.output_shape(*shapes_given(input_shape, more, named))

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """Return the symbolic tensor that the layer makes of others.

        Parameters
        ----------
        *args, **kwargs
            What the layer is called with.

        Examples
        --------
        >>> from rdeep import KerasTensor
        >>> from rdeep.layers import Dense
        >>> Dense(8).compute_output_spec(KerasTensor((None, 3))).shape
        (None, 8)
        """
        return self(*args, **kwargs)  # type: ignore[operator]
