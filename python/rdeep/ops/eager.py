"""Layers that are formulas, computed on arrays at once: no model is built."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from rdeep.arrays.counter_random import HostDraws
from rdeep.catalogue.layers.formula import Eager
from rdeep.catalogue.layers.run import Run, made
from rdeep.engines import registry as backends
from rdeep.errors import ArgumentError, called, class_name, listing, show
from rdeep.ops.dispatch import as_array, default_backend
from rdeep.seeds import stream

_PARTS = ("images", "labels", "bounding_boxes")


def eager_run(layer: Eager, shape: tuple[int, ...], training: bool, seed: int, backend: str) -> Run:
    """Return what a layer's formula computes with, on an engine but outside of a network.

    Parameters
    ----------
    layer : Eager
        The layer.
    shape : tuple of int
        Its input's shape.
    training : bool
        Whether the layer acts as it does while training.
    seed : int
        What random numbers depend on.
    backend : str
        The engine.
    """
    ops = backends.load(backend).ops
    rng = np.random.default_rng(seed)

    def convert(value: object) -> Any:
        return ops.operand(np.asarray(value), None)

    return Run(
        ops,
        {w.name: convert(w.initializer.draw(w.shape, rng)) for w in layer.weights(shape)},
        training=training,
        random=HostDraws(seed, layer.name or layer.key, convert=convert),
        constants=lambda name, value: convert(made(value)),
    )


def apply_eagerly(
    layer: Eager,
    data: object,
    training: bool = True,
    seed: int | None = None,
    backend: str | None = None,
) -> Any:
    """Return what a layer makes of arrays.

    Parameters
    ----------
    layer : Eager
        The layer.
    data : array or dict
        A batch of samples, or one sample; or images and what belongs to them, by name.
    training : bool
        Whether the layer acts as it does while training.
    seed : int, optional
        What random numbers depend on; by default the layer's seed, or the next of the process.
    backend : str, optional
        The engine; by default the first that is installed.

    Returns
    -------
    ndarray or dict of ndarray
        As `data` is.
    """
    parts = _parts(layer, data)
    alone = layer.ndim is not None and np.ndim(parts["images"]) == layer.ndim - 1
    parts = _each(lambda x: np.asarray(as_array(x)), parts)
    if alone:
        parts = _each(lambda x: x[None], parts)
    shape = parts["images"].shape
    layer.check_inputs((None, *shape[1:]))
    layer.output_shape((None, *shape[1:]))
    own = getattr(layer, "seed", None)
    seed = seed if seed is not None else own if own is not None else stream.next()
    run = eager_run(layer, shape, training, seed, backend or default_backend())
    found = layer.compute_parts(_each(lambda x: run.ops.operand(x, None), parts), run)
    found = _each(lambda x: as_array(x)[0] if alone else as_array(x), found)
    return found if isinstance(data, Mapping) else found["images"]


def _parts(layer: Eager, data: Any) -> dict[str, Any]:
    if not isinstance(data, Mapping):
        if not np.ndim(data):
            raise ArgumentError(
                f"{class_name(layer)} is called on arrays or on symbolic tensors, such as "
                f"{called('Input')} returns, not on {show(data)}.",
                argument="inputs",
                received=data,
            )
        return {"images": data}
    unknown = [name for name in data if name not in _PARTS]
    if unknown or "images" not in data:
        raise ArgumentError(
            f"{class_name(layer)} takes 'images' and what belongs to them, by name, "
            f"not {show(list(data))}.",
            argument="inputs",
            received=list(data),
            expected=listing(_PARTS),
        )
    return dict(data)


def _each(change: Any, parts: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: _each(change, part) if isinstance(part, Mapping) else change(part)
        for name, part in parts.items()
    }
