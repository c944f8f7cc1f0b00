"""Symbolic tensors: what a functional model is made of before there are numbers."""

from __future__ import annotations

import weakref
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from rdeep.catalogue.dispatch import Symbolic
from rdeep.catalogue.layers.base import Dims, Layer, Weight, is_engine_tensor
from rdeep.catalogue.layers.call_options import called_with, current_call
from rdeep.catalogue.layers.core import InputLayer, split_batch_shape
from rdeep.errors import (
    ArgumentError,
    Wording,
    called,
    class_name,
    format_shape,
    layer_title,
    show,
    worded,
)
from rdeep.graph.added_losses import note_use
from rdeep.graph.assignments import latest
from rdeep.graph.operation import OperationLayer, template_of
from rdeep.graph.operators import Operators


class Node:
    """One use of a layer: the tensors that go in and those that come out.

    Attributes
    ----------
    training : bool or None
        Whether the layer always acts as it does in training, or never; `None` for as its model.
    call : dict
        The options of this use, where they are others than the layer's.
    """

    __slots__ = ("__weakref__", "call", "inputs", "layer", "outputs", "training")

    def __init__(
        self,
        layer: Layer,
        inputs: Sequence[SymbolicTensor],
        training: bool | None = None,
        call: Mapping[str, Any] | None = None,
    ) -> None:
        self.call = dict(current_call() if call is None else call) if layer.call_options else {}
        with called_with(self.call):
            self._describe(layer, inputs, training)

    def _describe(
        self, layer: Layer, inputs: Sequence[SymbolicTensor], training: bool | None
    ) -> None:
        inputs = [latest(tensor) for tensor in inputs]
        shapes = [tensor.shape for tensor in inputs]
        _check_types(layer, inputs)
        layer.before_apply(inputs)
        layer.check_inputs(*shapes) if inputs else None
        if isinstance(layer, InputLayer):
            out: Any = (layer.batch_size, *layer.shape)
        else:
            out = layer.output_shape(*shapes)
            # Weights need sizes that an open shape may lack: say so here, where the layer is added.
            for weight in layer.weights(*shapes):
                weight.check(layer.name or type(layer).__name__)
            penalty = layer.penalty_on_output()
            if penalty is not None:
                for shape in out if isinstance(out, list) else [out]:
                    penalty.check_shape(shape)
        shapes_out = out if isinstance(out, list) else [out]
        first = inputs[0].dtype if inputs else "float32"
        dtypes = layer.output_dtypes(first, len(shapes_out))
        masked = layer.carries_mask([t.masked for t in inputs], shapes, len(shapes_out))
        # What a layer was applied to first says what weights it has: `rdeep.models.layer_calls`.
        if "_entries" not in layer.__dict__:
            layer.__dict__["_entries"] = [(t.shape, t.dtype) for t in inputs]
            layer.__dict__["_entered_with"] = self.call
        layer.__dict__.setdefault("_first_use", weakref.ref(self))
        self.layer, self.training = layer, training
        self.inputs = tuple(inputs)
        self.outputs = tuple(
            SymbolicTensor(self, index, *each)
            for index, each in enumerate(zip(shapes_out, dtypes, masked))
        )
        note_use(self)

    def declared(self) -> list[Weight]:
        """Return the weights that the layer declares for this use."""
        with called_with(self.call):
            declared: list[Weight] = self.layer.weights(*(tensor.shape for tensor in self.inputs))
        return declared

    @classmethod
    def again(
        cls,
        layer: Layer,
        inputs: Sequence[SymbolicTensor],
        training: bool | None,
        outputs: Sequence[tuple[Dims, str, bool]],
        call: Mapping[str, Any] | None = None,
    ) -> Node:
        """Return a use that was written down: nothing is looked at anew.

        Parameters
        ----------
        layer, inputs, training
            As for `Node`.
        outputs : sequence of (shape, dtype, masked)
            What the outputs are like.
        call : dict, optional
            The options of this use.
        """
        node = cls.__new__(cls)
        node.call = dict(call or {})
        node.layer, node.training, node.inputs = layer, training, tuple(inputs)
        node.outputs = tuple(
            SymbolicTensor(node, index, *about) for index, about in enumerate(outputs)
        )
        return node


def _check_types(layer: Layer, inputs: Sequence[SymbolicTensor]) -> None:
    """Refuse text where a layer takes numbers."""
    if layer.takes_text or all(tensor.dtype != "string" for tensor in inputs):
        return
    title = layer.name or type(layer).__name__
    raise ArgumentError(
        f"{layer_title(layer)} takes numbers, not text.",
        argument="inputs",
        received="text",
        expected="numbers",
        layer=title,
        hint=f"Turn text into numbers with {called('TextVectorization', 'layer')}, "
        f"{called('StringLookup', 'layer')} or {called('Hashing', 'layer')} first.",
    )


