"""A layer by itself on torch, by its formula or its native form, with gradients."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import numpy as np
import torch
from torch import Tensor

from rdeep.engines.single_layer import (
    NAME,
    Differentiable,
    Differentiated,
    Form,
    LayerCall,
    LayerResult,
    carried_masks,
    directions,
)
from rdeep.engines.torch import ops
from rdeep.engines.torch.builders.base import BuildContext, Built, native
from rdeep.engines.torch.builders.formula import formula
from rdeep.engines.torch.network import COMPUTED
from rdeep.engines.torch.sampling import RandomState


def run_layer(call: LayerCall, form: Form) -> LayerResult | None:
    """Return what a layer gives, and gradients.

    Parameters
    ----------
    call : LayerCall
        The layer, and what it depends on.
    form : str
        What computes it.

    Returns
    -------
    LayerResult or None
        `None` without such a form for these options, or a kernel for this precision.
    """
    record, random = call.record, RandomState()
    context = BuildContext(NAME, call.shapes, random)
    built = formula(record, context) if form == "formula" else native(record, context)
    if built is None:
        return None
    for name, value in call.weights.items():
        built.weights[name].write(value)
    built.module.train(call.training)
    tensors = [torch.tensor(x) for x in call.inputs]
    floats = {
        f"input {place}": x.requires_grad_()
        for place, x in enumerate(tensors)
        if x.is_floating_point()
    }
    masks = [None] * len(tensors) if call.masks is None else [torch.tensor(m) for m in call.masks]
    kind = COMPUTED.get(call.policy)
    precision: Any = nullcontext() if kind is None else torch.autocast("cpu", dtype=kind)
    with random.drawing(call.seed), precision:
        random.step = call.step
        try:
            found = built.module(*_arguments(built, tensors, masks))
        except RuntimeError:
            if kind is None:
                raise
            return None
        after = record.following_activation
        found = found if after is None else after.compute(found, ops)
    results = list(found) if isinstance(found, (list, tuple)) else [found]
    outputs = [y.float() if y.is_floating_point() else y for y in results]
    made = carried_masks(record, tensors, masks, len(outputs), ops)
    result = LayerResult(
        [y.detach().numpy() for y in outputs],
        [None if mask is None else mask.numpy() for mask in made],
    )
    trained = {
        (name, place): tensor
        for name, held in built.weights.items()
        for place, tensor in enumerate(held.tensors)
        if tensor.requires_grad
    }
    gradients = _gradients(outputs, [*trained.values(), *floats.values()])
    by_part = dict(zip(trained, gradients))
    for name, held in built.weights.items():
        parts = [(name, place) for place in range(len(held.tensors))]
        if gradients and all(part in by_part for part in parts):
            result.gradients[name] = held.read([by_part[part] for part in parts])
    for name, gradient in zip(floats, gradients[len(trained) :]):
        result.gradients[name] = gradient.numpy()
    return result


def _arguments(built: Built, tensors: list[Tensor], masks: list[Any]) -> list[Any]:
    arguments: list[Any] = [tensors] if built.takes_list else list(tensors)
    if built.takes_masks:
        return [*arguments, masks]
    if built.takes_mask and masks[0] is not None:
        arguments.insert(1, masks[0])
    return arguments


def _gradients(outputs: list[Tensor], given: list[Tensor]) -> list[Tensor]:
    """Return gradients of the outputs' weighted sum, zeros by what it does not depend on."""
    floats = [y for y in outputs if y.is_floating_point()]
    weights = directions([tuple(y.shape) for y in floats])
    total: Any = sum((y * torch.tensor(w)).sum() for y, w in zip(floats, weights))
    if not given or not getattr(total, "requires_grad", False):
        return []
    found = torch.autograd.grad(total, given, allow_unused=True)
    return [torch.zeros_like(x) if g is None else g for g, x in zip(found, given)]


def differentiate(function: Differentiable, arrays: list[np.ndarray]) -> Differentiated:
    """Return a function's values, and gradients of their weighted sum by arrays of floats.

    Parameters
    ----------
    function : callable
        The function of tensors.
    arrays : list of numpy.ndarray
        What it is of.
    """
    tensors = [torch.tensor(array) for array in arrays]
    floats = [x.requires_grad_() for x in tensors if x.is_floating_point()]
    outputs = [torch.as_tensor(y) for y in function(*tensors)]
    gradients = _gradients(outputs, floats) or [torch.zeros_like(x) for x in floats]
    return [y.detach().numpy() for y in outputs], [g.numpy() for g in gradients]
