"""Types of arrays, and the way from arrays to arrays: NumPy's are what they are."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

import numpy as np

from rdeep.arrays.numpy import types
from rdeep.arrays.numpy.types import Array, as_tensor, dtype_name, numpy_type
from rdeep.errors import BackendError, operation_call


def cast(x: Any, dtype: Any) -> Array:
    """Return an array of another type; bfloat16 are its numbers, kept in float32."""
    x = as_tensor(x)
    if x.dtype is dtype:
        return x
    found = x.astype(numpy_type(dtype), copy=False)
    return rounded_to_bfloat16(found) if dtype_name(dtype) == "bfloat16" else found


def rounded_to_bfloat16(x: Array) -> Array:
    """Return float32 with the 8 leading bits of their mantissas alone, halves to even."""
    bits = np.asarray(x, np.float32).view(np.uint32)
    half = np.uint32(0x7FFF) + ((bits >> np.uint32(16)) & np.uint32(1))
    found = ((bits + half) & np.uint32(0xFFFF0000)).view(np.float32)
    return np.where(np.isfinite(x), found, x)


def convert_to_tensor(x: Any, dtype: Any = None, sparse: Any = None, ragged: Any = None) -> Array:
    """Return an array of what is given; arrays here are neither sparse nor ragged."""
    if dtype is None:
        return as_tensor(x)
    return cast(x if hasattr(x, "dtype") else np.asarray(x), dtype)


def convert_to_numpy(x: Any) -> np.ndarray:
    """Return an array of an array's values."""
    return np.asarray(as_tensor(x))


convert_to_array = convert_to_numpy


def as_array(x: Any) -> Any:
    """Return what stands for an array as one; numbers stay."""
    return x


def is_tensor(x: Any) -> bool:
    """Return whether something is an array."""
    return isinstance(x, (np.ndarray, np.generic))


def dtype(x: Any) -> str:
    """Return the name of the values' type."""
    return types.kind_of(types.as_tensor(x))


def constant(array: Any, like: Any = None) -> np.ndarray:
    """Return an array, of another one's type."""
    return np.asarray(array, None if like is None else like.dtype)


def stop_gradient(variable: Any) -> Array:
    """Return the array: nothing is differentiated here."""
    return as_tensor(variable)


def gradients(y: Any, x: Any) -> Any:
    """Refuse: nothing is differentiated here."""
    raise BackendError(
        f"{operation_call('gradients', 'ops.')} cannot be computed by NumPy: it has no gradients.",
        argument="backend",
        hint="Install an engine, torch or TensorFlow, and use it as the backend.",
    )


def tracked(x: Any) -> Any:
    """Return the array."""
    return x


def recording() -> AbstractContextManager[object]:
    """Return a context that changes nothing."""
    return nullcontext()
