"""What can be read off a model's graph: methods of `Model`, written as functions of one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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


def summary(
    model: DescribedModel,
    /,
    line_length: int | None = None,
    positions: object = None,
    print_fn: Callable[[str], Any] | None = None,
    expand_nested: bool = False,
    show_trainable: bool = False,
    layer_range: Sequence[str] | None = None,
) -> None:
    """Print the layers, their output shapes and numbers of parameters.

    Parameters
    ----------
    line_length, positions
        Without effect: columns are as wide as what is in them.
    print_fn : function of a text, optional
        What to do with the table in the place of printing it.
    expand_nested : bool
        Whether the layers of models within the model are shown beneath them.
    show_trainable : bool
        Whether there is a column that says which layers are trained.
    layer_range : two names, optional
        The first and the last layer to show.
    """
    title = f"Model {model.name!r} on {model.backend}"
    if not model.is_built:
        text = f"{title}: not built yet, so that its layers' sizes are not known"
    else:
        text = summaries.render(
            model.graph, title, bool(expand_nested), bool(show_trainable), layer_range
        )
    (print_fn or print)(text)


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
