"""A module of the user's own as a layer."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from rdeep.catalogue.layers.base import Dims
from rdeep.catalogue.options import Shape, checked
from rdeep.engines.torch.builders.base import BuildContext, Built, native_form
from rdeep.engines.torch.weights import WeightMap
from rdeep.errors import ArgumentError, ShapeError, constructor, format_shape, show
from rdeep.graph.foreign import Foreign


class TorchModuleWrapper(Foreign):
    """Computes by a torch module, whose parameters the model trains.

    The module itself is used, not a copy. Such a model runs on torch alone, and no file holds it.

    Parameters
    ----------
    module : torch.nn.Module
        The module, which takes one tensor and returns one.
    output_shape : tuple of int, optional
        The shape of its output without the batch; found by running the module if left out.
    name, trainable
        As for any layer.
    """

    engine = "torch"

    def __init__(
        self,
        module: Any,
        output_shape: Any = None,
        name: str | None = None,
        trainable: bool = True,
    ) -> None:
        if not isinstance(module, nn.Module):
            raise ArgumentError(
                f"{constructor(self)}: 'module' must be a torch.nn.Module, not {show(module)}.",
                argument="module",
                received=module,
                expected="a torch.nn.Module",
                layer="TorchModuleWrapper",
            )
        parameters = {n: p.detach().cpu().numpy() for n, p in module.named_parameters()}
        buffers = {n: b.detach().cpu().numpy() for n, b in _kept(module).items()}
        super().__init__(module, parameters, buffers, name, trainable)
        given = None if output_shape is None else checked(Shape(), output_shape, "output_shape")
        self.__dict__["_shape"] = given

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return the shape that was given, or the one that the module gives."""
        given = self.__dict__["_shape"]
        return (shapes[0][0], *(self._found(shapes[0]) if given is None else given))

    def _found(self, shape: Dims) -> tuple[int, ...]:
        title = self.name or type(self).__name__
        if None in shape[1:]:
            raise ShapeError(
                f"Layer {title!r} needs 'output_shape' for an input of open shape "
                f"{format_shape(shape)}.",
                layer=title,
                argument="output_shape",
                received=shape,
            )
        module = self.thing
        device = next((p.device for p in module.parameters()), torch.device("cpu"))
        was_training = module.training
        try:
            with torch.no_grad():
                found = module.eval()(torch.zeros(2, *shape[1:], device=device))
        except Exception as error:
            raise ShapeError(
                f"Layer {title!r}: the module cannot take an input of shape "
                f"{format_shape(shape)}: {error}",
                layer=title,
                received=shape,
            ) from error
        finally:
            module.train(was_training)
        if not isinstance(found, Tensor):
            raise ArgumentError(
                f"Layer {title!r}: the module must return one tensor, not {show(found)}.",
                layer=title,
                received=found,
                expected="one tensor",
            )
        return tuple(found.shape[1:])


def _kept(module: nn.Module) -> dict[str, Tensor]:
    """Return the buffers that are numbers; counters stay with the module."""
    return {n: b for n, b in module.named_buffers() if b.is_floating_point()}


class _AsGiven(nn.Module):
    def __init__(self, module: nn.Module) -> None:
        super().__init__()
        self.module = module

    def forward(self, x: Tensor) -> Any:
        return self.module(x)


@native_form(TorchModuleWrapper)
def torch_module(record: TorchModuleWrapper, context: BuildContext) -> Built:
    """Build the layer of a module."""
    module = record.thing
    held = {**dict(module.named_parameters()), **_kept(module)}
    return Built(_AsGiven(module), {name: WeightMap([each]) for name, each in held.items()})
