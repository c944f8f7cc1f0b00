"""A model's ends, and what Keras's users ask of a model by other names than rdeep's."""

from __future__ import annotations

from typing import Any

from rdeep.engines.contract import Network
from rdeep.errors import ArgumentError, StateError, class_name, format_shape, named, show
from rdeep.graph.network import Graph
from rdeep.graph.tensor import SymbolicTensor
from rdeep.training.trainer import Trainer

_MADE_AT_FIRST = ("_parameters", "_trainer", "_session", "_layer", "annotations", "backend")


class KerasNames:
    """Attributes of Keras's models that follow from a model's graph and how it is compiled."""

    _trainer: Trainer | None

    def __getattr__(self, name: str) -> Any:
        # Only what is missing comes here.
        if name in _MADE_AT_FIRST:
            raise StateError(
                f"The constructor of {class_name(self)} does not call that of "
                f"{named('Model', 'rdeep.')}, and so there is no model yet.",
                hint="Call it first, before layers are made.",
            )
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    @property
    def graph(self) -> Graph:
        """The model's graph; a `StateError` if the input's shape is not known yet."""
        raise NotImplementedError

    @property
    def is_built(self) -> bool:
        """Whether the input's shape is known."""
        raise NotImplementedError

    @property
    def network(self) -> Network:
        """The network on its engine, built at the first call."""
        raise NotImplementedError

    @property
    def built(self) -> bool:
        """Whether the input's shape is known. Setting it has no effect, as scripts do it."""
        return self.is_built

    @built.setter
    def built(self, value: bool) -> None:
        pass

    @property
    def losses(self) -> list[Any]:
        """What is added to the loss, as numbers of the engine.

        These are the penalties on weights as they are, and what layers added in the last call.
        """
        return list(self.network.penalty_terms()) if self.is_built else []

    @property
    def compiled(self) -> bool:
        """Whether `compile` was called."""
        return self._trainer is not None

    @property
    def loss(self) -> Any:
        """The loss that the model was compiled with; `None` if it was not."""
        return None if self._trainer is None else self._trainer.compiled.loss

    @property
    def input_names(self) -> list[str]:
        """The inputs' names."""
        return self.graph.input_names

    @property
    def output_names(self) -> list[str]:
        """The outputs' names."""
        return self.graph.output_names

    @property
    def inputs(self) -> list[SymbolicTensor]:
        """The symbolic tensors that data enters by."""
        return list(self.graph.inputs)

    @property
    def outputs(self) -> list[SymbolicTensor]:
        """The symbolic tensors that data leaves by."""
        return list(self.graph.outputs)

    @property
    def input(self) -> SymbolicTensor | list[SymbolicTensor]:
        """The symbolic tensor that data enters by, or a list of them."""
        return self.inputs[0] if len(self.inputs) == 1 else self.inputs

    @property
    def output(self) -> SymbolicTensor | list[SymbolicTensor]:
        """The symbolic tensor that data leaves by, or a list of them."""
        return self.outputs[0] if len(self.outputs) == 1 else self.outputs

    @property
    def input_shapes(self) -> list[tuple[int | None, ...]]:
        """The inputs' shapes, with the batch as `None`."""
        return [tensor.shape for tensor in self.graph.inputs]

    @property
    def output_shapes(self) -> list[tuple[int | None, ...]]:
        """The outputs' shapes, with the batch as `None`."""
        return [tensor.shape for tensor in self.graph.outputs]

    @property
    def input_shape(self) -> Any:
        """The input's shape with the batch, or a list of several."""
        return _alone(self.input_shapes)

    @property
    def output_shape(self) -> Any:
        """The output's shape with the batch, or a list of several."""
        return _alone(self.output_shapes)

    @property
    def input_dtypes(self) -> list[str]:
        """The types of the inputs: `"float32"`, `"int32"` or `"string"`."""
        return [tensor.dtype for tensor in self.graph.inputs]

    @property
    def text_inputs(self) -> list[bool]:
        """Whether each input takes text; nothing as long as the inputs are not known."""
        return [] if not self.is_built else [dtype == "string" for dtype in self.input_dtypes]

    @property
    def batch_size(self) -> int | None:
        """The batch size that the inputs were declared with; `None` where batches may have any."""
        return self.graph.batch_size

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the output's shape for an input's.

        Parameters
        ----------
        input_shape : tuple
            The input's shape, with the batch.
        """
        own, sizes = self.input_shapes[0], tuple(input_shape)
        fits = len(own) == len(sizes) and all(
            a is None or b is None or a == b for a, b in zip(own, sizes)
        )
        if len(self.input_shapes) == 1 and not fits:
            raise ArgumentError(
                f"'input_shape' is {show(sizes)}, and the model's input has the shape "
                f"{format_shape(own)}.",
                argument="input_shape",
                received=input_shape,
            )
        return _alone([(sizes[0], *shape[1:]) for shape in self.output_shapes])


def _alone(shapes: list[Any]) -> Any:
    return shapes[0] if len(shapes) == 1 else shapes
