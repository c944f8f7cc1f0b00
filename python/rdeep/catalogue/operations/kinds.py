"""Types of arguments that only operations have."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.operations.base import Operation


class FunctionOf(Operation):
    """An operation that makes a function of a function."""

    late = True


class NamedRest(Operation):
    """An operation whose last argument takes all that is given by other names (`**lengths`)."""

    @property
    def rest(self) -> str:
        """The argument that takes them."""
        return list(self.options)[-1]

    def bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        """Return all arguments by name, checked, or say which of them is wrong."""
        own = {name: value for name, value in kwargs.items() if name in self.options}
        rest = {name: value for name, value in kwargs.items() if name not in self.options}
        return super().bind(args, {**own, self.rest: {**(own.get(self.rest) or {}), **rest}})

    def invoke(self, function: Any, arguments: dict[str, Any]) -> Any:
        """Return what a backend's function gives for arguments by name."""
        fixed = {name: value for name, value in arguments.items() if name != self.rest}
        return function(**fixed, **(arguments[self.rest] or {}))
