"""Whole numbers beyond 24 and 31 bits, and numbers beyond float32, wherever they enter."""

from __future__ import annotations

import numpy as np
import pytest

from rdeep import Input, Model, initializers, optimizers, regularizers
from rdeep.catalogue import layers as L
from rdeep.catalogue.operations import find_operation
from rdeep.data.output_buffer import in_32_bits
from rdeep.errors import ArgumentError, DataError
from rdeep.ops.dispatch import call

pytestmark = pytest.mark.filterwarnings("error")
IDS = [
    5,
    4294967301,
    3000000001,
    2**53 - 1,
    10**15 + 7,
    -(10**15) - 7,
    16777217,
    16777216,
    -4294967301,
]
KINDS = [("int64", "int32"), ("float64", "float32"), ("int64", "float32"), ("float64", "int32")]
LAYERS = [
    ("IntegerLookup", {"vocabulary": [5, 3000000001, 16777216]}),
    ("IntegerLookup", {"vocabulary": [5, 2**53 - 1], "num_oov_indices": 3}),
    ("IntegerLookup", {"vocabulary": [4294967301, 16777217], "num_oov_indices": 0}),
    ("IntegerLookup", {"vocabulary": [5], "output_mode": "multi_hot"}),
    ("Hashing", {"num_bins": 1000}),
    ("Hashing", {"num_bins": 1000, "salt": 7}),
    ("Hashing", {"num_bins": 7, "output_mode": "count"}),
]


def _known(name, options):
    """Return ids that the layer knows, where others are an error."""
    return options["vocabulary"] if options.get("num_oov_indices") == 0 else IDS


@pytest.mark.parametrize("kinds", KINDS, ids="-".join)
@pytest.mark.few_on_tensorflow("int64-int32")
def test_ids_keep_64_bits_until_they_are_small(kinds, backend):
    given, declared = kinds
    for name, options in LAYERS:
        layer = getattr(L, name)(**options)
        ids = np.array(_known(name, options), given)[:, None]
        alone = np.asarray(layer(ids))
        exact = np.asarray(layer(np.array(_known(name, options), "int64")[:, None]))
        np.testing.assert_array_equal(alone, exact)
        x = Input((1,), declared)
        model = Model(x, layer(x), backend=backend)
        np.testing.assert_array_equal(model.predict(ids), alone, err_msg=f"{name} {options}")


@pytest.mark.few_on_tensorflow()
def test_the_longest_numbers_are_hashed_as_text_is(backend):
    ids = np.array([2**63 - 1, -(2**63 - 1), 10**16, -(10**17), 10**18 + 3])[:, None]
    for options in ({}, {"salt": 3}):
        layer = L.Hashing(10**6, **options)
        x = Input((1,), "int32")
        found = Model(x, layer(x), backend=backend).predict(ids)
        np.testing.assert_array_equal(found, layer(ids))
        np.testing.assert_array_equal(found, layer(ids.astype(str).astype(object)))


def test_crossed_ids_keep_64_bits(backend):
    layer = L.HashedCrossing(1000)
    a, b = Input((1,), "int32"), Input((1,))
    model = Model([a, b], layer([a, b]), backend=backend)
    first, second = np.array(IDS)[:, None], np.array(IDS[::-1], float)[:, None]
    np.testing.assert_array_equal(model.predict([first, second]), layer([first, second]))


def test_places_become_large_numbers_again(backend):
    layer = L.IntegerLookup(vocabulary=[5, 4294967301], invert=True)
    x = Input((1,), "int32")
    model = Model(x, layer(x), backend=backend)
    assert model.predict(np.array([[1], [2]])).tolist() == [[5], [4294967301]]


def test_codes_beyond_24_bits_stay_apart(backend):
    x = Input((2,))
    model = Model(x, L.CategoryEncoding(2**24 + 2, "count")(x), backend=backend)
    assert model.graph.input_dtypes == ["int64"]
    x = Input((1,))
    layer = L.Embedding(2**24 + 3, 1)
    model = Model(x, L.Flatten()(layer(x)), backend=backend)
    kernel = np.zeros((2**24 + 3, 1), "float32")
    kernel[-3:, 0] = 1, 2, 3
    model.set_weights([kernel])
    codes = np.array([[2.0**24], [2.0**24 + 1], [2.0**24 + 2]])
    assert model.predict(codes).tolist() == [[1.0], [2.0], [3.0]]


