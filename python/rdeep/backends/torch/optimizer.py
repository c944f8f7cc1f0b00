"""Optimizers on torch: fused where torch has the formula, the catalogue's formula elsewhere."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from rdeep.backends.torch import ops
from rdeep.catalogue.optimizers import SGD, Adam, Optimizer

Slots = dict[str, list[Tensor]]

# A private function of torch: where it is missing, the catalogue's formula serves.
_fused_adam = getattr(torch, "_fused_adam_", None)


def new_slots(record: Optimizer, parameters: list[Tensor]) -> Slots:
    """Return what an optimizer keeps for each parameter, at its start.

    Parameters
    ----------
    record : Optimizer
        The optimizer.
    parameters : list of Tensor
        What it will change.
    """
    return {
        name: [torch.full_like(p, value, requires_grad=False) for p in parameters]
        for name, value in record.slots().items()
    }


@torch.no_grad()
def apply(
    record: Optimizer,
    parameters: list[Tensor],
    grads: list[Tensor],
    slots: Slots,
    lr: float,
    step: int,
) -> None:
    """Take a step: clip, decay, update.

    Parameters
    ----------
    record : Optimizer
        The optimizer.
    parameters, grads : list of Tensor
        The parameters, changed in place, and their gradients.
    slots : dict
        What the optimizer keeps, changed in place.
    lr : float
        The learning rate.
    step : int
        The number of the step, from 1.
    """
    grads = _clipped(record, grads)
    if record.weight_decay:
        torch._foreach_mul_(parameters, 1.0 - record.weight_decay * lr)
    if isinstance(record, Adam) and _fused_adam is not None:
        _adam(record, parameters, grads, slots, lr, step)
    elif isinstance(record, SGD):
        _sgd(record, parameters, grads, slots, lr)
    else:
        _by_formula(record, parameters, grads, slots, lr, step)


def _clipped(record: Optimizer, grads: list[Tensor]) -> list[Tensor]:
    if record.clipvalue is not None:
        return [g.clamp(-record.clipvalue, record.clipvalue) for g in grads]
    if record.clipnorm is None and record.global_clipnorm is None:
        return grads
    norms = torch.stack(torch._foreach_norm(grads))
    if record.global_clipnorm is not None:
        bound = record.global_clipnorm
        scale = bound / torch.clamp(torch.linalg.vector_norm(norms), min=bound)
        return [g * scale for g in grads]
    assert record.clipnorm is not None
    scales = record.clipnorm / torch.clamp(norms, min=record.clipnorm)
    return [g * s for g, s in zip(grads, scales)]


def _adam(
    record: Adam, parameters: list[Tensor], grads: list[Tensor], slots: Slots, lr: float, step: int
) -> None:
    # torch corrects the bias before it adds epsilon, Keras after: this epsilon makes them equal.
    epsilon = record.epsilon / math.sqrt(1.0 - record.beta_2**step)
    at = torch.tensor(float(step), device=parameters[0].device) if parameters else None
    assert _fused_adam is not None
    if parameters:
        _fused_adam(
            parameters,
            grads,
            slots["momentum"],
            slots["velocity"],
            slots.get("velocity_max", []),
            [at] * len(parameters),
            amsgrad=record.amsgrad,
            lr=lr,
            beta1=record.beta_1,
            beta2=record.beta_2,
            weight_decay=0.0,
            eps=epsilon,
            maximize=False,
        )


def _sgd(
    record: SGD, parameters: list[Tensor], grads: list[Tensor], slots: Slots, lr: float
) -> None:
    if not record.momentum:
        torch._foreach_add_(parameters, grads, alpha=-lr)
        return
    velocity = slots["velocity"]
    torch._foreach_mul_(velocity, record.momentum)
    torch._foreach_add_(velocity, grads, alpha=-lr)
    if record.nesterov:
        torch._foreach_add_(parameters, velocity, alpha=record.momentum)
        torch._foreach_add_(parameters, grads, alpha=-lr)
    else:
        torch._foreach_add_(parameters, velocity)


def _by_formula(
    record: Optimizer,
    parameters: list[Tensor],
    grads: list[Tensor],
    slots: Slots,
    lr: Any,
    step: int,
) -> None:
    for i, (w, g) in enumerate(zip(parameters, grads)):
        held = {name: tensors[i] for name, tensors in slots.items()}
        new, kept = record.update(w, g, held, lr, step, ops)
        w.copy_(new)
        for name, value in kept.items():
            held[name].copy_(value)
