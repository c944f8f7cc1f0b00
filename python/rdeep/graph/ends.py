"""The activations that a network's outputs end in."""

from __future__ import annotations

from rdeep.catalogue import activations as A
from rdeep.catalogue import layers as L
from rdeep.catalogue.activations import Activation
from rdeep.catalogue.layers.base import Layer
from rdeep.catalogue.registry import find
from rdeep.graph.composite import AddedLoss, Composite
from rdeep.graph.operation import OperationLayer
from rdeep.graph.tensor import SymbolicTensor

# Layers that change no value when a model predicts.
_PASSING = (
    AddedLoss,
    L.ActivityRegularization,
    L.Dropout,
    L.Flatten,
    L.GaussianNoise,
    L.Identity,
    L.Permute,
    L.RepeatVector,
    L.Reshape,
)
# Layers that end in the activation among their options. Recurrent layers go on after theirs.
_ENDING = (
    L.Activation,
    L.Conv1D,
    L.Conv2D,
    L.Conv3D,
    L.Conv1DTranspose,
    L.Conv2DTranspose,
    L.Conv3DTranspose,
    L.Dense,
    L.DepthwiseConv1D,
    L.DepthwiseConv2D,
    L.EinsumDense,
    L.SeparableConv1D,
    L.SeparableConv2D,
)
_OPERATIONS = ("sigmoid", "softmax", "log_softmax", "log_sigmoid", "tanh", "relu", "softplus")


def end_of(output: SymbolicTensor) -> Activation | None:
    """Return the activation that an output ends in.

    Parameters
    ----------
    output : SymbolicTensor
        The output.

    Returns
    -------
    Activation or None
        `Linear()` where a layer of weights has no activation; `None` where nobody can tell.
    """
    node = output.node
    layer = node.layer
    if isinstance(layer, Composite):
        inner = layer.inner_graph.outputs(False)
        place = next(i for i, each in enumerate(node.outputs) if each is output)
        return end_of(inner[place])
    if isinstance(layer, _PASSING):
        return end_of(node.inputs[0])
    end = _end_of_layer(layer)
    if isinstance(layer, L.Activation) and isinstance(end, A.Linear):
        return end_of(node.inputs[0])
    over_rows = isinstance(end, (A.Softmax, A.LogSoftmax)) and end.axis not in (
        -1,
        len(output.shape) - 1,
    )
    return None if over_rows else end


def _end_of_layer(layer: Layer) -> Activation | None:
    if isinstance(layer, (L.TimeDistributed, L.SpectralNormalization)):
        return _end_of_layer(layer.layer)
    if isinstance(layer, L.Softmax):
        axis = layer.axis
        return A.Softmax(axis) if isinstance(axis, int) else None
    if isinstance(layer, (L.ReLU, L.LeakyReLU, L.PReLU, L.ELU)):
        return A.Relu() if isinstance(layer, L.ReLU) else A.Elu()
    if isinstance(layer, OperationLayer):
        named = layer.operation in _OPERATIONS and set(layer.arguments) <= {"x", "axis"}
        return _operation(layer) if named else None
    if not isinstance(layer, _ENDING):
        return None
    activation = getattr(layer, "activation", None)
    return A.Linear() if activation is None else activation


def _operation(layer: OperationLayer) -> Activation:
    options = {k: v for k, v in layer.arguments.items() if k == "axis" and v is not None}
    return find("activation", layer.operation)(**options)
