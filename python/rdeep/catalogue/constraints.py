"""What a weight must satisfy: it is made to after each step of training."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.record import Record

__all__ = ["Constraint"]


class Constraint(Record, kind="constraint"):
    """A condition on a weight."""

    def project(self, w: Any, ops: Any) -> Any:
        """Return the nearest weight that satisfies the condition, in Keras's layout.

        Parameters
        ----------
        w : tensor
            The weight.
        ops : module
            The engine's array functions.
        """
        raise NotImplementedError
