"""Operations like NumPy's: both engines against Keras, and how they are called."""

from __future__ import annotations

import importlib

import numpy as np
import pytest
import tensorflow as tf
import torch

from cases_of_missing_values import ALL
from cases_of_values import Case
from oracle_ops import check_meta, check_op
from rdeep import Input, ops
from rdeep.catalogue.operations import Operation
from rdeep.catalogue.operations.base import X
from rdeep.engines import registry
from rdeep.errors import ArgumentError, BackendError
from rdeep.ops.dispatch import call

FAMILIES = [
    "elementwise",
    "trigonometry",
    "logic",
    "reductions",
    "missing_values",
    "searching",
    "shaping",
    "indexing",
    "creation",
    "products",
]


def declared() -> list[str]:
    modules = [importlib.import_module(f"rdeep.catalogue.operations.{name}") for name in FAMILIES]
    found = [each for module in modules for each in vars(module).values()]
    return sorted({each.name for each in found if isinstance(each, Operation)})


# What depends on the values has no shape before they are known.
UNKNOWN_SHAPES = {"nonzero", "bincount", "histogram", "unique"}


def cases(name: str) -> list[Case]:
    assert name in ALL, (
        f"{name} has no case, so that nothing is compared with Keras: add CASES[{name!r}] to "
        "cases_of_values.py or cases_of_shapes.py."
    )
    return ALL[name]


@pytest.mark.parametrize("name", declared())
def test_agrees_with_keras(name):
    for case in cases(name):
        check_op(name, case.args, case.kwargs, **case.checks)


@pytest.mark.parametrize("name", [name for name in declared() if name not in UNKNOWN_SHAPES])
def test_shapes_without_values(name):
    # The last cases of these pick by truths.
    count = -1 if name in ("where", "get_item") else None
    for case in cases(name)[:count]:
        check_meta(name, case.args, case.kwargs)


@pytest.mark.parametrize("name", declared())
def test_says_what_it_is(name):
    operation = importlib.import_module("rdeep.catalogue.operations").operations()[name]
    assert operation.summary.endswith(".")
    assert " -> " in operation.example, (
        f"{name} has no example: give its declaration example = '[1.0, 2.0] -> tensor(...)'."
    )
    assert all(each.doc.endswith(".") for each in operation.options.values())


def test_an_operation_that_nothing_computes_is_said(backend):
    declared_alone = Operation("unwritten", "Nothing.", {"x": X})
    for x in (1.0, Input((3,))):
        with pytest.raises(BackendError, match=r"unwritten\(\) has no computation in .rdeep\."):
            call(declared_alone, {"x": x}, backend)


def test_plain_numbers_lists_and_arrays():
    assert float(ops.exp(0)) == 1.0
    assert ops.add(1, 2).dtype == torch.int32
    assert ops.mean([[1, 2], [3, 4]], axis=0).tolist() == [2.0, 3.0]
    assert ops.sum(np.arange(3)).dtype == torch.int32
    assert ops.concatenate([[1, 2], [3]]).tolist() == [1, 2, 3]
    assert ops.concatenate([tf.constant([1, 2]), [3]]).numpy().tolist() == [1, 2, 3]
    assert ops.stack([torch.tensor(1.0), 2]).tolist() == [1.0, 2.0]
    assert ops.sum([torch.tensor(1.0), torch.tensor(2.0)]).item() == 3.0
    assert ops.reshape(np.arange(6), [torch.tensor(2), -1]).shape == (2, 3)
    assert ops.einsum("i,i->", [1.0, 2.0], tf.constant([3.0, 4.0])).numpy() == 11.0


def test_a_range_may_include_its_end():
    assert ops.arange(1, 5, include_end=True).tolist() == [1, 2, 3, 4, 5]


def test_sparse_counts():
    assert ops.bincount(np.int32([0, 2]), sparse=True).to_dense().tolist() == [1, 0, 1]


@pytest.mark.parametrize(
    ("name", "args", "part"),
    [
        ("add", (np.ones(2), np.ones(3)), "add"),
        ("sum", (np.ones(2), 5), "sum"),
        ("squeeze", (np.ones((2, 1)), 0), "squeeze"),
        ("reshape", (np.ones(4), (3, 2)), "reshape"),
        ("pad", (np.ones(2), ((1, 2, 3),)), "pad_width"),
        ("matmul", (np.ones((2, 3)), np.ones((2, 3))), "matmul"),
        ("split", (np.ones(5), 2), "split"),
        ("where", (np.ones(3), 1.0), "where"),
        ("tensordot", (np.ones(3), np.ones(3), ((0, 1), (0,))), "axes"),
        ("round", (np.ones(3), 0.5), "decimals"),
        ("repeat", (np.ones(3), -1), "repeats"),
        ("take", (np.ones(3), 1.5), "take"),
        ("get_item", (np.ones(3), "a"), "key"),
        ("argpartition", (np.ones(3), 9), "argpartition"),
        ("exp", ("a",), "x"),
    ],
)
def test_what_cannot_be_is_refused(backend, name, args, part):
    if backend == "tensorflow":
        args = tuple(tf.constant(each) if isinstance(each, np.ndarray) else each for each in args)
    with pytest.raises(ArgumentError, match=part):
        getattr(ops, name)(*args)


def test_gradients_flow_where_a_divisor_is_zero():
    x, y = torch.ones(2, requires_grad=True), torch.tensor([0.0, 2.0], requires_grad=True)
    registry.load("torch").ops.divide_no_nan(x, y).sum().backward()
    assert x.grad.tolist() == [0.0, 0.5]
    assert y.grad.tolist() == [0.0, -0.25]


def test_inside_compiled_functions():
    @tf.function(input_signature=[tf.TensorSpec([None, 4])])
    def graph(x):
        parts = ops.split(x, [1, 3], axis=1)
        picked = ops.get_item(x, (slice(None), [0, 2]))
        bins = ops.digitize(x, [0.0, 1.0])
        return parts[1] + picked, bins

    x = tf.constant(np.arange(8.0, dtype="float32").reshape(2, 4) - 2)
    sums, bins = graph(x)
    np.testing.assert_allclose(sums, x[:, 1:3] + tf.gather(x, [0, 2], axis=1))
    np.testing.assert_array_equal(bins, np.digitize(x, [0.0, 1.0]))