class SymbolicTensor(Operators, Symbolic):
    """A tensor without values: its shape, its type and the layer it comes from.

    Python's operators and `rdeep.ops` make further symbolic tensors of it.

    Attributes
    ----------
    shape : tuple
        The shape with the batch first; `None` where a size is open.
    dtype : str
        `"float32"`, `"int32"`, or `"string"` for text, which only preprocessing layers take.
    masked : bool
        Whether a mask of time steps comes with it.
    """

    __slots__ = ("dtype", "index", "masked", "node", "shape")

    def __init__(self, node: Node, index: int, shape: Dims, dtype: str, masked: bool) -> None:
        self.node = node
        self.index = index
        self.shape = shape
        self.dtype = dtype
        self.masked = masked

    def wording(self) -> Wording:
        """Say what the tensor is."""
        return worded(f"<SymbolicTensor shape={format_shape(self.shape)} dtype={self.dtype}>")

    def __repr__(self) -> str:
        return str(self.wording())

    def assign(self, value: object) -> SymbolicTensor:
        """Give a weight that is not trained another value; for `call` of a layer.

        What `call` reads of the weight afterwards is the new value. The weight takes it at each
        forward pass: in training, in predictions and in calls on data.

        Parameters
        ----------
        value : SymbolicTensor, array or number
            The value, of the weight's shape.

        Returns
        -------
        SymbolicTensor
            The weight, as it is then.
        """
        assign = getattr(self.node.layer, "assign", None)
        if assign is None or self.node.inputs:
            raise ArgumentError(
                f"Nothing can be assigned to {show(self)}: it is computed.",
                received=self,
                expected="a weight that add_weight() returned",
            )
        found: SymbolicTensor = assign(value)
        return found

    def assign_add(self, value: object) -> SymbolicTensor:
        """Add to a weight that is not trained, as `assign` changes it.

        Parameters
        ----------
        value : SymbolicTensor, array or number
            What is added.
        """
        return self.assign(latest(self) + value)

    def assign_sub(self, value: object) -> SymbolicTensor:
        """Subtract from a weight that is not trained, as `assign` changes it.

        Parameters
        ----------
        value : SymbolicTensor, array or number
            What is subtracted.
        """
        return self.assign(latest(self) - value)

    def apply_layer(self, layer: Layer, inputs: object) -> SymbolicTensor | list[SymbolicTensor]:
        """Return what a layer makes of this tensor and others: `apply_layer`."""
        return apply_layer(layer, inputs)


def apply_layer(
    layer: Layer, inputs: Any, training: bool | None = None
) -> SymbolicTensor | list[SymbolicTensor]:
    """Return what a layer makes of one symbolic tensor or a list of them.

    Parameters
    ----------
    layer : Layer
        The layer.
    inputs : SymbolicTensor or sequence of them
        What it is applied to; arrays and engines' tensors among them are constants of the
        graph.
    training : bool, optional
        Whether it always acts as it does in training, or never.
    """
    given = list(inputs) if isinstance(inputs, (list, tuple)) else [inputs]
    held = [is_engine_tensor(each) or isinstance(each, np.ndarray) for each in given]
    tensors = [constant(each) if has else each for each, has in zip(given, held)]
    for tensor in tensors:
        if not isinstance(tensor, SymbolicTensor):
            raise ArgumentError(
                f"{class_name(layer)} is called on symbolic tensors, not on {show(tensor)}.",
                argument="inputs",
                received=tensor,
            )
    outputs = Node(layer, tensors, training).outputs
    return outputs[0] if len(outputs) == 1 else list(outputs)


def Input(
    shape: object = None,
    dtype: str | None = None,
    name: str | None = None,
    *,
    batch_size: int | None = None,
    batch_shape: object = None,
    sparse: bool | None = None,
    ragged: bool | None = None,
    tensor: SymbolicTensor | None = None,
) -> SymbolicTensor:
    """Return a symbolic tensor for data to enter a functional model by.

    Parameters
    ----------
    shape : tuple of int or None
        The shape of one sample, without the batch; `None` where a size is open.
    dtype : {"float32", "int32", "string"}
        The type of the data.
    name : str, optional
        The input's name, by which `fit` finds its data in a dict.
    batch_size : int, optional
        The number of samples in each batch, where it is fixed: training, evaluation and prediction
        then go by batches of this size, and refuse others.
    batch_shape : tuple, optional
        The batch size (or `None`) and the shape of a sample, in the place of `shape`.
    sparse : bool, optional
        Not needed: data may be a sparse matrix at any input.
    ragged : bool, optional
        Not offered: samples of several lengths are padded.
    tensor : SymbolicTensor, optional
        One that is there already, and is returned.

    Returns
    -------
    SymbolicTensor

    Examples
    --------
    >>> from rdeep.graph.tensor import Input
    >>> Input((28, 28, 1)).shape
    (None, 28, 28, 1)
    """
    if tensor is not None:
        return tensor
    if batch_shape is not None:
        given = {"batch_shape": batch_shape}
        batch_size, shape = split_batch_shape(shape, batch_size, given)
    record = InputLayer(
        shape=shape, dtype=dtype or "float32", name=name, batch_size=batch_size, ragged=ragged
    )
    return Node(record, ()).outputs[0]


def constant(value: object) -> SymbolicTensor:
    """Return an array as a symbolic tensor, which the graph holds.

    Parameters
    ----------
    value : array or tensor of an engine
        The values; their first axis is not the batch.
    """
    template = template_of(value, [])
    spec = [list(np.shape(template["array"])), template["dtype"]]
    arguments = {"x": template, "dtype": template["dtype"]}
    return Node(OperationLayer("convert_to_tensor", arguments, [spec]), ()).outputs[0]
