"""The networks of tabular models, of the catalogue's layers.

Each gives `(batch, ensemble, outputs)`: on the scale of the family's link, for as many networks as
share the weights.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from rdeep.catalogue import layers
from rdeep.catalogue.initializers import RandomNormal, RandomUniform, VarianceScaling
from rdeep.graph.network import Graph
from rdeep.graph.tensor import Input, SymbolicTensor
from rdeep.tabular.settings import Settings

HEAD = "head"
"""The layer that ends each network."""

_FREQUENCIES = 16
_NARROWEST = 1e-4
# Uniform within one by the square root of the inputs, as TabM starts.
_BY_INPUTS = VarianceScaling(1 / 3, "fan_in", "uniform")


@dataclass
class Shape:
    """What a network takes and gives.

    Attributes
    ----------
    numbers : int
        How many numbers a row has.
    edges : tuple of tuple of float
        Where each number is cut into pieces; empty where it becomes waves.
    narrow, wide : tuple of int
        The numbers of levels of factors with few of them, and with many.
    outputs, constants : int
        How many values to predict, and how many of them do not depend on the data.
    offset : bool
        Whether something is added to the output.
    intercept : bool
        Whether the output has a constant, which relative risks have not.
    """

    numbers: int
    edges: tuple[tuple[float, ...], ...]
    narrow: tuple[int, ...]
    wide: tuple[int, ...]
    outputs: int
    constants: int
    offset: bool
    intercept: bool


def cut_points(numbers: np.ndarray, pieces: int) -> tuple[tuple[float, ...], ...]:
    """Return where to cut columns of numbers into pieces: at their quantiles.

    Parameters
    ----------
    numbers : numpy.ndarray
        Encoded numbers, none of which is the same in all rows.
    pieces : int
        How many pieces at the most.
    """
    levels = np.linspace(0.0, 1.0, pieces + 1)
    cuts = []
    for column in numbers.T:
        points = [float(p) for p in np.quantile(column, levels)]
        kept = points[:1]
        for point in points[1:]:
            # A piece too narrow for float32 would be all slope.
            if point - kept[-1] > _NARROWEST:
                kept.append(point)
        cuts.append(tuple(kept if len(kept) > 1 else [points[0], points[0] + 1.0]))
    return tuple(cuts)


@dataclass
class Columns:
    """The symbolic tensors that columns enter by; `None` where there are no such columns."""

    numbers: SymbolicTensor | None
    levels: SymbolicTensor | None
    codes: SymbolicTensor | None


def network(settings: Settings, shape: Shape) -> Graph:
    """Return the graph of a network.

    Parameters
    ----------
    settings : Settings
        What it is made of.
    shape : Shape
        What it takes and gives.
    """
    columns = Columns(
        Input((shape.numbers,), name="numbers") if shape.numbers else None,
        Input((len(shape.narrow),), "int32", name="levels") if shape.narrow else None,
        Input((len(shape.wide),), "int32", name="codes") if shape.wide else None,
    )
    output = _BODIES[settings.architecture](settings, shape, columns)
    inputs = [x for x in (columns.numbers, columns.levels, columns.codes) if x is not None]
    if shape.offset:
        offset = Input((settings.ensemble, shape.outputs), name="offset")
        inputs.append(offset)
        output = layers.Add(name="with_offset")([output, offset])
    return Graph(inputs, [output])


def _linear(settings: Settings, shape: Shape, columns: Columns) -> SymbolicTensor:
    assert columns.numbers is not None
    return _single(shape, columns.numbers, kernel_initializer="zeros")


def _tabm(settings: Settings, shape: Shape, columns: Columns) -> SymbolicTensor:
    """Return an ensemble that shares its kernels (Gorishniy et al., 2024)."""
    x = layers.Members(settings.ensemble)(column_features(settings, shape, columns))
    for number, units in enumerate(settings.hidden_units):
        bound = float(x.shape[-1] or 1) ** -0.5
        dense = layers.EnsembleDense(
            units,
            "relu",
            kernel_initializer=_BY_INPUTS,
            bias_initializer=RandomUniform(-bound, bound),
            # The members part at the first layer: further on they start alike.
            input_initializer="ones" if number else RandomNormal(stddev=1.0),
        )
        x = _dropped(settings, dense(x))
    head = layers.MemberDense(
        _means(shape), use_bias=shape.intercept, kernel_initializer=_BY_INPUTS, name=HEAD
    )
    return _finished(head(x), shape)


def _mlp(settings: Settings, shape: Shape, columns: Columns) -> SymbolicTensor:
    x = column_features(settings, shape, columns)
    for units in settings.hidden_units:
        x = _dropped(settings, layers.Dense(units, "relu", kernel_initializer="he_uniform")(x))
    return _single(shape, x)


def _resnet(settings: Settings, shape: Shape, columns: Columns) -> SymbolicTensor:
    """Return a residual network (Gorishniy et al., 2021), normalised by layer."""
    width = settings.hidden_units[0]
    x = layers.Dense(width)(column_features(settings, shape, columns))
    for units in settings.hidden_units:
        inner = layers.Dense(units, "relu")(layers.LayerNormalization()(x))
        x = layers.Add()([x, layers.Dense(width)(_dropped(settings, inner))])
    return _single(shape, layers.Activation("relu")(layers.LayerNormalization()(x)))


def _ft_transformer(settings: Settings, shape: Shape, columns: Columns) -> SymbolicTensor:
    """Return a transformer over columns (Gorishniy et al., 2021)."""
    units = settings.embedding_units
    tokens = []
    if columns.numbers is not None:
        tokens.append(layers.FeatureTokens(units)(columns.numbers))
    if columns.levels is not None:
        # Here -1 needs a vector too: all codes go up by one.
        lifted = tuple(count + 1 for count in shape.narrow)
        tokens.append(layers.CategoryTokens(lifted, units)(columns.levels))
    if columns.codes is not None:
        lifted = tuple(count + 1 for count in shape.wide)
        tokens.append(layers.CategoryTokens(lifted, units)(columns.codes))
    x = layers.Concatenate(axis=1)(tokens) if len(tokens) > 1 else tokens[0]
    x = layers.ClassToken()(x)
    heads = max(1, units // 8)
    for inner in settings.hidden_units:
        seen = layers.LayerNormalization()(x)
        x = layers.Add()([x, layers.MultiHeadAttention(heads, units // heads)([seen, seen])])
        moved = layers.Dense(inner, "gelu")(layers.LayerNormalization()(x))
        x = layers.Add()([x, layers.Dense(units)(_dropped(settings, moved))])
    first = layers.FirstToken()(x)
    return _single(shape, layers.Activation("relu")(layers.LayerNormalization()(first)))


_BODIES: dict[str, Callable[[Settings, Shape, Columns], SymbolicTensor]] = {
    "linear": _linear,
    "tabm": _tabm,
    "mlp": _mlp,
    "resnet": _resnet,
    "ft_transformer": _ft_transformer,
}


def column_features(settings: Settings, shape: Shape, columns: Columns) -> SymbolicTensor:
    """Return all columns as one vector.

    Numbers become vectors along the pieces that they are cut into (Gorishniy et al., 2022), or
    waves beside themselves (PBLD of Holzmüller et al., 2024). The first dense layer is a table of
    vectors for the levels of factors; where there are many, a smaller table comes before it.

    Parameters
    ----------
    settings : Settings
        The sizes of what numbers and levels become.
    shape : Shape
        What columns there are.
    columns : Columns
        The symbolic tensors that they enter by.
    """
    parts = []
    if columns.numbers is not None:
        units = settings.embedding_units
        embedding: layers.Layer = layers.PeriodicEmbedding(
            units, _FREQUENCIES, sigma=0.1, phases=True, keep_input=True
        )
        if shape.edges:
            embedding = layers.PiecewiseLinearEmbedding(shape.edges, units)
        parts.append(layers.Flatten()(embedding(columns.numbers)))
    if columns.levels is not None:
        parts.append(layers.OneHot(shape.narrow)(columns.levels))
    if columns.codes is not None:
        lifted = tuple(count + 1 for count in shape.wide)
        tokens = layers.CategoryTokens(lifted, 2 * settings.embedding_units)(columns.codes)
        parts.append(layers.Flatten()(tokens))
    return layers.Concatenate()(parts) if len(parts) > 1 else parts[0]


def _dropped(settings: Settings, x: SymbolicTensor) -> SymbolicTensor:
    return layers.Dropout(settings.dropout)(x) if settings.dropout else x


def _single(shape: Shape, x: SymbolicTensor, **options: Any) -> SymbolicTensor:
    """Return the end of a network that is no ensemble."""
    head = layers.Dense(_means(shape), use_bias=shape.intercept, name=HEAD, **options)
    return _finished(layers.Reshape((1, _means(shape)))(head(x)), shape)


def _means(shape: Shape) -> int:
    """Return how many outputs depend on the data; a dispersion does not."""
    return shape.outputs - shape.constants


def _finished(x: SymbolicTensor, shape: Shape) -> SymbolicTensor:
    return layers.AppendParameter(shape.constants)(x) if shape.constants else x