@pytest.mark.parametrize(
    ("declared", "value", "words"),
    [
        ("int32", 4294967301, "holds 4294967301 in sample 2, which is too large for int32"),
        ("int32", 2147483648.0, "holds 2147483648 in sample 2"),
        ("int32", 1.5, "holds 1.5 in sample 2, which is no whole number"),
        ("float32", 1e300, "in sample 2, which is too large for float32"),
        ("float32", -1e39, "too large for float32"),
    ],
)
def test_a_cast_that_is_not_exact_is_refused(declared, value, words, backend):
    x = Input((1,), declared)
    model = Model(x, L.Dense(1)(L.Rescaling(1.0)(x)), backend=backend)
    model.compile("sgd", "mse")
    data, y = np.array([[1], [value]]), np.zeros((2, 1))
    for use in (
        lambda: model.predict(data),
        lambda: model.evaluate(data, y),
        lambda: model.fit(data, y, verbose=0),
        lambda: model.fit(np.ones((2, 1)), y, validation_data=(data, y), verbose=0),
        lambda: model.train_on_batch(data, y),
        lambda: model.fit(iter([(data, y)]), steps_per_epoch=1, verbose=0),
    ):
        with pytest.raises(DataError, match=words) as caught:
            use()
        assert "x" in str(caught.value)


def test_ids_that_a_network_rounds_on_their_way_are_refused(backend):
    x = Input((1,))
    model = Model(x, L.Hashing(9)(L.Reshape((1, 1))(x)), backend=backend)
    with pytest.raises(DataError, match="holds 16777217 in sample 1, which is not exact"):
        model.predict(np.array([[16777217]]))
    # Measurements may be rounded.
    model = Model(x, L.Dense(1)(x), backend=backend)
    model.predict(np.array([[16777217]]))


def test_targets_and_weights_beyond_float32_are_refused(backend):
    x = Input((1,))
    model = Model(x, L.Dense(1)(x), backend=backend)
    model.compile("sgd", "mse")
    data, one = np.ones((2, 1)), np.ones(2)
    with pytest.raises(DataError, match=r"'y' holds 1.*e\+300 in sample 2"):
        model.fit(data, np.array([1, 1e300]), verbose=0)
    with pytest.raises(DataError, match="'sample_weight' holds"):
        model.fit(data, one, sample_weight=np.array([1, 1e300]), verbose=0)
    model = Model(x, L.Dense(2, activation="softmax")(x), backend=backend)
    model.compile("sgd", "sparse_categorical_crossentropy")
    with pytest.raises(DataError, match="'class_weight' holds"):
        model.fit(data, np.array([0, 1]), class_weight={1: 1e300}, verbose=0)


def test_codes_are_no_fractions(backend):
    x = Input((1,))
    model = Model(x, L.Embedding(3, 1)(x), backend=backend)
    with pytest.raises(DataError, match=r"holds 1\.5, but layer 'embedding' takes whole numbers"):
        model.predict(np.array([[1.5]]))
    for layer in (L.IntegerLookup(vocabulary=[1]), L.CategoryEncoding(3)):
        with pytest.raises(DataError, match=r"1\.5"):
            layer(np.array([[1.5]]))


def test_discretization_of_data_is_exact():
    layer = L.Discretization(bin_boundaries=[16777217.0])
    assert layer(np.array([16777216.0, 16777217.0])).tolist() == [0, 1]


