"""Random operations: the same numbers on both engines, of the distributions that they should be."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf
import torch

import rdeep
from agreement import declared
from rdeep import ops, random
from rdeep.errors import ArgumentError

DRAWS = {
    "normal": {"mean": 2.0, "stddev": 3.0},
    "truncated_normal": {"mean": 2.0, "stddev": 3.0},
    "uniform": {"minval": -1.0, "maxval": 3.0},
    "integer": {"minval": 2, "maxval": 8},
    "gamma": {"alpha": 2.5},
    "beta": {"alpha": 2.0, "beta": 3.0},
    "binomial": {"counts": 10, "probabilities": 0.3},
}
MOMENTS = {
    "normal": (2.0, 3.0),
    "truncated_normal": (2.0, 3.0 * 0.8796),
    "uniform": (1.0, 4 / 12**0.5),
    "integer": (4.5, (35 / 12) ** 0.5),
    "gamma": (2.5, 2.5**0.5),
    "beta": (0.4, 0.2),
    "binomial": (3.0, 2.1**0.5),
}
OTHERS = {"categorical", "dropout", "shuffle", "seed_generator"}


def test_every_operation_is_tested():
    assert {f"random_{name}" for name in {*DRAWS, *OTHERS}} == set(declared("random"))


def on(backend, name, *args, **options):
    """Return what an operation gives on an engine, although nothing given belongs to it."""
    from rdeep.catalogue.operations import find_operation
    from rdeep.ops.dispatch import call

    operation = find_operation(f"random_{name}")
    return call(operation, operation.bind(args, options), backend=backend)


@pytest.mark.parametrize("name", sorted(DRAWS))
def test_numbers_are_the_same_on_both_engines(name):
    found = on("torch", name, (4000,), **DRAWS[name], seed=3)
    other = on("tensorflow", name, (4000,), **DRAWS[name], seed=3)
    values = found.numpy()
    np.testing.assert_array_equal(values, other.numpy())
    assert values.dtype == other.numpy().dtype == (np.int32 if name == "integer" else np.float32)
    mean, deviation = MOMENTS[name]
    assert values.mean() == pytest.approx(mean, abs=4 * deviation / 4000**0.5)
    assert values.std() == pytest.approx(deviation, rel=0.08)
    if name == "truncated_normal":
        assert np.abs(values - 2.0).max() <= 6.0
    if name == "integer":
        assert (values.min(), values.max()) == (2, 7)


def test_seeds():
    assert torch.equal(random.normal((3,), seed=1), random.normal((3,), seed=1))
    assert not torch.equal(random.normal((3,)), random.normal((3,)))
    rdeep.set_random_seed(4)
    first = random.uniform((3,))
    rdeep.set_random_seed(4)
    assert torch.equal(first, random.uniform((3,)))
    one, other = random.SeedGenerator(5), ops.random_seed_generator(5)
    draws = [random.normal((3,), seed=one) for _ in range(2)]
    assert not torch.equal(*draws)
    assert torch.equal(random.normal((3,), seed=other), draws[0])
    with pytest.raises(ArgumentError, match="'seed' must be"):
        random.normal((3,), seed=-1)


def test_parameters_may_be_arrays_and_types_be_chosen(backend):
    mean = np.array([[0.0], [100.0]], "float32")
    found = np.asarray(on(backend, "normal", (2, 50), mean=mean, dtype="float16", seed=1))
    assert found.dtype == np.float16
    np.testing.assert_allclose(found.mean(1), mean[:, 0], atol=0.8)
    whole = np.asarray(on(backend, "uniform", (50,), 0, 5, dtype="int32", seed=1))
    assert set(whole) == set(range(5))


def test_tensors_that_are_drawn_from():
    x = np.arange(24, dtype="float32").reshape(4, 6)
    for name, options in (
        ("categorical", {"num_samples": 300}),
        ("dropout", {"rate": 0.4}),
        ("dropout", {"rate": 0.4, "noise_shape": (None, 1)}),
        ("shuffle", {"axis": 1}),
    ):
        function = getattr(random, name)
        found = function(torch.from_numpy(x), seed=2, **options).numpy()
        other = function(tf.constant(x), seed=2, **options).numpy()
        np.testing.assert_allclose(found, other, rtol=1e-6)
    np.testing.assert_array_equal(np.sort(found, 1), x)
    assert not np.array_equal(found, x)


def test_categories_have_their_probabilities():
    shares = np.array([[0.1, 0.2, 0.7]], "float32")
    drawn = random.categorical(np.log(shares), 3000, seed=1)
    assert drawn.dtype == torch.int32 and drawn.shape == (1, 3000)
    np.testing.assert_allclose(np.bincount(drawn[0].numpy()) / 3000, shares[0], atol=0.03)


def test_dropout_keeps_the_mean():
    kept = random.dropout(torch.ones(4000), 0.25, seed=1).numpy()
    assert set(np.unique(kept)) == {0.0, np.float32(1 / 0.75)}
    assert kept.mean() == pytest.approx(1.0, abs=0.05)
    assert random.dropout(torch.ones(3), 1.0).sum() == 0
    assert torch.equal(random.dropout(torch.ones(3), 0.0), torch.ones(3))
