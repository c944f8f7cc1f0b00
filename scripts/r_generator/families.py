"""Families of help pages: each has one index page, and a page links its index and its neighbours.

Pages that list their whole family change whenever it grows; a page that links those that are
declared next to it changes only when one of these does.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from types import ModuleType
from typing import Any

from rdeep.catalogue.operations import operation_modules, operations
from rdeep.catalogue.operations.base import Operation

from .literals import prose
from .names import KINDS, operation_name, ours, record_name
from .overlay import OverlayError, refuse, table
from .roxygen import roxygen, title_of

_NEIGHBOURS = 3
"""How many pages before and after a page it links."""


@dataclass
class Family:
    """The pages of some modules of the catalogue: names of functions with their titles."""

    topic: str
    title: str
    description: str
    pages: dict[str, str] = field(default_factory=dict)

    def see_also(self, name: str) -> str:
        """Return the links of a page: to those declared next to it, and to the index."""
        names = list(self.pages)
        place = names.index(name)
        first = max(place - _NEIGHBOURS, 0)
        near = names[first:place] + names[place + 1 : place + 1 + _NEIGHBOURS]
        links = ", ".join(f"[{each}()]" for each in near)
        index = f"[{self.topic}] lists all {self.title[0].lower()}{self.title[1:]}."
        return f"{links}. {index}" if links else index

    def lines(self) -> list[str]:
        """Return the index page as roxygen comments."""
        items = [each for name, title in self.pages.items() for each in _item(name, title)]
        head = [*roxygen(self.title), "#'", *roxygen(self.description), "#'"]
        tail = ["#' @seealso [rdeep_index] lists all families.", f"#' @name {self.topic}", "NULL"]
        return [*head, *items, "#'", *tail]


def _item(name: str, title: str) -> list[str]:
    first, *more = roxygen(f"[{name}()] - {title}")
    return [first.replace("#' ", "#' - ", 1), *(line.replace("#' ", "#'   ", 1) for line in more)]


@cache
def families() -> dict[str, Family]:
    """Return the families by topic, with their pages in the order of their modules."""
    pages: dict[str, dict[str, str]] = {}
    for module, name, title in _pages():
        pages.setdefault(module, {})[name] = title
    declared = table("families")
    homes = [module for each in declared.values() for module in each["modules"]]
    for module in pages:
        if module not in homes:
            raise OverlayError(f"{module} has no family of help pages: name it in families.toml.")
    refuse(set(homes) - set(pages), "families.toml")
    return {topic: _family(topic, each, pages) for topic, each in declared.items()}


def _family(topic: str, declared: dict[str, Any], pages: dict[str, dict[str, str]]) -> Family:
    members = {n: title for module in declared["modules"] for n, title in pages[module].items()}
    members |= declared.get("also", {})
    return Family(topic, declared["title"], declared["description"], members)


def _pages() -> Iterable[tuple[str, str, str]]:
    """Return the module, the function's name and the title of each page of the catalogue."""
    for kind in KINDS.values():
        for cls in ours(kind):
            summary = (cls.__doc__ or "").partition("\n\n")[0]
            yield module_of(cls.__module__), record_name(cls), title_of(prose(summary, kind))[0]
    for family, members in operations_by_family().items():
        for operation in members:
            title = title_of(prose(operation.summary))[0]
            yield f"operations.{family}", operation_name(operation), title


def module_of(name: str) -> str:
    """Return a module's name within its package, such as `layers.core`."""
    return name.partition(".")[2].partition(".")[2]


def family_of(name: str) -> Family:
    """Return the family that a page belongs to."""
    return next(family for family in families().values() if name in family.pages)


def _own_name(module: ModuleType) -> str:
    return module.__name__.rpartition(".")[2]


@cache
def operations_by_family() -> dict[str, list[Operation]]:
    """Return the operations by the module that declares them."""
    found: dict[str, list[Operation]] = {_own_name(module): [] for module in operation_modules()}
    homes = {
        id(value): _own_name(module)
        for module in operation_modules()
        for value in vars(module).values()
    }
    for operation in operations().values():
        found[homes[id(operation)]].append(operation)
    return found
