"""The path `keras.ops.linalg`: all operations are in `rdeep.ops`."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.operations import operations as _operations


def __getattr__(name: str) -> Any:
    from rdeep.ops.dispatch import function

    if name in _operations():
        return function(name)
    raise AttributeError(f"module 'rdeep.ops.linalg' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(_operations())
