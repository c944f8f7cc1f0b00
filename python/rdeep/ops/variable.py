"""A tensor whose value can be changed, by itself."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.layers.base import is_described
from rdeep.engines import registry as backends
from rdeep.errors import ShapeError, StateError, format_shape, setting
from rdeep.ops.dispatch import engine_of
from rdeep.ops.metric import MetricVariable


class Variable(MetricVariable):
    """A tensor whose value can be changed; its shape, type and engine stay.

    Parameters
    ----------
    value : tensor
        What it is at first, a tensor of an engine.
    name : str
        Its name.
    """

    # Not an attribute: modules are not copied.
    @property
    def _ops(self) -> Any:
        return backends.load(engine_of([self.value]) or "torch").ops

    def assign(self, value: object) -> MetricVariable:
        """Give it a value, and return it."""
        if is_described():
            raise StateError(
                f"{self.name!r} stands by itself: a layer that is applied cannot assign to it.",
                hint="Make it by `add_weight()` of the layer, with "
                f"{setting('trainable', False)}: `call` may assign to that.",
            )
        given = value.value if isinstance(value, MetricVariable) else value
        shape = tuple(self.value.shape)
        tensor = self._ops.cast(given, self._ops.dtype(self.value))
        if len(tensor.shape) and tuple(tensor.shape) != shape:
            raise ShapeError(
                f"{self.name!r} has the shape {format_shape(shape)}; it cannot become a value of "
                f"shape {format_shape(tensor.shape)}.",
                received=tuple(tensor.shape),
                expected=format_shape(shape),
            )
        self.value = self._ops.broadcast_to(tensor, shape)
        return self

    def assign_add(self, value: object) -> MetricVariable:
        """Add to it, and return it."""
        return self.assign(self._ops.add(self.value, self._of(value)))

    def assign_sub(self, value: object) -> MetricVariable:
        """Take from it, and return it."""
        return self.assign(self._ops.subtract(self.value, self._of(value)))

    def _of(self, value: object) -> Any:
        given = value.value if isinstance(value, MetricVariable) else value
        return self._ops.cast(given, self._ops.dtype(self.value))
