"""The PyTorch backend."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rdeep.engines.contract import Backend


def load() -> Backend:
    """Return the backend; loads torch at the first call.

    Raises
    ------
    DependencyError
        If torch cannot be imported.
    """
    from rdeep.engines.torch.engine import import_torch, reuse_memory

    import_torch()
    reuse_memory()
    from rdeep.engines.torch.backend import TorchBackend

    return TorchBackend()
