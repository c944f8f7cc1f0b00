"""The layers that a user brings, in the place of a ready-made model's own."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.layers import Layer
from rdeep.errors import ArgumentError, show
from rdeep.graph.layer import GraphLayer
from rdeep.graph.tensor import SymbolicTensor
from rdeep.models import Model


def apply_own(network: Any, inputs: SymbolicTensor) -> SymbolicTensor:
    """Return what a user's layers make of a symbolic tensor.

    Parameters
    ----------
    network : Model, layer, list of layers, or function of a tensor
        The layers, without the output layer.
    inputs : SymbolicTensor
        What they are given.

    Raises
    ------
    ArgumentError
        If they are none of these, or do not give one tensor.
    """
    outputs: Any = inputs
    for each in network if isinstance(network, (list, tuple)) else [network]:
        if not callable(each):
            raise _not_layers(network)
        outputs = each(outputs)
    if not isinstance(outputs, SymbolicTensor):
        raise ArgumentError(
            f"'network' must give one tensor, not {show(outputs)}.",
            argument="network",
            received=network,
        )
    return outputs


def check_own(network: Any) -> Any:
    """Refuse what cannot be a network, and return it.

    Parameters
    ----------
    network : object
        What was given, or `None`.
    """
    listed = network if isinstance(network, (list, tuple)) else [network]
    if network is not None and not (listed and all(_is_layer(each) for each in listed)):
        raise _not_layers(network)
    return network


def _is_layer(value: Any) -> bool:
    return isinstance(value, (Model, Layer, GraphLayer)) or callable(value)


def _not_layers(network: Any) -> ArgumentError:
    return ArgumentError(
        f"'network' must be a model, a layer, a list of layers or a function of a tensor, not "
        f"{show(network)}.",
        argument="network",
        received=network,
        hint="Give the layers between the input and the output layer, which the model adds.",
    )
