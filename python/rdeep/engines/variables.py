"""Variables of an engine, what changes them, and what is asked of both."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from rdeep.catalogue.constraints import Constraint
from rdeep.catalogue.optimizers import ParameterInfo


class EngineVariable(Protocol):
    """A variable of an engine, as Keras lays it out."""

    @property
    def key(self) -> Hashable:
        """What it is known by: the same for all that stand for the same memory."""

    def read(self) -> Any:
        """Return its value as a tensor, or what stands for it, which gradients flow from."""

    def numpy(self) -> np.ndarray:
        """Return a copy of the value."""

    def assign(self, value: Any) -> None:
        """Give it a value: a tensor of its shape and type."""


@dataclass(frozen=True)
class Change:
    """A variable that an optimizer changes.

    Attributes
    ----------
    variable : EngineVariable
        The variable.
    info : ParameterInfo
        Its name and shape.
    constraint : Constraint or None
        What it must satisfy after each step.
    """

    variable: Any
    info: ParameterInfo
    constraint: Constraint | None
