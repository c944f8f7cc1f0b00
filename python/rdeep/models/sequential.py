"""`Sequential`: a chain of layers that grows at its end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from rdeep.catalogue.layers import InputLayer, Layer
from rdeep.catalogue.options import Shape, checked
from rdeep.data.sparse import as_sparse
from rdeep.errors import ArgumentError, StateError, class_name, named, show
from rdeep.graph import plain
from rdeep.graph.composite import Composite
from rdeep.graph.layer import GraphLayer
from rdeep.graph.network import Graph
from rdeep.graph.tensor import Input, SymbolicTensor
from rdeep.models.model import Model
from rdeep.models.tensors import kind_of
from rdeep.ops.dispatch import engine_of
from rdeep.preprocessing.texts import is_text


class Sequential(Model):
    """A chain of layers.

    Parameters
    ----------
    layers : sequence of Layer, optional
        The layers; the first may be `Input(...)`.
    input_shape : tuple, optional
        The shape of one sample. Without it the shape is found at the first `fit`.
    name, backend, device, seed
        As for `Model`.
    input_dtype : {"float32", "int32", "string"}
        The type of the data.

    Examples
    --------
    >>> from rdeep import Sequential
    >>> from rdeep.layers import Dense
    >>> model = Sequential([Dense(8, "relu"), Dense(1)], input_shape=(4,))
    >>> model.count_params()
    49
    """

    kind = "sequential"

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "call" in cls.__dict__:
            raise ArgumentError(
                f"{class_name(cls)} overrides call(), but a {named('Sequential')} is the chain of "
                "its layers.",
                argument="call",
                hint=f"Inherit from {named('Model', 'rdeep.')}.",
            )

    def __init__(
        self,
        layers: Sequence[Layer | SymbolicTensor] = (),
        input_shape: object = None,
        name: str | None = None,
        backend: str | None = None,
        device: str | None = None,
        seed: int | None = None,
        input_dtype: str | None = None,
    ) -> None:
        self._set_up(name, backend, device, seed)
        self._records: list[Layer] = []
        self._head: SymbolicTensor | None = None
        self._tail: SymbolicTensor | None = None
        if input_shape is not None:
            shape = checked(Shape(), input_shape, "input_shape")
            self._begin(Input(shape, input_dtype))
        # One graph of all of them, not one after each.
        seen: set[int] = set()
        for each in layers:
            layer = self._as_record(each)
            if layer is None:
                continue
            if id(layer) in seen:
                raise self._is_there(layer)
            seen.add(id(layer))
            self._begin_as(layer)
            if self._tail is not None:
                self._tail = self._applied(layer, self._tail)
            self._records.append(layer)
        if self._head is not None and self._tail is not self._head:
            self._take_graph(Graph([self._head], [self._tail]))

    def add(self, layer: Layer | GraphLayer | SymbolicTensor | Model) -> None:
        """Add a layer at the end.

        Parameters
        ----------
        layer : Layer or Model
            The layer, or `Input(...)` before all others. A model becomes a layer and shares its
            weights, as a layer of another model does.

        Raises
        ------
        ShapeError
            If it does not fit what comes before it.
        ArgumentError
            If it is not a layer, is in the model already, or takes several inputs.
        """
        record = self._as_record(layer)
        if record is None:
            return
        if any(record is each for each in self._records):
            raise self._is_there(record)
        self._begin_as(record)
        if self._head is not None:
            tail = self._applied(record, self._tail)
            self._take_graph(Graph([self._head], [tail]))
            self._tail = tail
        self._records.append(record)

    def _begin_as(self, layer: Layer) -> None:
        """Begin with the input of a model, if one comes first: its shape is known."""
        if self._head is None and not self._records and type(layer) is Composite:
            inputs = layer.inner_graph.graph.inputs
            if len(inputs) == 1:
                self._begin(Input(inputs[0].shape[1:], inputs[0].dtype))

    def _as_record(self, layer: Any) -> Layer | None:
        """Return what is to be added; an input is taken up at once."""
        if isinstance(layer, SymbolicTensor) and isinstance(layer.node.layer, InputLayer):
            self._begin(layer)
            return None
        if isinstance(layer, Model):
            layer = layer.as_layer()
        if isinstance(layer, GraphLayer):
            layer = layer.record
        if not isinstance(layer, Layer):
            raise ArgumentError(
                f"A model is made of layers; {show(layer)} is not one.",
                argument="layer",
                received=layer,
            )
        if self._head is None and not self._records and layer.first_input is not None:
            dtype = "int32" if layer.code_limits() is not None else "float32"
            self._begin(Input(dtype=dtype, **layer.first_input))
        if isinstance(layer, InputLayer):
            self._begin(Input(layer.shape, layer.dtype, layer.name, batch_size=layer.batch_size))
            return None
        return layer

    def _is_there(self, layer: Layer) -> ArgumentError:
        return ArgumentError(
            f"{show(layer)} is in the model already: a chain uses a layer once.",
            argument="layer",
            hint="Make another one, or share layers in a functional model.",
        )

    def build(self, input_shape: Any = None) -> None:
        """Make the weights for an input of a shape.

        Parameters
        ----------
        input_shape : tuple
            The shape with the batch.
        """
        if input_shape is not None and self._head is None:
            self._begin(Input(tuple(input_shape)[1:]))

    def pop(self) -> None:
        """Take the last layer away.

        Raises
        ------
        StateError
            If there is none.
        """
        if not self._records:
            raise StateError("The model has no layers to take away.")
        self._records.pop()
        if self._head is not None:
            self._begin_again(self._head)

    @property
    def records(self) -> list[Layer]:
        """The layers as they were added, also while the input's shape is not known."""
        return list(self._records)

    @property
    def layers(self) -> list[GraphLayer]:
        """The layers that were added: as in Keras, the input is not one of them."""
        if not self.is_built:
            return list(self._records)  # type: ignore[arg-type]
        return [layer for layer in self.graph.layers if not isinstance(layer.record, InputLayer)]

    @property
    def text_inputs(self) -> list[bool]:
        """Whether the input takes text, or may take it as long as nobody has said."""
        if self.is_built:
            return super().text_inputs
        return [bool(self._records) and self._records[0].takes_text]

    def _all_records(self) -> list[Layer]:
        return super()._all_records() if self.is_built else self.records

    def _structure(self) -> dict[str, Any]:
        if self.is_built:
            return super()._structure()
        return {"graph": None, "layers": plain.records_to_data(self._records)}

    @classmethod
    def _from_structure(cls, description: Mapping[str, Any], **options: Any) -> Sequential:
        if description["graph"] is None:
            return cls(plain.records_from_data(description["layers"]), **options)
        graph = plain.from_data(description["graph"])
        return Sequential([graph.inputs[0], *(node.layer for node in graph.nodes[1:])], **options)

    def _build_from(self, x: object) -> None:
        if not self._records:
            raise StateError("The model has no layers yet.", hint="Add one first.")
        alone = x[0] if isinstance(x, (list, tuple)) and len(x) == 1 else x
        sparse = as_sparse(alone)
        if sparse is not None:
            self._begin(Input(sparse.shape[1:]))
            return
        tensor = engine_of([alone]) is not None
        array: Any = alone if tensor else np.asarray(alone)
        first = self._records[0]
        codes = first.code_limits() is not None and kind_of(array) in "iu"
        text = first.takes_text and (kind_of(array) == "U" if tensor else is_text(array))
        dtype = "string" if text else "int32" if codes else "float32"
        self._begin(Input(tuple(array.shape)[1:] or (1,), dtype))

    def _build_for(self, tensors: Sequence[SymbolicTensor]) -> None:
        self._begin(Input(tensors[0].shape[1:], tensors[0].dtype))

    def _begin(self, head: SymbolicTensor) -> None:
        if self._head is not None:
            raise ArgumentError("The model has an input already.", argument="input_shape")
        self._begin_again(head)

    def _begin_again(self, head: SymbolicTensor) -> None:
        tail = head
        for record in self._records:
            tail = self._applied(record, tail)
        # The weights of the layers that stay are kept.
        self._take_graph(Graph([head], [tail]))
        self._head, self._tail = head, tail

    def _applied(self, layer: Layer, tail: SymbolicTensor | None) -> SymbolicTensor:
        found = layer(tail)
        if not isinstance(found, SymbolicTensor):
            raise ArgumentError(
                f"{show(layer)} returns several tensors; a chain passes one on.", argument="layer"
            )
        return found

    def __getstate__(self) -> dict[str, Any]:
        """Return what pickle and copies keep: the ends of the chain are the graph's."""
        return {**super().__getstate__(), "_head": None, "_tail": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        if self._parameters is not None:
            graph = self._parameters.graph
            self._head, self._tail = graph.inputs[0], graph.outputs[0]

    def __repr__(self) -> str:
        if self.is_built:
            return super().__repr__()
        return (
            f"<Sequential {self.name!r} on {self.backend}, {len(self._records)} layers, not built>"
        )
