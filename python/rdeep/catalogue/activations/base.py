"""What every activation has in common."""

from __future__ import annotations

from typing import Any, ClassVar

from rdeep.catalogue import dispatch
from rdeep.catalogue.record import Record


class Activation(Record, kind="activation", abstract=True):
    """A function of a tensor, element by element or along an axis."""

    reshapes: ClassVar[bool] = False
    """Whether the output has another shape than the input."""

    def __call__(self, x: Any) -> Any:
        """Return the activation of an array or a tensor, symbolic ones too.

        Parameters
        ----------
        x : array or tensor
            The values.

        Examples
        --------
        >>> from rdeep.activations import Relu
        >>> Relu()([-1.0, 2.0])
        tensor([0., 2.])
        """
        return dispatch.calls().apply_rule(self, "compute", x)

    def output_shape(self, shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return the output's shape for an input of this shape, batch included."""
        return shape

    def compute(self, x: Any, ops: Any) -> Any:
        """Apply the function to a tensor of the engine that `ops` belongs to."""
        raise NotImplementedError
