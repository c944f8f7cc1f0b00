"""Arrays from nothing but a shape, a range or numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from rdeep.arrays.numpy.shaping import sizes_of
from rdeep.arrays.numpy.types import Array, as_tensor, kind_of, numpy_type, result_type
from rdeep.arrays.ranges import end_included


def _kind(dtype: Any) -> np.dtype:
    return numpy_type(dtype) or np.dtype(np.float32)


def array(x: Any, dtype: Any = None) -> Array:
    """Return an array of values."""
    x = as_tensor(x)
    return x if dtype is None else x.astype(numpy_type(dtype))


def copy(x: Any) -> Array:
    """Return a copy."""
    return np.array(as_tensor(x))


def full(shape: Any, fill_value: Any, dtype: Any = None) -> Array:
    """Return an array of one value."""
    return np.full(sizes_of(shape), as_tensor(fill_value).astype(_kind(dtype)))


def zeros(shape: Any, dtype: Any = None) -> Array:
    """Return an array of zeros."""
    return np.zeros(sizes_of(shape), _kind(dtype))


def ones(shape: Any, dtype: Any = None) -> Array:
    """Return an array of ones."""
    return np.ones(sizes_of(shape), _kind(dtype))


empty = zeros


def full_like(x: Any, fill_value: Any, dtype: Any = None) -> Array:
    """Return an array of one value, of another's shape."""
    x = as_tensor(x)
    return np.full(x.shape, as_tensor(fill_value).astype(numpy_type(dtype) or x.dtype))


def zeros_like(x: Any, dtype: Any = None) -> Array:
    """Return zeros of another's shape."""
    return np.zeros_like(as_tensor(x), dtype=numpy_type(dtype))


def ones_like(x: Any, dtype: Any = None) -> Array:
    """Return ones of another's shape."""
    return np.ones_like(as_tensor(x), dtype=numpy_type(dtype))


def eye(N: int, M: int | None = None, k: int = 0, dtype: Any = None) -> Array:
    """Return a matrix with ones on a diagonal."""
    return np.eye(int(N), None if M is None else int(M), k, _kind(dtype))


def tri(N: int, M: int | None = None, k: int = 0, dtype: Any = None) -> Array:
    """Return a matrix with ones at and below a diagonal."""
    return np.tri(int(N), None if M is None else int(M), k, _kind(dtype))


def arange(
    start: Any, stop: Any = None, step: Any = None, dtype: Any = None, include_end: bool = False
) -> Array:
    """Return numbers at equal distances."""
    kinds = [kind_of(each) for each in (start, stop, step) if each is not None]
    start, stop, step = (_number(each) for each in (start, stop, step))
    if stop is None:
        start, stop = 0, start
    step = 1 if step is None else step
    if include_end:
        stop = end_included(start, stop, step)
    return np.arange(start, stop, step).astype(numpy_type(dtype) or result_type(*kinds))


def _number(x: Any) -> Any:
    return x.item() if isinstance(x, (np.ndarray, np.generic)) else x


def linspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: Any = None,
    axis: int = 0,
) -> Any:
    """Return numbers at equal distances from one end to the other."""
    kind = numpy_type(dtype) or result_type(kind_of(start), kind_of(stop), "float")
    low, high = (np.asarray(as_tensor(each).astype(kind), np.float64) for each in (start, stop))
    values, step = np.linspace(low, high, num, endpoint, True, axis=axis)
    values = np.floor(values).astype(kind) if kind.kind in "iu" else values.astype(kind)
    return (values, np.asarray(step, kind if kind.kind == "f" else None)) if retstep else values


def logspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    base: Any = 10,
    dtype: Any = None,
    axis: int = 0,
) -> Array:
    """Return numbers at equal ratios, from a power of the base to another."""
    powers = linspace(start, stop, num, endpoint, dtype=dtype, axis=axis)
    return np.power(as_tensor(base).astype(powers.dtype), powers)


def _window(make: Any, name: str) -> Any:
    def window(x: Any, *shape: float) -> Array:
        return make(int(x), *shape).astype(np.float32)

    window.__name__ = window.__qualname__ = name
    return window


bartlett = _window(np.bartlett, "bartlett")
blackman = _window(np.blackman, "blackman")
hamming = _window(np.hamming, "hamming")
hanning = _window(np.hanning, "hanning")


def kaiser(x: Any, beta: float) -> Array:
    """Return Kaiser's window."""
    return np.kaiser(int(x), float(beta)).astype(np.float32)
