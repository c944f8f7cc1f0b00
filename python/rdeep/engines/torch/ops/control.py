"""Functions of slices computed at once, and functions that say their gradients themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from rdeep.arrays.trees import mapped
from rdeep.engines.torch.ops.arguments import as_tensor


def vmap(function: Callable[..., Any], leaves: list[Tensor]) -> Any:
    """Return what a function gives for all slices along the first axis."""
    return torch.vmap(function)(*leaves)


class _ByHand(torch.autograd.Function):
    """A function that says itself how gradients flow back through it."""

    @staticmethod
    def forward(ctx: Any, function: Callable[..., Any], *args: Any) -> Any:
        """Return the function's value and keep its gradient."""
        with torch.enable_grad():
            out, ctx.gradient = function(*args)
        ctx.inputs = len(args)
        return mapped(torch.detach, out)

    @staticmethod
    def backward(ctx: Any, *upstream: Tensor) -> Any:
        """Return the gradients of the arguments."""
        gradients = ctx.gradient(*upstream)
        if not isinstance(gradients, (tuple, list)):
            gradients = (gradients,)
        return (None, *gradients)


def custom_gradient(f: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function whose gradient is the one that it gives itself."""

    def computed(*args: Any) -> Any:
        return _ByHand.apply(f, *(as_tensor(arg) for arg in args))

    return computed


def jvp(
    fun: Callable[..., Any], primals: Any, tangents: Any, has_aux: bool = False
) -> tuple[Any, ...]:
    """Return a function's value, and how it changes in a direction."""
    points = tuple(as_tensor(each) for each in primals)
    ways = tuple(as_tensor(way).to(point.dtype) for way, point in zip(tangents, points))
    return torch.func.jvp(fun, points, ways, has_aux=has_aux)
