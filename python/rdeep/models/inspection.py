"""What can be read off a model's graph: methods of `Model`, written as functions of one."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.options import Text, checked
from rdeep.data.columns import Columns
from rdeep.errors import ArgumentError, show
from rdeep.graph import diagram
from rdeep.graph import summary as summaries
from rdeep.graph.layer import GraphLayer
from rdeep.models.interface import DescribedModel


def get_layer(
    model: DescribedModel, /, name: str | None = None, index: int | None = None
) -> GraphLayer:
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
        return model.graph.find_layer(checked(Text(), name, "name"))
    layers = model.layers
    if index is None or not -len(layers) <= index < len(layers):
        raise ArgumentError(
            f"The model has {len(layers)} layers; there is none at {show(index)}.",
            argument="index",
            received=index,
        )
    return layers[index]


def summary_rows(model: DescribedModel, /) -> list[dict[str, str | int]]:
    """Return the summary's rows as plain data."""
    return summaries.rows(model.graph)


def layer_uses(model: DescribedModel, /) -> list[dict[str, Any]]:
    """Return each use of a layer as plain data, for a picture."""
    return diagram.uses(model.graph)


def counts(model: DescribedModel, /) -> dict[str, int]:
    """Return the numbers of parameters: total, trainable, non-trainable."""
    return summaries.counts(model.graph)


def count_params(model: DescribedModel, /) -> int:
    """Return the number of values in all weights."""
    return counts(model)["total"]


def summary(model: DescribedModel, /) -> None:
    """Print the layers, their output shapes and numbers of parameters."""
    print(summaries.render(model.graph, f"Model {model.name!r} on {model.backend}"))


def arranged(model: DescribedModel, /, data: object, side: str = "x") -> Any:
    """Return data with its columns in the order that the model was fitted with.

    Parameters
    ----------
    data : object
        What a user passed.
    side : {"x", "y"}
        What it came as.
    """
    names: list[str] = []
    if model.is_built:
        names = model.graph.input_names if side == "x" else model.graph.output_names
    return Columns(model.annotations).arranged(data, side, names)
