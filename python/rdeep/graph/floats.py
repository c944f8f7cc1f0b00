"""Casts before layers that compute in floats, as in Keras: of integers, and of 64 bits to 32."""

from __future__ import annotations

from rdeep.catalogue.activations import Linear
from rdeep.catalogue.layers import Activation, InputLayer
from rdeep.catalogue.layers.preprocessing_base import Preprocessing
from rdeep.graph.composite import Composite
from rdeep.graph.layer import GraphLayer
from rdeep.graph.operation import OperationLayer

# Operations know by themselves what they do with whole numbers; graphs within are asked anew.
_APART = (InputLayer, Composite, OperationLayer)


def computes_in_floats(layer: GraphLayer) -> bool:
    """Return whether numbers that enter a layer become floats of the network's type first.

    So it is with whole numbers where floats come out, unless the layer looks something up by the
    numbers, and with those of 64 bits, unless the layer computes in these.

    Parameters
    ----------
    layer : GraphLayer
        The layer in its graph.
    """
    record = layer.record
    if isinstance(record, _APART):
        return False
    if any(tensor.dtype == "float64" for node in layer.nodes for tensor in node.inputs):
        return record.own_dtype is None
    if record.merges or isinstance(record, Preprocessing):
        return False
    if isinstance(record, Activation) and isinstance(record.activation, Linear):
        return False  # Nothing is computed: ids that pass keep all their digits.
    if record.takes_ids() or record.code_limits() is not None:
        return False
    entering = [node.inputs[0].dtype for node in layer.nodes if node.inputs]
    return any(
        dtype.startswith(("int", "uint")) and record.output_dtype(dtype) == "float32"
        for dtype in entering
    )
