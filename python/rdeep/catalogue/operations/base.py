"""What an operation's declaration holds. What it computes is in each backend's `ops`."""

from __future__ import annotations

import copy
import inspect
from typing import Any

from rdeep.catalogue.options import (
    Axes,
    Axis,
    Choice,
    DType,
    Extents,
    Flag,
    Operand,
    Operands,
    Option,
    option,
)
from rdeep.catalogue.record import bind, checked_option


class Operation:
    """An array function of `rdeep.ops`, and `op_*()` in R.

    Parameters
    ----------
    name : str
        Keras's name for it: a function of that name and these arguments is in each backend's
        `ops`.
    summary : str
        What it gives, in a line.
    options : dict of Option
        Its arguments, in order. Those of type `Operand` or `Operands` are what it computes with.
    details : str
        What else there is to say: shapes, formula, source.
    returns : str
        What comes back.
    example : str
        An example in R.
    positions : tuple of str
        The arguments that hold positions along an axis, and `"return"` if the result does. They
        count from 0; R counts them from 1, unless it says `zero_indexed = TRUE`.
    """

    def __init__(
        self,
        name: str,
        summary: str,
        options: dict[str, Option],
        *,
        details: str = "",
        returns: str = "A tensor.",
        example: str = "",
        positions: tuple[str, ...] = (),
    ) -> None:
        self.name = self.__name__ = name
        self.summary, self.details, self.returns, self.example = summary, details, returns, example
        self.positions = positions
        self.options = {}
        for key, declared in options.items():
            # One declaration serves many operations, each with an argument of its own name.
            own = copy.copy(declared)
            own.name = key
            self.options[key] = own

    def bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        """Return all arguments by name, checked, or say which of them is wrong."""
        given = bind(self, args, kwargs)
        return {name: checked_option(self, name, value) for name, value in given.items()}

    @property
    def operands(self) -> list[str]:
        """The arguments that tensors go into."""
        kinds = (Operand, Operands)
        return [name for name, each in self.options.items() if isinstance(each.type, kinds)]

    @property
    def signature(self) -> inspect.Signature:
        """The signature of the Python function."""
        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        return inspect.Signature(
            [
                inspect.Parameter(
                    name, kind, default=inspect.Parameter.empty if o.required else o.default
                )
                for name, o in self.options.items()
            ],
            __validate_parameters__=False,
        )

    def __repr__(self) -> str:
        return f"<Operation {self.name}{self.signature}>"


X = option(Operand(), doc="A tensor or an array.")
X1 = option(Operand(), doc="A tensor, an array or a number.")
X2 = option(Operand(), doc="Another; the two are stretched to a common shape.")
XS = option(Operands(), doc="Tensors or arrays, in a list.")
AXIS = option(Axis(), -1, "The axis to go along.")
AXES = option(Axes(), None, "The axis or axes to go over; all of them by default.")
KEEPDIMS = option(Flag(), False, "Whether the axes stay, with a size of 1.")
DTYPE = option(DType(), None, "The type of the result.")
SHAPE = option(Extents(), doc="The shape.")
DATA_FORMAT = option(
    Choice("channels_last", "channels_first"),
    None,
    "Where the channels are; last by default.",
)
