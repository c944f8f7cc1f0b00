"""The optimizers of the catalogue, by Keras's name for their module."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.optimizers import *


def __getattr__(name: str) -> Any:
    # What few scripts ask for, and what brings NumPy along.
    if name == "schedules":
        import rdeep.optimizers.schedules as found

        return found
    if name in ("get", "serialize", "deserialize"):
        from rdeep.saving.configurations import functions_of

        return dict(zip(("get", "serialize", "deserialize"), functions_of("optimizer")))[name]
    raise AttributeError(f"module 'rdeep.optimizers' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), "get", "serialize", "deserialize", "schedules"})
