"""How many threads torch works with: one for small work, where more only cost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

# Below about this much work for each thread, handing it out costs more than it saves (measured on
# dense, convolutional and recurrent networks).
_FLOPS_EACH = 5e7


@contextmanager
def suited(flops: float) -> Iterator[None]:
    """Work with as many threads as an amount of work deserves, at most as many as torch has.

    Parameters
    ----------
    flops : float
        The floating-point operations of one call.
    """
    most = torch.get_num_threads()
    wanted = int(max(1.0, min(float(most), flops / _FLOPS_EACH)))
    if wanted == most:
        yield
        return
    torch.set_num_threads(wanted)
    try:
        yield
    finally:
        torch.set_num_threads(most)
