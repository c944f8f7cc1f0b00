"""Write the R functions of the operations: `op_*()` and `random_*()`."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from types import ModuleType

from generate_r import HEADER, coercion, function, in_r_value, in_r_words, parameter, roxygen

from rdeep.catalogue.operations import FAMILIES, operations
from rdeep.catalogue.operations.base import Operation
from rdeep.catalogue.options import REQUIRED, Axes, Axis, Function, Key, Operand, Operands, Option

ZERO_INDEXED = (
    "Whether positions count from 0, as in Python, rather than from 1. `TRUE` or `FALSE`."
)
# Written by hand, because R has other defaults: R/tensor-objects.R.
BY_HAND = {"arange"}
# Arguments that keras3 has in R and that have no meaning of their own here.
EXTRA_DOTS = {"hstack", "vstack", "multi_hot", "layer_normalization"}


def ordered(operation: Operation) -> list[Option]:
    """Return an operation's options in R's order."""
    order = getattr(operation, "r_order", ()) or tuple(operation.options)
    return [operation.options[name] for name in order]


def rest_of(operation: Operation) -> str | None:
    """Return the argument that is `...` in R."""
    return operation.variadic or getattr(operation, "rest", None)


def r_name(operation: Operation, option: Option) -> str:
    """Return what R calls an argument."""
    return operation.r_names.get(option.name, option.name)


def formal(operation: Operation, option: Option) -> str:
    """Write an argument as R declares it."""
    if option.name == rest_of(operation):
        return "..."
    name = r_name(operation, option)
    default = operation.r_defaults.get(option.name, option.default)
    if default is REQUIRED:
        return name
    if isinstance(option.type, Axes) and isinstance(default, int) and default >= 0:
        default += 1 if option.name not in operation.r_defaults else 0
    if isinstance(default, int) and isinstance(option.type, Axis):
        in_r = default + (option.name not in operation.r_defaults and default >= 0)
        return f"{name} = {in_r}L"
    return f"{name} = {in_r_value(default, option)}"


def given(operation: Operation, option: Option) -> str:
    """Write what is passed on for an argument."""
    if option.name == rest_of(operation):
        return f"{quoted(option.name)} = {option.type.r_coercion}(list(...))"
    own = copy.copy(option)
    own.name = r_name(operation, option)
    if option.name in operation.positions:
        ends = ", from_end = FALSE" if option.name in operation.numbered else ""
        coerce = "as_key" if isinstance(option.type, Key) else "as_positions"
        return f"{quoted(option.name)} = {coerce}({own.name}, zero_indexed{ends})"
    if isinstance(option.type, Function):
        return f"{quoted(option.name)} = as_op_function({own.name})"
    return f"{quoted(option.name)} = {coercion(own)}"


def quoted(name: str) -> str:
    """Return a name as R takes it on the left of an equals sign."""
    return f"`{name}`" if name in ("function", "repeat", "next", "in") else name


def lines(operation: Operation, name: str) -> list[str]:
    """Return the function of an operation with its help page."""
    options = ordered(operation)
    arguments = [formal(operation, option) for option in options]
    parameters = []
    for option in options:
        own = copy.copy(option)
        own.name = "..." if option.name == rest_of(operation) else r_name(operation, option)
        own.default = operation.r_defaults.get(option.name, option.default)
        parameters.append(documented(own))
    if operation.positions:
        arguments.append("zero_indexed = FALSE")
        parameters.append(roxygen(ZERO_INDEXED, "@param zero_indexed "))
    if operation.name in EXTRA_DOTS:
        arguments.append("...")
        parameters.append(roxygen("Not used.", "@param ... "))
    head = roxygen(in_r_words(operation.summary).rstrip("."))
    if operation.details:
        head += ["#'", *roxygen(in_r_words(operation.details), "@description ")]
    head.append("#'")
    for one in parameters:
        head += one
    head += roxygen(in_r_words(operation.returns), "@returns ")
    head += ["#' @family operations", "#' @examplesIf rdeep_available()"]
    head += [f"#' {line}" for line in operation.example.splitlines()]
    return [*head, "#' @export", *function(name, arguments, body(operation, options))]


def documented(option: Option) -> list[str]:
    """Return the lines that document an argument; what a tensor is need not be said each time."""
    if isinstance(option.type, (Operand, Operands)):
        return roxygen(in_r_words(option.doc), f"@param {option.name} ")
    return parameter(option)


def body(operation: Operation, options: list[Option]) -> list[str]:
    """Return the call that an operation's function consists of."""
    items = [given(operation, option) for option in options]
    rest = []
    returned = [name for name in operation.positions if name.startswith("return")]
    if returned:
        places = joined(name.removeprefix("return").lstrip(".") for name in returned)
        rest += [f"positions = {places}", "zero_indexed = zero_indexed"]
    if operation.r_parts:
        rest.append(f"parts = {joined(operation.r_parts)}")
    found = [f"{operation.r_result}(call_op(" if operation.r_result else "call_op("]
    found += [f'  "{operation.name}",', "  list("]
    found += [f"    {item}," for item in items[:-1]] + [f"    {item}" for item in items[-1:]]
    found += ["  )" + ("," if rest else "")]
    found += [f"  {each}," for each in rest[:-1]] + [f"  {each}" for each in rest[-1:]]
    return [*found, "))" if operation.r_result else ")"]


def joined(texts: Iterable[str]) -> str:
    """Write strings as a vector of R's."""
    return f"c({', '.join(quoted_text(text) for text in texts)})"


def quoted_text(text: str) -> str:
    """Write a string as R does."""
    return f'"{text}"'


def alias(operation: Operation, name: str) -> list[str]:
    """Return another name of a function."""
    return [f"#' @rdname {operation.r_name}", "#' @export", f"{name} <- {operation.r_name}"]


def files() -> dict[str, str]:
    """Return the text of every generated file, by name."""
    homes: dict[str, list[Operation]] = {name_of(family): [] for family in FAMILIES}
    for operation in operations().values():
        if operation.name in BY_HAND:
            continue
        homes[home(operation)].append(operation)
    written = {}
    for family, members in homes.items():
        blocks = []
        for operation in members:
            blocks.append("\n".join(lines(operation, operation.r_name)))
            blocks += ["\n".join(alias(operation, f"op_{n}")) for n in operation.r_aliases]
        written[f"op-{family.replace('_', '-')}.R"] = HEADER + "\n" + "\n\n".join(blocks) + "\n"
    return written


def name_of(family: ModuleType) -> str:
    """Return the name of a family, which is that of its module."""
    return family.__name__.rpartition(".")[2]


def home(operation: Operation) -> str:
    """Return the family whose module declares an operation."""
    for family in FAMILIES:
        if any(value is operation for value in vars(family).values()):
            return name_of(family)
    raise LookupError(operation.name)
