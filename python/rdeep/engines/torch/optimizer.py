"""Optimizers on torch: fused where torch has the formula, the catalogue's formula elsewhere."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from rdeep.catalogue.constraints import Constraint
from rdeep.catalogue.optimizers import (
    ACCUMULATED,
    AVERAGE,
    SGD,
    Adam,
    Optimizer,
    ParameterInfo,
    Slot,
)
from rdeep.engines.torch import ops
from rdeep.engines.torch.weights import WeightMap

Slots = dict[str, list[Any]]
"""What is kept, by the slot's name: a tensor for each parameter, shaped as it is; for a formula
that sees weights as a whole one for each weight, `None` where it keeps nothing."""

# A private function of torch: where it is missing, the catalogue's formula serves.
_fused_adam = getattr(torch, "_fused_adam_", None)


def detached(maps: Mapping[str, WeightMap]) -> dict[str, WeightMap]:
    """Return maps to the same values without gradients, which may be changed in place.

    Parameters
    ----------
    maps : mapping of str to WeightMap
        Weights by name.
    """
    return {
        name: replace(weight_map, tensors=[tensor.detach() for tensor in weight_map.tensors])
        for name, weight_map in maps.items()
    }


class Updates:
    """An optimizer at work on some weights; what it keeps for them is held by the caller.

    Parameters
    ----------
    record : Optimizer
        The optimizer.
    maps : mapping of str to WeightMap
        The weights that it changes, by name. Their tensors are changed in place.
    infos : list of ParameterInfo
        The same weights in Keras's layout.
    constraints : mapping of str to Constraint
        What weights must satisfy, by name.
    """

    def __init__(
        self,
        record: Optimizer,
        maps: Mapping[str, WeightMap],
        infos: list[ParameterInfo],
        constraints: Mapping[str, Constraint],
    ) -> None:
        self.record = record
        self.infos = infos
        self.maps = [maps[of.name] for of in infos]
        self.constraints = [(maps[name], rule) for name, rule in constraints.items()]
        self.parameters = [tensor for weight_map in self.maps for tensor in weight_map.tensors]
        self._owners = [i for i, weight_map in enumerate(self.maps) for _ in weight_map.tensors]
        self._formula = [record.slots(of) for of in infos]
        decays = [record.decay(of) or 0.0 for of in infos]
        self._decays = [decays[i] for i in self._owners]

    def new_slots(self) -> Slots:
        """Return what is kept between steps, at its start."""
        slots: Slots = {
            name: [torch.zeros_like(p, requires_grad=False) for p in self.parameters]
            for name in self.record.kept()
        }
        names = {name for formula in self._formula for name in formula}
        for name in sorted(names):
            slots[name] = self._new_whole(name) if self.record.whole else self._new_parts(name)
        return slots

    def _new_parts(self, name: str) -> list[Any]:
        starts = [self._formula[i][name].start for i in self._owners]
        return [
            torch.full_like(p, start, requires_grad=False)
            for p, start in zip(self.parameters, starts)
        ]

    def _new_whole(self, name: str) -> list[Any]:
        found = []
        for of, weight_map, formula in zip(self.infos, self.maps, self._formula):
            slot: Slot | None = formula.get(name)
            shape = of.shape if slot is None or slot.shape is None else slot.shape
            like = weight_map.tensors[0]
            found.append(None if slot is None else like.new_full(shape, slot.start))
        return found

    def load(self, slots: Slots, values: Mapping[str, np.ndarray]) -> None:
        """Set what is kept to given values.

        Parameters
        ----------
        slots : dict
            What is kept, changed in place.
        values : mapping of str to numpy.ndarray
            Values by `slot/weight name`, as `export` returned them.
        """
        places = {of.name: i for i, of in enumerate(self.infos)}
        for name, value in values.items():
            slot, weight = name.split("/", 1)
            if slot not in slots or weight not in places:
                continue
            i = places[weight]
            if not self._as_weight(slot):
                slots[slot][i].copy_(torch.from_numpy(np.asarray(value, dtype=np.float32)))
            else:
                self.maps[i].write(value, self._parts(slots[slot], i))

    def export(self, slots: Slots) -> dict[str, np.ndarray]:
        """Return what is kept as `slot/weight name`, in Keras's layout.

        Parameters
        ----------
        slots : dict
            What is kept.
        """
        found = {}
        for slot, tensors in slots.items():
            for i, of in enumerate(self.infos):
                if self._as_weight(slot):
                    found[f"{slot}/{of.name}"] = self.maps[i].read(self._parts(tensors, i))
                elif tensors[i] is not None:
                    found[f"{slot}/{of.name}"] = tensors[i].cpu().numpy().copy()
        return found

    def _as_weight(self, slot: str) -> bool:
        """Return whether a slot is held as the weights are."""
        return not self.record.whole or slot in self.record.kept()

    def _parts(self, tensors: list[Tensor], weight: int) -> list[Tensor]:
        return [tensor for tensor, owner in zip(tensors, self._owners) if owner == weight]

    def apply(self, grads: list[Tensor], slots: Slots, lr: float, step: int) -> None:
        """Take a batch's gradients: gather them, or change the weights; then constrain them.

        Parameters
        ----------
        grads : list of Tensor
            The parameters' gradients.
        slots : dict
            What is kept, changed in place.
        lr : float
            The learning rate.
        step : int
            The number of the batch, from 0.
        """
        record = self.record
        if not self.parameters:
            return
        changes = True
        if ACCUMULATED in slots:
            gathered = slots[ACCUMULATED]
            torch._foreach_add_(gathered, grads)
            changes = record.updates(step)
            if changes:
                grads = [g / record.gradient_accumulation_steps for g in gathered]
                torch._foreach_zero_(gathered)
        if changes:
            self.change(grads, slots, lr, record.changes_before(step) + 1)
            if AVERAGE in slots:
                self._average(slots[AVERAGE], record.changes_before(step))
        self.constrain()

    def change(self, grads: list[Tensor], slots: Slots, lr: Any, update: Any) -> None:
        """Clip the gradients, decay the weights and update them.

        Parameters
        ----------
        grads : list of Tensor
            The parameters' gradients.
        slots : dict
            What is kept, changed in place.
        lr, update : float or Tensor
            The learning rate, and the number of the update from 1. Tensors go by the catalogue's
            formula, which can be compiled.
        """
        record = self.record
        grads = self._clipped(grads)
        known = not isinstance(lr, Tensor)
        if any(self._decays):
            self._decay(lr)
        if known and isinstance(record, Adam) and _fused_adam is not None:
            _adam(record, self.parameters, grads, slots, lr, update)
        elif known and isinstance(record, SGD):
            _sgd(record, self.parameters, grads, slots, lr)
        elif record.whole:
            self._by_weight(grads, slots, lr, update)
        else:
            self._by_parameter(grads, slots, lr, update)

    def constrain(self) -> None:
        """Put the constraints on the weights."""
        for weight_map, rule in self.constraints:
            _put(weight_map, rule.project(weight_map.pack(weight_map.tensors), ops))

    def finish(self, slots: Slots, updates: int) -> None:
        """Give the weights their average, at the end of training.

        Parameters
        ----------
        slots : dict
            What is kept.
        updates : int
            How often the weights have changed.
        """
        if AVERAGE in slots and updates and self.parameters:
            torch._foreach_copy_(self.parameters, slots[AVERAGE])

    def swap(self, slots: Slots) -> None:
        """Exchange the weights and their average.

        Parameters
        ----------
        slots : dict
            What is kept, changed in place.
        """
        for parameter, average in zip(self.parameters, slots[AVERAGE]):
            before = parameter.clone()
            parameter.copy_(average)
            average.copy_(before)

    def _average(self, kept: list[Tensor], before: int) -> None:
        if before == 0:
            torch._foreach_copy_(kept, self.parameters)
        else:
            torch._foreach_lerp_(kept, self.parameters, 1.0 - self.record.ema_momentum)
        every = self.record.ema_overwrite_frequency
        if every is not None and (before + 1) % every == 0:
            torch._foreach_copy_(self.parameters, kept)

    def _decay(self, lr: Any) -> None:
        if len(set(self._decays)) == 1:
            torch._foreach_mul_(self.parameters, 1.0 - self._decays[0] * lr)
            return
        for parameter, decay in zip(self.parameters, self._decays):
            parameter.mul_(1.0 - decay * lr)

    def _clipped(self, grads: list[Tensor]) -> list[Tensor]:
        record = self.record
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
        if len(self.maps) < len(self.parameters):
            # A weight that torch holds in parts has one norm.
            owners = torch.tensor(self._owners, device=norms.device)
            squares = norms.new_zeros(len(self.maps)).index_add(0, owners, norms.square())
            norms = squares.sqrt()[owners]
        scales = record.clipnorm / torch.clamp(norms, min=record.clipnorm)
        return [g * s for g, s in zip(grads, scales)]

    def _by_parameter(self, grads: list[Tensor], slots: Slots, lr: Any, step: Any) -> None:
        for i, (w, g) in enumerate(zip(self.parameters, grads)):
            own_slots = {name: slots[name][i] for name in self._formula[self._owners[i]]}
            new, kept = self.record.update(w, g, own_slots, lr, step, ops)
            w.copy_(new)
            for name, value in kept.items():
                own_slots[name].copy_(value)

    def _by_weight(self, grads: list[Tensor], slots: Slots, lr: Any, step: Any) -> None:
        for i, (weight_map, formula) in enumerate(zip(self.maps, self._formula)):
            own_slots = {name: slots[name][i] for name in formula}
            w, g = weight_map.pack(weight_map.tensors), weight_map.pack(self._parts(grads, i))
            new, kept = self.record.update(w, g, own_slots, lr, step, ops)
            _put(weight_map, new)
            for name, value in kept.items():
                own_slots[name].copy_(value)


def _put(weight_map: WeightMap, value: Tensor) -> None:
    for tensor, part in zip(weight_map.tensors, weight_map.unpack(value)):
        tensor.copy_(part)


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
