"""The R functions of the operations, `op_*()` and `random_*()`, with their help pages."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from rdeep.catalogue.operations.base import Operation
from rdeep.catalogue.options import Function, Key, Operand, Operands, Option

from .families import family_of
from .literals import prose
from .names import operation_name
from .options import argument, coercion, coercion_of, described
from .overlay import entry, example
from .roxygen import Page, function, title_of

ZERO_INDEXED = (
    "zero_indexed",
    "Whether indices count from 0, as in Python, rather than from 1. `TRUE` or `FALSE`.",
)
_RESERVED = ("function", "repeat", "next", "in")


def added(operation: Operation) -> dict[str, Any]:
    """Return what the overlay adds to an operation."""
    return entry("operations", operation.name)


def in_r(operation: Operation) -> list[Option]:
    """Return an operation's options in R's order."""
    order = added(operation).get("order", list(operation.options))
    return [operation.options[name] for name in order]


def rest_of(operation: Operation) -> str | None:
    """Return the argument that is `...` in R."""
    return operation.variadic or getattr(operation, "rest", None)


def renamed(operation: Operation, option: Option) -> Option:
    """Return an option under the name that R has for it."""
    own = copy.copy(option)
    own.name = added(operation).get("names", {}).get(option.name, option.name)
    if option.name == rest_of(operation):
        own.name = "..."
    return own


def function_of(operation: Operation, family: str) -> list[str]:
    """Return the function of an operation with its help page."""
    options = [renamed(operation, option) for option in in_r(operation)]
    arguments = [each.name if each.name == "..." else argument(each) for each in options]
    parameters = [(each.name, _meaning(each)) for each in options]
    if added(operation).get("positions"):
        arguments.append("zero_indexed = FALSE")
        parameters.append(ZERO_INDEXED)
    if added(operation).get("dots"):
        arguments.append("...")
        parameters.append(("...", "Not used."))
    name = operation_name(operation)
    return page(operation, family, parameters) + function(name, arguments, body(operation))


def page(operation: Operation, family: str, parameters: list[tuple[str, str]]) -> list[str]:
    """Return the help page of an operation's function."""
    name = operation_name(operation)
    head, more = title_of(prose(operation.summary))
    details = [more, prose(operation.details), added(operation).get("note", "")]
    return Page(
        title=head,
        details="\n\n".join(part for part in details if part),
        parameters=parameters,
        returns=prose(operation.returns),
        references=operation.references,
        see_also=family_of(name).see_also(name),
        example=example(family, name),
    ).lines()


def _meaning(option: Option) -> str:
    """Say what an option means; what a tensor is need not be said each time."""
    if isinstance(option.type, (Operand, Operands)):
        return prose(option.doc)
    return described(option)


def given(operation: Operation, option: Option) -> str:
    """Write what is passed on for an argument."""
    target = f"`{option.name}`" if option.name in _RESERVED else option.name
    if option.name == rest_of(operation):
        return f"{target} = {coercion_of(option.type)}(list2(...))"
    own, more = renamed(operation, option), added(operation)
    if option.name in more.get("positions", ()):
        ends = ", from_end = FALSE" if option.name in more.get("numbered", ()) else ""
        convert = "as_key" if isinstance(option.type, Key) else "as_positions"
        return f"{target} = {convert}({own.name}, zero_indexed{ends})"
    if isinstance(option.type, Function):
        return f"{target} = as_op_function({own.name})"
    return f"{target} = {coercion(own)}"


def body(operation: Operation) -> list[str]:
    """Return the call that an operation's function consists of."""
    more, items = added(operation), [given(operation, option) for option in in_r(operation)]
    rest = []
    returned = [name for name in more.get("positions", ()) if name.startswith("return")]
    if returned:
        places = joined(name.removeprefix("return").lstrip(".") for name in returned)
        rest += [f"positions = {places}", "zero_indexed = zero_indexed"]
    if "parts" in more:
        rest.append(f"parts = {joined(more['parts'])}")
    through = more.get("result", "")
    found = [f"{through}(call_op(" if through else "call_op("]
    found += [f'  "{operation.name}",', "  list("]
    found += [f"    {item}," for item in items[:-1]] + [f"    {item}" for item in items[-1:]]
    found += ["  )" + ("," if rest else "")]
    found += [f"  {each}," for each in rest[:-1]] + [f"  {each}" for each in rest[-1:]]
    return [*found, "))" if through else ")"]


def joined(texts: Iterable[str]) -> str:
    """Write strings as a vector of R's."""
    written = ", ".join(f'"{text}"' for text in texts)
    return f"c({written})"


def blocks(operation: Operation, family: str) -> list[list[str]]:
    """Return an operation's function, and its other names."""
    name = operation_name(operation)
    aliases = added(operation).get("aliases", ())
    others = [[f"#' @rdname {name}", "#' @export", f"{each} <- {name}"] for each in aliases]
    return [function_of(operation, family), *others]
