"""Finding a weight of the model among the variables of Keras layers.

Keras's layouts are the neutral ones, so values need no conversion.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras

from rdeep.engines.native_forms import refuse_missing
from rdeep.graph.layer import GraphLayer


def variables(layer: GraphLayer, built: keras.layers.Layer) -> dict[str, Any]:
    """Return a layer's variables by their names in the model, such as `dense/kernel`.

    Those that are the same as another layer's have their further names, too.

    Parameters
    ----------
    layer : GraphLayer
        The layer in the graph.
    built : keras.layers.Layer
        What was built for it.
    """
    return {
        f"{layer.name}/{weight.name}": held_variable(built, weight.name)
        for weight in layer.declared
    }


def held_variable(built: keras.layers.Layer, name: str) -> Any:
    """Return one of a Keras layer's variables, or say that the layer does not hold it.

    Parameters
    ----------
    built : keras.layers.Layer
        What was built for a layer.
    name : str
        The weight's name in the layer.
    """
    try:
        return variable_of(built, name)
    except (AttributeError, StopIteration):
        refuse_missing([name], (), "TensorFlow", _WHERE_WEIGHTS_ARE)


_WHERE_WEIGHTS_ARE = (
    "The last Keras layer that the form returns has the weights, by the names and shapes that the "
    "record's weights() says; Keras's `add_weight` makes them."
)


def variable_of(built: Any, name: str) -> Any:
    """Return one of a Keras layer's variables.

    Parameters
    ----------
    built : keras.layers.Layer
        The layer.
    name : str
        The weight's name in the layer.
    """
    if hasattr(built, "find_variable"):
        return built.find_variable(name)
    held = getattr(built, "held", {})
    if name in held:
        return held[name]
    inside = getattr(built, "inside", None)
    if inside is not None:
        return variable_of(inside, name)
    if "/" in name:
        way, name = name.split("/", 1)
        return variable_of(getattr(built, f"{way}_layer"), name)
    # By name, not by place: Keras lists frozen weights apart from the others.
    return next(v for v in built.weights if v.name == name)


def share(pairs: Sequence[tuple[Any, Any]]) -> bool:
    """Give Keras variables what others hold, if all are alike; return whether they were.

    Parameters
    ----------
    pairs : sequence of (variable, variable)
        Keras variables that nothing was computed with so far, and the others.
    """
    alike = all(
        own is other
        or (
            isinstance(own, keras.Variable)
            and isinstance(other, keras.Variable)
            and (own.shape, own.dtype) == (other.shape, other.dtype)
        )
        for own, other in pairs
    )
    if alike:
        for own, other in pairs:
            # Layers hold Keras's variable in many places; TensorFlow's stands in it.
            own._value = other._value
    return alike
