"""What layers of attention share: their inputs' roles, checks, and options."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from rdeep.catalogue.dispatch import is_symbolic
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


HEAD_CALL_OPTIONS = ("use_causal_mask", "use_attention_mask", "return_attention_scores")
"""What a call of an attention layer with heads may have otherwise than the layer."""
CALL_OPTIONS = ("use_causal_mask", "return_attention_scores", "use_query_mask", "use_value_mask")
"""What a call of an attention layer without heads may have otherwise than the layer."""


def listed_roles(query: Any, value: Any, key: Any, more: Sequence[Any]) -> list[Any]:
    """Return the tensors that a layer is called on, in a list or one after the other.

    Parameters
    ----------
    query, value, key : tensor, or a list of them as the query
        What was given.
    more : sequence of tensor
        What was given after these.
    """
    if isinstance(query, (list, tuple)):
        return [*query, *(each for each in (value, key, *more) if each is not None)]
    if key is not None and value is None:
        value = query
    return [query, *(each for each in (value, key, *more) if each is not None)]


def joined_masks(
    query_mask: Any, value_mask: Any, key_mask: Any, attention_mask: Any, rank: int
) -> Any:
    """Return masks of queries, values and keys as one, of where a query may attend to a value.

    Parameters
    ----------
    query_mask, value_mask, key_mask : tensor or array or None
        Of shape `(batch, steps)`.
    attention_mask : tensor or array or None
        Of shape `(queries, values)`, `(batch, queries, values)` or
        `(batch, heads, queries, values)`.
    rank : int
        The rank of the queries: there are `rank - 2` axes of steps.
    """
    found = None
    for mask, places in (
        (query_mask, (slice(None), slice(None), None)),
        (value_mask, (slice(None), None)),
        (key_mask, (slice(None), None)),
    ):
        if mask is not None:
            wide = truths(mask)[places]
            found = wide if found is None else found & wide
    if attention_mask is None:
        return found
    given = truths(attention_mask)
    if len(given.shape) == 2 * (rank - 2):
        given = given[None]  # the same for all samples
    if found is None:
        return given
    return given & (found[:, None] if len(given.shape) > len(found.shape) else found)


def truths(mask: Any) -> Any:
    """Return a mask as booleans: a symbolic tensor as such, all else as an array.

    Parameters
    ----------
    mask : tensor or array
        The mask.
    """
    if is_symbolic(mask):
        return mask if mask.dtype == "bool" else mask != 0
    return np.asarray(mask.detach().cpu() if hasattr(mask, "detach") else mask, bool)


def for_batch(mask: Any, query: Any) -> Any:
    """Return an array of a mask with a row for each sample, where the queries are values.

    Parameters
    ----------
    mask : tensor or array
        The mask, with one row or one for each sample.
    query : tensor or array
        The queries.
    """
    if is_symbolic(query) or is_symbolic(mask):
        return mask
    return np.broadcast_to(mask, (query.shape[0], *mask.shape[1:]))


def changed_options(layer: Layer, **asked: bool | None) -> dict[str, bool]:
    """Return the options of a call that differ from the layer's.

    Parameters
    ----------
    layer : Layer
        The layer.
    **asked : bool or None
        The options of the call; `None` for the layer's own.
    """
    return {
        name: bool(value)
        for name, value in asked.items()
        if value is not None and bool(value) != bool(getattr(layer, name, False))
    }


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
