"""Importing torch, and measuring whether it runs on its own arithmetic."""

from __future__ import annotations

import os
import sys
import time
from typing import Any

from rdeep.errors import DependencyError


def import_torch() -> Any:
    """Return the module `torch`, imported so that its matrix products stay fast inside R.

    R's executable brings a BLAS of its own, and symbols in an executable's libraries come first:
    torch would call R's routines, twenty times slower on the reference BLAS. RTLD_DEEPBIND makes
    torch's libraries look for symbols among themselves first.

    Raises
    ------
    DependencyError
        If torch cannot be imported.
    """
    if "torch" in sys.modules:
        return sys.modules["torch"]
    deepbind = getattr(os, "RTLD_DEEPBIND", 0) if _is_embedded() else 0
    flags = sys.getdlopenflags() if deepbind else 0
    try:
        if deepbind:
            sys.setdlopenflags(flags | deepbind)
        import torch
    except (ImportError, OSError) as error:
        raise DependencyError(
            f"The Python package 'torch' cannot be imported: {error}.",
            argument="backend",
            received="torch",
            hint="Install it with `pip install rdeep[torch]`, or from R with install_rdeep().",
        ) from error
    finally:
        if deepbind:
            sys.setdlopenflags(flags)
    return torch


def _is_embedded() -> bool:
    """Say whether Python runs inside another program, such as R."""
    try:
        program = os.path.basename(os.readlink("/proc/self/exe"))
    except OSError:
        return False
    return not program.startswith(("python", "pypy"))


def time_product(repeats: int = 9) -> float:
    """Return the median milliseconds of a 512 x 784 by 784 x 512 float32 product on the CPU.

    Parameters
    ----------
    repeats : int
        How many products to time.
    """
    torch = import_torch()
    a, b = torch.ones(512, 784), torch.ones(784, 512)
    times = []
    for _ in range(repeats + 2):
        start = time.perf_counter()
        a @ b
        times.append(time.perf_counter() - start)
    return 1000 * sorted(times[2:])[repeats // 2]
