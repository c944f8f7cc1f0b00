"""Tensors out of what people give, and arrays out of tensors."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from rdeep.arrays.narrowing import narrowed


def operand(value: Any, near: torch.Tensor | None = None) -> Any:
    """Return what an operation computes with as a tensor; Python's numbers stay as they are.

    NumPy's 64-bit types become 32-bit ones where these hold the numbers. Tensors in a list are
    stacked.

    Parameters
    ----------
    value : object
        A tensor, an array, a number, or a list of them.
    near : Tensor, optional
        A tensor on the device that arrays go to.
    """
    if value is None or isinstance(value, (torch.Tensor, bool, int, float, complex)):
        return value
    device = None if near is None else near.device
    if isinstance(value, (list, tuple)) and any(isinstance(each, torch.Tensor) for each in value):
        parts = [operand(each) for each in value]
        return torch.stack([torch.as_tensor(part, device=device) for part in parts])
    array = narrowed(np.asarray(value))
    return torch.from_numpy(np.array(array, order="C")).to(device=device)
