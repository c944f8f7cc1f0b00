"""What operations do with their arguments first: numbers become tensors, types get their names."""

from __future__ import annotations

import builtins
from typing import Any

import torch
from torch import Tensor

from rdeep.engines.torch.ops.conversion import operand


def as_tensor(x: Any, like: Tensor | None = None) -> Tensor:
    """Return an argument as a tensor.

    Parameters
    ----------
    x : object
        A tensor, an array, numbers in lists, or a number: a float makes float32, an int int32.
    like : Tensor, optional
        Whose device and, for a number, type it gets.
    """
    if not isinstance(x, Tensor):
        x = _made(x, like)
    return x if like is None or x.device == like.device else x.to(like.device)


def _made(x: Any, like: Tensor | None) -> Any:
    if isinstance(x, builtins.bool):
        return torch.tensor(x)
    if isinstance(x, (int, float, complex)):
        kind = {int: torch.int32, float: torch.float32}.get(type(x), torch.complex64)
        return torch.tensor(x, dtype=kind if like is None else like.dtype)
    if hasattr(x, "node"):
        # It stands for a tensor while torch.fx traces.
        return x
    found = operand(x)
    return torch.stack([as_tensor(each) for each in found]) if isinstance(found, list) else found


def floating(x: Any) -> Tensor:
    """Return an argument as a tensor of floats; whole numbers become float32.

    Parameters
    ----------
    x : object
        As for `as_tensor`.
    """
    x = as_tensor(x)
    if not isinstance(x, Tensor) or x.is_floating_point() or x.is_complex():
        return x
    return x.to(torch.float32)


def torch_dtype(name: Any, default: torch.dtype = torch.float32) -> torch.dtype:
    """Return torch's type of a name.

    Parameters
    ----------
    name : str or torch.dtype or None
        The name; `None` for the default.
    default : torch.dtype
        What `None` stands for.
    """
    if name is None or isinstance(name, torch.dtype):
        return name or default
    return getattr(torch, {"float": "float32", "int": "int32"}.get(name, name))


def dtype_name(kind: torch.dtype | str) -> str:
    """Return the name of a type.

    Parameters
    ----------
    kind : torch.dtype or str
        The type.
    """
    return str(kind).removeprefix("torch.")
