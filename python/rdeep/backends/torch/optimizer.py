"""Optimizers on torch: fused where torch has the formula, the catalogue's formula elsewhere."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from rdeep.backends.torch import ops
from rdeep.catalogue.optimizers import ACCUMULATED, AVERAGE, SGD, Adam, Optimizer

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
        for name, value in record.kept().items()
    }


def apply(
    record: Optimizer,
    parameters: list[Tensor],
    grads: list[Tensor],
    slots: Slots,
    lr: float,
    step: int,
) -> None:
    """Take a batch's gradients: gather them, or clip, decay, update and average.

    Parameters
    ----------
    record : Optimizer
        The optimizer.
    parameters, grads : list of Tensor
        The parameters, changed in place and without gradients of their own, and the gradients.
    slots : dict
        What the optimizer keeps, changed in place.
    lr : float
        The learning rate.
    step : int
        The number of the batch, from 0.
    """
    if not parameters:
        return
    if ACCUMULATED in slots:
        gathered = slots[ACCUMULATED]
        torch._foreach_add_(gathered, grads)
        if not record.updates(step):
            return
        grads = [g / record.gradient_accumulation_steps for g in gathered]
        torch._foreach_zero_(gathered)
    change(record, parameters, grads, slots, lr, record.iterations(step) + 1)
    if AVERAGE in slots:
        _average(record, parameters, slots[AVERAGE], record.iterations(step))


def finish(record: Optimizer, parameters: list[Tensor], slots: Slots, updates: int) -> None:
    """Give the weights their average, at the end of training.

    Parameters
    ----------
    record : Optimizer
        The optimizer.
    parameters : list of Tensor
        The parameters, changed in place.
    slots : dict
        What the optimizer keeps.
    updates : int
        How often the weights have changed.
    """
    if AVERAGE in slots and updates and parameters:
        torch._foreach_copy_(parameters, slots[AVERAGE])


def change(
    record: Optimizer,
    parameters: list[Tensor],
    grads: list[Tensor],
    slots: Slots,
    lr: Any,
    update: Any,
) -> None:
    """Clip the gradients, decay the weights and update them.

    Parameters
    ----------
    record : Optimizer
        The optimizer.
    parameters, grads : list of Tensor
        The parameters, changed in place, and their gradients.
    slots : dict
        What the optimizer keeps, changed in place.
    lr, update : float or Tensor
        The learning rate, and the number of the update from 1. Tensors go by the catalogue's
        formula, which can be compiled.
    """
    grads = _clipped(record, grads)
    known = not isinstance(lr, Tensor)
    if record.weight_decay:
        torch._foreach_mul_(parameters, 1.0 - record.weight_decay * lr)
    if known and isinstance(record, Adam) and _fused_adam is not None:
        _adam(record, parameters, grads, slots, lr, update)
    elif known and isinstance(record, SGD):
        _sgd(record, parameters, grads, slots, lr)
    else:
        _by_formula(record, parameters, grads, slots, lr, update)


def _average(record: Optimizer, parameters: list[Tensor], kept: list[Tensor], before: int) -> None:
    if before == 0:
        torch._foreach_copy_(kept, parameters)
    else:
        torch._foreach_lerp_(kept, parameters, 1.0 - record.ema_momentum)
    every = record.ema_overwrite_frequency
    if every is not None and (before + 1) % every == 0:
        torch._foreach_copy_(parameters, kept)


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
    at = torch.tensor(float(step), device=parameters[0].device)
    assert _fused_adam is not None
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
    step: Any,
) -> None:
    for i, (w, g) in enumerate(zip(parameters, grads)):
        held = {name: slots[name][i] for name in record.slots()}
        new, kept = record.update(w, g, held, lr, step, ops)
        w.copy_(new)
        for name, value in kept.items():
            held[name].copy_(value)
