"""A network computed with other weights than its own, which gradients flow to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras
import tensorflow as tf


def call_with(
    network: Any, values: Mapping[str, Any], inputs: list[Any], training: bool, seed: int
) -> tuple[list[Any], list[Any], dict[str, Any]]:
    """Return outputs, what layers add to the loss, and the weights as they are then.

    Parameters
    ----------
    network : TensorFlowNetwork
        The network.
    values : mapping of str to Tensor or array
        The weights to compute with.
    inputs, training, seed
        As for the network's `call`.
    """
    variables = {name: network.variables[name] for name in values}
    cast = {name: tf.cast(each, tf.float32) for name, each in values.items()}
    pairs = [
        (variable, each)
        for name, each in cast.items()
        for variable in (variables[name], *network.further(name))
    ]
    with keras.StatelessScope(state_mapping=pairs) as scope:
        outputs = network.call(inputs, training, seed)
        terms = network.penalty_terms()
        after = {name: tf.convert_to_tensor(each.value) for name, each in variables.items()}
    del scope
    return outputs, terms, after