LONG = np.array([2**53 - 1, 2**53 - 2, 2**31 + 5, 2**24 + 1, -(2**53) + 1])
ON_LONG = {
    "max": ((), np.max),
    "min": ((), np.min),
    "sum": ((), np.sum),
    "cumsum": ((), np.cumsum),
    "sort": ((), np.sort),
    "argsort": ((), np.argsort),
    "argmax": ((), np.argmax),
    "abs": ((), np.abs),
    "negative": ((), np.negative),
    "flip": ((), np.flip),
    "add": ((1,), lambda x: x + 1),
    "subtract": ((2**40,), lambda x: x - 2**40),
    "mod": ((10,), lambda x: x % 10),
    "floor_divide": ((10,), lambda x: x // 10),
    "equal": ((2**53 - 2,), lambda x: x == 2**53 - 2),
    "clip": ((0, 2**40), lambda x: np.clip(x, 0, 2**40)),
    "take": ((np.array([1, 0]),), lambda x: x[[1, 0]]),
    "cast": (("int64",), lambda x: x),
    "convert_to_tensor": ((), lambda x: x),
    "segment_max": ((np.array([0, 0, 1, 1, 2]),), lambda x: x[[0, 2, 4]]),
}


@pytest.mark.parametrize("name", ON_LONG)
def test_operations_on_arrays_keep_long_numbers(name, backend):
    arguments, by_numpy = ON_LONG[name]
    operation = find_operation(name)
    found = call(operation, operation.bind((LONG, *arguments), {}), backend)
    np.testing.assert_array_equal(np.asarray(found), by_numpy(LONG))


def _cast(x, dtype, backend):
    operation = find_operation("cast")
    return np.asarray(call(operation, operation.bind((x, dtype), {}), backend))


def test_arrays_are_cast_at_once_not_by_way_of_float32(backend):
    exact = np.array([16777217.0, 2.0**31 + 5, 0.1, -1.9])
    np.testing.assert_array_equal(_cast(exact, "float64", backend), exact)
    np.testing.assert_array_equal(_cast(exact, "int64", backend), np.trunc(exact))
    assert _cast(16777217.0, "int32", backend) == 16777217
    assert _cast([300, 2], "int16", backend).tolist() == [300, 2]
    for value, kind in [(3e9, "int32"), (np.nan, "int32"), (1e300, "int64"), (300, "uint8")]:
        with pytest.raises(ArgumentError, match=f"cannot be cast to {kind}"):
            _cast(np.array([1, value]), kind, backend)


def test_numbers_beyond_float32_and_positions_beyond_int32_are_not_others(backend):
    def computed(name, *arguments):
        operation = find_operation(name)
        return np.asarray(call(operation, operation.bind(arguments, {}), backend))

    np.testing.assert_allclose(computed("log", np.array([1e300, 1.0])), [690.77552, 0], rtol=1e-6)
    assert computed("one_hot", np.array([2**33 + 1, 1]), 3).tolist() == [[0, 0, 0], [0, 1, 0]]
    assert computed("arange", 2**31, 2**31 + 2).tolist() == [2**31, 2**31 + 1]
    for position in (2**33, 3):
        with pytest.raises(ArgumentError, match="out of its range"):
            computed("take", np.arange(3), np.array([position]))


@pytest.mark.parametrize(
    "made",
    [
        lambda: L.Rescaling(1e300),
        lambda: L.LeakyReLU(1e39),
        lambda: initializers.Constant(-1e300),
        lambda: regularizers.L2(1e300),
        lambda: optimizers.SGD(1e300),
        lambda: optimizers.SGD(float("inf")),
        lambda: optimizers.Adam(clipnorm=1e300),
    ],
)
def test_options_that_float32_does_not_hold_are_refused(made):
    with pytest.raises(ArgumentError, match="must be"):
        made()


def test_weights_that_float32_does_not_hold_are_refused(backend):
    x = Input((1,))
    model = Model(x, L.Dense(1)(x), backend=backend)
    with pytest.raises(DataError, match="too large for float32"):
        model.set_weights([np.array([[1e300]]), np.zeros(1)])
    model.compile("sgd", "mse")
    with pytest.raises(ArgumentError, match="learning_rate"):
        model.learning_rate = 1e300


def test_whole_numbers_reach_r_unchanged():
    for value in ([5, 2**31 + 5], {"a": (2**53 - 1, "b")}, -(2**31), np.array([3e9], "uint32")):
        held = in_32_bits(value)
        np.testing.assert_equal(held, value)
    same = [1, 2, {"a": 3}]
    assert in_32_bits(same) is same
    assert isinstance(in_32_bits([1, 2**31])[1], float)
    assert in_32_bits(np.array([3e9], "uint32")).dtype == np.float64
