"""Convolutions with every combination of options: both engines compute or refuse alike."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from rdeep import Input, Model, ops
from rdeep.catalogue import layers as L
from rdeep.engines import registry as backends
from rdeep.errors import RdeepError

OPTIONS = list(
    itertools.product((1, 2), (1, 2, 3), ("valid", "same"), ("channels_last", "channels_first"))
)


def _found(function, x, *rest, **options):
    """Return what each engine gives, or its refusal."""
    found = []
    for name in ("torch", "tensorflow"):
        made = backends.load(name).ops.convert_to_tensor
        try:
            given = [made(x), *(made(each) for each in rest)]
            found.append(np.asarray(ops.convert_to_numpy(function(*given, **options))))
        except RdeepError as error:
            found.append(str(error))
    return found


def _check(found, case):
    if any(isinstance(each, str) for each in found):
        assert all(isinstance(each, str) for each in found), (case, found)
        assert all("user code" not in each and "\n" not in each for each in found), found
    else:
        np.testing.assert_allclose(*found, atol=1e-4, err_msg=str(case))


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_every_combination_of_options(rank, rng):
    n = (11, 10, 9)[:rank]
    for strides, dilation, padding, layout in OPTIONS:
        shape = (2, *n, 4) if layout == "channels_last" else (2, 4, *n)
        x = rng.normal(size=shape).astype("float32")
        kinds = {"padding": padding, "data_format": layout, "dilation_rate": dilation}
        case = (rank, strides, dilation, padding, layout)
        for groups in (1, 2):
            kernel = rng.normal(size=(*(3,) * rank, 4 // groups, 6)).astype("float32")
            _check(_found(ops.conv, x, kernel, strides=strides, **kinds), case)
        if rank < 3:
            depth = rng.normal(size=(*(3,) * rank, 4, 2)).astype("float32")
            point = rng.normal(size=(*(1,) * rank, 8, 3)).astype("float32")
            _check(_found(ops.depthwise_conv, x, depth, strides=strides, **kinds), case)
            _check(_found(ops.separable_conv, x, depth, point, strides=strides, **kinds), case)
        back = rng.normal(size=(*(3,) * rank, 5, 4)).astype("float32")
        _check(_found(ops.conv_transpose, x, back, strides=strides, **kinds), case)


def test_strides_and_dilation_in_a_network(backend, rng):
    x = Input((9, 9, 2))
    kernel = rng.normal(size=(3, 3, 2, 2)).astype("float32")
    y = ops.depthwise_conv(x, kernel, strides=2, dilation_rate=2, padding="same")
    data = rng.normal(size=(2, 9, 9, 2)).astype("float32")
    wanted = ops.depthwise_conv(
        backends.load("torch").ops.convert_to_tensor(data),
        kernel,
        strides=2,
        dilation_rate=2,
        padding="same",
    )
    model = Model(x, L.Rescaling(1.0)(y), backend=backend)
    np.testing.assert_allclose(model.predict(data), wanted.numpy(), atol=1e-4)
