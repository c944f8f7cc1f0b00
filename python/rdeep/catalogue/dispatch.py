"""What happens when a record is called, which floors above the catalogue decide.

A layer that is called on symbolic tensors becomes a step of a graph; called on arrays it is
computed by an engine. The catalogue knows neither graphs nor engines: `rdeep.wiring` knows all of
them, and is imported when a record is first called, so that `import rdeep.layers` stays cheap.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple


class Symbolic:
    """What has a shape and a type but no values yet: the base of a graph's tensors."""

    __slots__ = ()


def is_symbolic(value: Any) -> bool:
    """Return whether a value is a symbolic tensor.

    Parameters
    ----------
    value : object
        The value.
    """
    return isinstance(value, Symbolic)


class Calls(NamedTuple):
    """The functions that calls of records go to.

    Attributes
    ----------
    apply_layer : callable
        `(layer, inputs, training)`: a layer on symbolic tensors, one or a list, among which may be
        tensors of an engine.
    call_layer : callable
        `(layer, inputs, training, mask=)`: a layer on arrays or on tensors of an engine.
    with_mask : callable
        `(tensor, mask)`: the symbolic tensor, which carries a mask.
    mask_of : callable
        `(layer, inputs, masks)`: the mask of what a layer would give.
    call_formula : callable
        `(layer, inputs, training)`: a layer whose formula computes on arrays without a model.
    call_loss : callable
        `(loss, y_true, y_pred, sample_weight)`: a loss of arrays, or of tensors of any kind.
    make_meter : callable
        `(metric)`: what keeps a metric's own state.
    make_input : callable
        `(shape, dtype, name)`: a symbolic tensor for data to enter a model by.
    """

    apply_layer: Callable[[Any, Any, bool | None], Any]
    call_layer: Callable[..., Any]
    with_mask: Callable[[Any, Any], Any]
    mask_of: Callable[[Any, Any, Any], Any]
    call_formula: Callable[[Any, Any, bool], Any]
    call_loss: Callable[[Any, Any, Any, Any], Any]
    make_meter: Callable[[Any], Any]
    make_input: Callable[[Any, str, str], Any]


_sources: list[Callable[[], Calls]] = []


def register(source: Callable[[], Calls]) -> None:
    """Say where the functions come from; `rdeep` does so when it is imported.

    Parameters
    ----------
    source : callable
        Imports what it needs when it is called, and returns the functions.
    """
    _sources[:] = [source]


def calls() -> Calls:
    """Return the functions that calls of records go to.

    All records are registered by then, those of the floors above too.
    """
    return _sources[0]()
