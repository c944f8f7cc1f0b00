"""The module of any layer that is computed by its formula, and the builder of any layer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from rdeep.arrays.counter_random import part_name
from rdeep.catalogue.layers.base import Layer
from rdeep.catalogue.layers.run import Constant, Run, made
from rdeep.catalogue.layers.typed import computed
from rdeep.engines.inner_weights import InnerWeights
from rdeep.engines.states import KeptStates
from rdeep.engines.torch import ops
from rdeep.engines.torch.builders.base import BuildContext, Built, attribute_of, native
from rdeep.engines.torch.sampling import Draws, LayerDraws, outside_inference_mode
from rdeep.engines.torch.weights import WeightMap
from rdeep.graph.foreign import refuse_foreign


class FormulaModule(nn.Module):
    """A module that computes a layer's formula.

    Parameters
    ----------
    record : Layer
        The layer.
    context : BuildContext
        Where it stands.
    elsewhere : mapping of str to WeightMap
        The weights that are held elsewhere.
    """

    def __init__(
        self, record: Layer, context: BuildContext, elsewhere: Mapping[str, WeightMap] | None = None
    ) -> None:
        super().__init__()
        self.record, self.frozen = record, not record.trainable
        # What is called in the place of a part of the formula.
        self.kernel: nn.Module | None = None
        self.maps: dict[str, WeightMap] = dict(elsewhere or {})
        self.inner: dict[str, _InnerModule] = {}
        for part, layer in record.inner_layers().items():
            inner = _InnerModule(layer, _within(record, part, context))
            self.register_module(f"{part or 'inner'}_layer", inner)
            self.inner[part] = inner
            self.maps.update({part_name(part, n): m for n, m in inner.built.weights.items()})
        self.attributes: dict[str, str] = {}
        for weight in record.weights(*context.shapes):
            if weight.name not in self.maps:
                self.attributes[weight.name] = attribute_of(weight.name)
                # Buffers too: a parameter stays the same object when its module is moved. Which of
                # them training changes is for the network to say.
                value = nn.Parameter(torch.empty(weight.shape))
                self.register_parameter(self.attributes[weight.name], value)
                self.maps[weight.name] = WeightMap([value])
        self.constants: dict[str, Tensor] = {}
        # Layers inside draw by themselves.
        streams = {} if self.inner else record.streams()
        self.draws = {
            part: Draws(context.random, part_name(context.name, part), seed, record.advances)
            for part, seed in streams.items()
        }
        keeps = record.stateful and not self.inner
        self.states = TorchStates(context.name) if keeps else None

    def named_weights(self) -> Mapping[str, Tensor]:
        """Return the weights by name."""
        parameters: Any = self._parameters
        own = {
            # Of a layer that stands elsewhere too, the weight may be laid out as it is there.
            name: parameters[attribute] if self.maps[name].is_plain else self._packed(name)
            for name, attribute in self.attributes.items()
        }
        return InnerWeights(own, self.maps, self._packed) if self.inner else own

    def _packed(self, name: str) -> Tensor:
        weight_map = self.maps[name]
        return weight_map.pack(weight_map.tensors)

    def forward(self, inputs: Any, masks: Any = None, *states: Tensor) -> Any:
        """Return the layer's output."""
        if states:
            inputs = [inputs, *states]
        elif self.record.merges and isinstance(inputs, Tensor):
            # In a chain the tensor comes by itself.
            inputs = [inputs]
        return computed(self.record, inputs, self._run(_device_of(inputs), masks))

    def _run(self, device: torch.device, masks: Any) -> Run:
        run = Run(
            ops,
            self.named_weights(),
            masks if isinstance(masks, list) else [masks],
            self.training,
            LayerDraws(self.draws, device) if self.draws else None,
            partial(self._constant, device),
            self._assign,
            inner=self.inner,
            states=self.states,
            kernel=self.kernel,
        )
        run.frozen = self.frozen
        return run

    def _constant(self, device: torch.device, name: str, value: Constant) -> Tensor:
        """Return an array as a tensor, which is made once for each device."""
        tensor = self.constants.get(name)
        if tensor is None or tensor.device != device:
            with outside_inference_mode():
                tensor = torch.from_numpy(np.array(made(value))).to(device)
            self.constants[name] = tensor
        return tensor

    def _assign(self, name: str, value: Tensor) -> None:
        weight_map = self.maps[name]
        with torch.no_grad():
            for tensor, part in zip(weight_map.tensors, weight_map.unpack(value)):
                tensor.copy_(part)

    def reset_state(self) -> None:
        """Have the next batch start from zeros."""
        if self.states is not None:
            self.states.kept = None

    def leave_out_of_compilation(self) -> None:
        """Keep what no compiler takes, and drawing, out of a compiled network."""
        # The key is another number at each step, and would compile each step anew. Steps of a
        # sequence would be compiled one by one.
        by_steps = self.record.goes_by_steps and self.kernel is None
        if self.draws or by_steps or not self.record.compiles:
            self.forward = torch.compiler.disable(self.forward)  # type: ignore[method-assign]

    def extra_repr(self) -> str:
        """Return what is shown between the brackets."""
        return repr(self.record)


