"""What an operation's declaration holds. What it computes is in each backend's `ops`."""

from __future__ import annotations

import copy
import inspect
from typing import Any

from rdeep.catalogue.docstrings import Docstring, as_entries, filled
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
    """An array function of `rdeep.ops`.

    Parameters
    ----------
    name : str
        Keras's name for it: a function of that name and these arguments is in each backend's
        `ops`.
    summary : str
        What it gives, in a line: the title of its help page.
    options : dict of Option
        Its arguments, in order. Those of type `Operand` or `Operands` are what it computes with.
    details : str
        What else there is to say: shapes, formula, source.
    returns : str
        What comes back.
    example : str
        What stands between the brackets of a call, an arrow, and what torch prints of the result:
        `"[1, 2], 3 -> tensor([4, 5], dtype=torch.int32)"`. Where that is not enough, lines of code.
    references : str
        The paper that the operation comes from.
    variadic : str, optional
        The argument of type `Operands` that stands for all that is given without a name from its
        place on (`*operands`).
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
        references: str = "",
        variadic: str | None = None,
    ) -> None:
        self.name = self.__name__ = name
        self.summary, self.details, self.returns = summary, details, returns
        self.example, self.references = example, references
        self.variadic = variadic
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
    def operands(self) -> list[str]:
        """The arguments that tensors go into."""
        kinds = (Operand, Operands)
        return [name for name, each in self.options.items() if isinstance(each.type, kinds)]

    @property
    def docstring(self) -> str:
        """The docstring of the Python function."""
        sections = {
            "Parameters": as_entries(
                (name, str(each.type.words), each.doc) for name, each in self.options.items()
            ),
            "Returns": self.returns,
            "References": filled(self.references),
            "Examples": self.doctest,
        }
        said = {title: text for title, text in sections.items() if text}
        return Docstring(self.summary, filled(self.details), said).written()

    @property
    def doctest(self) -> str:
        """The example as a session of Python's, with what is printed."""
        code, _, printed = self.example.rpartition(" -> ")
        if f"ops.{self.name}(" not in code:
            code = f"ops.{self.name}({code})"
        lines = [f">>> {line}" for line in ["from rdeep import ops", *code.splitlines()]]
        return "\n".join([*lines, printed])

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
X2 = option(Operand(weak=True), doc="Another; the two are broadcast to a common shape.")
XS = option(Operands(), doc="Tensors or arrays, in a list.")
AXIS = option(Axis(), -1, "The axis.")
AXES = option(Axes(), None, "The axis or axes to reduce; all of them by default.")
KEEPDIMS = option(Flag(), False, "Whether to keep the reduced axes, with size 1.")
DTYPE = option(DType(), None, "The data type of the result.")
SHAPE = option(Extents(), doc="The shape.")
DATA_FORMAT = option(
    Choice("channels_last", "channels_first"),
    None,
    "The position of the channels; last by default.",
)
