"""The networks of series: what is left of smoothing, as a linear part and a residual perceptron."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from rdeep.catalogue import layers
from rdeep.graph.tensor import Input, SymbolicTensor
from rdeep.models import Model
from rdeep.ready.own_network import apply_own
from rdeep.series.ridge import Linear

LINEAR, LEARNED, EFFECTS = "linear", "learned", "effects"
"""The layers that add up: the linear part, which is not trained, and what is learned besides."""
_PER_STEP = 4
"""How many numbers each step ahead gets of what was seen, to be met with its covariates."""


@dataclass
class Shape:
    """What a network takes and gives.

    Attributes
    ----------
    context, columns : int
        How many times are looked at, and how many numbers each has.
    state, future : int
        How many numbers of state there are, and of covariates at each time ahead.
    horizon, levels : int
        How many times ahead, and how many quantiles of each.
    """

    context: int
    columns: int
    state: int
    future: int
    horizon: int
    levels: int


def network(shape: Shape, units: int, dropout: float, own: Any) -> tuple[list[Any], SymbolicTensor]:
    """Return the inputs and the output of a network: quantiles, `(batch, horizon, levels)`.

    Parameters
    ----------
    shape : Shape
        What it takes and gives.
    units : int
        The width of hidden layers.
    dropout : float
        The share of units that are left out in a step of training.
    own : layers or None
        A user's layers, on the context.
    """
    context = Input((shape.context, shape.columns), name="context")
    state = Input((shape.state,), name="state")
    inputs = [context, state]
    outputs = shape.horizon * shape.levels
    seen = layers.Concatenate(name="seen")([layers.Flatten(name="values")(context), state])
    if own is not None:
        found = apply_own(own, context)
        if len(found.shape) > 2:
            found = layers.Flatten(name="own_values")(found)
        hidden = layers.Concatenate(name="hidden")([found, state])
    else:
        first = layers.Dense(units, activation="relu", name="first")(seen)
        second = layers.Dense(units, activation="relu", name="second")(first)
        added = layers.Add(name="hidden")([first, second])
        hidden = layers.Dropout(dropout, name="dropout")(added)
    linear = layers.Dense(outputs, name=LINEAR)
    linear.trainable = False
    # It begins with the linear part alone: what is learned besides starts at nothing.
    learned = layers.Dense(outputs, kernel_initializer="zeros", use_bias=False, name=LEARNED)(
        hidden
    )
    result = layers.Add(name="quantiles_flat")([linear(seen), learned])
    result = layers.Reshape((shape.horizon, shape.levels), name="quantiles")(result)
    if shape.future:
        future = Input((shape.horizon, shape.future), name="future")
        inputs.append(future)
        per_step = layers.Dense(shape.horizon * _PER_STEP, name="per_step")(hidden)
        per_step = layers.Reshape((shape.horizon, _PER_STEP), name="steps")(per_step)
        met = layers.Concatenate(name="met")([per_step, future])
        met = layers.Dense(16, activation="relu", name="decoder")(met)
        met = layers.Dense(shape.levels, kernel_initializer="zeros", name=EFFECTS)(met)
        result = layers.Add(name="with_future")([result, met])
    return inputs, result


def set_linear(model: Model, linear: Linear) -> None:
    """Give a network its linear part.

    Parameters
    ----------
    model : Model
        The network.
    linear : Linear
        What ridge regression found.
    """
    levels = linear.quantiles.shape[1]
    model.set_weights(
        {
            f"{LINEAR}/kernel": np.repeat(linear.kernel, levels, axis=1).astype(np.float32),
            f"{LINEAR}/bias": linear.quantiles.reshape(-1).astype(np.float32),
        }
    )


def predicted(model: Model, inputs: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return a network's quantiles in order: `(rows, horizon, levels)`.

    Parameters
    ----------
    model : Model
        The network.
    inputs : mapping
        What it is given, by name.
    """
    found = np.asarray(model.predict(dict(inputs)), np.float64)
    return np.sort(found, axis=-1)


def use_share(model: Model, share: float) -> None:
    """Have what a network learned beside its linear part count by a share.

    Parameters
    ----------
    model : Model
        The network.
    share : float
        Between 0 and 1.
    """
    if share == 1.0:
        return
    weights = model.get_named_weights()
    ends = [name for name in weights if name.split("/")[0] in (LEARNED, EFFECTS)]
    model.set_weights({name: weights[name] * np.float32(share) for name in ends})
