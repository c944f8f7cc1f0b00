"""Products that layers ask for: not among the operations of users."""

from __future__ import annotations

from typing import Any

Tensor = Any


def multiply_add(ops: Any, x: Tensor, y: Tensor, z: Tensor) -> Tensor:
    """Return `x * y + z`."""
    return x * y + z


def grouped_matmul(ops: Any, x: Tensor, kernel: Tensor) -> Tensor:
    """Return `x[:, j] @ kernel[j]` for each place `j` of axis 1.

    Parameters
    ----------
    ops : module
        The array functions.
    x : tensor
        Of shape `(batch, places, features)`.
    kernel : tensor
        Of shape `(places, features, units)`.
    """
    return ops.moveaxis(ops.matmul(ops.moveaxis(x, 1, 0), kernel), 0, 1)
