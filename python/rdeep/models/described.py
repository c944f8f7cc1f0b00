"""What can be read off a model's graph: layers, names, shapes, counts."""

from __future__ import annotations

from typing import Any

from rdeep.data.columns import Columns
from rdeep.errors import ArgumentError, show
from rdeep.graph import diagram, summary
from rdeep.graph.foreign import holds_foreign
from rdeep.graph.network import Graph, GraphLayer
from rdeep.graph.randomness import draws_in_prediction
from rdeep.graph.tensor import SymbolicTensor


class Described:
    """The part of a model that needs its graph alone."""

    name: str
    backend: str
    annotations: dict[str, Any]

    @property
    def is_built(self) -> bool:
        """Whether there is a graph."""
        raise NotImplementedError

    @property
    def graph(self) -> Graph:
        """The model's graph."""
        raise NotImplementedError

    @property
    def layers(self) -> list[GraphLayer]:
        """The model's layers, in the order in which they are computed."""
        return self.graph.layers

    @property
    def is_savable(self) -> bool:
        """Whether a file can hold the model: not with layers that are an engine's own objects."""
        return not holds_foreign(self.graph)

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
    def input_dtypes(self) -> list[str]:
        """The types of the inputs: `"float32"`, `"int32"` or `"string"`."""
        return [tensor.dtype for tensor in self.graph.inputs]

    @property
    def batch_size(self) -> int | None:
        """The batch size that the inputs were declared with; `None` where batches may have any."""
        return self.graph.batch_size

    @property
    def text_inputs(self) -> list[bool]:
        """Whether each input takes text."""
        return [dtype == "string" for dtype in self.input_dtypes]

    @property
    def output_shapes(self) -> list[tuple[int | None, ...]]:
        """The outputs' shapes, with the batch as `None`."""
        return [tensor.shape for tensor in self.graph.outputs]

    def get_layer(self, name: str | None = None, index: int | None = None) -> GraphLayer:
        """Return a layer by its name or its place.

        Parameters
        ----------
        name : str, optional
            The name.
        index : int, optional
            The place, from 0.

        Raises
        ------
        ArgumentError
            If there is no such layer.
        """
        if name is not None:
            return self.graph.find_layer(name)
        layers = self.layers
        if index is None or not -len(layers) <= index < len(layers):
            raise ArgumentError(
                f"The model has {len(layers)} layers; there is none at {show(index)}.",
                argument="index",
                received=index,
            )
        return layers[index]

    def summary_rows(self) -> list[dict[str, str | int]]:
        """Return the summary's rows as plain data."""
        return summary.rows(self.graph)

    def layer_uses(self) -> list[dict[str, Any]]:
        """Return each use of a layer as plain data, for a picture."""
        return diagram.uses(self.graph)

    def counts(self) -> dict[str, int]:
        """Return the numbers of parameters: total, trainable, non-trainable."""
        return summary.counts(self.graph)

    def count_params(self) -> int:
        """Return the number of values in all weights."""
        return self.counts()["total"]

    def summary(self) -> None:
        """Print the layers, their output shapes and numbers of parameters."""
        print(summary.render(self.graph, f"Model {self.name!r} on {self.backend}"))

    @property
    def draws_in_prediction(self) -> bool:
        """Whether predictions differ from call to call, because random numbers are drawn there."""
        return self.is_built and draws_in_prediction(self.graph)

    def arranged(self, data: Any, side: str = "x") -> Any:
        """Return data with its columns in the order that the model was fitted with.

        Parameters
        ----------
        data : object
            What a user passed.
        side : {"x", "y"}
            What it came as.
        """
        names: list[str] = []
        if self.is_built:
            names = self.graph.input_names if side == "x" else self.graph.output_names
        return Columns(self.annotations).arranged(data, side, names)
