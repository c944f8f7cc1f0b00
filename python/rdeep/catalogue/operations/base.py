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
        The arguments that hold positions along an axis, and `"return"` if the result does, or
        `"return.1"` if its second part does. They count from 0; R counts them from 1, unless it
        says `zero_indexed = TRUE`.
    numbered : tuple of str
        Those of them that are numbers of something (classes, segments), where none counts from the
        end.
    variadic : str, optional
        The argument of type `Operands` that stands for all that is given without a name from its
        place on (`*operands`); in R it is `...`.
    r_names : dict of str to str
        What R calls an argument, where that is not its name here.
    r_defaults : dict
        What R has as an argument's default, where that differs; `REQUIRED` for none.
    r_aliases : tuple of str
        Other names of the R function, without `op_`.
    r_order : tuple of str
        The arguments in R's order, by their names here, where that differs.
    r_parts : tuple of str
        The names of the result's parts in R.
    r_result : str
        The R function that the result goes through.
    """

    kind = "operation"
    late = False
    """Whether a function comes back, whose engine is known only when it is called."""

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
        numbered: tuple[str, ...] = (),
        variadic: str | None = None,
        r_names: dict[str, str] | None = None,
        r_defaults: dict[str, Any] | None = None,
        r_aliases: tuple[str, ...] = (),
        r_order: tuple[str, ...] = (),
        r_parts: tuple[str, ...] = (),
        r_result: str = "",
    ) -> None:
        self.name = self.__name__ = name
        self.summary, self.details, self.returns, self.example = summary, details, returns, example
        self.positions, self.numbered, self.variadic = positions, numbered, variadic
        self.r_names, self.r_defaults = r_names or {}, r_defaults or {}
        self.r_aliases, self.r_order = r_aliases, r_order
        self.r_parts, self.r_result = r_parts, r_result
        self.options = {}
        for key, declared in options.items():
            # One declaration serves many operations, each with an argument of its own name.
            own = copy.copy(declared)
            own.name = key
            self.options[key] = own

    def bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        """Return all arguments by name, checked, or say which of them is wrong."""
        if self.variadic is not None:
            place = list(self.options).index(self.variadic)
            if len(args) > place:
                kwargs = {**kwargs, self.variadic: list(args[place:])}
                args = args[:place]
        given = bind(self, args, kwargs)
        return {name: checked_option(self, name, value) for name, value in given.items()}

    def invoke(self, function: Any, arguments: dict[str, Any]) -> Any:
        """Return what a backend's function gives for arguments by name.

        Parameters
        ----------
        function : callable
            The function of this name in a backend's `ops`.
        arguments : dict
            All arguments, as `bind` returns them.
        """
        if self.variadic is None:
            return function(**arguments)
        names = list(self.options)
        place = names.index(self.variadic)
        before = [arguments[name] for name in names[:place]]
        after = {name: arguments[name] for name in names[place + 1 :]}
        return function(*before, *arguments[self.variadic], **after)

    @property
    def r_name(self) -> str:
        """The name of the R function."""
        return self.name if self.name.startswith("random_") else f"op_{self.name}"

    @property
    def operands(self) -> list[str]:
        """The arguments that tensors go into."""
        kinds = (Operand, Operands)
        return [name for name, each in self.options.items() if isinstance(each.type, kinds)]

    @property
    def signature(self) -> inspect.Signature:
        """The signature of the Python function."""
        parameters = []
        kind: Any = inspect.Parameter.POSITIONAL_OR_KEYWORD
        for name, each in self.options.items():
            if name == self.variadic:
                parameters.append(inspect.Parameter(name, inspect.Parameter.VAR_POSITIONAL))
                kind = inspect.Parameter.KEYWORD_ONLY
                continue
            default = inspect.Parameter.empty if each.required else each.default
            parameters.append(inspect.Parameter(name, kind, default=default))
        return inspect.Signature(parameters, __validate_parameters__=False)

    def __repr__(self) -> str:
        return f"<Operation {self.name}{self.signature}>"


X = option(Operand(), doc="A tensor or an array.")
X1 = option(Operand(weak=True), doc="A tensor, an array or a number.")
X2 = option(Operand(weak=True), doc="Another; the two are stretched to a common shape.")
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
