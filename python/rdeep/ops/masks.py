"""The mask that a layer's output would carry, by itself: `Layer.compute_mask`."""

from __future__ import annotations

from typing import Any

from rdeep import ops
from rdeep.catalogue.layers.base import Layer


def mask_of(layer: Layer, inputs: Any, previous: Any) -> Any:
    """Return the mask of what a layer gives, as its record says; `None` for none.

    Parameters
    ----------
    layer : Layer
        The layer.
    inputs : tensor, array, or list of them
        What it is applied to, of any kind.
    previous : tensor, array, or list of them, or None
        The mask of each.
    """
    several = isinstance(inputs, (list, tuple))
    given = list(inputs) if several else [inputs]
    masks = list(previous) if isinstance(previous, (list, tuple)) else [previous]
    masks += [None] * (len(given) - len(masks))
    if layer.makes_mask():
        return layer.made_mask(given[0], ops)
    shapes = [tuple(x.shape) for x in given]
    if not layer.carries_mask([mask is not None for mask in masks], shapes, 1)[0]:
        return None
    return layer.join_masks(given, masks, ops)
