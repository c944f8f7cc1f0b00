"""Layers that are formulas, computed on data at once: no model is built."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from rdeep.arrays.counter_random import HostDraws
from rdeep.catalogue import dispatch
from rdeep.catalogue.layers.formula import Eager
from rdeep.catalogue.layers.preprocessing_base import Preprocessing
from rdeep.catalogue.layers.run import Run, made
from rdeep.engines import registry as backends
from rdeep.errors import ArgumentError, called, class_name, listing, show
from rdeep.graph.holder import value_of
from rdeep.ops.dispatch import as_array, default_backend, engine_of, leaves
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
        random=HostDraws(seed, layer.name or layer.named_after(), convert=convert),
        constants=lambda name, value: convert(made(value)),
    )


def apply_eagerly(
    layer: Eager,
    data: object,
    training: bool = True,
    seed: int | None = None,
    backend: str | None = None,
) -> Any:
    """Return what a layer makes of data: arrays of arrays, tensors of tensors.

    Parameters
    ----------
    layer : Eager
        The layer.
    data : array, tensor or dict
        A batch of samples, or one sample; or images and what belongs to them, by name.
    training : bool
        Whether the layer acts as it does while training.
    seed : int, optional
        What random numbers depend on; by default the layer's seed, or the next of the process.
    backend : str, optional
        The engine for arrays; by default the first that is installed.

    Returns
    -------
    array, tensor or dict of them
        As `data` is; gradients flow through tensors.
    """
    parts = value_of(_parts(layer, data))
    if layer.random and not isinstance(data, Mapping) and is_traced(parts["images"]):
        # Random numbers of a function that is traced are drawn within it: by a network.
        return dispatch.calls().call_layer(layer, data, training)
    alone = layer.ndim is not None and np.ndim(parts["images"]) == layer.ndim - 1
    found_engine = engine_of(list(leaves(parts)))
    engine = found_engine or backend or default_backend()
    parts = _each(lambda x: x if engine_of([x]) is not None else np.asarray(x), parts)
    if alone:
        parts = _each(lambda x: x[None], parts)
    shape = tuple(parts["images"].shape)
    layer.check_inputs((None, *shape[1:]))
    layer.output_shape((None, *shape[1:]))
    own = getattr(layer, "seed", None)
    seed = seed if seed is not None else own if own is not None else stream.next()
    run = eager_run(layer, shape, training, seed, engine)
    found = layer.compute_parts(_each(lambda x: run.ops.operand(x, None), parts), run)
    found = _each(lambda x: x[0], found) if alone else found
    if found_engine is None:
        found = _each(as_array, found)
    return found if isinstance(data, Mapping) else found["images"]


def apply_to_data(layer: Preprocessing, data: Any) -> Any:
    """Return what a preprocessing layer makes of data: arrays of arrays, tensors of tensors.

    Parameters
    ----------
    layer : Preprocessing
        The layer.
    data : array, tensor, list or dict of them
        The data. Gradients flow through a tensor of an engine, where the layer has a formula.
    """
    given = value_of(data)
    found = list(leaves(given))
    engine = engine_of(found)
    # What is not there yet, in a function that is traced, cannot be looked at before.
    looks = type(layer).transform is not Preprocessing.transform
    if engine is None:
        return layer.transform(given)
    if looks and all(hasattr(x, "numpy") for x in found):
        return _as_tensors(layer.transform(given), engine)
    if isinstance(given, Mapping):
        return _columns_on_host(layer, given)
    if looks and engine == "tensorflow" and not layer.merges:
        found_text = _text_on_host(layer, given)
        if found_text is not None:
            return found_text
    ops = backends.load(engine).ops
    values = [ops.operand(x, None) for x in (given if layer.merges else [given])]
    drawn = np.random.default_rng(0)
    weights = {
        w.name: ops.operand(w.initializer.draw(w.shape, drawn), values[0])
        for w in layer.weights(*(tuple(x.shape) for x in values))
    }
    if layer.own_dtype == "float64":
        values = [ops.convert_to_tensor(x, "float64") for x in values]
    exact = {n: ops.convert_to_tensor(x) for n, x in layer.exact_weights().items()}
    weights = {**weights, **exact}
    run = Run(ops, weights, constants=lambda name, value: ops.operand(made(value), values[0]))
    return layer.compute(values if layer.merges else values[0], run)


def _text_on_host(layer: Preprocessing, x: Any) -> Any:
    """Return what a layer makes of texts that are not there yet; `None` where it is given none."""
    host = backends.load("tensorflow").ops
    if not host.is_text(x):
        return None
    standardize = getattr(layer, "standardize", None)
    if callable(standardize):
        # It is traced: who reads data calls no function of a host language.
        x, layer = standardize(x), layer.replace(standardize=None)
    # Of a scalar the layer makes what it makes of one text.
    example = host.outside_trace(layer.transform, np.full([1] * len(x.shape), "", "U1"))
    alone = len(x.shape) == 0
    shape = (None, *x.shape[1:]) if not alone else (None, 1)
    whole = layer.output_shape(shape)
    sizes = whole[1:] if alone else (x.shape[0], *whole[1:])
    fits = len(sizes) == np.ndim(example)
    kept = sizes if fits else [None] * np.ndim(example)
    return host.on_host(layer.transform, x, kept, str(np.asarray(example).dtype))


def _columns_on_host(layer: Preprocessing, columns: Mapping[str, Any]) -> Any:
    """Return what a layer makes of columns that are not there yet, by name or as one array."""
    host = backends.load("tensorflow").ops
    # What it makes of symbolic tensors has the same sizes and types.
    example = layer.get_encoded_features()  # type: ignore[attr-defined]
    named = isinstance(example, Mapping)
    parts = dict(example) if named else {"": example}

    def transformed(values: list[np.ndarray]) -> list[np.ndarray]:
        found = layer.transform({name: _as_text(x) for name, x in zip(columns, values)})
        return [
            np.asarray(found[name] if named else found, each.dtype) for name, each in parts.items()
        ]

    first = next(iter(columns.values()))
    rows = [] if len(first.shape) == 0 else [first.shape[0]]
    like = [((*rows, *each.shape[1:]), str(each.dtype)) for each in parts.values()]
    found = host.columns_on_host(transformed, list(columns.values()), like)
    return dict(zip(parts, found)) if named else found[0]


def _as_text(values: Any) -> np.ndarray:
    """Return texts that TensorFlow hands over as bytes, and anything else as it is."""
    values = np.asarray(values)
    if values.dtype.kind not in "OS":
        return values
    texts = [each.decode() if isinstance(each, bytes) else str(each) for each in values.flat]
    return np.array(texts, "U").reshape(values.shape)


def _as_tensors(found: Any, engine: str) -> Any:
    """Return arrays of numbers as tensors of an engine."""
    if isinstance(found, (list, tuple)):
        return [_as_tensors(each, engine) for each in found]
    if isinstance(found, Mapping):
        return {name: _as_tensors(each, engine) for name, each in found.items()}
    if not isinstance(found, np.ndarray) or found.dtype.kind not in "fiub":
        return found
    return backends.load(engine).ops.convert_to_tensor(found, str(found.dtype))


def is_traced(x: Any) -> bool:
    """Return whether a tensor has no values: it stands for one in a function that is traced.

    Parameters
    ----------
    x : array or tensor
        The tensor.
    """
    return engine_of([x]) is not None and not hasattr(x, "numpy")


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
