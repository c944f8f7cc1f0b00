"""Which type a result has: the rules of `rdeep.arrays.promotion` on torch's types."""

from __future__ import annotations

from typing import Any, TypeAlias

import torch
from torch import Tensor

from rdeep.arrays.promotion import JOINED, STRONG, SUMMED
from rdeep.engines.torch.ops.conversion import operand

Kind: TypeAlias = "torch.dtype | str"

_WEAK = ("int", "float")
"""The weak types of Python's numbers."""


def _kind(name: str) -> Kind:
    return name if name in _WEAK else getattr(torch, name)


_JOINED = {(_kind(a), _kind(b)): _kind(joined) for (a, b), joined in JOINED.items()}
_STRONG = {name: getattr(torch, strong) for name, strong in STRONG.items()}
_SUMMED = {getattr(torch, name): getattr(torch, wide) for name, wide in SUMMED.items()}
_UNSIGNED = (torch.uint16, torch.uint32, torch.uint64)


def result_type(*kinds: Kind) -> torch.dtype:
    """Return the type that several types are computed in together.

    Parameters
    ----------
    *kinds : torch.dtype or str
        The types; `"int"` and `"float"` are those of Python's numbers.
    """
    joined = kinds[0]
    for kind in kinds[1:]:
        joined = _JOINED[joined, kind]
    return joined if isinstance(joined, torch.dtype) else _STRONG[joined]


def kind_of(x: Any) -> Kind:
    """Return the type of a tensor or of Python's number."""
    if isinstance(x, Tensor):
        return x.dtype
    if isinstance(x, bool):
        return torch.bool
    return "int" if isinstance(x, int) else "float"


def tensor(x: Any, near: Any = None) -> Tensor:
    """Return a tensor of anything: numbers become int32 or float32.

    Parameters
    ----------
    x : object
        A tensor, an array, a number, or a list of them.
    near : object, optional
        If it is a tensor, what is made goes to its device.
    """
    if isinstance(x, Tensor):
        return x
    device = near.device if isinstance(near, Tensor) else None
    if isinstance(x, (bool, int, float)):
        kind = kind_of(x)
        return torch.tensor(x, dtype=result_type(kind), device=device)
    if isinstance(x, complex):
        return torch.tensor(x, dtype=torch.complex64, device=device)
    return operand(x, near if isinstance(near, Tensor) else None)


def floating(x: Any) -> Tensor:
    """Return a tensor as it is, if it is floating, else as float32."""
    x = tensor(x)
    return x if x.is_floating_point() or x.is_complex() else x.to(torch.float32)


def whole(x: Tensor) -> bool:
    """Return whether a tensor holds whole numbers or truths."""
    return not (x.is_floating_point() or x.is_complex())


def summed_type(x: Tensor) -> torch.dtype:
    """Return the type that values are summed up in: small whole numbers become 32-bit ones."""
    return _SUMMED.get(x.dtype, x.dtype)


def computable(dtype: torch.dtype) -> torch.dtype:
    """Return a type that torch can compute in: it stores wide unsigned numbers, and that is all."""
    return torch.int64 if dtype in _UNSIGNED else dtype


def pair(x1: Any, x2: Any, *more: Kind) -> tuple[Tensor, Tensor]:
    """Return two tensors of the type that they are computed in; Python's numbers are weak.

    Parameters
    ----------
    x1, x2 : Tensor, array or number
        What is computed with.
    *more : torch.dtype or str
        Types that the result's is at least.
    """
    if isinstance(x1, Tensor) and isinstance(x2, Tensor) and x1.dtype == x2.dtype and not more:
        return x1, x2
    if not isinstance(x1, (bool, int, float)):
        x1 = tensor(x1, x2)
    if not isinstance(x2, (bool, int, float)):
        x2 = tensor(x2, x1)
    dtype = result_type(kind_of(x1), kind_of(x2), *more)
    return _cast(x1, dtype, x2), _cast(x2, dtype, x1)


def strong_pair(x1: Any, x2: Any, *more: Kind) -> tuple[Tensor, Tensor]:
    """Return two tensors of the type that they are computed in; numbers are int32 or float32.

    Parameters
    ----------
    x1, x2 : Tensor, array or number
        What is computed with.
    *more : torch.dtype or str
        Types that the result's is at least.
    """
    return pair(tensor(x1, x2), tensor(x2, x1), *more)


def alike(values: Any) -> list[Tensor]:
    """Return several tensors in the type that they have together."""
    values = list(values)
    if all(isinstance(x, Tensor) and x.dtype == values[0].dtype for x in values):
        return values
    near = next((value for value in values if isinstance(value, Tensor)), None)
    tensors = [tensor(value, near) for value in values]
    dtype = result_type(*(each.dtype for each in tensors))
    return [each.to(dtype) for each in tensors]


def dtype_named(name: Any) -> torch.dtype | None:
    """Return torch's type of a name; `None` of none."""
    return getattr(torch, name) if isinstance(name, str) else name


def _cast(x: Any, dtype: torch.dtype, near: Any) -> Tensor:
    if isinstance(x, Tensor):
        return x.to(dtype)
    return torch.tensor(x, dtype=dtype, device=near.device if isinstance(near, Tensor) else None)
