"""The type that a single layer computes in, where it is another than the network's."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from rdeep.catalogue.layers.run import Run
from rdeep.catalogue.options import DType, InvalidOption
from rdeep.errors import ArgumentError, layer_title, listing, show

_FLOATS = ("float16", "bfloat16", "float32", "float64")
_MIXED = {"mixed_float16": "float16", "mixed_bfloat16": "bfloat16"}


def compute_dtype_of(dtype: object) -> str | None:
    """Return the type that a layer computes in, `None` for that of its network.

    Parameters
    ----------
    dtype : str or object
        A type or a policy by its name, or an engine's own object for it.

    Raises
    ------
    ArgumentError
        If layers do not compute in it.
    """
    name = policy_name(dtype)
    name = _MIXED.get(name, name) if isinstance(name, str) else name
    try:
        found = None if dtype is None else DType().check(name)
    except InvalidOption:
        found = ""
    if found is not None and found not in _FLOATS:
        known = (*_FLOATS, *_MIXED)
        raise ArgumentError(
            f"'dtype' of a layer must be {listing(known)}, not {show(dtype)}.",
            argument="dtype",
            received=dtype,
            expected=listing(known),
        )
    return None if found == "float32" else found


def policy_name(dtype: object) -> Any:
    """Return the name of a type or of a dtype policy.

    Parameters
    ----------
    dtype : str or object
        The name, or an object that has one, or its configuration.
    """
    if isinstance(dtype, Mapping) and isinstance(dtype.get("config"), Mapping):
        return dtype["config"].get("name", dtype)
    return dtype.__name__ if isinstance(dtype, type) else getattr(dtype, "name", dtype)


def computed(record: Any, inputs: Any, run: Run) -> Any:
    """Return what a layer's formula gives, computed in the layer's own type if it has one.

    Between layers numbers are float32, as weights are, and float64 after a layer of that type.

    Parameters
    ----------
    record : Layer
        The layer.
    inputs : tensor or list of tensor
        What goes in.
    run : Run
        Its array functions and weights.
    """
    dtype = record.own_dtype
    if dtype is None:
        return record.compute(inputs, run)
    if record.inner_layers():
        raise ArgumentError(
            f"{layer_title(record)} computes as the layers within it do.",
            argument="dtype",
            received=dtype,
            hint="Give 'dtype' to the layer within.",
        )
    ops, own = run.ops, copy.copy(run)
    own.weights = _Cast(run.weights, dtype, ops)
    own.constant = lambda name, value: _as(run.constant(name, value), dtype, ops)
    own.assign = lambda name, value: run.assign(name, _as(value, "float32", ops))
    own.kernel = None
    given = "float64" if dtype == "float64" else "float32"
    return _as(record.compute(_as(inputs, dtype, ops), own), given, ops)


class _Cast(Mapping[str, Any]):
    """Weights in another type, cast when they are read."""

    def __init__(self, weights: Mapping[str, Any], dtype: str, ops: Any) -> None:
        self.weights, self.dtype, self.ops = weights, dtype, ops

    def __getitem__(self, name: str) -> Any:
        return _as(self.weights[name], self.dtype, self.ops)

    def __iter__(self) -> Iterator[str]:
        return iter(self.weights)

    def __len__(self) -> int:
        return len(self.weights)


def _as(value: Any, dtype: str, ops: Any) -> Any:
    """Return floating-point numbers in a type, all else as it is."""
    if isinstance(value, (list, tuple)):
        return [_as(each, dtype, ops) for each in value]
    return ops.cast(value, dtype) if "float" in str(getattr(value, "dtype", "")) else value
