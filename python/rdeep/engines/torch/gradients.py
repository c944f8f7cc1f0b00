"""Gradients by autograd's engine, without the looking-over that comes before it."""

from __future__ import annotations

import torch
from torch import Tensor

# What torch.autograd.grad calls after looking at its arguments, which takes a tenth as long as a
# small network's gradients themselves: private, so grad() stands ready.
_engine = getattr(torch.autograd.Variable, "_execution_engine", None)


def gradients(loss: Tensor, parameters: list[Tensor]) -> list[Tensor]:
    """Return the gradients of a loss, in the parameters' order in memory.

    They are zeros where the loss does not depend on a parameter.

    Parameters
    ----------
    loss : Tensor
        A scalar.
    parameters : list of Tensor
        What to differentiate with respect to.
    """
    if _engine is None or loss.device.type != "cpu" or torch.compiler.is_compiling():
        found = torch.autograd.grad(loss, parameters, allow_unused=True)
    else:
        found = _engine.run_backward(
            (loss,), (torch.ones_like(loss),), False, False, tuple(parameters), True, False
        )
    return [
        g if g is not None and g.is_contiguous() and p.is_contiguous() else _laid_out(g, p)
        for g, p in zip(found, parameters)
    ]


def _laid_out(gradient: Tensor | None, parameter: Tensor) -> Tensor:
    # torch's fused Adam goes over memory: that of a kernel which a formula turns round would be
    # read in another order, that of a number which is repeated beyond its end.
    if gradient is None:
        return torch.zeros_like(parameter)
    if gradient.stride() == parameter.stride():
        return gradient
    return torch.empty_like(parameter).copy_(gradient)
