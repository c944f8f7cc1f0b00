"""Importing torch, and measuring whether it runs on its own arithmetic."""

from __future__ import annotations

import ctypes
import functools
import gc
import os
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rdeep.engines.torch import embedded
from rdeep.errors import DependencyError, RdeepWarning, install_command, phrase

# From glibc's malloc.h.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3


def import_torch() -> Any:
    """Return the module `torch`, imported so that its matrix products stay fast in a host program.

    Raises
    ------
    DependencyError
        If torch cannot be imported.

    Warns
    -----
    UserWarning
        Once, if somebody else had imported it before, and its products have become slow.
    """
    finder = embedded.install()
    try:
        with _uncollected():
            import torch
    except (ImportError, OSError) as error:
        raise DependencyError(
            f"The Python package 'torch' cannot be imported: {error}.",
            argument="backend",
            received="torch",
            hint=f"Install it: {install_command('rdeep[torch]')}.",
        ) from error
    if finder is not None and not finder.used:
        _tell_of_slowness()
    return torch


@contextmanager
def _uncollected() -> Iterator[None]:
    """Leave the garbage collector off while torch is imported: modules stay, so it finds nothing.

    An eighth of the time goes into that. What came in meanwhile counts as old, or the next
    collection of young objects would go through all of it.
    """
    if not gc.isenabled() or "torch" in sys.modules:
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        if gc.get_freeze_count() == 0:
            gc.freeze()
            gc.unfreeze()
        gc.enable()


@functools.cache
def _tell_of_slowness() -> None:
    import numpy as np
    import torch

    ones = np.ones((384, 384), np.float32)
    tensor = torch.ones(384, 384)
    ours = _fastest(lambda: tensor @ tensor)
    # NumPy's wheels have a BLAS under names of its own, which nothing gets in the way of.
    if ours > 4 * _fastest(lambda: ones @ ones):
        warnings.warn(
            RdeepWarning(
                "torch was imported before rdeep was loaded, and computes by the BLAS of "
                f"{phrase('host_program', 'the program that Python runs in')}: its matrix products "
                "are many times slower. Restart "
                f"{phrase('host_program', 'the program that Python runs in')}, and load rdeep "
                "before anything that imports torch."
            ),
            stacklevel=2,
        )


def _fastest(product: Callable[[], Any]) -> float:
    times = []
    for _ in range(4):
        start = time.perf_counter()
        product()
        times.append(time.perf_counter() - start)
    return min(times)


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
