"""What layers of attention share: their inputs' roles, checks, and options."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rdeep.catalogue.layers.base import Dims, Layer
from rdeep.catalogue.options import Flag, option
from rdeep.errors import ShapeError, Wording, format_shape, layer_title, worded

USE_CAUSAL_MASK = option(
    Flag(),
    False,
    "Whether queries attend to no later steps (causal attention).",
    keyword_only=True,
)
RETURN_ATTENTION_SCORES = option(
    Flag(),
    False,
    "Whether to return the attention weights too, as a second tensor.",
    keyword_only=True,
)
USE_ATTENTION_MASK = option(
    Flag(),
    False,
    "Whether the last input is an attention mask of the shape `(batch, queries, values)`: "
    "1 where a query may attend to a value, else 0.",
    keyword_only=True,
)


def roles(query: Any, value: Any = None, key: Any = None) -> tuple[Any, ...]:
    """Return the query, the value and the key, of which one can stand for others.

    Parameters
    ----------
    query, value, key : tensor or shape
        What was given.
    """
    value = query if value is None else value
    return query, value, value if key is None else key


def attention_refusal(
    layer: Layer, problem: str | Wording, received: Any, expected: str | Wording
) -> ShapeError:
    """Return the error that says what is wrong with a layer's inputs.

    Parameters
    ----------
    layer : Layer
        The layer.
    problem : str or Wording
        What the layer wants, and what it got.
    received : object
        What it got.
    expected : str or Wording
        What it wants.
    """
    title = layer.name or type(layer).__name__
    return ShapeError(
        f"{layer_title(layer)} {problem}.",
        layer=title,
        argument="inputs",
        received=received,
        expected=expected,
    )


def check_sequences(layer: Layer, shapes: Sequence[Dims], rank: int | None) -> None:
    """Refuse other than one to three sequences, and keys that are not the values'.

    Parameters
    ----------
    layer : Layer
        The layer.
    shapes : sequence of tuple
        The shapes of its queries, values and keys.
    rank : int, optional
        Their rank; without it one of at least 3, the same for all.
    """
    if not 1 <= len(shapes) <= 3:
        raise attention_refusal(
            layer,
            f"takes one to three inputs, not {len(shapes)}",
            len(shapes),
            "a query and a value",
        )
    wanted = rank or max(len(shapes[0]), 3)
    for shape in shapes:
        if len(shape) != wanted:
            words = "samples of shape (steps, features)"
            if wanted > 3:
                words = f"samples of {wanted - 1} dimensions each"
            raise attention_refusal(
                layer, worded(f"wants {words}, not {format_shape(shape[1:])}"), shape, words
            )
    _, value, key = roles(*shapes)
    for one, other in zip(value[1:-1], key[1:-1]):
        if None not in (one, other) and one != other:
            raise attention_refusal(
                layer,
                f"needs a key for each value, but there are {other} and {one}",
                key,
                "as many steps of keys as of values",
            )
