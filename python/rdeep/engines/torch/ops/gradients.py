"""Gradients as an operation: of tensors that were computed from others."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

import torch
from torch import Tensor

from rdeep.errors import ArgumentError, StateError, operation_call


def tracked(x: Tensor) -> Tensor:
    """Return a tensor that gradients may be taken with respect to.

    Parameters
    ----------
    x : Tensor
        The tensor, as it is where it is a part of autograd's graph already.
    """
    return x if x.requires_grad else x.detach().requires_grad_()


def recording() -> AbstractContextManager[object]:
    """Return a context in which what is computed can be differentiated."""
    return torch.enable_grad()


def gradients(y: Tensor, x: Any) -> Any:
    """Return the gradients of the sum of a tensor with respect to others.

    Parameters
    ----------
    y : Tensor
        The tensor.
    x : Tensor or list of Tensor
        What it was computed from.
    """
    several = isinstance(x, (list, tuple))
    xs = list(x) if several else [x]
    if not y.requires_grad:
        title = operation_call("gradients", "ops.")
        if not torch.is_grad_enabled():
            raise StateError(
                f"{title} needs what torch does not record just now.",
                hint="Call it where nothing turns torch's recording of gradients off.",
            )
        raise ArgumentError(f"{title}: 'y' does not depend on 'x' by gradients.", argument="y")
    # Differentiated again where that is recorded: training goes through these gradients.
    found = torch.autograd.grad(
        y, xs, torch.ones_like(y), create_graph=torch.is_grad_enabled(), allow_unused=True
    )
    made = [torch.zeros_like(each) if g is None else g for each, g in zip(xs, found)]
    return made if several else made[0]