def _within(record: Layer, part: str, context: BuildContext) -> BuildContext:
    shapes = record.inner_shapes(*context.shapes)
    return BuildContext(part_name(context.name, part), shapes, context.random)


def _device_of(inputs: Any) -> torch.device:
    """Return the device of the inputs, among which may be sizes, or nothing else."""
    for each in inputs if isinstance(inputs, (list, tuple)) else (inputs,):
        if isinstance(each, Tensor):
            return each.device
    return torch.device("cpu")


class TorchStates(KeptStates):
    """States apart from autograd's graphs."""

    def recall(self, sequence: Tensor) -> list[Tensor] | None:
        """Return the states to go on from; `None` for zeros."""
        kept = super().recall(sequence)
        # What a prediction has left is no part of autograd's graphs; a copy of it may be.
        return None if kept is None else [state.clone() for state in kept]

    def keep(self, states: Sequence[Tensor]) -> None:
        """Keep the states that a batch left."""
        super().keep([state.detach() for state in states])


class _InnerModule(nn.Module):
    """A layer inside of another one, with the activation that follows it."""

    def __init__(self, record: Layer, context: BuildContext) -> None:
        super().__init__()
        self.built, self.random = build(record, context), context.random
        self.module = self.built.module
        self.activation = record.following_activation

    def forward(self, inputs: Any, masks: Sequence[Tensor | None], use: int = 0) -> Any:
        """Return what the layer gives, which draws other random numbers in each use."""
        return self.random.used(use, self._applied, inputs, list(masks))

    def _applied(self, inputs: Any, masks: list[Tensor | None]) -> Any:
        found = self.module(*self._arguments(inputs, masks))
        return found if self.activation is None else self.activation.compute(found, ops)

    def _arguments(self, inputs: Any, masks: list[Tensor | None]) -> tuple[Any, ...]:
        if self.built.takes_masks:
            return inputs, masks
        if not self.built.takes_mask:
            return (inputs,)
        first, *states = inputs if isinstance(inputs, (list, tuple)) else (inputs,)
        return first, masks[0], *states


def formula(record: Layer, context: BuildContext) -> Built:
    """Build any layer by its formula.

    Parameters
    ----------
    record : Layer
        The layer.
    context : BuildContext
        Where it stands.
    """
    return built_of(FormulaModule(record, context))


def built_of(module: FormulaModule) -> Built:
    """Return a module with where its weights are.

    Parameters
    ----------
    module : FormulaModule
        The module.
    """
    record = module.record
    masks = record.takes_masks()
    return Built(
        module,
        module.maps,
        takes_mask=masks and not record.merges,
        takes_list=record.merges,
        takes_masks=masks and record.merges,
    )


def build(record: Layer, context: BuildContext) -> Built:
    """Build a layer by its native form or its formula, without the activation that follows it.

    Parameters
    ----------
    record : Layer
        The layer.
    context : BuildContext
        Where it stands.
    """
    built = native(record, context)
    if built is not None:
        return built
    refuse_foreign(record, context.name, "torch")
    return formula(record, context)
