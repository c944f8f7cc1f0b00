"""What R calls the records and operations of the catalogue."""

from __future__ import annotations

from functools import cache

from rdeep.catalogue.operations import operations
from rdeep.catalogue.operations.base import Operation
from rdeep.catalogue.options import Function
from rdeep.catalogue.record import Record
from rdeep.catalogue.registry import kinds, records

from .overlay import OverlayError, entry, table

KINDS = {
    "activations": "activation",
    "callbacks": "callback",
    "cells": "rnn_cell",
    "constraints": "constraint",
    "features": "feature",
    "initializers": "initializer",
    "layers": "layer",
    "losses": "loss",
    "metrics": "metric",
    "optimizers": "optimizer",
    "regularizers": "regularizer",
    "schedules": "schedule",
}
"""The names of the families in docstrings (`losses.Huber`), with the kinds of their records."""


def ours(kind: str) -> list[type[Record]]:
    """Return the catalogue's records of a kind, without those that users or tests have made."""
    return [c for c in records(kind).values() if c.__module__.startswith("rdeep.")]


def added(cls: type[Record]) -> dict[str, object]:
    """Return what the overlay adds to a record."""
    return entry("records", f"{cls.kind}.{cls.__name__}")


def record_name(cls: type[Record]) -> str:
    """Return the name of a record's function, such as `layer_dense`."""
    prefix = table("kinds")[cls.kind].get("prefix", cls.kind)
    return str(added(cls).get("name", f"{prefix}_{cls.key}"))


def operation_name(operation: Operation) -> str:
    """Return the name of an operation's function, such as `op_add`."""
    name = operation.name
    return name if name.startswith("random_") else f"op_{name}"


def is_generated(cls: type[Record]) -> bool:
    """Return whether the record's function is generated, not written by hand."""
    by_hand = "by_hand" in added(cls)
    if not by_hand and any(isinstance(option.type, Function) for option in cls.options.values()):
        raise OverlayError(
            f"{cls.__name__} holds a function, which R must call itself: write {record_name(cls)}"
            f'() by hand, and name its file in records.toml: ["{cls.kind}.{cls.__name__}"] by_hand.'
        )
    return not by_hand


@cache
def _records_by_class() -> dict[str, list[type[Record]]]:
    found: dict[str, list[type[Record]]] = {}
    for kind in kinds():
        for cls in ours(kind):
            found.setdefault(cls.__name__, []).append(cls)
    return found


def find_record(name: str, kind: str) -> type[Record] | None:
    """Return the record that a name in a docstring means; `None` if it means none.

    Parameters
    ----------
    name : str
        A class's name, with its family where several classes have it: `losses.Huber`.
    kind : str
        The kind of the record whose docstring it is, which comes first.
    """
    family, _, own = name.rpartition(".")
    found = _records_by_class().get(own, [])
    if family:
        found = [cls for cls in found if cls.kind == KINDS.get(family)]
    alike = [cls for cls in found if cls.kind == kind]
    if len(alike or found) > 1:
        raise OverlayError(f"`{name}` in a docstring means several records: write `losses.{name}`.")
    return (alike or found or [None])[0]


def find_operation(name: str) -> Operation | None:
    """Return the operation that a name such as `ops.add` means; `None` if it means none."""
    family, _, own = name.rpartition(".")
    return operations().get(own) if family == "ops" else None
