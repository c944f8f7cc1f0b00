"""Types of tensors, and the way from arrays to tensors and back."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from rdeep.engines.torch.ops import arguments
from rdeep.engines.torch.ops.arguments import as_tensor, dtype_name, torch_dtype


def cast(x: Any, dtype: Any) -> Tensor:
    """Return a tensor of another type."""
    return as_tensor(x).to(torch_dtype(dtype))


def convert_to_tensor(x: Any, dtype: Any = None, sparse: Any = None, ragged: Any = None) -> Tensor:
    """Return a tensor of what is given; tensors here are neither sparse nor ragged."""
    if dtype is not None and not isinstance(x, Tensor):
        return torch.as_tensor(np.array(_plain(x))).to(torch_dtype(dtype))
    x = as_tensor(x)
    return x if dtype is None else x.to(torch_dtype(dtype))


def convert_to_numpy(x: Any) -> np.ndarray:
    """Return an array of a tensor's values."""
    x = as_tensor(x).detach()
    # NumPy has no bfloat16.
    return (x.float() if x.dtype == torch.bfloat16 else x).cpu().numpy()


convert_to_array = convert_to_numpy


def as_array(x: Any) -> Any:
    """Return a tensor as an array; other things stay."""
    return convert_to_numpy(x) if isinstance(x, Tensor) else x


def is_tensor(x: Any) -> bool:
    """Return whether something is a tensor of this engine."""
    return isinstance(x, Tensor)


def dtype(x: Any) -> str:
    """Return the name of the values' type."""
    return dtype_name(arguments.as_tensor(x).dtype)


def _plain(x: Any) -> Any:
    if isinstance(x, (list, tuple)):
        return [_plain(each) for each in x]
    return x.detach().cpu().numpy() if isinstance(x, Tensor) else x
