"""Matrix functions that torch has of its own."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from rdeep.arrays.composed.linear_algebra import inverse_limit
from rdeep.arrays.matrices import check_matrix
from rdeep.engines.torch.ops.arguments import dtype_name, floating


def pinv(x: Any, rcond: float | None = None) -> Tensor:
    """Return the pseudoinverse: torch's gradient is right for equal singular values too."""
    x = floating(x)
    check_matrix(x.shape, "pinv", square=False)
    if rcond is None:
        rcond = inverse_limit(x.shape, dtype_name(x.real.dtype if x.is_complex() else x.dtype))
    return torch.linalg.pinv(x, rtol=rcond, atol=0.0)
