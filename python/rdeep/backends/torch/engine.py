"""Importing torch, and measuring whether it runs on its own arithmetic."""

from __future__ import annotations

import ctypes
import os
import sys
import time
from typing import Any

from rdeep.errors import DependencyError

# From glibc's malloc.h.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3


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


def reuse_memory() -> None:
    """Have the C library keep what torch frees, instead of giving it back to the system.

    By glibc's defaults the tensors of a step, once they take more than some hundred kilobytes, come
    from the system and go back to it at each step: a small convolutional network spent a third of
    its time on that. Tensors of up to 32 MB now come from memory that was used before, of which at
    most 256 MB stay with the process. Who has set glibc's own variables is left alone.
    """
    if not sys.platform.startswith("linux") or any(n.startswith("MALLOC_") for n in os.environ):
        return
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError):
        # Another C library, which has no such thing.
        return
    mallopt(_M_MMAP_THRESHOLD, 32 << 20)
    mallopt(_M_TRIM_THRESHOLD, 256 << 20)


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
