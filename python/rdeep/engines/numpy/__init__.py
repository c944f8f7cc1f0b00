"""The NumPy backend, which predicts and evaluates: each layer is computed by its formula."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rdeep.engines.contract import Backend


def load() -> Backend:
    """Return the backend; it needs no package but NumPy."""
    from rdeep.engines.numpy.backend import NumPyBackend

    return NumPyBackend()
