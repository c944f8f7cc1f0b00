"""Shapes, axes and stretching as hypothesis draws them, compared with NumPy on both engines."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import tensorflow as tf
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from rdeep import ops

FEW = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
VALUES = st.floats(-8, 8, width=32, allow_subnormal=False).map(lambda value: value + 0.0)
BINARY = {
    "add": np.add,
    "subtract": np.subtract,
    "multiply": np.multiply,
    "maximum": np.maximum,
    "minimum": np.minimum,
    "logaddexp": np.logaddexp,
    "arctan2": np.arctan2,
    "less": np.less,
    "equal": np.equal,
    "logical_xor": np.logical_xor,
}
REDUCED = {
    "sum": np.sum,
    "mean": np.mean,
    "var": np.var,
    "std": np.std,
    "max": np.max,
    "min": np.min,
    "prod": np.prod,
    "all": np.all,
    "any": np.any,
    "median": np.median,
    "logsumexp": lambda x, axis, keepdims: np.log(np.sum(np.exp(x), axis=axis, keepdims=keepdims)),
}
MOVED = {
    "cumsum": np.cumsum,
    "sort": np.sort,
    "flip": np.flip,
    "diff": np.diff,
    "argmax": np.argmax,
    "argmin": np.argmin,
}


def arrays(shape: Any) -> Any:
    return hnp.arrays(np.float32, shape, elements=VALUES)


def compare(name: str, wanted: Any, *args: Any, **kwargs: Any) -> None:
    for convert in (torch.tensor, tf.constant):
        moved = [convert(each) if isinstance(each, np.ndarray) else each for each in args]
        found = np.asarray(getattr(ops, name)(*moved, **kwargs))
        assert found.shape == np.shape(wanted)
        np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("name", BINARY)
@FEW
@given(data=st.data())
def test_pairs_are_stretched(name, data):
    shapes = data.draw(hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3))
    first, second = (data.draw(arrays(shape)) for shape in shapes.input_shapes)
    compare(name, BINARY[name](first, second), first, second)


@pytest.mark.parametrize("name", REDUCED)
@FEW
@given(data=st.data())
def test_axes_are_gone_over(name, data):
    shape = data.draw(hnp.array_shapes(max_dims=3, max_side=3))
    x = data.draw(arrays(shape))
    axes = (
        st.none()
        | hnp.valid_tuple_axes(len(shape), min_size=1)
        | st.integers(-len(shape), len(shape) - 1)
    )
    axis, keepdims = data.draw(axes), data.draw(st.booleans())
    compare(name, REDUCED[name](x, axis=axis, keepdims=keepdims), x, axis=axis, keepdims=keepdims)


@pytest.mark.parametrize("name", MOVED)
@FEW
@given(data=st.data())
def test_an_axis_is_gone_along(name, data):
    shape = data.draw(hnp.array_shapes(max_dims=3, min_side=2, max_side=3))
    x = data.draw(arrays(shape))
    axis = data.draw(st.integers(-len(shape), len(shape) - 1))
    compare(name, MOVED[name](x, axis=axis), x, axis=axis)
